"""The bot's name and words typed in any chat: cards of one's own, of which one is sent there."""

import asyncio
from collections.abc import Sequence
from typing import Any

import telegram

from bot.chat.artist import Artist
from bot.chat.calls import Manner, Refused
from bot.chat.finding_screens import line, whole
from bot.chat.indexing import mended
from bot.chat.pace import NOBODY
from bot.chat.parcels import Parcel
from bot.chat.plain import MOST_OF_A_TEXT
from bot.chat.request import ask
from bot.chat.talk import Context
from bot.storage.cards import StoredCard
from bot.tutor import finding
from bot.tutor.finding import Found

# What the start link of an answer without cards carries.
START = "inline"
A_PAGE = 20
MOST_OF_A_TITLE = 60
MOST_OF_A_DESCRIPTION = 100
# What a message's text has besides its words.
_LOOKS = ("entities", "link_preview_options")
_BEHIND: Found | None = Found(behind=True)


async def on_query(c: Context, query: telegram.InlineQuery) -> None:
    """What they look for among their cards; with no words yet, what they studied last."""
    words, skip = " ".join(query.query.split()), _skipped(query.offset)
    learner_id = query.from_user.id

    async def look() -> Found | None:
        if words:
            return await c.see(finding.find, learner_id, words, skip, A_PAGE)
        return await c.see(finding.studied_last, learner_id, skip, A_PAGE)

    found = await mended(c, look, _BEHIND)
    if found is None:
        await _answer(c, query, [], button=c.say.inline_start)
    elif found.cards or skip:
        onward = str(skip + A_PAGE) if found.more else ""
        # A card may be long: others go on meanwhile.
        results = await asyncio.to_thread(_results, c.artist, found.cards)
        await _answer(c, query, results, onward)
    else:
        some = found.behind or found.among
        await _answer(c, query, [], button=c.say.inline_nothing if some else c.say.inline_no_cards)


async def refuse(c: Context, query: telegram.InlineQuery) -> None:
    """Nothing, for somebody whom the bot does not serve."""
    await _answer(c, query, [])


def _skipped(offset: str) -> int:
    """How many results came before; what a client invents is the beginning."""
    return int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 6 else 0


def _results(artist: Artist, cards: Sequence[StoredCard]) -> list[dict[str, Any]]:
    return [_result(artist, card) for card in cards]


def _result(artist: Artist, card: StoredCard) -> dict[str, Any]:
    shown = Parcel(whole(artist, card, MOST_OF_A_TEXT)).fields
    content = {"message_text": shown["text"], **{name: shown[name] for name in _LOOKS if shown[name] is not None}}
    described = line(artist, card.back, MOST_OF_A_DESCRIPTION) if card.back else ""
    return {
        "type": "article",
        "id": str(card.card_id),
        "title": line(artist, card.front, MOST_OF_A_TITLE),
        "input_message_content": content,
        **({"description": described} if described else {}),
    }


async def _answer(
    c: Context, query: telegram.InlineQuery, results: list[dict[str, Any]], onward: str = "", *, button: str = ""
) -> None:
    told = {
        "inline_query_id": query.id,
        "results": results,
        # Nobody else sees what was found for one, and the next time it may be another card.
        "cache_time": 0,
        "is_personal": True,
        "next_offset": onward,
        "button": {"text": button, "start_parameter": START} if button else None,
    }

    async def answer(_: int) -> object:
        return await ask(c.bot, "answerInlineQuery", told)

    try:
        await c.outbox.calls.make(NOBODY, "answer to an inline query", answer, Manner(repeat=True))
    except Refused:
        # It waited too long or was not taken, and the log has it; who types on asks anew.
        return
