"""What the bot asks and does about a group itself."""

import logging

import telegram
from telegram.error import TelegramError

log = logging.getLogger(__name__)


async def is_admin(bot: telegram.Bot, chat_id: int, user_id: int) -> bool:
    """Whether the person administers the group; no, as long as Telegram does not say so."""
    try:
        admins = await bot.get_chat_administrators(chat_id)
    except TelegramError as error:
        log.warning("chat %s: its administrators are not known: %s", chat_id, type(error).__name__)
        return False
    return any(member.user.id == user_id for member in admins)


async def leave(bot: telegram.Bot, chat_id: int) -> None:
    """Leave a group that the bot is not meant for."""
    try:
        await bot.leave_chat(chat_id)
    except TelegramError as error:
        log.warning("chat %s: could not be left: %s", chat_id, type(error).__name__)
