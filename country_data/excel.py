"""The first sheet of an Excel workbook as rows of text. The only reader of workbooks."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Container, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from country_data.problems import Place, Problems

__all__ = ["clean", "read_first_sheet"]


def read_first_sheet(path: Path, label: str, problems: Problems) -> tuple[str, list[list[str]]] | None:
    """Read the first sheet of `path` as text, row by row, with the sheet's name.

    Formulas give the value that was stored with them; numbers and dates are written as the data
    format writes them; spaces around a value are dropped; hidden rows and columns are read like the
    others. Problems name sheet and cell: a formula without a stored value, an error value such as
    #N/A, merged cells, a first sheet that is hidden. None where the file can't be read at all.
    """
    import openpyxl

    def load(values: bool) -> Any:
        with warnings.catch_warnings():
            # openpyxl warns of features it will not keep when saving; we only read
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=values)

    try:
        book = load(values=True)
        formulas = load(values=False).worksheets[0] if book.worksheets else None
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        reason = (
            "is password-protected or in the old .xls format" if _is_ole(path) else "is not a readable Excel workbook"
        )
        problems.add(
            Place(label),
            f"This file {reason} ({type(error).__name__}).",
            "Save it from Excel as “Excel Workbook (.xlsx)” without a password.",
        )
        return None
    except Exception as error:  # noqa: BLE001 -- damaged XML surfaces as parser errors of several libraries
        problems.add(
            Place(label),
            f"This workbook is damaged ({type(error).__name__}).",
            "Open it in Excel or LibreOffice, let it repair the file, and save it again.",
        )
        return None
    if formulas is None:
        problems.add(Place(label), "This workbook has no sheet with cells.", "The data must stand on the first sheet.")
        return None
    sheet = book.worksheets[0]
    if sheet.sheet_state != "visible":
        problems.add(
            Place(label, sheet=sheet.title),
            "The first sheet is hidden.",
            "Show it, or move the sheet with the data to the front.",
        )
    for area in sheet.merged_cells.ranges:
        problems.add(
            Place(label, sheet=sheet.title, cell=str(area)),
            "These cells are merged.",
            "Unmerge them and write the value into each cell it belongs to.",
        )
    contents = {cell.coordinate: cell for cell in _filled(formulas)}
    rows: dict[int, dict[int, str]] = {}
    for cell in _filled(sheet, contents):
        rows.setdefault(cell.row, {})[cell.column] = _text(
            cell, contents[cell.coordinate], label, sheet.title, problems
        )
    return sheet.title, _grid(rows)


def _filled(sheet: Any, also: Container[str] = ()) -> Iterator[Any]:
    """The cells that hold something, in order. A format alone, far below, would make a million rows."""
    # openpyxl has no public way to the cells there are, without those there could be
    for _, cell in sorted(sheet._cells.items()):
        if cell.value is not None or cell.coordinate in also:
            yield cell


def _grid(rows: dict[int, dict[int, str]]) -> list[list[str]]:
    """Rows of cells by number, from the first on; a row without any is empty."""
    width = max((max(row) for row in rows.values()), default=0)
    return [
        [rows.get(number, {}).get(column, "") for column in range(1, width + 1)] if number in rows else []
        for number in range(1, max(rows, default=0) + 1)
    ]


@lru_cache(maxsize=50_000)  # few texts of a large table are different
def clean(text: str) -> str:
    """A text without spaces around it and without characters that nobody sees."""
    return text.translate(_UNSEEN).strip()


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None) | {0xA0: " "}


def _text(cell: Any, content: Any, label: str, sheet: str, problems: Problems) -> str:
    value = cell.value
    if content.data_type == "f" and value is None and cell.data_type != "str":  # "str": the stored value is empty
        place = Place(label, sheet=sheet, cell=cell.coordinate)
        problems.add(
            place,
            "This cell holds a formula without a stored value.",
            "Open the workbook in Excel or LibreOffice and save it, or type the value.",
        )
        return ""
    if value is None:
        return ""
    if cell.data_type == "e":
        place = Place(label, sheet=sheet, cell=cell.coordinate)
        problems.add(
            place,
            f"This cell shows the error {value}.",
            "Type the value, or leave the cell empty if nothing is recorded.",
        )
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value, str(cell.number_format))
    return clean(str(value))


def _date(value: datetime.datetime | datetime.date, number_format: str) -> str:
    """Excel turns 2006-04 into the first of April; what the cell shows tells what was typed."""
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"', "", number_format.lower()).split(";")[0]
    if "d" in shown:
        return value.strftime("%Y-%m-%d")
    if "m" in shown and "y" in shown:
        return value.strftime("%Y-%m")
    return value.strftime("%Y") if "y" in shown else value.strftime("%Y-%m-%d")


def _is_ole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    except OSError:
        return False
