"""One card put to a group: who is waited for, and when it closes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

# Who graded in so many of the last turns usually takes part.
LAST_TURNS = 5
OFTEN = 3
# Slow readers get this long even when everybody else was quick.
AT_LEAST = timedelta(seconds=20)
# After this long anybody may ask for another card.
PATIENCE = timedelta(seconds=60)


def regulars(takers: Sequence[frozenset[int]]) -> frozenset[int]:
    """Who usually takes part, from who graded in each of the turns before that anybody graded, newest first.

    Three of the last five turns; until there are five, and where nobody was in three, everybody who took part in any.
    """
    last = takers[:LAST_TURNS]
    counts = Counter(member for turn in last for member in turn)
    often = frozenset(member for member, turns in counts.items() if turns >= OFTEN)
    return often if often and len(last) == LAST_TURNS else frozenset(counts)


def closes_at(
    opened_at: datetime, planned: datetime | None, usual: frozenset[int], done: frozenset[int]
) -> datetime | None:
    """When the turn closes: at its time, or 20 s after it opened once everybody who usually takes part is `done`: has
    graded, or put the card aside.

    With nobody known it closes only at its time (None: when the next one comes).
    """
    if not usual or not usual <= done:
        return planned
    soonest = opened_at + AT_LEAST
    return soonest if planned is None else min(planned, soonest)
