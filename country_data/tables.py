"""Read one file of a data folder, CSV or Excel, as a frame of text that remembers its lines."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from country_data.problems import Place, Problems, column_letters, did_you_mean, one_of
from country_data.schema import MOST_TEXT, Schema, is_date
from country_data.text_file import header_separator, parse_csv, read_text

__all__ = ["Table", "empty_table", "read_file", "read_table"]

_MOST_UNKNOWN = 20  # unknown columns that are named
_MOST_HINTS = 200  # wrong values of a column for which the nearest allowed one is looked up
# a text without any of these has no cell to clean: quotation marks, unseen signs, spaces beside a separator
_TO_CLEAN = re.compile(
    r"\r(?!\n)|[\"\u200b\u200c\u200d\u2060\ufeff\xa0]|[^\S\r\n](?:[,\r\n]|\Z)|(?:\A|[,\r\n])[^\S\r\n]"
)


@dataclass(frozen=True)
class Table:
    """The rows of a file.

    Attributes
    ----------
    label : str
        The file's name as a user knows it.
    frame : DataFrame
        Every column of the schema, dtype text, "" for a blank, index 0…n-1.
    lines : list[int]
        The line of each row in the file.
    header : list[str]
        The columns that the file has.
    sheet : str
        The sheet of a workbook, "" for CSV.
    origin : Callable[[int, str], Place | None]
        Gives the place of a cell (row, column) that comes from another file, else None.

    """

    label: str
    frame: pd.DataFrame
    lines: list[int]
    header: list[str]
    sheet: str = ""
    origin: Callable[[int, str], Place | None] = field(default=lambda row, column: None, compare=False)  # noqa: ARG005 -- none does

    def place(self, row: int | None = None, column: str = "") -> Place:
        """The place of a cell, of a row, or of the file."""
        if row is None:
            return Place(self.label, sheet=self.sheet)
        origin = self.origin(row, column)
        if origin:
            return origin
        line = self.lines[row]
        if not self.sheet:
            return Place(self.label, line)
        cell = f"{column_letters(self.header.index(column))}{line}" if column in self.header else f"A{line}"
        return Place(self.label, sheet=self.sheet, cell=cell)

    def flag(
        self,
        problems: Problems,
        rows: object,
        column: str,
        message: str,
        remedy: str,
        *,
        near: Iterable[str] = (),
        **texts: str,
    ) -> None:
        """Add a problem for each of the marked rows (bool, one a row), at its cell in `column`.

        In `message` and `remedy`, {value} is what the cell holds, {name of a column} what the row holds
        there, {near} a question with the nearest of the words `near`; and `texts` fill in any other name.
        """
        allowed = tuple(near)
        numbers = np.flatnonzero(np.asarray(rows, dtype=bool)).tolist()
        if not numbers:
            return
        for count, (row, record) in enumerate(zip(numbers, self.frame.iloc[numbers].to_dict("records"), strict=True)):
            value = record[column]
            hint = did_you_mean(value, allowed) if allowed and count < _MOST_HINTS else ""
            values = {**{str(name): text for name, text in record.items()}, "value": value, "near": hint, **texts}
            problems.add(self.place(row, column), message.format_map(values), remedy.format_map(values), column)

    def flag_unknown(
        self, problems: Problems, column: str, allowed: Iterable[str], message: str, what: str = "Allowed are"
    ) -> None:
        """Add a problem for each cell of a column that is neither blank nor allowed; the remedy lists what is."""
        words = list(allowed)
        wrong = ~self.frame[column].isin(["", *words])
        if wrong.any():
            self.flag(problems, wrong, column, message, "{near}{known}", near=words, known=one_of(words, what))

    def sorted(self, columns: list[str]) -> Table:
        """The same rows, by these columns."""
        order = self.frame.sort_values(columns, kind="stable").index
        return self.take(order.to_numpy())

    def take(self, rows: object) -> Table:
        """The rows at these positions, or those that are marked (bool)."""
        at = np.asarray(rows)
        at = np.flatnonzero(at) if at.dtype == bool else at.astype(int)
        frame = self.frame.iloc[at].reset_index(drop=True)
        return replace(self, frame=frame, lines=[self.lines[n] for n in at.tolist()])


def empty_table(label: str, schema: Schema) -> Table:
    """A table without rows, for a file that may be absent."""
    columns = {name: pd.Series([], dtype=str) for name in schema.names}
    return Table(label, pd.DataFrame(columns), [], list(schema.names))


def read_table(
    folder: Path, stem: str, schema: Schema, problems: Problems, *, label: str, required: bool = True
) -> Table | None:
    """Read `stem`.csv or `stem`.xlsx in `folder` as a table with exactly the columns of `schema`.

    Added to `problems`: both files or (if `required`) neither; an unreadable or empty file; missing,
    unknown and doubled columns; rows longer than the header; cells that must not be blank; values
    outside the vocabulary; dates that aren't one. Rows without any value are passed over.
    None where nothing could be read.
    """
    paths = [path for path in (folder / f"{stem}.xlsx", folder / f"{stem}.csv") if os.path.lexists(path)]
    for path in paths:
        if not path.is_file():
            remedy = "Put the file itself there, or remove it."
            problems.add(Place(f"{label}/{path.name}"), "This is not a file that can be read.", remedy)
            return None
    if len(paths) > 1:
        message, remedy = f"Both {stem}.csv and {stem}.xlsx are there.", "Keep the one that holds the data and move the other away."  # fmt: skip
        problems.add(Place(f"{label}/{stem}.xlsx"), message, remedy)
        return None
    if paths:
        return read_file(paths[0], schema, problems, label=f"{label}/{paths[0].name}")
    if required:
        remedy = f"It needs the columns: {', '.join(schema.names)}."
        problems.add(Place(f"{label}/{stem}.csv"), "This file is not there.", remedy)
    return None


def read_file(path: Path, schema: Schema, problems: Problems, *, label: str) -> Table | None:
    """Read one .csv or .xlsx file as a table; for the problems see `read_table`."""
    sheet = ""
    if path.suffix.lower() == ".xlsx":
        from country_data.xlsx_file import read_first_sheet  # with what unpacks and parses, which most runs do without

        sheet_rows = read_first_sheet(path, label, problems)
        if sheet_rows is None:
            return None
        filled = [(row, line) for row, line in zip(sheet_rows.rows, sheet_rows.lines, strict=True) if any(row)]
        sheet, rows, lines = sheet_rows.name, [row for row, _ in filled], [line for _, line in filled]
    else:
        parsed = _read_csv(path, label, problems)
        if parsed is None:
            return None
        rows, lines = parsed
    if not rows:
        remedy = f"Its first line must name the columns: {', '.join(schema.names)}."
        problems.add(Place(label, sheet=sheet), "This file is empty.", remedy)
        return None
    return _as_table(label, sheet, rows, lines, schema, problems)


def _read_csv(path: Path, label: str, problems: Problems) -> tuple[list[list[str]], list[int]] | None:
    text = read_text(path, label, problems)
    if text is None:
        return None
    separator = header_separator(text)
    if separator != "," or _TO_CLEAN.search(text):
        return parse_csv(text, label, problems, separator)
    try:  # no quotation marks and nothing to clean: a row is a line
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return parse_csv(text, label, problems)
    filled = [(row, line) for line, row in enumerate(rows, 1) if row and (row[0] or any(row))]
    return [row for row, _ in filled], [line for _, line in filled]


def _as_table(
    label: str, sheet: str, rows: list[list[str]], lines: list[int], schema: Schema, problems: Problems
) -> Table | None:
    """Rows of cells as a table with the columns of the schema; None where the header doesn't fit."""

    def place(line: int) -> Place:
        return Place(label, sheet=sheet, cell=f"A{line}") if sheet else Place(label, line)

    header = rows[0]
    while header and not header[-1]:
        header.pop()
    if not _check_header(header, place(lines[0]), schema, problems):
        return None
    lines, cells = lines[1:], rows[1:]
    for n, row in enumerate(cells) if {len(row) for row in cells} - {len(header)} else ():
        if any(row[len(header) :]):
            message = f"This row has {len(row)} cells, the header {len(header)}."
            problems.add(place(lines[n]), message, "Put a text that holds the separator between quotation marks.")
        cells[n] = [*row[: len(header)], *[""] * (len(header) - len(row))]
    columns = dict(zip(header, zip(*cells, strict=True) if cells else [()] * len(header), strict=True))
    for name, texts in columns.items():
        for n, text in enumerate(texts) if max(map(len, texts), default=0) > MOST_TEXT else ():
            if len(text) > MOST_TEXT:
                message = (
                    f"A text has {len(text):,} letters, more than the {MOST_TEXT:,} that a cell of a workbook holds."
                )
                problems.add(place(lines[n]), message, "Shorten it.", name)
    blank = pd.Series([""] * len(cells), dtype=str)
    series = {name: pd.Series(list(texts), dtype=str) for name, texts in columns.items()}
    table = Table(label, pd.DataFrame({name: series.get(name, blank) for name in schema.names}), lines, header, sheet)
    _check_cells(table, schema, problems)
    return table


def _check_header(header: list[str], place: Place, schema: Schema, problems: Problems) -> bool:
    """Whether the header has the columns of the schema, each once; unknown columns are added to `problems` alone."""
    missing = [name for name in schema.names if name not in header and name not in schema.optional]
    remedy = f"The first line must name the columns: {', '.join(schema.names)}."
    for name in missing:
        problems.add(place, f"The column “{name}” is missing.", remedy, name)
    counts, allowed = Counter(header), one_of(schema.names)
    unknown = [name for name in counts if name not in schema.names]
    for name in unknown[:_MOST_UNKNOWN]:
        problems.add(place, f"The column “{name}” is not known.", did_you_mean(name, schema.names) + allowed, name)
    if len(unknown) > _MOST_UNKNOWN:
        problems.add(place, f"{len(unknown) - _MOST_UNKNOWN} more columns are not known.", allowed)
    doubled = [name for name, count in counts.items() if count > 1]
    for name in doubled:
        problems.add(place, f"The column “{name}” stands twice.", "Keep one of them.", name)
    return not missing and not doubled


def _check_cells(table: Table, schema: Schema, problems: Problems) -> None:
    for name in (name for name in schema.names if name in table.header):  # others may be absent, and are
        values = table.frame[name]
        if name in schema.filled:
            table.flag(problems, values == "", name, f"The cell “{name}” is empty.", "It must be filled in.")
        if name in schema.choices:
            table.flag_unknown(problems, name, schema.choices[name], "“{value}” is not allowed here.")
        if name in schema.dates:
            wrong = values.isin({text for text in values.unique() if text and not is_date(text)})
            table.flag(problems, wrong, name, "“{value}” is not a date.", "Write YYYY, YYYY-MM or YYYY-MM-DD.")
