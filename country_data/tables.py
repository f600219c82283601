"""Read one file of a data folder, CSV or Excel, as a frame of text that remembers its lines."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from country_data.characters import clean, name_of, unusable
from country_data.formats import MOST_BYTES, MOST_TEXT, Columns, is_date
from country_data.problems import Place, Problems, column_letters, did_you_mean

__all__ = ["Table", "empty_table", "read_file", "read_table", "read_text"]


@dataclass(frozen=True)
class Table:
    """A file's rows. `frame`: every column of the format, dtype text, blanks "", index 0…n-1.

    `elsewhere`: where rows or cells stand that came from another file, by row and column ("" for the row).
    """

    label: str
    frame: pd.DataFrame
    lines: list[int]
    header: list[str]
    sheet: str = ""
    elsewhere: Mapping[tuple[int, str], Place] = field(default_factory=dict)

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Where a row's cell stands, for a problem."""
        if row is None:
            return Place(self.label, sheet=self.sheet)
        other = self.elsewhere.get((row, column)) or self.elsewhere.get((row, ""))
        if other:
            return other
        line = self.lines[row]
        if not self.sheet:
            return Place(self.label, line)
        cell = f"{column_letters(self.header.index(column))}{line}" if column in self.header else f"A{line}"
        return Place(self.label, sheet=self.sheet, cell=cell)


def empty_table(label: str, columns: Columns) -> Table:
    """A table without rows, for a file that may be absent."""
    return Table(
        label, pd.DataFrame({name: pd.Series([], dtype=str) for name in columns.names}), [], list(columns.names)
    )


# a text of which no cell needs cleaning has none of this: quotation marks, unseen signs, spaces beside a separator
_MOST_UNKNOWN = 20  # columns that are named as not known
_TO_CLEAN = re.compile(r"[\"\u200b\u200c\u200d\u2060\ufeff\xa0]|[^\S\r\n](?:[,\r\n]|\Z)|(?:\A|[,\r\n])[^\S\r\n]")
# a law may be quoted at length
csv.field_size_limit(10_000_000)


def read_text(path: Path, label: str, problems: Problems) -> str | None:
    """The text of a UTF-8 file (a byte-order mark is dropped), or None after noting why not."""
    try:
        if not path.is_file():
            problems.add(Place(label), "This is no file that can be read.", "Put the file itself there, or remove it.")
            return None
        if path.stat().st_size > MOST_BYTES:
            size = f"This file has {path.stat().st_size // 1_000_000} MB, more than the {MOST_BYTES // 1_000_000} that are read."
            problems.add(Place(label), size, "Split it, or take what does not belong in it out.")
            return None
        raw = path.read_bytes()
    except OSError as error:
        problems.add(
            Place(label),
            f"This file can't be read: {error.strerror}.",
            "Check that it is a file, and that you may read it.",
        )
        return None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.add(Place(label, 1), "This file is in UTF-16, not in UTF-8.", "Save it as “CSV UTF-8”.")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.add(
            Place(label, line),
            f"This line is not in UTF-8 (byte 0x{raw[error.start]:02X}).",
            "Save the file as “CSV UTF-8”.",
        )
        return None
    odd = unusable(text)
    if odd:
        line = text[: odd.start()].count("\n") + 1
        remedy = "Restore the file from a copy, or delete that character."
        problems.add(Place(label, line), f"This line holds {name_of(odd[0])}.", remedy)
        return None
    return text


def read_table(
    folder: Path, stem: str, columns: Columns, problems: Problems, *, label: str, required: bool = True
) -> Table | None:
    """Read `stem`.csv or `stem`.xlsx in `folder` as a table with exactly `columns`.

    Notes as problems: both files or (if `required`) neither; an unreadable or empty file; missing,
    unknown and doubled columns; rows longer than the header; cells that must not be blank; values
    outside the vocabulary; dates that aren't one. Rows without any value are passed over.
    None where nothing could be read.
    """
    for path in (folder / f"{stem}.csv", folder / f"{stem}.xlsx"):
        if os.path.lexists(path) and not path.is_file():
            problems.add(
                Place(f"{label}/{path.name}"),
                "This is not a file that can be read.",
                "Put the file itself there, or remove it.",
            )
            return None
    text_file, workbook = folder / f"{stem}.csv", folder / f"{stem}.xlsx"
    if os.path.lexists(text_file) and os.path.lexists(workbook):
        problems.add(
            Place(f"{label}/{stem}.xlsx"),
            f"Both {stem}.csv and {stem}.xlsx are there.",
            "Keep the one that holds the data and move the other away.",
        )
        return None
    for path in (workbook, text_file):
        if os.path.lexists(path):
            return read_file(path, columns, problems, label=f"{label}/{path.name}")
    if required:
        needed = f"It needs the columns: {', '.join(columns.names)}."
        problems.add(Place(f"{label}/{stem}.csv"), "This file is not there.", needed)
    return None


def read_file(path: Path, columns: Columns, problems: Problems, *, label: str) -> Table | None:
    """Read one .csv or .xlsx file as a table; what is noted as a problem, see `read_table`."""
    read = _read_workbook if path.suffix.lower() == ".xlsx" else _read_csv
    table = read(path, label, problems)
    if table is None:
        return None
    sheet, rows = table
    if not rows:
        problems.add(
            Place(label, sheet=sheet),
            "This file is empty.",
            f"Its first line must name the columns: {', '.join(columns.names)}.",
        )
        return None
    return _shape(label, sheet, rows, columns, problems)


def _read_workbook(path: Path, label: str, problems: Problems) -> tuple[str, list[tuple[int, list[str]]]] | None:
    from country_data.excel import read_first_sheet  # with what unpacks and parses, which most runs do without

    found = read_first_sheet(path, label, problems)
    if found is None:
        return None
    return found.name, [(line, row) for line, row in zip(found.lines, found.rows, strict=True) if any(row)]


def _read_csv(path: Path, label: str, problems: Problems) -> tuple[str, list[tuple[int, list[str]]]] | None:
    text = read_text(path, label, problems)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    odd = _TO_CLEAN.search(text) is not None
    rows, line = [], 1
    try:
        if odd:
            for row in reader:
                cells = [clean(cell) for cell in row]
                if any(cells):
                    rows.append((line, cells))
                line = reader.line_num + 1
        else:  # nor are there quotation marks: a row is a line
            rows = [(line, row) for line, row in enumerate(reader, 1) if row and (row[0] or any(row))]
    except csv.Error as error:
        problems.add(
            Place(label, line if odd else reader.line_num),
            f"From this line on the file is not CSV: {error}.",
            "Often a quotation mark is missing; one inside a quoted text is written twice.",
        )
        return None
    return "", rows


def _shape(
    label: str, sheet: str, rows: list[tuple[int, list[str]]], columns: Columns, problems: Problems
) -> Table | None:
    """Rows of cells → a table with the format's columns, or None where the header doesn't fit."""
    first, header = rows[0]
    while header and not header[-1]:
        header.pop()
    top = _row_place(label, sheet, first)
    separated = {";": "semicolons", "\t": "tabs"}
    by = next((name for sign, name in separated.items() if len(header) == 1 and header[0].count(sign) >= 2), "")
    if by:
        problems.add(
            top,
            f"The columns are separated by {by}.",
            "Separate them by commas (in Excel: save as “CSV UTF-8 (comma delimited)”), or save as .xlsx.",
        )
        return None
    usable = True
    for name in columns.names:
        if name not in header and name not in columns.optional:
            problems.add(
                top,
                f"The column “{name}” is missing.",
                f"The first line must name the columns: {', '.join(columns.names)}.",
                name,
            )
            usable = False
    times = Counter(header)
    unknown = [name for name in times if name not in columns.names]
    allowed = f"Allowed are: {', '.join(columns.names)}."
    for name in unknown[:_MOST_UNKNOWN]:
        problems.add(top, f"The column “{name}” is not known.", did_you_mean(name, columns.names) + allowed, name)
    if len(unknown) > _MOST_UNKNOWN:
        problems.add(top, f"{len(unknown) - _MOST_UNKNOWN} more columns are not known.", allowed)
    for name, many in times.items():
        if many > 1:
            problems.add(top, f"The column “{name}” stands twice.", "Keep one of them.", name)
            usable = False
    if not usable:
        return None
    lines, cells = [line for line, _ in rows[1:]], [row for _, row in rows[1:]]
    uneven = set(map(len, cells)) - {len(header)}
    for place, row in enumerate(cells) if uneven else ():
        if len(row) == len(header):
            continue
        if any(row[len(header) :]):
            problems.add(
                _row_place(label, sheet, lines[place]),
                f"This row has {len(row)} cells, the header {len(header)}.",
                "Put a text that holds a comma between quotation marks.",
            )
        cells[place] = [*row[: len(header)], *[""] * (len(header) - len(row))]
    by_column = list(zip(*cells, strict=True)) if cells else [()] * len(header)
    for name, column in zip(header, by_column, strict=True):
        if max(map(len, column), default=0) > MOST_TEXT:
            for place, text in enumerate(column):
                if len(text) > MOST_TEXT:
                    problems.add(
                        _row_place(label, sheet, lines[place]),
                        f"A text has {len(text):,} letters, more than the {MOST_TEXT:,} that a cell of a workbook holds.",
                        "Shorten it.",
                        name,
                    )
    given = {name: pd.Series(list(column), dtype=str) for name, column in zip(header, by_column, strict=True)}
    blank = pd.Series([""] * len(cells), dtype=str)
    frame = pd.DataFrame({name: given.get(name, blank) for name in columns.names})
    table = Table(label, frame, lines, header, sheet)
    _check_cells(table, columns, problems)
    return table


def _check_cells(table: Table, columns: Columns, problems: Problems) -> None:
    for name in columns.names:
        if name not in table.header:
            continue  # what may be absent, and is
        values = table.frame[name]
        if name in columns.filled:
            for row in values.index[values == ""]:
                problems.add(table.place(row, name), f"The cell “{name}” is empty.", "It must be filled in.", name)
        allowed = (columns.choices or {}).get(name)
        if allowed:
            for row in values.index[~values.isin(["", *allowed])]:
                problems.add(
                    table.place(row, name),
                    f"“{values[row]}” is not allowed here.",
                    did_you_mean(values[row], allowed) + f"Allowed are: {', '.join(allowed)}.",
                    name,
                )
        if name in columns.dates:
            wrong = {text for text in values.unique() if text and not is_date(text)}
            for row in values.index[values.isin(wrong)]:
                problems.add(
                    table.place(row, name),
                    f"“{values[row]}” is not a date.",
                    "Write YYYY, YYYY-MM or YYYY-MM-DD.",
                    name,
                )


def _row_place(label: str, sheet: str, line: int) -> Place:
    return Place(label, sheet=sheet, cell=f"A{line}") if sheet else Place(label, line)
