"""Real exports, changed by chance: read by what reads a sent file, and taken in by what keeps it.

Each is drawn from a seed, so it can be made again: `python -m tests.hostile --mutations 1 --seed SEED`.
"""

import io
import random
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import zstandard

from bot.decks import intake
from bot.decks.arrival import AllHad, Arriving, Cards, Counts, Message, Named, Order, Refused, Type, from_line, to_line
from bot.decks.card import DeckError
from bot.decks.sent import read_sent
from bot.study import hours
from bot.study.elsewhere import Learned
from bot.study.memory import Policy
from bot.tutor.bringing import prepared
from tests.decks.anki.samples import GENERATIONS, Sample, by_anki, by_genanki, zipped
from tests.hostile.corpus import whole_everything
from tests.memory import in_memory

LONGEST_LINE = 300
_ODD: tuple[object, ...] = (
    None, "", -1, 0, 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 1e308, -1e308, float("inf"), 0.1, "x", "\0", b"\xff\xfe",
    "\x1f" * 9, "{{Front}}", "{{c1::x}}", "<b>" * 99, "[sound:../x]", "\u202ex", '{"s": 1e999, "d": -1, "lrt": 1e30}',
    '{"s": "x"}', "[]", "{", "::", "A::" * 99, "🙂", '<img src="../../x">', r"\(\frac{", b"",
)  # fmt: skip
_TABLES = ("notes", "cards", "revlog", "col", "notetypes", "fields", "templates", "decks", "config", "deck_config")
_DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")


@dataclass(frozen=True)
class Export:
    """A file as a program made it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Changed:
    """The same, changed: `how` says in what."""

    seed: int
    name: str
    how: str
    data: bytes

    def __str__(self) -> str:
        return f"SEED={self.seed} {self.name}, {self.how}"


def exports(sample: Sample, folder: Path) -> list[Export]:
    """Of Anki in every form, of genanki, and of our own; `folder`: an empty one, for what is made on the way."""
    texts = [*sorted(Path(__file__).parents[2].glob("decks/*.txt"))[:2]]
    return [
        *(Export(name, sample.path(name).read_bytes()) for name in GENERATIONS),
        Export("genanki.apkg", by_genanki(folder).read_bytes()),
        Export("mine.zip", whole_everything()),
        *(Export(path.name, path.read_bytes()) for path in texts),
    ]


# --- changing ---------------------------------------------------------------------------------------------------------


def changed(export: Export, seed: int, scratch: Path) -> Changed:
    """What the seed makes of it; `scratch`: a file that is made on the way."""
    chance = random.Random(f"{export.name} {seed}")
    ways: dict[str, Callable[[], bytes]] = {
        "bytes": lambda: _bytes(export.data, chance),
        "cut off": lambda: export.data[: chance.randrange(len(export.data))],
    }
    if export.data.startswith(b"PK"):
        ways |= {
            "entries swapped": lambda: _swapped(export.data, chance),
            "bytes of an entry": lambda: _entry(export.data, chance),
        }
        if export.name != "mine.zip":
            # It is the database that the most can be wrong with.
            ways |= {
                "bytes of the database": lambda: _database(export.data, lambda data: _bytes(data, chance)),
                "values": lambda: _database(export.data, lambda data: _values(data, chance, scratch)),
                "more values": lambda: _database(export.data, lambda data: _values(data, chance, scratch)),
            }
    how = chance.choice(sorted(ways))
    return Changed(seed, export.name, how, ways[how]())


def _bytes(data: bytes, chance: random.Random) -> bytes:
    mutable = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(mutable))
        match chance.randrange(4):
            case 0:
                mutable[at] ^= 1 << chance.randrange(8)
            case 1:
                mutable[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, 10, 34))
            case 2:
                mutable[at : at + chance.randrange(1, 9)] = chance.randbytes(4)
            case _:
                other = chance.randrange(len(mutable))
                mutable[at : at + 16] = mutable[other : other + 16]
    return bytes(mutable)


def _entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _swapped(data: bytes, chance: random.Random) -> bytes:
    entries = _entries(data)
    one, other = chance.sample(sorted(entries), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return zipped(entries.items())


def _entry(data: bytes, chance: random.Random) -> bytes:
    entries = _entries(data)
    name = chance.choice([name for name, held in sorted(entries.items()) if held])
    held = entries[name]
    if name == _DATABASES[0] or held.startswith(b"\x28\xb5\x2f\xfd"):
        held = zstandard.compress(_bytes(zstandard.decompress(held, max_output_size=2**26), chance))
    else:
        held = _bytes(held, chance)
    return zipped({**entries, name: held}.items())


def _database(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    entries = _entries(data)
    name = next(name for name in _DATABASES if name in entries)
    held = entries[name]
    if name == _DATABASES[0]:
        entries[name] = zstandard.compress(change(zstandard.decompress(held, max_output_size=2**26)))
    else:
        entries[name] = change(held)
    return zipped(entries.items())


def _values(data: bytes, chance: random.Random, scratch: Path) -> bytes:
    """Some cells have values that no program writes."""
    scratch.write_bytes(data)
    with closing(sqlite3.connect(scratch)) as db, db:
        db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        there = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}
        for _ in range(chance.choice((1, 1, 2, 4))):
            table = chance.choice([name for name in _TABLES if name in there])
            columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
            column, value = chance.choice(columns), chance.choice(_ODD)
            which = f"select rowid from {table} order by rowid limit ? offset ?"
            if table in ("fields", "templates", "config", "deck_config", "notetypes", "decks"):
                many, which = chance.choice((1, 99)), ""
            else:
                many = chance.choice((1, 3, 999))
            rows = db.execute(f"select count(*) from {table}").fetchone()[0]
            at = chance.randrange(rows) if rows else 0
            # Text that is no UTF-8 is a value, too.
            new = "cast(? as text)" if isinstance(value, bytes) and chance.random() < 0.5 else "?"
            where = f"where rowid in ({which})" if which else ""
            with _as_far_as_it_goes():
                db.execute(
                    f"update or ignore {table} set {column} = {new} {where}", (value, many, at) if which else (value,)
                )
    return scratch.read_bytes()


@contextmanager
def _as_far_as_it_goes() -> Iterator[None]:
    """A table may not hold some value: then it stays as it was."""
    try:
        yield
    except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError):
        return


# --- reading ----------------------------------------------------------------------------------------------------------


def read(file: Changed, folder: Path) -> str:
    """How the reader ends: with a line, or with decks whose cards can be kept; everything else raises."""
    try:
        told = told_of(file, folder)
    except DeckError as error:
        refused = from_line(to_line(Refused(str(error.fault))))
        assert isinstance(refused, Refused)
        return checked(refused.line)
    return _kept(told)


def told_of(file: Changed, folder: Path) -> list[Message]:
    """What the reader tells of it, all cards with it; raises DeckError."""
    path, unpacked, media = folder / "file", folder / "unpacked", folder / "media"
    path.write_bytes(file.data)
    for each in (unpacked, media):
        each.mkdir(exist_ok=True)
    try:
        return _talked(Order(str(path), file.name, str(unpacked), str(media), progress=True))
    finally:
        for each in (unpacked, media):
            for left in each.iterdir():
                left.unlink()


def checked(line: str) -> str:
    """A line that people can read."""
    assert line, "it says nothing"
    assert line.isprintable(), repr(line)
    assert len(line) < LONGEST_LINE, line
    return line


def _talked(order: Order) -> list[Message]:
    """What the reader tells when there is no deck of that name."""
    before = sys.stdin, sys.stdout
    told = io.BytesIO()
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BytesIO(to_line(AllHad()))), io.TextIOWrapper(told)
    try:
        intake._tell_all(read_sent(order, intake._tell_how_far), order)
        sys.stdout.flush()
        return [from_line(line) for line in told.getvalue().splitlines(keepends=True)]
    finally:
        sys.stdin, sys.stdout = before


def _kept(told: list[Message]) -> str:
    """The bot's part with every card, their progress with it."""
    learned = _learned()
    types: list[str] = []
    cards = 0
    for name in next(message for message in told if isinstance(message, Named)).names:
        checked(name)
    counts = next(message for message in told if isinstance(message, Counts))
    for line in (*counts.lost, *counts.faults):
        checked(line)
    for message in told:
        if isinstance(message, Type):
            types.append(message.body)
        elif isinstance(message, Cards):
            for card in message.cards:
                _writable(card, types, learned)
                cards += 1
    return f"{cards} cards"


def _writable(card: Arriving, types: list[str], learned: Learned) -> None:
    kept = prepared(card, types, learned, anew=False)
    kept.progress.encode()
    kept.notetype.encode()
    assert abs(kept.position) < 2**63
    if kept.written is not None:
        for text in msgspec.to_builtins(kept.written).values():
            assert not isinstance(text, str) or text.encode() is not None


def _learned() -> Learned:
    return Learned("Europe/Berlin", 4, Policy(), hours.moment(datetime.now(UTC), "Europe/Berlin", 4))


def run(seed: int, many: int, say: Callable[[str], None]) -> int:
    """Reads so many of them, one of each seed; how many ended badly."""
    found = 0
    with TemporaryDirectory(prefix="mutations-", dir=in_memory()) as name:
        folder = Path(name)
        (folder / "made").mkdir()
        (folder / "genanki").mkdir()
        made = exports(by_anki(folder / "made"), folder / "genanki")
        for number in range(seed, seed + many):
            file = changed(made[number % len(made)], number, folder / "scratch.db")
            try:
                read(file, folder)
            except Exception as error:
                found += 1
                say(f"{file}: {type(error).__name__}: {error}"[:400])
    return found
