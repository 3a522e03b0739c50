"""Settings come from the environment and .env, and every wrong one is named."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsWrong, load

TOKEN = "123456:a-token_of_nobody"


def wrong(environ: dict[str, str], need_token: bool = False) -> tuple[str, ...]:
    """The lines that tell what is wrong."""
    with pytest.raises(SettingsWrong) as caught:
        load(environ, None, need_token)
    return caught.value.lines


def test_nothing_set_means_the_defaults() -> None:
    """Without any setting the defaults of the product hold."""
    assert load({}, None, need_token=False) == Settings(
        token="",
        api_url="https://api.telegram.org",
        database=Path("data/deckhand.db"),
        decks_dir=Path("decks"),
        default_zone="UTC",
        admins=frozenset(),
        allowed=frozenset(),
        log_level="INFO",
        log_json=False,
    )


def test_everything_can_be_set(tmp_path: Path) -> None:
    """Every setting is read as what it means."""
    settings = load(
        {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": "http://127.0.0.1:8081/",
            "BOT_DATABASE_URL": "sqlite:////var/lib/deckhand.db",
            "BOT_DECKS_DIR": str(tmp_path),
            "BOT_DEFAULT_TIMEZONE": "Australia/Lord_Howe",
            "BOT_ADMINS": "7000000001, 2",
            "BOT_ALLOWED": "-1002300000001,5,",
            "BOT_LOG_LEVEL": "debug",
            "BOT_LOG_JSON": "Yes",
        },
        None,
        need_token=True,
    )
    assert settings == Settings(
        token=TOKEN,
        api_url="http://127.0.0.1:8081",
        database=Path("/var/lib/deckhand.db"),
        decks_dir=tmp_path,
        default_zone="Australia/Lord_Howe",
        admins=frozenset({7000000001, 2}),
        allowed=frozenset({-1002300000001, 5}),
        log_level="DEBUG",
        log_json=True,
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://me:pass/w@rd@host:port", "'http://host:port'"),
        ("ftp://me:password@host", "'ftp://host'"),
        ("me:password@host", "'host'"),
    ],
)
def test_an_address_is_said_without_its_password(url: str, said: str) -> None:
    """Also one that is no address, wherever its password would end."""
    with pytest.raises(SettingsWrong) as caught:
        load({"BOT_API_URL": url}, None, need_token=False)
    assert caught.value.lines == (f"BOT_API_URL is {said}: an address such as http://127.0.0.1:8081 is expected.",)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """What stands in both is taken from the environment, and an empty value counts as not set."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("BOT_TOKEN=1:fff\nBOT_ADMINS=5\nBOT_LOG_LEVEL=DEBUG\nHOME_OF=$HOME\n", "utf-8")
    settings = load({"BOT_ADMINS": "6", "BOT_LOG_LEVEL": " "}, dotenv, need_token=False)
    assert (settings.token, settings.admins, settings.log_level) == ("1:fff", frozenset({6}), "DEBUG")


def test_a_missing_file_is_no_fault(tmp_path: Path) -> None:
    """Whoever sets everything in the environment needs no .env."""
    assert load({"BOT_TOKEN": TOKEN}, tmp_path / ".env", need_token=True).token == TOKEN


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A .env that is no text, or a folder, is named with what was expected, and nothing is said to be missing in it."""
    dotenv = tmp_path / ".env"
    expected = "a UTF-8 text file with lines such as BOT_TOKEN=… is expected."
    for data in (b"BOT_TOKEN=\xff\xfe\n", "BOT_ALLOWED=5\n".encode("utf-16-le"), "BOT_ALLOWED=5\n".encode("utf-16")):
        dotenv.write_bytes(data)
        with pytest.raises(SettingsWrong) as wrong:
            load({"BOT_ADMINS": "5"}, dotenv, need_token=True)
        assert wrong.value.lines == (f"{dotenv} cannot be read: {expected}",)
        assert wrong.value.right == {"admins": frozenset({5})}
    dotenv.unlink()
    dotenv.mkdir()
    with pytest.raises(SettingsWrong) as wrong:
        load({"BOT_ADMINS": "Anna"}, dotenv, need_token=True)
    assert wrong.value.lines[0] == f"{dotenv} cannot be read (Is a directory): {expected}"
    assert [line.split()[0] for line in wrong.value.lines[1:]] == ["BOT_ADMINS"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("BOT_ALLOWED 5,6\nBOT_ADMINS=5\n", 1),
        ("# mine\n\n\nBOT ALLOWED=5\n", 4),
        ("BOT_ADMINS=5\r\nBOT_ALLOWED\r\n", 2),
        ('BOT_ADMINS=5\nBOT_TOKEN="123456:a-token_of_nobody\n', 2),
    ],
)
def test_a_line_that_sets_nothing_is_named(tmp_path: Path, text: str, line: int) -> None:
    """A line of .env that was meant to set something and does not is a fault: the bot might let everybody in."""
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(text.encode())
    with pytest.raises(SettingsWrong) as caught:
        load({}, dotenv, need_token=False)
    assert caught.value.lines == (
        f"{dotenv}, line {line}: NAME=value is expected, quotes are closed, and a remark begins with #.",
    )


def test_lines_of_others_in_the_file_are_left_alone(tmp_path: Path) -> None:
    """Names of other programs, exported without a value, remarks and empty values are no fault."""
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "\ufeff# mine\n; and systemd's\nbot_weather=5\nexport PATH\n\nBOT_ALLOWED=\nexport BOT_ADMINS=5 # me\n", "utf-8"
    )
    assert load({}, dotenv, need_token=False) == load({"BOT_ADMINS": "5"}, None, need_token=False)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BOT_API_URL", "127.0.0.1:8081", "an address such as http://127.0.0.1:8081"),
        ("BOT_API_URL", "http://host:port", "an address such as"),
        ("BOT_API_URL", "https://", "an address such as"),
        ("BOT_DATABASE_URL", "sqlite:///", "the path of a file"),
        ("BOT_DATABASE_URL", "sqlite:///:memory:", "the path of a file"),
        ("BOT_DATABASE_URL", "sqlite:///.", "a file is expected"),
        ("BOT_DATABASE_URL", "sqlite://data.db", "only SQLite is known"),
        ("BOT_DATABASE_URL", "data/deckhand.db", "only SQLite is known"),
        ("BOT_DECKS_DIR", "no/such/folder", "a folder with deck files"),
        ("BOT_DEFAULT_TIMEZONE", "Europe/Berlinn", "did you mean Europe/Berlin?"),
        ("BOT_DEFAULT_TIMEZONE", "+02:00", "a time zone such as"),
        ("BOT_DEFAULT_TIMEZONE", "../etc/passwd", "a time zone such as"),
        ("BOT_DEFAULT_TIMEZONE", "Europe", "a time zone such as"),
        ("BOT_DEFAULT_TIMEZONE", "Factory", "a time zone such as"),
        ("BOT_DEFAULT_TIMEZONE", "localtime", "a time zone such as"),
        ("BOT_ADMINS", "@anna", "numbers with commas"),
        ("BOT_ADMINS", "-5", "above zero"),
        ("BOT_ALLOWED", "5;6", "numbers with commas"),
        ("BOT_LOG_LEVEL", "loud", "one of DEBUG"),
        ("BOT_LOG_JSON", "maybe", "on or off"),
        ("BOT_API_URL", "https://api.telegram.org/bot123456:a-token_of_nobody", "the address alone is expected"),
        ("BOT_ADMINS", TOKEN, "numbers with commas"),
        ("BOT_DEFAULT_TIMEZONE", TOKEN, "a time zone such as"),
        ("BOT_DATABASE_URL", f"sqlite:///{'x' * 300}/y.db", "File name too long"),
        ("BOT_DECKS_DIR", "x" * 300, "File name too long"),
        ("BOT_DECKS_DIR", "pyproject.toml", "a folder with deck files"),
        ("BOT_DATABASE_URL", "sqlite:///a\0b", "a NUL character"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(name: str, value: str, expected: str) -> None:
    """One line says which setting is wrong and what it should be."""
    (line,) = wrong({name: value})
    assert line.startswith(f"{name} ")
    assert expected in line
    assert TOKEN not in line


def test_a_database_of_another_kind_is_refused_without_its_password() -> None:
    """Another engine's address is refused in words that do not repeat what it holds."""
    (line,) = wrong({"BOT_DATABASE_URL": "postgresql://anna:secret@host/db"})
    assert "only SQLite is known" in line
    assert "postgresql" in line
    assert "secret" not in line


def test_all_wrong_settings_are_named_at_once() -> None:
    """Nobody has to start the bot once for each mistake."""
    lines = wrong({"BOT_ADMINS": "x", "BOT_LOG_LEVEL": "x", "BOT_DEFAULT_TIMEZONE": "x"}, need_token=True)
    assert [line.split()[0] for line in lines] == [
        "BOT_TOKEN",
        "BOT_DEFAULT_TIMEZONE",
        "BOT_ADMINS",
        "BOT_LOG_LEVEL",
    ]


@pytest.mark.parametrize("token", ["nonsense", "12345:", ":abc", "12345:with space", "12345:abc/../x"])
def test_a_wrong_token_is_named_without_its_value(token: str) -> None:
    """The token's form is checked, and its value is not repeated."""
    (line,) = wrong({"BOT_TOKEN": token}, need_token=True)
    assert line.startswith("BOT_TOKEN does not look like a token")
    assert token not in line


def test_a_missing_token_matters_only_where_one_is_needed() -> None:
    """A command that talks to nobody needs no token."""
    assert load({}, None, need_token=False).token == ""
    assert "BotFather" in wrong({}, need_token=True)[0]


def test_settings_never_show_the_token() -> None:
    """Printed, the settings do not hold the token."""
    assert TOKEN not in repr(load({"BOT_TOKEN": TOKEN}, None, need_token=True))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("BOT_TOKN", "BOT_TOKN is no setting of Deckhand's: did you mean BOT_TOKEN?"),
        ("BOT_DATABASE", "BOT_DATABASE is no setting of Deckhand's: did you mean BOT_DATABASE_URL?"),
        ("bot_allowed", "bot_allowed is no setting of Deckhand's: did you mean BOT_ALLOWED?"),
        ("$BOT_ALLOWED", "$BOT_ALLOWED is no setting of Deckhand's: did you mean BOT_ALLOWED?"),
        ("BOT_WEATHER_KEY", "BOT_WEATHER_KEY is no setting of Deckhand's."),
    ],
)
def test_a_misspelt_name_is_told_without_its_value(tmp_path: Path, name: str, line: str) -> None:
    """It keeps nobody from starting, and where something else does it is told beside it; so it is in the file."""
    assert load({name: TOKEN}, None, need_token=False).unknown == (line,)
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"{name}={TOKEN}\n", "utf-8")
    assert load({"PATH": "/bin", "BOT_TOKEN": TOKEN, "BOT_DECKS_DIR": str(tmp_path)}, dotenv, True).unknown == (line,)
    assert wrong({name: TOKEN, "BOT_LOG_LEVEL": "loud"})[1:] == (line,)


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Nobody's rights: those of whoever runs the tests, unless that is root, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_decks_folder_that_may_not_be_read_is_told() -> None:
    """Before anything is begun, and beside whatever else is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder, "closed")
        closed.mkdir()
        Path(folder).chmod(0o755)
        closed.chmod(0)
        with unprivileged():
            lines = wrong({"BOT_DECKS_DIR": str(closed), "BOT_LOG_LEVEL": "loud"})
            beyond = wrong({"BOT_DECKS_DIR": str(closed / "below")})
        closed.chmod(0o755)
    denied = "BOT_DECKS_DIR names what cannot be read by this user: {}: Permission denied."
    assert (lines[0], beyond) == (denied.format(closed), (denied.format(closed / "below"),))
    assert lines[1].startswith("BOT_LOG_LEVEL ")
