"""All that somebody takes along when they leave: what they may see, their settings, log and memories."""

from msgspec import Struct

from bot.decks.choices import DeckChoices, Settings
from bot.decks.everything_told import CardLine, Head, LogLine, ProgressLine
from bot.storage import arriving, cards, chats, everything, exports, owned
from bot.storage.cards import StoredDeck
from bot.storage.chats import Chat, to_minute, to_time
from bot.study import hours
from bot.tutor import sharing, starting
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

_EVERY_DAY = 127


class Whole(Struct, frozen=True):
    """All of it but cards and log, which are read in pieces.

    Attributes:
        decks: with whether it is studied.
        last_review: the number of the last row of the log that belongs to it.
    """

    head: Head
    decks: tuple[tuple[StoredDeck, bool], ...]
    progress: tuple[ProgressLine, ...]
    last_review: int


class DeckCards(Struct, frozen=True):
    """A deck's cards with their note types by id, and where its media are stored, by the author's name."""

    cards: tuple[CardLine, ...]
    types: dict[int, str]
    stored: dict[str, str]


def whole(desk: Desk, who: Who, origin: str, most_bytes: int, bare: bool) -> Whole:
    """What somebody known here has: own decks, put away ones too, and of others what they study or have learned from.

    `origin` and `most_bytes`: as in `bot.decks.everything.Head`; `bare`: without pictures and recordings.
    """
    chat = chats.find(desk.db, who.learner_id)
    assert chat is not None, "an origin is given to who is known"
    mine = starting.mine(desk, who)
    met = everything.met_decks(desk.db, who.learner_id)
    there = (*cards.decks(desk.db, who.learner_id), *cards.put_away(desk.db, who.learner_id))
    kept = [deck for deck in there if deck.owner_id == who.learner_id or deck.deck_id in mine | met]
    head = Head(
        desk.now.isoformat(timespec="seconds"),
        origin,
        _settings(desk, chat),
        everything.policies(desk.db, who.learner_id),
        most_bytes,
        bare,
    )
    return Whole(
        head,
        tuple((deck, deck.deck_id in mine) for deck in kept),
        tuple(everything.progress(desk.db, who.learner_id)),
        everything.last_review(desk.db, who.learner_id),
    )


def _settings(desk: Desk, chat: Chat) -> Settings:
    return Settings(
        chat.zone,
        chat.rollover_hour,
        chat.new_per_day,
        chat.reviews_per_day,
        chat.retention,
        tuple(sorted(chat.push_days)),
        tuple(map(to_minute, chats.hours(desk.db, chat.chat_id))),
        None if chat.quiet is None else (to_minute(chat.quiet[0]), to_minute(chat.quiet[1])),
    )


def cards_of(desk: Desk, who: Who, deck: StoredDeck) -> DeckCards | None:
    """Its cards; None where it is theirs no longer."""
    if cards.deck(desk.db, deck.deck_id, who.learner_id) is None:
        return None
    own = deck.owner_id == who.learner_id
    found = tuple(everything.cards(desk.db, deck.deck_id, who.learner_id, own=own))
    used = {card.side.notetype_id for card in found}
    types = {id_: body for id_, body in arriving.types_of(desk.db, deck.deck_id).items() if id_ in used}
    return DeckCards(found, types, exports.media(desk.db, deck.deck_id))


def go_on(desk: Desk, learner_id: int, settings: Settings) -> None:
    """This person lives here as they did where they come from. What their file says of it is looked at."""
    values: dict[str, int | float | str | None] = {
        "rollover_hour": settings.rollover_hour,
        "new_per_day": settings.new_per_day,
        "reviews_per_day": settings.reviews_per_day,
        "retention": settings.retention,
        "push_days": sum(1 << day for day in set(settings.push_days)) or _EVERY_DAY,
        "quiet_from": settings.quiet[0] if settings.quiet else None,
        "quiet_to": settings.quiet[1] if settings.quiet else None,
    }
    if settings.zone in hours.zone_names():
        values |= {"zone": settings.zone, "setup": "done"}
    chats.change(desk.db, learner_id, **values)
    chats.set_hours(desk.db, learner_id, tuple(map(to_time, settings.push_minutes)))


def choose_for(desk: Desk, deck_id: int, choices: DeckChoices) -> None:
    """A deck that came with all that is somebody's is put away and described as it was there."""
    if choices.archived:
        owned.archive(desk.db, deck_id, desk.now)
    if description := sharing.described(choices.description)[: sharing.LONGEST_DESCRIPTION]:
        owned.describe(desk.db, deck_id, description)


def log(desk: Desk, who: Who, after: int, last: int) -> tuple[list[LogLine], int]:
    """The next rows of their log behind that one, and where to go on."""
    return everything.log(desk.db, who.learner_id, after, last)
