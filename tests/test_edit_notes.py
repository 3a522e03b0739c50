"""A card that came from Anki is changed by its note's fields: all cards of the note say it, and it stays that."""

import functools
import json
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.chat import buttons
from bot.decks.content import words
from bot.decks.encoded import from_json
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage import complaints, sqlite
from tests.notebook import differences, memories, notebook
from tests.people import BotHere, screen_of
from tests.test_edit import ALONE, tap
from tests.test_imports import done, kept, sent
from tests.test_long_cards import png

MANY = tuple(f"Field {number} of a note that has more of them than one looks at" for number in range(1, 15))


@functools.cache
def package() -> bytes:
    """One note of each of three types: a word with two cards and a third if there is a hint, a text with two gaps, one
    with fourteen fields.
    """
    import genanki

    def model(number: int, name: str, fields: tuple[str, ...], *templates: tuple[str, str]) -> genanki.Model:
        made = [
            {"name": f"Card {place}", "qfmt": front, "afmt": f"{{{{FrontSide}}}}<hr id=answer>{back}"}
            for place, (front, back) in enumerate(templates, 1)
        ]
        return genanki.Model(number, name, fields=[{"name": field} for field in fields], templates=made)

    word = model(
        *(1700000001, "Word", ("Word", "Reading", "Meaning", "Hint")),
        ("{{Word}}", "{{Reading}} {{Meaning}}"),
        ("{{Meaning}}", "{{Word}} {{Reading}}"),
        ("{{#Hint}}{{Hint}}?{{/Hint}}", "{{Word}}"),
    )
    deck = genanki.Deck(1700000009, "Words")
    deck.add_note(
        genanki.Note(
            model=word, guid="word", fields=["<b>水</b>", 'みず<img src="water.png">', "water", ""], tags=["jp"]
        )
    )
    cloze = ["{{c1::Paris}} lies in {{c2::France::a country}}.", ""]
    deck.add_note(genanki.Note(model=genanki.CLOZE_MODEL, guid="gaps", fields=cloze))
    wide = model(1700000002, "Wide", MANY, (f"{{{{{MANY[0]}}}}}", f"{{{{{MANY[13]}}}}}"))
    deck.add_note(genanki.Note(model=wide, guid="wide", fields=["first", *[""] * 12, "last"]))
    with TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        (folder / "water.png").write_bytes(png(50))
        genanki.Package(deck, media_files=[str(folder / "water.png")]).write_to_file(str(folder / "words.apkg"))
        return (folder / "words.apkg").read_bytes()


@pytest.fixture
async def owner(anna: Somebody) -> Somebody:
    """Anna, who has sent her words."""
    await sent(anna, package(), "words.apkg")
    await done(anna, "Import")
    return anna


def rows(bot: BotHere, note: str = "word") -> list[sqlite3.Row]:
    """The note's cards, in their order."""
    with notebook(bot) as db:
        return db.execute("select * from cards where note = ? order by guid", (note,)).fetchall()


def sides(row: sqlite3.Row) -> tuple[str, str]:
    """What a card says."""
    return words(from_json(row["front"])), words(from_json(row["back"]))


async def opened(owner: Somebody, row: sqlite3.Row) -> None:
    """The card's page, and what of it is to be edited."""
    await tap(owner, buttons.CardPage(row["card_id"]))
    await owner.taps("Edit")


async def test_a_field_is_typed_anew_for_every_card_of_the_note(
    bot: BotHere, owner: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """Its name is a button; what is there stays beside; saved, the siblings say it, and nobody forgets anything."""
    await owner.taps("Study")
    asked = await owner.taps("⋯", "Edit")
    assert asked == screen_of(
        "Words\n\n水\n\nIt is made of a note. Which field of that?",
        "[Word] [Reading]",
        "[Meaning] [Hint]",
        "[Cancel]",
    )
    field = await owner.taps("Reading")
    assert "Type the new “Reading”, or send a picture" in field.text
    assert "Its picture or recording stays" in field.text
    assert "みず" in field.text
    assert "missing" not in field.text
    assert owner.press("Copy it")[1].copy_text == "みず"
    before = rows(bot)
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    look = await owner.gives({"entities": bold}, text="sui <&\nmizu")
    assert look.labels == ["Save", "Type again", "Cancel"]
    # Whoever edits a field has seen it.
    assert look.text.startswith("Words\n水\nsui <&\nmizu\nwater\n")
    assert look.text.endswith(f"{ALONE} The other card of its note is made anew as well.")
    assert [row["fields"] for row in rows(bot)] == [row["fields"] for row in before], "only a tap saves"
    turn = await owner.taps("Save")
    assert turn.labels[0].startswith("Again")
    assert owner.answers[-1].text == "Saved."
    first, second = rows(bot)
    was = json.loads(before[0]["fields"])
    fields = ["<b>水</b>", '<b>sui</b> &lt;&amp;<br>mizu<br><img src="water.png">', "water", ""]
    assert [json.loads(row["fields"]) for row in (first, second)] == [fields, fields]
    assert [json.loads(row["file_fields"]) for row in (first, second)] == [was, was]
    assert sides(second) == ("water", f"水 sui <&\nmizu\n{kept(bot)[0]}")
    assert {(row["notetype_id"], row["indexed"]) for row in (first, second)} == {(before[0]["notetype_id"], 0)}
    await owner.taps("Good")
    known = memories(bot, owner)
    await ben.sends("/start")
    with closing(sqlite.writer(bot.folder / "deckhand.db")) as db:
        complaints.add(db, first["card_id"], ben.id, clock.now())
    await opened(owner, second)
    await owner.taps("Meaning")
    assert "water" in owner.sees().text
    await owner.sends("some water")
    page = await owner.taps("Save")
    assert "some water" in page.text
    assert sides(rows(bot)[0])[1].endswith("some water")
    assert memories(bot, owner) == known
    assert differences(bot) == ()
    with notebook(bot) as db:
        assert complaints.last(db, first["card_id"]) == "mended", "the other card of the note is"
    # Ben may not, whatever his client sends.
    await tap(ben, buttons.CardField(first["card_id"], 0, "ask", 1))
    assert ben.answers[-1].text.startswith("That is not in the decks")


async def test_what_the_cards_cannot_be_made_of_is_said(bot: BotHere, owner: Somebody) -> None:
    """A gap that is gone; one with another number is a new card, which the same package does not take out again."""
    first, second = rows(bot, "gaps")
    await opened(owner, first)
    assert owner.sees().labels[0] == "Text"
    await owner.taps("Text")
    assert "{{c1::Paris}} lies in {{c2::France::a country}}." in owner.sees().text
    refused = await owner.sends("{{c1::Paris}} lies in France.")
    assert refused == screen_of(
        "Words\n\nThis cannot be saved: gap 2 would be gone, and a card asks for it. Keep {{c2::…}} in the text.",
        "[Type again] [Cancel]",
    )
    await tap(owner, buttons.CardEdit(first["card_id"], 0, "save"))
    assert "This cannot be saved" in owner.sees().text
    assert rows(bot, "gaps")[0]["file_fields"] is None
    await owner.taps("Type again")
    look = await owner.sends("{{c1::Lyon}} lies in {{c2::France}}, on the {{c4::Rhône}}.")
    assert look.text.endswith("The other card of its note is made anew as well. 1 new card comes of it.")
    await owner.taps("Save")
    third = rows(bot, "gaps")[2]
    assert (third["guid"], third["file_fields"], third["position"]) == ("gaps:3", "[]", second["position"])
    assert sides(third) == ("Lyon lies in France, on the […].", "Lyon lies in France, on the Rhône.")
    await opened(owner, rows(bot)[0])
    assert (await owner.taps("Hint")).labels == ["Cancel"]
    assert "Nothing stands there now." in owner.sees().text
    await owner.taps("Cancel", "Edit", "Word")
    assert (await owner.taps("Empty it")).text == (
        "Words\n\nThis cannot be saved: nothing would be on the front of card 1 of its note."
    )
    await owner.taps("Cancel", "Edit", "Reading", "Empty it", "Save")
    assert [json.loads(row["fields"])[1] for row in rows(bot)] == ["", ""]
    # The same package again leaves all of it, and takes nothing out.
    again = await sent(owner, package(), "words.apkg")
    assert "Nothing has changed" in again.text


async def test_a_note_that_another_changed_meanwhile(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """It is shown as it now is before anything is saved; the same field is asked for anew. Many fields are leafed."""
    first, second = rows(bot)
    with notebook(bot) as db:
        wide = int(db.execute("select card_id from cards where note = 'wide'").fetchone()[0])
    await owner.sends("/decks")
    await owner.taps("Words · 5", "Share a link", "Let others edit")
    link = owner.sees().text.split("start=")[1].split()[0]
    await ben.starts(link)
    await opened(owner, first)
    await owner.taps("Reading")
    await owner.sends("mizu")
    await opened(ben, second)
    await ben.taps("Meaning")
    await ben.sends("some water")
    await ben.taps("Save")
    look = await owner.taps("Save")
    assert look.text.startswith("Words\n水\nmizu\n")
    assert "some water\nIt was changed meanwhile; here it is as it now is.\n\nSo it will look" in look.text
    await owner.taps("Save")
    assert {json.loads(row["fields"])[2] for row in rows(bot)} == {"some water"}
    await opened(owner, first)
    await owner.taps("Reading")
    await opened(ben, second)
    await ben.taps("Reading")
    await ben.sends("sui")
    await ben.taps("Save")
    asked = await owner.sends("MIZU")
    assert asked.text.startswith("It was changed meanwhile; here it is as it now is.\n\nType the new “Reading”")
    assert "sui" in asked.text
    await owner.taps("Cancel")
    assert json.loads(rows(bot)[0]["fields"])[1] == 'sui<br><img src="water.png">'
    await tap(owner, buttons.CardPage(wide))
    fields = await owner.taps("Edit")
    assert (len(fields.labels), fields.labels[0]) == (14, "Field 1 of a note that…")
    assert fields.rows[-1] == ("More 2/2", "Cancel")
    assert len((await owner.taps("More 2/2")).labels) == 4
