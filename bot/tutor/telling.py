"""Whoever is to be told that a card is wrong, or was mended, step by step, so that a crash leaves nobody untold."""

from collections.abc import Collection

from msgspec import Struct

from bot.storage import cards, chats, complaints, editors, notices, present
from bot.storage.notices import Notice
from bot.tutor.card_views import MendedView, WrongView
from bot.tutor.desk import Desk

WRONG = "wrong"
MENDED = "mended"


class Letter(Struct, frozen=True):
    """What somebody is told of a card. `silent`: without a sound."""

    view: WrongView | MendedView
    silent: bool


def begin_anew(desk: Desk, runs: Collection[int]) -> None:
    """What an earlier life of the bot was sending when it ended may have arrived or not; what nobody was told, as
    nobody ran it then, is told to who `runs` it now.
    """
    notices.after_a_crash(desk.db)
    notices.tell_kept(desk.db, runs)


def to_tell(desk: Desk) -> tuple[Notice, ...]:
    """What was not told yet."""
    return notices.waiting(desk.db)


def begin(desk: Desk, notice: Notice, runs: Collection[int], allowed: Collection[int] = ()) -> Letter | None:
    """What is told, from now on under way; None: somebody else does that, or it is needless by now.

    `runs`: who runs the bot, and is told of decks of the folder. `allowed`: whom the bot serves; empty: everybody.
    """
    follows = notices.begins(desk.db, notice)
    if follows is None:
        return None
    view = _wrong(desk, notice, runs) if notice.kind == WRONG else mended(desk, notice.card_id, notice.chat_id)
    if view is None or (allowed and notice.chat_id not in allowed):
        notices.told(desk.db, notice)
        return None
    # What may have arrived before makes no second noise.
    return Letter(view, silent=follows or notice.kind == MENDED)


def _wrong(desk: Desk, notice: Notice, runs: Collection[int]) -> WrongView | None:
    card = cards.card(desk.db, notice.card_id)
    if card.archived or not complaints.is_open(desk.db, card.card_id):
        return None
    file = editors.file_of(desk.db, card.deck_id)
    can_mend = editors.owner(desk.db, card.deck_id) == notice.chat_id if file is None else notice.chat_id in runs
    return WrongView(card, file or "") if can_mend else None


def mended(desk: Desk, card_id: int, learner_id: int) -> MendedView | None:
    """What is told of it to who waited for that; None: they may see the card no more, or nowhere be written to."""
    card = cards.card(desk.db, card_id)
    deck = cards.deck(desk.db, card.deck_id, learner_id)
    if deck is not None:
        return None if deck.archived else MendedView(card, page=not card.archived, gone=card.archived)
    chat = chats.find(desk.db, learner_id)
    if chat is None or chat.started_at is None or chat.gone_at is not None:
        return None
    groups = present.groups_with(desk.db, learner_id, card.deck_id)
    there = [deck for chat_id in groups if (deck := cards.deck(desk.db, card.deck_id, chat_id)) is not None]
    return MendedView(card, page=False, gone=card.archived) if any(not deck.archived for deck in there) else None


def told(desk: Desk, notice: Notice) -> None:
    """It arrived, or never will."""
    notices.told(desk.db, notice)


def not_told(desk: Desk, notice: Notice) -> None:
    """It surely did not arrive, and may later."""
    notices.not_told(desk.db, notice)


def unsure(desk: Desk, notice: Notice) -> None:
    """It is open whether it arrived."""
    notices.unsure(desk.db, notice)
