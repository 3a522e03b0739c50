"""Loose HTML becomes content."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.content import Code, Paragraph, Picture, Run, is_blank, words
from bot.decks.html import literal, parse, unescape


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
        ("a<div>b</div> <p>c</p>d", (p("a\nb\n c\nd"),)),
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


def test_line_breaks_are_spaces_where_the_file_says_it_is_html():
    """With the header `#html:true` a line break is what it is in HTML."""
    assert parse("a\nb<br>c", keeps_newlines=False) == (p("a b\nc"),)
    assert parse("<b>a</b>\nb", keeps_newlines=False) == (p(("a", "bold"), " b"),)


def test_text_that_is_no_html_stays_literal():
    """With the header `#html:false` nothing is a tag or an entity."""
    assert literal("<b>a</b> &amp;\n\nb") == (p("<b>a</b> &amp;"), p("b"))


@pytest.mark.parametrize("line", ["<div>some words</div>", "<div> </div>"])
def test_a_long_cell_is_read_in_a_time_that_grows_with_it(line):
    """Twenty thousand tags take less than a second, where looking back at each of them would take minutes."""
    began = time.process_time()
    content = parse(line * 20_000)
    assert time.process_time() - began < 5
    assert words(content).count("some") == 20_000 * line.count("some")


@given(st.text(max_size=60))
def test_text_without_tags_is_kept(text):
    """Whatever a person types, its words are there in order."""
    typed = text.replace("<", "‹").replace("&", "+")
    seen = [word for word in typed.split() if not is_blank(word)]
    assert [word for word in words(parse(typed)).split() if not is_blank(word)] == seen


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<pre>", "</pre>", "<div>", "</div>", "<br>", "<code>",
                                 "</code>", "<sup>", "</sup>", "<p>", "</p>", "<x>", "<!--", "<img src=y>", " w "]),
                max_size=14))  # fmt: skip
def test_tags_in_any_order_lose_no_word(pieces):
    """However badly tags are nested, every word between them is in the card."""
    assert words(parse("".join(pieces))).count("w") == pieces.count(" w ")


@given(st.text(max_size=60))
def test_entities_are_decoded_once(text):
    """Decoding takes exactly one layer off."""
    assert unescape(text.replace("&", "&amp;")) == text
