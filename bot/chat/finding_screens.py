"""What was found as a screen, and a card as a line."""

from collections.abc import Sequence

from bot.chat import buttons
from bot.chat.page_screens import by, text
from bot.chat.pages import units
from bot.chat.plain import Entity, Page, Text, draw
from bot.chat.screens import Screen
from bot.chat.turn_screens import Artist, row, sides, tap
from bot.chat.unlinked import BREAK, unlinked
from bot.decks.content import Content
from bot.storage.cards import StoredCard
from bot.tutor.finding import Found

A_PAGE = 8
# What a button of a narrow phone shows of a front.
MOST_OF_A_BUTTON = 34
# Blocks of a side that a line is taken from.
_BLOCKS = 3
_LOOK = "bold"


def found(artist: Artist, words: str, found: Found, page: int) -> Screen:
    """A page of what was found, or that there is nothing and where it was looked for.

    The words stand in the message, in bold, and are read from there for the next page.
    """
    say = artist.say
    again = row(tap(say.find_again, buttons.FindAt(-1)))
    if not found.words:
        return text(artist, say.find_no_word, (again,))
    if not found.cards:
        if not found.behind and not found.among[1]:
            return text(artist, say.find_no_cards, (row(tap(say.decks_button, buttons.Decks())),))
        below = say.find_behind if found.behind else say.find_among(*found.among)
        return Screen((Page(_with_words(say.find_nothing, words, f".\n{below}")),), (again,))
    first = page * A_PAGE + 1
    last = first + len(found.cards) - 1
    head = say.found_few(last) if first == 1 and not found.more else say.found_many(first, last)
    cards = [tap(line(artist, card.front, MOST_OF_A_BUTTON), buttons.FoundCard(card.card_id)) for card in found.cards]
    leafing = row(
        tap(say.find_back, buttons.FindAt(page - 1)) if page else None,
        tap(say.find_onward, buttons.FindAt(page + 1)) if found.more else None,
    )
    below = f"\n{say.find_behind}" if found.behind else ""
    return Screen((Page(_with_words(head, words, below)),), (*by(1, cards), *((leafing,) if leafing else ())))


def _with_words(before: str, words: str, below: str) -> Text:
    shown = unlinked(words)
    return Text(f"{before}{shown}{below}", (Entity(_LOOK, units(before), units(shown)),))


def words_in(shown: Sequence[str]) -> str:
    """What was looked for, out of the bold parts of a page's text; empty if it is no such page."""
    return shown[0].replace(BREAK, "") if len(shown) == 1 else ""


def line(artist: Artist, side: Content, most: int) -> str:
    """The first words of a side."""
    pages = draw([side[:_BLOCKS]], lambda _: None, say=artist.say)
    words = " ".join(pages[0].text.text.replace(BREAK, "").split()) if pages else ""
    if not words:
        return artist.say.find_untitled
    if len(words) <= most:
        return words
    # At the end of a word, where there is one not too far away.
    at = words.rfind(" ", most * 2 // 3, most)
    return f"{words[: at if at > 0 else most - 1].rstrip()}…"


def whole(artist: Artist, card: StoredCard, most: int) -> Text:
    """Both sides as one text for somebody else's chat: what is too long for a message ends with three dots."""
    pages = draw(sides(artist, card, True), lambda _: None, most - len("\n…"), say=artist.say)
    if not pages:
        return Text(artist.say.find_untitled)
    shown = pages[0].text
    return shown if len(pages) == 1 else Text(f"{shown.text}\n…", shown.entities)
