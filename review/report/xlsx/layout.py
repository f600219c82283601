"""Where every block of a workbook stands, what formulas refer to, and what a look-up finds. The only place that knows cell positions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
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
    Count,
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
)  # fmt: skip
from review.report.lookups import KEY_PART, Lookups

__all__ = ["CHART_ROWS", "TILES_FROM", "Layout", "Placed", "column_width", "lay_out", "only_needed"]

CHART_ROWS = 14
TILES_FROM = 3  # the column on which a map begins, beside its legend
_ROW = "\0"  # stands for the number of the row in a formula that is the same in all rows
_REFERENCE = re.compile(r'"(?:[^"]|"")*"|\[(@?)([^\]]+)\]')
_BUTTON = 4  # characters that the button of a filter takes
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

    def formula(self, cell: Formula | Lookup | Count) -> str:
        """What a cell computes, still with references (see `Column`)."""
        if isinstance(cell, Formula):
            return cell.text
        if isinstance(cell, Count):
            tests = (f"[{column}],{text_of(of) if isinstance(of, str) else of}" for column, of in cell.where)
            many = f"COUNTIFS({','.join(tests)})"
            many = f"IF({many}=0,{text_of(cell.none)},{many})" if cell.none else many
            return f'=IF([{cell.needs}]="","",{many})' if cell.needs else f"={many}"
        name, _, key = cell.column.partition(".")
        column = self.table(name).columns[self.table(name).place(key)]
        found = f"INDEX([{cell.column}],MATCH({_key_formula(cell.key)},[{name}.{cell.by}],0))"
        if cell.link:
            shown = f'IF({found}="","",HYPERLINK({found},{text_of(cell.link)}))'
        elif column.style.startswith(NUMBERS):
            shown = f'IF({found}="","",{found})'
        else:
            shown = f'{found}&""'  # a blank cell counts as 0 elsewhere
        return f"=IFERROR({shown},{text_of(cell.otherwise)})"

    def longest(self, lookup: Lookup) -> str:
        """The longest text that a look-up finds, whatever is picked: of all rows whose keys end as its own does."""
        by = f"{lookup.column.partition('.')[0]}.{lookup.by}"
        if (lookup.column, by) not in self._longest:
            found = self._longest[lookup.column, by] = {}
            for key, text in zip(map(str, self.column(by)), map(str, self.column(lookup.column)), strict=True):
                found[key.rpartition("|")[2]] = max(text, found.get(key.rpartition("|")[2], ""), key=len)
        return self._longest[lookup.column, by].get(lookup.key.rpartition("|")[2], "")

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


def _key_formula(key: str) -> str:
    """The key of a look-up as a formula that joins its parts."""
    parts = KEY_PART.sub(lambda match: f"\1{match[0]}\1", key).split("\1")
    return "&".join(part if n % 2 else text_of(part) for n, part in enumerate(parts) if part)


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
    room = _BUTTON if table.filtered else 2
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
    parts = {page.name: _parts(page) for page in pages}
    home = {name: page for page in pages for name in parts[page.name]}
    waiting, seen = [name for one in names for name in parts[one]], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            mine = parts[home[name].name]
            waiting += [*mine[name], *([] if home[name].hidden else mine)]
    kept = [page for page in pages if seen & parts[page.name].keys()]
    return [replace(page, blocks=_needed(page, seen)) if page.hidden else page for page in kept]


def _parts(page: Page) -> dict[str, set[str]]:
    """The title, the tables and the cells to pick in of a page, by name, and the names to which each refers."""
    found = {f"title of {page.name}": _names([] if isinstance(page.title, str) else [page.title], [])}
    for block in page.blocks:
        table = block.legend if isinstance(block, TileMap) else block
        for pick in block.picks if isinstance(block, Controls) else ():
            lists, computed = ([f"[{pick.choices}]"], []) if isinstance(pick, Dropdown) else ([], [pick.cell])
            found[pick.name] = _names(computed, lists)
        if isinstance(block, ChartRow):
            found[f"charts of {page.name}"] = {chart.table for chart in block.charts}
        if isinstance(table, Table):
            texts = [text for one in table.columns for text in (one.formula, one.share_if, f"[{one.choices}]")]
            cells = [cell for row in table.rows for cell in row]
            found[table.name] = _names([*cells, *(tile.mark for tile in getattr(block, "tiles", ()))], texts)
    return found


def _names(cells: Iterable[Cell], texts: Iterable[str]) -> set[str]:
    """The names of the tables and cells to pick in to which cells and texts refer."""
    every = {*texts}
    for cell in {cell for cell in cells if isinstance(cell, Lookup | Formula | Count)}:
        every.add(cell.text if isinstance(cell, Formula) else "")
        every |= {f"[{column}]" for column, _ in cell.where} | {f"[{cell.needs}]"} if isinstance(cell, Count) else set()
        every |= {f"[{cell.column}]", _key_formula(cell.key)} if isinstance(cell, Lookup) else set()
    found = (match[2] for text in every for match in _REFERENCE.finditer(text) if match[2] and not match[1])
    return {name.partition(".")[0] for name in found}


def _needed(page: Page, names: set[str]) -> list[Block]:
    """The blocks of a page that bear these names."""
    chosen = [
        Controls(tuple(pick for pick in block.picks if pick.name in names)) if isinstance(block, Controls) else block
        for block in page.blocks
    ]
    return [one for one in chosen if (one.picks if isinstance(one, Controls) else getattr(one, "name", "") in names)]
