"""Loose HTML becomes content."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decks.content import (
    MOST_LEVELS,
    Code,
    Direction,
    Displayed,
    Formula,
    Heading,
    Hint,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Table,
    is_blank,
    words,
)
from bot.decks.html import literal, parse
from bot.decks.tags import unescape


def p(*runs):
    """A paragraph of texts, a pair being a text and its style."""
    return Paragraph(
        tuple(Run(run) if isinstance(run, str) else Run(run[0], frozenset(run[1].split())) for run in runs)
    )


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("plain", (p("plain"),)),
        ("requires <30 examples", (p("requires <30 examples"),)),
        ("a<br>b<br/>c<BR />", (p("a\nb\nc"),)),
        ("a<br><br><br>b", (p("a"), p("b"))),
        ("<b>x</b> y", (p(("x", "bold"), " y"),)),
        ("<strong>a</strong><em>b</em><del>c</del><ins>d</ins>",
         (p(("a", "bold"), ("b", "italic"), ("c", "strike"), ("d", "underline")),)),
        ("<b><i>x</b>y</i>", (p(("x", "bold italic"), ("y", "italic")),)),
        ("x<sub>i</sub><sup>2</sup>", (p("x", ("i", "sub"), ("2", "sup")),)),
        ("<div>a</div><div><br></div><div>b</div>", (p("a"), p("b"))),
        ("a<div>b</div> <p>c</p>d", (p("a\nb\nc\nd"),)),
        ("a<br> b<div> <b>&#32;c</b></div>\n d", (p("a\nb\n", (" c", "bold")), p("d"))),
        ("if x:<br>  y<br>&nbsp;z<br> <code> w</code>", (p("if x:\n  y\n z\n", (" w", "code")),)),
        ("see <img src=\"a b.png\"> and <IMG src=c.gif />", (p("see"), Picture("a b.png"), p("and"), Picture("c.gif"))),
        ("<pre>  x\n    y</pre>z", (Code("  x\n    y"), p("z"))),
        ("<pre><code class='language-c++'>int x;<br>x++;</code></pre>", (Code("int x;\nx++;", "c++"),)),
        ("run <code>ls</code>", (p("run ", ("ls", "code")),)),
        ("<code>a<br>  b</code>", (Code("a\n  b"),)),
        ("1 &lt; 2 &amp;lt; 3&nbsp;&#65;&#x42;", (p("1 < 2 &lt; 3 AB"),)),
        ("&lt;b&gt;x&lt;/b&gt;", (p("<b>x</b>"),)),
        ("R&D &foo; AT&T; &#0; &#xD800;", (p("R&D &foo; AT&T; &#0; &#xD800;"),)),
        ("if a <b and c> d", (p("if a <b and c> d"),)),
        ("vector<s> x", (p("vector<s> x"),)),
        ("</b> </> <!-- note --> <script>1<2</script>", (p("</b> </> <!-- note --> <script>1<2</script>"),)),
        ("<img> <img src=''>", (p("<img> <img src=''>"),)),
        ("<br> <b></b>&nbsp;", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_text_becomes_content(text, content):
    """The few tags of cards are understood, every other `<` and `&` stays as written."""
    assert parse(text) == content


LINK = "https://x.org/a?b=1&c"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<ul><li>a</li><li>b<ol start=3><li>c<li>d</ol></ul>e",
         (Points(((p("a"),), (p("b"), Points(((p("c"),), (p("d"),)), 3)))), p("e"))),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", (Points(((p("a"), Points(((p("b"),),))),)),)),
        ("<dl><dt>a<dd>b</dl>", (Points(((p("a"),), (p("b"),))),)),
        ("<table><thead><tr><th>a<th>b</thead><tr><td>c<br>d</td><td><b>e</b></td></tr></table>",
         (Table((((Run("a"),), (Run("b"),)), ((Run("c\nd"),), (Run("e", frozenset({"bold"})),))), 1),)),
        ("<table><tr><td>a</td><td><img src=p></td></tr><tr><td>b</td></tr></table>",
         (Table((((Run("a"),), ()), ((Run("b"),), ()))), Picture("p"))),
        ("<table><tr><td>one</td></tr></table>", (p("one"),)),
        ("<table><tr><td colspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
         (Table((((Run("a"),), (), (Run("b"),)), ((Run("c"),), (), ()))),)),
        ("a<blockquote>b<div>c</div></blockquote>d", (p("a"), Quote((p("b\nc"),)), p("d"))),
        ("<h1>a</h1>b<h3><i>c</i></h3>",
         (Heading((Run("a"),), 1), p("b"), Heading((Run("c", frozenset({"italic"})),), 3))),
        ("<details><summary>a</summary>b</details>", (Hint((p("b"),), "a"),)),
        (f"<a href='{LINK.replace('&', '&amp;')}'>x</a>y", (Paragraph((Run("x", frozenset(), LINK), Run("y"))),)),
        ("<a href='javascript:alert(1)' onclick='x()'>x</a>", (p("x"),)),
        ("<span style='color:red; font-weight: bold'>x</span><font color=red>y</font>", (p(("x", "bold"), "y"),)),
        (r"a \(x<y\) &amp; \[a &lt; b &amp; c\] [$]z[/$][$$]w[/$$]",
         (Paragraph((Run("a "), Formula("x<y"), Run(" &"))), Displayed("a < b & c"), Paragraph((Formula("z"),)),
          Displayed("w"))),
        ("[latex]$x$[/latex][latex]\\begin{displaymath}y\\end{displaymath}[/latex][latex]a $b$ c[/latex]",
         (Paragraph((Formula("x"),)), Displayed("y"), Paragraph((Formula("a $b$ c"),)))),
        (r"\[a \\[2pt] b\] C:\\(c\\)", (Displayed(r"a \\[2pt] b"), p(r"C:\\(c\\)"))),
        ("<anki-mathjax>a</anki-mathjax><anki-mathjax block='true'>b<br></anki-mathjax>",
         (Paragraph((Formula("a"),)), Displayed("b"))),
        (r"\( never, <code>\(x\)</code> $y$ \(\)", (p(r"\( never, ", (r"\(x\)", "code"), r" $y$ \(\)"),)),
        ("a[sound:b c.mp3]<audio controls src='d.ogg'></audio>", (p("a"), Sound("b c.mp3"), Sound("d.ogg"))),
        ("<div dir=rtl>a</div>b <bdo dir=rtl>c</bdo>",
         (Paragraph((Run("a"),), Direction.RIGHT_TO_LEFT), p("b \u2067c\u2069"))),
        ("<img src='https://x.org/y.png' alt='A hill' onerror='z()'>",
         (Paragraph((Run("A hill", frozenset(), "https://x.org/y.png"),)),)),
        ("<img src='data:image/png;base64,QUJD' alt=x>", (Picture("data:image/png;base64", "x"),)),
        ("<ruby>漢<rt>かん</rt></ruby>", (p("漢(かん)"),)),
        ("<li>x <td>y</td>", (p("<li>x <td>y</td>"),)),
        ("<iframe src='https://x.org'></iframe><style>b{}</style>",
         (p("<iframe src='https://x.org'></iframe><style>b{}</style>"),)),
    ],
)  # fmt: skip
def test_blocks_links_and_formulas(text, content):
    """What cards of other programs hold is understood; what is no mark stays as written, and nothing is fetched."""
    assert parse(text) == content


def test_plain_text_has_formulas_and_recordings():
    """The marks of both are the same where nothing is a tag."""
    assert literal("<b> \\(x\\)\n\n[sound:a.mp3]") == (Paragraph((Run("<b> "), Formula("x"))), Sound("a.mp3"))
    assert literal("\\(x\\)", formulas=False) == (p("\\(x\\)"),)


def test_line_breaks_are_spaces_where_the_file_says_it_is_html():
    """With the header `#html:true` a line break is what it is in HTML."""
    assert parse("a\nb<br>c", keeps_newlines=False) == (p("a b\nc"),)
    assert parse("<b>a</b>\nb", keeps_newlines=False) == (p(("a", "bold"), " b"),)


def test_text_that_is_no_html_stays_literal():
    """With the header `#html:false` nothing is a tag or an entity."""
    assert literal("<b>a</b> &amp;\n\nb") == (p("<b>a</b> &amp;"), p("b"))


DEEP = 10_000


@pytest.mark.parametrize(
    "text",
    [
        "<div>some words</div>" * 20_000, "<div> </div>" * 20_000, "some " * 100_000, "<" * 200_000,
        "\\(" * 50_000 + "\\)",
        *(f"<{name}>" * DEEP + "some" + f"</{name}>" * DEEP
          for name in ("b", "div", "ul", "table", "blockquote", "details", "pre", "a href=https://x.org/", "h1")),
        "<ul><li>" * DEEP + "some", "<table><tr><td>" * DEEP + "some" + "</table>" * DEEP,
        "<ul><li>" * DEEP + "</ul>" * DEEP, "<b>" * 30_000, "<b" + " a=b" * 30_000, "<code>\\(" * DEEP,
        "[latex]" * DEEP, "&" * 200_000, "<img src='" * DEEP,
    ],
    ids=range(23),
)  # fmt: skip
def test_a_long_text_is_read_in_a_time_that_grows_with_it(text):
    """A long one, or ten thousand tags in each other, take a second or two, and nothing stands deeper than is drawn."""
    began = time.process_time()
    content = parse(text)
    assert time.process_time() - began < 8
    assert words(content).count("some") == text.count("some")
    assert depth(content) <= MOST_LEVELS


def depth(content) -> int:
    """How many blocks stand in each other."""
    inner = [
        item
        for block in content
        for item in (block.items if isinstance(block, Points) else [getattr(block, "content", ())])
    ]
    return max((1 + depth(item) for item in inner if item), default=0)


# Of the characters that Unicode keeps out of texts, some are marks of our own readers.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=60)


@given(TEXTS)
def test_text_without_tags_is_kept(text):
    """Whatever a person types, its words are there in order."""
    typed = text.replace("<", "‹").replace("&", "+")
    seen = [word for word in typed.split() if not is_blank(word)]
    assert [word for word in words(parse(typed)).split() if not is_blank(word)] == seen


TAGS = [
    *(f"<{slash}{name}>" for slash in ("", "/")
      for name in ("b", "i", "pre", "div", "code", "sup", "p", "ul", "ol", "li", "table", "tr", "td", "th",
                   "blockquote", "details", "summary", "h2", "span", "dl", "dd", "thead", "a", "ruby", "rt",
                   "tg-spoiler", "script")),
    "<br>", "<hr>", "<x>", "<!--", "<img src=y>", "<div dir=rtl>", "<span dir=ltr>", "<a href='https://x.org'>",
    "\\(", "\\)", "\\[", "\\]", "[latex]", "[/latex]", "[$]", "[/$]", "[sound:y]", "<anki-mathjax>", "</anki-mathjax>",
    "\ufdd1", "1\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5", "\ufdd6>",
]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=16), st.booleans())
@settings(max_examples=200)
def test_tags_in_any_order_lose_no_word(pieces, keeps_newlines):
    """However badly tags are nested, every word between them is in the card, once, and plain text loses none either."""
    typed = [f"w{at}w" for at in range(len(pieces) + 1)]
    text = "".join(f" {word} {piece}" for word, piece in zip(typed, [*pieces, ""], strict=True))
    assert sorted(WORD.findall(words(parse(text, keeps_newlines=keeps_newlines)))) == sorted(typed)
    assert WORD.findall(words(literal(text))) == typed


WORD = re.compile(r"w[0-9]+w")


@given(st.text(max_size=60))
def test_entities_are_decoded_once(text):
    """Decoding takes exactly one layer off."""
    assert unescape(text.replace("&", "&amp;")) == text
