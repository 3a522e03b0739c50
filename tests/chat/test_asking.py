"""While a card is asked, nothing is told that stands in no text."""

from hypothesis import given, settings

from bot.chat.plain import Entity, Page, Text, draw
from bot.decks.html import parse
from tests.chat.drawn import PICTURES
from tests.decks.contents import CONTENTS


def test_while_asking_nothing_is_told_that_stands_in_no_text():
    """Names, words for pictures, addresses and languages may hold the answer."""
    front = parse(
        "<a href='https://x.org/paris'>which?</a><img src='paris.png' alt='Paris'>[sound:paris.mp3]"
        "<pre><code class='language-paris'>x</code></pre>"
    )
    (page,) = draw([front], PICTURES.get, asking=True)
    assert page == Page(Text("which?\n[picture missing]\n[sound]\nx", (Entity("pre", 33, 1),)))


def test_while_asking_a_picture_is_shown_without_its_name():
    """Should Telegram refuse it, what stands in its place does not tell the name."""
    assert draw([parse("a<img src=here.png>")], PICTURES.get, asking=True) == (
        Page(Text("a"), PICTURES["here.png"], names_picture=False),
    )


@given(CONTENTS)
@settings(max_examples=15, deadline=None)
def test_while_asking_only_text_is_shown(content):
    """Of any front, nothing but its own text is in what is sent."""
    for page in draw([content], PICTURES.get, asking=True):
        assert all(entity.url is None and entity.language is None for entity in page.text.entities)
        assert not any(name in page.text.text for name in ("nowhere", "mp3", "ogg"))
