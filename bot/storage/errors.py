"""What can go wrong between us and the database; the driver's own errors stop here."""

from pathlib import Path


class StorageFailed(Exception):  # noqa: N818 (it tells what happened)
    """The database could not be reached or written just now, and nothing of this transaction was kept.

    Trying again later may help. `what` says it in a few words without any content.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Ending(StorageFailed):
    """Another program had the database, and this one was told to end and waits no longer: the next life does it."""


class StorageFull(StorageFailed):
    """There is no room left on the disk."""

    def __init__(self) -> None:
        super().__init__("the disk is full")


class DatabaseRefused(Exception):  # noqa: N818 (it tells what happened)
    """This file cannot be used as it is; `message` says in one line what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DatabaseMissing(DatabaseRefused):
    """There is no such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is no database {path}: start the bot once, which makes it, or set BOT_DATABASE_URL anew."
        )


class DiskFull(DatabaseRefused):
    """There was no room to write this file; once there is, the same goes well."""

    def __init__(self, path: Path, more: str = "Make room there.") -> None:
        super().__init__(f"The disk is full: {path} cannot be written. {more}")


class DatabaseForeign(DatabaseRefused):
    """A SQLite database, but not one of Deckhand's."""


class DatabaseNewer(DatabaseRefused):
    """Nothing is wrong with the database, but it is of a newer Deckhand."""


class DatabaseDamaged(DatabaseRefused):
    """The file is damaged, or no database at all."""
