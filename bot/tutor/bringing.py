"""What a file tells of somebody's progress → what is kept of it here. Not for a transaction: a log takes its time."""

import json
from datetime import timedelta

from msgspec import structs

from bot.decks.arrival import Arriving
from bot.decks.progress import CardProgress, Own
from bot.storage import bringing, reviews
from bot.storage.arriving import ArrivingCard
from bot.storage.bringing import Brought, LogRow
from bot.storage.columns import to_day, to_ms
from bot.study import elsewhere
from bot.study.elsewhere import Learned
from bot.study.memory import Memory, Policy, elapsed_days

_LONGEST_MS = 60_000
# So far another machine's clock may be ahead.
_AHEAD = timedelta(days=1)


def prepared(card: Arriving, types: list[str], learned: Learned | None, *, anew: bool) -> ArrivingCard:
    """The card as it waits to go into its deck.

    Args:
        types: the note types that were told so far.
        learned: how its owner learns; None: nobody's progress is wanted.
        anew: a card with quite another answer begins anew.
    """
    brought: Brought | None = None
    if anew and card.rewritten:
        brought = Brought(anew=True, log=_log(card.progress, learned))
    elif card.progress is not None and learned is not None:
        brought = _brought(card.progress, learned)
    return ArrivingCard(
        card.card_id,
        card.position,
        card.written,
        "" if card.notetype is None else types[card.notetype],
        "" if brought is None else bringing.to_json(brought),
    )


def _brought(progress: CardProgress, learned: Learned) -> Brought | None:
    if progress.own is not None:
        return _own(progress.own, learned)
    memory = elsewhere.memory_of(progress, learned)
    return Brought(
        None if memory is None else reviews.to_columns(memory),
        progress.answered_ms or 0,
        progress.suspended,
        progress.buried,
        log=_log(progress, learned),
    )


def _own(own: Own, learned: Learned) -> Brought | None:
    """As another Deckhand had it; None where its policies or its memory are none, as in a forged file."""
    try:
        policies = tuple(Policy.from_json(body).to_json() for body in own.policies)
        if own.memory is not None:
            _refuse_future(reviews.from_columns(json.loads(own.memory)), learned)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    return Brought(own=structs.replace(own, policies=policies))


def _refuse_future(memory: Memory, learned: Learned) -> None:
    """Raises ValueError for an answer that is still to come: nothing could be graded after it."""
    elapsed_days(memory, learned.now.day)
    if memory.last_at - learned.now.at > _AHEAD:
        raise ValueError("it was answered after the present")


def _log(progress: CardProgress | None, learned: Learned | None) -> tuple[LogRow, ...]:
    if progress is None or learned is None:
        return ()
    return tuple(
        LogRow(
            to_ms(each.moment.at),
            to_day(each.moment.day),
            to_ms(each.moment.day_ends_at),
            each.graded.kind,
            each.graded.grade,
            None if each.before is None else str(each.before),
            min(each.graded.taken_ms, _LONGEST_MS),
            json.dumps({
                "interval": each.graded.interval,
                "last_interval": each.graded.last_interval,
                "factor": each.graded.factor,
            }),
        )
        for each in elsewhere.logged(progress, learned)
    )  # fmt: skip
