"""Write blocks as HTML, and as plain lists from which the page's script makes the same HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from country_data import printable
from review.report.blocks import (
    Block,
    Cell,
    ChartRow,
    Column,
    Count,
    Formula,
    Heading,
    Link,
    Lookup,
    Page,
    Styled,
    Table,
    Text,
    TileMap,
)
from review.report.expanded import expanded
from review.report.html.drawing import chart_html, tile_map_html
from review.report.lookups import TableLookups
from review.report.terminal import aligned_right, cell_text
from review.report.xlsx.styles import MARKED
from review.wording import FOLLOWS, percent

__all__ = ["Texts", "Writer", "lists_of", "mark_class", "web_address"]

_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
_NO_LOOKUPS = TableLookups({})
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:)]")


def web_address(text: str) -> str:
    """An address that a browser may follow; "" for anything but http and https."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc and text.isprintable() else ""


def mark_class(text: str) -> str:
    """The look of a cell by the mark it begins with; "" for no mark."""
    return MARKED.get(text[:1], "partly" if "①" <= text[:1] <= "⑳" else "")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cell as it is shown: its text, its look, where it leads to, and the exact value behind a rounded one."""

    text: str
    look: str = ""
    address: str = ""
    value: str = ""

    @property
    def is_sign(self) -> bool:
        """Whether it is a mark without words."""
        return bool(self.look) and len(self.text.removesuffix(FOLLOWS)) == 1


def _shown(cell: Cell, column: Column, table: Table, row: tuple[Cell, ...], lookups: TableLookups) -> _Shown:
    plain = lookups.value(cell, table, row) if isinstance(cell, Lookup | Count | Formula | Styled) else cell
    style = (cell.style if isinstance(cell, Formula | Styled) else "") or column.style
    if isinstance(plain, int | float) and style.startswith("percent"):
        return _Shown(percent(plain, 1), "number", value=f"{plain:.6g}")
    if isinstance(plain, float) and style == "year":
        return _Shown(str(int(plain)), "number")
    text = printable(cell_text(plain, column if style == column.style else Column("", style=style)))
    if column.marked or style in ("met", "not_met", "open", "partly", "absent", "centred"):
        return _Shown(text, mark_class(text) or "mark")
    address = web_address(cell.address) if isinstance(cell, Link) else ""
    return _Shown(text, "quiet" if style.endswith("quiet") else "date" if _DATE.fullmatch(text) else "", address)


def _rows(table: Table, lookups: TableLookups) -> Iterator[list[_Shown]]:
    """The cells that a reader sees, row by row."""
    chosen = [n for n, column in enumerate(table.columns) if not column.hidden]
    for row in table.rows:
        yield [_shown(row[n], table.columns[n], table, row, lookups) for n in chosen]


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if not column.hidden]


def _texts_and_links(text: str) -> Iterator[tuple[str, str]]:
    """A text in pieces, each with the address that it leads to: "" where it is no address."""
    end = 0
    for match in _ADDRESS.finditer(text):
        yield text[end : match.start()], ""
        yield match[0], web_address(match[0])
        end = match.end()
    yield text[end:], ""


@dataclass(frozen=True)
class Writer:
    """Writes blocks as HTML. `words`: of each mark by its sign; `tables`: those that charts are drawn from, by name."""

    words: Mapping[str, str]
    lookups: TableLookups = _NO_LOOKUPS
    tables: Mapping[str, Table] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Blocks one below the other."""
        return Markup("\n").join(map(self._block, blocks))

    def _block(self, block: Block) -> Markup:
        if isinstance(block, Heading):
            return Markup("<h3>{}</h3>").format(printable(block.text))
        if isinstance(block, Text):
            pieces = _texts_and_links(printable(block.text))
            inner = Markup("").join(_link_html(text, address) for text, address in pieces)
            return Markup('<p class="{}">{}</p>').format("plain" if block.style == "plain" else "quiet", inner)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, ChartRow):
            drawn = [(chart, self.tables[chart.table]) for chart in block.charts]
            return Markup("\n").join(chart_html(chart, table, self.table(table)) for chart, table in drawn)
        if isinstance(block, TileMap):
            marks = [str(self.lookups.value(tile.mark)) for tile in block.tiles]
            names = [
                f"{printable(tile.name)}: {self.words.get(mark[:1], mark)}"
                for tile, mark in zip(block.tiles, marks, strict=True)
            ]
            looks = [mark_class(mark) for mark in marks]
            return tile_map_html(block, marks, names, looks) + self.table(block.legend)
        return Markup("")  # what to type or to pick is no part of a page

    def table(self, table: Table) -> Markup:
        """A table; a column with the key `name` beside one with the key `code` leads to the country."""
        table = expanded(table)
        columns = _columns(table)
        keys = [column.key for column in columns]
        named = keys.index("name") if "name" in keys and "code" in keys else -1
        seen: set[str] = set()
        rows = []
        for cells in _rows(table, self.lookups):
            code = cells[keys.index("code")].text if named >= 0 else ""
            made = [
                self._cell(cell, column, first=not n, country=code if n == named else "")
                for n, (cell, column) in enumerate(zip(cells, columns, strict=True))
            ]
            anchor = Markup(' id="country={}"').format(code) if code and code not in seen else ""
            seen.add(code)
            rows.append(Markup("<tr{}>{}</tr>").format(anchor, Markup("").join(made)))
        heads = Markup("").join(_head_html(column) for column in columns)
        return Markup(
            '<div class="table" data-name="{}"><div class="scroll" tabindex="0" role="group" aria-label="{}"><table>'
            "<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div></div>"
        ).format(table.name, table.description, heads, Markup("\n").join(rows))

    def _cell(self, cell: _Shown, column: Column, *, first: bool, country: str) -> Markup:
        look = " ".join(filter(None, [cell.look, "number" if aligned_right(column) and cell.look != "number" else ""]))
        attributes = Markup(' class="{}"').format(look) if look else Markup("")
        if cell.value:
            attributes += Markup(' data-value="{}"').format(cell.value)
        inner = _link_html(cell.text, f"#country={country}" if country else cell.address)
        if not cell.text.isascii():  # a name may run from right to left
            inner = Markup("<bdi>{}</bdi>").format(inner)
        if cell.is_sign and cell.text[0] in self.words:  # a sign says nothing to who listens
            inner += Markup('<span class="words"> {}</span>').format(self.words[cell.text[0]])
        name, scope = ("th", Markup(' scope="row"')) if first else ("td", "")
        return Markup("<{0}{1}{2}>{3}</{0}>").format(name, scope, attributes, inner)


def _head_html(column: Column) -> Markup:
    look = "number" if aligned_right(column) else "upright" if column.rotated else ""
    attributes = Markup(' class="{}"').format(look) if look else Markup("")
    if column.key:
        attributes += Markup(' data-key="{}"').format(column.key)
    if not column.heading:
        return Markup("<td{}></td>").format(attributes)
    inner = Markup("<span>{}</span>").format(column.heading) if column.rotated else column.heading
    return Markup('<th scope="col"{}>{}</th>').format(attributes, inner)


def _link_html(text: str, address: str) -> Markup:
    return (
        Markup('<a href="{}"{}>{}</a>').format(
            address, Markup(' rel="noopener noreferrer"') if address[0] != "#" else "", text
        )
        if address
        else escape(text)
    )


@dataclass(slots=True)
class Texts:
    """Texts that are written once, and named by their number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))


def lists_of(page: Page, texts: Texts) -> list[object]:
    """The blocks of a page as lists: headings, paragraphs of pieces, tables; texts by their number.

    A heading is `["h", text]`; a paragraph `["p", piece, …]`, a piece being a text or `[text, address]`; a table
    `["t", description, [heading, look, …], [cell, …], …]`, a cell being a text or `[text, look, address, value]`.
    """
    found: list[object] = []
    for block in page.blocks:
        if isinstance(block, Heading):
            found.append(["h", texts.number(printable(block.text))])
        elif isinstance(block, Text):
            pieces = [(text, address) for text, address in _texts_and_links(printable(block.text)) if text]
            found.append(["p", *([texts.number(t), texts.number(a)] if a else texts.number(t) for t, a in pieces)])
        elif isinstance(block, Table):
            table = expanded(block)
            heads = [
                texts.number(text)
                for column in _columns(table)
                for text in (column.heading, "number" if aligned_right(column) else "")
            ]
            rows = [[_cell_list(cell, texts) for cell in cells] for cells in _rows(table, _NO_LOOKUPS)]
            found.append(["t", texts.number(table.description), heads, *rows])
    return found


def _cell_list(cell: _Shown, texts: Texts) -> object:
    number = texts.number(cell.text)
    more = [cell.look, cell.address, cell.value]
    while more and not more[-1]:
        more.pop()
    return [number, *map(texts.number, more)] if more else number
