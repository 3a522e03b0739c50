"""Any text at all, taken in as Telegram takes it in."""

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.links import units
from bot.playground.markup import parse_html, parse_markdown
from bot.playground.texts import LINKS, settle
from bot.playground.values import Entity

# Every character but halves of a pair, and many of those that mean something to somebody.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("@#/.$_*`[](){}<>&\\ \n\t\r😀\u2028\u2060abcxyz")
)
KINDS = st.sampled_from(["bold", "italic", "code", "pre", "blockquote", "text_link"])


@st.composite
def styled(draw: st.DrawFn) -> tuple[str, list[Entity]]:
    """A text and entities that fit it."""
    text = draw(TEXTS)
    borders = [units(text[:place]) for place in range(len(text) + 1)]
    entities = []
    for kind in draw(st.lists(KINDS, max_size=4)):
        start, end = sorted(draw(st.tuples(st.sampled_from(borders), st.sampled_from(borders))))
        entities.append(Entity(kind, start, end - start))
    return text, entities


def covered(text: str, entity: Entity) -> str:
    """What an entity covers; raises when it cuts a character."""
    return text.encode("utf-16-le")[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


@given(styled())
@settings(max_examples=300, deadline=None)
def test_entities_fit_the_text_that_comes_out(case: tuple[str, list[Entity]]) -> None:
    """After cleaning, trimming and finding links every entity covers whole characters inside the text, and some."""
    written = settle(*case)
    for entity in written.entities:
        assert covered(written.text, entity)
        assert entity.end <= units(written.text)
    code = [entity for entity in written.entities if entity.type in ("code", "pre")]
    others = [entity for entity in written.entities if entity.type not in ("code", "pre", "blockquote")]
    assert not [(one, two) for one in code for two in others if one.offset < two.end and two.offset < one.end]


@given(styled())
@settings(max_examples=200, deadline=None)
def test_taking_in_twice_changes_nothing(case: tuple[str, list[Entity]]) -> None:
    """What was taken in is taken in as it is, which an edit with the same text relies on."""
    written = settle(*case)
    given_again = [entity for entity in written.entities if entity.type not in LINKS]
    assert settle(written.text, given_again).text == written.text


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_escaped_text_is_not_markup(text: str) -> None:
    """Escaped for HTML or MarkdownV2 a text comes out as it went in, without entities."""
    assert parse_html(html.escape(text)) == (text, [])
    escaped = "".join(f"\\{each}" if 0 < ord(each) < 127 and not each.isalnum() else each for each in text)
    assert parse_markdown(escaped, 2) == (text, [])
