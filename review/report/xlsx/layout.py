"""Where every block of a workbook stands, what formulas refer to, and what a look-up finds. The only place that knows cell positions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from country_data.problems import column_letters
from review.report.blocks import (
    NUMBERS,
    Block,
    Cell,
    ChartRow,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Link,
    Lookup,
    Page,
    Picture,
    Styled,
    Table,
    Text,
    TileMap,
    text_of,
)
from review.report.lookups import KEY_PART, Lookups

__all__ = ["CHART_ROWS", "TILES_FROM", "Layout", "Placed", "column_width", "lay_out", "only_needed"]

CHART_ROWS = 14
TILES_FROM = 3  # the column on which a map begins, beside its legend
_ROW = "\0"  # stands for the number of the row in a formula that is the same in all rows
_REFERENCE = re.compile(r'"(?:[^"]|"")*"|\[(@?)([^\]]+)\]')
_BUTTON = 3  # characters that the button of a filter takes
_MOST_WIDTH = {False: 60, True: 34}  # of a column as wide as its cells need; where these may take several lines


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, and the row and column (from 0) on which it begins."""

    block: Block
    row: int
    column: int = 0


@dataclass(frozen=True)
class Layout(Lookups):
    """The blocks of each sheet with their places; the tables and the cells to pick in, by name."""

    sheets: dict[str, list[Placed]] = field(default_factory=dict)
    tables: dict[str, tuple[str, Placed]] = field(default_factory=dict)
    picks: dict[str, tuple[str, Dropdown | Computed]] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """The table of this name."""
        block = self.tables[name][1].block
        assert isinstance(block, Table)
        return block

    def pick(self, name: str) -> Dropdown | Computed:
        """The cell to pick in of this name."""
        return self.picks[name][1]

    def pieces(self, formula: str, table: Table | None = None) -> list[str]:
        """A formula of a table's cells in pieces, between which the number of the row (from 1) belongs."""
        return _REFERENCE.sub(lambda match: self._refer(match, table), formula).split(_ROW)

    def resolved(self, formula: str) -> str:
        """A formula outside of tables, with cells in place of its references."""
        return "".join(self.pieces(formula))

    def lookup_formula(self, lookup: Lookup) -> str:
        """What a look-up computes, still with references (see `Column`)."""
        name, _, key = lookup.column.partition(".")
        column = self.table(name).columns[self.table(name).place(key)]
        found = f"INDEX([{lookup.column}],MATCH({key_formula(lookup.key)},[{name}.{lookup.by}],0))"
        if lookup.link:
            shown = f'IF({found}="","",HYPERLINK({found},{text_of(lookup.link)}))'
        elif column.style.startswith(NUMBERS):
            shown = f'IF({found}="","",{found})'
        else:
            shown = f'{found}&""'  # a blank cell counts as 0 elsewhere
        return f"=IFERROR({shown},{text_of(lookup.otherwise)})"

    def longest(self, lookup: Lookup) -> str:
        """The longest text that a look-up finds, whatever is picked: of all rows whose keys end as its own does."""
        name, _, key = lookup.column.partition(".")
        if (lookup.column, lookup.by) not in self._longest:
            table = self.table(name)
            found: dict[str, str] = {}
            by, place = table.place(lookup.by), table.place(key)
            for row in table.rows:
                ending = str(self.value(row[by], table, row)).rpartition("|")[2]
                text = str(self.value(row[place], table, row))
                if len(text) > len(found.get(ending, "")):
                    found[ending] = text
            self._longest[lookup.column, lookup.by] = found
        return self._longest[lookup.column, lookup.by].get(lookup.key.rpartition("|")[2], "")

    @cached_property
    def _longest(self) -> dict[tuple[str, str], dict[str, str]]:
        return {}

    def cells(self, reference: str) -> str:
        """All cells of a column, named "table.key", as an absolute range with its sheet; "table.first..last": of several."""
        name, _, keys = reference.partition(".")
        sheet, placed = self.tables[name]
        table = self.table(name)
        first, _, last = keys.partition("..")
        letters = [column_letters(placed.column + table.place(key)) for key in (first, last or first)]
        return f"'{sheet}'!${letters[0]}${placed.row + 2}:${letters[1]}${placed.row + 1 + max(len(table.rows), 1)}"

    def _refer(self, match: re.Match[str], table: Table | None) -> str:
        if match[2] is None:
            return match[0]  # a text, in which nothing is a reference
        if match[1] and table is not None:
            return f"${column_letters(self.tables[table.name][1].column + table.place(match[2]))}{_ROW}"
        return self.cells(match[2]) if "." in match[2] else self.picks[match[2]][0]


def key_formula(key: str) -> str:
    """The key of a look-up as a formula that joins its parts."""
    parts = []
    for literal, reference in _split(key):
        parts += [text_of(literal)] if literal else []
        parts += [reference] if reference else []
    return "&".join(parts)


def _split(key: str) -> Iterator[tuple[str, str]]:
    end = 0
    for match in KEY_PART.finditer(key):
        yield key[end : match.start()], match[0]
        end = match.end()
    yield key[end:], ""


def lay_out(pages: list[Page]) -> Layout:
    """Place the blocks of each page from top to bottom under the title; those of a hidden page side by side."""
    layout = Layout()
    for page in pages:
        row, column = 1, 0
        placed = layout.sheets[page.name] = []
        for number, block in enumerate(page.blocks):
            one = Placed(block, row, column)
            placed.append(one)
            table = block.legend if isinstance(block, TileMap) else block
            if isinstance(table, Table):
                layout.tables[table.name] = (page.name, Placed(table, row, column))
            if isinstance(block, Controls):
                for offset, pick in enumerate(block.picks):
                    layout.picks[pick.name] = (f"'{page.name}'!${column_letters(column + 1)}${row + offset + 1}", pick)
            if page.hidden:
                column += 1 + (len(block.columns) if isinstance(block, Table) else 2)
            else:
                below = page.blocks[number + 1] if number + 1 < len(page.blocks) else None
                row += _rows(block, below)
    return layout


def _rows(block: Block, below: Block | None) -> int:
    """How many rows a block takes, with the empty one below it."""
    if isinstance(block, Text):
        return 1 if isinstance(below, Text) else 2
    if isinstance(block, Controls):
        return len(block.picks) + 1
    if isinstance(block, ChartRow):
        return CHART_ROWS
    if isinstance(block, TileMap):
        return max(_rows(block.legend, None), max((tile.row for tile in block.tiles), default=0) + 2)
    return max(len(block.rows), 1) + 2 if isinstance(block, Table) else 1


def column_width(table: Table, n: int) -> float:
    """How wide a column is: as declared or as its cells need, and never so narrow that a heading breaks inside a word."""
    column = table.columns[n]
    if column.rotated:
        return max(column.width, 3.6)
    room = _BUTTON if table.filtered else 1
    heading = max(map(len, column.heading.split()), default=0) + room
    if column.width:
        return max(column.width, heading)
    cells = [row[n] for row in table.rows]
    texts = [len(_in_short(cell)) for cell in cells if cell is not None]
    return max(float(heading), min(max(texts, default=0) + 2.0, _MOST_WIDTH[column.wraps]))


def _in_short(cell: Cell) -> str:
    """What a cell shows, numbers with two decimals."""
    value = cell.text if isinstance(cell, Link | Picture) else cell.value if isinstance(cell, Styled) else cell
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def only_needed(pages: list[Page], names: Collection[str]) -> list[Page]:
    """These pages, and all that their formulas and lists look at, directly or not; of a hidden page no more than that."""
    parts = {name: part for page in pages for part in _parts(page) for name in part.names}
    found: dict[str, set[str]] = {}
    waiting = [part for page in pages if page.name in names for part in _parts(page)]
    while waiting:
        part = waiting.pop()
        seen = found.setdefault(part.page.name, set())
        if not part.names <= seen or not part.names:
            seen |= part.names
            others = _parts(part.page) if not part.page.hidden else []
            found_names = {name for page in found.values() for name in page}
            waiting += [one for one in (*others, *(parts[name] for name in part.needs)) if not one.names <= found_names]
    return [
        page if not page.hidden else replace(page, blocks=_needed(page, found[page.name]))
        for page in pages
        if page.name in found
    ]


@dataclass(frozen=True, slots=True)
class _Part:
    """A block of a page, or one cell to pick in: what it is called by, and what it refers to."""

    page: Page
    names: frozenset[str]
    needs: frozenset[str]


def _parts(page: Page) -> list[_Part]:
    """What a page is made of, as far as formulas are concerned."""
    found = [_Part(page, frozenset(), _references([] if isinstance(page.title, str) else [page.title], []))]
    for block in page.blocks:
        if isinstance(block, Controls):
            for pick in block.picks:
                cells: list[Cell] = [pick.cell] if isinstance(pick, Computed) else []
                texts = [f"[{pick.choices}]"] if isinstance(pick, Dropdown) else []
                found.append(_Part(page, frozenset({pick.name}), _references(cells, texts)))
            continue
        table = block.legend if isinstance(block, TileMap) else block
        if isinstance(table, Table):
            texts = [
                text for column in table.columns for text in (column.formula, column.share_if, f"[{column.choices}]")
            ]
            cells = [cell for row in table.rows for cell in row]
            cells += [tile.mark for tile in block.tiles] if isinstance(block, TileMap) else []
            found.append(_Part(page, frozenset({table.name}), _references(cells, texts)))
    return found


def _references(cells: Iterable[Cell], texts: Iterable[str]) -> frozenset[str]:
    """The tables and cells to pick in that cells and texts refer to."""
    lookups = {cell for cell in cells if isinstance(cell, Lookup)}
    every = {*texts, *(cell.text for cell in cells if isinstance(cell, Formula))}
    every |= {
        text
        for one in lookups
        for text in (f"[{one.column}]", f"[{one.column.partition('.')[0]}.{one.by}]", key_formula(one.key))
    }
    found = (match[2] for text in every for match in _REFERENCE.finditer(text) if match[2] and not match[1])
    return frozenset(name.partition(".")[0] for name in found)


def _needed(page: Page, names: set[str]) -> list[Block]:
    """The blocks of a page that bear these names."""
    blocks: list[Block] = []
    for block in page.blocks:
        if isinstance(block, Controls):
            picks = tuple(pick for pick in block.picks if pick.name in names)
            blocks += [Controls(picks)] if picks else []
        elif isinstance(block, Table) and block.name in names:
            blocks.append(block)
    return blocks
