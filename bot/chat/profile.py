"""What the bot says of itself: commands by scope, descriptions, the menu button; set once for each wording."""

import hashlib
import json
import logging

from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from bot.chat.talk import Command, Context
from bot.storage import marks
from bot.tutor.desk import Desk

log = logging.getLogger(__name__)


async def introduce(c: Context) -> None:
    """Tell Telegram, unless it has what was told before. A refusal is logged: people can do without."""
    said = _all(c)
    digest = hashlib.sha256(json.dumps([c.bot.id, said]).encode()).hexdigest()
    try:
        if await c.do(_told) == digest and await _is_known(c):
            return
        await _tell(c)
    except TelegramError as error:
        log.warning("the bot's commands and descriptions could not be set: %s", type(error).__name__)
        return
    await c.do(_now_told, digest)


def _all(c: Context) -> list[object]:
    listed = [(command.name, command.what, command.private, command.group, command.alone) for command in c.commands]
    return [listed, c.say.description, c.say.short_description]


async def _is_known(c: Context) -> bool:
    """Whether Telegram still has it: a name given anew at @BotFather's, or another server, begins with nothing."""
    return (await c.bot.get_my_description()).description == c.say.description


async def _tell(c: Context) -> None:
    private = _menu([command for command in c.commands if command.private and command.listed])
    members = _menu([command for command in c.commands if command.group and command.listed and not command.admins])
    admins = _menu([command for command in c.commands if command.group and command.listed])
    await c.bot.set_my_commands(private, BotCommandScopeAllPrivateChats())
    await c.bot.set_my_commands(members, BotCommandScopeAllGroupChats())
    await c.bot.set_my_commands(admins, BotCommandScopeAllChatAdministrators())
    await c.bot.set_my_description(c.say.description)
    await c.bot.set_my_short_description(c.say.short_description)
    await c.bot.set_chat_menu_button(menu_button=MenuButtonCommands())


def _menu(commands: list[Command]) -> list[BotCommand]:
    return [
        BotCommand(command.name, command.what, api_kwargs={"is_ephemeral": True} if command.alone else None)
        for command in commands
    ]


def _told(desk: Desk) -> str | None:
    return marks.get(desk.db, "profile")


def _now_told(desk: Desk, digest: str) -> None:
    marks.put(desk.db, "profile", digest)
