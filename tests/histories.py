"""Invented histories of study groups, and what nobody may ever have been shown in them.

`python -m tests.histories --many 1000` plays a thousand of them; the tests play a few. A seed is always the same
history.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import SERVERS, Button, Message
from tests.memory import in_memory
from tests.people import BotHere
from tests.privacy import Onlooker

CARDS = 60
STEPS = 14
LOBBY_SECONDS = 31
# Real seconds after which the bot is taken to wait.
PATIENCE_SECONDS = 3.0
SPANS_SECONDS = (5, 21, LOBBY_SECONDS, 70, 11 * 60, 26 * 3600)
WISHES = ((), ("Start",), ("Race", "Start"), ("Fast", "Race", "Start"))
# No two cards share a word of their backs, and no word of a back is in any front or text of ours.
DECK = "".join(f"Which word belongs to number {n}?;zq{n}x{'y' * (n % 3)}\n" for n in range(CARDS))
# Now and then an answer that no alert can hold.
LONG = "".join(f"Which long word belongs to number {n}?;zr{n}x {'long ' * 60}\n" for n in range(CARDS, 2 * CARDS))
FRONT, BACK = r"number (\d+)\?", r"z[qr](\d+)xy*"


class Histories:
    """Groups of one bot, one after the other, whose members do whatever members may do."""

    def __init__(self, playground: Playground, bot: BotHere, people: list[Somebody]) -> None:
        self._playground = playground
        self._bot = bot
        self._people = people
        self._onlooker = Onlooker(playground.world, bot.folder / "deckhand.db", FRONT, BACK)

    async def play(self, seed: int) -> None:
        """One group's history; raises AssertionError with its steps when somebody was shown what they may not see."""
        dice = random.Random(seed)
        members = dice.sample(self._people, dice.randint(1, len(self._people)))
        before, self._playground.world.server = self._playground.world.server, dice.choice(SERVERS)
        # Nobody puts another server under a running bot without its connections breaking (test_flip_servers.py).
        if dice.random() < 0.3 or before != self._playground.world.server:
            await self._bot.restart()
        group = self._playground.group(f"Group {seed}", members, with_bot=False)
        await group.adds_bot(members[0])
        steps = [f"seed {seed}, server {self._playground.world.server}, {len(members)} members"]
        await members[0].taps(dice.choice(("Words", "Long words")), chat=group)
        await members[0].sends("/quiz", group)
        for _ in range(STEPS):
            somebody = dice.choice(members)
            steps.append(await self._patiently(self._step(dice, somebody, group)))
            wrong = self._onlooker.look()
            assert not wrong, "\n".join([*steps, *wrong])

    async def _patiently(self, acting: Coroutine[Any, Any, str]) -> str:
        """What somebody did; time passes while the bot waits for its pace in that group."""
        task = asyncio.ensure_future(acting)
        while not (await asyncio.wait({task}, timeout=PATIENCE_SECONDS))[0]:
            await self._playground.clock.advance(seconds=30)
        return task.result()

    async def _step(self, dice: random.Random, somebody: Somebody, group: Group) -> str:
        how = dice.random()
        if how < 0.1:
            await somebody.sends("/quiz", group)
            return f"{somebody.name} /quiz"
        if how < 0.14:
            wished = dice.choice(WISHES)
            await self._begin_round(somebody, group, wished)
            return " ".join([f"{somebody.name} /round", *wished])
        if how < 0.24:
            seconds = dice.choice(SPANS_SECONDS)
            await self._playground.clock.advance(seconds=seconds)
            return f"{seconds} s"
        if how < 0.28:
            somebody.restarts_app()
            return f"{somebody.name} restarts the app"
        place = group if dice.random() < 0.85 else None
        buttons = [*_buttons(somebody.view(place).messages())]
        if not buttons:
            return "nothing to tap"
        message, button = dice.choice(buttons)
        data = button.data
        if dice.random() < 0.08:
            # What a button of another member carries, tapped by this one.
            data = dice.choice(
                [each.data for other in self._people for _, each in _buttons(other.view(group).messages())] or [data]
            )
        self._onlooker.tapped(somebody.id, data)
        await somebody.taps_data(message, data)
        if somebody.answers and somebody.answers[-1].url:
            await somebody.follows()
        return f"{somebody.name} taps {button.text!r} ({data}) on {message.id}"

    async def _begin_round(self, somebody: Somebody, group: Group, wished: tuple[str, ...]) -> None:
        """Somebody sets a live round up, as far as the group has none, and may let it begin."""
        await somebody.sends("/round", group)
        for label in wished:
            found = [each for each in _buttons(somebody.view(group).messages()) if each[1].text == label]
            if found:
                message, button = found[-1]
                await somebody.taps_data(message, button.data)
        if wished:
            await self._playground.clock.advance(seconds=LOBBY_SECONDS)


class _Errors(logging.Handler):
    """What the bot logs as its own fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _buttons(messages: list[Message]) -> Iterator[tuple[Message, Button]]:
    for message in messages[-3:]:
        for row in message.rows:
            for button in row:
                if button.data:
                    yield message, button


async def play_many(seeds: range) -> None:
    """Play those histories with one bot."""
    with tempfile.TemporaryDirectory(dir=in_memory()) as name:
        folder = Path(name)
        decks = folder / "decks"
        decks.mkdir()
        (decks / "words.txt").write_text(DECK, "utf-8")
        (decks / "long_words.txt").write_text(LONG, "utf-8")
        playground = Playground(held=True, start=datetime(2026, 3, 2, 9, tzinfo=UTC), strict=True)
        await playground.start()
        bot = BotHere(playground, folder, decks)
        await bot.start()
        histories = Histories(playground, bot, [playground.person(name) for name in ("Anna", "Ben", "Cleo", "Dora")])
        errors = _Errors()
        logging.getLogger().addHandler(errors)
        try:
            for seed in seeds:
                await histories.play(seed)
                assert not errors.lines, f"seed {seed}: {errors.lines}"
        finally:
            logging.getLogger().removeHandler(errors)
            await bot.stop()
            await playground.stop()
        assert not playground.complaints, playground.complaints


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the first of them")
    given = parser.parse_args()
    # A world remembers all that was ever shown, so each bot plays so many.
    for first in range(given.seed, given.seed + given.many, 50):
        asyncio.run(play_many(range(first, min(first + 50, given.seed + given.many))))
        sys.stdout.write(f"histories {first} to {first + 49}: nobody was shown what they may not see\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
