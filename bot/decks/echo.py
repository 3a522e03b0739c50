"""Whether a file says of a card no more than is here already: in another form, or in one that holds less."""

from msgspec.structs import replace

from bot.decks import delimited, writing
from bot.decks.card import Card, DeckError
from bot.decks.content import Content, words


def is_echo(here: Card, told: Card) -> bool:
    """Whether the card of a file says nothing that the card here does not say, whose type the file does not have.

    A note of Anki's is more than its sides show, so the same words leave it as it is. Any other card only stays where
    the file has what our own export makes of it: whoever marks a word in their file wants it marked.
    """
    if told.notetype and (here.notetype or not _is_ours(told.notetype)):
        return False
    if (here.front, here.back) == (told.front, told.back):
        return True
    same = (_plain(here.front), _plain(here.back)) == (_plain(told.front), _plain(told.back))
    if same and here.notetype:
        return True
    # What a form holds otherwise stands elsewhere at the most, or in other signs.
    return _letters(here) == _letters(told) and _is_export(here, told)


def left(here: Card, told: Card) -> Card:
    """The card as it is here, with what the file says beside its sides: its tags, and an id if it had none."""
    guid, note = (here.guid, here.note) if here.guid or told.notetype else (told.guid, told.note)
    return replace(here, guid=guid, note=note, tags=told.tags or here.tags, line=told.line)


def _is_ours(body: str) -> bool:
    # It knows the types of a package, which most files have nothing to do with.
    from bot.decks.anki.notes import is_ours

    return is_ours(body)


def _plain(side: Content) -> str:
    return " ".join(words(side).split())


def _letters(card: Card) -> str:
    return "".join(char for char in words((*card.front, *card.back)) if char.isalnum())


def _is_export(here: Card, told: Card) -> bool:
    # It takes a library, which most files do not wait for.
    from bot.decks.markdown_writing import comparable, read_back

    def says_that(exported: Card | None) -> bool:
        return exported is not None and [*map(comparable, (exported.front, exported.back))] == sides

    sides = [*map(comparable, (told.front, told.back))]
    return says_that(_as_text(here)) or says_that(read_back(here))


def _as_text(card: Card) -> Card | None:
    try:
        return delimited.parse(writing.text_file("x", [card]), "x.txt").cards[0]
    except DeckError:  # it has what no text has
        return None
