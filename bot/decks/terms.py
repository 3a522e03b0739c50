"""Words as they are looked for: those of a card, and those that somebody types.

Both are folded in the same way: no case, no diacritics, one spelling for what looks the same. Chinese, Japanese,
Korean, Thai and other scripts that put no space where a word ends become pairs of characters that overlap, so that a
word of two characters is found in the middle of any sentence; the last one of such a run stands alone as well.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from bot.decks.content import (
    Code,
    Content,
    Displayed,
    Heading,
    Hint,
    Paragraph,
    Picture,
    Points,
    Quote,
    Sound,
    Source,
    line_words,
)
from bot.decks.content import Table as Rows

LONGEST_SIDE = 50_000
"""Characters of a side that can be found."""
LONGEST_ASKED = 200
"""Characters of what somebody types that count."""
MOST_TERMS = 12
SHORTEST_BEGINNING = 2
"""A single letter is a word (vitamin C), two begin one."""

# Thai, Lao, Burmese, Khmer; Korean; Japanese; Chinese.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\U0001b000-\U0001b16f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Marks that change no letter into another one: accents, Hebrew points, Arabic vowels, what chooses a glyph.
_DROPPED = (
    *((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670)),
    *((0x06D6, 0x06ED), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


class Term(Struct, frozen=True):
    """Words that stand next to each other; of the last one perhaps only the `beginning` is given."""

    words: tuple[str, ...]
    beginning: bool = False


class _Characters(dict[int, str]):
    """What becomes of each character; worked out once for those that come."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char if unicodedata.category(char)[0] in "LNM" else " "
        self[code] = "" if any(first <= code <= last for first, last in _DROPPED) else kept
        return self[code]


_CHARACTERS = _Characters()


def folded(text: str) -> str:
    """The text as it is compared, with a space for whatever is no letter, digit or mark."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).casefold().translate(_CHARACTERS))


def as_indexed(text: str) -> str:
    """The words of a text as they are kept to be found, parted by spaces."""
    words = folded(text[:LONGEST_SIDE])
    # Most texts that use our alphabet have only that left once they are folded.
    return words if words.isascii() else _runs().sub(lambda run: f" {' '.join(_pairs(run[0]))} ", words)


@functools.cache
def _runs() -> re.Pattern[str]:
    """Stretches without a space; so wide a set takes long to compile, and who never meets such a text does without."""
    return re.compile(f"({_UNSPACED})")


def asked(text: str) -> tuple[Term, ...]:
    """What somebody looks for; each of the terms is to be found. What stands in quotes stands so in the card.

    The last word may be typed only half. Anything can be typed; where no word is in it, there are no terms.
    """
    parts = text[:LONGEST_ASKED].translate(_QUOTES).split('"')
    terms: list[Term] = []
    half_typed = False
    for place, part in enumerate(parts):
        # A quotation that is not closed is none.
        quoted = place % 2 == 1 and place < len(parts) - 1
        for phrase in [part] if quoted else part.split():
            if found := _terms(phrase):
                terms += found
                half_typed = not quoted and _may_be_half(found[-1].words[-1])
    if half_typed:
        terms[-1] = Term(terms[-1].words, beginning=True)
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]


def _may_be_half(word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING and not _runs().search(word)


def places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """From where to where in a text the first of each of these terms stands, in the text's order; not of those that
    stand nowhere in it.
    """
    folds = [folded(char) for char in text]
    # Which character of the text each one of what is compared comes from.
    whence = [at for at, fold in enumerate(folds) for _ in fold]
    found = [re.search(_pattern(term), "".join(folds)) for term in terms]
    return sorted((whence[each.start()], whence[each.end() - 1] + 1) for each in found if each)


def _pattern(term: Term) -> str:
    if _runs().search(term.words[0]):
        # Pairs overlap, so that the first is where all of them begin.
        return re.escape(term.words[0])
    words = " +".join(map(re.escape, term.words))
    return rf"(?<!\S){words}" if term.beginning else rf"(?<!\S){words}(?!\S)"


def plain_words(content: Content) -> str:
    """What is read in a card's content: no names of files, but what is said in their place."""
    return "\n".join(map(_block_words, content))


def _terms(phrase: str) -> list[Term]:
    terms = []
    for number, part in enumerate(_runs().split(folded(phrase))):
        if number % 2:
            pairs = _pairs(part)
            # One character alone is the beginning of a pair, or the last of a run.
            terms.append(Term(tuple(pairs[:-1])) if len(pairs) > 1 else Term(tuple(pairs), beginning=True))
        elif words := part.split():
            terms.append(Term(tuple(words)))
    return terms


def _pairs(run: str) -> list[str]:
    """The pairs of a run's characters, each with the marks that belong to it, and the last character."""
    chars: list[str] = []
    for char in run:
        if chars and unicodedata.category(char)[0] == "M":
            chars[-1] += char
        else:
            chars.append(char)
    return [*(first + second for first, second in pairwise(chars)), chars[-1]]


def _block_words(block: object) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return line_words(runs)
        case Code(text) | Displayed(text) | Source(text):
            return text
        case Picture(_, alt):
            return alt
        case Points(items):
            return "\n".join(map(plain_words, items))
        case Rows(rows):
            return "\n".join(" ".join(map(line_words, row)) for row in rows)
        case Quote(content):
            return plain_words(content)
        case Hint(content, label):
            return f"{label}\n{plain_words(content)}"
        case Sound():
            return ""
    raise TypeError(type(block).__name__)
