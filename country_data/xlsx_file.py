"""Read the sheets of Excel workbooks as rows of text, within limits of size, cells and formats."""

from __future__ import annotations

import contextlib
import datetime
import gc
import io
import itertools
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems, column_letters
from country_data.text_file import SheetRows, is_readable

__all__ = ["DAMAGED", "gc_paused", "read_first_sheet", "read_sheets"]

_MOST_UNPACKED = 400_000_000
_LONG_SHEET, _MOST_SHEET = 2_000_000, 40_000_000  # bytes of a sheet, without its empty cells
_MOST_CELLS = 5_000_000
_MOST_MERGED, _MOST_RULES, _MOST_ELEMENTS = 5_000, 20_000, 150_000
_MOST_TEXTS = 60_000_000  # bytes of the texts that sheets share
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]\w*)[\s/>]")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c [^<>]*/>")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row [^<>]*/>|<((?:\w+:)?row) [^<>]*>\s*</\1>")
_RULE = re.compile(rb"<(?:[\w.-]+:)?(?:dataValidation|cfRule)[\s/>]")
_LINKS = re.compile(rb"<((?:[\w.-]+:)?hyperlinks)(?:\s[^<>]*)?>.*?</\1\s*>", re.DOTALL)
_LINK = re.compile(rb"<(?:[\w.-]+:)?hyperlink[\s/>]")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell[\s/>]")
# as programs write them; written otherwise, their extent is not known without parsing
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^<>]*ref=[\"']([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_AS_XLSX = "Save it from Excel or LibreOffice as “Excel Workbook (.xlsx)”, without a password."
_AS_ROWS = "Save only the rows with answers, or as CSV."
_AS_VALUES = "Copy the rows with answers into a new workbook, as values without their formats."

# what reading the parts of a damaged workbook raises
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError),
    *(OSError, ValueError, EOFError, LookupError),
)


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection while many long-lived objects are created."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_first_sheet(path: Path, label: str, problems: Problems) -> SheetRows | None:
    """Read the first sheet of `path` as text, row by row.

    Formulas give the value that was stored with them; numbers and dates are written as the data
    format writes them; spaces around a value are dropped; hidden rows and columns are read like the
    others. Added to `problems`, by sheet and cell: a formula without a stored value, an error value such
    as #N/A, merged cells, a first sheet that is hidden. None where the file can't be read at all.
    """
    sheets = read_sheets(path, label, problems)
    if sheets is None:
        return None
    if not sheets:
        problems.add(Place(label), "This workbook has no sheet with cells.", "The data must stand on the first sheet.")
        return None
    sheet = sheets[0]
    if sheet.hidden:
        remedy = "Show it, or move the sheet with the data to the front."
        problems.add(Place(label, sheet=sheet.name), "The first sheet is hidden.", remedy)
    for area in sheet.merged:
        remedy = "Unmerge them and write the value into each cell it belongs to."
        problems.add(Place(label, sheet=sheet.name, cell=area), "These cells are merged.", remedy)
    for (row, column), (message, remedy) in sheet.faults.items():
        place = Place(label, sheet=sheet.name, cell=f"{column_letters(column)}{sheet.lines[row]}")
        problems.add(place, message, remedy)
    return sheet


def read_sheets(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every sheet with cells, in order; None after adding to `problems` why the file can't be read.

    A file too large, or that unpacks to too much (by what it declares, and by what comes out), is refused.
    """
    import openpyxl

    limited = _within_limits(path, label, problems)
    if limited is None:
        return None
    archive, without_value = limited
    try:
        with warnings.catch_warnings(), gc_paused():
            # openpyxl warns of features it will not keep when saving; we only read
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(archive, data_only=True)
    except (*DAMAGED, TypeError, AttributeError) as error:
        _add_unreadable(path, label, type(error).__name__, problems)
        return None
    except Exception as error:  # noqa: BLE001 -- damaged XML surfaces as parser errors of several libraries
        remedy = "Open it in Excel or LibreOffice, let it repair the file, and save it again."
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", remedy)
        return None
    sheets = []
    for sheet in book.worksheets:
        rows = _rows_of(sheet, without_value.get(sheet.title, frozenset()))
        if isinstance(rows, int):
            message = f"Rows and columns of this sheet reach over {rows:,} cells, more than the {_MOST_CELLS:,} that are read."
            remedy = "Look for a text far to the right or far below, and remove it."
            problems.add(Place(label, sheet=sheet.title), message, remedy)
            return None
        sheets.append(rows)
    return sheets


def _add_unreadable(path: Path, label: str, kind: str, problems: Problems) -> None:
    """Add why a file is no workbook of Excel: what it is instead, as far as that can be told."""
    reason = "is not a readable Excel workbook"
    with contextlib.suppress(*DAMAGED):
        with path.open("rb") as file:
            if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
                reason = "is password-protected or in the old .xls format"
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "word/document.xml" in names:
                reason = "is a Word document"
            elif "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
                reason = "is in the OpenDocument format"
    problems.add(Place(label), f"This file {reason} ({kind}).", _AS_XLSX)


def _within_limits(path: Path, label: str, problems: Problems) -> tuple[io.BytesIO, dict[str, frozenset[str]]] | None:
    """The workbook unpacked within limits and packed again, and by sheet the formulas without a stored value.

    Cells that have a format and nothing else are left out: there may be millions.
    """
    if not is_readable(path, label, problems):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _unpacked(archive)
    except DAMAGED as error:
        _add_unreadable(path, label, type(error).__name__, problems)
        return None
    if parts is None:
        message = f"This file unpacks to more than {_MOST_UNPACKED // 1_000_000} MB."
        problems.add(Place(label), message, "A workbook of answers is small: save the sheet with the answers alone.")
        return None
    without_value: dict[str, frozenset[str]] = {}
    titles = {name: title for title, name in _sheet_parts(parts).items()}
    for name, xml in parts.items():
        root = _ROOT.search(xml[:10_000])
        kind = root[1] if root else b""
        title = titles.get(name, "")
        if kind == b"worksheet":
            # links on cells are not read, and one may lie over a whole sheet
            xml = parts[name] = _LINKS.sub(b"", xml)
            if len(xml) > _LONG_SHEET:
                xml = parts[name] = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", xml))
            if title and _FORMULA.search(xml):
                without_value[title] = _formulas_without_value(xml)
        problem = _beyond_limits(kind, xml)
        if problem:
            problems.add(Place(label, sheet=title), *problem)
            return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    packed.seek(0)
    return packed, without_value


def _beyond_limits(kind: bytes, xml: bytes) -> tuple[str, str] | None:
    """Which limit a part of a workbook exceeds, and a remedy. `kind`: the name of its first element."""
    if b"\0" in xml[:1000]:
        return "A part of this workbook is in UTF-16.", _AS_XLSX
    if kind == b"sst":
        most = _MOST_TEXTS // 1_000_000
        message = f"This workbook has {len(xml) // 1_000_000} MB of texts, more than the {most} that are read."
        return (message, _AS_ROWS) if len(xml) > _MOST_TEXTS else None
    if kind != b"worksheet":
        message = f"This workbook has more than {_MOST_ELEMENTS:,} formats, names or notes."
        return (message, _AS_VALUES) if xml.count(b"<") > _MOST_ELEMENTS else None
    merged = _MERGED.findall(xml)
    cells = sum(map(_area, merged))
    if cells > _MOST_CELLS or len(merged) > _MOST_MERGED:
        message = f"This sheet has {len(merged):,} merged areas over {cells:,} cells, more than the {_MOST_MERGED:,} and {_MOST_CELLS:,} that are read."
        return message, "Unmerge them."
    if len(_MERGE.findall(xml)) != len(merged) or _LINK.search(xml):
        return "Merged cells or links of this sheet are written in a way that is not read.", _AS_VALUES
    if _more_than(_MOST_RULES, _RULE, xml):
        return f"This sheet has more than {_MOST_RULES:,} drop-downs and conditional formats.", _AS_VALUES
    if len(xml) > _MOST_SHEET:
        most = _MOST_SHEET // 1_000_000
        return f"This sheet has {len(xml) // 1_000_000} MB of cells, more than the {most} that are read.", _AS_ROWS
    return None


def _more_than(most: int, pattern: re.Pattern[bytes], xml: bytes) -> bool:
    """Whether a pattern stands more than `most` times in a part."""
    return next(itertools.islice(pattern.finditer(xml), most, None), None) is not None


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes] | None:
    """The parts by name, without pictures and the like, which hold no cells; None where they are too large."""
    wanted = [item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
    left = _MOST_UNPACKED
    if sum(item.file_size for item in wanted) > left:
        return None
    parts: dict[str, bytes] = {}
    for item in wanted:
        with archive.open(item) as part:
            parts[item.filename] = part.read(left + 1)
        left -= len(parts[item.filename])
        if left < 0:
            return None
    return parts


def _area(corners: tuple[bytes, bytes, bytes, bytes]) -> int:
    """How many cells lie between two corners, each as letters and number; one alone is a corner of itself."""
    left, top, right, bottom = corners
    first, last = (
        sum((sign - 64) * int(26**power) for power, sign in enumerate(reversed(letters)))
        for letters in (left, right or left)
    )
    return (abs(last - first) + 1) * (abs(int(bottom or top) - int(top)) + 1)


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's title; what is damaged is left to openpyxl to name."""
    try:
        targets = {
            item.get("Id"): item.get("Target", "")
            for item in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314 -- expat bounds expansion
        }
        sheets = ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")  # noqa: S314 -- as above
        paths = {}
        for sheet in sheets:
            id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            name = targets.get(id, "")
            name = name.lstrip("/") if name.startswith("/") else f"xl/{name}"
            if name in parts:
                paths[sheet.get("name", "")] = name
    except (KeyError, ElementTree.ParseError, ValueError, LookupError):
        return {}
    return paths


def _formulas_without_value(xml: bytes) -> frozenset[str]:
    cells = set()
    try:
        for _, cell in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 -- expat bounds expansion
            if cell.tag == f"{_MAIN}c":
                formula, value = cell.find(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
                if formula is not None and not value and cell.get("t") != "str":  # "str": the stored value is empty
                    cells.add(cell.get("r", ""))
                cell.clear()
    except (ElementTree.ParseError, ValueError, LookupError):
        return frozenset()
    return frozenset(cells)


def _rows_of(sheet: Any, without_value: frozenset[str]) -> SheetRows | int:
    """The filled cells of a sheet; a number of cells where they stand too far apart for a table."""
    rows: dict[int, dict[int, str]] = {}
    faults: dict[tuple[int, int], tuple[str, str]] = {}
    # openpyxl has no public way to the cells there are, without those there could be: a format far below
    # the data would make a million rows
    for (row, column), cell in sheet._cells.items():
        value, text, fault = cell.value, "", None
        if value is None:
            if not without_value or cell.coordinate not in without_value:
                continue
            remedy = "Open the workbook in Excel or LibreOffice and save it, or type the value."
            fault = ("This cell holds a formula without a stored value.", remedy)
        elif cell.data_type == "e":
            remedy = "Type the value, or leave the cell empty if nothing is recorded."
            fault = (f"This cell shows the error {value}.", remedy)
        else:
            text = _text(value, cell)
            odd = unusable(text)
            if odd:
                text, fault = "", (f"This text holds {name_of(odd[0])}.", "Delete that character.")
        rows.setdefault(row, {})[column] = text
        if fault:
            faults[row, column - 1] = fault
    lines = sorted(rows)
    widths = [max(rows[line]) for line in lines]
    if sum(widths) > _MOST_CELLS:
        return sum(widths)
    cells = [[rows[n].get(column, "") for column in range(1, most + 1)] for n, most in zip(lines, widths, strict=True)]
    hidden_rows = [n for n, look in sheet.row_dimensions.items() if look.hidden and n in rows]
    hidden_columns = sorted(letters for letters, look in sheet.column_dimensions.items() if look.hidden)
    notes = []
    if hidden_rows:
        notes.append(f"Hidden rows are read too: {len(hidden_rows)}, the first is {min(hidden_rows)}.")
    if hidden_columns:
        notes.append(f"Hidden columns are read too: {', '.join(hidden_columns[:8])}.")
    index_of = {line: n for n, line in enumerate(lines)}
    return SheetRows(
        sheet.title,
        cells,
        lines,
        hidden=sheet.sheet_state != "visible",
        merged=tuple(str(area) for area in sheet.merged_cells.ranges),
        faults={(index_of[row], column): fault for (row, column), fault in sorted(faults.items())},
        notes=tuple(notes),
    )


def _text(value: Any, cell: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value, str(cell.number_format))
    return clean(str(value))


def _date(value: datetime.datetime | datetime.date, number_format: str) -> str:
    """Excel turns 2006-04 into the first of April; what the cell shows tells what was typed."""
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"', "", number_format[:200].lower()).split(";")[0]
    if "d" in shown:
        return value.strftime("%Y-%m-%d")
    if "m" in shown and "y" in shown:
        return value.strftime("%Y-%m")
    return value.strftime("%Y") if "y" in shown else value.strftime("%Y-%m-%d")
