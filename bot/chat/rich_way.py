"""How a rich message is sent, and whether the server takes it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from telegram import Bot, InputFile

from bot.chat.parcels import Parcel
from bot.chat.pictures import Pictures
from bot.chat.refusals import Meaning, Refusal
from bot.chat.rich import Rich
from bot.chat.rich_blocks import media_id

log = logging.getLogger(__name__)

Held = Mapping[Path, InputFile | str]

# A server that refused so many messages with pictures and took none has no pictures in them.
DOUBTS = 3
_MOST_REMEMBERED = 10_000


class _Server(Struct):
    """What a server was seen to take; None: that is to be tried."""

    has: bool | None = None
    has_pictures: bool | None = None
    doubts: int = 0
    refused: set[int] = field(default_factory=set)


class RichWay:
    """Sends rich messages, as long as nothing speaks against it.

    A server that does not know the method, or not what is new in editing, is not asked again before the program starts
    anew or a call got lost: behind that may be another server. What was refused for what is in it is not sent so again.
    """

    def __init__(self, bot: Bot, pictures: Pictures, losses: Callable[[], int]) -> None:
        """`losses`: how often the server was out of reach, or may have been another one."""
        self._bot = bot
        self._pictures = pictures
        self._losses = losses
        self._asked_after = losses()
        self._seen = _Server()

    def takes(self, rich: Rich | None) -> bool:
        """Whether to send it so: nothing speaks against it."""
        return rich is not None and self._can(rich) is not False

    def surely_takes(self, rich: Rich | None) -> bool:
        """Whether such messages have arrived, so that nothing needs to be there in their stead."""
        return rich is not None and bool(self._can(rich))

    @property
    def is_known(self) -> bool:
        """Whether the server has rich messages with pictures in them, as far as we saw."""
        server = self._server()
        return bool(server.has and server.has_pictures)

    async def send(self, chat_id: int, parcel: Parcel, silent: bool) -> int:
        """The id of the new message."""
        where: dict[str, Any] = {"chat_id": chat_id, "disable_notification": silent}
        if parcel.thread_id is not None:
            where["message_thread_id"] = parcel.thread_id
        if parcel.reply_to is not None:
            where["reply_parameters"] = {"message_id": parcel.reply_to, "allow_sending_without_reply": True}
        sent = await self._call("sendRichMessage", parcel, where)
        return int(sent["message_id"])

    async def edit(self, chat_id: int, message_id: int, parcel: Parcel) -> object:
        """Make the message show it."""
        # Written small, as the library would have its own method called, which makes objects of the answer.
        return await self._call("editmessagetext", parcel, {"chat_id": chat_id, "message_id": message_id})

    def refused(self, rich: Rich, refusal: Refusal) -> None:
        """Learn from a refusal; the content goes the plain way now."""
        server = self._server()
        match refusal.meaning:
            case Meaning.NO_METHOD | Meaning.EMPTY:
                # A server that knows nothing of it in an edit looks for a text, and there is none.
                if server.has is not False:
                    log.warning("the server has no rich messages: cards go as text and pictures")
                server.has = False
                return
            case Meaning.NO_PICTURES:
                # That is a right in one chat.
                return
        if len(server.refused) >= _MOST_REMEMBERED:
            server.refused.clear()
        server.refused.add(hash(rich.html))
        in_doubt = bool(rich.pictures) and not server.has_pictures
        if in_doubt:
            server.doubts += 1
            if server.doubts == DOUBTS:
                log.warning("the server has no pictures in rich messages: cards with pictures go as text and pictures")
                server.has_pictures = False
        level = logging.WARNING if in_doubt else logging.ERROR
        log.log(level, "card %d: refused as a rich message, so it goes plain: %s", rich.card_id, refusal.words)

    def _server(self) -> "_Server":
        """What is known of it; nothing where it may be another one since."""
        if self._losses() != self._asked_after:
            self._asked_after, self._seen = self._losses(), _Server()
        return self._seen

    def _can(self, rich: Rich) -> bool | None:
        server = self._server()
        has = (server.has, server.has_pictures) if rich.pictures else (server.has,)
        if False in has or hash(rich.html) in server.refused:
            return False
        return None if None in has else True

    async def _call(self, method: str, parcel: Parcel, where: dict[str, Any]) -> Any:
        rich = parcel.rich
        assert rich is not None, "nothing else is sent this way"

        async def call(held: Held) -> Any:
            media, beside = _media(rich, held)
            content: dict[str, Any] = {"html": rich.html, "skip_entity_detection": True}
            content |= ({"is_rtl": True} if rich.is_rtl else {}) | ({"media": media} if media else {})
            told = {**where, "rich_message": content, **beside}
            if parcel.buttons:
                told["reply_markup"] = parcel.buttons
            return await self._bot.do_api_request(method, api_kwargs=told)

        done = await self._pictures.put_all(rich.pictures, call, _ids) if rich.pictures else await call({})
        server = self._server()
        server.has = True
        if rich.pictures:
            server.has_pictures = True
        return done


def _media(rich: Rich, held: Held) -> tuple[list[dict[str, Any]], dict[str, InputFile]]:
    """The pictures by the names that the content calls them by, and the files that go beside it."""
    names = {path: f"file{number}" for number, path in enumerate(held, 1)}
    beside = {names[path]: file for path, file in held.items() if isinstance(file, InputFile)}
    media: list[dict[str, Any]] = []
    for number, path in enumerate(rich.pictures, 1):
        file = held[path]
        source = file if isinstance(file, str) else f"attach://{names[path]}"
        media.append({"id": media_id(number), "media": {"type": "photo", "media": source}})
    return media, beside


def _ids(message: Any) -> list[str]:
    """Telegram's ids of the pictures in a message, in order."""
    content = message.get("rich_message") if isinstance(message, dict) else None
    return list(_photos(content))


def _photos(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _photos(each)
    elif isinstance(value, dict):
        if value.get("type") == "photo":
            yield str(value["photo"][-1]["file_id"])
            return
        for each in value.values():
            yield from _photos(each)
