"""The sheets of an Excel workbook as rows of text. The only reader of workbooks."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from country_data.characters import clean, name_of, unusable
from country_data.formats import MOST_BYTES
from country_data.problems import Place, Problems, column_letters

__all__ = [
    "DAMAGED",
    "RawSheet",
    "collector_at_rest",
    "read_first_sheet",
    "read_sheets",
]

_MOST_UNPACKED = 400_000_000
_LONG_SHEET, _MOST_SHEET = 2_000_000, 40_000_000  # of a sheet without empty cells
_MOST_CELLS = 5_000_000
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c [^<>]*/>")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row [^<>]*/>|<((?:\w+:)?row) [^<>]*>\s*</\1>")
_STYLES, _MOST_STYLES = "xl/styles.xml", 200_000
_STYLE = re.compile(rb"<(?:\w+:)?(?:xf|font|fill|border|dxf|numFmt)[ />]")
_RULE = re.compile(rb"<(?:\w+:)?(?:dataValidation|cfRule)[ />]")
_MOST_RULES = 20_000
_LINKS = re.compile(rb"<(?:\w+:)?hyperlinks>.*?</(?:\w+:)?hyperlinks>", re.DOTALL)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^<>]*ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_AS_XLSX = "Save it from Excel or LibreOffice as “Excel Workbook (.xlsx)”, without a password."


# what reading the parts of a damaged workbook raises
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError),
    *(OSError, ValueError, EOFError, LookupError),
)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet, or a text file with columns, as it stands: `rows` of text, of a sheet those with cells alone.

    `lines`: the number of the line of each row in the file. `faults`: cells (place among the rows, and column, from 0)
    that hold no text that can be used, each with what stands there and what to do. `said`: what a
    reader may not expect, such as hidden rows, in words.
    """

    name: str
    rows: list[list[str]]
    lines: list[int]
    hidden: bool = False
    merged: tuple[str, ...] = ()
    faults: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    said: tuple[str, ...] = ()


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for garbage while very many objects are made that all stay: it would find none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_first_sheet(path: Path, label: str, problems: Problems) -> RawSheet | None:
    """Read the first sheet of `path` as text, row by row.

    Formulas give the value that was stored with them; numbers and dates are written as the data
    format writes them; spaces around a value are dropped; hidden rows and columns are read like the
    others. Problems name sheet and cell: a formula without a stored value, an error value such as
    #N/A, merged cells, a first sheet that is hidden. None where the file can't be read at all.
    """
    sheets = read_sheets(path, label, problems)
    if sheets is None:
        return None
    if not sheets:
        problems.add(Place(label), "This workbook has no sheet with cells.", "The data must stand on the first sheet.")
        return None
    sheet = sheets[0]
    if sheet.hidden:
        problems.add(
            Place(label, sheet=sheet.name),
            "The first sheet is hidden.",
            "Show it, or move the sheet with the data to the front.",
        )
    for area in sheet.merged:
        problems.add(
            Place(label, sheet=sheet.name, cell=area),
            "These cells are merged.",
            "Unmerge them and write the value into each cell it belongs to.",
        )
    for (row, column), (message, remedy) in sheet.faults.items():
        place = Place(label, sheet=sheet.name, cell=f"{column_letters(column)}{sheet.lines[row]}")
        problems.add(place, message, remedy)
    return sheet


def read_sheets(path: Path, label: str, problems: Problems) -> list[RawSheet] | None:
    """Read every sheet with cells, in order; None after noting why the file can't be read.

    A file too large, or that unpacks to too much (by what it declares, and by what comes out), is refused.
    """
    import openpyxl

    packed = _packed(path, label, problems)
    if packed is None:
        return None
    archive, unstored = packed
    try:
        with warnings.catch_warnings(), collector_at_rest():
            # openpyxl warns of features it will not keep when saving; we only read
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(archive, data_only=True)
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
        _note_unreadable(path, label, type(error).__name__, problems)
        return None
    except Exception as error:  # noqa: BLE001 -- damaged XML surfaces as parser errors of several libraries
        problems.add(
            Place(label),
            f"This workbook is damaged ({type(error).__name__}).",
            "Open it in Excel or LibreOffice, let it repair the file, and save it again.",
        )
        return None
    try:
        return [_raw(sheet, unstored.get(sheet.title, frozenset())) for sheet in book.worksheets]
    except _TooWide as error:
        problems.add(
            Place(label, sheet=error.sheet),
            f"Rows and columns of this sheet reach over {error.cells:,} cells, more than the {_MOST_CELLS:,} that are read.",
            "Look for a text far to the right or far below, and remove it.",
        )
        return None


class _TooWide(Exception):
    """Few cells that stand so far apart that a table of them would fill the memory."""

    def __init__(self, sheet: str, cells: int) -> None:
        self.sheet, self.cells = sheet, cells
        super().__init__(sheet)


def _note_unreadable(path: Path, label: str, kind: str, problems: Problems) -> None:
    reason = "is password-protected or in the old .xls format" if _is_ole(path) else _what_it_is(path)
    problems.add(Place(label), f"This file {reason} ({kind}).", _AS_XLSX)


def _what_it_is(path: Path) -> str:
    """What a file is that is no workbook of Excel."""
    with contextlib.suppress(*DAMAGED), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "word/document.xml" in names:
            return "is a Word document"
        if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
            return "is in the OpenDocument format"
    return "is not a readable Excel workbook"


def _packed(path: Path, label: str, problems: Problems) -> tuple[io.BytesIO, dict[str, frozenset[str]]] | None:
    """The workbook's parts, unpacked within limits and packed again, and the formulas without a stored value by sheet.

    Cells that have a format and nothing else are left out: there may be millions.
    """
    try:
        if not path.is_file():
            problems.add(Place(label), "This is no file that can be read.", "Name a workbook (.xlsx).")
            return None
        if path.stat().st_size > MOST_BYTES:
            problems.add(
                Place(label),
                f"This file has {path.stat().st_size // 1_000_000} MB, more than the {MOST_BYTES // 1_000_000} that are read.",
                "Save the sheet with the answers alone, without pictures.",
            )
            return None
        with zipfile.ZipFile(path) as archive:
            parts = _unpacked(archive, label, problems)
    except DAMAGED as error:
        _note_unreadable(path, label, type(error).__name__, problems)
        return None
    if parts is None:
        return None
    unstored: dict[str, frozenset[str]] = {}
    if _more_than(_MOST_STYLES, _STYLE, parts.get(_STYLES, b"")):
        problems.add(
            Place(label),
            f"This workbook has more than {_MOST_STYLES:,} cell formats, fonts, fills and borders.",
            "Copy the rows with answers into a new workbook, as values without their formats.",
        )
        return None
    for title, name in _sheet_parts(parts).items():
        # links on cells are not read, and one may lie over a whole sheet
        xml = parts[name] = _LINKS.sub(b"", parts[name])
        areas = sum(map(_area, _MERGED.findall(xml)))
        if areas > _MOST_CELLS:
            problems.add(
                Place(label, sheet=title),
                f"Merged cells of this sheet reach over {areas:,} cells, more than the {_MOST_CELLS:,} that are read.",
                "Unmerge them.",
            )
            return None
        if _more_than(_MOST_RULES, _RULE, xml):
            problems.add(
                Place(label, sheet=title),
                f"This sheet has more than {_MOST_RULES:,} drop-downs and conditional formats.",
                "Copy the rows with answers into a new workbook, as values without their formats.",
            )
            return None
        if len(xml) > _LONG_SHEET:
            xml = parts[name] = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", xml))
        if len(xml) > _MOST_SHEET:
            problems.add(
                Place(label, sheet=title),
                f"This sheet has {len(xml) // 1_000_000} MB of cells, more than the {_MOST_SHEET // 1_000_000} that are read.",
                "Save the rows with answers alone, or as CSV.",
            )
            return None
        if _FORMULA.search(xml):
            unstored[title] = _formulas_without_value(xml)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    made.seek(0)
    return made, unstored


def _more_than(most: int, pattern: re.Pattern[bytes], xml: bytes) -> bool:
    """Whether a pattern stands more than so many times in a part."""
    return next(itertools.islice(pattern.finditer(xml), most, None), None) is not None


def _unpacked(archive: zipfile.ZipFile, label: str, problems: Problems) -> dict[str, bytes] | None:
    """The parts by name; pictures and the like, which hold no cells, are left packed."""
    wanted = [item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
    left = _MOST_UNPACKED if sum(item.file_size for item in wanted) <= _MOST_UNPACKED else 0
    parts: dict[str, bytes] = {}
    for item in wanted if left else ():
        with archive.open(item) as part:
            parts[item.filename] = part.read(left + 1)
        left -= len(parts[item.filename])
        if left <= 0:
            break
    if left <= 0:
        problems.add(
            Place(label),
            f"This file unpacks to more than {_MOST_UNPACKED // 1_000_000} MB.",
            "A workbook of answers is small: save the sheet with the answers alone.",
        )
        return None
    return parts


def _area(corners: tuple[bytes, bytes, bytes, bytes]) -> int:
    """How many cells lie between two corners, each as letters and number."""
    left, top, right, bottom = corners
    first, last = (
        sum((sign - 64) * int(26**place) for place, sign in enumerate(reversed(letters))) for letters in (left, right)
    )
    return (abs(last - first) + 1) * (abs(int(bottom) - int(top)) + 1)


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's title; what is damaged is left to openpyxl to name."""
    try:
        targets = {
            item.get("Id"): item.get("Target", "")
            for item in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314 -- expat bounds expansion
        }
        sheets = ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")  # noqa: S314 -- as above
        found = {}
        for sheet in sheets:
            id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            name = targets.get(id, "")
            name = name.lstrip("/") if name.startswith("/") else f"xl/{name}"
            if name in parts:
                found[sheet.get("name", "")] = name
    except (KeyError, ElementTree.ParseError, ValueError, LookupError):
        return {}
    return found


def _formulas_without_value(xml: bytes) -> frozenset[str]:
    found = set()
    try:
        for _, cell in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 -- expat bounds expansion
            if cell.tag == f"{_MAIN}c":
                formula, value = cell.find(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
                if formula is not None and not value and cell.get("t") != "str":  # "str": the stored value is empty
                    found.add(cell.get("r", ""))
                cell.clear()
    except (ElementTree.ParseError, ValueError, LookupError):
        return frozenset()
    return frozenset(found)


def _raw(sheet: Any, unstored: frozenset[str]) -> RawSheet:
    """What stands on a sheet. A format alone, far below, would make a million rows: only filled cells count."""
    rows: dict[int, dict[int, str]] = {}
    faults: dict[tuple[int, int], tuple[str, str]] = {}
    # openpyxl has no public way to the cells there are, without those there could be
    for (row, column), cell in sheet._cells.items():
        value = cell.value
        if value is None:
            if unstored and cell.coordinate in unstored:
                rows.setdefault(row, {})[column] = ""
                faults[row, column - 1] = (
                    "This cell holds a formula without a stored value.",
                    "Open the workbook in Excel or LibreOffice and save it, or type the value.",
                )
        elif cell.data_type == "e":
            rows.setdefault(row, {})[column] = ""
            faults[row, column - 1] = (
                f"This cell shows the error {value}.",
                "Type the value, or leave the cell empty if nothing is recorded.",
            )
        else:
            rows.setdefault(row, {})[column] = text = _text(value, cell)
            odd = unusable(text)
            if odd:
                rows[row][column] = ""
                faults[row, column - 1] = (f"This text holds {name_of(odd[0])}.", "Delete that character.")
    lines = sorted(rows)
    places = {line: place for place, line in enumerate(lines)}
    widths = [max(rows[line]) for line in lines]
    if sum(widths) > _MOST_CELLS:
        raise _TooWide(sheet.title, sum(widths))
    grid = [
        [rows[line].get(column, "") for column in range(1, width + 1)]
        for line, width in zip(lines, widths, strict=True)
    ]
    hidden_rows = [n for n, look in sheet.row_dimensions.items() if look.hidden and n in rows]
    hidden_columns = [letters for letters, look in sheet.column_dimensions.items() if look.hidden]
    said = []
    if hidden_rows:
        said.append(f"Hidden rows are read too: {len(hidden_rows)}, the first is {min(hidden_rows)}.")
    if hidden_columns:
        said.append(f"Hidden columns are read too: {', '.join(sorted(hidden_columns)[:8])}.")
    merged = tuple(str(area) for area in sheet.merged_cells.ranges)
    return RawSheet(
        sheet.title,
        grid,
        lines,
        sheet.sheet_state != "visible",
        merged,
        {(places[row], column): fault for (row, column), fault in sorted(faults.items())},
        tuple(said),
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


def _is_ole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    except OSError:
        return False
