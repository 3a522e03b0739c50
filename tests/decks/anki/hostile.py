"""Packages that are broken or made to harm, with what is said of each. As a script: writes them to a folder."""

import json
import sqlite3
import stat
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from tests.decks.anki.samples import database, package_of, zipped

ZEROS = bytes(20 * 2**20)
Hostile = Iterator[tuple[str, bytes, str]]
"""Name, bytes, and a part of the line that is said."""


def corpus(folder: Path) -> Hostile:
    """All of them; `folder` is for databases that are made on the way."""
    yield from zips(folder)
    yield from listings(folder)
    yield from databases(folder)


def zips(folder: Path) -> Hostile:
    """What is wrong with the zip."""
    good = database(folder / "made.db")
    fine = package_of(good)
    packed_zeros = zstandard.compress(ZEROS)
    yield "deflated bomb", package_of(ZEROS), "unpacks to more than a package holds"
    yield "zstd bomb", zipped([("collection.anki21b", packed_zeros)]), "unpacks to more than a package holds"
    twice = zstandard.compress(packed_zeros)
    yield "bomb in a bomb", zipped([("collection.anki21b", twice)]), "none of Anki's"
    yield "bomb as a list", package_of(good, ZEROS), "unpacks to more than a package holds"
    window = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    )
    streamed = window.compressobj()
    large = streamed.compress(b"x" * 100) + streamed.flush()
    yield "zstd of a large window", zipped([("collection.anki21b", large)]), "cut off or damaged"
    yield "little promised", promising(package_of(good), 10), "cut off or damaged"
    yield "packages in it", zipped([("a.apkg", fine), ("b.apkg", fine)]), "packages are packed in it"
    yield "overlapping", _overlapping(fine), "lie over one another"
    yield "encrypted", _with_flags(fine, 0x01), "it is encrypted"
    for name in ("../collection.anki2", "/etc/passwd", r"..\x", r"C:\x", "a/../../x"):
        yield f"leads out {name.replace('/', '!')}", package_of(good, b"{}", (name, b"x")), "leads out of the package"
    link = zipfile.ZipInfo("0")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    yield "link", zipped([("collection.anki2", good), (link, b"/etc/passwd")]), "is a link and no file"
    yield "twice", zipped([("collection.anki2", good), ("collection.anki2", ZEROS[:99])]), "stands in it twice"
    for way, called in ((zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")):
        yield called, zipped([("collection.anki2", good)], way), "packed in a way that Anki does not use"
    yield "large directory", _with_directory_size(fine, 2**31), "files in it"
    for length in (0, 1, 100, len(fine) // 2, len(fine) - 30, len(fine) - 1):
        yield f"cut off at {length}", fine[:length], "cut off"
    yield "cut off before", fine[100:], "cut off"
    yield "no zip", b"front;back\n", "no package"
    yield "nothing in it", zipped([]), "no collection in it"
    yield "wrong name", _with_name(fine), "no package"
    cut = zstandard.compress(good)[:-20]
    yield "zstd cut off", zipped([("collection.anki21b", cut)]), "cut off or damaged"
    stub = zipped([("collection.anki21b", cut), ("collection.anki2", good)])
    yield "an older one beside it", stub, "cut off or damaged"
    yield "no zstd", zipped([("collection.anki21b", good)]), "cut off or damaged"
    yield "from the future", package_of(good, b"{}", ("meta", b"\x08\x04")), "version 4 where 3 is the newest"
    yield "meta of nonsense", package_of(good, b"{}", ("meta", b"\xff" * 12)), "its version cannot be read"


def listings(folder: Path) -> Hostile:
    """What is wrong with the list of media."""
    good = database(folder / "made.db")
    for name in ("../x.png", "/etc/passwd", r"..\x.png", "a/b.png", r"C:\x.png", "..", "", "x\0.png"):
        listing = json.dumps({"0": name}).encode()
        called = f"medium {name!r}".replace("/", "!")
        yield called, package_of(good, listing, ("0", b"x")), "name of a medium leads out"
    yield "long name", package_of(good, json.dumps({"0": "x" * 300}).encode()), "longer than any file's"
    wrong = "list of media cannot be read"
    for called, listing in (
        ("other encoding", '{"0": "naïve.png"}'.encode("cp1252")),
        ("nested", b"[" * 100_000),
        ("no names", b'{"0": 1}'),
        ("no numbers", b'{"../0": "x.png"}'),
        ("text", b"hello"),
    ):
        yield f"list {called}", package_of(good, listing), wrong
    entries = [("collection.anki21b", zstandard.compress(good)), ("media", zstandard.compress(b"\x0a\xff\xff\x03"))]
    yield "list of nonsense", zipped(entries), wrong


def databases(folder: Path) -> Hostile:
    """What is wrong with the database."""
    made = folder / "made.db"
    anki = "that Anki does not make"
    views = {
        "a view": "alter table notes rename to n; create view notes as select * from n;",
        "a view that never ends": "alter table notes rename to n; create view notes as with recursive r(id) as "
        "(select 1 union all select id + 1 from r) select id, '' guid, 1 mid, '' tags, '' flds from r;",
        "a view of json_each": "alter table notes rename to n; create view notes as "
        "select id, value guid, 1 mid, '' tags, value flds from json_each('[1,2,3]');",
        "a trigger": "create trigger t after insert on notes begin delete from notes; end;",
        "a virtual table": "drop table notes; create virtual table notes using fts5(id, guid, mid, tags, flds);",
        "a generated column": "alter table notes add column x text as (hex(zeroblob(1000000)));",
    }
    for called, statements in views.items():
        yield called, package_of(database(made, then=statements)), anki
    yield "no notes", package_of(database(made, then="drop table notes")), 'no table "notes"'
    missing = "alter table notes drop column flds"
    yield "no fields", package_of(database(made, then=missing)), 'no column "flds"'
    yield "no collection", package_of(database(made, then="delete from col")), "no collection in its database"
    yield "no cards", package_of(database(made, then="delete from cards")), "there is no card in it"
    newer = "update col set ver = 99"
    yield "of the future", package_of(database(made, then=newer)), "version 99 where 18 is the newest"
    models = "update col set models = '{'"
    yield "no models", package_of(database(made, then=models)), "note types or decks cannot be read"
    nested = f"update col set models = '{'[' * 100_000}'"
    yield "nested models", package_of(database(made, then=nested)), "note types or decks cannot be read"
    ancient = "update col set crt = -99999"
    yield "of no time", package_of(database(made, then=ancient)), "note types or decks cannot be read"
    empty = "update notes set guid = null"
    yield "a null", package_of(database(made, then=empty)), "is empty that never is"
    index = database(made, then="create index nonsense on notes (id)")
    unreadable = index.replace(b"CREATE INDEX nonsense", b"CREATE INDEE \x80\x80\x80sense")
    yield "nonsense in its schema", package_of(unreadable), "none of Anki's"
    odd = "{{#Front}}{{/x\a\x7f\u202e" + "y" * 1000 + "}}"
    yield "odd names", package_of(database(made, question=odd)), 'card 1 of By hand: "{{/x yyy'
    yield "no database", package_of(b"SQLite format 3\0" + b"x" * 5000), "none of Anki's"
    good = database(made, [(f"front {number}", "back " * 50) for number in range(300)])
    yield "half a database", package_of(good[: len(good) // 2]), "damaged"
    yield "pages that are shared", package_of(_sharing_pages(made)), "its database is damaged"


def promising(archive: bytes, size: int) -> bytes:
    """The archive whose header says that its first file has that size."""
    at = archive.index(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<L", size) + archive[at + 28 :]


def _overlapping(archive: bytes) -> bytes:
    first = archive.index(b"PK\x01\x02")
    second = archive.index(b"PK\x01\x02", first + 4)
    return archive[: second + 42] + archive[first + 42 : first + 46] + archive[second + 46 :]


def _with_flags(archive: bytes, flags: int) -> bytes:
    changed = bytearray(archive)
    changed[archive.index(b"PK\x03\x04") + 6] |= flags
    changed[archive.index(b"PK\x01\x02") + 8] |= flags
    return bytes(changed)


def _with_name(archive: bytes) -> bytes:
    """A name that says it is UTF-8 and is not."""
    changed = bytearray(archive)
    at = archive.index(b"PK\x01\x02")
    changed[at + 9] |= 0x08
    changed[at + 46] = 0xFF
    return bytes(changed)


def _with_directory_size(archive: bytes, size: int) -> bytes:
    at = archive.rindex(b"PK\x05\x06")
    return archive[: at + 12] + struct.pack("<L", size) + archive[at + 16 :]


def _sharing_pages(path: Path) -> bytes:
    """A database whose tree of notes leads to its one large note again and again."""
    large = [("large", "x" * 2**20)]
    data = bytearray(database(path, large + [(f"{number}", "y" * 300) for number in range(300)]))
    size = struct.unpack(">H", data[16:18])[0]
    with sqlite3.connect(path) as db:
        root = db.execute("select rootpage from sqlite_master where name = 'notes'").fetchone()[0]
    db.close()
    at = (root - 1) * size
    cells = struct.unpack(">H", data[at + 3 : at + 5])[0]
    places = struct.unpack(f">{cells}H", data[at + 12 : at + 12 + 2 * cells])
    first = data[at + places[0] : at + places[0] + 4]
    for place in places:
        data[at + place : at + place + 4] = first
    data[at + 8 : at + 12] = first
    return bytes(data)


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        for called, data, _ in corpus(Path(name)):
            Path(sys.argv[1], f"{called}.apkg").write_bytes(data)
