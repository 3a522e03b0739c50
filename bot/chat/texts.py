"""Every word people read, whole sentences with their plurals. A second language is a second class like this one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import ClassVar

from bot.chat.adding_texts import EnglishAdding
from bot.chat.card_texts import EnglishCards
from bot.chat.export_texts import EnglishExports
from bot.chat.finding_texts import EnglishFinding
from bot.chat.group_texts import EnglishGroups
from bot.chat.import_texts import EnglishImports
from bot.chat.rich_texts import EnglishRich
from bot.chat.round_texts import EnglishRounds
from bot.chat.session_texts import EnglishSessions
from bot.chat.settings_texts import EnglishSettings
from bot.chat.sharing_texts import EnglishSharing
from bot.chat.sound_texts import EnglishSounds
from bot.chat.wording import DAYS, NUMBERS, clock, count, listed, measured, not_met, some_of, trim
from bot.study import hours
from bot.study.intervals import Answer
from bot.study.memory import Grade


class English(
    EnglishAdding, EnglishCards, EnglishRounds, EnglishSettings, EnglishGroups, EnglishImports, EnglishExports,
    EnglishRich, EnglishFinding, EnglishSessions, EnglishSharing, EnglishSounds,
):  # fmt: skip
    """The words in English."""

    grades: ClassVar[Mapping[Grade, str]] = {
        Grade.AGAIN: "Again",
        Grade.HARD: "Hard",
        Grade.GOOD: "Good",
        Grade.EASY: "Easy",
    }
    line = "─────"

    # --- intervals: short ones fit on the answer buttons, long ones stand in sentences --------------------------------

    def short(self, answer: Answer) -> str:
        """Time until the card comes back, for a button: 1m, 3h, 8d, 1.2mo, 2.1y."""
        if answer.span is not None:
            minutes = max(1, int(answer.span / timedelta(minutes=1) + 0.5))
            return f"{minutes}m" if minutes < 60 else f"{trim(minutes / 60)}h"
        days = answer.days or 0
        if days < 30:
            return f"{days}d"
        return f"{trim(days / 30.4375)}mo" if days < 365 else f"{trim(days / 365.25)}y"

    def long(self, answer: Answer) -> str:
        """Time until the card comes back, in a sentence."""
        if answer.span is not None:
            minutes = max(1, int(answer.span / timedelta(minutes=1) + 0.5))
            return count(minutes, "minute") if minutes < 60 else measured(minutes / 60, "hour")
        days = answer.days or 0
        if days < 30:
            return count(days, "day")
        return measured(days / 30.4375, "month") if days < 365 else measured(days / 365.25, "year")

    def grade_button(self, grade: Grade, answer: Answer | None) -> str:
        return self.grades[grade] if answer is None else f"{self.grades[grade]} · {self.short(answer)}"

    # --- the turn -----------------------------------------------------------------------------------------------------

    def place(self, deck: str, place: int, total: int) -> str:
        return f"{deck} · {place}/{total}"

    def cram_place(self, deck: str, place: int, total: int) -> str:
        return f"{deck} · {place}/{total} · ahead, the schedule stays"

    how_well = "How well did you know this?"
    show_answer = "Show answer"
    later = "Later"
    later_back = "Back"
    undo = "Undo"
    decks_button = "Decks"
    snoozes: ClassVar[Mapping[str, str]] = {"hour": "In an hour", "evening": "This evening", "tomorrow": "Tomorrow"}

    def more(self, page: int, pages: int) -> str:
        """On the button that leafs to `page` (from 1) of a card too long for one message."""
        return "From the start" if page == 1 else f"More {page}/{pages}"

    def push_head(self, waiting: int, minutes: int, every: int, zone: str) -> str:
        """A push's own line; `every` above 1 says that pushes thin out, a zone that it is only the default."""
        lines = [f"{waiting} due · about {minutes} min"] if waiting else []
        if every > 1:
            often = "every other day" if every == 2 else f"every {NUMBERS[every]} days"
            lines = [". ".join([*lines, f"I will come {often} until you are back."])]
        if zone:
            lines.append(f"This is {hours.place_name(zone)} time: no zone was chosen yet. /settings changes it.")
        return "\n".join(lines)

    def snoozed(self, until: datetime, now: datetime) -> str:
        """`until` and `now` are local."""
        days = (until.date() - now.date()).days
        when = {0: "today", 1: "tomorrow"}.get(days, f"on {DAYS[until.weekday()]}")
        return f"Put off: the cards come {when} at {clock(until)}."

    def graded(self, grade: Grade, answer: Answer | None, suspended: bool = False) -> str:
        """`suspended`: by who graded it, before."""
        if suspended:
            return f"{self.grades[grade]}. The card is suspended for you: it comes back when you take it up again."
        back = "" if answer is None else f", back in {self.long(answer)}"
        return f"{self.grades[grade]}{back}."

    # --- beginning ----------------------------------------------------------------------------------------------------

    introduction = "Deckhand asks you cards shortly before you would forget them. A few taps a day are enough."
    welcome = f"{introduction}\nWhich deck first?"
    no_deck_offered = (
        f"{introduction}\nThere is no deck here yet: whoever runs this bot puts deck files into its decks folder."
    )

    def deck_button(self, name: str, cards: int) -> str:
        return f"{name} · {cards}"

    def ask_hour(self, answer: Answer | None) -> str:
        noted = "" if answer is None else f"Noted, back in {self.long(answer)}. "
        return f"{noted}When shall the daily cards come?"

    ask_hour_again = "I did not find an hour in that. Type it like 7:30 or 7pm, or tap one."
    another_hour = "Another hour"
    type_hour = "Type the hour, like 7:30, 19:15 or 7pm."
    not_now = "Not now"

    def ask_clock(self, reply: bool) -> str:
        """`reply`: what is typed is read as a reply to this message, as in a group."""
        how = "Or reply to this with the name of a city." if reply else "You can also type your city."
        return f"What time is it for you now? {how}"

    ask_clock_unknown = "I do not know that place. What time is it for you now?"
    other_times = "Other times"
    skip_zone = "Skip"
    which_place = "Which is nearest?"
    another_place = "Another"

    def hours_said(self, at: Sequence[time], zone: str, chosen: bool) -> str:
        if not at:
            return "No daily cards for now. /settings has the hours when you want them."
        times = listed([clock(one) for one in at])
        if chosen:
            return f"Every day at {times}, {hours.place_name(zone)} time. You can change that in /settings."
        return f"Every day at {times}, in {hours.place_name(zone)} time until you tell me your zone in /settings."

    typed = "I listen to taps and commands; /help lists them. Here is where we were."

    # --- decks --------------------------------------------------------------------------------------------------------

    def decks(self, any_offered: bool) -> str:
        return "Decks you can study. A tick marks those you study." if any_offered else "No deck is offered here yet."

    def deck_mark(self, name: str, cards: int, mine: bool) -> str:
        return f"{'✓ ' if mine else ''}{name} · {cards}"

    def deck_page(
        self, name: str, cards: int, waiting: int, subscribed: bool, due: int, new: int, suspended: int
    ) -> str:
        """`suspended`: of the `new` ones."""
        said = f"{name}\n{count(cards, 'card')}"
        if waiting:
            said += f", {waiting} more {'waits' if waiting == 1 else 'wait'} for an answer"
        if subscribed:
            said += f"\n{due} due now, {not_met(new, suspended)}."
        return said

    def deck_wanted(self, name: str) -> str:
        return f"You have not subscribed to {name} yet."

    def unknown_deck(self, typed: str) -> str:
        return f"I know no deck called “{typed}”. These are here:" if typed else "That deck is not here. These are:"

    subscribe = "Subscribe"
    leave = "Leave"
    look_through = "Look through"
    share = "Share a link"
    back = "Back"
    previous = "‹"
    following = "›"
    waits_for_answer = "Waits for an answer; it is not asked until the deck has one."

    def look_place(self, deck: str, place: int, total: int) -> str:
        return f"{deck} · card {place} of {total}"

    def share_link(self, deck: str, link: str) -> str:
        return f"Whoever opens this link subscribes to {deck}:\n{link}"

    # --- help and forgetting ------------------------------------------------------------------------------------------

    def help(self, commands: Sequence[tuple[str, str]]) -> str:
        listed = "\n".join(f"/{name} — {what}" for name, what in commands)
        return (
            "A card shows its question; tap Show answer, then say how well you knew it. That decides when it "
            f"comes back. {self.help_import}\n\n{listed}\n\n"
            "Again: not known. Hard, Good, Easy: known, with more or less effort. The time on the button is when "
            "the card returns. Undo takes the last grade back. ⋯ under a card has the rest: let it rest, mark it as "
            "wrong, see its history."
        )

    def help_group(self, commands: Sequence[tuple[str, str]]) -> str:
        listed = "\n".join(f"/{name} — {what}" for name, what in commands)
        return (
            "A card is put to everybody. Show answer shows you the back; then grade yourself. Everybody's grade "
            f"counts for their own memory, and the group sees only how many knew it. Who looks takes part.\n\n"
            f"{listed}\n\n{self.help_round}"
        )

    ask_forget = (
        "This erases everything about you here: decks, hours, every grade and what they built up. "
        "A deck of your own goes as well, unless others have it. "
        "It cannot be taken back; /export first, if you want to keep a copy."
    )
    forget_sure = "Erase everything"
    forget_not = "Keep it"
    forget_kept = "Nothing was erased."
    forgotten = (
        "Everything about you is erased. Backups from before this are deleted within seven days; if one has to be put "
        "back until then, what it holds about you is left out. /start begins anew."
    )
    forgotten_but_for_traces = (
        "Everything about you is erased but for traces in the bot's file, which nobody is shown: they are overwritten "
        "within a day. Backups from before that are deleted within seven days; if one has to be put back until then, "
        "what it holds about you is left out. /start begins anew."
    )

    # --- toasts: one friendly line, at most 200 characters -----------------------------------------------------------

    def already(self, grade: Grade, answer: Answer | None) -> str:
        return f"Already graded: {self.graded(grade, answer)}"

    no_longer = "This card is no longer asked; here is the present one."
    no_longer_any = "This card is no longer asked."
    not_yours = "Only the one it was put to can answer this."
    look_first = "Look first"
    passed = "That was answered before; here is what comes now."
    new_times = "The times on the buttons had passed. These hold now; tap again."
    taken_out = "That is not in the decks any more."
    known_no_more = "I know nothing about you. /start begins anew."
    taken_back = "That grade was taken back already."
    undo_later = "You graded others after that one; /undo takes the latest back first."
    nothing_to_undo = "There is nothing to undo."
    admins_only = "Only administrators of this group can do that."
    strange_button = "That button does not work any more. /help says what does."
    fault = "I could not reach my notebook for a moment. Your last grade is safe; tap again."
    not_allowed = "This bot is for a closed circle; its owner can let you in."
    other_commands = "I do not know that command. /help lists what I know."
    private_only = "That works in our private chat."
    group_only = "That works in a study group."

    def subscribed(self, name: str, left: bool) -> str:
        return f"Left {name}; what you learned stays" if left else "Subscribed"

    # --- groups -------------------------------------------------------------------------------------------------------

    group_welcome = (
        "I bring flashcards to this group. Everybody looks and grades alone, and each grade counts for that member's "
        "own memory.\nAn administrator gives the group a deck, then /quiz puts a card to everybody."
    )
    group_pick = "Which deck shall this group study? An administrator's tap chooses."

    def group_decks(self, names: Sequence[str]) -> str:
        return f"This group studies {some_of(names)}. /quiz puts a card to everybody."

    def tally_open(self, looked: int, graded: int, knew: int) -> str:
        if not looked:
            return "Nobody has looked yet"
        return f"{looked} looked · {f'{knew} knew it' if graded else 'nobody graded yet'}"

    def tally_closed(self, graded: int, knew: int) -> str:
        return f"{knew} of {graded} knew it" if graded else "Nobody graded it"

    next_card = "Next card"

    def still_open(self, seconds: int, place: str) -> str:
        """`place`: see in_topic; empty: the card that this points to."""
        card = f"A card is still open {place}" if place else "This card is still open"
        return f"{card}. Another can come in {count(seconds, 'second')}."

    to_the_card = "Go to the card"

    def group_nothing(self, decks: int, some: bool, elsewhere: bool, since: time | None) -> str:
        """`decks`: so many were meant, only `some` of the group's; `elsewhere`: there is none that belongs in no topic;
        `since`: when the next study day begins, if that is today by the clock.
        """
        if elsewhere:
            return "Every deck of this group has a topic of its own: /quiz there, or /quiz with a deck's name here."
        whose = "this group's" if not some else "this" if decks == 1 else "these"
        more = f"from {clock(since)}" if since else "tomorrow"
        return f"Every card of {whose} {'deck' if decks == 1 else 'decks'} was put today. More {more}."

    one_moment = "One moment…"
    group_closed = "This card is closed; its answer stands in the group for all."

    no_pictures_here = "(a picture belongs here; I may not send pictures in this group)"

    # --- within a card ------------------------------------------------------------------------------------------------

    hint = "Hint"

    def picture_missing(self, name: str) -> str:
        """In the place of a picture; without its name where that may tell the answer."""
        return f"[picture missing: {name}]" if name else "[picture missing]"

    def sound(self, name: str) -> str:
        """In the place of a recording, as above."""
        return f"[sound: {name}]" if name else "[sound]"

    # --- topics of a group --------------------------------------------------------------------------------------------

    topic_decks_button = "Decks of this topic"
    all_decks_button = "All decks"

    def topic_decks(self, any_here: bool, resting: bool) -> str:
        """`resting`: those that belong in no topic."""
        rest = " The general topic is closed: decks without a topic rest." if resting else ""
        if any_here:
            return f"A tick marks the decks of this topic: their cards come here, and /quiz here draws from them.{rest}"
        return f"No deck belongs in this topic yet. Tap those whose cards shall come here.{rest}"

    def topic_mark(self, name: str, here: bool, elsewhere: bool) -> str:
        return f"{'✓ ' if here else ''}{name}{' · in another topic' if elsewhere else ''}"

    def tied(self, name: str, here: bool) -> str:
        return f"{name} comes here now" if here else f"{name} comes to the general topic now"

    def in_topic(self, name: str, general: bool) -> str:
        """Where a card stands, in a sentence; the name is empty if nobody told it."""
        if general:
            return "in the general topic"
        return f"in the topic “{name}”" if name else "in another topic"

    def topic_lost(self, name: str, decks: Sequence[str], deleted: bool) -> str:
        """To the administrators, in the general topic."""
        of = some_of(decks)
        topic = f"The topic “{name}”" if name else f"The topic of {of}"
        if deleted:
            return f"{topic} is gone, so the cards of {of} come here. /decks in another topic puts them there."
        return (
            f"{topic} is closed, so the cards of {of} come here until it is opened again. "
            "/decks in another topic puts them there."
        )

    # --- what the bot says about itself -------------------------------------------------------------------------------

    short_description = "Flashcards that come when they are due. A few taps a day keep what you learned."
    description = (
        "Deckhand asks you cards shortly before you would forget them.\n\n"
        "Pick a deck, tap how well you knew each card, and it comes back at the right time: as a daily push at your "
        "hour, with /quiz, or in a study group."
    )
