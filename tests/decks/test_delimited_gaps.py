"""Gaps of Anki's in a text file: a card for each number, as of a note in a package."""

import pytest

from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.anki.rendering import rendered
from bot.decks.card import Card, DeckError, Kind
from bot.decks.check import report
from bot.decks.content import Gap, Paragraph, Run, Source, words
from bot.decks.delimited import parse
from bot.decks.match import Known, match
from bot.decks.writing import text_file

ANSWER = frozenset({"answer"})
CLOZE = NoteType("Cloze", True, ("Text", "Back Extra"), (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),))
CAPITAL = "{{c1::Paris::city}} is the capital of <b>{{c2::France}}</b>"
# As "Notes in Plain Text" writes them, with all that can be ticked.
EXPORT = (
    "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    f"gA\tCloze\tGeo\t{CAPITAL}\tsince 987\teurope towns\n"
    "gB\tBasic\tGeo\tWhat is it?\tA river\t\n"
    "gC\tCloze with title\tGeo\tRivers\tThe {{c2::Seine}} flows\t\n"
)


def read(text):
    """The deck of a text."""
    return parse(text.encode(), "deck.txt")


def sides(text):
    """The words of the sides of each card."""
    return [(words(card.front), words(card.back)) for card in read(text).cards]


def known(cards):
    """The cards as they are stored, by their place."""
    return [
        Known(at, card.fields, card.front, card.back, card.kind, card.guid, note=card.note)
        for at, card in enumerate(cards)
    ]


def test_an_export_of_anki_has_a_card_for_each_number():
    """The gap with its hint on the front, filled on the back with the further cells; ids as a package gives them."""
    deck = read(EXPORT)
    first, second, basic, titled = deck.cards
    assert first == Card(
        (Paragraph((Gap(1, "city"), Run(" is the capital of "), Run("France", frozenset({"bold"})))),),
        (
            Paragraph((Run("Paris", ANSWER), Run(" is the capital of "), Run("France", frozenset({"bold"})))),
            Paragraph((Run("since 987"),)),
        ),
        Kind.QUESTION, ("gA", "Cloze", CAPITAL, "since 987", "europe towns"), "gA:0", "gA",
        ("europe", "towns"), 7, row=("gA", "Cloze", "Geo", CAPITAL, "since 987", "europe towns"),
    )  # fmt: skip
    assert (words(second.front), second.guid, second.note) == ("Paris is the capital of […]", "gA:1", "gA")
    assert (words(basic.front), words(basic.back), basic.guid) == ("What is it?", "A river", "gB")
    # Its text is not the first of its fields.
    assert (words(titled.front), words(titled.back), titled.guid) == (
        "The […] flows", "The Seine flows\nRivers", "gC:1",
    )  # fmt: skip
    assert not deck.faults


@pytest.mark.parametrize(
    "text", [CAPITAL, "{{c1::a {{c2::b}} c::hint}} {{c1::<i>x</i>}}", r"\({{c1::x^2}}\) {{c3::<br>y}}"]
)
def test_both_sides_are_those_of_a_package(text):
    """Whichever file brings a note, its cards show the same."""
    cards = read(f"#separator:tab\n#html:true\n{text}\t\n").cards
    assert len(cards) == 2
    for card, number in zip(cards, (1, 3 if "c3" in text else 2), strict=True):
        there = rendered(CLOZE, (text, ""), number - 1)
        assert (card.front, card.back) == (there.front, there.back)


def test_a_list_of_sentences_needs_no_header():
    """The colons of gaps part no columns; siblings know each other, and a text with one gap has none."""
    deck = read("{{c1::Bonn}} lies on the {{c2::Rhine::a: river}}.\n{{c1::Rom}} nicht.\n{{c1::a {{c2::b}}::h}} c\n")
    assert [words(card.front) for card in deck.cards] == [
        "[…] lies on the Rhine.", "Bonn lies on the [a: river].", "[…] nicht.", "[h] c", "a […] c",
    ]  # fmt: skip
    one, two, alone, three, four = (card.note for card in deck.cards)
    assert one == two != three == four
    assert one
    assert not alone
    assert {card.guid for card in deck.cards} == {""}
    assert deck.columns == "One column: every line is a front."


def test_columns_with_names_say_where_the_text_is():
    """Gaps in other cells are no question, and sources stay what they are."""
    text = "Extra;Front;Source\nfrom {{c1::x}};a {{c1::b}};a book\n;c?;\n"
    card = read(text).cards[0]
    assert words(card.front) == "a […]"
    assert card.back[-1] == Source("a book")
    assert words(card.back) == "a b\nfrom {{c1::x}}\na book"


@pytest.mark.parametrize("front", ["{{c1::a", "{{c::a}}", "c1::a}}", "{{c0::a}}", "{c1::a}", "{{c1:a}}"])
def test_what_is_no_gap_stays_as_it_is_typed(front):
    """Nothing is told of it: it may be what the card is about."""
    deck = read(f"#separator:tab\n{front}\tb\n")
    assert [(words(card.front), words(card.back)) for card in deck.cards] == [(front, "b")]
    assert not deck.faults


def test_without_html_tags_are_text_around_gaps():
    """`#html:false` has gaps as well."""
    assert sides("#separator:tab\n#html:false\n<b>{{c1::x</b>}} &amp; y\tz\n") == [
        ("<b>[…] &amp; y", "<b>x</b> &amp; y\nz")
    ]


def test_the_file_read_again_keeps_memories():
    """As it is, with a word mended or a gap added; and what was read raw once is its first card."""
    with_ids, without = read(EXPORT).cards, read("{{c1::Bonn}} lies on the {{c2::Rhine}}.\n").cards
    assert match(known(with_ids), with_ids).kept == {0: 0, 1: 1, 2: 2, 3: 3}
    assert match(known(without), without).kept == {0: 0, 1: 1}
    edited = read(EXPORT.replace("is the capital", "was a {{c3::large}} capital")).cards
    assert match(known(with_ids), edited).kept == {0: 0, 1: 1, 3: 2, 4: 3}
    for cards, guid in ((with_ids[:2], "gA"), (without, "")):
        raw = Known(9, cards[0].fields, (Paragraph((Run("{{c1::…"),)),), (), Kind.STATEMENT, guid, note=guid)
        assert match([raw], cards).kept == {0: 9}


def test_masks_need_their_picture():
    """Such an entry is lost and told; nothing of it is shown."""
    mask = "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:oi=1}}<br>"
    text = f"#separator:tab\n#html:true\n{mask}\t<img src=map.png>\nq?\ta\n"
    (fault,) = read(text).faults
    assert str(fault) == (
        "deck.txt, line 3: image occlusion needs a package. Export it from Anki as .apkg, with its media."
    )
    assert fault.loses_card
    assert sides(text) == [("q?", "a")]


def test_a_text_has_no_more_gaps_than_can_be_learned():
    """Each is a card with the whole text."""
    with pytest.raises(DeckError, match="line 1: 101 gaps where a text has 100 at the most"):
        read("".join(f"{{{{c{number}::a}}}} " for number in range(1, 102)))
    entry = "x" * 90_000 + "".join(f"{{{{c{number}::a}}}}" for number in range(1, 101)) + "\n"
    with pytest.raises(DeckError, match="line 1: the cards up to here are longer than a deck's"):
        read(entry)


def test_what_no_browser_shows_is_not_read():
    """Scripts, styles and drawings in an export that says it is HTML; in a file that does not, they are words."""
    cell = "<style>.card{}</style>2 + 2<canvas id=c>old</canvas><script>var a = '<b>';</script>"
    assert sides(f"#separator:tab\n#html:true\n{cell}\t4<div style='display:none'>more</div>\n")[0][0] == "2 + 2"
    assert sides("#separator:tab\nWhat does <script> begin?\ta <canvas>\n") == [
        ("What does <script> begin?", "a <canvas>")
    ]


def test_what_was_never_a_gap_is_written_as_none():
    """A card about gaps goes through our own text file."""
    card = Card((Paragraph((Run("What is {{c1::x}}?"),)),), (Paragraph((Run("a gap"),)),), Kind.QUESTION, ())
    back = parse(text_file("x", [card]), "x.txt").cards[0]
    assert (back.front, back.back) == (card.front, card.back)


def test_the_check_counts_entries_and_cards(tmp_path):
    """Siblings are one entry."""
    path = tmp_path / "geo.txt"
    path.write_text(EXPORT)
    lines, status = report([path])
    assert (lines[1], status) == ("3 entries: 4 cards, 0 statements, 0 wait for an answer", 0)
