"""What was found as a screen, and a card as a line."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.alike import called
from bot.chat.artist import Artist, Part, row, tap
from bot.chat.names import of_deck
from bot.chat.page_screens import by, text
from bot.chat.pages import units
from bot.chat.plain import Entity, Page, Text, draw
from bot.chat.screens import Screen
from bot.chat.unlinked import BREAK, unlinked
from bot.decks import terms
from bot.decks.content import Block, Content, Hint, Paragraph, Picture, Points, Quote, Run, Sound
from bot.decks.terms import Term
from bot.storage.cards import StoredCard
from bot.tutor.finding import Found

A_PAGE = 8
# What a button of a narrow phone shows of a front.
MOST_OF_A_BUTTON = 34
# Of a deck's name behind it.
MOST_OF_A_DECK = 14
_BETWEEN = " · "
# Blocks of a side that a line is taken from.
_BLOCKS = 3
_LOOK = "bold"


def found(artist: Artist, learner_id: int, words: str, found: Found, page: int) -> Screen:
    """A page of what `learner_id` found, or that there is nothing and where it was looked for.

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
    labels = zip(_labels(artist, learner_id, found), found.cards, strict=True)
    cards = [tap(label, buttons.FoundCard(card.card_id)) for label, card in labels]
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


def _labels(artist: Artist, learner_id: int, found: Found) -> list[str]:
    """A line for each card that was found; where some read the same, from its beginning, or with the deck behind."""
    lines = [line(artist, card.front, MOST_OF_A_BUTTON, found.terms) for card in found.cards]
    alike = Counter((shown, card.deck_id) for shown, card in zip(lines, found.cards, strict=True))
    lines = [
        line(artist, card.front, MOST_OF_A_BUTTON) if alike[shown, card.deck_id] > 1 else shown
        for shown, card in zip(lines, found.cards, strict=True)
    ]
    apart = called(artist.say, found.there, learner_id)
    decks = {card.deck_id: apart.get(card.deck_id, of_deck(card.deck_name)) for card in found.cards}
    where: dict[str, set[int]] = {}
    for shown, card in zip(lines, found.cards, strict=True):
        where.setdefault(shown, set()).add(card.deck_id)

    def label(shown: str, card: StoredCard) -> str:
        if len(where[shown]) == 1:
            return shown
        room = MOST_OF_A_BUTTON - len(_BETWEEN)
        deck = _end(decks[card.deck_id], max(MOST_OF_A_DECK, room - len(shown)))
        return f"{line(artist, card.front, room - len(deck), found.terms)}{_BETWEEN}{deck}"

    return [label(shown, card) for shown, card in zip(lines, found.cards, strict=True)]


def _end(name: str, most: int) -> str:
    """The end of a deck's name, which tells apart what is below one name."""
    if len(name) <= most:
        return name
    end = name[1 - most :]
    # From the beginning of a word, where there is one not too far away.
    return f"…{end[end.find(' ', 0, most // 2) + 1 :]}"


def line(artist: Artist, side: Content, most: int, wanted: Sequence[Term] = ()) -> str:
    """The first words of a side, without what is folded away in it; or where it has what is wanted."""
    pages = draw([_in_words(artist, _unfolded(side)[:_BLOCKS])], lambda _: None, say=artist.say)
    words = " ".join(pages[0].text.text.replace(BREAK, "").split()) if pages else ""
    if not words:
        return artist.say.find_untitled
    if len(words) <= most:
        return words
    begun = _cut(words, most)
    places = terms.places(words, wanted)
    if not places or places[-1][1] < len(begun):
        return begun
    first, last = places[0][0], places[-1][1]
    # Both ends may need their dots.
    if last - first > most - 2:
        first, last = places[-1]
    room = max(0, most - 2 - (last - first))
    start = max(1, first - (room - min(room // 2, len(words) - last)))
    at = words.find(" ", start - 1, first)
    start = at + 1 if at > 0 else start
    return f"…{_cut(words[start:], most - 1)}"


def _cut(words: str, most: int) -> str:
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
