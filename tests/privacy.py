"""What nobody may ever have been shown in a study group, looked for in all that anybody was shown."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.playground.values import Sight
from bot.playground.world import World

_ASKS = re.compile(r"(?:s|gs):(\d+)(?::|$)")
# The page of a card that one has, or a look through a deck: the back is asked for as well.
_OPENS = re.compile(r"(?:y|k[pfh]?):(\d+)|k[ae]:(\d+):0:")
_LOOKS_THROUGH = re.compile(r"dl:(\d+):(\d+):")
_INTERVAL = re.compile(r"· ?[\d.]+(m|h|d|mo|y)\b|[Bb]ack in \d|[Bb]ack (today|tomorrow)")
# What can be done with a card, how somebody stands with it, and what they have put aside.
_MENU = re.compile(
    r"\bSuspend|\bsuspended\b|\bBury today|\brests until|\bMark as wrong|\bNext: Again|\bNever graded|\bYour progress\b"
)
_OF_A_FILE = re.compile(r"^First (?:new )?card: .*$", re.MULTILINE)
_GRADES = ("Again", "Hard", "Good", "Easy")
_GRADED = re.compile(rf"({'|'.join(_GRADES)}), back")


class Onlooker:
    """Looks over everybody's shoulder.

    Nobody sees a back before they asked for it or the group's card was over, a grade that they did not give, or in what
    all see an interval or what one member can do with a card. `front` and `back` have one group each: the number of a
    card in its question and in its answer.
    """

    def __init__(self, world: World, database: Path, front: str, back: str) -> None:
        self._world = world
        self._database = database
        self._front = re.compile(front)
        self._back = re.compile(back)
        self._looked = 0  # at so many sights
        self._asked: defaultdict[int, set[str]] = defaultdict(set)  # numbers of cards, by person
        self._graded: defaultdict[int, set[str]] = defaultdict(set)  # also what was erased later

    def tapped(self, person_id: int, data: str) -> None:
        """Somebody taps this, and asks for an answer if it is one of their own turns or a group's, or a card's page."""
        found = _ASKS.match(data)
        if found is not None:
            own = "where turn_id = ? and (learner_id is null or learner_id = ?)"
            self._asked[person_id] |= self._numbers(own, int(found[1]), person_id)
        if (opens := _OPENS.match(data)) is not None:
            self._asked[person_id] |= self._of_cards("where card_id = ?", int(opens[1] or opens[2]))
        if (looks := _LOOKS_THROUGH.match(data)) is not None:
            nth = "where deck_id = ? order by position, card_id limit 1 offset ?"
            self._asked[person_id] |= self._of_cards(nth, int(looks[1]), int(looks[2]))

    def allow(self) -> None:
        """What was shown until now was asked for."""
        for sight in self._world.sights[self._looked :]:
            for person_id in sight.to:
                self._asked[person_id] |= set(self._back.findall(sight.text))
        self._looked = len(self._world.sights)

    def look(self) -> list[str]:
        """What was shown since the last look to whom it should not, a line each."""
        new = self._world.sights[self._looked :]
        self._looked += len(new)
        if not new:
            return []
        over = self._numbers("where learner_id is null and closed_at is not null")
        for person_id, grade in self._rows("select distinct learner_id, grade from reviews where grade is not null"):
            self._graded[person_id].add(_GRADES[grade - 1])
        return [line for sight in new for line in self._wrong(sight, over)]

    def _wrong(self, sight: Sight, over: set[str]) -> Iterator[str]:
        # Who sends a file sees a card of it before it is theirs.
        shown = _OF_A_FILE.sub("", sight.text) if sight.chat_id > 0 else sight.text
        backs, grades = set(self._back.findall(shown)) - over, set(_GRADED.findall(sight.text))
        for person in [self._world.people[each] for each in sorted(sight.to) if each in self._world.people]:
            if early := backs - self._asked[person.id]:
                yield f"{person.name} was shown the back of {', '.join(early)} early: {_told(sight)}"
            if others := grades - self._graded[person.id]:
                yield f"{person.name} never graded {', '.join(others)} and was shown it: {_told(sight)}"
        to_all = sight.chat_id < 0 and sight.message is not None and sight.message.receiver is None
        all_of_it = "\n".join([sight.text, *sight.labels])
        if to_all and (grades or _INTERVAL.search(all_of_it) or _MENU.search(all_of_it)):
            yield f"what one alone may see was shown to all: {_told(sight)}"

    def _numbers(self, which: str, *values: int) -> set[str]:
        """The numbers of the cards of these turns."""
        return self._found(f"select front from turns join cards using (card_id) {which}", *values)

    def _of_cards(self, which: str, *values: int) -> set[str]:
        return self._found(f"select front from cards {which}", *values)

    def _found(self, query: str, *values: int) -> set[str]:
        fronts = self._rows(query, *values)
        return {found[1] for (front,) in fronts if (found := self._front.search(front))}

    def _rows(self, query: str, *values: int) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=20)) as db:
            return db.execute(query, values).fetchall()


def _told(sight: Sight) -> str:
    """A sight in one line."""
    return f"chat {sight.chat_id}, event {sight.event}: {[sight.text, *sight.labels]}"
