"""What the tests of rights share: everybody who may or may not, what they send, and what changed by it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.texts import English
from bot.playground import acts
from bot.playground.people import Group, Place, Somebody, heard
from bot.playground.server import Playground
from tests.people import BotHere

SAY = English()
# What a tap, a command or a link is answered with by somebody who may not, by the word that stands in the tables.
REFUSALS: Mapping[str, str] = {
    "closed": SAY.not_allowed,
    "unknown": SAY.known_no_more,
    "strange": SAY.strange_button,
    "gone": SAY.no_longer_any.rstrip("."),
    "none": SAY.nothing_to_undo,
    "admins": SAY.admins_only,
    "look": SAY.look_first,
    "private": SAY.private_only,
    "over": SAY.round_over,
    "host": SAY.host_only,
    "going": SAY.round_going(running=True),
    "inside": SAY.round_joined(new=False),
    "missed": SAY.nothing_missed(played=False),
    "group": SAY.group_only,
    "voice": SAY.no_voice,
    "taken": SAY.taken_out,
    "sent": SAY.import_over,
    "absent": SAY.not_on_board,
    "file": "This card stands in",
    "unwritten": SAY.draft_over,
    "lost": SAY.find_lost,
    "editor": SAY.card_done["not_editor"],
}
# When somebody last was here is noted though they may not do what they tried.
HERE = ("last_tap_at", "ignored_days", "next_push_at")
# Which updates were done, which policies ever held: these are about nobody.
SHARED = ("handled", "inbox", "policies", "sqlite_sequence")
# What nobody is told who may.
NEVER = (SAY.fault, *(words for word, words in REFUSALS.items() if word != "none"))
Row = tuple[tuple[str, object], ...]
Rows = Mapping[str, frozenset[tuple[object, ...]]]


class Tables:
    """Every row of the database, but for what only remembers which updates were done.

    Without the message that one alone sees: it is taken away a while after its turn, whoever does what meanwhile.
    """

    def __init__(self, path: Path) -> None:
        # One connection for all readings: each new one would first read what tables there are.
        self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._columns: dict[str, list[str]] = {}
        for (table,) in self._db.execute("select name from sqlite_master where type = 'table'").fetchall():
            if table not in SHARED:
                columns = [column[1] for column in self._db.execute(f"pragma table_info({table})")]
                self._columns[table] = [name for name in columns if name != "ephemeral_id"]
        self._version = -1
        self._rows: Rows = {}

    def rows(self) -> Rows:
        """All of them as they are now, a table's together."""
        (version,) = self._db.execute("pragma data_version").fetchone()
        if version != self._version:
            self._version = version
            self._rows = {
                table: frozenset(self._db.execute(f"select {', '.join(columns)} from {table}"))
                for table, columns in self._columns.items()
            }
        return self._rows

    def changed(self, before: Rows) -> set[tuple[str, Row]]:
        """Each row that is not as it was, as it was and as it is now, with the name of its table."""
        now = self.rows()
        return {
            (table, tuple(zip(columns, row, strict=True)))
            for table, columns in self._columns.items()
            for row in before[table] ^ now[table]
        }

    def close(self) -> None:
        self._db.close()


@dataclass(slots=True)
class World:
    """One bot, a group, and all kinds of people around them."""

    bot: BotHere
    playground: Playground
    group: Group
    people: dict[str, Somebody] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)  # a message of each that never held a turn
    tables: "Tables" = field(init=False)

    def __post_init__(self) -> None:
        self.tables = Tables(self.bot.folder / "deckhand.db")

    def close(self) -> None:
        self.tables.close()

    async def taps(self, name: str, place: Place, message_id: int, data: str) -> None:
        """A client sends data for a message of a chat that it can see."""
        await self.playground.moved_and_settled()
        query = acts.tap(self.playground.world, self.people[name].person, place.chat, message_id, data)
        await heard(self.playground, query.update_id)

    async def done(self) -> None:
        """Return when nothing is done beside what people wait for, such as a picture being drawn."""
        await self.playground.clock.advance(milliseconds=1)

    def shown(self, *, without: Place) -> dict[str, list[str]]:
        """What stands in every chat, but for one."""
        places: list[Place] = [self.group, *self.people.values()]
        return {place.name: [str(one) for one in place.sees_all()] for place in places if place is not without}

    def works(self) -> int:
        """How many calls the bot has made that show somebody something: more than a line over the chat."""
        silent = ("getUpdates", "answerCallbackQuery", "getChatAdministrators")
        told = sum(answer.alert or bool(answer.url) for answer in self.playground.world.answers)
        return told + sum(call.method not in silent for call in self.playground.calls)


@dataclass(frozen=True, slots=True)
class Before:
    """How everything was when somebody tried something. `beside`: where an answer in words may come."""

    world: World
    name: str
    beside: Place
    rows: Rows
    shown: dict[str, list[str]]
    works: int
    messages: int
    answers: int

    @classmethod
    def of(cls, world: World, name: str, beside: Place | None = None) -> "Before":
        somebody = world.people[name]
        place = beside or somebody
        shown, said = world.shown(without=place), len(somebody.view(beside).messages())
        return cls(world, name, place, world.tables.rows(), shown, world.works(), said, len(somebody.answers))

    def check(self, expected: str, what: str) -> None:
        """Hold the rows, and what others see, against the word in the table; raises AssertionError."""
        mine = self.world.people[self.name].id
        where = f"{what} by {self.name}: {expected}, but"
        changed = self.world.tables.changed(self.rows)
        if expected in ("does", "own"):
            assert changed or self.world.works() > self.works, f"{where} nothing came of it"
        else:
            # A row that differs only in when somebody was here is the same row before and after.
            own = {_without_here(row) for row in changed if _owner(row) == mine}
            assert all(row[0] == "chats" for row in own), f"{where} rows changed: {own}"
            assert len(own) <= 1, f"{where} rows changed: {own}"
        if expected != "does":
            self.check_others(f"{what}: {expected}", changed)

    def check_others(self, what: str, changed: set[tuple[str, Row]] | None = None) -> None:
        """Nobody else's rows have changed, and nobody else sees anything of it."""
        mine = self.world.people[self.name].id
        changed = self.world.tables.changed(self.rows) if changed is None else changed
        of_others = {row for row in changed if _owner(row) != mine}
        assert not of_others, f"{what} by {self.name}, but rows of others changed: {of_others}"
        assert self.world.shown(without=self.beside) == self.shown, f"{what} by {self.name}, but others see it"

    def check_toast(self, expected: str, what: str) -> None:
        """Hold the words over the chat against the word in the table."""
        answers = self.world.people[self.name].answers[self.answers :]
        assert len(answers) == 1, f"{what} by {self.name} was answered {len(answers)} times"
        said = answers[0].text
        if expected in REFUSALS:
            assert said.startswith(REFUSALS[expected]), f"{what} by {self.name}: {expected}, but was told {said!r}"
        else:
            assert not said.startswith(NEVER), f"{what} by {self.name}: {expected}, but was told {said!r}"

    def check_message(self, expected: str, what: str, place: Place) -> None:
        """Hold what was written against the word in the table."""
        came = place.messages()[self.messages :]
        said = [message.text for message in came]
        if expected == "silent":
            assert not came, f"{what} by {self.name}: {expected}, but was told {said}"
        elif expected in REFUSALS:
            assert len(came) == 1, f"{what} by {self.name}: {expected}, but was told {said}"
            assert said[0].startswith(REFUSALS[expected]), f"{what} by {self.name}: {expected}, but was told {said}"
        else:
            assert came, f"{what} by {self.name}: {expected}, but nothing was said"
            assert not [text for text in said if text.startswith(NEVER)], (
                f"{what} by {self.name}: {expected}, but was told {said}"
            )


def _owner(row: tuple[str, Row]) -> object:
    """Whose a row is: a person's, a group's, nobody's."""
    fields = dict(row[1])
    return fields.get("learner_id") or fields.get("chat_id")


def _without_here(row: tuple[str, Row]) -> tuple[str, Row]:
    return row[0], tuple((name, value) for name, value in row[1] if name not in HERE)


def table(text: str) -> list[tuple[str, dict[str, str]]]:
    """A table as it is written: names of people on top, then what is tried and what comes of it for each."""
    head, *lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    assert all(len(line) == len(head) for line in lines), [line for line in lines if len(line) != len(head)]
    return [(line[0], dict(zip(head[1:], line[1:], strict=True))) for line in lines]
