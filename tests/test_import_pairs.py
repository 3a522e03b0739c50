"""Cards of a file that look new and may be others with another wording: each is answered, or all of them at once."""

import pytest
from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.texts import English
from bot.decks.arrival import Counts
from bot.decks.deck_counts import DeckCounts, Pair, Would
from bot.playground import acts
from bot.playground.people import Somebody, heard
from tests.notebook import memories, notebook
from tests.people import BotHere
from tests.test_imports import done, sent

RIVERS = {"Rome": "Tiber", "Bonn": "Rhine", "Paris": "Seine"}


def before(rivers: dict[str, str]) -> str:
    return "".join(f"Which long river flows through the middle of {city}?;{river}\n" for city, river in rivers.items())


def after(rivers: dict[str, str]) -> str:
    return "".join(f"Which river flows through all of {city} slowly?;{river}\n" for city, river in rivers.items())


@pytest.fixture
async def owner(anna: Somebody) -> Somebody:
    """Anna, who knows three rivers, and has sent a file that asks for them in other words."""
    await sent(anna, before(RIVERS), "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now", *["Show answer", "Easy"] * 2)
    await sent(anna, after(RIVERS), "rivers.txt")
    return anna


async def test_while_the_import_runs_nothing_is_answered(bot: BotHere, owner: Somebody) -> None:
    """A tap on one of them then says so, and what was chosen before is what is done."""
    said = await owner.taps("One by one")
    assert said.labels[:3] == ["1 ✗", "2 ✗", "3 ✗"]
    page = owner.message()
    await owner.taps("2 ✗", "Back")

    def chosen() -> list[object]:
        with notebook(bot) as db:
            return [tuple(row) for row in db.execute("select found, same from imports").fetchall()]

    before_it, after_it = chosen(), list[object]()

    async def answers(_params: object) -> None:
        data = buttons.Pair(2, 0, True).pack()
        tapped = acts.tap(owner.playground.world, owner.person, owner.chat, page.id, data)
        await heard(owner.playground, tapped.update_id)
        after_it.extend(chosen())

    owner.playground.faults.add("getFile", "before", "call", hook=answers)
    known = memories(bot, owner)
    await done(owner, "Import")
    assert owner.toasts[-1] == "One file at a time: rivers.txt is still being read."
    assert after_it == before_it
    with notebook(bot) as db:
        rows = db.execute("select card_id, front from cards where deck_id = 2 and archived_at is null").fetchall()
    (same,) = [row["front"] for row in rows if row["card_id"] in {each["card_id"] for each in known}]
    assert "Bonn slowly" in same


async def test_each_is_answered_by_itself(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """By its number; what is said last of all of them holds for each, and nobody else can say anything."""
    assert owner.sees().labels == ["Import", "Cancel", "They are the same", "One by one"]
    said = await owner.taps("One by one")
    lines = said.text.split("\n")
    assert lines[0].endswith(": which of these are the same?")
    assert lines[2] == (
        "2. “Which river flows through all of Bonn slowly?” for “Which long river flows through the middle of Bonn?”"
    )
    assert len(lines) == 5
    answers = ["1 ✗", "2 ✗", "3 ✗"]
    rest = ["All are the same", "All are new", "Back"]
    assert said.labels == [*answers, *rest]
    # Of somebody else's file, and of a card that it has not.
    page, data = owner.message(), buttons.Pair(3, 0, True).pack()
    await ben.sends("/start")
    await ben.taps_data(ben.message(), data)
    for place in (3, -1):
        await owner.taps_data(page, buttons.Pair(3, place, True).pack())
        assert {ben.toast, owner.toast} == {"That import is over. Send the file again."}
    assert owner.sees().labels == [*answers, *rest]
    assert (await owner.taps("All are the same", "2 ✓")).labels == ["1 ✓", "2 ✗", "3 ✓", *rest]
    assert (await owner.taps("3 ✓")).labels == ["1 ✓", "2 ✗", "3 ✗", *rest]
    assert (await owner.taps("All are new")).labels == [*answers, *rest]
    assert (await owner.taps("1 ✗")).labels == ["1 ✓", "2 ✗", "3 ✗", *rest]
    said = await owner.taps("Back")
    assert (
        "\n1 of 3 that look new is a card of yours with another wording, as “Which river flows through all of Rome"
        in (said.text)
    )
    assert said.labels == ["Import", "Cancel", "They are the same", "They are new", "One by one"]
    known = memories(bot, owner)
    assert len(known) == 3
    await done(owner, "Import")
    with notebook(bot) as db:
        rows = db.execute("select * from cards where deck_id = 2 and archived_at is null order by position").fetchall()
        gone = db.execute("select count(*) from cards where deck_id = 2 and archived_at is not null").fetchone()[0]
    assert [(row["card_id"] == known[0]["card_id"], "slowly" in row["front"]) for row in rows] == [
        (True, True),
        (False, True),
        (False, True),
    ]
    assert gone == 2
    assert memories(bot, owner)[0] == known[0]


async def test_of_many_the_first_are_asked(bot: BotHere, anna: Somebody) -> None:
    """The others are taken as all are, also where every one that is shown was answered otherwise."""
    some, others = ("Arn", "Ebr", "Oda", "Nid", "Dra"), ("Rom", "Ulm", "Wie", "Gra", "Bon")
    names = {f"{one}{other}": f"{other}{one}" for one in some for other in others}
    await sent(anna, before(names), "rivers.txt")
    await done(anna, "Import")
    said = await sent(anna, after(names), "rivers.txt")
    assert "\n25 look new: or are they others with another wording" in said.text
    said = await anna.taps("One by one")
    assert said.text.split("\n")[-2] == "And 5 more: taken as new."
    assert [label for label in said.labels if label.endswith("✗")] == [f"{number} ✗" for number in range(1, 21)]
    assert "And 5 more: taken as the same." in (await anna.taps("All are the same")).text
    said = await anna.taps("1 ✓", "Back")
    assert "\n24 of 25 that look new are cards of yours with another wording" in said.text
    await done(anna, "Import")
    with notebook(bot) as db:
        query = "select count(*) filter (where archived_at is null), count(*) from cards where deck_id = 2"
        assert tuple(db.execute(query).fetchone()) == (25, 26)


def told(decks: tuple[DeckCounts, ...], *pairs: Pair, same: bool) -> list[str]:
    """What is said of a file with these decks and pairs, but for its name."""
    return English().dry_run("f", Counts(decks, 0, (), (), 0, "", pairs=pairs), same=same, anew=False).split("\n")[1:]


def test_what_is_counted_is_what_was_chosen() -> None:
    """A card that is taken for another one is neither new nor is that archived; in each deck by itself."""
    rivers, peaks = (DeckCounts(name, 2, 2, 0, 0, 2, 0, 0, alike=2) for name in ("Rivers", "Peaks"))
    pairs = [Pair(at % 2, at, f"new {at}", f"old {at}", deck=at // 2) for at in range(4)]
    would, asked, other = told((rivers, peaks), *pairs, same=False)
    assert would == "4 new · 4 archived, as the file has them no more"
    assert asked.startswith("4 look new: or are they others")
    assert other.startswith("You have a deck Rivers with none of these cards.")
    would, _ = told((rivers, peaks), *pairs, same=True)
    assert would == "0 new · 4 changed (memory kept)"
    mixed = [*pairs[:3], replace(pairs[3], otherwise=True)]
    would, asked, other = told((rivers, peaks), *mixed, same=False)
    assert would == "3 new · 1 changed (memory kept) · 3 archived, as the file has them no more"
    assert asked.startswith("1 of 4 that look new is a card of yours with another wording, as “new 3” for “old 3”")
    assert other.startswith("You have a deck Rivers with none of these cards.")


def test_of_cards_that_are_others_it_is_counted_what_else_changes() -> None:
    """Their answers may be quite others, also of those that are not shown."""
    deck = DeckCounts("Rivers", 3, 3, 0, 0, 3, 0, 0, alike=3, would=Would(2, 1))
    pairs = [
        Pair(0, 0, "new 0", "old 0", would=Would(1, 1)),
        Pair(1, 1, "new 1", "old 1", otherwise=True),
    ]
    would, _ = told((deck,), *pairs, same=False)
    assert would == "2 new · 1 changed (memory kept) · 2 archived, as the file has them no more"
    would, _, known = told((deck,), *pairs, same=True)
    assert would.startswith("1 new · 2 changed (memory kept) · 2 of them with quite another answer, as “old 0” · 1")
    assert known.startswith("You have learned a card whose answer is quite another now.")
    would, _ = told((deck,), replace(pairs[0], otherwise=True), same=True)
    assert " · 1 of them with quite another answer · 1" in would


def test_no_card_that_was_answered_otherwise_is_named() -> None:
    """Where more look new than are shown, none of those that are taken may be among these."""
    deck = DeckCounts("Rivers", 3, 3, 0, 0, 3, 0, 0, alike=3)
    pairs = [Pair(at, at, f"new {at}", f"old {at}", otherwise=True) for at in range(2)]
    _, asked = told((deck,), *pairs, same=True)
    assert asked == "1 of 3 that look new is a card of yours with another wording: what you learned is kept."


def test_the_decks_of_a_file_are_named_with_their_cards() -> None:
    """The first ten; one deck, which the file's name says, is not."""
    decks = tuple([DeckCounts(f"D{at}", at + 1, at + 1, 0, 0, 0, 0, 0) for at in range(12)])

    def found(*some: DeckCounts) -> str:
        return English().dry_run("f", Counts(some, 0, (), (), 0, ""), same=False, anew=False).split("\n")[0]

    assert found(decks[1]) == "f: 2 cards"
    assert found(*decks[:2]) == "f: 3 cards in 2 decks: D0 (1), D1 (2)"
    assert found(*decks).startswith("f: 78 cards in 12 decks: D0 (1), ")
    assert found(*decks).endswith("D9 (10) and 2 more")
