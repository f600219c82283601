"""Files written whole or not at all, folders that one writes at a time, and what killed runs have left."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = [
    "FileExistsProblem",
    "FolderInUse",
    "folder_lock",
    "part_prefix",
    "remove_leftovers",
    "resolved",
    "write_whole",
]

_LOCK = ".modellaw.lock"
_PATIENCE = 60.0  # seconds
_PART = ".part"


class FileExistsProblem(Exception):
    """A file that was not to be replaced is there already."""


class FolderInUse(Exception):
    """Another run writes into a data folder, and does not end."""


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other runs from writing into a data folder, from reading it to writing; waits for a run that does.

    Raises `FolderInUse` after a minute, `OSError` where the folder can't be written.
    """
    import filelock

    lock = filelock.FileLock(str(folder / _LOCK), timeout=_PATIENCE)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise FolderInUse(f"Another run of modellaw writes into {folder}. Nothing was written: try again.") from None
    try:
        for inside in (folder, *folder.glob("*/"), *folder.glob("*/answers/")):
            remove_leftovers(inside, "*")
        yield
    finally:
        lock.release()


def resolved(path: Path) -> Path:
    """Where a path leads, links followed. Raises `OSError` where links lead in a circle."""
    try:
        return path.resolve()
    except (RuntimeError, OSError):  # RuntimeError before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def remove_leftovers(folder: Path, name: str) -> None:
    """Remove the unfinished files and folders of `name` ("*": any) in a folder that runs have left which were killed."""
    import shutil

    name = name if name == "*" else name.translate({ord(sign): "?" for sign in "[]*"})
    for path in folder.glob(f".{name}.*{_PART}"):
        owner = path.name.removesuffix(_PART).rpartition(".")[0].rpartition(".")[2]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether a process of this machine runs; where that can't be told, it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def part_prefix(name: str) -> str:
    """How the name of an unfinished file or folder begins: it names the process that writes it."""
    return f".{name}.{os.getpid()}."


def write_whole(path: Path, make: Callable[[Path], object], *, replace: bool) -> None:
    """Let `make` write a file beside `path`, then put it in place; a failure leaves nothing behind.

    A link stays one, and a file keeps its mode. Raises `FileExistsProblem` where the file is there
    and not to be replaced, `PermissionError` where it is write-protected.
    """
    path = resolved(path)
    mode: int | None = None
    if path.exists():
        if not replace:
            raise FileExistsProblem(f"{path} is there already. Name another file, or replace it with --force.")
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & 0o222:
            raise PermissionError(errno.EACCES, "it is write-protected", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is no folder. Make it first, or name another place.")
    remove_leftovers(path.parent, path.name)
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=part_prefix(path.name), suffix=_PART)
        part = Path(name)
        os.close(handle)
        make(part)
        part.chmod(_usual_mode() if mode is None else mode)
        part.replace(path)
    except OSError as error:
        if error.strerror and (part is None or error.filename in (None, str(part))):
            raise type(error)(error.errno, error.strerror, str(path)) from error  # not the name of the part
        raise
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _usual_mode() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
