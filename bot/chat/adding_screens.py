"""A card that somebody writes, as screens."""

from textwrap import shorten

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.alike import told_apart
from bot.chat.artist import Artist, Part, row, sides, tap, to_hear
from bot.chat.names import of_deck
from bot.chat.page_screens import Rows, by, text
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.unlinked import unlinked
from bot.decks.card import Kind
from bot.decks.content import Content, Picture, Sound, words
from bot.storage.cards import StoredCard
from bot.storage.drafts import Place
from bot.tutor.draft_views import AskDeckView, AskSideView, CancelledView, DraftDecksView, DraftView, SavedView

# Where pictures of decks that were sent lie; the card is in none of them yet.
_NO_DECK = "@"
_LONGEST_FRONT = 80
UNLEAFED = 12
A_PAGE = 8


def ask_side(artist: Artist, view: AskSideView) -> Screen:
    say = artist.say
    back = tap(say.back, buttons.Add("look", 0)) if view.anew else tap(say.cancel, buttons.Add("cancel", 0))
    asked = say.ask_side(view.side, view.anew)
    if not view.front:
        return text(artist, asked, ((back,),))
    card = StoredCard(0, 0, "", _NO_DECK, Kind.QUESTION, view.front, (), archived=False)
    screen = artist.card([Text(say.front_so_far), *sides(artist, card, True), Text(asked)], card, asking=False)
    if len(screen.pages) > 1:
        # The question is what matters, and stands on the last of them.
        return text(artist, f"{say.front_so_far}\n\n{_front(view.front)}\n\n{asked}", ((back,),))
    return replace(screen, rows=((back,),))


def draft(artist: Artist, view: DraftView, page: int) -> Screen:
    """Both sides as they will look, and what can be done before it is saved."""
    say, twin = artist.say, view.twin
    deck = view.deck or say.first_own_deck
    card = StoredCard(0, 0, deck, _NO_DECK, Kind.QUESTION, view.front, view.back, archived=False)
    parts: list[Part] = [Text(say.draft_head(unlinked(of_deck(deck)), view.reversed)), *sides(artist, card, True)]
    if view.edits:
        parts.append(Text(say.which_side))
    elif twin is not None:
        where = dict.fromkeys(unlinked(of_deck(name)) for name in twin.deck_names)
        parts.append(Text(say.has_twin(_front(twin.front), list(where))))
    screen = artist.card(parts, card, asking=False)
    leafing: Rows = ()
    if len(screen.pages) > 1:
        following = (page + 1) % len(screen.pages)
        leafing = ((tap(say.more(following + 1, len(screen.pages)), buttons.Add("page", following)),),)
    return replace(screen, rows=_editing(artist) if view.edits else _wishes(artist, view, card), leafing=leafing)


def _editing(artist: Artist) -> Rows:
    say = artist.say
    both = row(tap(say.front_side, buttons.Add("front", 0)), tap(say.back_side, buttons.Add("back", 0)))
    return both, row(tap(say.back, buttons.Add("look", 0)))


def _wishes(artist: Artist, view: DraftView, card: StoredCard) -> Rows:
    say, twin = artist.say, view.twin
    rows: list[tuple[Button, ...]] = []
    if hear := to_hear(artist, card):
        rows.append((hear,))
    if twin is not None:
        rows.append((tap(say.show_twin, buttons.Add("twin", twin.card_id)),))
    save = say.save_card if twin is None else say.save_all_the_same
    rows += [
        (tap(save, buttons.Add("save", 0)), tap(say.edit_card, buttons.Add("edit", 0))),
        (
            tap(say.also_reversed(view.reversed), buttons.Add("reversed", int(not view.reversed))),
            tap(say.to_deck, buttons.Add("decks", 0)),
        ),
        (tap(say.cancel, buttons.Add("cancel", 0)),),
    ]
    return tuple(rows)


def _front(front: Content) -> str:
    """The words of a front in one line; what is to be seen or heard in it has none."""
    said = words(tuple([block for block in front if not isinstance(block, Picture | Sound)]))
    return unlinked(shorten(said, _LONGEST_FRONT, placeholder="…"))


def decks(artist: Artist, view: DraftDecksView) -> Screen:
    """The decks that the card can go to, leafed where they are many."""
    say = artist.say
    own = [deck.deck_id for deck in view.there if deck.owner_id == view.chat_id]
    # Who edits a deck need not have it.
    every = {deck.deck_id: deck.name for deck in view.there} | {place.deck_id: place.name for place in view.decks}
    names = told_apart(say, every, own)

    def button(place: Place) -> Button:
        name = names[place.deck_id]
        return tap(f"{name} ✓" if place.deck_id == view.deck_id else name, buttons.AddTo(place.deck_id))

    shown, leaf = view.decks, row()
    if len(shown) > UNLEAFED:
        at = next((at for at, place in enumerate(shown) if place.deck_id == view.at), 0) // A_PAGE * A_PAGE
        following = at + A_PAGE if at + A_PAGE < len(shown) else 0
        pages = -(-len(shown) // A_PAGE)
        more = say.more(following // A_PAGE + 1, pages)
        leaf = row(tap(more, buttons.Add("decks", shown[following].deck_id)))
        shown = shown[at : at + A_PAGE]
    last = row(tap(say.new_deck, buttons.Add("name", 0)), tap(say.back, buttons.Add("look", 0)))
    rows: Rows = (*by(1, [button(place) for place in shown]), leaf, last)
    return text(artist, say.which_deck_for_card, tuple(each for each in rows if each))


def ask_deck(artist: Artist, view: AskDeckView) -> Screen:
    say = artist.say
    words = say.ask_name_again if view.too_long else say.ask_new_deck
    return text(artist, words, ((tap(say.back, buttons.Add("look", 0)),),))


def saved(artist: Artist, view: SavedView) -> Screen:
    """The card with where it is now."""
    say, deck = artist.say, unlinked(of_deck(view.card.deck_name))
    said = say.stays_in(deck) if view.stays else say.saved_in(deck, view.reversed)
    said = say.taken_back_from(deck) if view.gone else said
    undo = None if view.gone or view.stays else tap(say.take_back, buttons.AddBack(view.card.card_id))
    # Above the card: below it, it would be on another page where that is long.
    screen = artist.card([Text(said), *sides(artist, view.card, True)], view.card, asking=False)
    return replace(screen, rows=(row(tap(say.add_another, buttons.Add("new", 0)), undo),))


def cancelled(artist: Artist, view: CancelledView) -> Screen:
    del view
    return text(artist, artist.say.draft_cancelled)
