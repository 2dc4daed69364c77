"""A call to one of AWS's services, by the role of this instance and without any AWS program."""

from __future__ import annotations

import json
import re

from firstlight.asking import SETTLES, Json, ask, code, status
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.secret import Secret

from .aws_signature import Keys, sign
from .means import Means

_METADATA = "http://169.254.169.254/latest"
_WHO = "the instance's metadata (169.254.169.254)"
_ROLE = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")
_KEY_ID = re.compile(r"[A-Za-z0-9]{16,128}")

_THROTTLED = frozenset(
    {"ThrottlingException", "TooManyRequestsException", "InternalServerError", "InternalServiceError"}
)
_UNSIGNED = frozenset(
    {"InvalidSignatureException", "RequestExpired", "ExpiredTokenException", "UnrecognizedClientException"}
)
_DENIED = frozenset({"AccessDeniedException", "AccessDenied"})
_ABSENT = frozenset({"ParameterNotFound", "ResourceNotFoundException"})


def call(means: Means, service: str, region: str, target: str, asked: dict[str, object]) -> Json:
    """What the service answers to a call by name. The first value of `asked` is what it is about.

    Raises:
        Later: no role or no permission yet, the thing is not there yet, AWS is busy, or our clock is wrong.
        Final: anything else that AWS refuses.
    """
    role = _Role(means)
    # The Chinese regions are a partition of their own.
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
    request = Request("POST", f"https://{service}.{region}.{domain}/", headers, json.dumps(asked).encode())
    request = sign(request, role.keys, region, service, means.system.now())
    who = f"AWS {service} in {region}"
    response = ask(means.http, request, who)
    if response.status != 200:
        action = target.rpartition(".")[2]
        raise _refusal(request, response, who, f"{next(iter(asked.values()))}", f"{role.name} {service}:{action}")
    return Json(response, who)


def _refusal(request: Request, response: Response, who: str, thing: str, grant: str) -> Final | Later:
    """Why, by the code that AWS has for it."""
    word = code(request, response, "__type")
    told = status(response, word)
    if word in _THROTTLED:
        return Later(f"{who} is busy {told}")
    if word in _UNSIGNED:
        return Later(f"{who} does not take our signature {told}: is this server's clock right? timedatectl shows it")
    if word in _DENIED:
        return Later(f"{who} does not let us read {thing} {told}: allow the role {grant}, and its key; {SETTLES}")
    if word in _ABSENT:
        return Later(f"{who} has no {thing} {told}: create it there")
    return Final(f"{who} refuses {thing} {told}")


class _Role:
    """The role of this instance, from its metadata, version 2: a session first, then the role's name and its keys."""

    def __init__(self, means: Means) -> None:
        self._means, self._session = means, ""
        lasting = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        self._session = self._get("PUT", "/api/token", lasting, r"[\x21-\x7e]{1,1024}", "session")
        ours = {"X-aws-ec2-metadata-token": self._session}
        path = "/meta-data/iam/security-credentials/"
        self.name = self._get("GET", path, ours, _ROLE.pattern, "role")
        self.keys = self._keys(self._ask("GET", path + self.name, ours))

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> Response:
        request = Request(method, _METADATA + path, headers, timeout=10.0)
        try:
            response = ask(self._means.http, request, _WHO)
        except Later as error:
            raise Later(f"{error}; only a server of AWS has an AWS role") from None
        if response.status == 404:
            raise Later(f"this instance has no role: attach an instance profile to it; {SETTLES}")
        if response.status != 200:
            raise Final(f"{_WHO} is closed to us {status(response)}: let it answer, in its version 2")
        return response

    def _get(self, method: str, path: str, headers: dict[str, str], form: str, what: str) -> str:
        text = self._ask(method, path, headers).body.decode("utf-8", "replace").strip()
        if not re.fullmatch(form, text):
            raise Final(f"{_WHO} answers with no {what}: is this a server of AWS?")
        return text

    def _keys(self, response: Response) -> Keys:
        answer = Json(response, _WHO)
        if answer.text("Code") != "Success":
            raise Later(f"{_WHO} has no keys for the role {self.name}: does it trust EC2 to take it on? {SETTLES}")
        key_id = answer.text("AccessKeyId")
        if not _KEY_ID.fullmatch(key_id):
            raise Final(f"{_WHO} answers with no key for the role {self.name}")
        return Keys(key_id, Secret(answer.text("SecretAccessKey").encode()), Secret(answer.token("Token").encode()))
