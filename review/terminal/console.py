"""Draw a page with rich: on a terminal to its width, in a pipe as plain text without breaks."""

from __future__ import annotations

import io
import shutil
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from review.terminal.layout import Display, Grid, Text

__all__ = ["show"]

_WIDE = 1000
_NARROWEST = 60
_LONGEST_WORD = 16


def show(display: Display, stream: TextIO) -> None:
    """Write a page to a stream."""
    on_terminal = stream.isatty()
    sink = stream if on_terminal else io.StringIO()
    console = Console(
        file=sink,
        width=max(shutil.get_terminal_size().columns, _NARROWEST) if on_terminal else _WIDE,
        force_terminal=on_terminal or False,
        no_color=not on_terminal,
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
            console.print(Padding(_table(block), (0, 0, 0, block.indent), expand=False))
    if isinstance(sink, io.StringIO):
        stream.write("\n".join(line.rstrip() for line in sink.getvalue().split("\n")))


def _table(grid: Grid) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_edge=False, header_style="dim")
    for place, column in enumerate(grid.columns):
        # a column that may break over lines is not made so narrow that its words break
        words = [word for row in grid.rows for word in row[place].split()] if column.wrap else []
        table.add_column(
            RichText(column.heading),
            justify="right" if column.right else "left",
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
            min_width=min(_LONGEST_WORD, max(map(len, words), default=1)),
        )
    for row in grid.rows:
        table.add_row(*(RichText(cell) for cell in row))
    return table
