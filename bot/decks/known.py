"""By what a card is known where nothing but its file tells which it is."""

from hashlib import sha256

# No file has an id that begins so.
_SAYS = "\n"


def known_as(guid: str, front: str, back: str) -> str:
    """Its id; without one, what is the same for all cards that say the same. Both sides are JSON, as they are kept."""
    return guid or _SAYS + sha256(f"{front}\n{back}".encode(errors="replace")).hexdigest()[:16]


def is_id(known: str) -> bool:
    """Whether that is an id."""
    return not known.startswith(_SAYS)
