"""A group's card as screens: as all see it, and as one member looks at it and grades it."""

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.alike import in_group
from bot.chat.artist import Artist, Part, grade_rows, leaf, sides, tap
from bot.chat.names import of_deck
from bot.chat.plain import MOST_UNDER_A_PICTURE, Text
from bot.chat.screens import Button, Screen
from bot.chat.turn_screens import head_text
from bot.chat.unlinked import unlinked
from bot.storage.cards import StoredCard
from bot.study.memory import Grade
from bot.tutor import showing, sounding
from bot.tutor.outcomes import (
    GroupTurnView,
    RevealedView,
)


def group_turn(artist: Artist, view: GroupTurnView, page: int) -> Screen:
    """A card put to a group: the back stands there only once the turn is closed."""
    say = artist.say
    tally = (
        say.tally_closed(view.tally.graded, view.tally.knew)
        if view.closed
        else say.tally_open(view.tally.looked, view.tally.graded, view.tally.knew)
    )
    parts: list[Part] = [
        head_text(artist, view.head),
        Text(unlinked(in_group(say, view.card.deck_id, view.card.deck_name, view.alike))),
        *sides(artist, view.card, view.closed),
        Text(tally),
    ]
    screen = artist.card(parts, view.card, asking=not view.closed)
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    if view.closed:
        return replace(screen, rows=((tap(say.next_card, buttons.GroupNext()),),), leafing=leafing)
    rows: tuple[tuple[Button, ...], ...] = ((tap(say.show_answer, buttons.GroupShow(view.turn_id)),),)
    if view.grades:
        rows += grade_rows(artist, {}, lambda grade: buttons.GroupGive(view.turn_id, int(grade), 0))
    return replace(screen, rows=(*rows, (_menu(artist, view.turn_id),)), leafing=leafing)


def _menu(artist: Artist, turn_id: int) -> Button:
    """What this member alone can do with a group's card."""
    return tap(artist.say.card_menu, buttons.GroupMenu(turn_id, "open"))


def flipped(artist: Artist, view: RevealedView, page: int) -> Screen:
    """A group's card as one member alone sees it in the group: both sides with the grades, then what was graded.

    Never a rich message: whether one may be put in the place of another is nowhere said.
    """
    if view.grade is not None:
        return _done(artist, view, artist.say.graded(view.grade, view.answer, view.suspended))
    parts = [*sides(artist, view.card, True), _heard_later(artist, view)]
    if not view.answers:
        parts.append(Text(artist.say.group_closed))
    return _with_grades(artist, view, Screen(artist.pages(parts, view.card.deck_file, MOST_UNDER_A_PICTURE)), page)


def _done(artist: Artist, view: RevealedView, graded: str) -> Screen:
    """What was graded, the way on, and the tally of a closed turn: the group's message is covered by it."""
    tally = view.tally
    ended = Text("") if tally is None else Text(artist.say.tally_closed(tally.graded, tally.knew))
    below = [button for row in _undo(artist, view) for button in row]
    if view.onward:
        below.append(tap(artist.say.next_card, buttons.GroupNext()))
    return Screen(artist.pages([Text(graded), ended]), (tuple(below),) if below else ())


def revealed(artist: Artist, view: RevealedView, page: int) -> Screen:
    """A group's card in a member's private chat."""
    parts: list[Part] = [
        *of_group(artist, view.card, view.first),
        *sides(artist, view.card, True),
        _heard_later(artist, view),
    ]
    if view.grade is not None:
        parts.append(Text(artist.say.graded(view.grade, view.answer, view.suspended)))
    elif not view.answers:
        parts.append(Text(artist.say.group_closed))
    return _with_grades(artist, view, artist.card(parts, view.card, asking=False), page)


def of_group(artist: Artist, card: StoredCard, first: bool) -> list[Part]:
    """Where a group's card comes from, above it in a private chat; what that is, if it is the `first` word there."""
    say = artist.say
    whence = Text(say.from_group(unlinked(of_deck(card.deck_name))))
    return [Text(say.here_in_private), whence] if first else [whence]


def _heard_later(artist: Artist, view: RevealedView) -> Text:
    """What the answer lets hear is sent to all at once, and so not before the card is over."""
    return Text(artist.say.sound_for_all if view.tally is None and sounding.back(view.card) else "")


def _with_grades(artist: Artist, view: RevealedView, screen: Screen, page: int) -> Screen:
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    if not view.answers:
        return replace(screen, rows=_undo(artist, view), leafing=leafing)
    rows = grade_rows(artist, view.answers, lambda grade: _group_give(view, grade))
    last = ((_menu(artist, view.turn_id),),) if view.menu else ()
    return replace(screen, rows=(*rows, *last), leafing=leafing)


def _undo(artist: Artist, view: RevealedView) -> tuple[tuple[Button, ...], ...]:
    return () if view.undo is None else ((tap(artist.say.undo, buttons.Undo(view.undo)),),)


def _group_give(view: RevealedView, grade: Grade) -> buttons.GroupGive:
    return buttons.GroupGive(view.turn_id, int(grade), showing.promise(view.answers.get(grade)))
