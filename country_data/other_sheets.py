"""Read the sheets of old Excel and OpenDocument workbooks, and name what is no table of any kind that is read."""

from __future__ import annotations

import contextlib
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems, column_letters
from country_data.text_file import SheetRows, is_readable
from country_data.xlsx_file import DAMAGED, local_name, number_text

__all__ = [
    "AS_DOCX",
    "AS_XLSX",
    "HTML",
    "SheetCells",
    "TooManyCells",
    "area_of",
    "kind_of",
    "read_ods_sheets",
    "read_xls_sheets",
]

AS_XLSX = "Open it in Excel or LibreOffice, and save it as “Excel Workbook (.xlsx)” or as CSV."
AS_DOCX = "Open it in Word or LibreOffice, and save it as “Word Document (.docx)”, or the table as .xlsx."
HTML = "an HTML page"
_MOST_UNPACKED, _MOST_CELLS, _MOST_SECONDS = 200_000_000, 5_000_000, 90
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = [
    (re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet"), "XML of Excel 2003"),
    (re.compile(rb"<(?:\w+:)?document[\s>]"), "a flat OpenDocument file"),
    (re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE), HTML),
    (re.compile(rb"^\s*<\?xml", re.IGNORECASE), "an XML file"),
]
# the records of an old workbook that hold a formula, and a truth value or an error; and what a formula comes to that
# is an error, or nothing
_FORMULA, _TRUTH_OR_ERROR, _FORMAT, _ERROR, _NOTHING = 0x0006, 0x0205, 0x041E, 2, 3
_END_OF_CHAIN = 0xFFFFFFFA
Fault = tuple[str, str]


def kind_of(path: Path) -> str:
    """What a file is by its first bytes, whatever its name: `xlsx`, `xls`, `ods`, `docx`, `pdf`, `text`, or what it is in words.

    Raises `OSError` where it can't be read.
    """
    with path.open("rb") as file:
        begins = file.read(4000)
    if begins[:8] == _OLE:
        return "a document of old Word" if path.suffix.lower() in (".doc", ".dot") else "xls"
    if begins[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
                if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
                    return "ods"
                if "mimetype" in names and b"opendocument.text" in archive.read("mimetype")[:100]:
                    return "an OpenDocument text"
        except DAMAGED:
            return "xlsx"  # whose reader says what is wrong
        if "word/document.xml" in names and path.suffix.lower() in (".docx", ".docm"):
            return "docx"  # under another name the reader of .xlsx says what it is
        return "a workbook in the binary .xlsb format" if "xl/workbook.bin" in names else "xlsx"
    if begins[:5] == b"{\\rtf":
        return "a rich text document"
    if b"%PDF-" in begins[:1024] and (begins[:5] == b"%PDF-" or path.suffix.lower() == ".pdf"):
        return "pdf"
    bare = begins.lstrip(b"\xef\xbb\xbf \t\r\n")
    if bare[:1] == b"<":
        return next((name for pattern, name in _MARKUP if pattern.search(begins)), "text")
    if re.match(rb"[\[{]\s*(?:[\[{]\s*)?\"[^\"]*\"\s*[:,\]]", bare):
        return "JSON"
    return "text"


def read_xls_sheets(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every sheet of a workbook of old Excel, in order; None after adding to `problems` why it can't be read.

    A formula that was never computed and an error come out blank of its reader: a workbook with such a cell is refused.
    """
    if not is_readable(path, label, problems):
        return None
    try:
        unusable_cells = _unusable_cells(path.read_bytes())
    except (*DAMAGED, struct.error) as error:
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", AS_XLSX)
        return None
    if unusable_cells:
        many = "1 cell" if unusable_cells == 1 else f"{unusable_cells} cells"
        message = f"An error, a formula without a stored value, or a format that shows words for numbers: {many}."
        problems.add(Place(label), message, AS_XLSX)
        return None
    child = [sys.executable, "-I", str(Path(__file__).with_name("xls_child.py")), str(path)]
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        ran = subprocess.run(child, capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603 -- our own script
        if ran.returncode == 0:
            return [_xls_sheet(one) for one in json.loads(ran.stdout)]
    problems.add(Place(label), "This workbook can't be read, or has a password.", AS_XLSX)
    return None


def _xls_sheet(read: dict[str, Any]) -> SheetRows:
    """A sheet as the child process has read it."""
    found = SheetCells(hidden=read["hidden"], merged=[area_of(*area) for area in read["merged"]])
    for line, cells in enumerate(read["rows"], 1):
        found.add_row(line, [(_text(kind, value), kind == "date") for kind, value in cells])
    return found.rows_of(read["name"])


def _unusable_cells(raw: bytes) -> int:
    """How many cells of an .xls file are errors or formulas that nothing has computed, and how many formats show words."""
    stream, found, at = _stream(raw), 0, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        record = stream[at + 4 : at + 4 + size]
        if kind == _FORMULA and size >= 14 and record[12:14] == b"\xff\xff":
            found += record[6] in (_ERROR, _NOTHING)
        elif kind == _TRUTH_OR_ERROR and size >= 8:
            found += record[7] == 1
        elif kind == _FORMAT and size > 5:
            code = record[5:].decode("utf-16-le" if record[4] & 1 else "latin-1", "replace")
            sections = [re.sub(r'"[^"]*"|\\.', "", section) for section in code.split(";")]
            words = re.search(r'"[^"]*[^\W\d_]{2,}[^"]*"', code)
            found += bool(words and any(section.strip() == "" for section in sections)) or "[=" in code
        at += 4 + size
    return found


def _stream(raw: bytes) -> bytes:
    """The stream of the workbook in a compound file; the bytes themselves where it is none."""
    if raw[:8] != _OLE:
        return raw
    size, small_size = (1 << power for power in struct.unpack_from("<HH", raw, 30))
    (many,) = struct.unpack_from("<L", raw, 44)
    (directory,), (cutoff, small_table) = struct.unpack_from("<L", raw, 48), struct.unpack_from("<LL", raw, 56)
    sectors = struct.unpack_from("<109L", raw, 76)[: min(many, 109)]
    table = _numbers(b"".join(raw[(n + 1) * size : (n + 2) * size] for n in sectors))
    entries = _content(raw[size:], directory, table, size)
    for at in range(0, len(entries) - 127, 128):
        name = entries[at : at + 64].decode("utf-16-le", "replace")[: max(0, entries[at + 64] // 2 - 1)]
        if name in ("Workbook", "Book"):
            first, length = struct.unpack_from("<LL", entries, at + 116)
            if length >= cutoff:
                return _content(raw[size:], first, table, size)
            # a small stream lies in small sectors, inside that of the first entry
            inside = _content(raw[size:], struct.unpack_from("<L", entries, 116)[0], table, size)
            return _content(inside, first, _numbers(_content(raw[size:], small_table, table, size)), small_size)
    return b""


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(raw) // 4}L", raw[: len(raw) // 4 * 4])


def _content(sectors: bytes, first: int, following: tuple[int, ...], size: int) -> bytes:
    """The sectors of a stream from the first on; `following`: the one behind each."""
    parts: list[bytes] = []
    while first < min(len(following), _END_OF_CHAIN) and len(parts) <= len(following):
        parts.append(sectors[first * size : (first + 1) * size])
        first = following[first]
    return b"".join(parts)


def read_ods_sheets(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every sheet of an OpenDocument workbook, in order; None after adding to `problems` why it can't be read."""
    if not is_readable(path, label, problems):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                problems.add(Place(label), "This workbook has a password.", AS_XLSX)
                return None
            if archive.getinfo("content.xml").file_size > _MOST_UNPACKED:
                message = f"This file unpacks to more than {_MOST_UNPACKED // 1_000_000} MB."
                problems.add(Place(label), message, "Save the sheet with the answers alone.")
                return None
            with archive.open("content.xml") as part:
                xml = part.read(_MOST_UNPACKED + 1)
        return _tables(xml)
    except TooManyCells:
        message = f"Rows and columns of this workbook reach over more than the {_MOST_CELLS:,} cells that are read."
        problems.add(Place(label), message, "Save only the rows with answers.")
    except (ElementTree.ParseError, *DAMAGED, TypeError) as error:
        problems.add(Place(label), f"This workbook is damaged ({type(error).__name__}).", AS_XLSX)
    return None


class TooManyCells(Exception):
    """More cells than are read."""


@dataclass
class SheetCells:
    """The cells of a sheet, row by row."""

    hidden: bool = False
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    dates: set[tuple[int, int]] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)

    def add_row(self, line: int, cells: list[tuple[str, bool]], faults: dict[int, Fault] | None = None) -> None:
        """Add a row of texts, each with whether it is a date; what is wrong with cells, by column."""
        wrong, texts = dict(faults or {}), [text for text, _ in cells]
        for column, text in enumerate(texts):
            odd = unusable(text)
            if odd:
                texts[column], wrong[column] = "", (f"This text holds {name_of(odd[0])}.", "Delete that character.")
        while texts and not texts[-1] and len(texts) - 1 not in wrong:
            texts.pop()
        if texts:
            self.dates |= {(len(self.rows), column) for column, (_, is_date) in enumerate(cells) if is_date}
            self.faults |= {(len(self.rows), column): fault for column, fault in wrong.items()}
            self.rows.append(texts)
            self.lines.append(line)

    def rows_of(self, name: str) -> SheetRows:
        """The sheet of this name."""
        index_of = {line: n for n, line in enumerate(self.lines)}
        return SheetRows(
            name,
            self.rows,
            self.lines,
            hidden=self.hidden,
            merged=tuple(self.merged),
            faults=self.faults,
            dates=frozenset(self.dates),
            comments={
                (index_of[row], column): text for (row, column), text in self.comments.items() if row in index_of
            },
        )


def _tables(xml: bytes) -> list[SheetRows]:
    """The sheets of the content of an .ods workbook."""
    sheets, found, line, cells = [], SheetCells(), 0, 0
    row: list[tuple[str, bool]] = []
    faults: dict[int, Fault] = {}
    hidden_styles: set[str] = set()
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 -- expat bounds expansion
        name, about = local_name(element.tag), {local_name(key): value for key, value in element.items()}
        if name == "style" and any(
            value == "false" for one in element for key, value in one.items() if local_name(key) == "display"
        ):
            hidden_styles.add(about.get("name", ""))
        elif name in ("table-cell", "covered-table-cell"):
            text, is_date, fault, comment = _cell(element, about)
            times = int(about.get("number-columns-repeated", 1))
            down, across = int(about.get("number-rows-spanned", 1)), int(about.get("number-columns-spanned", 1))
            if (down > 1 or across > 1) and text:
                found.merged.append(area_of(line, len(row), line + down - 1, len(row) + across - 1))
            if comment:
                found.comments[line + 1, len(row)] = comment
            if fault:
                faults[len(row)] = fault
            if (text or fault) and len(row) + times > _MOST_CELLS:
                raise TooManyCells
            row += [(text, is_date)] * (times if text or fault or times < 1000 else 1000)
            element.clear()
        elif name == "table-row":
            times = int(about.get("number-rows-repeated", 1))
            filled = any(text for text, _ in row) or faults
            cells += len(row) * times if filled else 0
            if cells > _MOST_CELLS:
                raise TooManyCells
            for n in range(times if filled else 0):
                found.add_row(line + n + 1, row, faults)
            line, row, faults = line + times, [], {}
            element.clear()
        elif name == "table":
            found.hidden = about.get("style-name", "") in hidden_styles
            sheets.append(found.rows_of(about.get("name", "")))
            found, line = SheetCells(), 0
            element.clear()
    return sheets


def _cell(element: ElementTree.Element, about: dict[str, str]) -> tuple[str, bool, Fault | None, str]:
    """The text of a cell, whether it is a date, what is wrong with it, and the comment on it."""
    kind = about.get("value-type", "")
    text = "\n".join("".join(one.itertext()) for one in element if local_name(one.tag) == "p")
    comments = [
        "\n".join("".join(p.itertext()) for p in one if local_name(p.tag) == "p")
        for one in element
        if local_name(one.tag) == "annotation"
    ]
    comment = clean(comments[0]) if comments and not unusable(comments[0]) else ""
    if "error" in element.attrib.values():
        return (
            "",
            False,
            (
                f"This cell shows the error {clean(text)[:40]}.",
                "Type the value, or leave the cell empty if nothing is recorded.",
            ),
            comment,
        )
    if "formula" in about and not kind:
        return (
            "",
            False,
            (
                "This cell holds a formula without a stored value.",
                "Open the workbook in LibreOffice and save it, or type the value.",
            ),
            comment,
        )
    if kind in ("float", "percentage", "currency"):
        # what shows a word or a percent sign, as a truth value does, is what it shows
        words = any(sign.isalpha() or sign == "%" for sign in text)
        return clean(text) if words else number_text(float(about["value"])), False, None, comment
    if kind == "date":
        return about["date-value"].partition("T")[0], True, None, comment
    if kind == "boolean":
        return about["boolean-value"].upper(), False, None, comment
    return clean(text), False, None, comment


def area_of(top: int, left: int, bottom: int, right: int) -> str:
    """An area by the addresses of two corners; rows and columns from 0."""
    return f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"


def _text(kind: str, value: Any) -> str:
    """The text of a cell that the child process has read."""
    if kind == "truth":
        return "TRUE" if value else "FALSE"
    if kind == "number":
        return number_text(value)
    return clean(str(value).replace("\r\n", "\n"))
