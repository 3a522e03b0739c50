"""Rich messages: what a bot sends as one, as the chat will hold it, and its words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import files, rich_html
from .params import Call
from .refusals import bad
from .rich_blocks import Settling
from .rich_texts import plain
from .values import StoredFile, knows
from .world import MessageParts, World

SINCE: Final = "10.1"
MEDIA_SINCE: Final = "10.2"  # media beside the text, and blocks instead of it
FORMS: Final = ("html", "markdown", "blocks")


def wanted(world: World, call: Call) -> bool:
    """Whether a call brings a rich message that the server knows of; an older one ignores it."""
    return call.params.get("rich_message") is not None and knows(world.server, SINCE)


def parts_of(world: World, call: Call) -> MessageParts:
    """What a message is made of that a call brings as rich; raises RefusalError."""
    given = call.params.get("rich_message")
    if not isinstance(given, Mapping):
        raise bad("can't parse InputRichMessage: expected an Object")
    known = FORMS if knows(world.server, MEDIA_SINCE) else FORMS[:2]
    forms = [each for each in known if given.get(each)]
    if not forms:
        raise bad("rich message must be non-empty")
    if len(forms) > 1 or call.params.get("text"):
        raise bad("can't parse InputRichMessage: exactly one form of the content must be specified")
    if forms == ["markdown"]:
        raise bad("the playground reads no rich Markdown")
    named = _named(given.get("media") or []) if knows(world.server, MEDIA_SINCE) else {}
    raw = rich_html.blocks_of(str(given["html"])) if forms == ["html"] else given["blocks"]
    settling = Settling(world, _Pictures(world, call, named).find, not given.get("skip_entity_detection"))
    blocks = settling.blocks(raw)
    words = words_of(blocks)
    if not words and not settling.files:
        raise bad("rich message must be non-empty")
    body = {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})
    return {
        "kind": "rich",
        "text": words,
        "entities": (),
        "rich": body,
        "rich_files": tuple(settling.files),
        "file": None,
    }


def _named(media: Any) -> dict[str, Any]:
    """The media beside a text, by the ids that it calls them by."""
    named: dict[str, Any] = {}
    for each in media if isinstance(media, list) else [media]:
        if not isinstance(each, Mapping) or not each.get("id"):
            raise bad("can't parse InputRichMessageMedia: id not found")
        if not isinstance(each.get("media"), Mapping) or not each["media"].get("media"):
            raise bad("can't parse InputRichMessageMedia: media not found")
        named[str(each["id"])] = each["media"]
    return named


class _Pictures:
    """The files that a message's pictures mean, each taken in once."""

    def __init__(self, world: World, call: Call, named: Mapping[str, Any]) -> None:
        self._world = world
        self._call = call
        self._named = named
        self._found: dict[str, StoredFile] = {}

    def find(self, medium: Mapping[str, Any]) -> StoredFile:
        """The file; raises RefusalError if there is none."""
        name = medium.get("named")
        if name is not None:
            if name not in self._named:
                raise bad(f'can\'t parse rich message: there is no medium "{name}"')
            if self._named[name].get("type") != "photo":
                raise bad(f'can\'t parse rich message: the medium "{name}" is no photo')
            medium = self._named[name]
        source = str(medium.get("media") or "")
        if source not in self._found:
            self._found[source] = files.photo(self._world, self._call, "rich_message", source)
        return self._found[source]


def words_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """What one reads in a rich message, in order: a block a line, cells parted by tabs, formulas as their source."""
    return "\n".join(words for each in blocks if (words := _words(each)))


def _words(block: Mapping[str, Any]) -> str:
    lines = [plain(block["caption"])] if block["type"] == "table" and "caption" in block else []
    lines += [plain(block[name]) for name in ("summary", "text", "expression") if name in block]
    lines += [f"{item['label']} {words_of(item['blocks'])}" for item in block.get("items", ())]
    lines += ["\t".join(plain(cell.get("text", "")) for cell in row) for row in block.get("cells", ())]
    lines += [words_of(block.get("blocks", ()))]
    lines += [plain(block["credit"])] if "credit" in block else []
    if block["type"] != "table" and "caption" in block:
        lines += [plain(block["caption"][name]) for name in ("text", "credit") if name in block["caption"]]
    return "\n".join(line for line in lines if line)
