"""⋯ under a group's card: what a member can do with it, seen by nobody else, in the group or in private."""

from collections.abc import Mapping

import telegram

from bot.chat import answers, buttons, card_screens, flip_screens
from bot.chat.ephemeral import Alone, Whom
from bot.chat.flip import link
from bot.chat.pace import Urgency
from bot.chat.screens import Button
from bot.chat.talk import Command, Context, TapHandler, tapped_alone, tapped_message, thread, who
from bot.chat.tallies import Drawn, Shown
from bot.tutor import group_menu
from bot.tutor.group_menu import Done
from bot.tutor.outcomes import Outcome, RevealedView, Who
from bot.tutor.toasts import NoLonger


async def on_menu(c: Context, update: telegram.Update, tap: buttons.GroupMenu) -> None:
    """Under what the whole group sees, or in private."""
    asker = who(update)
    if asker.chat_id == asker.learner_id:
        await _in_private(c, update, tap)
    elif tap.choice == "open":
        await _ask(c, update, tap.turn_id)
    else:
        await c.outbox.toast(_query(update).id, answers.words(c.say, NoLonger(), False))


async def _ask(c: Context, update: telegram.Update, turn_id: int) -> None:
    """For this member alone, in place of the group's message; where that cannot be, in private."""
    asker, where, query = who(update), tapped_message(update), _query(update)
    permit = c.ephemerals.leave(asker.chat_id)
    view = await c.do(group_menu.ask, asker, turn_id, where)
    if isinstance(view, Outcome):
        if permit is not None:
            c.outbox.give_back(permit)
        await c.outbox.toast(query.id, answers.words(c.say, view.toast, False))
        if view.view is not None:
            await c.tallies.changed(Shown(asker.chat_id, turn_id), at_once=True)
        return
    number = None
    if permit is not None:
        again = ((Button(c.say.card_menu, buttons.GroupMenu(turn_id, "open").pack()),),)
        whom = Whom(asker.chat_id, asker.learner_id, query_id=query.id, thread_id=thread(update), again=again)
        number = await c.ephemerals.show(whom, await c.drawn(card_screens.group_menu, view), permit)
    if number is None:
        await c.outbox.toast(query.id, url=link(c, f"menu_{turn_id}"))
        return
    await c.do(group_menu.shown_in, asker, turn_id, number)
    await c.outbox.toast(query.id)


async def on_menu_alone(c: Context, update: telegram.Update, tap: buttons.GroupMenu) -> None:
    """Under what this member alone sees in the group; the private chat has it where the pace lets no edit go."""
    asker, query, ephemeral_id = who(update), _query(update), tapped_alone(update)
    done = await c.do(group_menu.choose_alone, asker, tap.turn_id, tap.choice, c.admins, ephemeral_id)
    words = answers.words(c.say, done.toast, done.view is not None)
    if done.going:
        await c.outbox.toast(query.id, url=link(c, f"menu_{tap.turn_id}_{tap.choice}"))
    elif await _drawn_alone(c, Alone(asker.chat_id, asker.learner_id, ephemeral_id), asker, tap.turn_id, done) or words:
        await c.outbox.toast(query.id, words)
    elif done.over:
        await c.outbox.toast(query.id, c.say.one_moment)
    else:
        kind = "turn" if isinstance(done.view, RevealedView) else "menu"
        await c.outbox.toast(query.id, url=link(c, f"{kind}_{tap.turn_id}"))
    await _follow(c, asker, done)


async def _drawn_alone(c: Context, alone: Alone, asker: Who, turn_id: int, done: Done) -> bool:
    """Whether what this member alone sees in the group is as it should be."""
    view = done.view
    if view is None and not done.over:
        return True
    permit = c.outbox.permit_now(asker.chat_id, Urgency.ANSWER)
    if permit is None:
        return False
    if view is None:
        gone = await c.ephemerals.delete(alone, permit)
        if gone:
            await c.do(group_menu.shown_in, asker, turn_id, None)
        return gone
    if isinstance(view, RevealedView):
        screen = await c.drawn(flip_screens.flipped, view, 0)
    else:
        screen = await c.drawn(card_screens.group_menu, view)
    return await c.ephemerals.change(alone, screen, 0, permit) is Drawn.YES


async def _in_private(c: Context, update: telegram.Update, tap: buttons.GroupMenu) -> None:
    """Under what came by a link from the group."""
    asker, where = who(update), tapped_message(update)
    done = await c.do(group_menu.choose, asker, tap.turn_id, tap.choice, c.admins, where)
    if done.going:
        # In a message of its own: what can be done stays where it is.
        await c.answer(update, await c.do(group_menu.come, asker, tap.turn_id, tap.choice))
    else:
        await c.answer(update, Outcome(done.view, where, toast=done.toast))
    await _follow(c, asker, done)


async def on_link(c: Context, update: telegram.Update, value: str) -> None:
    """In private, by the link: the turn's number and, behind it, what is to be done."""
    number, _, choice = value.partition("_")
    turn_id = int(number) if number.isdecimal() and len(number) < 19 else 0
    await c.answer(update, await c.do(group_menu.come, who(update), turn_id, choice))


async def _follow(c: Context, asker: Who, done: Done) -> None:
    """What else came of it, seen by others than the group or elsewhere."""
    if done.following is not None:
        await c.show(asker.learner_id, done.following)
    if done.closed is not None:
        await c.tallies.changed(Shown(done.closed.chat_id, done.closed.turn_id), at_once=True)
    await c.untold.tell(done.notices)


def _query(update: telegram.Update) -> telegram.CallbackQuery:
    assert update.callback_query is not None, "only taps come here"
    return update.callback_query


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GroupMenu: on_menu}
# What is tapped under a message that one member alone sees.
ALONE: Mapping[type[buttons.Tap], TapHandler] = {buttons.GroupMenu: on_menu_alone}
