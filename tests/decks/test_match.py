"""Which new card is which old one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.decks.card import Kind
from bot.decks.delimited import parse
from bot.decks.likeness import normalised
from bot.decks.match import Known, match

DECK = [
    "Capital of France?;Paris",
    "Capital of Italy?;Rome",
    "What does a determinant measure?;How much areas change due to the transformation",
    "Who wrote Faust?;Johann Wolfgang von Goethe, in two parts over sixty years",
    "What is dropout?;A regularization technique like training a large ensemble of small networks",
    "All models are wrong, some are useful.;",
    "日本の首都はどこですか;東京は日本の首都です",
]


def cards(lines, header="#separator:;\n"):
    """The cards of some lines."""
    return parse((header + "\n".join(lines)).encode(), "deck.txt").cards


def known(lines, archived=(), header="#separator:;\n"):
    """The same cards as the database has them, numbered from 100; those whose number is in `archived` are."""
    return remembered(cards(lines, header), archived)


def remembered(found, archived=()):
    """Cards as the database has them."""
    return [
        Known(at, card.fields, card.front, card.back, card.kind, card.guid, at in archived, card.note)
        for at, card in enumerate(found, 100)
    ]


def test_the_same_file_is_the_same_cards():
    """Nothing is new, gone or rewritten when nothing changed."""
    matching = match(known(DECK), cards(DECK))
    assert matching.kept == {at: 100 + at for at in range(len(DECK))}
    assert (matching.created, matching.gone, matching.rewritten) == ((), (), ())


@pytest.mark.parametrize(
    ("line", "corrected"),
    [
        ("Capital of France?;Paris", "Capital of France?;Paris, on the Seine"),
        ("Capital of France?;Paris", "capital of  FRANCE;<b>Paris</b>."),
        ("What does a determinant measure?;How much areas change", "What is a determinant?;How much areas change"),
        ("Who wrot Faust, how?;In two parts, over sixty years", "Who wrote Faust, how?;In 2 parts, over sixty years"),
        ("日本の首都はどこですか;東京は日本の首都です", "日本国の首都はどこですか;東京は日本国の首都です"),
        ("When should you use an L1 over an L2?;", "When should you use an L1 over an L2?;For sparse weights"),
        ("All models are wrong, some are usefull.;", "All models are wrong; some are useful.;"),
    ],
)  # fmt: skip
def test_a_corrected_card_stays_the_card(line, corrected):
    """A typo, another look, a new front over the same answer, a new answer under the same front keep the memory."""
    others = ["Adagrad?;x", "MLE?;y"]
    corrected = corrected.replace("wrong; some", "wrong, some")
    matching = match(known([line, *others]), cards([*others, corrected]))
    assert matching.kept[2] == 100
    assert (matching.created, matching.gone) == ((), ())


def test_a_line_taken_out_is_archived_and_comes_back():
    """The card is gone when its line is, and the same card when the line is there again."""
    assert match(known(DECK), cards(DECK[1:])).gone == (100,)
    again = match(known(DECK, archived={100}), cards(DECK))
    assert (again.kept[0], again.created, again.gone) == (100, (), ())


def test_an_archived_card_that_stays_out_is_not_gone_again():
    """Only what was in use until now is gone."""
    assert match(known(DECK, archived={100}), cards(DECK[1:])).gone == ()


def test_the_id_of_the_author_goes_first():
    """With a guid, front and back may both be another and the card is the same."""
    header = "#separator:;\n#guid column:3\n"
    old = known(["Capital of France?;Paris;g1", "Capital of Italy?;Rome;g2"], header=header)
    matching = match(old, cards(["Capital of Italy?;Rome;g1", "Something else?;Altogether;g2"], header=header))
    assert matching.kept == {0: 100, 1: 101}


def test_the_same_entry_twice_keeps_both():
    """Equal entries are paired in order, so reading a file again takes no memory; one taken out leaves the first."""
    twice = ["a?;b", "c?;d", "a?;b"]
    assert match(known(twice), cards(twice)).kept == {0: 100, 1: 101, 2: 102}
    once = match(known(twice), cards(twice[:2]))
    assert (once.kept, once.gone) == ({0: 100, 1: 101}, (102,))
    assert match(known(twice, archived={100}), cards(twice[:2])).kept == {0: 102, 1: 101}


def test_what_is_not_one_to_one_is_left():
    """Two cards with one front and new answers are not guessed at."""
    old = known(["Mean?;to intend something", "Mean?;the sum by the number"])
    matching = match(old, cards(["Mean?;unkind", "Mean?;a river's middle"]))
    assert (matching.kept, matching.gone, matching.created) == ({}, (100, 101), (0, 1))


def test_cards_that_only_resemble_stay_apart():
    """Another question of the same build is a new card."""
    matching = match(known(["Capital of France?;Paris"]), cards(["Capital of Spain?;Madrid"]))
    assert (matching.gone, matching.created) == ((100,), (0,))


def test_kinds_are_not_mixed_by_likeness():
    """A statement does not become a question because it reads alike."""
    old = known(["Deep networks want to be trained with large batches of data and patience;"])
    new = cards(["Deep nets want to be trained with large batches of data and patience?;"])
    assert new[0].kind is Kind.WAITING
    assert match(old, new).kept == {}


def test_a_rewritten_answer_is_reported():
    """The card keeps its memory under the same front, and its author is asked; a small change is not worth a word."""
    new = ["Capital of France?;Lutetia Parisiorum", "Capital of Italy?;Rome.", *DECK[2:]]
    changed = match(known(DECK), cards(["Capital of France?;It moved to Lyon", *new[1:]]))
    assert (changed.kept[0], changed.rewritten) == (100, (100,))


LINES = st.lists(
    st.tuples(st.text(alphabet="abc de?", min_size=1, max_size=10), st.text(alphabet="abc de", max_size=16))
    .map(";".join),
    min_size=1, max_size=12,
).filter(lambda lines: any(line.split(";")[0].strip() for line in lines))  # fmt: skip


@given(LINES, st.data())
def test_order_never_matters(lines, data):
    """Moved lines keep every card, whatever is in them."""
    old = known(lines)
    matching = match(old, cards(data.draw(st.permutations(lines))))
    assert sorted(matching.kept.values()) == [card.card_id for card in old]
    assert (matching.created, matching.gone, matching.rewritten) == ((), (), ())


@given(LINES, LINES, st.sets(st.integers(100, 111)))
def test_every_card_is_somewhere_once(before, after, archived):
    """Kept, created and gone part the cards: nothing twice, nothing forgotten, whatever changed."""
    old, new = known(before, archived), cards(after)
    matching = match(old, new)
    assert len(set(matching.kept.values())) == len(matching.kept)
    assert sorted([*matching.kept, *matching.created]) == list(range(len(new)))
    in_use = {card.card_id for card in old if not card.archived}
    assert set(matching.gone) == in_use - set(matching.kept.values())
    assert set(matching.rewritten) <= set(matching.kept.values())


def test_what_was_edited_here_stays_until_its_file_says_something_else():
    """It is known by the cells that its file had; a new text of the file is taken."""
    old = known(DECK[:2])
    edited = replace(old[0], fields=("Capital of the French?", "It is Paris"), file_fields=old[0].fields)
    matching = match([edited, old[1]], cards(DECK[:2]))
    assert (matching.kept, matching.edited, matching.rewritten) == ({0: 100, 1: 101}, {0}, ())
    matching = match([edited, old[1]], cards(["Capital of France?;Lutetia", DECK[1]]))
    assert (matching.kept, matching.edited) == ({0: 100, 1: 101}, frozenset())


def test_what_was_added_by_hand_is_never_gone():
    """It was in no file, so none misses it; a file that has it makes it its own."""
    old = known(DECK[:2])
    added = replace(old[1], file_fields=())
    matching = match([old[0], added], cards(DECK[:1]))
    assert (matching.kept, matching.gone) == ({0: 100}, ())
    matching = match([old[0], added], cards(DECK[:2]))
    assert (matching.kept, matching.edited) == ({0: 100, 1: 101}, frozenset())


def test_a_card_that_may_be_another_wording_is_told():
    """Less alike than what is taken for the same, each other's best, not archived: only where it is said, it is one."""
    old = known(["Which long river flows through the middle of Rome?;Tiber", "Capital of Italy?;Rome"])
    new = cards(["Which river flows through all of Rome slowly?;Tiber", "Capital of Peru?;Lima"])
    matching = match(old, new)
    assert (matching.kept, matching.created, matching.gone, matching.alike) == ({}, (0, 1), (100, 101), {0: 100})
    matching = match(old, new, same=True)
    assert (matching.kept, matching.created, matching.gone, matching.alike) == ({0: 100}, (1,), (101,), {})
    assert match([replace(old[0], archived=True)], new).alike == {}
    # What was said of one of them; of what is no such pair nothing can be said.
    assert match(old, new, otherwise=[(0, 100), (1, 101)]).kept == {0: 100}
    matching = match(old, new, same=True, otherwise=[(0, 100)])
    assert (matching.kept, matching.created, matching.alike) == ({}, (0, 1), {0: 100})
    assert match(old, new, same=True, otherwise=[(1, 100), (0, 101)]).kept == {0: 100}


@pytest.mark.parametrize(
    ("lines", "reworded", "asked"),
    [
        # However little the words are alike; a short answer alone does not say that it is the same.
        (["What do stomata let in?;CO2"], ["Gas taken up through the pores of a leaf;CO2."], {0: 100}),
        (["Leaf?;in spring", "Leaf?;in autumn"], ["Leaf?;green as of May", "Leaf?;red, autumn"], {0: 100, 1: 101}),
        (["Is ice lighter than water?;Yes", "Is salt a metal?;No"], ["Does ice float?;Yes"], {0: 100}),
        # Of several that share it the one that is most like it.
        (
            ["Is ice lighter than water?;Yes", "Does tin melt easily?;Yes"],
            ["Melts tin?;Yes", "Ice on a lake: does it float on water?;Yes"],
            {0: 101, 1: 100},
        ),
        (["Is ice lighter?;Yes", "Is ice lighter?!;Yes"], ["Does it float?;Yes"], {}),
        (["Water is wet.;"], ["Ice floats.;"], {}),
    ],
)  # fmt: skip
def test_a_card_of_which_one_side_stays_is_asked_for(lines, reworded, asked):
    """It is told as one that may be another wording, and is that only where it is said."""
    old, new = known(lines), cards(reworded)
    matching = match(old, new)
    assert (matching.kept, matching.alike) == ({}, asked)
    assert match(old, new, same=True).kept == asked


def test_a_sibling_follows_its_note():
    """One side of a note in both directions is another: the card that asks for that side stays the card, too."""
    header = "#separator:;\n#notetype:Basic (and reversed card)\n"
    lines = ["leaf;Blatt", "tree;Baum", "root;Wurzel"]
    old = known(lines, header=header)
    for line in ("leaf;Laub der Linde", "lime foliage;Blatt"):
        matching = match(old, cards([line, *lines[1:]], header))
        assert (matching.kept, matching.alike) == ({at: 100 + at for at in range(6)}, {})
    # Both sides are others: both are asked for, or neither.
    old = known(["Which long river flows through Rome?;The old Tiber"], header=header)
    new = cards(["Which river flows through all of Rome?;The Tiber, old"], header)
    assert match(old, new).alike in ({}, {0: 100, 1: 101})
    # Where cards have ids, these say that the second is another.
    by_id = [replace(card, guid=f"n:{at}", note="n") for at, card in enumerate(cards(["leaf;Blatt"], header))]
    changed = [by_id[0], replace(by_id[1], guid="n:2", front=new[0].front, back=new[0].back, fields=("x",))]
    assert match(remembered(by_id), changed).kept == {0: 100}


@pytest.mark.parametrize(
    ("text", "normal"),
    [("  Straße,  FOO! ", "strasse foo"), ("cafe\u0301", "caf\u00e9"), ("a+b", "a+b"), ("?!", ""), ("don’t", "don t")],
)  # fmt: skip
def test_normalised_text_is_what_a_typo_fix_leaves(text, normal):
    """NFC, case, white space and punctuation are off; signs of mathematics stay."""
    assert normalised(text) == normal


def test_a_large_deck_is_read_again_in_no_time():
    """5 000 unchanged cards take less than half a second, and 1 000 that all changed do not run away."""
    lines = [f"Question number {n} of many?;The answer is {n * n}, as everybody knows" for n in range(5_000)]
    new = cards(lines)
    old = remembered(new)
    began = time.process_time()
    assert len(match(old, new).kept) == 5_000
    assert time.process_time() - began < 0.5
    changed = cards([f"{line} these days" for line in lines[:1000]])
    began = time.process_time()
    assert len(match(old[:1000], changed).kept) == 1000
    assert time.process_time() - began < 0.75
