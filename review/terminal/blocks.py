"""What a terminal page is made of: texts and grids, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Column", "Display", "Grid", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, at some indent; `strong` for headings.

    An `unbroken` one is left to the terminal to wrap, so that an address in it can be copied whole.
    """

    text: str
    strong: bool = False
    indent: int = 0
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: its heading, and whether its cells stand at the right or may break."""

    heading: str
    right: bool = False
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    indent: int = 0


@dataclass(slots=True)
class Display:
    """A page: blocks from top to bottom, with an empty line before each heading but the first."""

    blocks: list[Text | Grid] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Add a heading."""
        self.blocks.append(Text(text, strong=True))

    def text(self, text: str, indent: int = 0, *, unbroken: bool = False) -> None:
        """Add a paragraph."""
        if text:
            self.blocks.append(Text(text, indent=indent, unbroken=unbroken))

    def grid(self, columns: list[Column], rows: Sequence[tuple[str, ...]], indent: int = 0) -> None:
        """Add a table."""
        self.blocks.append(Grid(tuple(columns), rows, indent))
