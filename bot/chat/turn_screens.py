"""Turns, their ends and their summaries as screens."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import shorten

from msgspec import Struct
from msgspec.structs import replace

from bot.chat import buttons, rich
from bot.chat.alike import in_group
from bot.chat.names import of_deck
from bot.chat.plain import MOST_OF_A_TEXT, MOST_UNDER_A_PICTURE, Page, Sheet, Text, draw
from bot.chat.plain_blocks import once
from bot.chat.screens import Button, Screen
from bot.chat.texts import English
from bot.chat.unlinked import unlinked
from bot.decks.card import Kind
from bot.decks.content import Block, Content, Hint, Paragraph, Picture, Run, Sound, walk, words
from bot.decks.media import changed, told_name
from bot.storage.cards import StoredCard
from bot.study import hours, session
from bot.study.intervals import Answer
from bot.study.memory import Grade
from bot.tutor import showing, sounding
from bot.tutor.aside import UNDO
from bot.tutor.card_views import PutAside
from bot.tutor.deck_views import Introduced, LookView
from bot.tutor.outcomes import (
    ClosedView,
    Coming,
    DueNow,
    GroupTurnView,
    Head,
    HoursSaid,
    Lead,
    NothingDueView,
    RevealedView,
    SnoozedView,
    SummaryView,
    TurnView,
)

Part = Content | Text
_MOST_OF_A_FRONT = 60


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


def head_text(artist: Artist, head: Head | None) -> Text:
    if head is None:
        return Text("")
    return Text(artist.say.push_head(head.waiting, head.minutes, head.every, head.default_zone))


def lead_text(artist: Artist, lead: Lead | None) -> Text:
    if lead is None:
        return Text("")
    match lead:
        case HoursSaid(hours=hours, zone=zone, chosen=chosen):
            return Text(artist.say.hours_said(hours, zone, chosen))
        case PutAside(card=card, choice=choice):
            # Its words alone: not the names of its files, nor what is folded away.
            said = tuple([block for block in card.front if not isinstance(block, Picture | Sound | Hint)])
            front = shorten(words(said), _MOST_OF_A_FRONT, placeholder="…")
            return Text(artist.say.put_aside(choice, unlinked(front)))
        case Introduced(description=description):
            return Text("\n\n".join([artist.say.introduction, *([unlinked(description)] if description else [])]))
        case _:
            return Text(artist.say.typed)


def _put_back(artist: Artist, lead: Lead | None) -> Button | None:
    """What takes back that a card was put aside, under the one screen that came in its place."""
    if not isinstance(lead, PutAside):
        return None
    return tap(artist.say.undo, buttons.CardAside(lead.card.card_id, lead.turn_id, UNDO))


def sides(artist: Artist, card: StoredCard, shown: bool) -> list[Part]:
    """The front and, when shown, the back under a thin line."""
    if not shown or not card.back:
        return [artist.heard(card.front, card, asking=not shown)]
    front, back = (artist.heard(side, card, asking=False) for side in (card.front, card.back))
    return [front, Text(artist.say.line), back]


def turn(artist: Artist, view: TurnView, page: int) -> Screen:
    say = artist.say
    place = say.missed_place if view.missed else say.cram_place if view.cram else say.place
    parts: list[Part] = [
        lead_text(artist, view.lead),
        head_text(artist, view.head),
        Text(place(unlinked(of_deck(view.card.deck_name)), view.place, view.total)),
        *sides(artist, view.card, view.shown),
    ]
    if view.card.kind is Kind.STATEMENT:
        parts.append(Text(say.how_well))
    screen = artist.card(parts, view.card, asking=not view.shown)
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    if view.shown:
        rows = grade_rows(artist, view.answers, lambda grade: _give(view, grade))
    else:
        rows = ((tap(say.show_answer, buttons.Show(view.turn_id)),),)
    later = (
        tap(say.later, buttons.Later(view.turn_id, False))
        if view.head and (not view.shown or view.card.kind is Kind.STATEMENT)
        else None
    )
    decks = tap(say.decks_button, buttons.Decks()) if view.decks_beside else None
    last = row(later, decks, _put_back(artist, view.lead), tap(say.card_menu, buttons.CardMenu(view.turn_id, "open")))
    return replace(screen, rows=(*rows, last), leafing=leafing)


def _give(view: TurnView, grade: Grade) -> buttons.Give:
    return buttons.Give(view.turn_id, int(grade), showing.promise(view.answers.get(grade)))


def snoozing(artist: Artist, view: TurnView, choices: Sequence[str]) -> Screen:
    """A push with the ways to put it off."""
    drawn = turn(artist, view, 0)
    offered = [tap(artist.say.snoozes[choice], buttons.Snooze(view.turn_id, choice)) for choice in choices]
    offered.append(tap(artist.say.later_back, buttons.Later(view.turn_id, True)))
    return replace(drawn, rows=tuple(tuple(offered[at : at + 2]) for at in range(0, len(offered), 2)), leafing=())


def closed(artist: Artist, view: ClosedView, page: int) -> Screen:
    parts = sides(artist, view.card, view.shown)
    if view.grade is not None:
        parts.append(Text(artist.say.graded(view.grade, view.answer)))
    parts = [Text(unlinked(of_deck(view.card.deck_name))), *parts]
    screen = artist.card(parts, view.card, asking=not view.shown)
    return replace(screen, leafing=leaf(artist, view.turn_id, page % len(screen.pages), screen.pages))


def snoozed(artist: Artist, view: SnoozedView) -> Screen:
    return Screen(
        artist.pages([Text(artist.say.snoozed(hours.local(view.until, view.zone), hours.local(view.now, view.zone)))])
    )


def _coming(artist: Artist, coming: Coming | None) -> str:
    if coming is None:
        return artist.say.nothing_coming
    at = None if coming.at is None else hours.local(coming.at, coming.zone)
    minutes = session.minutes(coming.cards)
    return artist.say.coming(coming.cards, coming.days, coming.hour, at, minutes, coming.since)


def _due_now(artist: Artist, now: DueNow) -> str:
    decks = [unlinked(of_deck(name)) for name in now.decks]
    return artist.say.due_now(now.cards, decks, session.minutes(now.cards))


def _onward(artist: Artist, now: DueNow | None) -> Button | None:
    """A session of all decks, where something is due in them."""
    return None if now is None else tap(artist.say.quiz_button, buttons.Study(0, False))


def _more(artist: Artist, view: SummaryView | NothingDueView) -> Button | None:
    more = view.more
    if more is None:
        return None
    wanted = buttons.MoreNew(more.day.toordinal(), more.total, view.deck_id or 0, view.depth)
    return tap(artist.say.more_new(more.cards), wanted)


def summary(artist: Artist, view: SummaryView) -> Screen:
    say = artist.say
    done = say.done(view.cards, view.grades, view.due, view.remembered, view.cram)
    text = say.gone_through(view.cards) if view.missed else done
    if view.now is not None:
        text += f"\n{_due_now(artist, view.now)}"
    if view.coming is not None or view.now is None:
        text += f"\n{_coming(artist, view.coming)}"
    undo = None if view.undo is None else tap(say.undo, buttons.Undo(view.undo))
    # Where there are two things to take back, the later one comes first.
    undo = _put_back(artist, view.lead) or undo
    stats = tap(say.stats_button, buttons.Stats())
    more = row(_more(artist, view), _onward(artist, view.now))
    # A hasty second tap on the last grade falls on the last row: there a picture does no harm, new cards would.
    rows = (row(undo, *more), (stats,)) if more else (row(undo, stats),)
    return Screen(artist.pages([lead_text(artist, view.lead), Text(text)]), rows)


def nothing_due(artist: Artist, view: NothingDueView) -> Screen:
    say = artist.say
    if not view.decks:
        gone = say.were_archived([unlinked(of_deck(name)) for name in view.archived]) if view.archived else ""
        said = f"{gone} {say.pick_another}" if gone else say.no_decks
        return Screen(artist.pages([Text(said)]), ((tap(say.decks_button, buttons.Decks()),),))
    coming = view.coming
    if coming is None:
        text = say.nothing_due(None, None, None, elsewhere=view.now is not None)
    else:
        at = None if coming.at is None else hours.local(coming.at, coming.zone)
        text = say.nothing_due(coming.days, coming.hour, at, coming.since, view.now is not None)
    if view.used_up or (view.more and view.begun):
        text = f"{say.new_used_up} {text}"
    if view.begun:
        text = f"{say.begun([unlinked(of_deck(name)) for name in view.begun])} {text}"
    if view.now is not None:
        text += f"\n{_due_now(artist, view.now)}"
    ahead = tap(say.study_ahead, buttons.Study(view.deck_id or 0, True, view.depth)) if view.ahead else None
    first = row(_onward(artist, view.now), ahead, _more(artist, view))
    decks = (tap(say.decks_button, buttons.Decks()),)
    rows = (*((first,) if first else ()), *((decks,) if view.decks_beside or not first else ()))
    return Screen(artist.pages([lead_text(artist, view.lead), Text(text)]), rows)


def look(artist: Artist, view: LookView, page: int) -> Screen:
    """A card of a deck, both sides, with ways to its neighbours."""
    say = artist.say
    parts: list[Part] = [
        Text(say.look_place(unlinked(of_deck(view.deck.name)), view.place + 1, view.total)),
        *sides(artist, view.card, True),
    ]
    if view.card.kind is Kind.WAITING:
        parts.append(Text(say.waits_for_answer))
    screen = artist.card(parts, view.card, asking=False)
    pages = len(screen.pages)
    following = (page + 1) % pages
    onward = buttons.Look(view.deck.deck_id, view.place, following)
    leafing = ((tap(say.more(following + 1, pages), onward),),) if pages > 1 else ()
    before, after = (view.place - 1) % view.total, (view.place + 1) % view.total
    beside = (
        tap(say.previous, buttons.Look(view.deck.deck_id, before, 0)),
        tap(say.back, buttons.Deck(view.deck.deck_id)),
        tap(say.following, buttons.Look(view.deck.deck_id, after, 0)),
    )
    page_of = tap(say.see_card, buttons.CardPage(view.card.card_id))
    return replace(screen, rows=(row(page_of, to_hear(artist, view.card)), beside), leafing=leafing)


def group_turn(artist: Artist, view: GroupTurnView, page: int) -> Screen:
    """A card put to a group: the back stands there only once the turn is closed."""
    say = artist.say
    tally = (
        say.tally_closed(view.tally.graded, view.tally.knew)
        if view.closed
        else say.tally_open(view.tally.looked, view.tally.graded, view.tally.knew)
    )
    parts: list[Part] = [
        head_text(artist, view.head),
        Text(unlinked(in_group(say, view.card.deck_id, view.card.deck_name, view.alike))),
        *sides(artist, view.card, view.closed),
        Text(tally),
    ]
    screen = artist.card(parts, view.card, asking=not view.closed)
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    if view.closed:
        return replace(screen, rows=((tap(say.next_card, buttons.GroupNext()),),), leafing=leafing)
    rows: tuple[tuple[Button, ...], ...] = ((tap(say.show_answer, buttons.GroupShow(view.turn_id)),),)
    if view.grades:
        rows += grade_rows(artist, {}, lambda grade: buttons.GroupGive(view.turn_id, int(grade), 0))
    return replace(screen, rows=(*rows, (_menu(artist, view.turn_id),)), leafing=leafing)


def _menu(artist: Artist, turn_id: int) -> Button:
    """What this member alone can do with a group's card."""
    return tap(artist.say.card_menu, buttons.GroupMenu(turn_id, "open"))


def flipped(artist: Artist, view: RevealedView, page: int) -> Screen:
    """A group's card as one member alone sees it in the group: both sides with the grades, then what was graded.

    Never a rich message: whether one may be put in the place of another is nowhere said.
    """
    if view.grade is not None:
        return _done(artist, view, artist.say.graded(view.grade, view.answer, view.suspended))
    parts = [*sides(artist, view.card, True), _heard_later(artist, view)]
    if not view.answers:
        parts.append(Text(artist.say.group_closed))
    return _with_grades(artist, view, Screen(artist.pages(parts, view.card.deck_file, MOST_UNDER_A_PICTURE)), page)


def _done(artist: Artist, view: RevealedView, graded: str) -> Screen:
    """What was graded, the way on, and the tally of a closed turn: the group's message is covered by it."""
    tally = view.tally
    ended = Text("") if tally is None else Text(artist.say.tally_closed(tally.graded, tally.knew))
    below = [button for row in _undo(artist, view) for button in row]
    if view.onward:
        below.append(tap(artist.say.next_card, buttons.GroupNext()))
    return Screen(artist.pages([Text(graded), ended]), (tuple(below),) if below else ())


def revealed(artist: Artist, view: RevealedView, page: int) -> Screen:
    """A group's card in a member's private chat."""
    parts: list[Part] = [
        *of_group(artist, view.card, view.first),
        *sides(artist, view.card, True),
        _heard_later(artist, view),
    ]
    if view.grade is not None:
        parts.append(Text(artist.say.graded(view.grade, view.answer, view.suspended)))
    elif not view.answers:
        parts.append(Text(artist.say.group_closed))
    return _with_grades(artist, view, artist.card(parts, view.card, asking=False), page)


def of_group(artist: Artist, card: StoredCard, first: bool) -> list[Part]:
    """Where a group's card comes from, above it in a private chat; what that is, if it is the `first` word there."""
    say = artist.say
    whence = Text(say.from_group(unlinked(of_deck(card.deck_name))))
    return [Text(say.here_in_private), whence] if first else [whence]


def _heard_later(artist: Artist, view: RevealedView) -> Text:
    """What the answer lets hear is sent to all at once, and so not before the card is over."""
    return Text(artist.say.sound_for_all if view.tally is None and sounding.back(view.card) else "")


def _with_grades(artist: Artist, view: RevealedView, screen: Screen, page: int) -> Screen:
    leafing = leaf(artist, view.turn_id, page % len(screen.pages), screen.pages)
    if not view.answers:
        return replace(screen, rows=_undo(artist, view), leafing=leafing)
    rows = grade_rows(artist, view.answers, lambda grade: _group_give(view, grade))
    last = ((_menu(artist, view.turn_id),),) if view.menu else ()
    return replace(screen, rows=(*rows, *last), leafing=leafing)


def _undo(artist: Artist, view: RevealedView) -> tuple[tuple[Button, ...], ...]:
    return () if view.undo is None else ((tap(artist.say.undo, buttons.Undo(view.undo)),),)


def _group_give(view: RevealedView, grade: Grade) -> buttons.GroupGive:
    return buttons.GroupGive(view.turn_id, int(grade), showing.promise(view.answers.get(grade)))
