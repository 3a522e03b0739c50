"""Setting up: what make does on a machine with nothing but Python and make, and what it says where they are missing."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE = shutil.which("make") or "make"
# It stands for a Python: notes what it is asked for, and makes a .venv that holds itself.
PYTHON = """\
#!/bin/sh
echo "$*" >> "{notes}"
case "$*" in
  *version_info*) exit {too_old} ;;
  *ensurepip*) exit {without_venv} ;;
  "-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-m pip_audit"*) exit {unaudited} ;;
  "-m pip"*) exit {no_packages} ;;
esac
"""
WRONGS = ("too_old", "without_venv", "no_packages", "unaudited")


class Machine:
    """A clone of what make needs, on a machine whose Python is of this kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes = folder / "notes"
        self.bin = folder / "bin"
        self.bin.mkdir()
        (folder / "deploy").mkdir()
        for name in ("Makefile", "requirements.lock", "deploy/audit.lock"):
            shutil.copy(ROOT / name, folder / name)
        for name in ("sh", "cp", "mkdir", "touch", "mv", "rm", "cmp"):
            (self.bin / name).symlink_to(shutil.which(name) or name)
        self.has("python3")

    def has(self, name: str, **wrong: int) -> None:
        """Put a Python there under this name; a 1 says what is wrong with it."""
        self.program(name, PYTHON.format(notes=self.notes, **dict.fromkeys(WRONGS, 0) | wrong))

    def program(self, name: str, script: str) -> None:
        """Put a program there."""
        (self.bin / name).write_text(script, "utf-8")
        (self.bin / name).chmod(0o755)

    def make(self, target: str, **settings: str) -> tuple[int, str]:
        """Exit status and words of a make."""
        environment = {"PATH": str(self.bin), **settings}
        how = {"cwd": self.folder, "env": environment, "capture_output": True, "check": False}
        # In a group of its own: what ends that one by a signal ends nobody else.
        ended = subprocess.run([MAKE, target], **how, start_new_session=True)
        return ended.returncode, (ended.stdout + ended.stderr).decode()

    def asked(self) -> list[str]:
        """What its Pythons were asked for since it was last looked at."""
        said = self.notes.read_text("utf-8").splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return said


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A fresh machine with a good Python."""
    return Machine(tmp_path)


def test_the_second_time_nothing_is_set_up(machine: Machine) -> None:
    """Once set up, only the program itself is started; a lock file that says something else sets up anew."""
    status, words = machine.make("demo")
    assert (status, words) == (0, "Setting up .venv (once, about a minute) ...\n")
    install = "-m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock"
    assert machine.asked()[2:] == ["-m venv --clear .venv", install, "-m bot demo"]
    began = time.monotonic()
    assert machine.make("demo") == (0, "")
    assert time.monotonic() - began < 2
    assert machine.asked() == ["-m bot demo"]
    lock = (machine.folder / "requirements.lock").read_text("utf-8")
    change(machine, lock)
    machine.make("run")
    assert machine.asked()[2:] == ["-m bot run"]
    change(machine, f"{lock}# another\n")
    machine.make("run")
    assert machine.asked()[3:] == [install, "-m bot run"]


def test_the_demos_port_can_be_chosen(machine: Machine) -> None:
    """PORT= is passed on to the program, which otherwise takes its own."""
    assert machine.make("demo", PORT="8081")[0] == 0
    assert machine.asked()[-1] == "-m bot demo --port 8081"


def test_make_test_runs_every_check(machine: Machine) -> None:
    """Format, lint, types and tests, in this order; the first that fails ends it."""
    machine.make(".venv/ready")
    machine.asked()
    status, _ = machine.make("test")
    assert status == 0
    assert [" ".join(asked.split()[1:3]) for asked in machine.asked()] == [
        "ruff format",
        "ruff check",
        "mypy",
        "pytest -n",
    ]


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"too_old": 1}, "Deckhand needs Python 3.11 or newer as 'python3'; set PYTHON=... if it has another name."),
        ({"without_venv": 1}, "Deckhand needs Python's venv module (on Debian: apt-get install python3-venv)."),
    ],
    ids=["too old", "without venv"],
)
def test_what_is_missing_is_said(machine: Machine, wrong: dict[str, int], line: str) -> None:
    """A Python that is too old or has no venv ends every target with a line that says so, and leaves nothing behind."""
    machine.has("python3", **wrong)
    for target in ("demo", "test", "run"):
        status, words = machine.make(target)
        assert status != 0
        assert words.splitlines()[0] == line
    assert not (machine.folder / ".venv").exists()
    machine.has("python3.11")
    assert machine.make("demo", PYTHON="python3.11")[0] == 0


def test_no_python_at_all_is_said(machine: Machine) -> None:
    """Without any Python the same line says what is needed."""
    (machine.bin / "python3").unlink()
    status, words = machine.make("demo")
    assert status != 0
    assert words.startswith("Deckhand needs Python 3.11 or newer as 'python3'; set PYTHON=...")


def test_a_setup_that_broke_off_begins_anew(machine: Machine) -> None:
    """Where packages could not be fetched nothing is started, and the next make tries again."""
    machine.has("python3", no_packages=1)
    assert machine.make("demo")[0] != 0
    assert "-m bot demo" not in machine.asked()
    machine.has("python3")
    assert machine.make("demo")[0] == 0
    assert machine.asked()[-1] == "-m bot demo"


def test_what_was_set_up_before_is_there_until_the_new_is(machine: Machine) -> None:
    """Where the packages of a changed lock file cannot be fetched, what ran before still does."""
    machine.make(".venv/ready")
    before = (machine.folder / ".venv" / "requirements.lock").read_text("utf-8")
    change(machine, before + "# another\n")
    machine.has("python3", no_packages=1)
    assert machine.make("run")[0] != 0
    assert (machine.folder / ".venv" / "bin" / "python").exists()
    assert (machine.folder / ".venv" / "requirements.lock").read_text("utf-8") == before
    assert not (machine.folder / ".venv.was").exists()
    machine.asked()
    machine.has("python3")
    assert machine.make("run")[0] == 0
    assert len(machine.asked()) == 5


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_a_setup_that_was_killed_leaves_what_was_there_before(machine: Machine, signal: str) -> None:
    """Ended while it fetches packages, as by Ctrl-C, it puts the old one back; killed, the next make does. Neither of
    the lock files of before asks for a package then, and nothing half made is taken for one of theirs.
    """
    locks = [(machine.folder / "requirements.lock").read_text("utf-8")]
    for number in range(2):
        locks.append(f"{locks[-1]}# {number}\n")
    for lock in locks[:2]:
        change(machine, lock)
        assert machine.make(".venv/ready")[0] == 0
    change(machine, locks[2])
    dying = (machine.bin / "python3").read_text("utf-8").replace('"-m pip"*) exit 0', f'"-m pip"*) kill -{signal} 0')
    machine.program("python3", dying)
    assert machine.make(".venv/ready")[0] != 0
    before = machine.folder / ".venv" / "requirements.lock"
    assert before.exists() == (signal == "TERM")
    machine.has("python3", no_packages=1)
    for lock in (locks[0], locks[1], locks[0]):
        change(machine, lock)
        assert machine.make(".venv/ready")[0] == 0
        assert before.read_text("utf-8") == lock
        assert not (machine.folder / ".venv.was").exists()
    assert not [*(machine.folder / ".venv").glob(".venv*")]


def test_the_way_back_needs_no_network(machine: Machine) -> None:
    """The libraries of before an upgrade are kept, as those of after it are: each is there when its lock file is."""
    machine.make(".venv/ready")
    old = (machine.folder / "requirements.lock").read_text("utf-8")
    new = old + "# another\n"
    change(machine, new)
    machine.make(".venv/ready")
    machine.asked()
    machine.has("python3", no_packages=1)
    for lock in (old, new, new, old):
        change(machine, lock)
        assert machine.make(".venv/ready") == (0, "")
        assert (machine.folder / ".venv" / "requirements.lock").read_text("utf-8") == lock
    assert not [asked for asked in machine.asked() if asked.startswith("-m")]
    assert not (machine.folder / ".venv.was").exists()


def change(machine: Machine, lock: str) -> None:
    """A lock file newer than what was set up."""
    path = machine.folder / "requirements.lock"
    path.write_text(lock, "utf-8")
    earlier = path.stat().st_mtime - 1
    for ready in machine.folder.glob(".venv*/ready"):
        os.utime(ready, (earlier, earlier))


def test_an_environment_behind_a_link_is_left_alone(machine: Machine) -> None:
    """Somebody else's environment is not emptied through a link of ours; a line says what to do."""
    for name, target in ((".venv", "demo"), (".venv-audit", "audit")):
        theirs = machine.folder / f"theirs{name}"
        (theirs / "bin").mkdir(parents=True)
        (machine.folder / name).symlink_to(theirs)
        machine.asked()
        status, words = machine.make(target)
        assert status != 0
        assert words.splitlines()[0] == f"{name} is a link: remove it, and make sets up one of its own here."
        assert not [each for each in machine.asked() if name == each.split()[-1]]
        assert [each.name for each in theirs.iterdir()] == ["bin"]
        (machine.folder / name).unlink()
        machine.make(".venv/ready")


@pytest.mark.skipif(shutil.which("flock") is None, reason="Two makes were not tried at once: there is no flock.")
def test_two_makes_at_once_set_up_once(machine: Machine) -> None:
    """The second waits until the first has set up, and then only starts the program."""
    machine.program("flock", f'#!/bin/sh\n: > asked-$$; exec {shutil.which("flock")} "$@"\n')
    gate = machine.folder / "gate"
    os.mkfifo(gate)
    machine.program("venv", f"#!/bin/sh\nread line < {gate}\n")
    text = (machine.bin / "python3").read_text("utf-8")
    (machine.bin / "python3").write_text(text.replace("mkdir -p", "venv; mkdir -p"), "utf-8")
    command, environment = [MAKE, "demo"], {"PATH": str(machine.bin)}
    makes = [subprocess.Popen(command, cwd=machine.folder, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    # Opened as soon as the first waits in its setup; the second is told to go on when it has asked for the lock.
    with gate.open("w") as go_on:
        began = time.monotonic()
        while len(list(machine.folder.glob("asked-*"))) < 2:
            assert time.monotonic() - began < 10
        go_on.write("go\n")
    said = sorted(make.communicate(timeout=10)[0].decode() for make in makes)
    assert said == ["", "Setting up .venv (once, about a minute) ...\n"]
    assert [make.returncode for make in makes] == [0, 0]
    asked = machine.asked()
    assert [asked.count(each) for each in ("-m venv --clear .venv", "-m bot demo")] == [1, 2]


def test_help_names_every_target(machine: Machine) -> None:
    """Whatever can be made is in the list, with what can be set for it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    status, words = machine.make("help")
    assert status == 0
    assert {*phony.split()[1:]} - {"help"} == {line.split()[1] for line in words.splitlines()}
    for setting in ("PORT=", "MINUTES=", "SEED=", "CASE="):
        assert setting in words


# It notes what it is asked for, and brings a browser.
APT = """\
#!/bin/sh
echo "apt-get $*" >> "{notes}"
case "$*" in
  *chromium) touch "{bin}/chromium" && chmod +x "{bin}/chromium" ;;
esac
"""


def ci_machine(machine: Machine, user: int) -> None:
    """Debian without a browser, used by this user."""
    (machine.bin / "chmod").symlink_to(shutil.which("chmod") or "chmod")
    machine.program("id", f"#!/bin/sh\necho {user}\n")
    machine.program("apt-get", APT.format(notes=machine.notes, bin=machine.bin))


def test_in_ci_the_browser_is_installed_once(machine: Machine) -> None:
    """With CI=true and as root on Debian a missing Chromium is installed, before the tests and once."""
    ci_machine(machine, 0)
    assert machine.make("test", CI="true")[0] == 0
    asked = machine.asked()
    installed = asked.index("apt-get install -y -qq --no-install-recommends chromium")
    assert installed < next(place for place, each in enumerate(asked) if each.startswith("-m pytest"))
    assert machine.make("test", CI="true")[0] == 0
    assert not [each for each in machine.asked() if each.startswith("apt-get")]


def test_in_ci_tests_never_run_without_a_browser(machine: Machine) -> None:
    """Where it cannot be installed CI ends with a line that says so."""
    ci_machine(machine, 1000)
    status, words = machine.make("test", CI="true")
    assert status != 0
    assert "CI needs Chromium for the browser tests: install it, or run as root on Debian." in words
    assert not [each for each in machine.asked() if each.startswith("-m pytest")]


def test_elsewhere_nothing_is_installed(machine: Machine) -> None:
    """A developer's machine gets no package of the system."""
    ci_machine(machine, 0)
    assert machine.make("test")[0] == 0
    assert not [each for each in machine.asked() if each.startswith("apt-get")]


def test_ci_runs_what_everybody_runs() -> None:
    """.ci/run calls make test and nothing else."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "make test"]


def test_make_audit_fails_where_nothing_is_known(machine: Machine) -> None:
    """All that is locked is audited, in an environment of its own; a finding or no answer ends it with a line."""
    assert machine.make("audit")[0] == 0
    *_, setup, install, audit = machine.asked()
    assert setup == "-m venv --clear .venv-audit"
    assert install.endswith("--require-hashes -r deploy/audit.lock")
    for words in ("-m pip_audit", "--strict", "--requirement requirements.lock", "--requirement deploy/audit.lock"):
        assert words in audit
    (machine.folder / ".venv-audit/bin/python").unlink()
    machine.has("python3", unaudited=1)
    (machine.folder / ".venv-audit/ready").unlink()
    status, words = machine.make("audit")
    assert status != 0
    said = "make audit: not clean. A finding stands above, or the database of vulnerabilities could not be asked."
    assert said in words
