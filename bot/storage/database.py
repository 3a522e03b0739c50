"""Open the database; run one transaction.

A transaction is a plain function that is given a connection. It runs whole, in one hop to the writer's thread, so
nothing can await inside and none can interleave; those that wait together are committed together.
"""

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from msgspec import Struct

from bot.storage import sqlite
from bot.storage.errors import DatabaseRefused, Ending, StorageFailed
from bot.storage.ready import look_at, make_ready, refusal_to_open

__all__ = ["Database", "DatabaseRefused", "StorageFailed"]

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READERS = 2
# A shared commit that grows without end would make the first in it wait for the last.
TOGETHER_AT_MOST = 64
# SQLite counts the changes of rows in as many numbers, and begins again.
_COUNTED = 2**32


class _Job(Struct, eq=False):
    """One transaction that waits, and then what became of it."""

    work: Work[Any]
    answer: asyncio.Future[Any]
    value: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.answer.done():
            return  # whoever asked has gone
        if self.error is None:
            self.answer.set_result(self.value)
        else:
            self.answer.set_exception(self.error)


class Database:
    """One writer and a few readers on one SQLite file."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection | None,
        readers: list[aiosqlite.Connection],
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self.path = path
        self._go_on = go_on
        self._writer = writer
        self._readers = readers
        self._free: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._free.put_nowait(reader)
        self._waiting: list[_Job] = []
        self._draining: asyncio.Task[None] | None = None
        self._reading = 0
        self._nobody_reads = asyncio.Event()
        self._nobody_reads.set()
        self._taking_all = asyncio.Lock()
        self._carried_over = 0  # how many rows were ever changed when the WAL was last carried over
        self._stays_in_wal = False  # the last time that was not possible
        self._closed = False

    @classmethod
    async def open(
        cls, path: Path, *, only_reading: bool = False, go_on: Callable[[], bool] = lambda: True
    ) -> "Database":
        """The database in this file, made if it is missing and brought up to date.

        `only_reading`: beside a running bot; the file has to be there and up to date, and `write` is a mistake.
        `go_on`: while it says so, writing waits ten seconds for another program that writes; after that a moment.
        Raises DatabaseRefused. A caller that is cancelled goes on once nothing has the file open any more: to let go of
        its lock before would cost SQLite its own (lock.py).
        """
        sqlite.refuse_old_engine()
        opened: list[aiosqlite.Connection] = []
        try:
            # Looked at before aiosqlite opens it: where that fails, it leaves a thread that may outlive the loop.
            await to_its_end(asyncio.to_thread(look_at if only_reading else make_ready, path))
            writer = None if only_reading else await _connect(sqlite.writer, path, opened)
            readers = [await _connect(sqlite.reader, path, opened) for _ in range(READERS)]
        except BaseException as error:
            for connection in opened:
                await connection.close()
            refusal = refusal_to_open(path, error)
            if refusal is None:
                raise
            raise refusal from error
        return cls(path, writer, readers, go_on)

    async def write(self, work: Work[T]) -> T:
        """What `work` returns, once it is on disk.

        What `work` raises is raised here, and nothing that it wrote is kept. Where it raises, or another that shares
        its commit, it is run once more. Raises StorageFailed when the shared commit fails: then nothing of any of them
        is kept; Ending where that is because nobody is to wait any more. A caller that is cancelled does not stop work
        once begun.
        """
        if self._closed or self._writer is None:
            raise RuntimeError("this database is closed, or was opened for reading only")
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain(self._writer))
        value: T = await job.answer
        return value

    async def read(self, work: Work[T]) -> T:
        """What `work` returns, out of one consistent state of the database that has everything written before.

        Raises StorageFailed, and what `work` raises.
        """
        if self._closed:
            raise RuntimeError("this database is closed")
        self._reading += 1
        self._nobody_reads.clear()
        try:
            reader = await self._free.get()
            try:
                value: T = await _hop(reader, functools.partial(_read_whole, work))
            finally:
                self._free.put_nowait(reader)
        finally:
            self._reading -= 1
            if not self._reading:
                self._nobody_reads.set()
        return value

    async def outside(self, work: Work[T], *, alone: bool = False) -> T:
        """What `work` returns, run in the writer's thread between two transactions: it must leave none open.

        `alone`: while nobody of ours reads. Raises StorageFailed, and what `work` raises.
        """
        if self._closed or self._writer is None:
            raise RuntimeError("this database is closed, or was opened for reading only")
        self._reading += 1
        self._nobody_reads.clear()
        held: list[aiosqlite.Connection] = []
        try:
            # Two that took a reader each would wait for each other's.
            async with self._taking_all:
                while alone and len(held) < len(self._readers):
                    held.append(await self._free.get())
                value: T = await _hop(self._writer, functools.partial(_run_outside, work, go_on=self._waits))
        finally:
            for reader in held:
                self._free.put_nowait(reader)
            self._reading -= 1
            if not self._reading:
                self._nobody_reads.set()
        return value

    async def close(self) -> None:
        """Return when everything that was begun is done and the file is let go."""
        self._closed = True
        if self._draining is not None:
            await asyncio.wait({self._draining})
        await self._nobody_reads.wait()
        # The writer last: whoever closes last puts the WAL into the file.
        for connection in [*self._readers, *([self._writer] if self._writer else [])]:
            await connection.close()

    async def _drain(self, writer: aiosqlite.Connection) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[:TOGETHER_AT_MOST], self._waiting[TOGETHER_AT_MOST:]
                jobs = [job for job in taken if not job.answer.cancelled()]
                changes = await _hop(writer, functools.partial(_run_together, jobs=jobs, go_on=self._waits))
                for job in jobs:
                    job.tell()
                if not self._waiting and (changes - self._carried_over) % _COUNTED >= sqlite.CHANGES_CARRIED_OVER:
                    self._carried_over = changes
                    await self._carry_over(writer)
        except BaseException as error:
            # Nobody may wait for an answer that never comes.
            for job in [*jobs, *self._waiting]:
                job.error = StorageFailed("the writer has gone")
                job.error.__cause__ = error
                job.tell()
            self._waiting.clear()
            raise
        finally:
            self._draining = None

    def _waits(self) -> bool:
        """Whether what is to be written still waits for another program."""
        return self._go_on() and not self._closed

    async def _carry_over(self, writer: aiosqlite.Connection) -> None:
        """Carry the WAL over when those whose changes stand in it were told; who comes meanwhile waits for it."""
        try:
            await _hop(writer, functools.partial(_run_outside, sqlite.carry_over, go_on=self._waits))
        except StorageFailed as failed:
            # Nothing is lost, and it is tried again. A commit that does this says nothing of it at all.
            if not self._stays_in_wal:
                log.warning("the WAL could not be carried over into the database yet: %s", failed.what)
            self._stays_in_wal = True
        else:
            self._stays_in_wal = False


def attempt(db: sqlite3.Connection, work: Callable[[], object]) -> Exception | None:
    """Carry out a part of a transaction. If it raises, nothing that it wrote is kept, the rest may go on, and you get
    what it raised. What the database itself raises goes through.
    """
    db.execute("savepoint part")
    try:
        work()
    except sqlite3.Error:
        raise
    except Exception as error:
        db.execute("rollback to part")
        return error
    finally:
        # A full or broken disk ends the whole transaction.
        if db.in_transaction:
            db.execute("release part")
    return None


async def _connect(
    make: Callable[[Path], sqlite3.Connection], path: Path, opened: list[aiosqlite.Connection]
) -> aiosqlite.Connection:
    connection = aiosqlite.Connection(functools.partial(make, path), iter_chunk_size=64)

    async def connected() -> None:
        await connection
        opened.append(connection)

    await to_its_end(connected())
    return connection


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives. Who is cancelled meanwhile, however often, is so once it is over: no thread can be stopped."""
    working = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError as told:
            cancelled = told
    value = working.result()
    if cancelled is not None:
        raise cancelled
    return value


async def _hop(connection: aiosqlite.Connection, work: Work[T]) -> T:
    # The one use of a method of aiosqlite that is not public: run a function whole in the connection's thread.
    value: T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]
    return value


def _read_whole(work: Work[T], connection: sqlite3.Connection) -> T:
    try:
        connection.execute("begin")
        try:
            return work(connection)
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        if failure is None:
            raise
        raise failure from error


def _run_outside(work: Work[T], connection: sqlite3.Connection, go_on: Callable[[], bool]) -> T:
    try:
        return sqlite.patiently(connection, functools.partial(work, connection), go_on)
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        if failure is None:
            raise
        raise failure from error


def _run_together(connection: sqlite3.Connection, jobs: list[_Job], go_on: Callable[[], bool]) -> int:
    """Run them and commit them at once; what became of each stands in it. How many rows were ever changed.

    Where one raises, all is taken back, and each is run anew in a savepoint of its own. One for every job from the
    beginning, which keeps a copy of each page that the job changes, makes them a tenth dearer.
    """
    if not jobs:
        return connection.total_changes  # all who asked have gone: nothing is worth waiting for

    def begin() -> None:
        sqlite.patiently(connection, functools.partial(connection.execute, "begin immediate"), go_on)

    try:
        begin()
        if not all(_went_well(connection, job) for job in jobs):
            connection.execute("rollback")
            begin()
            for job in jobs:
                _run_apart(connection, job)
        connection.execute("commit")
    except Exception as error:
        _fail_all(jobs, error)
    finally:
        if connection.in_transaction:
            connection.execute("rollback")
    return connection.total_changes


def _went_well(connection: sqlite3.Connection, job: _Job) -> bool:
    try:
        job.value = job.work(connection)
    except Exception:
        # A full or broken disk ends the whole transaction.
        if not connection.in_transaction:
            raise
        return False
    if not connection.in_transaction:
        raise RuntimeError("a transaction ended itself")
    return True


def _run_apart(connection: sqlite3.Connection, job: _Job) -> None:
    connection.execute("savepoint one")
    try:
        job.value = job.work(connection)
    except Exception as error:
        # A full or broken disk ends the whole transaction, not this part of it.
        if not connection.in_transaction:
            raise
        connection.execute("rollback to one")
        ours = sqlite.failure(error) if isinstance(error, sqlite3.Error) else None
        if ours is not None:
            ours.__cause__ = error
        job.error = ours or error
    if not connection.in_transaction:
        raise RuntimeError("a transaction ended itself")
    connection.execute("release one")


def _fail_all(jobs: list[_Job], error: Exception) -> None:
    for job in jobs:
        if job.error is None:
            # Each has its own: whoever raises it adds to it where it went.
            job.error = _of(error)
            job.error.__cause__ = error


def _of(error: Exception) -> StorageFailed:
    """What somebody is told whose part of a transaction that broke off so was well."""
    if isinstance(error, Ending):
        return Ending(error.what)
    ours = sqlite.failure(error) if isinstance(error, sqlite3.Error) else None
    return ours or StorageFailed("the transaction was not kept")
