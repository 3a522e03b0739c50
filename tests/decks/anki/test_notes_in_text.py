"""Anki's "Notes in Plain Text", as Anki writes it: its decks, its note types, and nothing lost."""

import pytest

from bot.decks import delimited
from bot.decks.anki.stock import Reverse, reverse_of
from bot.decks.card import parted_guid
from bot.decks.check import report
from bot.decks.content import words
from tests.decks.anki.samples import NOTES, PLAIN_NOTES, open_package

# A row of each: id, note type, deck, three fields, tags.
HEAD = "#separator:tab\n#html:false\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:7\n"


def read(sample, name=NOTES):
    """The decks of an export in text, by name."""
    return {deck.name: deck for deck in delimited.decks_of(sample.path(name).read_bytes(), name)}


def sides(cards):
    """The words of both sides of each card."""
    return [(words(card.front), words(card.back)) for card in cards]


@pytest.mark.parametrize("name", [NOTES, PLAIN_NOTES])
def test_the_cards_are_those_that_anki_has(sample, name):
    """Of its own note types each card by note and number, in the deck where Anki has it: both ways, gaps, if wished."""
    # One has lost what made its second card, which Anki calls an empty card.
    had = {
        key: shown
        for key, shown in sample.cards.items()
        if shown.deck in ("Lang", "Lang::Fr", "Lang::De", "Gaps") and not (shown.fields[0] == "was" and key[1])
    }
    found = {
        parted_guid(card.guid, card.note): deck for deck, each in read(sample, name).items() for card in each.cards
    }
    assert found.keys() >= had.keys()
    # Cards that are in a filtered deck are in that one to Anki, too.
    assert {found[key] for key in had} == {"Cram", "Lang", "Lang::Fr", "Lang::De", "Gaps"}
    assert all(found[key] in (had[key].deck, "Cram") for key in had)
    assert [key for key, deck in found.items() if deck.startswith(("Lang", "Gaps")) and key not in had] == []
    assert len(had) > 25


def test_the_words_are_those_of_the_package(sample, tmp_path):
    """What a text and a package of the same notes ask and answer, where Anki's own types say how."""
    with open_package(sample.path("new.apkg"), tmp_path) as (_, package):
        packed = {card.guid: card for each in package.decks if each.deck.name != "Gaps" for card in each.deck.cards}
    cards = [card for name, deck in read(sample).items() if name.startswith("Lang") for card in deck.cards]
    both = [card for card in cards if card.note and card.guid in packed]
    assert len(both) == 8, "those with two cards"
    assert sides(both) == sides(packed[card.guid] for card in both)


def test_nothing_is_lost_unnamed(sample, tmp_path):
    """Each field of each note is on a card of it, but for a switch; what a text cannot say is told."""
    decks = read(sample)
    file = tmp_path / NOTES
    file.write_bytes(sample.path(NOTES).read_bytes())
    lines, status = report([file])
    masks = "image occlusion needs a package. Export it from Anki as .apkg, with its media."
    assert status == 1, "and it is said which"
    assert any(line.endswith(masks) for line in lines)
    assert sum("the first field is the front, the others are the back" in line for line in lines) == 6
    assert {f"{file.as_posix()}: {name}" for name in decks} <= {*lines}
    for deck in decks.values():
        for card in deck.cards:
            said = words((*card.front, *card.back))
            for field in card.fields[2:7]:
                assert field == "y" or not field.isalnum() or field in said, card


def test_both_ways_only_where_anki_asks_both_ways():
    """Its names in any of its languages, as they stand in a column or above all; the third field is a switch."""
    text = (
        f"{HEAD}a\tEinfach (und die umgekehrte Richtung)\tD\tone\teins\t\t\n"
        "b\t基本 (任意で反転カードを作成)\tD\ttwo\tzwei\ty\t\nc\tBasic (optional reversed card)+\tD\tthree\tdrei\t\t\n"
        "d\tBasic (and reversed card)-1a2b3\tD\tfour\t\t\t\ne\tBoth ways\tD\tfive\tfünf\tx\t\n"
        "f\tBasic (and reversed card)\tD\tsix\tsechs\tmore\tt\n"
    )
    (deck,) = delimited.decks_of(text.encode(), "notes.txt")
    assert sides(deck.cards) == [
        ("one", "eins"), ("eins", "one"), ("two", "zwei"), ("zwei", "two"), ("three", "drei"), ("four", ""),
        ("five", "fünf\nx"), ("six", "sechs\nmore"), ("sechs", "six\nmore"),
    ]  # fmt: skip
    assert [card.guid for card in deck.cards] == ["a:0", "a:1", "b:0", "b:1", "c", "d", "e", "f:0", "f:1"]
    assert [str(fault) for fault in deck.faults] == [
        'notes.txt: 1 note of "Both ways": the first field is the front, the others are the back. '
        "A text does not say how Anki shows them; a package (.apkg) does."
    ]
    plain = "#notetype:Généralités (deux sens)\nmer;sea\nciel;sky\n"
    first, back, *_ = delimited.parse(plain.encode(), "mots.txt").cards
    assert (words(back.front), words(back.back), back.note) == ("sea", "mer", first.note)
    assert first.note
    assert reverse_of("Basic") is Reverse.NEVER


def test_a_file_that_names_decks_is_these_decks():
    """In the order of their first entries; two spellings of one name are one, and no name is the file's own deck."""
    text = "#separator:;\n#deck:Rest\n#deck column:3\na?;1;B::C\nb?;2;A\nc?;3;b::c\nd?;4;\ne?;5;  A \n;6;Gone\n"
    decks = delimited.decks_of(text.encode(), "all.txt")
    assert [(deck.name, len(deck.cards)) for deck in decks] == [("B::C", 2), ("A", 2), ("Rest", 1)]
    assert [str(fault) for deck in decks for fault in deck.faults] == [
        "all.txt, line 9: nothing in the first field. Is the question missing, or one ; too many before it?"
    ]
    assert decks[0].parted is not None
    assert decks[0].parted.whole == "Rest"
    assert decks[0].columns.endswith("1 is the front, 2 belongs to the back, 3 names the deck.")
    (named,) = delimited.decks_of(b"Front,Back,Deck\nmer,sea,Mots\n", "all.txt")
    assert (named.name, sides(named.cards)) == ("Mots", [("mer", "sea")])
