"""Files that are no decks, or hardly: each gets a clear answer soon, and what is good in it is read."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decks.card import LONGEST_CARD, Deck, DeckError
from bot.decks.check import report
from bot.decks.content import words
from bot.decks.delimited import parse
from bot.decks.encoding import text_of
from bot.decks.opening import MOST_BYTES, contents
from bot.decks.reading import read
from bot.decks.textfile import LONGEST_LINE, MOST_LINES
from tests.decks.test_folder import gif, png

BUNDLED = sorted(Path("decks").glob("*.txt"))
GB = 2**30
LONG = b"x y z " * (10 * 2**20 // 6)


def said(path: Path) -> tuple[list[str], int]:
    """What deck check says of a file, without the folder."""
    lines, status = report([path])
    return [line.replace(path.as_posix(), path.name) for line in lines], status


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 0, "there is no card in it. Was it saved before anything was written?"),
        (b"# only\n# comments\n", 0, "there is no card in it."),
        (b"#separator:tab\n#html:true\n", 0, "there is no card in it."),
        (b" \t \n" * 100, 0, "there is no card in it."),
        (b"\x7fELF\x02\x01\x01" + bytes(90), 0, "this is a program and no text."),
        (png(9, 9) + bytes(range(256)) * 2, 0, "this is a picture and no text. Put it beside the deck"),
        (gif(9, 9) + bytes(100), 0, "this is no text. Is it a picture, a sound or a program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), 0, "this is a file of an office program and no text."),
        (b"PK\x03\x04" + bytes(90), 0, "this is a packed file and no text. Is it an Anki package"),
        (
            b"SQLite format 3\0" + bytes(90),
            0,
            "this is a database and no text. Is it an Anki collection? Export it there as a package",
        ),
        (bytes(range(1, 256)) * 9, 0, "this is no text."),
        (b"a?;b\nwhat is this?;an answer with a \0 in it\n", 2, "this line has a NUL byte, which no text has."),
        (
            "caf\u00e9?;b\nc?;d\n".encode() + b"\xff\n",
            3,
            "this line has a character that is not UTF-8. Was it saved by",
        ),
        ("a?;b\nc?;d\ne".encode("utf-16") + b"x", 3, "this line is no whole UTF-16. Was the file cut off"),
        (b"\n" * (MOST_LINES + 1), 0, "100,001 lines where 100,000 are the most. Is it a deck at all?"),
        (b"a;" + LONG, 1, "10,485,758 characters where a line has 100,000 at the most."),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_deck_is_told_with_its_likely_cause(data: bytes, line: int, what: str) -> None:
    """The file is refused as a whole, in one line with place, fault and cause."""
    with pytest.raises(DeckError) as caught:
        parse(data, "deck.txt")
    place = f"deck.txt, line {line}: " if line else "deck.txt: "
    assert str(caught.value).startswith(place + what)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "fronts", "faults"),
    [
        (b'a?;b\n"c?;d\ne?;f\n', ["a?", '"c?', "e?"], ["line 2: a quote is opened and not closed."]),
        (b'a?;b\nc?;"d\ne?;"f\n', ["a?", "c?", "e?"], ["line 2: a quote is", "line 3: a quote is"]),
        (b"One is so.\nTwo is not.\nWhat is it?\n", ["One is so.", "Two is not.", "What is it?"], []),
        (b"a?;b\na?;c\na?;b\n", ["a?", "a?", "a?"], ["line 3: the same entry as in line 1."]),
        (b"a?;b\rc?;d\r", ["a?", "c?"], []),
        (b"GIF89a is what?;A picture.\nPK is what?;A name.\n", ["GIF89a is what?", "PK is what?"], []),
        (
            b"a?;b\nc?\td\ne?,f\ng?|h\ni?;j\n",
            ["a?;b", "c? d", "e?,f", "g?|h", "i?;j"],
            ["2 of 5 lines hold a ;, and the file was read as one column. Does it part question"],
        ),
        (b"a?;b\nc?;" + LONG + b"\ne?;f\n", ["a?", "e?"], ["line 2: 10,485,759 characters where a line has 100,000"]),
        (
            b"a?;b\nc?;" + b"<b>" * 9000 + b"x" + b"</b>" * 9000 + b"\nd?;" + b"<div>" * 9000 + b"y\n",
            ["a?", "c?", "d?"],
            [],
        ),
        (b"a?\t" + b"&lol9;&#1114112;&#xD800;&#0;" * 3000 + b"\nb\tc\n", ["a?", "b"], []),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_good_in_a_bad_file_is_read(data: bytes, fronts: list[str], faults: list[str]) -> None:
    """At most the bad line is harmed, it is told with its number, and all others are cards."""
    deck = parse(data, "deck.txt")
    assert [" ".join(words(card.front).split()) for card in deck.cards] == fronts
    assert len(deck.faults) == len(faults)
    for fault, begins in zip(deck.faults, faults, strict=True):
        assert str(fault).removeprefix("deck.txt, ").removeprefix("deck.txt: ").startswith(begins)


def test_three_thousand_columns_are_read(tmp_path: Path) -> None:
    """However wide a file is, the first column asks and the others answer."""
    (tmp_path / "wide.txt").write_text(";".join(f"c{number}" for number in range(3_000)) + "\n")
    lines, status = said(tmp_path / "wide.txt")
    assert lines[1].startswith("1 entry: 1 card,")
    assert status == 0


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """One line, at once, with what to do."""
    with (tmp_path / "big.txt").open("wb") as big:
        big.truncate(GB)
    began = time.process_time()
    assert said(tmp_path / "big.txt") == (
        ["big.txt: 1,024 MB where 10 are the most. Is it a deck at all? Then split it into several files."],
        1,
    )
    assert time.process_time() - began < 0.5
    os.truncate(tmp_path / "big.txt", MOST_BYTES)
    assert len(contents(tmp_path / "big.txt", "big.txt")) == MOST_BYTES
    os.truncate(tmp_path / "big.txt", MOST_BYTES + 1)
    assert said(tmp_path / "big.txt")[0][0].startswith("big.txt: 11 MB where 10 are the most.")


@pytest.mark.parametrize("cell", ["<b>x</b> ", "<b><i>x", "x y z ", "&amp;", "<b ", '<b a="', "_", "((", "Q4 2014, "])
def test_the_longest_line_takes_a_moment(cell: str) -> None:
    """No text that fits into a line makes the reader think for long, whatever its marks."""
    text = f"#separator:tab\na?\tb\nc?\t{(cell * LONGEST_LINE)[: LONGEST_LINE - 3]}\n"
    began = time.process_time()
    deck = parse(text.encode(), "deck.txt")
    assert time.process_time() - began < 2
    assert (len(deck.cards), deck.faults) == (2, ())


def test_what_is_no_plain_file_is_said(tmp_path: Path) -> None:
    """A pipe that nobody writes, a device that never ends and a folder are told at once."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert said(tmp_path / "pipe.txt")[0] == [
        "pipe.txt: this is no plain file. Is it a pipe or a device? Put a text file in its place."
    ]
    assert said(tmp_path / "folder.txt") == (["folder.txt: this is a folder. Name the deck files in it."], 1)
    assert "this is no plain file" in said(tmp_path / "zero.txt")[0][0]


def test_pictures_that_cannot_be_shown_are_named_with_the_reason(tmp_path: Path) -> None:
    """Each has its line, its name and why; the cards are read all the same."""
    outside = tmp_path / "outside.png"
    outside.write_bytes(png(9, 9))
    folder = tmp_path / "decks"
    folder.mkdir()
    (folder / "link.png").symlink_to(outside)
    for name, data in {
        "good.png": png(9, 9),
        "text.png": b"no picture at all",
        "svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "nothing.png": b"",
        "cut.png": png(9, 9)[:18],
        "wide.png": png(50_000, 9),
        "bomb.png": png(2**31 - 1, 2**31 - 1),
        "thin.png": png(2100, 100),
        "none.png": png(0, 9),
    }.items():
        (folder / name).write_bytes(data)
    (folder / "heavy.png").write_bytes(png(9, 9))
    os.truncate(folder / "heavy.png", 10 * 2**20 + 1)
    reasons = {
        "good.png": "",
        "../outside.png": "its name leads out of the folder",
        "%2e%2e/outside.png": "there is no such file",
        "/outside.png": "its name leads out of the folder",
        "link.png": "there is no such file",
        "gone.png": "there is no such file",
        "text.png": "no PNG, JPEG, GIF or WebP",
        "svg.png": "no PNG, JPEG, GIF or WebP",
        "nothing.png": "no PNG, JPEG, GIF or WebP",
        "cut.png": "no PNG, JPEG, GIF or WebP",
        "wide.png": "50000 × 9 pixels where both together are 10000 at the most",
        "bomb.png": "2147483647 × 2147483647 pixels where both together are 10000 at the most",
        "thin.png": "2100 × 100 pixels where no side is over 20 times the other",
        "none.png": "0 × 9 pixels where both together are 10000 at the most",
        "heavy.png": "over 10 MB",
    }
    deck = folder / "deck.txt"
    deck.write_text("".join(f"What is {at}?\tIt is <img src='{name}'>\n" for at, name in enumerate(reasons)))
    lines, status = said(deck)
    assert status == 0
    assert lines[1:2] + lines[3:4] == [
        "15 entries: 15 cards, 0 statements, 0 wait for an answer",
        "1 picture found, 3 missing, 11 cannot be shown",
    ]
    assert sorted(lines[4:]) == sorted(
        f"picture missing, line {at}: {name}"
        if reason == "there is no such file"
        else f"picture cannot be shown, line {at}: {name}, {reason}"
        for at, (name, reason) in enumerate(reasons.items(), 1)
        if reason
    )


def taken(deck: Deck) -> set[int]:
    """The lines that became cards or are told as lost."""
    return {card.line for card in deck.cards} | {fault.line for fault in deck.faults if fault.loses_card}


@settings(max_examples=60)
@given(st.sampled_from(BUNDLED), st.data())
def test_a_damaged_deck_is_read_or_refused_and_loses_no_line_in_silence(path: Path, data: st.DataObject) -> None:
    """A stretch of a real deck with bytes changed, put in or cut out: every filled line is in a card, or told."""
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    part = bytearray(whole[start : start + 1500])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(part)))
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"\n", b'"', b";", b"\t", b"\0", b"\xff", b"<", b"&", b"\r", b"#", b'\n"', b"\xc3"])
        )
    try:
        deck = parse(bytes(part), "deck.txt")
    except DeckError:
        return
    lines = text_of(bytes(part), "deck.txt").text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    within = {card.line + at for card in deck.cards for at in range(sum(cell.count("\n") for cell in card.fields) + 1)}
    told = taken(deck) | within
    untold = [
        line
        for number, line in enumerate(lines, 1)
        if number not in told and any(char.isalnum() for char in line) and not line.startswith("#")
    ]
    assert not untold


@pytest.mark.parametrize("name", ["deck.txt", "deck.md", "deck.jsonl"])
def test_a_card_that_is_a_whole_text_is_no_card(name: str) -> None:
    """It is named with its line, and the others are read; however the file is written."""
    back = "word " * (LONGEST_CARD // 5)
    text = {
        "deck.txt": f"short?;yes\nlong?;{back}\n",
        "deck.md": f"Q: short?\nA: yes\n\nQ: long?\nA: {back}\n",
        "deck.jsonl": (
            '{"format": "deckhand.cards/1"}\n{"front": "short?", "back": "yes"}\n'
            f'{{"front": "long?", "back": "{back}"}}\n'
        ),
    }[name]
    (deck,) = read(text.encode(), name)
    assert [words(card.front) for card in deck.cards] == ["short?"]
    (fault,) = deck.faults
    assert fault.what == "20,004 characters where a card has 20,000 at the most"
    assert fault.loses_card
