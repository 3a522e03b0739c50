"""What the bot has not heard yet: updates in order, confirmed by the offset of the next getUpdates."""

from dataclasses import dataclass
from typing import Any

from .bell import Bell
from .clock import WorldClock

FIRST_UPDATE_ID = 810_000_001
KEPT_SECONDS = 24 * 3600
# These come only to a bot that asked for them by name.
ONLY_WHEN_ASKED = frozenset({"chat_member", "chosen_inline_result", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened, as it goes over the wire."""

    id: int
    kind: str
    body: dict[str, Any]
    made_at: float  # seconds passed by the clock

    def as_json(self) -> dict[str, Any]:
        """The object that getUpdates gives."""
        return {"update_id": self.id, self.kind: self.body}


class UpdateQueue:
    """The updates that were not confirmed, and the one poller that fetches them."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._waiting: list[Update] = []
        self._known: dict[int, Update] = {}
        self._last_id = FIRST_UPDATE_ID - 1
        self._allowed: frozenset[str] | None = None
        # Repeated on purpose, whatever the offset: whether it was handed out.
        self._again: dict[int, bool] = {}
        self.polls = 0  # how often getUpdates was called
        self.came = Bell()
        self.confirmed = Bell()
        self.polled = Bell()
        self._poller = 0
        self._open = 0

    def begin_after(self, number: int) -> None:
        """Let the next update have the number after this one."""
        self._last_id = number

    def add(self, kind: str, body: dict[str, Any], *, early: bool = False) -> int:
        """The id of a new update, or 0 if the bot does not want this kind.

        `early`: it comes all the same, as one that was made before the bot said what it wants.
        """
        if not early and not self.wants(kind):
            return 0
        self._last_id += 1
        update = Update(self._last_id, kind, body, self._clock.passed())
        self._known[update.id] = update
        self._waiting.append(update)
        self.came.ring()
        return update.id

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are made for the bot."""
        if self._allowed:
            return kind in self._allowed
        return kind not in ONLY_WHEN_ASKED

    def redeliver(self, update_id: int) -> None:
        """Hand an update out once more, under its own id, though it was confirmed."""
        self._again[update_id] = False
        self.came.ring()

    def is_confirmed(self, update_id: int) -> bool:
        """Whether the bot has said that it is done with it."""
        return update_id not in self._again and all(update.id != update_id for update in self._waiting)

    def hand_out(self, limit: int) -> list[Update]:
        """What a poll is answered with, oldest first."""
        again = [self._known[update_id] for update_id in self._again]
        batch = sorted([*again, *self.waiting()], key=lambda update: update.id)[:limit]
        self._again.update({update.id: True for update in batch if update.id in self._again})
        return batch

    @property
    def has_some(self) -> bool:
        """Whether a poll would be answered at once."""
        return bool(self._again or self.waiting())

    def waiting(self) -> list[Update]:
        """What was never confirmed and is not too old, oldest first."""
        oldest = self._clock.passed() - KEPT_SECONDS
        if any(update.made_at < oldest for update in self._waiting):
            self._waiting = [update for update in self._waiting if update.made_at >= oldest]
            self.confirmed.ring()
        return self._waiting

    def confirm(self, offset: int) -> None:
        """Forget every update below the offset; a negative one keeps that many from the end."""
        waiting = self.waiting()
        if offset < 0:
            offset = waiting[offset:][0].id if waiting else 0
        self._waiting = [update for update in waiting if update.id >= offset]
        self._again = {each: given for each, given in self._again.items() if not given or each >= offset}
        self.confirmed.ring()

    def allow(self, kinds: list[str] | None) -> None:
        """Take over which kinds are wanted from now on; None leaves it as it was, an empty list is the default."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    def start_poll(self) -> int:
        """The number of a new poll; the one before it is over from now on."""
        self._poller += 1
        self.polls += 1
        self._open += 1
        self.polled.ring()
        self.came.ring()
        return self._poller

    def end_poll(self) -> None:
        """A poll was answered, or its client left."""
        self._open -= 1
        self.polled.ring()

    @property
    def is_polled(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self._open > 0

    def terminated(self, poll: int) -> bool:
        """Whether a later poll has taken the place of this one."""
        return poll != self._poller

    def clear(self) -> None:
        """Drop everything that waits."""
        self._waiting = []
        self.confirmed.ring()
