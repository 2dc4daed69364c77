"""The user-data as cloud-init takes it apart: it alone decides what kind each part is, and joins cloud-configs."""
from cloudinit import handlers, helpers, safeyaml, user_data
from cloudinit.handlers.cloud_config import CloudConfigPartHandler
from cloudinit.settings import PER_INSTANCE


def cloud_config(case):
    """The cloud-config in the document, as bytes; several joined."""
    with open(case.document, "rb") as file:
        message = user_data.UserDataProcessor(helpers.Paths({})).process(file.read())
    parts = [part for part in message.walk() if not part.is_multipart()]
    configs = [part for part in parts if part.get_content_type() == "text/cloud-config"]
    if len(configs) == 1 == len(parts):
        return configs[0].get_payload(decode=True)
    if not configs:
        raise ValueError(f"cloud-init sees no cloud-config: {[part.get_content_type() for part in parts]}")
    return join(configs)


def join(parts):
    """As cloud-init's own handler joins them, by each part's Merge-Type."""
    handler = CloudConfigPartHandler(helpers.Paths({"cloud_dir": "/tmp/cloud"}))
    handler.handle_part(None, handlers.CONTENT_START, None, None, None, None)
    for part in parts:
        handler.handle_part(None, "text/cloud-config", part.get_filename(), part.get_payload(decode=True).decode(),
                            PER_INSTANCE, dict(part))
    return safeyaml.dumps(handler.cloud_buf).encode()
