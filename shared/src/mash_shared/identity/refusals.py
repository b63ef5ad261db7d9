"""Why nobody is signed in, in one sentence that never quotes a token."""


class NotSignedInError(Exception):
    """There is no token, or it does not hold; `str(error)` says why, never what was in it."""


class TokenExpiredError(NotSignedInError):
    """A token that somebody vouched for has run out: its person has to sign in again."""

    def __init__(self) -> None:
        super().__init__("The token has expired.")


class KeysUnreachableError(Exception):
    """Whether a token holds cannot be said now: its provider's keys cannot be fetched."""

    def __init__(self) -> None:
        super().__init__(
            "The provider of the keys that prove who signs in cannot be reached; try again later."
        )
