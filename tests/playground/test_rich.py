"""Rich messages: what the server makes of them, what it refuses, and what people see."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.people import Group, Somebody
from bot.playground.rich_formulas import tree
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.people import screen_of
from tests.playground.client import Client, client
from tests.playground.made import png

SHOW = {"inline_keyboard": [[{"text": "Show answer", "callback_data": "show"}]]}
EVERYTHING = """\
<h2>Title</h2>
<p>a &lt; b &amp; <b>bold <i>both</i></b> H<sub>2</sub>O <tg-math>a<b & c</tg-math><br>next
line <tg-spoiler>hidden</tg-spoiler> <a href="https://example.org/x">link</a></p>
in no tag
<ul><li>one<ol start="3" type="a"><li>two</li></ol></li><li><input type="checkbox" checked>three</li></ul>
<table bordered><caption>Cap</caption><tr><th>x</th><td align="right" colspan="2">y</td></tr></table>
<details><summary>More</summary><p>within</p></details>
<blockquote expandable>said<cite>her</cite></blockquote><aside>pulled</aside><hr/>
<pre><code class="language-python">def f():
    return 1
</code></pre>
<tg-math-block>\\frac{a}{b}</tg-math-block><footer>small</footer>"""
WORDS = """\
Title
a < b & bold both H2O a<b & c
next line hidden link
in no tag
• one
c. two
• three
Cap
x\ty
More
within
said
her
pulled
def f():
    return 1
\\frac{a}{b}
small"""


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server, which is the bot."""
    async with client(playground) as api:
        yield api


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who has written to the bot, which is not running."""
    dora = playground.person("Dora")
    dora.sends_unheard("/start")
    return dora


async def sent(api: Client, to: Somebody, rich: Any, **params: Any) -> dict[str, Any]:
    """The message that a rich one became."""
    answer = await api.call("sendRichMessage", chat_id=to.id, rich_message=rich, **params)
    assert answer["ok"], answer
    message: dict[str, Any] = answer["result"]
    return message


async def refused(api: Client, to: Somebody, rich: Any) -> str:
    """The words in which a rich message was refused."""
    answer = await api.call("sendRichMessage", chat_id=to.id, rich_message=rich)
    assert answer["error_code"] == 400
    return str(answer["description"]).removeprefix("Bad Request: ").removeprefix("can't parse rich message: ")


async def with_picture(api: Client, method: str, rich: Any, picture: bytes, **params: Any) -> dict[str, Any]:
    """The answer to a call with a picture beside it, as the part `f`."""
    form = aiohttp.FormData({"rich_message": json.dumps(rich)} | {name: str(each) for name, each in params.items()})
    form.add_field("f", picture, filename="map.png", content_type="image/png")
    async with api.session.post(f"{api.address}/{method}", data=form) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def test_html_becomes_blocks_and_words_in_order(api: Client, dora: Somebody, playground: Playground) -> None:
    """Every tag has its block; the words are what one reads, in order; the answer has no text."""
    message = await sent(api, dora, {"html": EVERYTHING}, reply_markup=SHOW)
    assert "text" not in message
    assert dora.sees() == screen_of(WORDS, "[Show answer]")
    blocks = message["rich_message"]["blocks"]
    kinds = ["heading", "paragraph", "paragraph", "list", "table", "details", "blockquote", "pullquote", "divider"]
    assert [each["type"] for each in blocks] == [*kinds, "pre", "mathematical_expression", "footer"]
    assert blocks[1]["text"][1] == {"type": "bold", "text": ["bold ", {"type": "italic", "text": "both"}]}
    assert {"type": "url", "text": "link", "url": "https://example.org/x"} in blocks[1]["text"]
    items = blocks[3]["items"]
    assert items[0]["blocks"][1]["items"][0] | {"blocks": ()} == {"label": "c.", "value": 3, "type": "a", "blocks": ()}
    assert items[1]["is_checked"]
    cell = {"text": "y", "colspan": 2, "align": "right", "valign": "middle"}
    assert (blocks[4]["is_bordered"], blocks[4]["cells"][0][1]) == (True, cell)
    assert blocks[6]["is_expandable"]
    assert blocks[9] == {"type": "pre", "language": "python", "text": "def f():\n    return 1"}
    assert blocks[1]["text"][5]["expression"] == "a<b & c"
    assert playground.complaints == []


async def test_blocks_say_the_same_as_html(api: Client, dora: Somebody) -> None:
    """What the server answered can be given back as blocks."""
    first = await sent(api, dora, {"html": EVERYTHING, "is_rtl": True})
    again = await sent(api, dora, first["rich_message"])
    assert (again["rich_message"], dora.sees().text) == (first["rich_message"], WORDS)


async def test_links_are_found_unless_that_is_switched_off(api: Client, dora: Somebody) -> None:
    """Outside code, with astral characters before them."""
    html = "<p>🦕 see @dinosaurs and <code>@staticmethod</code></p>"
    [block] = (await sent(api, dora, {"html": html}))["rich_message"]["blocks"]
    assert dora.sees().links == ["mention"]
    assert block["text"][0] == ["🦕 see ", {"type": "mention", "text": "@dinosaurs", "username": "dinosaurs"}, " and "]
    [block] = (await sent(api, dora, {"html": html, "skip_entity_detection": True}))["rich_message"]["blocks"]
    assert dora.sees().links == []
    assert block["text"] == ["🦕 see @dinosaurs and ", {"type": "code", "text": "@staticmethod"}]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>1 < 2</p>", 'Character "<" at byte offset 5 begins no tag and must be written as "&lt;"'),
        ("<p>é<kbd>x</kbd></p>", 'Unsupported start tag "kbd" at byte offset 5'),
        ("<p>a<ul><li>b</li></ul></p>", 'Block tag "ul" at byte offset 4 can\'t stand inside "p"'),
        ("<table><tr><td><p>a</p></td></tr></table>", 'Block tag "p" at byte offset 15 can\'t stand inside "td"'),
        ("<p><b>a</p></b>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</p>"'),
        ("<p>a", 'Can\'t find end tag corresponding to start tag "p"'),
        ("a</p>", "Unexpected end tag at byte offset 1"),
        ("<tg-math>x", 'Can\'t find end tag corresponding to start tag "tg-math"'),
        ("<ul>loose</ul>", 'Text can\'t stand inside "ul"'),
        ("<details><p>a</p></details>", 'Tag "details" at byte offset 0 must have a summary'),
        ('<ol start="x"><li>a</li></ol>', 'Attribute "start" of the tag "ol" at byte offset 0 must be a number'),
        ('<img src="tg://photo?id=gone">', 'there is no medium "gone"'),
        ('<img src="https://example.org/a.png">', "failed to get HTTP URL content"),
        ("<video src='https://example.org/a.mp4'></video>", 'the playground has nothing to draw "video" with'),
        ("<p> </p>", "rich message must be non-empty"),
        ("", "rich message must be non-empty"),
        ("<b>" * 17 + "x" + "</b>" * 17, "more than 16 levels"),
        ("<hr>" * 501, "more than 500 blocks"),
        ("<table><tr>" + "<td>x</td>" * 21 + "</tr></table>", "more than 20 columns"),
        ("x" * 32_769, "more than 32768 characters"),
    ],
)
async def test_what_html_may_not_be(html: str, words: str, api: Client, dora: Somebody) -> None:
    """The tags and limits of the Bot API's page."""
    assert await refused(api, dora, {"html": html}) == words


async def test_the_limits_themselves_are_taken(api: Client, dora: Somebody) -> None:
    """Sixteen levels, twenty columns, 500 blocks, 32 768 characters."""
    row = "<tr>" + "<td></td>" * 20 + "</tr>"
    for html in ("<b>" * 15 + "x" + "</b>" * 15, f"<p>a</p><table>{row}</table>", "<p>a</p>" * 500, "x" * 32_768):
        assert (await sent(api, dora, {"html": html}))["rich_message"]["blocks"]


@pytest.mark.parametrize(
    ("rich", "words"),
    [
        (
            {"html": "a", "blocks": [{"type": "divider"}]},
            "can't parse InputRichMessage: exactly one form of the content must be specified",
        ),
        ({"markdown": "*a*"}, "the playground reads no rich Markdown"),
        ({"html": "a", "media": [{"id": "x"}]}, "can't parse InputRichMessageMedia: media not found"),
        ({"blocks": [{"type": "thinking", "text": "…"}]}, 'Unsupported rich block type "thinking"'),
        (
            {"blocks": [{"type": "paragraph", "text": {"type": "plain", "text": "a"}}]},
            'Unsupported rich text type "plain"',
        ),
        ({"blocks": [{"type": "heading", "text": "a"}]}, 'Field "size" of a rich block must be there'),
        ({"blocks": [{"type": "heading", "text": "a", "size": 7}]}, "the size of a heading is a number from 1 to 6"),
        ({"blocks": {"type": "divider"}}, 'Field "blocks" must be an Array'),
    ],
    ids=["two", "markdown", "media", "draft", "plain", "missing", "size", "object"],
)
async def test_what_the_object_may_not_be(rich: Any, words: str, api: Client, dora: Somebody) -> None:
    """One form, known types, every field that is needed."""
    assert await refused(api, dora, rich) == words


async def test_pictures_stand_between_paragraphs(api: Client, dora: Somebody) -> None:
    """A picture comes beside the text, is named in it, and has a file id that works again."""
    figure = '<p>before</p><figure><img src="tg://photo?id=m" tg-spoiler/><figcaption>Peru</figcaption></figure>after'
    medium = [{"id": "m", "media": {"type": "photo", "media": "attach://f"}}, {"id": "unused", "media": {"media": "?"}}]
    answer = await with_picture(api, "sendRichMessage", {"html": figure, "media": medium}, png(), chat_id=dora.id)
    [_, photo, _] = answer["result"]["rich_message"]["blocks"]
    assert (photo["has_spoiler"], photo["caption"]) == (True, {"text": "Peru"})
    assert dora.sees() == screen_of("before\nPeru\nafter", picture="map.png")
    file_id = photo["photo"][-1]["file_id"]
    again = {"type": "photo", "photo": {"type": "photo", "media": file_id}}
    message = await sent(api, dora, {"blocks": [again]})
    assert message["rich_message"]["blocks"][0]["photo"][-1]["file_id"] == file_id
    many = "<img src='tg://photo?id=m'>" * 51
    named = [{"id": "m", "media": {"type": "photo", "media": file_id}}]
    assert await refused(api, dora, {"html": many, "media": named}) == "more than 50 media"


async def test_text_and_rich_become_each_other_and_a_photo_stays_one(api: Client, dora: Somebody) -> None:
    """By editMessageText there and back, by editMessageMedia away for good."""
    message = (await api.call("sendMessage", chat_id=dora.id, text="plain"))["result"]
    here = {"chat_id": dora.id, "message_id": message["message_id"]}
    rich = {"html": "<p>x<sup>2</sup></p>"}
    edited = (await api.call("editMessageText", **here, rich_message=rich))["result"]
    assert "text" not in edited
    assert edited["rich_message"]["blocks"][0]["text"][1]["type"] == "superscript"
    again = await api.call("editMessageText", **here, rich_message=rich)
    assert again["description"].startswith("Bad Request: message is not modified")
    both = await api.call("editMessageText", **here, rich_message=rich, text="x")
    assert both["error_code"] == 400
    back = (await api.call("editMessageText", **here, text="x²"))["result"]
    assert (back["text"], "rich_message" in back) == ("x²", False)
    await api.call("editMessageText", **here, rich_message=rich)
    form = aiohttp.FormData({name: str(each) for name, each in here.items()})
    form.add_field("media", json.dumps({"type": "photo", "media": "attach://f"}))
    form.add_field("f", png(), filename="p.png", content_type="image/png")
    async with api.session.post(f"{api.address}/editMessageMedia", data=form) as response:
        assert "rich_message" not in (await response.json())["result"]
    assert dora.sees() == screen_of("", picture="p.png")
    never = await api.call("editMessageText", **here, rich_message=rich)
    assert never["description"] == "Bad Request: there is no text in the message to edit"


async def test_an_older_server(api: Client, dora: Somebody, playground: Playground) -> None:
    """10.1 knows no media beside the text; before it the method is not found and the parameter means nothing."""
    message = (await api.call("sendMessage", chat_id=dora.id, text="plain"))["result"]
    here = {"chat_id": dora.id, "message_id": message["message_id"]}
    server: Server
    for server, code in (("10.1", 200), ("10.0", 404)):
        playground.world.server = server
        answer = await api.call("sendRichMessage", chat_id=dora.id, rich_message={"html": "<p>a</p>"})
        assert answer.get("error_code", 200) == code
    ignored = await api.call("editMessageText", **here, rich_message={"html": "<p>a</p>"})
    assert ignored["description"] == "Bad Request: message text is empty"
    playground.world.server = "10.1"
    media = [{"id": "m", "media": {"type": "photo", "media": "x"}}]
    assert await refused(api, dora, {"html": '<img src="tg://photo?id=m">', "media": media}) == 'there is no medium "m"'
    assert await refused(api, dora, {"blocks": [{"type": "divider"}]}) == "rich message must be non-empty"


async def test_a_server_may_refuse_rich_content_once(api: Client, dora: Somebody, playground: Playground) -> None:
    """Calls that bring none pass."""
    words = "Bad Request: can't parse rich message: not today"
    playground.faults.add("*", status=400, description=words, bringing="rich_message")
    assert (await api.call("sendMessage", chat_id=dora.id, text="plain"))["ok"]
    assert await refused(api, dora, {"html": "<p>a</p>"}) == "not today"
    await sent(api, dora, {"html": "<p>a</p>"})


async def test_a_group_may_forbid_pictures(api: Client, dora: Somebody, playground: Playground) -> None:
    """A text goes there all the same."""
    group: Group = playground.group("Study", [playground.person("Ed"), dora])
    group.forbids("can_send_photos")
    media = [{"id": "m", "media": {"type": "photo", "media": "attach://f"}}]
    rich = {"html": '<img src="tg://photo?id=m">', "media": media}
    answer = await with_picture(api, "sendRichMessage", rich, png(), chat_id=group.id)
    assert answer["description"] == "Bad Request: not enough rights to send photos to the chat"
    assert (await api.call("sendRichMessage", chat_id=group.id, rich_message={"html": "a"}))["ok"]


async def test_one_member_alone_may_see_a_rich_message(api: Client, dora: Somebody, playground: Playground) -> None:
    """It comes and is edited as a text is, and as long as a text may be in an edit."""
    group: Group = playground.group("Study", [dora, playground.person("Ed")])
    keys = {"inline_keyboard": [[{"text": "Show answer", "callback_data": "show"}]]}
    await api.call("sendMessage", chat_id=group.id, text="card", reply_markup=keys)
    await api.updates(10**12)
    dora.taps_unheard("Show answer", group)
    [update] = await api.updates()
    query = update["callback_query"]
    whom = {"receiver_user_id": dora.id, "callback_query_id": query["id"], "replace_callback_query_message": True}
    where = {"chat_id": group.id, "ephemeral_message_parameters": whom}
    answer = await api.call("sendRichMessage", **where, rich_message={"html": "<p>x<sup>2</sup></p>"})
    number = answer["result"]["ephemeral_message_id"]
    assert (dora.sees(group).text, group.sees().text) == ("x2", "card")
    here = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": number}
    assert await api.call("editEphemeralMessageText", **here, rich_message={"html": "<p>y</p>"}) == {
        "ok": True,
        "result": True,
    }
    too_long = await api.call("editEphemeralMessageText", **here, rich_message={"html": "x" * 1025})
    assert (too_long["description"], dora.sees(group).text) == ("Bad Request: MEDIA_CAPTION_TOO_LONG", "y")


async def test_what_would_be_wrong_in_silence_is_told(api: Client, dora: Somebody, playground: Playground) -> None:
    """A spoiler around code, an escaped formula."""
    await sent(api, dora, {"html": "<p><tg-spoiler><code>x</code></tg-spoiler><tg-math>a &lt; b</tg-math></p>"})
    assert playground.complaints == [
        "a spoiler around or inside of code is none",
        "a formula is LaTeX as it stands, nothing in it is escaped: a &lt; b",
    ]
    playground.complaints.clear()


def test_formulas_become_trees_of_known_parts() -> None:
    """What a page may hold; where nothing can be drawn the source is left, and no markup gets through."""
    assert tree("x^2", block=False) == [
        "math",
        {"display": "inline"},
        [["mrow", {}, [["msup", {}, [["mi", {}, ["x"]], ["mn", {}, ["2"]]]]]]],
    ]
    drawn = json.dumps(tree(r"\lim_{x \to 0} \style{color:red}{\text{<b>}} \boxed{y}", block=True))
    assert "munder" in drawn
    assert "style" not in drawn
    assert '"<b>"' in drawn
    for source in (r"\unknown{x}", r"\frac{1}{", "x" * 4001, r"\begin{"):
        assert tree(source, block=True) is None
