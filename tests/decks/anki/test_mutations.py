"""Real exports, changed by chance: `python -m tests.hostile --mutations N` reads many more of them."""

from pathlib import Path

from tests.decks.anki.samples import Sample
from tests.hostile import mutations

FIRST_SEED = 40
MANY = 48


def test_changed_exports_are_read_or_refused(sample: Sample, tmp_path: Path) -> None:
    """Each ends as decks whose cards can be kept or as a line, whichever bytes, entries or values are others."""
    (tmp_path / "genanki").mkdir()
    made = mutations.exports(sample, tmp_path / "genanki")
    ends = set()
    for seed in range(FIRST_SEED, FIRST_SEED + MANY):
        file = mutations.changed(made[seed % len(made)], seed, tmp_path / "scratch.db")
        try:
            ends.add(mutations.read(file, tmp_path).endswith(" cards"))
        except Exception as error:
            raise AssertionError(str(file)) from error
    assert ends == {True, False}
