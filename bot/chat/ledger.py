"""Which updates were given, which are done and which lie in the inbox: with that, what may be confirmed."""

import math
from collections.abc import Iterable, Sequence

from bot.chat.inbox import Raw

# So many at most lie in the inbox: what Telegram keeps longer than that, it keeps for a day.
MOST_ASIDE = 10_000


class Ledger:
    """The books of one loop. Moments are seconds on a clock that never goes back."""

    def __init__(self) -> None:
        self._undone: dict[int, Raw] = {}  # and not put aside, in the order in which they were given
        self._given_at: dict[int, float] = {}  # of these
        self._aside: set[int] = set()  # undone too
        self._kept: set[int] = set()  # these are in the inbox, or are being put there
        self._done: set[int] = set()  # done, but not yet confirmed
        self._next = 0  # one above the highest update that was ever given
        self.confirmed = 0  # the offset that Telegram has last been told

    @property
    def offset(self) -> int:
        """The first update that is neither done nor put aside: all before it are."""
        return min(self._undone, default=self._next)

    @property
    def all_done(self) -> bool:
        """Whether nothing is undone, but for what was put aside."""
        return not self._undone

    @property
    def any_aside(self) -> bool:
        return bool(self._aside)

    def take(self, found: Sequence[Raw], now: float) -> list[Raw]:
        """Those of what Telegram gave that are new; undone from now on, so that none is confirmed by mistake."""
        known = self._undone.keys() | self._done | self._aside
        new = [raw for raw in found if raw["update_id"] not in known]
        for raw in new:
            self._undone[raw["update_id"]] = raw
            self._given_at[raw["update_id"]] = now
        if found:
            # Also of those that are known: what an earlier life put aside and did not confirm is confirmed now.
            self._next = max(self._next, found[-1]["update_id"] + 1)
        return new

    def take_from_inbox(self, update_id: int) -> None:
        """An earlier life put it aside and did not finish it."""
        self._kept.add(update_id)
        self._aside.add(update_id)

    def told(self, offset: int) -> None:
        """Telegram was told to forget everything below."""
        self.confirmed = offset
        self._done = {update_id for update_id in self._done if update_id >= offset}

    def to_put_aside(self, now: float, patience: float) -> list[Raw]:
        """All that is undone, if the oldest of it waits for so many seconds: those behind would be next to hold up the
        rest. From now on they count as being in the inbox. Empty where there is no room for them.
        """
        late = bool(self._undone) and now - min(self._given_at.values()) >= patience
        if not late or len(self._aside) + len(self._undone) > MOST_ASIDE:
            return []
        self._kept |= self._undone.keys()
        return list(self._undone.values())

    def will_take_long(self, update_id: int) -> None:
        """It is known already: however patient somebody is, it is to be put aside."""
        if update_id in self._given_at:
            self._given_at[update_id] = -math.inf

    def is_aside(self, update_id: int) -> bool:
        return update_id in self._aside

    def put_aside(self, updates: Iterable[Raw]) -> None:
        """They are in the inbox; some may have been done meanwhile."""
        for raw in updates:
            if self._undone.pop(raw["update_id"], None) is not None:
                del self._given_at[raw["update_id"]]
                self._aside.add(raw["update_id"])

    def could_not_put_aside(self, now: float) -> None:
        """They stay with Telegram, and are tried again when as much time has passed."""
        self._given_at = dict.fromkeys(self._given_at, now)

    def may_be_in_inbox(self, update_id: int) -> bool:
        return update_id in self._kept

    def finish(self, update_id: int) -> None:
        """It is done, and no longer in the inbox."""
        self._kept.discard(update_id)
        self._aside.discard(update_id)
        self._undone.pop(update_id, None)
        self._given_at.pop(update_id, None)
        self._done.add(update_id)
