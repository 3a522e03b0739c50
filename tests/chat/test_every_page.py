"""Of any content at all, every word is shown, on pages that Telegram takes."""

from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.pages import units
from bot.chat.plain import Text, draw
from bot.decks.content import is_blank, pictures
from tests.chat.drawn import PICTURES, UNSHIFTED, expected_words, words_of
from tests.decks.contents import CONTENTS


@given(st.lists(UNSHIFTED, min_size=1, max_size=3), st.sampled_from([1, 1, 1, 20]))
@settings(max_examples=25, deadline=None)
def test_every_word_is_shown_in_order(contents, times):
    """Whatever a card holds, all its words are on its pages, in order."""
    contents = [content * times for content in contents]
    pages = draw(contents, PICTURES.get)
    expected = [word for content in contents for word in expected_words(content)]
    # A word longer than a page, or a cut between signs without spaces, may part a word: compare the letters.
    assert "".join(word for page in pages for word in words_of(page.text.text)) == "".join(expected)


@given(st.lists(CONTENTS, min_size=1, max_size=3), st.sampled_from([1, 1, 1, 20]))
@settings(max_examples=25, deadline=None)
def test_every_page_is_one_that_telegram_takes(contents, times):
    """Length, entities and pictures of each page keep to Telegram's rules."""
    contents = [content * times for content in contents]
    pages = draw([Text("Deck · 1/2"), *contents], PICTURES.get)
    found = [picture.name for content in contents for picture in pictures(content)]
    found = [name for name in found if name in PICTURES]
    assert [page.picture and page.picture.name for page in pages if page.picture] == found
    for page in pages:
        text = page.text.text
        assert units(text) == len(text.encode("utf-16-le")) // 2 <= (1024 if found else 4096)
        assert text == text.strip()
        assert page.picture or not is_blank(text)
        assert len(page.text.entities) <= 100
        check_entities(page.text)


def check_entities(text: Text) -> None:
    """Asserts that the entities are within the text, not empty, nested or apart, between whole characters."""
    starts = {0, *accumulate(units(char) for char in text.text)}
    for at, entity in enumerate(text.entities):
        end = entity.offset + entity.length
        assert entity.length > 0
        assert {entity.offset, end} <= starts
        # They come in order of their beginning, so only a few before can reach here.
        for other in text.entities[max(0, at - 8) : at]:
            other_end = other.offset + other.length
            apart = other_end <= entity.offset or end <= other.offset
            inside = (other.offset <= entity.offset and end <= other_end) or (
                entity.offset <= other.offset and other_end <= end
            )
            kinds = {entity.type, other.type}
            assert apart or (inside and (not {"pre", "code"} & kinds or "blockquote" in kinds))
