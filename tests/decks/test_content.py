"""What a card holds."""

import pytest
from hypothesis import given, settings

from bot.decks.content import (
    Code,
    Direction,
    Displayed,
    Formula,
    Gap,
    Heading,
    Hint,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Source,
    Table,
    is_blank,
    pictures,
    walk,
    words,
)
from bot.decks.encoded import from_json, to_json
from tests.decks.contents import CONTENTS

BOLD = frozenset({"bold"})


@given(CONTENTS)
@settings(max_examples=25)
def test_json_gives_back_the_same_content(content):
    """What goes into the database comes out of it."""
    assert from_json(to_json(content)) == content


def test_what_older_versions_kept_is_read():
    """The trees of a database from before lists and formulas are what they were, and are written no other way."""
    kept = '[{"p":[["a "],["b","bold","sub"]]},{"code":"c\\nd","language":""},{"picture":"e.png"},{"source":"f"}]'
    content = (
        Paragraph((Run("a "), Run("b", frozenset({"bold", "sub"})))), Code("c\nd"), Picture("e.png"), Source("f")
    )  # fmt: skip
    assert from_json(kept) == content
    assert to_json(content) == kept


@pytest.mark.parametrize(
    "text",
    ["", "{}x", '[{"x":1}]', "[1]", "3", '[{"code":"x"}]', '[{"p":[["a","loud"]]}]', '[{"p":[[1]]}]',
     '[{"p":[],"dir":"up"}]', '[{"h":[],"level":"1"}]', '[{"points":[1],"start":null}]', '[{"p":[{"gap":"1"}]}]',
     '[{"quote":[{"picture":1}]}]', pytest.param('[{"quote":' * 9000 + "[]" + "}]" * 9000, id="deep")],
)  # fmt: skip
def test_other_json_is_refused(text):
    """JSON that is no content is a ValueError and not a half-read card."""
    with pytest.raises(ValueError):  # noqa: PT011 - JSONDecodeError is one, with words of its own
        from_json(text)


CARD = (
    Heading((Run("title"),), 2),
    Paragraph((Run("a "), Run("b", BOLD), Formula("x^2"), Gap(1, "hint"), Gap(2)), Direction.RIGHT_TO_LEFT),
    Points(((Paragraph((Run("one"),)), Picture("p.png", "alt")), (Code("two"),)), 3),
    Table((((Run("x"),), (Run("y"),)), ((Run("1"),), ())), 1),
    Quote((Displayed("z"), Picture("q.png"))),
    Hint((Sound("s.mp3"),), "label"),
    Hint((Source("f"),)),
)


def test_words_are_those_of_every_block_in_order():
    """The plain words are a line for each block, and a picture's name."""
    content = (Paragraph((Run("a "), Run("b", BOLD))), Code("c\nd"), Picture("e.png"), Source("f"))
    assert words(content) == "a b\nc\nd\ne.png\nf"
    assert words(CARD) == "title\na bx^2[hint][…]\none\np.png\ntwo\nx\ty\n1\t\nz\nq.png\nlabel\ns.mp3\nf"


def test_pictures_are_found_wherever_they_stand():
    """Those in lists and quotations too, in the order of reading."""
    assert pictures(CARD) == (Picture("p.png", "alt"), Picture("q.png"))
    assert [type(block).__name__ for block in walk(CARD[4:])] == ["Quote", "Displayed", "Picture", "Hint", "Sound",
                                                                   "Hint", "Source"]  # fmt: skip


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \n\u00a0", True), ("\u200b\u2060", True), ("x", False)])
def test_text_without_anything_to_see_is_blank(text, blank):
    """White space and invisible characters alone are nothing."""
    assert is_blank(text) is blank
