"""Pictures and recordings in a card's content: what they are called, and the same content with other names."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from bot.decks.card import Card
from bot.decks.content import Block, Content, Hint, Picture, Points, Quote, Sound, walk

_STORED = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,5})?\Z")
_ENDING = re.compile(r"\.[a-z0-9]{1,5}\Z")
_CHUNK = 2**20


def is_stored(name: str) -> bool:
    """Whether that is what a file is called by its bytes, as those of decks that were sent are kept."""
    return _STORED.match(name) is not None


def told_name(name: str) -> str:
    """What people call it; empty for what has no other name than that by its bytes."""
    return "" if is_stored(name) else name


def media_names(content: Content) -> Iterator[str]:
    """The names anywhere in it, in order, some perhaps twice."""
    for block in walk(content):
        if isinstance(block, Picture | Sound):
            yield block.name


def renamed(content: Content, names: Mapping[str, str]) -> Content:
    """The content with its pictures and recordings under the names that `names` has for theirs."""
    return changed(content, lambda block: replace(block, name=names.get(block.name, block.name))) if names else content


def with_names(card: Card, names: Mapping[str, str]) -> Card:
    """The card, its pictures and recordings under those names."""
    return replace(card, front=renamed(card.front, names), back=renamed(card.back, names)) if names else card


def flat(media: Iterable[str]) -> dict[str, str]:
    """The names that they have where there are no folders; different ones stay different."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in media:
        flat = name.replace("/", "_").replace("\\", "_")
        while flat.casefold() in taken:
            flat = f"_{flat}"
        taken.add(flat.casefold())
        names[name] = flat
    return names


def beside(media: Iterable[str]) -> dict[str, str]:
    """The names that they have beside a file: as they are, where all of them lie in its folder or below it."""
    names = tuple(media)
    return {name: name for name in names} if all(map(_is_below, names)) else flat(names)


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and str(path) == name


def keeping_media(was: Content, typed: Content) -> Content:
    """What was typed in its place; pictures and recordings stay unless others were sent."""
    if any(isinstance(block, Picture | Sound) for block in typed):
        return typed
    kept = tuple([block for block in was if isinstance(block, Picture | Sound)])
    return (*kept, *typed) if was and isinstance(was[0], Picture | Sound) else (*typed, *kept)


def changed(content: Content, change: Callable[[Picture | Sound], Block]) -> Content:
    """The content with another block in the place of each picture and recording."""
    return tuple([_changed(block, change) for block in content])


def _changed(block: Block, change: Callable[[Picture | Sound], Block]) -> Block:
    match block:
        case Picture() | Sound():
            return change(block)
        case Points(items):
            return replace(block, items=tuple([changed(item, change) for item in items]))
        case Quote(inner) | Hint(inner):
            return replace(block, content=changed(inner, change))
    return block


def stored_name(name: str, path: Path) -> str:
    """What a medium is called by what it holds; `name`: its author's."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    ending = PurePosixPath(name).suffix.lower()
    return digest.hexdigest() + (ending if _ENDING.match(ending) else "")


def with_stored_media(card: Card, stored: dict[str, str]) -> Card:
    """The card, its pictures and recordings called as they are stored; what is not among them keeps its name."""
    if not any(name in stored for name in media_names((*card.front, *card.back))):
        return card
    return with_names(card, stored)
