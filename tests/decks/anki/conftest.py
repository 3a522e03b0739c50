"""What costs seconds to make is made once."""

import pytest

from tests.decks.anki.samples import Sample, by_anki


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Exports of one collection, with what Anki says of its cards."""
    return by_anki(tmp_path_factory.mktemp("anki"))
