"""A live round as screens: how it is set up, its lobby, its cards, its table."""

import unicodedata

from msgspec.structs import replace

from bot.chat import buttons, names
from bot.chat.alike import called, in_group
from bot.chat.artist import Artist, Part, grade_rows, leaf, row, sides, tap
from bot.chat.page_screens import Rows, by, text
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.unlinked import unlinked
from bot.decks.content import Content, Paragraph, Run, words
from bot.storage.cards import StoredDeck
from bot.study import round as rules
from bot.study.round import FORMS, PACES, RACE
from bot.tutor.live import Live, NothingMissedView, RoundLobbyView, RoundSetupView, RoundTableView
from bot.tutor.outcomes import GroupTurnView

# What a button of the whole width shows uncut on a phone.
WIDEST_OPTION = 34
LETTERS = "ABCD"
# What a phone shows of the table at once.
MOST_LINES = 20
DECKS_AT_ONCE = 6


def setup(artist: Artist, view: RoundSetupView) -> Screen:
    say, current = artist.say, view.round
    deck = called(say, view.there).get(current.deck_id or 0, "")
    said = say.round_setup(unlinked(deck), current.cards, current.seconds, current.form)
    if view.why:
        said = f"{said}\n\n{say.round_impossible[view.why]}"

    def choice(words: str, what: str, value: int, chosen: int) -> Button:
        return tap(say.round_chosen(words, value == chosen), buttons.RoundSet(current.round_id, what, value))

    rows = (
        *_decks(artist, view),
        tuple(choice(say.round_cards(cards), "cards", cards, current.cards) for cards in rules.CARDS),
        tuple(choice(say.round_pace(seconds), "pace", seconds, current.seconds) for seconds in PACES),
        tuple(choice(say.forms[form], "form", at, FORMS.index(current.form)) for at, form in enumerate(FORMS)),
        (
            tap(say.start_round, buttons.RoundStart(current.round_id)),
            tap(say.call_off, buttons.RoundStop(current.round_id)),
        ),
    )
    return text(artist, said, rows)


def _decks(artist: Artist, view: RoundSetupView) -> Rows:
    """The group's decks, where there is a choice; of many a page, with the way to the next."""
    say, current = artist.say, view.round
    if len(view.decks) < 2:
        return ()
    told = called(say, view.there)

    def button(deck: StoredDeck) -> Button:
        mark = say.round_chosen(told[deck.deck_id], deck.deck_id == current.deck_id)
        return tap(mark, buttons.RoundSet(current.round_id, "deck", deck.deck_id))

    at = next((place for place, deck in enumerate(view.decks) if deck.deck_id == view.at), 0) // DECKS_AT_ONCE
    pages = -(-len(view.decks) // DECKS_AT_ONCE)
    shown = view.decks[at * DECKS_AT_ONCE : (at + 1) * DECKS_AT_ONCE]
    following = (at + 1) % pages
    onward = buttons.RoundSet(current.round_id, "at", view.decks[following * DECKS_AT_ONCE].deck_id)
    more = tap(say.more(following + 1, pages), onward) if pages > 1 else None
    every = tap(say.round_chosen(say.all_decks, current.deck_id is None), buttons.RoundSet(current.round_id, "deck", 0))
    return (row(every, more), *by(1, [button(deck) for deck in shown]))


def lobby(artist: Artist, view: RoundLobbyView) -> Screen:
    say, current = artist.say, view.round
    waiting = current.stage == "lobby"
    inside = [names.shown(name, say.nameless) for name in view.players]
    deck = in_group(say, current.deck_id or 0, view.deck, view.alike)
    said = say.lobby(unlinked(deck), current.cards, current.seconds, current.form, inside, waiting)
    if not waiting:
        return text(artist, said)
    join, stop = buttons.RoundJoin(current.round_id), buttons.RoundStop(current.round_id)
    return text(artist, said, ((tap(say.im_in, join),), (tap(say.stop_round, stop),)))


def card(artist: Artist, view: GroupTurnView, live: Live, page: int) -> Screen:
    """A card of a round, asked or over."""
    say = artist.say
    deck = in_group(say, view.card.deck_id, view.card.deck_name, view.alike)
    head = say.round_place(unlinked(deck), live.place, live.cards, live.seconds)
    parts: list[Part] = [Text(head), *sides(artist, view.card, view.closed)]
    stop = (tap(say.stop_round, buttons.RoundStop(live.round_id)),)
    rows: Rows = ()
    if live.options:
        beside, rows = _race(artist, view, live)
        parts += beside
    else:
        looked, graded, knew = view.tally.looked, view.tally.graded, view.tally.knew
        parts.append(Text(say.tally_closed(graded, knew) if view.closed else say.tally_open(looked, graded, knew)))
        rows = ((tap(say.show_answer, buttons.GroupShow(view.turn_id)),),)
        if view.grades:
            rows += grade_rows(artist, {}, lambda grade: buttons.GroupGive(view.turn_id, int(grade), 0))
    screen = artist.card(parts, view.card, asking=not view.closed)
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    return replace(screen, rows=() if view.closed else (*rows, stop), leafing=leafing)


def _race(artist: Artist, view: GroupTurnView, live: Live) -> tuple[list[Part], Rows]:
    """What stands under a race's card, and its buttons: the options, or their letters where one is too long."""
    say = artist.say
    if view.closed:
        first = "" if live.first is None else names.shown(live.first, say.nameless)
        return [Text(say.race_closed(view.tally.graded, view.tally.knew, first))], ()
    tally = Text(say.race_open(view.tally.graded, live.players))
    labels = [" ".join(words(option).split()) for option in live.options]

    def button(label: str, place: int) -> Button:
        return tap(label, buttons.Race(view.turn_id, place))

    if all(_width(label) <= WIDEST_OPTION for label in labels):
        return [tally], by(1, [button(label, place) for place, label in enumerate(labels)])
    lettered: list[Part] = [_lettered(letter, option) for letter, option in zip(LETTERS, live.options, strict=False)]
    return [*lettered, tally], (tuple(button(LETTERS[place], place) for place in range(len(labels))),)


def _lettered(letter: str, option: Content) -> Content:
    first, *others = option
    if isinstance(first, Paragraph):
        return (Paragraph((Run(f"{letter}. "), *first.runs)), *others)
    return (Paragraph((Run(f"{letter}."),)), *option)


def _width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in label)


def table(artist: Artist, view: RoundTableView) -> Screen:
    """The round's end, with the way to what each missed."""
    say, current = artist.say, view.round
    head = say.round_ended(current.ended or "", began=bool(current.place))
    if not current.place:
        return text(artist, head)
    if not view.results:
        return text(artist, f"{head} {say.round_nobody}")
    raced = current.form == RACE
    lines = [
        say.round_line(
            place,
            names.shown(each.name, say.nameless),
            each.right,
            current.place,
            each.points if raced else None,
        )
        for place, each in view.results[:MOST_LINES]
    ]
    beyond = len(view.results) - len(lines)
    lines += [say.round_beyond(beyond)] if beyond else []
    missed = tap(say.my_mistakes, buttons.RoundMissed(current.round_id))
    return text(artist, "\n".join([head, "", *lines]), ((missed,),))


def nothing_missed(artist: Artist, view: NothingMissedView) -> Screen:
    return text(artist, artist.say.nothing_missed(view.played))
