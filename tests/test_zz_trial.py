"""x"""

from datetime import timedelta


async def test_group(anna, ben, cleo, clock, playground):
    """x"""
    g = playground.group("Study", [anna, ben, cleo], [anna], with_bot=False)
    print(await g.adds_bot(anna))
    print(await anna.sends("/quiz", g))
    print(await anna.taps(g.sees().labels[0], chat=g))
    print(await anna.sends("/quiz", g))
    print(await ben.taps("Show answer", chat=g))
    print(ben.toasts, ben.answers)
    await ben.taps("Good", chat=g)
    print(ben.toasts)
    await g.migrates()
    print(await cleo.tap_twice("Show answer", chat=g))
    print(cleo.toasts)
    await clock.advance(minutes=11)
    print(g.sees())
    print(playground.counts)


async def test_proc(bot_process, anna, clock, playground):
    """x"""
    await bot_process.start()
    print(await anna.sends("/start"))
    bot_process.dies_at("editMessageText", "after")
    anna.taps_unheard("Capitals")
    print(await bot_process.dead())
    print(anna.sees())
    await bot_process.restart()
    await clock.advance(days=1)
    print(anna.sees(), await bot_process.terminate(), bot_process.words())
