"""Pictures on their way out: whole the first time, by Telegram's own id from then on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

from telegram import InputFile, Message
from telegram.error import BadRequest

from bot.chat.calls import Refused
from bot.chat.parcels import Parcel
from bot.chat.refusals import Meaning, Refusal, read
from bot.storage.errors import StorageFailed

log = logging.getLogger(__name__)

T = TypeVar("T")


class FileIds(Protocol):
    """Pictures that Telegram already has, by a key of ours."""

    async def get(self, key: str) -> str | None:
        """Telegram's id of this picture."""

    async def put(self, key: str, file_id: str) -> None:
        """Remember it."""

    async def drop(self, key: str) -> None:
        """Forget one that no longer works."""


class Pictures:
    """Hands a parcel's picture to whatever puts it into a chat."""

    def __init__(self, files: FileIds) -> None:
        self._files = files

    async def put(self, parcel: Parcel, use: Callable[[InputFile | str], Awaitable[T]], *, attach: bool) -> T:
        """What `use` gives for what Telegram already has of the picture, else for the picture itself.

        `attach`: the picture is named inside another object, so it travels beside it. Raises what `use` raises, and
        Refused if the picture's file is not there.
        """
        if parcel.picture is None:
            assert parcel.data is not None
            return await use(InputFile(parcel.data, "picture.png", attach=attach))
        key = await _key_of(parcel.picture)
        known = await self._files.get(key)
        if known is not None:
            try:
                return await use(known)
            except BadRequest as error:
                if read(error).meaning is not Meaning.FILE:
                    raise
                await self._files.drop(key)
        done = await use(InputFile(await _bytes_of(parcel.picture), parcel.picture.name, attach=attach))
        if isinstance(done, Message) and done.photo:
            await self._remember(key, done.photo[-1].file_id)
        return done

    async def _remember(self, key: str, file_id: str) -> None:
        try:
            await self._files.put(key, file_id)
        except StorageFailed as failed:
            # The message stands in the chat; next time the picture is sent whole once more.
            log.warning("a picture's id could not be kept: %s", failed.what)


async def _key_of(picture: Path) -> str:
    """By what a picture is known again: a changed one is another."""
    try:
        stat = await asyncio.to_thread(picture.stat)
    except OSError:
        raise Refused(Refusal(Meaning.PICTURE, "its file is not there")) from None
    return f"{picture}|{stat.st_size}|{stat.st_mtime_ns}"


async def _bytes_of(picture: Path) -> bytes:
    try:
        return await asyncio.to_thread(picture.read_bytes)
    except OSError:
        raise Refused(Refusal(Meaning.PICTURE, "its file cannot be read")) from None
