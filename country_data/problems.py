"""What is wrong with a data folder, said so that the person who filled it in can mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from country_data.characters import printable

__all__ = [
    "ChoiceError",
    "DataError",
    "Place",
    "Problem",
    "Problems",
    "column_letters",
    "did_you_mean",
    "nearest",
    "one_of",
    "unknown_name",
]

_LONGEST_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and in it a line (text), a sheet and cell (workbook), or a part in words (document).

    A `cell` without a sheet is one of a text file, and is shown as line and column.
    """

    file: str
    line: int | None = None
    sheet: str = ""
    cell: str = ""
    part: str = ""

    def __str__(self) -> str:
        if self.part:
            return f"{self.file}, {self.part}"
        if self.sheet:
            return f"{self.file}, sheet “{self.sheet}”" + (f", cell {self.cell}" if self.cell else "")
        column = f", column {self.cell.rstrip('0123456789')}" if self.cell else ""
        return self.file + (f", line {self.line}" if self.line else "") + column


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what stands there, and what to do about it."""

    place: Place
    message: str
    remedy: str
    column: str = ""

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column and not (self.place.cell or self.place.part) else ""
        return printable(f"{self.place}{column}: {self.message} {self.remedy}".rstrip())

    def record(self) -> dict[str, object]:
        """The problem as a flat record: file, line, sheet, cell, column, message, remedy."""
        place = self.place
        where = {
            "file": place.file,
            "line": place.line,
            "sheet": place.sheet or None,
            "cell": place.cell or place.part or None,
        }
        return {**where, "column": self.column or None, "message": self.message, "remedy": self.remedy}


class ChoiceError(LookupError):
    """A name that is not there, or a choice that was not made. The command line reports it as wrong usage."""


class DataError(Exception):
    """All problems found in one run. Nothing was computed from the data that have them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """Collects problems, so that all of them are reported together."""

    _found: dict[Problem, None] = field(default_factory=dict)

    def add(self, place: Place, message: str, remedy: str, column: str = "") -> None:
        """Add one problem; the same one is added once."""
        half, quarter = _LONGEST_MESSAGE // 2, _LONGEST_MESSAGE // 4
        shown = message if len(message) <= _LONGEST_MESSAGE else f"{message[:half]} … {message[-quarter:]}"
        self._found[Problem(place, shown, remedy, column)] = None

    def extend(self, others: Problems) -> None:
        """Add the problems that others collected."""
        self._found |= others._found

    def clear(self) -> None:
        """Forget them."""
        self._found.clear()

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.sorted())

    def sorted(self) -> list[Problem]:
        """By file, then by line or cell."""
        return sorted(
            self._found,
            key=lambda p: (p.place.file, p.place.line or 0, len(p.place.cell), p.place.cell, _in_order(p.place.part)),
        )

    def raise_if_any(self) -> None:
        """Raise a `DataError` with all of them, if there are any."""
        if self._found:
            raise DataError(self.sorted())


def _in_order(part: str) -> list[tuple[int, str]]:
    """A part of a document as it is sorted: page 10 behind page 2."""
    return [(int(one), "") if one.isdigit() else (0, one) for one in re.split(r"(\d+)", part)]


def nearest(text: str, allowed: Iterable[str], *, most: int = 3, cutoff: float = 60.0) -> list[str]:
    """The allowed words most like `text`, best first; none where nothing is like it."""
    return list(_nearest(text, tuple(allowed), most, cutoff))


@lru_cache(maxsize=4096)  # the same wrong word often stands in many rows
def _nearest(text: str, allowed: tuple[str, ...], most: int, cutoff: float) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process, utils

    matches = process.extract(
        text, allowed, scorer=fuzz.WRatio, processor=utils.default_process, limit=most, score_cutoff=cutoff
    )
    return tuple(word for word, _, _ in matches)


def did_you_mean(text: str, allowed: Iterable[str]) -> str:
    """A question with the nearest allowed word, and a space after it; "" where none is near."""
    near = nearest(text, allowed, most=1)
    return f"Did you mean “{near[0]}”? " if near else ""


def one_of(allowed: Iterable[str], what: str = "Allowed are") -> str:
    """The sentence that lists what is allowed."""
    return f"{what}: {', '.join(allowed) or 'nothing'}."


def unknown_name(what: str, text: str, allowed: Iterable[str]) -> ChoiceError:
    """The error that there is no such name, with the nearest and with all there are."""
    names = list(allowed)
    return ChoiceError(f"There is no {what} “{text}”. {did_you_mean(text, names)}{one_of(names, 'There are')}")


def column_letters(index: int) -> str:
    """The letters of a column of a sheet (from 0)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
