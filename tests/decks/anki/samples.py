"""Packages to read: made by Anki itself with what it would show, by genanki, and by hand."""

import io
import json
import random
import sqlite3
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from bot.decks.anki.archive import Limits
from bot.decks.anki.package import Package, unpacked
from bot.decks.anki.reading import PackageRead, read_package
from tests.decks.test_folder import png


def _white(width: int, height: int) -> bytes:
    """A picture of which every pixel is white."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(target, "PNG")
    return target.getvalue()


SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00 not much of a sound"
MEDIA = {"map.png": png(40, 30), "ünï cödé.png": png(9, 9), "a word.mp3": SOUND}
PICTURE = _white(40, 30)
GENERATIONS = ("new.apkg", "old.apkg", "new.colpkg", "old.colpkg")

# All are hidden at once, the third is turned; the label hides nothing.
OCCLUSIONS = (
    "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2:oi=1}}<br>"
    "{{c2::image-occlusion:ellipse:left=.5:top=.5:rx=.2:ry=.2:oi=1}}<br>"
    "{{c3::image-occlusion:polygon:points=.1,.6 .3,.6 .3,.9 .1,.9:angle=0:oi=1}}"
    "{{c0::image-occlusion:text:left=.5:top=.1:text=label:scale=1}}"
)
NAMES = ("Front", "Back", "Extra")
FILTERS = ("", "", "text:", "furigana:", "kana:", "kanji:", "unknown:", ":", "text:furigana:", " ", "cloze:")
PIECES = (
    "x", "word ", "<b>q</b>", "<div>d</div>", "&amp;", "&gt;", "日本[にほん]", " 字[じ]", "<br>",
    "{{Front}}", "{{", "}}", "{{c1::k}}", "&nbsp;", "::", "{{c2::m::h}}",
)  # fmt: skip
# Note types of its own: what templates can do.
TRICKY = [
    ("{{#Extra}}({{Extra}}) {{/Extra}}{{Front}}", "{{FrontSide}}<hr id=answer>{{^Extra}}none{{/Extra}}{{Back}}"),
    ("<div>{{text:Front}}</div><!-- {{Extra}} -->", "{{FrontSide}}<hr id='answer'><p>{{unknown:Back}}</p>{{Tags}}"),
    ("{{Front}} {{Deck}} / {{Subdeck}}", "{{Front}} {{Deck}} / {{Subdeck}}<hr id=answer>{{Type}} {{Card}}"),
    ("{{furigana:Front}}", "{{kana:Front}} {{kanji:Front}} {{Back}}"),
    ("{{#Front}}{{#Extra}}both{{/Extra}}{{^Extra}}one {{Front}}{{/Extra}}{{/Front}}", "{{Back}}"),
    ("{{=<% %>=}}<%Front%>", "{{=<% %>=}}<%FrontSide%><hr id=answer><%Back%>"),
    (
        "{{Front}}<style>.a { color: red }</style><script>var a = '<b>'</script>",
        "{{FrontSide}} <hr id=answer> {{Back}}",
    ),
    ("{{ Front }}", "{{::Back}} {{type:Extra}}"),
    ("{{Front}}", "{{cloze:Extra}} is the gap of the ninth card"),
]


# "Notes in Plain Text", with all that can be ticked.
NOTES, PLAIN_NOTES = "notes.txt", "plain notes.txt"


@dataclass(frozen=True)
class Shown:
    """A card as Anki has it."""

    question: str
    answer: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    due_on: date | None
    stability: float | None
    difficulty: float | None
    suspended: bool
    buried: bool


@dataclass(frozen=True)
class Sample:
    """Exports of one collection, and its cards by note's guid and ordinal."""

    folder: Path
    cards: dict[tuple[str, int], Shown]
    reviews: int

    def path(self, name: str) -> Path:
        """One of GENERATIONS."""
        return self.folder / name


def by_anki(folder: Path) -> Sample:
    """A collection with every note type that Anki comes with, some that people make, and a week of reviews."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from anki.collection import Collection

    col = Collection(str(folder / "made.anki2"))
    col.set_config("fsrs", True)
    for name, data in MEDIA.items():
        col.media.write_data(name, data)
    _fill(col, folder)
    _study(col)
    cards = {(card.note().guid, card.ord): _shown(col, card) for card in map(col.get_card, col.find_cards(""))}
    reviews = col.db.scalar("select count() from revlog")
    _export(col, folder)
    col.close()
    return Sample(folder, cards, reviews)


def _fill(col: Any, folder: Path) -> None:
    for name in ("Basic", "Basic (and reversed card)", "Basic (type in the answer)"):
        for number in range(4):
            fields = [f"<b>Front</b> {number} of {name} &lt;tag&gt; &amp; x", f'Back<br>{number}<img src="map.png">']
            _add(col, name, fields, "Lang::Fr", ["verb", "week::1"])
    _add(
        col, "Basic", ["sound [sound:a word.mp3]", '<div>two</div><div>lines</div><img src="ünï cödé.png">'], "Lang", []
    )
    _add(col, "Basic", ['gone <img src="gone.png">', "x"], "Lang", [])
    _add(col, "Basic (optional reversed card)", ["one", "way", ""], "Lang::De", [])
    _add(col, "Basic (optional reversed card)", ["both", "ways", "y"], "Lang::De", [])
    emptied = _add(col, "Basic (optional reversed card)", ["was", "both ways", "y"], "Lang::De", [])
    emptied["Add Reverse"] = ""
    col.update_note(emptied)
    for text in (
        "{{c1::Paris}} is the capital of {{c2::France::a country}}.",
        "{{c1::outer {{c2::inner::in}} end}} and {{c3,1::both}}",
        r"\({{c1::x^2}} + y\) of {{c2::a <b>bold</b> word}}",
    ):
        _add(col, "Cloze", [text, "more"], "Gaps", ["gap"])
    (folder / "occluded.png").write_bytes(PICTURE)
    col.add_image_occlusion_note(
        notetype_id=col.models.by_name("Image Occlusion")["id"],
        image_path=str(folder / "occluded.png"),
        occlusions=OCCLUSIONS,
        header="where",
        back_extra="there",
        tags=[],
    )
    _tricky(col)
    _by_chance(col)


def _add_kind(col: Any, called: str, templates: Iterable[tuple[str, str]]) -> None:
    kind = col.models.new(called)
    for name in NAMES:
        col.models.add_field(kind, col.models.new_field(name))
    for number, (question, answer) in enumerate(templates):
        template = col.models.new_template(f"Kind {number}")
        template["qfmt"], template["afmt"] = question, answer
        col.models.add_template(kind, template)
    col.models.add(kind)


def _by_chance(col: Any) -> None:
    """Templates and fields that nobody would make, always the same."""
    chance = random.Random(1)

    def template(depth: int = 0) -> str:
        made = ""
        for _ in range(chance.randint(1, 3)):
            name, roll = chance.choice(NAMES), chance.random()
            if roll < 0.5:
                made += f"{{{{{chance.choice(FILTERS)}{name}}}}}"
            elif roll < 0.8 and depth < 3:
                made += f"{{{{{chance.choice('#^')}{name}}}}}{template(depth + 1)}{{{{/{name}}}}}"
            else:
                made += chance.choice(
                    ("t ", " }} ", "<i>u</i>", "<!-- {{Back}} -->", "{{Subdeck}}", "{{#Tags}}T{{/Tags}}")
                )
        return made

    def text() -> str:
        return "".join(chance.choice(PIECES) for _ in range(chance.choice((0, 0, 1, 2, 4))))

    for number in range(30):
        _add_kind(col, f"Chance {number}", [("{{Front}}" + template(), "{{FrontSide}}<hr id=answer>" + template())])
        _add(col, f"Chance {number}", ["x" + text(), text(), text()], "Chance", chance.choice(([], ["t", "u"])))


def _tricky(col: Any) -> None:
    _add_kind(col, "Tricky", TRICKY)
    _add(col, "Tricky", ["日本[にほん] の 漢字[かんじ] <i>A&amp;B</i>", "back", ""], "Odd::Deep::Deepest", ["t"])
    _add(col, "Tricky", ["plain", "<p>one</p><p>two</p>", "filled {{c9::gap}}"], "Odd", [])


def _add(col: Any, kind: str, fields: list[str], deck: str, tags: list[str]) -> Any:
    note = col.new_note(col.models.by_name(kind))
    note.fields, note.tags = fields, tags
    col.add_note(note, col.decks.id(deck))
    return note


def _study(col: Any) -> None:
    """Some cards in review, some in learning, one suspended, one buried."""
    col.decks.select(col.decks.id("Lang"))
    for ease in (4, 4, 3, 1, 4, 2):
        card = col.sched.getCard()
        col.sched.answerCard(card, ease)
    rest = col.find_cards("is:new deck:Lang::Fr")
    col.sched.suspend_cards(rest[:1])
    col.sched.bury_cards(rest[1:2])
    col.sched.set_due_date(rest[2:5], "12")
    cram = col.decks.get(col.decks.new_filtered("Cram"))
    cram["terms"] = [["prop:due=12", 2, 0]]
    col.decks.save(cram)
    col.sched.rebuild_filtered_deck(cram["id"])


def _shown(col: Any, card: Any) -> Shown:
    output, note = card.render_output(), card.note()
    memory = card.memory_state
    # Anki reckons in the time of this machine, from four in the morning.
    today = (datetime.fromtimestamp(col.sched.day_cutoff, UTC) - timedelta(days=1)).date()
    due = card.odue or card.due
    due_on = today + timedelta(days=due - col.sched.today) if card.type == 2 else None
    return Shown(
        output.question_text,
        output.answer_text,
        tuple(note.fields),
        tuple(note.tags),
        col.decks.name(card.odid or card.did),
        due_on,
        memory and memory.stability,
        memory and memory.difficulty,
        card.queue == -1,
        card.queue in (-2, -3),
    )


def _export(col: Any, folder: Path) -> None:
    from anki.collection import ExportAnkiPackageOptions

    for name, with_html in ((NOTES, True), (PLAIN_NOTES, False)):
        col.export_note_csv(
            out_path=str(folder / name), limit=None, with_html=with_html,
            with_tags=True, with_deck=True, with_notetype=True, with_guid=True,
        )  # fmt: skip

    for name, legacy in (("new.apkg", False), ("old.apkg", True)):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
        col.export_anki_package(out_path=str(folder / name), options=options, limit=None)
    for name, legacy in (("new.colpkg", False), ("old.colpkg", True)):
        col.export_collection_package(str(folder / name), include_media=True, legacy=legacy)
        col.reopen()


def by_genanki(folder: Path) -> Path:
    """A package as programs make them."""
    import genanki

    model = genanki.Model(
        1607392319,
        "Simple",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Picture"}],
        templates=[
            {"name": "Card 1", "qfmt": "{{Question}}<br>{{Picture}}", "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}"}
        ],
    )
    deck = genanki.Deck(2059400110, "Country Capitals")
    for country, capital in (("France", "Paris"), ("Spain", "Madrid")):
        fields = [f"Capital of {country}?", capital, '<img src="map.png">']
        deck.add_note(genanki.Note(model=model, fields=fields, tags=["geo"]))
    deck.add_note(genanki.Note(model=genanki.CLOZE_MODEL, fields=["{{c1::Rome}} lies in {{c2::Italy}}", ""]))
    picture = folder / "map.png"
    picture.write_bytes(MEDIA["map.png"])
    package = genanki.Package(deck)
    package.media_files = [str(picture)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.write_to_file(str(folder / "genanki.apkg"))
    return folder / "genanki.apkg"


def zipped(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries in this order, also where a name comes twice."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(target, "w", way) as archive:
            for name, data in entries:
                archive.writestr(name, data)
    return target.getvalue()


SCHEMA = """
    create table col (id integer primary key, crt integer, mod integer, scm integer, ver integer, dty integer,
        usn integer, ls integer, conf text, models text, decks text, dconf text, tags text);
    create table notes (id integer primary key, guid text, mid integer, mod integer, usn integer, tags text, flds text,
        sfld integer, csum integer, flags integer, data text);
    create table cards (id integer primary key, nid integer, did integer, ord integer, mod integer, usn integer,
        type integer, queue integer, due integer, ivl integer, factor integer, reps integer, lapses integer,
        left integer, odue integer, odid integer, flags integer, data text);
    create table revlog (id integer primary key, cid integer, usn integer, ease integer, ivl integer, lastIvl integer,
        factor integer, time integer, type integer);"""


def database(
    path: Path,
    notes: Iterable[tuple[str, str]] = (("front", "back"),),
    question: str = "{{Front}}",
    answer: str = "{{FrontSide}}<hr id=answer>{{Back}}",
    *,
    cloze: bool = False,
    first: str = "",
    then: str = "",
) -> bytes:
    """An old collection made by hand: one note type of two fields, a card a note.

    Args:
        first: SQL before its tables are made; `then`: after.
    """
    path.unlink(missing_ok=True)
    templates = [{"name": "Card 1", "ord": 0, "qfmt": question, "afmt": answer}]
    fields = [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}]
    models = {"1": {"id": 1, "name": "By hand", "type": int(cloze), "flds": fields, "tmpls": templates}}
    decks = {"1": {"id": 1, "name": "Default"}}
    db = sqlite3.connect(path)
    db.executescript(first + SCHEMA)
    col = (1, 1_700_000_000, 0, 0, 11, 0, 0, 0, "{}", json.dumps(models), json.dumps(decks), "{}", "{}")
    db.execute("insert into col values (?,?,?,?,?,?,?,?,?,?,?,?,?)", col)
    for number, note in enumerate(notes, 1):
        flds = "\x1f".join(note)
        db.execute("insert into notes values (?,?,1,0,0,'',?,'',0,0,'')", (number, f"guid{number}", flds))
        db.execute("insert into cards values (?,?,1,0,0,0,0,0,?,0,0,0,0,0,0,0,0,'')", (number, number, number))
    db.commit()
    db.executescript(then)
    db.close()
    return path.read_bytes()


def package_of(collection: bytes, media: bytes = b"{}", *more: tuple[str, bytes]) -> bytes:
    """An old package around a database."""
    return zipped([("collection.anki2", collection), ("media", media), *more])


@contextmanager
def open_package(path: Path, folder: Path, limits: Limits | None = None) -> Iterator[tuple[Package, PackageRead]]:
    """The package, unpacked into the empty folder and read."""
    with unpacked(path, path.name, folder, limits) as package:
        yield package, read_package(package)
