"""Which Windows code page a text was written in, by its letters.

The same byte is é, й or another letter by the page, and each language has letters of its own: the page is taken under
which the most letters are those of one language.
"""

import re

from msgspec import Struct

# Letters beyond a to z, by language, small and large alike.
_LANGUAGES = {
    "cp1252": (
        "àâæçèéêëîïôœùûüÿ",  # French
        "äöüß",  # German
        "áéíñóúüºª",  # Spanish
        "ãáàâçéêíóôõúü",  # Portuguese
        "àèéìíîòóù",  # Italian
        "åäöé",  # Swedish, Finnish
        "æøåé",  # Danish, Norwegian
        "áðéíóúýþæö",  # Icelandic
        "çëéïóöüáíèê",  # Dutch, Catalan, Albanian
    ),
    "cp1250": (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "čćđšž",  # Croatian, Slovene
        "ăâîşţ",  # Romanian
    ),
    "cp1251": (
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",  # Russian, Bulgarian
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # Ukrainian
        "абвгдеёжзійклмнопрстуўфхцчшыьэюя",  # Belarusian
        "абвгдђежзијклљмнњопрстћуфхцчџш",  # Serbian
        "абвгдѓежзѕијклљмнњопрстќуфхцчџш",  # Macedonian
    ),
}
_WORD = re.compile(r"[^\W\d_]+")
# Between letters as Windows programs write them; whatever else stands there is a letter of another page.
_BETWEEN = frozenset("’‘'-–­·")
# What a text without such letters may well hold.
_SIGNS = frozenset("’‘‚“”„«»‹›–—…•·°§€£©®™±×\N{NO-BREAK SPACE}")
_SAMPLE = 200_000


class Guess(Struct, frozen=True):
    """A code page, and which share of the letters beyond a to z it explains, 0 to 1."""

    page: str
    share: float


def page_of(data: bytes) -> Guess | None:
    """The page that explains the letters best, of equals the western one; None if none can be it.

    `data` is text that is not UTF-8.
    """
    head = data[:_SAMPLE]
    found = [Guess(page, _share(text, page)) for page in _LANGUAGES if (text := _decoded(head, page)) is not None]
    return max(found, key=lambda guess: guess.share, default=None)


def _decoded(data: bytes, page: str) -> str | None:
    try:
        return data.decode(page)
    except UnicodeDecodeError:
        return None


def _share(text: str, page: str) -> float:
    """Of the letters beyond ASCII and the signs inside words, how many are what a text in one language has."""
    own = [char for word in _WORD.findall(text) for char in _plausible(word.lower(), page)]
    strange = sum(1 for at, char in enumerate(text) if ord(char) > 127 and _is_sign_in_word(text, at, char))
    beyond = sum(1 for char in text if ord(char) > 127 and char.isalpha()) + strange
    if not beyond:
        return float(all(char in _SIGNS for char in text if ord(char) > 127))
    return max(sum(map(letters.__contains__, own)) for letters in map(frozenset, _LANGUAGES[page])) / beyond


def _plausible(word: str, page: str) -> str:
    """The letters beyond ASCII of a word that can be one: a Latin word has some of a to z, a Cyrillic one has none."""
    beyond = "".join(char for char in word if ord(char) > 127)
    cyrillic = page == "cp1251"
    if cyrillic:
        return beyond if len(beyond) == len(word) else ""
    return beyond if len(beyond) < len(word) or len(word) == 1 else ""


def _is_sign_in_word(text: str, at: int, char: str) -> bool:
    if char.isalpha() or char in _BETWEEN:
        return False
    return text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
