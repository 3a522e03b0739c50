"""Where Telegram's ids of pictures are kept: in the database, so that a picture is sent whole once."""

from bot.chat.timekeeper import Clock
from bot.storage import marks
from bot.tutor import Desk, Tutor


class KeptFileIds:
    """The ids by a key of ours. Raises what the database raises."""

    def __init__(self, tutor: Tutor, clock: Clock) -> None:
        self._tutor = tutor
        self._clock = clock

    async def get(self, key: str) -> str | None:
        """Telegram's id of this picture."""
        return await self._tutor.do(_get, self._clock.now(), key)

    async def put(self, key: str, file_id: str) -> None:
        """Remember it."""
        await self._tutor.do(_put, self._clock.now(), key, file_id)

    async def drop(self, key: str) -> None:
        """Forget one that no longer works."""
        await self._tutor.do(_put, self._clock.now(), key, None)


def _get(desk: Desk, key: str) -> str | None:
    return marks.file_id(desk.db, key)


def _put(desk: Desk, key: str, file_id: str | None) -> None:
    marks.keep_file_id(desk.db, key, file_id)
