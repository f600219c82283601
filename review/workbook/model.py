"""What a sheet is made of: blocks from top to bottom. Knows neither cell positions nor formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "ChartRow",
    "Column",
    "Computed",
    "Controls",
    "Dropdown",
    "Formula",
    "Heading",
    "Link",
    "Sheet",
    "Styled",
    "Table",
    "Text",
    "Tile",
    "Tiles",
    "XYSeries",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to a web address; where `address` begins with "#", to a sheet by its name."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with a style of its own."""

    value: str | int | float | None
    style: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula of its own (references as in `Column`), and the value that Python computed for it.

    `longest`: the longest text it comes to when something else is picked, for which the row leaves room.
    """

    text: str
    value: str | int | float | None
    style: str = ""
    longest: str | None = None


Cell = str | int | float | None | Link | Styled | Formula


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: a heading of its own, a width in characters, and a style by name.

    `key`: by which formulas refer to it. `formula`: what the spreadsheet computes in each of its
    cells, of which the rows give the value that Python computed (None: no formula there); in it `[@key]` is the cell of a
    column in the same row, `[table.key]` all cells of a column, `[name]` a cell to pick in.
    `choices`: "table.key" of the list of what may be typed in.
    `marked`: its cells are coloured by the mark they begin with, whatever it becomes. `hidden`: it
    holds what formulas need and no reader does. `grouped`: it waits behind a button above the sheet's columns.
    """

    heading: str
    width: float
    style: str = "text"
    rotated: bool = False
    key: str = ""
    formula: str = ""
    choices: str = ""
    marked: bool = False
    hidden: bool = False
    grouped: bool = False


def text_of(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a part of the sheet."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Running text; `width` is the number of characters after which it goes on below."""

    texts: tuple[str, ...]
    style: str = "quiet"
    width: int = 190


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. `frozen`: its headings stay in sight, on screen and on every page."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    frozen: bool = False
    filtered: bool = True


@dataclass(frozen=True, slots=True)
class XYSeries:
    """Values of a chart: columns of a table by heading, over a run of its rows."""

    label: str
    x: str
    y: str
    first: int
    last: int
    colour: str
    joined: bool = True
    labelled: bool = True
    label_colour: str = "#1B1F24"
    in_legend: bool = True
    marker: str = "circle"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart drawn from a table of the same sheet, before or after it: "scatter" or "stacked"."""

    kind: str
    title: str
    description: str
    table: str
    series: tuple[XYSeries, ...]
    x_title: str
    y_title: str
    y_format: str
    label_format: str
    x_range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ChartRow:
    """Charts side by side."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Dropdown:
    """A cell in which a reader picks: the name by which formulas refer to it, what stands before it, what is picked first.

    `choices`: "table.key" of the list to pick from.
    """

    name: str
    label: str
    choices: str
    value: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell that is computed from what is picked, with a name by which formulas refer to it."""

    name: str
    label: str
    formula: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Controls:
    """Cells to pick in, one below the other: what stands on the sheet follows them.

    `span`: over how many columns what is picked may run.
    """

    picks: tuple[Dropdown | Computed, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell of a map: its row and column there (from 0), a formula with its value, and what is said when it is selected."""

    row: int
    column: int
    formula: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """A map of cells, coloured by the mark they begin with; `legend` stands to its left, two columns wide."""

    name: str
    description: str
    tiles: Sequence[Tile]
    legend: Table


Block = Heading | Text | Controls | Table | ChartRow | Tiles


@dataclass(slots=True)
class Sheet:
    """A sheet: its name on the tab, its title, and blocks in order. `fixed`: columns kept in sight.

    `one_page`: it is printed on one page, to be handed over; `portrait`: rotated.
    """

    name: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    fixed: int = 1
    widths: tuple[float, ...] = ()
    one_page: bool = False
    portrait: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= 31 or set(self.name) & set("[]:*?/\\") or self.name.strip("'") != self.name:
            raise ValueError(f"{self.name!r} can't be the name of a sheet")
