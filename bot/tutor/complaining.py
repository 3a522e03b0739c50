"""A card that somebody says is wrong: who can mend it is told, and whoever said so is told once it is mended."""

from collections.abc import Collection, Iterable, Mapping

from bot.storage import cards, complaints, editors, marks, notices
from bot.storage.cards import StoredCard
from bot.storage.complaints import Said
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import asking, card_page, showing, telling
from bot.tutor.card_views import WrongView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone, TakenOut

Wrong = Mapping[int, Mapping[int, Said]]
"""Decks → cards that are said to be wrong → what they say."""


def say(
    desk: Desk, who: Who, card_id: int, turn_id: int, runs: Collection[int], message: Message
) -> tuple[Outcome, tuple[Notice, ...]]:  # fmt: skip
    """The turn, or (no turn) the card's page, with thanks; who is to be told of it, once a card and person: its deck's
    owner, of decks of the folder those who `runs` the bot.
    """
    if turn_id:
        there = asking.admit(desk, who, turn_id, message)
        if isinstance(there, Outcome):
            return there, ()
        bare = asking.stand(desk, there.turn, message)
        shown = Outcome(
            showing.view_of(desk, there.learner, there.turn, there.card, there.current), message, bare
        )  # fmt: skip
        card: StoredCard | None = there.card
    elif (passed := showing.passed(desk, who, message, False)) is not None:
        return passed, ()
    else:
        card = card_page.seen(desk, who, card_id)
        shown = Outcome() if card is None else Outcome(card_page.view(desk, who, card), message)
    if card is None:
        return card_page.gone(desk, who, message), ()
    toast, told = mark(desk, who, card, runs)
    return Outcome(shown.view, shown.where, shown.bare, toast), told


def mark(desk: Desk, who: Who, card: StoredCard, runs: Collection[int]) -> tuple[CardDone, tuple[Notice, ...]]:
    """Thanks for saying that a card is wrong which they have seen, and who is to be told of it, as in `say`."""
    # The same tap, if the bot died behind the first time.
    again = not marks.first_time(desk.db, who.update_id, desk.now)
    new = not again and complaints.add(desk.db, card.card_id, who.learner_id, desk.now)
    people = _mending(desk, card, runs)
    told = _noted(desk, card.card_id, people, telling.WRONG) if new else ()
    if new and not people and editors.file_of(desk.db, card.deck_id) is not None:
        notices.keep(desk.db, card.card_id, telling.WRONG)
    if not new and not again:
        return CardDone("marked_before"), told
    return CardDone("marked" if people else "marked_untold"), told


def _mending(desk: Desk, card: StoredCard, runs: Collection[int]) -> list[int]:
    """Who is told that it is wrong."""
    if editors.file_of(desk.db, card.deck_id) is not None:
        return sorted(runs)
    owner_id = editors.owner(desk.db, card.deck_id)
    return [] if owner_id is None else [owner_id]


def _noted(desk: Desk, card_id: int, people: Iterable[int], kind: str) -> tuple[Notice, ...]:
    """They are told: now, or after a crash."""
    new = tuple([Notice(card_id, chat_id, kind) for chat_id in people])
    notices.add(desk.db, new)
    return new


def settle(
    desk: Desk, who: Who, card_id: int, came: str, runs: bool, message: Message
) -> tuple[Outcome, tuple[Notice, ...]]:  # fmt: skip
    """It was mended, or is right as it is, says who was told of it: who may edit it or, for decks of the folder, `runs`
    the bot.
    """
    card = cards.find(desk.db, card_id)
    may = card is not None and (
        editors.may_edit(desk.db, card.deck_id, who.learner_id)
        or (runs and editors.file_of(desk.db, card.deck_id) is not None)
    )
    if card is None or not may or came not in ("mended", "right"):
        return Outcome(toast=TakenOut()), ()
    again = not marks.first_time(desk.db, who.update_id, desk.now)
    before = None if again or complaints.is_open(desk.db, card_id) else complaints.last(desk.db, card_id)
    if before is not None:
        return Outcome(WrongView(card, settled=before), message, toast=CardDone("settled")), ()
    waited = _waited(desk, card_id, came, who.learner_id)
    told = _noted(desk, card_id, waited, telling.MENDED) if came == "mended" else ()
    return Outcome(WrongView(card, settled=came), message), told


def mended_by(desk: Desk, learner_id: int | None, card_id: int) -> tuple[Notice, ...]:
    """Nobody waits any more for the card to be mended; who did is told, but for who mended it."""
    return _noted(desk, card_id, _waited(desk, card_id, "mended", learner_id), telling.MENDED)


def said_of(desk: Desk, deck_ids: Collection[int]) -> Wrong:
    """The cards of these decks that are said to be wrong, as they are now, for `changed`."""
    return {deck_id: complaints.said_of(desk.db, deck_id) for deck_id in deck_ids}


def changed(desk: Desk, learner_id: int | None, before: Wrong) -> tuple[Notice, ...]:
    """The same as `mended_by` of those that say something else than `before`, or are archived since."""
    anew: list[int] = []
    for deck_id, wrong in before.items():
        now = complaints.said_of(desk.db, deck_id)
        # One that was archived and is back says what it said.
        anew += [each for each, said in wrong.items() if each in now and now[each] not in (said, said.here)]
    return tuple([notice for card_id in anew for notice in mended_by(desk, learner_id, card_id)])


def _waited(desk: Desk, card_id: int, came: str, learner_id: int | None) -> list[int]:
    """Those who waited until now, and may be told of it."""
    waited = [each for each in complaints.settle(desk.db, card_id, came, desk.now) if each != learner_id]
    return [each for each in waited if telling.mended(desk, card_id, each) is not None]
