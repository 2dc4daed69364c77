"""A secret that cannot be shown by mistake."""


class Secret:
    """Bytes that no message, log or traceback shows, and that cannot be pickled: a function holds them.

    `reveal()` alone gives them out: for a file of mode 0600, a standard input, a header of a request.
    """

    def __init__(self, value: bytes) -> None:
        """Takes the secret as it is: nothing is trimmed here."""

        def reveal() -> bytes:
            return value

        self.reveal = reveal
