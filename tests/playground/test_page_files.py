"""What the page's files hold, and above all what they never do."""

import re
from pathlib import Path

import pytest

from bot.playground.page import FILES


def scripts() -> list[Path]:
    return sorted(FILES.glob("*.js"))


def test_messages_never_become_markup() -> None:
    """No script turns text into HTML, and none runs text as a script."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b"
    for script in scripts():
        assert not re.search(forbidden, script.read_text("utf-8")), script.name


def test_the_markup_holds_neither_style_nor_script() -> None:
    """The page would break under its own Content-Security-Policy otherwise."""
    page = (FILES / "index.html").read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script[^>]*>[^<]", page)


def test_no_file_names_a_foreign_address() -> None:
    """Nothing is fetched from elsewhere: the only addresses are the name of SVG and Telegram's own link names."""
    for path in FILES.iterdir():
        found = set(re.findall(r"https?://[a-z0-9.]+", path.read_text("utf-8")))
        assert found <= {"http://www.w3.org"}, path.name


def colours() -> dict[str, dict[str, str]]:
    """The colours by scheme; dark takes from light what it does not name."""
    light, dark = (FILES / "colours.css").read_text("utf-8").split("@media")
    pairs = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": pairs[0], "dark": pairs[0] | pairs[1]}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_ink_can_be_read_on_its_ground(scheme: str) -> None:
    """Each ink keeps 4.5 to 1 on the ground that its name begins with."""
    found = colours()[scheme]
    grounds = [name for name in found if f"{name}-ink" in found]
    inks = [name for name in found if name.endswith("-ink")]
    assert len(inks) > 15
    for ink in inks:
        ground = max((name for name in grounds if ink.startswith(f"{name}-")), key=len)
        assert contrast(found[ground], found[ink]) >= 4.5, (scheme, ground, ink)
