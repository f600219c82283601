"""Where every block of a workbook stands, and what formulas refer to. The only place that knows cell positions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection
from dataclasses import dataclass, field

from country_data.problems import column_letters
from review.workbook.model import Block, ChartRow, Controls, Dropdown, Formula, Heading, Sheet, Table, Text, Tiles

__all__ = ["CHART_ROWS", "TILES_FROM", "Layout", "Placed", "lay_out", "with_dependencies"]

CHART_ROWS = 22
TILES_FROM = 3  # the column on which a map begins, beside its legend
_ROW = "\0"  # stands for the number of the row in a formula that is the same in all rows
_REFERENCE = re.compile(r'"(?:[^"]|"")*"|\[(@?)([^\]]+)\]')


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, and the row (from 0) on which it begins."""

    block: Block
    row: int


@dataclass(frozen=True)
class Layout:
    """The blocks of each sheet with their rows; the tables and the cells to pick in, by name."""

    sheets: dict[str, list[Placed]] = field(default_factory=dict)
    tables: dict[str, tuple[str, Table, int]] = field(default_factory=dict)
    picks: dict[str, str] = field(default_factory=dict)

    def pieces(self, formula: str, table: Table) -> list[str]:
        """A formula of a table's cells in pieces, between which the number of the row (from 1) belongs."""
        return self.resolved(formula, table).split(_ROW)

    def resolved(self, formula: str, table: Table | None = None) -> str:
        """A formula with cells in place of its references; where the number of the row belongs, stands a mark."""
        return _REFERENCE.sub(lambda match: self._refer(match, table), formula)

    def cells(self, reference: str) -> str:
        """All cells of a column, named "table.key", as an absolute range with its sheet; "table.first..last": of several."""
        name, _, keys = reference.partition(".")
        sheet, table, top = self.tables[name]
        first, _, last = keys.partition("..")
        letters = [column_letters(_place(table, key)) for key in (first, last or first)]
        return f"'{sheet}'!${letters[0]}${top + 2}:${letters[1]}${top + 1 + max(len(table.rows), 1)}"

    def _refer(self, match: re.Match[str], table: Table | None) -> str:
        if match[2] is None:
            return match[0]  # a text, in which nothing is a reference
        if match[1] and table is not None:
            return f"${column_letters(_place(table, match[2]))}{_ROW}"
        return self.cells(match[2]) if "." in match[2] else self.picks[match[2]]


def _place(table: Table, key: str) -> int:
    return next(index for index, column in enumerate(table.columns) if column.key == key)


def lay_out(sheets: list[Sheet]) -> Layout:
    """Place the blocks of each sheet from top to bottom, under the title."""
    layout = Layout()
    for sheet in sheets:
        row = 1
        placed = layout.sheets[sheet.name] = []
        for block in sheet.blocks:
            placed.append(Placed(block, row))
            table = block.legend if isinstance(block, Tiles) else block
            if isinstance(table, Table):
                layout.tables[table.name] = (sheet.name, table, row)
            if isinstance(block, Controls):
                for offset, pick in enumerate(block.picks):
                    layout.picks[pick.name] = f"'{sheet.name}'!$B${row + offset + 1}"
            row += _height(block)
    return layout


def with_dependencies(sheets: list[Sheet], names: Collection[str]) -> set[str]:
    """These sheets, and all that their formulas and lists look at, directly or not."""
    holds = {table.name: sheet.name for sheet in sheets for table in _tables(sheet)}
    by_name = {sheet.name: sheet for sheet in sheets}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [holds[table] for table in _tables_named(by_name[name])]
    return found


def _tables(sheet: Sheet) -> list[Table]:
    blocks = [block.legend if isinstance(block, Tiles) else block for block in sheet.blocks]
    return [block for block in blocks if isinstance(block, Table)]


def _tables_named(sheet: Sheet) -> set[str]:
    """The tables that a sheet's formulas and lists refer to."""
    texts: list[str] = []
    for block in sheet.blocks:
        if isinstance(block, Controls):
            texts += [f"[{one.choices}]" if isinstance(one, Dropdown) else one.formula for one in block.picks]
        elif isinstance(block, Tiles):
            texts += [tile.formula for tile in block.tiles]
    for table in _tables(sheet):
        texts += [text for column in table.columns for text in (column.formula, f"[{column.choices}]")]
        texts += [cell.text for row in table.rows for cell in row if isinstance(cell, Formula)]
    references = (match[2] for text in texts for match in _REFERENCE.finditer(text) if match[2] and not match[1])
    return {name.partition(".")[0] for name in references if "." in name}


def _height(block: Block) -> int:
    """How many rows a block takes, with the empty ones below it."""
    if isinstance(block, Heading):
        return 1
    if isinstance(block, Text):
        return sum(len(textwrap.wrap(text, block.width)) for text in block.texts) + 1
    if isinstance(block, Controls):
        return len(block.picks) + 1
    if isinstance(block, ChartRow):
        return CHART_ROWS
    if isinstance(block, Tiles):
        return max(_height(block.legend), max((tile.row for tile in block.tiles), default=0) + 3)
    return max(len(block.rows), 1) + 2
