"""What the buttons under a group's messages carry."""

from bot.chat.payloads import Tap


class GroupShow(Tap, frozen=True, tag="gs"):
    turn_id: int


class GroupGive(Tap, frozen=True, tag="gg"):
    """A grade, 1 to 4; in private with the time that its button promises (see `showing.promise`), in the group 0."""

    turn_id: int
    grade: int
    promised: int


class GroupMenu(Tap, frozen=True, tag="gk"):
    """What a member alone can do: open, hint, history, suspend, bury, up, wrong, edit, deck or back."""

    turn_id: int
    choice: str


class GroupDeck(Tap, frozen=True, tag="gd"):
    """Give the group a deck or take it away; quiz: and begin."""

    deck_id: int
    wanted: bool
    quiz: bool


class GroupDecksAt(Tap, frozen=True, tag="gp"):
    """The page of the group's list that holds this deck; quiz: as GroupDeck."""

    deck_id: int
    quiz: bool


class GroupTopic(Tap, frozen=True, tag="gt"):
    """put the deck into the topic where the button stands, take it out, or at: the page of the list that holds it."""

    deck_id: int
    choice: str


class GroupNext(Tap, frozen=True, tag="gn"): ...


class GroupAsk(Tap, frozen=True, tag="gq"):
    """A card of that deck of the group's, which is one of several that were meant."""

    deck_id: int


class Hide(Tap, frozen=True, tag="gh"):
    """Leave the board, or stand on it again."""

    hidden: bool


class MyState(Tap, frozen=True, tag="gm"): ...


class GoOn(Tap, frozen=True, tag="go"): ...
