"""A secret that cannot be shown by mistake."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Bytes that no message, log or traceback shows. Only `reveal` gives them out."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        """Takes the secret as it is: nothing is trimmed here."""
        self._value = value

    def reveal(self) -> bytes:
        """The secret itself: for a file of mode 0600, a standard input, a header of a request. For nothing else."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compares in constant time."""
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    # A hash in a set's order would tell something of the value.
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._value)

    def __repr__(self) -> str:
        """Shows nothing, not even the length."""
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        """Shows nothing in f-strings either, whatever the format asks for."""
        return repr(self)

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled or copied into anything.

        Raises:
            TypeError: always.
        """
        raise TypeError("a secret is not written down")
