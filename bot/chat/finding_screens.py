"""What was found as a screen, and a card as a line."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.page_screens import by, text
from bot.chat.pages import units
from bot.chat.plain import Entity, Page, Text, draw
from bot.chat.screens import Screen
from bot.chat.turn_screens import Artist, Part, row, tap
from bot.chat.unlinked import BREAK, unlinked
from bot.decks.content import Block, Content, Hint, Paragraph, Picture, Points, Quote, Run, Sound
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
    anew = (row(tap(say.find_look_again, buttons.FindAt(page))),) if found.behind else ()
    if not found.words:
        return text(artist, say.find_no_word, (again,))
    if not found.cards:
        if not found.behind and not found.among:
            return text(artist, say.find_no_cards, (row(tap(say.decks_button, buttons.Decks())),))
        below = say.find_behind if found.behind else say.find_among(found.among)
        return Screen((Page(_with_words(say.find_nothing, words, f".\n{below}")),), (*anew, again))
    first = page * A_PAGE + 1
    last = first + len(found.cards) - 1
    head = say.found_few(last) if first == 1 and not found.more else say.found_many(first, last, found.number)
    cards = [tap(line(artist, card.front, MOST_OF_A_BUTTON), buttons.FoundCard(card.card_id)) for card in found.cards]
    leafing = row(
        tap(say.find_back, buttons.FindAt(page - 1)) if page else None,
        tap(say.find_onward, buttons.FindAt(page + 1)) if found.more else None,
    )
    below = f"\n{say.find_behind}" if found.behind else ""
    return Screen((Page(_with_words(head, words, below)),), (*by(1, cards), *((leafing,) if leafing else ()), *anew))


def _with_words(before: str, words: str, below: str) -> Text:
    shown = unlinked(words)
    return Text(f"{before}{shown}{below}", (Entity(_LOOK, units(before), units(shown)),))


def words_in(shown: Sequence[str]) -> str:
    """What was looked for, out of the bold parts of a page's text; empty if it is no such page."""
    return shown[0].replace(BREAK, "") if len(shown) == 1 else ""


def line(artist: Artist, side: Content, most: int) -> str:
    """The first words of a side, without what is folded away in it."""
    pages = draw([_in_words(artist, _unfolded(side)[:_BLOCKS])], lambda _: None, say=artist.say)
    words = " ".join(pages[0].text.text.replace(BREAK, "").split()) if pages else ""
    if not words:
        return artist.say.find_untitled
    if len(words) <= most:
        return words
    # At the end of a word, where there is one not too far away.
    at = words.rfind(" ", most * 2 // 3, most)
    return f"{words[: at if at > 0 else most - 1].rstrip()}…"


def _unfolded(content: Content) -> Content:
    return tuple([_without_hints(block) for block in content if not isinstance(block, Hint)])


def _without_hints(block: Block) -> Block:
    match block:
        case Points(items):
            return replace(block, items=tuple(map(_unfolded, items)))
        case Quote(inner):
            return replace(block, content=_unfolded(inner))
        case _:
            return block


def whole(artist: Artist, card: StoredCard, most: int) -> Text:
    """Both sides as one text for somebody else's chat: what is too long for a message ends with three dots."""
    parts: list[Part] = [_in_words(artist, card.front)]
    if card.back:
        parts += [Text(artist.say.line), _in_words(artist, card.back)]
    pages = draw(parts, lambda _: None, most - len("\n…"), say=artist.say)
    if not pages:
        return Text(artist.say.find_untitled)
    shown = pages[0].text
    return shown if len(pages) == 1 else Text(f"{shown.text}\n…", shown.entities)


def _in_words(artist: Artist, content: Content) -> Content:
    """The content with words for pictures and recordings, which do not come along."""
    return tuple([_block_in_words(artist, block) for block in content])


def _block_in_words(artist: Artist, block: Block) -> Block:
    match block:
        case Picture(_, alt):
            return Paragraph((Run(artist.say.picture_elsewhere(alt)),))
        case Sound():
            return Paragraph((Run(artist.say.sound_elsewhere),))
        case Points(items):
            return replace(block, items=tuple([_in_words(artist, item) for item in items]))
        case Quote(inner) | Hint(inner):
            return replace(block, content=_in_words(artist, inner))
        case _:
            return block
