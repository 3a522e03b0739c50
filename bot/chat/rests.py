"""What failed rests before it is tried again, each time twice as long as the time before."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from msgspec import Struct

Key = TypeVar("Key", bound=Hashable)


class _Rest(Struct, frozen=True):
    ends_at: float
    seconds: float


class Rests(Generic[Key]):
    """Which of them rest, and until when: seconds passed, as the clock counts them.

    The first rest takes `first` seconds, none more than `longest`. A rest that ended `longest` ago is forgotten: what
    it was for may have come to its end another way, and then nobody says that it is over.
    """

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._rests: dict[Key, _Rest] = {}

    def begin(self, key: Key, now: float, at_least: float = 0.0) -> None:
        """It failed: from now on it rests, and not less than so many seconds, for which the next rest is no longer."""
        before = self._rests.get(key)
        seconds = self._first if before is None else min(2 * before.seconds, self._longest)
        self._rests[key] = _Rest(now + max(seconds, at_least), seconds)

    def over(self, key: Key) -> None:
        """It went well: should it fail again, it rests as if for the first time."""
        self._rests.pop(key, None)

    def ends_at(self, key: Key) -> float:
        """When it may be tried again; 0: it does not rest."""
        rest = self._rests.get(key)
        return 0.0 if rest is None else rest.ends_at

    def resting(self, now: float) -> set[Key]:
        """All that rest now."""
        self.tidy(now)
        return {key for key, rest in self._rests.items() if now < rest.ends_at}

    def tidy(self, now: float) -> None:
        """Forget what ended long ago."""
        self._rests = {key: rest for key, rest in self._rests.items() if now < rest.ends_at + self._longest}
