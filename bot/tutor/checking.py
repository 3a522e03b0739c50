"""Whether every memory is what the review log leads to."""

from dataclasses import dataclass
from itertools import groupby
from sqlite3 import Connection

from bot.storage import reviews
from bot.storage.reviews import Review
from bot.study import replay
from bot.study.memory import Memory, Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """`memories`: those with a review that stands, of everybody; `differ`: learner and card where the two disagree."""

    memories: int
    differ: tuple[tuple[int, int], ...]


def verify(db: Connection) -> Verdict:
    """Replay the whole log, without the cache, and compare."""
    policies = reviews.policies(db)
    stored = reviews.every_memory(db)
    replayed: dict[tuple[int, int], Memory | None] = {}
    differ: list[tuple[int, int]] = []
    for key, entries in groupby(reviews.log(db), key=lambda entry: (entry.learner_id, entry.card_id)):
        try:
            replayed[key] = _replayed(list(entries), policies)
        except ValueError:
            # A log that contradicts itself is the worst difference of all.
            replayed[key] = None
            differ.append(key)
    for key in replayed.keys() | stored.keys():
        if not replay.agree(replayed.get(key), stored.get(key)) and key not in differ:
            differ.append(key)
    return Verdict(sum(memory is not None for memory in replayed.values()), tuple(sorted(differ)))


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
        )
        for entry in entries
        if entry.review_id not in crammed and entry.undoes not in crammed
    )
