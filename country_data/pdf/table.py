"""A table on a page, and its rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from country_data.pdf.pieces import Box, PdfPage

__all__ = ["DocumentTable", "TableRow", "drop_empty"]


@dataclass
class TableRow:
    """A row of a table.

    By column: the text of a cell (`cells`), its raised signs (`notes`), where its content stands (`boxes`), what tells the
    first mark in it (`marks`), and what makes it doubtful (`doubts`). `number`: among the rows of its page with a name.
    """

    page: int
    number: int
    name: str = ""
    band: tuple[float, float] = (0.0, 0.0)
    level: float = 0.0  # of the name, or of what stands in it
    cells: dict[int, str] = field(default_factory=dict)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)

    def band_of(self, n: int) -> Box:
        """Where the content of a column stands; of an empty one, the row."""
        return self.boxes.get(n) or Box(0.0, self.band[0], 0.0, self.band[1])

    def box(self, column: tuple[float, float], n: int) -> Box:
        """Where the content of a cell stands; of a blank one, the cell."""
        return self.boxes.get(n) or Box(column[0], self.band[0], column[1], self.band[1])


@dataclass
class DocumentTable:
    """A table on a page.

    Attributes
    ----------
    columns : list[tuple[float, float]]
        From where to where each reaches.
    names : int
        The column of the names.
    headings : list[list[str]]
        The rows of headings, a text a column; the upper one first.
    used : set[int]
        The pieces of the page, by their ids, that the table holds.
    title : str
        The text next above the headings.

    """

    page: PdfPage
    columns: list[tuple[float, float]]
    names: int
    rows: list[TableRow]
    headings: list[list[str]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    title: str = ""
    heading_notes: list[str] = field(default_factory=list)

    @property
    def places(self) -> list[tuple[float, float]]:
        """From where to where the content of each column reaches; of an empty one, the column."""
        found = []
        for n, (left, right) in enumerate(self.columns):
            boxes = [row.boxes[n] for row in self.rows if n in row.boxes]
            found.append((min(b.left for b in boxes), max(b.right for b in boxes)) if boxes else (left, right))
        return found


def drop_empty(table: DocumentTable) -> None:
    """Drop the columns without a heading and without anything in them."""
    filled = {table.names, *(n for row in table.rows for n in row.cells), *(n for texts in table.headings for n, text in enumerate(texts) if text)}  # fmt: skip
    kept = {n: place for place, n in enumerate(sorted(filled))}
    table.columns = [table.columns[n] for n in kept]
    table.headings = [[texts[n] for n in kept] for texts in table.headings]
    table.names = kept[table.names]
    for row in table.rows:
        row.cells = {kept[n]: one for n, one in row.cells.items()}
        row.notes = {kept[n]: one for n, one in row.notes.items()}
        row.boxes = {kept[n]: one for n, one in row.boxes.items()}
        row.marks = {kept[n]: one for n, one in row.marks.items()}
        row.doubts = {kept[n]: one for n, one in row.doubts.items()}
