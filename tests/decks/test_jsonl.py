"""Our own form, deckhand.cards/1, in which nothing is lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.decks import jsonl
from bot.decks.anki import notetypes
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.card import Card, DeckError, Kind
from bot.decks.content import Gap, Hint, Paragraph, Quote, Run, is_blank, words
from bot.decks.encoded import to_tree
from bot.decks.reading import read
from tests.decks.contents import ANY_TEXT, CONTENTS

HEADER = '{"format":"deckhand.cards/1","deck":"The cell"}\n'
_SIDES = CONTENTS.filter(lambda content: not is_blank(words(content)))
_TEXTS = st.lists(ANY_TEXT, max_size=3).map(tuple)
CARDS = st.builds(
    Card,
    _SIDES,
    st.just(()) | _SIDES,
    st.sampled_from(Kind),
    st.lists(ANY_TEXT, min_size=1, max_size=3).map(tuple),
    ANY_TEXT,
    ANY_TEXT,
    _TEXTS.map(lambda tags: tuple(dict.fromkeys(tags))),
).map(lambda card: replace(card, kind=Kind.QUESTION) if card.back else card)


def parsed(*lines):
    """The deck of a file with these lines below its header."""
    return jsonl.parse((HEADER + "\n".join(lines)).encode(), "decks/x.jsonl")


def p(text, *styles):
    """A paragraph of one text."""
    return Paragraph((Run(text, frozenset(styles)),))


@given(st.lists(CARDS, min_size=1, max_size=2))
@settings(max_examples=6, deadline=None)
def test_what_is_written_is_read_back(cards):
    """Every card with all it has, whatever stands in it; a question is only what has an answer."""
    cards = [
        replace(card, kind=Kind.WAITING) if not card.back and card.kind is Kind.QUESTION else card for card in cards
    ]
    text = "".join(jsonl.lines("A: b", cards))
    deck = jsonl.parse(text.encode(), "x.jsonl")
    assert deck.name == "A: b"
    assert [replace(card, line=0) for card in deck.cards] == cards
    assert all(not fault.loses_card for fault in deck.faults)


def test_a_card_may_be_typed():
    """Sides as text, Markdown or HTML; whatever is left out is empty, and tags of the header are on every card."""
    deck = jsonl.parse(
        b'{"format": "deckhand.cards/1", "deck": "The cell", "tags": ["bio"]}\n\n'
        b'{"front": "1 < 2 *x*", "back": {"markdown": "*a*"}, "tags": ["m", "bio"], "guid": "g", "note": "n"}\r\n'
        b'{"front": {"html": "<b>b</b>"}}\n'
        b'{"front": "Why?", "fields": ["a", "b"]}\n'
        b'{"front": "Name it", "kind": "waiting", "back": " "}\n',
        "cells.json",
    )
    assert (deck.name, deck.slug, deck.faults) == ("The cell", "cells", ())
    assert deck.cards == (
        Card((p("1 < 2 *x*"),), (p("a", "italic"),), Kind.QUESTION,
             ("1 < 2 *x*", '{"markdown":"*a*"}'), "g", "n", ("bio", "m"), 3),
        Card((p("b", "bold"),), (), Kind.STATEMENT, ('{"html":"<b>b</b>"}', ""), "", "", ("bio",), 4),
        Card((p("Why?"),), (), Kind.WAITING, ("a", "b"), "", "", ("bio",), 5),
        Card((p("Name it"),), (), Kind.WAITING, ("Name it", " "), "", "", ("bio",), 6),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"front": "a"', "this line is no JSON"),
        ("[1]", "this line is no JSON object"),
        ('{"front": "\\ud800"}', "this line is no JSON"),
        ('{"front": ' + "[" * 10_000, "this line is no JSON"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "this line is no JSON"),
        ('{"back": "a"}', "nothing on its front"),
        ('{"front": [{"p":[["\\u200b"]]}]}', "nothing on its front"),
        ('{"front": 3}', "front cannot be read"),
        ('{"front": {"html": "a", "text": "b"}}', "front cannot be read"),
        ('{"front": "a", "back": {"rtf": "b"}}', "back cannot be read"),
        ('{"front": [{"p":["a"]}]}', "front is no tree of a card"),
        ('{"front": [{"h":[["a"]],"level":9}]}', "front is no tree of a card"),
        ('{"front": [{"table":[[[["a"]]],[]],"heads":0}]}', "front is no tree of a card"),
        ('{"front": [{"p":[{"link":"javascript:x","text":"a"}]}]}', "front is no tree of a card"),
        ('{"front": [{"code":"a","language":"a b"}]}', "front is no tree of a card"),
        ('{"front": [{"p":[{"gap":-1}]}]}', "front is no tree of a card"),
        ('{"front": "a", "kind": "riddle"}', "there is no kind 'riddle'"),
        ('{"front": "a", "tags": "b"}', '"tags" is no list of texts'),
        ('{"front": "a", "guid": 7}', '"guid" is no text'),
        ('{"front": "' + "a" * 100_001 + '"}', "100,001 characters in front where 100,000 are the most"),
    ],
    ids=lambda value: value[:30],
)
def test_a_wrong_line_is_told_and_the_others_are_cards(line, what):
    """With its number and the likely cause, in one line."""
    deck = parsed('{"front":"a","back":"b"}', line, '{"front":"c","back":"d"}')
    (fault,) = deck.faults
    assert (fault.line, fault.what, fault.loses_card, len(deck.cards)) == (3, what, True, 2)
    assert "\n" not in str(fault)


def test_what_stands_too_deep_is_told():
    """Deeper than any reader makes it."""
    content = (p("a"),)
    for _ in range(12):
        content = (Hint(content) if len(content) % 2 else Quote(content),)
    assert parsed(json.dumps({"front": to_tree(content)})).cards[0].front == content
    with pytest.raises(DeckError, match="line 2: front stands deeper than 12 levels"):
        parsed(json.dumps({"front": to_tree((Quote(content),))}))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "x.jsonl: there is no card in it"),
        (HEADER.encode(), "x.jsonl: there is no card in it"),
        (b'{"front":"a"}\n', "x.jsonl, line 1: this line is no header. The first line is {"),
        (b"a?;b\n", "x.jsonl, line 1: this line is no JSON."),
        (b'{"format":"deckhand.cards/2"}\n{"x":1}\n', "x.jsonl, line 1: this form is newer than what is read here."),
        (b'\n{"format":3}\n', 'x.jsonl, line 2: "format" is no text'),
        (HEADER.encode() + b'{"front":""}\n', "x.jsonl, line 2: nothing on its front"),
    ],
)  # fmt: skip
def test_a_file_without_a_card_is_told(data, what):
    """As every deck file: one line with place, fault and cause."""
    with pytest.raises(DeckError) as caught:
        read(data, "x.jsonl")
    assert str(caught.value).startswith(what)


def test_gaps_and_siblings_stay():
    """The siblings of a note are siblings still, and a gap is a gap."""
    front = (Paragraph((Run("a "), Gap(2, "b"))),)
    card = Card(front, (p("c", "answer"),), Kind.QUESTION, ("x", "2"), "", "note")
    text = "".join(jsonl.lines("d", [card]))
    assert text.splitlines()[1] == (
        '{"note":"note","kind":"question","front":[{"p":[["a "],{"gap":2,"hint":"b"}]}],'
        '"back":[{"p":[["c","answer"]]}],"fields":["x","2"]}'
    )
    assert read(text.encode(), "no-ending")[0].cards == (replace(card, line=2),)


def test_siblings_are_no_entry_twice():
    """They have the fields of their note in common; the same line again is told."""
    pair = [Card((p(word),), (p("x"),), Kind.QUESTION, ("a", "b"), f"n:{at}", "n") for at, word in enumerate("ab")]
    text = "".join(jsonl.lines("A", pair))
    assert read(text.encode(), "x.jsonl")[0].faults == ()
    apart = "".join(jsonl.lines("A", [replace(each, guid="", note="") for each in pair]))
    assert read(apart.encode(), "x.jsonl")[0].faults == (), "nor are two with the cells of one, which ask differently"
    again = read((text + text.splitlines()[1]).encode(), "x.jsonl")[0].faults
    assert [(fault.line, fault.what) for fault in again] == [(4, "the same entry as in line 2")]


def test_a_note_of_ankis_keeps_its_type():
    """The first line has it, and each card names it by its place; what is none is told."""
    kind = NoteType("Kind", False, ("Front",), (Template("One", "{{Front}}", ""),), 7)
    cards = [
        Card((p("a"),), (p("b"),), Kind.QUESTION, ("a",), "n:0", "n", notetype=notetypes.to_json(kind)),
        Card((p("c"),), (p("d"),), Kind.QUESTION, ("c", "d")),
    ]
    text = "".join(jsonl.lines("A", cards))
    assert [replace(card, line=0) for card in jsonl.parse(text.encode(), "x.jsonl").cards] == cards
    lost = jsonl.parse((text + '{"front": "x", "notetype": 1}\n').encode(), "x.jsonl").faults
    assert [fault.what for fault in lost] == ['"notetype" is no place among those of the first line']
    for types in ('"x"', '[{"name": 1}]', "[{}]"):
        with pytest.raises(DeckError, match="are no note types"):
            jsonl.parse(f'{{"format": "deckhand.cards/1", "notetypes": {types}}}\n{{"front": "x"}}'.encode(), "x.jsonl")
