"""/find: cards with these words, each opens its page."""

import functools

import telegram

from bot.chat import buttons, finding_screens
from bot.chat.indexing import mended
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who, words_after_command
from bot.decks.terms import LONGEST_ASKED
from bot.storage.turns import Message
from bot.tutor import card_page, finding
from bot.tutor.finding import Found
from bot.tutor.outcomes import Outcome

# Nobody leafs farther.
_MOST_PAGES = 1000
_BEHIND: Found | None = Found(behind=True)


async def on_find(c: Context, update: telegram.Update) -> None:
    """/find, alone or with words."""
    words = words_after_command(update)
    if words:
        await _look_for(c, update, " ".join(words))
    else:
        await _ask(c, update)


async def on_words(c: Context, update: telegram.Update) -> bool:
    """Whether what was typed was asked for, to be looked for."""
    typed = (update.effective_message.text if update.effective_message else None) or ""
    if not typed or not await c.do(finding.was_asked, who(update)):
        return False
    await _look_for(c, update, " ".join(typed.split()))
    return True


async def _ask(c: Context, update: telegram.Update) -> None:
    known = await c.do(finding.ask, who(update))
    await c.tell(update, c.say.find_what if known else c.say.known_no_more)


async def _look_for(c: Context, update: telegram.Update, words: str) -> None:
    if not await c.do(finding.here, who(update)):
        await c.tell(update, c.say.known_no_more)
        return
    await c.outbox.send(who(update).chat_id, await _page(c, update, _shortened(words), 0))


def _shortened(words: str) -> str:
    """What counts of it, so that every page of what is found is of the same words."""
    return words[:LONGEST_ASKED].strip()


async def _page(c: Context, update: telegram.Update, words: str, page: int) -> Screen:
    most = finding_screens.A_PAGE
    learner_id = who(update).learner_id

    async def look() -> Found | None:
        return await c.see(finding.find, learner_id, words, page * most, most, counts=True)

    found = await mended(c, look, _BEHIND) or Found()
    if page and not found.cards:
        # What stood there was taken out meanwhile.
        return await _page(c, update, words, 0)
    return finding_screens.found(c.artist, learner_id, words, found, page)


async def on_find_at(c: Context, update: telegram.Update, tap: buttons.FindAt) -> None:
    """Another page of what was found; -1: something else is to be looked for."""
    where = tapped_message(update)
    if tap.page < 0:
        await c.answer(update, Outcome())
        await _ask(c, update)
        return
    words = _words_of(update)
    assert update.callback_query is not None, "only taps come here"
    if not words:
        await c.outbox.toast(update.callback_query.id, c.say.find_lost)
        return
    await c.do(finding.here, who(update))
    await c.answered(update, functools.partial(_draw, c, update, words, min(tap.page, _MOST_PAGES), where))


async def _draw(c: Context, update: telegram.Update, words: str, page: int, where: Message) -> None:
    screen = await _page(c, update, words, page)
    await c.outbox.edit(who(update).chat_id, where.message_id, where.media, screen)


def _words_of(update: telegram.Update) -> str:
    """What was looked for, as it stands in the tapped message; empty if it is not there or can be read no more."""
    assert update.callback_query is not None, "only taps come here"
    message = update.callback_query.message
    if not isinstance(message, telegram.Message) or not message.text:
        return ""
    return finding_screens.words_in(list(message.parse_entities(["bold"]).values()))


async def on_found(c: Context, update: telegram.Update, tap: buttons.FoundCard) -> None:
    """A card's page, below what was found."""
    await c.answer(update, await c.do(card_page.page, who(update), tap.card_id, None))


COMMANDS = (Command("find", "cards with these words: /find mitochondria", private=True, group=False, run=on_find),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.FindAt: on_find_at, buttons.FoundCard: on_found}
