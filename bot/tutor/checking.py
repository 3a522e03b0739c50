"""Whether every memory is what the review log leads to."""

import heapq
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from sqlite3 import Connection

from msgspec import Struct

from bot.storage import backup, reviews
from bot.storage.reviews import Review
from bot.study import replay
from bot.study.memory import Memory, Policy

# Learner and card; entries of the log; what is remembered.
_Card = tuple[tuple[int, int], list[Review], Memory | None]


class Verdict(Struct, frozen=True):
    """`memories`: those with a review that stands, of everybody; `differ`: learner and card where the two disagree."""

    memories: int
    differ: tuple[tuple[int, int], ...]


def verify(db: Connection) -> Verdict:
    """Replay the whole log, without the cache, and compare; one card of one learner after the other."""
    policies = reviews.policies(db)
    memories = 0
    differ: list[tuple[int, int]] = []
    for key, entries, stored in _side_by_side(db):
        try:
            replayed = _replayed(entries, policies)
        except ValueError:
            # A log that contradicts itself is the worst difference of all.
            differ.append(key)
            continue
        memories += replayed is not None
        if not replay.agree(replayed, stored):
            differ.append(key)
    return Verdict(memories, tuple(differ))


def verify_copy(path: Path) -> Verdict:
    """The same of a copy that nobody writes, once it is known to be whole; raises DatabaseRefused."""
    backup.check(path)
    with backup.looked_at(path) as connection:
        return verify(connection)


def _side_by_side(db: Connection) -> Iterator[_Card]:
    """Learner and card, with what the log has of them and what is remembered; never more than one in memory."""
    log = groupby(reviews.log(db), key=lambda entry: (entry.learner_id, entry.card_id))
    entries: Iterator[_Card] = ((key, list(group), None) for key, group in log)
    stored: Iterator[_Card] = ((key, [], memory) for key, memory in reviews.every_memory(db))
    for key, rows in groupby(heapq.merge(entries, stored, key=_key), key=_key):
        found = list(rows)
        yield (
            key,
            [entry for row in found for entry in row[1]],
            next((row[2] for row in found if row[2] is not None), None),
        )


def _key(row: _Card) -> tuple[int, int]:
    return row[0]


def _replayed(entries: list[Review], policies: dict[int, Policy]) -> Memory | None:
    # Cramming stands in the log and changes no memory, and so does the taking back of it.
    crammed = {entry.review_id for entry in entries if entry.kind == "cram"}
    return replay.replay(
        replay.Review(
            review_id=entry.review_id,
            card_id=entry.card_id,
            at=entry.moment.at,
            day=entry.moment.day,
            day_ends_at=entry.moment.day_ends_at,
            grade=entry.grade,
            policy=None if entry.policy_id is None else policies[entry.policy_id],
            undoes=entry.undoes,
            set_to=replay.Set(entry.after) if entry.kind == "manual" else None,
        )
        for entry in entries
        if entry.review_id not in crammed and entry.undoes not in crammed
    )
