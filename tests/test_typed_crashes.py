"""What was typed where it was asked for counts, also if the bot dies before it answers."""

from bot.playground.people import Somebody
from tests.habits import settles
from tests.people import BotHere, BotProcess, screen_of
from tests.test_crashes import lives_until
from tests.test_edit import RIVERS, river, stored
from tests.test_imports import done, sent


async def dies_answering(somebody: Somebody, words: str, bot: BotHere, process: BotProcess) -> None:
    """Words are typed, and the bot dies between what it made of them and its answer; then it is back."""
    await bot.stop()
    await process.start()
    process.dies_at("sendMessage", "before")
    assert process.process is not None
    assert not await lives_until(somebody, somebody.sends_unheard(words), process.process)
    await process.dead()
    await bot.start()


async def test_words_to_look_for_and_a_new_name(bot: BotHere, bot_process: BotProcess, anna: Somebody) -> None:
    """They are looked for, and are a name, when the bot is back; words behind them are neither."""
    await bot.start()
    await settles(anna)
    await anna.sends("/find")
    await dies_answering(anna, "oslo", bot, bot_process)
    assert anna.sees() == screen_of("1 card with oslo", "[What is the capital of Norway?]")
    assert not (await anna.sends("oslo")).text.startswith("1 card")


async def test_a_side_typed_anew(bot: BotHere, bot_process: BotProcess, anna: Somebody) -> None:
    """It is seen as it will look when the bot is back, and saved by a tap."""
    await bot.start()
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study", "⋯", "Edit", "Front side")
    await dies_answering(anna, "The longest river of all?", bot, bot_process)
    assert anna.sees().text.startswith("Rivers\n\nThe longest river of all?")
    await anna.taps("Save")
    assert stored(bot, river(bot))[0] == '["The longest river of all?", "Nile"]'
