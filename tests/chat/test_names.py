"""A person's name, or a deck's, in a line of ours."""

import unicodedata

import pytest

from bot.chat.names import COLUMNS, of_deck, shown

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def bare(name: str) -> str:
    """What is shown, without what keeps its direction to itself."""
    said = shown(name, "Somebody")
    assert said == "Somebody" or (said[0], said[-1]) == ("\u2068", "\u2069")
    return said.strip("\u2068\u2069")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna", "Anna"),
        ("  Anna \n\n\t Berg\x00 ", "Anna Berg"),
        ("\u202eannA", "annA"),
        ("A\u2066n\u2069n\u200fa", "Anna"),
        ("", "Somebody"),
        ("\u200b\u3164\u2800 \u200d", "Somebody"),
        ("דנה", "דנה"),
        ("@anna", "@\u2060anna"),
        ("/quiz", "/\u2060quiz"),
        ("example.com", "example.\u2060com"),
        ("<b>Anna</b> & *Ben*", "<b>Anna</b> & *Ben*"),
        ("a" * 24, "a" * 24),
        ("a" * 25, "a" * 23 + "…"),
        ("漢" * 12, "漢" * 12),
        ("漢" * 13, "漢" * 11 + "…"),
        (FAMILY * 30, FAMILY * 11 + "…"),
        ("e\u0301" * 30, "e\u0301" * 23 + "…"),
    ],
)
def test_a_name_is_one_short_line(name: str, said: str) -> None:
    """What turns, hides, links or breaks lines is gone, markup is text, and a cut never goes through a grapheme."""
    assert bare(name) == said


def test_marks_do_not_pile_up() -> None:
    """However many marks stand on a letter, they do not run through the lines around it."""
    said = bare("Z" + "\u0301" * 500)
    assert len(said) <= 16
    assert sum(not unicodedata.combining(sign) for sign in said) <= COLUMNS


def test_a_deck_in_a_deck_reads_so() -> None:
    """As Anki keeps such names, and as people read them."""
    assert of_deck("Biology::Cells::The membrane") == "Biology › Cells › The membrane"
    assert of_deck("At 10:30, C: the whole") == "At 10:30, C: the whole"
    assert [of_deck(name) for name in ("Biology::", " ::Cells", "A::::B", " :: ")] == [
        "Biology",
        "Cells",
        "A › B",
        "::",
    ]
