"""What a view is made of: blocks from top to bottom, the same for a terminal, Markdown, a workbook and a web page.

Nothing here knows the position of a cell, a format or the width of a terminal: each writer decides that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import pandas as pd

__all__ = [
    "NUMBERS", "Amount", "At", "Block", "Cell", "Chart", "ChartRow", "Column", "Computed", "Controls", "Count", "Dropdown", "Formula",
    "Heading", "Link", "Lookup", "Next", "Page", "Picture", "Styled", "Table", "Text", "Tile", "TileMap", "XYSeries",
    "text_of",
]  # fmt: skip

Plain = str | int | float | None
At = Callable[[str], Any]
# how the styles of numbers begin
NUMBERS = ("number", "percent", "points", "change", "score", "year", "bounds", "range", "counted")


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to a web address; where `address` begins with "#", to a sheet by its name."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A cell that shows a picture (PNG) in a workbook, and a text elsewhere."""

    png: bytes
    text: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with a style of its own."""

    value: Plain
    style: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A count or a score, of so many: exact, or at least `value` and at most `upper`. None, NaN: not computable.

    The style of its column says what a terminal shows: the interval in words, the count with its share ("counted"), or
    the share alone ("percent"). A workbook has a column for each number (see `expanded`).
    """

    value: Any
    upper: Any = None
    out_of: Any = None
    decimals: int = 0

    @property
    def ends(self) -> tuple[Any, Any]:
        """At least and at most."""
        return self.value, self.value if pd.isna(self.upper) else self.upper

    @property
    def is_open(self) -> bool:
        """Whether it is an interval, and of more than one number."""
        return not pd.isna(self.value) and self.ends[0] != self.ends[1]


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula of its own (references as in `Column`), and the value that Python computed for it.

    `value`: that, or a function that is given one which finds the values of the cells that the formula refers to: `at("@key")`
    in the same row, `at("name")` a cell to pick in. `style`: another than the column's.
    """

    text: str
    value: Plain | Callable[[At], Plain]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A cell that shows what a column holds in the row that has a key: the layout makes the formula and finds the value.

    `column`: "table.key". `key`: the text to find in the column `by` of that table, in which `[@key]` stands for a cell of
    the same row and `[name]` for a cell to pick in. `otherwise`: what is shown where no row has the key.
    `link`: a text that is shown instead, leading to the address found.
    """

    column: str
    key: str
    by: str = "key"
    otherwise: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A cell that counts the rows of a table whose columns hold texts or numbers: the layout makes the formula and counts.

    `where`: of each column, as "table.key", what it holds: marks, words of our own or numbers; a text may begin or end with
    "*". `none`: what stands there for 0. `needs`: the name of a cell to pick in; where that is blank, so is this.
    """

    where: tuple[tuple[str, str | int], ...]
    none: str = ""
    needs: str = ""


Cell = Plain | Link | Picture | Styled | Amount | Formula | Lookup | Count


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: a heading, a width in characters (0: as its cells need), a style by name, the value of an item's cell.

    `value`: a function of the item, or the name of what the item holds; left out, `key` is that name. `key`: by which
    formulas refer to it. `formula`: what the spreadsheet computes in each of its cells, of which the rows
    give the value that Python computed (None: no formula there); in it `[@key]` is the cell of a column in the same row,
    `[table.key]` all cells of a column, `[name]` a cell to pick in. `choices`: "table.key" of the list of what may be
    typed in, `message` what is said of it there, `warn_if` a condition under which a cell is coloured. `share_if`: a
    condition on what is picked under which its numbers are shares. `marked`: its cells are coloured by the mark they begin
    with, whatever it becomes. `hidden`: it holds what formulas need and no reader does. `grouped`: it waits behind a
    button above the sheet's columns.
    """

    heading: str
    width: float = 0
    style: str = "text"
    value: Callable[[Any], Cell] | str | None = None
    key: str = ""
    formula: str = ""
    choices: str = ""
    message: str = ""
    warn_if: str = ""
    share_if: str = ""
    rotated: bool = False
    marked: bool = False
    hidden: bool = False
    grouped: bool = False

    @property
    def wraps(self) -> bool:
        """Whether its cells may take several lines."""
        return self.style.endswith("_wrapped")

    def maker(self) -> Callable[[Any], Cell]:
        """The function that gives the cell of an item."""
        return self.value if callable(self.value) else itemgetter(self.value or self.key)


def text_of(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a part of the view."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, in one cell of a sheet. `unbroken`: an address in it can be copied whole from a terminal."""

    text: str
    style: str = "quiet"
    indent: int = 0
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What to type next: commands, each on a line of its own. A workbook does without."""

    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. `frozen`: its headings stay in sight, on screen and on every page.

    `sparse`: rows whose first cell may come to nothing, and then have no line under them.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    frozen: bool = False
    filtered: bool = False
    sparse: bool = False
    indent: int = 3

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.name!r} has not one cell for each of {len(self.columns)} columns")

    @classmethod
    def of(cls, name: str, description: str, columns: Iterable[Column], items: Iterable[Any], **options: Any) -> Table:
        """A table with a row an item, each cell made by its column's `value`."""
        chosen = tuple(columns)
        makers = [column.maker() for column in chosen]
        return cls(name, description, chosen, [tuple(make(item) for make in makers) for item in items], **options)

    def cells(self, key: str) -> list[Cell]:
        """The cells of the column with this key."""
        place = self.place(key)
        return [row[place] for row in self.rows]

    def place(self, key: str) -> int:
        """The place of the column with this key."""
        return next(index for index, column in enumerate(self.columns) if column.key == key)


@dataclass(frozen=True, slots=True)
class XYSeries:
    """Values of a chart: columns of a table by heading, over a run of its rows. `dashed`: at most, beside at least."""

    label: str
    x: str
    y: str
    first: int
    last: int
    colour: str
    joined: bool = True
    labelled: bool = True
    in_legend: bool = True
    marker: str = "circle"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of shares, drawn from a table of the same page: "scatter" (over years) or "line" (over categories).

    `breaks`: places on the x axis at which a rule changes, each with what is said there.
    """

    kind: str
    title: str
    description: str
    table: str
    series: tuple[XYSeries, ...]
    x_title: str
    y_title: str
    x_range: tuple[int, int] | None = None
    breaks: tuple[tuple[float, str], ...] = ()


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
    message: str = "pick here"


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell that is computed from what is picked, with a name by which formulas refer to it."""

    name: str
    label: str
    cell: Formula | Lookup | Count


@dataclass(frozen=True, slots=True)
class Controls:
    """Cells to pick in, one below the other: what stands on the sheet follows them.

    `span`: over how many columns what is picked may run.
    """

    picks: tuple[Dropdown | Computed, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell of a map: its row and column there (from 0), its code, its mark by look-up, and what is said when it is selected."""

    row: int
    column: int
    code: str
    mark: Lookup
    name: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """A map of cells, coloured by the mark they begin with; `legend` stands to its left."""

    tiles: Sequence[Tile]
    legend: Table


Block = Heading | Text | Next | Controls | Table | ChartRow | TileMap


@dataclass(slots=True)
class Page:
    """A page of a terminal, or a sheet: its name on the tab, its title, and blocks in order. `fixed`: columns kept in sight.

    `one_page`: it is printed on one page, to be handed over. `protected`: only cells for entries can be typed over.
    `hidden`: its tables stand side by side, and only formulas look at them. `zoom`: in percent, on a screen.
    `breaks`: headings that begin a printed page.
    """

    name: str
    title: str | Formula
    blocks: list[Block] = field(default_factory=list)
    fixed: int = 1
    widths: tuple[float, ...] = ()
    one_page: bool = False
    protected: bool = False
    portrait: bool = False
    hidden: bool = False
    zoom: int = 100
    breaks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= 31 or set(self.name) & set("[]:*?/\\") or self.name.strip("'") != self.name:
            raise ValueError(f"{self.name!r} can't be the name of a sheet")

    def heading(self, text: str) -> None:
        """Add a heading."""
        self.blocks.append(Heading(text))

    def text(self, text: str, indent: int = 0, *, style: str = "plain", unbroken: bool = False) -> None:
        """Add a paragraph; none for an empty text."""
        if text:
            self.blocks.append(Text(text, style, indent, unbroken))

    def next(self, *commands: str) -> None:
        """Add what to type next."""
        self.blocks.append(Next(tuple(filter(None, commands))))

    def table(self, heads: Mapping[str, str] | Iterable[Column], rows: Iterable[Iterable[Cell]], description: str = "", indent: int = 3) -> None:  # fmt: skip
        """Add a table, named after the page and its place. `heads`: the columns, or the style of each by its heading."""
        if isinstance(heads, Mapping):
            heads = [Column(head, 0, style) for head, style in heads.items()]
        made = [tuple(row) for row in rows]
        self.blocks.append(Table(self._next_name, description or str(self.title), tuple(heads), made, indent=indent))

    def items(self, columns: Iterable[Column], items: Iterable[Any], description: str) -> None:
        """Add a table with a row an item (see `Table.of`), named likewise."""
        self.blocks.append(Table.of(self._next_name, description, columns, items))

    @property
    def _next_name(self) -> str:
        return f"{self.name.casefold().replace(' ', '_')}_{len(self.blocks)}"

    @property
    def tables(self) -> list[Table]:
        """Its tables, in order."""
        blocks = [block.legend if isinstance(block, TileMap) else block for block in self.blocks]
        return [block for block in blocks if isinstance(block, Table)]
