"""Recordings beside the card that they belong to: sent once for a side and a turn, taken away with the turn."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import telegram

from bot.chat.hearing import Hearing
from bot.chat.outbox import Outbox
from bot.chat.pace import Urgency
from bot.chat.playing import Player
from bot.chat.refusals import NOT_DONE_YET
from bot.chat.texts import English
from bot.chat.timekeeper import Clock
from bot.storage.recordings import Recording
from bot.tutor import Desk, Tutor, sounding
from bot.tutor.outcomes import GroupTurnView, TurnView, View
from bot.tutor.sounding import Due

T = TypeVar("T")
P = ParamSpec("P")

# In a group a recording is sent where the pace leaves room for the card's end, the next card and some tallies.
ROOM = 4


class Sounds:
    """Keeps what is heard in step with what is seen. `find(deck_file, name)`: where a recording lies.

    Of turns; `pages` does it for pages on which somebody asks to hear something.
    """

    def __init__(
        self,
        bot: telegram.Bot,
        outbox: Outbox,
        tutor: Tutor,
        clock: Clock,
        find: Callable[[str, str], Path | None],
        say: English,
    ) -> None:
        self._outbox = outbox
        self._tutor = tutor
        self._clock = clock
        self._player = Player(bot, outbox, find, say)
        self.pages = Hearing(self._player, tutor, clock)
        # By chat, so that whoever studies what cannot be heard costs nothing: the turns that have recordings there,
        self._standing: dict[int, frozenset[int]] = {}
        # and the turn of which all is there, with the answer or without.
        self._whole: dict[int, tuple[int, bool]] = {}
        outbox.calls.on_move.append(self.moved)

    async def begin(self) -> None:
        """Learn what an earlier life of the bot left in the chats, and take away what is over."""
        await self.pages.begin()
        over: list[int] = []
        for chat_id, turn_id, is_over in await self._do(sounding.standing):
            self._standing[chat_id] = self._standing.get(chat_id, frozenset()) | {turn_id}
            over += [chat_id] * is_over
        for chat_id in dict.fromkeys(over):
            await self.follow(chat_id, None)

    def is_silent(self, chat_id: int, view: View | None) -> bool:
        """Whether nothing can be heard in a chat, nor in what was drawn there: `follow` has nothing to do then."""
        return _drawn(view) is None and chat_id not in self._standing and not self.pages.has_some(chat_id)

    async def follow(self, chat_id: int, view: View | None) -> None:
        """Send what belongs to the turn that was drawn in a chat, and take away what belongs to no open one."""
        if isinstance(view, TurnView):
            # What was heard of another card is no part of the question.
            await self.pages.end(chat_id)
        drawn = _drawn(view)
        standing = self._standing.get(chat_id, frozenset())
        if drawn is None and not standing:
            return
        if drawn is not None and self._whole.get(chat_id) == drawn and standing <= {drawn[0]}:
            return
        turn_id = None if drawn is None else drawn[0]
        found = await self._do(sounding.beside, chat_id, turn_id, standing)
        where = self._outbox.calls.where(chat_id)
        self._standing[where] = self._standing.get(where, frozenset()) | found.turns
        await self._take_away(chat_id, found.over)
        done = [await self._play(chat_id, due, in_group=isinstance(view, GroupTurnView)) for due in found.due]
        if drawn is not None and all(done):
            self._whole[self._outbox.calls.where(chat_id)] = drawn

    def moved(self, old: int, new: int) -> None:
        """What has recordings in a group goes along when that moves."""
        if (turn_ids := self._standing.pop(old, None)) is not None:
            self._standing[new] = self._standing.get(new, frozenset()) | turn_ids
        self._whole.pop(old, None)

    async def end(self, chat_id: int) -> None:
        """Take away all there is in a chat."""
        await self.pages.end(chat_id)
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
        if ids and not await self._player.take_away(chat_id, ids):
            return
        turn_ids = frozenset(each.turn_id for each in over)
        await self._do(sounding.taken_away, turn_ids)
        where = self._outbox.calls.where(chat_id)  # it may have moved just now
        left = self._standing.get(where, frozenset()) - turn_ids
        if left:
            self._standing[where] = left
        else:
            self._standing.pop(where, None)
            self._whole.pop(where, None)

    # Sending

    async def _play(self, chat_id: int, due: Due, *, in_group: bool) -> bool:
        """Whether nothing is left to do for a recording: it was sent, may have been, or never can be."""
        file = await self._player.file(due.deck_file, due.name)
        if file is None:
            return True
        permit = self._outbox.permit_now(chat_id, Urgency.PUSH, new=True, spare=ROOM) if in_group else None
        if in_group and permit is None:
            return False
        if not await self._do(sounding.claim, due, self._outbox.calls.where(chat_id)):
            if permit is not None:
                self._outbox.give_back(permit)
            return True
        meaning, message_id = await self._player.play(chat_id, file, due.reply_to, due.thread_id, permit)
        if meaning in NOT_DONE_YET:
            await self._do(sounding.give_back, due)
            return False
        where = self._outbox.calls.where(chat_id)
        if message_id is not None and not await self._do(sounding.stands_in, due, where, message_id):
            # Its turn ended while it was on its way.
            await self._player.take_away(chat_id, [message_id])
        return True


def _drawn(view: View | None) -> tuple[int, bool] | None:
    """The turn that a view shows, and whether with its answer; None if nothing can be heard in it."""
    match view:
        case TurnView(turn_id=turn_id, card=card, shown=shown) if sounding.has_some(card):
            return turn_id, shown
        case GroupTurnView(turn_id=turn_id, card=card, closed=closed) if sounding.has_some(card):
            return turn_id, closed
    return None
