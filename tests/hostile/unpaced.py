"""The bot as it is run, but that it sends as fast as it can: `python -m tests.hostile.unpaced`."""

import asyncio
import os
import signal

from bot.app import App
from bot.chat.pace import NONE
from bot.cli import freeze
from bot.clock import SystemClock
from bot.logs import set_up
from bot.settings import load


async def main() -> None:
    settings = load(os.environ, None, need_token=True)
    set_up(settings.log_level, as_json=settings.log_json)
    app = App(settings, SystemClock(), NONE)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.tell_to_stop)
    await app.start()
    freeze()
    try:
        await app.run()
    finally:
        await app.stop()


if __name__ == "__main__":
    asyncio.run(main())
