"""A file of our own that comes back, as it is or with a word changed: what is here is no poorer for it."""

import functools
import sqlite3
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.chat import buttons
from bot.playground.people import Somebody
from tests.decks.anki.samples import SOUND, database, package_of, zipped
from tests.notebook import notebook
from tests.people import BotHere
from tests.test_edit import tap
from tests.test_export import exported
from tests.test_imports import done, kept, sent
from tests.test_long_cards import png

FORMS = ("Anki package", "Anki package with my progress", "Text", "Markdown", "JSON Lines")
BASIC = [
    ("Largest cell?", 'An egg, "of an ostrich" <img src="cell.png" alt="a cell"> [sound:egg.mp3]'),
    ("Forms of <b>être</b>?", "<table><tr><th>je</th><th>tu</th></tr><tr><td>suis</td><td>es</td></tr></table>"),
    (r"What is \(\sqrt{2}\)?", r"\[1.41\ldots\] or so<br><br><ul><li>one<ul><li>two</li></ul></li></ul>"),
    ('<img src="cell.png">', "A cell&nbsp; (of <i>something</i>)"),
]
REVERSED = [("die Zelle [sound:odd.mp3]", "the cell"), ("das Ei", "the <u>egg</u>")]
CLOZE = [("{{c1::Paris}} lies in {{c2::France::a country}}.", "On the Seine")]


@functools.cache
def package() -> bytes:
    """Notes of three of Anki's own types, with all that they hold."""
    import genanki

    deck = genanki.Deck(1700000010, "Vocab")
    for model, notes in (
        (genanki.BASIC_MODEL, BASIC),
        (genanki.BASIC_AND_REVERSED_CARD_MODEL, REVERSED),
        (genanki.CLOZE_MODEL, CLOZE),
    ):
        for number, fields in enumerate(notes):
            deck.add_note(genanki.Note(model=model, guid=f"{model.name[:8]}{number}", fields=[*fields], tags=["t"]))
    with TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        (folder / "cell.png").write_bytes(png(50))
        (folder / "egg.mp3").write_bytes(SOUND)
        (folder / "odd.mp3").write_bytes(b"nothing that can be heard")
        made = genanki.Package(deck, [str(folder / name) for name in ("cell.png", "egg.mp3", "odd.mp3")])
        made.write_to_file(str(folder / "vocab.apkg"))
        return (folder / "vocab.apkg").read_bytes()


def rows(bot: BotHere) -> list[sqlite3.Row]:
    """The cards of the deck, in the order in which they were made."""
    with notebook(bot) as db:
        return db.execute("select * from cards where deck_id = 2 order by card_id").fetchall()


def sides(row: sqlite3.Row) -> tuple[object, ...]:
    """All that the file says of a card."""
    return tuple(row[name] for name in ("guid", "note", "fields", "front", "back", "tags", "notetype_id"))


WORDS = """---
name = "Words"
---

C: [Rivers] flow to the [sea].

Q: What **is** a keel?
A: A *beam*, in

| of | wood |
|----|------|
| or | iron |

Q: Which <u>one</u>?
A: $x^2$ and ~~not~~ `code`
"""


async def sent_back(anna: Somebody, deck: str) -> None:
    """Each form in which the deck can leave is sent, and nothing is to be done."""
    for form in FORMS:
        # A chat gets no more than a few messages at once.
        await anna.playground.clock.advance(minutes=1)
        name, data = await exported(anna, f"{deck} · ", form)
        said = await sent(anna, data, name)
        assert "Nothing has changed" in said.text, (form, said)
        assert [form, *said.labels] == [form]
        assert said.text.count("\n") == 1, (form, said)


async def test_what_was_exported_comes_back_as_nothing_new(bot: BotHere, anna: Somebody) -> None:
    """In each form, also in one that holds less than is here; so does what was edited and added in the chat."""
    await sent(anna, package(), "vocab.apkg")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Good", "Not now")
    await anna.sends("/add What is a keel?\nA beam")
    await anna.taps("Also reversed", "To deck …", "Vocab", "Save")
    with notebook(bot) as db:
        (card,) = db.execute("select card_id from cards where guid = 'Basic (a1:0'").fetchall()
    await tap(anna, buttons.CardPage(card["card_id"]))
    await anna.taps("Edit", "Back")
    await anna.sends("the ovum")
    await anna.taps("Save")
    await sent_back(anna, "Vocab")
    await sent(anna, WORDS, "words.md")
    await done(anna, "Import")
    await sent_back(anna, "Words")
    await anna.sends("/export")
    await anna.taps("Everything of mine")
    everything = anna.message().file
    assert everything is not None
    said = await sent(anna, everything.data, everything.name)
    assert "Nothing has changed" in said.text


async def test_only_what_says_something_else_is_taken(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """Pictures, types and looks stay on all other cards; what it costs is said before, and what was done after."""
    await sent(anna, package(), "vocab.apkg")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Good", "Not now")
    before = rows(bot)
    media = kept(bot)
    name, data = await exported(anna, "Vocab · ", "Text")
    changed = data.replace(b"Largest cell?", b"Largest cell of all?").replace(b"the cell\t", b"a cell\t")
    gone = b"\n".join(line for line in changed.split(b"\n") if b"Forms of" not in line)
    said = await sent(anna, gone + b"new\tWhy?\tThus\t\t\n", name)
    assert said.text.split("\n")[1] == (
        "1 new · 3 changed (memory kept) · 3 of them lose their Anki note type and go back to Anki as another note · "
        "1 archived, as the file has them no more"
    )
    said = await done(anna, "Import")
    assert said.text.startswith("Vocab is yours: 10 cards (1 new, 3 changed, 1 archived).")
    after = rows(bot)
    changed = [new for old, new in zip(before, after, strict=False) if sides(old) != sides(new)]
    assert [row["notetype_id"] for row in changed] == [None, None, None]
    assert [row["archived_at"] is None for row in after] == [True, False, *[True] * 9]
    assert kept(bot) == media
    assert next(name for name in media if name.endswith(".png")) in after[0]["back"]
    name, data = await exported(anna, "Vocab · ", "Markdown")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = {each: archive.read(each) for each in archive.namelist()}
    entries["vocab.md"] = entries["vocab.md"].replace(b"Why?", b"Why not?")
    del entries["cell.png"]
    said = await sent(anna, zipped(entries.items()), name)
    assert said.text.split("\n")[1] == "0 new · 1 changed (memory kept)"
    await done(anna, "Import")
    # Of a card without a type the cells are those of its last file.
    seen = [[sides(row)[3:] for row in each[:-1]] for each in (rows(bot), after)]
    assert seen[0] == seen[1]
    assert kept(bot) == media


async def test_what_would_only_be_kept_otherwise_is_said_in_words(bot: BotHere, anna: Somebody, tmp_path: Path) -> None:
    """Note types for a deck of the same words, the order of a file, tags; then an untouched file has no Import."""
    notes = [("Longest river?", "Nile"), ("River of Rome?", "Tiber")]
    lines = "#deck:Default\n#separator:Semicolon\nLongest river?;Nile\nRiver of Rome?;Tiber\n"
    anki = package_of(database(tmp_path / "made.db", notes))
    says = "Every card says what it said. Import takes from the file"
    await sent(anna, lines, "rivers.txt")
    await done(anna, "Import")
    said = await sent(anna, anki, "rivers.apkg")
    assert said.text == f"rivers.\u2060apkg: 2 notes → 2 cards\n{says} the Anki note types of 2 cards."
    assert (await done(anna, "Import")).text.startswith("Default is yours: 2 cards. Nobody")
    assert (await sent(anna, anki, "rivers.apkg")).labels == []
    assert (await sent(anna, lines, "rivers.txt")).labels == []
    first, last = lines.splitlines()[2:]
    turned = lines.replace(f"{first}\n{last}", f"{last}\n{first}")
    said = await sent(anna, turned, "rivers.txt")
    assert said.text == f"rivers.\u2060txt: 2 cards\n{says} the order of the cards."
    await done(anna, "Import")
    said = await sent(anna, turned.replace("#deck", "#tags:water\n#deck"), "rivers.txt")
    assert said.text == f"rivers.\u2060txt: 2 cards\n{says} tags, and fields that no card shows."
    await done(anna, "Import")
    assert [(row["position"], row["tags"], row["notetype_id"]) for row in rows(bot)] == [
        (1, "water", 1),
        (0, "water", 1),
    ]
