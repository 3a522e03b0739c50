"""The beat of live rounds: takes each step that is due, and shows it as the group's pace allows.

A step is written down before it is shown; what is lost of the showing is shown by the next step, or after a restart.
"""

from bot.chat.beside import Beside
from bot.chat.group import draw_closed
from bot.chat.outbox import Delivery, Failed, Gone, Sent
from bot.chat.pace import Permit, Urgency
from bot.chat.rests import Rests
from bot.chat.talk import Context
from bot.storage.turns import Message
from bot.tutor import racing, steps
from bot.tutor.group import Closed
from bot.tutor.live import RoundLobbyView
from bot.tutor.outcomes import Outcome
from bot.tutor.racing import Fields
from bot.tutor.steps import Answer, Ask, Due, GivenUp, Step, Table

# What surely failed, or may have, is tried again after a rest.
FIRST_REST_SECONDS = 2.0
LONGEST_REST_SECONDS = 60.0


class RoundSteps:
    """Takes the steps of all rounds, one at a time for each."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._in_hand: set[int] = set()
        self._rests: Rests[int] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        self._fields: dict[int, Fields] = {}  # of races that go on: looked at once

    async def tick(self) -> None:
        """Begin every step that is due."""
        self._c.lobbies.draw_due()
        found = await self._c.do(steps.due)
        # Asked only now: what was in hand may have failed meanwhile, and rests.
        resting = self._rests.resting(self._c.clock.passed())
        for due in found:
            if due.round_id not in self._in_hand | resting:
                self._in_hand.add(due.round_id)
                self._beside.begin(self._step(due), "a round")

    async def _step(self, due: Due) -> None:
        try:
            if held := self._c.outbox.held_for(due.chat_id):
                self._rest(due.round_id, held)
                return
            if due.races and due.round_id not in self._fields:
                self._fields[due.round_id] = await self._c.see(racing.fields, due.round_id)
            permit = await self._c.outbox.permit(due.chat_id, Urgency.ANSWER, new=True) if due.new else None
            step = await self._c.do(steps.take, due.round_id, due.late, self._fields.get(due.round_id, {}))
            if permit is not None and not isinstance(step, Ask | Table):
                self._c.outbox.give_back(permit)
            await self._show(due.round_id, step, permit)
        except Exception:
            # Else it would be tried at every tick.
            self._rest(due.round_id, 0)
            raise
        finally:
            self._in_hand.discard(due.round_id)

    async def _show(self, round_id: int, step: Step | None, permit: Permit | None) -> None:
        if not isinstance(step, Ask | Answer):
            self._fields.pop(round_id, None)
        match step:
            case Ask():
                await self._ask(round_id, step, permit)
                await self._over(step.chat_id, step.thread_id, step.closed, step.lobby)
            case Answer(closed=closed):
                await self._over(0, None, closed, None)
            case Table():
                await self._over(step.chat_id, step.thread_id, step.closed, step.lobby)
                await self._table(round_id, step, permit)
            case GivenUp():
                outcome = Outcome(step.view, step.where)
                await self._draw(step.chat_id, outcome, step.thread_id, None)

    async def _ask(self, round_id: int, step: Ask, permit: Permit | None) -> None:
        delivery = await self._draw(step.chat_id, Outcome(step.view, silent=step.silent), step.thread_id, permit)
        if not isinstance(delivery, Sent):
            await self._not_sent(round_id, step.chat_id, delivery)
            return
        self._rests.over(round_id)
        closed = await self._c.do(steps.stood, step.turn_id, Message(delivery.message_id, delivery.media))
        if closed is not None:
            await draw_closed(self._c, closed)
        else:
            await self._c.sounds.follow(step.chat_id, step.view)

    async def _table(self, round_id: int, step: Table, permit: Permit | None) -> None:
        delivery = await self._draw(step.chat_id, Outcome(step.view, silent=step.silent), step.thread_id, permit)
        match delivery:
            case Sent(message_id=message_id, media=media):
                await self._c.do(steps.told, round_id, Message(message_id, media))
            case Gone() | Failed(refused=True):
                await self._c.do(steps.refused, round_id)
            case _:
                self._rest(round_id, self._c.outbox.held_for(step.chat_id))
        await self._c.sounds.follow(step.chat_id, None)

    async def _not_sent(self, round_id: int, chat_id: int, delivery: Delivery) -> None:
        match delivery:
            case Gone() | Failed(refused=True):
                self._fields.pop(round_id, None)
                await self._c.do(steps.refused, round_id)
            case _:
                self._rest(round_id, self._c.outbox.held_for(chat_id))

    async def _over(
        self,
        chat_id: int,
        thread_id: int | None,
        closed: Closed | None,
        lobby: tuple[RoundLobbyView, Message] | None,
    ) -> None:
        """What the step has ended shows that it is over."""
        if closed is not None:
            await draw_closed(self._c, closed)
        if lobby is not None:
            # Beside, as the pace may let it go late, and the next step waits for this one.
            self._beside.begin(self._lobby(chat_id, thread_id, *lobby), "a round's lobby")

    async def _lobby(self, chat_id: int, thread_id: int | None, view: RoundLobbyView, where: Message) -> None:
        await self._draw(chat_id, Outcome(view, where), thread_id, None)

    async def _draw(self, chat_id: int, outcome: Outcome, thread_id: int | None, permit: Permit | None) -> Delivery:
        assert outcome.view is not None, "a step shows something"
        screen = await self._c.screen(outcome.view)
        return await self._c.draw(chat_id, outcome, screen, 0, thread_id, permit=permit, remember=False)

    def _rest(self, round_id: int, seconds: float) -> None:
        self._rests.begin(round_id, self._c.clock.passed(), seconds)
