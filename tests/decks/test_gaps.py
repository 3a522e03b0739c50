"""Gaps are taken out of a text before it is read."""

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.plain import draw
from bot.decks.content import Formula, Gap, Paragraph, Picture, Run, words
from bot.decks.gaps import asking, numbers, telling
from bot.decks.html import literal, parse

ANSWER = frozenset({"answer"})


def test_a_text_has_a_card_for_each_number():
    """Numbers count once, whatever their order; a gap may have several."""
    assert numbers("{{c2::a}} {{c1::b}} {{c2::c::hint}} {{c3,5::d}} {{C7::e}}") == (1, 2, 3, 5, 7)
    assert numbers("{{c1::open {{c::a {{Front") == ()


@pytest.mark.parametrize(
    ("source", "front", "back"),
    [
        ("{{c1::Paris}} in {{c2::France}}", (Gap(1), Run(" in France")), (Run("Paris", ANSWER), Run(" in France"))),
        ("{{c1::Paris::a city}}!", (Gap(1, "a city"), Run("!")), (Run("Paris", ANSWER), Run("!"))),
        ("{{c2::a {{c1::b}} c}}", (Run("a "), Gap(1), Run(" c")), (Run("a "), Run("b", ANSWER), Run(" c"))),
        ("{{c1::a {{c2::b}} c}}.", (Gap(1), Run(".")), (Run("a b c", ANSWER), Run("."))),
        (r"\({{c1::x}} + 1\)", (Formula(r"[\ldots] + 1"),), (Formula("x + 1"),)),
        (r"\({{c1::x::an \& y}}\)", (Formula(r"[\text{an \& y}]"),), (Formula("x"),)),
        ("<b>{{c1::x</b> y}} z", (Gap(1, "", frozenset({"bold"})), Run(" z")),
         (Run("x", frozenset({"bold", "answer"})), Run(" y", ANSWER), Run(" z"))),
        ("the tag {{c1::<b>}}.", (Run("the tag "), Gap(1), Run(".")), (Run("the tag "), Run("<b>", ANSWER), Run("."))),
        ("{{c1::x::a &amp; <b>b</b>}}", (Gap(1, "a & b"),), (Run("x", ANSWER),)),
        ("{{c1::a}} and {{c1 and }}", (Gap(1), Run(" and {{c1 and }}")), (Run("a", ANSWER), Run(" and {{c1 and }}"))),
    ],
)  # fmt: skip
def test_a_gap_is_empty_on_the_front_and_filled_on_the_back(source, front, back):
    """Others are filled on both, and a hint stands in the gap."""
    assert parse(asking(source, 1)) == (Paragraph(front),)
    assert parse(telling(source, 1)) == (Paragraph(back),)


def test_whatever_stands_in_a_gap_is_gone():
    """A picture, its name in part, a list, code."""
    source = "{{c1::<img src='paris.png'>}} <img src='{{c1::paris}}.png' alt='{{c1::Paris}}'> x<pre>{{c1::y}}</pre>"
    assert parse(asking(source, 1)) == (
        Paragraph((Gap(1),)), Picture("[…].png", "[…]"), Paragraph((Run("x"),)), *parse("<pre>[…]</pre>")
    )  # fmt: skip
    assert parse(telling(source, 1))[1] == Picture("paris.png", "Paris")


def test_plain_text_has_gaps_too():
    """Without markup they are understood alike."""
    assert literal(asking("<b> {{c1::x}} {{c2::y</i>}}", 2)) == (Paragraph((Run("<b> x "), Gap(2))),)


PIECES = st.sampled_from(
    [
        "{{c1::",
        "{{c2::",
        "{{c1,2::",
        "}}",
        "::",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<ul><li>",
        "<li>",
        "</ul>",
        "<img src='",
        "'>",
        "<img alt='",
        "\\(",
        "\\)",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<a href='https://x.org/",
        "<details>",
        "</details>",
        "<table><tr><td>",
        "</table>",
        "<br>",
        " ",
    ]
)
PLAIN = st.sampled_from(["<tg-spoiler>", "</tg-spoiler>", "<summary>", "</summary>"])


@given(st.lists(PIECES | PLAIN, max_size=20), st.sampled_from([1, 2]))
@settings(max_examples=100, deadline=None)
def test_nothing_on_the_front_is_only_on_the_back(pieces, number):
    """However gaps and markup are mixed, the front holds no word that stands in its gaps alone, unseen ones counted."""
    source = "".join(f"w{at}w{piece}" for at, piece in enumerate(pieces)) + "end"
    front = parse(asking(source, number))
    hidden = hidden_words(source, number)
    (*pages,) = draw([front], lambda _: None, asking=True)
    sent = " ".join([page.text.text for page in pages] + [str(page.text.entities) for page in pages])
    assert not hidden & set(regex.findall(r"w\d+w", sent + repr(front)))
    # And on the back every word is.
    assert set(regex.findall(r"w\d+w|end", repr(parse(telling(source, number))))) >= hidden


def hidden_words(source: str, number: int) -> set[str]:
    """The words in the gaps of that number, found another way: character by character."""
    parts = regex.split(r"(\{\{c[\d,]+::|::|\}\})", source)
    closed: list[tuple[int, int]] = []
    opened: list[int] = []
    for at, part in enumerate(parts):
        # What stands deeper than eight levels is text.
        if part.startswith("{{") and len(opened) < 8:
            opened.append(at)
        elif part == "}}" and opened:
            closed.append((opened.pop(), at))
    begins, ends = {start for start, _ in closed}, {end for _, end in closed}
    hidden: set[str] = set()
    within: list[tuple[bool, bool]] = []  # whether it is one of these gaps, and whether this is its hint
    for at, part in enumerate(parts):
        if at in begins:
            within.append((str(number) in regex.findall(r"\d", part), False))
        elif at in ends:
            within.pop()
        elif part == "::" and within:
            within[-1] = (within[-1][0], True)
        elif any(asked for asked, _ in within) and not any(in_hint for _, in_hint in within):
            hidden |= set(regex.findall(r"w\d+w", part))
    return hidden


def test_a_long_text_with_gaps_is_read_soon():
    """Ten thousand gaps, nested, side by side or never closed, take a time that grows with them."""
    began = time.process_time()
    for source in ("{{c1::" * 10_000 + "x" + "}}" * 10_000, "{{c1::x::y}} " * 10_000, "{{c1::" * 20_000):
        assert words(parse(asking(source, 1))).count("x") <= 1
    assert time.process_time() - began < 5
