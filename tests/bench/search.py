"""Looking for words among very many cards: the query as /find makes it, and the steps in which cards are read for it.

The words are made up, some of them very common and most of them rare, as in any language; a fifth of the cards is
written as Chinese and Japanese are.
"""

import functools
import itertools
import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.decks.content import Paragraph, Run
from bot.decks.encoded import to_json
from bot.decks.terms import asked
from bot.storage import chats, search, sqlite
from bot.storage.database import Database
from bot.tutor import Tutor, finding
from tests.bench import seed
from tests.bench.table import Figure, below

ALL, FEW = 1, 2  # learners: of all cards, of those of the small deck
LARGE, SMALL = 1, 2  # decks
A_PAGE = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How many cards there are, how many of them are in the small deck, and how many queries of each kind are made."""

    cards: int = 100_000
    small: int = 200
    queries: int = 60
    rounds: int = 3
    vocabulary: int = 30_000
    signs: int = 2_000


class Language:
    """Words of which the first are said often, and signs likewise."""

    def __init__(self, size: Size) -> None:
        self._dice = random.Random(6)
        syllables = ["".join(pair) for pair in itertools.product("bcdfghklmnprstvwz", "aeiou")]
        words: dict[str, None] = {}
        while len(words) < size.vocabulary:
            words["".join(self._dice.choices(syllables, k=self._dice.choice((1, 2, 2, 3, 3, 4))))] = None
        self.words = list(words)
        self.signs = [chr(0x4E00 + number) for number in range(size.signs)]
        self._word_weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(self.words))))
        self._sign_weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self.signs))))

    def text(self, least: int, most: int) -> str:
        """A sentence of so many words."""
        count = self._dice.randint(least, most)
        return " ".join(self._dice.choices(self.words, cum_weights=self._word_weights, k=count))

    def run(self, least: int, most: int) -> str:
        """Signs without a space."""
        count = self._dice.randint(least, most)
        return "".join(self._dice.choices(self.signs, cum_weights=self._sign_weights, k=count))

    def queries(self, count: int) -> dict[str, list[str]]:
        """What people type, by kind: words as often looked for as they are said, rare ones, beginnings, signs."""
        few = len(self.words) // 100
        common, rare = self.words[:20], self.words[-len(self.words) // 3 :]
        draw = self._dice.choice
        return {
            "a common word": [f'"{draw(common)}"' for _ in range(count)],
            "a rare word": [draw(rare) for _ in range(count)],
            "two words": [f"{draw(self.words[:few])} {draw(self.words[:few])}" for _ in range(count)],
            "two letters": [draw(self.words)[:2] for _ in range(count)],
            "two signs": [self.run(2, 2) for _ in range(count)],
        }


async def measure(folder: Path, size: Size) -> list[Figure]:
    path, language = folder / "search.db", Language(size)
    make(path, size, language)
    again = folder / "again.db"
    shutil.copyfile(path, again)
    # They are the same steps twice: what is not in both of a step was another program, or the machine's.
    steps = [min(each) for each in zip(_taken_in(again), _taken_in(path), strict=True)]
    again.unlink()
    figures = [
        below(f"{size.cards} cards read for /find: processor of the longest step", max(steps), 6, "ms"),
        below("  99 of 100 steps within", _p(sorted(steps), 99), 6, "ms"),
        Figure("  half of the steps within", f"{statistics.median(steps):.1f} ms"),
        Figure("  all of them", f"{sum(steps) / 1000:.1f} s"),
    ]
    queries = language.queries(size.queries)
    floors = {kind: _middle([_floor(path, words) for _ in range(size.rounds)]) for kind, words in queries.items()}
    database = await Database.open(path)
    tutor = Tutor(database, "UTC")
    for learner_id, has in ((ALL, size.cards), (FEW, size.small)):
        took = {
            kind: _middle([await _looked_for(tutor, learner_id, words) for _ in range(size.rounds)])
            for kind, words in queries.items()
        }
        every, floor = [sorted(itertools.chain(*of.values())) for of in (took, floors)]
        what = f"/find among {size.cards} cards by who has {has}: p99"
        figures.append(below(what, _p(every, 99), 50, "ms", f"{_p(floor, 99):.1f} ms"))
        figures.append(Figure("  half of them within", f"{_p(every, 50):.1f} ms", f"{_p(floor, 50):.1f} ms"))
        figures += [
            Figure(f"  {kind}: p99", f"{_p(sorted(took[kind]), 99):.1f} ms", f"{_p(sorted(floors[kind]), 99):.1f} ms")
            for kind in queries
        ]
    await database.close()
    return figures


def make(path: Path, size: Size, language: Language) -> None:
    """Two decks, one learner who has both and one who has the small one."""
    db = seed.make(path)
    for deck_id in (LARGE, SMALL):
        db.execute(
            "insert into decks (deck_id, file, slug, name, digest) values (?1, ?1, ?1, ?1, '')", (str(deck_id),)
        )  # fmt: skip
    for learner_id, decks in ((ALL, (LARGE, SMALL)), (FEW, (SMALL,))):
        chats.ensure(db, learner_id, "private")
        for deck_id in decks:
            chats.subscribe(db, learner_id, deck_id, datetime.now(UTC))
    every = size.cards // size.small
    db.executemany(
        "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags) "
        "values (?, ?, 'question', '', '', '[]', ?, ?, ?)",
        (
            (SMALL if number % every == 0 else LARGE, number, *_sides(language, number), f"tag{number % 50}")
            for number in range(size.cards)
        ),
    )
    db.execute("commit")
    db.close()


def _sides(language: Language, number: int) -> tuple[str, str]:
    front = language.run(2, 9) if number % 5 == 0 else language.text(3, 12)
    sides = [to_json((Paragraph((Run(text),)),)) for text in (front, language.text(5, 30))]
    return sides[0], sides[1]


def _taken_in(path: Path) -> list[float]:
    """What each transaction took of the processor in which the index became what it is, in ms.

    As in the bot, where nobody else writes, what stands in the WAL is carried over after any of them: left to pile up
    through a long merge, it would be carried over inside of one of its commits.
    """
    took: list[float] = []
    carried_over = 0
    with closing(sqlite.writer(path)) as db:

        def timed(work: Callable[[], T]) -> T:
            began = time.thread_time()
            done = work()
            took.append(1000 * (time.thread_time() - began))
            return done

        def step(work: Callable[[sqlite3.Connection], T]) -> T:
            nonlocal carried_over
            done = timed(functools.partial(_transaction, db, work))
            if db.total_changes - carried_over >= sqlite.CHANGES_CARRIED_OVER:
                carried_over = db.total_changes
                timed(functools.partial(sqlite.carry_over, db))
            return done

        while unread := search.unread(db):
            step(functools.partial(search.take_in, cards=unread))
            while not step(search.merge):
                pass
    return took


def _transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("begin immediate")
    done = work(db)
    db.execute("commit")
    return done


def _middle(rounds: Sequence[Sequence[float]]) -> list[float]:
    """Of each query the round in the middle: what another program did in one of them is none of ours."""
    return [statistics.median(each) for each in zip(*rounds, strict=True)]


async def _looked_for(tutor: Tutor, learner_id: int, queries: Sequence[str]) -> list[float]:
    took: list[float] = []
    for words in queries:
        began = time.perf_counter()
        await tutor.see(finding.find, datetime.now(UTC), learner_id, words, 0, A_PAGE)
        took.append(1000 * (time.perf_counter() - began))
    return took


def _floor(path: Path, queries: Sequence[str]) -> list[float]:
    """The engine alone: which rows have these words, best first, whoever they belong to."""
    took: list[float] = []
    with closing(sqlite.reader(path)) as db:
        for words in queries:
            match = " ".join(f'"{" ".join(term.words)}"{"*" * term.beginning}' for term in asked(words))
            began = time.perf_counter()
            db.execute(
                "select rowid from card_words where card_words match ? order by rank limit ?", (match, A_PAGE + 1)
            ).fetchall()
            took.append(1000 * (time.perf_counter() - began))
    return took


def _p(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]
