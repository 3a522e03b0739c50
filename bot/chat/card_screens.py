"""One card as a screen: its page, and what is asked about it."""

from bot.chat import buttons
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.turn_screens import Artist, Part, sides, tap
from bot.chat.unlinked import unlinked
from bot.tutor.card_views import CardView


def page(artist: Artist, view: CardView, at: int) -> Screen:
    """The card with both sides, and how a learner stands with it."""
    say = artist.say
    parts: list[Part] = [
        Text(unlinked(view.card.deck_name)),
        *sides(artist, view.card, True),
        Text(say.card_state(view.state)),
    ]
    pages = artist.pages(parts, view.card.deck_file)
    del at
    return Screen(pages, ((tap(say.back, buttons.Deck(view.card.deck_id)),),))
