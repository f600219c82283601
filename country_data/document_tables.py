"""Read the tables of Word documents and of web pages: each as a sheet, its marks as signs, its footnotes as comments."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from country_data.characters import clean, unusable
from country_data.other_sheets import AS_DOCX, SheetCells, area_of
from country_data.problems import Place, Problems
from country_data.text_file import SheetRows, is_readable
from country_data.xlsx_file import DAMAGED

__all__ = ["mark_text", "read_docx_tables", "read_html_tables"]

_MOST_UNPACKED, _MOST_CELLS, _MOST_SPAN, _MOST_SECONDS = 100_000_000, 1_000_000, 10_000, 90
# what the codes of symbol fonts draw, where that is a tick or a cross; any other code has no meaning by itself
_TICKS: dict[str, dict[int, str]] = {
    "wingdings": {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐"},
    "wingdings 2": {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x51: "☒", 0xA3: "☐"},
    "webdings": {0x61: "✓", 0x72: "✗"},
    "zapfdingbats": {0x33: "✓", 0x34: "✔", 0x35: "✕", 0x36: "✖", 0x37: "✗", 0x38: "✘"},
}
_SYMBOL_FONTS = {*_TICKS, "wingdings 3", "symbol", "zapf dingbats", "monotype sorts"}
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{1,8}")
_PRIVATE = 0xF000  # where programs keep the codes of symbol fonts


def mark_text(font: str, code: int) -> str:
    """A sign of a symbol font: the tick or cross it draws, else its font and code ("Wingdings 4A"), for the code means nothing."""
    code = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    known = _TICKS.get(font.casefold().replace("zapf dingbats", "zapfdingbats"), {})
    return known.get(code) or f"{font} {code:02X}"


class _TooManyCells(Exception):
    """More cells than are read."""


@dataclass
class _Table:
    """A table while it is read: its cells by row and column, and what they cover."""

    title: str = ""
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    covered: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    row: int = -1
    column: int = 0

    def begin_row(self) -> None:
        """Go to the next row."""
        self.row, self.column = self.row + 1, 0

    def add(self, text: str, notes: list[str], across: int = 1, down: int = 1) -> tuple[int, int]:
        """Add a cell at the next free place, which is given back."""
        while (self.row, self.column) in self.covered:
            self.column += 1
        place = (self.row, self.column)
        across, down = max(1, min(across, _MOST_SPAN)), max(1, min(down, _MOST_SPAN))
        if len(self.covered) + across * down > _MOST_CELLS:
            raise _TooManyCells
        if across > 1 or down > 1:
            self.covered |= {(place[0] + n, place[1] + m) for n in range(down) for m in range(across)}
            self.merged.append((place[0], place[1], place[0] + down - 1, place[1] + across - 1))
        self.cells[place] = text
        if notes:
            self.notes[place] = notes
        self.column += across
        if len(self.cells) > _MOST_CELLS:
            raise _TooManyCells
        return place

    def sheet(self, number: int) -> SheetRows:
        """The table as a sheet, named after its number and its title."""
        found = SheetCells(merged=[area_of(*area) for area in self.merged])
        width = max((column for _, column in self.cells), default=-1) + 1
        if width * (self.row + 1) > _MOST_CELLS:
            raise _TooManyCells
        for row in range(self.row + 1):
            found.add_row(row + 1, [(self.cells.get((row, column), ""), False) for column in range(width)])
        found.comments = {
            (row + 1, column): text
            for (row, column), notes in self.notes.items()
            if (text := "; ".join(filter(None, map(clean, notes)))) and not unusable(text)
        }
        title = clean(" ".join(self.title.split()))
        name = f"table {number}" + (f": {title[:60]}" if title and not unusable(title) else "")
        return replace(found.rows_of(name), is_document=True)


def _sheets(tables: list[_Table], label: str, problems: Problems) -> list[SheetRows] | None:
    """The tables with cells as sheets; None after adding to `problems` that there is none."""
    sheets = [one.sheet(n) for n, one in enumerate(tables, 1)]
    if not any(one.rows for one in sheets):
        problems.add(
            Place(label),
            "This document holds no table.",
            "Name a document with the table as a table, not as a picture.",
        )
        return None
    return sheets


# --- Word


def read_docx_tables(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every table of a Word document, in order; None after adding to `problems` why it can't be read.

    Superscripts and footnotes are comments on their cells, deleted text is left out.
    """
    if not is_readable(path, label, problems):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            reader = _Docx(
                _part(archive, "word/document.xml"),
                _footnotes(_part(archive, "word/footnotes.xml", "word/endnotes.xml")),
                _fonts_of_styles(_part(archive, "word/styles.xml")),
            )
        return _sheets(reader.tables(), label, problems)
    except _TooManyCells:
        _too_large(label, problems)
    except (ElementTree.ParseError, *DAMAGED, TypeError, RecursionError) as error:
        problems.add(Place(label), f"This document is damaged ({type(error).__name__}).", AS_DOCX)
    return None


def _too_large(label: str, problems: Problems) -> None:
    message = f"The tables of this document hold more than the {_MOST_CELLS:,} cells that are read."
    problems.add(Place(label), message, "Save only the table with the answers.")


def _part(archive: zipfile.ZipFile, *names: str) -> ElementTree.Element | None:
    """The first of these parts that is there, parsed; None where there is none. A part that unpacks to too much is damage."""
    name = next((one for one in names if one in archive.NameToInfo), None)
    if name is None:
        return None
    with archive.open(name) as file:
        xml = file.read(_MOST_UNPACKED + 1)
    if len(xml) > _MOST_UNPACKED:
        raise _TooManyCells
    return ElementTree.fromstring(xml)  # noqa: S314 -- expat bounds expansion


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _value(element: ElementTree.Element | None, name: str = "val") -> str:
    """An attribute by its local name."""
    if element is None:
        return ""
    return next((value for key, value in element.items() if _local(key) == name), "")


def _number(element: ElementTree.Element | None, otherwise: int) -> int:
    """The number that an element states; that of columns is never as large as damage may make it."""
    text = _value(element)
    return min(int(text), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _child(element: ElementTree.Element | None, *names: str) -> ElementTree.Element | None:
    """The child, grandchild and so on by local names."""
    for name in names:
        element = next((one for one in element or () if _local(one.tag) == name), None)
    return element


def _footnotes(root: ElementTree.Element | None) -> dict[str, str]:
    return {
        _value(one, "id"): "".join(one.itertext()).strip() for one in root or () if _local(one.tag).endswith("note")
    }


def _fonts_of_styles(root: ElementTree.Element | None) -> dict[str, str]:
    """The font of each style that names one."""
    return {
        _value(one, "styleId"): font
        for one in root or ()
        if _local(one.tag) == "style" and (font := _value(_child(one, "rPr", "rFonts"), "ascii"))
    }


@dataclass
class _Docx:
    """The parts of a Word document."""

    document: ElementTree.Element | None
    footnotes: dict[str, str]
    fonts: dict[str, str]

    def tables(self) -> list[_Table]:
        """All tables in order; a table within a cell is one of its own."""
        found: list[_Table] = []
        above = ""
        for block in self._blocks(_child(self.document, "body")):
            if _local(block.tag) == "p":
                above = "".join(text for text, is_note in self._pieces(block) if not is_note) or above
            else:
                self._read_table(block, above, found)
        return found

    def _blocks(self, parent: ElementTree.Element | None) -> Iterator[ElementTree.Element]:
        """The paragraphs and tables of a body or cell, also those in frames around content."""
        for one in parent or ():
            if _local(one.tag) in ("p", "tbl"):
                yield one
            elif _local(one.tag) in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self._blocks(one)

    def _read_table(self, element: ElementTree.Element, title: str, found: list[_Table]) -> None:
        table = _Table(title)
        found.append(table)
        begun: dict[
            int, tuple[int, int, int]
        ] = {}  # of cells that go on downwards, by column: row, and rows and columns
        for row in self._rows(element):
            table.begin_row()
            table.column = _number(_child(row, "trPr", "gridBefore"), 0)
            for cell in self._cells(row):
                across = _number(_child(cell, "tcPr", "gridSpan"), 1)
                merge = _child(cell, "tcPr", "vMerge")
                column = table.column
                if merge is not None and _value(merge) != "restart" and column in begun:
                    top, _, wide = begun[column]
                    begun[column] = (top, table.row - top + 1, wide)
                    table.column += across
                    continue
                self._end(table, begun, column)
                table.add(*self._content(cell, found), across)
                if merge is not None:
                    begun[column] = (table.row, 1, across)
        for column in list(begun):
            self._end(table, begun, column)

    def _rows(self, parent: ElementTree.Element) -> Iterator[ElementTree.Element]:
        """The rows of a table, none of those within its cells."""
        for one in parent:
            if _local(one.tag) == "tr":
                yield one
            elif _local(one.tag) in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self._rows(one)

    def _cells(self, row: ElementTree.Element) -> Iterator[ElementTree.Element]:
        for one in row:
            if _local(one.tag) == "tc":
                yield one
            elif _local(one.tag) in ("sdt", "sdtContent", "customXml"):
                yield from self._cells(one)

    @staticmethod
    def _end(table: _Table, begun: dict[int, tuple[int, int, int]], column: int) -> None:
        """A cell that goes on downwards ends here."""
        top, down, across = begun.pop(column, (0, 1, 1))
        if down > 1:
            table.merged = [area for area in table.merged if area[:2] != (top, column)]
            table.merged.append((top, column, top + down - 1, column + across - 1))

    def _content(self, cell: ElementTree.Element, found: list[_Table]) -> tuple[str, list[str]]:
        """The text of a cell, a line a paragraph, and its notes; tables within it are added to those found."""
        lines: list[str] = []
        notes: list[str] = []
        for block in self._blocks(cell):
            if _local(block.tag) == "tbl":
                self._read_table(block, "", found)
                continue
            pieces = list(self._pieces(block))
            lines.append("".join(text for text, is_note in pieces if not is_note))
            notes += [text for text, is_note in pieces if is_note]
        return clean("\n".join(line for line in lines if line.strip())), notes

    def _pieces(self, parent: ElementTree.Element) -> Iterator[tuple[str, bool]]:
        """The texts of a paragraph, each with whether it is a note: raised, or a footnote."""
        for one in parent:
            name = _local(one.tag)
            if name == "r":
                yield from self._run(one)
            elif (
                name == "sdt"
                and (box := next((b for b in one.iter() if _local(b.tag) == "checkbox"), None)) is not None
            ):
                yield ("☑" if _value(_child(box, "checked")) in ("1", "true") else "☐"), False
            elif name not in ("del", "moveFrom", "pPr"):
                yield from self._pieces(one)

    def _run(self, run: ElementTree.Element) -> Iterator[tuple[str, bool]]:
        about = _child(run, "rPr")
        font = _value(_child(about, "rFonts"), "ascii") or self.fonts.get(_value(_child(about, "rStyle")), "")
        is_raised = _value(_child(about, "vertAlign")) == "superscript"
        if _child(about, "vanish") is not None:
            return
        for one in run:
            name = _local(one.tag)
            if name == "t":
                is_symbol = font.casefold() in _SYMBOL_FONTS
                text = one.text or ""
                yield (
                    "".join(mark_text(font, ord(sign)) if is_symbol and sign.strip() else sign for sign in text),
                    is_raised,
                )
            elif name == "sym":
                code = _value(one, "char")
                yield (
                    mark_text(_value(one, "font"), int(code[:8], 16) if _HEXADECIMAL.fullmatch(code) else 0),
                    is_raised,
                )
            elif name in ("tab", "br", "cr"):
                yield ("\n" if name != "tab" else " "), False
            elif name in ("footnoteReference", "endnoteReference"):
                yield self.footnotes.get(_value(one, "id"), ""), True
            elif name in ("drawing", "pict"):
                described = (_value(part, "descr") for part in one.iter() if _local(part.tag) == "docPr")
                yield next(filter(None, described), "picture"), False


# --- web pages


def read_html_tables(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every table of a web page, in order; None after adding to `problems` why it can't be read.

    Pictures count by their alternative text, raised texts are comments with the footnote they lead to, and what a reader
    doesn't see is left out.
    """
    if not is_readable(path, label, problems):
        return None
    child = [sys.executable, "-I", str(Path(__file__).with_name("html_child.py")), str(path)]
    try:
        ran = subprocess.run(child, capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603 -- our own script
        if ran.returncode == 0:
            return _sheets([_html_table(one) for one in json.loads(ran.stdout)], label, problems)
    except _TooManyCells:
        _too_large(label, problems)
        return None
    except (subprocess.TimeoutExpired, ValueError):
        pass  # the same as a page that its reader gives up
    message = "This page is damaged, or too large to be read in a minute."
    problems.add(Place(label), message, "Open it in a browser, copy the table into a workbook, and save it as .xlsx.")
    return None


def _html_table(read: dict[str, Any]) -> _Table:
    """A table as the child process has read it."""
    table = _Table(read["title"])
    for row in read["rows"]:
        table.begin_row()
        for text, across, down, notes in row:
            table.add(clean(text), notes, across, down)
    return table
