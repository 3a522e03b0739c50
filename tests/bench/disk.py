"""The floor of whatever is kept: what it takes to put a page on this disk."""

import os
import time
from pathlib import Path


def flush_ms(folder: Path, many: int = 101) -> tuple[float, float]:
    """Milliseconds that a flush of a page takes: the middle one of many, and the one that 99 % are below."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(many):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    took.sort()
    return 1000 * took[many // 2], 1000 * took[many * 99 // 100]
