"""A table that someone hands in, understood: its headings found, its rows as answers with the cells they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from country_data import Place, Problems, fold
from country_data.problems import column_letters
from country_data.text_file import SheetRows, read_any_csv
from country_data.xlsx_file import read_sheets
from criteria import Framework
from review.importer.headings import (
    ANSWER,
    COUNTRY,
    CRITERION,
    ColumnMeaning,
    Columns,
    as_typed,
    heading_key,
    heading_meanings,
    match_columns,
    meanings,
    near_heading,
)

__all__ = ["InputTable", "find_headings", "read_input_table"]

_MOST_LEFT_OUT = 20  # columns that are named as left out
_HEADING_WITHIN = 30  # the rows among which the headings are looked for


@dataclass(frozen=True)
class InputTable:
    """A table to be imported. `header_row`: the index of the row of its headings, the lower of two that are read as one."""

    label: str
    sheet: SheetRows
    columns: Columns
    headings: list[str]
    header_row: int
    notes: list[str] = field(default_factory=list)

    def place(self, row: int, column: int) -> Place:
        """Where a cell stands (row and column from 0)."""
        line = self.sheet.lines[row] if row < len(self.sheet.lines) else row + 1
        if not self.sheet.name:
            return Place(self.label, line, cell=f"{column_letters(column)}{line}")
        return Place(self.label, sheet=self.sheet.name, cell=f"{column_letters(column)}{line}")

    def rows(self) -> Iterator[tuple[int, str, list[tuple[int, str, ColumnMeaning]]]]:
        """Each row below the headings that holds something: its place, its country's text, and its other cells."""
        (at,) = [column for column, one in self.columns.holds.items() if one.field == COUNTRY]
        others = [(column, one) for column, one in self.columns.holds.items() if column != at]
        for row in range(self.header_row + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[row]
            width = len(cells)
            filled = [
                (column, cells[column] if column < width else "", one)
                for column, one in others
                if (column < width and cells[column]) or (row, column) in self.sheet.faults
            ]
            country = cells[at] if at < width else ""
            if country or filled or (row, at) in self.sheet.faults:
                yield row, country, filled

    @property
    def country_column(self) -> int:
        """The column of the countries."""
        return next(column for column, one in self.columns.holds.items() if one.field == COUNTRY)


def read_input_table(
    path: Path,
    framework: Framework,
    settled: Mapping[str, ColumnMeaning],
    problems: Problems,
    sheet: str | None = None,
    line: int | None = None,
) -> InputTable | None:
    """Read a CSV or Excel file whose headings can be matched; None after noting what is in the way.

    `settled`: what a user said of a heading, by its plain letters. `sheet`: the one to take; else the
    visible one whose headings fit best. `line`: the one in which its headings stand; else that which fits best.
    """
    label = path.name
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is no file that can be read" if path.exists() else "is not there"
        problems.add(Place(str(path)), f"This file {what}.", "Name a .csv or .xlsx file.")
        return None
    sheets = _sheets(path, label, problems)
    if sheets is None:
        return None
    known = heading_meanings(framework)
    if sheet is not None:
        named = [one for one in sheets if fold(one.name) == fold(sheet)]
        if not named:
            names = ", ".join(f"“{one.name}”" for one in sheets if one.name)
            there = f"There are: {names}." if names else "This is a text file: leave --sheet out."
            problems.add(Place(label), f"There is no sheet “{sheet}”.", there)
            return None
        sheets = named
    candidates = [
        (one, *find_headings(one, known, settled, line)) for one in sheets if not one.hidden or sheet is not None
    ]
    candidates = [item for item in candidates if item[1] is not None]
    if not candidates and any(one.rows for one in sheets) and all(one.hidden for one in sheets if one.rows):
        names = ", ".join(f"“{one.name}”" for one in sheets)
        problems.add(
            Place(label), f"All sheets are hidden: {names}.", "Show the one with the answers, or name it: --sheet."
        )
        return None
    if not candidates:
        wanted = ", ".join(criterion.short for criterion in framework.criteria[:3])
        problems.add(
            Place(label),
            "No row here has a heading for the countries and one for answers.",
            f'Name the columns “Country” and by criterion (“{wanted}” …), or say which is which: --map "Heading=country".'
            + (
                " The import.toml of the series settles headings, too: look whether it leaves them out."
                if settled
                else ""
            ),
        )
        return None
    best, columns, headings, header_row = max(candidates, key=lambda item: item[1].fits if item[1] else 0)
    assert columns is not None
    table = InputTable(
        label,
        best,
        columns,
        headings,
        header_row,
        _notes_on_headings(best, columns, headings, header_row, known, settled, sheets),
    )
    for (row, column), (message, remedy) in best.faults.items():
        if row == header_row:
            problems.add(table.place(row, column), message, remedy)  # a heading that is none
    _check_columns(table, problems)
    return table


def _sheets(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """What a file holds. By what it is, not by its name: a workbook may be called .csv."""
    try:
        with path.open("rb") as file:
            begins = file.read(8)
    except OSError as error:
        problems.add(Place(label), f"This file can't be read: {error.strerror}.", "Check that you may read it.")
        return None
    if begins[:4] == b"PK\x03\x04" or begins == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or path.suffix.lower() == ".xlsx":
        return read_sheets(path, label, problems)
    text = read_any_csv(path, label, problems)
    return None if text is None else [text]


def find_headings(
    sheet: SheetRows,
    known: Mapping[str, tuple[ColumnMeaning, ...]],
    settled: Mapping[str, ColumnMeaning],
    line: int | None = None,
) -> tuple[Columns | None, list[str], int]:
    """The row of headings that is understood best, alone or with the row above it: what its columns hold, and its place.

    `line`: the one to take.
    """
    best: tuple[Columns | None, list[str], int] = (None, [], 0)
    rows = sheet.rows[: max(_HEADING_WITHIN, line or 0)]
    for index, row in enumerate(rows):
        if line is not None and sheet.lines[index] != line:
            continue
        if not any(fold(text) in known or heading_key(text) in settled for text in row):
            continue
        for headings, top in _heading_candidates(rows, index, row, known, settled) if line is None else [(row, index)]:
            columns = match_columns(headings, known, settled)
            if columns.fits > (best[0].fits if best[0] else 1):
                best = (columns, headings, top)
    return best


def _heading_candidates(
    rows: list[list[str]],
    place: int,
    row: list[str],
    known: Mapping[str, tuple[ColumnMeaning, ...]],
    settled: Mapping[str, ColumnMeaning],
) -> Iterator[tuple[list[str], int]]:
    """A row as headings; and together with the next one, the upper heading going on to the right."""
    yield row, place
    if place + 1 == len(rows) or not any(row) or not any(rows[place + 1]):
        return
    second = rows[place + 1]
    for at, one in match_columns(row, known, settled).holds.items():
        text = second[at] if one.field == COUNTRY and at < len(second) else ""
        if text and not meanings(text, known) and heading_key(text) not in settled:
            return  # a country stands below that heading: a row of data
    width = max(len(row), len(second))
    upper, lower = ([*one, *[""] * (width - len(one))] for one in (row, rows[place + 1]))
    combined, understood, last = [], [], ""
    for above, below in zip(upper, lower, strict=True):
        last = above or last
        both = f"{last}: {below}" if below and last and above != below else below or above
        combined.append(both)
        # of two that say something, the pair, else the lower, else the upper one where it stands itself
        names = [both, below, above]
        notes = (text for text in names if text and (heading_key(text) in settled or meanings(text, known)))
        understood.append(next(notes, below or both))
    yield combined, place + 1
    # what stands over a column of the country needs no second name
    yield [below if not above else one for above, below, one in zip(upper, lower, combined, strict=True)], place + 1
    yield understood, place + 1


def _notes_on_headings(
    sheet: SheetRows,
    columns: Columns,
    headings: list[str],
    top: int,
    known: Mapping[str, tuple[ColumnMeaning, ...]],
    settled: Mapping[str, ColumnMeaning],
    sheets: list[SheetRows],
) -> list[str]:
    """What is said of the table before its answers are."""
    notes = list(sheet.notes)
    if sheet.merged:
        notes.append(f"Merged cells count for their first cell alone: {', '.join(sheet.merged[:8])}.")
    if len(sheets) > 1:
        notes.append(f"Read is the sheet “{sheet.name}”; another is named by --sheet.")
    if top and any(any(row) for row in sheet.rows[:top]):
        notes.append(f"The headings stand in line {sheet.lines[top]}; what is above them is passed over.")
    for column in columns.left_out[:_MOST_LEFT_OUT]:
        what = f"The column {column_letters(column)} “{headings[column]}”"
        if heading_key(headings[column]) in settled:
            notes.append(f"{what} is left out, as was settled (--map, or import.toml of the series).")
        else:
            notes.append(f"{what} matches nothing and is left out.{near_heading(headings[column], known)}")
    if len(columns.left_out) > _MOST_LEFT_OUT:
        notes.append(f"{len(columns.left_out) - _MOST_LEFT_OUT} more columns match nothing and are left out.")
    below = sheet.rows[top + 1 :]
    unnamed = [n for n in range(max(map(len, below), default=0)) if n >= len(headings) or not headings[n]]
    filled = [column_letters(n) for n in unnamed if any(n < len(row) and row[n] for row in below)]
    if filled:
        notes.append(
            f"Without a heading, and left out: column {', '.join(filled[:8])}{' …' if len(filled) > 8 else ''}."
        )
    return notes


def _which_of_two(heading: str, headings: list[str], one: ColumnMeaning, columns: Columns) -> str:
    """What to do where two columns hold the same."""
    if sum(heading_key(other) == heading_key(heading) for other in headings) > 1 or not heading:
        return "Give each a heading of its own."
    left_out = f"Leave one of them out: {as_typed('--map', heading, '-')}"
    criteria = [other.criterion for other in columns.holds.values() if other.criterion and other.field == ANSWER]
    if one.criterion or not criteria or one.field == COUNTRY:
        return f"{left_out}, or rename it."
    return f"{left_out}; or say of which criterion each is: {as_typed('--map', heading, f'{criteria[0]}:{one.field}')}."


def _check_columns(table: InputTable, problems: Problems) -> None:
    """Note headings that can mean two things, two columns for one thing, and what every table needs."""
    for column, candidates in table.columns.unsettled.items():
        heading = table.headings[column]
        choices = " or ".join(as_typed("--map", heading, one) for one in candidates)
        problems.add(
            table.place(table.header_row, column),
            f"“{heading}” may mean {' or '.join(map(str, candidates))}.",
            f"Say which: {choices}.",
        )
    first: dict[ColumnMeaning, int] = {}
    for column, one in table.columns.holds.items():
        if one in first:
            problems.add(
                table.place(table.header_row, column),
                f"“{table.headings[column]}” holds {one}, and so does “{table.headings[first[one]]}” ({column_letters(first[one])}).",
                _which_of_two(table.headings[column], table.headings, one, table.columns),
            )
        first.setdefault(one, column)
    fields = {one.field for one in table.columns.holds.values()}
    if COUNTRY not in fields:
        problems.add(
            table.place(table.header_row, 0),
            "No column is that of the countries.",
            'Say which: --map "Heading=country".',
        )
    if table.columns.unsettled:
        return
    if CRITERION in fields and ANSWER not in fields:
        problems.add(
            table.place(table.header_row, 0), "No column is that of the answers.", 'Say which: --map "Heading=answer".'
        )
    if not table.columns.long and not any(
        one.criterion and one.field == ANSWER for one in table.columns.holds.values()
    ):
        problems.add(
            table.place(table.header_row, 0),
            "No column is that of a criterion.",
            'Say which: --map "Heading=criterion".',
        )
