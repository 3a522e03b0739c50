"""Content becomes pages as people see them."""

import pytest

from bot.chat.plain import Entity, Page, Text, draw
from bot.chat.unlinked import BREAK
from bot.decks.content import Code, Paragraph, Picture, Run, Source
from bot.decks.gaps import asking, telling
from bot.decks.html import parse
from tests.chat.drawn import PICTURES, RULE, marked, shown


def test_a_card_is_drawn_as_people_see_it():
    """An empty line between parts, none around the thin line; code is code, the source small and last."""
    head = Text("Deck · 1/3", (Entity("bold", 0, 4),))
    front = (Paragraph((Run("What?"),)), Picture("gone.png"))
    back = (
        Paragraph((Run("So 🙂 "), Run("it", frozenset({"bold", "italic"})))),
        Code("x\n  y", "python"),
        Source("Apr '16"),
    )
    (page,) = draw([head, front, RULE, back], PICTURES.get)
    assert page.picture is None
    assert page.text.text == ("Deck · 1/3\n\nWhat?\n[picture missing: gone.png]\n─────\nSo 🙂 it\nx\n  y\nApr '16")
    assert marked(page) == [
        ("bold", "Deck"), ("bold", "it"), ("italic", "it"), ("pre", "x\n  y"), ("italic", "Apr '16")
    ]  # fmt: skip
    assert page.text.entities[3].language == "python"


def test_paragraphs_are_parted_by_an_empty_line():
    """Two paragraphs of one part read as two."""
    assert shown(parse("a<br>b<br><br>c")) == ["a\nb\n\nc"]


def test_code_within_a_sentence_has_no_other_look():
    """Telegram refuses looks inside code, so code stands alone."""
    (page,) = draw([parse("<b>run <code>a_b</code></b>")], PICTURES.get)
    assert marked(page) == [("bold", "run "), ("code", "a_b")]


def test_nothing_to_see_is_no_page():
    """Empty and invisible content gives no message, and no empty lines."""
    assert draw([(), (Paragraph((Run(" \u200b"),)),), Text("")], PICTURES.get) == ()
    assert shown(Text("a"), (), (Code("\n \n"),), Text("b")) == ["a\n\nb"]


def test_one_picture_has_the_whole_text_under_it():
    """A card with one picture is one photo with its text, wherever the picture stands."""
    assert draw([parse("a<img src=here.png>b")], PICTURES.get) == (Page(Text("a\nb"), PICTURES["here.png"]),)


def test_each_picture_has_its_page():
    """The second picture comes with what follows the first."""
    pages = draw([parse("q<img src=here.png>"), RULE, parse("a<img src=there.png>b")], PICTURES.get)
    assert pages == (
        Page(Text("q"), PICTURES["here.png"]),
        Page(Text("─────\na\nb"), PICTURES["there.png"]),
    )
    assert draw([parse("<img src=here.png><img src=there.png>")], PICTURES.get) == (
        Page(Text(""), PICTURES["here.png"]),
        Page(Text(""), PICTURES["there.png"]),
    )


def test_controls_are_not_sent():
    """What Telegram would take out or change is not in the text; tabs in code are four spaces."""
    assert shown((Paragraph((Run("a\x00b\u202ec\r\nd\te"),)), Code("\tx\ud800"))) == ["a bc\nd e\n    x\ufffd"]


@pytest.mark.parametrize(
    ("html", "text", "looks"),
    [
        ("<h2>Title</h2>text<ul><li>one</li><li>two<ul><li>deep<br>line</li></ul></li></ul>",
         "Title\ntext\n• one\n• two\n  ◦ deep\n    line", [("bold", "Title")]),
        ("<ol start=9><li>x</li><li></li><li><pre>y\n z</pre></li></ol>", "9. x\n11.\ny\n z", [("pre", "y\n z")]),
        ("<blockquote>q <b>b</b><br>r</blockquote>s", "q b\nr\ns", [("blockquote", "q b\nr"), ("bold", "b")]),
        ("<details><summary>Why?</summary>As <code>x</code></details>", "Why? As x",
         [("italic", "Why? "), ("spoiler", "As x")]),
        ("<details>a<br><br>b</details>", "Hint: a\n\nb", [("italic", "Hint: "), ("spoiler", "a\n\nb")]),
        (asking(r"{{c1::x}} {{c2::y}} {{c1::z::\(\alpha\)}}", 1), "[…] y [α]", [("bold", "[…]"), ("bold", "[α]")]),
        (telling("a {{c1::<i>x</i>}}", 1), "a x", [("bold", "x"), ("italic", "x"), ("underline", "x")]),
        ("<tg-spoiler>a <code>b</code></tg-spoiler>", "a b", [("spoiler", "a b")]),
        (r"\(x^2 \le \sigma\) \(\int_a^b f\)", r"x² ≤ σ \int_a^b f", [("code", r"\int_a^b f")]),
        (r"so \[\frac{a}{b}\] <b>\(x\)</b>", "so\na/b\nx", [("bold", "x")]),
        ("[sound:a b.mp3]<img src='n.png' alt='a hill'>",
         f"[sound: a b.{BREAK}mp3]\n[picture missing: n.png, a hill]", []),
        ("<div dir=rtl>א<br>ב</div>", "\u2067א\u2069\n\u2067ב\u2069", []),
        ("א? (b)", "\u2068א? (b)\u2069", []),
        ("<img src='//x.org/y.png'>", f"//x.{BREAK}org/y.png", []),
    ],
)  # fmt: skip
def test_every_kind_of_block_reads_well(html, text, looks):
    """Lists have bullets and numbers, hints are folded, formulas are Unicode or their source."""
    (page,) = draw([parse(html)], PICTURES.get)
    assert page.text.text == text
    assert marked(page) == looks


WIDE = "<table><tr><th>Of</th><th>it</th></tr><tr><td>漢字</td><td>12</td></tr><tr><td>é</td><td>3</td></tr></table>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (WIDE, "Of    it\n────  ──\n漢字  12\né      3"),
        ("<table><tr><td>a</td><td>b<br>c</td></tr></table>", "a  b\n   c"),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb · c"),
        (f"<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>{'y' * 32}</td></tr></table>",
         f"A · B\nx · {'y' * 32}"),
        (f"<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>{'y' * 60}</td></tr></table>",
         f"A · B\n\nx\n{'y' * 60}"),
        (f"<table><tr><th></th><th>A</th><th>B</th></tr><tr><td>x</td><td>{'y' * 60}</td><td>z</td></tr></table>",
         f"A · B\n\nx\n{'y' * 60}\nz"),
        ("<table><tr><td>only</td></tr><tr><td>one column</td></tr></table>", "only\n\none column"),
        ("<table><tr><td>א</td><td>b</td></tr></table>", "\u2068א\u2069  b"),
    ],
)  # fmt: skip
def test_a_table_has_columns_where_there_is_room(html, text):
    """Columns within 34 characters, wide ones counted twice; else a line or a paragraph for each row."""
    assert shown(parse(html)) == [text]
