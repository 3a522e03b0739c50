"""Files that people send: what waits to be imported, all of it or nothing.

Its cards arrive beside the decks, in small transactions, and any of it may still be called off. Then one decides, and
from there it is carried through (`bot.tutor.placing`), also after a crash.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.decks.arrival import Counts
from bot.decks.choices import DeckChoices, Settings
from bot.storage import arriving, chats, drafts, edits, owned
from bot.storage.arriving import ArrivingCard, SentFile, Told, Waiting
from bot.study.elsewhere import Learned
from bot.tutor import planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

# So many rows are deleted or changed at once: longer ones would be waited for by who taps.
_AT_ONCE = 500


class Arrived(Struct, frozen=True):
    """A deck of a file of which all cards arrived: which one it is (None: a new one), what is in it no longer, what
    its owner chose for it where it was, and whether they go on with it from where they were. `after`: see `place` of
    `bot.storage.bringing`. `came`: cards that come out of other decks. `keeps_name`: whatever the file calls it.
    """

    name: str
    deck_id: int | None
    gone: tuple[int, ...]
    media: dict[str, str]
    choices: DeckChoices | None = None
    goes_on: bool = False
    after: int = 0
    came: tuple[int, ...] = ()
    keeps_name: bool = False


class Package(Struct, frozen=True):
    """A package in the decks folder: its path there, and the digest of its bytes."""

    path: str
    digest: str


class Plan(Struct, frozen=True):
    """What is to be carried through; `settings`: its owner's, who goes on here; `package`: as in `Import`;
    `placed`: the last entry of the log when its cards came into their decks; None: they are in none yet; `done`: all
    of it is, but for telling so.
    """

    decks: tuple[Arrived, ...]
    settings: Settings | None = None
    package: Package | None = None
    placed: int | None = None
    done: bool = False


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

    None: that one is being carried through, and has to be first. The same file once more, before it was looked into,
    changes nothing: the bot died before it could say that it came.
    """
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    if _has_to_be_first(desk, who.learner_id):
        return None
    return arriving.unseen(desk.db, who.learner_id, file) or arriving.add(desk.db, who.learner_id, file)


def comes_again(desk: Desk, who: Who, file: SentFile) -> bool:
    """Whether that very file waits already, and was not looked into."""
    return arriving.unseen(desk.db, who.learner_id, file) is not None


def told(desk: Desk, who: Who) -> Told | None:
    """The file of this person of which it stands there how far it is, or what it would do."""
    return arriving.told(desk.db, who.learner_id)


def untold(desk: Desk) -> list[Import]:
    """Files out of chats of which it is to be told what they would do: a crash came between."""
    return [Import(*each) for each in arriving.untold(desk.db)]


def stands_in(desk: Desk, one: Import, message_id: int) -> None:
    """It stands in that message how far it is."""
    arriving.stands_in(desk.db, one.import_id, message_id)


def begins(desk: Desk, one: Import, message_id: int) -> None:
    """It is being imported; that message, in which it stood what it would do, says how far it is."""
    arriving.stands_in(desk.db, one.import_id, message_id)
    arriving.tells(desk.db, one.import_id, told=False)


def is_told(desk: Desk, one: Import) -> None:
    """It stands there what it would do."""
    arriving.tells(desk.db, one.import_id, told=True)


def began(desk: Desk, owner_id: int | None, file: SentFile, package: Package | None = None) -> Import | None:
    """The same of a file that does not come from a chat."""
    if owner_id is not None:
        desk.learner(owner_id)
    if _has_to_be_first(desk, owner_id):
        return None
    return Import(arriving.add(desk.db, owner_id, file), owner_id, package)


def _has_to_be_first(desk: Desk, owner_id: int | None) -> bool:
    """Whether an import of this person is being carried through."""
    import_id = arriving.decided(desk.db, owner_id)
    plan = None if import_id is None else plan_of(desk, Import(import_id, owner_id))
    return plan is not None and not plan.done


def is_known(desk: Desk, owner_id: int | None) -> bool:
    """Whether decks can be that person's; None: nobody's they can always be."""
    return owner_id is None or chats.find(desk.db, owner_id) is not None


def waiting(desk: Desk, one: Import) -> Waiting | None:
    """The file, if it waits and is this person's."""
    return arriving.find(desk.db, one.import_id, one.owner_id)


def looked_into(desk: Desk, one: Import, counts: Counts) -> None:
    """What it would do is known, and to be told."""
    arriving.looked_into(desk.db, one.import_id, _told(counts))


def found(desk: Desk, one: Import) -> tuple[Waiting, Counts] | None:
    """The file as it is to be imported now, and what it would do; None: it waits no longer, was not looked into, or is
    being carried through.
    """
    return _to_choose(desk, one)


def _told(counts: Counts) -> str:
    return msgspec.json.encode(counts).decode()


def choose(
    desk: Desk, one: Import, *, same: bool | None = None, anew: bool | None = None
) -> tuple[Waiting, Counts] | None:
    """How it is to be done from now on (None: as it was), and what it would do; None: it waits no longer, or it is
    being done. `same` is said of all cards, and no longer otherwise of some.
    """
    there = _to_choose(desk, one)
    if there is None:
        return None
    found, counts = there
    if same is not None:
        found = replace(found, same=same)
        counts = replace(counts, pairs=tuple([replace(pair, otherwise=False) for pair in counts.pairs]))
    return _chosen(desk, one, replace(found, anew=found.anew if anew is None else anew), counts)


def choose_pair(desk: Desk, one: Import, place: int, *, same: bool) -> tuple[Waiting, Counts] | None:
    """The same of one card that looks new: whether it is the other of its pair, which has that place."""
    there = _to_choose(desk, one)
    if there is None or not 0 <= place < len(there[1].pairs):
        return None
    found, counts = there
    pairs = [*counts.pairs]
    pairs[place] = replace(pairs[place], otherwise=same != found.same)
    return _chosen(desk, one, found, replace(counts, pairs=tuple(pairs)))


def _to_choose(desk: Desk, one: Import) -> tuple[Waiting, Counts] | None:
    found = waiting(desk, one)
    return None if found is None or found.plan or not found.found else (found, _counts(found))


def _counts(found: Waiting) -> Counts:
    return msgspec.json.decode(found.found, type=Counts)


def _chosen(desk: Desk, one: Import, found: Waiting, counts: Counts) -> tuple[Waiting, Counts]:
    arriving.choose(desk.db, one.import_id, same=found.same, anew=found.anew, found=_told(counts))
    return found, counts


def otherwise(found: Waiting) -> tuple[tuple[int, int], ...]:
    """The pairs that were answered otherwise than all, as `bot.decks.arrival.Order` has them."""
    return tuple([(pair.at, pair.card_id) for pair in _counts(found).pairs if pair.otherwise]) if found.found else ()


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


# --- what is decided ------------------------------------------------------------------------------------------


def decide(desk: Desk, one: Import, decks: Sequence[Arrived], settings: Settings | None) -> bool:
    """From now on it is done, whatever happens; False if the file waits no longer: nothing is done.

    `settings`: of its owner, who goes on here with them and with the decks that they studied.
    """
    if waiting(desk, one) is None:
        return False
    keep(desk, one, Plan(tuple(decks), settings, one.package))
    return True


def keep(desk: Desk, one: Import, plan: Plan) -> None:
    """That is what is to be carried through."""
    arriving.decide(desk.db, one.import_id, msgspec.json.encode(plan).decode())


def decided(desk: Desk) -> list[Import]:
    """All that are to be carried through, or told: a crash came between, or the disk was full."""
    return [Import(*each) for each in arriving.every_decided(desk.db)]


def plan_of(desk: Desk, one: Import) -> Plan | None:
    """What was decided; None: nothing, or it is done and told."""
    found = waiting(desk, one)
    return msgspec.json.decode(found.plan, type=Plan) if found is not None and found.plan else None


def media_in_use(desk: Desk) -> frozenset[str]:
    """The files that some deck has or is about to have, or a card that is being written, by the names under which they
    are stored.
    """
    plans = [plan for one in decided(desk) if (plan := plan_of(desk, one)) is not None]
    coming = [stored for plan in plans for deck in plan.decks for stored in deck.media.values()]
    return owned.media_in_use(desk.db) | drafts.media(desk.db) | edits.media(desk.db) | frozenset(coming)
