"""Every word on finding cards, in the private chat and inline."""

from bot.chat.wording import count


class EnglishFinding:
    """The words in English."""

    find_what = "What are you looking for? Type one or more words; in quotes they must stand together."
    find_no_word = "There is no word in that to look for. Type letters or digits."
    find_no_cards = "You have no cards yet, so there is nothing to look through. /decks shows what there is."
    find_behind = "Some cards were written a moment ago and cannot be found yet. Please look again in a minute."
    find_look_again = "Look again"
    find_lost = "What you looked for is no longer in this message. /find looks anew."
    find_again = "Look for something else"
    find_untitled = "A card without words"
    sound_elsewhere = "[sound]"
    find_back = "‹"
    find_onward = "›"
    inline_start = "Begin with Deckhand"
    inline_no_cards = "You have no cards yet: choose a deck"
    inline_nothing = "Nothing found among your cards"

    def found_few(self, cards: int) -> str:
        """Before the words that were looked for, where all cards stand on one page."""
        return f"{count(cards, 'card')} with "

    def found_many(self, first: int, last: int, number: int | None) -> str:
        """The same where there are more pages, of so many cards; None: of very many."""
        return f"Cards {first:,} to {last:,} of {'very many' if number is None else f'{number:,}'} with "

    find_nothing = "Nothing found for "

    def picture_elsewhere(self, alt: str) -> str:
        """In the place of a picture that does not come along; `alt` says in words what it shows."""
        return f"[picture: {alt}]" if alt else "[picture]"

    def find_among(self, decks: int) -> str:
        """Where nothing was found: in what it was looked for."""
        return (
            f"I looked through fronts, backs and tags in {count(decks, 'deck')} that you study or have sent. "
            "A word is found by how it begins, not by what is inside it."
        )
