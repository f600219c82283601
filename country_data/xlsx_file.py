"""Read the sheets of Excel workbooks as rows of text, within limits of size, cells and formats."""

from __future__ import annotations

import contextlib
import datetime
import gc
import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems, column_letters
from country_data.text_file import SheetRows, is_readable

__all__ = [
    "DAMAGED",
    "area_corners",
    "cell_position",
    "date_text",
    "gc_paused",
    "local_name",
    "number_text",
    "read_first_sheet",
    "read_sheets",
]

_MOST_UNPACKED = 400_000_000
_LONG_SHEET, _MOST_SHEET = 2_000_000, 100_000_000  # bytes of a sheet, without its empty cells
_MOST_TEXTS = 60_000_000  # bytes of the texts that sheets share
_MOST_CELLS = 5_000_000
_MOST_MERGED, _MOST_ELEMENTS = 5_000, 150_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c [^<>]*/>")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row [^<>]*/>|<((?:\w+:)?row) [^<>]*>\s*</\1>")
_WITHOUT_ADDRESS = re.compile(rb"<(?:\w+:)?(?:c|row)(?=[\s/>])(?![^<>]*\sr=)")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_IN_FORMAT = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.')
# what stands literally in a number format: in quotation marks, behind \; the places of digits; what fills a column
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|([0#?][0#?.,]*|general)|_.|\*.|@', re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
# the number formats that every workbook has, as far as they show dates or percentages
_BUILT_IN = dict.fromkeys([14, 15, 22, *range(27, 32), *range(34, 37), *range(50, 59)], "yyyy-mm-dd") | {
    9: "0%",
    10: "0.00%",
    16: "d-mmm",
    17: "mmm-yy",
    32: "h:mm:ss",
    33: "h:mm:ss",
    **dict.fromkeys([18, 19, 20, 21, 45, 46, 47], "h:mm:ss"),
}
_AS_XLSX = "Save it from Excel or LibreOffice as “Excel Workbook (.xlsx)”, without a password."
_AS_ROWS = "Save only the rows with answers, or as CSV."
_AS_VALUES = "Copy the rows with answers into a new workbook, as values without their formats."
_COMPUTE = "Open the workbook in Excel or LibreOffice and save it, or type the value."

# what reading the parts of a damaged workbook raises
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError),
    *(OSError, ValueError, EOFError, LookupError),
)
Fault = tuple[str, str]
Position = tuple[int, int]


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
    try:
        with gc_paused():
            return _Workbook(parts, label, problems).sheets()
    except _NoWorkbook as error:
        _add_unreadable(path, label, str(error), problems)
    except _BeyondLimits as error:
        problems.add(error.place, error.message, error.remedy)
    except (*DAMAGED, ElementTree.ParseError, TypeError, AttributeError, RecursionError) as error:
        remedy = "Open it in Excel or LibreOffice, let it repair the file, and save it again."
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", remedy)
    return None


class _NoWorkbook(Exception):
    """A package that holds no workbook of Excel."""


class _BeyondLimits(Exception):
    def __init__(self, place: Place, message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.message, self.remedy = place, message, remedy


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
            elif any(name.endswith("workbook.bin") for name in names):
                reason = "is in the binary .xlsb format"
    problems.add(Place(label), f"This file {reason} ({kind}).", _AS_XLSX)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes] | None:
    """The parts by name, without pictures and the like, which hold no cells; None where they are too large."""
    wanted = [item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))]
    left = _MOST_UNPACKED
    if sum(item.file_size for item in wanted) > left:
        return None
    parts: dict[str, bytes] = {}
    for item in wanted:
        with archive.open(item) as part:
            parts[item.filename.replace("\\", "/")] = part.read(left + 1)
        left -= len(parts[item.filename.replace("\\", "/")])
        if left < 0:
            return None
    return parts


@dataclass
class _Cells:
    """The cells of a sheet, by row and column from 1, and what is known of them."""

    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    faults: dict[Position, Fault] = field(default_factory=dict)
    dates: set[Position] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)


class _Workbook:
    """The parts of a workbook, whichever program wrote them: names of elements count, their namespaces do not."""

    def __init__(self, parts: dict[str, bytes], label: str, problems: Problems) -> None:
        self.parts, self.label, self.problems = parts, label, problems
        documents = [target for kind, target in self._targets("").values() if kind == "officeDocument"]
        name = next((one for one in documents if one in parts), "xl/workbook.xml")
        if name not in parts:
            raise _NoWorkbook("no workbook in it")
        self.name, book = name, self._tree(name)
        if _local(book) != "workbook":
            raise _NoWorkbook(f"a {_local(book)} in it")
        self.related = self._targets(name)
        self.listed = [one for one in book.iter() if _local(one) == "sheet"]
        settings = {_local(one): one for one in book}
        properties, computing = settings.get("workbookPr"), settings.get("calcPr")
        self.from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        # where nothing has computed the formulas yet, a 0 stands for each value
        self.uncomputed = computing is not None and computing.get("fullCalcOnLoad") in ("1", "true")
        others = dict(self.related.values())
        self.formats = self._formats(others.get("styles", ""))
        self.shared = self._texts(others.get("sharedStrings", ""))

    def sheets(self) -> list[SheetRows]:
        """The sheets with cells, in their order; those of charts have none."""
        found = []
        for sheet in self.listed:
            id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            kind, name = self.related.get(id, ("", ""))
            if kind == "worksheet" or not kind:  # a sheet that is not there is a damage
                found.append(self._sheet(sheet.get("name", ""), sheet.get("state", "visible") != "visible", name))
        return found

    def _tree(self, name: str) -> ElementTree.Element:
        xml = self.parts[name]
        if xml.count(b"<") > _MOST_ELEMENTS:
            message = f"This workbook has more than {_MOST_ELEMENTS:,} formats, names or notes."
            raise _BeyondLimits(Place(self.label), message, _AS_VALUES)
        return ElementTree.fromstring(xml)  # noqa: S314 -- expat bounds expansion

    def _targets(self, name: str) -> dict[str, tuple[str, str]]:
        """The kind and the name of each part that a part is related to, by id."""
        folder, file = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if relations not in self.parts:
            return {}
        found = {}
        for one in self._tree(relations):
            target = one.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], path)
        return found

    def _formats(self, name: str) -> list[str]:
        """The number format of each style, "" where it shows the number as it is."""
        if name not in self.parts:
            return []
        styles = self._tree(name)
        own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter() if _local(one) == "numFmt"}
        used = next((one for one in styles if _local(one) == "cellXfs"), ())
        ids = [one.get("numFmtId", "0") for one in used]
        return [own[id][:200] if id in own else _BUILT_IN.get(int(id), "") for id in ids]

    def _texts(self, name: str) -> list[str]:
        xml = self.parts.get(name, b"")
        if len(xml) > _MOST_TEXTS:
            most = _MOST_TEXTS // 1_000_000
            message = f"This workbook has {len(xml) // 1_000_000} MB of texts, more than the {most} that are read."
            raise _BeyondLimits(Place(self.label), message, _AS_ROWS)
        if not xml:
            return []
        return [_rich_text(one) for one in ElementTree.fromstring(xml) if _local(one) == "si"]  # noqa: S314 -- as above

    def _sheet(self, title: str, hidden: bool, name: str) -> SheetRows:
        xml, place = self.parts[name], Place(self.label, sheet=title)
        if len(xml) > _LONG_SHEET and b"\0" not in xml[:1000] and not _WITHOUT_ADDRESS.search(xml):
            xml = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", xml))
        if len(xml) > _MOST_SHEET:
            most = _MOST_SHEET // 1_000_000
            message = f"This sheet has {len(xml) // 1_000_000} MB of cells, more than the {most} that are read."
            raise _BeyondLimits(place, message, _AS_ROWS)
        cells = self._cells(xml)
        if len(cells.merged) > _MOST_MERGED:
            message = (
                f"This sheet has {len(cells.merged):,} merged areas, more than the {_MOST_MERGED:,} that are read."
            )
            raise _BeyondLimits(place, message, "Unmerge them.")
        lines = sorted(cells.texts)
        widths = [max(cells.texts[line]) for line in lines]
        if sum(widths) > _MOST_CELLS:
            message = f"Rows and columns of this sheet reach over {sum(widths):,} cells, more than the {_MOST_CELLS:,} that are read."
            remedy = "Look for a text far to the right or far below, and remove it."
            raise _BeyondLimits(place, message, remedy)
        index_of = {line: n for n, line in enumerate(lines)}
        return SheetRows(
            title,
            [[cells.texts[n].get(column, "") for column in range(1, most + 1)] for n, most in zip(lines, widths, strict=True)],
            lines,
            hidden=hidden,
            merged=tuple(cells.merged),
            faults={(index_of[row], column - 1): fault for (row, column), fault in sorted(cells.faults.items())},
            notes=_notes_on_hidden(cells),
            dates=frozenset((index_of[row], column - 1) for row, column in cells.dates),
            comments={
                (index_of[row], column - 1): text
                for (row, column), text in self._comments(name).items()
                if row in index_of
            },
        )  # fmt: skip

    def _cells(self, xml: bytes) -> _Cells:
        found, row_number = _Cells(), 0
        for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 -- as above
            name = _local(element)
            if name == "row":
                row_number = int(element.get("r", row_number + 1))
                if not 1 <= row_number <= _MOST_ROWS or row_number in found.texts:
                    raise ValueError("a row beyond the last one, or twice")
                self._row(element, row_number, found)
                element.clear()
            elif name == "mergeCell":
                found.merged.append(element.get("ref", ""))
            elif name == "col" and element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                found.hidden_columns += map(column_letters, range(first - 1, min(last, first + 20)))
        return found

    def _row(self, element: ElementTree.Element, row: int, found: _Cells) -> None:
        column, texts = 0, {}
        for cell in element:
            if _local(cell) != "c":
                continue
            address = cell.get("r")
            column = cell_position(address)[1] if address else column + 1
            if not 1 <= column <= _MOST_COLUMNS or column in texts:
                raise ValueError("a column beyond the last one, or twice")
            if not len(cell):
                continue
            text, fault, is_date = self._value(cell)
            if text or fault:
                texts[column] = text
            if fault:
                found.faults[row, column] = fault
            if is_date:
                found.dates.add((row, column))
        if texts:
            found.texts[row] = texts
            if element.get("hidden") in ("1", "true"):
                found.hidden_rows.append(row)

    def _value(self, cell: ElementTree.Element) -> tuple[str, Fault | None, bool]:
        """The text of a cell, what is wrong with it, and whether a spreadsheet holds it as a date."""
        kind, children = cell.get("t", "n"), {_local(one): one for one in cell}
        value, is_date = children["v"].text or "" if "v" in children else "", False
        if "f" in children and not value and kind not in ("str", "inlineStr"):
            return "", ("This cell holds a formula without a stored value.", _COMPUTE), False
        if "f" in children and self.uncomputed and value == "0":
            return "", ("This cell holds a formula that no program has computed.", _COMPUTE), False
        if kind == "e":
            remedy = "Type the value, or leave the cell empty if nothing is recorded."
            return "", (f"This cell shows the error {clean(value)}.", remedy), False
        if kind == "inlineStr":
            text = _rich_text(children["is"]) if "is" in children else ""
        elif kind == "s":
            text = self.shared[int(value)] if value else ""
        elif kind == "str":
            text = _unescaped(value)
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE", "": ""}.get(value.strip(), value.upper())
        elif kind == "d":
            text, is_date = value.partition("T")[0], True
        else:
            style = int(cell.get("s", 0))
            shown = self.formats[style] if value and 0 <= style < len(self.formats) else ""
            if _CONDITION.search(shown):
                remedy = "Type what it shows, or give the cell the format “General”."
                return "", ("The number format of this cell decides by conditions what it shows.", remedy), False
            text, is_date = _number_or_date(value, shown, from_1904=self.from_1904)
        text = clean(text)
        odd = unusable(text.replace("\r", "\n"))
        return (
            ("", (f"This text holds {name_of(odd[0])}.", "Delete that character."), False)
            if odd
            else (text, None, is_date)
        )

    def _comments(self, name: str) -> dict[Position, str]:
        """The comments on the cells of a sheet, by row and column."""
        found = {}
        for kind, target in self._targets(name).values():
            if kind == "comments" and target in self.parts:
                for one in self._tree(target).iter():
                    if _local(one) == "comment" and _ADDRESS.fullmatch(one.get("ref", "")):
                        text = next((_rich_text(part) for part in one if _local(part) == "text"), "")
                        # a threaded one is told to programs that know none by a sentence before it
                        found[cell_position(one.get("ref", ""))] = clean(text.rpartition("Comment:\n")[2])
        return {position: text for position, text in found.items() if text and not unusable(text)}


def _local(element: ElementTree.Element) -> str:
    """The name of an element without its namespace, which the strict and the usual variant have each their own of."""
    return local_name(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1_000)
def local_name(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


@lru_cache(maxsize=20_000)  # the columns of each row are the same
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def cell_position(address: str) -> Position:
    """Row and column, from 1, of an address as B7. Raises `ValueError`."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("an address that is none")
    return int(match[2]), _column(match[1])


def area_corners(area: str) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right, from 1, of an area as A1:B2; None where it is none."""
    first, _, last = area.partition(":")
    try:
        return (*cell_position(first), *cell_position(last or first))
    except ValueError:
        return None


def _unescaped(text: str) -> str:
    r"""A text without the escapes of the format, as _x000D_ for the end of a line; \r\n as \n."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n") if "\r" in text else text


def _rich_text(element: ElementTree.Element) -> str:
    """The text of a cell or comment in all its parts, without the readings that East Asian texts carry."""
    parts = []
    for one in element:
        name = _local(one)
        if name == "t":
            parts.append(one.text or "")
        elif name == "r":
            parts += [part.text or "" for part in one if _local(part) == "t"]
    return _unescaped("".join(parts))


def _number_or_date(value: str, format_code: str, *, from_1904: bool) -> tuple[str, bool]:
    """A number as it is meant, and whether it is a date; where its format shows a text in its place, that text."""
    if not value.strip():
        return "", False
    number = float(value)
    sections = format_code.split(";")
    section = sections[(2 if number == 0 and len(sections) > 2 else 1 if number < 0 and len(sections) > 1 else 0)]
    shown = _IN_FORMAT.sub("", section.lower())
    if "general" in shown or not re.search("[ymdhs]", shown):
        return _shown_number(number, section), False
    if not ("y" in shown or "d" in shown or re.fullmatch(r"[^hs]*m[^hs]*", shown)):
        if 0 <= number < 1:  # a time of day
            return str((datetime.datetime.min + datetime.timedelta(days=number)).time().replace(microsecond=0)), False
        return number_text(number), False
    start = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 30 if number >= 60 else 31)
    try:
        return date_text(start + datetime.timedelta(days=number), shown), True
    except OverflowError:
        return number_text(number), False


def _shown_number(number: float, section: str) -> str:
    """A number as it is, or with the words and the percent sign that its format puts around it or in its place."""
    words = "".join(match[1] or match[2] or "" for match in _LITERAL.finditer(section))
    if not any(sign.isalpha() for sign in words):
        percent = "%" in _IN_FORMAT.sub("", section)
        return f"{number_text(round(number * 100, 10))}%" if percent else number_text(number)
    digits = number_text(number)
    text = _LITERAL.sub(lambda match: match[1] or match[2] or (digits if match[3] else ""), section)
    return " ".join(text.split())


def number_text(number: float) -> str:
    """A number as the data format writes it: a whole one without a decimal point."""
    return str(int(number)) if number == number // 1 and abs(number) < 10**15 else str(number)


def date_text(value: datetime.date, shown: str = "") -> str:
    """Excel turns 2006-04 into the first of April; what the cell shows tells what was typed."""
    if not shown or "d" in shown:
        return f"{value:%Y-%m-%d}".zfill(10)
    if "m" in shown and "y" in shown:
        return f"{value:%Y-%m}".zfill(7)
    return f"{value.year:04}" if "y" in shown else f"{value:%Y-%m-%d}".zfill(10)


def _notes_on_hidden(cells: _Cells) -> tuple[str, ...]:
    notes = []
    if cells.hidden_rows:
        notes.append(f"Hidden rows are read too: {len(cells.hidden_rows)}, the first is {min(cells.hidden_rows)}.")
    if cells.hidden_columns:
        notes.append(f"Hidden columns are read too: {', '.join(cells.hidden_columns[:8])}.")
    return tuple(notes)
