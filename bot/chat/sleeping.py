"""A group in which nobody looks is asked once whether to go on."""

import telegram

from bot.chat import buttons, drawing
from bot.chat.beside import Beside
from bot.chat.outbox import Failed
from bot.chat.pace import Urgency
from bot.chat.rests import Rests
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.study.push import PASSED_BY
from bot.tutor import sleeping
from bot.tutor.outcomes import AskToGoOnView

# Where the question surely did not arrive it is asked again after a rest.
FIRST_REST_SECONDS = 60.0
LONGEST_REST_SECONDS = 3600.0


class Sleepers:
    """Asks those that fell asleep, beside everything else."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._asking: set[int] = set()
        self._rests: Rests[int] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)

    async def look(self) -> None:
        """Begin to ask whoever is to be asked."""
        found = await self._c.do(sleeping.to_ask)
        # Asked only now, as in telling: one that was being asked may have failed meanwhile, and rests.
        resting = self._rests.resting(self._c.clock.passed())
        for chat_id in found:
            if chat_id not in self._asking | resting:
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
                self._rests.begin(chat_id, self._c.clock.passed())
                await self._c.do(sleeping.not_asked, chat_id)
            else:
                self._rests.over(chat_id)
        finally:
            self._asking.discard(chat_id)


async def on_go_on(c: Context, update: telegram.Update, tap: buttons.GoOn) -> None:
    """Somebody wants cards again."""
    await c.answer(update, await c.do(sleeping.go_on, who(update), tapped_message(update)))


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GoOn: on_go_on}
