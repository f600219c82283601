"""What would be written into a data folder, read as the next command would read it, before it is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from country_data import Place, Problems
from country_data.schema import MOST_BYTES
from review.dataset import find_problems
from review.files import part_prefix, remove_leftovers

__all__ = ["try_files"]

_READ = (".csv", ".xlsx", ".toml", ".tsv", ".xls", ".xlsm", ".ods")


def try_files(folder: Path, contents: Mapping[str, bytes]) -> Problems:
    """The problems that a data folder would have with these files (by their path in it) in place of what is there."""
    problems = Problems()
    remove_leftovers(Path(tempfile.gettempdir()), "modellaw")
    with tempfile.TemporaryDirectory(prefix=part_prefix("modellaw"), suffix=".part") as temporary:
        tried = Path(temporary) / folder.resolve().name
        _copy_what_is_read(folder, tried)
        for name, content in contents.items():
            path = tried / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _, error = find_problems(tried)
        for problem in error.problems if error else ():
            place, old, new = problem.place, str(tried), str(folder)
            moved = Place(place.file.replace(old, new), place.line, place.sheet, place.cell)
            message, remedy = problem.message.replace(old, new), problem.remedy.replace(old, new)
            problems.add(moved, message, remedy, problem.column)
    return problems


def _copy_what_is_read(folder: Path, tried: Path) -> None:
    """Copy the files that a command would read: those of the folder, of the folders in it, and of their answers."""
    tried.mkdir()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            answers = path / "answers"
            _copy_files(path, tried / path.name)
            if answers.is_dir():
                _copy_files(answers, tried / path.name / answers.name)
    _copy_files(folder, tried)


def _copy_files(folder: Path, to: Path) -> None:
    """Copy tables and definitions; what is no file (a device, a pipe) or far too large is left, and read by nobody."""
    to.mkdir(exist_ok=True)
    for path in folder.iterdir() if folder.is_dir() else ():
        usual = path.suffix.lower() in _READ and not path.name.startswith((".", "~$"))
        if usual and path.is_file() and path.stat().st_size <= MOST_BYTES:
            shutil.copyfile(path, to / path.name)
