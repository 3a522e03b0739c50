"""What a sent file would do, with what can be chosen, and what became of it."""

from collections.abc import Mapping, Sequence

from bot.chat import buttons
from bot.chat.artist import Artist
from bot.chat.artist import tap as button
from bot.chat.names import of_deck
from bot.chat.page_screens import Rows, by, text
from bot.chat.screens import Screen
from bot.chat.unlinked import unlinked
from bot.decks.arrival import Counts
from bot.storage.arriving import Waiting
from bot.storage.cards import StoredDeck

_DECKS_SHOWN = 8
_NUMBERS = 5


def dry_run(artist: Artist, name: str, import_id: int, found: Waiting, counts: Counts) -> Screen:
    """What importing would do as it is chosen now, with what can be chosen."""
    say = artist.say

    def choice(words: str, what: str) -> Rows:
        return ((button(words, buttons.Import(import_id, what)),),)

    words = say.dry_run(name, counts, same=found.same, anew=found.anew)
    cancel = cancel_row(artist, import_id)
    rows: Rows = ((*choice(say.import_button, "take")[0], *cancel[0]),) if counts.changes else ()
    if counts.progress is not None and (counts.progress.news or counts.settings is not None):
        rows = (*rows, *choice(say.with_progress, "mine"))
    if alike := sum(deck.alike for deck in counts.decks):
        new, same = choice(say.they_are_new(alike), "new"), choice(say.they_are_the_same(alike), "same")
        mixed = any(pair.otherwise for pair in counts.pairs)
        rows = (*rows, *(((*same[0], *new[0]),) if mixed else new if found.same else same))
        if alike > 1 and counts.pairs:
            rows = (*rows, *choice(say.one_by_one, "pairs"))
    if known := sum(deck.known for deck in counts.as_chosen(same=found.same).decks):
        anew = (say.keep_progress, "keep") if found.anew else (say.start_anew(known), "anew")
        rows = (*rows, *choice(*anew))
    return text(artist, words, rows if counts.changes else (*rows, *cancel))


def pairs(artist: Artist, name: str, import_id: int, found: Waiting, counts: Counts) -> Screen:
    """Each card that looks new with the one that it may be, to be answered by its number."""
    say = artist.say
    rest = sum(deck.alike for deck in counts.decks) - len(counts.pairs)
    words = say.pairs(name, [(pair.new, pair.old) for pair in counts.pairs], rest, same=found.same)
    answers = [found.same != pair.otherwise for pair in counts.pairs]
    numbers = [
        button(say.pair_button(place + 1, same=same), buttons.Pair(import_id, place, not same))
        for place, same in enumerate(answers)
    ]
    whole = ((say.all_the_same, "all"), (say.all_new, "none"))
    all_of_them = tuple([button(each, buttons.Import(import_id, what)) for each, what in whole])
    back = (button(say.import_back, buttons.Import(import_id, "back")),)
    return text(artist, words, (*by(_NUMBERS, numbers), all_of_them, back))


def result(
    artist: Artist,
    import_id: int,
    decks: Sequence[StoredDeck],
    counts: Counts | None,
    called: Mapping[int, str],
    *,
    goes_on: bool,
    settings: bool,
) -> Screen:
    """The decks that came of it, and what was done; see `imported` of the texts.

    `called`: what their owner reads as the names of all decks; those of who was forgotten meanwhile are not among them.
    """
    say = artist.say
    names, cards = [unlinked(of_deck(deck.name)) for deck in decks], sum(deck.cards for deck in decks)
    hidden = all(deck.private and not deck.share_token for deck in decks)
    words = say.imported(names, cards, counts, goes_on=goes_on, settings=settings, hidden=hidden)
    shown = [
        button(say.deck_button(called.get(deck.deck_id, of_deck(deck.name)), deck.cards), buttons.Deck(deck.deck_id))
        for deck in decks[:_DECKS_SHOWN]
    ]
    begin = _begin(decks, import_id, settings=settings)
    study = () if begin is None else ((button(say.quiz_button, begin),),)
    return text(artist, words, (*study, *by(1, shown)))


def _begin(decks: Sequence[StoredDeck], import_id: int, *, settings: bool) -> buttons.Tap | None:
    """What begins to study them; whoever goes on as they did elsewhere studies what they studied there."""
    if not any(deck.cards and not deck.archived for deck in decks):
        return None
    if len(decks) == 1:
        return buttons.Subscribe(decks[0].deck_id)
    return buttons.Study(0, ahead=False) if settings else buttons.StudyImported(import_id)


def cancel_row(artist: Artist, import_id: int) -> Rows:
    """The way out."""
    return ((button(artist.say.cancel, buttons.Import(import_id, "drop")),),)
