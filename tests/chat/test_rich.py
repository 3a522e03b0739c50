"""Content becomes one rich message, with the words that the plain way has."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import rich
from bot.chat.artist import Artist, sides
from bot.chat.formulas import exact
from bot.chat.plain import Text, draw
from bot.chat.plain_blocks import ENGLISH
from bot.chat.rich_blocks import MOST_COLUMNS
from bot.decks.card import Kind
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
    walk,
)
from bot.decks.gaps import asking, telling
from bot.decks.html import parse
from bot.playground.rich_blocks import Settling
from bot.playground.rich_html import blocks_of
from bot.storage.cards import StoredCard
from tests.chat.drawn import PICTURES, RULE, UNSHIFTED, words_of
from tests.decks.contents import CONTENTS

PLACE = Text("Deck · 1/2")


def html_of(*parts, asking=False) -> str:
    """The HTML of the parts."""
    shown = rich.draw(parts, PICTURES.get, asking=asking)
    assert shown is not None
    return shown.html


def settled(html: str) -> list[dict]:
    """The blocks as a server has them, which found nothing wrong."""
    world = SimpleNamespace(complaints=[], who=lambda _: None)
    file = SimpleNamespace(id="file", unique_id="u", width=1, height=1, data=b"", name="picture1.png")
    blocks = Settling(world, lambda _: file, find_links=False).blocks(blocks_of(html))
    assert world.complaints == []
    return blocks


def read(value) -> str:
    """What one reads in blocks, in order, with formulas in Unicode where that is exact; captions aside."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(read, value))
    match value.get("type"):
        case "mathematical_expression":
            # The drawer parts what could be read as markup: only letters are compared.
            return exact(value["expression"].replace("& ", "&")) or value["expression"]
        case "photo":
            return ""
        case "list":
            return " ".join(map(_item, value["items"])) + " "
        case "table":
            return " ".join(read(cell.get("text", "")) for row in value["cells"] for cell in row) + " "
        case "details":
            inner = read(value["blocks"])
            # A word of ours that stands for the fold, which the plain way has no need of around a picture alone.
            label = "" if value["summary"] == "Hint" and is_blank(inner) else read(value["summary"])
            return f"{label} {inner} "
        case "divider":
            return " "
    inner = read(value.get("text", "")) + read(value.get("blocks", []))
    return f"{inner} " if "type" in value and value["type"] in BLOCKS else inner


def _item(item: dict) -> str:
    """Where pictures are all that stands in it, the plain way has them elsewhere and no number for them."""
    inner, number = read(item["blocks"]), item["label"]
    return f"{number} {inner}" if number != "•" and not is_blank(inner) else inner


BLOCKS = frozenset({"paragraph", "heading", "pre", "footer", "blockquote", "mathematical_expression"})


@given(st.lists(UNSHIFTED, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_both_ways_have_the_same_words_in_the_same_order(contents):
    """Formulas are compared as Unicode has them, numbers of lists as words, captions of pictures aside."""
    parts = [PLACE, contents[0], RULE, *contents[1:]]
    shown = rich.draw(parts, PICTURES.get)
    assert shown is not None
    plain = "".join(word for page in draw(parts, PICTURES.get) for word in words_of(page.text.text))
    assert "".join(words_of(read(settled(shown.html)))) == plain


@given(CONTENTS)
@settings(max_examples=25, deadline=None)
def test_every_rich_message_is_one_that_telegram_takes(content):
    """Tags, their nesting and all limits are those of the server; the pictures are named in order."""
    html = html_of(PLACE, content, RULE, content)
    settled(html)
    named = [f'"tg://photo?id=picture{number}"' for number in range(1, html.count("<img ") + 1)]
    assert all(name in html for name in named)


SECRET = "zqsecret"
GIVES_AWAY = (
    Paragraph((Run("What is "), Gap(1, "a word"), Run("?", frozenset(), f"https://{SECRET}.org"))),
    Picture(f"{SECRET}.png", f"the {SECRET}"),
    Picture(f"{SECRET}-missing.png", f"the {SECRET}"),
    Sound(f"{SECRET}.mp3"),
    Code("x = 1", SECRET),
    Hint((Picture(f"{SECRET}.png", SECRET), Code("y", SECRET), Sound(f"{SECRET}.ogg"))),
    Points(((Picture(f"{SECRET}.png", SECRET),), (Paragraph((Run("a", frozenset({"spoiler"}), f"http://{SECRET}"),)),))),
    Quote((Picture(f"{SECRET}.png", SECRET),)),
)  # fmt: skip


@given(CONTENTS, st.permutations(GIVES_AWAY))
@settings(max_examples=25, deadline=None)
def test_a_question_says_nothing_that_is_on_the_back_alone(content, blocks):
    """By neither way: not by names, by what pictures are said to show, by links, by languages of code."""
    found = {f"{SECRET}.png": Path(f"{SECRET}.png"), **PICTURES}
    parts = [PLACE, (*content, *blocks)]
    shown = rich.draw(parts, found.get, asking=True)
    assert shown is not None
    assert SECRET not in shown.html
    assert "href" not in shown.html
    assert "language-" not in shown.html
    assert "figcaption" not in shown.html
    for page in draw(parts, found.get, asking=True):
        assert SECRET not in page.text.text
        assert all(not entity.url and not entity.language for entity in page.text.entities)


WITH_GAPS = st.lists(
    st.sampled_from(
        [
            f"{{{{c1::{SECRET}}}}}", f"{{{{c1::the {SECRET}::a word}}}}", f"{{{{c1::\\({SECRET}\\)::a sign}}}}", " or ",
            f"{{{{c1::<img src={SECRET}.png alt={SECRET}>}}}}", f"<img src={SECRET}.png alt={SECRET}>", "<br>",
            f"{{{{c1::<a href='https://{SECRET}.org'>{SECRET}</a>}}}}", f"<a href='https://{SECRET}.org'>see</a>",
            f"{{{{c1::<tg-spoiler>{SECRET}</tg-spoiler>}}}}", "{{c2::another}}", f"[sound:{SECRET}.mp3]",
            f"<table><tr><td>of</td><td>{{{{c1::{SECRET}}}}}</td></tr></table>", "<ul><li>in <ul><li>it</ul></ul>",
            f"<details><summary>hint</summary>not {{{{c1::{SECRET}}}}}</details>", r"\(\sum_i x_i\)",
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip


@given(WITH_GAPS)
@settings(max_examples=40, deadline=None)
def test_a_gap_is_empty_until_the_answer_is_shown(text):
    """Whatever fills it, wherever it stands, and by whatever name, is in nothing that leaves before."""
    artist = Artist(ENGLISH, lambda _, name: Path(name), lambda _: None, lambda _, name: Path(name))
    front, back = parse(asking(text, 1)), parse(telling(text, 1))
    card = StoredCard(1, 1, "Deck", "deck.txt", Kind.QUESTION, front, back, archived=False)
    screen = artist.card([PLACE, *sides(artist, card, shown=False)], card, asking=True)
    assert SECRET not in str([page.text for page in screen.pages])
    assert SECRET not in (screen.rich.html if screen.rich else "")
    shown = artist.card([PLACE, *sides(artist, card, shown=True)], card, asking=False)
    assert SECRET not in text or SECRET in str(shown)


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ((Paragraph((Run("a < b & <b>c</b>", frozenset({"bold", "italic"})),)),),
         "<p><b><i>a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;</i></b></p>"),
        ((Paragraph((Run("one\ntwo  three"),)),), "<p>one<br>two\u00a0 three</p>"),
        ((Paragraph((Run("10"), Run("n/2", frozenset({"sup"})), Run("i", frozenset({"sub", "code"})))),),
         "<p>10<sup>n/2</sup><code>i</code></p>"),
        ((Paragraph((Run("x", frozenset({"answer", "bold"})), Run(" y", frozenset({"italic"}), 'http://a.org/?a=1&b="2'))),),
         '<p><b><u>x</u></b><i><a href="http://a.org/?a=1&amp;b=&quot;2"> y</a></i></p>'),
        ((Paragraph((Run("x", frozenset({"code", "spoiler"})),)),), "<p><tg-spoiler>x</tg-spoiler></p>"),
        ((Paragraph((Formula(r"a<b & x</tg-math>&lt;"), Formula(r"\ce{H2O}", frozenset({"bold", "code"})))),),
         "<p><tg-math>a< b & x< /tg-math>& lt;</tg-math><b>H₂O</b></p>"),
        ((Displayed(r"\frac{a}{b}"), Displayed(" ")), r"<tg-math-block>\frac{a}{b}</tg-math-block>"),
        ((Displayed(r"\frac{1}{"), Paragraph((Formula(r"\}a}", frozenset({"bold", "spoiler"})),)), Displayed(r"\{")),
         r"<p><code>\frac{1}{</code></p><p><tg-spoiler>\}a}</tg-spoiler></p><tg-math-block>\{</tg-math-block>"),
        ((Heading((Run("Big"),), 1), Heading((Run("small"),), 6), Heading((Run(" "),), 2)),
         "<h3>Big</h3><h6>small</h6>"),
        ((Code("\n\tif a < b:\n  c", "python"), Code("x", 'a" b')),
         '<pre><code class="language-python">    if a &lt; b:\n  c</code></pre><pre><code>x</code></pre>'),
        ((Picture("here.png", "A hill"), Picture("there.png", "there.png"), Picture("gone.png", "Gone")),
         '<figure><img src="tg://photo?id=picture1"/><figcaption>A hill</figcaption></figure>'
         '<img src="tg://photo?id=picture2"/><p>[picture missing: gone.png, Gone]</p>'),
        ((Points(((Paragraph((Run("a"),)),), (), (Paragraph((Run("b"),)), Points(((Source("c"),),)))), 3),),
         '<ol start="3"><li>a</li><li value="5"><p>b</p><ul><li><footer>c</footer></li></ul></li></ol>'),
        ((Table((((Run("of"),), (Run("it"),)), ((Run("x"),), (Run("-1"),))), 1),),
         '<table bordered striped><tr><th>of</th><th align="right">it</th></tr>'
         '<tr><td>x</td><td align="right">-1</td></tr></table>'),
        ((Hint((Paragraph((Run("think"),)),), "First"), Hint((), "Nothing in it"), Hint((Source("so"),))),
         "<details><summary>First</summary><p>think</p></details><p>Nothing in it</p>"
         "<details><summary>Hint</summary><footer>so</footer></details>"),
        ((Quote((Paragraph((Run("said"),)),)), Quote(())), "<blockquote><p>said</p></blockquote>"),
        ((Sound("a.mp3"), Source("Apr '16")), "<p>[sound: a.mp3]</p><footer>Apr '16</footer>"),
        ((Paragraph((Run("a\nb"),), Direction.RIGHT_TO_LEFT),), "<p>\u2067a\u2069<br>\u2067b\u2069</p>"),
    ],
)  # fmt: skip
def test_a_block_is_what_telegram_calls_so(content, html):
    """Everything that a card says is escaped; what shows nothing is not there."""
    assert html_of(content) == html
    settled(html)


def test_a_card_from_right_to_left_is_shown_so():
    """Its own words decide; ours run as they do."""
    shown = rich.draw([PLACE, parse("מה בירת צרפת?"), RULE, parse("Paris")], PICTURES.get)
    assert shown == rich.Rich(
        "<p>\u2066Deck · 1/2\u2069</p><p>\u2068מה בירת צרפת?\u2069</p><hr><p>Paris</p>", is_rtl=True
    )
    mostly = rich.draw([PLACE, parse("In Hebrew it is פריז, you see")], PICTURES.get)
    assert mostly is not None
    assert not mostly.is_rtl


LONG = "A sentence of a long text. " * 100


@pytest.mark.parametrize(
    "content",
    [
        (Paragraph((Run(LONG),)), Source("a book")),
        tuple(Paragraph((Run(LONG[:270]),)) for _ in range(10)),
        (Points(tuple((Paragraph((Run(LONG[:270]),)),) for _ in range(12)), 1),),
        (Paragraph((Run(LONG[:500]), Formula(r"\frac12"), Run(LONG))),),
    ],
)
def test_a_long_answer_is_folded_behind_its_first_screenful(content):
    """All of it is there, in order; the question is never folded, nor is what is not long."""
    html = html_of(PLACE, content, RULE, content)
    question, answer = html.split("<hr>")
    assert "<details>" not in question
    at_once, rest = answer.split("<details><summary>Read on</summary>")
    assert 500 < len(at_once) < 1300
    assert len(rest) > 500
    assert rest.endswith(("</details><footer>a book</footer>", "</details>"))
    both = "".join(words_of(read(settled(question)))), "".join(words_of(read(settled(answer))))
    assert both[1].replace("Readon", "", 1) == both[0].removeprefix("Deck12")
    assert '<ol start="5">' in rest or "<ol" not in answer


def test_a_fold_between_formulas_waits_for_no_half_sentence():
    """It goes back to where a line or a sentence ended, not beyond what fills a third of a screen."""
    step = (Run("whatever divides "), Formula("N"), Run(" leaves the remainder 1 when divided by "), Formula("p_i"))
    html = html_of(PLACE, RULE, (Paragraph((*step, Run(", which is none.\n")) * 30),))
    at_once, rest = html.split("<details><summary>Read on</summary>")
    assert at_once.endswith(", which is none.</p>")
    assert rest.startswith("<p>whatever divides")
    endless = html_of(PLACE, RULE, (Paragraph((*step, Run(", ")) * 30),))
    assert "<details><summary>Read on</summary>" in endless


@pytest.mark.parametrize(
    "content",
    [
        tuple(Paragraph((Run("x"),)) for _ in range(500)),
        (Table((tuple((Run("x"),) for _ in range(MOST_COLUMNS + 1)),)),),
        (Picture("here.png"),) * 51,
        (Paragraph((Run("x" * 32_768),)),),
        (Points(((Points(((Points(((Points(((Quote((Quote((Quote((Quote((Quote((Quote((Quote((
            Paragraph((Run("x"),)),)),)),)),)),)),)),)),),)),),)),),)),),)),),
    ],
)  # fmt: skip
def test_what_does_not_fit_goes_the_other_way_whole(content):
    """Blocks, columns, pictures, characters, levels: no part of a card is left out."""
    assert rich.draw([PLACE, content], PICTURES.get) is None


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Lima", False),
        ("<b>a</b> x<sup>2</sup> H<sub>2</sub>O <ul><li>a<li>b</ul><pre>code</pre><blockquote>q</blockquote>", False),
        (r"\(x^2 \leq 1\) and \(\ce{H2O}\)", False),
        (r"\(\ce{A ->[\text{x}] B}\)", False),
        (r"\(\sum_{i=1}^n i\)", True),
        (r"\[\int_0^1 f\]", True),
        (r"\(\frac{1}{\)", False),
        ("<table><tr><td>a</td><td>b</td></tr></table>", True),
        ('<img src="here.png">', True),
        ('<img src="gone.png">', False),
        ("x<details>hint</details>", True),
        ("<ul><li>a<ul><li>b</ul></ul>", True),
        ("A<sub>max, i</sub>", True),
        ("A" * 4096, False),
        ("A" * 4097, True),
    ],
)
def test_what_text_shows_as_well_needs_no_rich_message(html, expected):
    """Only what the plain way says less well goes the rich way."""
    content = parse(html)
    assert rich.gains([content], PICTURES.get, draw([content], PICTURES.get)) is expected


@given(CONTENTS)
@settings(max_examples=15, deadline=None)
def test_what_gains_can_be_drawn(content):
    """Asking what gains never fails, and a picture that is there always does."""
    gained = rich.gains([content], PICTURES.get, draw([content], PICTURES.get))
    assert gained or not any(isinstance(block, Picture) and block.name in PICTURES for block in walk(content))
