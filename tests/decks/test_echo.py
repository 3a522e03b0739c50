"""A card of a file that only says again what is here."""

import pytest
from hypothesis import assume, given, settings

from bot.decks import html, jsonl, markdown_cards
from bot.decks.anki import notetypes
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.card import Card, Kind
from bot.decks.cells import kind_of
from bot.decks.content import Content, is_blank, words
from bot.decks.echo import is_echo, left
from bot.decks.markdown_writing import markdown_file
from bot.decks.writing import html as as_html
from tests.decks.contents import CONTENTS

TYPE = notetypes.to_json(NoteType("Basic", False, ("Front", "Back"), (Template("Card 1", "{{Front}}", "{{Back}}"),)))
OURS = notetypes.to_json(NoteType("Ours", False, ("Front",), (Template("1", "{{Front}}", ""),), 1_764_200_000_001))
OTHER = Card(html.parse("next"), html.parse("one"), Kind.QUESTION, (), "h")


def card(front: str, notetype: str = "") -> Card:
    """One with that front."""
    return Card(html.parse(front), html.parse("a"), Kind.QUESTION, (), "g", notetype=notetype)


@pytest.mark.parametrize(
    ("here", "told", "is_one"),
    [
        (card("one <b>word</b>", TYPE), card("one word"), True),
        (card("one word", TYPE), card("<i>one</i><br>word"), True),
        (card("one word", TYPE), card("one words"), False),
        (card("one word?", TYPE), card("one word!"), False),
        (card("one word", TYPE), card("one word", TYPE), False),
        (card("one word"), card("one word", TYPE), False),
        (card("one word"), card("one word", OURS), True),
        (card("one word"), card("one <b>word</b>"), False),
        (card("one <b>word</b>"), card("one word"), False),
        (card("one <b>word</b>"), card("one <b>word</b>"), True),
        (card("one \x00<b>word</b>"), card("one word"), False),
    ],
)
def test_what_is_an_echo(here: Card, told: Card, is_one: bool) -> None:
    """The words of a note of Anki's in a file without note types; else only what our own export makes of the card."""
    assert is_echo(here, told) is is_one


@settings(max_examples=25)
@given(CONTENTS, CONTENTS)
def test_any_card_is_known_again_in_our_own_forms(front: Content, back: Content) -> None:
    """Whatever the form cannot say of it."""
    front, back = (html.parse(as_html(side), keeps_newlines=False) for side in (front, back))
    assume(not is_blank(words(front)) and (not back or not is_blank(words(back))))
    here = Card(front, back, kind_of(front, back), (), "g", "", ("t",))
    markdown = markdown_file("D", [here, OTHER]).text.encode("utf-8", "replace")
    assert is_echo(here, markdown_cards.parse(markdown, "x.md").cards[0])
    assert is_echo(here, jsonl.parse("".join(jsonl.lines("D", [here, OTHER])).encode(), "x.jsonl").cards[0])


def test_what_is_left_has_the_tags_of_the_file_and_an_id_if_it_had_none() -> None:
    """A file that tells no tags has no wish to take them, and the id of an author is for good."""
    here, told = (Card(OTHER.front, (), Kind.QUESTION, (), guid, tags=tags) for guid, tags in (("", ("t",)), ("h", ())))
    assert left(here, told) == Card(OTHER.front, (), Kind.QUESTION, (), "h", tags=("t",))
    assert left(told, here) == Card(OTHER.front, (), Kind.QUESTION, (), "h", tags=("t",))
