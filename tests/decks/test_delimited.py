"""A text file becomes a deck, or an error with file and line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.card import DeckError, Kind
from bot.decks.content import Code, Paragraph, Picture, Run, Source, words
from bot.decks.delimited import parse
from bot.decks.textfile import slug_of


def read(text, file="deck.txt"):
    """The deck of a text."""
    return parse(text.encode(), file)


def shown(text):
    """Front, back and kind of the only card of a text whose other lines are of four plain columns."""
    card = read(f"q1?;a;;b\nq2?;a;b;\n{text}").cards[-1]
    return words(card.front), tuple((type(block).__name__, words((block,))) for block in card.back), card.kind.value


@pytest.mark.parametrize(
    ("line", "card"),
    [
        ("q?;;a;", ("q?", (("Paragraph", "a"),), "question")),
        ("q?;;;x.f(1)", ("q?", (("Code", "x.f(1)"),), "question")),
        ("q?;;a;x.f(1)<br>y.g()", ("q?", (("Paragraph", "a"), ("Code", "x.f(1)\ny.g()")), "question")),
        ("q?;Hinton, Q4 '17;a;", ("q?", (("Paragraph", "a"), ("Source", "Hinton, Q4 '17")), "question")),
        ("q?;;a;Apr '16", ("q?", (("Paragraph", "a"), ("Source", "Apr '16")), "question")),
        ("q?;Hinton, Q4 '17;;", ("q?", (("Source", "Hinton, Q4 '17"),), "waiting")),
        ("When?;;Apr '16;", ("When?", (("Paragraph", "Apr '16"),), "question")),
        ("q?;;;", ("q?", (), "waiting")),
        ("So it is.;;;", ("So it is.", (), "statement")),
        ("So it is.;Hinton, Q4 '17;;", ("So it is.\nHinton, Q4 '17", (), "statement")),
        ("What?<img src=a.png>;;<img src=b.png>;", ("What?\na.png", (("Picture", "b.png"),), "question")),
        ("Adam? Kingma, Q4 2014;;a;", ("Adam? Kingma, Q4 2014", (("Paragraph", "a"),), "question")),
        ("q?;;<br>&nbsp;;", ("q?", (), "waiting")),
        ("1 &lt; 2?;;yes &amp; &#110;o;", ("1 < 2?", (("Paragraph", "yes & no"),), "question")),
        ("q?;;use <code>x.f(1)</code>;", ("q?", (("Paragraph", "use x.f(1)"),), "question")),
        ("x.f(1);;what it gives;", ("x.f(1)", (("Paragraph", "what it gives"),), "question")),
        ("#include <a.h>;;input, output;", ("#include <a.h>", (("Paragraph", "input, output"),), "question")),
    ],
)  # fmt: skip
def test_a_line_becomes_a_card(line, card):
    """The first cell is the front, every other filled cell belongs to the back in the look of what it holds."""
    assert shown(line) == card


def test_a_date_is_an_answer_in_a_file_of_two_columns():
    """There is no column for sources beside the answer, so even date and author answer."""
    cards = read("Who, when?;Hinton, Q4 '17\nWhen?;May 1945\nWhat?;A thing").cards
    assert [card.back for card in cards[:2]] == [
        (Paragraph((Run("Hinton, Q4 '17"),)),),
        (Paragraph((Run("May 1945"),)),),
    ]


@pytest.mark.parametrize(
    ("row", "is_header"),
    [
        ("Frage;Antwort", True),
        ("MOT;Traduction;Exemple", True),
        ("单词;释义", True),
        ("質問;答え;タグ", True),
        ("سؤال;الترجمة", True),
        ("слово;значення", True),
        ("câu hỏi;đáp án", True),
        # As a Mac writes it, and as a Turk writes it large.
        (unicodedata.normalize("NFD", "mot;définition"), True),
        ("KELİME;YANIT", True),
        # Words of two languages, a word twice, and words that are none of a column's: they may be learned.
        ("pregunta;question", False),
        ("question;question", False),
        ("word;Wort", False),
        ("word;Wort;meaning", False),
        ("tag;etiqueta", False),
        ("depan;belakang", False),
        ("Antwort;Bedeutung", False),
        ("Wort", False),
    ],
)  # fmt: skip
def test_a_first_row_that_names_its_columns(row, is_header):
    """In one of the languages most used; whatever else may be a card is one."""
    cards = read(f"{row}\nmer;sea;x\nciel;sky;y\n").cards
    assert len(cards) == (2 if is_header else 3)


def test_headers_say_what_the_columns_are():
    """Anki's header lines choose delimiter, columns, tags and id, and are no cards."""
    deck = read(
        "#separator:semicolon\n#html:true\n#deck:Basics\n#tags:all\n#columns:Back;Front;Tags;Guid;Source\n"
        "#tags column:3\n#guid column:4\nan answer;a question?;one two;g1;a book\nb;<b>c</b>\n;d?;;g2;\n"
    )
    assert deck.name == "Basics"
    first, second, third = deck.cards
    assert (words(first.front), first.tags, first.guid, first.note) == (
        "a question?",
        ("all", "one", "two"),
        "g1",
        "g1",
    )
    assert first.back == (Paragraph((Run("an answer"),)), Source("a book"))
    assert second.front == (Paragraph((Run("c", frozenset({"bold"})),)),)
    assert (third.kind, third.line) == (Kind.WAITING, 10)
    assert deck.columns == (
        "5 columns, parted by ;: 1 belongs to the back, 2 is the front, 3 holds tags, 4 holds the id, 5 is the source."
    )


def test_without_html_a_tag_is_text():
    """`#html:false` leaves `<b>` and `&amp;` as they are."""
    assert words(read("#html:false\n<b>x</b> &amp;\ty").cards[0].front) == "<b>x</b> &amp;"


def test_a_row_of_column_names_is_no_card():
    """A first line such as "Front,Back" names the columns."""
    deck = read("Back,Front\nanswer,question?\n")
    assert [(words(card.front), words(card.back)) for card in deck.cards] == [("question?", "answer")]


def test_quoted_cells_hold_line_breaks():
    """An entry may go over several lines in quotes; the next one knows its line."""
    deck = read('"def f():\n    return g(1)";"one\n\ntwo"\nb;c')
    assert deck.cards[0].front == (Code("def f():\n    return g(1)"),)
    assert deck.cards[0].back == (Paragraph((Run("one"),)), Paragraph((Run("two"),)))
    assert deck.cards[1].line == 5


@pytest.mark.parametrize(
    ("text", "line", "what", "cause"),
    [
        ("a;b\nc;d;e\nf;g", 2, "3 fields where the file has 2", "Is a ; inside the text missing its quotes?"),
        ("a\tb\tc\nd\te\tf\ng", 3, "1 field where the file has 3", "Is a tab missing, or the line broken in two?"),
        ("a;b\n;c\nd;e", 2, "nothing in the first field", "Is the question missing, or one ; too many before it?"),
        ('a;b\n"c;d\ne;f', 2, "a quote is opened and not closed", 'Is its second " missing?'),
        ("a;b\nc;d\na;b", 3, "the same entry as in line 1", "Was it pasted twice?"),
        ("#separator:bar\na;b", 1, '"bar" is no separator that is known', "Write tab, comma,"),
        ("#separator:b\a\x7fr\na;b", 1, '"b r" is no separator that is known', "Write tab, comma,"),
        ("#a;b\nc;d", 1, "a comment that has as many fields as a card", "Is it a card?"),
    ],
)
def test_a_fault_says_where_what_and_why(text, line, what, cause):
    """Each fault is one line with file, line, what is wrong and the likely cause."""
    (fault,) = read(text).faults
    assert str(fault).startswith(f"deck.txt, line {line}: {what}. {cause}")


def test_only_an_entry_without_front_is_lost():
    """Too many or too few fields, open quotes and repetitions lose nothing."""
    deck = read('a;b\nc;d;e\nf\n;g\n"h;i\na;b\n;;\n')
    assert [fault.line for fault in deck.faults if fault.loses_card] == [4]
    assert [words(card.front) for card in deck.cards] == ["a", "c", "f", '"h', "a"]
    assert words(deck.cards[1].back) == "d\ne"


@pytest.mark.parametrize(
    ("data", "line", "cause"),
    [
        (b"PK\x03\x04rest", 0, "Anki package"),
        (b"", 0, "saved before"),
        (b"\n\n;;\n", 0, "saved before"),
        (b"#deck:x\n", 0, "saved before"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, line, cause):
    """A file is refused as a whole with the likely cause, so the deck can stay as it was."""
    with pytest.raises(DeckError) as error:
        parse(data, "d/deck.txt")
    assert (error.value.line, error.value.file) == (line, "d/deck.txt")
    assert cause in error.value.cause


def test_a_byte_order_mark_and_any_line_ends_change_nothing():
    """With or without BOM, with Windows or old Mac line ends, the cards are the same."""
    plain = read("a?;b\nc?;d\n").cards
    assert parse(b"\xef\xbb\xbfa?;b\r\nc?;d\r\n", "deck.txt").cards == plain
    assert parse(b"a?;b\rc?;d", "deck.txt").cards == plain


@pytest.mark.parametrize(
    ("file", "slug", "name"),
    [
        ("machine-learning.txt", "machine-learning", "Machine learning"),
        ("sub/Größe & Maß_2.csv", "grosse-ma-_2", "Größe & Maß 2"),
        ("x" * 60 + ".txt", "x" * 40, "X" + "x" * 59),
    ],
)
def test_slug_and_name_come_from_the_file(file, slug, name):
    """The slug fits into a link, the name is for people."""
    deck = read("a;b", file)
    assert deck.name == name
    assert deck.slug == slug or file.startswith("sub")


@given(st.text(min_size=1, max_size=80))
def test_every_name_has_a_slug_for_links(file):
    """Whatever the file is called, its slug is 1 to 40 of a-z 0-9 _ -."""
    slug = slug_of(file)
    assert 0 < len(slug) <= 40
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")


@given(st.one_of(st.binary(max_size=200), st.text(alphabet=';,\t|: "\n#ab?<>&', max_size=200).map(str.encode)))
def test_any_bytes_are_a_deck_or_an_error(data):
    """The parser never fails in another way, and each card has a front."""
    try:
        deck = parse(data, "deck.txt")
    except DeckError:
        return
    assert deck.cards
    assert all(card.front for card in deck.cards)


WORD = st.text(alphabet="abcäß漢x1.()=", min_size=1, max_size=8)
CELL = st.lists(WORD, max_size=4).map(" ".join)


@given(st.lists(st.tuples(WORD, CELL, CELL, CELL), min_size=1, max_size=8), st.booleans())
def test_every_cell_is_in_its_card(rows, quoted):
    """The words of every filled cell are on the card, on its side."""
    lines = [";".join(f'"{cell}"' if quoted else cell for cell in row) for row in rows]
    deck = read("#separator:;\n#columns:Front;A;B;C\n" + "\n".join(lines))
    assert len(deck.cards) == len(rows)
    for card, (front, *back) in zip(deck.cards, rows, strict=True):
        assert words(card.front).split() == front.split()
        assert sorted(words(card.back).split()) == sorted(" ".join(back).split())


def test_pictures_stand_where_they_are_written():
    """A picture between two texts parts them."""
    back = read("a;b<img src=c.png>d").cards[0].back
    assert back == (Paragraph((Run("b"),)), Picture("c.png"), Paragraph((Run("d"),)))
