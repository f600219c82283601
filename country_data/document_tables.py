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
from country_data.other_sheets import AS_DOCX, SheetCells, TooManyCells, area_of
from country_data.problems import Place, Problems
from country_data.text_file import SheetRows, is_readable
from country_data.xlsx_file import DAMAGED, local_name

__all__ = ["is_symbol_font", "mark_text", "read_docx_tables", "read_html_tables"]

_MOST_UNPACKED, _MOST_CELLS, _MOST_SPAN, _MOST_SECONDS = 30_000_000, 1_000_000, 10_000, 90
# what the codes of symbol fonts draw, where that is a tick or a cross; any other code has no meaning by itself
_TICKS: dict[str, dict[int, str]] = {
    "wingdings": {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐"},
    "wingdings 2": {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x51: "☒", 0xA3: "☐"},
    "webdings": {0x61: "✓", 0x72: "✗"},
    "zapfdingbats": {0x33: "✓", 0x34: "✔", 0x35: "✕", 0x36: "✖", 0x37: "✗", 0x38: "✘"},
}
_SYMBOL_FONT = re.compile(
    r"wingdings|webdings|dingbats|^symbol$|marlett|monotype sorts|bookshelf symbol", re.IGNORECASE
)
_SIGN = re.compile("\x01([^\x01\x02]*)\x02([0-9A-F]+)\x01")  # a sign of a symbol font, as the child process writes it
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{1,8}")
_PRIVATE = 0xF000  # where programs keep the codes of symbol fonts


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are signs."""
    return bool(_SYMBOL_FONT.search(font))


def mark_text(font: str, code: int) -> str:
    """A sign of a symbol font: the tick or cross it draws, else its font and code ("Wingdings 4A"), for the code means nothing."""
    code = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    font = " ".join(font.split())
    known = _TICKS.get(re.sub(r"^(itc )?zapf ?dingbats( itc)?$", "zapfdingbats", font.casefold()), {})
    return known.get(code) or f"{font} {code:02X}"


@dataclass
class _Budget:
    """How many cells, and places that cells cover, the tables of a document may still have."""

    left: int = _MOST_CELLS

    def take(self, many: int) -> None:
        """Take so many; raises `TooManyCells` where there are not so many left."""
        self.left -= many
        if self.left < 0:
            raise TooManyCells


@dataclass
class _Table:
    """A table while it is read: its cells by row and column, and what they cover."""

    budget: _Budget
    title: str = ""
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    covered: set[tuple[int, int]] = field(default_factory=set)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # of larger cells: rows and columns
    remarks: list[str] = field(default_factory=list)
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
        self.budget.take(across * down)
        if across > 1 or down > 1:
            self.covered |= {(place[0] + n, place[1] + m) for n in range(down) for m in range(across)}
            self.spans[place] = (down, across)
        self.cells[place] = text
        if notes:
            self.notes[place] = notes
        self.column += across
        return place

    def sheet(self, number: int) -> SheetRows:
        """The table as a sheet, named after its number and its title."""
        areas = [
            area_of(row, column, row + down - 1, column + across - 1)
            for (row, column), (down, across) in self.spans.items()
        ]
        found = SheetCells(merged=areas)
        width = max((column for _, column in self.cells), default=-1) + 1
        self.budget.take(width * (self.row + 1) - len(self.cells))
        for row in range(self.row + 1):
            found.add_row(row + 1, [(self.cells.get((row, column), ""), False) for column in range(width)])
        found.comments = {
            (row + 1, column): text
            for (row, column), notes in self.notes.items()
            if (text := "; ".join(filter(None, map(clean, notes)))) and not unusable(text)
        }
        title = clean(" ".join(self.title.split()))
        name = f"table {number}" + (f": {title[:60]}" if title and not unusable(title) else "")
        return replace(found.rows_of(name), is_document=True, notes=tuple(self.remarks))


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

    Superscripts, footnotes and struck out texts are comments on their cells; deleted and hidden text is left out.
    """
    if not is_readable(path, label, problems):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            reader = _Docx(
                _part(archive, "word/document.xml"),
                {
                    "footnoteReference": _notes(_part(archive, "word/footnotes.xml")),
                    "endnoteReference": _notes(_part(archive, "word/endnotes.xml")),
                },
                _Styles.of(_part(archive, "word/styles.xml")),
            )
        return _sheets(reader.tables(), label, problems)
    except TooManyCells:
        _too_large(label, problems)
    except (ElementTree.ParseError, *DAMAGED, TypeError, RecursionError) as error:
        problems.add(Place(label), f"This document is damaged ({type(error).__name__}).", AS_DOCX)
    return None


def _too_large(label: str, problems: Problems) -> None:
    message = f"The tables of this document hold more than the {_MOST_CELLS:,} cells that are read."
    problems.add(Place(label), message, "Save only the table with the answers.")


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element | None:
    """A part, parsed; None where it is not there. One that unpacks to too much is not read."""
    if name not in archive.NameToInfo:
        return None
    with archive.open(name) as file:
        xml = file.read(_MOST_UNPACKED + 1)
    if len(xml) > _MOST_UNPACKED:
        raise TooManyCells
    return ElementTree.fromstring(xml)  # noqa: S314 -- expat bounds expansion


def _value(element: ElementTree.Element | None, name: str = "val") -> str:
    """An attribute by its local name."""
    if element is None:
        return ""
    return next((value for key, value in element.items() if local_name(key) == name), "")


def _number(element: ElementTree.Element | None, otherwise: int) -> int:
    """The number that an element states; that of columns is never as large as damage may make it."""
    text = _value(element)
    return min(int(text), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _children(element: ElementTree.Element | None) -> list[ElementTree.Element]:
    """The children of an element; none where it is not there."""
    return [] if element is None else list(element)


def _child(element: ElementTree.Element | None, *names: str) -> ElementTree.Element | None:
    """The child, grandchild and so on by local names."""
    for name in names:
        element = next((one for one in _children(element) if local_name(one.tag) == name), None)
    return element


def _is_on(element: ElementTree.Element | None, name: str) -> bool | None:
    """Whether a property is switched on or off; None where nothing is said."""
    found = _child(element, name)
    return None if found is None else _value(found).casefold() not in ("0", "false", "off")


def _notes(root: ElementTree.Element | None) -> dict[str, str]:
    """The texts of footnotes or endnotes by their ids."""
    return {
        _value(one, "id"): "".join(text.text or "" for text in one.iter() if local_name(text.tag) == "t").strip()
        for one in _children(root)
    }


def _font_of(properties: ElementTree.Element | None) -> str:
    """The font of symbols among the fonts of a run, else any font; "" for none."""
    found = _child(properties, "rFonts")
    named = [] if found is None else [value.strip() for key, value in found.items() if "heme" not in key]
    return next((font for font in named if _SYMBOL_FONT.search(font)), named[0] if named else "")


@dataclass(frozen=True)
class _Styles:
    """The styles of a document: their properties of runs, and the styles that they are based on."""

    properties: dict[str, ElementTree.Element | None] = field(default_factory=dict)
    based_on: dict[str, str] = field(default_factory=dict)
    usual: str = ""  # of paragraphs
    defaults: ElementTree.Element | None = None

    @classmethod
    def of(cls, root: ElementTree.Element | None) -> _Styles:
        """The styles of the part that holds them."""
        styles = [one for one in _children(root) if local_name(one.tag) == "style"]
        return cls(
            {_value(one, "styleId"): _child(one, "rPr") for one in styles},
            {_value(one, "styleId"): _value(_child(one, "basedOn")) for one in styles},
            next((_value(one, "styleId") for one in styles if _value(one, "type") == "paragraph" and _value(one, "default") == "1"), ""),
            _child(root, "docDefaults", "rPrDefault", "rPr"),
        )  # fmt: skip

    def chain(self, style: str) -> Iterator[ElementTree.Element | None]:
        """The properties of a style, and of those it is based on."""
        seen: set[str] = set()
        while style in self.properties and style not in seen:
            seen.add(style)
            yield self.properties[style]
            style = self.based_on[style]


@dataclass
class _Docx:
    """The parts of a Word document; `notes`: by the name of what refers to them, and their ids."""

    document: ElementTree.Element | None
    notes: dict[str, dict[str, str]]
    styles: _Styles
    budget: _Budget = field(default_factory=_Budget)
    fields: list[bool] = field(default_factory=list)  # the open fields, each with whether its result has begun

    def tables(self) -> list[_Table]:
        """All tables in order; a table within a cell is one of its own."""
        found: list[_Table] = []
        above = ""
        for block in _within(_child(self.document, "body"), "p", "tbl"):
            if local_name(block.tag) == "p":
                above = "".join(text for text, is_note in self._paragraph(block) if not is_note) or above
            else:
                self._read_table(block, above, found)
        return found

    def _read_table(self, element: ElementTree.Element, title: str, found: list[_Table]) -> None:
        table = _Table(self.budget, title)
        found.append(table)
        begun: dict[int, tuple[int, int]] = {}  # of cells that go on downwards, by column: the row, and columns covered
        for row in _within(element, "tr"):
            about = _child(row, "trPr")
            if _child(about, "del") is not None or _is_on(about, "hidden"):
                continue
            table.begin_row()
            table.column = _number(_child(about, "gridBefore"), 0)
            for cell in _within(row, "tc"):
                self._read_cell(table, cell, begun, found)

    def _read_cell(
        self, table: _Table, cell: ElementTree.Element, begun: dict[int, tuple[int, int]], found: list[_Table]
    ) -> None:
        about, column = _child(cell, "tcPr"), table.column
        across, merge = _number(_child(about, "gridSpan"), 1), _child(about, "vMerge")
        text, notes = self._content(cell, found)
        left = _child(about, "hMerge")
        if left is not None and _value(left) != "restart" and table.row >= 0 and column > 0:
            place = max((one for one in table.cells if one[0] == table.row), default=(table.row, 0))
            table.spans[place] = (table.spans.get(place, (1, 1))[0], column - place[1] + across)
            table.column += across
            return
        if merge is not None and _value(merge) != "restart" and begun.get(column, (0, 0))[1] == across:
            top = begun[column][0]
            table.spans[top, column] = (table.row - top + 1, across)
            table.column += across
            return
        for one in [one for one in begun if column <= one < column + across]:
            del begun[one]  # another cell stands there now
        if _child(about, "cellDel") is not None:
            text = "deleted cell"
        colour = _value(_child(about, "shd"), "fill")
        table.add(
            text or (f"colour {colour}" if colour.casefold() not in ("", "auto", "ffffff") else ""), notes, across
        )
        if merge is not None:
            begun[column] = (table.row, across)

    def _content(self, cell: ElementTree.Element, found: list[_Table]) -> tuple[str, list[str]]:
        """The text of a cell, a line a paragraph, and its notes; tables within it are added to those found."""
        lines: list[str] = []
        notes: list[str] = []
        holds = ""
        for block in _within(cell, "p", "tbl"):
            if local_name(block.tag) == "tbl":
                holds = "table"
                self._read_table(block, "", found)
                continue
            pieces = list(self._paragraph(block))
            lines.append("".join(text for text, is_note in pieces if not is_note))
            notes += [text for text, is_note in pieces if is_note]
        text = clean("\n".join(line for line in lines if line.strip())) or holds
        if not text and len(notes) == 1 and not notes[0].startswith(_STRUCK):
            return clean(notes[0]), []  # all of it is raised
        return text, notes

    def _paragraph(self, paragraph: ElementTree.Element) -> Iterator[tuple[str, bool]]:
        about = _child(paragraph, "pPr")
        style = _value(_child(about, "pStyle")) or self.styles.usual
        self.fields = []
        is_empty = True
        for text, is_note in self._pieces(paragraph, style):
            is_empty = False
            yield text, is_note
        if is_empty and _child(about, "numPr") is not None:
            yield "sign of a list", False

    def _pieces(self, parent: ElementTree.Element, style: str) -> Iterator[tuple[str, bool]]:
        """The texts of a paragraph, each with whether it is a note: raised, struck out, or a footnote."""
        for one in parent:
            name = local_name(one.tag)
            if name == "r":
                yield from self._run(one, style)
            elif name == "sdt" and (box := _child(one, "sdtPr", "checkbox")) is not None:
                yield ("☑" if _is_on(box, "checked") else "☐"), False
            elif name == "AlternateContent":
                yield "picture", False
            elif name == "ruby":
                yield from self._ruby(one, style)
            elif name not in ("del", "moveFrom", "pPr", "sdtPr", "rPr"):
                yield from self._pieces(one, style)

    def _ruby(self, element: ElementTree.Element, style: str) -> Iterator[tuple[str, bool]]:
        """What a reading aid stands above."""
        base = _child(element, "rubyBase")
        return self._pieces(element if base is None else base, style)

    def _properties(self, run: ElementTree.Element, style: str) -> Iterator[ElementTree.Element | None]:
        """What may say how a run looks, the nearest first."""
        about = _child(run, "rPr")
        yield about
        yield from self.styles.chain(_value(_child(about, "rStyle")))
        yield from self.styles.chain(style)
        yield self.styles.defaults

    def _run(self, run: ElementTree.Element, style: str) -> Iterator[tuple[str, bool]]:
        every = list(self._properties(run, style))

        def is_on(name: str) -> bool:
            return bool(next((found for one in every if (found := _is_on(one, name)) is not None), False))

        if is_on("vanish"):
            return
        font = next(filter(None, map(_font_of, every)), "")
        raised = next(filter(None, (_value(_child(one, "vertAlign")) for one in every)), "") == "superscript"
        struck = is_on("strike") or is_on("dstrike")
        for text, is_note in self._run_pieces(run, font):
            yield (f"{_STRUCK}{text}" if struck and text.strip() else text), is_note or raised or struck

    def _run_pieces(self, run: ElementTree.Element, font: str) -> Iterator[tuple[str, bool]]:
        for one in run:
            name = local_name(one.tag)
            if name == "fldChar":
                yield from self._field(one)
            elif not all(self.fields):
                continue  # what a field is made of, not what it shows
            elif name == "t":
                is_symbol = bool(_SYMBOL_FONT.search(font))
                signs = (mark_text(font, ord(sign)) if is_symbol and sign.strip() else sign for sign in one.text or "")
                yield "".join(signs), False
            elif name == "sym":
                code = _value(one, "char")
                yield mark_text(_value(one, "font"), int(code[:8], 16) if _HEXADECIMAL.fullmatch(code) else 0), False
            elif name in ("tab", "br", "cr", "noBreakHyphen"):
                yield {"tab": " ", "noBreakHyphen": "-"}.get(name, "\n"), False
            elif name in self.notes:
                yield self.notes[name].get(_value(one, "id"), ""), True
            elif name == "ruby":
                yield from self._ruby(one, "")
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                described = (_value(part, "descr") for part in one.iter() if local_name(part.tag) == "docPr")
                yield next(filter(None, described), "picture"), False

    def _field(self, element: ElementTree.Element) -> Iterator[tuple[str, bool]]:
        """Begin or end a field; one to tick shows whether it is ticked."""
        kind = _value(element, "fldCharType")
        if kind == "begin":
            box = _child(element, "ffData", "checkBox")
            if box is not None and all(self.fields):
                ticked = _is_on(box, "checked")
                yield ("☑" if (_is_on(box, "default") if ticked is None else ticked) else "☐"), False
            elif _child(element, "ffData", "ddList") is not None and all(self.fields):
                yield "list to choose from", False
            self.fields.append(False)
        elif kind == "separate" and self.fields:
            self.fields[-1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()


def _within(parent: ElementTree.Element | None, *names: str) -> Iterator[ElementTree.Element]:
    """The elements of these names in a body, table, row or cell, also those in frames around content."""
    waiting = _children(parent)[::-1]
    while waiting:
        one = waiting.pop()
        name = local_name(one.tag)
        if name in names:
            yield one
        elif name in _FRAMES:
            waiting += _children(one)[::-1]


_FRAMES = ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo")
_STRUCK = "struck out: "


# --- web pages


def read_html_tables(path: Path, label: str, problems: Problems) -> list[SheetRows] | None:
    """Read every table of a web page, in order; None after adding to `problems` why it can't be read.

    Pictures count by their alternative text, raised texts are comments with the footnote they lead to, and what a reader
    doesn't see is left out.
    """
    if not is_readable(path, label, problems):
        return None
    child = [sys.executable, "-I", str(Path(__file__).with_name("html_child.py")), str(path)]
    budget = _Budget()
    try:
        ran = subprocess.run(child, capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603 -- our own script
        if ran.returncode == 0:
            return _sheets([_html_table(one, budget) for one in json.loads(ran.stdout)], label, problems)
    except TooManyCells:
        _too_large(label, problems)
        return None
    except (subprocess.TimeoutExpired, ValueError):
        pass  # the same as a page that its reader gives up
    message = "This page is damaged, in an encoding that is not known, or too large to be read in a minute."
    problems.add(Place(label), message, "Open it in a browser, copy the table into a workbook, and save it as .xlsx.")
    return None


def _html_table(read: dict[str, Any], budget: _Budget) -> _Table:
    """A table as the child process has read it. A cell covers no rows beyond its group."""
    table = _Table(budget, read["title"])
    groups = read["groups"]
    last_of_group = {group: n for n, group in enumerate(groups)}
    for n, row in enumerate(read["rows"]):
        table.begin_row()
        left = last_of_group[groups[n]] - n + 1
        for text, across, down, notes in row:
            shown = [_SIGN.sub(lambda match: mark_text(match[1], int(match[2], 16)), one) for one in (text, *notes)]
            table.add(clean(shown[0]), shown[1:], across, min(down or left, left))
    if read["stray"]:
        table.remarks.append(f"Text between its cells is left out: {'; '.join(map(clean, read['stray']))[:200]}.")
    return table
