"""The first sheet of an Excel workbook as rows of text. The only reader of workbooks."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from pathlib import Path
from typing import Any

from country_data.problems import Place, Problems

__all__ = ["read_first_sheet"]


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
    rows = []
    for values, contents in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        rows.append(
            [_text(cell, content, label, sheet.title, problems) for cell, content in zip(values, contents, strict=True)]
        )
    return sheet.title, rows


def _text(cell: Any, content: Any, label: str, sheet: str, problems: Problems) -> str:
    value = cell.value
    if content.data_type == "f" and value is None:
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
    return str(value).replace("\xa0", " ").strip()


def _date(value: datetime.datetime | datetime.date, number_format: str) -> str:
    """Excel turns 2006-04 into the first of April; what the cell shows tells what was typed."""
    shown = number_format.lower().split(";")[0]
    if "d" in shown or "m" not in shown:
        return value.strftime("%Y-%m-%d")
    return value.strftime("%Y-%m")


def _is_ole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    except OSError:
        return False
