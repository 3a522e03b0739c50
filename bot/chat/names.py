"""Names as a line of ours can bear them: a person's, and a deck's."""

import unicodedata

import regex  # type: ignore[import-untyped]

from bot.chat.unlinked import unlinked

COLUMNS = 24
# The largest signs that people write, families with skin tones among them; more marks on one letter only run into the
# lines above and below.
_MOST_OF_A_CLUSTER = 16
_CLUSTER = regex.compile(r"\X")
# What is not seen but changes what stands around it: controls, directions, private and unknown signs.
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK = frozenset("\u00ad\u115f\u1160\u180e\u200b\u2060\u2800\u3164\ufeff\uffa0")
_ISOLATED, _END = "\u2068", "\u2069"


def shown(name: str, nameless: str, columns: int = COLUMNS) -> str:
    """The name in one line of at most so many columns, cut between graphemes; `nameless` if nothing of it is seen.

    Nothing in it becomes a link, and whichever way it is written, it leaves the order of what stands beside it alone.
    """
    line = " ".join("".join(_kept(sign) for sign in name).split())
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in line):
        return nameless
    return f"{_ISOLATED}{unlinked(_cut(line, columns))}{_END}"


def of_deck(name: str) -> str:
    """A deck's name as people read it: `Biology::Cells`, as which it is kept and found, is `Biology › Cells`."""
    parts = [part.strip() for part in name.split("::")]
    return " › ".join(filter(None, parts)) or name.strip()


def _kept(sign: str) -> str:
    if sign in _DIRECTIONS or sign in _BLANK:
        return ""
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign) in _UNSEEN else sign


def _cut(text: str, columns: int) -> str:
    kept, used = "", 0
    clusters = [cluster[:_MOST_OF_A_CLUSTER] for cluster in _CLUSTER.findall(text)]
    for at, cluster in enumerate(clusters):
        used += _width(cluster)
        # The last column is for the sign that says that there is more.
        if used > columns - (at < len(clusters) - 1):
            return f"{kept.rstrip()}…"
        kept += cluster
    return kept


def _width(cluster: str) -> int:
    return 2 if any(unicodedata.east_asian_width(sign) in "WF" for sign in cluster) else 1
