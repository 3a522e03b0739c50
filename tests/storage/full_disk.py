"""A disk that is full: without one, or where the machine lets us have one, a small one that is."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

_SIZE = 8 * 2**20


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Files cannot grow beyond that, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder: Path, kind: str = "tmpfs") -> Iterator[Path]:
    """The folder, on a disk of its own; the test is skipped where this user may have none.

    ext4 finds out later than a disk in memory that there is no room, and in other places.
    """
    folder.mkdir()
    image = folder.with_name(f"{folder.name}.img")
    what = ("-t", "tmpfs", "-o", f"size={_SIZE},nr_inodes=64", "small")
    try:
        if kind == "ext4":
            with image.open("wb") as file:
                file.truncate(_SIZE)
            subprocess.run(
                ["mkfs.ext4", "-q", "-m", "0", "-b", "4096", "-N", "64", image], check=True, capture_output=True
            )
            what = ("-o", "loop", str(image))
        subprocess.run(["mount", *what, folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"No disk was full: this user may not mount a small one ({kind}).")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)
        image.unlink(missing_ok=True)


@contextmanager
def filled(folder: Path, *, but: int = 0) -> Iterator[None]:
    """No byte is free on the disk on which the folder lies, but for so many."""
    spared, ballast = folder / "spared", folder / "ballast"
    spared.write_bytes(b"x" * but)
    with ballast.open("wb", buffering=0) as file:
        # ext4 lets go of what was deleted, and of what it kept in reserve, when all of it is on the disk.
        for size in (1, 2**20, 2**12, 1, 2**12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
                    if file.tell() == 1:
                        break
            with suppress(OSError):
                os.fsync(file.fileno())
    spared.unlink()
    _settled(folder)
    try:
        yield
    finally:
        ballast.unlink()
        _settled(folder)


def _settled(folder: Path) -> None:
    """What was deleted is free again."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def no_more_files(folder: Path, *, but: int = 0) -> Iterator[None]:
    """No file can be made on the disk on which the folder lies, but for so many."""
    made = []
    with suppress(OSError):
        for number in count():
            made.append(folder / f"one-{number}")
            made[-1].touch()
    made.pop()
    for spared in made[len(made) - but :]:
        spared.unlink()
    try:
        yield
    finally:
        for each in made:
            each.unlink(missing_ok=True)
