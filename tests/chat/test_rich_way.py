"""A rich message arrives where the server has it, and its content the plain way everywhere else."""

import logging
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat import rich
from bot.chat.outbox import Failed, Outbox, Sent, Unsure
from bot.chat.pace import Pace
from bot.chat.parcels import Parcel
from bot.chat.plain import Page, Text
from bot.chat.refusals import Meaning
from bot.chat.rich_way import DOUBTS
from bot.chat.screens import Button, Screen
from bot.clock import FollowedClock
from bot.decks.html import parse
from bot.playground.people import Somebody
from bot.playground.screens import screen_of
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.chat.posting import ROWS, Heard, Shelf, png, shows

LEAFING = ((Button("More 2/2", "m"),),)
REFUSED = 'can\'t parse rich message: a "word" of the card'


def card(words: str, *pictures: Path) -> Screen:
    """A screen that is rich where it can be: words, and pictures."""
    content = parse(words + "".join(f"<img src={one.name}>" for one in pictures))
    shown = rich.draw([content], {one.name: one for one in pictures}.get, card_id=7)
    page = Page(Text(f"plain {words}"), pictures[0] if pictures else None)
    return Screen((page, Page(Text("second"))), ROWS, shown, LEAFING)


def calls(playground: Playground) -> list[str]:
    """The methods that were called, from the first of a card on."""
    return [call.method for call in playground.calls if call.method.startswith(("send", "edit"))]


async def test_a_message_goes_from_text_to_rich_and_back(
    outbox: Outbox, ella: Somebody, playground: Playground, tmp_path: Path
) -> None:
    """In place, with or without pictures; all of it is in it, so there is nothing to leaf through."""
    hill = png(tmp_path / "hill.png")
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    for screen, seen in (
        (card("one"), screen_of("one", "[Yes] [No]")),
        (card("two", hill), screen_of("two", "[Yes] [No]", picture="picture1.png")),
        (shows("back", *ROWS), screen_of("back", "[Yes] [No]")),
        (card("three"), screen_of("three", "[Yes] [No]")),
        (shows("photo", picture=hill), screen_of("photo", picture="picture1.png")),
    ):
        delivery = await outbox.edit(ella.id, sent.message_id, "text", screen)
        assert delivery == Sent(sent.message_id, "photo" if seen.text == "photo" else "text")
        assert ella.sees_all() == [seen]
    assert await outbox.edit(ella.id, sent.message_id, "photo", card("four")) == Sent(ella.message().id, "text")
    assert ella.sees_all() == [screen_of("photo", picture="picture1.png"), screen_of("four", "[Yes] [No]")]
    assert playground.complaints == []


async def test_a_rich_message_is_sent_as_any_other(outbox: Outbox, ella: Somebody, playground: Playground) -> None:
    """It may be silent and point to another; nothing in it becomes a link or a command."""
    first = await outbox.send(ella.id, shows("first"))
    assert isinstance(first, Sent)
    await outbox.send(ella.id, card("see /start @name and a.com"), silent=True, reply_to=first.message_id)
    message = ella.message()
    assert (message.kind, message.silent, message.reply_to) == ("rich", True, first.message_id)
    assert message.rich["blocks"][0]["text"] == "see /start @name and a.com"
    assert await outbox.edit(ella.id, message.id, "text", card("see /start @name and a.com")) == Sent(
        message.id, "text"
    )


async def test_pictures_are_uploaded_once(
    outbox: Outbox, ella: Somebody, playground: Playground, shelf: Shelf, tmp_path: Path
) -> None:
    """Also one that stands there twice, and one that a photo brought; each keeps its place."""
    one, two = png(tmp_path / "the-answer.png"), png(tmp_path / "two.PNG", 9)
    await outbox.send(ella.id, shows("photo", picture=two))
    await outbox.send(ella.id, card("x", one, two, one))
    await outbox.send(ella.id, card("y", two, one))
    await outbox.send(ella.id, shows("photo", picture=one))
    assert [file.name for file in playground.world.files.values()] == ["picture1.png", "picture1.png"]
    shades = [[file.data for file in message.rich_files] for message in ella.messages()]
    first, second = one.read_bytes(), two.read_bytes()
    assert shades == [[], [first, second, first], [second, first], []]
    told = [call.params["rich_message"] for call in playground.calls if call.method == "sendRichMessage"]
    assert not any("answer" in str(each) for each in told)
    for key in shelf.ids:
        shelf.ids[key] = "an-id-of-another-bot"
    assert isinstance(await outbox.send(ella.id, card("z", one, two)), Sent)
    assert [file.data for file in ella.message().rich_files] == [first, second]
    assert len(playground.world.files) == 4
    assert "an-id-of-another-bot" not in shelf.ids.values()


@pytest.mark.parametrize("server", ["10.0"])
async def test_a_server_without_rich_messages_is_asked_once(
    outbox: Outbox, ella: Somebody, playground: Playground, server: Server, tmp_path: Path
) -> None:
    """Its cards go the plain way in the same send, with the row that leafs, and later ones at once."""
    hill = png(tmp_path / "hill.png")
    assert isinstance(await outbox.send(ella.id, card("one", hill)), Sent)
    assert ella.sees() == screen_of("plain one", "[More 2/2]", "[Yes] [No]", picture="picture1.png")
    await outbox.send(ella.id, card("two"))
    assert not outbox.rich.takes(card("two").rich)
    sent = ella.message().id
    assert await outbox.edit(ella.id, sent, "text", card("three")) == Sent(sent, "text")
    assert calls(playground) == ["sendPhoto", "sendMessage", "editMessageText"]


@pytest.mark.parametrize("server", ["10.0"])
async def test_an_edit_finds_out_as_well(
    outbox: Outbox, ella: Somebody, playground: Playground, server: Server
) -> None:
    """A server that leaves out what it does not know says that there is no text."""
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    assert await outbox.edit(ella.id, sent.message_id, "text", card("one")) == sent
    assert ella.sees_all() == [screen_of("plain one", "[More 2/2]", "[Yes] [No]")]
    await outbox.send(ella.id, card("two"))
    assert calls(playground)[1:] == ["editMessageText", "editMessageText", "sendMessage"]


async def test_a_server_that_was_out_of_reach_is_asked_anew(
    library: Bot, followed: FollowedClock, shelf: Shelf, heard: Heard, ella: Somebody, playground: Playground
) -> None:
    """Behind it may be another one."""
    losses = 0
    outbox = Outbox(library, followed, shelf, heard.on_moved, heard.on_gone, Pace(followed), lambda: losses)
    playground.world.server = "10.0"
    await outbox.send(ella.id, card("one"))
    assert ella.message().kind == "text"
    playground.world.server = "10.3"
    await outbox.send(ella.id, card("two"))
    assert ella.message().kind == "text"
    losses = 1
    await outbox.send(ella.id, card("three"))
    assert ella.message().kind == "rich"


@pytest.mark.parametrize("server", ["10.1"])
async def test_a_server_without_pictures_in_them(
    outbox: Outbox, ella: Somebody, playground: Playground, server: Server, tmp_path: Path
) -> None:
    """Cards with pictures are photos, after some tries at once; the others are rich all the time."""
    hill = png(tmp_path / "hill.png")
    for number in range(DOUBTS + 2):
        await outbox.send(ella.id, card(f"{number}", hill))
        assert ella.sees().picture == "picture1.png"
    assert [call.method for call in playground.calls].count("sendRichMessage") == DOUBTS
    await outbox.send(ella.id, card("rich"))
    assert ella.message().kind == "rich"


async def test_content_that_is_refused_goes_plain(
    outbox: Outbox, ella: Somebody, playground: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    """In the same send or edit, logged by the card's id and no word of it; the same is not tried again."""
    caplog.set_level(logging.ERROR)
    playground.faults.add("sendRichMessage", status=400, description=f"Bad Request: {REFUSED}")
    playground.faults.add("editMessageText", status=400, description=f"Bad Request: {REFUSED}", bringing="rich_message")
    for _ in range(2):
        assert isinstance(await outbox.send(ella.id, card("one")), Sent)
        assert ella.sees() == screen_of("plain one", "[More 2/2]", "[Yes] [No]")
    sent = ella.message().id
    assert await outbox.edit(ella.id, sent, "text", card("two")) == Sent(sent, "text")
    assert ella.sees().text == "plain two"
    await outbox.send(ella.id, card("three"))
    assert ella.message().kind == "rich"
    said = [record.getMessage() for record in caplog.records]
    assert [line.split(":")[0] for line in said] == ["card 7", "card 7"]
    assert "word" not in "".join(said)


async def test_where_pictures_may_not_be_sent_the_card_comes_without(
    outbox: Outbox, ella: Somebody, playground: Playground, tmp_path: Path
) -> None:
    """That is a right in that chat alone, so elsewhere they stay; a picture that is not there is said."""
    hill = png(tmp_path / "hill.png")
    words = "Bad Request: not enough rights to send photos to the chat"
    for method in ("sendRichMessage", "sendPhoto"):
        playground.faults.add(method, status=400, description=words)
    await outbox.send(ella.id, card("one", hill))
    assert ella.sees().text.startswith("plain one\n\n(a picture belongs here")
    await outbox.send(ella.id, card("one", hill))
    assert ella.message().kind == "rich"
    hill.unlink()
    await outbox.send(ella.id, card("two", hill))
    assert ella.sees().text == "plain two\n\n[picture missing: hill.png]"


async def test_what_may_have_arrived_is_not_sent_plain_as_well(
    outbox: Outbox, ella: Somebody, playground: Playground
) -> None:
    """Nothing stands there twice; what the server itself could not do fails as any other send."""
    playground.faults.add("sendRichMessage", "after", "reset")
    assert await outbox.send(ella.id, card("one")) == Unsure()
    assert [message.kind for message in ella.messages()] == ["rich"]
    playground.faults.add("sendRichMessage", status=403, description="Forbidden: bot was blocked by the user")
    assert not isinstance(await outbox.send(ella.id, card("two")), Sent | Failed)
    assert len(ella.messages()) == 1


def test_a_topic_that_is_gone_takes_nothing_from_it() -> None:
    """Only the topic is left out."""
    parcel = Parcel.of(card("one"), 0, 5, rich=True)
    assert parcel.eased(Meaning.TOPIC) == Parcel.of(card("one"), 0, None, rich=True)
    assert parcel.eased(Meaning.REFUSED) == Parcel.of(card("one"), 0, 5)
    assert parcel.eased(Meaning.MISSING) is None
