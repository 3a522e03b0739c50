"""A picture arrives once, and none that cannot be shown keeps a card back."""

from pathlib import Path

import pytest

from bot.chat.outbox import Outbox, Sent
from bot.chat.plain import Entity, Text
from bot.playground.people import Somebody
from bot.playground.screens import screen_of
from bot.playground.server import Playground
from tests.chat.posting import ROWS, Shelf, png, shows


async def test_a_text_becomes_a_photo_in_place(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """A picture comes into the message that is there."""
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    delivery = await outbox.edit(
        ella.id, sent.message_id, "text", shows("back", *ROWS, picture=png(tmp_path / "hill.png"))
    )
    assert delivery == Sent(sent.message_id, "photo")
    assert ella.sees_all() == [screen_of("back", "[Yes] [No]", picture="picture1.png")]


async def test_a_photo_points_to_another_message_as_a_text_does(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """What a screen is an answer to can be tapped, with a picture, too."""
    first = await outbox.send(ella.id, shows("first"))
    assert isinstance(first, Sent)
    await outbox.send(ella.id, shows("second", picture=png(tmp_path / "hill.png")), reply_to=first.message_id)
    assert ella.message().reply_to == first.message_id


async def test_a_photo_becomes_another_photo_in_place(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """Picture and caption change in the same message, with their looks."""
    sent = await outbox.send(ella.id, shows("one", picture=png(tmp_path / "one.png")))
    assert isinstance(sent, Sent)
    two = shows("two", picture=png(tmp_path / "two.png", 9), looks=(Entity("italic", 0, 3),))
    assert await outbox.edit(ella.id, sent.message_id, "photo", two) == sent
    assert ella.sees_all() == [screen_of("two", picture="picture1.png")]
    message = ella.message()
    assert message.entities[0].type == "italic"
    assert message.file is not None
    assert message.file.data == (tmp_path / "two.png").read_bytes()


async def test_a_photo_never_becomes_a_text(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """The photo keeps what it shows and loses its buttons; the text follows without a sound."""
    sent = await outbox.send(ella.id, shows("one", *ROWS, picture=png(tmp_path / "one.png")))
    assert isinstance(sent, Sent)
    delivery = await outbox.edit(ella.id, sent.message_id, "photo", shows("two", *ROWS))
    assert delivery == Sent(ella.message().id, "text")
    assert ella.sees_all() == [screen_of("one", picture="picture1.png"), screen_of("two", "[Yes] [No]")]
    assert ella.notifications == 1


async def test_a_photo_taken_for_a_text_is_replaced_as_well(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """What a message is decides, not what we remember of it."""
    sent = await outbox.send(ella.id, shows("one", *ROWS, picture=png(tmp_path / "one.png")))
    assert isinstance(sent, Sent)
    await outbox.edit(ella.id, sent.message_id, "text", shows("two"))
    assert ella.sees_all() == [screen_of("one", picture="picture1.png"), screen_of("two")]


async def test_a_picture_is_uploaded_once(
    outbox: Outbox, playground: Playground, ella: Somebody, tmp_path: Path
) -> None:
    """The second time Telegram's own id is sent; a changed picture is another one."""
    hill = png(tmp_path / "hill.png")
    for _ in range(3):
        await outbox.send(ella.id, shows("hill", picture=hill))
    assert len(playground.world.files) == 1
    png(hill, shade=200).write_bytes(hill.read_bytes() + b"")
    await outbox.send(ella.id, shows("hill", picture=png(tmp_path / "hill.png", shade=77)))
    assert len(playground.world.files) == 2


async def test_an_id_that_no_longer_works_is_uploaded_anew(
    outbox: Outbox, shelf: Shelf, ella: Somebody, tmp_path: Path
) -> None:
    """The picture arrives, and the new id is the one remembered."""
    hill = png(tmp_path / "hill.png")
    await outbox.send(ella.id, shows("hill", picture=hill))
    (key, right), *_ = shelf.ids.items()
    shelf.ids[key] = "an-id-of-another-bot"
    assert isinstance(await outbox.send(ella.id, shows("hill", picture=hill)), Sent)
    assert len(ella.sees_all()) == 2
    assert shelf.ids[key].split("-")[0] != "an"
    assert right


async def test_an_id_that_cannot_be_kept_changes_nothing_for_people(
    outbox: Outbox, shelf: Shelf, ella: Somebody, tmp_path: Path
) -> None:
    """The message stands in the chat, so that is what the outbox says."""
    shelf.broken = True
    assert isinstance(await outbox.send(ella.id, shows("hill", picture=png(tmp_path / "hill.png"))), Sent)


@pytest.mark.parametrize("content", [None, b"", b"no picture at all"])
async def test_a_picture_that_cannot_be_shown_never_keeps_a_card_back(
    outbox: Outbox, ella: Somebody, tmp_path: Path, content: bytes | None
) -> None:
    """Without its file, or refused by Telegram, the text comes and says what is missing."""
    picture = tmp_path / "hill.png"
    if content is not None:
        picture.write_bytes(content)
    sent = await outbox.send(ella.id, shows("front", *ROWS, picture=picture))
    assert ella.sees() == screen_of("front\n\n[picture missing: hill.png]", "[Yes] [No]")
    assert isinstance(sent, Sent)
    assert await outbox.edit(ella.id, sent.message_id, "text", shows("back", picture=picture)) == sent
    assert ella.sees_all() == [screen_of("back\n\n[picture missing: hill.png]")]


async def test_a_picture_that_cannot_be_shown_follows_a_photo_as_text(
    outbox: Outbox, ella: Somebody, tmp_path: Path
) -> None:
    """Also then a photo does not become a text in place."""
    sent = await outbox.send(ella.id, shows("one", *ROWS, picture=png(tmp_path / "one.png")))
    assert isinstance(sent, Sent)
    await outbox.edit(ella.id, sent.message_id, "photo", shows("two", picture=tmp_path / "two.png"))
    assert ella.sees_all() == [screen_of("one", picture="picture1.png"), screen_of("two\n\n[picture missing: two.png]")]


async def test_a_drawn_picture_comes_without_a_file(outbox: Outbox, ella: Somebody, tmp_path: Path) -> None:
    """Bytes become a photo with caption and buttons."""
    data = png(tmp_path / "drawn.png").read_bytes()
    sent = await outbox.photo(ella.id, data, Text("three lines", (Entity("bold", 0, 5),)), ROWS)
    assert sent == Sent(ella.message().id, "photo")
    assert ella.sees() == screen_of("three lines", "[Yes] [No]", picture="picture1.png")
