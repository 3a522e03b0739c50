"""A person sends a deck file in the private chat and has it as a deck of their own."""

from pathlib import Path

import pytest

from bot.playground import acts, files
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from tests.decks.anki.samples import PICTURE, database, package_of
from tests.notebook import memories, notebook
from tests.people import BotHere, Screen, screen_of

RIVERS = "Longest river?;Nile\nRiver of Rome?;Tiber\nRiver of London?;Thames\n"
NAME = "rivers.\u2060txt"
GONE = "That is not in the decks any more."


async def sent(somebody: Somebody, data: bytes | str, name: str) -> Screen:
    """What is said of a file once it was looked into."""
    await somebody.shows(data.encode() if isinstance(data, str) else data, name)
    await somebody.playground.clock.advance(seconds=1)
    return somebody.sees()


async def done(somebody: Somebody, *labels: str) -> Screen:
    """What stands there once each thing that was tapped is done."""
    for label in labels:
        await somebody.taps(label)
        await somebody.playground.clock.advance(seconds=1)
    return somebody.sees()


def kept(bot: BotHere) -> list[str]:
    """The media that lie beside the database."""
    return sorted(path.name for path in (bot.folder / "deckhand.db.media").glob("*"))


@pytest.fixture
async def owner(anna: Somebody) -> Somebody:
    """Anna, who has sent her rivers and knows one of them."""
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Good", "Not now")
    return anna


async def test_a_text_file_becomes_a_deck_of_ones_own(anna: Somebody) -> None:
    """First it is said what importing would do, then a tap does it; the same file again changes nothing."""
    lines = f"{RIVERS};no question\nRiver of Paris?;Seine;and;more\n"
    assert await sent(anna, lines, "rivers.txt") == screen_of(
        f"{NAME}: 4 cards\n4 new · 1 entry cannot be read\nFirst card: Longest river? → Nile\n\n"
        f"{NAME}, line 4: nothing in the first field. Is the question missing, or one ; too many before it?\n"
        f"{NAME}, line 5: 4 fields where the file has 2. Is a ; inside the text missing its quotes?",
        "[Import] [Cancel]",
    )
    assert await done(anna, "Import") == screen_of(
        "Rivers is yours: 4 cards. Nobody else sees it until you share a link.", "[Study]", "[Rivers · 4]"
    )
    again = await sent(anna, lines, "rivers.txt")
    assert again.text.startswith(f"{NAME}: 4 cards\nNothing has changed: you have all of it.\n\n{NAME}, line 4")
    assert again.labels == []


async def test_a_package_brings_its_pictures(bot: BotHere, anna: Somebody, tmp_path: Path) -> None:
    """They are kept by what they hold, found when the card is asked, and deleted with whoever alone had them."""
    notes = [('Map? <img src="map.png">', "Ecuador [sound:a.mp3]"), ('And? <img src="none.png">', "nothing")]
    media = (b'{"0": "map.png", "1": "a.mp3"}', ("0", PICTURE), ("1", b"ID3 of no length"))
    data = package_of(database(tmp_path / "made.db", notes), *media)
    said = await sent(anna, data, "maps.apkg")
    assert said.text.startswith(
        "maps.\u2060apkg: 2 notes → 2 cards\n2 new · 1 picture missing\nFirst card: Map? → Ecuador\n\n"
    )
    assert kept(bot) == []
    assert (await done(anna, "Import")).labels == ["Study", "Default · 2"]
    assert [name[64:] for name in kept(bot)] in ([".mp3", ".png"], [".png", ".mp3"])
    assert (await anna.taps("Study")).picture
    with notebook(bot) as db:
        row = db.execute("select fields, note, guid, body from cards join notetypes using (notetype_id)").fetchone()
        assert tuple(row)[:3] == ('["Map? <img src=\\"map.png\\">", "Ecuador [sound:a.mp3]"]', "guid1", "guid1:0")
        assert '"question":"{{Front}}"' in row["body"]
        # By these a sweep knows that the files are needed.
        rows = db.execute("select name, stored from media order by name").fetchall()
        assert [(row["name"], row["stored"] in kept(bot)) for row in rows] == [("a.mp3", True), ("map.png", True)]
    (bot.folder / "formulas").mkdir()
    (bot.folder / "formulas" / "of-a-card.png").write_bytes(PICTURE)
    await anna.sends("/forget")
    await done(anna, "Erase everything")
    assert kept(bot) == []
    assert not [*(bot.folder / "formulas").glob("*")]
    with notebook(bot) as db:
        assert not [
            tuple(row)
            for row in db.execute("select name, fields from cards join decks using (deck_id)")
            if "Ecuador" in str(tuple(row))
        ]
        assert [tuple(row) for row in db.execute("select body from notetypes")] == []


async def test_the_first_card_is_seen_before(anna: Somebody) -> None:
    """In its first words, so that a line of names, or prose, is seen for what it is; one without words is passed."""
    said = await sent(anna, f'#html:true\n<img src="a.png">;one\nDeutsch and {"more " * 9};Englisch\n', "words.txt")
    assert "\nFirst card: Deutsch and more more more more more… → Englisch\n" in f"{said.text}\n"


async def test_many_faults_come_as_a_file(anna: Somebody, playground: Playground) -> None:
    """Twenty stand in the message, all of them in a text file below it."""
    lines = RIVERS + ";lost\n" * 30
    await sent(anna, lines, "rivers.txt")
    dry_run, file = anna.sees_all()[-2:]
    assert "And 10 more: the file below names them all." in dry_run.text
    assert "30 entries cannot be read" in dry_run.text
    message = anna.messages()[-1]
    assert message.file is not None
    assert message.file.data.count(b"nothing in the first field") == 30
    assert file.labels == []


async def test_what_is_not_wanted_is_not_imported(anna: Somebody, bot: BotHere) -> None:
    """Cancel ends it, also while it runs: nothing of it is left, and its old button says that it is over."""
    await sent(anna, RIVERS, "rivers.txt")
    old = anna.message()

    async def cancels(_params: object) -> None:
        await heard(anna.playground, anna.taps_unheard("Cancel"))

    anna.playground.faults.add("getFile", "before", "call", hook=cancels)
    assert await done(anna, "Import") == screen_of("Cancelled. Nothing was imported.")
    with notebook(bot) as db:
        assert [tuple(row) for row in db.execute("select * from imports")] == []
    assert not [*bot.folder.glob("*incoming-*")]
    await anna.taps_old(old, "Import")
    assert anna.toast == "That import is over. Send the file again."
    assert await sent(anna, RIVERS, "rivers.txt") == screen_of(
        f"{NAME}: 3 cards\n3 new\nFirst card: Longest river? → Nile", "[Import] [Cancel]"
    )
    assert await done(anna, "Cancel") == screen_of("Cancelled. Nothing was imported.")
    assert "Rivers" not in str((await anna.sends("/decks")).labels)


async def test_the_file_sent_last_is_the_one_that_waits(anna: Somebody, bot: BotHere) -> None:
    """What another one would do has no buttons any more, also after a restart; one that comes too soon is named."""
    await sent(anna, RIVERS, "rivers.txt")
    await bot.restart()
    world, old = anna.playground.world, anna.message()

    async def is_too_soon(_params: object) -> None:
        file = files.taken(world, "peaks.csv", b"Highest?;Everest\n", "document")
        await heard(anna.playground, acts.show(world, anna.person, anna.chat, file, "").update_id)

    anna.playground.faults.add("getFile", "before", "call", hook=is_too_soon)
    await sent(anna, "Largest sea?;Philippine\n", "seas.txt")
    shown = {message.id: screen for message, screen in zip(anna.messages(), anna.sees_all(), strict=True)}
    assert shown[old.id] == screen_of(f"{NAME}: another file was sent after this one. Nothing of it was imported.")
    said = [screen for screen in shown.values() if "One file at a time" in screen.text]
    assert said == [
        screen_of(
            "One file at a time: seas.\u2060txt is still being read. Send peaks.\u2060csv again when that is done."
        )
    ]
    assert [screen.labels for screen in shown.values() if screen.labels] == [["Import", "Cancel"]]
    await done(anna, "Import")
    await sent(anna, RIVERS, "rivers.txt")
    assert [screen.labels for screen in anna.sees_all() if screen.text.startswith("Seas is yours")] == [
        ["Study", "Seas · 1"]
    ]


async def test_what_telegram_does_not_give_a_bot_is_told_otherwise(anna: Somebody) -> None:
    """Of a text other advice helps than of a package, and whoever runs the bot can take either."""
    much = b"x" * (20 * 2**20 + 1)
    whole = "Or whoever runs this bot takes it in, while the bot is stopped: python -m bot deck import FILE"
    most = "A file sent to a bot has 20 MB at the most, Telegram sets that."
    assert (await sent(anna, much, "words.csv")).text == (
        f"{most} Cut it into several files, each of which becomes a deck of its name. {whole}"
    )
    assert (await sent(anna, much, "words.apkg")).text == (
        f"{most} Export its decks one by one, or leave the media out. {whole}"
    )


async def test_only_its_owner_has_a_private_deck(
    bot: BotHere, owner: Somebody, ben: Somebody, playground: Playground
) -> None:
    """Nobody by a list, a name, a link or invented buttons, nor a group; the file sent anew keeps what was learned."""
    await ben.sends("/start")
    assert "Rivers" not in str((await ben.sends("/decks")).labels)
    assert (await ben.sends("/quiz rivers")).text.startswith("I know no deck called")
    assert (await ben.starts("deck_@2")).text.startswith("That deck is not here.")
    page = ben.message()
    for data in ("d:2", "d1:2", "d0:2", "dl:2:0:0", "dh:2", "do:2:name", "do:2:withdraw", "do:2:away", "do:2:back"):
        await ben.taps_data(page, data)
        assert ben.toast == GONE, data
        assert "Rivers" not in ben.sees().text
    group = playground.group("Study group", [owner, ben])
    assert "Rivers" not in str((await owner.sends("/decks", group)).labels)
    await owner.taps_data(owner.view(group).press("Capitals")[0], "gd:2:1:0")
    assert owner.toast == GONE
    before = memories(bot, owner)
    changed = "Longest river of all?;Nile\nRiver of Rome?;Tiber\nRiver of Paris?;Seine\n"
    said = await sent(owner, changed, "rivers.txt")
    assert said.text == (
        f"{NAME}: 3 cards\n1 new · 1 changed (memory kept) · 1 archived, as the file has them no more\n"
        "First new card: River of Paris? → Seine"
    )
    await done(owner, "Import")
    assert memories(bot, owner) == before
    assert [row["card_id"] for row in before] == [6]
    other = await sent(owner, "Highest peak of the Alps?;Mont Blanc\n", "rivers.txt")
    assert "You have a deck Rivers with none of these cards." in other.text


async def test_a_link_lets_in_until_it_is_withdrawn(owner: Somebody, ben: Somebody, playground: Playground) -> None:
    """Who came by it sees what changes, keeps a progress of their own, and stays when the link is gone."""
    await owner.sends("/decks")
    await owner.taps("✓ Rivers", "Share a link")
    payload = owner.sees().text.split("start=")[1]
    assert len(payload) == len("deck_") + 22
    assert "Rivers · 1/3" in (await ben.starts(payload)).text
    await owner.taps("Withdraw link")
    assert owner.sees().text.startswith("Rivers\n3 cards")
    cleo = playground.person("Cleo")
    assert (await cleo.starts(payload)).text.startswith("That deck is not here.")
    await sent(owner, RIVERS.replace("Longest river", "The longest river"), "rivers.txt")
    await done(owner, "Import")
    assert "The longest river?" in (await ben.sends("/quiz")).text
    await owner.sends("/forget")
    await owner.taps("Erase everything")
    assert "✓ Rivers · 3" in (await ben.sends("/decks")).labels


async def test_the_owner_names_it_and_puts_it_away(owner: Somebody) -> None:
    """The name is typed; an archived deck asks nothing and comes back as it was, also by its file."""
    await owner.sends("/decks")
    assert (await owner.taps("✓ Rivers")).labels == [
        "Study", "Leave", "Look through", "Share a link", "Rename", "Describe", "Archive", "Back",
    ]  # fmt: skip
    assert await owner.taps("Rename") == screen_of("Type the new name of Rivers.", "[Back]")
    assert (await owner.sends("Streams")).text.startswith("Streams\n3 cards")
    await owner.taps("Rename", "Back")
    await owner.sends("Not a name")
    await owner.sends("/decks")
    await owner.taps("✓ Streams", "Rename")
    await owner.sends("/quiz")
    await owner.sends("Nor is this")
    await owner.sends("/decks")
    await owner.taps("✓ Streams")
    assert await owner.taps("Archive") == screen_of(
        "Streams\n3 cards, archived. What was learned is kept; no card of it comes.", "[Bring back]", "[Back]"
    )
    assert "Streams · archived" in (await owner.taps("Back")).labels
    assert "Streams" not in (await owner.sends("/quiz")).text
    await owner.sends("/decks")
    assert (await owner.taps("Streams", "Bring back")).labels[0] == "Study"
    assert (await sent(owner, RIVERS, "rivers.txt")).text.endswith("Nothing has changed: you have all of it.")
