"""What Telegram would make a link of stays text, and a link of the author is one."""

import pytest

from bot.chat.plain import Entity, Text, draw
from bot.chat.unlinked import BREAK, unlinked
from bot.decks.content import Code
from bot.decks.html import parse
from tests.chat.drawn import PICTURES, shown


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


def test_a_link_of_the_author_is_one():
    """What stands under it goes where the deck says, and nowhere else."""
    (page,) = draw(
        [parse("<a href='https://x.org/y?a=1&amp;b'>see y.org</a> z.org <a href='javascript:x'>j</a>")], PICTURES.get
    )
    assert page.text.text == f"see y.org z.{BREAK}org j"
    assert page.text.entities == (Entity("text_link", 0, 9, url="https://x.org/y?a=1&b"),)
