"""The page in a real browser: what somebody sees and taps there.

A bot of a few lines stands behind it; what the real one says is tested elsewhere.
"""

import base64
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, async_playwright, expect

from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.server import Playground
from bot.playground.values import Entity
from tests.playground.little_bot import LittleBot, Update, keys, words
from tests.recordings import opus

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

START = datetime(2026, 8, 3, 18, 5, tzinfo=UTC)  # 20:05 in the browser's Berlin
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 800}
TABLE = {"width": 1400, "height": 860}  # room for three phones
WAIT_MS = 5000
# A browser notes when a server is away, and when it refused an act.
EXPECTED = re.compile(r"Failed to load resource: (net::|the server responded with a status of 400)")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8DAAMIADv8C/hNeZ+0AAAAASUVORK5CYII="
)
LONG = "supercalifragilisticexpialidocious" * 4
CARD = (
    "Machine learning · 1/10\n\nWhat does <code>view</code> need?\n<pre><code class='language-python'>"
    f"x = {LONG}</code></pre>\n<tg-spoiler>hidden <b>words</b></tg-spoiler> &lt;b&gt;not bold&lt;/b&gt; {LONG}"
)
ANSWERS = keys(["Again · 1m", "Hard · 6m"], ["Good · 10m", "Easy · 8d"])

Open = Callable[..., Awaitable[Page]]


def chromium() -> str | None:
    """The browser of this machine."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    path = chromium()
    if path is None:
        reason = "The tests in a browser did not run: there is no Chromium on this machine."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


async def react(bot: LittleBot, update: Update) -> None:
    """A little conversation: a card, its answer, a toast, an alert, a picture, a link."""
    if "callback_query" in update:
        await on_tap(bot, update["callback_query"])
        return
    if "inline_query" in update:
        await on_words(bot, update["inline_query"])
    if "message" not in update or update["message"].get("via_bot"):
        return
    chat = update["message"]["chat"]["id"]
    said = words(update)
    if said.startswith("/start"):
        await bot.call("sendMessage", chat_id=chat, text=f"Welcome {said[7:]}".strip(), reply_markup=keys(["Begin"]))
    elif said.startswith("/quiz"):
        await bot.call("sendMessage", chat_id=chat, text="Dropout?", reply_markup=keys(["Show answer"], ["Privately"]))
    elif said.startswith("/flip"):
        topic = {name: update["message"][name] for name in ("message_thread_id",) if name in update["message"]}
        await bot.call("sendMessage", chat_id=chat, text="Flip", reply_markup=keys(["Show answer"]), **topic)
    elif said == "/picture":
        await bot.send_photo(chat, PICTURE, "A curve")
    elif said == "/quiet":
        await bot.call("sendMessage", chat_id=chat, text="Without a sound", disable_notification=True)
    elif said:
        await bot.call("sendMessage", chat_id=chat, text=f"You said {said}", reply_markup=keys(["Toast", "Alert"]))


async def on_words(bot: LittleBot, query: Update) -> None:
    """Find the capital of every country that is typed."""
    content = {"message_text": f"{query['query']}: Oslo"}
    card = {
        "type": "article",
        "id": "1",
        "title": query["query"],
        "description": "Oslo",
        "input_message_content": content,
    }
    await bot.call("answerInlineQuery", inline_query_id=query["id"], results=[card] if query["query"] else [])


async def on_tap(bot: LittleBot, query: Update) -> None:
    """Edit, then answer, as the data says."""
    chat, message = query["message"]["chat"]["id"], query["message"]["message_id"]
    where = {"chat_id": chat, "message_id": message}
    answer: Update = {"callback_query_id": query["id"]}
    match query["data"]:
        case "Begin":
            await bot.call("editMessageText", **where, text="1/10\n\nDropout?", reply_markup=keys(["Show answer"]))
        case "Show answer" if chat > 0:
            await bot.call("editMessageText", **where, text=CARD, parse_mode="HTML", reply_markup=ANSWERS)
        case "Show answer" if query["message"].get("text") == "Flip":
            await flip(bot, query)
        case "Show answer":
            answer |= {"text": f"An answer for {query['from']['first_name']}", "show_alert": True}
        case "Privately":
            answer |= {"url": "https://t.me/deckhand_bot?start=turn_17"}
        case "Alert":
            answer |= {"text": "Line one\nline two", "show_alert": True}
        case data:
            answer |= {"text": f"{data} it is"}
    await bot.call("answerCallbackQuery", **answer)


async def flip(bot: LittleBot, query: Update) -> None:
    """Show an answer to who tapped alone."""
    whom = {"receiver_user_id": query["from"]["id"], "callback_query_id": query["id"]}
    whom |= {"replace_callback_query_message": True}
    text = f"For {query['from']['first_name']}"
    where = {"chat_id": query["message"]["chat"]["id"], "ephemeral_message_parameters": whom}
    await bot.call("sendMessage", **where, text=text, reply_markup=keys(["Good", "Alert"]))


@pytest_asyncio.fixture(loop_scope="module")
async def playground() -> AsyncIterator[Playground]:
    """A world at 18:05 UTC."""
    playground = Playground(held=True, start=START)
    furnish(playground.world)
    yield playground


@pytest_asyncio.fixture(loop_scope="module")
async def bot(playground: Playground) -> AsyncIterator[LittleBot]:
    """The little bot, running behind the page."""
    bot = LittleBot(playground, react)
    add_page(playground.application, playground.world, bot)
    await playground.start()
    await bot.start()
    await bot.call("setMyDescription", description="I ask cards.")
    for scope, command in (("all_private_chats", "quiz"), ("all_group_chats", "board")):
        commands = [
            {"command": command, "description": "The next card"},
            {"command": "stats", "description": "Figures"},
        ]
        await bot.call("setMyCommands", commands=commands, scope={"type": scope})
    yield bot
    await bot.drop()
    await playground.stop()


Pages = dict[tuple[tuple[str, str], ...], list[Page]]


@pytest.fixture(scope="module")
def idle_pages(browser: Browser) -> Pages:
    """Pages that no test has open, by how they were made: a new one costs a process and most of a second."""
    return {}


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, idle_pages: Pages, playground: Playground, bot: LittleBot) -> AsyncIterator[Open]:
    """Opens the page on a phone or a desk; at the end nothing may stand in the browser's console."""
    complaints: list[str] = []
    opened: list[tuple[list[Page], Page]] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def broke(error: Error) -> None:
        complaints.append(str(error))

    async def open_one(size: dict[str, int] = PHONE, **options: str) -> Page:
        idle = idle_pages.setdefault(tuple(sorted(options.items())), [])
        if idle:
            page = idle.pop()
        else:
            context = await browser.new_context(timezone_id="Europe/Berlin", **options)  # type: ignore[arg-type]
            context.set_default_timeout(WAIT_MS)
            page = await context.new_page()
        opened.append((idle, page))
        page.on("console", said)
        page.on("pageerror", broke)
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.goto(f"{playground.base_url}/")
        await expect(page.locator("#chat-list button").first).to_be_visible()
        return page

    yield open_one
    for idle, page in opened:
        await page.evaluate("sessionStorage.clear()")
        await page.goto("about:blank")
        page.remove_listener("console", said)
        page.remove_listener("pageerror", broke)
        idle.append(page)
    assert [said for said in complaints if not EXPECTED.search(said)] == []


def chat(page: Page, name: str) -> Locator:
    """The entry of a chat in the list."""
    return page.locator("#chat-list button", has=page.locator(".name", has_text=name))


async def begun(page: Page) -> None:
    """Anna's private chat, with the first card's answer open."""
    await chat(page, "Deckhand").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    for label in ("Begin", "Show answer"):
        await page.get_by_role("button", name=label, exact=True).click()
    await expect(page.get_by_role("button", name="Good · 10m")).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Type a text and send it with Enter."""
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


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


async def test_everything_is_within_reach_of_the_keyboard(open_page: Open) -> None:
    """From the first Tab to the grade without a mouse; who was on a button stays there when the message changes."""
    page = await open_page()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.dataset.chat !== undefined"):
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    start = page.get_by_role("button", name="Start", exact=True)
    await reach(page, "Start")
    await page.keyboard.press("Enter")
    await expect(start).to_be_hidden()
    await expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()
    await reach(page, "Begin")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Show answer", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Again · 1m")).to_be_focused()
    spoiler = page.locator(".spoiler")
    await reach(page, "Hidden words, open them", backwards=True)
    await page.keyboard.press("Enter")
    await expect(spoiler).to_have_class("spoiler open")
    await reach(page, "Good · 10m")
    await page.keyboard.press("Space")
    await expect(page.locator(".toast")).to_have_text("Good · 10m it is")
    await page.keyboard.press("Escape")
    await expect(page.locator("#phone")).to_have_attribute("data-view", "chats")


async def reach(page: Page, name: str, *, backwards: bool = False) -> None:
    """Tab until the focus is on what bears that name."""
    named = "node => node.getAttribute('aria-label') ?? node.textContent.trim()"
    for _ in range(40):
        if await page.evaluate(f"({named})(document.activeElement)") == name:
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"Tab does not lead to {name}")


async def test_nothing_is_cut_at_390(open_page: Open) -> None:
    """No view scrolls sideways, and every button shows all of its words."""
    page = await open_page()
    await begun(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await page.evaluate("document.getElementById('scroller').scrollWidth") <= 390
    cut = "all => all.filter(key => key.scrollWidth > key.clientWidth || key.scrollHeight > key.clientHeight).length"
    assert await page.locator(".key, .world button").evaluate_all(cut) == 0
    bottom = await page.locator(".key").last.bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 844
    await page.get_by_role("button", name="Back to the chats").click()
    await expect(page.locator("#chat-list")).to_be_visible()
    await expect(page.locator("#chat")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_desk_shows_both_and_follows_the_scheme(open_page: Open) -> None:
    """At 1200 px the chats stand beside the open one, without a back button, dark or light as the machine is."""
    page = await open_page(DESK, color_scheme="dark")
    await expect(page.locator("#chat-list")).to_be_visible()
    await expect(page.locator("#chat-title")).to_have_text("Deckhand")
    await expect(page.get_by_role("button", name="Back to the chats")).to_be_hidden()
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.emulate_media(color_scheme="light")
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark, light) == ("rgb(10, 15, 20)", "rgb(238, 241, 245)")


async def test_the_members_take_turns_in_the_group(open_page: Open) -> None:
    """Who we are decides who taps, and whose private chat there is."""
    page = await open_page()
    await chat(page, "Study group").click()
    await expect(page.locator(".pill").last).to_have_text("Anna added Deckhand")
    who = page.locator("#who-in-chat")
    await expect(who.get_by_label("Anna")).to_be_checked()
    await write(page, "/quiz")
    await page.get_by_role("button", name="Show answer", exact=True).click()
    await expect(page.locator("#alert-words")).to_have_text("An answer for Anna")
    await page.keyboard.press("Enter")
    await who.get_by_label("Ben").check()
    await expect(who.get_by_label("Ben")).to_be_checked()
    await page.get_by_role("button", name="Show answer", exact=True).click()
    await expect(page.locator("#alert-words")).to_have_text("An answer for Ben")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.own")).to_have_count(0)
    await page.get_by_role("button", name="Back to the chats").click()
    await chat(page, "Deckhand").click()
    await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


async def test_a_start_link_leads_where_it_says(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """As the answer to a tap in the group it opens the private chat and brings its payload, and one for groups asks."""
    page = await open_page()
    await chat(page, "Study group").click()
    await write(page, "/quiz")
    await page.get_by_role("button", name="Privately", exact=True).click()
    await expect(page.locator("#chat-title")).to_have_text("Deckhand")
    await expect(page.locator(".message").last).to_contain_text("Welcome turn_17")
    assert words(bot.heard[-1]) == "/start turn_17"
    anna = next(iter(playground.world.people.values()))
    link = "https://t.me/deckhand_bot?startgroup=deck_rivers"
    playground.world.post(
        playground.world.private_chat(anna), playground.world.bot, text=link, entities=(Entity("url", 0, len(link)),)
    )
    await page.get_by_role("link", name=link).click()
    await page.locator("#forward").get_by_text("Study group").click()
    await expect(page.locator("#chat-title")).to_have_text("Study group")
    await expect(page.locator(".message.own").last).to_contain_text("/start@deckhand_bot deck_rivers")


async def test_the_clock_has_buttons(open_page: Open, bot: LittleBot) -> None:
    """An hour, a day, and to the push that the bot names; the phone's clock is the browser's zone."""
    page = await open_page()
    await chat(page, "Deckhand").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message.other")).to_contain_text("Welcome")
    clock, date = page.locator("#world-time"), page.locator("#world-date")
    await expect(clock).to_have_text("20:05")
    await page.get_by_role("button", name="+1 hour").click()
    await expect(clock).to_have_text("21:05")
    await page.get_by_role("button", name="+1 day").click()
    await expect(date).to_have_text("Tue 4 Aug")
    await page.get_by_role("button", name="To the next push").click()
    await expect(page.locator(".toast")).to_contain_text("No push is planned.")
    bot.push_at = datetime(2026, 8, 5, 5, 30, tzinfo=UTC)
    await page.get_by_role("button", name="To the next push").click()
    await expect(page.locator(".message").last).to_contain_text("12 due")
    await expect(clock).to_have_text("07:30")
    await expect(date).to_have_text("Wed 5 Aug")


async def test_days_part_the_messages(open_page: Open) -> None:
    """A message of the next day stands under its day, with the world's time."""
    page = await open_page()
    await begun(page)
    await expect(page.locator(".pill")).to_have_text(["Today"])
    await page.get_by_role("button", name="+1 day").click()
    await write(page, "/quiet")
    await expect(page.locator(".pill")).to_have_text(["Yesterday", "Today"])
    stamp = page.locator(".message").last.locator(".stamp")
    await expect(stamp).to_contain_text("20:05")
    await expect(stamp.get_by_label("sent without a sound")).to_be_visible()


async def test_what_a_dropped_bot_missed_waits_for_it(open_page: Open, bot: LittleBot) -> None:
    """A tapped button turns while the bot is down, and is answered when it runs again."""
    page = await open_page()
    await begun(page)
    await page.get_by_role("button", name="Drop the bot").click()
    await expect(page.locator("#bot-state")).to_have_text("Bot is down")
    await page.get_by_role("button", name="Easy · 8d").click()
    await expect(page.get_by_role("button", name="Easy · 8d")).to_have_attribute("aria-busy", "true")
    await page.get_by_role("button", name="Start it again").click()
    await expect(page.locator(".toast")).to_have_text("Easy · 8d it is")
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    assert bot.running


async def test_the_page_finds_a_server_that_was_away(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """When the server comes back, the page comes back by itself and shows what was said meanwhile."""
    page = await open_page()
    await begun(page)
    port = int(playground.base_url.rsplit(":", 1)[1])
    await bot.drop()
    await playground.stop()
    await expect(page.locator("#lost")).to_be_visible()
    anna = next(iter(playground.world.people))
    playground.world.post(playground.world.chats[anna], playground.world.bot, text="Said in between")
    await playground.start(port)
    await bot.start()
    await expect(page.locator(".message").last).to_contain_text("Said in between")
    await expect(page.locator("#lost")).to_be_hidden()


async def test_another_chat_counts_what_was_not_read(open_page: Open, playground: Playground) -> None:
    """A message in a chat that is not open is counted there and in the title, until it is opened."""
    page = await open_page()
    await begun(page)
    world = playground.world
    group = next(chat for chat in world.chats.values() if chat.kind == "group")
    ben = list(world.people.values())[1]
    for text in ("one", "two"):
        world.post(group, ben, text=text)
    await expect(page.locator("#back-count")).to_have_text("2")
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await page.get_by_role("button", name="Back to the chats").click()
    entry = chat(page, "Study group")
    await expect(entry).to_contain_text("2 new messages")
    await entry.click()
    await expect(page).to_have_title(re.compile(r"^Deckhand"))


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


async def test_a_private_answer_is_on_one_phone_of_three(open_page: Open, playground: Playground) -> None:
    """Where there is room three members sit side by side: one sees the answer, marked, and its alert; two the card."""
    page = await open_page(TABLE)
    phones = page.locator(".phone")
    await expect(page.locator(".owner")).to_have_text(["Anna’s phone", "Ben’s phone", "Cleo’s phone"])
    for number in range(3):
        await phones.nth(number).locator("#chat-list button, [id^=chat-list-] button", has_text="Study group").click()
    await page.locator("#words").fill("/flip")
    await page.keyboard.press("Enter")
    ben = phones.nth(1)
    await ben.get_by_role("button", name="Show answer", exact=True).click()
    await expect(ben.locator(".message.only .words")).to_contain_text("For Ben")
    await expect(ben.locator(".secret")).to_have_text("Only you see this")
    await expect(page.locator(".message.only")).to_have_count(1)
    await expect(page.get_by_role("button", name="Show answer", exact=True)).to_have_count(2)
    await ben.get_by_role("button", name="Alert", exact=True).click()
    await expect(ben.locator("dialog p")).to_have_text("Line one\nline two")
    await expect(page.locator("dialog[open]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    playground.world.lose(list(playground.world.people)[1])
    await expect(page.get_by_role("button", name="Show answer", exact=True)).to_have_count(3)
    await page.get_by_role("button", name="Three phones").click()
    await expect(page.locator(".phone:visible")).to_have_count(1)
    await expect(page.locator("#chat-title")).to_have_text("Study group")


async def test_an_older_server_shows_it_to_all(open_page: Open, playground: Playground) -> None:
    """The bar says what the server knows; with less, what was meant for one comes to everybody."""
    page = await open_page()
    await page.get_by_label("What the server knows").select_option("10.2")
    await chat(page, "Study group").click()
    await write(page, "/flip")
    assert playground.server == "10.2"
    await page.get_by_role("button", name="Show answer", exact=True).click()
    await expect(page.locator(".message").last).to_contain_text("For Anna")
    await page.locator("#who-in-chat").get_by_label("Cleo").check()
    await expect(page.locator(".message").last).to_contain_text("For Anna")
    await expect(page.locator(".message.only")).to_have_count(0)


async def test_a_group_gets_topics(open_page: Open) -> None:
    """Its owner opens one, what is said there stays there, and who may not write in a closed one sees why."""
    page = await open_page()
    await chat(page, "Study group").click()
    await page.get_by_role("button", name="Topics", exact=True).click()
    await page.keyboard.type("Verbs")
    await page.keyboard.press("Enter")
    verbs = page.get_by_role("button", name="Verbs", exact=True)
    await expect(verbs).to_have_attribute("aria-pressed", "true")
    await write(page, "/flip")
    await expect(page.locator(".message").last).to_contain_text("Flip")
    await page.get_by_role("button", name="Close the topic Verbs").click()
    await expect(page.get_by_role("button", name="Reopen the topic Verbs")).to_be_visible()
    await page.get_by_role("button", name="General", exact=True).click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.locator(".pill")).to_contain_text(["Today", "Anna created the group", "Anna added Deckhand"])
    await page.locator("#who-in-chat").get_by_label("Ben").check()
    await page.get_by_role("button", name="Verbs, closed").click()
    await expect(page.locator("#shut")).to_have_text("This topic is closed.")
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


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


async def test_what_the_bot_finds_is_sent_in_any_chat(open_page: Open) -> None:
    """Words behind its name show what it found; a tap sends that, and it says by way of whom."""
    page = await open_page()
    await chat(page, "Study group").click()
    await page.get_by_label("Message", exact=True).fill("@deckhand_bot Norway")
    await page.locator("#found").get_by_role("button", name="Norway").click()
    await expect(page.locator(".message.own").last).to_contain_text("via @deckhand_bot")
    await expect(page.locator(".message.own").last).to_contain_text("Norway: Oslo")
    await expect(page.locator("#found")).to_be_hidden()
