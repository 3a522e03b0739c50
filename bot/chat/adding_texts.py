"""Every word on cards that people write in the chat."""

from collections.abc import Sequence

from bot.chat.wording import some_of


class EnglishAdding:
    """The words in English."""

    # --- what can be a side -------------------------------------------------------------------------------------------

    no_side = (
        "That cannot be on a card. Send a text, a picture with or without a caption, a voice message or a recording, "
        "or forward one."
    )

    no_recording = "That recording is of a kind that cannot be played here."

    def no_picture(self, why: str) -> str:
        return f"That picture cannot be shown on a card: {why}."

    def side_too_large(self, megabytes: int) -> str:
        return f"That is too large for a card: {megabytes} MB are the most."

    # --- a card on its way --------------------------------------------------------------------------------------------

    first_own_deck = "My cards"
    ask_new_deck = "Type the name of the new deck."
    which_side = "Which side do you want to write anew?"
    which_deck_for_card = "Which deck does it go to?"
    draft_cancelled = "Cancelled. Nothing was saved."
    draft_over = "That card is no longer being written."

    save_card = "Save"
    save_all_the_same = "Save all the same"
    edit_card = "Edit"
    to_deck = "To deck …"
    new_deck = "New deck"
    front_side = "Front side"
    back_side = "Back side"
    show_twin = "Show that card"
    add_another = "Add another"
    take_back = "Undo"

    def ask_side(self, side: str, anew: bool) -> str:
        """What a person is to send next; `side` is front or back."""
        if anew:
            return f"Send the new {side}."
        return "What is on the front?" if side == "front" else "And on the back?"

    front_so_far = "Front:"
    """Above what was given for the front, where the back is asked for again."""

    def also_reversed(self, wanted: bool) -> str:
        return "Also reversed ✓" if wanted else "Also reversed"

    def draft_head(self, deck: str, is_reversed: bool) -> str:
        """Above a card that is not saved yet."""
        return f"{deck} · new card, also reversed" if is_reversed else f"{deck} · new card"

    def has_twin(self, front: str, decks: Sequence[str]) -> str:
        """Below it; `front` is cut where it is long, and empty where it has no words."""
        where = f"in {some_of(decks)}."
        return f"You have this already: “{front}” {where}" if front else f"You have this already, {where}"

    def saved_in(self, deck: str, is_reversed: bool) -> str:
        return f"Saved in {deck}, both ways round." if is_reversed else f"Saved in {deck}."

    def taken_back_from(self, deck: str) -> str:
        return f"Taken back: it is no longer in {deck}."

    def stays_in(self, deck: str) -> str:
        return f"Somebody has learned it already, so it stays in {deck}. You can edit it there."
