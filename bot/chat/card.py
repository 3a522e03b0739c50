"""One card: its page, the menu under its turn, and what can be done with it."""

import telegram

from bot.chat import buttons, card_screens
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.tutor import aside, card_menu, card_page, complaining, hearing, undoing
from bot.tutor.outcomes import TurnView


async def on_page(c: Context, update: telegram.Update, tap: buttons.CardPage) -> None:
    await c.answer(update, await c.do(card_page.page, who(update), tap.card_id, tapped_message(update)))


async def on_leaf(c: Context, update: telegram.Update, tap: buttons.CardLeaf) -> None:
    await c.answer(update, await c.do(card_page.page, who(update), tap.card_id, tapped_message(update)), tap.page)


async def on_history(c: Context, update: telegram.Update, tap: buttons.CardHistory) -> None:
    await c.answer(update, await c.do(card_page.history, who(update), tap.card_id, tapped_message(update)))


async def on_forget(c: Context, update: telegram.Update, tap: buttons.CardForget) -> None:
    await c.answer(update, await c.do(card_page.forget, who(update), tap.card_id, tap.sure, tapped_message(update)))


async def on_aside(c: Context, update: telegram.Update, tap: buttons.CardAside) -> None:
    """It is put aside: from its turn the next card comes in its place; from its page, too, where it is asked."""
    where = tapped_message(update)
    if tap.choice == aside.UNDO:
        await c.answer(update, await c.do(undoing.put_back, who(update), tap.turn_id, where))
        return
    if tap.turn_id:
        await c.answer(update, await c.do(aside.from_turn, who(update), tap.turn_id, tap.choice, where))
        return
    outcome, following = await c.do(aside.from_page, who(update), tap.card_id, tap.choice, where)
    await c.answer(update, outcome)
    if following is not None:
        await c.show(who(update).chat_id, following)


async def on_menu(c: Context, update: telegram.Update, tap: buttons.CardMenu) -> None:
    """What can be done with a turn's card, in the turn's message."""
    outcome, menu = await c.do(card_menu.menu, who(update), tap.turn_id, tap.choice, tapped_message(update))
    if menu is None or not isinstance(outcome.view, TurnView):
        await c.answer(update, outcome)
        return
    await c.answer_with(update, outcome, c.drawn(card_screens.menu, outcome.view, menu))


async def on_hear(c: Context, update: telegram.Update, tap: buttons.Hear) -> None:
    """What is to be heard in a card that a page shows follows below it."""
    outcome, asked = await c.do(hearing.ask, who(update), tap.card_id, tapped_message(update))
    await c.answer(update, outcome)
    if asked is not None:
        await c.sounds.pages.play(asked)


async def on_wrong(c: Context, update: telegram.Update, tap: buttons.CardWrong) -> None:
    """Somebody says that a card is wrong, or who was told says what came of it."""
    where, asker = tapped_message(update), who(update)
    if tap.choice == "say":
        outcome, notices = await c.do(complaining.say, asker, tap.card_id, tap.turn_id, c.admins, where)
    else:
        runs = asker.learner_id in c.admins
        outcome, notices = await c.do(complaining.settle, asker, tap.card_id, tap.choice, runs, where)
    await c.answer(update, outcome)
    await c.untold.tell(notices)


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.CardPage: on_page,
    buttons.CardLeaf: on_leaf,
    buttons.CardHistory: on_history,
    buttons.CardForget: on_forget,
    buttons.CardAside: on_aside,
    buttons.CardMenu: on_menu,
    buttons.CardWrong: on_wrong,
    buttons.Hear: on_hear,
}
