"""Google Secret Manager, by the instance's service account."""

from base64 import b64decode

from firstlight.asking import ask, text
from firstlight.errors import Final
from firstlight.http import Request
from firstlight.secret import Secret
from firstlight.site import Reference

from . import Means, clean

_METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"


def read(reference: Reference, means: Means) -> Secret:
    """The secret's version.

    Raises:
        Later: Google does not answer, or refuses: identities, permissions and secrets may come, and take minutes.
        Final: what it answers is no secret.
    """
    request = Request("GET", _METADATA, {"Metadata-Flavor": "Google"}, timeout=10.0)
    response = ask(means.http, request, "Google's metadata", "give this server a service account")
    headers = {"Authorization": f"Bearer {text(response, 'Google', 'access_token')}"}
    path = f"projects/{reference.project}/secrets/{reference.name}/versions/{reference.version}"
    needed = (
        f"create and enable {reference.where}, and give the service account the role Secret Manager Secret Accessor,"
        " and the server the access scope cloud-platform"
    )
    request = Request("GET", f"https://secretmanager.googleapis.com/v1/{path}:access", headers)
    try:
        data = b64decode(text(ask(means.http, request, "Google", needed), "Google", "payload", "data"), validate=True)
    except ValueError:
        raise Final("Google answers with something that is not in base64") from None
    return clean(data, reference.where)
