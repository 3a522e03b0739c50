"""Puts the parts together; the table of handlers."""

import asyncio
import contextlib
import functools
import logging
import math
from collections.abc import Awaitable, Callable
from pathlib import Path

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.backups import Backups
from bot.chat import (
    adding,
    board,
    card,
    carrying,
    editing,
    exporting,
    finding,
    flip,
    group,
    group_menu,
    group_setup,
    import_choices,
    importing,
    members,
    quiz,
    settings,
    sleeping,
    stats,
    subscriptions,
    topics,
)
from bot.chat import help as helping
from bot.chat import round as rounds
from bot.chat.beats import Beats
from bot.chat.beside import Beside
from bot.chat.dispatch import Dispatch, seen
from bot.chat.ephemeral import Ephemerals
from bot.chat.exports import Exports
from bot.chat.faults import Faults, hush
from bot.chat.file_ids import KeptFileIds
from bot.chat.formula_pictures import FormulaPictures
from bot.chat.imports import Imports, picture_of, sound_of
from bot.chat.inbox import Inbox
from bot.chat.indexing import Indexing
from bot.chat.outbox import Outbox
from bot.chat.pace import TELEGRAM, Pace, Rates
from bot.chat.plain import Page, Text
from bot.chat.profile import introduce
from bot.chat.push import Pusher
from bot.chat.reaching import LOGGED_OUT
from bot.chat.refusals import Meaning, read
from bot.chat.reports import Reports
from bot.chat.request import READ_SECONDS, Request
from bot.chat.round_steps import RoundSteps
from bot.chat.screens import Screen
from bot.chat.sleeping import Sleepers
from bot.chat.sounds import Sounds
from bot.chat.talk import Context
from bot.chat.tallies import Tallies
from bot.chat.telling import Untold
from bot.chat.texts import English
from bot.chat.timekeeper import FINISH_WITHIN_SECONDS
from bot.chat.updates import PATIENCE_SECONDS, TokenRefused, Updates
from bot.clock import Clock
from bot.packages import Packages
from bot.settings import Settings, shown
from bot.shelf import Shelf
from bot.storage import lock
from bot.storage.database import Database
from bot.tutor import Tutor
from bot.tutor import group_setup as groups

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "my_chat_member", "chat_member")
CONVERSATIONS = (
    helping,
    quiz,
    subscriptions,
    settings,
    stats,
    finding,
    exporting,
    group,
    flip,
    group_menu,
    members,
    board,
    sleeping,
    group_setup,
    rounds,
    importing,
    import_choices,
    adding,
    card,
    editing,
)
# As the menu and /help have them: what is used most stands first, what erases stands last.
_BY_USE = (
    *("start", "quiz", "round", "undo", "decks", "add", "find", "stats", "board", "me", "settings", "export"),
    *("join", "leave", "help", "forget"),
)
COMMANDS = tuple(
    sorted(
        [command for conversation in CONVERSATIONS for command in conversation.COMMANDS],
        key=lambda command: _BY_USE.index(command.name),
    )
)
TAPS = {kind: handler for conversation in CONVERSATIONS for kind, handler in conversation.TAPS.items()}
TICK_SECONDS = 1
LOOK_SECONDS = 5
REPORT_SECONDS = 60
BACKUP_SECONDS = 60
LONGEST_WAIT_SECONDS = 30
LONGEST_CATCHING_UP_SECONDS = 20


class App:
    """The running bot. `start` returns when it asks for updates, `run` when it is told to stop or cannot go on.

    `rates`: how fast it may send. `patience_seconds`: an update that takes longer is put aside. `answer_seconds`: how
    long Telegram may take to answer. `finish_seconds`: how long what was begun may take once it is told to stop.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        rates: Rates = TELEGRAM,
        patience_seconds: float = PATIENCE_SECONDS,
        answer_seconds: float = READ_SECONDS,
        finish_seconds: float = FINISH_WITHIN_SECONDS,
    ) -> None:
        self._finish_seconds = finish_seconds
        self._rates = rates
        self._patience_seconds = patience_seconds
        self._answer_seconds = answer_seconds
        self._settings = settings
        self._clock = clock
        self._on_exit = contextlib.AsyncExitStack()
        self._stop = asyncio.Event()
        self._polling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the database, read the decks, greet Telegram, begin.

        Raises DatabaseRefused (AlreadyRunning among them), TokenRefused, OSError (the decks folder).
        """
        try:
            await self._start()
        except BaseException:
            await self._on_exit.aclose()
            raise

    async def _start(self) -> None:
        path = self._settings.database
        hold = self._on_exit.enter_context(lock.held(path))
        database = await Database.open(path, go_on=self._goes_on)
        self._on_exit.push_async_callback(database.close)
        hold.take()
        tutor = Tutor(database, self._settings.default_zone)
        if self._settings.allowed:
            await tutor.do(groups.let_in_only, self._clock.now(), self._settings.allowed)
        bot = await self._greeted()
        outbox = self._outbox(bot, tutor)
        faults = Faults(passed=self._clock.passed)
        beside = Beside(self._clock, faults)
        reports = Reports(functools.partial(self._tell_admins, outbox, beside), self._clock.passed)
        faults.tell_admins = reports.tell
        context = self._context(bot, tutor, outbox, beside, path.parent)
        outbox.topic_lost = topics.Losses(context, beside).heard
        faults.tell_person = functools.partial(_apologise, context)
        root = self._settings.decks_dir
        packages = Packages(tutor, root, self._clock, context.imports)
        shelf = Shelf(tutor, root, self._clock, reports.tell, packages, beside.begin, self._goes_on)
        await shelf.load()
        await introduce(context)
        beside.begin(carrying.tidy(context), "tidying after imports")
        shelf.begin_packages()
        beside.begin(context.exports.sweep(), "tidying after exports")
        beside.begin(context.sounds.begin(), "taking away recordings")
        indexing = Indexing(context)
        beside.begin(indexing.begin(), "reading cards for /find")
        pusher, sleepers = Pusher(context, beside, faults), Sleepers(context, beside)
        await context.untold.begin()
        dispatch = Dispatch(context, TAPS, self._settings.allowed)
        inbox = Inbox(tutor, self._clock)
        updates = Updates(
            bot,
            dispatch.handle,
            self._clock,
            ALLOWED_UPDATES,
            inbox,
            seen=seen,
            faults=faults,
            patience_seconds=self._patience_seconds,
        )
        beats, backups = Beats(self._clock, faults), Backups(database, self._clock, reports.tell)
        self._on_exit.push_async_callback(
            functools.partial(_finish, within=self._finish_seconds),
            *(outbox, updates, pusher, context.untold, beats, backups),
        )
        self._polling = asyncio.create_task(updates.run())
        await self._caught_up(updates, self._polling)
        await pusher.start()
        await carrying.begin(context)
        beats.every(TICK_SECONDS, "tick", functools.partial(_tick, pusher, sleepers))
        beats.every(TICK_SECONDS, "tidying of groups", functools.partial(flip.tidy, context))
        beats.every(TICK_SECONDS, "telling of cards", context.untold.look)
        beats.every(TICK_SECONDS, "rounds", RoundSteps(context, beside).tick)
        beats.every(TICK_SECONDS, "carrying on of imports", context.imports.look)
        beats.every(LOOK_SECONDS, "look", shelf.look)
        beats.every(TICK_SECONDS, "reading of cards for /find", indexing.look)
        beats.every(REPORT_SECONDS, "telling of faults", faults.look)
        beats.every(REPORT_SECONDS, "telling of reports", reports.look)
        beats.every(BACKUP_SECONDS, "daily backup", backups.look)

    async def _caught_up(self, updates: Updates, polling: "asyncio.Task[None]") -> None:
        """Return when what people did while the bot was away is done: no push takes a card from under their tap.

        Raises TokenRefused. Waits only so long, for pushes must not hang on updates that do not come.
        """
        waiting = asyncio.create_task(updates.caught_up.wait())
        try:
            await asyncio.wait(
                {waiting, polling}, timeout=LONGEST_CATCHING_UP_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waiting.cancel()
        if polling.done():
            polling.result()

    async def run(self) -> None:
        """Return when `tell_to_stop` was called; raises TokenRefused if Telegram no longer takes the token."""
        assert self._polling is not None, "start it first"
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({self._polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._polling.done():
            self._polling.result()

    def tell_to_stop(self) -> None:
        self._stop.set()

    def _goes_on(self) -> bool:
        """Whether it was not told to stop; threads ask, too."""
        return not self._stop.is_set()

    async def stop(self) -> None:
        """Finish what was begun, within ten seconds, and let go of everything."""
        self._stop.set()
        await self._on_exit.aclose()

    async def _greeted(self) -> telegram.Bot:
        """The bot, known to Telegram; waits for as long as Telegram is out of reach."""
        bot = bot_for(self._settings.token, self._settings.api_url, self._answer_seconds)
        url = shown(self._settings.api_url)
        # However the greeting ends, also by being told to stop.
        self._on_exit.push_async_callback(bot.shutdown)
        seconds = 1
        while True:
            try:
                await bot.initialize()
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                refusal = read(error)
                wait = max(seconds, math.ceil(refusal.seconds))
                if refusal.meaning is Meaning.LOGGED_OUT:
                    log.warning("Telegram's server %s %s. Trying again in %d s", url, LOGGED_OUT, wait)
                elif refusal.meaning in (Meaning.NOT_SENT, Meaning.OPEN):
                    asks = "is this machine online, and BOT_API_URL right?"
                    log.warning("Telegram does not answer at %s: %s Trying again in %d s", url, asks, wait)
                else:
                    log.warning(
                        "Telegram does not greet back at %s: %s. Trying again in %d s", url, refusal.words, wait
                    )
                await self._clock.sleep(wait)
                seconds = min(seconds * 2, LONGEST_WAIT_SECONDS)
            else:
                return bot

    def _outbox(self, bot: telegram.Bot, tutor: Tutor) -> Outbox:
        return Outbox(
            bot,
            self._clock,
            KeptFileIds(tutor, self._clock),
            self._keeper(tutor, groups.moved),
            self._keeper(tutor, groups.gone),
            Pace(self._clock, self._rates),
            lambda: _losses(bot),
        )

    def _context(self, bot: telegram.Bot, tutor: Tutor, outbox: Outbox, beside: Beside, data: Path) -> Context:
        context: Context
        imports = Imports(self._settings.database, beside.begin, self._clock.passed)
        lobbies = Tallies(self._clock, lambda shown, *how: rounds.draw_lobby(context, shown, *how), beside.begin)
        boards = Tallies(self._clock, lambda shown, *how: board.draw(context, shown, *how), beside.begin)
        say = English()
        sound = functools.partial(sound_of, self._settings.decks_dir, imports)
        tallies = Tallies(self._clock, lambda shown, *how: flip.draw(context, shown, *how), beside.begin)
        context = Context(
            bot=bot,
            tutor=tutor,
            outbox=outbox,
            clock=self._clock,
            say=say,
            picture=functools.partial(picture_of, self._settings.decks_dir, imports),
            imports=imports,
            exports=Exports(self._settings.database),
            stats_folder=data,
            sound=sound,
            sounds=Sounds(bot, outbox, tutor, self._clock, sound, say),
            formulas=FormulaPictures(data, beside.begin),
            lobbies=lobbies,
            boards=boards,
            tallies=tallies,
            ephemerals=Ephemerals(bot, outbox, self._clock, say.one_moment, lambda: _losses(bot)),
            untold=Untold(
                outbox,
                tutor,
                self._clock,
                lambda view: context.screen(view),
                beside.begin,
                self._settings.admins,
                self._settings.allowed,
            ),
            commands=COMMANDS,
            admins=self._settings.admins,
        )
        return context

    def _keeper(self, tutor: Tutor, work: Callable[..., object]) -> Callable[..., Awaitable[None]]:
        async def keep(*ids: int) -> None:
            await tutor.do(work, self._clock.now(), *ids)

        return keep

    def _tell_admins(self, outbox: Outbox, beside: Beside, line: str) -> None:
        for admin in sorted(self._settings.admins):
            # Side by side: Telegram may let one of them wait for an hour.
            beside.begin(_tell(outbox, admin, line), "a report")


def bot_for(token: str, url: str, answer_seconds: float = READ_SECONDS) -> telegram.Bot:
    """The bot of that token on the Bot API server at `url`; nothing is asked yet."""
    # The library tells its log where it will call, with the token, as soon as it is made.
    hush()
    request = Request(read_seconds=answer_seconds)
    return telegram.Bot(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request,
        # Updates are fetched over the general one (updates.py); the library would make a second client for nothing.
        get_updates_request=request,
    )


def _losses(bot: telegram.Bot) -> int:
    assert isinstance(bot.request, Request), "it was made with one"
    return bot.request.losses


async def _tick(pusher: Pusher, sleepers: Sleepers) -> None:
    await pusher.tick()
    await sleepers.look()


async def _finish(
    outbox: Outbox, updates: Updates, pusher: Pusher, untold: Untold, beats: Beats, backups: Backups, *, within: float
) -> None:
    """What was begun ends, all of it within the same seconds; nothing waits for Telegram's pace any more."""
    outbox.close()
    await asyncio.gather(updates.stop(within), pusher.stop(within), beats.stop(within), backups.stop())
    untold.settle_again()
    # What the last updates began beside: the time to finish in goes on from the first call.
    await pusher.stop(within)


async def _tell(outbox: Outbox, admin: int, line: str) -> None:
    await outbox.send(admin, Screen((Page(Text(line)),)))


async def _apologise(context: Context, update: telegram.Update) -> None:
    """One friendly line to who ran into a fault."""
    if update.callback_query is not None:
        await context.outbox.toast(update.callback_query.id, context.say.fault)
    elif update.effective_chat is not None:
        await context.tell(update, context.say.fault)
