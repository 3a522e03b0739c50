"""Work that is done again and again while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chat.faults import Faults
from bot.chat.timekeeper import FINISH_WITHIN_SECONDS, Clock

Work = Callable[[], Awaitable[None]]


class Beats:
    """Does each kind of work every so many seconds, and at every move of a clock that is moved."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._all: list[Beat] = []
        self._begun: set[asyncio.Task[object]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, seconds: int, name: str, work: Work) -> None:
        """From now on."""
        each = Beat(name, work, self._clock, self._faults)
        self._all.append(each)
        self._scheduler.add_job(self._once, "interval", (each,), seconds=seconds, id=name)
        self._clock.on_move(each.once)
        if not self._scheduler.running:
            self._scheduler.start()

    async def stop(self, within: float = FINISH_WITHIN_SECONDS) -> None:
        """Return when what is going on has ended, after so long by force; nothing begins any more."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.wait([asyncio.create_task(each.stop(within)) for each in self._all])
        # What it began a moment ago has had its turn by now. It would cancel that, and say so.
        while self._begun:
            await asyncio.wait(self._begun)
        self._scheduler.shutdown(wait=False)

    async def _once(self, each: "Beat") -> None:
        task = asyncio.current_task()
        assert task is not None, "the scheduler makes one of each"
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        await each.once()


class Beat:
    """One kind of work: one at a time, and none once it was stopped."""

    def __init__(self, name: str, work: Work, clock: Clock, faults: Faults) -> None:
        self._name = name
        self._work = work
        self._clock = clock
        self._faults = faults
        self._one = asyncio.Lock()
        self._going_on: asyncio.Future[None] | None = None
        self._stopped = False

    async def once(self) -> None:
        """One time; what it raises is logged."""
        # What is going on may be asleep until the clock is moved, so to wait for it holds no move up.
        with self._clock.waiting():
            await self._one.acquire()
        try:
            if self._stopped:
                return
            self._going_on = asyncio.ensure_future(self._watched())
            await asyncio.wait({self._going_on})
        finally:
            self._one.release()

    async def _watched(self) -> None:
        with self._clock.busy():
            try:
                await self._work()
            except Exception as error:
                await self._faults.caught(error, during=f"the {self._name}")

    async def stop(self, within: float) -> None:
        """Return when what is going on has ended, after so long by force."""
        self._stopped = True
        if self._going_on is not None:
            _, late = await asyncio.wait({self._going_on}, timeout=within)
            for each in late:
                each.cancel()
            if late:
                await asyncio.wait(late)
