"""Whatever people send, they are answered with words or left in peace, and nothing is lost by it."""

from typing import Any

import pytest

from bot.playground import acts, wire
from bot.playground.clock import WorldClock
from bot.playground.people import Group, Somebody, heard
from bot.playground.server import Playground
from bot.playground.values import FileKind, Person
from tests.groups import FRANCE, asked
from tests.habits import settles
from tests.notebook import differences, log, notebook
from tests.people import BotHere, screen_of

TYPED = "I listen to taps and commands; /help lists them. Here is where we were."
TURN = "Capitals · 2/5\n\nWhat is the capital of Peru?"
FAULT = "notebook"
PARROTS = "🦜" * 4096
FAMILY = "👩‍👩‍👧‍👦" * 585  # 4095 characters
ODD_NAMES = (
    "",
    " ",
    "<b>*_[x](tg://user?id=1)",
    "\u202etxeN ni dnuof",
    "🦜" * 64,
    "two\nlines",
    "/forget",
    "\u2060",
    "Ａ\u0300" * 30,
)
FILE = {"file_id": "BQACAgIAAxkBAAIB", "file_unique_id": "AgAD"}
CAPTION = {"caption": "/forget", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 7}]}

# What a message may be, by the names of the Bot API.
CONTENTS: dict[str, dict[str, Any]] = {
    "voice": {"voice": FILE | {"duration": 3}},
    "voice with a caption": {"voice": FILE | {"duration": 3}, "caption": "Lima"},
    "audio": {"audio": FILE | {"duration": 3}},
    "video": {"video": FILE | {"width": 10, "height": 10, "duration": 3}} | CAPTION,
    "video note": {"video_note": FILE | {"length": 240, "duration": 3}},
    "animation": {"animation": FILE | {"width": 10, "height": 10, "duration": 3}, "document": FILE},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Lima?",
            "options": [{"persistent_id": str(number), "text": "a", "voter_count": 0} for number in range(2)],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "location": {"location": {"latitude": 52.5, "longitude": 13.4}},
    "venue": {
        "venue": {"location": {"latitude": 52.5, "longitude": 13.4}, "title": "Berlin", "address": "there"},
        "location": {"latitude": 52.5, "longitude": 13.4},
    },
    "contact": {"contact": {"phone_number": "+1", "first_name": "<b>"}},
    "game": {"game": {"title": "a", "description": "b", "photo": []}},
    "story": {"story": {"chat": {"id": 7, "type": "private", "first_name": ""}, "id": 1}},
    "checklist": {"checklist": {"title": "Lima", "tasks": [{"id": 1, "text": "learn"}]}},
    "giveaway": {"giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1}},
    "paid": {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
}
# What is told and said by nobody.
TOLD: dict[str, dict[str, Any]] = {
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    "background": {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}}},
    "access": {"write_access_allowed": {}},
    "not yet invented": {"hologram": {"depth": 3}},
}


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna in the middle of a session, with her second card before her."""
    await settles(anna)
    return anna


def is_asked_again(somebody: Somebody) -> bool:
    """Whether the helping line and the open turn stand in the newest message, and buttons in that one alone."""
    *before, now = somebody.sees_all()
    return now == screen_of(f"{TYPED}\n\n{TURN}", "[Show answer]") and not any(one.labels for one in before)


async def test_words_are_answered_with_the_open_turn(settled: Somebody) -> None:
    """Anything that is no command gets a helping line and the turn again, in one message with buttons."""
    words = ("hello", "Paris", "7:30", "Berlin", "@deckhand_bot hi", "<b>bold</b>", "/start@other_bot", "/", "//quiz")
    for text in (*words, "quiz", PARROTS, FAMILY, "\u202ehello", "a\x00b", "\ufeff", "x" * 4096):
        await settled.sends(text) if text.strip() else None
        assert is_asked_again(settled), text[:40]


async def test_what_is_no_text_is_answered_too(bot: BotHere, settled: Somebody) -> None:
    """A picture, a voice, a poll: no answer to a card, and no command, whatever is written below it."""
    world, entries = settled.playground.world, log(bot, settled)
    kinds: tuple[FileKind, ...] = ("photo", "voice", "sticker")
    for kind in kinds:
        file = world.store("cat.png", b"", "image/png", size=(10, 10), kind=kind)
        said = acts.show(world, settled.person, settled.chat, file, "/forget")
        await heard(settled.playground, said.update_id)
        assert is_asked_again(settled), kind
    for name, bears in CONTENTS.items():
        messages = len(settled.messages())
        await settled.gives(bears)
        assert len(settled.messages()) == messages + 1, name
        assert is_asked_again(settled), name
    assert log(bot, settled) == entries


async def test_what_nobody_said_is_not_answered(settled: Somebody) -> None:
    """What Telegram tells of a chat, or will tell one day, is no word of a person."""
    before = settled.sees_all()
    for name, bears in TOLD.items():
        await settled.gives(bears)
        assert settled.sees_all() == before, name


async def test_a_forward_proves_nothing(bot: BotHere, settled: Somebody, ben: Somebody) -> None:
    """A forwarded card has no buttons and no answer; a forwarded command does no more than the command itself."""
    world = settled.playground.world
    await ben.sends("/start")
    said = acts.forward(world, ben.person, ben.chat, settled.message())
    await heard(ben.playground, said.update_id)
    assert "Lima" not in ben.sees().text
    assert "You have no deck" in ben.sees().text
    mine = acts.say(world, settled.person, settled.chat, "/forget")
    await heard(ben.playground, mine.update_id)
    said = acts.forward(world, ben.person, ben.chat, mine.message)
    await heard(ben.playground, said.update_id)
    assert ben.sees().labels == ["Erase everything", "Keep it"]
    assert log(bot, settled) == [("learn", 4)]


async def test_an_edited_message_is_not_heard(bot: BotHere, settled: Somebody) -> None:
    """Who corrects a typed word gets no second answer, also where Telegram tells of it unasked."""
    await settled.sends("helo")
    mine = [message for message in settled.chat.messages.values() if message.sender is settled.person][-1]
    before, rows = settled.sees_all(), all_rows(bot)
    assert await settled.edits(mine, "/forget") == before[-1]
    await heard(settled.playground, acts.edit(settled.playground.world, mine, "/undo", early=True))
    assert (settled.sees_all(), all_rows(bot)) == (before, rows)


async def test_a_channel_is_not_served(bot: BotHere, playground: Playground, anna: Somebody) -> None:
    """A channel is no study group: the bot says nothing in one that it was added to, whatever is posted or tapped."""
    channel = playground.world.group("News", [anna.person], [anna.person], kind="channel", with_bot=False)
    rows, calls = all_rows(bot), len(playground.calls)
    await heard(playground, acts.promote_bot(playground.world, anna.person, channel))
    await heard(playground, acts.post(playground.world, channel, anna.person, "/quiz"))
    for data in ("gd:1:1:1", "gn", "o:main"):
        query = acts.tap(playground.world, anna.person, channel, 1, data)
        await heard(playground, query.update_id)
        assert anna.toast == "That button does not work any more. /help says what does."
    assert all_rows(bot) == rows
    assert {call.method for call in playground.calls[calls:]} <= {"getUpdates", "answerCallbackQuery"}


async def test_another_bot_in_private_is_not_answered(bot: BotHere, playground: Playground) -> None:
    """Two bots would talk for ever."""
    robo, rows = playground.person("Robo", "robo_bot", is_bot=True), all_rows(bot)
    for words in ("/start", "/quiz", "hello"):
        await robo.sends(words)
    assert robo.messages() == []
    assert all_rows(bot) == rows


async def test_long_words_where_words_are_asked_for(anna: Somebody, clock: WorldClock) -> None:
    """As an hour, a place, a deck or what a link carries: said to be none, in a message that Telegram takes."""
    assert (await anna.sends(f"/start {PARROTS}")).labels == ["Capitals · 5"]
    await anna.taps("Capitals", "Subscribe", "Show answer", "Easy")
    for words in (PARROTS, FAMILY, "9" * 4096, "1:" * 2048, "Ａ" * 4096, "\u0660" * 4096):
        assert (await anna.sends(words)).text.startswith("I did not find an hour in that."), words[:9]
    await anna.sends("7:30")
    for words in (PARROTS, FAMILY, "9" * 4096, "Europe/" * 585):
        assert (await anna.sends(words)).text.startswith("I do not know that place."), words[:9]
    await anna.sends("Berlin")
    await clock.advance(seconds=20)  # so many answers in one moment would wait for Telegram's pace
    assert (await anna.sends("/quiz " + "9" * 4090)).text.startswith("Capitals · 1/4"), "all there are"
    for words in (PARROTS, FAMILY, "Europe/" * 585, f"{PARROTS} 20", "९ ९", "1_0", "-1", "+20", "²"):
        shown = await anna.sends(f"/quiz {words}")
        assert shown.text.startswith("I know no deck called “"), words[:9]
        assert len(shown.text) < 150
    await clock.advance(seconds=20)
    for page, said in (("Hours", "hour"), ("Zone", "place")):
        await anna.sends("/settings")
        await anna.taps(page)
        assert said in (await anna.sends(PARROTS)).text, page
        assert anna.sees().labels, page
    assert not [one for one in anna.sees_all() if FAULT in one.text]


async def test_any_name_will_do(bot: BotHere, group: Group, playground: Playground, clock: WorldClock) -> None:
    """No name, markup, a name that is a command or runs from right to left: people study, and nobody reads it."""
    await playground.people["Anna"].sends("/quiz", group)
    for place, (name, language) in enumerate(
        zip(ODD_NAMES, ("", "xx", "de-AT", "zh-hans", "en", "e", "\u202e", "*", "ar"), strict=True)
    ):
        odd = playground.person(name, "" if place % 2 else f"odd_{place}", language)
        await group.adds(odd)
        await odd.sends("/start")
        await odd.taps("Capitals", "Show answer", "Good", "Not now")
        await odd.taps("Show answer", "Good", chat=group)
        assert odd.sees(group).text == "Good, back in 2 days.", name
        shown = "".join(str(one) for one in (*odd.sees_all(), *group.sees_all()))
        assert not name.strip() or name not in shown
        assert FAULT not in shown
        # The group's pace has a private answer for each of them.
        await clock.advance(minutes=1)
    assert differences(bot) == ()


async def test_moments_that_cannot_be(settled: Somebody) -> None:
    """A message from before Telegram, or from the next century, is answered as any other."""
    for sent_at in (1, 4_102_444_800):
        await settled.gives({}, text="hello", sent_at=sent_at)
        assert is_asked_again(settled), sent_at


async def test_who_blocks_the_bot_in_the_middle_finds_all_as_it_was(
    bot: BotHere, settled: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """A tap whose answer finds the bot blocked counts; who comes back goes on with the next card."""
    await settled.taps("Show answer")
    tapped = settled.taps_unheard("Good")
    blocked = acts.block(playground.world, settled.person)
    await heard(playground, tapped)
    await heard(playground, blocked)
    await clock.advance(hours=1)
    assert log(bot, settled) == [("learn", 4), ("learn", 3)]
    await settled.unblocks()
    assert "What is the capital of " in (await settled.sends("/quiz")).text
    assert differences(bot) == ()


async def test_a_group_hears_only_commands_of_people(
    bot: BotHere, group: Group, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """Other content, another bot's command, a post from the channel behind the group: not a word, not a row."""
    await group.promotes_bot(anna)
    before, rows = group.sees_all(), all_rows(bot)
    for bears in (*CONTENTS.values(), *TOLD.values(), AUTOMATIC):
        await ben.gives(bears, place=group)
    await ben.gives(AUTOMATIC, text="/quiz", place=group)
    for words in ("/quiz@another_bot", "what a day", "/unknown", "/start@another_bot deck_capitals", PARROTS):
        await ben.sends(words, group)
    mine = acts.say(playground.world, ben.person, group.chat, "hm").message
    await heard(playground, acts.edit(playground.world, mine, "/quiz", early=True))
    assert (group.sees_all(), all_rows(bot)) == (before, rows)
    assert await ben.sends("/quiz@Deckhand_Bot", group) == asked(FRANCE)


async def test_a_group_is_asked_back_in_a_few_words(group: Group, ben: Somebody) -> None:
    """A deck that nobody knows, as long as a message, leads to the decks that are there."""
    for words in (PARROTS, FAMILY):
        assert (await ben.sends(f"/quiz {words}", group)).labels == ["✓ Capitals · 5"], words[:9]


async def test_a_text_by_way_of_another_bot(group: Group, ben: Somebody) -> None:
    """Who lets another bot write for them has sent it all the same."""
    by_way = {"via_bot": wire.user(Person(99, "Other", "other_bot", is_bot=True))}
    assert await ben.gives(by_way, text="/quiz@deckhand_bot", place=group) == asked(FRANCE)


# A post of the channel behind a group, as Telegram brings it there.
AUTOMATIC = {
    "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
    "sender_chat": {"id": -1001555000111, "type": "channel", "title": "News"},
    "is_automatic_forward": True,
}


def all_rows(bot: BotHere) -> list[tuple[object, ...]]:
    """Every row of the database, but for which updates were done."""
    with notebook(bot) as db:
        tables = [row["name"] for row in db.execute("select name from sqlite_master where type = 'table'")]
        kept = [table for table in tables if table not in ("handled", "sqlite_sequence")]
        return [(table, *tuple(row)) for table in kept for row in db.execute(f"select * from {table}")]
