"""Markdown becomes content."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decks.content import (
    Code,
    Displayed,
    Formula,
    Gap,
    Heading,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Table,
    line_words,
    walk,
    words,
)
from bot.decks.gaps import asking
from bot.decks.markdown import parse


def p(*runs):
    """A paragraph of texts, a pair being a text and its style."""
    return Paragraph(
        tuple(Run(run) if isinstance(run, str) else Run(run[0], frozenset(run[1].split())) for run in runs)
    )


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("plain a < b && c > d &lt; <x>", (p("plain a < b && c > d < <x>"),)),
        ("*a* **b** ~~c~~ `d <b>`",
         (p(("a", "italic"), " ", ("b", "bold"), " ", ("c", "strike"), " ", ("d <b>", "code")),)),
        ("soft\nbreak  \nhard\\\nhard", (p("soft break\nhard\nhard"),)),
        ("a\n\nb", (p("a"), p("b"))),
        ("# a\n\n### b", (Heading((Run("a"),), 1), Heading((Run("b"),), 3))),
        ("- a\n- b\n  1. c\n\n3) d", (Points(((p("a"),), (p("b"), Points(((p("c"),),), 1)))), Points(((p("d"),),), 3))),
        ("> a\n> b", (Quote((p("a b"),)),)),
        ("```python\nx = 1\n\n  y\n```", (Code("x = 1\n\n  y", "python"),)),
        ("| a | b |\n|---|---|\n| *c* | d |",
         (Table((((Run("a"),), (Run("b"),)), ((Run("c", frozenset({"italic"})),), (Run("d"),))), 1),)),
        ("[a](https://x.org/b_c) [b](javascript:x)",
         (Paragraph((Run("a", frozenset(), "https://x.org/b_c"), Run(" [b](javascript:x)"))),)),
        ("![alt](<a b.png>)![](https://x.org/y.png)",
         (Picture("a b.png", "alt"), Paragraph((Run("https://x.org/y.png", frozenset(), "https://x.org/y.png"),)))),
        ("x<sub>i</sub> <u>y</u><br>z", (p("x", ("i", "sub"), " ", ("y", "underline"), "\nz"),)),
        ("<script>x</script>\n\n<b onclick='y'>z</b>", (p("<script>x</script>\n", ("z", "bold")),)),
        ("[sound:a.mp3] b", (Sound("a.mp3"), p("b"))),
        ("[a]: b", (p("[a]: b"),)),
    ],
)  # fmt: skip
def test_markdown_becomes_content(text, content):
    """CommonMark with tables and struck text; raw HTML is read as HTML, and what is none stays as written."""
    assert parse(text) == content


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"a $x_1 < y_2$ b", (Paragraph((Run("a "), Formula("x_1 < y_2"), Run(" b"))),)),
        (r"\(x*y*z\) $$u$$", (Paragraph((Formula("x*y*z"),)), Displayed("u"))),
        ("$$\na\n- b\n\n= c\n$$\nd", (Displayed("a\n- b\n\n= c"), p("d"))),
        ("\\[ a \\]", (Displayed("a"),)),
        ("costs $5 and $10, or 20 $", (p("costs $5 and $10, or 20 $"),)),
        (r"\$x\$ \\(y\\) `$z$`", (p(r"$x$ \(y\) ", ("$z$", "code")),)),
        ("| a | b |\n|---|---|\n| $x$ | y |",
         (Table((((Run("a"),), (Run("b"),)), ((Formula("x"),), (Run("y"),))), 1),)),
        (r"$a$b$ \( never $$", (Paragraph((Formula("a"), Run(r"b$ ( never $$"))),)),
    ],
)  # fmt: skip
def test_formulas_stand_between_dollars_too(text, content):
    """Money is none, nor what is escaped or code; nothing in a formula is markup."""
    assert parse(text) == content


@given(st.text(st.sampled_from("ab1 é漢\u05d0-+=.):'\"(/\u00a0\u200b\u0301@"), max_size=9), st.booleans())
def test_plain_words_are_read_as_the_library_reads_them(text, keeps_newlines):
    """They take a shorter way to the same tree."""
    whole = parse(f"a{text}<br>", keeps_newlines=keeps_newlines)
    assert parse(f"a{text}", keeps_newlines=keeps_newlines) == whole


def test_line_breaks_may_be_kept():
    """As Obsidian shows them."""
    assert parse("a\nb", keeps_newlines=True) == (p("a\nb"),)


def test_gaps_are_understood():
    """A gap that was emptied before is one, whatever it stood in."""
    assert parse(asking("**{{c1::a::b}}** c", 1)) == (Paragraph((Gap(1, "b", frozenset({"bold"})), Run(" c"))),)


@pytest.mark.parametrize("before", ["", "> ", "- x\n\n  "])
def test_cells_without_a_heading_stand_in_their_row(before):
    """A row of a table may have more cells than its heading, wherever the table stands; none is lost."""
    lines = ["|a|b|", "|-|-|", "|c|d|*e*|f \\| g|", "|h|"]
    indent = before if before == "> " else " " * len(before.rpartition("\n")[2])
    content = parse(before + f"\n{indent}".join(lines))
    (rows,) = [block.rows for block in walk(content) if isinstance(block, Table)]
    assert [[line_words(cell) for cell in row] for row in rows] == [
        ["a", "b", "", ""],
        ["c", "d", "e", "f | g"],
        ["h", "", "", ""],
    ]


PIECES = st.sampled_from(
    ["*", "**", "_", "`", "```\n", "\n", "\n\n", "# ", "- ", "1. ", "> ", "    ", "|", "\n|-|-|\n", "[", "](x)",
     "](https://x.org)", "~~", "<b>", "</b>", "<div>", "</div>", "<pre>", "<!--", "-->", "$", "$$", "\n$$\n", "\\(",
     "\\)", "\\[", "\\]", "\\", "&", "  \n", "---\n", "===\n", "[a]: ", "<ul><li>", "\ufdd1", "<?", "<![CDATA["]
)  # fmt: skip
WORD = re.compile(r"w[0-9]+w")


@given(st.lists(PIECES, max_size=14), st.booleans())
@settings(max_examples=100, deadline=None)
def test_marks_in_any_order_lose_no_word(pieces, keeps_newlines):
    """However marks and tags are mixed, every word between them is in the card; behind ``` one names the language."""
    typed = [f"w{at}w" for at in range(len(pieces) + 1)]
    text = "".join(f"{word}{piece} " for word, piece in zip(typed, [*pieces, ""], strict=True))
    content = parse(text, keeps_newlines=keeps_newlines)
    assert sorted(WORD.findall(repr(content))) == sorted(typed)


@pytest.mark.parametrize(
    "text",
    ["*a " * 10_000, "[" * 50_000, ">" * 10_000 + "x", "- " * 5_000 + "x", "$$\n" * 10_000, r"\(" * 10_000,
     "![" * 1_000,     r"\(" * 10_000 + r"\)", "|a|b|\n|-|-|\n" + "|x|y|\n" * 500, "`" * 50_000, "<b>" * 30_000],
    ids=range(11),
)  # fmt: skip
def test_a_long_text_is_read_soon(text):
    """Marks that are never closed or stand deep in each other hold nobody up."""
    began = time.process_time()
    assert words(parse(text)).count("x") == text.count("x")
    assert time.process_time() - began < 8
