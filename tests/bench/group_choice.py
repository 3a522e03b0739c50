"""Which card a large group gets: the choice through the real database, and how long it holds the event loop.

Run as a process of its own: `python -m tests.bench.group_choice PATH CHOICES` prints in ms how long each took,
how long the writer's thread worked at it, and how late the event loop was meanwhile.
"""

import asyncio
import json
import statistics
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.storage import answers, chats, sqlite, turns
from bot.storage.database import Database
from bot.study.memory import Grade
from bot.tutor import Tutor, choosing
from bot.tutor.desk import Desk
from tests.bench import seed
from tests.bench.child import measured_core
from tests.bench.learners import FIRST_ID
from tests.bench.table import Figure, below
from tests.people import surroundings

GROUP = -1


@dataclass(frozen=True, slots=True)
class Size:
    """A group, its decks' cards, and how many of them each member has met; how often is chosen."""

    members: int = 200
    cards: int = 20_000
    met: int = 2_000
    choices: int = 100
    rounds: int = 3


async def measure(folder: Path, size: Size) -> list[Figure]:
    path = folder / "group.db"
    make(path, folder, size)
    took, worked, held = [], [], []
    for _ in range(size.rounds):
        found = await _chosen(path, size.choices)
        took.append(found["took"])
        worked.append(found["worked"])
        held.append(max(found["gaps"]))
    # Of several rounds the middle one: what another program did in one of them is none of ours.
    p99 = statistics.median(sorted(each)[int(len(each) * 0.99)] for each in took)
    what = f"a group's card, {size.cards} cards, {size.members} members, {size.met} met by each: p99"
    return [
        below(what, p99, 50, "ms"),
        Figure("  half of them within", f"{statistics.median(each for one in took for each in one):.1f} ms"),
        Figure("  of that processor time", f"{statistics.median(each for one in worked for each in one):.1f} ms"),
        below("  the event loop is held for", statistics.median(held), 50, "ms"),
    ]


def make(path: Path, folder: Path, size: Size) -> None:
    """A group whose members all graded its last card."""
    db = seed.make(path)
    seed.add_deck(db, 1, size.cards, folder / "decks")
    seed.add_people(db, FIRST_ID, size.members, 1)
    seed.add_memories(db, FIRST_ID, size.members, 1, met=size.met, due=size.met // 4)
    seed.done(db)
    now = datetime.now(UTC)
    with closing(sqlite.writer(path)) as db:
        db.execute("begin")
        chats.ensure(db, GROUP, "group")
        chats.subscribe(db, GROUP, 1, now)
        turn = turns.begin(db, chat_id=GROUP, card_id=1, at=now)
        for learner_id in range(FIRST_ID, FIRST_ID + size.members):
            answers.look(db, turn.turn_id, learner_id, now)
            answers.give(db, turn.turn_id, learner_id, Grade.GOOD, now)
        turns.close(db, turn.turn_id, "closed", now)
        db.execute("commit")


async def _chosen(path: Path, choices: int) -> dict[str, list[float]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.group_choice", str(path), str(choices)),
        env=surroundings(),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=measured_core,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, list[float]] = json.loads(said)
    return found


def _choose(desk: Desk) -> float:
    """How long the writer's thread worked, in ms."""
    began = time.thread_time()
    assert choosing.choose(desk, chats.ensure(desk.db, GROUP, "group")) is not None
    return 1000 * (time.thread_time() - began)


async def main(path: Path, choices: int) -> None:
    database = await Database.open(path)
    tutor = Tutor(database, "Etc/UTC")
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(1000 * (time.perf_counter() - began) - 1)

    await tutor.do(_choose, datetime.now(UTC))
    beating = asyncio.create_task(beat())
    took, worked = [], []
    for _ in range(choices):
        began = time.perf_counter()
        worked.append(await tutor.do(_choose, datetime.now(UTC)))
        took.append(1000 * (time.perf_counter() - began))
    beating.cancel()
    await database.close()
    print(json.dumps({"took": took, "worked": worked, "gaps": gaps}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
