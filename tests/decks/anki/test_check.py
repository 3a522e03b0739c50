"""What `deck check` says about a package."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.decks import limits
from bot.decks.card import DeckError
from bot.decks.check import count, refused, report
from bot.decks.check_packed import about
from tests.decks.anki.samples import database, package_of


def said(path):
    """The lines with the file's bare name, and the status."""
    with TemporaryDirectory() as folder:
        try:
            lines, lost, _ = about(path, path.name, Path(folder), limits.of_zip(large=False))
        except DeckError as error:
            lines, lost, _ = refused(error.fault)
    return lines, int(lost > 0)


def test_a_package_is_described(sample):
    """Its notes, cards and decks, how far somebody is, its media; and what cannot be read."""
    lines, status = said(sample.path("new.apkg"))
    notes = len({guid for guid, _ in sample.cards})
    assert lines[0] == f"new.apkg: {notes} notes, {len(sample.cards) - 1} cards in 8 decks"
    remembered = sum(card.stability is not None for card in sample.cards.values())
    assert lines[1] == f"{sample.reviews} reviews, {remembered} with FSRS memory, 1 suspended"
    assert lines[2] == "4 pictures and sounds found"
    assert "Lang::De: 4 cards. Notes of Anki: Basic (optional reversed card) (Front, Back, Add Reverse)." in lines
    assert lines[-2:] == [
        'new.apkg: "was", card 2 of Basic (optional reversed card): nothing is on its front. '
        "Anki calls it an empty card.",
        'new.apkg: "gone.png" is not in the package, and 1 card shows it. Export it with "Include media".',
    ]
    assert status == 1
    # The same by the command, which reads it in a process of its own.
    path = sample.path("new.apkg")
    named, status = report([path])
    assert ([line.replace(path.as_posix(), path.name) for line in named], status) == (lines, 1)
    assert count(path) == (1, 1)


def test_a_package_without_a_fault_is_exit_status_0(tmp_path):
    """Statements and questions that wait for an answer are told apart, as in a text file."""
    path = tmp_path / "x.apkg"
    notes = [("one?", "1"), ("A sentence.", ""), ("why?", "")]
    path.write_bytes(package_of(database(tmp_path / "made.db", notes)))
    assert said(path) == (
        [
            "x.apkg: 3 notes, 3 cards in 1 deck",
            "0 reviews, 0 with FSRS memory, 0 suspended",
            "0 pictures and sounds found",
            "Default: 1 card, 1 statement, 1 waits for an answer. Notes of Anki: By hand (Front, Back).",
        ],
        0,
    )


def test_of_many_faults_the_first_are_told(tmp_path):
    """Twenty of them, those that lose a card before the others, and the number of the rest."""
    path = tmp_path / "x.apkg"
    notes = [(f'<img src="{number}.png">' if number < 5 else "", "b") for number in range(40)]
    path.write_bytes(package_of(database(tmp_path / "made.db", notes)))
    lines, status = said(path)
    assert lines[4] == 'x.apkg: "b", card 1 of By hand: nothing is on its front. Anki calls it an empty card.'
    assert (len(lines), lines[-1], status) == (25, "And 20 more such lines.", 1)


def test_a_template_with_a_field_that_is_gone_is_said_once(tmp_path):
    """Its cards are read without it."""
    path = tmp_path / "x.apkg"
    made = database(tmp_path / "made.db", [("a", "b"), ("c", "d")], "{{Front}}{{Gone}}")
    path.write_bytes(package_of(made))
    lines, status = said(path)
    assert lines[4:] == [
        'x.apkg: "a", card 1 of By hand: its template names a field "Gone" that its note type has not. '
        'Look at card type "Card 1".'
    ]
    assert status == 0


def test_two_notes_of_one_id_are_said(tmp_path):
    """The second is known by its text alone."""
    path = tmp_path / "x.apkg"
    made = database(tmp_path / "made.db", [("a", "b"), ("c", "d")], then="update notes set guid = 'same'")
    path.write_bytes(package_of(made))
    lines, status = said(path)
    assert lines[4:] == ['x.apkg: "c", card 1 of By hand: another note has its id. It is known by its text alone.']
    assert status == 0


def test_cards_that_can_never_be_read_are_named(tmp_path):
    """A side of a megabyte, a template that is not closed, a card type and a note that are gone."""
    path = tmp_path / "x.apkg"
    notes = [("fine", "b"), ("x" * 2**20, "b"), ("no type", "b"), ("no note", "b")]
    then = "update cards set ord = 7 where id = 3; delete from notes where id = 4;"
    path.write_bytes(package_of(database(tmp_path / "made.db", notes, then=then)))
    lines, status = said(path)
    assert lines[0] == "x.apkg: 3 notes, 1 card in 1 deck"
    assert lines[4].endswith(
        ': a side of it is longer than 100,000 characters. Look at card type "Card 1" of its note type.'
    )
    assert lines[5].startswith('x.apkg: "no type", card 8 of By hand: its note type has no such card.')
    assert lines[6].startswith("x.apkg: 1 card has no note that is there.")
    assert status == 1
    path.write_bytes(package_of(database(tmp_path / "made.db", question="{{#Front}}")))
    assert said(path)[0] == [
        'x.apkg: there is no card in it that can be read. "front", card 1 of By hand: '
        '"{{#Front}}" of the template is not closed. Look at card type "Card 1" of its note type.'
    ]


def test_a_card_that_is_a_whole_text_is_named(tmp_path):
    """It is in no deck; the others are read."""
    path = tmp_path / "long.apkg"
    path.write_bytes(package_of(database(tmp_path / "made.db", [("short?", "yes"), ("long?", "word " * 4500)])))
    lines, status = said(path)
    assert status == 1
    assert any("characters where a card has 20,000 at the most. Is it a whole text?" in line for line in lines)


def test_what_takes_too_much_is_a_line(tmp_path, monkeypatch):
    """Little memory, little time: it is read no further than a sent one is."""
    path = tmp_path / "x.apkg"
    path.write_bytes(package_of(database(tmp_path / "made.db", [(f"{n}?", "<b>x</b>y" * 900) for n in range(100)])))
    less = "from bot.decks import limits\nlimits.MEMORY_BYTES = 28 * 2**20\nfrom bot.decks import check_packed\n"
    told = f"{less}check_packed.main([{str(path)!r}, 'x.apkg', {str(tmp_path)!r}])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True)
    line = "x.apkg: it takes more memory than there is for a file. Send it in parts."
    assert json.loads(done.stdout) == [[line], 1, 0]
    monkeypatch.setattr(limits, "READING_SECONDS_OF_LARGE", 0.01)
    assert report([path, tmp_path / "gone.apkg"]) == (
        [
            f"{path}: it takes more memory or time than there is for a file. Send it in parts.",
            f"{tmp_path}/gone.apkg: no such file or directory. Is the path right, and may you read the file?",
        ],
        1,
    )
    assert (count(path), count(tmp_path / "gone.apkg")) == ((1, 0), (1, 0))
