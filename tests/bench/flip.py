"""A flip: from a member's tap under a group's card to the private answer in its place, beside a bare handler."""

import asyncio
import contextlib
import itertools
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import seed
from tests.bench.child import Child
from tests.bench.learners import FIRST_ID, GUARD_SECONDS
from tests.bench.server import Server
from tests.bench.table import Figure
from tests.bench.taps import Round, compared

AT_ONCE = 64
FIRST_GROUP = -1_002_300_000_001
FIRST_CARD = 900_000  # the message of the first group's card


@dataclass(frozen=True, slots=True)
class Size:
    """In each round so many members of so many groups look at their group's card, nobody twice.

    The middle one of three rounds is within a hundredth of that of five, and far from the goal.
    """

    groups: int = 250
    members: int = 4
    rounds: int = 3


class Flippers:
    """All members, on one server."""

    def __init__(self, size: Size) -> None:
        self.server = Server(self._arrived)
        self._size = size
        self._numbers = itertools.count(4_000_000_000_000_000_000)
        self._waits: dict[int, asyncio.Future[float]] = {}

    def _arrived(self, method: str, chat_id: int, message: dict[str, Any]) -> None:
        person = message.get("receiver_user", {}).get("id")
        # The first message to a server holds nothing yet; the answer is put into it.
        waits = self._waits.get(person) if message.get("text") != "One moment…" else None
        if waits is not None and not waits.done():
            waits.set_result(time.perf_counter())

    async def flip(self, member: int) -> None:
        """A member looks; members are counted through all groups."""
        group, person = member % self._size.groups, FIRST_ID + member
        self._waits[person] = asyncio.get_running_loop().create_future()
        chat = {"id": FIRST_GROUP - group, "type": "supergroup", "title": "Group"}
        message = {"message_id": FIRST_CARD + group, "chat": chat, "date": int(time.time()), "text": "A card"}
        body = {
            "id": str(next(self._numbers)),
            "from": {"id": person, "is_bot": False, "first_name": "Learner", "language_code": "en"},
            "message": message,
            "chat_instance": "1",
            "data": f"gs:{group + 1}",
        }
        self.server.give("callback_query", body)
        await self._waits[person]

    async def flip_all(self, members: range) -> float:
        """Each of them looks once, so many of them at a time; the seconds from the first tap to the last answer."""
        left = iter(members)

        async def some() -> None:
            for member in left:
                await self.flip(member)

        began = time.perf_counter()
        async with asyncio.timeout(GUARD_SECONDS):
            await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        return time.perf_counter() - began


async def measure(folder: Path, size: Size) -> list[Figure]:
    bots, floors = folder / "bot", folder / "floor"
    for each in (bots, floors):
        each.mkdir()
    people = size.groups * size.members * size.rounds
    make(bots, size.groups, people)
    ours, others = Flippers(size), Flippers(size)
    await ours.server.start()
    await others.server.start()
    taken: dict[str, list[Round]] = {"bot": [], "floor": []}
    async with (
        Child("bot", ours.server.base_url, bots) as bot,
        Child("floor", others.server.base_url, floors) as floor,
    ):
        for members in _rounds(people, size.groups * size.members):
            taken["bot"].append(await _one_round(bot, ours, members))
            taken["floor"].append(await _one_round(floor, others, members))
    await ours.server.stop()
    await others.server.stop()
    with contextlib.closing(sqlite3.connect(bots / "deckhand.db")) as db:
        looked = db.execute("select count(*) from answers where ephemeral_id is not null").fetchone()[0]
    assert looked == people, "everybody who looked is written down, and which message shows it"
    return list(compared("flip", taken["bot"], taken["floor"], 0.5))


def _rounds(people: int, at_a_time: int) -> Iterator[range]:
    return (range(start, start + at_a_time) for start in range(0, people, at_a_time))


async def _one_round(child: Child, people: Flippers, members: range) -> Round:
    before = await child.ask("figures")
    seconds = await people.flip_all(members)
    after = await child.ask("figures")
    return Round(len(members) / seconds, (after["cpu"] - before["cpu"]) / len(members))


def make(folder: Path, groups: int, people: int) -> None:
    """Groups with an open card each, and people who have met it before."""
    db = seed.make(folder / "deckhand.db")
    seed.add_deck(db, 1, 500, folder / "decks")
    seed.add_people(db, FIRST_ID, people, 1)
    seed.add_memories(db, FIRST_ID, people, 1, met=20, due=10)
    at = int(time.time() * 1000)
    for group in range(groups):
        bound = {"chat": FIRST_GROUP - group, "message": FIRST_CARD + group, "turn": group + 1, "at": at}
        db.execute("insert into chats (chat_id, kind, started_at) values (:chat, 'group', :at)", bound)
        db.execute("insert into subscriptions (chat_id, deck_id, subscribed_at) values (:chat, 1, :at)", bound)
        db.execute(
            "insert into turns (turn_id, chat_id, card_id, opened_at, message_id, media) "
            "values (:turn, :chat, 1 + :turn % 20, :at, :message, 'text')",
            bound,
        )
    seed.done(db)
