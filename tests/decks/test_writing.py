"""What is written out is read back as the same cards."""

from hypothesis import example, given, settings
from msgspec.structs import replace

from bot.decks import delimited
from bot.decks.card import Card, Kind
from bot.decks.content import Content, Gap, Heading, Hint, Line, Paragraph, Points, Quote, Run, Source, Table, words
from bot.decks.flow import merged
from bot.decks.html import parse
from bot.decks.writing import html, text_file
from tests.decks.contents import CONTENTS


def plain(line: Line) -> Line:
    """The line with its breaks in no look: whoever breaks a line does not see which."""
    pieces: list[object] = []
    for piece in line:
        if isinstance(piece, Run) and "\n" in piece.text:
            for at, text in enumerate(piece.text.split("\n")):
                pieces += [Run("\n")] if at else []
                pieces += [Run(text, piece.styles, piece.link)] if text else []
        else:
            pieces.append(piece)
    return merged(pieces)  # type: ignore[arg-type]


def comparable(content: Content) -> list[object]:
    """The content for comparing; of a table its words, as a cell has no paragraphs."""
    blocks: list[object] = []
    for block in content:
        match block:
            case Paragraph(runs) | Heading(runs):
                blocks.append(replace(block, runs=plain(runs)))
            case Table():
                blocks.append(words((block,)))
            case Points(items, start):
                blocks.append((start, [comparable(item) for item in items]))
            case Quote(inner):
                blocks.append(comparable(inner))
            case Hint(inner, label):
                blocks.append((label, comparable(inner)))
            case _:
                blocks.append(block)
    return blocks


@settings(max_examples=10)
@example((Hint((), "0\n  0"),))
@given(CONTENTS)
def test_html_is_read_back_as_what_it_was(content: Content) -> None:
    """Whatever a reader has made of HTML: its blocks, looks, links, formulas, in one line of text."""
    read = parse(html(content), keeps_newlines=False)
    written = html(read)
    assert "\n" not in written
    assert "\t" not in written
    assert comparable(parse(written, keeps_newlines=False)) == comparable(read)


DECK = r"""#separator:Pipe
#html:true
#deck:Of all kinds
#tags column:5
Who was it?|<b>She</b>, <i>1492</i> &lt;or so&gt;|Smith, May 2010||a b
When?|1492||
Which "quotes"?|"A; ""b"" and 'c'"|<img src="a b.png" alt="x">||
What is code?|<pre>if a &lt; b:
	print("[sound:x]")</pre>|for (int i = 0; i < n; i++) {|x
A formula?|\(x < y\) and \[\frac{1}{2}\]|<ul><li>one<br>two<li>three</ul>|
A statement about it.||Jones, Spring 2001||
# no comment here?|\\(not a formula\\), C:\(x|<a href="https://x.org/?a=1&amp;b">a link</a>|
هل هذا سؤال؟|<div dir="rtl">نعم</div>|<table><tr><th>a<th>b<tr><td>1<td>2</table>|
Two paragraphs?|one<br><br>two<br>three  spaces|[sound:hi.mp3]|
"""


def exported(deck: delimited.Deck) -> delimited.Deck:
    """The deck written as text and read again."""
    return delimited.parse(text_file(deck.name, deck.cards), deck.file)


def said(card: Card) -> tuple[object, ...]:
    """What a card says."""
    return card.front, card.back, card.kind, card.guid, card.tags


def test_a_text_file_is_read_back_as_the_same_cards() -> None:
    """Sources, dates that are answers, code, formulas, quotes, what looks like a comment."""
    deck = delimited.parse(DECK.encode(), "kinds.txt")
    again = exported(deck)
    assert again.name == deck.name
    assert [said(card) for card in again.cards] == [said(card) for card in deck.cards]
    assert not again.faults
    assert text_file(again.name, again.cards) == text_file(deck.name, deck.cards)


def test_an_answer_that_looks_like_a_source_stays_the_answer() -> None:
    """Of a file of two columns; what is written has a column for sources, so no other cell is taken for one."""
    deck = delimited.parse(b"Who said it, and when?;Smith, May 2010\nAnd then?;Nobody\n", "two.txt")
    assert [said(card) for card in exported(deck).cards] == [said(card) for card in deck.cards]


def test_ids_and_tags_come_along() -> None:
    """An id that begins like a comment, and one with a quote in it."""
    cards = tuple(
        Card((Paragraph((Run("q?"),)),), (Paragraph((Run("a"),)),), Kind.QUESTION, (), guid, guid, ("t", "u"))
        for guid in ("#x", 'y"z', "A:3")
    )
    again = delimited.parse(text_file("D", cards), "d.txt")
    assert [said(card) for card in again.cards] == [said(card) for card in cards]


def test_a_gap_is_written_as_it_reads() -> None:
    """Neither HTML nor Anki has a mark for it outside of its own notes."""
    line = (Run("in "), Gap(1, "a city"), Run(" and "), Gap(2))
    assert html((Paragraph(line),)) == 'in <span class="cloze">[a city]</span> and <span class="cloze">[…]</span>'


def test_several_sources_have_a_column_each() -> None:
    """So each stays one."""
    back = (Paragraph((Run("a"),)), Source("May 2010"), Source("Jones, 2001"))
    card = Card((Paragraph((Run("q?"),)),), back, Kind.QUESTION, ())
    assert delimited.parse(text_file("D", [card]), "d.txt").cards[0].back == back
