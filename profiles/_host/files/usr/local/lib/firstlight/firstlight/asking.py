"""What stores and registries on the network have in common: a question, and an answer that is foreign to its last byte.

Nothing of an answer goes into a message but its status: a server may send back what it was sent.
"""

import json

from .errors import Final, Later
from .http import Http, Request, Response


def ask(http: Http, request: Request, who: str, needed: str = "") -> Response:
    """Asks once, and hands back an answer that will be the same the next time; with `needed`, none but 200.

    Raises:
        Later: no answer, too many questions, a fault of the server's own; or what is `needed` is not there yet.
        Final: an answer that is too large, or a redirection, which is not followed: a secret would go with it.
    """
    response = http.send(request)
    status = response.status
    # 412: a standby of Vault's that has not heard yet what its leader knows.
    if status in (408, 412, 425, 429) or status >= 500:
        raise Later(f"{who} cannot answer now (status {status})")
    if 300 <= status < 400:
        raise Final(f"{who} sends us elsewhere (status {status}): is its address right?")
    if needed and status != 200:
        raise Later(f"{who} refuses us (status {status}): {needed}")
    return response


def text(response: Response, who: str, *keys: str) -> str:
    """The text at these keys of an answer in JSON. A whole number is taken as its digits.

    Raises:
        Later: it is no JSON; some proxy in between may have said something.
        Final: there is no text; the message does not say what is there instead.
    """
    try:
        value = json.loads(response.body)
    except (ValueError, RecursionError):
        raise Later(f"{who} does not answer with JSON: is there a proxy in between?") from None
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if type(value) in (str, int):
        # JSON can write halves of characters, which nothing can be made of.
        return str(value).encode("utf-8", "replace").decode()
    raise Final(f"{who} answers without a text at {'.'.join(keys)}")
