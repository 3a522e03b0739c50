"""A group's topics: what Telegram tells of them, and what the administrators are told."""

import telegram

from bot.chat.beside import Beside
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Context
from bot.chat.unlinked import unlinked
from bot.tutor import topics

# A supergroup's id is this and the number that links to its messages bear.
_SUPERGROUP = "-100"


def name_in(message: telegram.MaybeInaccessibleMessage | None) -> str:
    """What the topic was called at first, as far as a message in it says: it points to the one that opened it."""
    opened = message.reply_to_message if isinstance(message, telegram.Message) else None
    return opened.forum_topic_created.name if opened is not None and opened.forum_topic_created is not None else ""


async def on_told(c: Context, message: telegram.Message) -> bool:
    """Whether this message is about a topic itself; what it tells is kept then."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    if message.forum_topic_reopened is not None:
        await c.do(topics.reopened, message.chat.id, thread_id)
    elif message.forum_topic_edited is not None:
        name = message.forum_topic_edited.name
        if name and thread_id is not None:
            await c.do(topics.named, message.chat.id, thread_id, name)
    else:
        return False
    return True


async def on_lost(c: Context, beside: Beside, chat_id: int, thread_id: int | None, deleted: bool) -> None:
    """A topic took no message: what was meant for it goes to the general one, and the administrators hear of it."""
    lost = await c.do(topics.lost, chat_id, thread_id, deleted)
    if lost is not None:
        decks = [unlinked(name) for name in lost.decks]
        words = c.say.topic_lost(unlinked(lost.name), decks, lost.deleted)
        beside.begin(_tell(c, chat_id, words), "a word about a topic")


async def _tell(c: Context, chat_id: int, words: str) -> None:
    await c.outbox.send(chat_id, Screen(c.artist.pages([Text(words)])))


def way_to(c: Context, chat_id: int, message_id: int) -> tuple[Button, ...]:
    """A button that leads to a message in another topic of the same group."""
    number = str(chat_id).removeprefix(_SUPERGROUP)
    return (Button(c.say.to_the_card, url=f"https://t.me/c/{number}/{message_id}"),)
