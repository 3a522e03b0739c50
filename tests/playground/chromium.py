"""The browser of this machine, and how it is started where nobody sees it."""

import shutil

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser of this machine."""
    return shutil.which("chromium") or shutil.which("google-chrome")
