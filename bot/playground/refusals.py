"""How the server says no."""

from typing import Any


class RefusalError(Exception):
    """The answer to a call that was not done, with Telegram's code and words."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(words: str) -> RefusalError:
    """400 with these words."""
    return RefusalError(400, f"Bad Request: {words}")


def forbidden(words: str) -> RefusalError:
    """403 with these words."""
    return RefusalError(403, f"Forbidden: {words}")


def too_many(seconds: int) -> RefusalError:
    """429: nothing more before so many seconds have passed."""
    return RefusalError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
