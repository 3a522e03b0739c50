"""A decided import is carried through, also after a crash.

One transaction puts all of it in its place, so that whoever looks sees all of the old or all of the new. What its owner
learned elsewhere follows in small ones: nobody else sees that, and of a long log it takes seconds.
"""

from msgspec.structs import replace

from bot.decks.textfile import slug_of
from bot.storage import bringing, cards, chats, owned, packages, parting, reviews
from bot.storage.cards import StoredDeck
from bot.study.hours import Moment
from bot.tutor import complaining, everything, importing, planning
from bot.tutor.desk import Desk
from bot.tutor.importing import Arrived, Import, Package, Plan, plan_of


def place(desk: Desk, one: Import) -> bool:
    """All that was decided is there, for everybody in this moment; False if the import was forgotten meanwhile.

    To be called first of what carries it through; where that was done before a crash, it is done.
    """
    plan = plan_of(desk, one)
    if plan is None:
        return False
    if plan.placed is None:
        decks = tuple([_placed(desk, one, plan.package, at, deck) for at, deck in enumerate(plan.decks)])
        if plan.package is not None:
            deck_ids = [deck.deck_id for deck in decks if deck.deck_id is not None]
            packages.read(desk.db, plan.package.path, plan.package.digest, deck_ids, desk.now)
            parting.put_away(desk.db, plan.package.path, desk.now)
        importing.keep(desk, one, Plan(decks, plan.settings, plan.package, placed=reviews.last_id(desk.db)))
    return True


def _placed(desk: Desk, one: Import, package: Package | None, at: int, deck: Arrived) -> Arrived:
    """The deck, as it is from now on: which one it is, and nothing that is to be done with its cards."""
    deck_id = deck.deck_id
    if deck_id is None and one.owner_id is not None:
        # One that was made in the chat since the file was compared takes what is new.
        deck_id = owned.sent_as(desk.db, one.owner_id, deck.name)
    origin = deck.name if package is None else packages.origin(package.path, deck.name)
    is_new = deck_id is None
    if deck_id is None:
        deck_id = owned.add(desk.db, one.owner_id, deck.name, origin)
    else:
        parting.goes_on_as(desk.db, deck_id, origin, deck.name)
    moved = parting.move(desk.db, deck.came, deck_id)
    before = complaining.said_of(desk, [deck_id])
    after = bringing.place(desk.db, one.import_id, at, deck_id)
    bringing.put_away(desk.db, deck_id, deck.gone, desk.now)
    complaining.changed(desk, one.owner_id, before)
    bringing.set_media(desk.db, deck_id, deck.media)
    if one.owner_id is None:
        owned.offer(desk.db, deck_id, slug_of(deck.name.replace("/", "-")))
    owned.archive(desk.db, deck_id, None)
    parting.follow(desk.db, moved, deck_id, one.owner_id, is_new=is_new)
    for each in moved:
        parting.put_away_if_empty(desk.db, each.deck_id, desk.now)
    owned.brought_by(desk.db, deck_id, one.import_id)
    if deck.choices is not None and one.owner_id is not None:
        everything.choose_for(desk, deck_id, deck.choices)
    return replace(deck, deck_id=deck_id, gone=(), media={}, after=after, came=())


def learn(desk: Desk, one: Import) -> int:
    """How many cards of it, which are in their places, are done with: what their owner learned elsewhere is here. 0:
    none are left.
    """
    plan = plan_of(desk, one)
    if plan is None or plan.placed is None:
        return 0
    decks = [(deck.deck_id, deck.after) for deck in plan.decks if deck.deck_id is not None]
    return bringing.learn(desk.db, one.import_id, decks, one.owner_id, _moment(desk, one), plan.placed)


def _moment(desk: Desk, one: Import) -> Moment:
    how = importing.learned(desk, one)
    return Moment(desk.now, desk.now.date(), desk.now) if how is None else how.now


def finish(desk: Desk, one: Import) -> tuple[StoredDeck, ...] | None:
    """It is done, and its owner studies what they studied elsewhere. The decks as they now are; None if somebody had
    the import forgotten meanwhile. Where a message says how far it is, the import waits until that says so.
    """
    plan = plan_of(desk, one)
    if plan is None:
        return None
    deck_ids = [deck.deck_id for deck in plan.decks if deck.deck_id is not None]
    if one.owner_id is not None and not plan.done:
        if plan.settings is not None:
            everything.go_on(desk, one.owner_id, plan.settings)
        for deck in plan.decks:
            studied = deck.goes_on if deck.choices is None else deck.choices.studied and plan.settings is not None
            if studied and deck.deck_id is not None:
                chats.subscribe(desk.db, one.owner_id, deck.deck_id, desk.now)
        planning.replan(desk, one.owner_id)
    there = importing.waiting(desk, one)
    if there is not None and there.message_id is not None:
        importing.keep(desk, one, replace(plan, done=True))
        owned.forget_types(desk.db)
    else:
        importing.given_up(desk, one)
    found = [cards.deck(desk.db, deck_id, one.owner_id or 0) for deck_id in deck_ids]
    return tuple(deck for deck in found if deck is not None)


def ended(desk: Desk, one: Import) -> None:
    """It stands there that it was carried through, if it was."""
    plan = plan_of(desk, one)
    if plan is not None and plan.done:
        importing.given_up(desk, one)
