"""What of a card an alert can hold, and what a race can offer."""

from bot.chat.flip import ALERT, fits_alert
from bot.decks.card import Kind
from bot.decks.html import parse
from bot.storage.cards import StoredCard
from bot.study.round import offered


def card(back: str) -> StoredCard:
    """A card with that answer."""
    return StoredCard(1, 1, "Deck", "deck.txt", Kind.QUESTION, parse("What?"), parse(back), archived=False)


def test_an_alert_holds_what_a_message_would_say() -> None:
    """A formula counts as it is drawn, not as it is written, and a picture fits nowhere, wherever it stands."""
    written = r"\(\alpha \leq \beta\) " * 20
    assert len(written) > ALERT
    assert fits_alert(card(written))
    assert not fits_alert(card("x" * (ALERT + 1)))
    assert not fits_alert(card("<ul><li>a<img src='b.png'></li></ul>"))


def test_a_race_offers_words_alone() -> None:
    """A list of words can be chosen, one with a picture or a recording cannot."""
    assert offered(parse("<ul><li>a</ul>b")) == parse("<ul><li>a</ul>")
    assert offered(parse("<ul><li>a<img src='b.png'></li></ul>")) == ()
    assert offered(parse("a [sound:b.mp3]")) == ()
