"""The first user's deck loads whole, without anybody editing it, and all of it is looked at as it is drawn."""

from collections import Counter
from pathlib import Path

import pytest

from bot.chat.plain import Text, draw
from bot.chat.unlinked import BREAK
from bot.decks.card import Card, Kind
from bot.decks.check import report
from bot.decks.content import Block, Code, Paragraph, Picture, Source
from bot.decks.delimited import parse

FILE = Path(__file__).parents[3] / "shared" / "seed-deck" / "machine-learning.txt"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the seed deck is not beside this repository")

# Read once as drawn, line by line, and found right. A letter a block: p paragraph, c code, i picture, s source, each
# with its number of lines if more than one; front and back parted by >. Lines that are not named are "p>p".
SHAPES = {
    3: "p>p2", 4: "p>c", 5: "p>p4s", 6: "p>ps", 9: "p>pc2", 10: "p>pi", 14: "p>c2", 16: "p>pc", 18: "p>p2",
    20: "p>pc", 23: "p>c", 24: "p>c", 26: "p>", 28: "p>", 30: "pi>p", 39: "p>p4s", 40: "p>p2", 42: "p>p2", 43: "p>c",
    46: "p>", 47: "p>p2", 49: "p>p4", 52: "p>p2", 53: "p>p2", 57: "p>pi", 60: "p>pi", 61: "p>p3c3", 66: "p>p2",
    67: "p>p2", 68: "p>p3", 72: "p>", 75: "p>p3", 76: "p>p3", 77: "p>p3", 78: "p>c", 79: "p>pc", 83: "p>p2", 86: "p>",
    88: "p>p2", 91: "p>pc2", 92: "p>", 93: "p>p2", 94: "p>p4c", 95: "p>c", 96: "p>p3", 104: "p>p3c", 105: "p>pc",
    107: "p>c2", 108: "p>c", 109: "p>", 111: "p>p5", 113: "p>pc", 116: "p>pc", 117: "p>p2", 119: "p>p2", 121: "p>",
    123: "p>c2", 126: "p>p2", 130: "p>p3", 132: "p>p4p", 138: "p>", 139: "p>p3", 140: "p>p2", 141: "p>p2",
    143: "p>p2",
}  # fmt: skip
BREAKS = {12: 1, 13: 1, 68: 1, 112: 1}
"""Lines in which something that Telegram would link is broken up, and how often."""


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    """The cards of the file."""
    return parse(FILE.read_bytes(), FILE.name).cards


def shape(block: Block) -> str:
    """A block's letter and its number of lines."""
    match block:
        case Paragraph(runs):
            letter, lines = "p", "".join(run.text for run in runs).count("\n") + 1
        case Code(text):
            letter, lines = "c", text.count("\n") + 1
        case Picture():
            return "i"
        case Source():
            return "s"
    return letter + (str(lines) if lines > 1 else "")


def drawn(card: Card) -> Text:
    """The card as its one message shows it, without a folder of pictures."""
    parts = [Text("Machine learning"), card.front, *([Text("─────"), card.back] if card.back else [])]
    (page,) = draw(parts, lambda _: None)
    return page.text


def test_every_entry_is_a_card_of_its_kind(cards):
    """145 entries: 136 cards, 8 statements, 1 that waits for an answer, in the order of the file."""
    assert Counter(card.kind for card in cards) == {Kind.QUESTION: 136, Kind.STATEMENT: 8, Kind.WAITING: 1}
    assert [card.line for card in cards] == list(range(1, 146))
    assert [card.line for card in cards if card.kind is Kind.STATEMENT] == [26, 28, 46, 72, 86, 92, 109, 121]
    assert [card.line for card in cards if card.kind is Kind.WAITING] == [138]
    assert parse(FILE.read_bytes(), FILE.name).faults == ()


def test_every_entry_has_the_blocks_that_were_read_and_found_right(cards):
    """Prose, code, pictures and sources stand where they belong, in all 145."""
    shapes = {card.line: ">".join("".join(map(shape, side)) for side in (card.front, card.back)) for card in cards}
    assert {line: found for line, found in shapes.items() if found != "p>p"} == SHAPES


def test_fourth_fields_are_code_but_for_six(cards):
    """Of the fourth fields 2 are sources, 4 are prose or formulas, and the rest is code."""
    looks = Counter()
    for card in cards:
        if card.fields[3]:
            last = card.back[-1]
            looks[type(last).__name__] += 1
            assert isinstance(last, Code) is (card.line not in (5, 6, 11, 12, 13, 132))
    assert looks == {"Code": 21, "Paragraph": 4, "Source": 2}


def test_every_filled_cell_is_drawn_letter_for_letter(cards):
    """What the file says is what the message says, but for its tags: line breaks and pictures."""
    for card in cards:
        text = drawn(card).text.replace(BREAK, "")
        for cell in card.fields:
            for piece in cell.replace('<img src="', "<br>[picture missing: ").replace('">', "]").split("<br>"):
                assert piece.strip() in text, card.line
    assert "requires <30 examples" in drawn(cards[124]).text
    assert "(_x)" in drawn(cards[66]).text
    assert "*not*" in drawn(cards[136]).text


def test_every_message_is_tidy(cards):
    """No tag, no entity, no empty line at an end or in the middle but before a second paragraph, code whole."""
    for card in cards:
        text = drawn(card)
        assert "<br>" not in text.text
        assert "&" not in text.text.replace(" & ", "")
        assert text.text.removeprefix("Machine learning\n\n").count("\n\n") == (1 if card.line == 132 else 0)
        assert all(line == line.rstrip() for line in text.text.split("\n"))
        kinds = [entity.type for entity in text.entities]
        assert kinds == [
            "pre" if isinstance(block, Code) else "italic"
            for block in (*card.front, *card.back)
            if isinstance(block, (Code, Source))
        ]
    assert {card.line: n for card in cards if (n := drawn(card).text.count(BREAK))} == BREAKS


def test_missing_pictures_are_said_in_their_place(cards):
    """Four pictures are not in the folder, and each card that has one says so."""
    missing = {card.line: drawn(card).text.split("[picture missing: ")[1].split("]")[0] for card in cards
               if "[picture missing: " in drawn(card).text}  # fmt: skip
    assert sorted(missing) == [10, 30, 57, 60]
    assert all(name.endswith(".png") for name in missing.values())


def test_deck_check_counts_it():
    """`deck check` finds nothing to lose in it."""
    lines, status = report([FILE])
    assert status == 0
    assert "145 entries: 136 cards, 8 statements, 1 waits for an answer" in lines
    assert "0 pictures found, 4 missing" in lines
    assert sum(line.startswith("waits for an answer, line 138: ") for line in lines) == 1
