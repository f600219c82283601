"""What would be written into a data folder, read as the next command would read it, before it is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from country_data import DataError, Place, Problem, Problems
from country_data.formats import MOST_BYTES
from review.collection import find_problems
from review.files import part_prefix, remove_leftovers

__all__ = ["find_problems_of", "try_files"]

_READ = (".csv", ".xlsx", ".toml", ".tsv", ".xls", ".xlsm", ".ods")


def try_files(folder: Path, made: Mapping[str, bytes]) -> Problems:
    """The problems that a data folder would have with these files (by their path in it) in place of what is there."""
    problems = Problems()
    remove_leftovers(Path(tempfile.gettempdir()), "modellaw")
    with tempfile.TemporaryDirectory(prefix=part_prefix("modellaw"), suffix=".part") as temporary:
        tried = Path(temporary) / folder.resolve().name
        _copy_what_is_read(folder, tried)
        for name, content in made.items():
            path = tried / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for problem in find_problems_of(tried, folder):
            problems.add(problem.place, problem.message, problem.remedy, problem.column)
    return problems


def find_problems_of(made: Path, folder: Path) -> list[Problem]:
    """The problems of a folder made elsewhere, under the name it will have."""
    _, error = find_problems(made)
    return [
        Problem(
            Place(one.place.file.replace(str(made), str(folder)), one.place.line, one.place.sheet, one.place.cell),
            one.message.replace(str(made), str(folder)),
            one.remedy.replace(str(made), str(folder)),
            one.column,
        )
        for one in (error.problems if isinstance(error, DataError) else ())
    ]


def _copy_what_is_read(folder: Path, tried: Path) -> None:
    """Copy the files that a command would read: those of the folder, of the folders in it, and of their answers."""
    tried.mkdir()
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith("."):
            answers = path / "answers"
            _copy_files(path, tried / path.name)
            if answers.is_dir():
                _copy_files(answers, tried / path.name / answers.name)
    _copy_files(folder, tried)


def _copy_files(folder: Path, to: Path) -> None:
    """Copy tables and definitions; what is no file (a device, a pipe) or far too large is left, and read by nobody."""
    to.mkdir(exist_ok=True)
    for path in folder.iterdir():
        usual = path.suffix.lower() in _READ and not path.name.startswith((".", "~$"))
        if usual and path.is_file() and path.stat().st_size <= MOST_BYTES:
            shutil.copyfile(path, to / path.name)
