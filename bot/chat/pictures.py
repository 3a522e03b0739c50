"""Pictures on their way out: whole the first time, by Telegram's own id from then on.

What a picture is called there tells nothing of the card: its own name may be the answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
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

MOST_BYTES_AT_ONCE = 40 * 2**20
"""Of pictures in one message; Telegram takes 50 MB."""


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
            return await use(InputFile(parcel.data, "picture1.png", attach=attach))
        key, _ = await _known_by(parcel.picture)
        known = await self._files.get(key)
        if known is not None:
            try:
                return await use(known)
            except BadRequest as error:
                if read(error).meaning is not Meaning.FILE:
                    raise
                await self._files.drop(key)
        done = await use(InputFile(await _bytes_of(parcel.picture), _name_of(parcel.picture), attach=attach))
        if isinstance(done, Message) and done.photo:
            await self._remember(key, done.photo[-1].file_id)
        return done

    async def put_all(
        self,
        pictures: Sequence[Path],
        use: Callable[[Mapping[Path, InputFile | str]], Awaitable[T]],
        ids: Callable[[T], Sequence[str]],
        called: str = "picture",
    ) -> T:
        """The same for several that go into one message; `ids` reads those of all of them, in order, in the answer.

        `called`: what they are called there, beside their number; recordings go this way, too. Raises what `use`
        raises, and Refused if a file is not there, or they are too large together.
        """
        keys: dict[Path, str] = {}
        sizes: dict[Path, int] = {}
        for picture in dict.fromkeys(pictures):
            keys[picture], sizes[picture] = await _known_by(picture)
        asked = {picture: await self._files.get(key) for picture, key in keys.items()}
        known = {picture: file_id for picture, file_id in asked.items() if file_id is not None}
        try:
            done = await use(await _held(sizes, known, called))
        except BadRequest as error:
            if not known or read(error).meaning is not Meaning.FILE:
                raise
            # Which of them it was is not told.
            for picture in known:
                await self._files.drop(keys[picture])
            known = {}
            done = await use(await _held(sizes, known, called))
        found = ids(done)
        if len(found) == len(pictures):
            for picture, file_id in dict(zip(pictures, found, strict=True)).items():
                if picture not in known:
                    await self._remember(keys[picture], file_id)
        return done

    async def _remember(self, key: str, file_id: str) -> None:
        try:
            await self._files.put(key, file_id)
        except StorageFailed as failed:
            # The message stands in the chat; next time the picture is sent whole once more.
            log.warning("a picture's id could not be kept: %s", failed.what)


async def _held(sizes: Mapping[Path, int], known: Mapping[Path, str], called: str) -> dict[Path, InputFile | str]:
    """What Telegram has of the pictures, the others whole."""
    if sum(size for picture, size in sizes.items() if picture not in known) > MOST_BYTES_AT_ONCE:
        raise Refused(Refusal(Meaning.PICTURE, "they are too large together"))
    held: dict[Path, InputFile | str] = {}
    for number, picture in enumerate(sizes, 1):
        if picture in known:
            held[picture] = known[picture]
        else:
            held[picture] = InputFile(await _bytes_of(picture), _name_of(picture, number, called))
    return held


def _name_of(picture: Path, number: int = 1, called: str = "picture") -> str:
    return f"{called}{number}{picture.suffix.lower()}"


async def _known_by(picture: Path) -> tuple[str, int]:
    """By what a picture is known again, so that a changed one is another; and its size."""
    try:
        stat = await asyncio.to_thread(picture.stat)
    except OSError:
        raise Refused(Refusal(Meaning.PICTURE, "its file is not there")) from None
    return f"{picture}|{stat.st_size}|{stat.st_mtime_ns}", stat.st_size


async def _bytes_of(picture: Path) -> bytes:
    try:
        return await asyncio.to_thread(picture.read_bytes)
    except OSError:
        raise Refused(Refusal(Meaning.PICTURE, "its file cannot be read")) from None
