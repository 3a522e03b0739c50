"""A decided import is carried through, also after a crash.

One transaction puts all of it in its place, so that whoever looks sees all of the old or all of the new. What its owner
learned elsewhere follows in small ones: nobody else sees that, and of a long log it takes seconds.
"""

from msgspec.structs import replace

from bot.decks.textfile import slug_of
from bot.storage import bringing, cards, chats, owned, packages, parting, reviews
from bot.storage.cards import StoredDeck
from bot.storage.parting import Called
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
        decks = _placed(desk, one, plan)
        if plan.package is not None:
            deck_ids = [deck.deck_id for deck in decks if deck.deck_id is not None]
            packages.read(desk.db, plan.package.path, plan.package.digest, deck_ids, desk.now)
            parting.put_away(desk.db, plan.package.path, desk.now)
        importing.keep(desk, one, Plan(decks, plan.settings, plan.package, placed=reviews.last_id(desk.db)))
    return True


def _placed(desk: Desk, one: Import, plan: Plan) -> tuple[Arrived, ...]:
    """The decks, as they are from now on: which ones they are, and nothing that is to be done with their cards."""
    called = [Called(_origin(plan.package, deck.name), "" if deck.keeps_name else deck.name) for deck in plan.decks]
    known = zip(plan.decks, called, strict=True)
    parting.go_on_as(desk.db, {deck.deck_id: each for deck, each in known if deck.deck_id is not None})
    deck_ids: list[int] = []
    new: set[int] = set()
    for deck, each in zip(plan.decks, called, strict=True):
        deck_id = deck.deck_id
        if deck_id is None and one.owner_id is not None:
            # One that was made in the chat since the file was compared takes what is new.
            deck_id = owned.sent_as(desk.db, one.owner_id, deck.name)
        if deck_id is None:
            deck_id = owned.add(desk.db, one.owner_id, deck.name, each.origin)
            new.add(deck_id)
        deck_ids.append(deck_id)
    moved = parting.move(desk.db, {deck_id: deck.came for deck_id, deck in zip(deck_ids, plan.decks, strict=True)})
    decks = tuple([
        _filled(desk, one, at, replace(deck, deck_id=deck_id))
        for at, (deck_id, deck) in enumerate(zip(deck_ids, plan.decks, strict=True))
    ])  # fmt: skip
    for deck_id, out_of in moved.items():
        parting.follow(desk.db, out_of, deck_id, one.owner_id, is_new=deck_id in new)
    for older_id in {each.deck_id for out_of in moved.values() for each in out_of}:
        parting.put_away_if_empty(desk.db, older_id, desk.now)
    return decks


def _origin(package: Package | None, name: str) -> str:
    return name if package is None else packages.origin(package.path, name)


def _filled(desk: Desk, one: Import, at: int, deck: Arrived) -> Arrived:
    """The deck has the cards that arrived for it."""
    deck_id = deck.deck_id
    assert deck_id is not None, "it was looked for, or made"
    before = complaining.said_of(desk, [deck_id])
    after = bringing.place(desk.db, one.import_id, at, deck_id)
    bringing.put_away(desk.db, deck_id, deck.gone, desk.now)
    complaining.changed(desk, one.owner_id, before)
    bringing.set_media(desk.db, deck_id, deck.media)
    if one.owner_id is None:
        owned.offer(desk.db, deck_id, slug_of(deck.name.replace("/", "-")))
    owned.archive(desk.db, deck_id, None)
    owned.brought_by(desk.db, deck_id, one.import_id)
    if deck.choices is not None and one.owner_id is not None:
        everything.choose_for(desk, deck_id, deck.choices)
    return replace(deck, gone=(), media={}, after=after, came=())


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

    Where the file does not say what they chose for its decks, all of them are studied, as in Anki one tree is: also
    those in which nothing was answered yet, but for those that they left here.
    """
    plan = plan_of(desk, one)
    if plan is None:
        return None
    deck_ids = [deck.deck_id for deck in plan.decks if deck.deck_id is not None]
    if one.owner_id is not None and not plan.done:
        if plan.settings is not None:
            everything.go_on(desk, one.owner_id, plan.settings)
        goes_on = any(deck.goes_on for deck in plan.decks)
        for deck in plan.decks:
            studied = goes_on if deck.choices is None else deck.choices.studied and plan.settings is not None
            if studied and deck.deck_id is not None:
                again = deck.goes_on or deck.choices is not None
                chats.subscribe(desk.db, one.owner_id, deck.deck_id, desk.now, again=again)
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
