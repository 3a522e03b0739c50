"""Finding somebody's time zone: by what their clock shows, or by a city that they type."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from bot.study.hours import A_DAY, local, zone_names
from bot.study.places import named_places

MOST = 6
A_QUARTER = timedelta(minutes=15)
SLOW_OR_FAST = timedelta(minutes=7)


def by_clock(now: datetime, shown: time) -> tuple[str, ...]:
    """The zones whose clocks show that time now, likeliest first; theirs may be 7 minutes slow or fast."""
    ahead = _since_midnight(shown) - _since_midnight(now.astimezone(UTC).time())
    offset = round(ahead / A_QUARTER) * A_QUARTER
    if abs(ahead - offset) > SLOW_OR_FAST:
        return ()
    return tuple(name for name in _places() if (_offset(now, name) - offset) % A_DAY == timedelta(0))


def clock_choices(now: datetime) -> tuple[time, ...]:
    """What the clocks of the world show now, each time once: whole hours from UTC first, then the likeliest first."""
    offsets = list(dict.fromkeys(_offset(now, name) % A_DAY for name in _places()))
    offsets.sort(key=lambda offset: offset % timedelta(hours=1) != timedelta(0))
    return tuple((now.astimezone(UTC) + offset).time().replace(second=0, microsecond=0) for offset in offsets)


def suggestions(now: datetime, shown: time, most: int = 3) -> tuple[str, ...]:
    """A few well-known zones with that time now, if possible such as change their clocks differently."""
    fitting = by_clock(now, shown)
    known = [name for name in fitting if name in _well_known()]
    different: dict[tuple[timedelta, ...], str] = {}
    for name in known:
        different.setdefault(_year(now, name), name)
    return tuple(dict.fromkeys([*different.values(), *known, *fitting]))[:most]


def by_name(text: str) -> tuple[str, ...]:
    """The zones that a typed city, country or zone name may mean, best first, at most 6; none for other words."""
    if offset := _OFFSET.fullmatch(text.strip()):
        return _by_offset(*offset.groups())
    exact = {name.lower(): name for name in zone_names()}.get(text.strip().lower(), "")
    if "/" in exact or exact == "UTC":
        return (exact,)
    wanted = _wordings(text)
    for fits in (_same, _begins, _nearly):
        found = dict.fromkeys(name for word in wanted for name in fits(word))
        if found:
            return tuple(found)[:MOST]
    return ()


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _offset(at: datetime, name: str) -> timedelta:
    return local(at, name).utcoffset() or timedelta(0)


def _year(now: datetime, name: str) -> tuple[timedelta, ...]:
    """What the clocks of the zone do in the year to come, looked at every week."""
    return tuple(_offset(now + timedelta(weeks=week), name) for week in range(53))


def _table(name: str) -> list[list[str]]:
    """The rows of one of the tables that come with the zones (tzdata)."""
    text = files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _well_known() -> frozenset[str]:
    return frozenset(name for name, _ in named_places())


@cache
def _places() -> tuple[str, ...]:
    """Every zone that a country uses today, likeliest first."""
    listed = sorted((row[2] for row in _table("zone.tab")), key=lambda name: (name.startswith("Antarctica/"), name))
    return tuple(dict.fromkeys([*(name for name, _ in named_places()), *listed]))


def _rank(name: str) -> tuple[int, str]:
    """Likeliest first, old names of zones last."""
    return (_places().index(name) if name in _places() else len(_places()), name)


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Zones by everything they are called, in the spelling that `_plain` gives."""
    found: dict[str, dict[str, None]] = {}
    for spelling, name in _called():
        for key in {_plain(spelling), _plain(spelling.translate(_GERMAN))} - _EVERYDAY:
            found.setdefault(key, {})[name] = None
    return {key: tuple(sorted(names, key=_rank)) for key, names in found.items()}


def _called() -> Iterator[tuple[str, str]]:
    yield from ((name, name) for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    yield from ((name.rsplit("/", 1)[-1], name) for name in _places())
    for name, others in named_places():
        yield from ((other, name) for other in others)
    for country, zones in _countries():
        # "Korea (South)" is looked for as "South Korea", "Myanmar (Burma)" by either name.
        name, _, more = country.rstrip(")").partition(" (")
        spellings = (f"{more} {name}",) if more in ("North", "South") else (name, more, f"{more} {name}")
        yield from ((spelling, zone_name) for spelling in spellings if len(spelling) > 2 for zone_name in zones)


def _countries() -> Iterator[tuple[str, list[str]]]:
    """Countries with their zones: the well-known ones where there are any (Büsingen is not what "Germany" means)."""
    rows = _table("zone.tab")
    for code, country in _table("iso3166.tab"):
        zones = [row[2] for row in rows if row[0] == code]
        yield country, [name for name in zones if name in _well_known()] or zones


# Parts of zone names and of countries' names that are words of every day.
_EVERYDAY = frozenset(
    ["", "broken", "center", "dutch", "easter", "french", "great", "lower", "midway", "palmer", "rep", "tell", "wake"]
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
# Letters that Unicode does not take for a base letter with an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ə": "e"})


def _plain(text: str) -> str:
    """Without case, accents and punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare.translate(_LETTERS).replace("'", "").replace("’", "")).split())


_AROUND = re.compile(
    r"^(?:(?:i live|i m|i am|im|ich wohne|ich bin)\s)?(?:(?:in|near|at|bei|from|aus)\s)?(.*?)(?:\s(?:city|time|zeit))?$"
)


def _wordings(text: str) -> tuple[str, ...]:
    """What may be the name in a text: all of it, the part before a comma, either without the words around it."""
    whole = [_plain(part) for part in (text, text.split(",")[0].split("(")[0]) if len(part) <= 60]
    bare = [match[1] for word in whole if (match := _AROUND.match(word))]
    return tuple(dict.fromkeys(word for word in [*whole, *bare] if word not in _EVERYDAY))


def _same(word: str) -> tuple[str, ...]:
    return _names().get(word, ())


def _begins(word: str) -> list[str]:
    """Names of which a whole word was typed (`Buenos`), or all but the last third (`Frankf`)."""
    found: list[str] = []
    for key, names in _names().items():
        most_of_it = len(word) >= 6 and 3 * len(word) >= 2 * len(key)
        if len(word) >= 4 and (key.startswith(word + " ") or (most_of_it and key.startswith(word))):
            found += names
    return sorted(found, key=_rank)


def _nearly(word: str) -> list[str]:
    """Names that are a slip of the finger away, nearest first. The first letter must be right."""
    found: list[tuple[int, str]] = []
    for key, names in _names().items():
        if key[0] == word[0] and (slips := _slips(word, key)) is not None:
            found += ((slips, name) for name in names)
    return [name for _, name in sorted(found, key=lambda item: (item[0], _rank(item[1])))]


def _slips(word: str, key: str) -> int | None:
    """How many letters are wrong, missing, too many or swapped; None for more than the shorter of the two forgives."""
    shorter = min(len(word), len(key))
    allowed = 0 if shorter < 5 else 1 if shorter < 9 else 2
    if abs(len(word) - len(key)) > allowed or not allowed:
        return None
    if shorter == 5 and len(word) == len(key) and sorted(word) != sorted(key):
        # One letter of five exchanged makes another word too easily (Paris, parts).
        return None
    slips = _distance(word, key)
    return slips if slips <= allowed else None


def _distance(one: str, other: str) -> int:
    """Optimal string alignment distance (https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?:[:.]?(\d\d))?", re.IGNORECASE)
# There are no zones named for offsets that are no whole hours; these never change their clocks.
_BROKEN = {
    (3, 30): "Asia/Tehran",
    (4, 30): "Asia/Kabul",
    (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon",
    (8, 45): "Australia/Eucla",
    (9, 30): "Australia/Darwin",
    (-9, 30): "Pacific/Marquesas",
}


def _by_offset(sign: str, hours: str, minutes: str | None) -> tuple[str, ...]:
    """The zone of an offset as people write it: east of Greenwich is plus (in the names it is minus)."""
    east = sign == "+"
    hour, minute = int(hours), int(minutes or 0)
    if minute:
        name = _BROKEN.get((hour if east else -hour, minute))
        return (name,) if name else ()
    if hour == 0:
        return ("UTC",)
    return (f"Etc/GMT{'-' if east else '+'}{hour}",) if hour <= (14 if east else 12) else ()
