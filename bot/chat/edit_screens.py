"""A side of a card, or a field of its note, typed anew, as screens."""

from math import ceil
from textwrap import shorten

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.artist import Artist, Part, sides, tap
from bot.chat.names import of_deck
from bot.chat.page_screens import by
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
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
from bot.tutor.card_views import (
    AskFieldsView,
    AskFieldView,
    AskSideView,
    AskWhichView,
    EditedView,
    FieldEditedView,
)

# What Telegram lets a button copy.
_MOST_COPIED = 256
_MOST_FIELDS = 12
_MOST_OF_A_NAME = 40
# Two buttons stand beside each other.
_MOST_OF_A_LABEL = 24


def which(artist: Artist, view: AskWhichView) -> Screen:
    """The card as far as it may be seen, and its sides to choose from."""
    say, card_id = artist.say, view.card.card_id
    parts: list[Part] = [
        Text(unlinked(of_deck(view.card.deck_name))),
        *sides(artist, view.card, view.shown),
        Text(say.ask_which),
    ]
    front, back, cancel = (
        tap(label, buttons.CardEdit(card_id, view.turn_id, choice))
        for label, choice in ((say.front_side, "front"), (say.back_side, "back"), (say.edit_cancel, "cancel"))
    )
    return replace(artist.card(parts, view.card, asking=not view.shown), rows=((front, back), (cancel,)))


def ask(artist: Artist, view: AskSideView) -> Screen:
    """The side as it is, with a button that copies it where it is short enough for one."""
    say, card = artist.say, view.card
    now = card.front if view.side == "front" else card.back
    media = bool(pictures(now)) or any(isinstance(block, Sound) for block in now)
    screen = artist.card([Text(say.ask_edit(view.side, media)), now], card, asking=True)
    return replace(screen, rows=(_copied(artist, now, card.card_id, view.turn_id),))


def _copied(artist: Artist, now: Content, card_id: int, turn_id: int) -> tuple[Button, ...]:
    """What copies that, where it is short enough, and what leaves it as it is."""
    text = typed(now)
    cancel = tap(artist.say.edit_cancel, buttons.CardEdit(card_id, turn_id, "cancel"))
    return (Button(artist.say.copy_side, copy=text), cancel) if 0 < len(text) <= _MOST_COPIED else (cancel,)


def edited(artist: Artist, view: EditedView) -> Screen:
    """The card as it will look, and whether it shall."""
    say, card_id = artist.say, view.card.card_id
    parts: list[Part] = [
        Text(unlinked(of_deck(view.card.deck_name))),
        *sides(artist, view.card, view.shown),
        Text(say.will_look(view.shared)),
    ]
    save, again, cancel = (
        tap(label, buttons.CardEdit(card_id, view.turn_id, choice))
        for label, choice in ((say.save_edit, "save"), (say.edit_again, view.side), (say.edit_cancel, "cancel"))
    )
    return replace(artist.card(parts, view.card, asking=not view.shown), rows=((save,), (again, cancel)))


def which_field(artist: Artist, view: AskFieldsView) -> Screen:
    """The card as far as it may be seen, and the fields of its note to choose from."""
    say, card_id, turn_id = artist.say, view.card.card_id, view.turn_id
    parts: list[Part] = [
        Text(unlinked(of_deck(view.card.deck_name))),
        *sides(artist, view.card, view.shown),
        Text(say.ask_which_field),
    ]
    at = view.at if 0 <= view.at < len(view.names) else 0
    shown = [
        tap(_label(artist, name, place), buttons.CardField(card_id, turn_id, "ask", place))
        for place, name in enumerate(view.names[at : at + _MOST_FIELDS], at)
    ]
    pages, page = ceil(len(view.names) / _MOST_FIELDS), at // _MOST_FIELDS
    following = (page + 1) % pages
    more = tap(say.more(following + 1, pages), buttons.CardField(card_id, turn_id, "from", following * _MOST_FIELDS))
    cancel = tap(say.edit_cancel, buttons.CardEdit(card_id, turn_id, "cancel"))
    rows = (*by(2, shown), (more, cancel) if pages > 1 else (cancel,))
    return replace(artist.card(parts, view.card, asking=not view.shown), rows=rows)


def _label(artist: Artist, name: str, place: int) -> str:
    """A field's name as a button shows it; one of blanks alone has a number."""
    return shorten(name, _MOST_OF_A_LABEL, placeholder="…") or artist.say.field_without_name(place + 1)


def ask_field(artist: Artist, view: AskFieldView) -> Screen:
    """The field as it is, with a button that copies it where it is short enough for one."""
    say, card = artist.say, view.card
    media = bool(pictures(view.now)) or any(isinstance(block, Sound) for block in view.now)
    name = unlinked(shorten(view.name, _MOST_OF_A_NAME, placeholder="…"))
    asked = say.ask_field(name, media, not view.now and not view.too_long, view.too_long)
    words_before = f"{say.changed_meanwhile}\n\n{asked}" if view.changed else asked
    screen = artist.card([Text(words_before), view.now], card, asking=True)
    copied = _copied(artist, view.now, card.card_id, view.turn_id)
    if not view.now and not view.too_long:
        return replace(screen, rows=(copied,))
    empty = tap(say.empty_field, buttons.CardField(card.card_id, view.turn_id, "empty", view.field))
    return replace(screen, rows=((*copied[:-1], empty), copied[-1:]))


def field_edited(artist: Artist, view: FieldEditedView) -> Screen:
    """The card as it will look, and whether it shall; or why it cannot."""
    say, card_id = artist.say, view.card.card_id
    again = tap(say.edit_again, buttons.CardField(card_id, view.turn_id, "ask", view.field))
    save, cancel = (
        tap(label, buttons.CardEdit(card_id, view.turn_id, choice))
        for label, choice in ((say.save_edit, "save"), (say.edit_cancel, "cancel"))
    )
    if view.spoiled is not None:
        why = view.spoiled
        spoiled = say.spoiled(why.ordinal + 1, unlinked(why.why), why.gap, why.masks)
        return Screen(artist.pages([Text(unlinked(of_deck(view.card.deck_name))), Text(spoiled)]), ((again, cancel),))
    below = say.will_look_note(view.shared, view.others, view.left, view.made)
    parts: list[Part] = [
        Text(unlinked(of_deck(view.card.deck_name))),
        *sides(artist, view.card, view.shown),
        Text(f"{say.changed_meanwhile}\n\n{below}" if view.changed else below),
    ]
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
