"""Finding a deck by the name that somebody typed."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

# Below this a name is another name, not a misspelt one.
_NEAR = 0.7
# What phones, browsers and folders put behind what they have twice. A year is the author's own.
_COPY = re.compile(r"(?:\s*\(\d{1,2}\)|\s+copy(?:\s+\d{1,2})?)+$", re.IGNORECASE)


def folded(name: str) -> str:
    """The name without case, accents and punctuation, words parted by one space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))


def best(typed: str, names: Sequence[str]) -> tuple[int, ...]:
    """The places of the names meant, likeliest first: equal, else beginning so, else holding it, else nearly so."""
    wanted = folded(typed)
    if not wanted:
        return ()
    words = set(wanted.split())
    known = [folded(name) for name in names]
    initials = ["".join(word[0] for word in name.split()) for name in known]
    places = range(len(known))
    for found in (
        tuple(place for place in places if known[place] == wanted),
        tuple(place for place in places if known[place].startswith(wanted)),
        tuple(place for place in places if all(word in known[place] for word in words)),
        tuple(place for place in places if len(wanted) > 1 and initials[place] == wanted),
    ):
        if found:
            return found
    likeness = [(_likeness(wanted, name), place) for place, name in enumerate(known)]
    return tuple(place for ratio, place in sorted(likeness, key=lambda pair: -pair[0]) if ratio >= _NEAR)


def tree(typed: str, names: Sequence[str]) -> str:
    """The name above or of decks (`Biology` of `Biology::Cells`) that was typed, but for case, accents and punctuation;
    empty if it is above none of them.
    """
    wanted = folded(typed)
    for name in names:
        parts = name.split("::")
        for depth in range(1, len(parts)):
            above = "::".join(parts[:depth])
            if wanted and folded(above) == wanted:
                return above
    return ""


def below(tree: str, name: str) -> bool:
    """Whether the deck of that name is the tree's, or is below it."""
    return name == tree or name.startswith(f"{tree}::")


def are_copies(one: str, other: str) -> bool:
    """Whether decks of these names came in copies of one file, of which each has a number, or says that it is one."""
    return bool(bare := _COPY.sub("", one)) and bare == _COPY.sub("", other)


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; 0 also for whatever is surely not near, which costs nothing to see: people type whole messages."""
    if 2 * min(len(one), len(other)) < _NEAR * (len(one) + len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _NEAR else 0.0
