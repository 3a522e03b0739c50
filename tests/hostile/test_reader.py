"""What reads a sent file ends with a line or with decks, whatever the file is, and within its limits."""

import json
from pathlib import Path

import pytest

from bot.decks.arrival import Named
from tests.hostile import mutations
from tests.hostile.corpus import whole_everything
from tests.hostile.mutations import Changed

ODD_NAME = "x\a\u202e\n" + "y" * 50_000


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("deck.txt", f"#deck:{ODD_NAME.replace(chr(10), '')}\na?;b\n".encode()),
        ("deck.jsonl", f'{json.dumps({"format": "deckhand.cards/1", "deck": ODD_NAME})}\n{{"front": "a?"}}\n'.encode()),
        ("deck.md", f"---\nname: {ODD_NAME.replace(chr(10), '')}\n---\nQ: a?\nA: b\n".encode()),
        ("mine.zip", whole_everything({"manifest.json": json.dumps(
            {"format": "deckhand.everything/1", "decks": [{"file": "decks/1.jsonl", "name": ODD_NAME}]})})),
    ],
    ids=["text", "JSON Lines", "Markdown", "everything"],
)  # fmt: skip
def test_a_deck_is_called_by_a_line(tmp_path: Path, file: str, data: bytes) -> None:
    """Whatever the file calls it."""
    assert "cards" in mutations.read(Changed(0, file, "", data), tmp_path)


def test_no_deck_of_a_file_is_called_like_another(tmp_path: Path) -> None:
    """By its name it is known when the file comes again; "D (2)" may be there already."""
    decks = [{"file": "decks/1.jsonl", "name": name} for name in ("D", "D", "D (2)", "D", "")]
    manifest = json.dumps({"format": "deckhand.everything/1", "decks": decks})
    told = mutations.told_of(Changed(0, "mine.zip", "", whole_everything({"manifest.json": manifest})), tmp_path)
    assert told[0] == Named(("D", "D (2)", "D (2) (2)", "D (3)", "Deck"))
