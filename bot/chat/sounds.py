"""Recordings beside the card that they belong to: sent once for a side and a turn, taken away with the turn.

Telegram lets a bot delete a message for 48 hours; what is older stays.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import telegram
from msgspec import Struct
from msgspec.structs import replace
from telegram import InputFile, ReplyParameters

from bot.chat.calls import Manner, Refused
from bot.chat.outbox import BYTES_A_SECOND, Outbox
from bot.chat.pace import Permit, Urgency
from bot.chat.refusals import Meaning
from bot.chat.request import MEDIA_WRITE_SECONDS
from bot.chat.texts import English
from bot.chat.timekeeper import Clock
from bot.decks.recording import Kind, kind_of
from bot.storage.recordings import Recording
from bot.tutor import Desk, Tutor, sounding
from bot.tutor.outcomes import GroupTurnView, TurnView, View
from bot.tutor.sounding import Due

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

# In a group a recording is sent where the pace leaves room for the card's end, the next card and some tallies.
ROOM = 4
MOST_AT_ONCE = 100
"""Messages that one call deletes, the platform's limit."""


class _File(Struct, frozen=True):
    path: Path
    kind: Kind
    size: int


class Sounds:
    """Keeps what is heard in step with what is seen. `find(deck_file, name)`: where a recording lies."""

    def __init__(
        self,
        bot: telegram.Bot,
        outbox: Outbox,
        tutor: Tutor,
        clock: Clock,
        find: Callable[[str, str], Path | None],
        say: English,
    ) -> None:
        self._bot = bot
        self._outbox = outbox
        self._tutor = tutor
        self._clock = clock
        self._find = find
        self._say = say
        # By chat, so that whoever studies what cannot be heard costs nothing: the turns that have recordings there,
        self._standing: dict[int, frozenset[int]] = {}
        # and the turn of which all is there, with the answer or without.
        self._whole: dict[int, tuple[int, bool]] = {}

    async def begin(self) -> None:
        """Learn what an earlier life of the bot left in the chats, and take away what is over."""
        over: list[int] = []
        for chat_id, turn_id, is_over in await self._do(sounding.standing):
            self._standing[chat_id] = self._standing.get(chat_id, frozenset()) | {turn_id}
            over += [chat_id] * is_over
        for chat_id in dict.fromkeys(over):
            await self.follow(chat_id, None)

    async def follow(self, chat_id: int, view: View | None) -> None:
        """Send what belongs to the turn that was drawn in a chat, and take away what belongs to no open one."""
        drawn = _drawn(view)
        standing = self._standing.get(chat_id, frozenset())
        if drawn is None and not standing:
            return
        if drawn is not None and self._whole.get(chat_id) == drawn and standing <= {drawn[0]}:
            return
        turn_id = None if drawn is None else drawn[0]
        found = await self._do(sounding.beside, chat_id, turn_id, standing)
        self._standing[chat_id] = self._standing.get(chat_id, frozenset()) | found.turns
        await self._take_away(chat_id, found.over)
        done = [await self._play(chat_id, due, in_group=isinstance(view, GroupTurnView)) for due in found.due]
        if drawn is not None and all(done):
            self._whole[chat_id] = drawn

    async def end(self, chat_id: int) -> None:
        """Take away all there is in a chat."""
        turn_ids = self._standing.get(chat_id, frozenset())
        if turn_ids:
            await self._take_away(chat_id, await self._do(sounding.all_of, turn_ids))

    async def _do(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tutor.do(work, self._clock.now(), *args, **kwargs)

    # Taking away

    async def _take_away(self, chat_id: int, over: Sequence[Recording]) -> None:
        if not over:
            return
        # A group that moved left its messages behind, and their ids may be those of others where it is now.
        where = self._outbox.calls.where(chat_id)
        ids = [each.message_id for each in over if each.message_id is not None and each.chat_id == where]
        for at in range(0, len(ids), MOST_AT_ONCE):
            if not await self._delete(chat_id, ids[at : at + MOST_AT_ONCE]):
                return
        turn_ids = frozenset(each.turn_id for each in over)
        await self._do(sounding.taken_away, turn_ids)
        left = self._standing.get(chat_id, frozenset()) - turn_ids
        if left:
            self._standing[chat_id] = left
        else:
            self._standing.pop(chat_id, None)
            self._whole.pop(chat_id, None)

    async def _delete(self, chat_id: int, ids: Sequence[int]) -> bool:
        """Whether they are gone or stay for good; what is missing or too old is skipped there."""

        async def delete(chat: int) -> bool:
            return await self._bot.delete_messages(chat, ids)

        try:
            await self._outbox.calls.make(chat_id, "recordings that are over", delete, Manner(repeat=True))
        except Refused as refused:
            return refused.refusal.meaning not in (Meaning.OPEN, Meaning.NOT_SENT, Meaning.WAIT)
        return True

    # Sending

    async def _play(self, chat_id: int, due: Due, *, in_group: bool) -> bool:
        """Whether nothing is left to do for a recording: it was sent, may have been, or never can be."""
        file = await asyncio.to_thread(_file_of, self._find, due)
        if file is None:
            return True
        permit = self._outbox.permit_now(chat_id, Urgency.PUSH, new=True, spare=ROOM) if in_group else None
        if in_group and permit is None:
            return False
        if not await self._do(sounding.claim, due, self._outbox.calls.where(chat_id)):
            if permit is not None:
                self._outbox.give_back(permit)
            return True
        meaning, message_id = await self._sent(chat_id, due, file, permit)
        if meaning in (Meaning.NOT_SENT, Meaning.WAIT):
            await self._do(sounding.give_back, due)
            return False
        where = self._outbox.calls.where(chat_id)
        if message_id is not None and not await self._do(sounding.stands_in, due, where, message_id):
            # Its turn ended while it was on its way.
            await self._delete(chat_id, [message_id])
        return True

    async def _sent(
        self, chat_id: int, due: Due, file: _File, permit: Permit | None
    ) -> tuple[Meaning | None, int | None]:
        """The new message's id, or what the refusal means.

        What is refused as what it is, is tried as a file, and in a topic that is closed or gone, without it: the card
        stands there as well.
        """
        kinds: list[Kind] = list(dict.fromkeys((file.kind, "document")))
        thread_id, manner = due.thread_id, Manner(repeat=False, new=True, permit=permit)
        while True:
            kind, topic = kinds[0], thread_id

            async def send(chat: int, kind: Kind = kind, topic: int | None = topic) -> telegram.Message:
                return await self._send_once(chat, replace(due, thread_id=topic), file, kind)

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

    async def _send_once(self, chat_id: int, due: Due, file: _File, kind: Kind) -> telegram.Message:
        points = ReplyParameters(due.reply_to, allow_sending_without_reply=True)
        seconds = MEDIA_WRITE_SECONDS + file.size / BYTES_A_SECOND

        async def use(held: Mapping[Path, InputFile | str]) -> telegram.Message:
            sent = held[file.path]
            if kind == "voice":
                return await self._bot.send_voice(
                    chat_id,
                    sent,
                    disable_notification=True,
                    message_thread_id=due.thread_id,
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
                    message_thread_id=due.thread_id,
                    reply_parameters=points,
                    write_timeout=seconds,
                )
            return await self._bot.send_document(
                chat_id,
                sent,
                disable_notification=True,
                message_thread_id=due.thread_id,
                reply_parameters=points,
                write_timeout=seconds,
            )

        return await self._outbox.pictures.put_all([file.path], use, _file_ids, called="recording")


def _drawn(view: View | None) -> tuple[int, bool] | None:
    """The turn that a view shows, and whether with its answer; None if nothing can be heard in it."""
    match view:
        case TurnView(turn_id=turn_id, card=card, shown=shown) if sounding.has_some(card):
            return turn_id, shown
        case GroupTurnView(turn_id=turn_id, card=card, closed=closed) if sounding.has_some(card):
            return turn_id, closed
    return None


def _file_of(find: Callable[[str, str], Path | None], due: Due) -> _File | None:
    """The recording's file; None if it is not there or is no recording."""
    path = find(due.deck_file, due.name)
    kind = None if path is None else kind_of(path)
    try:
        return None if path is None or kind is None else _File(path, kind, path.stat().st_size)
    except OSError:
        return None


def _file_ids(sent: telegram.Message) -> list[str]:
    file = sent.voice or sent.audio or sent.document
    return [] if file is None else [file.file_id]
