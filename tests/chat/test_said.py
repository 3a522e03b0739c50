"""What somebody writes in Telegram becomes the side of a card."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.chat.adding import sides
from bot.chat.imports import Imports
from bot.chat.said import Words
from bot.decks.content import (
    Code,
    Content,
    Displayed,
    Formula,
    Paragraph,
    Quote,
    Run,
    line_words,
    walk,
    words,
)
from bot.decks.encoded import from_json, to_json


def entity(text: str, part: str, kind: str, **details: str) -> MessageEntity:
    """A look on the first place where that part stands, as Telegram counts it."""
    before = text[: text.index(part)]
    return MessageEntity(kind, _units(before), _units(part), **details)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def said(text: str, *looks: tuple[str, str] | tuple[str, str, dict[str, str]]) -> Content:
    """The content of a text whose parts have these looks."""
    entities = [entity(text, part, kind, **(rest[0] if rest else {})) for part, kind, *rest in looks]
    return Words.of(text, entities).content()


def styled(text: str, *styles: str, link: str = "") -> Run:
    return Run(text, frozenset(styles), link)


@pytest.mark.parametrize(
    ("text", "looks", "content"),
    [
        ("a <b> & [sound:x.mp3] &lt;", (), (Paragraph((Run("a <b> & [sound:x.mp3] &lt;"),)),)),
        ("x = 1", (("x = 1", "pre", {"language": 'a"><img src="b.png">'}),), (Code("x = 1"),)),
        (" one\ntwo \n\n\nthree", (), (Paragraph((Run("one\ntwo"),)), Paragraph((Run("three"),)))),
        (
            "𝒜🚢 keel beam",
            (("keel", "bold"), ("beam", "spoiler")),
            (Paragraph((Run("𝒜🚢 "), styled("keel", "bold"), Run(" "), styled("beam", "spoiler"))),),
        ),
        (
            "all in one",
            (("all in one", "bold"), ("in", "italic"), ("in", "underline"), ("in", "strikethrough")),
            (
                Paragraph(
                    (
                        styled("all ", "bold"),
                        styled("in", "bold", "italic", "underline", "strike"),
                        styled(" one", "bold"),
                    )
                ),
            ),
        ),
        (
            "one crosses the other",
            (("one crosses", "bold"), ("crosses the", "italic")),
            (
                Paragraph(
                    (
                        styled("one ", "bold"),
                        styled("crosses", "bold", "italic"),
                        styled(" the", "italic"),
                        Run(" other"),
                    )
                ),
            ),
        ),
        (
            "so:\nif a < b:\n    return\nyes",
            (("if a < b:\n    return", "pre", {"language": "python"}),),
            (Paragraph((Run("so:"),)), Code("if a < b:\n    return", "python"), Paragraph((Run("yes"),))),
        ),
        (
            "see https://a.org/?q=1&b=2 here or there",
            (
                ("https://a.org/?q=1&b=2", "url"),
                ("here", "text_link", {"url": 'https://b.org/"x'}),
                ("there", "mention"),
            ),
            (
                Paragraph(
                    (
                        Run("see "),
                        styled("https://a.org/?q=1&b=2", link="https://a.org/?q=1&b=2"),
                        Run(" here or there"),
                    )
                ),
            ),
        ),
        (
            "here and here",
            (("here", "text_link", {"url": "https://b.org/x"}), ("and", "text_link", {"url": "tg://user?id=7"})),
            (Paragraph((styled("here", link="https://b.org/x"), Run(" and here"))),),
        ),
        (
            "he said\nto be\nor not",
            (("to be", "blockquote"),),
            (Paragraph((Run("he said"),)), Quote((Paragraph((Run("to be"),)),)), Paragraph((Run("or not"),))),
        ),
        (
            r"so \(a_1 < b\) and \[c\] but `\(d\)`",
            (("_1", "italic"), (r"\(d\)", "code")),
            (
                Paragraph((Run("so "), Formula("a_1 < b"), Run(" and"))),
                Displayed("c"),
                Paragraph((Run("but `"), styled(r"\(d\)", "code"), Run("`"))),
            ),
        ),
        (" \n\u200b", (), ()),
    ],
)  # fmt: skip
def test_a_text_is_the_side_that_it_looks_like(text: str, looks: tuple, content: Content) -> None:  # type: ignore[type-arg]
    """Looks, links, code, quotations and formulas are kept; markup that is typed is text, and so is a file's name."""
    assert said(text, *looks) == content


_KINDS = ["bold", "italic", "code", "pre", "text_link", "url", "spoiler", "blockquote", "mention", "custom_emoji"]
_TEXTS = st.text(st.sampled_from("ab 𝒜🚢é<&\"'[]()\\{}:\n\t\ufdd1\ud83d\x00"), max_size=30)
_LOOKS = st.builds(
    MessageEntity,
    st.sampled_from(_KINDS),
    st.integers(0, 40),
    st.integers(1, 40),
    url=st.sampled_from([None, "https://a.org", "javascript:1"]),
    language=st.sampled_from([None, "c++", '"><b>']),
)


@given(_TEXTS, st.lists(_LOOKS, max_size=6))
def test_no_word_is_lost_whatever_looks_it_has(text: str, looks: list[MessageEntity]) -> None:
    """Any looks in any places, also in the middle of a character: the words stay, and what is made can be kept."""
    content = Words.of(text, looks).content()
    lost = str.maketrans("", "", " \n\t\ufdd1\ud83d\x00\\()[]")
    assert words(content).translate(lost) == text.translate(lost)
    assert from_json(to_json(content)) == content
    to_json(content).encode()
    lines = [block.runs for block in walk(content) if isinstance(block, Paragraph)]
    assert {run.link for line in lines for run in line if isinstance(run, Run)} <= {"", "https://a.org"}


def test_a_part_of_a_text_keeps_its_looks() -> None:
    """The first line is one side and the rest another; code over several lines is in one of them, whole."""
    text = "/add a b\nc 🚢d\n\ne"
    spoken = Words.of(text, [entity(text, "b\nc 🚢", "bold"), MessageEntity("code", 13, 1)])
    at = spoken.line_break(5)
    assert at == 8
    assert spoken.content(5, at) == (Paragraph((Run("a "), styled("b", "bold"))),)
    back = spoken.content(at + 1)
    assert [line_words(block.runs) for block in back if isinstance(block, Paragraph)] == ["c 🚢d", "e"]
    assert back[0] == Paragraph((styled("c 🚢", "bold"), styled("d", "code")))
    code = "x = 1\ny = 2"
    assert Words.of(f"{code}\nwhat", [entity(code, code, "pre")]).line_break() == len(code)
    assert Words.of("one line", []).line_break() == -1


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        ("/add What is a keel?\nA beam\n\nof wood", "What is a keel?", "A beam\nof wood"),
        ("/add\nWhat is a keel?\nA beam", "What is a keel?", "A beam"),
        ("/add keel — beam", "keel", "beam"),
        ("/add keel - beam", "keel", "beam"),
        ("/add keel :: beam", "keel", "beam"),
        ("/add keel — beam — bottom", "keel — beam — bottom", ""),
        ("/add well-known", "well-known", ""),
        ("/add 7 - 3", "7 - 3", ""),
        ("/add 7 - 3 = ? - 4", "7 - 3 = ?", "4"),
        ("/add keel —", "keel —", ""),
        ("/add keel\n \u200b", "keel", ""),
        ("/add", "", ""),
    ],
)
def test_one_message_may_be_both_sides(text: str, front: str, back: str) -> None:
    """The first line and the rest, or one line with one dash in it; where that is not plain, it is all front."""
    both = sides(Words.of(text, []), len("/add"))
    assert tuple(map(words, both)) == (front, back)


def test_a_dash_in_code_parts_nothing() -> None:
    """It is a part of the code."""
    text = "/add a - b is what"
    assert sides(Words.of(text, [entity(text, "a - b", "code")]), 4)[1] == ()


async def test_no_sweep_takes_what_is_about_to_be_named(tmp_path: Path) -> None:
    """Also when it is let go of while the sweep, which began before, still goes by what was named then."""
    imports = Imports(tmp_path / "deckhand.db", lambda *_: None, lambda: 0.0)
    entered = AsyncExitStack()

    async def named_before() -> frozenset[str]:
        await entered.enter_async_context(imports.kept(b"late", ".ogg"))
        await entered.aclose()
        return frozenset()

    async def nothing() -> frozenset[str]:
        return frozenset()

    async with imports.kept(b"early", ".png") as name:
        await imports.sweep(named_before)
        assert (imports.media / name).read_bytes() == b"early"
    assert sorted(path.suffix for path in imports.media.iterdir()) == [".ogg", ".png"]
    await imports.sweep(nothing)
    assert not [*imports.media.iterdir()]
