"""What drawing a card needs, and what all screens are made of."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bot.chat import buttons, rich
from bot.chat.plain import MOST_OF_A_TEXT, Page, Sheet, Text, draw
from bot.chat.plain_blocks import once
from bot.chat.screens import Button, Screen
from bot.chat.texts import English
from bot.decks.content import Block, Content, Paragraph, Picture, Run, Sound, walk
from bot.decks.media import changed, told_name
from bot.storage.cards import StoredCard
from bot.study.intervals import Answer
from bot.study.memory import Grade
from bot.tutor import sounding

Part = Content | Text


class Artist(Struct, frozen=True):
    """What drawing needs besides the view: the words, where pictures lie, and where those of formulas do."""

    say: English
    picture: Callable[[str, str], Path | None]
    sheet: Sheet
    sound: Callable[[str, str], Path | None]

    def pages(
        self, parts: Sequence[Part], deck_file: str = "", most: int = MOST_OF_A_TEXT, *, asking: bool = False
    ) -> tuple[Page, ...]:
        """The parts as pages. `asking`: the back is not among them, so the front's pictures keep their names."""
        shown = [part for part in parts if part != Text("")]
        return draw(
            shown, lambda name: self.picture(deck_file, name), most, asking=asking, sheet=self.sheet, say=self.say
        )

    def card(self, parts: Sequence[Part], card: StoredCard, *, asking: bool) -> Screen:
        """A card with what stands around it, as pages and, where that shows more, as one rich message."""
        shown = [part for part in parts if part != Text("")]
        find = once(lambda name: self.picture(card.deck_file, name))
        pages = draw(shown, find, asking=asking, sheet=self.sheet, say=self.say)
        contents = [part for part in shown if not isinstance(part, Text)]
        if not rich.gains(contents, find, pages):
            return Screen(pages)
        return Screen(pages, rich=rich.draw(shown, find, asking=asking, say=self.say, card_id=card.card_id))

    def heard(self, content: Content, card: StoredCard, *, asking: bool) -> Content:
        """The content, in which recordings that are not there or are none are told as missing."""
        if not any(isinstance(block, Sound) for block in walk(content)):
            return content

        def told(block: Picture | Sound) -> Block:
            if isinstance(block, Picture) or self.sound(card.deck_file, block.name) is not None:
                return block
            return Paragraph((Run(self.say.sound_missing("" if asking else told_name(block.name))),))

        return changed(content, told)


def row(*shown: Button | None) -> tuple[Button, ...]:
    return tuple(button for button in shown if button is not None)


def tap(text: str, carried: buttons.Tap) -> Button:
    return Button(text, carried.pack())


def to_hear(artist: Artist, card: StoredCard) -> Button | None:
    """The button on a page that shows both sides, where there is something to be heard in them."""
    names = sounding.all_in((*card.front, *card.back))
    found = any(artist.sound(card.deck_file, name) is not None for name in names)
    return tap(artist.say.hear, buttons.Hear(card.card_id)) if found else None


def leaf(artist: Artist, turn_id: int, page: int, pages: Sequence[Page]) -> tuple[tuple[Button, ...], ...]:
    """The row that leafs through a card too long for one message."""
    if len(pages) < 2:
        return ()
    following = (page + 1) % len(pages)
    return ((tap(artist.say.more(following + 1, len(pages)), buttons.Leaf(turn_id, following)),),)


def grade_rows(
    artist: Artist, answers: Mapping[Grade, Answer], carried: Callable[[Grade], buttons.Tap]
) -> tuple[tuple[Button, ...], ...]:
    """The four grades, two by two, so that their words are never cut on a narrow phone."""
    four = [tap(artist.say.grade_button(grade, answers.get(grade)), carried(grade)) for grade in Grade]
    return (four[0], four[1]), (four[2], four[3])


def sides(artist: Artist, card: StoredCard, shown: bool) -> list[Part]:
    """The front and, when shown, the back under a thin line."""
    if not shown or not card.back:
        return [artist.heard(card.front, card, asking=not shown)]
    front, back = (artist.heard(side, card, asking=False) for side in (card.front, card.back))
    return [front, Text(artist.say.line), back]
