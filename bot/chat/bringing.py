"""A file that was sent, from its bytes to its decks, wherever it came from and whoever is told how far it is."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from msgspec import Struct

from bot.chat.intake import NotRead, Reader, reading
from bot.chat.timekeeper import Clock
from bot.decks import arrival
from bot.decks.arrival import (
    AllHad,
    Arriving,
    Cards,
    Counts,
    End,
    Had,
    HadDeck,
    HadMedia,
    HadType,
    Ids,
    Named,
    Order,
    Rest,
    Type,
    Wanted,
)
from bot.decks.choices import Settings
from bot.storage.arriving import ArrivingCard
from bot.storage.cards import StoredDeck
from bot.tutor import Desk, Tutor, file_decks, importing, placing
from bot.tutor.bringing import prepared
from bot.tutor.file_decks import FileDeck
from bot.tutor.importing import Arrived, Import

T = TypeVar("T")
P = ParamSpec("P")
M = TypeVar("M", bound=arrival.Message)

_AT_ONCE = 500


class Refused(Exception):  # noqa: N818 (it tells what happened)
    """The file cannot be read; `line` says why to who sent it."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class Over(Exception):  # noqa: N818 (it tells what happened)
    """The import waits no longer: its owner sent another file, or was forgotten."""


class Wishes(Struct, frozen=True):
    """How it is to be done: with its owner's progress; what looks new as another wording, but for some that are
    answered `otherwise`; what is rewritten anew.
    """

    progress: bool = False
    same: bool = False
    anew: bool = False
    otherwise: tuple[tuple[int, int], ...] = ()


class Part(Enum):
    """What is being done."""

    UNPACKING = "unpacking"
    """Pictures and sounds leave the file."""
    READING = "reading"
    """Cards arrive."""
    LEARNING = "learning"
    """They are in their decks, and how far their owner is with them follows; nobody stops it any more."""


Tell = Callable[[Part, int, int], Awaitable[None]]
"""Is told of which part how many of how many are done."""


async def _silent(part: Part, done: int, all_of_them: int) -> None:
    """Nobody wants to know."""


class Bringing:
    """One import on its way."""

    def __init__(self, tutor: Tutor, clock: Clock, one: Import, *, large: bool = False) -> None:
        self.one = one
        self.may_be_decided = False  # once it is asked for: who is stopped then cannot say that nothing came of it
        self._tutor, self._clock, self._large = tutor, clock, large
        self._total = 0

    async def look(self, path: Path, name: str, folder: Path, tell: Tell = _silent) -> Counts:
        """What importing that file would do; nothing of it stays. Raises Refused, NotRead."""
        order = Order(str(path), name, str(folder), large=self._large)
        async with reading(order, functools.partial(tell, Part.UNPACKING)) as reader:
            return (await self._counts(reader))[0]

    async def bring(
        self, path: Path, name: str, folder: Path, media: Path, wishes: Wishes, tell: Tell = _silent, beside: str = ""
    ) -> tuple[Counts, tuple[Arrived, ...]]:
        """Its cards have arrived and its media lie in `media`; what is to be done with them. Nothing is decided.

        `beside`: as in `Order`. Raises Refused, NotRead, Over.
        """
        order = Order(
            *(str(path), name, str(folder), str(media), wishes.progress, wishes.same, self._large),
            beside=beside,
            otherwise=wishes.otherwise,
        )
        async with reading(order, functools.partial(tell, Part.UNPACKING)) as reader:
            counts, deck_ids = await self._counts(reader)
            return counts, await self._arrived(reader, counts, deck_ids, wishes, tell)

    async def decide(self, decks: Sequence[Arrived], settings: Settings | None = None) -> None:
        """From now on it is carried through, whatever happens; `settings` as in `importing.decide`. Raises Over."""
        self.may_be_decided = True
        if not await self._do(importing.decide, self.one, decks, settings):
            raise Over

    async def carry_through(self, tell: Tell = _silent) -> tuple[StoredDeck, ...]:
        """The decks as they now are. What a crash left half done is done to its end. Raises Over."""
        if not await self._do(placing.place, self.one):
            raise Over
        done = 0
        while some := await self._do(placing.learn, self.one):
            done += some
            await tell(Part.LEARNING, done, max(self._total, done))
        decks = await self._do(placing.finish, self.one)
        if decks is None:
            raise Over
        return decks

    async def call_off(self) -> None:
        """Nothing of it is here any more, unless it was decided."""
        if await self._do(importing.plan_of, self.one) is None:
            while not await self._do(importing.cleared, self.one.import_id):
                pass
            await self._do(importing.given_up, self.one)

    async def _counts(self, reader: Reader) -> tuple[Counts, tuple[int | None, ...]]:
        named = await _heard(reader, Named)
        decks = await self._do(file_decks.of, self.one, named.names, named.wholes)
        for place, deck in enumerate(decks):
            if deck is not None:
                await self._tell_deck(reader, place, deck)
        others = len(decks)
        decks += await self._see(file_decks.others, self.one, [deck.deck_id for deck in decks if deck is not None])
        for place, deck in enumerate(decks[others:], others):
            assert deck is not None
            await self._tell_ids(reader, place, deck.deck_id)
        await reader.say(AllHad())
        wanted = (await _heard(reader, Wanted)).decks
        for place in wanted:
            deck = decks[place]
            assert deck is not None, "it was told of it"
            await self._tell_deck(reader, place, deck)
        if wanted:
            await reader.say(AllHad())
        counts = await _heard(reader, Counts)
        known = [None if deck is None else deck.deck_id for deck in decks]
        goes_on = {each.deck: each.older for each in counts.goes_on}
        return counts, tuple(known[goes_on.get(place, place)] for place in range(others))

    async def _tell_ids(self, reader: Reader, place: int, deck_id: int) -> None:
        after = 0
        while some := await self._see(file_decks.known, deck_id, after):
            await reader.say(Ids(place, tuple(some.values())))
            after = max(some)

    async def _tell_deck(self, reader: Reader, place: int, deck: FileDeck) -> None:
        deck_id = deck.deck_id
        called = await self._see(file_decks.called, deck_id)
        await reader.say(HadDeck(place, deck.name, deck.whole, deck.of_file, called))
        for notetype_id, body in (await self._see(file_decks.types_of, deck_id)).items():
            await reader.say(HadType(notetype_id, body))
        media = [*(await self._see(file_decks.media_of, deck_id)).items()]
        for at in range(0, len(media), _AT_ONCE):
            await reader.say(HadMedia(place, dict(media[at : at + _AT_ONCE])))
        after = 0
        while had := await self._see(file_decks.had, self.one, deck_id, after):
            await reader.say(Had(place, had))
            after = had[-1].card_id

    async def _arrived(
        self, reader: Reader, counts: Counts, deck_ids: Sequence[int | None], wishes: Wishes, tell: Tell
    ) -> tuple[Arrived, ...]:
        learned = await self._see(importing.learned, self.one) if wishes.progress else None
        total = sum(deck.new + deck.changed + deck.back + deck.moved for deck in counts.decks)
        if wishes.progress and counts.progress is not None:
            total = max(total, counts.progress.cards)
        self._total = total
        decks: list[Arrived] = []
        types: list[str] = []
        known: set[int] = set()
        done = 0

        def made(some: Sequence[Arriving]) -> list[ArrivingCard]:
            return [prepared(card, types, learned, anew=wishes.anew) for card in some]

        while not isinstance(message := await reader.hear(), End):
            match message:
                case Type(body=body):
                    types.append(body)
                case Cards(deck=place, cards=some):
                    # A log that is replayed takes its time: nobody's tap waits for that.
                    cards = await asyncio.to_thread(made, some)
                    if not await self._do(importing.arrive, self.one, place, cards):
                        raise Over
                    done += len(some)
                    if learned is not None and any(card.progress is not None for card in some):
                        known.add(place)
                    # Cards come with a log that counts for nothing, too.
                    await tell(Part.READING, done, max(total, done))
                case Rest(deck=place, gone=gone, media=kept, choices=choices, came=came):
                    it, deck_id, goes_on = counts.decks[place], deck_ids[place], place in known
                    keeps_name = bool(it.called)
                    told = (it.name, deck_id, gone, kept, choices, goes_on)
                    decks.append(Arrived(*told, came=came, keeps_name=keeps_name))
                case _:
                    raise NotRead(f"its reader says {type(message).__name__} for cards")
        return tuple(decks)

    async def _do(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tutor.do(work, self._clock.now(), *args, **kwargs)

    async def _see(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tutor.see(work, self._clock.now(), *args, **kwargs)


async def _heard(reader: Reader, kind: type[M]) -> M:
    message = await reader.hear()
    if isinstance(message, arrival.Refused):
        raise Refused(message.line)
    if not isinstance(message, kind):
        raise NotRead(f"its reader says {type(message).__name__} for {kind.__name__}")
    return message
