"""Whoever reads a deck file may be told to end."""

from collections.abc import Callable

import pytest

from bot.decks.reading import read
from bot.decks.textfile import GivenUp

CARDS = 50
FILES = {
    "a.txt": "".join(f"front {at};back {at}\n" for at in range(CARDS)),
    "a.md": "".join(f"Q: front {at}\nA: back {at}\n\n" for at in range(CARDS)),
    "a.jsonl": '{"format": "deckhand.cards/1", "deck": "A"}\n'
    + "".join(f'{{"front": "front {at}", "back": "back {at}"}}\n' for at in range(CARDS)),
}


def wanted(times: int) -> tuple[Callable[[], bool], list[bool]]:
    """Says so many times that it is to go on, and then no more; and each time that it was asked."""
    asked: list[bool] = []

    def go_on() -> bool:
        asked.append(len(asked) < times)
        return asked[-1]

    return go_on, asked


@pytest.mark.parametrize("file", FILES)
def test_reading_is_given_up_in_the_middle(file: str) -> None:
    """However a file is written: it is asked at each card, and after the first no nothing more is read."""
    data = FILES[file].encode()
    go_on, asked = wanted(1_000_000)
    (deck,) = read(data, file, go_on)
    assert len(deck.cards) == CARDS
    assert len(asked) >= CARDS
    go_on, asked = wanted(CARDS // 2)
    with pytest.raises(GivenUp):
        read(data, file, go_on)
    assert len(asked) == CARDS // 2 + 1
