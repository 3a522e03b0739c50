"""Whom a deck of one's own is for: by a link, to edit it, a group, everybody; and what it says of itself."""

import pytest

from bot.playground.people import Somebody
from tests.notebook import notebook
from tests.people import BotHere, Group, screen_of
from tests.test_imports import GONE, RIVERS, done, sent


@pytest.fixture
async def owner(anna: Somebody) -> Somebody:
    """Anna, at the page of the rivers that she sent."""
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Rivers")
    return anna


def payload(somebody: Somebody) -> str:
    """What the link carries that somebody reads."""
    link = somebody.sees().text.split("?start=", 1)[1]
    return link.split("\n", 1)[0].strip()


def editors(bot: BotHere) -> list[int]:
    with notebook(bot) as db:
        return [row["learner_id"] for row in db.execute("select learner_id from editors").fetchall()]


async def test_a_deck_says_what_it_is_about(owner: Somebody, ben: Somebody) -> None:
    """What its owner typed stands on its page, for whoever has it; a long text is asked for again."""
    assert await owner.taps("Describe") == screen_of(
        "Type what Rivers is about, in a few lines. Whoever opens the deck reads it.", "[Back]"
    )
    assert (await owner.sends("x" * 501)).text.startswith("That is too long for a description.")
    shown = await owner.sends("Rivers of Europe,\n\n  and  one <b>more</b> /start")
    assert "Rivers of Europe,\nand one <b>more</b> /\u2060start" in shown.text
    await owner.taps("Share a link")
    await ben.sends(f"/start {payload(owner)}")
    await ben.sends("/decks")
    assert "Rivers of Europe," in (await ben.taps("✓ Rivers")).text
    assert "Describe" not in ben.sees().labels
    await owner.taps("Back", "Describe", "No description")
    assert "Europe" not in owner.sees().text


async def test_others_may_edit_by_a_link_of_its_own(
    bot: BotHere, owner: Somebody, ben: Somebody, cleo: Somebody
) -> None:
    """Whoever opens it has the deck and may edit it, until the owner alone does again; who only studies it may not."""
    await owner.taps("Share a link")
    await cleo.sends(f"/start {payload(owner)}")
    shown = await owner.taps("Let others edit")
    assert shown.text.startswith("Whoever opens this link may change the cards of Rivers")
    assert shown.text.endswith("Nobody else may edit it yet.")
    word = payload(owner)
    assert word.startswith("edit_")
    assert "Rivers" in (await ben.sends(f"/start {word}")).text
    assert editors(bot) == [ben.id]
    await ben.sends(f"/start {word}")
    await owner.sends(f"/start {word}")
    assert editors(bot) == [ben.id]
    assert "1 other person may edit it." in owner.sees().text
    await owner.taps("Share a link", "Let others edit", "Only I edit")
    assert editors(bot) == []
    await cleo.sends(f"/start {word}")
    assert "That deck is not here" in cleo.sees().text
    assert editors(bot) == []
    await ben.sends("/decks")
    assert "✓ Rivers · 3" in ben.sees().labels


async def test_a_group_gets_a_deck_from_its_administrators(owner: Somebody, ben: Somebody, group: Group) -> None:
    """The link asks for a group; there an administrator's counts, and everybody else reads why not."""
    await owner.taps("Share a link")
    word = payload(owner)
    url = next(button.url for line in owner.message().rows for button in line if button.text == "To a group")
    assert url == f"https://t.me/deckhand_bot?startgroup={word}"
    shown = await ben.sends(f"/start {word}", group)
    assert shown.text.startswith("Only an administrator can give this group a deck. One of them can do that by this")
    assert [[button.url for button in line] for line in group.message().rows] == [[url]], "it is no dead end"
    shown = await owner.sends(f"/start {word}", group)
    assert "✓ Rivers · 3" in shown.labels
    assert await owner.sends("/start deck_nowhere", group) == screen_of(GONE)
    assert "private" in (await owner.sends("/start", group)).text


async def test_who_runs_the_bot_offers_a_deck_to_everybody(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """Then all see it and its link says its name; offered no more, who has it keeps it. Nobody else can do so."""
    await owner.taps("Share a link")
    assert "Offer to everybody" not in owner.sees().labels
    await bot.stop()
    bot.extra["BOT_ADMINS"] = str(owner.id)
    await bot.start()
    await owner.taps("Back", "Share a link", "Offer to everybody")
    assert "Rivers · 3" in (await ben.sends("/start")).labels
    await owner.taps("Share a link")
    assert payload(owner) == "deck_rivers"
    await ben.sends("/start deck_rivers")
    await owner.taps("Offer no more")
    await ben.sends("/decks")
    assert "✓ Rivers · 3" in ben.sees().labels
    with notebook(bot) as db:
        assert db.execute("select audience from decks where name = 'Rivers'").fetchone()[0] == "private"


async def test_to_archive_what_others_have_is_asked_once(owner: Somebody, ben: Somebody, group: Group) -> None:
    """Who has it is counted, nobody named; archived, they read what became of it, and have it again with the deck."""
    await owner.taps("Share a link")
    word = payload(owner)
    await ben.sends(f"/start {word}")
    await owner.sends(f"/start {word}", group)
    await owner.taps("✓ Capitals", chat=group)
    page = await owner.taps("Back")
    asked = await owner.taps("Archive")
    assert asked == screen_of(
        "Rivers\n1 other and a group study it; it is taken from them as well, what they learned is kept.",
        "[Archive] [Back]",
    )
    assert await owner.taps("Back") == page
    assert "Rivers" in (await ben.sends("/quiz")).text
    assert (await owner.taps("Archive", "Archive")).text.startswith("Rivers\n3 cards, archived.")
    gone = "“Rivers” was archived by its owner; what you learned is kept."
    assert (await ben.sends("/quiz")).text.startswith(f"{gone} ")
    assert (await ben.sends("/quiz rivers")).text == f"{gone} These are here:"
    assert (await ben.sends("/quiz", group)).text.startswith(f"{gone}\n")
    assert (await owner.sends("/quiz")).text.startswith("You have no deck.")
    await owner.sends("/decks")
    await owner.taps("Rivers", "Bring back")
    assert "Rivers · 1/3" in (await ben.sends("/quiz")).text


async def test_who_comes_by_a_link_reads_what_this_is(owner: Somebody, ben: Somebody, cleo: Somebody) -> None:
    """Above the first card, with what the deck says of itself; who began before sees the card alone. The link that
    lets them edit says so above the deck's page.
    """
    await owner.taps("Describe")
    await owner.sends("Of Europe.")
    await owner.taps("Share a link")
    word = payload(owner)
    what = "Deckhand asks you cards shortly before you would forget them. A few taps a day are enough."
    assert (await ben.sends(f"/start {word}")).text.startswith(f"{what}\n\nOf Europe.\n\nRivers · 1/3\n\n")
    assert (await ben.sends(f"/start {word}")).text.startswith("Rivers · 1/3\n\n")
    await cleo.sends("/start")
    assert (await cleo.sends(f"/start {word}")).text.startswith("Rivers · 1/3\n\n")
    await owner.taps("Let others edit")
    edit = payload(owner)
    may = "You may edit “Rivers” now: ⋯ under a card, then Edit."
    assert (await cleo.sends(f"/start {edit}")).text.startswith(f"{may}\n\nRivers\n3 cards")
    assert may not in (await owner.sends(f"/start {edit}")).text
    dora = owner.playground.person("Dora")
    assert (await dora.sends(f"/start {edit}")).text.startswith(f"{what}\n\n{may}\n\nRivers\n3 cards")
