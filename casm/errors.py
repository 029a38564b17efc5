"""The one error a person is meant to read: what is wrong and what mends it."""


class CasmError(Exception):
    """Something the person at the keyboard can act on.

    message: what is wrong, one sentence. mend: what to do about it, or empty when nothing can be done.
    Neither may carry a password or key.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} Mend: {self.mend}" if self.mend else self.message
