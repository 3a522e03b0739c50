"""Whose files they are. Root may look after the bot's, and they stay the bot's; who may not use them is told why."""

import contextlib
import os
import pwd
import stat
from pathlib import Path

from bot.storage.errors import DatabaseRefused


def give(path: Path, like: Path) -> None:
    """Let a file that root made belong to whoever `like` belongs to; whatever others make is their own."""
    if os.geteuid() == 0:
        status = like.stat()
        # A link is not followed: what it leads to may be none of ours.
        os.chown(path, status.st_uid, status.st_gid, follow_symlinks=False)


def give_open(handle: int, like: Path) -> None:
    """The same of an open file, whatever lies under its name by now."""
    if os.geteuid() == 0:
        status = like.stat()
        os.chown(handle, status.st_uid, status.st_gid)


def give_all(folder: Path, like: Path) -> None:
    """The same of all files in a folder."""
    if os.geteuid() == 0:
        for path in folder.iterdir():
            give(path, like)


def own_folder(folder: Path, like: Path) -> None:
    """Make a folder into which only whoever `like` belongs to may look. One that is there becomes so if it can."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink():
        return  # what it leads to may be none of ours
    # Somebody else's, or one that knows no rights, does as it did.
    with contextlib.suppress(OSError):
        give(folder, like)
        if mode_of(folder) != 0o700:
            folder.chmod(0o700)


def next_of(path: Path) -> Path:
    """What tells whose a file under this name is to be: the one that is there, or else its folder."""
    return path if path.exists() else path.parent


def mode_of(path: Path) -> int:
    """The rights on this file; its owner's alone if there is none."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600


def refuse_forbidden(database: Path, *, writing: bool) -> None:
    """Return if this user may use what there is of the database; raises DatabaseRefused that names the owner.

    `writing`: who writes it has to be able to forget somebody, too.
    """
    for end in ("", "-wal", "-shm", *([".forgotten"] if writing else [])):
        path = database.with_name(database.name + end)
        if not path.exists():
            continue
        if not _may(path, os.R_OK):
            raise DatabaseRefused(forbidden(path, "read"))
        if writing and not _may(path, os.W_OK):
            raise DatabaseRefused(forbidden(path, "written"))


def forbidden(path: Path, done: str) -> str:
    """In one line that this user may not do that with the file, whose it is, and what helps."""
    return _forbidden(path, f"may not be {done} by this user ({_name(os.geteuid())})", "u+rw", path.parent)


def unreadable(path: Path) -> str:
    """The same of a file that this user needs to read: what root made and did not leave to them is to be theirs."""
    if path.stat().st_uid:
        return forbidden(path, "read")
    me = _name(os.geteuid())
    return f"{path} belongs to {_name(0)} and may not be read by this user ({me}): as root, chown {me} {path}."


def closed(database: Path) -> DatabaseRefused | None:
    """Why SQLite may put nothing beside the database, which it needs to do also to read it; None if it may."""
    folder = database.absolute().parent
    what = shut(folder, database if database.exists() else folder.parent)
    return DatabaseRefused(f"{database} cannot be opened. {what}") if what else None


def shut(folder: Path, told_by: Path) -> str:
    """In one line that this user may make no file in the folder, whose it is, and what helps; empty if they may.

    `told_by`: as for a file, whoever owns that one is meant to own the folder.
    """
    if not folder.is_dir() or _may(folder, os.W_OK | os.X_OK):
        return ""
    return _forbidden(folder, f"this user ({_name(os.geteuid())}) may make no file in it", "u+rwx", told_by)


def _forbidden(path: Path, what: str, rights: str, told_by: Path) -> str:
    """`told_by`: whoever owns that one is meant to own this one, too."""
    me, owner = os.geteuid(), path.stat().st_uid
    if owner == me:
        helps = f"chmod {rights} {path}"
    elif told_by.stat().st_uid == me:
        helps = f"as root, chown {_name(me)} {path}"
    else:
        helps = f"run this as {_name(owner)}"
    return f"{path} belongs to {_name(owner)} and {what}: {helps}."


def _may(path: Path, right: int) -> bool:
    # Asked and not tried: a file that this process opens and closes loses SQLite's locks on it.
    if os.access(path, right, effective_ids=os.access in os.supports_effective_ids):
        return True
    # Where nobody may write, the owner has no say in it, and SQLite says so.
    return bool(right & os.W_OK) and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
