"""Content becomes pages that Telegram takes."""

import unicodedata
from itertools import accumulate
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.chat.formulas import exact
from bot.chat.pages import cut, units
from bot.chat.plain import Entity, Page, Text, draw, needing_pictures
from bot.chat.scripts import level
from bot.chat.unlinked import BREAK, unlinked
from bot.decks.content import (
    Code,
    Content,
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
    Source,
    Table,
    is_blank,
    pictures,
)
from bot.decks.gaps import asking, telling
from bot.decks.html import parse
from tests.decks.contents import CONTENTS

RULE = Text("─────")
PICTURES = {"here.png": Path("here.png"), "there.png": Path("there.png")}


def shown(*parts, find=PICTURES.get):
    """The texts of the pages."""
    return [page.text.text for page in draw(parts, find)]


def marked(page):
    """What the entities of a page cover, in order."""
    data = page.text.text.encode("utf-16-le")
    return [
        (entity.type, data[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in page.text.entities
    ]


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


def test_a_long_text_with_a_picture_goes_on_in_further_pages():
    """Every page is short enough for a caption; the picture is where its place is."""
    pages = draw([parse("word " * 500 + "<img src=here.png> end")], PICTURES.get)
    assert [page.picture for page in pages] == [None, None, PICTURES["here.png"]]
    assert all(units(page.text.text) <= 1024 for page in pages)
    assert "".join(page.text.text + " " for page in pages).split() == ["word"] * 500 + ["end"]


def test_code_over_two_pages_is_code_on_both_and_keeps_its_indent():
    """The look goes on, and the first line of a page is as far in as it was."""
    lines = [f"    line_{number} = {number}" for number in range(400)]
    first, second, *_ = draw([(Code("\n".join(lines), "python"),)], PICTURES.get)
    assert [entity.type for entity in second.text.entities] == ["pre"]
    assert second.text.entities[0].language == "python"
    assert first.text.text.startswith(BREAK + "    line_0")
    assert second.text.text.startswith(BREAK + "    line_")


@pytest.mark.parametrize("length", [4095, 4096, 4097, 9000])
def test_pages_are_as_full_as_they_can_be(length):
    """A text that fits is one page, one character more makes two."""
    pages = shown((Paragraph((Run("x" * length),)),))
    assert "".join(pages) == "x" * length
    assert len(pages) == -(-length // 4096)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("one two three", 8, ["one two ", "three"]),
        ("a\n\nbb cc", 6, ["a\n\n", "bb cc"]),
        ("Say it. Then go on", 12, ["Say it. ", "Then go on"]),
        ("👩‍👩‍👧👩‍👩‍👧", 9, ["👩‍👩‍👧", "👩‍👩‍👧"]),
        ("🙂🙂🙂", 5, ["🙂🙂", "🙂"]),
        ("e\u0301e\u0301", 3, ["e\u0301", "e\u0301"]),
        ("一二三。四五", 5, ["一二三。", "四五"]),
        ("a" + "\u0301" * 5, 4, ["a" + "\u0301" * 3, "\u0301" * 2]),
    ],
)
def test_a_text_is_cut_at_the_best_place(text, limit, pieces):
    """Between paragraphs, lines, sentences, words, and inside what is read as one sign only if that is longer."""
    assert [text[start:end] for start, end in cut(text, limit)] == pieces


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("x<sup>2</sup>", "x²"), ("x<sub>i</sub><sup>n+1</sup>", "xᵢⁿ⁺¹"), ("A<sup>T</sup>A", "AᵀA"),
        ("x<sub>q</sub>", "x_q"), ("x<sub>q</sub>y", "x_(q)y"), ("x<sub>q</sub> y", "x_q y"),
        ("x<sup>n/2</sup>", "x^(n/2)"),
        ("x<sup>a<sub>i</sub></sup>", "x^(aᵢ)"), ("x<sub>a<sup>2</sup></sub>", "x_(a²)"), ("x<sup>2q</sup>", "x^(2q)"),
        ("1<sup>st </sup>go", "1ˢᵗ go"), ("x<sup><b>q</b>r</sup>", "x^(qr)"), ("x<sup>,</sup>", "x^(,)"),
        ("<sub>1</sub><sub>2</sub>", "₁₂"), ("x<sup> </sup>y", "x y"),
    ],
)  # fmt: skip
def test_raised_and_lowered_text_reads_right(html, text):
    """Unicode's own characters where each has one, else ^ and _ with brackets where they are needed."""
    (block,) = parse(html)
    assert "".join(run.text for run in level(block.runs)) == text


SHIFTED = st.builds(Run, st.text("ai2qβ ,(-x", max_size=4), st.frozensets(st.sampled_from(["sub", "sup", "bold"])))


@given(st.lists(SHIFTED, max_size=6))
def test_raised_and_lowered_text_loses_nothing(runs):
    """Taken back to plain letters, what is drawn is what was written, and no look but the two is lost."""
    drawn = level(runs)

    def letters(text):
        return [char for char in unicodedata.normalize("NFKC", text).replace("−", "-") if char not in "^_()"]

    assert letters("".join(run.text for run in drawn)) == letters("".join(run.text for run in runs))
    bold = [char for run in runs if "bold" in run.styles for char in letters(run.text)]
    assert [char for run in drawn if "bold" in run.styles for char in letters(run.text)] == bold
    assert not any({"sub", "sup"} & run.styles for run in drawn)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("/start", "/|start"), ("(f'g)/g", "(f'g)/|g"), ("1/f and/or", "1/f and/or"), ("@name", "@|name"),
        ("a@b.co", "a@|b.|co"),
        ("X @ x", "X @ x"), ("#tag #1 C# x", "#|tag #|1 C# x"), ("$TSLA $5", "$|TSLA $5"), ("www.x.com", "www.x.|com"),
        ("http://x.y", "http:|//x.y"), ("e.g. i.e. 3.14", "e.g. i.e. 3.14"), ("nn.Linear", "nn.Linear"),
        ("t.me", "t.|me"),
        ("127.0.0.1", "127.|0.0.1"), ("+49 30 1234567", "+|49 30 1234567"), ("1+1", "1+1"), ("a.png", "a.png"),
        ("end.", "end."), ("пример.рф", "пример.|рф"), ("Ask @bot_x, /help.", "Ask @|bot_x, /|help."),
    ],
)  # fmt: skip
def test_what_telegram_would_link_is_broken_up(text, broken):
    """Commands, names, tags and addresses stay text; what is none of them stays as it is."""
    assert unlinked(text) == broken.replace("|", BREAK)


def test_code_is_left_alone_and_texts_of_ours_too():
    """In code Telegram links nothing, and a command in our own text is meant."""
    assert shown(Text("See /help"), parse("<code>@a.b_c</code> @d"), (Code("#x /y"),)) == [
        f"See /help\n\n@a.b_c @{BREAK}d\n\n#x /y"
    ]


def test_more_looks_than_a_message_may_have_take_a_page_more():
    """Telegram drops every entity after the hundredth, and what was code would become commands."""
    code = frozenset({"code"})
    runs = tuple(run for number in range(150) for run in (Run(f"/do{number}", code), Run(" or ")))
    pages = draw([(Paragraph(runs),)], PICTURES.get)
    assert [len(page.text.entities) for page in pages] == [100, 50]
    seen = [word for page in pages for word in page.text.text.split() if word != "or"]
    assert seen == [f"/do{number}" for number in range(150)]


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


def test_formulas_that_unicode_cannot_say_are_one_picture():
    """It stands behind the part with the first of them, and their source is in the text all the same."""
    front = parse(r"Is \(\int_a^b f\) what \(x^2\) is?")
    back = parse(r"No: \[\sum_{i=1}^n i\]and \(\int_a^b f\)")
    formulas = (r"\int_a^b f", r"\sum_{i=1}^n i")
    assert needing_pictures([front, back]) == formulas
    sheets = {formulas: Path("sheet.png")}
    (page,) = draw([front, RULE, back], PICTURES.get, sheet=sheets.get)
    (without,) = draw([front, RULE, back], PICTURES.get)
    assert page == Page(without.text, Path("sheet.png"), is_sheet=True)
    assert page.text.text == "Is \\int_a^b f what x² is?\n─────\nNo:\n\\sum_{i=1}^n i\nand \\int_a^b f"
    assert draw([front], PICTURES.get, sheet=sheets.get)[0].picture is None


def test_what_ends_the_sentence_of_a_displayed_formula_stands_behind_it():
    """Not in a line of its own."""
    (page,) = draw([parse(r"Is \[x^2\]? And \[y^2\], where \[z\] so .5")], PICTURES.get)
    assert page.text.text == "Is\nx²? And\ny², where\nz\nso .5"


def test_a_card_with_a_picture_of_its_own_keeps_that_alone():
    """One more would tear the card into pages; the formulas stay as their source."""
    assert draw([parse(r"\(\int_a^b f\)<img src=here.png>")], PICTURES.get, sheet=lambda _: Path("sheet.png")) == (
        Page(Text("\\int_a^b f", (Entity("code", 0, 10),)), PICTURES["here.png"]),
    )


@pytest.mark.parametrize(
    "html", [r"<details>see \(\int_a^b f\)</details>", r"<tg-spoiler>\(\int_a^b f\)</tg-spoiler>", r"\(x^2\)"]
)
def test_formulas_that_are_folded_or_said_in_a_line_are_in_no_picture(html: str):
    """A picture would unfold them."""
    content = parse(html)
    assert needing_pictures([content]) == ()
    assert draw([content], PICTURES.get, sheet=lambda _: Path("sheet.png"))[0].picture is None


def test_a_link_of_the_author_is_one():
    """What stands under it goes where the deck says, and nowhere else."""
    (page,) = draw(
        [parse("<a href='https://x.org/y?a=1&amp;b'>see y.org</a> z.org <a href='javascript:x'>j</a>")], PICTURES.get
    )
    assert page.text.text == f"see y.org z.{BREAK}org j"
    assert page.text.entities == (Entity("text_link", 0, 9, url="https://x.org/y?a=1&b"),)


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


WORD = regex.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words in order, as far as they are letters of every script that stay what they are when drawn."""
    return WORD.findall(text.replace(BREAK, "").replace("\u202e", ""))


def line_words(line) -> list[str]:
    """The words of a line; of a formula those of its Unicode or its source."""
    return words_of("".join([_shown(piece) for piece in line]))


def _shown(piece) -> str:
    if isinstance(piece, Formula):
        return exact(piece.text) or " ".join(piece.text.split())
    return piece.text


def expected_words(content: Content) -> list[str]:
    """The words that the drawing of a content must show, found pictures aside."""
    return [word for block in content for word in block_words(block)]


def block_words(block) -> list[str]:
    match block:
        case Paragraph(runs) | Heading(runs):
            return line_words(runs)
        case Picture(name, alt):
            return [] if name in PICTURES else words_of(f"picture missing: {name} {alt}")
        case Sound(name):
            return words_of(f"sound: {name}")
        case Displayed(text):
            return line_words((Formula(text),))
        case Code(text) | Source(text):
            return [] if is_blank(text) else words_of(text)
        case Points(items, start):
            found = [expected_words(item) for item in items]
            numbered = [
                [str(abs(number)), *item] if start is not None and shows(content) else item
                for (number, item), content in zip(enumerate(found, start or 0), items, strict=True)
            ]
            return [word for item in numbered for word in item]
        case Table(rows):
            return [word for row in rows for cell in row for word in line_words(cell)]
        case Quote(inner):
            return expected_words(inner)
        case Hint(inner, label):
            unsaid = ["Hint"] if shows(inner) else []
            return [*(unsaid if is_blank(label) else words_of(label)), *expected_words(inner)]


def shows(content: Content) -> bool:
    """Whether anything of a content is text to see."""
    return any(page.text.text for page in draw([content], PICTURES.get))


def unshifted(content: Content) -> Content:
    """The content without raised and lowered text, which is drawn in characters of its own."""
    return tuple(_unshifted(block) for block in content)


def _unshifted(block):
    match block:
        case Paragraph(runs) | Heading(runs):
            return replace(block, runs=_unshifted_line(runs))
        case Table(rows):
            return replace(block, rows=tuple(tuple(map(_unshifted_line, row)) for row in rows))
        case Points(items):
            return replace(block, items=tuple(map(unshifted, items)))
        case Quote(content) | Hint(content):
            return replace(block, content=unshifted(content))
    return block


def _unshifted_line(line):
    return tuple(replace(piece, styles=piece.styles - {"sub", "sup"}) for piece in line)


UNSHIFTED = CONTENTS.map(unshifted)


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


@given(st.text(max_size=300), st.integers(2, 40))
def test_pieces_of_a_text_are_the_text(text, limit):
    """Cutting drops nothing, keeps to the limit, and parts no sign that would fit."""
    pieces = [text[start:end] for start, end in cut(text, limit)]
    assert "".join(pieces) == text
    assert all(0 < units(piece) <= limit for piece in pieces)
    signs = regex.findall(r"\X", text)
    if all(units(sign) <= limit for sign in signs):
        assert [sign for piece in pieces for sign in regex.findall(r"\X", piece)] == signs
