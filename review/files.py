"""Files written whole or not at all, folders that one process writes at a time, and what killed runs have left."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from country_data import ChoiceError

__all__ = [
    "FolderInUseError",
    "OutputError",
    "OutputExistsError",
    "check_not_in_data",
    "folder_lock",
    "holds_series",
    "part_prefix",
    "remove_leftovers",
    "resolved",
    "write_files",
]

LOCK = ".modellaw.lock"
_PATIENCE = 60.0  # seconds
_PART = ".part"
# the tables of a data folder, which a workbook of the same name would stand in for
_TABLES = ("countries", "editions", "sources", "published_figures", "law_changes", "corrections")


class OutputError(Exception):
    """What was asked for can't be written; the message is a sentence for the user."""


class OutputExistsError(OutputError):
    """A file that was not to be replaced is there already."""


class FolderInUseError(OutputError):
    """Another run writes into a data folder, and does not end."""


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other runs from writing into a data folder, from reading it to writing; waits for a run that does.

    Raises `FolderInUseError` after a minute, `OSError` where the folder can't be written.
    """
    import filelock

    lock = filelock.FileLock(str(folder / LOCK), timeout=_PATIENCE, is_singleton=True)
    try:
        lock.acquire()
    except filelock.Timeout:
        message = f"Another run of modellaw writes into {folder}. Nothing was written: try again."
        raise FolderInUseError(message) from None
    try:
        for inside in (folder, *folder.glob("*/"), *folder.glob("*/answers/")):
            remove_leftovers(inside, "*")
        yield
    finally:
        lock.release()


def resolved(path: Path) -> Path:
    """The path with links followed. Raises `OSError` where links lead in a circle."""
    try:
        return path.resolve(strict=os.path.lexists(path))
    except RuntimeError:  # what a circle was before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
    except FileNotFoundError:  # a link to what is not there
        return path.resolve()


def holds_series(folder: Path) -> bool:
    """Whether the folders of series stand in this one."""
    return any(folder.glob("*/series.toml"))


def check_not_in_data(output: Path, data: Path | None = None, *, is_folder: bool = False) -> None:
    """Raise `ChoiceError` for an output among the tables of a data folder, which commands would then read.

    `data`: the data folder in use; any other is known by a series in it. A workbook may stand beside the folders of
    series, if it has not the name of a table; `is_folder`: the output is a folder, with tables in it.
    """
    for place in {resolved(output), Path(os.path.abspath(output))}:  # noqa: PTH100 -- without following links
        for folder in (place, *place.parents[:3]) if is_folder else place.parents[:3]:
            in_use = data is not None and data.is_dir() and folder == resolved(data)
            if not in_use and not holds_series(folder):
                continue
            depth = len(place.relative_to(folder).parts) + is_folder
            beside = not is_folder and depth == 1 and place.suffix.lower() == ".xlsx" and place.stem not in _TABLES
            # deeper than a folder beside the series only answers and frameworks are read
            read = depth <= 2 or place.relative_to(folder).parts[1] == "answers"
            if read and not beside:
                message = f"{output} is inside the data folder {folder}, among its tables. Name another place."
                raise ChoiceError(message)


def remove_leftovers(folder: Path, name: str) -> None:
    """Remove the unfinished files and folders of `name` ("*": any) in `folder` that killed runs have left."""
    name = name if name == "*" else name.translate({ord(sign): "?" for sign in "[]*"})
    for path in folder.glob(f".{name}.*{_PART}"):
        owner = path.name.removesuffix(_PART).rpartition(".")[0].rpartition(".")[2]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether a process of this machine runs; True where that can't be told."""
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
    """The beginning of the name of an unfinished file or folder, with the process that writes it."""
    return f".{name}.{os.getpid()}."


def write_files(contents: Mapping[Path, bytes], *, replace: bool) -> None:
    """Write files, all of them or none: first each beside its place, then all are renamed.

    (A process that is killed between two renames leaves some of each; what it leaves beside them, the next removes.)
    A link stays one, and a file keeps its mode. Raises `OutputExistsError` where a file is there and not to be
    replaced, `OutputError` where another can't be written.
    """
    places = {path: _checked(path, replace=replace) for path in contents}
    if len(set(places.values())) < len(places):
        raise OutputError(f"Two of {', '.join(str(path) for path in places)} are the same file. Remove the link.")
    parts: dict[Path, Path] = {}
    former: dict[Path, bytes | None] = {}
    try:
        for path, content in contents.items():
            parts[path] = _write_part(places[path], content)
        for path, part in parts.items():
            place = places[path]
            if len(parts) > 1:  # then one may be new and another not
                former[place] = place.read_bytes() if place.exists() else None
            part.replace(place)
    except BaseException as error:  # an interruption too
        for place, old in former.items():
            place.unlink(missing_ok=True) if old is None else place.write_bytes(old)
        if not isinstance(error, OSError):
            raise
        hint = " Is it open in another program?" if isinstance(error, PermissionError) else ""
        raise OutputError(f"{path} can't be written: {error.strerror or error}.{hint}") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _checked(path: Path, *, replace: bool) -> Path:
    """The place of a file, links followed, where it can be written; else `OutputError`."""
    try:
        place = resolved(path)
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error.strerror}.") from None
    if not place.parent.is_dir():
        raise OutputError(f"{place.parent} is no folder. Make it first, or name another place.")
    if os.path.lexists(path) or place.exists():
        if place.exists() and not place.is_file():
            what = "a folder" if place.is_dir() else "a device or a pipe"
            raise OutputError(f"{path} is {what}. Name another place.")
        if not replace:
            raise OutputExistsError(f"{path} is there already. Name another place, or replace it with --force.")
        if place.exists() and not stat.S_IMODE(place.stat().st_mode) & 0o222:
            raise OutputError(f"{path} can't be written: it is write-protected.")
    remove_leftovers(place.parent, place.name)
    return place


def _write_part(place: Path, content: bytes) -> Path:
    """The content in a file beside its place, with the mode it is to have."""
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else _default_mode()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=part_prefix(place.name), suffix=_PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(mode)
    except BaseException:  # an interruption too
        part.unlink(missing_ok=True)
        raise
    return part


def _default_mode() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
