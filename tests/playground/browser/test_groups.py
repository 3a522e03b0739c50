"""A group on the page: its members take turns, and some things one alone sees."""

import pytest
from playwright.async_api import Route, expect

from bot.playground import acts, topics
from bot.playground.server import Playground
from bot.playground.values import Entity
from bot.playground.world import FIRST_SUPERGROUP_ID
from tests.playground.browser.behind import TABLE, Open, chat, write
from tests.playground.little_bot import LittleBot, words

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


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


async def test_a_chat_of_which_the_page_does_not_know_yet_stays_open(open_page: Open, playground: Playground) -> None:
    """Where the answer to a new topic comes before the news of its supergroup, the page waits for that in the chat."""
    page = await open_page()
    await chat(page, "Study group").click()

    async def answer(route: Route) -> None:
        await route.fulfill(json={"chat": FIRST_SUPERGROUP_ID, "topic": 2})

    await page.route("**/page/act/topic", answer)
    await page.get_by_role("button", name="Topics", exact=True).click()
    await page.keyboard.type("Verbs")
    async with page.expect_response("**/page/act/topic"):
        await page.keyboard.press("Enter")
    await expect(page.locator("#composer")).to_be_hidden()
    await expect(page.locator("#chat")).to_be_visible()
    world = playground.world
    group = next(each for each in world.chats.values() if each.kind == "group")
    supergroup, _ = acts.migrate(world, group)
    topics.open_forum(world, supergroup)
    topics.create(world, next(iter(world.people.values())), supergroup, "Verbs")
    await expect(page.get_by_role("button", name="Verbs", exact=True)).to_have_attribute("aria-pressed", "true")
    await page.unroute("**/page/act/topic")


async def test_what_the_bot_finds_is_sent_in_any_chat(open_page: Open) -> None:
    """Words behind its name show what it found; a tap sends that, and it says by way of whom."""
    page = await open_page()
    await chat(page, "Study group").click()
    await page.get_by_label("Message", exact=True).fill("@deckhand_bot Norway")
    await page.locator("#found").get_by_role("button", name="Norway").click()
    await expect(page.locator(".message.own").last).to_contain_text("via @deckhand_bot")
    await expect(page.locator(".message.own").last).to_contain_text("Norway: Oslo")
    await expect(page.locator("#found")).to_be_hidden()
