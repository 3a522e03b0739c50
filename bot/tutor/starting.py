"""Beginning, decks, and being forgotten."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.decks import names
from bot.storage import cards, chats, editors, forgetting, owned, sessions, turns, waiting
from bot.storage.cards import StoredDeck
from bot.storage.forgotten import Forgotten
from bot.storage.turns import Message
from bot.tutor import asking, planning, showing
from bot.tutor.asking import Wish
from bot.tutor.deck_views import DecksView, DeckView, Introduced, LookView, UnknownDeckView, WelcomeView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import ForgetView, NothingDueView, Outcome, Who
from bot.tutor.toasts import Subscribed, TakenOut

# What is typed next is the name of the deck whose id follows, if the turn behind that is still the latest.
ASKING_NAME = "name:"
ASKING_DESCRIPTION = "describe:"


def start(desk: Desk, who: Who, slug: str = "") -> Outcome:
    """Where one was, or the welcome; with a deck's slug, or what its owner's link carries: that deck, subscribed."""
    new = is_new(desk, who)
    chats.started(desk.db, who.chat_id, desk.now)
    planning.here(desk, who.chat_id)
    planning.replan(desk, who.chat_id)
    if slug:
        found = cards.offered_as(desk.db, slug) or cards.shared_as(desk.db, slug)
        if found is None:
            return Outcome(UnknownDeckView(who.chat_id, "", tuple(cards.decks(desk.db, who.chat_id))))
        return _take(desk, who, found, None, new=new)
    there = asking.resume(desk, who, decks_beside=True)
    if there is not None:
        return there
    if chats.subscribed(desk.db, who.chat_id):
        outcome = asking.begin(desk, who, Wish(), None)
        return replace(outcome, view=showing.with_decks(outcome.view))
    return Outcome(WelcomeView(who.chat_id, tuple(cards.decks(desk.db, who.chat_id))))


def is_new(desk: Desk, who: Who) -> bool:
    """Whether somebody, who is known from now on, has not begun yet."""
    return desk.learner(who.learner_id).chat.started_at is None


def subscribe(desk: Desk, who: Who, deck_id: int, message: Message | None) -> Outcome:
    """The deck is this chat's, and its first card stands there."""
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    desk.learner(who.learner_id)
    if deck is None or deck.archived:
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    return _take(desk, who, deck_id, message)


def _take(desk: Desk, who: Who, deck_id: int, message: Message | None, *, new: bool = False) -> Outcome:
    """That this chat may have the deck is known. `new`: its first card is the first that somebody sees here."""
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    taken = chats.subscribe(desk.db, who.chat_id, deck_id, desk.now)
    planning.replan(desk, who.chat_id)
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    assert deck is not None, "whoever has it finds it"
    lead = Introduced(deck.description) if new else None
    outcome = asking.begin(desk, who, Wish(deck_id=deck_id), message, lead)
    return replace(_begun(outcome, [deck.name]), toast=Subscribed(deck.name) if taken else None)


def _begun(outcome: Outcome, names: Sequence[str]) -> Outcome:
    """The first card of these decks; where none comes now, what is said then names them."""
    shown = outcome.view
    return replace(outcome, view=replace(shown, begun=tuple(names))) if isinstance(shown, NothingDueView) else outcome


def subscribe_imported(desk: Desk, who: Who, import_id: int, message: Message) -> Outcome:
    """All decks that came in that file are their owner's to study, and the next card of all they study stands there."""
    learner = desk.learner(who.learner_id)
    brought = owned.brought(desk.db, learner.learner_id, import_id)
    if not brought:
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    found = [cards.deck(desk.db, deck_id, who.chat_id) for deck_id in brought]
    return _take_all(desk, who, [deck for deck in found if deck is not None], Wish(), message)


def subscribe_tree(desk: Desk, who: Who, deck_id: int, depth: int, message: Message) -> Outcome:
    """All decks that this chat can have of a tree (see `wish`) are its own, and the next card of them stands there."""
    desk.learner(who.learner_id)
    whole = wish(desk, who, deck_id, depth)
    found = [deck for deck in cards.decks(desk.db, who.chat_id) if names.below(whole.tree, deck.name)]
    if not whole.tree or not found:
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    return _take_all(desk, who, found, whole, message)


def _take_all(desk: Desk, who: Who, decks: Sequence[StoredDeck], then: Wish, message: Message) -> Outcome:
    """That this chat may have the decks is known."""
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    taken = [chats.subscribe(desk.db, who.chat_id, deck.deck_id, desk.now) for deck in decks]
    planning.replan(desk, who.chat_id)
    outcome = _begun(asking.begin(desk, who, then, message), [deck.name for deck in decks])
    return replace(outcome, toast=Subscribed("") if any(taken) else None)


def leave(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """The deck's cards come no more to this chat; what was learned stays."""
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    if deck is None:
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    chat = planning.here(desk, who.chat_id)
    chats.leave(desk.db, who.chat_id, deck_id, desk.now)
    if chat is not None and chat.setup in ("hour", "zone") and not showing.has_deck(desk, who.chat_id):
        # What is asked on the way has come too early: it is asked after the first card of the next deck.
        chats.change(desk.db, who.chat_id, setup="fresh")
    planning.replan(desk, who.chat_id)
    bare: tuple[Message, ...] = ()
    turn = turns.open_in(desk.db, who.chat_id)
    if turn is not None and turn.learner_id is not None and cards.card(desk.db, turn.card_id).deck_id == deck_id:
        bare = asking.supersede(desk, who.chat_id, message)
        assert turn.session_id is not None, "a person's turn always has a session"
        # What follows is another session: this one may have been of that deck alone.
        sessions.end(desk.db, turn.session_id, desk.now)
    outcome = deck_page(desk, who, deck_id, message)
    return replace(outcome, toast=Subscribed(deck.name, left=True), bare=bare)


def mine(desk: Desk, who: Who) -> frozenset[int]:
    return frozenset(chats.subscribed(desk.db, who.chat_id))


def decks_view(desk: Desk, who: Who) -> DecksView:
    """What this chat can have, and what who asks has put away."""
    return DecksView(who.chat_id, there(desk, who.chat_id), mine(desk, who))


def there(desk: Desk, chat_id: int) -> tuple[StoredDeck, ...]:
    """All decks that this chat reads of; from these each of them is told apart."""
    return (*cards.decks(desk.db, chat_id), *cards.put_away(desk.db, chat_id))


def decks_page(desk: Desk, who: Who, message: Message | None) -> Outcome:
    """All decks that can be had, those of this chat marked; who begins with them is known from now on.

    They come in a message of their own where `message` holds an open turn.
    """
    if message is None:
        desk.learner(who.learner_id)
    _ask_no_name(desk, who)
    return Outcome(decks_view(desk, who), _free(desk, who, message))


def _free(desk: Desk, who: Who, message: Message | None) -> Message | None:
    """The message, unless an open turn stands there."""
    there = None if message is None else turns.on_message(desk.db, who.chat_id, message.message_id)
    return None if there is not None and there.is_open else message


def decks_at(desk: Desk, who: Who, deck_id: int, first: bool, message: Message) -> Outcome:
    """The list open at that deck, in a message of its own where `message` holds an open turn.

    `first`: as it stands under the first words, while this chat has no deck.
    """
    planning.here(desk, who.chat_id)
    shown = replace(decks_view(desk, who), at=deck_id)
    if first and not shown.subscribed:
        return Outcome(
            WelcomeView(who.chat_id, tuple(cards.decks(desk.db, who.chat_id)), deck_id), _free(desk, who, message)
        )
    return Outcome(shown, _free(desk, who, message))


def deck_page(desk: Desk, who: Who, deck_id: int, message: Message | None, *, wants: bool = False) -> Outcome:
    """One deck with what waits in it."""
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    own = deck is not None and deck.owner_id == who.learner_id
    if deck is None or (deck.archived and not own):
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    day = desk.learner(who.learner_id).moment.day
    _ask_no_name(desk, who)
    subscribed = deck_id in mine(desk, who)
    due = waiting.count_due(desk.db, who.learner_id, day, deck_id) if subscribed else 0
    new, suspended = waiting.count_unmet(desk.db, who.learner_id, day, deck_id) if subscribed else (deck.cards, 0)
    others = editors.count(desk.db, deck_id) if own else 0
    return Outcome(DeckView(deck, subscribed, due, new, suspended, wants, own, others), message)


def _ask_no_name(desk: Desk, who: Who) -> None:
    """Somebody is here and looks at decks again, so what they type next is no deck's name, nor its description."""
    chat = planning.here(desk, who.chat_id)
    if chat is not None and chat.asking.startswith((ASKING_NAME, ASKING_DESCRIPTION)):
        chats.change(desk.db, who.chat_id, asking="")


def look_through(desk: Desk, who: Who, deck_id: int, place: int, message: Message) -> Outcome:
    """A card of the deck, both sides, as one leafs through it."""
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    if deck is None or deck.archived or deck.cards + deck.waiting == 0:
        return Outcome(decks_view(desk, who), message, toast=TakenOut())
    planning.here(desk, who.chat_id)
    total = deck.cards + deck.waiting
    card = cards.nth(desk.db, deck_id, place % total)
    assert card is not None, "counted a moment ago in this transaction"
    return Outcome(LookView(deck, card, place % total, total), message)


def offered(desk: Desk, who: Who, deck_id: int) -> StoredDeck | None:
    """The deck, if it can be had: a link to it is wanted."""
    planning.here(desk, who.chat_id)
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    return None if deck is None or deck.archived else deck


def study(desk: Desk, who: Who, deck_id: int, depth: int, ahead: bool, message: Message) -> Outcome:
    """A session of what a button names."""
    return asking.quiz(desk, who, replace(wish(desk, who, deck_id, depth), ahead=ahead), message)


def wish(desk: Desk, who: Who, deck_id: int, depth: int) -> Wish:
    """What a button narrows a session to: a deck (0: none) or, with a depth, the tree of decks that it is in.

    The tree's name is the first `depth` parts of the deck's, as the deck is called now.
    """
    deck = cards.deck(desk.db, deck_id, who.chat_id) if depth else None
    parts = [] if deck is None else deck.name.split("::")
    if 0 < depth <= len(parts):
        return Wish(tree="::".join(parts[:depth]))
    return Wish(deck_id=deck_id or None)


def meets(desk: Desk, learner_id: int, chat_id: int) -> bool:
    """Whether a tap can mean anything: a person who was forgotten has old buttons, a group's member may be new.

    A group that sleeps wakes, whatever is tapped there.
    """
    chat = chats.find(desk.db, chat_id)
    if chat is not None and chat.asleep_at is not None:
        planning.here(desk, chat_id)
    return chat is not None or chats.find(desk.db, learner_id) is not None


def ask_whether_to_forget() -> Outcome:
    """Asked once; nothing is looked up."""
    return Outcome(ForgetView(done=False))


def forget(desk: Desk, who: Who, asked: Forgotten, message: Message | None) -> Outcome:
    """Everything about this person is gone, and that they asked for it is written down in a way that names nobody."""
    forgetting.forget(desk.db, who.learner_id, asked, who.update_id)
    return Outcome(ForgetView(done=True), message)
