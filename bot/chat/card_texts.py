"""Every word on one card: its page, what can be done with it, its history."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from bot.chat.wording import count, measured
from bot.study.memory import Stage
from bot.tutor.card_views import State


class EnglishCards:
    """The words in English."""

    # --- how somebody stands with a card ------------------------------------------------------------------------------

    def card_state(self, state: State) -> str:
        """A line that stands apart from what the card says."""
        if state.aside.suspended:
            return "Your progress: suspended"
        return f"Your progress: {self._waits(state)}" + (" · rests until tomorrow" if state.aside.buried else "")

    def _waits(self, state: State) -> str:
        if state.stage is None:
            return "new"
        stage = "" if state.stage is Stage.REVIEW else "learning, "
        if state.days is not None:
            return f"{stage}due in {self._days(state.days)}" if state.days > 0 else f"{stage}due now"
        wait = state.wait or timedelta(0)
        return f"{stage}due in {self._span(wait)}" if wait > timedelta(0) else f"{stage}due now"

    def _days(self, days: int) -> str:
        if days < 30:
            return count(days, "day")
        return measured(days / 30.4375, "month") if days < 365 else measured(days / 365.25, "year")

    def _span(self, wait: timedelta) -> str:
        minutes = max(1, int(wait / timedelta(minutes=1) + 0.5))
        return count(minutes, "minute") if minutes < 60 else measured(minutes / 60, "hour")

    # --- a card's page, and the menu under a turn ---------------------------------------------------------------------

    card_menu = "⋯"
    change_card = "Edit"
    suspend_card = "Suspend"
    take_up_card = "Take up again"
    bury_card = "Bury today"
    forget_card = "Forget progress"
    forget_card_sure = "Forget it"
    forget_card_not = "Keep it"
    card_history = "History"
    mark_wrong = "Mark as wrong"
    show_hint = "Hint"
    card_deck = "Deck"
    ask_forget_card = "Shall I forget how you stand with this card? It is new for you then. That cannot be undone."

    here_in_private = "Here you and I are alone: what you do with your group's card here, nobody else sees."

    def from_group(self, deck: str) -> str:
        """Above a group's card in a member's private chat."""
        return f"{deck} · from your group"

    def put_aside(self, choice: str, front: str) -> str:
        """Above what comes in its place; `front` is cut where it is long, and empty where it has no words."""
        done = "Resting today" if choice == "bury" else "Suspended"
        return f"{done}: {front}" if front else f"{done}."

    # --- its history --------------------------------------------------------------------------------------------------

    def next_grades(self, grades: str) -> str:
        """`grades`: the four with what each would lead to."""
        return f"Next: {grades}"

    no_history = "Never graded."

    def past_graded(self, day: date, grade: str, back: str) -> str:
        """A line of the history; `back`: when it came back, empty if nothing was scheduled."""
        return f"{self._date(day)}  {grade}" + (f" · {back}" if back else "")

    def past_set(self, day: date, kept: bool) -> str:
        return f"{self._date(day)}  {'progress taken over' if kept else 'progress forgotten'}"

    def _date(self, day: date) -> str:
        return day.isoformat()

    # --- a card that is wrong -----------------------------------------------------------------------------------------

    somebody_says_wrong = "Somebody says that this card is wrong:"
    card_is_right = "It is right"
    card_is_mended = "It is mended"
    see_card = "See the card"

    def mend_in_file(self, file: str) -> str:
        return f"It stands in {file}, in the decks folder."

    settled: ClassVar[Mapping[str, str]] = {
        "mended": "Mended. Whoever said that it was wrong is told.",
        "right": "It stays as it is.",
    }

    def was_mended(self, front: str, *, gone: bool) -> str:
        came = "was taken out of its deck" if gone else "was mended"
        return f"The card that you marked as wrong {came}: {front}"

    # --- a side typed anew --------------------------------------------------------------------------------------------

    ask_which = "Which side?"
    copy_side = "Copy it"
    save_edit = "Save"
    edit_again = "Type again"
    edit_cancel = "Cancel"

    def will_look(self, shared: bool) -> str:
        """`shared`: others have the deck as well."""
        if not shared:
            return "So it will look. What you learned stays."
        return "So it will look, for everybody who has the deck. What they learned stays."

    def ask_edit(self, side: str, media: bool) -> str:
        kept = " Its picture or recording stays, unless you send another." if media else ""
        return f"Type the new {side}, or send a picture or a voice message.{kept} This stands there now:"

    # --- a field of its note typed anew -------------------------------------------------------------------------------

    ask_which_field = "It is made of a note. Which field of that?"
    empty_field = "Empty it"
    changed_meanwhile = "It was changed meanwhile; here it is as it now is."

    def field_without_name(self, number: int) -> str:
        return f"Field {number}"

    def ask_field(self, name: str, media: bool, nothing: bool, too_long: bool) -> str:
        """`name`: the field's, as its author calls it."""
        kept = " Its picture or recording stays, unless you send another." if media else ""
        now = "This stands there now:"
        if nothing:
            now = "Nothing stands there now."
        elif too_long:
            now = "What stands there now is too long to be shown."
        return f"Type the new “{name}”, or send a picture or a voice message.{kept} {now}"

    def will_look_note(self, shared: bool, others: int, left: int, made: int) -> str:
        """Below the card as it will look; `others` cards of its note are made anew, `left` are not, `made` are new."""
        besides = ""
        if others:
            some = "The other card of its note is" if others == 1 else f"The {others} other cards of its note are"
            besides = f" {some} made anew as well."
        if left:
            some = "One card of its note lies" if left == 1 else f"{left} cards of its note lie"
            stay = "stays as it was" if left == 1 else "stay as they were"
            besides += f" {some} in a deck that you may not edit, and {stay}."
        if made:
            besides += f" {count(made, 'new card comes', 'new cards come')} of it."
        return f"{self.will_look(shared)}{besides}"

    def spoiled(self, number: int, why: str, gap: bool, masks: bool) -> str:
        """Why it cannot be saved; `number`: of the card in its note, from 1, or 0: the note makes none in time."""
        if masks:
            reason = "what covers its picture would have to be drawn anew. Change that in Anki, and send the deck again"
        elif not number:
            reason = "to make the cards of its note takes too long or too much memory"
        elif gap:
            reason = f"gap {number} would be gone, and a card asks for it. Keep {{{{c{number}::…}}}} in the text"
        elif why:
            reason = f"card {number} of its note cannot be made of that: {why}"
        else:
            reason = f"nothing would be on the front of card {number} of its note"
        return f"This cannot be saved: {reason}."

    def edit_in_file(self, file: str) -> str:
        """`file` may be long; the rest of a toast has room beside it."""
        return (
            f"This card stands in {file[:80]}, in the decks folder, and is changed there. “Mark as wrong” tells of it."
        )

    # --- toasts -------------------------------------------------------------------------------------------------------

    card_done: ClassVar[Mapping[str, str]] = {
        "suspend": "Suspended: it comes no more. /find has it when you want to take it up again.",
        "bury": "It rests until tomorrow.",
        "suspend_alone": "Suspended for you alone, until you take it up again.",
        "bury_alone": "It rests until tomorrow, for you alone.",
        "up": "It comes again when it is due.",
        "forgotten": "Forgotten: the card is new for you.",
        "nothing": "The card is new for you.",
        "marked": "Thank you. Who can mend it is told, without your name.",
        "marked_untold": "Thank you. It is kept, but there is nobody here yet who is told of it.",
        "settled": "That was settled before; here is the card as it is now.",
        "saved": "Saved.",
        "edit_over": "Nothing is being edited any more.",
        "not_editor": "Only who owns the deck, and whom they let edit it, can change its cards.",
        "put_back_late": "That was taken back already, or it is too late. /find has the card.",
        "unheard": "There is nothing to hear in this card.",
        "marked_before": "You have said so before. Thank you.",
    }
