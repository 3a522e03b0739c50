"""Writing a card in the chat: /add, what is sent for its sides, and a look at it before it is saved."""

import re

import telegram
from msgspec.structs import replace

from bot.chat import buttons, carrying, said
from bot.chat.said import Words
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.decks.content import Content
from bot.tutor import adding, card_page
from bot.tutor.draft_views import CancelledView, DraftView
from bot.tutor.outcomes import Outcome
from bot.tutor.toasts import DraftOver

# Between two sides in one line; a minus between numbers is none.
_BETWEEN = re.compile(r"(?<!\d)\s+-\s+|\s+-\s+(?!\d)|\s+(?:—|–|::)\s+")
_SPACE = re.compile(r"\s*")


async def on_add(c: Context, update: telegram.Update) -> None:
    """/add, alone, with a front, or with both sides; also under a picture."""
    message = update.effective_message
    assert message is not None, "a command is a message"
    entities = message.entities or message.caption_entities
    try:
        if _is_bare(message):
            await show(c, update, await c.do(adding.begin, who(update), (), ()))
            return
        async with said.heard(c, message) as heard:
            front, back = sides(heard.words, entities[0].length)
            front = (*heard.media, *front)
            await show(c, update, await c.do(adding.begin, who(update), front, back))
    except said.Unfit as unfit:
        await c.tell(update, unfit.words)


def _is_bare(message: telegram.Message) -> bool:
    return message.text is not None and len(message.text.split()) == 1


def sides(words: Words, begins: int = 0) -> tuple[Content, Content]:
    """Front and back of what is written from there on: the first line and the others, or a line with a dash in it."""
    begins = _end(_SPACE, words.text, begins)
    at = words.line_break(begins)
    if at >= 0:
        front, back = words.content(begins, at), words.content(at)
        return (front, back) if front and back else (words.content(begins), ())
    parting = [found for found in _BETWEEN.finditer(words.text, begins) if not words.is_code(found.start())]
    if len(parting) == 1:
        front, back = words.content(begins, parting[0].start()), words.content(parting[0].end())
        if front and back:
            return front, back
    return words.content(begins), ()


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


async def on_side(c: Context, update: telegram.Update, message: telegram.Message) -> None:
    """What was sent is the side that was asked for."""
    try:
        async with said.heard(c, message) as heard:
            await show(c, update, await c.do(adding.hear, who(update), heard.content))
    except said.Unfit as unfit:
        await c.tell(update, unfit.words)


async def show_again(c: Context, update: telegram.Update) -> None:
    """An update came again: what it led to stands there, or is sent now."""
    await show(c, update, await c.do(adding.again, who(update)))


async def on_tap(c: Context, update: telegram.Update, tap: buttons.Add) -> None:
    """What becomes of the card in this message."""
    by, where = who(update), tapped_message(update)
    page = 0
    match tap.choice:
        case "new":
            outcome = await c.do(adding.another, by)
        case "look" | "edit":
            outcome = await c.do(adding.look, by, where, edits=tap.choice == "edit")
        case "page":
            outcome, page = await c.do(adding.look, by, where), tap.value
        case "front" | "back":
            outcome = await c.do(adding.ask_anew, by, tap.choice, where)
        case "reversed":
            outcome = await c.do(adding.reverse, by, tap.value == 1, where)
        case "decks":
            outcome = await c.do(adding.decks, by, tap.value, where)
        case "name":
            outcome = await c.do(adding.ask_deck, by, where)
        case "save":
            outcome = await c.do(adding.save, by, c.say.first_own_deck, where)
        case "cancel":
            outcome = await c.do(adding.cancel, by, where)
        case "twin":
            # In a message of its own: the card that is being written stays where it is.
            outcome = await c.do(card_page.page, by, tap.value, None)
        case _:
            outcome = Outcome(toast=DraftOver())
    await show(c, update, outcome, page)
    if isinstance(outcome.view, CancelledView) and outcome.view.media:
        c.imports.begin(carrying.sweep(c), "deleting media that nobody has")


async def on_deck(c: Context, update: telegram.Update, tap: buttons.AddTo) -> None:
    await show(c, update, await c.do(adding.to_deck, who(update), tap.deck_id, tapped_message(update)))


async def on_take_back(c: Context, update: telegram.Update, tap: buttons.AddBack) -> None:
    await show(c, update, await c.do(adding.take_back, who(update), tap.card_id, tapped_message(update)))


async def show(c: Context, update: telegram.Update, outcome: Outcome, page: int = 0) -> None:
    """Draw what came of something; under a card as it will look stands whether there is one like it."""
    if isinstance(outcome.view, DraftView):
        twin = await c.see(adding.twin, who(update))
        outcome = replace(outcome, view=replace(outcome.view, twin=twin))
    await c.answer(update, outcome, page)


COMMANDS = (Command("add", "write a card of your own", private=True, group=False, run=on_add),)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.Add: on_tap,
    buttons.AddTo: on_deck,
    buttons.AddBack: on_take_back,
}
