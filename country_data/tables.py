"""Read one file of a data folder, CSV or Excel, as a frame of text that remembers its lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from country_data.formats import Columns, is_date
from country_data.problems import Place, Problems, nearest

__all__ = ["Table", "empty_table", "read_table", "read_text"]


@dataclass(frozen=True)
class Table:
    """A file's rows. `frame`: every column of the format, dtype text, blanks "", index 0…n-1."""

    label: str
    frame: pd.DataFrame
    lines: list[int]
    header: list[str]
    sheet: str = ""

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Where a row's cell stands, for a problem."""
        if row is None:
            return Place(self.label, sheet=self.sheet)
        line = self.lines[row]
        if not self.sheet:
            return Place(self.label, line)
        cell = f"{_letter(self.header.index(column))}{line}" if column in self.header else f"A{line}"
        return Place(self.label, sheet=self.sheet, cell=cell)


def empty_table(label: str, columns: Columns) -> Table:
    """A table without rows, for a file that may be absent."""
    return Table(
        label, pd.DataFrame({name: pd.Series([], dtype=str) for name in columns.names}), [], list(columns.names)
    )


def read_text(path: Path, label: str, problems: Problems) -> str | None:
    """The text of a UTF-8 file (a byte-order mark is dropped), or None after noting why not."""
    try:
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
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        problems.add(
            Place(label, line),
            "This line holds a NUL character, which no text has.",
            "Restore the file from a copy, or save it again as “CSV UTF-8”.",
        )
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
    text_file, workbook = folder / f"{stem}.csv", folder / f"{stem}.xlsx"
    label = f"{label}/{stem}"
    if text_file.exists() and workbook.exists():
        problems.add(
            Place(f"{label}.xlsx"),
            f"Both {stem}.csv and {stem}.xlsx are there.",
            "Keep the one that holds the data and move the other away.",
        )
        return None
    if workbook.exists():
        label += ".xlsx"
        table = _read_workbook(workbook, label, problems)
    elif text_file.exists():
        label += ".csv"
        table = _read_csv(text_file, label, problems)
    else:
        if required:
            problems.add(
                Place(f"{label}.csv"), "This file is not there.", f"It needs the columns: {', '.join(columns.names)}."
            )
        return None
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
    from country_data.excel import read_first_sheet

    found = read_first_sheet(path, label, problems)
    if found is None:
        return None
    sheet, rows = found
    return sheet, [(line, row) for line, row in enumerate(rows, 1) if any(row)]


def _read_csv(path: Path, label: str, problems: Problems) -> tuple[str, list[tuple[int, list[str]]]] | None:
    text = read_text(path, label, problems)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            cells = [cell.replace("\xa0", " ").strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(
            Place(label, line),
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
    if len(header) == 1 and header[0].count(";") >= 2:
        problems.add(
            top,
            "The columns are separated by semicolons.",
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
    for name in dict.fromkeys(header):
        if name not in columns.names:
            near = nearest(name, columns.names, most=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            problems.add(
                top, f"The column “{name}” is not known.", f"{hint}Allowed are: {', '.join(columns.names)}.", name
            )
        elif header.count(name) > 1:
            problems.add(top, f"The column “{name}” stands twice.", "Keep one of them.", name)
            usable = False
    if not usable:
        return None
    lines, cells = [], []
    for line, row in rows[1:]:
        if any(row[len(header) :]):
            problems.add(
                _row_place(label, sheet, line),
                f"This row has {len(row)} cells, the header {len(header)}.",
                "Put a text that holds a comma between quotation marks.",
            )
        lines.append(line)
        cells.append([*row[: len(header)], *[""] * (len(header) - len(row))])
    frame = pd.DataFrame(cells, columns=header, dtype=str).reindex(columns=list(columns.names), fill_value="")
    table = Table(label, frame, lines, header, sheet)
    _check_cells(table, columns, problems)
    return table


def _check_cells(table: Table, columns: Columns, problems: Problems) -> None:
    for name in columns.names:
        values = table.frame[name]
        if name in columns.filled:
            for row in values.index[values == ""]:
                problems.add(table.place(row, name), f"The cell “{name}” is empty.", "It must be filled in.", name)
        allowed = (columns.choices or {}).get(name)
        if allowed:
            for row in values.index[~values.isin(["", *allowed])]:
                near = nearest(values[row], allowed, most=1)
                hint = f" Did you mean “{near[0]}”?" if near else ""
                problems.add(
                    table.place(row, name),
                    f"“{values[row]}” is not allowed here.",
                    f"Allowed are: {', '.join(allowed)}.{hint}",
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


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
