"""A secret as an editor, a web page or a shell left it, made into the secret itself."""

from __future__ import annotations

from firstlight.errors import Final
from firstlight.secret import Secret

_MARK = b"\xef\xbb\xbf"


def clean(data: bytes, where: str) -> Secret:
    """Without the ends of lines around it and a byte order mark before it. What has several lines keeps them: whoever
    needs the secret knows whether that can be.

    Raises:
        Final: it is empty, or no text; `where` says which.
    """
    value = data.removeprefix(_MARK).strip(b"\r\n")
    if not value:
        raise Final(f"{where} is empty: put the secret there")
    if b"\0" in value or not _is_utf8(value):
        raise Final(f"{where} is not plain text (UTF-16 perhaps, as PowerShell writes it): save it as UTF-8")
    return Secret(value)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
