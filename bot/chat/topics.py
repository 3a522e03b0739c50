"""A group's topics: what Telegram tells of them, and what the administrators are told."""

import telegram

from bot.chat.alike import called
from bot.chat.beside import Beside
from bot.chat.outbox import Sent, Unsure
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Context, thread
from bot.chat.unlinked import unlinked
from bot.tutor import topics
from bot.tutor.topics import Lost

# A supergroup's id is this and the number that links to its messages bear.
_SUPERGROUP = "-100"


def name_in(message: telegram.MaybeInaccessibleMessage | None) -> str:
    """What the topic was called at first, as far as a message in it says: it points to the one that opened it."""
    opened = message.reply_to_message if isinstance(message, telegram.Message) else None
    return opened.forum_topic_created.name if opened is not None and opened.forum_topic_created is not None else ""


async def on_asked(c: Context, update: telegram.Update) -> None:
    """Something is asked for where this happened: from now on its topic, if it is in one, is known by its name."""
    thread_id, name = thread(update), name_in(update.effective_message)
    if thread_id is not None and name and update.effective_chat is not None:
        await c.do(topics.opened_as, update.effective_chat.id, thread_id, name)


async def on_told(c: Context, message: telegram.Message) -> bool:
    """Whether this message is about a topic itself; what it tells is kept then."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    if message.forum_topic_reopened is not None:
        await c.do(topics.reopened, message.chat.id, thread_id)
    elif message.forum_topic_edited is not None:
        name = message.forum_topic_edited.name
        if name and thread_id is not None:
            await c.do(topics.renamed, message.chat.id, thread_id, name)
    else:
        return False
    return True


class Losses:
    """Topics that took no message: what was meant for them goes elsewhere, and the administrators hear of it."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._telling: set[tuple[int, int]] = set()

    async def heard(self, chat_id: int, thread_id: int | None, deleted: bool) -> None:
        """One more call was refused, which is to be made again for the general topic."""
        lost = await self._c.do(topics.lost, chat_id, thread_id, deleted)
        if lost is None or thread_id is None or (chat_id, thread_id) in self._telling:
            return
        self._telling.add((chat_id, thread_id))
        self._beside.begin(self._tell(chat_id, thread_id, lost), "a word about a topic")

    async def _tell(self, chat_id: int, thread_id: int, lost: Lost) -> None:
        say, told = self._c.say, called(self._c.say, lost.there)
        words = say.topic_lost(unlinked(lost.name), [unlinked(told[deck_id]) for deck_id in lost.decks], lost.deleted)
        try:
            delivery = await self._c.outbox.send(chat_id, Screen(self._c.artist.pages([Text(words)])))
            if isinstance(delivery, Sent | Unsure):
                await self._c.do(topics.told, chat_id, thread_id, lost.deleted)
        finally:
            self._telling.discard((chat_id, thread_id))


def way_to(c: Context, chat_id: int, message_id: int) -> tuple[Button, ...]:
    """A button that leads to a message in another topic of the same group."""
    number = str(chat_id).removeprefix(_SUPERGROUP)
    return (Button(c.say.to_the_card, url=f"https://t.me/c/{number}/{message_id}"),)
