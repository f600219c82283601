"""Read the sheets of old Excel and OpenDocument workbooks, and name what is no table of any kind that is read."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems, column_letters
from country_data.text_file import SheetRows, is_readable
from country_data.xlsx_file import DAMAGED, date_text, number_text

__all__ = ["AS_XLSX", "kind_of", "read_other_sheets"]

AS_XLSX = "Open it in Excel or LibreOffice, and save it as “Excel Workbook (.xlsx)” or as CSV."
_MOST_UNPACKED, _MOST_CELLS = 200_000_000, 5_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = [
    (re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet"), "XML of Excel 2003"),
    (re.compile(rb"<(?:\w+:)?document[\s>]"), "a flat OpenDocument file"),
    (re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE), "an HTML page"),
    (re.compile(rb"^\s*<\?xml", re.IGNORECASE), "an XML file"),
]


def kind_of(path: Path) -> str:
    """What a file is by its first bytes, whatever its name: `xlsx`, `xls`, `ods`, `text`, or what it is in words.

    Raises `OSError` where it can't be read.
    """
    with path.open("rb") as file:
        begins = file.read(4000)
    if begins[:8] == _OLE:
        return "xls"
    if begins[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
                if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
                    return "ods"
        except DAMAGED:
            return "xlsx"  # whose reader says what is wrong
        return "a workbook in the binary .xlsb format" if "xl/workbook.bin" in names else "xlsx"
    if begins[:5] == b"%PDF-":
        return "a PDF document"
    bare = begins.lstrip(b"\xef\xbb\xbf \t\r\n")
    if bare[:1] == b"<":
        return next((name for pattern, name in _MARKUP if pattern.search(begins)), "text")
    if re.match(rb"[\[{]\s*(?:[\[{]\s*)?\"[^\"]*\"\s*[:,\]]", bare):
        return "JSON"
    return "text"


def read_other_sheets(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every sheet of an .xls or .ods workbook, in order; None after adding to `problems` why it can't be read."""
    import python_calamine

    if not is_readable(path, label, problems) or not _is_within_limits(path, label, problems):
        return None
    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            sheets = []
            for about in book.sheets_metadata:
                if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
                sheets.append(_sheet(book.get_sheet_by_name(about.name), hidden=hidden))
            return sheets
    except (python_calamine.CalamineError, *DAMAGED, TypeError) as error:
        problems.add(Place(label), f"This workbook can't be read, or has a password ({type(error).__name__}).", AS_XLSX)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the reader raises where it finds a fault of its own
            raise
        problems.add(Place(label), "This workbook is damaged.", AS_XLSX)
    return None


def _is_within_limits(path: Path, label: str, problems: Problems) -> bool:
    """Whether an .ods workbook unpacks to what can be read, and holds no formula that was never computed."""
    if not zipfile.is_zipfile(path):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                problems.add(Place(label), "This workbook has a password.", AS_XLSX)
                return False
            if sum(item.file_size for item in archive.infolist()) > _MOST_UNPACKED:
                message = f"This file unpacks to more than {_MOST_UNPACKED // 1_000_000} MB."
                problems.add(Place(label), message, "Save the sheet with the answers alone.")
                return False
            with archive.open("content.xml") as part:
                xml = part.read(_MOST_UNPACKED)
    except DAMAGED as error:
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", AS_XLSX)
        return False
    try:
        cells, uncomputed = _counted(xml)
    except (ElementTree.ParseError, *DAMAGED) as error:
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", AS_XLSX)
        return False
    if cells > _MOST_CELLS:
        problems.add(Place(label), f"This workbook has more than {_MOST_CELLS:,} cells.", "Save only the rows with answers.")
    if uncomputed:
        message = f"{uncomputed} cells of this workbook hold a formula without a stored value."
        problems.add(Place(label), message, "Open the workbook in LibreOffice and save it, or type the values.")
    return not uncomputed and cells <= _MOST_CELLS


def _counted(xml: bytes) -> tuple[int, int]:
    """How many cells the rows of an .ods workbook reach over, repeated ones too, and how many formulas have no value."""
    cells = uncomputed = width = reach = 0
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 -- expat bounds expansion
        name = element.tag.rpartition("}")[2]
        about = {key.rpartition("}")[2]: value for key, value in element.items()}
        if name in ("table-cell", "covered-table-cell"):
            reach += int(about.get("number-columns-repeated", 1))
            width = reach if "value-type" in about or len(element) else width
            uncomputed += "formula" in about and "value-type" not in about
            element.clear()
        elif name == "table-row":
            cells += width * int(about.get("number-rows-repeated", 1))
            width = reach = 0
            element.clear()
    return cells, uncomputed


def _sheet(sheet: object, *, hidden: bool) -> SheetRows:
    rows, lines = [], []
    faults: dict[tuple[int, int], tuple[str, str]] = {}
    dates = set()
    for line, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):  # type: ignore[attr-defined] # calamine bears types in its stubs alone
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        for column, text in enumerate(texts):
            odd = unusable(text)
            if odd:
                texts[column] = ""
                faults[len(rows), column] = (f"This text holds {name_of(odd[0])}.", "Delete that character.")
            if isinstance(cells[column], datetime.date):
                dates.add((len(rows), column))
        rows.append(texts)
        lines.append(line)
    return SheetRows(
        sheet.name,  # type: ignore[attr-defined] # calamine bears types in its stubs alone
        rows,
        lines,
        hidden=hidden,
        merged=tuple(_areas(sheet)),
        faults=faults,
        dates=frozenset(dates),
    )


def _areas(sheet: object) -> list[str]:
    areas = getattr(sheet, "merged_cell_ranges", None) or []
    return [f"{column_letters(a[1])}{a[0] + 1}:{column_letters(b[1])}{b[0] + 1}" for a, b in areas]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, datetime.date):
        return date_text(value)
    return clean(str(value).replace("\r\n", "\n"))
