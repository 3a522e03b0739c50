"""Whatever goes wrong while a sent file is on its way: in the end it stands there what became of it."""

from typing import Any

from bot.playground import acts, files
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.notebook import notebook
from tests.people import BotHere, BotProcess, Screen, screen_of
from tests.test_crashes import lives_until
from tests.test_imports import NAME, RIVERS, done, sent

LOOKING = f"Looking into {NAME}…"
DRY_RUN = screen_of(f"{NAME}: 3 cards\n3 new\nFirst card: Longest river? → Nile", "[Import] [Cancel]")
IMPORTED = "Rivers is yours: 3 cards."
AWAY = {"status": 502, "description": "Bad Gateway"}


def of_file(somebody: Somebody) -> list[Screen]:
    """What stands in the chat since the file was sent."""
    screens = somebody.sees_all()
    return [screen for screen in screens if "ivers" in screen.text and "Capitals" not in screen.labels]


def imports(bot: BotHere) -> list[tuple[Any, ...]]:
    """The imports that wait, and whether it was told what they would do."""
    with notebook(bot) as db:
        return [tuple(row) for row in db.execute("select name, found is not null, told from imports")]


async def sent_until(somebody: Somebody, process: BotProcess) -> None:
    """Send the rivers and return when the bot has died."""
    world = somebody.playground.world
    file = files.taken(world, "rivers.txt", RIVERS.encode(), "document")
    update = acts.show(world, somebody.person, somebody.chat, file, "").update_id
    assert process.process is not None
    await lives_until(somebody, update, process.process)
    await process.dead()


async def test_the_answer_to_the_first_message_is_lost(bot: BotHere, anna: Somebody, playground: Playground) -> None:
    """The bot does not know which message says that it looks: what it found comes in another, once."""
    playground.faults.add("sendMessage", "after", "reset", chat_id=anna.id)
    assert await sent(anna, RIVERS, "rivers.txt") == DRY_RUN
    assert [screen.text for screen in of_file(anna)] == [LOOKING, DRY_RUN.text]
    assert imports(bot) == [("rivers.txt", 1, 1)]
    assert (await done(anna, "Import")).text.startswith(IMPORTED)
    assert imports(bot) == []


async def test_telegram_is_away_when_it_is_to_be_told(
    bot: BotHere, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """What was found, what cannot be read and what was imported is told as soon as Telegram is back, in its message."""

    async def is_away(*, then: str) -> None:
        """It is when the next message is to be changed, for some minutes."""
        fault = playground.faults.add("editMessageText", "before", "status", chat_id=anna.id, times=1000, **AWAY)
        if then == "taken":
            # What says that it begins is shown.
            fault.skip = 1

    async def is_back() -> None:
        await clock.advance(minutes=1)
        playground.faults.clear()
        await clock.advance(minutes=2)

    await is_away(then="looked into")
    assert (await sent(anna, RIVERS, "rivers.txt")).text == LOOKING
    await is_back()
    assert of_file(anna) == [DRY_RUN]
    await is_away(then="taken")
    assert (await done(anna, "Import")).text == f"Importing {NAME}…"
    await is_back()
    assert [screen.text.startswith(IMPORTED) for screen in of_file(anna)] == [True]
    await is_away(then="looked into")
    assert (await sent(anna, b"\0\1\2", "rivers.bin")).text.startswith("Looking into")
    await is_back()
    assert anna.sees().text.startswith("rivers.\u2060bin"), "why it cannot be read"
    playground.faults.add("getFile", "before", "status", **AWAY, times=1000)
    await is_away(then="looked into")
    await sent(anna, RIVERS + "River of Paris?;Seine\n", "rivers.txt")
    # Files are given again before messages are taken: whatever was to be told of the first try is out of date by then.
    playground.faults.clear()
    await is_away(then="looked into")
    for _ in range(2):
        await clock.advance(minutes=2)
    await is_back()
    assert anna.sees().text.startswith(f"{NAME}: 4 cards\n1 new"), "the file itself is fetched again"
    assert (await done(anna, "Cancel")).text == "Cancelled. Nothing was imported."
    assert imports(bot) == []


async def test_the_bot_ends_before_it_says_what_it_imported(
    bot: BotHere, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Its next life says so in the message that said how far it was, once; another file need not wait for that."""
    await sent(anna, RIVERS, "rivers.txt")
    away = playground.faults.add("editMessageText", "before", "status", chat_id=anna.id, times=1000, **AWAY)
    # What says that it begins is shown.
    away.skip = 1
    assert (await done(anna, "Import")).text == f"Importing {NAME}…"
    await anna.taps("Cancel")
    assert anna.toast == "It is in already."
    # What is tried again after a moment is.
    await clock.advance(seconds=2)
    await bot.stop()
    playground.faults.clear()
    await bot.start()
    await clock.advance(seconds=1)
    assert [screen.text.startswith(IMPORTED) for screen in of_file(anna)] == [True]
    assert imports(bot) == []
    await bot.restart()
    await clock.advance(minutes=1)
    assert len(of_file(anna)) == 1


async def test_killed_while_it_looks(bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock) -> None:
    """In the next life it looks again, and says in the same message what it found; so it does if it was killed before
    it could say that, and if the file comes twice as nobody knows that it came.
    """
    await bot.stop()
    for method, when in (("getFile", "before"), ("editMessageText", "before"), ("sendMessage", "before")):
        await bot_process.start()
        bot_process.dies_at(method, when, chat_id=None if method == "getFile" else anna.id)
        await sent_until(anna, bot_process)
        await bot.start()
        await clock.advance(seconds=1)
        assert of_file(anna) == [DRY_RUN]
        assert imports(bot) == [("rivers.txt", 1, 1)]
        assert await done(anna, "Cancel") == screen_of("Cancelled. Nothing was imported.")
        await bot.stop()
    await bot.start()
    await clock.advance(minutes=5)
    assert of_file(anna) == []


async def test_the_disk_fails_while_it_looks(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock
) -> None:
    """It looks again once something can be written."""
    await bot.stop()
    await bot_process.start()

    async def fails(_params: object) -> None:
        bot_process.disk_fails()

    anna.playground.faults.add("getFile", "before", "call", hook=fails)
    await sent(anna, RIVERS, "rivers.txt")
    await clock.advance(minutes=1)
    assert of_file(anna) != [DRY_RUN]
    bot_process.disk_works()
    await clock.advance(minutes=2)
    assert of_file(anna) == [DRY_RUN]
    assert imports(bot) == [("rivers.txt", 1, 1)]


async def test_killed_before_anything_was_imported(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock
) -> None:
    """What was tapped can be tapped again, in the same message."""
    await bot.stop()
    await bot_process.start()
    await sent(anna, RIVERS, "rivers.txt")
    bot_process.dies_at("getFile", "before")
    anna.taps_unheard("Import")
    await bot_process.dead()
    await bot.start()
    await clock.advance(seconds=1)
    assert of_file(anna) == [DRY_RUN]
    await done(anna, "Import")
    with notebook(bot) as db:
        assert db.execute("select count(*) from cards where deck_id = 2").fetchone()[0] == 3
