"""Finding a zone by the clock and by a typed name."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.hours import known_zone, local, zone_names
from bot.study.places import named_places
from bot.study.zones import by_clock, by_name, clock_choices, suggestions

WINTER = datetime(2026, 1, 15, 13, 5, 40, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 13, 5, 40, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "shown", "first"),
    [
        (WINTER, "14:05", "Europe/Berlin"),
        (SUMMER, "15:05", "Europe/Berlin"),
        (WINTER, "13:05", "Europe/London"),
        (WINTER, "08:05", "America/New_York"),
        (WINTER, "18:35", "Asia/Kolkata"),
        (WINTER, "18:50", "Asia/Kathmandu"),
        (WINTER, "02:05", "Pacific/Auckland"),
        (WINTER, "14:12", "Europe/Berlin"),  # a clock that is six minutes fast
        (WINTER, "13:59", "Europe/Berlin"),  # and one that is slow
    ],
)
def test_a_clock_tells_the_zone(now, shown, first):
    """The time on somebody's clock leads to the zones that have it, the likeliest first."""
    assert by_clock(now, time.fromisoformat(shown))[0] == first


def test_a_time_that_is_nowhere_has_no_zone():
    """A quarter of an hour that no zone uses, or a clock between two quarters, finds nothing."""
    assert by_clock(WINTER, time(14, 20)) == ()
    assert by_clock(WINTER, time(14, 13, 9)) == ()


def test_the_suggestions_have_different_rules():
    """Few well-known zones are offered, and first those that will not always agree."""
    assert suggestions(SUMMER, time(15, 5)) == ("Europe/Berlin", "Africa/Johannesburg", "Europe/Paris")
    assert suggestions(WINTER, time(14, 5)) == ("Europe/Berlin", "Africa/Lagos", "Africa/Casablanca")
    assert suggestions(WINTER, time(18, 50)) == ("Asia/Kathmandu",)
    assert len(suggestions(WINTER, time(14, 5), most=5)) == 5


def test_the_likeliest_times_come_first():
    """Whole hours come before the others, and all of the world's times are there once."""
    choices = clock_choices(WINTER)
    assert choices[:3] == (time(14, 5), time(13, 5), time(16, 5))
    assert len(choices) == len(set(choices)) == 35
    assert {choice.minute for choice in choices[:24]} == {5}
    assert 5 not in {choice.minute for choice in choices[24:]}


@given(MOMENTS, st.integers(0, 300))
@settings(max_examples=20, deadline=None)
def test_every_offered_time_leads_to_zones_that_show_it(now, thought_for_s):
    """Whichever time is tapped, up to five minutes after it was shown, its zones showed it."""
    for shown in clock_choices(now):
        found = by_clock(now + timedelta(seconds=thought_for_s), shown)
        assert found
        assert {local(now, name).time().replace(second=0, microsecond=0) for name in found} == {shown}


@given(MOMENTS, st.sampled_from(sorted(zone_names())))
@settings(max_examples=60, deadline=None)
def test_everybodys_clock_is_among_the_choices(now, name):
    """Wherever somebody lives, the time on their clock is offered."""
    assert local(now, name).time().replace(second=0, microsecond=0) in clock_choices(now)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(
            (text, "Europe/Berlin")
            for text in ("Berlin", "berlin", " BERLIN ", "Berln", "Belrin", "europe/berlin", "Europe Berlin", "берлин")
        ),
        *(
            (text, "Europe/Berlin")
            for text in ("Munich", "München", "Munchen", "Muenchen", "münchen", "Hamburg", "Köln", "Koeln", "Cologne")
        ),
        *(
            (text, "Europe/Berlin")
            for text in ("Germany", "Berlin, Germany", "I live in Hamburg", "Berlin time", "Frankf", "MEZ")
        ),
        *(
            (text, "Europe/Moscow")
            for text in ("Москва", "москва", "Moscow", "Moskow", "St. Petersburg", "Санкт-Петербург")
        ),
        *((text, "America/Los_Angeles") for text in ("San Francisco", "san fransisco", "Los Angles", "Seattle")),
        *((text, "America/New_York") for text in ("NYC", "new york", "New York City", "Boston", "Philadelpia", "EST")),
        *((text, "America/Sao_Paulo") for text in ("São Paulo", "sao paulo", "saopaulo", "Rio de Janeiro")),
        *((text, "Asia/Shanghai") for text in ("Beijing", "bejing", "北京")),
        *((text, "Asia/Kolkata") for text in ("Mumbai", "Bombay", "Calcutta", "Bengaluru", "+5:30", "UTC+05:30")),
        *((text, "Europe/Kyiv") for text in ("Kyiv", "Kiev", "Київ")),
        *((text, "Asia/Tokyo") for text in ("Tokyo", "Tokio", "東京", "Japan")),
        *((text, "Europe/Warsaw") for text in ("Łódź", "Lodz", "Kraków", "Warszawa")),
        ("Wien", "Europe/Vienna"),
        ("Zürich", "Europe/Zurich"),
        ("Zuerich", "Europe/Zurich"),
        ("İstanbul", "Europe/Istanbul"),
        ("Buenos", "America/Argentina/Buenos_Aires"),
        ("Lord Howe", "Australia/Lord_Howe"),
        ("Reykjavik", "Atlantic/Reykjavik"),
        ("South Korea", "Asia/Seoul"),
        ("asia/calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("utc+2", "Etc/GMT-2"),
        ("GMT-3", "Etc/GMT+3"),
        ("+14", "Etc/GMT-14"),
    ],
)
def test_a_typed_name_leads_to_its_zone(text, found):
    """Cities, countries and zone names are found in the ways in which people write them."""
    assert by_name(text)[0] == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "hello",
            "banana",
            "asdf",
            "quiz",
            "later",
            "thanks",
            "gradient",
            "softmax",
            "paper",
            "parts",
            "window",
            "8pm",
            "20:00",
        ),
        *(
            "good morning",
            "machine learning",
            "yes",
            "no",
            "card",
            "winter",
            "great",
            "broken",
            "center",
            "what is this",
            "привет",
        ),
        *("", " ", "...", "/", "+99", "utc+15", "-13", "1234", "🙂", "x" * 5000, "in", "I live in"),
    ],
)
def test_other_words_lead_nowhere(text):
    """What names no place gives no zone, rather than a guess."""
    assert by_name(text) == ()


def test_a_name_of_two_cities_offers_both():
    """Where a name means several places, each is offered."""
    assert set(by_name("Birmingham")) == {"Europe/London", "America/Chicago"}
    assert by_name("Australia")[0] == "Australia/Sydney"
    assert len(by_name("Russia")) == 6


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_known_zones_or_none(text):
    """No text makes the search fail or leads to a zone that does not exist."""
    assert all(known_zone(name) for name in by_name(text))


def test_every_zone_is_found_by_its_own_name():
    """Whoever knows the name of their zone can type it."""
    for name in zone_names():
        if "/" in name:
            assert by_name(name.lower()) == (name,)
            if not name.startswith("Etc/"):
                assert name in by_name(name.replace("_", " ").replace("/", " ").upper())


def test_the_table_names_zones_that_exist():
    """Every line of the table of places is a zone, once, and each of its names leads to it."""
    names = [name for name, _ in named_places()]
    assert len(set(names)) == len(names)
    for name, others in named_places():
        assert known_zone(name)
        for other in others:
            assert name in by_name(other), other
