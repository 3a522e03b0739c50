"""What a button says of a card that was found: a line of its front, with the words that were looked for."""

from itertools import count
from pathlib import Path

import pytest

from bot.chat.artist import Artist
from bot.chat.finding_screens import line
from bot.chat.texts import English
from bot.decks.content import Paragraph, Run
from bot.decks.terms import asked

ITALY = "Which city is the capital of Italy?"
EUROPE = "Which of the many cities that lie at a river is the capital of Itálya and of the whole of Europe as it was"
NINE = "日本語" * 12
A_BUTTON = 34


def shown(front: str, looked_for: str, most: int = A_BUTTON) -> str:
    """The line of that front."""
    artist = Artist(English(), lambda _, name: Path(name), lambda _: None, lambda _, name: Path(name))
    return line(artist, (Paragraph((Run(front),)),), most, asked(looked_for))


@pytest.mark.parametrize(
    ("front", "looked_for", "read"),
    [
        # What is at the beginning, or in no front at all, needs nothing else to be seen.
        (ITALY, "capital", "Which city is the capital of…"),
        (ITALY, "rome", "Which city is the capital of…"),
        (ITALY, "", "Which city is the capital of…"),
        (ITALY, "ital", "…city is the capital of Italy?"),
        (ITALY, "italy capital", "…city is the capital of Italy?"),
        (ITALY, '"of italy"', "…city is the capital of Italy?"),
        # As it is found: without accents, by its beginning only if it is the last that was typed.
        (EUROPE, "italya", "…capital of Itálya and of the…"),
        (EUROPE, "ital cities", "Which of the many cities that lie…"),
        # Of words far from each other the last.
        (EUROPE, "cities europe", "…of the whole of Europe as it was"),
        # Without spaces, in signs that are two in one, longer than a button.
        (f"{NINE}漢字{NINE}", "漢字", f"…{(NINE + '漢字' + NINE)[21:53]}…"),
        ("one ﬁne " + "x " * 30 + "ﬁt day", "fit", "…" + "x " * 13 + "ﬁt day"),
        ("a " * 17 + "x" * 80, "x" * 80, f"…{'x' * 32}…"),
    ],
    ids=count(1),
)
def test_a_line_has_the_words_in_it(front: str, looked_for: str, read: str) -> None:
    """Where the beginning does not hold them, the part around them is shown."""
    assert shown(front, looked_for) == read


@pytest.mark.parametrize("most", range(8, 60, 7))
def test_a_line_is_never_longer_than_it_may_be(most: int) -> None:
    """Wherever the words stand in it, and whatever room there is."""
    for looked_for in (*EUROPE.split(), "cities europe", '"the whole of"', "x"):
        assert len(shown(EUROPE, looked_for, most)) <= most, looked_for
