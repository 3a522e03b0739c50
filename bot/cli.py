"""The command line: demo, run, deck check, deck import, verify, doctor, backup, restore."""

import argparse
import asyncio
import contextlib
import gc
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import settings as setting
from bot.clock import Clock, ClockUnreachable, FollowedClock, SystemClock
from bot.settings import Settings, SettingsWrong
from bot.storage import backup, condition, restore, room, soundness
from bot.storage.advice import put_back
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamaged, DatabaseMissing, DatabaseRefused, DiskFull, StorageFailed
from bot.tutor import checking

if TYPE_CHECKING:
    from bot.app import App

# A setting or a file makes starting impossible.
CANNOT_START = 2
# The same may go well later; whoever looks after the service tries it again.
NOT_NOW = 1
INTERRUPTED = 130
DOTENV = Path(".env")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 fine, 1 what was checked is not well, or the disk too full for the bot to start, 2 could not
    start (one line says why).
    """
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except SettingsWrong as wrong:
        return _cannot(*wrong.lines)
    except DatabaseRefused as refused:
        return _cannot(refused.message)
    except StorageFailed as failed:
        return _cannot(f"The database cannot be used: {failed}.")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _cannot(f"{where}{error.strerror or error}.")
    except KeyboardInterrupt:
        return INTERRUPTED


def _cannot(*lines: str, status: int = CANNOT_START) -> int:
    # Loaded by the one command that logs.
    logs = sys.modules.get("bot.logs")
    for line in lines:
        if logs is None or not logs.end_as_json(line):
            print(line, file=sys.stderr)
    return status


@contextlib.contextmanager
def _told_where(database: Path) -> Iterator[None]:
    """What fails in here because a disk is full says where there was no room; raises DiskFull."""
    try:
        yield
    except (StorageFailed, OSError) as error:
        if (full := room.full(database, error)) is not None:
            raise full from error
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Deckhand, a tutor that lives in Telegram. Settings: see README.md."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _command(commands, "run", "the bot on Telegram, token from BOT_TOKEN or .env", _run).add_argument(
        "--clock", metavar="URL", help="follow the time of a playground (the demo does)"
    )
    demo = _command(commands, "demo", "a Telegram of your own in the browser, with the bot in it", _demo)
    demo.add_argument("--port", type=_port, default=8080, help="where the page is (8080); 0 takes a free one")
    demo.add_argument("--keep", type=Path, metavar="FILE", help="a database that outlives the demo")
    deck = commands.add_parser("deck", help="deck files").add_subparsers(required=True, metavar="COMMAND")
    files = _command(deck, "check", "say what deck files hold, and every fault in them", _check)
    files.add_argument("files", nargs="+", type=Path, metavar="FILE")
    brought = _command(deck, "import", "make decks of a file of any size; the bot must not run", _import)
    brought.add_argument("file", type=Path, metavar="FILE")
    whose = brought.add_mutually_exclusive_group(required=True)
    whose.add_argument("--owner", type=_user_id, metavar="USER_ID", help="who has the decks, and shares them or not")
    whose.add_argument("--everybody", action="store_true", help="everybody is offered the decks")
    brought.add_argument("--progress", action="store_true", help="with how far the owner is in the file, if it says so")
    brought.add_argument("--yes", action="store_true", help="do not ask before it is done")
    verified = _command(commands, "verify", "replay the review log and compare it with every memory", _verify)
    verified.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a backup, which is looked at whole first")
    doctor = _command(commands, "doctor", "say whether everything is there that the bot needs", _doctor)
    doctor.add_argument("--clock", metavar="URL", help="follow the time of a playground, as its bot does")
    doctor.add_argument("--expect-running", action="store_true", help="a bot that does not run is wrong, too")
    copied = _command(commands, "backup", "copy the database, also while the bot runs, and check the copy", _backup)
    copied.add_argument("file", type=Path, metavar="FILE")
    back = _command(commands, "restore", "check a backup and put it back; the bot must not run", _restore)
    back.add_argument("file", type=Path, metavar="FILE")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    what: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.set_defaults(run=run)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535 is expected")
    return int(text)


def _user_id(text: str) -> int:
    if not text.isdecimal() or len(text) > 18 or not int(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no user id: a number such as 123456789 is expected. Telegram Desktop shows it in a profile "
            "when this is on: Settings, Advanced, Experimental settings, Show Peer IDs in Profile"
        )
    return int(text)


def _settings(*, need_token: bool) -> Settings:
    return setting.load(None, DOTENV, need_token)


def _run(chosen: argparse.Namespace) -> int:
    # Only the bot talks to Telegram, and what that needs takes a moment that the other commands should not pay.
    from bot.chat.request import ProxyNotKnown
    from bot.chat.updates import TokenRefused
    from bot.logs import set_up

    try:
        settings = _settings(need_token=True)
    except SettingsWrong as wrong:
        set_up(wrong.right.get("log_level", "INFO"), as_json=wrong.right.get("log_json", False))
        raise
    set_up(settings.log_level, as_json=settings.log_json)
    for line in settings.unknown:
        logging.getLogger("bot").warning("%s", line)
    try:
        with _told_where(settings.database):
            status = asyncio.run(_serve(settings, chosen.clock))
    except DiskFull as full:
        return _cannot(full.message, status=NOT_NOW)
    except TokenRefused:
        return _cannot("Telegram does not accept BOT_TOKEN: take a valid one from @BotFather.")
    except ProxyNotKnown as unknown:
        return _cannot(str(unknown))
    except ClockUnreachable as unreachable:
        return _cannot(f"No playground answers at {unreachable.url}: start it first.")
    logging.getLogger("bot").info("the bot has stopped")
    return status


async def _serve(settings: Settings, clock_url: str | None) -> int:
    from bot.app import App

    async with contextlib.AsyncExitStack() as on_exit:
        clock = await on_exit.enter_async_context(_clock(clock_url))
        app = App(settings, clock)
        starting = asyncio.create_task(_start(app, clock))
        stop = _stopper(app, starting)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            await starting
        except asyncio.CancelledError:
            return 0
        on_exit.push_async_callback(app.stop)
        logging.getLogger("bot").info("the bot is running")
        await app.run()
    return 0


@contextlib.asynccontextmanager
async def _clock(url: str | None) -> AsyncIterator[Clock]:
    """The clock of this machine, or the playground's at that address; raises ClockUnreachable."""
    if url is None:
        yield SystemClock()
        return
    followed = FollowedClock(url)
    await followed.start()
    try:
        yield followed
    finally:
        await followed.stop()


async def _start(app: "App", clock: Clock) -> None:
    with clock.busy():
        await app.start()
    freeze()


def freeze() -> None:
    """What was made at the start stays to the end: a search for garbage that looks at it again only holds up taps."""
    gc.collect()
    gc.freeze()


def _stopper(app: "App", starting: "asyncio.Task[None]") -> Callable[[], None]:
    """Ends what is going on now: the start, which may wait for Telegram, or the running."""

    def stop() -> None:
        app.tell_to_stop()
        if not starting.done():
            starting.cancel()

    return stop


def _demo(chosen: argparse.Namespace) -> int:
    # Only the demo needs the playground, and loading it takes a moment that a restarting bot should not pay.
    from bot import demo

    decks_dir = _settings(need_token=False).decks_dir
    if not decks_dir.is_dir():
        return _cannot(f"There is no folder {decks_dir} here: start the demo where it is, or set BOT_DECKS_DIR.")
    try:
        return asyncio.run(demo.run(decks_dir.resolve(), chosen.port, chosen.keep and chosen.keep.resolve()))
    except demo.NotKept as other:
        return _cannot(f"{other.why} Give --keep another file.")
    except demo.PortTaken as taken:
        choose = f"choose another one, as make demo PORT={taken.other} or --port {taken.other}"
        return _cannot(f"Port {taken.port} {taken.why}: {choose}.")


def _check(chosen: argparse.Namespace) -> int:
    # What reads decks takes a moment to load, which a starting bot should not pay.
    from bot.decks import check

    lines, status = check.report(chosen.files)
    print("\n".join(lines))
    return status


def _import(chosen: argparse.Namespace) -> int:
    # It reads with the bot's own means, which take a moment to load.
    from bot import importer

    if chosen.progress and chosen.everybody:
        return _cannot("How far somebody is, is theirs: give --owner with --progress.")
    settings = _settings(need_token=False)
    asked = importer.Asked(chosen.file, chosen.owner, chosen.progress, chosen.yes)
    try:
        chosen.file.open("rb").close()
        with _told_where(settings.database):
            return asyncio.run(
                _until_terminated(importer.run(asked, settings.database, settings.default_zone, SystemClock()))
            )
    except importer.Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return INTERRUPTED


async def _until_terminated(work: Coroutine[Any, Any, int]) -> int:
    """What it returns; SIGTERM ends it as Ctrl-C does, also where that is ignored, as in what a script begins with `&`.

    A second one changes nothing: what is left to do then leaves nothing behind.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def terminate() -> None:
        loop.add_signal_handler(signal.SIGTERM, lambda: None)
        task.cancel()

    if threading.current_thread() is threading.main_thread():
        loop.add_signal_handler(signal.SIGTERM, terminate)
    return await task


def _verify(chosen: argparse.Namespace) -> int:
    async def verify() -> checking.Verdict:
        database = await Database.open(_settings(need_token=False).database, only_reading=True)
        try:
            if await database.read(lambda db: condition.damage(db, indexes_too=True)):
                raise soundness.damaged(database.path)
            return await database.read(checking.verify)
        finally:
            await database.close()

    verdict = checking.verify_copy(chosen.file) if chosen.file else asyncio.run(verify())
    print(f"{verdict.memories} memories, {len(verdict.differ)} differ")
    for learner_id, card_id in verdict.differ:
        print(f"learner {learner_id}, card {card_id}: the memory is not what the log leads to", file=sys.stderr)
    return 1 if verdict.differ else 0


def _doctor(chosen: argparse.Namespace) -> int:
    # It looks with the bot's own means, which take a moment to load.
    from bot import doctor

    async def examine() -> tuple[list[str], int]:
        async with _clock(chosen.clock) as clock:
            return await doctor.examine(None, DOTENV, clock, expect_running=chosen.expect_running)

    try:
        lines, status = asyncio.run(examine())
    except ClockUnreachable as unreachable:
        return _cannot(f"No playground answers at {unreachable.url}: start it first.")
    print("\n".join(lines))
    return status


def _backup(chosen: argparse.Namespace) -> int:
    database = _settings(need_token=False).database
    try:
        with _told_where(chosen.file):
            backup.backup(database, chosen.file)
    except DatabaseMissing:
        soundness.refuse_damaged(database)
        raise
    except DatabaseDamaged as damaged:
        return _cannot(f"{damaged.message} {put_back(database)}")
    print(f"{chosen.file} is a whole copy.")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    target = _settings(need_token=False).database
    with _told_where(target):
        done = restore.restore(chosen.file, target, SystemClock().now())
    print(f"{target} is what {chosen.file} holds." + (f" What it was is in {done.kept}." if done.kept else ""))
    if done.left_out:
        print(f"Left out, because they asked to be forgotten after it was made: {done.left_out}.")
    return 0
