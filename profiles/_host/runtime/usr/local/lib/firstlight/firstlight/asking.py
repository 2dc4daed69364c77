"""What stores and registries on the network have in common: a question, and an answer that is foreign to its last byte.

Nothing of an answer goes into a message but its status and, if it is a plain word that was not part of the question,
its error code: a server may send back what it was sent.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import Final, Later
from .http import Http, Request, Response

SETTLES = "a new permission may take some minutes to hold"
"""What all clouds say of theirs; so a refusal for want of one is `Later`."""

_PASSING = frozenset({408, 425, 429})
_CODE = re.compile(r"[A-Za-z_]{2,60}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")


def ask(http: Http, request: Request, who: str) -> Response:
    """Asks once, and hands back an answer that will be the same the next time.

    Raises:
        Later: no answer, too many questions, or a fault of the server's own.
        Final: an answer that is too large, or a redirection, which is not followed: a secret would go with it.
    """
    response = http.send(request)
    status = response.status
    if status in _PASSING or status >= 500:
        what = "asks for fewer questions" if status == 429 else "has a fault of its own"
        raise Later(f"{who} {what} (status {status})")
    if 300 <= status < 400:
        raise Final(f"{who} sends us elsewhere (status {status}), where no secret is sent: is its address right?")
    return response


def code(request: Request, response: Response, *keys: str) -> str:
    """The error code at these keys of an answer, or nothing. AWS writes `NAMESPACE#CODE`."""
    value = _parsed(response)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    word = value.rpartition("#")[2] if isinstance(value, str) else ""
    sent = [*request.headers.values(), (request.body or b"").decode("utf-8", "replace")]
    return word if _CODE.fullmatch(word) and not any(word in one for one in sent) else ""


def status(response: Response, code: str = "") -> str:
    """How an answer is named in a message."""
    return f"(status {response.status}{code and ', '}{code})"


class Json:
    """An answer that should be JSON with certain texts in it."""

    def __init__(self, response: Response, who: str) -> None:
        """Reads it.

        Raises:
            Later: it is no JSON; some proxy in between may have said something.
        """
        self._value, self._who = _parsed(response), who
        if self._value is None:
            raise Later(f"{who} does not answer with JSON: a proxy in between, or a page that says it is being mended")

    def has(self, key: str) -> bool:
        """Whether there is anything at that key."""
        return isinstance(self._value, dict) and self._value.get(key) is not None

    def text(self, *keys: str) -> str:
        """The text at these keys. A whole number is taken as its digits.

        Raises:
            Final: there is none; the message does not say what is there instead.
        """
        value = self._value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not _is_text(value):
            raise Final(f"{self._who} answers without a text at {'.'.join(keys)}")
        return value

    def token(self, *keys: str) -> str:
        """The text at these keys, if it can stand in a header.

        Raises:
            Final: there is none, or it cannot.
        """
        value = self.text(*keys)
        if not is_token(value):
            raise Final(f"{self._who} answers with something at {'.'.join(keys)} that is no token")
        return value


def is_token(text: str) -> bool:
    """Whether a text can stand in a header as a token."""
    return bool(_TOKEN.fullmatch(text))


def _parsed(response: Response) -> Any:  # noqa: ANN401 (JSON is anything)
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _is_text(value: str) -> bool:
    """JSON can write halves of characters, which nothing can be made of."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
