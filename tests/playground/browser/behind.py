"""What the tests in a browser share: the little bot behind the page, and the first taps on it."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from playwright.async_api import Locator, Page, expect

from tests.playground.little_bot import LittleBot, Update, keys, words

START = datetime(2026, 8, 3, 18, 5, tzinfo=UTC)  # 20:05 in the browser's Berlin
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 800}
TABLE = {"width": 1400, "height": 860}  # room for three phones
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
