"""Settings and files that make starting impossible."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from tests.test_cli import TOKEN, newer


def wrongs(tmp_path: Path) -> dict[str, tuple[dict[str, str], str]]:
    """Settings that make starting impossible, by name, with a word of what is said."""
    file = tmp_path / "file"
    file.write_text("a file, not a folder and not a database " * 40, "utf-8")
    newer(tmp_path / "newer.db")
    circle = tmp_path / "circle.db"
    circle.symlink_to(circle)
    (tmp_path / "torn.db").write_bytes((tmp_path / "newer.db").read_bytes()[:50])
    return {
        "no token": ({"BOT_TOKEN": ""}, "BOT_TOKEN is not set"),
        "bad token": ({"BOT_TOKEN": "very secret"}, "BOT_TOKEN does not look like a token"),
        "zone": ({"BOT_DEFAULT_TIMEZONE": "Europe/Berlinn"}, "did you mean Europe/Berlin?"),
        "no decks folder": ({"BOT_DECKS_DIR": str(tmp_path / "nowhere")}, "BOT_DECKS_DIR"),
        "decks folder is a file": ({"BOT_DECKS_DIR": str(file)}, "BOT_DECKS_DIR"),
        "database of another kind": ({"BOT_DATABASE_URL": "postgresql://x:secret@host/db"}, "only SQLite is known"),
        "database's folder is a file": ({"BOT_DATABASE_URL": f"sqlite:///{file}/deckhand.db"}, "cannot be made"),
        "database's folder not writable": ({"BOT_DATABASE_URL": "sqlite:////proc/deckhand.db"}, "cannot be "),
        "no database at all": ({"BOT_DATABASE_URL": f"sqlite:///{file}"}, "no SQLite database"),
        "database is a circle of links": ({"BOT_DATABASE_URL": f"sqlite:///{circle}"}, "symbolic links"),
        "newer database": ({"BOT_DATABASE_URL": f"sqlite:///{tmp_path}/newer.db"}, "version 99"),
        "torn database": ({"BOT_DATABASE_URL": f"sqlite:///{tmp_path}/torn.db"}, "Put a backup back: "),
        "proxy of another kind": (
            {"http_proxy": "socks5://me:secret@127.0.0.1:1"},
            "a proxy that is none of HTTP (socks5)",
        ),
        "log level": ({"BOT_LOG_LEVEL": "loud"}, "BOT_LOG_LEVEL"),
    }


@pytest.fixture
def logging_kept() -> Iterator[None]:
    """What logs where is the same afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("logging_kept")
@pytest.mark.parametrize("as_json", [False, True], ids=["plain", "json"])
def test_what_makes_starting_impossible_is_one_line(
    tmp_path: Path, decks_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    """A wrong setting or file ends the start with one line, exit status 2, no traceback, and no token in it; where the
    log is JSON, so is that line.
    """
    monkeypatch.chdir(tmp_path)
    for name, (setting, words) in wrongs(tmp_path).items():
        with monkeypatch.context() as here:
            here.setenv("BOT_TOKEN", TOKEN)
            here.setenv("BOT_DECKS_DIR", str(decks_dir))
            here.setenv("BOT_LOG_JSON", "on" if as_json else "off")
            for key, value in setting.items():
                here.setenv(key, value)
            status = main(["run"])
        said = capfd.readouterr()
        assert (status, said.out) == (2, ""), name
        assert said.err.count("\n") == 1, said.err
        assert words in (json.loads(said.err)["what"] if as_json else said.err), name
        assert not [value for value in ("secret", TOKEN) if value in said.err], name
