"""The text or caption that a call brings, as the chat will hold it."""

from collections.abc import Mapping
from typing import Any

from . import texts
from .world import World


def text_of(world: World, params: Mapping[str, Any]) -> texts.Written:
    """A text that can stand as a message; raises RefusalError."""
    return texts.checked_text(_taken(world, params, "text", "entities"))


def caption_of(world: World, params: Mapping[str, Any]) -> texts.Written:
    """A caption, which may be empty; raises RefusalError."""
    return texts.checked_caption(_taken(world, params, "caption", "caption_entities"))


def _taken(world: World, params: Mapping[str, Any], name: str, entities: str) -> texts.Written:
    written = texts.take_in(str(params.get(name) or ""), str(params.get("parse_mode") or ""), params.get(entities))
    if written.lost:
        # Telegram drops them and says nothing: a text that looks other than meant.
        world.complaints.append(f"{written.lost} entities more than {texts.MOST_ENTITIES} in one text were dropped")
    return written
