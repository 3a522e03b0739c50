"""Sends and edits screens; knows what each of Telegram's refusals must end in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from telegram import Bot, InputFile, InputMediaPhoto, Message, ReplyParameters

from bot.chat.calls import Calls, Manner, Refused
from bot.chat.faults import hush
from bot.chat.pace import NOBODY, Pace, Permit, Urgency
from bot.chat.pages import cut, units
from bot.chat.parcels import Media, Parcel, Rows
from bot.chat.pictures import FileIds, Pictures
from bot.chat.plain import Text
from bot.chat.refusals import Meaning, Refusal
from bot.chat.request import MEDIA_WRITE_SECONDS, ask
from bot.chat.rich_way import RichWay
from bot.chat.screens import Screen
from bot.chat.timekeeper import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_OF_A_TOAST = 200
MOST_OF_A_DOCUMENT = 50 * 2**20
"""Bytes, the platform's limit."""
# Where they are slow, connections are left for what people wait for.
TOASTS_AT_ONCE = 32
# A slow line out; what it carries in the usual time comes on top.
BYTES_A_SECOND = 250_000


class Document(Struct, frozen=True):
    """A file to keep, of at most MOST_OF_A_DOCUMENT bytes."""

    name: str
    data: bytes


class Sent(Struct, frozen=True):
    """It stands in the chat."""

    message_id: int
    media: Media | Literal["document"]


class Gone(Struct, frozen=True):
    """This chat no longer wants or has the bot."""


class Unsure(Struct, frozen=True):
    """It may have arrived or not. `edit`: as an edit, which can be made again without harm."""

    edit: bool = False


class Failed(Struct, frozen=True):
    """It surely did not arrive. `refused`: Telegram said no to it, and would to the same again."""

    refused: bool = False


Delivery = Sent | Gone | Unsure | Failed


def is_worth_again(delivery: Delivery | None) -> bool:
    """Whether it may not stand there, and the same made again later may help and does no harm."""
    match delivery:
        case Failed(refused=refused):
            return not refused
        case Unsure(edit=edit):
            return edit
    return False


class Outbox:
    """Everything that leaves for Telegram, as fast as `pace` allows.

    `moved(old, new)` is awaited when a group became a supergroup, before the call is made again; `gone(chat_id)` when
    a chat no longer wants or has the bot. What they raise goes through. `losses()` is how often the server was out of
    reach. What a member alone may see leaves by `ephemeral`, over the same calls.
    """

    def __init__(
        self,
        bot: Bot,
        clock: Clock,
        files: FileIds,
        moved: Callable[[int, int], Awaitable[None]],
        gone: Callable[[int], Awaitable[None]],
        pace: Pace,
        losses: Callable[[], int] = lambda: 0,
    ) -> None:
        hush()
        # Awaited when a topic took no message, before that goes to the general one: its number (None: that was the
        # general one) and whether it is gone for good.
        self.topic_lost: Callable[[int, int | None, bool], Awaitable[None]] = _heeded_by_nobody
        self._bot = bot
        self.pictures = Pictures(files)
        self.rich = RichWay(bot, self.pictures, losses)
        self._gone = gone
        self._pace = pace
        self.calls = Calls(clock, pace, moved)
        self._toasting = asyncio.Semaphore(TOASTS_AT_ONCE)

    async def permit(self, chat_id: int, urgency: Urgency, *, new: bool = False) -> Permit:
        """Leave for one call to this chat, as soon as Telegram's pace allows it: to be waited for before the content is
        made, so that it is not old when it leaves. Told to wait, a call with a permit in hand fails.
        """
        return await self._pace.permit(self.calls.where(chat_id), urgency, new=new)

    def close(self) -> None:
        """The program ends: what may go still goes, what would have to wait is cancelled."""
        self._pace.close()

    def permit_now(self, chat_id: int, urgency: Urgency, *, new: bool = False, spare: int = 0) -> Permit | None:
        """Leave for one call, if it may go at once and leaves room for so many others there."""
        return self._pace.permit_now(self.calls.where(chat_id), urgency, new=new, spare=spare)

    async def permit_within(self, chat_id: int, seconds: float) -> Permit | None:
        """Leave for a new message that somebody waits for; None at once if that takes longer."""
        where = self.calls.where(chat_id)
        return await self._pace.permit(where, new=True) if self._pace.wait(where) <= seconds else None

    def room(self, chat_id: int) -> float:
        """How many calls to this chat may go at once."""
        return self._pace.room(self.calls.where(chat_id))

    def give_back(self, permit: Permit) -> None:
        """It was not used after all."""
        self._pace.give_back(permit)

    def held_for(self, chat_id: int) -> float:
        """For how many seconds Telegram wants nothing for this chat."""
        return self._pace.held_for(self.calls.where(chat_id))

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        page: int = 0,
        silent: bool = False,
        thread_id: int | None = None,
        reply_to: int | None = None,
        permit: Permit | None = None,
    ) -> Delivery:
        """Put a page of a screen into a chat as a new message, which may point to another."""
        parcel = replace(self._parcel(screen, page, thread_id), reply_to=reply_to)
        return await self._post(chat_id, parcel, silent=silent, permit=permit)

    async def photo(self, chat_id: int, data: bytes, caption: Text, rows: Rows = ()) -> Delivery:
        """Put a picture that is no file into a chat."""
        return await self._post(chat_id, Parcel(caption, rows, data=data), silent=False)

    async def document(self, chat_id: int, document: Document, caption: Text) -> Delivery:
        """Put a file into a chat, with words under it."""
        seconds = MEDIA_WRITE_SECONDS + len(document.data) / BYTES_A_SECOND

        async def send(chat: int, parcel: Parcel) -> int:
            file = InputFile(document.data, document.name)
            looks = parcel.entities
            sent = await self._bot.send_document(
                chat, file, caption=parcel.text.text or None, caption_entities=looks, write_timeout=seconds
            )
            return sent.message_id

        _, done = await self.deliver(chat_id, Parcel(caption), "document", send, Manner(repeat=False, new=True))
        return await self._undelivered(chat_id, done) if isinstance(done, Refusal) else Sent(done, "document")

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        media: str,
        screen: Screen,
        *,
        page: int = 0,
        thread_id: int | None = None,
        permit: Permit | None = None,
    ) -> Delivery:
        """Make a message, now of that `media`, show a page of a screen.

        One that is not there is sent anew without a sound. A photo cannot become a text: it keeps what it shows and
        loses its buttons, and the new one follows without a sound, in the topic `thread_id`.
        """
        parcel = self._parcel(screen, page, thread_id)

        async def change(chat: int, parcel: Parcel) -> object:
            if media == "photo" and parcel.media == "text":
                raise Refused(Refusal(Meaning.PHOTO, Meaning.PHOTO.value))
            return await self._edit_once(chat, message_id, parcel)

        parcel, done = await self.deliver(chat_id, parcel, "edit", change, Manner(repeat=True, permit=permit))
        if isinstance(done, Refusal):
            return await self._not_edited(chat_id, message_id, parcel, done)
        return Sent(message_id, parcel.media)

    async def strip(self, chat_id: int, message_id: int, permit: Permit | None = None) -> None:
        """Take the buttons off a message; it is fine if there are none, or no message."""

        async def bare(chat: int) -> object:
            return await self._bot.edit_message_reply_markup(chat, message_id, reply_markup=None)

        try:
            await self.calls.make(chat_id, "strip", bare, Manner(repeat=True, permit=permit))
        except Refused as refused:
            log.debug("chat %d: message %d stays as it is: %s", chat_id, message_id, refused)

    async def toast(self, query_id: str, text: str = "", *, alert: bool = False, url: str = "") -> None:
        """Answer a tap, in at most 200 characters; one that waited too long takes no answer any more."""
        words = text if units(text) <= MOST_OF_A_TOAST else _shortened(text)

        told = {"callback_query_id": query_id, "text": words or None, "show_alert": alert, "url": url or None}

        async def answer(_: int) -> object:
            async with self._toasting:
                return await ask(self._bot, "answerCallbackQuery", told)

        try:
            await self.calls.make(NOBODY, "answer to a tap", answer, Manner(repeat=True))
        except Refused as refused:
            log.debug("a tap gets no answer: %s", refused)

    # How one message is brought through

    def _parcel(self, screen: Screen, page: int, thread_id: int | None) -> Parcel:
        return Parcel.of(screen, page, thread_id, rich=self.rich.takes(screen.rich))

    async def _post(self, chat_id: int, parcel: Parcel, *, silent: bool, permit: Permit | None = None) -> Delivery:
        async def send(chat: int, parcel: Parcel) -> int:
            return await self._send_once(chat, parcel, silent)

        parcel, done = await self.deliver(chat_id, parcel, "send", send, Manner(repeat=False, new=True, permit=permit))
        if isinstance(done, Refusal):
            return await self._undelivered(chat_id, done)
        return Sent(done, parcel.media)

    async def _not_edited(self, chat_id: int, message_id: int, parcel: Parcel, refusal: Refusal) -> Delivery:
        match refusal.meaning:
            case Meaning.UNCHANGED:
                return Sent(message_id, parcel.media)
            case Meaning.MISSING:
                return await self._post(chat_id, parcel, silent=True)
            case Meaning.PHOTO:
                await self.strip(chat_id, message_id)
                return await self._post(chat_id, parcel, silent=True)
            case Meaning.OPEN:
                return Unsure(edit=True)
        return await self._undelivered(chat_id, refusal)

    async def _undelivered(self, chat_id: int, refusal: Refusal) -> Delivery:
        match refusal.meaning:
            case Meaning.GONE | Meaning.QUIET:
                await self._gone(self.calls.where(chat_id))
                return Gone()
            case Meaning.OPEN:
                return Unsure()
            case Meaning.NOT_SENT | Meaning.WAIT | Meaning.LOGGED_OUT:
                return Failed()
        return Failed(refused=True)

    async def deliver(
        self, chat_id: int, parcel: Parcel, what: str, do: Callable[[int, Parcel], Awaitable[T]], how: Manner
    ) -> tuple[Parcel, T | Refusal]:
        """What became of it, and the parcel as it was last tried: less of a show where it was not taken whole."""
        while True:
            tried = parcel

            async def call(chat: int, parcel: Parcel = tried) -> T:
                return await do(chat, parcel)

            try:
                return parcel, await self.calls.make(chat_id, what, call, how)
            except Refused as refused:
                refusal = refused.refusal
            eased = parcel.eased(refusal.meaning)
            if how.new and how.alone is None and refusal.meaning in (Meaning.TOPIC, Meaning.TOPIC_CLOSED):
                deleted = refusal.meaning is Meaning.TOPIC
                await self.topic_lost(self.calls.where(chat_id), parcel.thread_id, deleted)
            if eased is None:
                return parcel, refusal
            if parcel.rich is not None and eased.rich is None:
                self.rich.refused(parcel.rich, refusal)
            elif refusal.meaning is Meaning.ENTITIES:
                log.error("chat %d, %s: a fault of ours in the entities; it goes out without", chat_id, what)
            parcel = eased

    # A text is most of what is sent and needs none of the library's objects on its way out, nor the one that it would
    # make of the answer.

    async def _send_once(self, chat_id: int, parcel: Parcel, silent: bool) -> int:
        """The id of the new message."""
        if parcel.rich is not None:
            return await self.rich.send(chat_id, parcel, silent)
        if parcel.media == "text":
            pointing = _pointing(parcel.reply_to)
            told = {
                "chat_id": chat_id,
                **parcel.fields,
                "disable_notification": silent,
                "message_thread_id": parcel.thread_id,
                "reply_parameters": None if pointing is None else pointing.to_dict(),
            }
            sent: dict[str, Any] = await ask(self._bot, "sendMessage", told)
            return int(sent["message_id"])

        async def send(photo: InputFile | str) -> Message:
            return await self._bot.send_photo(
                chat_id,
                photo,
                caption=parcel.text.text or None,
                caption_entities=parcel.entities,
                reply_markup=parcel.keyboard,
                disable_notification=silent,
                message_thread_id=parcel.thread_id,
                reply_parameters=_pointing(parcel.reply_to),
            )

        return (await self.pictures.put(parcel, send, attach=False)).message_id

    async def _edit_once(self, chat_id: int, message_id: int, parcel: Parcel) -> object:
        if parcel.rich is not None:
            return await self.rich.edit(chat_id, message_id, parcel)
        if parcel.media == "text":
            told = {"chat_id": chat_id, "message_id": message_id, **parcel.fields}
            return await ask(self._bot, "editMessageText", told)

        async def change(photo: InputFile | str) -> Message | bool:
            media = InputMediaPhoto(photo, parcel.text.text or None, caption_entities=parcel.entities)
            return await self._bot.edit_message_media(media, chat_id, message_id, reply_markup=parcel.keyboard)

        return await self.pictures.put(parcel, change, attach=True)


async def _heeded_by_nobody(_chat_id: int, _thread_id: int | None, _deleted: bool) -> None:
    """Of a topic that took no message."""


def _pointing(message_id: int | None) -> ReplyParameters | None:
    return None if message_id is None else ReplyParameters(message_id, allow_sending_without_reply=True)


def _shortened(text: str) -> str:
    start, end = cut(text, MOST_OF_A_TOAST - 1)[0]
    return text[start:end].rstrip() + "…"
