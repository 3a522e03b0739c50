"""A zip of all that somebody has is read under limits, and believed in nothing that contradicts itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.decks.anki.archive import Limits, opened
from bot.decks.card import DeckError
from bot.decks.taking_back import EverythingRead, is_everything, read_everything
from tests.decks.anki.samples import PICTURE, zipped

SETTINGS = {
    "zone": None, "rollover_hour": 4, "new_per_day": 10, "reviews_per_day": 200, "retention": 0.9,
    "push_days": [0], "push_minutes": [60], "quiet": None,
}  # fmt: skip
MEMORY = {
    "stage": "review", "stability": 3.5, "difficulty": 5.25, "step": None, "interval_days": 3, "due_at": None,
    "due_day": 20003, "last_at": 1728000000000, "last_day": 20000, "reviews": 2, "lapses": 0,
}  # fmt: skip
ROW = {"id": 1, "card": 5, "at": 1728000000000, "day": 20000, "day_ends_at": 1728010000000, "kind": "learn", "grade": 3}
UNDO = {"id": 2, "card": 5, "at": 1728000000001, "day": 20000, "day_ends_at": 1728010000000, "kind": "undo"}
ELSEWHERE = {"interval": 1, "last_interval": 0, "factor": 2500}
DECK = (
    '{"format":"deckhand.cards/1","deck":"D"}\n{"front":[{"picture":"p.png"}],"back":"a","id":5}\n'
    '{"front":"gone","back":"b","id":6,"archived":true}\n{"front":"other","back":"c"}\n'
)


def everything(folder: Path, rows: list[Any] | None = None, **others: Any) -> Path:
    """Such a file, with other entries by their names; None: without that one."""
    entries: dict[str, Any] = {
        "settings.json": SETTINGS,
        "policies.json": {},
        "decks/1.jsonl": DECK,
        "media/x.png": PICTURE,
        "log.jsonl": "".join(json.dumps(row) + "\n" for row in rows or ()),
        "progress.jsonl": json.dumps({"card": 5, "memory": MEMORY, "suspended_at": 7}) + "\n",
        "manifest.json": {
            "format": "deckhand.everything/1",
            "decks": [{"file": "decks/1.jsonl", "name": "D", "studied": True, "media": {"p.png": "media/x.png"}}],
        },
        **others,
    }
    path = folder / "everything.zip"
    path.write_bytes(
        zipped(
            (
                name,
                value
                if isinstance(value, bytes)
                else (value if isinstance(value, str) else json.dumps(value)).encode(),
            )
            for name, value in entries.items()
            if value is not None
        )
    )
    return path


def read(path: Path, limits: Limits | None = None) -> EverythingRead:
    """What it holds."""
    folder = path.parent / "in"
    folder.mkdir()
    (path.parent / "kept").mkdir()
    return read_everything(path, path.name, folder, path.parent / "kept", limits or Limits(), lambda done, of: None)


def test_decks_media_log_and_settings_are_read(tmp_path: Path) -> None:
    """Cards that were in their deck no longer and never learned stay behind; of others all is known, to the digit."""
    path = everything(tmp_path, [ROW, {**UNDO, "undoes": 1}])
    with opened(path, "x", Limits()) as archive:
        assert is_everything(archive.names)
    found = read(path)
    assert [len(deck.cards) for deck in found.decks] == [2]
    (kept,) = (tmp_path / "kept").iterdir()
    assert found.stored == ({"p.png": kept.name},)
    assert found.shown == {kept.name}
    assert found.decks[0].cards[0].front[0].name == kept.name  # type: ignore[union-attr]
    first, second = found.progress[0]
    assert second is None
    assert first is not None
    assert first.own is not None
    assert json.loads(first.own.memory or "") == MEMORY
    assert [(row.id, row.kind, row.undoes) for row in first.own.rows] == [(1, "learn", None), (2, "undo", 1)]
    assert (first.counted, first.suspended, first.own.suspended_at, found.choices[0].studied) == (0, True, 7, True)
    assert (found.settings.push_minutes, found.faults) == ((60,), ())


def test_learned_cards_that_left_their_deck_come_put_away(tmp_path: Path) -> None:
    """In a deck of their own, so that nothing of the log is lost."""
    found = read(everything(tmp_path, [{**ROW, "card": 6}]))
    assert [(deck.name, len(deck.cards)) for deck in found.decks] == [("D", 2), ("D · no longer in it", 1)]
    assert [choices.archived for choices in found.choices] == [False, True]
    ((gone,),) = found.progress[1:]
    assert gone is not None
    assert gone.counted == 1


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ROW],
        [{**UNDO, "undoes": 1}],
        [ROW, {**UNDO, "undoes": 1}, {**UNDO, "id": 3, "undoes": 1}],
        [{**ROW, "policy": 9}],
    ],
    ids=["twice", "undoes-nothing", "undoes-twice", "no-policy"],
)
def test_a_log_that_contradicts_itself_is_left_out(tmp_path: Path, rows: list[Any]) -> None:
    """And that is told; the cards come all the same."""
    found = read(everything(tmp_path, rows))
    assert found.progress[0] == (None, None)
    assert [fault.what for fault in found.faults] == ["the log of 1 card contradicts itself"]


def test_a_log_that_nobody_could_have_written_is_left_out(tmp_path: Path) -> None:
    """A card's rows are written at once: of so many nobody else's grade could wait."""
    found = read(everything(tmp_path, [{**ROW, "id": number} for number in range(2001)]))
    assert found.progress[0] == (None, None)
    assert [fault.what for fault in found.faults] == ["the log of 1 card has more than 2,000 lines"]


WRONG = [
    ({"manifest.json": {"format": "deckhand.everything/2", "decks": []}}, "of the form 'deckhand.everything/2'"),
    ({"manifest.json": {"format": "deckhand.everything/1", "decks": []}}, "there is no deck with a card in it"),
    ({"manifest.json": "["}, "manifest.json in it cannot be read"),
    ({"settings.json": {**SETTINGS, "rollover_hour": 24}}, "settings.json in it cannot be read"),
    ({"log.jsonl": json.dumps({**ROW, "grade": 5})}, "log.jsonl in it cannot be read"),
    ({"log.jsonl": json.dumps({**ROW, "kind": "undo"})}, "log.jsonl in it cannot be read"),
    ({"log.jsonl": json.dumps({**ROW, "at": 10**15})}, "log.jsonl in it cannot be read"),
    ({"log.jsonl": json.dumps({**ROW, "kind": "group", "elsewhere": ELSEWHERE})}, "log.jsonl in it cannot be read"),
    ({"log.jsonl": json.dumps({**ROW, "policy": 1, "elsewhere": ELSEWHERE})}, "log.jsonl in it cannot be read"),
    ({"log.jsonl": "[" * 10_000}, "log.jsonl in it cannot be read"),
    ({"progress.jsonl": json.dumps({"card": 5, "memory": {**MEMORY, "stability": 0}})}, "progress.jsonl in it cannot"),
    ({"progress.jsonl": json.dumps({"card": 5, "memory": {**MEMORY, "step": 1}})}, "progress.jsonl in it cannot"),
    ({"decks/1.jsonl": None}, "decks/1.jsonl is not in it"),
    ({"decks/1.jsonl": "no deck\nx"}, "this line is no JSON"),
    ({"media/../../x": b"x"}, "leads out of the package"),
    ({"log.jsonl": b"\n" * 30_000_000}, "unpacks to more than"),
]


@pytest.mark.parametrize(("entries", "what"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_what_is_none_is_refused_in_words(tmp_path: Path, entries: dict[str, Any], what: str) -> None:
    """Another form, numbers that nothing has, what is missing, what leads out, and bombs."""
    with pytest.raises(DeckError) as refused:
        read(everything(tmp_path, **entries))
    assert what in str(refused.value)
