"""Draw a page: on a terminal with rich, to its width; in a pipe as plain text without breaks."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TextIO

from country_data import printable
from review.terminal.blocks import Display, Grid, Text

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

__all__ = ["show"]

_NARROWEST = 60
_LONGEST_WORD = 16
_BETWEEN = 3  # columns; on a narrow terminal one less
_NARROW = 100


def show(display: Display, stream: TextIO) -> None:
    """Write a page to a stream; what a terminal would obey is shown as what it is."""
    display = Display([_shown(block) for block in display.blocks])
    if stream.isatty():
        _show_on_terminal(display, stream)
    else:
        stream.writelines(f"{line.rstrip()}\n" for line in _plain_lines(display))


def _shown(block: Text | Grid) -> Text | Grid:
    if isinstance(block, Text):
        return replace(block, text=printable(block.text))
    return replace(block, rows=[tuple(map(printable, row)) for row in block.rows])


def _plain_lines(display: Display) -> list[str]:
    lines: list[str] = []
    for number, block in enumerate(display.blocks):
        margin = " " * block.indent
        if isinstance(block, Grid):
            lines += [margin + line for line in _plain_table(block)]
            continue
        if block.strong and number:
            lines.append("")
        lines.append(margin + block.text)
    return lines


def _plain_table(grid: Grid) -> list[str]:
    """The lines of a table, its columns as wide as their longest cell."""
    from rich.cells import cell_len

    rows = [tuple(column.heading for column in grid.columns), *grid.rows]
    widths = _natural_widths(grid)
    lines = []
    for row in rows:
        cells = []
        for cell, width, column in zip(row, widths, grid.columns, strict=True):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if column.right else cell + space)
        lines.append((" " * _BETWEEN).join(cells))
    return lines


def _show_on_terminal(display: Display, stream: TextIO) -> None:
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
    for number, block in enumerate(display.blocks):
        if isinstance(block, Text):
            if block.strong and number:
                console.print()
            if block.unbroken:
                console.print(" " * block.indent + block.text, soft_wrap=True)
                continue
            style = "bold" if block.strong else ""
            console.print(Padding(RichText(block.text, style=style), (0, 0, 0, block.indent), expand=False))
        else:
            between = _BETWEEN - (console.width < _NARROW)
            room = console.width - block.indent - between * len(block.columns)  # rich adds it to the last one too
            drawn = _records(block) if sum(_min_widths(block)) > room else _table(block, between, room)
            console.print(Padding(drawn, (0, 0, 0, block.indent), expand=False))


def _min_widths(grid: Grid) -> list[int]:
    """The width below which each column would break a number or a word."""
    from rich.cells import cell_len

    widths = []
    for n, column in enumerate(grid.columns):
        words = [word for row in grid.rows for word in row[n].split()] if column.wrap else [row[n] for row in grid.rows]
        least = max(map(cell_len, words), default=1)
        heading = max(map(cell_len, column.heading.split()), default=1)
        widths.append(max(min(_LONGEST_WORD, least) if column.wrap else least, min(_LONGEST_WORD, heading)))
    return widths


def _records(grid: Grid) -> Group:
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


def _natural_widths(grid: Grid) -> list[int]:
    """The width of the longest cell of each column."""
    from rich.cells import cell_len

    rows = [tuple(column.heading for column in grid.columns), *grid.rows]
    return [max(map(cell_len, cells)) for cells in zip(*rows, strict=True)]


def _widths(grid: Grid, room: int) -> list[int]:
    """The width of each column: of its longest cell, if there is room; the widest gives way first."""
    least = _min_widths(grid)
    widths = [max(pair) for pair in zip(least, _natural_widths(grid), strict=True)]
    while sum(widths) > room:
        widest = max((n for n in range(len(widths)) if widths[n] > least[n]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _table(grid: Grid, between: int, room: int) -> Table:
    from rich.table import Table
    from rich.text import Text as RichText

    table = Table(box=None, pad_edge=False, padding=(0, between, 0, 0), show_edge=False, header_style="dim")
    for column, width in zip(grid.columns, _widths(grid, room), strict=True):
        justify: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(RichText(column.heading), justify=justify, overflow="fold", width=width)
    for row in grid.rows:
        table.add_row(*(RichText(cell) for cell in row))
    return table
