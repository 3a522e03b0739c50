"""A new collection in Anki's schema 11, which every Anki reads: its tables, and the rows that are put into them."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.decks.anki.notetypes import Look, NoteType, Template

_SCHEMA = """
create table col (
    id integer primary key, crt integer not null, mod integer not null, scm integer not null, ver integer not null,
    dty integer not null, usn integer not null, ls integer not null, conf text not null, models text not null,
    decks text not null, dconf text not null, tags text not null
);
create table notes (
    id integer primary key, guid text not null, mid integer not null, mod integer not null, usn integer not null,
    tags text not null, flds text not null, sfld integer not null, csum integer not null, flags integer not null,
    data text not null
);
create table cards (
    id integer primary key, nid integer not null, did integer not null, ord integer not null, mod integer not null,
    usn integer not null, type integer not null, queue integer not null, due integer not null, ivl integer not null,
    factor integer not null, reps integer not null, lapses integer not null, left integer not null,
    odue integer not null, odid integer not null, flags integer not null, data text not null
);
create table revlog (
    id integer primary key, cid integer not null, usn integer not null, ease integer not null, ivl integer not null,
    lastIvl integer not null, factor integer not null, time integer not null, type integer not null
);
create table graves (usn integer not null, oid integer not null, type integer not null);
create index ix_notes_usn on notes (usn);
create index ix_notes_csum on notes (csum);
create index ix_cards_usn on cards (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_usn on revlog (usn);
create index ix_revlog_cid on revlog (cid);
"""
_VERSION = 11
# Changed here and never sent to a server of Anki's.
_UNSENT = -1
_NAMED = re.compile(r"\{\{[#^]?([^{}/][^{}]*)\}\}")
DEFAULT = 1
"""The deck that every collection has, and the options that every deck begins with."""


class NoteRow(Struct, frozen=True):
    """A note; `sorted_by` is the field by which Anki sorts as plain text, `checksum` that of the first one."""

    id: int
    guid: str
    notetype: int
    tags: str
    fields: str
    sorted_by: str
    checksum: int


class CardRow(Struct, frozen=True):
    """A card, its numbers as in `bot.decks.anki.collection.CardState`; `left` counts learning steps, `data` is JSON."""

    id: int
    note: int
    deck: int
    ordinal: int
    kind: int
    queue: int
    due: int
    interval: int
    factor: int
    reviews: int
    lapses: int
    left: int
    data: str


class LogRow(Struct, frozen=True):
    """A row of the log, its numbers as in `bot.decks.anki.collection.ReviewRow`."""

    at_ms: int
    card: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    taken_ms: int
    kind: int


class Collection(Struct, frozen=True):
    """What is in it as a whole.

    Attributes:
        created: when its first day began, seconds since 1970.
        west_minutes: how far west of UTC that was.
        rollover_hour: when its days begin.
        made: seconds since 1970.
        notetypes: by id; so are the decks' names, `A::B` among them only with `A`.
    """

    created: int
    west_minutes: int
    rollover_hour: int
    made: int
    notetypes: Mapping[int, NoteType]
    decks: Mapping[int, str]
    next_place: int


def write(
    path: Path, collection: Collection, notes: Iterable[NoteRow], cards: Iterable[CardRow], log: Iterable[LogRow]
) -> None:
    """Makes the file; raises OSError and sqlite3.Error if the disk does not take it."""
    made = collection.made
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        # What does not come to its end is thrown away whole.
        db.execute("pragma journal_mode = off")
        db.execute("pragma synchronous = off")
        db.executescript(_SCHEMA)
        db.execute("begin")
        db.execute("insert into col values (1, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, '{}')", _col(collection))
        db.executemany(
            "insert into notes values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')",
            ((n.id, n.guid, n.notetype, made, _UNSENT, n.tags, n.fields, n.sorted_by, n.checksum) for n in notes),
        )
        db.executemany(
            "insert into cards values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
            (
                (
                    *(c.id, c.note, c.deck, c.ordinal, made, _UNSENT, c.kind, c.queue, c.due, c.interval, c.factor),
                    *(c.reviews, c.lapses, c.left, c.data),
                )
                for c in cards
            ),
        )
        db.executemany(
            "insert into revlog values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (r.at_ms, r.card, _UNSENT, r.ease, r.interval, r.last_interval, r.factor, r.taken_ms, r.kind)
                for r in log
            ),
        )
        db.execute("commit")


def _col(collection: Collection) -> tuple[int | str, ...]:
    made = collection.made
    conf = {
        "activeDecks": [DEFAULT],
        "curDeck": DEFAULT,
        "newSpread": 0,
        "collapseTime": 1200,
        "timeLim": 0,
        "estTimes": True,
        "dueCounts": True,
        "curModel": next(iter(collection.notetypes), None),
        "nextPos": collection.next_place,
        "sortType": "noteFld",
        "sortBackwards": False,
        "addToCur": True,
        "dayLearnFirst": False,
        "schedVer": 2,
        "sched2021": True,
        "creationOffset": collection.west_minutes,
        "rollover": collection.rollover_hour,
        "fsrs": True,
    }
    models = {str(id_): _model(id_, each, made) for id_, each in collection.notetypes.items()}
    decks = {str(id_): _deck(id_, name, made) for id_, name in {DEFAULT: "Default", **collection.decks}.items()}
    texts = [json.dumps(each, ensure_ascii=False) for each in (conf, models, decks, {str(DEFAULT): _options(made)})]
    return (collection.created, made * 1000, made * 1000, _VERSION, *texts)


def _model(id_: int, notetype: NoteType, made: int) -> dict[str, Any]:
    return {
        "id": id_,
        "name": notetype.name,
        "type": int(notetype.is_cloze),
        "mod": made,
        "usn": _UNSENT,
        "sortf": notetype.sort_field,
        "did": DEFAULT,
        "flds": [_field(at, name, notetype) for at, name in enumerate(notetype.fields)],
        "tmpls": [_template(at, each) for at, each in enumerate(notetype.templates)],
        # Older ones make a card where one of these fields is filled; today's look at the template.
        "req": [[at, "any", _asked(each, notetype.fields)] for at, each in enumerate(notetype.templates)],
        "css": notetype.css,
        "latexPre": notetype.latex_before,
        "latexPost": notetype.latex_after,
        "latexsvg": notetype.latex_as_svg,
        **({"originalStockKind": notetype.stock} if notetype.stock else {}),
        **({"originalId": notetype.first_id} if notetype.first_id is not None else {}),
    }


def _field(at: int, name: str, notetype: NoteType) -> dict[str, Any]:
    look = notetype.looks[at] if at < len(notetype.looks) else Look()
    return {
        "name": name,
        "ord": at,
        "sticky": look.sticky,
        "rtl": look.right_to_left,
        "font": look.font,
        "size": look.size,
        "description": look.description,
        "plainText": look.plain,
        "collapsed": look.collapsed,
        "excludeFromSearch": look.unsearched,
        "preventDeletion": look.kept,
        **({"id": look.id} if look.id is not None else {}),
        **({"tag": look.tag} if look.tag is not None else {}),
    }


def _template(at: int, template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "ord": at,
        "qfmt": template.question,
        "afmt": template.answer,
        "bqfmt": template.browser_question,
        "bafmt": template.browser_answer,
        "did": None,
        "bfont": template.browser_font,
        "bsize": template.browser_size,
        **({"id": template.id} if template.id is not None else {}),
    }


def _asked(template: Template, fields: Sequence[str]) -> list[int]:
    named = {found.rpartition(":")[2].strip() for found in _NAMED.findall(template.question)}
    return [at for at, name in enumerate(fields) if name in named]


def _deck(id_: int, name: str, made: int) -> dict[str, Any]:
    today = {each: [0, 0] for each in ("newToday", "revToday", "lrnToday", "timeToday")}
    return {
        "id": id_,
        "name": name,
        "mod": made,
        "usn": _UNSENT,
        "collapsed": False,
        "browserCollapsed": False,
        "desc": "",
        "dyn": 0,
        "conf": DEFAULT,
        "extendNew": 0,
        "extendRev": 0,
        **today,
    }


def _options(made: int) -> dict[str, Any]:
    """Anki's own first options, which it takes only where it has none."""
    return {
        "id": DEFAULT,
        "name": "Default",
        "mod": made,
        "usn": _UNSENT,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": False,
            "delays": [1.0, 10.0],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": 20,
        },
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }
