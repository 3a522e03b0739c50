"""What a group's members gain from a card, taken together."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from bot.study.memory import Policy, first_rise, rise

HORIZON_DAYS = 30
# Gains that differ by less are equal: sums of the same numbers in another order are not the same to the last bit.
_DIGITS = 9

# Learner, card, stability, difficulty, days and study days since the last grade: a row, as there are thousands.
Met = tuple[int, int, float, float, float, int]


class Member(Struct, frozen=True):
    """Somebody who takes part: how many new cards are left for today, and the policy of the schedule."""

    learner_id: int
    new_left: int
    policy: Policy


class Gains(Struct, frozen=True):
    """What a turn brings the members who take part, summed, card by card.

    The gain of one member is the rise of the chance that this member knows the card, averaged over 30 days.

    Attributes:
        by_card: of the cards that any of them has met.
        unmet: of any other card.
    """

    by_card: dict[int, float]
    unmet: float

    def of(self, card_id: int) -> float:
        return self.by_card.get(card_id, self.unmet)

    def best(self, besides: Collection[int] = ()) -> list[int]:
        """Of the cards that were met those, all equal, with the greatest gain."""
        left = {card_id: gain for card_id, gain in self.by_card.items() if card_id not in besides}
        most = max(left.values(), default=0.0)
        return [card_id for card_id, gain in left.items() if gain == most]


def gains(members: Iterable[Member], met: Iterable[Met]) -> Gains:
    """What each card brings, from all that these members have met of the cards in question.

    A card graded today brings that member nothing, a new one only while that member's new cards of the day last.
    """
    of_new, rises = {}, {}
    for member in members:
        parameters = member.policy.parameters
        of_new[member.learner_id] = first_rise(HORIZON_DAYS, parameters) if member.new_left > 0 else 0.0
        rises[member.learner_id] = rise(HORIZON_DAYS, parameters)
    unmet = sum(of_new.values())
    sums: dict[int, float] = {}
    for learner_id, card_id, stability, difficulty, elapsed, study_days in met:
        gain = -of_new[learner_id]
        if study_days > 0 and elapsed > 0:
            gain += rises[learner_id](stability, difficulty, elapsed)
        sums[card_id] = sums.get(card_id, unmet) + gain
    return Gains({card_id: round(gain, _DIGITS) for card_id, gain in sums.items()}, round(unmet, _DIGITS))
