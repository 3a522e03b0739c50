"""The next card of one learner with very many: the transaction that grades and chooses, through the real database; and
what it takes to draw a card, both ways.

Run as a process of its own: `python -m tests.bench.cards PATH GRADES` prints how long each transaction took, in ms.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.chat import rich
from bot.chat.plain import Text, draw
from bot.decks import reading
from bot.decks.card import Card
from bot.decks.content import Content
from bot.storage import turns
from bot.storage.database import Database
from bot.storage.turns import Message
from bot.study.memory import Grade
from bot.tutor import Tutor, asking, showing
from bot.tutor.asking import Wish
from bot.tutor.desk import Desk
from bot.tutor.outcomes import TurnView, Who
from tests.bench import seed
from tests.bench.child import measured_core
from tests.bench.learners import FIRST_ID
from tests.bench.table import Figure, above, below
from tests.people import surroundings

HERE = Message(1, "text")
GALLERY = Path(__file__).parents[1] / "gallery" / "cards.txt"
# What the issue asks of drawing a card whose formulas were read before.
MOST_MS_OF_A_DRAWING = 2.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much one learner has, how much others have, and how much is asked."""

    cards: int = 20_000
    due: int = 5_000
    others: int = 1_000_000
    grades: int = 150
    rounds: int = 5


async def measure(folder: Path, size: Size) -> list[Figure]:
    alone, crowded = folder / "alone.db", folder / "crowded.db"
    make(alone, folder, size, 0)
    make(crowded, folder, size, size.others)
    took: dict[Path, list[list[float]]] = {alone: [], crowded: []}
    for _ in range(size.rounds):
        for path, rounds in took.items():
            rounds.append(await _graded(path, size.grades))
    # Of several rounds the middle one: what another program did in one of them is none of ours.
    p99 = {path: statistics.median(map(_p99, rounds)) for path, rounds in took.items()}
    ratios = [_p99(ours) / _p99(theirs) for ours, theirs in zip(took[alone], took[crowded], strict=True)]
    middle = {path: statistics.median(each for one in rounds for each in one) for path, rounds in took.items()}
    what = f"next card, {size.cards} cards, {size.due} due: p99"
    return [
        below(what, p99[alone], 5, "ms", digits=2),
        Figure("  half of them within", f"{middle[alone]:.2f} ms"),
        above(
            f"  with {size.others} memories of others",
            f"{p99[crowded]:.2f} ms",
            f"{p99[alone]:.2f} ms",
            statistics.median(ratios),
            round(1 / 1.15, 2),
        ),
        Figure("  half of them within", f"{middle[crowded]:.2f} ms", f"{middle[alone]:.2f} ms"),
        *drawing(),
    ]


def drawing() -> list[Figure]:
    """Both sides of each card of the gallery, which are as different as cards can be, formulas read before."""
    cards = reading.read(GALLERY.read_bytes(), GALLERY.name)[0].cards
    figures: list[Figure] = []
    for way, drawn in (("as text and pictures", _drawn_plain), ("as rich messages", _drawn_rich)):
        took = sorted(_best_ms(drawn, card) for card in cards)
        what = f"drawing {way}, {len(cards)} very different cards: the slowest"
        figures.append(below(what, took[-1], MOST_MS_OF_A_DRAWING, "ms", digits=2))
        figures.append(Figure("  half of them within", f"{statistics.median(took):.2f} ms"))
    return figures


def _best_ms(drawn: Callable[[Card], object], card: Card) -> float:
    took: list[float] = []
    for _ in range(6):
        began = time.perf_counter()
        drawn(card)
        took.append(1000 * (time.perf_counter() - began))
    return min(took)


def _parts(card: Card) -> list[Content | Text]:
    return [Text("Gallery · 1/60"), card.front, Text("─────"), card.back]


def _drawn_plain(card: Card) -> object:
    return draw(_parts(card), Path)


def _drawn_rich(card: Card) -> object:
    """With the question whether it gains anything."""
    rich.gains([card.front, card.back], Path, ())
    return rich.draw(_parts(card), Path)


def make(path: Path, folder: Path, size: Size, others: int) -> None:
    """One learner who has met all cards of a deck, beside others with a thousand memories each."""
    db = seed.make(path)
    seed.add_deck(db, 1, size.cards, folder / "decks")
    seed.add_people(db, FIRST_ID, 1, 1)
    each = min(1000, size.cards)
    if others:
        seed.add_people(db, seed.OTHERS_FIRST_ID, others // each, 1)
        seed.add_memories(db, seed.OTHERS_FIRST_ID, others // each, 1, met=each, due=each // 4)
    seed.add_memories(db, FIRST_ID, 1, 1, met=size.cards, due=size.due)
    seed.done(db)


async def _graded(path: Path, grades: int) -> list[float]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.cards", str(path), str(grades)),
        env=surroundings(),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=measured_core,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    found: list[float] = json.loads(said)
    return found


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


async def main(path: Path, grades: int) -> None:
    database = await Database.open(path)
    tutor = Tutor(database, "Etc/UTC")
    update_id = int(time.time() * 1000)
    who = Who(FIRST_ID, FIRST_ID, update_id)
    view = (await tutor.do(asking.quiz, datetime.now(UTC), who, Wish())).view
    took: list[float] = []
    for _ in range(grades):
        assert isinstance(view, TurnView), view
        await tutor.do(_stands, datetime.now(UTC), view.turn_id)
        shown = (await tutor.do(asking.show, datetime.now(UTC), who, view.turn_id, HERE)).view
        assert isinstance(shown, TurnView)
        promised = showing.promise(shown.answers[Grade.GOOD])
        now, began = datetime.now(UTC), time.perf_counter()
        outcome = await tutor.do(asking.grade, now, who, view.turn_id, Grade.GOOD, promised, HERE)
        took.append(1000 * (time.perf_counter() - began))
        assert outcome.toast is None
        view = outcome.view
    await database.close()
    print(json.dumps(took))


def _stands(desk: Desk, turn_id: int) -> None:
    turns.stands_in(desk.db, turn_id, HERE)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
