"""Turns in private, their ends and their summaries as screens."""

from collections.abc import Sequence
from textwrap import shorten

from msgspec.structs import replace

from bot.chat import buttons
from bot.chat.artist import Artist, Part, grade_rows, leaf, row, sides, tap, to_hear
from bot.chat.names import of_deck
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.unlinked import unlinked
from bot.decks.card import Kind
from bot.decks.content import Hint, Picture, Sound, words
from bot.study import hours, session
from bot.study.memory import Grade
from bot.tutor import showing
from bot.tutor.aside import UNDO
from bot.tutor.card_views import PutAside
from bot.tutor.deck_views import Introduced, LookView
from bot.tutor.outcomes import (
    ClosedView,
    Coming,
    DueNow,
    Head,
    HoursSaid,
    Lead,
    NothingDueView,
    SnoozedView,
    SummaryView,
    TurnView,
)

_MOST_OF_A_FRONT = 60


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
