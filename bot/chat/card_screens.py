"""One card as a screen: its page, the menu under its turn, and what is said of it to who can mend it."""

from collections.abc import Iterator
from textwrap import shorten

from msgspec.structs import replace

from bot.chat import buttons, turn_screens
from bot.chat.artist import Artist, Part, row, sides, tap, to_hear
from bot.chat.flip_screens import of_group
from bot.chat.names import of_deck
from bot.chat.page_screens import Rows, by
from bot.chat.pages import units
from bot.chat.plain import MOST_UNDER_A_PICTURE, Entity, Text
from bot.chat.screens import Button, Screen
from bot.chat.unlinked import unlinked
from bot.decks.content import Content, Hint, Paragraph, Points, Quote, Run, words
from bot.storage.aside import Aside
from bot.study.memory import Grade
from bot.tutor.aside import BURY, SUSPEND, TAKE_UP
from bot.tutor.card_views import CardView, GroupMenuView, History, MendedView, Menu, State, WrongView
from bot.tutor.group_menu import DECK, EDIT
from bot.tutor.outcomes import TurnView

_MOST_OF_A_FRONT = 120


def page(artist: Artist, view: CardView, at: int) -> Screen:
    """The card with both sides, how a learner stands with it, and what can be done."""
    say, card = artist.say, view.card
    below = [Text(say.ask_forget_card)] if view.asks else _past(artist, view.state, view.history)
    parts: list[Part] = [Text(unlinked(of_deck(card.deck_name))), *sides(artist, card, True), *below]
    screen = artist.card(parts, card, asking=False)
    if view.asks:
        sure = tap(say.forget_card_sure, buttons.CardForget(card.card_id, True))
        return replace(screen, rows=((sure, tap(say.forget_card_not, buttons.CardPage(card.card_id))),))
    hear = to_hear(artist, card)
    rows = (*((row(hear),) if hear else ()), *by(2, list(_on_page(artist, view))))
    return replace(screen, rows=rows, leafing=_leaf(artist, card.card_id, at, screen))


def _leaf(artist: Artist, card_id: int, at: int, screen: Screen) -> Rows:
    """The row that leafs through a card too long for one message."""
    pages = len(screen.pages)
    following = (at + 1) % pages
    more = tap(artist.say.more(following + 1, pages), buttons.CardLeaf(card_id, following))
    return ((more,),) if pages > 1 else ()


def _on_page(artist: Artist, view: CardView) -> Iterator[Button]:
    say, card_id = artist.say, view.card.card_id
    if view.editable:
        yield tap(say.change_card, buttons.CardEdit(card_id, 0, "which"))
    else:
        yield tap(say.mark_wrong, buttons.CardWrong(card_id, 0, "say"))
    for words_on, choice in _aside(artist, view.state.aside):
        yield tap(words_on, buttons.CardAside(card_id, 0, choice))
    if view.state.stage is not None:
        yield tap(say.forget_card, buttons.CardForget(card_id, False))
    if view.history is None:
        yield tap(say.card_history, buttons.CardHistory(card_id))
    else:
        yield tap(say.back, buttons.CardPage(card_id))
    yield tap(say.card_deck, buttons.Deck(view.card.deck_id))


def _aside(artist: Artist, now: Aside) -> tuple[tuple[str, str], ...]:
    """What can be done about its being put aside: the words on each button, and what it chooses."""
    say = artist.say
    if now.suspended:
        return ((say.take_up_card, TAKE_UP),)
    suspend = (say.suspend_card, SUSPEND)
    return ((say.take_up_card, TAKE_UP), suspend) if now.buried else (suspend, (say.bury_card, BURY))


def history(artist: Artist, of: History) -> str:
    """What each grade would lead to now, and the latest grades as lines."""
    say = artist.say
    following = [f"{say.grades[grade]} {say.short(of.answers[grade])}" for grade in Grade]
    lines = [
        say.past_set(past.day, past.kept)
        if past.grade is None
        else say.past_graded(past.day, say.grades[past.grade], say.short(past.answer) if past.answer else "")
        for past in of.latest
    ]
    return "\n".join([say.next_grades(", ".join(following)), *(lines or [say.no_history])])


def menu(artist: Artist, view: TurnView, of: Menu) -> Screen:
    """The turn as far as it is shown, with what can be done with its card."""
    rows = by(2, list(_on_menu(artist, view, of)))
    if of.choice not in ("hint", "history") or (of.choice == "hint" and not of.hint):
        return replace(turn_screens.turn(artist, view, 0), rows=rows, leafing=())
    parts: list[Part] = [Text(unlinked(of_deck(view.card.deck_name))), *sides(artist, view.card, view.shown)]
    past: list[Text] = []
    if of.choice == "hint":
        parts[1] = opened(view.card.front)
    else:
        past = _past(artist, of.state, of.history)
    return _with_past(artist, replace(artist.card([*parts, *past], view.card, asking=not view.shown), rows=rows), past)


def group_menu(artist: Artist, view: GroupMenuView) -> Screen:
    """A group's card as far as this member has seen it, with what they can do with it."""
    of, card = view.menu, view.card
    parts = sides(artist, card, view.shown)
    past: list[Text] = []
    if of.choice == "hint" and of.hint:
        parts = [opened(card.front)]
    elif of.choice == "history" or of.state.aside != Aside():
        past = _past(artist, of.state, of.history)
    if view.private:
        screen = artist.card([*of_group(artist, card, view.first), *parts, *past], card, asking=not view.shown)
    else:
        # As the answer is drawn there (flip_screens.flipped).
        pages = artist.pages([*parts, *past], card.deck_file, MOST_UNDER_A_PICTURE, asking=not view.shown)
        screen = Screen(pages)
    return _with_past(artist, replace(screen, rows=by(2, list(_on_group_menu(artist, view)))), past)


def _with_past(artist: Artist, screen: Screen, past: list[Text]) -> Screen:
    """The screen on which what is said of a card is seen: of one too long for a message, without the card itself."""
    return replace(screen, pages=artist.pages(past)) if past and len(screen.pages) > 1 else screen


def _on_group_menu(artist: Artist, view: GroupMenuView) -> Iterator[Button]:
    say, of = artist.say, view.menu

    def choice(words: str, chosen: str) -> Button:
        return tap(words, buttons.GroupMenu(view.turn_id, chosen))

    if of.editable:
        yield choice(say.change_card, EDIT)
    for words_on, chosen in _aside(artist, of.state.aside):
        yield choice(words_on, chosen)
    if view.shown and not of.editable and not of.marked:
        yield choice(say.mark_wrong, "wrong")
    if of.hint and of.choice != "hint":
        yield choice(say.show_hint, "hint")
    if view.deck:
        yield choice(say.card_deck, DECK)
    if of.choice != "history":
        yield choice(say.card_history, "history")
    if view.shown or not view.private or of.choice != "open":
        yield choice(say.back, "back")


def _past(artist: Artist, state: State, past: History | None) -> list[Text]:
    """How a learner stands with a card, in lines that do not read as if they were of the card."""
    stands = artist.say.card_state(state)
    italic = Text(stands, (Entity("italic", 0, units(stands)),))
    return [italic] if past is None else [italic, Text(history(artist, past))]


def _on_menu(artist: Artist, view: TurnView, of: Menu) -> Iterator[Button]:
    say, turn_id, card_id = artist.say, view.turn_id, view.card.card_id
    if of.editable:
        yield tap(say.change_card, buttons.CardEdit(card_id, turn_id, "which"))
    for words_on, choice in _aside(artist, of.state.aside):
        yield tap(words_on, buttons.CardAside(card_id, turn_id, choice))
    if not of.editable and not of.marked:
        yield tap(say.mark_wrong, buttons.CardWrong(card_id, turn_id, "say"))
    if of.hint and of.choice != "hint":
        yield tap(say.show_hint, buttons.CardMenu(turn_id, "hint"))
    yield tap(say.card_deck, buttons.CardMenu(turn_id, "deck"))
    if of.choice != "history":
        yield tap(say.card_history, buttons.CardMenu(turn_id, "history"))
    yield tap(say.back, buttons.CardMenu(turn_id, "back"))


def opened(content: Content) -> Content:
    """The same with every hint unfolded: what it helps with stands there."""
    return tuple(block for each in content for block in _opened(each))


def _opened(block: object) -> Content:
    match block:
        case Hint(content, label):
            head = (Paragraph((Run(label, frozenset({"italic"})),)),) if label else ()
            return (*head, *opened(content))
        case Points(items, start):
            return (Points(tuple(opened(item) for item in items), start),)
        case Quote(content):
            return (Quote(opened(content)),)
        case _:
            return (block,)  # type: ignore[return-value]


def wrong(artist: Artist, view: WrongView) -> Screen:
    """To who can mend a card that somebody says is wrong."""
    say, card = artist.say, view.card
    head = say.settled[view.settled] if view.settled else say.somebody_says_wrong
    file = Text(say.mend_in_file(unlinked(view.file))) if view.file else Text("")
    parts: list[Part] = [Text(f"{head}\n\n{unlinked(of_deck(card.deck_name))}"), *sides(artist, card, True), file]
    screen = artist.card(parts, card, asking=False)
    if view.settled:
        return screen
    right = tap(say.card_is_right, buttons.CardWrong(card.card_id, 0, "right"))
    mend = (
        tap(say.card_is_mended, buttons.CardWrong(card.card_id, 0, "mended"))
        if view.file
        else tap(say.change_card, buttons.CardEdit(card.card_id, 0, "which"))
    )
    return replace(screen, rows=((mend, right),))


def mended(artist: Artist, view: MendedView) -> Screen:
    """To who said that a card is wrong."""
    front = shorten(words(view.card.front), _MOST_OF_A_FRONT, placeholder="…")
    said = artist.pages([Text(artist.say.was_mended(unlinked(front), gone=view.gone))])
    see = tap(artist.say.see_card, buttons.CardPage(view.card.card_id))
    return Screen(said, ((see,),) if view.page else ())
