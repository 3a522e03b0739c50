"""How alike two texts are, and which of many are worth comparing."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import regex  # type: ignore[import-untyped]
from msgspec import Struct

_PUNCTUATION = regex.compile(r"\p{P}+")
# Where words are not parted by spaces each sign counts for itself.
_SIGN = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(rf"[{_SIGN}]|[^\s{_SIGN}]+")
_RARE_TOKENS = 4
_MOST_OF_A_TOKEN = 20
_MOST_COMPARED = 6


def normalised(text: str) -> str:
    """The text in NFC, case folded, without punctuation, with single spaces."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(_PUNCTUATION.sub(" ", folded).split())


class Print(Struct, frozen=True):
    """What a normalised text is compared by: its tokens and its sequences of three characters."""

    tokens: frozenset[str]
    trigrams: frozenset[str]


def print_of(text: str) -> Print:
    """The print of a normalised text."""
    padded = f"  {text} "
    return Print(frozenset(_TOKEN.findall(text)), frozenset(padded[at : at + 3] for at in range(len(padded) - 2)))


def likeness(one: Print, other: Print) -> float:
    """From 0.0 to 1.0: the smaller of the shares of tokens and of trigrams that both have (Dice's coefficient)."""
    return min(_dice(one.tokens, other.tokens), _dice(one.trigrams, other.trigrams))


def rough_likeness(one: Print, other: Print) -> float:
    """From 0.0 to 1.0: the share of trigrams that both have; of use where a text may be a single word."""
    return _dice(one.trigrams, other.trigrams)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def candidates(prints: Sequence[Print], others: Sequence[Print]) -> Iterator[tuple[int, int]]:
    """The pairs (place among prints, place among others) worth comparing: those that share rare tokens.

    At most half a dozen for each, so the work grows with the number of texts and not with its square.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, other in enumerate(others):
        for token in other.tokens:
            places[token].append(at)
    for at, own in enumerate(prints):
        known = [token for token in own.tokens if token in places]
        rarest = sorted(known, key=lambda token: (len(places[token]), token))[:_RARE_TOKENS]
        shared = Counter(place for token in rarest for place in places[token][:_MOST_OF_A_TOKEN])
        for place, _ in shared.most_common(_MOST_COMPARED):
            yield at, place
