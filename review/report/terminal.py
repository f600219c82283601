"""Draw pages: on a terminal with rich, to its width; in a pipe as plain text without breaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

import pandas as pd

from country_data import printable
from review.report.blocks import (
    NUMBERS,
    Amount,
    Cell,
    Column,
    Count,
    Formula,
    Heading,
    Link,
    Lookup,
    Next,
    Page,
    Picture,
    Styled,
    Table,
    Text,
)
from review.wording import bounds_text, percent, percent_range, range_text, signed, value_text

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table as RichTable

__all__ = ["aligned_right", "cell_text", "show"]

_NARROWEST = 60
_LONGEST_WORD = 16
_BETWEEN = 3  # columns; on a narrow terminal one less
_NARROW = 100
_SIGNED = {"change": 0, "points": 1}  # styles of differences, with their decimals


def cell_text(cell: Cell, column: Column) -> str:
    """A cell in words."""
    value = cell.value if isinstance(cell, Styled | Formula) else cell
    assert not callable(value)
    if isinstance(value, str):
        return value
    if isinstance(value, Link | Picture):
        return value.text
    if isinstance(value, Amount):
        return _amount(value, column.style)
    assert not isinstance(value, Lookup | Count)
    if column.style in _SIGNED and value is not None:
        return signed(value, _SIGNED[column.style])
    if column.style.startswith("score_") and value is not None:
        return bounds_text(value, value, int(column.style.removeprefix("score_")))
    return value_text(value)


def _amount(amount: Amount, style: str) -> str:
    """A number or an interval in words: "27 (15 %)", "27 of 184 (15 %)" where the style is "counted_of", "14–184", "8–9 %"."""
    low, high = amount.ends
    of_known = not pd.isna(amount.out_of) and bool(amount.out_of)
    if low is None or (style.startswith("percent") and (pd.isna(low) or pd.isna(amount.out_of))):
        return ""
    if style.startswith("percent"):
        return percent_range(low, high, int(amount.out_of))
    if style.startswith("range") and not pd.isna(low):
        return range_text(low, high)
    if not style.startswith("counted") or amount.upper is not None or pd.isna(low):
        return bounds_text(low, high, amount.decimals)
    of = f" of {value_text(amount.out_of)}" if style == "counted_of" and of_known else ""
    return f"{value_text(low)}{of}" + (f" ({percent(low, int(amount.out_of)):>4})" if of_known else "")


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table of texts."""

    columns: tuple[Column, ...]
    rows: list[tuple[str, ...]]

    @classmethod
    def of(cls, table: Table) -> _Grid:
        """The cells of a table in words, without what only formulas need."""
        shown = [n for n, column in enumerate(table.columns) if not column.hidden]
        columns = tuple(table.columns[n] for n in shown)
        rows = [tuple(printable(cell_text(row[n], table.columns[n])) for n in shown) for row in table.rows]
        return cls(columns, rows)

    @property
    def with_headings(self) -> list[tuple[str, ...]]:
        """The headings and the rows."""
        return [tuple(column.heading for column in self.columns), *self.rows]


def aligned_right(column: Column) -> bool:
    """Whether the cells of a column are numbers, which stand at the right."""
    in_words = ("bounds", "bounds_wrapped", "range_wrapped", "counted_of")
    return column.style.startswith(NUMBERS) and column.style not in in_words


def _lines(pages: Iterable[Page]) -> list[Heading | Text | Table]:
    """The blocks of pages that a terminal shows, each page's title before them, and what to type next a line each."""
    found: list[Heading | Text | Table] = []
    for page in pages:
        found.append(Heading(str(page.title)))
        for block in page.blocks:
            if isinstance(block, Heading | Text | Table):
                found.append(block)
            elif isinstance(block, Next):
                found += [
                    Text(f"{'Next: ' if not n else '      '}{command}", unbroken=True)
                    for n, command in enumerate(block.commands)
                ]
    return found


def show(pages: Sequence[Page], stream: TextIO) -> None:
    """Write pages to a stream; what a terminal would obey is shown as what it is."""
    if stream.isatty():
        _show_on_terminal(_lines(pages), stream)
    else:
        stream.writelines(f"{line.rstrip()}\n" for line in _plain_lines(_lines(pages)))


def _plain_lines(blocks: list[Heading | Text | Table]) -> list[str]:
    lines: list[str] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            lines += [" " * block.indent + line for line in _plain_table(_Grid.of(block))]
        elif isinstance(block, Heading):
            lines += [*([""] if number else []), printable(block.text)]
        else:
            lines.append(" " * block.indent + printable(block.text))
    return lines


def _plain_table(grid: _Grid) -> list[str]:
    """The lines of a table, its columns as wide as their longest cell."""
    from rich.cells import cell_len

    widths = _natural_widths(grid)
    lines = []
    for row in grid.with_headings:
        cells = []
        for cell, width, column in zip(row, widths, grid.columns, strict=True):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if aligned_right(column) else cell + space)
        lines.append((" " * _BETWEEN).join(cells))
    return lines


def _show_on_terminal(blocks: list[Heading | Text | Table], stream: TextIO) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text as RichText

    console = Console(
        file=stream,
        width=max(shutil.get_terminal_size().columns, _NARROWEST),
        force_terminal=True,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            grid = _Grid.of(block)
            between = _BETWEEN - (console.width < _NARROW)
            room = console.width - block.indent - between * len(grid.columns)  # rich adds it to the last one too
            drawn = _records(grid) if sum(_min_widths(grid)) > room else _table(grid, between, room)
            console.print(Padding(drawn, (0, 0, 0, block.indent), expand=False))
        elif isinstance(block, Heading):
            if number:
                console.print()
            console.print(RichText(printable(block.text), style="bold"))
        elif block.unbroken:
            console.print(" " * block.indent + printable(block.text), soft_wrap=True)
        else:
            console.print(Padding(RichText(printable(block.text)), (0, 0, 0, block.indent), expand=False))


def _min_widths(grid: _Grid) -> list[int]:
    """The width below which each column would break a number or a word."""
    from rich.cells import cell_len

    widths = []
    for n, column in enumerate(grid.columns):
        cells = [row[n] for row in grid.rows]
        words = [word for cell in cells for word in cell.split()] if column.wraps else cells
        least = max(map(cell_len, words), default=1)
        heading = max(map(cell_len, column.heading.split()), default=1)
        widths.append(max(min(_LONGEST_WORD, least) if column.wraps else least, min(_LONGEST_WORD, heading)))
    return widths


def _records(grid: _Grid) -> Group:
    """A table too wide for the terminal: a row after the other, each cell behind its heading."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text as RichText

    lines: list[RichText | Padding] = []
    for row in grid.rows:
        lines.append(RichText(row[0], style="bold"))
        cells = [
            (f"{column.heading}: " if column.heading else "", cell)
            for column, cell in zip(grid.columns[1:], row[1:], strict=True)
            if cell
        ]
        text = RichText("; ").join([RichText.assemble((heading, "dim"), cell) for heading, cell in cells])
        lines.append(Padding(text, (0, 0, 0, 2), expand=False))
    return Group(*lines)


def _natural_widths(grid: _Grid) -> list[int]:
    """The width of the longest cell of each column."""
    from rich.cells import cell_len

    return [max(map(cell_len, cells)) for cells in zip(*grid.with_headings, strict=True)]


def _widths(grid: _Grid, room: int) -> list[int]:
    """The width of each column: of its longest cell, if there is room; the widest gives way first."""
    least = _min_widths(grid)
    widths = [max(pair) for pair in zip(least, _natural_widths(grid), strict=True)]
    while sum(widths) > room:
        widest = max((n for n in range(len(widths)) if widths[n] > least[n]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _table(grid: _Grid, between: int, room: int) -> RichTable:
    from rich.table import Table as RichTable
    from rich.text import Text as RichText

    table = RichTable(box=None, pad_edge=False, padding=(0, between, 0, 0), show_edge=False, header_style="dim")
    for column, width in zip(grid.columns, _widths(grid, room), strict=True):
        justify: Literal["left", "right"] = "right" if aligned_right(column) else "left"
        table.add_column(RichText(column.heading), justify=justify, overflow="fold", width=width)
    for row in grid.rows:
        table.add_row(*(RichText(cell) for cell in row))
    return table
