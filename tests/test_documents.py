"""What is written beside the program is true of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from bot import settings
from bot.playground.people import Somebody
from bot.playground.server import Playground

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
FOLDERS = (".ci", "bot", "decks", "deploy", "docs", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
SETTINGS = re.findall(r'take\("(BOT_\w+)"', Path(settings.__file__).read_text("utf-8"))


def read(name: str) -> str:
    """A file at the top of the repository."""
    return (ROOT / name).read_text("utf-8")


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the repository, by its path in it."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    for path in [*ROOT.iterdir(), *inside]:
        if (
            path.is_file()
            and "__pycache__" not in path.parts
            and path.name != ".env"
            and b"\0" not in path.read_bytes()
        ):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


# Commands and settings


def listed(text: str) -> list[str]:
    """The commands that a help text explains."""
    return re.findall(r"(?m)^/(\w+) — .", text.replace("\u2060", ""))


async def test_every_command_of_the_menu_is_in_the_help(anna: Somebody) -> None:
    """The menu and /help list the same commands in the same order."""
    said = (await anna.sends("/help")).text
    assert [f"/{name}" for name in listed(said)] == anna.menu
    assert "/quiz" in anna.menu
    assert "⋯" in said


async def test_the_same_holds_in_a_group(anna: Somebody, ben: Somebody, playground: Playground) -> None:
    """What /help lists in a group is what its administrators have in the menu; members have a part of it."""
    group = playground.group("Study circle", [anna, ben])
    said = listed((await anna.sends("/help", group)).text)
    assert [f"/{name}" for name in said] == anna.menu_in(group)
    assert set(ben.menu_in(group)) <= set(anna.menu_in(group))
    assert "/quiz" in ben.menu_in(group)


async def test_the_readme_names_every_command(anna: Somebody) -> None:
    """Whoever reads the README has heard of all that can be asked."""
    await anna.sends("/start")
    missing = [name for name in anna.menu if not re.search(rf"`{name}\b", read("README.md"))]
    assert missing == []


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_stands_in_the_readme_and_in_the_example(name: str) -> None:
    """What is read from outside is in the README's table, and in the file that one copies."""
    assert re.search(rf"(?m)^\|[^|]*`{name}`", read("README.md"))
    assert re.search(rf"(?m)^#?{name}=", (ROOT / "deploy" / "env.example").read_text("utf-8"))


def test_the_readme_names_no_setting_that_is_not_read() -> None:
    """No page speaks of a setting that does nothing."""
    spoken = {name for page in PAGES for name in re.findall(r"\bBOT_[A-Z_]+\b", page.read_text("utf-8"))}
    assert spoken <= set(SETTINGS)


# Pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_pictures_of_a_page_are_there(page: Path) -> None:
    """What a page points to inside the repository exists."""
    prose = re.sub(r"(?ms)^```.*?^```|^ {4}[^\n]*|`[^`\n]*`", "", page.read_text("utf-8"))
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|<img[^>]+src=\"([^\"]+)\"", prose)
    inside = [target for pair in targets for target in pair if target and not re.match(r"[a-z]+:", target)]
    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_tells_to_make_can_be_made(page: Path) -> None:
    """Every `make x` of a page is a target."""
    said = re.findall(r"(?m)(?:^ {4}|`)make (?:-C \S+ )?([.\w/]+)", page.read_text("utf-8"))
    targets = re.findall(r"(?m)^([.\w/]+):", read("Makefile"))
    assert set(said) <= set(targets)


def house() -> dict[str, set[str]]:
    """The words that ARCHITECTURE.md's picture has for each room; "" for what lies directly in bot/."""
    picture = read("ARCHITECTURE.md").split("```")[1]
    rooms: dict[str, set[str]] = {"": set()}
    room = ""
    for line in picture.splitlines():
        begins = re.match(r" {2}(\w+)/ +\S", line)
        room = begins[1] if begins else room
        rooms.setdefault(room, set()).update(re.findall(r"[\w.]+", line))
    return rooms


def test_the_architecture_names_every_module() -> None:
    """Every room and every module stands in the picture of the house, in its room."""
    rooms = house()
    modules = [path for path in BOT.rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) > 50
    missing = [
        path.relative_to(BOT).as_posix()
        for path in modules
        if path.stem not in rooms.get("" if path.parent == BOT else path.relative_to(BOT).parts[0], set())
        and path.name not in rooms[""]
        and path.parent.name != "data"
    ]
    assert missing == []


def test_pages_name_only_modules_that_exist() -> None:
    """A module that a page names by its path is one of the repository's."""
    wrong = [
        (page.name, path)
        for page in PAGES
        for path in re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|sql))`", page.read_text("utf-8"))
        if not any((base / path).exists() for base in (ROOT, BOT, page.parent))
    ]
    assert wrong == []


# What is installed


def locked() -> dict[str, list[str]]:
    """Package → its entries in the lock file, each with its hashes."""
    entries: dict[str, list[str]] = {}
    for entry in re.split(r"(?m)^(?=\S)", read("requirements.lock")):
        if entry.strip():
            entries.setdefault(entry.split("==")[0].lower(), []).append(entry)
    return entries


def test_everything_in_the_lock_file_has_its_hashes() -> None:
    """Each package stands there with one version and the hashes of its files, and nothing else does."""
    entry = re.compile(r"[a-z0-9-]+==[\w.]+(?: ; [^\\\n]+)? \\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+")
    assert [name for name, entries in locked().items() if not all(entry.fullmatch(each) for each in entries)] == []


def test_the_lock_file_fits_the_ranges() -> None:
    """What pyproject.toml asks for is locked, at a version in its range, which is bounded on both sides."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    for wanted in map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["dev"]]):
        versions = [Version(re.split(r"[\s;]", each.split("==")[1])[0]) for each in locked()[wanted.name.lower()]]
        assert versions
        assert all(version in wanted.specifier for version in versions), wanted.name
        assert {">=", "<"} <= {part.operator for part in wanted.specifier}, wanted.name


def test_no_file_names_a_machine_or_an_index_of_packages() -> None:
    """The repository is the same for everybody: no path of somebody's machine, and no address packages come from."""
    # Written in pieces, for this file is one of them.
    words = ["py" + "pi.", "/sim" + "ple/", "find" + "-links=", "index" + "-url=", "file" + ":///ho", "file" + ":///ro"]
    folders = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "C:" + "\\Users"]
    pattern = re.compile("|".join(map(re.escape, [*words, *folders])))
    found = [(name, match[0]) for name, text in texts() if (match := pattern.search(text))]
    assert found == []
