"""A field of a note typed anew: which cards it then has, or which of them is spoiled."""

import pytest
from msgspec.structs import replace

from bot.decks.anki.notetypes import NoteType, Template, to_json
from bot.decks.anki.remade import NONE_OF_THEM, Order, Spoiled
from bot.decks.anki.remaking import remade
from bot.decks.content import Paragraph, Picture, Run, Sound, words
from bot.decks.encoded import from_json
from bot.decks.encoded import to_json as written
from tests.decks.test_folder import png

WORD = NoteType(
    "Word",
    False,
    ("Word", "Reading", "Hint"),
    (
        Template("1", "{{Word}}", "{{FrontSide}}<hr id=answer>{{Reading}}"),
        Template("2", "{{Reading}} {{Deck}}", "{{Word}} {{Tags}}"),
        Template("3", "{{#Hint}}{{Hint}}?{{/Hint}}", "{{Word}}"),
    ),
)
GAPS = NoteType("Gaps", True, ("Text",), (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),))
CLOZES = "{{c1::a}} {{c2::b}} {{c3::c}}"
MASKED = '{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2:oi=1}}<img src="map.png">'


def text(*lines):
    """What somebody typed."""
    return (Paragraph((Run("\n".join(lines)),)),)


def order(notetype, fields, field, typed, ordinals, **more):
    """With what was typed for a field."""
    told = {"tags": ("jp",), "deck": "A::B", "media": {}} | more
    return Order(to_json(notetype), fields, field, written(typed), ordinals, **told)


def sides(found):
    """By ordinal what the cards say."""
    return {
        card.ordinal: (words(from_json(card.front)), words(from_json(card.back)), card.kind) for card in found.cards
    }


def test_all_cards_of_the_note_say_it():
    """As HTML that a reader gives back; media stay, and text that looks like a mark is text."""
    fields = ("<b>水</b>", 'old<img src="map.png">', "")
    typed = (Paragraph((Run("a <i>&\n"), Run("b", frozenset({"bold"})), Run(" [sound:x.mp3]\x1f"))),)
    found = remade(order(WORD, fields, 1, typed, (0, 1)))
    assert found.fields == (
        "<b>水</b>",
        'a &lt;i&gt;&amp;<br><b>b</b> &#91;sound:x.mp3]<br><img src="map.png">',
        "",
    )
    said = "a <i>&\nb [sound:x.mp3]\nmap.png"
    assert sides(found) == {0: ("水", said, "question"), 1: (f"{said}\nA::B", "水 jp", "question")}


def test_media_are_called_as_they_are_kept(tmp_path):
    """Those that can be shown or heard; what is sent takes the place of what was there."""
    kept, broken, sent = (letter * 64 + ".png" for letter in "abc")
    (tmp_path / kept).write_bytes(png(9, 9))
    (tmp_path / broken).write_bytes(b"no picture")
    (tmp_path / sent).write_bytes(png(8, 8))
    media = {"map.png": kept, "odd.png": broken, sent: sent}
    fields = ('<img src="map.png"><img src="odd.png">', "x", "")
    found = remade(order(WORD, fields, 1, text("y"), (0,), media=media, folder=str(tmp_path)))
    assert from_json(found.cards[0].front) == (Picture(kept), Picture("odd.png"))
    found = remade(order(WORD, fields, 0, (Picture(sent),), (0,), media=media, folder=str(tmp_path)))
    assert found.fields[0] == f'<img src="{sent}">'
    assert from_json(found.cards[0].front) == (Picture(sent),)
    found = remade(order(WORD, fields, 0, (Sound("gone.mp3"),), (0,), media=media, folder=str(tmp_path)))
    assert found.fields[0] == "[sound:gone.mp3]"


def test_what_a_field_makes_for_the_first_time_is_a_new_card():
    """A card type whose front is filled at last, a gap with another number; not what was taken out before."""
    assert [*sides(remade(order(WORD, ("w", "r", ""), 2, text("h"), (0, 1))))] == [0, 1, 2]
    assert [*sides(remade(order(WORD, ("w", "r", "h"), 2, text("i"), (0,))))] == [0]
    gaps = "{{c1::Lyon}} and {{c3::Paris}}"
    found = sides(remade(order(GAPS, ("{{c1::Lyon}}",), 0, text(gaps), (0,))))
    assert found == {
        0: ("[…] and Paris", "Lyon and Paris", "question"),
        2: ("Lyon and […]", "Lyon and Paris", "question"),
    }
    assert [*sides(remade(order(GAPS, ("{{c1::Lyon}}",), 0, text("{{c1::L}} {{c501::P}}"), (0,))))] == [0]


@pytest.mark.parametrize(
    ("given", "spoiled"),
    [
        (order(GAPS, ("{{c1::a}} {{c2::b}}",), 0, text("{{c1::a}}"), (0, 1)), Spoiled(1, gap=True)),
        (order(WORD, ("w", "r", "h"), 2, text(" "), (0, 1, 2)), Spoiled(2)),
        (order(WORD, ("w", "r", "h"), 1, text("x"), (0, 5)), Spoiled(5, "its note type has no such card")),
        (
            order(replace(WORD, templates=(Template("1", "{{#Word}}", "x"),)), ("w", "r", "h"), 1, text("x"), (0,)),
            Spoiled(0, '"{{#Word}}" of the template is not closed'),
        ),
        (
            order(WORD, ("w", "r", "h"), 1, text("x" * 20_000), (0,)),
            Spoiled(0, "20,001 characters where a card has 20,000 at the most"),
        ),
        (
            order(replace(GAPS, fields=("Text", "Big")), (CLOZES, "x" * 900_000), 0, text(CLOZES), (0, 1, 2)),
            Spoiled(NONE_OF_THEM),
        ),
        (order(GAPS, (MASKED,), 0, (*text(MASKED[:67]), Picture("other.png")), (0,)), Spoiled(0, masks=True)),
    ],
    ids=["gap", "empty", "no template", "template", "long", "much", "masks"],
)
def test_what_the_note_could_not_make_any_more(given, spoiled):
    """The first such card, and why; nothing is made then."""
    found = remade(given)
    assert (found.cards, found.spoiled) == ((), spoiled)
