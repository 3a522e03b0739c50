"""Decks as screens: their lists, leafed where they are long, and a deck's own page."""

from collections.abc import Callable, Sequence
from textwrap import shorten

from bot.chat import buttons
from bot.chat.alike import called
from bot.chat.artist import Artist, row, tap
from bot.chat.names import of_deck
from bot.chat.page_screens import Rows, by, text
from bot.chat.screens import Button, Screen
from bot.chat.unlinked import unlinked
from bot.storage.cards import StoredDeck
from bot.tutor.deck_views import (
    AskDescriptionView,
    AskNameView,
    DecksView,
    DeckView,
    UnknownDeckView,
    WelcomeView,
    WhichDeckView,
)
from bot.tutor.outcomes import GroupSetupView, GroupTopicView

MOST_OF_A_NAME = 80
# So many are shown at once; of more, a page holds what a phone shows without scrolling.
UNLEAFED = 24
A_PAGE = 8


def leafed(
    artist: Artist,
    decks: Sequence[StoredDeck],
    at: int,
    button: Callable[[StoredDeck], Button],
    onward: Callable[[int], buttons.Tap],
) -> Rows:
    """One button a deck: all of them, or the page that holds the deck `at` (else the first) with ways to the others.

    `onward`: what leads to the page that holds a deck.
    """
    if len(decks) <= UNLEAFED:
        return by(1, [button(deck) for deck in decks])
    begins = range(0, len(decks), A_PAGE)
    place = next((place for place, deck in enumerate(decks) if deck.deck_id == at), 0)
    page, pages = place // A_PAGE, len(begins)
    following = (page + 1) % pages
    back = tap(artist.say.back, onward(decks[begins[page - 1]].deck_id)) if page else None
    more = tap(artist.say.more(following + 1, pages), onward(decks[begins[following]].deck_id))
    shown = decks[begins[page] : begins[page] + A_PAGE]
    return (*by(1, [button(deck) for deck in shown]), row(back, more))


def welcome(artist: Artist, view: WelcomeView) -> Screen:
    say = artist.say
    if not view.decks:
        return text(artist, say.no_deck_offered)
    names = called(say, view.decks, view.chat_id)

    def button(deck: StoredDeck) -> Button:
        return tap(say.deck_button(names[deck.deck_id], deck.cards), buttons.Subscribe(deck.deck_id))

    rows = leafed(artist, view.decks, view.at, button, lambda at: buttons.DecksAt(at, first=True))
    return text(artist, say.welcome, rows)


def _pages_of(artist: Artist, chat_id: int, decks: Sequence[StoredDeck], mine: frozenset[int], at: int) -> Rows:
    say, names = artist.say, called(artist.say, decks, chat_id)

    def button(deck: StoredDeck) -> Button:
        name = names[deck.deck_id]
        words = say.deck_mark(name, deck.cards, deck.deck_id in mine)
        return tap(say.away_mark(name) if deck.archived else words, buttons.Deck(deck.deck_id))

    return leafed(artist, decks, at, button, lambda at: buttons.DecksAt(at, first=False))


def decks(artist: Artist, view: DecksView) -> Screen:
    rows = _pages_of(artist, view.chat_id, view.decks, view.subscribed, view.at)
    return text(artist, artist.say.decks(bool(view.decks)), rows)


def unknown_deck(artist: Artist, view: UnknownDeckView) -> Screen:
    # Typed words may be as long as a message; they are repeated to be recognised, no more.
    name = shorten(view.name, MOST_OF_A_NAME, placeholder="…")
    words = artist.say.unknown_deck(unlinked(name))
    if view.archived:
        words = f"{artist.say.were_archived([unlinked(of_deck(view.archived))])} {artist.say.others_here}"
    return text(artist, words, _pages_of(artist, view.chat_id, view.decks, frozenset(), 0))


def which_deck(artist: Artist, view: WhichDeckView) -> Screen:
    say = artist.say
    name = unlinked(shorten(view.name, MOST_OF_A_NAME, placeholder="…"))
    names = called(say, view.there, view.chat_id)

    def asked(deck_id: int) -> buttons.Tap:
        match view.group:
            case "quiz":
                return buttons.GroupAsk(deck_id)
            case "round":
                return buttons.RoundOf(deck_id)
        return buttons.Study(deck_id, False) if view.mine else buttons.Deck(deck_id)

    def button(one: StoredDeck) -> Button:
        return tap(say.deck_button(names[one.deck_id], one.cards), asked(one.deck_id))

    rows = by(1, [button(one) for one in view.decks[:UNLEAFED]])
    if view.tree:
        whole = buttons.SubscribeTree(view.decks[0].deck_id, len(view.tree.split("::")))
        every = say.deck_button(say.subscribe_all(of_deck(view.tree)), sum(one.cards for one in view.decks))
        rows = (row(tap(every, whole)), *rows)
    return text(artist, say.which_deck(name, view.cap), rows)


def deck(artist: Artist, view: DeckView) -> Screen:
    say, one = artist.say, view.deck
    back = (tap(say.back, buttons.DecksAt(one.deck_id, first=False)),)
    if one.archived:
        return text(
            artist,
            say.deck_put_away(unlinked(of_deck(one.name)), one.cards),
            ((tap(say.bring_back, buttons.Own(one.deck_id, "back")),), back),
        )
    if view.had_by is not None:
        sure = tap(say.put_away, buttons.Own(one.deck_id, "sure"))
        words = say.ask_put_away(unlinked(of_deck(one.name)), view.had_by.people, view.had_by.groups)
        return text(artist, words, ((sure, tap(say.back, buttons.Deck(one.deck_id))),))
    words = say.deck_page(
        unlinked(of_deck(one.name)), one.cards, one.waiting, view.subscribed, view.due, view.new, view.suspended
    )
    if view.wants and not view.subscribed:
        words = f"{say.deck_wanted(unlinked(of_deck(one.name)))}\n\n{words}"
    first = (
        row(tap(say.quiz_button, buttons.Study(one.deck_id, False)), tap(say.leave, buttons.Leave(one.deck_id)))
        if view.subscribed
        else row(tap(say.subscribe, buttons.Subscribe(one.deck_id)))
    )
    look, share = tap(say.look_through, buttons.Look(one.deck_id, 0, 0)), tap(say.share, buttons.Share(one.deck_id))
    second = row(look, share) if view.own or not one.private else row(look)
    if one.description:
        words += f"\n\n{unlinked(one.description)}"
    if view.editors:
        words += f"\n\n{say.editors(view.editors)}"
    above = [
        *([say.introduction] if view.began else []),
        *([say.may_edit_now(unlinked(of_deck(one.name)))] if view.invited else []),
    ]
    words = "\n\n".join([*above, words])
    return text(artist, words, (first, second, *(_own_rows(artist, one.deck_id) if view.own else ()), back))


def _own_rows(artist: Artist, deck_id: int) -> Rows:
    say = artist.say
    named = tap(say.rename, buttons.Own(deck_id, "name")), tap(say.describe, buttons.Own(deck_id, "describe"))
    return named, (tap(say.put_away, buttons.Own(deck_id, "away")),)


def ask_name(artist: Artist, view: AskNameView) -> Screen:
    say = artist.say
    words = say.ask_name_again if view.too_long else say.ask_name(unlinked(of_deck(view.deck.name)))
    return text(artist, words, back_to_deck(artist, view.deck.deck_id))


def ask_description(artist: Artist, view: AskDescriptionView) -> Screen:
    say, deck = artist.say, view.deck
    words = say.ask_description_again if view.too_long else say.ask_description(unlinked(of_deck(deck.name)))
    none = (tap(say.no_description, buttons.Own(deck.deck_id, "plain")),) if deck.description else ()
    return text(artist, words, (*((none,) if none else ()), *back_to_deck(artist, deck.deck_id)))


def back_to_deck(artist: Artist, deck_id: int) -> Rows:
    return ((tap(artist.say.back, buttons.Deck(deck_id)),),)


def group_setup(artist: Artist, view: GroupSetupView) -> Screen:
    say, told = artist.say, called(artist.say, view.decks)
    names = [unlinked(told[one.deck_id]) for one in view.decks if one.deck_id in view.subscribed]
    words = say.group_decks(names) if names else say.group_welcome
    if view.quiz:
        words = say.group_pick
        if view.archived and not names:
            words = f"{say.were_archived([unlinked(of_deck(name)) for name in view.archived])}\n{words}"

    def button(one: StoredDeck) -> Button:
        has = one.deck_id in view.subscribed
        give = buttons.GroupDeck(one.deck_id, view.quiz or not has, view.quiz)
        return tap(say.deck_mark(told[one.deck_id], one.cards, has), give)

    rows = leafed(artist, view.decks, view.at, button, lambda at: buttons.GroupDecksAt(at, view.quiz))
    if view.topic:
        rows = (*rows, row(tap(say.topic_decks_button, buttons.GroupTopic(0, "at"))))
    return text(artist, words, rows)


def group_topic(artist: Artist, view: GroupTopicView) -> Screen:
    """Which of the group's decks belong in the topic where this stands."""
    say, told = artist.say, called(artist.say, view.there)

    def button(one: StoredDeck) -> Button:
        here = one.deck_id in view.here
        words = say.topic_mark(told[one.deck_id], here, one.deck_id in view.elsewhere)
        return tap(words, buttons.GroupTopic(one.deck_id, "take" if here else "put"))

    rows = leafed(artist, view.decks, view.at, button, lambda at: buttons.GroupTopic(at, "at"))
    every = row(tap(say.all_decks_button, buttons.GroupDecksAt(0, quiz=False)))
    return text(artist, say.topic_decks(bool(view.here), view.resting), (*rows, every))
