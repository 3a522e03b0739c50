"""A small disk of its own for the database, which can be filled and freed, where this machine lets us have one."""

import asyncio
import contextlib
import errno
import functools
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

SIZE = "24m"


class Disk:
    """The disk that the database lies on. `small`: one of its own, so it can be full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.small = False
        self.limited: asyncio.subprocess.Process | None = None  # whose writes fail

    def mount(self) -> bool:
        """Whether a small disk could be had."""
        self.folder.mkdir(exist_ok=True)
        mount = shutil.which("mount")
        if mount is None:
            return False
        done = subprocess.run(
            [mount, "-t", "tmpfs", "-o", f"size={SIZE}", "storm", str(self.folder)], capture_output=True, check=False
        )
        self.small = done.returncode == 0
        return self.small

    def unmount(self) -> None:
        if self.small:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)

    def fill(self) -> None:
        """Leave no free byte; on a disk that others use nothing is done."""
        if not self.small:
            return
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for size in (2**20, 2**12, 1):
                try:
                    while True:
                        ballast.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    @property
    def is_broken(self) -> bool:
        """Whether something cannot be written now."""
        return self.limited is not None or (self.folder / "ballast").exists()

    def mend(self) -> None:
        """Everything can be written again."""
        (self.folder / "ballast").unlink(missing_ok=True)
        if self.limited is not None and self.limited.returncode is None:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(self.limited.pid, resource.RLIMIT_FSIZE, unlimited)
        self.limited = None


@functools.cache
def may_mount() -> bool:
    """Whether this user may have small disks at all; found out by having one."""
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        disk = Disk(Path(folder) / "small")
        could = disk.mount()
        disk.unmount()
    return could
