"""Pictures and recordings in a card's content: what they are called, and the same content with other names."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from bot.decks.content import Block, Content, Hint, Picture, Points, Quote, Sound, walk


def media_names(content: Content) -> Iterator[str]:
    """The names anywhere in it, in order, some perhaps twice."""
    for block in walk(content):
        if isinstance(block, Picture | Sound):
            yield block.name


def renamed(content: Content, names: Mapping[str, str]) -> Content:
    """The content with its pictures and recordings under the names that `names` has for theirs."""
    return tuple([_renamed(block, names) for block in content]) if names else content


def _renamed(block: Block, names: Mapping[str, str]) -> Block:
    match block:
        case Picture(name) | Sound(name):
            return replace(block, name=names.get(name, name))
        case Points(items):
            return replace(block, items=tuple([renamed(item, names) for item in items]))
        case Quote(inner) | Hint(inner):
            return replace(block, content=renamed(inner, names))
    return block
