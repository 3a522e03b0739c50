"""Where updates are put aside until they are done: in the database, as safe as with Telegram."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from bot.chat.timekeeper import Clock
from bot.storage import inbox
from bot.tutor import Desk, Tutor

Raw = dict[str, Any]


class Inbox:
    """Updates as Telegram gave them. Raises what the database raises."""

    def __init__(self, tutor: Tutor, clock: Clock) -> None:
        self._tutor = tutor
        self._clock = clock

    async def keep(self, updates: Sequence[Raw]) -> None:
        """Have them on disk."""
        if not updates:
            return
        await self._tutor.do(
            _keep, self._clock.now(), [(update["update_id"], json.dumps(update)) for update in updates]
        )

    async def kept(self) -> list[Raw]:
        """Those that an earlier life of the bot put aside and did not finish, in their order."""
        return [json.loads(body) for body in await self._tutor.do(_kept, self._clock.now())]

    async def drop(self, update_ids: Collection[int]) -> None:
        """These are done."""
        await self._tutor.do(_drop, self._clock.now(), update_ids)


def _keep(desk: Desk, updates: list[tuple[int, str]]) -> None:
    inbox.keep(desk.db, updates)


def _kept(desk: Desk) -> list[str]:
    return inbox.kept(desk.db)


def _drop(desk: Desk, update_ids: Collection[int]) -> None:
    inbox.drop(desk.db, update_ids)
