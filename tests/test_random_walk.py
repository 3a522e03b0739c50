"""Somebody taps whatever stands there or ever stood there and types what comes to mind, for weeks."""

import random

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.values import Button, Message
from tests.notebook import differences, log, open_turns
from tests.people import BotHere

TYPED = (
    "/start",
    "/quiz",
    "/quiz capitals 2",
    "/undo",
    "/undo",
    "/decks",
    "/settings",
    "/help",
    "7:30",
    "Berlin",
    "hm",
)
SPANS = (1 / 60, 5, 11, 60, 60 * 9, 60 * 24, 60 * 24 * 4)
STEPS = 110
# The picture takes longer than all else, and erasing would begin every walk anew.
LEFT_OUT = ("st", "f:1")


class Walk:
    """One walk: what was ever shown, and what has to hold after every step."""

    def __init__(self, bot: BotHere, somebody: Somebody, clock: WorldClock, seed: int) -> None:
        self.bot = bot
        self.somebody = somebody
        self.clock = clock
        self.dice = random.Random(seed)
        self.shown: dict[tuple[int, str], Message] = {}
        self.steps: list[str] = []

    async def step(self) -> None:
        """One thing that people do."""
        how = self.dice.random()
        if how < 0.5:
            await self.tap(self.living())
        elif how < 0.7:
            await self.tap([(message, data) for (_, data), message in self.shown.items()])
        elif how < 0.85:
            text = self.dice.choice(TYPED)
            self.steps.append(text)
            await self.somebody.sends(text)
        else:
            minutes = self.dice.choice(SPANS)
            self.steps.append(f"{minutes:g} minutes")
            await self.clock.advance(minutes=minutes)
        for message, data in self.living():
            self.shown[message.id, data] = message

    def living(self) -> list[tuple[Message, str]]:
        """The buttons that stand there now."""
        rows = [(message, button) for message in self.somebody.messages() for row in message.rows for button in row]
        return [(message, button.data) for message, button in rows if _may(button)]

    async def tap(self, buttons: list[tuple[Message, str]]) -> None:
        """Tap one of them; a live grade counts once at most, as does forgetting, and every tap is answered."""
        if not buttons:
            return
        message, data = self.dice.choice(buttons)
        self.steps.append(f"tap {data} on {message.id}")
        answered, entries = len(self.somebody.answers), len(log(self.bot, self.somebody))
        await self.somebody.taps_data(message, data)
        assert len(self.somebody.answers) == answered + 1
        assert "notebook" not in self.somebody.toast
        assert len(log(self.bot, self.somebody)) - entries in ((0, 1) if data.startswith(("g", "u", "kf")) else (0,))

    def check(self) -> None:
        """One open turn at most, its buttons in one message only, and memories that the log leads to."""
        turns = open_turns(self.bot, self.somebody)
        assert len(turns) <= 1
        asking = {message.id for message, data in self.living() if data.startswith(("s:", "g:", "l:", "z:"))}
        assert asking <= set(turns)
        assert differences(self.bot) == ()


def _may(button: Button) -> bool:
    return bool(button.data) and not button.data.startswith(LEFT_OUT)


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_tapped_the_notebook_agrees(
    bot: BotHere, anna: Somebody, clock: WorldClock, seed: int
) -> None:
    """Live and dead buttons, commands and weeks in any order: answered, graded once, one open turn, no difference."""
    walk = Walk(bot, anna, clock, seed)
    await anna.sends("/start")
    await anna.taps("Capitals")
    for _ in range(STEPS):
        await walk.step()
        try:
            walk.check()
        except AssertionError as error:
            raise AssertionError("\n".join(walk.steps[-12:])) from error
    assert log(bot, anna)
