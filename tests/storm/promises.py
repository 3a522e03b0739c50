"""What the bot told somebody is done, and what has to be so in the end if it did."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.storm.stage import Stage

Kept = Callable[["Stage", int], bool]
"""Whether it is so, of the thing with that number."""


@dataclass(frozen=True, slots=True)
class Promise:
    """`said`: what somebody reads where it was done, from the sight `since` on and before the one `until`, if any."""

    person_id: int
    said: re.Pattern[str]
    since: int
    number: int
    kept: Kept
    until: int | None = None

    def was_made(self, stage: "Stage") -> bool:
        """Whether somebody read it."""
        sights = stage.playground.world.sights[self.since : self.until]
        return any(self.person_id in sight.to and self.said.search(plain(sight.text)) for sight in sights)


def plain(text: str) -> str:
    """A text without what only keeps links and directions apart."""
    return re.sub("[\u2060\u2068\u2069]", "", text)


def broken(stage: "Stage") -> Iterator[str]:
    """Those that were made and not kept."""
    for each in stage.promises:
        if each.person_id in stage.forgotten or not each.was_made(stage):
            continue
        if not each.kept(stage, each.number):
            yield f"person {each.person_id} was told «{each.said.pattern}», and it is not so"
