"""Screens come, change and lose their buttons; the other side is the playground, over HTTP."""

import asyncio

import pytest

from bot.chat.outbox import TOASTS_AT_ONCE, Outbox, Sent
from bot.chat.plain import Entity, Page, Text
from bot.chat.screens import Button, Screen
from bot.playground.people import Somebody
from bot.playground.screens import screen_of
from bot.playground.server import Playground
from tests.chat.posting import ROWS, shows


async def test_a_screen_stands_in_the_chat(outbox: Outbox, ella: Somebody) -> None:
    """Text, looks and buttons arrive as they are, and nothing in them is taken for markup."""
    text = "<b>a</b> *b* _c_ 😀 bold"
    sent = await outbox.send(ella.id, shows(text, *ROWS, looks=(Entity("bold", 20, 4),)))
    assert ella.sees() == screen_of(text, "[Yes] [No]")
    message = ella.message()
    assert [(each.type, each.offset, each.length) for each in message.entities] == [("bold", 20, 4)]
    assert sent == Sent(message.id, "text")
    assert not message.silent


async def test_a_code_block_keeps_its_language_and_a_link_its_address(outbox: Outbox, ella: Somebody) -> None:
    """What an entity and a button carry beside their kind arrives, too."""
    link = (Button("Open", url="https://t.me/deckhand_bot?start=x"),)
    await outbox.send(ella.id, shows("x = 1", link, looks=(Entity("pre", 0, 5, "python"),)))
    message = ella.message()
    assert message.entities[0].language == "python"
    assert message.rows[0][0].url == "https://t.me/deckhand_bot?start=x"


async def test_link_previews_are_off(outbox: Outbox, playground: Playground, ella: Somebody) -> None:
    """Neither a new message nor a changed one asks for a preview."""
    sent = await outbox.send(ella.id, shows("see example.org"))
    assert isinstance(sent, Sent)
    await outbox.edit(ella.id, sent.message_id, sent.media, shows("see example.com"))
    asked = [call.params["link_preview_options"] for call in playground.calls if "text" in call.params]
    assert asked == [{"is_disabled": True}] * 2


async def test_a_message_can_come_without_a_sound(outbox: Outbox, ella: Somebody) -> None:
    """Silent means no notification."""
    await outbox.send(ella.id, shows("hush"), silent=True)
    assert ella.notifications == 0
    await outbox.send(ella.id, shows("ring"))
    assert ella.notifications == 1


async def test_of_several_pages_the_one_asked_for_is_shown(outbox: Outbox, ella: Somebody) -> None:
    """A page is picked by its number."""
    pages = Screen((Page(Text("one")), Page(Text("two"))))
    await outbox.send(ella.id, pages, page=1)
    assert ella.sees() == screen_of("two")


async def test_an_edit_happens_in_place(outbox: Outbox, ella: Somebody) -> None:
    """The same message shows the new screen, and the same edit again is a success."""
    sent = await outbox.send(ella.id, shows("front", *ROWS))
    assert isinstance(sent, Sent)
    for _ in range(2):
        assert await outbox.edit(ella.id, sent.message_id, "text", shows("back", ROWS[0][:1])) == sent
        assert ella.sees_all() == [screen_of("back", "[Yes]")]


async def test_a_deleted_message_is_sent_anew_without_a_sound(outbox: Outbox, ella: Somebody) -> None:
    """An edit of what is no longer there puts a new message into the chat."""
    delivery = await outbox.edit(ella.id, 999, "text", shows("back"))
    assert delivery == Sent(ella.message().id, "text")
    assert ella.sees() == screen_of("back")
    assert ella.notifications == 0


async def test_buttons_are_taken_off(outbox: Outbox, ella: Somebody) -> None:
    """Stripped, a message keeps what it shows; stripped again or deleted, it is fine."""
    sent = await outbox.send(ella.id, shows("front", *ROWS))
    assert isinstance(sent, Sent)
    await outbox.strip(ella.id, sent.message_id)
    await outbox.strip(ella.id, sent.message_id)
    await outbox.strip(ella.id, 999)
    assert ella.sees_all() == [screen_of("front")]


# Answers to taps


def tapped(ella: Somebody, label: str = "Yes") -> str:
    """The id of a tap that waits for its answer."""
    ella.taps_unheard(label)
    return list(ella.playground.world.queries)[-1]


async def test_a_tap_is_answered(outbox: Outbox, ella: Somebody) -> None:
    """With nothing, a toast, an alert, or a link to the bot."""
    await outbox.send(ella.id, shows("front", *ROWS))
    await outbox.toast(tapped(ella))
    await outbox.toast(tapped(ella), "Look first.")
    await outbox.toast(tapped(ella), "The answer.", alert=True)
    await outbox.toast(tapped(ella), url="https://t.me/deckhand_bot?start=t5")
    assert [(each.text, each.alert, each.url) for each in ella.answers] == [
        ("", False, ""),
        ("Look first.", False, ""),
        ("The answer.", True, ""),
        ("", False, "https://t.me/deckhand_bot?start=t5"),
    ]


async def test_a_toast_that_is_too_long_is_cut_between_graphemes(outbox: Outbox, ella: Somebody) -> None:
    """At most 200 units, with an ellipsis, and no family torn apart."""
    await outbox.send(ella.id, shows("front", *ROWS))
    family = "👨‍👩‍👧‍👦"
    await outbox.toast(tapped(ella), family * 30)
    assert ella.toast == family * 18 + "…"
    await outbox.toast(tapped(ella), "x" * 200)
    assert ella.toast == "x" * 200


async def test_a_tap_that_waited_too_long_needs_no_answer(
    outbox: Outbox, playground: Playground, ella: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """The work was done while the bot was down or slow; nobody hears of the rest."""
    await outbox.send(ella.id, shows("front", *ROWS))
    query_id = tapped(ella)
    await playground.clock.advance(hours=1)
    await outbox.toast(query_id, "Saved.")
    await outbox.toast("12345", "Saved.")
    assert ella.toasts == []
    assert caplog.records == []


async def test_answers_that_hang_leave_room_for_what_people_wait_for(
    outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """So many are under way at once, and a message goes out beside them; the others follow."""
    hanging = playground.faults.add("answerCallbackQuery", "before", "timeout", times=TOASTS_AT_ONCE)
    await outbox.send(ella.id, shows("front", *ROWS))
    toasts = [asyncio.create_task(outbox.toast(tapped(ella))) for _ in range(TOASTS_AT_ONCE + 8)]
    assert await playground.called.until(lambda: hanging.met == TOASTS_AT_ONCE, 4)
    await outbox.send(ella.id, shows("back"))
    assert (ella.sees().text, ella.answers) == ("back", [])
    hanging.release()
    await asyncio.gather(*toasts)
    assert len(ella.answers) == TOASTS_AT_ONCE + 8


async def test_no_log_line_holds_the_token_or_anybodys_words(
    outbox: Outbox, playground: Playground, ella: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level refusals are one line of ids each."""
    caplog.set_level("DEBUG")
    for kind in ("reset", "status"):
        playground.faults.add("sendMessage", "before", kind)
        await outbox.send(ella.id, shows("my secret"))
    words = "Bad Request: something about 'my secret' is new: my secret"
    playground.faults.add("sendMessage", "before", status=400, description=words)
    await outbox.send(ella.id, shows("my secret", *ROWS))
    ella.disappears()
    await outbox.send(ella.id, shows("my secret"))
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot.chat")]
    assert [line.split(":")[0] for line in lines] == [f"chat {ella.id}, send"] * 4
    for text in caplog.messages:
        assert playground.token not in text
        assert "secret" not in text
