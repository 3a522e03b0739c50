"""What a private chat with the bot looks like in a browser, and what is done there."""

import pytest
from playwright.async_api import expect

from bot.playground.server import Playground
from tests.playground.browser.behind import PICTURE, Open, begun, chat, write
from tests.playground.little_bot import LittleBot, keys, words
from tests.recordings import opus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_first_contact_by_clicking(open_page: Open) -> None:
    """One message that changes from tap to tap and is read out as it does, and a toast that says what was tapped."""
    page = await open_page()
    await chat(page, "Deckhand").click()
    await expect(page.locator(".about")).to_contain_text("I ask cards.")
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message.own")).to_contain_text("/start")
    await page.get_by_role("button", name="Begin", exact=True).click()
    await expect(page.locator(".message.other")).to_contain_text("Dropout?")
    await page.get_by_role("button", name="Show answer", exact=True).click()
    await expect(page.locator(".message.other")).to_have_count(1)
    await expect(page.locator(".message.other .key")).to_have_text(
        ["Again · 1m", "Hard · 6m", "Good · 10m", "Easy · 8d"]
    )
    await expect(page.locator(".code .language")).to_have_text("python")
    await expect(page.locator("#heard[aria-live=polite]")).to_contain_text("Buttons: Again · 1m, Hard · 6m, Good · 10m")
    await page.get_by_role("button", name="Good · 10m").click()
    await expect(page.locator(".toast")).to_have_text("Good · 10m it is")
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0)


async def test_words_are_shown_as_meant(open_page: Open) -> None:
    """A spoiler hides its words until it is tapped; `<b>` in a text, from the bot or from oneself, stays as written."""
    page = await open_page()
    await begun(page)
    spoiler = page.locator(".spoiler")
    await expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")
    await expect(spoiler.locator("strong")).to_be_hidden()
    await spoiler.click()
    await expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    await expect(spoiler.locator("strong")).to_be_visible()
    await expect(page.locator(".message.other .words")).to_contain_text("<b>not bold</b>")
    await write(page, "<b>x</b><img src=x>")
    await expect(page.locator(".message.own").last).to_contain_text("<b>x</b><img src=x>")
    await expect(page.locator(".message").last).to_contain_text("You said <b>x</b><img src=x>")
    await expect(page.locator(".messages b, .messages img")).to_have_count(0)


async def test_a_rich_message_is_drawn(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """Formulas in MathML, a wide table in a box of its own, folds and spoilers that open at a tap; a faulty formula is
    its source."""
    page = await open_page()
    await begun(page)
    html = (
        "<h2>Rich</h2><p><tg-math>\\frac{a}{b}</tg-math> <tg-math>\\frac{1}{</tg-math></p>"
        "<tg-spoiler>hidden</tg-spoiler><details><summary>More</summary><p>within</p></details>"
        f"<table><tr>{'<td>Instrumentalis</td>' * 9}</tr></table>"
        f"<blockquote expandable>{'A long quotation. ' * 30}</blockquote><blockquote expandable>short</blockquote>"
    )
    anna = next(person for person in playground.world.people.values() if person.name == "Anna")
    rich = {"html": html}
    await bot.call("sendRichMessage", chat_id=anna.id, rich_message=rich, reply_markup=keys(["Toast"]))
    message = page.locator(".message").last
    await expect(message.get_by_role("heading", name="Rich")).to_be_visible()
    await expect(message.locator("mfrac")).to_be_visible()
    await expect(message.locator("code.source")).to_have_text("\\frac{1}{")
    await expect(message.locator(".folds")).to_have_count(1)
    for closed in (message.locator(".folds"), message.locator(".spoiler"), message.locator("summary")):
        await closed.click()
    await expect(message.locator(".folds.open")).to_be_visible()
    await expect(message.locator(".spoiler.open")).to_be_visible()
    await expect(message.get_by_text("within")).to_be_visible()
    assert await message.locator(".wide").evaluate("box => box.scrollWidth > box.clientWidth + 100")
    assert await page.locator("#scroller").evaluate("box => box.scrollWidth <= box.clientWidth")


async def test_a_picture_is_shown_and_opens_large(open_page: Open) -> None:
    """A photo stands over its caption, a tap shows it large, Escape closes it."""
    page = await open_page()
    await begun(page)
    await write(page, "/picture")
    picture = page.locator(".picture img")
    await expect(picture).to_be_visible()
    await expect(page.locator(".message").last).to_contain_text("A curve")
    assert await picture.evaluate("node => node.complete && node.naturalWidth") == 2
    await page.get_by_role("button", name="Picture, show it large").click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_be_hidden()


async def test_what_could_not_be_sent_is_not_lost(open_page: Open, playground: Playground) -> None:
    """A text that the server did not take stands in the field again, and a toast says why."""
    page = await open_page()
    group = next(chat for chat in playground.world.chats.values() if chat.kind == "group")
    await chat(page, "Study group").click()
    del group.members[next(iter(playground.world.people))]
    await write(page, "a long thought")
    await expect(page.locator(".toast")).to_have_text("Anna is not in this chat.")
    await expect(page.get_by_label("Message", exact=True)).to_have_value("a long thought")


async def test_an_alert_waits_for_ok(open_page: Open) -> None:
    """An alert is a window with the words and one button."""
    page = await open_page()
    await begun(page)
    await write(page, "hello")
    await page.get_by_role("button", name="Alert", exact=True).click()
    await expect(page.locator("#alert-words")).to_have_text("Line one\nline two")
    await page.get_by_role("button", name="OK").click()
    await expect(page.locator("#alert")).to_be_hidden()


async def test_the_command_menu_is_that_of_the_chat(open_page: Open, bot: LittleBot) -> None:
    """The menu button and a typed slash list the commands of this scope; Escape closes, a tap sends."""
    page = await open_page()
    await begun(page)
    await page.get_by_role("button", name="Menu").click()
    await expect(page.locator("#commands b")).to_have_text(["/quiz", "/stats"])
    await page.keyboard.press("Escape")
    await expect(page.locator("#commands")).to_be_hidden()
    field = page.get_by_label("Message", exact=True)
    await field.press_sequentially("/q")
    await expect(page.locator("#commands b")).to_have_text(["/quiz"])
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last).to_contain_text("Dropout?")
    await page.get_by_role("button", name="Back to the chats").click()
    await chat(page, "Study group").click()
    await page.get_by_role("button", name="Menu").click()
    await page.locator("#commands button").first.click()
    await expect(page.locator(".message.own")).to_contain_text("/board@deckhand_bot")
    await expect(page.locator(".message").last).to_contain_text("You said /board@deckhand_bot")
    assert words(bot.heard[-1]) == "/board@deckhand_bot"


async def test_files_are_sent_and_shown(open_page: Open, playground: Playground) -> None:
    """The clip takes a file, the words become its caption; a sound has a player, what is no picture can be kept."""
    page = await open_page()
    await begun(page)
    await page.locator("#pick").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    await expect(page.locator("#tray")).to_contain_text("a.png")
    await write(page, "A curve of mine")
    own = page.locator(".message.own")
    await expect(own.last.locator(".picture img")).to_be_visible()
    await expect(own.last).to_contain_text("A curve of mine")
    await expect(page.locator("#tray")).to_be_hidden()
    await page.locator("#pick").set_input_files({"name": "a.ogg", "mimeType": "audio/ogg", "buffer": opus(7)})
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(own.last.get_by_role("button", name="Voice message, play")).to_be_visible()
    await expect(own.last.locator(".lasts")).to_have_text("0:07")
    await page.locator("#pick").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a;b"})
    await page.get_by_role("button", name="Do not send a.csv").click()
    await page.locator("#pick").set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": b"a;b"})
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(own.last.locator("a.file")).to_contain_text("b.csv")
    await expect(own).to_have_count(4)
    anna = next(iter(playground.world.people.values()))
    private = playground.world.private_chat(anna)
    playground.world.post(private, playground.world.bot, text="As I said", reply_to=next(iter(private.messages)))
    await expect(page.locator(".quoted")).to_have_text("Anna/start")
    await own.last.locator(".stamp").click()
    await page.locator("#forward").get_by_text("Study group").click()
    await expect(own.last).to_contain_text("Forwarded from Anna")
    await expect(page.locator("#chat-title")).to_have_text("Study group")
