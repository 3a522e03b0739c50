"""Telegram's pace, by the time that passes in the playground: how much may be sent before the server answers 429."""

import math
from dataclasses import dataclass, field

from .refusals import too_many
from .values import ChatKind


@dataclass(slots=True)
class Bucket:
    """So many at once, and so many a second after that."""

    size: float
    per_second: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 if it fits now."""
        self.left = min(self.size, self.left + max(0.0, now - self.at) * self.per_second)
        self.at = now
        # What is missing by a rounding error is there.
        return 0.0 if self.left >= 1 - 1e-9 else (1 - self.left) / self.per_second


@dataclass(slots=True)
class Flood:
    """The limits; `on` may be switched at any time. Only new messages count, edits and answers do not."""

    on: bool = True
    overall_per_second: float = 30.0
    private_burst: float = 20.0
    private_per_second: float = 1.0
    group_per_minute: float = 20.0
    refused: int = 0
    _all: Bucket | None = None
    _chats: dict[int, Bucket] = field(default_factory=dict)
    _closed_until: dict[int, float] = field(default_factory=dict)  # by chat, 0 for all of them

    def check(self, chat_id: int, kind: ChatKind, now: float) -> None:
        """Count one message to a chat at that second; raises RefusalError with 429 if it is one too many."""
        if not self.on:
            return
        closed = max(self._closed_until.get(0, 0.0), self._closed_until.get(chat_id, 0.0))
        if now < closed:
            self._refuse(closed - now)
        overall = self._overall(now)
        chat = self._chats.setdefault(chat_id, self._bucket(kind, now))
        for key, bucket in ((0, overall), (chat_id, chat)):
            seconds = bucket.wait(now)
            if seconds:
                # Telegram makes one wait longer than it would take: a whole second at least.
                self._closed_until[key] = now + math.ceil(seconds)
                self._refuse(seconds)
        overall.left -= 1
        chat.left -= 1

    def _refuse(self, seconds: float) -> None:
        self.refused += 1
        raise too_many(max(1, math.ceil(seconds)))

    def _overall(self, now: float) -> Bucket:
        if self._all is None:
            self._all = Bucket(self.overall_per_second, self.overall_per_second, self.overall_per_second, now)
        return self._all

    def _bucket(self, kind: ChatKind, now: float) -> Bucket:
        if kind == "private":
            return Bucket(self.private_burst, self.private_per_second, self.private_burst, now)
        return Bucket(self.group_per_minute, self.group_per_minute / 60, self.group_per_minute, now)
