"""The `#` lines at the top of a deck file, as Anki writes them, and what each column is for."""

from collections.abc import Sequence

from msgspec import Struct, field

from bot.decks.column_names import Role, of_one_language, role_of

_SEPARATORS = {
    "tab": "\t", "\\t": "\t", "pipe": "|", "semicolon": ";", "colon": ":", "comma": ",", "space": " ",
}  # fmt: skip
_COLUMNS = {
    "guid column": Role.GUID, "deck column": Role.DECK, "notetype column": Role.NOTETYPE, "tags column": Role.TAGS,
}  # fmt: skip
_KEYS = frozenset({"separator", "html", "tags", "deck", "notetype", "columns", "if matches", *_COLUMNS})


class Headers(Struct):
    """What the top of a file says.

    Attributes:
        lines: how many lines it takes.
        separator: the delimiter, or None: to be found out.
        wrong_separator: the line and the words of one that is not known.
        html: None when nothing is said.
        columns: the names as one text, still to be split; empty when nothing is said.
        roles: column (from 0) → what a header says it is for.
        comments: line number and text of the lines that are no headers.
        notetype: the note type of Anki's that all entries have; empty: nothing is said.
    """

    lines: int = 0
    separator: str | None = None
    wrong_separator: tuple[int, str] | None = None
    html: bool | None = None
    tags: tuple[str, ...] = ()
    deck: str = ""
    notetype: str = ""
    columns: str = ""
    roles: dict[int, Role] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)


def read_headers(lines: Sequence[str]) -> Headers:
    """What the `#` lines at the very top say; a `#` further down begins a card."""
    headers = Headers()
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            break
        headers.lines = number
        key, colon, value = line[1:].partition(":")
        if colon and key.strip().lower() in _KEYS:
            _take(headers, number, key.strip().lower(), value)
        else:
            headers.comments.append((number, line))
    return headers


def _take(headers: Headers, number: int, key: str, written: str) -> None:
    value = written.strip()
    match key:
        case "separator":
            _take_separator(headers, number, written.rstrip("\r\n"))
        case "html":
            headers.html = {"true": True, "false": False}.get(value.lower())
        case "tags":
            headers.tags = tuple(value.split())
        case "deck":
            headers.deck = value
        case "notetype":
            headers.notetype = value
        case "columns":
            headers.columns = written
        case _ if key in _COLUMNS and value.isdecimal() and int(value) > 0:
            headers.roles[int(value) - 1] = _COLUMNS[key]


def _take_separator(headers: Headers, number: int, written: str) -> None:
    name = written.strip().lower()
    if name in _SEPARATORS:
        headers.separator = _SEPARATORS[name]
    elif len(name or written) == 1 and (name or written) not in '"':
        headers.separator = name or written
    else:
        headers.wrong_separator = (number, written.strip())


def names_columns(cells: Sequence[str]) -> bool:
    """True when the cells are names of columns and no card: a front and at least one other, all names that one language
    has for them.
    """
    return len(cells) > 1 and any(Role.FRONT in roles and len({*roles}) > 1 for roles in of_one_language(cells))


def roles_of(count: int, names: Sequence[str], said: dict[int, Role]) -> tuple[Role, ...]:
    """What each of `count` columns is for: as said, by its name, else the first free one is the front and the others
    belong to the back.
    """
    called: Sequence[Role | None] = next(of_one_language(names), ()) or [*map(role_of, names)]
    known = [said.get(at) or (called[at] if at < len(called) else None) for at in range(count)]
    if Role.FRONT not in known:
        free = next((at for at, role in enumerate(known) if role is None), None)
        if free is None:
            free = next((at for at, role in enumerate(known) if role is Role.BACK), 0)
        known[free] = Role.FRONT
    return tuple(role or Role.BACK for role in known)
