"""Wishes: asked on the way after the first card, and changed in /settings."""

import telegram

from bot.chat import buttons
from bot.chat.page_screens import from_minute
from bot.chat.talk import Command, Context, TapHandler, is_admin, tapped_message, who
from bot.tutor import typed, wishes
from bot.tutor.outcomes import Outcome
from bot.tutor.toasts import AdminsOnly


async def on_settings(c: Context, update: telegram.Update) -> None:
    """/settings."""
    if not await _may(c, update):
        await c.answer(update, Outcome(toast=AdminsOnly()))
        return
    await c.answer(update, await c.do(wishes.open_page, who(update), "main", None))


async def _may(c: Context, update: telegram.Update) -> bool:
    """A group's settings belong to its administrators."""
    chat = update.effective_chat
    return chat is None or chat.type == "private" or await is_admin(c, update)


async def on_reply(c: Context, update: telegram.Update, message: telegram.Message) -> None:
    """In a group somebody replied to a message of ours: read if that asks for something."""
    chat_id, asked, text = message.chat.id, message.reply_to_message, message.text
    if asked is None or not text or not await c.do(typed.asks, chat_id, asked.message_id):
        return
    may = await _may(c, update)
    outcome = await c.do(typed.replied, who(update), text, asked.message_id) if may else Outcome(toast=AdminsOnly())
    await c.answer(update, outcome)


def _in_settings(update: telegram.Update, said: bool) -> bool:
    """Whether a zone is asked for in the settings: a group is asked nowhere else, whatever a payload says."""
    return said or update.effective_chat is None or update.effective_chat.type != "private"


def _guarded(handler: TapHandler) -> TapHandler:
    async def guarded(c: Context, update: telegram.Update, tap: buttons.Tap) -> None:
        if await _may(c, update):
            await handler(c, update, tap)
        else:
            await c.answer(update, Outcome(toast=AdminsOnly()))

    return guarded


async def on_first_hour(c: Context, update: telegram.Update, tap: buttons.FirstHour) -> None:
    where = tapped_message(update)
    if tap.minute == -2:
        await c.answer(update, await c.do(wishes.every_hour, who(update), where))
        return
    await c.answer(update, await c.do(wishes.first_hour, who(update), from_minute(tap.minute), where))


async def on_clock(c: Context, update: telegram.Update, tap: buttons.Clock) -> None:
    where = tapped_message(update)
    settings = _in_settings(update, tap.settings)
    if tap.more < 0 and not settings:
        await c.answer(update, await c.do(wishes.leave_zone_open, who(update), where))
        return
    await c.answer(update, await c.do(wishes.clock, who(update), tap.more, settings, where))


async def on_place(c: Context, update: telegram.Update, tap: buttons.Place) -> None:
    shown = from_minute(tap.minute)
    where = tapped_message(update)
    settings = _in_settings(update, tap.settings)
    if shown is None:
        await c.answer(update, await c.do(wishes.clock, who(update), 0, settings, where))
        return
    await c.answer(update, await c.do(wishes.place, who(update), shown, settings, tap.every, where))


async def on_zone(c: Context, update: telegram.Update, tap: buttons.Zone) -> None:
    settings = _in_settings(update, tap.settings)
    await c.answer(update, await c.do(wishes.zone, who(update), tap.name, settings, tapped_message(update)))


async def on_open(c: Context, update: telegram.Update, tap: buttons.Open) -> None:
    await c.answer(update, await c.do(wishes.open_page, who(update), tap.page, tapped_message(update)))


async def on_hour(c: Context, update: telegram.Update, tap: buttons.SetHour) -> None:
    hour = from_minute(tap.minute)
    where = tapped_message(update)
    if hour is None:
        await c.answer(update, await c.do(wishes.open_page, who(update), "hour", where))
        return
    await c.answer(update, await c.do(wishes.set_hour, who(update), hour, tap.wanted, where))


async def on_number(c: Context, update: telegram.Update, tap: buttons.SetNumber) -> None:
    await c.answer(update, await c.do(wishes.set_number, who(update), tap.name, tap.value, tapped_message(update)))


async def on_quiet(c: Context, update: telegram.Update, tap: buttons.SetQuiet) -> None:
    begins, ends = from_minute(tap.begins), from_minute(tap.ends)
    await c.answer(update, await c.do(wishes.set_quiet, who(update), begins, ends, tapped_message(update)))


async def on_pause(c: Context, update: telegram.Update, tap: buttons.Pause) -> None:
    await c.answer(update, await c.do(wishes.pause, who(update), tap.days, tapped_message(update)))


COMMANDS = (
    Command(
        "settings", "hours, days, zone, quiet hours, limits", private=True, group=True, run=on_settings, admins=True
    ),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.FirstHour: on_first_hour,
    buttons.Clock: _guarded(on_clock),
    buttons.Place: _guarded(on_place),
    buttons.Zone: _guarded(on_zone),
    buttons.Open: _guarded(on_open),
    buttons.SetHour: _guarded(on_hour),
    buttons.SetNumber: _guarded(on_number),
    buttons.SetQuiet: _guarded(on_quiet),
    buttons.Pause: _guarded(on_pause),
}
