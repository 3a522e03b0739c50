"""A side of a card typed anew, as screens."""

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.turn_screens import Artist, Part, sides, tap
from bot.chat.unlinked import unlinked
from bot.decks.content import (
    Block,
    Content,
    Displayed,
    Formula,
    Heading,
    Inline,
    Paragraph,
    Picture,
    Points,
    Sound,
    pictures,
    words,
)
from bot.tutor.card_views import AskSideView, AskWhichView, EditedView

# What Telegram lets a button copy.
_MOST_COPIED = 256


def which(artist: Artist, view: AskWhichView) -> Screen:
    """The card as far as it may be seen, and its sides to choose from."""
    say, card_id = artist.say, view.card.card_id
    parts: list[Part] = [
        Text(unlinked(view.card.deck_name)),
        *sides(artist, view.card, view.shown),
        Text(say.ask_which),
    ]
    front, back, cancel = (
        tap(label, buttons.CardEdit(card_id, view.turn_id, choice))
        for label, choice in ((say.side_front, "front"), (say.side_back, "back"), (say.edit_cancel, "cancel"))
    )
    return replace(artist.card(parts, view.card, asking=not view.shown), rows=((front, back), (cancel,)))


def ask(artist: Artist, view: AskSideView) -> Screen:
    """The side as it is, with a button that copies it where it is short enough for one."""
    say, card = artist.say, view.card
    now = card.front if view.side == "front" else card.back
    media = bool(pictures(now)) or any(isinstance(block, Sound) for block in now)
    screen = artist.card([Text(say.ask_edit(view.side, media)), now], card, asking=True)
    text = typed(now)
    copy = Button(say.copy_side, copy=text) if 0 < len(text) <= _MOST_COPIED else None
    cancel = tap(say.edit_cancel, buttons.CardEdit(card.card_id, view.turn_id, "cancel"))
    return replace(screen, rows=((copy, cancel) if copy else (cancel,),))


def edited(artist: Artist, view: EditedView) -> Screen:
    """The card as it will look, and whether it shall."""
    say, card_id = artist.say, view.card.card_id
    parts: list[Part] = [
        Text(unlinked(view.card.deck_name)),
        *sides(artist, view.card, view.shown),
        Text(say.will_look),
    ]
    save, again, cancel = (
        tap(label, buttons.CardEdit(card_id, view.turn_id, choice))
        for label, choice in ((say.save_edit, "save"), (say.edit_again, view.side), (say.edit_cancel, "cancel"))
    )
    return replace(artist.card(parts, view.card, asking=not view.shown), rows=((save,), (again, cancel)))


def typed(content: Content) -> str:
    """What somebody would type to say it again, without its looks and its media."""
    return "\n".join(filter(None, map(_typed, content)))


def _typed(block: Block) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return "".join(map(_piece, runs))
        case Displayed(text):
            return rf"\[{text}\]"
        case Picture() | Sound():
            return ""
        case Points(items):
            return "\n".join(f"- {typed(item)}" for item in items)
        case _:
            return words((block,))


def _piece(piece: Inline) -> str:
    return rf"\({piece.text}\)" if isinstance(piece, Formula) else piece.text
