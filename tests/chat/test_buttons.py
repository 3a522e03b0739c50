"""What buttons carry: packed and parsed again it is the same, and nothing else is taken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from bot.app import TAPS
from bot.chat import buttons
from bot.chat.buttons import LIMIT_BYTES, Give, MoreNew, Show, Study, Tap, Zone, kinds, parse
from bot.study.hours import zone_names

NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
WORDS = st.text("abcxyzABC019_+/-", max_size=20)


def taps() -> st.SearchStrategy[Tap]:
    """Any tap with any values that fit its fields."""
    values = {"int": NUMBERS, "bool": st.booleans(), "str": WORDS}
    types = {int: "int", bool: "bool", str: "str"}
    return st.one_of(
        [
            st.builds(kind, **{field.name: values[types[field.type]] for field in fields(kind)})  # type: ignore[index]
            for kind in kinds()
        ]
    )


@given(tap=taps())
@settings(max_examples=300)
def test_packed_then_parsed_is_the_same_tap(tap: Tap) -> None:
    """A payload means the tap it was made of and fits into Telegram's 64 bytes; one that does not fit is never made."""
    try:
        payload = tap.pack()
    except ValueError:
        assert len(str(tap)) > LIMIT_BYTES / 2
        return
    assert len(payload.encode()) <= LIMIT_BYTES
    assert parse(payload) == tap


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real payload in which a stretch was replaced: by anything, surrogates and other alphabets' digits among it."""
    try:
        real = draw(taps()).pack()
    except ValueError:
        real = "s:1"
    begin = draw(st.integers(0, len(real)))
    end = draw(st.integers(begin, min(begin + 3, len(real))))
    odd = st.sampled_from(["१", "２", "²", "_", "+", "-", "0", " ", "\n", "\0", ":", "\ud800", "e", "9" * 19, "x" * 70])
    return real[:begin] + draw(st.one_of(odd, st.text(st.characters(), max_size=3))) + real[end:]


SHAPED = st.from_regex(r"[a-z]{1,2}(:-?[0-9a-z]{0,20}){0,4}", fullmatch=True)


@given(payload=st.one_of(st.text(st.characters(), max_size=80), SHAPED, mutated()))
@settings(max_examples=400)
def test_any_payload_is_read_or_refused(payload: str) -> None:
    """Whatever comes in, parsing ends in None or in a tap that packs into these very bytes: none has two spellings."""
    tap = parse(payload)
    assert tap is None or tap.pack() == payload


@given(payload=st.binary(max_size=80))
def test_any_bytes_are_no_tap_or_one(payload: bytes) -> None:
    """Bytes that are no text at all, as a server might hand them on, end in the same two ways."""
    for text in (payload.decode("utf-8", "surrogateescape"), payload.decode("latin-1")):
        tap = parse(text)
        assert tap is None or tap.pack() == text


@pytest.mark.parametrize(
    "payload",
    [
        *("", "s", "s:", "s:x", "s:1:2", "S:1", "s: 1", "s:1\n", "s:+1", "s:1.0", "s:" + "9" * 19, "s:²", "s:१"),
        *("s:1_0", "s:01", "s:-0", "s:-", "s:1\0", "s:\ud8001", "t:" + "a" * 40 + ":" + "0" * 30, f"s:{2**63}"),
        *("l:1:2", "l:1:", "l:1:true", "t:Europe/Berlin", "t:Europe Berlin:0", "t:Ünter:0", "t:" + "a" * 41 + ":0"),
        *("g:1:2", "nonsense", ":", "::", "☃", "ds:"),
    ],
)
def test_what_no_button_held_is_no_tap(payload: str) -> None:
    """Wrong codes, counts, numbers that are none or too large, truth values and words out of bounds."""
    assert parse(payload) is None


def test_the_largest_ids_fit() -> None:
    """A turn's id of eighteen digits and a promise of ten years leave room."""
    assert len(Give(10**18 - 1, 4, 36_500).pack()) < LIMIT_BYTES
    assert parse(Show(10**18 - 1).pack()) == Show(10**18 - 1)


def test_a_kind_that_got_a_field_reads_the_buttons_of_before() -> None:
    """What a button held before it is written and read as it was; nobody ever wrote it out."""
    assert (Study(7, ahead=True).pack(), parse("q:7:1")) == ("q:7:1", Study(7, ahead=True))
    assert (MoreNew(739_000, 5, 7).pack(), parse("n:739000:5:7")) == ("n:739000:5:7", MoreNew(739_000, 5, 7))
    assert parse("q:7:1:2") == Study(7, ahead=True, depth=2)
    assert (parse("q:7:1:0"), parse("q:7"), parse("q:7:1:2:0")) == (None, None, None)


def test_every_zone_fits_a_button() -> None:
    """The longest IANA name too."""
    for name in zone_names():
        assert parse(Zone(name, settings=True).pack()) == Zone(name, settings=True)


def test_every_kind_of_tap_has_its_handler() -> None:
    """No button leads nowhere, and no handler waits for a button that cannot be."""
    assert set(TAPS) == set(kinds())
    tags = [kind.__struct_config__.tag for kind in kinds()]
    assert len(set(tags)) == len(tags), "two kinds with one tag"
    assert set(buttons.BESIDE_A_TURN) | set(buttons.ON_THE_WAY) <= set(kinds())
