"""What importing the bot costs beside importing nothing but its libraries, each time in a fresh process."""

import asyncio
import json
import statistics
import sys
from pathlib import Path

from tests.bench.child import measured_core
from tests.bench.table import Figure
from tests.people import surroundings

MOST = 1.3
# Everything that the program loads and that is not its own.
_LIBRARIES = """
import json, sys
before = set(sys.modules)
import bot.app
print(json.dumps([name for name in sys.modules if name not in before and name.partition(".")[0] != "bot"]))
"""
_TIMED = """
import sys, time
from importlib import import_module
began = time.process_time()
for name in sys.argv[1:]:
    import_module(name)
print(time.process_time() - began)
"""


async def measure(folder: Path, rounds: int = 9) -> list[Figure]:
    libraries = json.loads(await _said(folder, _LIBRARIES))
    took: dict[str, list[float]] = {"bot": [], "libraries": []}
    for _ in range(rounds):
        took["libraries"].append(float(await _said(folder, _TIMED, *libraries)))
        took["bot"].append(float(await _said(folder, _TIMED, "bot.app")))
    ours, theirs = (statistics.median(each) for each in took.values())
    ratio = ours / theirs
    figures = (f"{1000 * ours:.0f} ms", f"{1000 * theirs:.0f} ms", f"{ratio:.2f}", f"<= {MOST:g}")
    return [Figure("importing bot.app: processor time", *figures, ratio <= MOST)]


async def _said(folder: Path, *words: str) -> str:
    # Compiled once, as on a server: here the surroundings may forbid that.
    compiled = {**surroundings(), "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}
    # The library that calls Telegram reads the certificates when it is imported.
    del compiled["SSL_CERT_FILE"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", *words), env=compiled, stdout=asyncio.subprocess.PIPE, preexec_fn=measured_core
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return said.decode()
