"""What is written as Markdown is read back as the same cards, and what it has no marks for is counted."""

from hypothesis import assume, given, settings

from bot.decks import delimited, html, jsonl, markdown_cards
from bot.decks.card import Card, Kind
from bot.decks.content import Code, Content, Gap, Paragraph, Picture, Points, Run, Sound, Source, Table, words
from bot.decks.markdown_writing import Markdown, markdown_file, said
from bot.decks.writing import html as as_html
from tests.decks.contents import CONTENTS

TRICKY = r"""#separator:Pipe
#html:true
#tags column:3
<b>Bold</b>, <i>it</i>al<i>ic</i>, <u>under</u>line, H<sub>2</sub>O?|<code>a_b `c`</code> &lt;tag&gt; &amp;amp;|a b::c
Q: is this a question?<br>A: no<br>C: [neither]|--- <br># no heading<br>1. no list<br>- nor this|
What costs $5 and $6?|\(x_1^2\) and \[\frac{1}{2}\]|x
Where is <a href="https://x.org/a_(b)">this</a> and <a href="https://x.org/">that</a>?|[[no note]] ![no picture](x)|
#flashcards/no tag?|a::b, *c*, _d_, ~~e~~, ==f==|
<img src="a b.png" alt="x [y]">Which?|<ul><li>one<ol start="3"><li>two<br>lines<li>three</ol><li>four</ul>|
How?|<pre><code class="language-python">x = "```"

Q: y</code></pre>[sound:a b.mp3]|
<table><tr><th>a<th>b<tr><td>1|2<td>\|3</table>|<table><tr><td>1<td>2</table>|
<div dir="rtl">מה</div>|<details><summary>H</summary>one<br><br>two</details><blockquote>a<ul><li>b</ul></blockquote>|
\(not a formula|\\[nor this\\] <!-- nor a comment|
A statement.||
"""


def read(made: Markdown) -> list[Card]:
    """Its cards, and nothing else that anybody should look at."""
    deck = markdown_cards.parse(made.text.encode(), "x.md")
    assert not deck.faults
    return list(deck.cards)


def test_what_markdown_can_say_is_read_back() -> None:
    """Marks, letters and dollars that are text, code with fences, lists in lists, tables, hints, and ids."""
    deck = delimited.parse(TRICKY.replace("1|2", "12").encode(), "x.txt")
    cards = [
        Card(each.front, each.back, each.kind, each.fields, guid, "", each.tags)
        for each, guid in zip(deck.cards, ("a-->b", '"', "c::d", "e", "", *"ghijklm"), strict=False)
    ]
    made = markdown_file("Tricky: \"all\" of 'it'", cards)
    assert [said(card) for card in read(made)] == [said(card) for card in cards]
    assert (made.sources, made.simpler) == (0, 0)
    assert markdown_file(deck.name, read(made)).text.partition("\n---\n")[2] == made.text.partition("\n---\n")[2]


def test_a_cards_words_are_written_as_people_write_them() -> None:
    """Not as HTML where Markdown has marks."""
    front = (Paragraph((Run("Is "), Run("this", frozenset({"bold"})), Run(" a_b, [c] or 2 * 2?"))),)
    back = (
        Points(((Paragraph((Run("one"),)),), (Paragraph((Run("two"),)),))),
        Code("x = 1\n\ny", "python"),
        Sound("a.mp3"),
    )
    made = markdown_file("D", [Card(front, back, Kind.QUESTION, (), "g", "", ("t",))])
    assert made.text == (
        '---\nname = "D"\n---\n\n<!-- card {"guid": "g", "tags": ["t"]} -->\n'
        "Q: Is **this** a_b, [c] or 2 \\* 2?\nA:\n- one\n- two\n\n```python\nx = 1\n\ny\n```\n\n![](a.mp3)\n\n---\n"
    )


def test_a_gap_is_in_brackets() -> None:
    """Siblings stay siblings, each with its gap; one with a hint becomes a question, which is said."""
    gaps = markdown_cards.parse(b"C: The [red] cells bind [four] of them.\n", "x.md").cards
    made = markdown_file("D", [*gaps, _hinted()])
    assert "C: The [red] cells bind four of them.\n" in made.text
    again = read(made)
    assert [said(card) for card in again[:2]] == [said(card) for card in gaps]
    assert words(again[2].front) == "It is [a city]."
    assert (made.sources, made.simpler) == (0, 1)


def _hinted() -> Card:
    front = (Paragraph((Run("It is "), Gap(1, "a city"), Run("."))),)
    back = (Paragraph((Run("It is "), Run("Paris", frozenset({"answer"})), Run("."))),)
    return Card(front, back, Kind.QUESTION, ())


def test_a_source_is_a_line_of_the_answer() -> None:
    """As the file has no place for it, that is said."""
    deck = delimited.parse(b"Who?;She;Smith, May 2010\nWhen?;Then;\n", "x.txt")
    made = markdown_file("D", deck.cards)
    assert (made.sources, made.simpler) == (1, 0)
    assert words(read(made)[0].back) == "She\nSmith, May 2010"


def test_no_card_takes_its_neighbour_along() -> None:
    """Whatever it holds: a comment or a fence that is never closed, code beside an item's mark, a byte of no text."""
    paragraph = Paragraph((Run("x"),))
    for block in (
        Code("```\nA: <!--", ""),
        Points(((Code("one\n\nA: two"),),), None),
        Paragraph((Run("<!-- \x00 ``` $$ Q: \\"),)),
        Table((((Run("<!--"),), (Run("`"),)),), 0),
        Picture("<!--.png", "``"),
        Source("---\nQ: x"),
    ):
        cards = [
            Card((paragraph,), (block,), Kind.QUESTION, (), "g"),
            Card((block,), (paragraph,), Kind.QUESTION, (), "h"),
        ]
        assert [card.guid for card in read(markdown_file("D", cards))] == ["g", "h"]


@settings(max_examples=12)
@given(CONTENTS, CONTENTS)
def test_any_card_comes_back_or_is_counted(front: Content, back: Content) -> None:
    """What is not counted is equal, and never is there a card more or less."""
    front, back = (html.parse(as_html(side), keeps_newlines=False) for side in (front, back))
    assume(front)
    card = Card(front, back, Kind.QUESTION if back else Kind.STATEMENT, (), "g", "", ("t",))
    made = markdown_file("D", [card, _hinted()])
    again = markdown_cards.parse(made.text.encode("utf-8", "replace"), "x.md").cards
    assert len(again) == 2
    assert made.simpler == 1 + (said(again[0]) != said(card))


def test_json_lines_and_markdown_say_the_same() -> None:
    """One form can be turned into the other."""
    deck = markdown_cards.parse(b"Q: a\nA: b\n\nC: x [y] z\n", "x.md")
    lines = "".join(jsonl.lines(deck.name, deck.cards))
    again = read(markdown_file(deck.name, jsonl.parse(lines.encode(), "x.jsonl").cards))
    assert [said(card) for card in again] == [said(card) for card in deck.cards]
