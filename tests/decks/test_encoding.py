"""A text in any encoding that people's programs write is read with its letters right."""

import pytest

from bot.decks.card import DeckError
from bot.decks.codepages import page_of
from bot.decks.encoding import text_of

TEXTS = [
    ("cp1252", "der Hund;le chien\ndie Tür;la porte\nder Schlüssel;la clé\nMädchen;fille\n"),
    ("cp1252", "garçon;boy\nfenêtre;window\nforêt;forest\nêtre;to be\nœuf;egg\n"),
    ("cp1252", "niño;child\nmañana;tomorrow\ncorazón;heart\nárbol;tree\n¿qué?;what?\n"),
    ("cp1252", "smørrebrød;sandwich\nkøbe;buy\ngår;goes\nnæse;nose\n"),
    ("cp1252", "città;city\nperché;why\nè;is\npiù;more\ncaffè;coffee\n"),
    ("cp1252", "coração;heart\nnão;no\npão;bread\ncafé;coffee\n"),
    ("cp1252", "för;for\når;year\nmänniska;human\nögon;eye\n"),
    ("cp1252", "what is it?;a “café”\n"),
    ("cp1250", "pes;dog\nkůň;horse\nčlověk;man\nřeka;river\nžena;woman\nděti;children\n"),
    ("cp1250", "dziękuję;thanks\nmiłość;love\nżycie;life\nźródło;source\nświat;world\n"),
    ("cp1250", "köszönöm;thanks\nszőlő;grape\nhűtő;fridge\négszínkék;blue\n"),
    ("cp1250", "človek;man\nďakujem;thanks\nšťastie;luck\nžiak;pupil\n"),
    ("cp1250", "čovjek;man\nžena;woman\nšuma;forest\nkuća;house\nđak;pupil\n"),
    ("cp1251", "кот;cat\nсобака;dog\nчеловек;man\nдом;house\n"),
    ("cp1251", "їжак;hedgehog\nдякую;thanks\nсонце;sun\n"),
    ("cp1251", "здравей;hello\nблагодаря;thanks\nчовек;man\n"),
]


@pytest.mark.parametrize(("page", "text"), TEXTS, ids=[f"{page} {text[:8]}" for page, text in TEXTS])
def test_a_windows_code_page_is_known_by_its_letters(page: str, text: str) -> None:
    """The words come out as they were written, and what was taken is said."""
    decoded = text_of(text.encode(page), "deck.txt")
    assert decoded.text == text
    guess = page_of(text.encode(page))
    assert guess is not None
    assert f"({guess.page})" in decoded.read_as


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a?;b\nc?;d\n", "Что это?;кот\nКто?;пёс\n", "漢字?;か んじ\n仮名?;かな\n", "a;b"])
def test_utf_16_is_read_with_and_without_its_mark(encoding: str, text: str) -> None:
    """As spreadsheets and old editors write it, in either order of bytes."""
    decoded = text_of(text.encode(encoding), "deck.txt")
    assert (decoded.text, decoded.read_as) == (text, "UTF-16")


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_32_is_named(order: str) -> None:
    """It is not read, and not taken for a damaged file."""
    data = "\ufeffa?;b\n".encode(f"utf-32-{order}")
    with pytest.raises(DeckError, match="this text is UTF-32, which is not read"):
        text_of(data, "deck.txt")


def test_utf_8_is_never_doubted() -> None:
    """With or without its mark it is read as it stands, and nothing is said."""
    for encoding in ("utf-8", "utf-8-sig"):
        decoded = text_of("naïve café;пёс\n".encode(encoding), "deck.txt")
        assert (decoded.text, decoded.read_as) == ("naïve café;пёс\n", "")
