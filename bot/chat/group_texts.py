"""Every word of a group's members, its board, and its sleep."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.wording import DAYS, clock, count, some_of


class EnglishGroups:
    """What is said of a group's members in English, a part of `English`."""

    # --- who takes part -----------------------------------------------------------------------------------------------

    joined = "You take part: cards are chosen for you, too, and you are on /board. /leave ends that."
    left = "You no longer take part. What you learned stays; /join, or a look at a card, brings you back."
    took_no_part = "You did not take part. /join, or a look at a card, changes that."

    def joined_by(self, name: str) -> str:
        """The same where the group reads it; so the others."""
        return f"{name} takes part: cards are chosen for them, too, and they are on /board. /leave ends that."

    def left_by(self, name: str) -> str:
        return f"{name} no longer takes part. What they learned stays; /join, or a look at a card, brings them back."

    def took_no_part_by(self, name: str) -> str:
        return f"{name} did not take part. /join, or a look at a card, changes that."

    no_voice = "I cannot tell who you are when you write as the group or as a channel. Write as yourself."
    my_state_button = "My state"

    def my_state_offered(self, name: str) -> str:
        """What the group reads of who asked; the button tells whoever taps it of themselves."""
        return f"{name} asks how they stand in this group's decks. What the button says, only who taps it sees."

    no_state = "I know nothing about you yet. Look at a card here, and I do."

    def my_state(
        self, cards: int, statements: int, met: int, due: int, new: int, given: int, known: int, days: int
    ) -> str:
        """At most 200 characters, as it may stand in an alert; the `statements` are no `cards`."""
        if not cards and not statements:
            return "This group has no deck."
        share = f"\n{round(100 * known / given)} % remembered in {count(days, 'day')}." if given else ""
        are = "is a statement" if statements == 1 else "are statements"
        more = f"\n{statements} more {are}, which a group is not asked." if statements else ""
        said = f"In this group's decks: {met} of {count(cards, 'card')} met, {due} due today, {new} new today."
        return f"{said}{share}{more}"

    # --- the board ----------------------------------------------------------------------------------------------------

    board_head = "Cards kept alive, of those due since Monday"
    nameless = "Somebody"

    def board_place(self, place: int, name: str, kept: int, due: int) -> str:
        return f"{place}. {name} · {kept} of {due}"

    def board_beyond(self, people: int) -> str:
        return f"and {people} more"

    def board_unplaced(self, names: Sequence[str], least: int) -> str:
        """Who stands there without a place; of many the first are named."""
        return f"Fewer than {least} due so far: {some_of(names)}"

    def board_goal(self, alive: int, met: int) -> str:
        return f"Together: {alive} of {met} learned cards alive"

    board_nobody = (
        "Nobody is on the board yet. Look at a card and grade it: who keeps alive what is due for them stands here."
    )
    hide_me = "Hide me"
    show_me = "Show me"
    hidden = "You are not on the board any more. Show me brings you back."
    not_hidden = "You are on the board."
    not_on_board = "You do not take part here, so you are not on the board. /join changes that."

    # --- a group in which nobody looks --------------------------------------------------------------------------------

    go_on = "Go on"

    def ask_to_go_on(self, cards: int) -> str:
        return f"Nobody has looked at the last {'five' if cards == 5 else cards} cards. Shall I go on?"

    def going_on(self, at: datetime | None, now: datetime) -> str:
        """`at` and `now` are local."""
        if at is None:
            return "I go on. /quiz puts a card to everybody."
        days = (at.date() - now.date()).days
        when = {0: "today", 1: "tomorrow"}.get(days, f"on {DAYS[at.weekday()]}")
        return f"I go on: the next card comes {when} at {clock(at)}."
