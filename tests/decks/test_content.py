"""What a card holds."""

import pytest
from hypothesis import given

from bot.decks.content import Code, Paragraph, Picture, Run, Source, from_json, is_blank, to_json, words
from tests.decks.contents import CONTENTS


@given(CONTENTS)
def test_json_gives_back_the_same_content(content):
    """What goes into the database comes out of it."""
    assert from_json(to_json(content)) == content


@pytest.mark.parametrize("text", ["", "{}x", '[{"x":1}]', "[1]", "3", '[{"code":"x"}]'])
def test_other_json_is_refused(text):
    """JSON that is no content is a ValueError and not a half-read card."""
    with pytest.raises(ValueError):  # noqa: PT011 - JSONDecodeError is one, with words of its own
        from_json(text)


def test_words_are_those_of_every_block_in_order():
    """The plain words are a line for each block, and a picture's name."""
    bold = frozenset({"bold"})
    content = (Paragraph((Run("a "), Run("b", bold))), Code("c\nd"), Picture("e.png"), Source("f"))
    assert words(content) == "a b\nc\nd\ne.png\nf"


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \n\u00a0", True), ("\u200b\u2060", True), ("x", False)])
def test_text_without_anything_to_see_is_blank(text, blank):
    """White space and invisible characters alone are nothing."""
    assert is_blank(text) is blank
