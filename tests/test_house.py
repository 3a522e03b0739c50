"""The rules of the house, read from the code itself, so that nobody has to remember them."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

BOT = Path(__file__).resolve().parent.parent / "bot"
# From left to right: a room may use those before it, and itself.
ROOMS = ("decks", "study", "storage", "tutor", "chat")
# They put the rooms together; nobody imports them but each other.
EDGE = (
    "settings",
    "clock",
    "logs",
    "shelf",
    "packages",
    "backups",
    "app",
    "doctor",
    "demo",
    "importer",
    "cli",
    "__main__",
)
FILES = sorted(path for path in BOT.rglob("*.py") if "__pycache__" not in path.parts)
NAMES = [path.relative_to(BOT).as_posix() for path in FILES]
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 70
SQL = re.compile(
    r"\s*(select\s.+\sfrom|insert into|update\s+\w+\s+set|delete from|pragma|with\s+\w+\s+as)\s", re.DOTALL
)
READ_ONCE = re.compile(r"\b(Iterable|Iterator|Generator)\b")


def room_of(path: Path) -> str:
    """The folder or file directly under bot/."""
    return path.relative_to(BOT).parts[0].removesuffix(".py")


def dotted(node: ast.AST) -> str:
    """`datetime.datetime.now` of an expression that is a dotted name; otherwise empty."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def imports_of(path: Path, node: ast.AST) -> Iterator[str]:
    """The modules of bot that a node imports, with their whole names."""
    here = ("bot", *path.relative_to(BOT).parent.parts)
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = here[: len(here) - node.level + 1] if node.level else ()
        module = ".".join([*base, *([node.module] if node.module else [])])
        names = [f"{module}.{alias.name}" for alias in node.names] if module == "bot" else [module]
    else:
        return
    yield from (name for name in names if name.startswith("bot."))


@dataclass(slots=True)
class Code:
    """What the rules ask of a file; its tree, kept, would slow every search for garbage down."""

    rooms: set[str] = field(default_factory=set)  # what it imports from bot, by the first name under it
    names: list[str] = field(default_factory=list)  # the dotted ones, and what it imports under a short one
    loads: list[str] = field(default_factory=list)  # what it imports as soon as it is imported, with whole names
    speaks_sql: bool = False
    functions: list[tuple[str, int]] = field(default_factory=list)  # with how many lines each has
    swallows: list[str] = field(default_factory=list)  # exceptions

    def add(self, path: Path, node: ast.AST) -> None:
        """What one node says."""
        self.rooms |= {name.split(".")[1] for name in imports_of(path, node)}
        match node:
            case ast.Attribute():
                self.names.append(dotted(node))
            case ast.ImportFrom():
                self.names += [f"{node.module}.{alias.name}" for alias in node.names]
            case ast.Constant(value=str(words)):
                self.speaks_sql = self.speaks_sql or SQL.match(words) is not None
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.functions.append((node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
            case ast.ExceptHandler(type=None):
                self.swallows.append(f"line {node.lineno}: a bare except")
            case ast.ExceptHandler() if all(isinstance(each, ast.Pass) for each in node.body):
                self.swallows.append(f"line {node.lineno}: nothing is done")


@functools.cache
def code_of(path: Path) -> Code:
    """The file, read."""
    code = Code()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        code.add(path, node)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            code.loads += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return code


def uses(path: Path, pattern: str) -> list[str]:
    """Those of its names that match the pattern whole."""
    return [name for name in code_of(path).names if re.fullmatch(pattern, name)]


def pairs(places: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without those that have none."""
    return {name: found for name, found in places.items() if found}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_left(path: Path) -> None:
    """decks ← study ← storage ← tutor ← chat ← app ← cli; the playground and the rest do not know each other."""
    room = room_of(path)
    imported = code_of(path).rooms - {room}
    if room == "__init__":
        allowed: set[str] = set()
    elif room == "playground":
        allowed = set()
    elif room in ROOMS:
        allowed = set(ROOMS[: ROOMS.index(room)])
    else:
        assert room in EDGE, f"bot/{room} has no place in the house"
        allowed = {*ROOMS, *EDGE}
    if room in ("cli", "demo"):
        allowed.add("playground")
    assert imported <= allowed, f"bot/{path.relative_to(BOT)} imports {', '.join(sorted(imported - allowed))}"


def test_a_starting_bot_loads_no_readers() -> None:
    """What reads decks waits for one that changed, what a process of its own runs stays there: 30 modules."""
    modules = {
        f"bot.{name.removesuffix('.py').replace('/', '.')}": path for name, path in zip(NAMES, FILES, strict=True)
    }
    alone = {name for name, path in modules.items() if 'if __name__ == "__main__":' in path.read_text("utf-8")}
    unneeded = {"bot.decks.reading", "bot.decks.html", *(name for name in alone if name.startswith("bot.decks."))}
    loaded, waiting = set[str](), {"bot.app", "bot.cli"}
    while waiting:
        loaded |= waiting
        waiting = {name for each in waiting for name in code_of(modules[each]).loads if name in modules} - loaded
    assert not loaded & unneeded, "a value that both need has a module of its own, as in decks/arrival.py"
    assert unneeded >= {"bot.decks.intake", "bot.decks.exporting", "bot.decks.anki.remaking"}
    assert len(loaded) > 200


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_knows_the_clock_or_the_settings(room: str) -> None:
    """They are handed in: only the edge knows which clock runs and what is set."""
    users = [path.name for path in FILES if room_of(path) == room and {"clock", "settings"} & code_of(path).rooms]
    assert users == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    """Everybody else is given now; the playground is the world outside and has a time of its own."""
    asks = r"(datetime\.)*(datetime\.(now|today|utcnow)|date\.today)|time\.(time|monotonic|perf_counter)(_ns)?"
    askers = pairs({name: uses(path, asks) for name, path in zip(NAMES, FILES, strict=True)})
    assert {name for name in askers if not name.startswith("playground/")} == {"clock.py"}


def test_only_the_clock_sleeps() -> None:
    """Every wait goes through it, so that one movable clock moves all."""
    sleepers = pairs({name: uses(path, r"(asyncio|time)\.sleep") for name, path in zip(NAMES, FILES, strict=True)})
    assert {name for name in sleepers if not name.startswith("playground/")} == {"clock.py"}


def test_only_the_settings_read_the_environment() -> None:
    """What is set from outside is read and checked in one place."""
    readers = pairs({name: uses(path, r"os\.(environb?|getenv)") for name, path in zip(NAMES, FILES, strict=True)})
    # It hands its environment on to the bot that it starts as a process.
    readers.pop("demo.py", None)
    # It switches a library to its newer ways, and reads nothing.
    assert "os.environ.get" not in (BOT / "chat/refusals.py").read_text("utf-8")
    readers.pop("chat/refusals.py")
    assert set(readers) == {"settings.py"}


def test_only_storage_speaks_sql() -> None:
    """Statements stand next to the function that runs them, in one room; those for Anki's database in two modules."""
    speakers = {name for name, path in zip(NAMES, FILES, strict=True) if code_of(path).speaks_sql}
    assert {name for name in speakers if not name.startswith("storage/")} == {
        "decks/anki/schema11.py",
        "decks/anki/tables.py",
    }


def test_only_chat_speaks_telegram() -> None:
    """PTB is known in one room, and to the app that sets it up."""
    speakers = {
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if re.search(r"(?m)^\s*(from|import) telegram\b", path.read_text("utf-8"))
    }
    assert {name for name in speakers if not name.startswith("chat/")} <= {"app.py"}


def test_only_memory_knows_the_algorithm() -> None:
    """Nothing else would change if another were used."""
    knowers = [
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if re.search(r"(?m)^\s*(from|import) fsrs\b", path.read_text("utf-8"))
    ]
    assert knowers == ["study/memory.py"]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_files_and_functions_are_short(path: Path) -> None:
    """A file that tells two stories becomes two."""
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES_OF_A_FILE, f"{lines} lines"
    for name, length in code_of(path).functions:
        assert length <= MOST_LINES_OF_A_FUNCTION, f"{name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_swallowed(path: Path) -> None:
    """No bare except, and none that only passes."""
    assert code_of(path).swallows == []


@pytest.mark.parametrize("path", [path for path in FILES if room_of(path) == "tutor"], ids=lambda path: path.stem)
def test_what_may_run_twice_is_given_nothing_that_is_read_once(path: Path) -> None:
    """A transaction that shares its commit with a fault of ours is run again: an iterator would be empty by then."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.args[:1]:
            first, *others = [*node.args.args, *node.args.kwonlyargs]
            if dotted(first.annotation or ast.Constant(None)) != "Desk":
                continue
            wanted = [each.arg for each in others if READ_ONCE.search(ast.unparse(each.annotation or first))]
            assert wanted == [], f"{node.name} may be given what is empty when it runs again"
            assert not READ_ONCE.search(ast.unparse(node.returns or first)), f"{node.name} is read after its commit"


def test_every_test_says_what_is_true() -> None:
    """One sentence for each, in its docstring."""
    # To read the trees of all of them takes seconds.
    begins = re.compile(
        r"^ *(?:async )?def (test_\w+)\(.*?\)(?: -> [^\n]+?)?:[^\n]*\n\s*(\"\"\"\S)?", re.MULTILINE | re.DOTALL
    )
    found = [
        (path.name, *begin.groups())
        for path in sorted((BOT.parent / "tests").rglob("test_*.py"))
        for begin in begins.finditer(path.read_text("utf-8"))
    ]
    assert len(found) > 1800
    assert [(file, name) for file, name, says in found if not says] == []
