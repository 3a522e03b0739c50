"""A group in which nobody looks is asked once whether to go on."""

import telegram

from bot.chat import buttons, drawing
from bot.chat.beside import Beside
from bot.chat.outbox import Failed
from bot.chat.pace import Urgency
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.study.push import PASSED_BY
from bot.tutor import sleeping
from bot.tutor.outcomes import AskToGoOnView

# Where the question surely did not arrive it is asked again after a pause, each twice as long as the one before.
FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0


class Sleepers:
    """Asks those that fell asleep, beside everything else."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._asking: set[int] = set()
        self._pauses: dict[int, float] = {}  # of those that failed, in seconds
        self._not_before: dict[int, float] = {}  # seconds passed

    async def look(self) -> None:
        """Begin to ask whoever is to be asked."""
        now = self._c.clock.passed()
        for chat_id in await self._c.do(sleeping.to_ask):
            if chat_id not in self._asking and self._not_before.get(chat_id, 0.0) <= now:
                self._asking.add(chat_id)
                self._beside.begin(self._ask(chat_id), "a question to a group")

    async def _ask(self, chat_id: int) -> None:
        try:
            permit = await self._c.outbox.permit(chat_id, Urgency.PUSH, new=True)
            question = await self._c.do(sleeping.ask, chat_id)
            if question is None:
                self._c.outbox.give_back(permit)
                return
            screen = drawing.screen(self._c.artist, AskToGoOnView(PASSED_BY))
            sent = await self._c.outbox.send(chat_id, screen, thread_id=question.thread_id, permit=permit)
            if isinstance(sent, Failed):
                pause = self._pauses.get(chat_id, FIRST_PAUSE_SECONDS)
                self._pauses[chat_id] = min(2 * pause, LONGEST_PAUSE_SECONDS)
                self._not_before[chat_id] = self._c.clock.passed() + pause
                await self._c.do(sleeping.not_asked, chat_id)
            else:
                self._pauses.pop(chat_id, None)
                self._not_before.pop(chat_id, None)
        finally:
            self._asking.discard(chat_id)


async def on_go_on(c: Context, update: telegram.Update, tap: buttons.GoOn) -> None:
    """Somebody wants cards again."""
    await c.answer(update, await c.do(sleeping.go_on, who(update), tapped_message(update)))


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GoOn: on_go_on}
