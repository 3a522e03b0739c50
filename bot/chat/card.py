"""One card: its page, the menu under its turn, and what can be done with it."""

from textwrap import shorten

import telegram

from bot.chat import buttons, card_screens
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.chat.turn_screens import tap as button
from bot.chat.unlinked import unlinked
from bot.decks.content import words
from bot.tutor import aside, card_menu, card_page, complaining, undoing
from bot.tutor.complaining import Mended, Told
from bot.tutor.outcomes import TurnView

_MOST_OF_A_FRONT = 120


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
    assert update.callback_query is not None, "only taps come here"
    await c.outbox.toast(update.callback_query.id)
    screen = await c.drawn(card_screens.menu, outcome.view, menu)
    await c.draw(who(update).chat_id, outcome, screen, 0)
    await c.strip(who(update).chat_id, outcome)


async def on_wrong(c: Context, update: telegram.Update, tap: buttons.CardWrong) -> None:
    """Somebody says that a card is wrong, or who was told says what came of it."""
    where, asker = tapped_message(update), who(update)
    if tap.choice == "say":
        outcome, told = await c.do(complaining.say, asker, tap.card_id, tap.turn_id, where)
        await c.answer(update, outcome)
        if told is not None:
            await _tell(c, told)
        return
    runs = asker.learner_id in c.admins
    outcome, mended = await c.do(complaining.settle, asker, tap.card_id, tap.choice, runs, where)
    await c.answer(update, outcome)
    if mended is not None:
        await tell_mended(c, mended)


async def _tell(c: Context, told: Told) -> None:
    screen = await c.screen(told.view)
    for person_id in sorted(c.admins) if told.owner_id is None else [told.owner_id]:
        await c.outbox.send(person_id, screen)


async def tell_mended(c: Context, mended: Mended) -> None:
    """Each of those who said that it was wrong reads once, without a sound, that it was mended."""
    front = shorten(words(mended.card.front), _MOST_OF_A_FRONT, placeholder="…")
    said = c.artist.pages([Text(c.say.was_mended(unlinked(front)))])
    screen = Screen(said, ((button(c.say.see_card, buttons.CardPage(mended.card.card_id)),),))
    for learner_id in mended.learners:
        await c.outbox.send(learner_id, screen, silent=True)


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.CardPage: on_page,
    buttons.CardLeaf: on_leaf,
    buttons.CardHistory: on_history,
    buttons.CardForget: on_forget,
    buttons.CardAside: on_aside,
    buttons.CardMenu: on_menu,
    buttons.CardWrong: on_wrong,
}
