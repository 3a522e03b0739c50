"""Markdown files of cards, as people keep them in git."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decks.card import DeckError, Kind
from bot.decks.content import Code, Displayed, Formula, Gap, Paragraph, Picture, Points, Run, Sound, Table, words
from bot.decks.match import Known, match
from bot.decks.reading import read
from bot.decks.textfile import NotADeckError


def deck(text, file="decks/x.md"):
    """The deck of this text."""
    return read(text.encode(), file)[0]


def sides(text):
    """The plain words of both sides of each card."""
    return [(words(card.front), words(card.back)) for card in deck(text).cards]


def p(*runs):
    """A paragraph of texts."""
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


# --- hashcards


def test_questions_and_answers_of_hashcards():
    """Each side goes on over lines and empty lines to the next letter, what is in a block of code being none."""
    found = deck("""
Q: Which cells
carry oxygen?

![](blood.png)
A: These:

- red ones

```
Q: no question
A: no answer
```
$$O_2$$

Q: And which clot?
A: Platelets, $10^5$ in a μl
""")
    assert [(card.front, card.back) for card in found.cards] == [
        ((p("Which cells carry oxygen?"), Picture("blood.png")),
         (p("These:"), Points(((p("red ones"),),)), Code("Q: no question\nA: no answer"), Displayed("O_2"))),
        ((p("And which clot?"),), (p("Platelets, ", Formula("10^5"), " in a μl"),)),
    ]  # fmt: skip
    assert [(card.line, card.kind, card.note) for card in found.cards] == [(2, "question", ""), (16, "question", "")]
    assert (found.name, found.faults) == ("X", ())
    assert found.columns == "Markdown: cards are written with Q: and A:."


def test_gaps_of_hashcards():
    """A card a gap, siblings of one note; pictures, addresses, code and formulas have brackets of their own."""
    found = deck("C: [Iron] is in `a[0]` of ![x](y.png) [this](https://x.org), $[a]$,\n\n— [haem].\nC: [$n!$] here\n")
    assert [words(card.front) for card in found.cards] == [
        "[…] is in a[0] of\ny.png\nthis, [a],\n— haem.",
        "Iron is in a[0] of\ny.png\nthis, [a],\n— […].",
        "[…] here",
    ]
    assert found.cards[0].back[0].runs[0] == Run("Iron", frozenset({"answer"}))
    first, second, third = found.cards
    assert first.note == second.note != third.note == ""
    assert first.fields == (second.fields[0], "1")
    assert first.front[0].runs[0] == Gap(1)


def test_media_of_hashcards():
    """Sounds are written as pictures are, and @ is the folder of all decks."""
    (card,) = deck("Q: ![seen](@/eye.png)\nA: ![](@/ear.ogg) ![](<a b.mp3>)").cards
    assert card.front == (Picture("eye.png", "seen"),)
    assert card.back == (Sound("ear.ogg"), Sound("a b.mp3"))


def test_hashcards_names_its_deck():
    """In front matter; else the file does, whatever its folder."""
    assert deck('---\nname = "Blood"  # x\n---\nQ: a\nA: b').name == "Blood"
    assert deck("Q: a\nA: b", "decks/bio/blood-cells.md").name == "Blood cells"


def test_what_is_wrong_in_hashcards_is_told():
    """With its line and the likely cause; a question without an answer waits for it."""
    found = deck("A: x\nQ: a\nQ: b\nA: c\nA: d\n---\nprose\n\nC: no gap\n")
    assert [(words(card.front), words(card.back), card.kind) for card in found.cards] == [
        ("a", "", Kind.WAITING),
        ("b", "c A: d", Kind.QUESTION),
    ]
    assert list(map(str, found.faults)) == [
        "decks/x.md, line 1: an answer without a question. Is its Q: missing?",
        "decks/x.md, line 5: an answer where none is asked for. "
        "Is a Q: missing between them? The line was read as part of what stands above it.",
        "decks/x.md, line 9: a C: without a […]. Put what is asked for into square brackets.",
    ]
    assert [fault.loses_card for fault in found.faults] == [True, False, True]


# --- Obsidian Spaced Repetition


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("un::one", [("un", "one")]),
        ("deux ::: two", [("deux", "two"), ("two", "deux")]),
        ("a::b::c", [("a", "b::c")]),
        ("prose\n## 1. [ ] trois :: three\nmore prose", [("trois", "three")]),
        ("- list `a::b` :: $c::d$", [("list a::b", "c::d")]),
        ("up\nand up\n?\ndown\nand down\n\nprose", [("up\nand up", "down\nand down")]),
        ("this\n??\nthat", [("this", "that"), ("that", "this")]),
        ("a::b <!--SR:!2026-01-01,4,270!2026-01-02,1,250-->", [("a", "b")]),
        ("a\n?\nb\n<!--SR:!2026-01-01,4,270-->\n", [("a", "b")]),
        ("a::b\n> [!sr|card-metadata]\n> <!--SR:!2026-01-01,4,270-->\n", [("a", "b")]),
        ("c::d\n<!-- a::b <!--SR:!2026-01-01,4,270--> -->\n<!--\ne::f\n\n-->g::h", [("c", "d"), ("g", "h")]),
        ("```\na::b\n\n?\n```\n\n~~~\nc::d\n~~~\n\n    e::f\n\ng::h", [("g", "h")]),
        ("x\n?\n```py\n\na::b\n```\n", [("x", "a::b")]),
        ("- x::y\n    - z::w", [("x", "y"), ("z", "w")]),
        ("The ==first== and\nthe ==second==", [("The […] and\nthe second", "The first and\nthe second"),
                                               ("The first and\nthe […]", "The first and\nthe second")]),
        ("A ==1;;b;;c== ==d==^[e] ==f==[^1]", [("A [c] d […]", "A b d f"), ("A b [e] f", "A b d f")]),
        ("A ==b==^[c][^2] ==d==[^1]^[e]", [("A b [e]", "A b d"), ("A [c] d", "A b d")]),
        ("if a == b and c == d", []),
        ("`==a==` $==b==$ ==\n\n==", []),
        ("**bold** {{curly}}", []),
        ("the ==key== is::b", [("the key is", "b")]),
        ("::: tip\nprose\n:::", []),
        ("key:: value", [("key", "value")]),
        ("---\ntitle: a::b\n---\nc::d", [("c", "d")]),
    ],
)  # fmt: skip
def test_forms_of_obsidian(text, cards):
    """As the plugin reads them by its defaults; code, formulas, comments and front matter hold none."""
    if cards:
        assert sides(text) == cards
    else:
        with pytest.raises(NotADeckError):
            deck(text)


def test_a_note_of_obsidian_is_one():
    """Both directions, and the gaps of one text, are siblings; a card alone is none."""
    cards = deck("a::b\n\nc:::d\n\nx ==e== ==f==").cards
    assert [bool(card.note) for card in cards] == [False, True, True, True, True]
    assert len({card.note for card in cards[1:3]}) == len({card.note for card in cards[3:]}) == 1
    assert [card.fields for card in cards[:3]] == [("a", "b"), ("c", "d"), ("d", "c")]


def test_pictures_sounds_and_links_of_obsidian():
    """What is embedded is shown, a link to a note is its words, and a table is one."""
    (card,) = deck(
        "See [[Cells#Blood|the cell]] and [[Iron]]\n?\n![[red cell.png|300]]\n| a |\n|-|\n| ![[x.mp3]] b |"
    ).cards
    assert card.front == (p("See the cell and Iron"),)
    assert card.back[0] == Picture("red cell.png")
    assert sides("a::![[a.mp3]] ![x](b.ogg)") == [("a", "a.mp3\nb.ogg")]
    assert deck("a::![[a.mp3]]").cards[0].back == (Sound("a.mp3"),)
    assert isinstance(deck("a\n?\n| a | b |\n|-|-|\n| c | d |").cards[0].back[0], Table)


@pytest.mark.parametrize(
    ("text", "file", "name"),
    [
        ("#flashcards/french/kitchen-words\n\na::b", "x.md", "French::Kitchen words"),
        ("---\ntags:\n  - flashcards/french\n---\na::b", "x.md", "French"),
        ("---\ntags: [a, flashcards/french]\n---\na::b", "x.md", "French"),
        ("#flashcards\na::b", "french/kitchen.md", "French::Kitchen"),
        ("a::b", "french/kitchen.markdown", "French::Kitchen"),
        ("a::b", "kitchen.md", "Kitchen"),
    ],
)
def test_a_tag_names_the_deck_else_the_folder_and_the_file(text, file, name):
    """As the plugin names them, but for the file, which is a deck of its own."""
    assert deck(text, file).name == name


def decks(text, file="x.md"):
    """The fronts and tags of each deck's cards, by the deck's name."""
    return {each.name: [(words(card.front), *card.tags) for card in each.cards] for each in read(text.encode(), file)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("#flashcards/a/b\nq1::a\n\n#flashcards/c q2::a\n\nq3\n?\na", {"A::B": ["q1", "q3"], "C": ["q2"]}),
        ("#flashcards/a\nq1::a\n#flashcards/b\nq2::a\n\n#flashcards/A\nq3::a", {"A": ["q1", "q3"], "B": ["q2"]}),
        ("# One #flashcards/a\nq1::a\n\n# Two #flashcards/b\n\nq2\n?\na", {"A": ["q1"], "B": ["q2"]}),
        ("---\ntags: [flashcards/a]\n---\nq1::a\n#flashcards/b\nq2::a", {"A": ["q1"], "B": ["q2"]}),
        ("q1::a\n\nprose #flashcards/a\nq2::a\n#flashcards/b\nq3::a", {"A": ["q1", "q2"], "B": ["q3"]}),
        ("- #flashcards/b q1::a\n- q2::a\n\n#flashcards The ==q3==", {"B": ["q1"], "X": ["q2", "The […]"]}),
        ("q1 #flashcards/a::a #flashcards/b\n\nq2::a", {"X": ["q1 #flashcards/a", "q2"]}),
        ("q1::a\n```\n#flashcards/a\n```\n<!-- #flashcards/b -->\nx#flashcards/c", {"X": ["q1"]}),
        ("q1\n#flashcards/b\n?\na\n\nq2::a\n\n#flashcards/c", {"B": ["q1", "q2"]}),
    ],
    ids=range(9),
)
def test_deck_tags_name_the_decks_of_the_cards_below_them(text, named):
    """Until the next; one that begins a card is its own, and the first is for what stands above it as well."""
    assert {name: [front for front, *_ in cards] for name, cards in decks(text).items()} == named


def test_a_card_is_in_one_deck():
    """The first of those that its line names, the others being tags; a file that says its name is one deck."""
    text = "#flashcards/a\nq1::a\n\n#flashcards/b/c #flashcards/d/e\nq2:::a\n"
    assert decks(text) == {"A": [("q1",)], "B::C": [("q2", "d::e"), ("a", "d::e")]}
    found = read(text.encode(), "x.md")
    assert [str(fault) for each in found for fault in each.faults] == [
        "x.md, line 4: several decks for the same cards: #flashcards/b/c, #flashcards/d/e. "
        "A card is in one deck, here in the first. The others are tags of it."
    ]
    assert [each.columns for each in found] == ["Markdown: cards are written with ::, :::.", ""]
    assert [each.parted.whole for each in found] == ["A", "A"]
    assert decks(f'---\nname = "All"\n---\n{text}') == {
        "All": [("q1", "a"), ("q2", "b::c", "d::e"), ("a", "b::c", "d::e")]
    }


def test_what_a_file_was_called_as_one_deck_is_known():
    """By its first tag that was not in prose, as it was read then, else like the file."""
    assert deck("#flashcards/a\nq::a", "f/x.md").parted is None
    assert deck("q::a\n\n#flashcards/b r::s", "f/x.md").parted.whole == "B"
    assert deck("# a #flashcards/a\nq::a", "f/x.md").parted.whole == "F::X"
    assert deck("---\ntags: [flashcards/c]\n---\n#flashcards/b\nr::s").parted.whole == "C"


def test_letters_are_prose_where_a_tag_says_that_it_is_obsidians():
    """C: is a drive there."""
    assert sides("#flashcards\nC: is a drive\n\nA: b::c") == [("A: b", "c")]


def test_what_is_wrong_in_obsidians_forms_is_told():
    """An empty line beside the mark is the usual cause."""
    found = deck("a\n\n?\nb\n\nc\n?\n\nd\n\n::e\n\n<!-- f\ng::h")
    assert [(words(card.front), card.kind) for card in found.cards] == [("c", "waiting"), ("g", "question")]
    assert [(fault.line, fault.what, fault.loses_card) for fault in found.faults] == [
        (3, "a ? with nothing above it", True),
        (7, "a ? with nothing below it", False),
        (11, "nothing before the ::", True),
        (13, "a comment is opened and not closed", False),
    ]


# --- what holds for both


def test_notes_without_a_card_are_no_deck():
    """People keep them beside their cards."""
    for text in ("", "# Notes\n\nProse.\nA: b\n", "---\ntags: [flashcards]\n---\n"):
        with pytest.raises(NotADeckError):
            deck(text)
    with pytest.raises(DeckError, match=r"line 1: a C: without") as caught:
        deck("C: nothing\n")
    assert not isinstance(caught.value, NotADeckError)


def test_a_typo_mended_keeps_the_card_and_its_siblings():
    """Each card is the one that it was."""
    before = deck("#flashcards/a\nmanger:::to eat\n\nThe ==heart== pumps ==blod== around the body").cards
    after = deck("The ==heart== pumps ==blood== around the body\n\nmanger:::to eat up").cards
    old = [Known(at, card.fields, card.front, card.back, card.kind) for at, card in enumerate(before)]
    assert match(old, after).kept == {0: 2, 1: 3, 2: 0, 3: 1}


def test_an_entry_that_is_too_long_or_has_too_many_gaps_is_told():
    """It is in no card, and the others are."""
    found = deck("Q: a\nA: " + "bbbb\n" * 30_000 + "C: " + "[x] " * 101 + "\nQ: c\nA: d\n")
    assert [words(card.front) for card in found.cards] == ["c"]
    assert [(fault.line, fault.what) for fault in found.faults] == [
        (1, "150,000 characters where an entry has 100,000 at the most"),
        (30002, "101 gaps where a text has 100 at the most"),
    ]


def test_cards_that_are_longer_than_any_deck_are_refused():
    """A hundred gaps make a hundred cards of a text; a text that is too long for that is told before it is read."""
    text = "C: " + "[x] " * 100 + "y" * 90_000
    with pytest.raises(DeckError, match="line 1: the cards up to here are longer than a deck's"):
        deck(text)


PIECES = st.sampled_from(
    ["\n", "\n\n", "::", ":::", "\n?\n", "\n??\n", "==", "`", "```\n", "\n```\n", "$", "Q: ", "\nQ: ", "\nA: ", "\nC: ",
     "[", "]", "<!--", "-->", "<!--SR:", "\n---\n", "#flashcards/a ", "\n#flashcards\n", "- ", "    ", "![[", "]]", "|",
     "\\", "\\[", "\\]", "^[", "[^1]", "1;;", "~~~\n", "> ", "\n> [!sr|card-metadata]\n", "*", "<b>", "\ufdd1", "\t"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.sampled_from(["w1 ", "w2", " w3 "])), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_marks_in_any_order_are_read_or_told(text):
    """No front is without a word, no gap tells its answer by its own mark, and nothing but our errors is raised."""
    try:
        found = deck(text)
    except DeckError:
        return
    for card in found.cards:
        assert card.front
        assert (card.kind is Kind.QUESTION) is bool(card.back)
        assert not any("\ufdd0" <= char <= "\ufdd7" for char in repr(card.front) + repr(card.back))
    assert all(fault.what and fault.cause for fault in found.faults)


@pytest.mark.parametrize(
    "text",
    ["==a " * 25_000, "`" * 99_999, "``a" * 30_000, "C: " + "[" * 90_000 + "x]", "- " * 45_000 + "a::b",
     "$" * 99_999, r"\(" * 20_000 + "::", "<!-- --> " * 10_000 + "a::b", "a::" + ">" * 10_000 + "b",
     "a::" + "[[" * 45_000, "a::" + "![" * 45_000, "#flashcards/" * 8_000, "a::b\n" * 500, "<!--\n" * 30_000,
     "```\n" * 30_000, "\n".join("`" * n for n in range(1, 400)), "a::" + "<div>" * 15_000],
    ids=range(17),
)  # fmt: skip
def test_a_long_file_is_read_soon(text):
    """Marks that are never closed, deep or many, hold nobody up."""
    began = time.process_time()
    with contextlib.suppress(DeckError):
        deck(text)
    assert time.process_time() - began < 5
