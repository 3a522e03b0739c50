"""What failed rests before it is tried again."""

from bot.chat.rests import Rests


def test_each_rest_is_twice_as_long_as_the_one_before() -> None:
    """Two seconds, four, and never more than the longest."""
    rests: Rests[str] = Rests(2.0, 7.0)
    now, seconds = 100.0, []
    for _ in range(4):
        rests.begin("a", now)
        seconds.append(rests.ends_at("a") - now)
        now = rests.ends_at("a")
    assert seconds == [2.0, 4.0, 7.0, 7.0]
    assert rests.resting(now - 0.1) == {"a"}
    assert rests.resting(now) == set()


def test_a_longer_rest_is_kept_and_makes_the_next_no_longer() -> None:
    """As when Telegram says for how long a chat must wait."""
    rests: Rests[str] = Rests(2.0, 60.0)
    rests.begin("a", 0.0, at_least=30.0)
    assert rests.ends_at("a") == 30.0
    rests.begin("a", 30.0)
    assert rests.ends_at("a") == 34.0


def test_what_went_well_rests_as_for_the_first_time() -> None:
    """A success ends the doubling."""
    rests: Rests[str] = Rests(2.0, 60.0)
    rests.begin("a", 0.0)
    rests.over("a")
    assert rests.ends_at("a") == 0.0
    rests.begin("a", 10.0)
    assert rests.ends_at("a") == 12.0


def test_what_is_never_tried_again_is_forgotten() -> None:
    """It is remembered for as long as the longest rest, and no longer."""
    rests: Rests[str] = Rests(2.0, 60.0)
    rests.begin("a", 0.0)
    rests.tidy(61.9)
    rests.begin("a", 61.9)
    assert rests.ends_at("a") == 65.9
    rests.tidy(200.0)
    rests.begin("a", 200.0)
    assert rests.ends_at("a") == 202.0
