"""What the administrators are told: each thing at once, and never so much that nobody reads it."""

from collections import deque
from collections.abc import Callable

HOUR_SECONDS = 3600.0
MOST_AN_HOUR = 10
# Of what waited: so many lines, the rest as a number. The log has everything at once.
LINES = 10
LONGEST_LINE = 200
LONGEST_MESSAGE = 1900
REST_WAITS = "Whatever else comes within the hour waits and comes in one message; the log has it at once."


class Reports:
    """Sends at most so many messages an hour.

    `send` lets a message go and does not wait for it: Telegram may hold an administrator's chat for an hour. `passed`:
    seconds that never go back, whatever the clock is set to.
    """

    def __init__(self, send: Callable[[str], None], passed: Callable[[], float]) -> None:
        self._send = send
        self._passed = passed
        self._sent: deque[float] = deque()
        self._waiting: list[str] = []  # the first few, shortened
        self._came = 0

    async def tell(self, report: str) -> None:
        """Send it now, or keep it until the hour is over."""
        if self._came or self._left() == 0:
            self._came += 1
            if len(self._waiting) < LINES:
                self._waiting.append(_cut(report.partition("\n")[0], LONGEST_LINE))
            return
        self._say(report)

    async def look(self) -> None:
        """Send what waited, all in one message, if its time has come."""
        if self._came == 0 or self._left() == 0:
            return
        lines, came = self._waiting, self._came
        self._waiting, self._came = [], 0
        more = came - len(lines)
        self._say("\n".join([*lines, f"And {more} more; the log has them all."] if more else lines))

    def _left(self) -> int:
        """How many messages may still be sent within this hour."""
        while self._sent and self._passed() - self._sent[0] >= HOUR_SECONDS:
            self._sent.popleft()
        return MOST_AN_HOUR - len(self._sent)

    def _say(self, message: str) -> None:
        self._sent.append(self._passed())
        said = _cut(message, LONGEST_MESSAGE)
        self._send(said if self._left() else f"{said}\n{REST_WAITS}")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
