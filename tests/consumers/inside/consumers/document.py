"""The user-data as cloud-init takes it apart: it alone decides what kind each part is."""
from cloudinit import helpers, user_data


def cloud_config(case):
    """The one cloud-config in the document, as bytes."""
    with open(case.document, "rb") as file:
        message = user_data.UserDataProcessor(helpers.Paths({})).process(file.read())
    parts = [(part.get_content_type(), part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart()]
    configs = [payload for kind, payload in parts if kind == "text/cloud-config"]
    if len(configs) != 1 or len(parts) != 1:
        raise ValueError(f"expected one cloud-config, cloud-init sees: {[kind for kind, _ in parts]}")
    return configs[0]
