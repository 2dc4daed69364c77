"""`gcpsecrets://PROJECT/SECRET?version=V`: Google Secret Manager, by the instance's service account."""

from __future__ import annotations

import base64
import binascii

from firstlight.asking import SETTLES, Json, ask, code, status
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.reference import GoogleSecret
from firstlight.secret import Secret

from .means import Means
from .value import clean

_METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
_WHO = "the instance's metadata (metadata.google.internal)"


def read(reference: GoogleSecret, means: Means) -> Secret:
    """The secret's version.

    Raises:
        Later: no permission yet, the secret is not there yet, or Google does not answer.
        Final: no service account, or anything else that Google refuses.
    """
    path = f"projects/{reference.project}/secrets/{reference.name}/versions/{reference.version}"
    who, url = "Google Secret Manager", f"https://secretmanager.googleapis.com/v1/{path}:access"
    request = Request("GET", url, {"Authorization": f"Bearer {_token(means)}"})
    response = ask(means.http, request, who)
    if response.status != 200:
        raise _refusal(request, response, who, path)
    try:
        data = base64.b64decode(Json(response, who).text("payload", "data"), validate=True)
    except (binascii.Error, ValueError):
        raise Final(f"{who} answers with something that is not in base64") from None
    return clean(data, path)


def _refusal(request: Request, response: Response, who: str, path: str) -> Final | Later:
    told = status(response, code(request, response, "error", "status"))
    if response.status in (401, 403):
        return Later(
            f"{who} does not let us read {path} {told}: give the instance's service account the role Secret Manager"
            f" Secret Accessor for it, and the instance the access scope cloud-platform; {SETTLES}"
        )
    if response.status == 404:
        return Later(f"{who} has no {path} {told}: create it there")
    return Final(f"{who} refuses {path} {told}: is the version enabled?")


def _token(means: Means) -> str:
    request = Request("GET", _METADATA, {"Metadata-Flavor": "Google"}, timeout=10.0)
    try:
        response = ask(means.http, request, _WHO)
    except Later as error:
        raise Later(f"{error}; only a server of Google has a service account") from None
    if response.status != 200:
        raise Final(f"{_WHO} has no token {status(response)}: give this instance a service account")
    return Json(response, _WHO).token("access_token")
