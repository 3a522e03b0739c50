"""Outcome → Screen: which view is drawn how."""

from collections.abc import Callable
from typing import Any

from bot.chat import adding_screens as adding
from bot.chat import card_screens as cards
from bot.chat import deck_screens as decks
from bot.chat import edit_screens as edits
from bot.chat import flip_screens as flips
from bot.chat import group_screens as groups
from bot.chat import page_screens as pages
from bot.chat import round_screens as rounds
from bot.chat import turn_screens as turns
from bot.chat.artist import Artist
from bot.chat.screens import Screen
from bot.tutor import card_views, deck_views, draft_views, live
from bot.tutor import outcomes as o


def _group_turn(artist: Artist, view: o.GroupTurnView, page: int) -> Screen:
    """A card put to a group, in a round or by itself."""
    return flips.group_turn(artist, view, page) if view.live is None else rounds.card(artist, view, view.live, page)


# Views that may be too long for one message.
_LEAFED: dict[type[Any], Callable[[Artist, Any, int], Screen]] = {
    o.TurnView: turns.turn,
    o.ClosedView: turns.closed,
    o.GroupTurnView: _group_turn,
    o.RevealedView: flips.revealed,
    deck_views.LookView: turns.look,
    draft_views.DraftView: adding.draft,
    card_views.CardView: cards.page,
}
_SINGLE: dict[type[Any], Callable[[Artist, Any], Screen]] = {
    o.SnoozedView: turns.snoozed,
    o.SummaryView: turns.summary,
    o.NothingDueView: turns.nothing_due,
    deck_views.WelcomeView: decks.welcome,
    o.AskHourView: pages.ask_hour,
    o.AskClockView: pages.ask_clock,
    o.AskPlaceView: pages.ask_place,
    deck_views.DecksView: decks.decks,
    deck_views.DeckView: decks.deck,
    deck_views.AskNameView: decks.ask_name,
    deck_views.UnknownDeckView: decks.unknown_deck,
    deck_views.WhichDeckView: decks.which_deck,
    o.SettingsView: pages.settings,
    deck_views.AskDescriptionView: decks.ask_description,
    o.ForgetView: pages.forget,
    card_views.GroupMenuView: cards.group_menu,
    card_views.WrongView: cards.wrong,
    card_views.MendedView: cards.mended,
    card_views.AskWhichView: edits.which,
    card_views.AskSideView: edits.ask,
    card_views.EditedView: edits.edited,
    card_views.AskFieldsView: edits.which_field,
    card_views.AskFieldView: edits.ask_field,
    card_views.FieldEditedView: edits.field_edited,
    o.GroupSetupView: decks.group_setup,
    o.GroupTopicView: decks.group_topic,
    o.BoardView: groups.board,
    o.AskToGoOnView: groups.ask_to_go_on,
    o.GoingOnView: groups.going_on,
    o.GroupNothingView: pages.group_nothing,
    draft_views.AskSideView: adding.ask_side,
    draft_views.DraftDecksView: adding.decks,
    draft_views.AskDeckView: adding.ask_deck,
    draft_views.SavedView: adding.saved,
    draft_views.CancelledView: adding.cancelled,
    live.RoundSetupView: rounds.setup,
    live.RoundLobbyView: rounds.lobby,
    live.RoundTableView: rounds.table,
    live.NothingMissedView: rounds.nothing_missed,
}


def screen(artist: Artist, view: o.View, page: int = 0) -> Screen:
    """The view as a message; of a card too long for one message the given page bears the way to the next."""
    leafed = _LEAFED.get(type(view))
    return leafed(artist, view, page) if leafed else _SINGLE[type(view)](artist, view)
