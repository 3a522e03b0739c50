"""Text that Telegram leaves alone: what it would take for a link, a command or a name is broken up, unseen."""

import re

BREAK = "\u2060"
"""WORD JOINER: no width, no line break, and no part of a word, a command or an address."""

# Each pattern ends where the break goes: outside code Telegram links /word, @name, #tag, $ABC, addresses with and
# without "://", and telephone numbers. The first line passes over most characters at once.
_LINKED = re.compile(
    r"""(?=[/@\#$:.+])(?:
    (?<![\w/<])/(?=\w)
    | @(?=\w)
    | (?<!\w)\#(?=\w)
    | (?<!\w)\$(?=[A-Z1])
    | (?<=\w):(?=//)
    | (?<=\w)\.(?=\d+\.\d+\.\d+)
    | (?<![\w.])\+(?=\d[\d\ ().-]{6,})
    | (?<=\w)\.(?!(?:png|jpe?g|gif|webp|svg)\b)(?=(?:[^\W\d_]{2,}|xn--))(?![A-Z][a-z])
    )""",
    re.VERBOSE,
)


def breaks(text: str) -> list[int]:
    """The places, in characters, at which a break keeps Telegram from linking something."""
    return [found.end() for found in _LINKED.finditer(text)]


def unlinked(text: str) -> str:
    """The text as it reads, with nothing in it that becomes a link or a command by itself.

    For names that people or files bring, such as a deck's, inside texts of ours.
    """
    return _LINKED.sub(lambda found: found[0] + BREAK, text)
