"""A note type comes in whole, and a card can be drawn anew from its note's fields."""

import pytest
from msgspec.structs import replace

from bot.decks.anki import notetypes
from bot.decks.anki.rendering import rendered
from bot.decks.anki.templates import TemplateError
from bot.decks.match import Known, match
from tests.decks.anki.samples import GENERATIONS, Sample, database, open_package, package_of


def pairs(read):
    """State and card of all that was read."""
    return [pair for deck in read.decks for pair in zip(deck.states, deck.deck.cards, strict=True)]


def known(card, number):
    """The card as the database has it."""
    return Known(number, card.fields, card.front, card.back, card.kind, card.guid, note=card.note)


def test_a_note_type_is_the_same_from_either_schema(sample: Sample, tmp_path):
    """Its ids, looks and LaTeX stand in JSON here and in protobuf there; as JSON of our own nothing of it is lost."""
    found = []
    for name in GENERATIONS:
        (tmp_path / name).mkdir()
        with open_package(sample.path(name), tmp_path / name) as (_, read):
            found.append({state.note.notetype.id: state.note.notetype for state, _ in pairs(read)})
            bodies = {card.notetype for _, card in pairs(read)}
    assert found == [found[0]] * len(GENERATIONS)
    assert {notetypes.to_json(each) for each in found[0].values()} == bodies
    assert {notetypes.from_json(body) for body in bodies} == {*found[0].values()}
    masks = next(each for each in found[0].values() if each.name == "Image Occlusion")
    assert masks.is_cloze
    assert masks.css.startswith("#image-occlusion-canvas {")
    assert masks.latex_before.startswith("\\documentclass")
    assert masks.latex_after == "\\end{document}"
    assert masks.stock == 6
    assert [look.tag for look in masks.looks] == [0, 1, 2, 3, 4]
    assert all(look.kept and look.id for look in masks.looks[:4])
    assert masks.templates[0].id


def test_a_card_is_drawn_anew_from_its_fields(sample: Sample, tmp_path):
    """From the type as it is kept, the fields and the ordinal that its id says: both sides as they were read."""
    with open_package(sample.path("new.apkg"), tmp_path) as (_, read):
        for state, card in pairs(read):
            note, ordinal = card.guid.rsplit(":", 1)
            assert (note, card.fields) == (card.note, state.note.fields)
            kind = notetypes.from_json(card.notetype)
            again = rendered(kind, card.fields, int(ordinal), tags=card.tags, deck=state.deck)
            assert (again.front, again.back) == (card.front, card.back)
    kind = notetypes.NoteType("Kind", False, ("Front",), (notetypes.Template("One", "{{Front}}", ""),))
    assert rendered(kind, ("",), 0).front == ()
    with pytest.raises(TemplateError, match="its note type has no such card"):
        rendered(kind, ("x",), 1)


def test_siblings_are_told_apart_though_they_have_one_note_s_fields(sample: Sample, tmp_path):
    """Also where the ids of the notes are others: a gap that is gone takes no other's memory."""
    with open_package(sample.path("new.apkg"), tmp_path) as (_, read):
        cards = [card for _, card in pairs(read) if len(card.fields) == 2 and "{{c" in card.fields[0]]
    assert len({card.note for card in cards}) < len(cards)
    others = [replace(card, guid=f"new{card.guid}", note=f"new{card.note}") for card in cards[1:]]
    matching = match([known(card, 100 + at) for at, card in enumerate(cards)], others)
    assert matching.kept == {at: 101 + at for at in range(len(others))}


def test_a_note_type_that_nobody_writes_is_not_kept(tmp_path):
    """Half a million characters of style: its cards are two sides alone, and that is said."""
    path = tmp_path / "x.apkg"
    then = 'update col set models = replace(models, \'"flds"\', \'"css": "' + "x" * 500_000 + '", "flds"\')'
    path.write_bytes(package_of(database(tmp_path / "made.db", then=then)))
    (tmp_path / "in").mkdir()
    with open_package(path, tmp_path / "in") as (_, read):
        assert pairs(read)[0][1].notetype == ""
        assert [fault.what for deck in read.decks for fault in deck.deck.faults] == [
            '"front", card 1 of By hand: its note type is too long to be kept'
        ]


def test_notes_with_one_id_keep_ids_of_their_own(tmp_path):
    """The second is known by its text, and by its number where another has that, too."""
    then = "update notes set guid = 'same'"
    notes = [("a", "1"), ("b", "2"), ("b", "2")]
    path = tmp_path / "x.apkg"
    path.write_bytes(package_of(database(tmp_path / "made.db", notes, then=then)))
    (tmp_path / "in").mkdir()
    with open_package(path, tmp_path / "in") as (_, read):
        first, second, third = [card.note for _, card in pairs(read)]
    assert first == "same"
    assert second.startswith("=")
    assert third == f"{second}2"
