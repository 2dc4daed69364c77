"""A call to one of AWS's services, by the role of this instance and without any AWS program."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping

from firstlight.asking import ask, text
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.site import Reference
from firstlight.words import plain

from . import Means

_METADATA = "http://169.254.169.254/latest/"
_ROLES = "meta-data/iam/security-credentials/"


def call(means: Means, reference: Reference, service: str, action: str, asked: Mapping[str, object]) -> Response:
    """What the service answers to a call by name, such as `AmazonSSM.GetParameter`.

    Raises:
        Later: no role or no permission yet, the thing is not there yet, AWS is busy, or our clock is wrong.
        Final: anything else that AWS refuses.
    """

    def metadata(method: str, path: str, headers: Mapping[str, str]) -> Response:
        request = Request(method, _METADATA + path, headers, timeout=10.0)
        return ask(means.http, request, "AWS's metadata", "give this server an instance profile, and use version 2")

    # The metadata's version 2: a session first, then the role's name and its keys.
    session = metadata("PUT", "api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    headers = {"X-aws-ec2-metadata-token": plain(session.body)}
    role = plain(metadata("GET", _ROLES, headers).body)
    keys = metadata("GET", _ROLES + role, headers)
    if text(keys, "AWS", "Code") != "Success":
        raise Later(f"AWS has no keys for the role {role}: does it trust EC2?")
    key_id, key, token = (text(keys, "AWS", name) for name in ("AccessKeyId", "SecretAccessKey", "Token"))
    region = reference.region
    # The Chinese regions are a partition of their own.
    url = f"https://{service}.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}/"
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": action, "X-Amz-Security-Token": token}
    request = Request("POST", url, headers, json.dumps(asked).encode())
    response = ask(means.http, sign(request, key_id, key, region, service, now=means.system.now()), "AWS")
    if response.status != 200:
        # AWS has one status for everything, and words for it. Only those that we know are shown.
        found = re.search(rb"AccessDenied|NotFound|Throttling|Signature|Expired|Unrecognized", response.body)
        word, act = found[0].decode() if found else "for good", f"{service}:{action.partition('.')[2]}"
        raise (Later if found else Final)(
            f"AWS refuses {reference.where} (status {response.status}, {word}): is it there, is the clock right, may"
            f" the role {role} do {act} and use its key?"
        )
    return response


def sign(request: Request, key_id: str, key: str, region: str, service: str, *, now: float) -> Request:
    """The same request with AWS's signature, version 4, which covers all headers: for requests to `/` without a query.
    `now` is in seconds since 1970; more than five minutes from AWS's own, it is refused.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    headers = {**request.headers, "Host": request.url.split("/")[2], "X-Amz-Date": stamp}
    signed = sorted((name.lower(), value) for name, value in headers.items())
    names = ";".join(name for name, _ in signed)
    lines = "".join(f"{name}:{value}\n" for name, value in signed)
    # The request as both sides write it down before they sign.
    canonical = f"{request.method}\n/\n\n{lines}\n{names}\n{_digest(request.body or b'')}"
    secret = f"AWS4{key}".encode()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{_digest(canonical.encode())}"
    for part in (*scope.split("/"), text):
        secret = hmac.digest(secret, part.encode(), "sha256")
    proof = f"Credential={key_id}/{scope}, SignedHeaders={names}, Signature={secret.hex()}"
    return request._replace(headers={**headers, "Authorization": f"AWS4-HMAC-SHA256 {proof}"})


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
