"""Invented histories of study groups, and what nobody may ever have been shown in them.

`python -m tests.histories --many 1000` plays a thousand of them; the tests play a few. A seed is always the same
history.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import Button, Message, Sight
from tests.memory import in_memory
from tests.people import BotHere

CARDS = 60
STEPS = 14
SPANS_SECONDS = (5, 21, 70, 11 * 60, 26 * 3600)
SERVERS = ("10.3", "10.2", "10.1")
# No two cards share a word of their backs, and no word of a back is in any front or text of ours.
DECK = "".join(f"Which word belongs to number {n}?;zq{n}x{'y' * (n % 3)}\n" for n in range(CARDS))
# Now and then an answer that no alert can hold.
LONG = "".join(f"Which long word belongs to number {n}?;zr{n}x {'long ' * 60}\n" for n in range(CARDS))
_BACK = re.compile(r"z[qr]\d+xy*")
_INTERVAL = re.compile(r"· ?[\d.]+(m|h|d|mo|y)\b|[Bb]ack in \d|[Bb]ack (today|tomorrow)")
_GRADED = re.compile(r"(Again|Hard|Good|Easy), back")


class Histories:
    """Groups of one bot, one after the other, whose members do whatever members may do."""

    def __init__(self, playground: Playground, bot: BotHere, people: list[Somebody]) -> None:
        self._playground = playground
        self._bot = bot
        self._people = people
        self._checked = dict.fromkeys((each.id for each in people), 0)
        self._asked: dict[int, set[str]] = {each.id: set() for each in people}

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
            steps.append(await self._step(dice, somebody, group))
            try:
                self._check()
            except AssertionError as error:
                raise AssertionError("\n".join([*steps, str(error)])) from error

    async def _step(self, dice: random.Random, somebody: Somebody, group: Group) -> str:
        how = dice.random()
        if how < 0.12:
            await somebody.sends("/quiz", group)
            return f"{somebody.name} /quiz"
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
        if data.startswith("gs:"):
            # Whatever was tapped, it asks for this answer.
            self._asked[somebody.id] |= self._numbers("where turn_id = ?", int(data.partition(":")[2]))
        elif button.text == "Show answer" and data == button.data:
            self._asked[somebody.id] |= {message.text.partition("number ")[2].partition("?")[0]}
        await somebody.taps_data(message, data)
        if somebody.answers and somebody.answers[-1].url:
            await somebody.follows()
        return f"{somebody.name} taps {button.text!r} ({data}) on {message.id}"

    def _check(self) -> None:
        """Whatever anybody was newly shown, they may see."""
        over = self._over()
        for somebody in self._people:
            seen = somebody.was_shown
            for sight in seen[self._checked[somebody.id] :]:
                self._check_sight(somebody, sight, over)
            self._checked[somebody.id] = len(seen)

    def _check_sight(self, somebody: Somebody, sight: Sight, over: set[str]) -> None:
        for back in _BACK.findall(sight.text):
            number = re.sub(r"^z[qr]|xy*$", "", back)
            assert number in over | self._asked[somebody.id], f"{somebody.name} was shown {back} early: {sight}"
        words = "\n".join([sight.text, *sight.labels])
        if sight.chat_id < 0 and sight.message is not None and sight.message.receiver is None:
            assert not _INTERVAL.search(words), f"shown to all: {words}"
        for grade in _GRADED.findall(sight.text):
            assert grade in self._grades_of(somebody), f"{somebody.name} never graded {grade}: {sight}"

    def _grades_of(self, somebody: Somebody) -> set[str]:
        with closing(sqlite3.connect(self._bot.folder / "deckhand.db")) as db:
            rows = db.execute("select distinct grade from reviews where learner_id = ?", (somebody.id,)).fetchall()
        return {("Again", "Hard", "Good", "Easy")[grade - 1] for (grade,) in rows if grade is not None}

    def _over(self) -> set[str]:
        """The numbers of the cards whose turn in some group was closed."""
        return self._numbers("where learner_id is null and closed_at is not null")

    def _numbers(self, which: str, *values: int) -> set[str]:
        """The numbers of the cards of these turns."""
        with closing(sqlite3.connect(self._bot.folder / "deckhand.db")) as db:
            rows = db.execute(f"select front from turns join cards using (card_id) {which}", values).fetchall()
        return {str(front).partition("number ")[2].partition("?")[0] for (front,) in rows}


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
        try:
            for seed in seeds:
                await histories.play(seed)
        finally:
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
