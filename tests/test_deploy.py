"""What stands in deploy/ fits the program it starts."""

import re
from pathlib import Path

from bot import settings

DEPLOY = Path(__file__).parents[1] / "deploy"


def test_the_example_shows_every_default(tmp_path: Path) -> None:
    """With every line of env.example in force, the settings are those of an empty environment."""
    in_force = re.sub(r"^#(?=BOT_)", "", (DEPLOY / "env.example").read_text(encoding="utf-8"), flags=re.MULTILINE)
    dotenv = tmp_path / "env"
    dotenv.write_text(in_force, encoding="utf-8")
    assert settings.load({}, dotenv, need_token=False) == settings.load({}, None, need_token=False)


def test_the_example_names_what_the_program_reads() -> None:
    """env.example names exactly the settings that are read."""
    named = re.findall(r"^#?(BOT_\w+)=", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE)
    read = re.findall(r'take\("(BOT_\w+)"', Path(settings.__file__).read_text(encoding="utf-8"))
    assert sorted(named) == sorted(read)


def test_the_service_stores_where_it_may_write() -> None:
    """The unit's database lies in its state directory, and a wrong setting is not retried for ever."""
    unit = (DEPLOY / "deckhand.service").read_text(encoding="utf-8")
    (url,) = re.findall(r"^Environment=BOT_DATABASE_URL=(.+)$", unit, re.MULTILINE)
    (state,) = re.findall(r"^StateDirectory=(.+)$", unit, re.MULTILINE)
    loaded = settings.load({"BOT_DATABASE_URL": url}, None, need_token=False)
    assert loaded.database.parent == Path("/var/lib") / state
    assert "RestartPreventExitStatus=2\n" in unit
