"""Studying: a session, its turns, and taking a grade back."""

from functools import partial

import telegram

from bot.chat import adding, alike, buttons, turn_screens
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who, words_after_command
from bot.storage import turns
from bot.storage.turns import Message
from bot.study.memory import Grade
from bot.tutor import Desk, asking, flip, naming, snoozing, starting, typed, undoing, wishes
from bot.tutor.outcomes import Outcome, TurnView, Who
from bot.tutor.toasts import NoLonger

# Whoever wants more gets all there are.
MOST_CARDS = 9999


async def on_quiz(c: Context, update: telegram.Update) -> None:
    """/quiz, /quiz DECK, /quiz 20, /quiz DECK 20."""
    words = words_after_command(update)
    name, cap = narrowing(words)
    called = partial(alike.called, c.say)
    await c.answer(update, await c.do(naming.quiz_named, who(update), name, cap, " ".join(words), called))


def narrowing(words: list[str]) -> tuple[str, int | None]:
    """The deck's name and the number of cards in what stands behind /quiz, each if there; no cards are no number."""
    if words and words[-1].isdecimal():
        return " ".join(words[:-1]), min(int(words[-1]), MOST_CARDS) or None
    return " ".join(words), None


async def on_undo(c: Context, update: telegram.Update) -> None:
    """/undo."""
    await c.answer(update, await c.do(undoing.undo, who(update), None, None))


async def on_undo_tap(c: Context, update: telegram.Update, tap: buttons.Undo) -> None:
    await c.answer(update, await c.do(undoing.undo, who(update), tap.review_id, tapped_message(update)))


async def on_show(c: Context, update: telegram.Update, tap: buttons.Show) -> None:
    await c.answer(update, await c.do(asking.show, who(update), tap.turn_id, tapped_message(update)))


async def on_grade(c: Context, update: telegram.Update, tap: buttons.Give) -> None:
    """Somebody tapped a grade under a question."""
    if tap.grade not in set(Grade):
        await c.answer(update, Outcome(toast=NoLonger()))
        return
    where = tapped_message(update)
    given = Grade(tap.grade)
    await c.answer(update, await c.do(asking.grade, who(update), tap.turn_id, given, tap.promised, where))


async def on_leaf(c: Context, update: telegram.Update, tap: buttons.Leaf) -> None:
    """Another page of a card too long for one message."""
    await c.answer(update, await c.do(leafed, who(update), tap.turn_id, tapped_message(update)), tap.page)


def leafed(desk: Desk, asker: Who, turn_id: int, message: Message) -> Outcome:
    """The turn as whoever looks at it may see it now."""
    turn = turns.find(desk.db, turn_id)
    if turn is None or (turn.chat_id != asker.chat_id and turn.learner_id is not None):
        return Outcome(toast=NoLonger())
    if turn.learner_id is None:
        return flip.leafed(desk, asker, turn, message)
    if turn.learner_id != asker.learner_id:
        return Outcome(toast=NoLonger())
    return asking.leaf(desk, asker, turn, message)


async def on_study(c: Context, update: telegram.Update, tap: buttons.Study) -> None:
    where = tapped_message(update)
    await c.answer(update, await c.do(starting.study, who(update), tap.deck_id, tap.depth, tap.ahead, where))


async def on_more_new(c: Context, update: telegram.Update, tap: buttons.MoreNew) -> None:
    where = tapped_message(update)
    outcome = await c.do(wishes.more_new, who(update), tap.deck_id, tap.depth, tap.day, tap.total, where)
    await c.answer(update, outcome)


async def on_later(c: Context, update: telegram.Update, tap: buttons.Later) -> None:
    """The ways to put a push off, under the push."""
    where = tapped_message(update)
    outcome, choices = await c.do(snoozing.choices, who(update), tap.turn_id, where)
    if tap.back or not choices or not isinstance(outcome.view, TurnView):
        await c.answer(update, outcome)
        return
    await c.answer_with(update, outcome, c.drawn(turn_screens.snoozing, outcome.view, choices))


async def on_snooze(c: Context, update: telegram.Update, tap: buttons.Snooze) -> None:
    where = tapped_message(update)
    await c.answer(update, await c.do(snoozing.put_off, who(update), tap.turn_id, tap.choice, where))


async def on_words(c: Context, update: telegram.Update) -> None:
    """Anything that is no command: what was asked for, else the open turn again."""
    message = update.effective_message
    text = (message.text if message else None) or ""
    await adding.show(c, update, await c.do(typed.words, who(update), text))


COMMANDS = (
    Command("quiz", "what is due now; /quiz 20 for 20 cards, /quiz deck", private=True, group=False, run=on_quiz),
    Command("undo", "take the last grade back", private=True, group=False, run=on_undo),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.Show: on_show,
    buttons.Give: on_grade,
    buttons.Leaf: on_leaf,
    buttons.Undo: on_undo_tap,
    buttons.Study: on_study,
    buttons.MoreNew: on_more_new,
    buttons.Later: on_later,
    buttons.Snooze: on_snooze,
}
