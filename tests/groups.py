"""What the tests of study groups share: their screens, and everything a group was ever shown."""

import json
import sqlite3
from typing import Any

from bot.playground.server import Playground
from tests.people import BotHere, Group, Screen, screen_of

WELCOME = (
    "I bring flashcards to this group. Everybody looks and grades alone, and each grade counts for that member's own "
    "memory.\nAn administrator gives the group a deck, then /quiz puts a card to everybody."
)
PICK = "Which deck shall this group study? An administrator's tap chooses."
FRANCE, PERU, KENYA = (f"What is the capital of {country}?" for country in ("France", "Peru", "Kenya"))
FIRST_WORD = "Here you and I are alone: what you do with your group's card here, nobody else sees.\n\n"
GRADES = ("[Again] [Hard]", "[Good] [Easy]")


def asked(front: str, tally: str = "Nobody has looked yet", *, grades: bool = False, deck: str = "Capitals") -> Screen:
    """The open turn as the group sees it."""
    return screen_of(f"{deck}\n\n{front}\n\n{tally}", "[Show answer]", *(GRADES if grades else ()))


def answered(front: str, back: str, tally: str, *, deck: str = "Capitals") -> Screen:
    """The closed turn."""
    return screen_of(f"{deck}\n\n{front}\n─────\n{back}\n\n{tally}", "[Next card]")


def shown_to(playground: Playground, group: Group) -> list[str]:
    """Every text that any message of the bot ever had in the group, in order."""
    return [_text(call.params) for call in playground.calls if str(call.params.get("chat_id")) == str(group.id)]


def _text(params: Any) -> str:
    media = json.loads(params["media"]) if "media" in params else {}
    return str(params.get("text") or params.get("caption") or media.get("caption") or "")


def edits_of(playground: Playground, group: Group) -> int:
    """How often a message in the group was changed."""
    edits = [call for call in playground.calls if call.method.startswith("editMessage")]
    return sum(str(call.params.get("chat_id")) == str(group.id) for call in edits)


def log_of(bot: BotHere) -> list[tuple[int, str, int | None]]:
    """The review log: whose row, of what kind, with what grade."""
    with sqlite3.connect(bot.folder / "deckhand.db") as db:
        return list(db.execute("select learner_id, kind, grade from reviews order by review_id"))
