"""What the bot asks and does about a group itself."""

import contextlib

import telegram

from bot.chat.calls import Calls, Manner, Refused

_WITHOUT_A_MESSAGE = Manner(repeat=True, asks=True)


async def is_admin(calls: Calls, bot: telegram.Bot, chat_id: int, user_id: int) -> bool:
    """Whether the person administers the group; no, as long as Telegram does not say so."""
    try:
        admins = await calls.make(chat_id, "administrators", bot.get_chat_administrators, _WITHOUT_A_MESSAGE)
    except Refused:
        return False
    return any(member.user.id == user_id for member in admins)


async def leave(calls: Calls, bot: telegram.Bot, chat_id: int) -> None:
    """Leave a group that the bot is not meant for, if Telegram lets it."""
    with contextlib.suppress(Refused):
        await calls.make(chat_id, "leave", bot.leave_chat, _WITHOUT_A_MESSAGE)
