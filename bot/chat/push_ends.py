"""What came of pushes is written down, of all whose calls ended meanwhile in one transaction."""

from msgspec import Struct

from bot.chat import group
from bot.chat.beside import Beside
from bot.chat.outbox import Delivery, Failed, Gone, Sent, Unsure
from bot.chat.talk import Context, stands_in
from bot.storage.errors import StorageFailed
from bot.storage.turns import Message
from bot.tutor import pushing
from bot.tutor.outcomes import GroupTurnView
from bot.tutor.pushing import Ended, Put


class _Left(Struct, frozen=True):
    """A push of which the call is over."""

    put: Put
    delivery: Delivery


class PushEnds:
    """Completes pushes, and begins with what comes after them."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._unsettled: list[_Left] = []
        self._over: list[_Left] = []
        self._writing = False

    async def settle(self, put: Put, delivery: Delivery) -> None:
        """Take the buttons off the message before, if there is one; then it is to be written down."""
        # Where it failed, that is written first: where the chat is told to wait the other call takes long, and a
        # program that ends meanwhile must know that the push surely failed.
        if put.outcome.bare and not isinstance(delivery, Failed):
            try:
                if isinstance(delivery, Sent):
                    # Before the other message loses its buttons: the process may die in between.
                    await self._c.do(stands_in, put.turn_id, Message(delivery.message_id, delivery.media))
                await self._c.strip(put.push.chat_id, put.outcome)
            except StorageFailed:
                self._unsettled.append(_Left(put, delivery))
                raise
        self._over.append(_Left(put, delivery))
        self._write_more()

    def settle_again(self) -> None:
        """What the database did not take is tried again."""
        unsettled, self._unsettled = self._unsettled, []
        for left in unsettled:
            self._beside.begin(self.settle(left.put, left.delivery), "a push")
        self._write_more()

    def _write_more(self) -> None:
        if self._over and not self._writing:
            self._writing = True
            self._beside.begin(self._write_over(), "the pushes")

    async def _write_over(self) -> None:
        try:
            while self._over:
                some, self._over = self._over, []
                try:
                    await self._c.do(pushing.end, [_ended(left) for left in some])
                except StorageFailed:
                    self._over += some
                    raise
                for left in some:
                    self._follow(left)
        finally:
            self._writing = False

    def _follow(self, left: _Left) -> None:
        """Begin with what comes after a push."""
        put, delivery, chat_id, view = left.put, left.delivery, left.put.push.chat_id, left.put.outcome.view
        if isinstance(delivery, Failed):
            self._beside.begin(self._c.strip(chat_id, put.outcome), "a push")
        if isinstance(delivery, Sent) and isinstance(view, GroupTurnView):
            self._beside.begin(self._c.closed_meanwhile(view), "a push")
        if isinstance(delivery, Sent) and not self._c.sounds.is_silent(chat_id, view):
            self._beside.begin(self._c.sounds.follow(chat_id, view), "what is heard with a push")
        if put.closed is not None:
            self._beside.begin(group.draw_closed(self._c, put.closed), "a closed turn")


def _ended(left: _Left) -> Ended:
    match left.delivery:
        case Sent(message_id=message_id, media=media):
            return pushing.sent(left.put.turn_id, Message(message_id, media))
        case Gone():
            return pushing.was_gone(left.put.turn_id)
        case Unsure():
            return pushing.unsure(left.put.turn_id)
        case Failed():
            return pushing.failed(left.put.turn_id)
