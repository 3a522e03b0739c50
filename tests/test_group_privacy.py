"""In whatever a group does, nobody is shown another's grade, or a back before they looked or the turn closed."""

from tests.histories import play_many


async def test_nobody_is_ever_shown_what_they_may_not_see() -> None:
    """Invented histories on servers of all ages; thousands more are played by `python -m tests.histories`."""
    await play_many(range(12))
