"""One recording on its way to a chat, and those that are taken away: silently, reused by its id, by no name of its own.

Telegram lets a bot delete a message for 48 hours; what is older stays.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import telegram
from msgspec import Struct
from telegram import InputFile, ReplyParameters

from bot.chat.calls import Manner, Refused
from bot.chat.outbox import BYTES_A_SECOND, Outbox
from bot.chat.pace import Permit
from bot.chat.refusals import NOT_DONE_YET, Meaning
from bot.chat.request import MEDIA_WRITE_SECONDS
from bot.chat.texts import English
from bot.decks.recording import Kind, kind_of

MOST_AT_ONCE = 100
"""Messages that one call deletes, the platform's limit."""


class File(Struct, frozen=True):
    path: Path
    kind: Kind
    size: int


class Player:
    """Sends recordings. `find(deck_file, name)`: where one lies."""

    def __init__(
        self, bot: telegram.Bot, outbox: Outbox, find: Callable[[str, str], Path | None], say: English
    ) -> None:
        self._bot = bot
        self._outbox = outbox
        self._find = find
        self._say = say

    async def file(self, deck_file: str, name: str) -> File | None:
        """The recording's file; None if it is not there or is no recording."""
        return await asyncio.to_thread(self._file, deck_file, name)

    def _file(self, deck_file: str, name: str) -> File | None:
        path = self._find(deck_file, name)
        kind = None if path is None else kind_of(path)
        try:
            return None if path is None or kind is None else File(path, kind, path.stat().st_size)
        except OSError:
            return None

    async def play(
        self, chat_id: int, file: File, reply_to: int, thread_id: int | None = None, permit: Permit | None = None
    ) -> tuple[Meaning | None, int | None]:
        """The new message's id, or what the refusal means.

        What is refused as what it is, is tried as a file, and in a topic that is closed or gone, without it: the card
        stands there as well.
        """
        kinds: list[Kind] = list(dict.fromkeys((file.kind, "document")))
        manner = Manner(repeat=False, new=True, permit=permit)
        while True:
            kind, topic = kinds[0], thread_id

            async def send(chat: int, kind: Kind = kind, topic: int | None = topic) -> telegram.Message:
                return await self._once(chat, file, kind, reply_to, topic)

            try:
                sent = await self._outbox.calls.make(chat_id, "a recording", send, manner)
            except Refused as refused:
                meaning = refused.refusal.meaning
            else:
                return None, sent.message_id
            if meaning in (Meaning.TOPIC, Meaning.TOPIC_CLOSED) and thread_id is not None:
                thread_id = None
            elif meaning in (Meaning.REFUSED, Meaning.PICTURE) and len(kinds) > 1:
                kinds = kinds[1:]
            else:
                return meaning, None
            manner = Manner(repeat=False, new=True)

    async def _once(
        self, chat_id: int, file: File, kind: Kind, reply_to: int, thread_id: int | None
    ) -> telegram.Message:
        points = ReplyParameters(reply_to, allow_sending_without_reply=True)
        seconds = MEDIA_WRITE_SECONDS + file.size / BYTES_A_SECOND

        async def use(held: Mapping[Path, InputFile | str]) -> telegram.Message:
            sent = held[file.path]
            if kind == "voice":
                return await self._bot.send_voice(
                    chat_id,
                    sent,
                    disable_notification=True,
                    message_thread_id=thread_id,
                    reply_parameters=points,
                    write_timeout=seconds,
                )
            if kind == "audio":
                # Else it would be called as its tags say, which may tell the answer.
                return await self._bot.send_audio(
                    chat_id,
                    sent,
                    title=self._say.recording,
                    performer=self._bot.first_name,
                    disable_notification=True,
                    message_thread_id=thread_id,
                    reply_parameters=points,
                    write_timeout=seconds,
                )
            return await self._bot.send_document(
                chat_id,
                sent,
                disable_notification=True,
                message_thread_id=thread_id,
                reply_parameters=points,
                write_timeout=seconds,
            )

        return await self._outbox.pictures.put_all([file.path], use, _file_ids, called="recording")

    async def take_away(self, chat_id: int, ids: Sequence[int]) -> bool:
        """Whether they are gone or stay for good; what is missing or too old is skipped there."""
        for at in range(0, len(ids), MOST_AT_ONCE):
            if not await self._delete(chat_id, ids[at : at + MOST_AT_ONCE]):
                return False
        return True

    async def _delete(self, chat_id: int, ids: Sequence[int]) -> bool:
        async def delete(chat: int) -> bool:
            return await self._bot.delete_messages(chat, ids)

        try:
            await self._outbox.calls.make(chat_id, "recordings that are over", delete, Manner(repeat=True))
        except Refused as refused:
            return refused.refusal.meaning not in (Meaning.OPEN, *NOT_DONE_YET)
        return True


def _file_ids(sent: telegram.Message) -> list[str]:
    file = sent.voice or sent.audio or sent.document
    return [] if file is None else [file.file_id]
