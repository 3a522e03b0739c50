"""Cards that their author moved to another deck of the file: they are the same, and so is what was learned of them."""

import json
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.decks.anki.samples import PICTURE, database, package_of, zipped
from tests.notebook import memories, notebook
from tests.people import BotHere
from tests.shelves import looks, offered
from tests.test_imports import done, sent

MAP = ('Which river is this?<img src="map.png">', "The Nile")
ALL = [MAP, ("River of Rome?", "Tiber"), ("Highest peak?", "Everest"), ("Peak of the Alps?", "Mont Blanc")]
CHANGED = [(MAP[0], "The Nile, to the sea"), *ALL[1:]]


@pytest.fixture(scope="module")
def deck_files() -> dict[str, str]:
    return {"words.txt": "mer;sea\n"}


def earth(folder: Path, notes: list[tuple[str, str]], in_peaks: str, peaks: str = "Peaks") -> bytes:
    """A package with these notes in the deck Rivers, but those of these numbers in another."""
    decks = json.dumps({"1": {"id": 1, "name": "Rivers"}, "2": {"id": 2, "name": peaks}})
    then = f"update col set decks = '{decks}'; update cards set did = 2 where id in ({in_peaks});"
    return package_of(database(folder / "made.db", notes, then=then), b'{"0": "map.png"}', ("0", PICTURE))


def where(bot: BotHere) -> dict[str, str]:
    """The deck of each card that is in use, by its answer."""
    with notebook(bot) as db:
        rows = db.execute(
            "select fields, decks.name from cards join decks using (deck_id) "
            "where cards.archived_at is null and decks.archived_at is null"
        )
        return {json.loads(row["fields"])[1]: row["name"] for row in rows}


async def lets_in(owner: Somebody, guest: Somebody, deck: str) -> None:
    """The guest comes by the link of the owner's deck, which is studied."""
    await owner.sends("/decks")
    await owner.taps(f"✓ {deck}", "Share")
    await guest.sends(f"/start {owner.sees().text.rpartition('start=')[2].split()[0]}")


async def test_a_note_moved_in_anki_is_the_same_card(
    bot: BotHere, anna: Somebody, ben: Somebody, tmp_path: Path
) -> None:
    """Also one that says something else now; who was let in to the one deck is not let in to the other by that."""
    await sent(anna, earth(tmp_path, ALL, "3, 4"), "earth.apkg")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now")
    await lets_in(anna, ben, "Rivers")
    before = memories(bot, anna)
    assert len(before) == 1
    assert (await sent(anna, earth(tmp_path, CHANGED, "1, 3, 4"), "earth again.apkg")).text.splitlines()[1:4] == [
        "0 new · 1 changed (memory kept)",
        "1 card moves to Peaks: what was learned goes with it.",
    ]
    await done(anna, "Import")
    assert where(bot) == {
        "sea": "Words",
        "The Nile, to the sea": "Peaks",
        "Tiber": "Rivers",
        "Everest": "Peaks",
        "Mont Blanc": "Peaks",
    }
    assert memories(bot, anna) == before
    assert [*filter(lambda label: "Rivers" in label or "Peaks" in label, await offered(ben))] == ["✓ Rivers · 1"]
    assert (await sent(anna, earth(tmp_path, ALL, "2, 3"), "earth.apkg")).text.splitlines()[1:3] == [
        "0 new · 1 changed (memory kept)",
        "3 cards move to another deck: what was learned goes with them.",
    ]
    # The two have each other's names: Ben was let in to what he learns, whatever it is called.
    assert (await sent(anna, earth(tmp_path, CHANGED, "2"), "earth.apkg")).text.splitlines()[1:] == [
        "Nothing has changed in the cards.",
        "2 decks have new names, as Rivers → Peaks, and go on from where they are.",
    ]
    await done(anna, "Import")
    assert where(bot)["Tiber"] == "Peaks"
    assert [*filter(lambda label: "Rivers" in label or "Peaks" in label, await offered(ben))] == ["✓ Peaks · 1"]
    assert memories(bot, anna) == before


async def test_a_package_of_the_folder_moves_cards_and_names_a_deck_anew(
    bot: BotHere, anna: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """A picture goes with its card; whoever has a deck has it under its new name, and what it became part of."""
    package = decks_dir / "earth.apkg"
    package.write_bytes(earth(tmp_path, ALL, "3, 4"))
    await looks(clock)
    await anna.sends("/decks")
    await anna.taps("Peaks · 2", "Subscribe", "Show answer", "Easy", "Not now")
    before = memories(bot, anna)
    assert len(before) == 1
    package.write_bytes(earth(tmp_path, ALL, "1, 3, 4", "Mountains"))
    await looks(clock)
    assert await offered(anna) == ["✓ Mountains · 3", "Rivers · 1", "Words · 1"]
    assert (await anna.taps("✓ Mountains · 3", "Look through")).picture
    assert memories(bot, anna) == before
    package.write_bytes(earth(tmp_path, ALL, "9"))
    await looks(clock)
    assert await offered(anna) == ["✓ Rivers · 4", "Words · 1"], "everybody was offered that one before"
    assert memories(bot, anna) == before
    # A text becomes decks that came in the package, which is gone; what it was before has one card more.
    package.unlink()
    await looks(clock)
    world = decks_dir / "world.txt"
    world.write_text("Deepest lake?;Baikal\nLargest sea?;Philippine\nOldest sea?;Caspian\n")
    await looks(clock)
    assert await offered(anna) == ["Words · 1", "World · 3"]
    world.write_text("#separator:;\n#deck column:3\nDeepest lake?;Baikal;Rivers\nOldest sea?;Caspian;Mountains\n")
    await looks(clock)
    assert await offered(anna) == ["✓ Mountains · 1", "✓ Rivers · 1", "Words · 1"]


async def test_a_text_in_a_zip_that_was_one_deck(bot: BotHere, anna: Somebody) -> None:
    """It becomes the decks that it names now, as when it comes by itself."""
    await sent(anna, "Longest river?;Nile\nHighest peak?;Everest\n", "world.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy")
    before = memories(bot, anna)
    assert len(before) == 1
    world = b"#separator:;\n#deck column:3\nLongest river?;Nile;Rivers\nHighest peak?;Everest;Peaks\n"
    both = zipped([("geo/world.txt", world), ("geo/lakes.txt", b"Deepest lake?;Baikal\n")])
    assert (await sent(anna, both, "geo.zip")).text.splitlines()[1:3] == [
        "1 new",
        "The deck World becomes 2 of these decks: what was learned goes with its cards.",
    ]
    await done(anna, "Import")
    assert where(bot) == {"sea": "Words", "Nile": "Rivers", "Everest": "Peaks", "Baikal": "Lakes"}
    assert memories(bot, anna) == before


async def test_a_deck_named_anew_in_anki_is_the_same_deck(
    bot: BotHere, anna: Somebody, ben: Somebody, tmp_path: Path
) -> None:
    """As when it goes below another one there; what a file has little of is another deck, or an extract."""
    await sent(anna, earth(tmp_path, ALL, "3, 4"), "earth.apkg")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now")
    await lets_in(anna, ben, "Peaks")
    before = memories(bot, anna)
    assert len(before) == 1
    assert (await sent(anna, earth(tmp_path, ALL, "3, 4", "Earth::Peaks"), "all.apkg")).text.splitlines()[1:] == [
        "Nothing has changed in the cards.",
        "One deck has a new name, Peaks → Earth › Peaks, and goes on from where it is.",
    ]
    # What its owner calls it stays, and is nothing that a file changes.
    await anna.sends("/decks")
    await anna.taps("✓ Peaks", "Rename")
    await anna.sends("Mine")
    said = await sent(anna, earth(tmp_path, ALL, "3, 4", "Peaks::All"), "all.apkg")
    assert (said.labels, said.text.splitlines()[1:]) == (
        [],
        ["Nothing has changed: you have all of it.", "This is your deck Mine: it keeps its name."],
    )
    assert (await sent(anna, earth(tmp_path, CHANGED, "3, 4", "Peaks::All"), "all.apkg")).text.splitlines()[1:] == [
        "0 new · 1 changed (memory kept)",
        "This is your deck Mine: it keeps its name.",
    ]
    await done(anna, "Import")
    assert set(where(bot).values()) == {"Words", "Rivers", "Mine"}
    said = await sent(anna, earth(tmp_path, CHANGED, "2, 3, 4", "Peaks::All"), "all.apkg")
    assert said.text.splitlines()[2] == "1 card moves to Mine: what was learned goes with it."
    await anna.sends("/decks")
    await anna.taps("✓ Mine", "Rename")
    await anna.sends("Peaks::All")
    assert (await sent(anna, earth(tmp_path, CHANGED, "3, 4", "Earth::Peaks"), "all.apkg")).text.splitlines()[2] == (
        "One deck has a new name, Peaks › All → Earth › Peaks, and goes on from where it is."
    )
    await done(anna, "Import")
    assert set(where(bot).values()) == {"Words", "Rivers", "Earth::Peaks"}
    assert await offered(ben) == ["✓ Earth › Peaks · 2", "Words · 1"]
    # All its cards are in another one, which was there before: whom that is for is Anna's to say.
    assert (await sent(anna, earth(tmp_path, CHANGED, "9"), "all.apkg")).text.splitlines()[1:] == [
        "Nothing has changed in the cards.",
        "2 cards move to Rivers: what was learned goes with them.",
    ]
    await done(anna, "Import")
    assert await offered(anna) == ["✓ Rivers · 4", "Words · 1", "Earth › Peaks · archived"]
    assert await offered(ben) == ["Words · 1"]
    assert memories(bot, anna) == before
    extract = package_of(database(tmp_path / "made.db", ALL[:3]), b'{"0": "map.png"}', ("0", PICTURE))
    assert (await sent(anna, extract, "some.apkg")).text.splitlines()[1] == "3 new"


async def test_a_text_of_another_name_is_the_same_deck(bot: BotHere, anna: Somebody) -> None:
    """A teacher puts the month behind it."""
    lines = [f"What is {at} times {at}?;{at * at}" for at in range(10)]
    await sent(anna, "\n".join(lines), "squares.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now")
    before = memories(bot, anna)
    assert len(before) == 1
    again = "\n".join([*lines[1:], "What is 10 times 10?;100"])
    assert (await sent(anna, again, "squares-may.txt")).text.splitlines()[1:3] == [
        "1 new · 1 archived, as the file has them no more",
        "One deck has a new name, Squares → Squares may, and goes on from where it is.",
    ]
    await done(anna, "Import")
    assert await offered(anna) == ["✓ Squares may · 10", "Words · 1"]
    assert memories(bot, anna) == before


async def test_what_a_phone_puts_behind_a_file_is_no_name(bot: BotHere, anna: Somebody) -> None:
    """The deck is called what it was called, also what its owner calls it, and every copy of the file is that deck."""
    cards = [f"Capital of {letter}?;{letter}-City" for letter in "ABCDEFGHIJ"]

    async def once_more(name: str) -> list[str]:
        """What is said of the file with one card more, which is then imported."""
        cards.append(f"Capital {len(cards)}?;City {len(cards)}")
        said = await sent(anna, "\n".join(cards), name)
        await done(anna, "Import")
        return said.text.splitlines()[1:]

    await sent(anna, "\n".join(cards), "capitals.txt")
    assert (await done(anna, "Import")).labels == ["Study", "Capitals · 10"]
    said = await sent(anna, "\n".join(cards), "capitals (1).txt")
    assert (said.labels, said.text.splitlines()[1:]) == ([], ["Nothing has changed: you have all of it."])
    for name in ("capitals (1).txt", "capitals (2).txt", "capitals - Copy.txt", "capitals.txt"):
        assert await once_more(name) == ["1 new", f"First new card: Capital {len(cards) - 1}? → City {len(cards) - 1}"]
        assert await offered(anna) == [f"Capitals · {len(cards)}", "Words · 1"]
    await once_more("capitals (1).txt")
    await anna.sends("/decks")
    await anna.taps("Capitals", "Rename")
    await anna.sends("Capitals of Europe")
    assert (await once_more("capitals (2).txt"))[1] == "This is your deck Capitals of Europe: it keeps its name."
    assert await offered(anna) == [f"Capitals of Europe · {len(cards)}", "Words · 1"]
    # It is known by that file's name, and nothing need be said of what it is called.
    assert (await once_more("capitals (2).txt"))[1].startswith("First new card")
    said = await sent(anna, "Of what?;Of nothing", "capitals (2).txt")
    assert "You have a deck Capitals of Europe with none of these cards." in said.text


async def test_a_card_that_is_asked_moves_meanwhile(bot: BotHere, anna: Somebody, tmp_path: Path) -> None:
    """Its turn goes on, and the session with the cards that the deck still has."""
    await sent(anna, earth(tmp_path, ALL, "3, 4"), "earth.apkg")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now")
    await anna.sends("/quiz Rivers")
    assert "Which river is this?" in anna.sees().text
    await sent(anna, earth(tmp_path, ALL, "1, 3, 4"), "earth.apkg")
    await done(anna, "Import")
    await anna.taps("Show answer", "Good", "Show answer")
    assert "Deckhand: Rivers · 2/3\n\nRiver of Rome?" in anna.view(None).picture()
    assert where(bot)["The Nile"] == "Peaks"
    assert len(memories(bot, anna)) == 2
