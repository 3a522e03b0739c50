"""Files that people send: what waits to be imported, and how it becomes decks, all of it or nothing.

Its cards arrive beside the decks, in small transactions, and any of it may still be called off. Then one decides, and
from there it is carried through by small ones again, also after a crash: a new deck is put away until all is there.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.decks.arrival import Counts, HadCard
from bot.decks.choices import DeckChoices, Settings
from bot.decks.textfile import slug_of
from bot.storage import arriving, bringing, cards, chats, drafts, edits, exports, owned, packages
from bot.storage.arriving import ArrivingCard, SentFile, Told, Waiting
from bot.storage.cards import StoredDeck
from bot.study.elsewhere import Learned
from bot.study.hours import Moment
from bot.tutor import everything, planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

# So many rows are deleted or changed at once: longer ones would be waited for by who taps.
_AT_ONCE = 500


class Arrived(Struct, frozen=True):
    """A deck of a file of which all cards arrived: which one it is (None: a new one), what is in it no longer, what
    its owner chose for it where it was, and whether they go on with it from where they were.
    """

    name: str
    deck_id: int | None
    gone: tuple[int, ...]
    media: dict[str, str]
    choices: DeckChoices | None = None
    goes_on: bool = False


class Package(Struct, frozen=True):
    """A package in the decks folder: its path there, and the digest of its bytes."""

    path: str
    digest: str


class Plan(Struct, frozen=True):
    """What is to be carried through; `settings`: its owner's, who goes on here; `package`: as in `Import`."""

    decks: tuple[Arrived, ...]
    settings: Settings | None = None
    package: Package | None = None


class Import(Struct, frozen=True):
    """Which import, and whose its decks are; None: nobody's, they are for everybody.

    `package`: the file, if it lies in the decks folder, with which its decks are kept in step.
    """

    import_id: int
    owner_id: int | None
    package: Package | None = None


# --- what waits -------------------------------------------------------------------------------------------------------


def sent(desk: Desk, who: Who, file: SentFile) -> int | None:
    """A file waits from now on to be imported by who sent it; one that waited before does so no longer.

    None: that one is being carried through, and has to be first.
    """
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    return None if arriving.decided(desk.db, who.learner_id) else arriving.add(desk.db, who.learner_id, file)


def told(desk: Desk, who: Who) -> Told | None:
    """The file of this person of which it stands there what it would do."""
    return arriving.told(desk.db, who.learner_id)


def began(desk: Desk, owner_id: int | None, file: SentFile, package: Package | None = None) -> Import | None:
    """The same of a file that does not come from a chat."""
    if owner_id is not None:
        desk.learner(owner_id)
    decided = arriving.decided(desk.db, owner_id)
    return None if decided else Import(arriving.add(desk.db, owner_id, file), owner_id, package)


def is_known(desk: Desk, owner_id: int | None) -> bool:
    """Whether decks can be that person's; None: nobody's they can always be."""
    return owner_id is None or chats.find(desk.db, owner_id) is not None


def waiting(desk: Desk, one: Import) -> Waiting | None:
    """The file, if it waits and is this person's."""
    return arriving.find(desk.db, one.import_id, one.owner_id)


def looked_into(desk: Desk, one: Import, counts: Counts, message_id: int | None = None) -> None:
    """What it would do was told, in that message."""
    arriving.looked_into(desk.db, one.import_id, msgspec.json.encode(counts).decode(), message_id)


def choose(desk: Desk, one: Import, *, same: bool, anew: bool) -> tuple[Waiting, Counts] | None:
    """How it is to be done from now on, and what it would do; None: it waits no longer, or it is being done."""
    found = waiting(desk, one)
    if found is None or found.plan or not found.found:
        return None
    arriving.choose(desk.db, one.import_id, same=same, anew=anew)
    return replace(found, same=same, anew=anew), msgspec.json.decode(found.found, type=Counts)


def given_up(desk: Desk, one: Import) -> bool:
    """Whether the file waited; it does so no longer. To be called after `cleared`, if any of its cards arrived."""
    there = waiting(desk, one) is not None
    if there:
        arriving.drop(desk.db, one.import_id)
        owned.forget_types(desk.db)
    return there


def cleared(desk: Desk, import_id: int) -> bool:
    """Whether none of its cards are here any more; to be called until it is so."""
    return arriving.clear(desk.db, import_id, _AT_ONCE)


def abandoned(desk: Desk) -> list[int]:
    """Files of which cards are here that nobody decided to import: a crash came between."""
    return arriving.abandoned(desk.db)


# --- what arrives -----------------------------------------------------------------------------------------------------


def same_named(desk: Desk, one: Import, names: Sequence[str]) -> tuple[int | None, ...]:
    """The decks that this person sent under these names before, in their order; those of its package, if it has one."""
    if one.package is not None:
        return packages.claimed(desk.db, one.package.path, names)
    if one.owner_id is None:
        return tuple(bringing.sent_to_everybody(desk.db, name) for name in names)
    return tuple(owned.sent_as(desk.db, one.owner_id, name) for name in names)


def types_of(desk: Desk, deck_id: int) -> dict[int, str]:
    """The note types that cards of a deck name, by id."""
    return arriving.types_of(desk.db, deck_id)


def media_of(desk: Desk, deck_id: int) -> dict[str, str]:
    """Where each of a deck's media is stored, by the author's name."""
    return exports.media(desk.db, deck_id)


def had(desk: Desk, one: Import, deck_id: int, after: int) -> tuple[HadCard, ...]:
    """The next cards that a deck has or had, by id from after that one on; empty at the end."""
    return arriving.had(desk.db, deck_id, one.owner_id, after)


def learned(desk: Desk, one: Import) -> Learned | None:
    """How its owner learns; None: nobody does."""
    chat = None if one.owner_id is None else chats.find(desk.db, one.owner_id)
    if chat is None:
        return None
    learner = desk.learner_of(chat)
    return Learned(learner.zone, chat.rollover_hour, learner.policy, learner.moment)


def arrive(desk: Desk, one: Import, deck: int, some: Sequence[ArrivingCard]) -> bool:
    """Some cards of a file's deck are here, in no deck yet; False if the file waits no longer."""
    if waiting(desk, one) is None:
        return False
    arriving.keep(desk.db, one.import_id, deck, some)
    return True


# --- what is carried through ------------------------------------------------------------------------------------------


def decide(desk: Desk, one: Import, decks: Sequence[Arrived], settings: Settings | None) -> tuple[Arrived, ...] | None:
    """From now on it is done, whatever happens; None if the file waits no longer: nothing is done.

    `settings`: of its owner, who goes on here with them and with the decks that they studied.
    """
    if waiting(desk, one) is None:
        return None
    plan: list[Arrived] = []
    for deck in decks:
        deck_id = deck.deck_id
        if deck_id is None and one.owner_id is not None:
            # One that was made in the chat since the file was compared takes what is new.
            deck_id = owned.sent_as(desk.db, one.owner_id, deck.name)
        origin = deck.name if one.package is None else packages.origin(one.package.path, deck.name)
        if deck_id is None:
            deck_id = owned.add(desk.db, one.owner_id, deck.name, origin, archived_at=desk.now)
        elif one.package is not None:
            packages.take(desk.db, deck_id, origin)
        plan.append(replace(deck, deck_id=deck_id))
    arriving.decide(desk.db, one.import_id, msgspec.json.encode(Plan(tuple(plan), settings, one.package)).decode())
    return tuple(plan)


def decided(desk: Desk) -> list[Import]:
    """All that are to be carried through: a crash came between, or the disk was full."""
    return [Import(*each) for each in arriving.every_decided(desk.db)]


def plan_of(desk: Desk, one: Import) -> tuple[Arrived, ...] | None:
    """What was decided; None: nothing, or it is done."""
    plan = _plan(desk, one)
    return None if plan is None else plan.decks


def takes_settings(desk: Desk, one: Import) -> bool:
    """Whether its owner goes on here with the settings that they had elsewhere."""
    plan = _plan(desk, one)
    return plan is not None and plan.settings is not None


def _plan(desk: Desk, one: Import) -> Plan | None:
    found = waiting(desk, one)
    return msgspec.json.decode(found.plan, type=Plan) if found is not None and found.plan else None


def move_in(desk: Desk, one: Import, place: int, deck_id: int) -> int:
    """How many of the cards that arrived for the file's deck at that place went into it; 0: none are left."""
    return bringing.move_in(desk.db, one.import_id, place, deck_id, one.owner_id, _moment(desk, one))


def _moment(desk: Desk, one: Import) -> Moment:
    how = learned(desk, one)
    return Moment(desk.now, desk.now.date(), desk.now) if how is None else how.now


# Whoever is forgotten between two of these steps has no import any more, and nothing comes into what is left of a deck.


def put_away(desk: Desk, one: Import, deck_id: int, gone: Sequence[int]) -> None:
    """These cards are in the deck no longer."""
    if waiting(desk, one) is not None:
        bringing.put_away(desk.db, deck_id, gone, desk.now)


def add_media(desk: Desk, one: Import, deck_id: int, media: Sequence[tuple[str, str]]) -> None:
    """Some of the deck's media, and where each lies."""
    if waiting(desk, one) is not None:
        bringing.add_media(desk.db, deck_id, media)


def drop_media(desk: Desk, one: Import, deck: Arrived) -> bool:
    """Whether the deck has only the media of the file; to be called until it is so."""
    assert deck.deck_id is not None, "it was decided"
    return waiting(desk, one) is None or bringing.drop_media(desk.db, deck.deck_id, deck.media, _AT_ONCE)


def open_up(desk: Desk, one: Import, decks: Sequence[Arrived]) -> tuple[StoredDeck, ...] | None:
    """The decks as they now are, there for who has them; None if somebody had the import forgotten meanwhile."""
    plan = _plan(desk, one)
    if not given_up(desk, one):
        return None
    if plan is not None and plan.settings is not None and one.owner_id is not None:
        everything.go_on(desk, one.owner_id, plan.settings)
    for deck in decks:
        assert deck.deck_id is not None, "it was decided"
        if one.owner_id is None:
            owned.offer(desk.db, deck.deck_id, slug_of(deck.name.replace("/", "-")))
        owned.archive(desk.db, deck.deck_id, None)
        if deck.goes_on and deck.choices is None and one.owner_id is not None:
            chats.subscribe(desk.db, one.owner_id, deck.deck_id, desk.now)
        if deck.choices is not None and one.owner_id is not None:
            studied = deck.choices.studied and plan is not None and plan.settings is not None
            everything.choose_for(desk, one.owner_id, deck.deck_id, replace(deck.choices, studied=studied))
    if plan is not None and plan.package is not None:
        deck_ids = [deck.deck_id for deck in decks if deck.deck_id is not None]
        packages.read(desk.db, plan.package.path, plan.package.digest, deck_ids, desk.now)
    if one.owner_id is not None:
        planning.replan(desk, one.owner_id)
    found = [cards.deck(desk.db, deck.deck_id, one.owner_id or 0) for deck in decks if deck.deck_id is not None]
    return tuple(deck for deck in found if deck is not None)


def media_in_use(desk: Desk) -> frozenset[str]:
    """The files that some deck has or is about to have, or a card that is being written, by the names under which they
    are stored.
    """
    plans = [plan_of(desk, one) or () for one in decided(desk)]
    coming = [stored for plan in plans for deck in plan for stored in deck.media.values()]
    return owned.media_in_use(desk.db) | drafts.media(desk.db) | edits.media(desk.db) | frozenset(coming)
