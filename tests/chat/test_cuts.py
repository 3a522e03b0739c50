"""A text that is too long for one message is cut where it reads best."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.pages import cut, units
from bot.chat.plain import draw
from bot.chat.unlinked import BREAK
from bot.decks.content import Code, Paragraph, Run
from bot.decks.html import parse
from tests.chat.drawn import PICTURES, shown


def test_a_long_text_with_a_picture_goes_on_in_further_pages():
    """Every page is short enough for a caption; the picture is where its place is."""
    pages = draw([parse("word " * 500 + "<img src=here.png> end")], PICTURES.get)
    assert [page.picture for page in pages] == [None, None, PICTURES["here.png"]]
    assert all(units(page.text.text) <= 1024 for page in pages)
    assert "".join(page.text.text + " " for page in pages).split() == ["word"] * 500 + ["end"]


def test_code_over_two_pages_is_code_on_both_and_keeps_its_indent():
    """The look goes on, and the first line of a page is as far in as it was."""
    lines = [f"    line_{number} = {number}" for number in range(400)]
    first, second, *_ = draw([(Code("\n".join(lines), "python"),)], PICTURES.get)
    assert [entity.type for entity in second.text.entities] == ["pre"]
    assert second.text.entities[0].language == "python"
    assert first.text.text.startswith(BREAK + "    line_0")
    assert second.text.text.startswith(BREAK + "    line_")


@pytest.mark.parametrize("length", [4095, 4096, 4097, 9000])
def test_pages_are_as_full_as_they_can_be(length):
    """A text that fits is one page, one character more makes two."""
    pages = shown((Paragraph((Run("x" * length),)),))
    assert "".join(pages) == "x" * length
    assert len(pages) == -(-length // 4096)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("one two three", 8, ["one two ", "three"]),
        ("a\n\nbb cc", 6, ["a\n\n", "bb cc"]),
        ("Say it. Then go on", 12, ["Say it. ", "Then go on"]),
        ("👩‍👩‍👧👩‍👩‍👧", 9, ["👩‍👩‍👧", "👩‍👩‍👧"]),
        ("🙂🙂🙂", 5, ["🙂🙂", "🙂"]),
        ("e\u0301e\u0301", 3, ["e\u0301", "e\u0301"]),
        ("一二三。四五", 5, ["一二三。", "四五"]),
        ("a" + "\u0301" * 5, 4, ["a" + "\u0301" * 3, "\u0301" * 2]),
    ],
)
def test_a_text_is_cut_at_the_best_place(text, limit, pieces):
    """Between paragraphs, lines, sentences, words, and inside what is read as one sign only if that is longer."""
    assert [text[start:end] for start, end in cut(text, limit)] == pieces


def test_more_looks_than_a_message_may_have_take_a_page_more():
    """Telegram drops every entity after the hundredth, and what was code would become commands."""
    code = frozenset({"code"})
    runs = tuple(run for number in range(150) for run in (Run(f"/do{number}", code), Run(" or ")))
    pages = draw([(Paragraph(runs),)], PICTURES.get)
    assert [len(page.text.entities) for page in pages] == [100, 50]
    seen = [word for page in pages for word in page.text.text.split() if word != "or"]
    assert seen == [f"/do{number}" for number in range(150)]


@given(st.text(max_size=300), st.integers(2, 40))
def test_pieces_of_a_text_are_the_text(text, limit):
    """Cutting drops nothing, keeps to the limit, and parts no sign that would fit."""
    pieces = [text[start:end] for start, end in cut(text, limit)]
    assert "".join(pieces) == text
    assert all(0 < units(piece) <= limit for piece in pieces)
    signs = regex.findall(r"\X", text)
    if all(units(sign) <= limit for sign in signs):
        assert [sign for piece in pieces for sign in regex.findall(r"\X", piece)] == signs
