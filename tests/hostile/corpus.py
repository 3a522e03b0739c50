"""All that people may send and that is broken or made to harm, made anew each time and always the same."""

import json
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.decks.anki import hostile
from tests.decks.anki.samples import PICTURE, database, package_of, zipped
from tests.decks.test_folder import png
from tests.hostile import asking
from tests.hostile.shown import LONG

MB = 2**20
GB = 2**30


@dataclass(frozen=True)
class Sent:
    """A file, and a part of the line that is said of it; `taken`: something of it can be imported nevertheless."""

    called: str
    file: str
    data: bytes
    says: str
    taken: bool = False


def corpus(folder: Path) -> Iterator[Sent]:
    """All of them; `folder` is for databases that are made on the way."""
    for called, data, says in hostile.corpus(folder):
        yield Sent(called, "bad.apkg", data, says)
    yield from packages(folder)
    yield from everythings()
    yield from texts()


def packages(folder: Path) -> Iterator[Sent]:
    """What a reader could be made to do by a package."""
    made = folder / "made.db"
    four = zipped([("collection.anki21b", zstd_of_zeros(4 * GB))])
    yield Sent("4 GB in a kilobyte", "bad.apkg", four, "unpacks to more than a package holds")
    yield Sent("4 GB promised", "x.apkg", hostile.promising(package_of(database(made)), 2**32 - 2), "1 new", True)
    yield Sent("a zip in zips", "bad.zip", _nested(5), "there is no deck in it")
    entry = zipfile.ZipInfo("??????.txt")
    named = zipped([("collection.anki2", database(made)), (entry, b"x")])
    yield Sent("name in cp866", "x.apkg", named.replace(b"??????.txt", "заметк.txt".encode("cp866")), "1 new", True)
    tricks = {
        "a check": "create table x (a check (json_array_length(a) > length(a)));",
        "a default": "create table x (a text default (hex(zeroblob(1000000000))));",
        "an index on a function": "create index i on notes (json_valid(flds));",
        "a table of another program": "create table passwords (a text); insert into passwords values ('x');",
        "a collation": "create index i on notes (flds collate nocase);",
    }
    for called, statements in tricks.items():
        data = package_of(database(made, then=statements))
        yield Sent(f"schema with {called}", "x.apkg", data, "", True)
    recursing = {
        "a field of itself": ("{{Front}}", [("{{Front}}{{FrontSide}}" * 50, "{{Back}}" * 50)]),
        "a front of itself": ("{{FrontSide}}{{Front}}", [("x", "y")]),
    }
    for called, (question, notes) in recursing.items():
        yield Sent(f"template: {called}", "x.apkg", package_of(database(made, notes, question)), "1 new", True)
    deep = "{{#Front}}" * 2000 + "x" + "{{/Front}}" * 2000
    yield Sent("template: 2000 deep", "bad.apkg", package_of(database(made, question=deep)), "nested too deep")
    wide = package_of(database(made, [("x" * 1000, "y" * 1000)], "{{Front}}" * 20_000))
    yield Sent("template: grows", "bad.apkg", wide, "is longer than")
    work = package_of(database(made, [("x" * 4000, "y")] * 11_000, "{{Front}}" * 20))
    yield Sent("cards: 900 MB of text", "bad.apkg", work, "longer than a collection's")
    dense = package_of(database(made, [(f"{n}?", "<b>x</b>y" * 900) for n in range(4000)]))
    yield Sent("cards: 7 million looks", "bad.apkg", dense, "it takes more memory than there is for a file")
    yield Sent("a card of 1 MB", "bad.apkg", package_of(database(made, [("x", LONG)])), "is longer than 100,000")
    nested = [("<div>" * 10_000 + "x" + "</div>" * 10_000, "y"), ("<b>" * 6_000 + "z", "y")]
    yield Sent("10 000 tags", "x.apkg", package_of(database(made, nested)), "", True)
    mask = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
    for called, picture in (("50 000 × 50 000", png(50_000, 50_000)), ("cut off", PICTURE[:60]), ("text", b"x" * 99)):
        data = package_of(
            database(made, [(mask, '<img src="a.png">')], "{{cloze:Front}}<br>{{Back}}", "{{cloze:Front}}", cloze=True),
            b'{"0": "a.png"}',
            ("0", picture),
        )
        yield Sent(f"masks over a picture: {called}", "x.apkg", data, "cannot be drawn", True)
    yield Sent("cards that harm when shown", "shown.apkg", asking.package(folder), "40 new", True)
    yield Sent("many media", "x.apkg", _many_media(made), "1 new", True)


def everythings() -> Iterator[Sent]:
    """What an exported everything may hold that it never would."""
    nested = "[" * 100_000
    outside = {**_DECK, "media": {"a.png": "../../etc/passwd"}}
    spoilt = {
        "manifest nested": ("manifest.json", f'{_WHOLE["manifest.json"][:-1]}, "x": {nested}'),
        "manifest of nothing": ("manifest.json", "null"),
        "settings nested": ("settings.json", f'{_WHOLE["settings.json"][:-1]}, "x": {nested}'),
        "settings of nonsense": ("settings.json", '{"zone": 5, "push": {"hours": "x"}}'),
        "policies nested": ("policies.json", '{"1": ' + nested + "}"),
        "policies of nonsense": ("policies.json", '{"x": []}'),
        "log nested": ("log.jsonl", f'{_WHOLE["log.jsonl"][:-2]}, "x": {nested}\n'),
        "log of nonsense": ("log.jsonl", '{"id": "x", "card": [], "kind": 1e999}\n' * 1000),
        "progress nested": ("progress.jsonl", f'{_WHOLE["progress.jsonl"][:-2]}, "x": {nested}\n'),
        "progress of nonsense": ("progress.jsonl", '{"card": 1, "memory": {"stability": -1e300}}\n'),
        "deck nested": ("decks/1.jsonl", f"{_WHOLE['decks/1.jsonl'].splitlines()[0]}\n{nested}\n"),
        "deck in UTF-7": ("decks/1.jsonl", "\xff\xfe+ADw-"),
        "other version": ("manifest.json", '{"format": "deckhand.everything/9", "decks": []}'),
        "media lead out": ("manifest.json", _manifest(outside)),
        "deck leads out": ("manifest.json", _manifest({"file": "../../../etc/passwd", "name": "D"})),
        "a deck ten times": ("manifest.json", _manifest(*[_DECK] * 10)),
        "1000 decks": ("manifest.json", _manifest(*({**_DECK, "name": str(number)} for number in range(1000)))),
    }
    for called, (name, text) in spoilt.items():
        yield Sent(f"everything: {called}", "mine.zip", whole_everything({name: text}), "", True)


_DECK: dict[str, object] = {"file": "decks/1.jsonl", "name": "D", "studied": True, "media": {"p.png": "media/x.png"}}
_MEMORY = {
    "stage": "review", "stability": 3.5, "difficulty": 5.25, "step": None, "interval_days": 3, "due_at": None,
    "due_day": 20003, "last_at": 1728000000000, "last_day": 20000, "reviews": 2, "lapses": 0,
}  # fmt: skip
_ROW = {
    "id": 1,
    "card": 5,
    "at": 1728000000000,
    "day": 20000,
    "day_ends_at": 1728010000000,
    "kind": "learn",
    "grade": 3,
}


def _manifest(*decks: dict[str, object]) -> str:
    return json.dumps({"format": "deckhand.everything/1", "decks": decks})


_WHOLE = {
    "manifest.json": _manifest(_DECK),
    "settings.json": (
        '{"zone": "Europe/Rome", "rollover_hour": 4, "new_per_day": 9, "reviews_per_day": 99, "retention": 0.9, '
        '"push_days": [0], "push_minutes": [60], "quiet": null}'
    ),
    "policies.json": "{}",
    "log.jsonl": json.dumps(_ROW) + "\n",
    "progress.jsonl": json.dumps({"card": 5, "memory": _MEMORY, "suspended_at": 7}) + "\n",
    "decks/1.jsonl": (
        '{"format": "deckhand.cards/1"}\n{"front": [{"picture": "p.png"}], "back": "b", "id": 5}\n'
        '{"front": "other?", "back": "c", "id": 6}\n'
    ),
    "media/x.png": PICTURE.decode("latin-1"),
}


def whole_everything(other: Mapping[str, str] = {}) -> bytes:
    """One that is as it should be, but for what is `other`."""
    return zipped((entry, _bytes(entry, other.get(entry, said))) for entry, said in _WHOLE.items())


def texts() -> Iterator[Sent]:
    """Text files, Markdown and JSON Lines that are none, or hardly."""
    for called, file, data, says in (
        ("nothing", "bad.txt", b"", "there is no card in it"),
        ("a program", "bad.txt", b"\x7fELF\x02\x01\x01" + bytes(90), "this is a program and no text"),
        ("any bytes", "bad.txt", bytes(range(1, 256)) * 9, "this is no text"),
        ("a database", "bad.txt", b"SQLite format 3\0" + bytes(90), "this is a database and no text"),
        ("an office file", "bad.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "office program and no text"),
        ("UTF-16 cut off", "bad.txt", "a?;b\nc?;d\ne".encode("utf-16") + b"x", "no whole UTF-16"),
        ("zeros", "bad.txt", bytes(19 * MB), "where 10 are the most"),
        ("lines", "bad.txt", b"\n" * 200_000, "lines where 100,000 are the most"),
        ("a line of 9 MB", "bad.txt", b"a;" + b"x y z " * (9 * MB // 6), "characters where a line has"),
        ("a line of quotes", "bad.txt", b'a;b\n"' + b'""' * (4 * MB), "characters where a line has"),
        ("a card of 1 MB", "bad.md", f"Q: long?\nA: {LONG}\n".encode(), "characters where a line has"),
        ("Markdown nested", "bad.md", b"Q: x\nA: " + b"> " * 9_000 + b"y\n", ""),
        ("Markdown of brackets", "bad.md", b"Q: x\nA: " + b"[" * 19_000 + b"\n", ""),
        ("Markdown of stars", "bad.md", b"Q: x\nA: " + b"*a **b " * 2_500 + b"\n", ""),
        ("Markdown of lists", "bad.md", b"Q: x\nA: y\n" + b"".join(b" " * n + b"- a\n" for n in range(190)), ""),
        ("JSON nested", "bad.jsonl", b'{"format": "deckhand.cards/1"}\n' + b"[" * 99_000 + b"\n", ""),
        ("JSON of large numbers", "bad.jsonl", b'{"format": "deckhand.cards/1"}\n{"front": 1' + b"0" * 9000 + b"}", ""),
        ("JSON of halves", "bad.jsonl", b'{"format": "deckhand.cards/1"}\n{"front": "\\ud800", "back": "x"}\n', ""),
        ("separators", "bad.txt", b";" * 99_000 + b"\n", ""),
        ("entities", "x.txt", b"a?\t" + b"&lol9;&#1114112;&#xD800;&#0;" * 600 + b"\n", "1 new"),
        ("LaTeX of 100 kB", "x.txt", b"a?\t\\(" + b"\\frac{1}{" * 10_000 + b"\\)\nb?\tc\n", "20,000 at the most"),
        ("nested tags", "x.txt", b"#html:true\na?\t" + b"<b>" * 6_000 + b"x\n", "1 new"),
        ("a name that turns", "a\u202etxt.exe", b"a?;b\n", "1 new"),
        ("a name of an address", "../../etc/x.example.com.txt", b"a?;b\n", "1 new"),
        ("a name of 4000 signs", "n" * 4000 + ".txt", b"a?;b\n", "1 new"),
    ):
        may_be_taken = not says or file[:1] in "xa.n" or file == "bad.md" or "quotes" in called
        yield Sent(f"text: {called}", file, data, says, may_be_taken)
    yield Sent("text: cards that harm when shown", "shown.txt", asking.deck().encode(), "40 new", True)


def zstd_of_zeros(size: int) -> bytes:
    """A frame that unpacks to so many zeros, and is zeros itself mostly."""
    block, blocks = 128 * 1024, size // (128 * 1024)
    # The header says a window of 128 kB and no size; a block that repeats a byte is four bytes.
    repeated = struct.pack("<L", (block << 3) | 0b010)[:3] + b"\0"
    last = struct.pack("<L", (block << 3) | 0b011)[:3] + b"\0"
    return b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(17 - 10) << 3]) + repeated * (blocks - 1) + last


def _nested(levels: int) -> bytes:
    """Zips in zips, sixteen of each, with zeros in the innermost ones."""
    data = zipped([("0", bytes(10 * MB))])
    for _ in range(levels):
        data = zipped([(f"{number}.zip", data) for number in range(16)])
    return data


def _many_media(made: Path) -> bytes:
    """A card that names so many pictures that are none, as a package may hold files."""
    many = 4000
    listing = json.dumps({str(number): f"{number}.png" for number in range(many)}).encode()
    notes = [("".join(f'<img src="{number}.png">' for number in range(200)), "y")]
    entries = [("collection.anki2", database(made, notes)), ("media", listing)]
    return zipped([*entries, *((str(number), b"x") for number in range(many))])


def _bytes(entry: str, said: str) -> bytes:
    return said.encode("latin-1" if entry.startswith("media/") else "utf-8")
