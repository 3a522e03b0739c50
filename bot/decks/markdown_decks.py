"""Which deck each entry of a file of Markdown is for: as Obsidian Spaced Repetition takes the tags `#flashcards/…`."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from bot.decks.card import Fault
from bot.decks.markdown_entries import OF_HASHCARDS, Entry, Tags
from bot.decks.markdown_lines import FrontMatter
from bot.decks.textfile import readable


class Placed(Struct, frozen=True):
    """An entry with the name of its deck; `tags` are those of its cards."""

    entry: Entry
    deck: str
    tags: tuple[str, ...]


class Decks:
    """The decks of one file.

    Its own tag says it of an entry; else the last line above it that has tags does, else the front matter, else the
    first line with tags. Where none does, and where it is `#flashcards` alone, the file's name and folders do. A file
    that says its name, as hashcards has it, is one deck.
    """

    def __init__(self, found: Sequence[Entry | Tags], matter: FrontMatter, file: str) -> None:
        self._entries = [each for each in found if isinstance(each, Entry)]
        self._tags = sorted((each for each in found if isinstance(each, Tags)), key=lambda tags: tags.line)
        self._matter, self._file = matter, file
        self._own = matter.name or self._by_file()

    def placed(self) -> Iterator[Placed]:
        """Each entry, in their order."""
        for entry, decks in self._above(self._tags):
            paths = _paths(decks)
            if self._matter.name or not paths:
                yield Placed(entry, self._own, tuple(map(_tag, paths)))
            else:
                yield Placed(entry, _name(paths[0]), tuple(map(_tag, paths[1:])))

    def whole(self) -> str:
        """What the deck is called that the file is to who reads it as one: by the first tag that is of cards alone."""
        if self._matter.name:
            return self._own
        decks = [self._matter.tags, *(decks for _, decks in self._above([tags for tags in self._tags if tags.alone]))]
        return next((_name(path) for each in decks for path in _paths(each)), self._own)

    def faults(self) -> Iterator[Fault]:
        """Cards for which several decks are named at once."""
        if self._matter.name:
            return
        for line, decks in [(0, self._matter.tags), *((tags.line, tags.decks) for tags in self._tags)]:
            if len(paths := _paths(decks)) > 1:
                what = f"several decks for the same cards: {', '.join(f'#flashcards/{path}' for path in paths)}"
                cause = "A card is in one deck, here in the first. The others are tags of it."
                yield Fault(self._file, line, what, cause)

    def _above(self, tags: Sequence[Tags]) -> Iterator[tuple[Entry, tuple[str, ...]]]:
        """Each entry with what tags name for it, its own or those."""
        before = self._matter.tags or (tags[0].decks if tags else ())
        at = 0
        for entry in self._entries:
            while at < len(tags) and tags[at].line < entry.line:
                before, at = tags[at].decks, at + 1
            yield entry, before if entry.deck is None else (entry.deck,)

    def _by_file(self) -> str:
        """By its name, where Obsidian's forms are by its folders as well."""
        path = PurePosixPath(self._file)
        folders = [] if any(entry.form in OF_HASHCARDS for entry in self._entries) else path.parent.parts
        return "::".join(map(readable, [*folders, path.stem]))


def _paths(decks: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(path for path in decks if path))


def _name(path: str) -> str:
    return "::".join(map(readable, path.split("/")))


def _tag(path: str) -> str:
    return path.replace("/", "::")
