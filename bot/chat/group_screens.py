"""A group's board, and the question whether to go on, as screens."""

from bot.chat import buttons, names
from bot.chat.artist import Artist, tap
from bot.chat.page_screens import text
from bot.chat.screens import Screen
from bot.study import board as rules
from bot.study import hours
from bot.tutor.outcomes import AskToGoOnView, BoardView, GoingOnView

# What a phone shows of it at once.
MOST_PLACES = 20
CELLS = 12
FILLED, EMPTY = "█", "░"


def board(artist: Artist, view: BoardView) -> Screen:
    """The week's members, the group's bar, and the ways off the board and back."""
    say = artist.say

    def named(name: str) -> str:
        return names.shown(name, say.nameless)

    parts: list[str] = []
    if view.places:
        lines = [say.board_place(it.place, named(it.name), it.kept, it.due) for it in view.places[:MOST_PLACES]]
        beyond = len(view.places) - len(lines)
        parts.append("\n".join([say.board_head, *lines, *([say.board_beyond(beyond)] if beyond else [])]))
    elif not view.unplaced:
        parts.append(say.board_nobody)
    if view.unplaced:
        parts.append(say.board_unplaced([named(name) for name in view.unplaced], rules.LEAST_DUE))
    if view.met:
        filled = rules.cells(view.alive, view.met, CELLS)
        parts.append(f"{say.board_goal(view.alive, view.met)}\n{FILLED * filled}{EMPTY * (CELLS - filled)}")
    # Everybody sees the same message, so it holds both.
    ways = (tap(say.hide_me, buttons.Hide(True)), tap(say.show_me, buttons.Hide(False)))
    return text(artist, "\n\n".join(parts), (ways,))


def ask_to_go_on(artist: Artist, view: AskToGoOnView) -> Screen:
    say = artist.say
    return text(artist, say.ask_to_go_on(view.cards), ((tap(say.go_on, buttons.GoOn()),),))


def going_on(artist: Artist, view: GoingOnView) -> Screen:
    at = None if view.at is None else hours.local(view.at, view.zone)
    return text(artist, artist.say.going_on(at, hours.local(view.now, view.zone)))
