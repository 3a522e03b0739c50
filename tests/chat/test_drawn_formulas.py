"""Formulas in a drawn card: in Unicode, as one picture, or as their source."""

from pathlib import Path

import pytest

from bot.chat.plain import Entity, Page, Text, draw, needing_pictures
from bot.decks.html import parse
from tests.chat.drawn import PICTURES, RULE


def test_formulas_that_unicode_cannot_say_are_one_picture():
    """It stands behind the part with the first of them, and their source is in the text all the same."""
    front = parse(r"Is \(\int_a^b f\) what \(x^2\) is?")
    back = parse(r"No: \[\sum_{i=1}^n i\]and \(\int_a^b f\)")
    formulas = (r"\int_a^b f", r"\sum_{i=1}^n i")
    assert needing_pictures([front, back]) == formulas
    sheets = {formulas: Path("sheet.png")}
    (page,) = draw([front, RULE, back], PICTURES.get, sheet=sheets.get)
    (without,) = draw([front, RULE, back], PICTURES.get)
    assert page == Page(without.text, Path("sheet.png"), is_sheet=True)
    assert page.text.text == "Is \\int_a^b f what x² is?\n─────\nNo:\n\\sum_{i=1}^n i\nand \\int_a^b f"
    assert draw([front], PICTURES.get, sheet=sheets.get)[0].picture is None


def test_what_ends_the_sentence_of_a_displayed_formula_stands_behind_it():
    """Not in a line of its own."""
    (page,) = draw([parse(r"Is \[x^2\]? And \[y^2\], where \[z\] so .5")], PICTURES.get)
    assert page.text.text == "Is\nx²? And\ny², where\nz\nso .5"


def test_a_card_with_a_picture_of_its_own_keeps_that_alone():
    """One more would tear the card into pages; the formulas stay as their source."""
    assert draw([parse(r"\(\int_a^b f\)<img src=here.png>")], PICTURES.get, sheet=lambda _: Path("sheet.png")) == (
        Page(Text("\\int_a^b f", (Entity("code", 0, 10),)), PICTURES["here.png"]),
    )


@pytest.mark.parametrize(
    "html", [r"<details>see \(\int_a^b f\)</details>", r"<tg-spoiler>\(\int_a^b f\)</tg-spoiler>", r"\(x^2\)"]
)
def test_formulas_that_are_folded_or_said_in_a_line_are_in_no_picture(html: str):
    """A picture would unfold them."""
    content = parse(html)
    assert needing_pictures([content]) == ()
    assert draw([content], PICTURES.get, sheet=lambda _: Path("sheet.png"))[0].picture is None
