"""What every conversation needs: who speaks, what can be asked, and how an outcome is shown."""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import telegram
from msgspec import Struct
from msgspec.structs import replace

from bot.chat import answers, drawing, rooms
from bot.chat.artist import Artist
from bot.chat.beside import both
from bot.chat.ephemeral import Ephemerals
from bot.chat.exports import Exports
from bot.chat.formula_pictures import PATIENCE_SECONDS, FormulaPictures, Formulas
from bot.chat.imports import Imports
from bot.chat.outbox import Delivery, Outbox, Sent
from bot.chat.pace import Permit, Urgency
from bot.chat.places import without_place
from bot.chat.plain import Text, needing_pictures
from bot.chat.screens import Screen
from bot.chat.sounds import Sounds
from bot.chat.tallies import Shown, Tallies
from bot.chat.telling import Untold
from bot.chat.texts import English
from bot.chat.timekeeper import Clock
from bot.storage import turns
from bot.storage.turns import Message
from bot.tutor import Desk, Tutor, adding, showing, typed
from bot.tutor.draft_views import Unsaved
from bot.tutor.outcomes import GroupTurnView, Outcome, TurnView, View, Who, can_be_typed
from bot.tutor.toasts import Forgotten

T = TypeVar("T")
P = ParamSpec("P")


class Command(Struct, frozen=True):
    """A command: its name, what the menu says of it, where it is offered, and what it does.

    `admins`: in a group's menu for its administrators alone. `alone`: what a member types in a group is seen by the bot
    alone, where Telegram can do that. `listed`: in the menu and in the help; else a link alone leads to it.
    """

    name: str
    what: str
    private: bool
    group: bool
    run: "Callable[[Context, telegram.Update], Awaitable[None]]"
    admins: bool = False
    alone: bool = False
    listed: bool = True


class Context(Struct, frozen=True):
    """The parts a conversation works with. `stats_folder` is where drawing pictures may keep its cache; `formulas` has
    those of formulas.
    """

    bot: telegram.Bot
    tutor: Tutor
    outbox: Outbox
    clock: Clock
    say: English
    picture: Callable[[str, str], Path | None]
    sound: Callable[[str, str], Path | None]
    sounds: Sounds
    stats_folder: Path
    formulas: FormulaPictures
    imports: Imports
    exports: Exports
    lobbies: Tallies
    boards: Tallies
    tallies: Tallies
    ephemerals: Ephemerals
    untold: Untold
    commands: tuple[Command, ...] = ()
    admins: frozenset[int] = frozenset()

    @property
    def artist(self) -> Artist:
        return Artist(self.say, self.picture, self.formulas.path_of, self.sound)

    async def do(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Carry out one ask, now."""
        return await self.tutor.do(work, self.clock.now(), *args, **kwargs)

    async def see(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Look at much, now, and write nothing: nobody else waits for it."""
        return await self.tutor.see(work, self.clock.now(), *args, **kwargs)

    async def answer(self, update: telegram.Update, outcome: Outcome, page: int = 0) -> None:
        """Show what came of an update: its tap is answered while the message is drawn, so that neither waits for the
        other's way to Telegram.
        """
        chat, query = update.effective_chat, update.callback_query
        assert chat is not None, "every update that is handled has a chat"
        words = answers.words(self.say, outcome.toast, outcome.view is not None)
        if query is None:
            if words and outcome.view is None:
                await self.tell(update, words)
            await self.show(chat.id, outcome, page, thread(update))
            return

        async def show() -> None:
            if isinstance(outcome.toast, Forgotten):
                await self._strip_dead(chat, query)
            await self.show(chat.id, outcome, page, thread(update))

        await self.answered(update, show, words)

    async def answered(self, update: telegram.Update, work: Callable[[], Awaitable[None]], words: str = "") -> None:
        """Do this, and answer the tap meanwhile."""
        assert update.callback_query is not None, "only taps come here"
        await both(self.clock, work, functools.partial(self.outbox.toast, update.callback_query.id, words))

    async def answer_with(self, update: telegram.Update, outcome: Outcome, screen: Awaitable[Screen]) -> None:
        """The same, with this screen in the place of what the outcome's view would be."""
        chat_id = who(update).chat_id

        async def show() -> None:
            await self.draw(chat_id, outcome, await screen, 0)
            await self.strip(chat_id, outcome)

        await self.answered(update, show)

    async def tell(self, update: telegram.Update, words: str) -> None:
        """Say a few words where the update happened."""
        chat = update.effective_chat
        assert chat is not None, "every update that is handled has a chat"
        await self.outbox.send(chat.id, Screen(self.artist.pages([Text(words)])), thread_id=thread(update))

    async def show(
        self,
        chat_id: int,
        outcome: Outcome,
        page: int = 0,
        thread_id: int | None = None,
        permit: Permit | None = None,
    ) -> Delivery | None:
        """Draw the outcome's view, remember where a turn now stands, and take the buttons off what is over; what is
        heard follows.
        """
        delivery: Delivery | None = None
        if outcome.view is not None:
            screen = await self.screen(outcome.view, page)
            # The page comes from a button's payload, which proves nothing.
            delivery = await self.draw(chat_id, outcome, screen, page % len(screen.pages), thread_id, permit)
        await self.strip(chat_id, outcome)
        await self.sounds.pages.follow(chat_id, outcome)
        await self.sounds.follow(chat_id, outcome.view)
        return delivery

    async def screen(self, view: View, page: int = 0) -> Screen:
        """The view as a message, with pictures as `drawn` has them; those of the answer are made while it is asked,
        where no rich message will show it.
        """
        screen = await self.drawn(drawing.screen, view, page)
        match view:
            case TurnView(shown=False) if not self.outbox.rich.is_known:
                self.formulas.prepare(needing_pictures([view.card.front, view.card.back]))
            case GroupTurnView(closed=False):
                # What one member alone sees of it is never a rich message.
                self.formulas.prepare(needing_pictures([view.card.front, view.card.back]))
        return screen

    async def drawn(
        self, draw: Callable[Concatenate[Artist, P], Screen], /, *args: P.args, **kwargs: P.kwargs
    ) -> Screen:
        """What `draw` draws, with the picture of its formulas: where that is not there in two seconds, without it.

        Nobody else waits meanwhile, and where there are no such formulas, or the client draws them, nobody at all.
        """
        missing: list[Formulas] = []

        def sheet(formulas: Formulas) -> Path | None:
            path = self.formulas.path_of(formulas)
            if path is None:
                missing.append(formulas)
            return path

        screen = draw(Artist(self.say, self.picture, sheet, self.sound), *args, **kwargs)
        is_needed = bool(missing) and not self.outbox.rich.surely_takes(screen.rich)
        over = self.formulas.prepare(missing[0]) if is_needed else None
        if over is None:
            return screen
        with without_place(self.clock), contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await over.wait()
        return draw(self.artist, *args, **kwargs) if over.is_set() else screen

    async def strip(self, chat_id: int, outcome: Outcome) -> None:
        """Take the buttons off what is over."""
        for message in outcome.bare:
            await self.strip_one(chat_id, message)

    async def _strip_dead(self, chat: telegram.Chat, query: telegram.CallbackQuery) -> None:
        """Take off the buttons of who was forgotten, where the pace lets that go now: none of them does anything."""
        permit = self.outbox.permit_now(chat.id, Urgency.TALLY) if chat.type == "private" else None
        if permit is not None and query.message is not None:
            await self.outbox.strip(chat.id, query.message.message_id, permit)

    async def strip_one(self, chat_id: int, message: Message) -> None:
        """Take its buttons off; a push that asks for a grade which nobody can give any more is drawn without that."""
        over = await self.see(showing.unanswered, chat_id, message.message_id) if message.media == "text" else None
        screen = None if over is None else await self.screen(over)
        if screen is None or any(page.picture for page in screen.pages):
            await self.outbox.strip(chat_id, message.message_id)
        else:
            bare = replace(screen, leafing=())
            await self.outbox.edit(chat_id, message.message_id, message.media, bare)

    async def draw(
        self,
        chat_id: int,
        outcome: Outcome,
        screen: Screen,
        page: int,
        thread_id: int | None = None,
        permit: Permit | None = None,
        *,
        remember: bool = True,
    ) -> Delivery:
        """Send or edit a screen; where a turn came to stand is written down if it is another message than before.

        Not to `remember` it is for who writes it down together with something else.
        """
        where = outcome.where
        if where is None:
            delivery = await self.outbox.send(
                chat_id, screen, page=page, silent=outcome.silent, thread_id=thread_id, permit=permit
            )
        else:
            delivery = await self.outbox.edit(
                chat_id, where.message_id, where.media, screen, page=page, thread_id=thread_id, permit=permit
            )
        if remember and isinstance(delivery, Sent):
            await self._remember(chat_id, outcome, Message(delivery.message_id, delivery.media))
        return delivery

    async def _remember(self, chat_id: int, outcome: Outcome, now: Message) -> None:
        """Write down where a turn or a question came to stand."""
        if isinstance(outcome.view, TurnView | GroupTurnView) and now != outcome.where:
            await self.do(stands_in, outcome.view.turn_id, now)
            await self.closed_meanwhile(outcome.view)
        if isinstance(outcome.view, Unsaved) and now != outcome.where:
            await self.do(adding.stands_in, chat_id, now)
        if can_be_typed(outcome.view):
            await self.do(typed.asked_in, chat_id, now)

    async def closed_meanwhile(self, view: View) -> None:
        """A group's card that had to wait until its turn was over shows its answer at once."""
        if isinstance(view, GroupTurnView) and not view.closed and await self.do(is_over, view.turn_id):
            await self.tallies.changed(Shown(view.chat_id, view.turn_id), at_once=True)


def is_over(desk: Desk, turn_id: int) -> bool:
    turn = turns.find(desk.db, turn_id)
    return turn is not None and not turn.is_open


def stands_in(desk: Desk, turn_id: int, message: Message) -> None:
    turns.stands_in(desk.db, turn_id, message)


def who(update: telegram.Update) -> Who:
    """The person and the chat of an update. An anonymous administrator's commands come from the group itself."""
    chat, user = update.effective_chat, update.effective_user
    assert chat is not None, "every update that is handled has a chat"
    assert user is not None, "and somebody who did something"
    return Who(user.id, chat.id, update.update_id, user.full_name or "")


def thread(update: telegram.Update) -> int | None:
    """The topic of a group in which the update happened."""
    message = update.effective_message
    if isinstance(message, telegram.Message) and message.is_topic_message:
        return message.message_thread_id
    return None


def tapped_message(update: telegram.Update) -> Message:
    """The message whose button was tapped."""
    assert update.callback_query is not None, "only asked of taps"
    message = update.callback_query.message
    assert message is not None, "taps without a message are answered before"
    assert message.message_id, "what one member alone sees has no id that could be a key: see tapped_alone"
    photo = isinstance(message, telegram.Message) and bool(message.photo)
    return Message(message.message_id, "photo" if photo else "text")


def is_alone(message: telegram.MaybeInaccessibleMessage) -> bool:
    """Whether one member alone sees the message."""
    return not message.message_id


def tapped_alone(update: telegram.Update) -> int:
    """The id of the message that this member alone sees and whose button was tapped; it counts for this member."""
    assert update.callback_query is not None, "only asked of taps"
    message = update.callback_query.message
    assert message is not None, "taps without a message are answered before"
    return int(message.api_kwargs.get("ephemeral_message_id") or 0)


def words_after_command(update: telegram.Update) -> list[str]:
    """What was typed behind the command."""
    text = (update.effective_message.text if update.effective_message else None) or ""
    return text.split()[1:]


async def is_admin(c: Context, update: telegram.Update) -> bool:
    """Whether who did this may set the group up; an anonymous administrator speaks as the group itself."""
    chat, user, message = update.effective_chat, update.effective_user, update.message
    assert chat is not None, "asked of a group's update"
    assert user is not None, "asked of somebody's update"
    if message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id
    return await rooms.is_admin(c.outbox.calls, c.bot, chat.id, user.id)


# What a tapped button does: the tap is the payload, parsed.
TapHandler = Callable[[Context, telegram.Update, Any], Awaitable[None]]
