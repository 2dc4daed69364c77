"""AWS Signature Version 4, for requests to `/` without a query: what AWS's JSON services take."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from firstlight.http import Request
from firstlight.secret import Secret


@dataclass(frozen=True)
class Keys:
    """The credentials of a role, which last for some hours."""

    id: str
    secret: Secret
    session: Secret | None = None


def sign(request: Request, keys: Keys, region: str, service: str, now: float) -> Request:
    """The same request with its signature, which covers all headers. `now` is in seconds since 1970; more than five
    minutes from AWS's own, it is refused.
    """
    stamp = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    host = request.url.removeprefix("https://").rstrip("/")
    headers = {**request.headers, "Host": host, "X-Amz-Date": stamp}
    if keys.session:
        headers["X-Amz-Security-Token"] = keys.session.reveal().decode()
    signed = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(signed))
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{_digest(_canonical(request, signed, names))}"
    key = b"AWS4" + keys.secret.reveal()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return replace(request, headers=headers)


def _canonical(request: Request, signed: Mapping[str, str], names: str) -> bytes:
    """The request as both sides write it down before they sign."""
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    return f"{request.method}\n/\n\n{lines}\n{names}\n{_digest(request.body or b'')}".encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
