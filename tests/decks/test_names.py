"""Which deck is meant by what somebody typed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.names import are_copies, below, best, folded, tree

NAMES = (
    "Biology::Cells",
    "Biology",
    "Machine learning",
    "Kana",
    "Éléments de français",
    "Capitals",
    "Capitals of Asia",
    "日本語",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kana", ["Kana"]),
        ("kana", ["Kana"]),
        ("machine-learning", ["Machine learning"]),
        ("machine", ["Machine learning"]),
        ("learning", ["Machine learning"]),
        ("learning machine", ["Machine learning"]),
        ("ml", ["Machine learning"]),
        ("machin lerning", ["Machine learning"]),
        ("elements", ["Éléments de français"]),
        ("FRANÇAIS", ["Éléments de français"]),
        ("capitals", ["Capitals"]),
        ("capital", ["Capitals", "Capitals of Asia"]),
        ("asia", ["Capitals of Asia"]),
        ("日本語", ["日本語"]),
        # As it is kept, as it reads, and by its last part.
        ("Biology::Cells", ["Biology::Cells"]),
        ("biology › cells", ["Biology::Cells"]),
        ("cells", ["Biology::Cells"]),
        ("biology", ["Biology"]),
        ("knitting", []),
        ("", []),
        ("?!", []),
    ],
)
def test_a_name_is_found_as_people_type_it(typed: str, meant: list[str]) -> None:
    """Case, accents, dashes, a part, initials and a slip still mean the deck; another word means none."""
    assert [NAMES[place] for place in best(typed, NAMES)] == meant


@given(st.lists(st.text(max_size=20), max_size=6), st.data())
def test_a_deck_is_found_by_its_own_name(names: list[str], data: st.DataObject) -> None:
    """Whatever decks are called, the whole name means those that are called so, and them alone."""
    nameable = [place for place, name in enumerate(names) if folded(name)]
    if not nameable:
        return
    place = data.draw(st.sampled_from(nameable))
    assert best(names[place], names) == tuple(
        each for each, name in enumerate(names) if folded(name) == folded(names[place])
    )


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=6))
def test_whatever_is_typed_each_deck_is_meant_once_at_most(typed: str, names: list[str]) -> None:
    """The answer holds places of names, none twice."""
    found = best(typed, names)
    assert len(set(found)) == len(found)
    assert set(found) <= set(range(len(names)))


@pytest.mark.parametrize("typed", ["a", "x ", "deck number ", "ß", "ﷺ", "1:"])
def test_a_whole_message_is_compared_in_no_time(typed: str) -> None:
    """As long as Telegram lets a message be, against a thousand decks: everybody waits while it is looked for."""
    decks = [f"Deck number {number} of many words" for number in range(1000)]
    before = time.process_time()
    best((typed * 4096)[:4096], decks)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("biology", "Biology"), ("BIOLOGY :: cells", "Biology::Cells"), ("bio", ""), ("Biology::Plants", ""), ("", "")],
)
def test_the_name_above_decks_is_a_tree(typed: str, meant: str) -> None:
    """As it is kept; the whole name of a deck that has none below it is that deck's alone."""
    assert tree(typed, ["Biology::Cells::Walls", "Biology::Plants", "Biology"]) == meant


def test_below_a_tree_are_its_decks() -> None:
    """The deck of that very name too, and none whose name only begins so."""
    decks = ["Biology", "Biology::Cells::Walls", "Biology of seas", "Seas::Biology"]
    assert [name for name in decks if below("Biology", name)] == decks[:2]


@pytest.mark.parametrize("name", ["Capitals (1)", "Capitals (12)", "Capitals(3)", "Capitals Copy", "Capitals copy 2",
    "Capitals Copy (2)", "Capitals (1) (1)", "Capitals"])  # fmt: skip
def test_copies_of_a_file_have_one_name(name: str) -> None:
    """Whichever of them came first."""
    assert are_copies("Capitals", name)
    assert are_copies(name, "Capitals (7)")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Capitals", "Capitals of Asia"), ("Unit 1", "Unit 2"), ("War", "War (1914)"), ("(1)", "(2)"), ("Copy", "Copy 2")],
)
def test_other_names_are_other_names(one: str, other: str) -> None:
    """A number of the author's own is one of them."""
    assert not are_copies(one, other)
