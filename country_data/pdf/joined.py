"""Tables of several pages joined as one: rows below, or further columns beside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from country_data.pdf.pieces import PagePart
from country_data.pdf.table import DocumentTable, TableRow
from country_data.registry import fold

__all__ = ["At", "JoinedSheet", "headings_of", "same_sign", "signs_in"]

_LOOK_ALIKE = {0x424: 0x3A6, 0x444: 0x3C6, 0x2126: 0x3A9}


@dataclass(frozen=True, slots=True)
class At:
    """A cell: its row, its column there, and the table of its page."""

    row: TableRow
    column: int
    table: DocumentTable

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.row.cells.get(self.column, "")

    @property
    def mark(self) -> str:
        """What tells the mark in it; "" where there is none."""
        return self.row.marks.get(self.column, "")

    @property
    def notes(self) -> list[str]:
        """The raised signs in it."""
        return [sign for note in self.row.notes.get(self.column, ()) for sign in signs_in(note)]

    @property
    def place(self) -> str:
        """Its page and row; of a row without a country, the one above."""
        row = f"row {self.row.number}" if self.row.name else f"below row {self.row.number}"
        return f"page {self.row.page}, {row}"

    @property
    def part(self) -> PagePart:
        """The part of its page that shows it."""
        page = self.table.page
        return page.number, self.row.box(self.table.columns[self.column], self.column), page.turned


@dataclass
class JoinedSheet:
    """A table joined of those on several pages.

    `headings`: of each column, the upper one first. `parts`: the columns of each page that shows the same rows.
    """

    headings: list[tuple[str, ...]]
    parts: list[list[int]]
    names: int
    rows: list[dict[int, At]] = field(default_factory=list)
    last: DocumentTable | None = None
    last_rows: dict[str, int] = field(default_factory=dict)  # by name, of the last page
    part: int = 0
    pages: list[int] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)  # of the columns of the first page
    above: list[tuple[int, str]] = field(default_factory=list)  # by page, what stands over a column and is no heading
    heading_notes: dict[tuple[int, str], None] = field(default_factory=dict)  # raised signs, by page
    titles: dict[str, tuple[str, int]] = field(
        default_factory=dict
    )  # what stands above the tables, and on which page first

    @classmethod
    def of(cls, table: DocumentTable) -> JoinedSheet:
        """The sheet that begins with a table."""
        columns = list(range(len(table.columns)))
        sheet = cls([headings_of(table, n) for n in columns], [columns], table.names)
        sheet.places = table.places
        sheet._add_rows(table, dict(zip(columns, columns, strict=True)))
        return sheet

    def _add_rows(self, table: DocumentTable, columns: dict[int, int]) -> None:
        """Add the rows of a table; `columns`: which column here each of its columns is."""
        self.last_rows = {}
        for row in table.rows:
            if row.cells.get(table.names):
                self.last_rows[row.cells[table.names]] = len(self.rows)
            self.rows.append({columns[n]: At(row, n, table) for n in columns})
        self._goes_to(table, 0)

    def _goes_to(self, table: DocumentTable, part: int) -> None:
        self.last, self.part = table, part
        # years tell editions apart; numbers of tables and pages do not
        if title := fold(re.sub(r"(?!\b(?:19|20)\d\d\b)\b\d+|\bcont(?:inued|\.)?", "", table.title)):
            self.titles.setdefault(title, (table.title, table.page.number))
        self.pages = list(dict.fromkeys([*self.pages, table.page.number]))
        self.heading_notes |= {
            (table.page.number, sign): None for note in table.heading_notes for sign in signs_in(note)
        }

    def take(self, table: DocumentTable) -> bool:
        """Take a table that goes on here, beside or below; whether it does."""
        return self._take_beside(table) or self._take_below(table)

    def _take_beside(self, table: DocumentTable) -> bool:
        """More columns of the rows of the page before."""
        names = [row.cells[table.names] for row in table.rows if row.cells.get(table.names)]
        same = sum(name in self.last_rows for name in names)
        if self.last is None or not names or same < 0.8 * max(len(names), len(self.last_rows)):
            return False
        others = [n for n in range(len(table.columns)) if n != table.names]
        following = self.parts[self.part + 1] if self.part + 1 < len(self.parts) else []
        mine = [self._key(self.headings[n]) for n in following]
        theirs = [self._key(headings_of(table, n)) for n in others]
        if following and len(following) == len(others) and (not any(theirs) or mine == theirs):
            columns = dict(zip(others, following, strict=True))
        elif following and len(set(mine)) == len(mine) and sorted(mine) == sorted(theirs):
            columns = {n: following[mine.index(key)] for n, key in zip(others, theirs, strict=True)}
        else:
            columns = {n: len(self.headings) + m for m, n in enumerate(others)}
            self.headings += [headings_of(table, n) for n in others]
            self.parts.append(list(columns.values()))
        for row in table.rows:
            cells = {columns[n]: At(row, n, table) for n in columns}
            if row.cells.get(table.names) in self.last_rows:
                self.rows[self.last_rows[row.cells[table.names]]] |= cells
            elif row.cells:
                self.rows.append(cells | {self.names: At(row, table.names, table)})
        self._goes_to(table, self.part + 1)
        return True

    def _take_below(self, table: DocumentTable) -> bool:
        """More rows, under the same headings or under none."""
        mine = {self._key(self.headings[n]): n for n in self.parts[0]}
        theirs = [self._key(headings_of(table, n)) for n in range(len(table.columns))]
        theirs[table.names] = ""  # whatever stands over the names
        found = {n: mine[key] for n, key in enumerate(theirs) if key and key in mine}
        titled = [n for n, key in enumerate(theirs) if key]
        if len(found) == len(titled) > (len(theirs) - 1) / 2 and len(set(found.values())) == len(found):
            left = [n for n in self.parts[0] if n not in found.values()]
            free = [n for n in range(len(theirs)) if n not in found]
            columns = found | (dict(zip(free, left, strict=True)) if len(free) == len(left) else {})
            if any(n not in columns for row in table.rows for n in row.cells):
                return False
        elif len(theirs) == len(self.parts[0]) and not found and len(titled) <= 2 and self._has_places_of(table):
            columns = dict(zip(range(len(theirs)), self.parts[0], strict=True))
            self.above += [(table.page.number, " ".join(headings_of(table, n)).strip()) for n in titled]
        else:
            return False
        if columns.get(table.names) != self.names:
            return False
        self._add_rows(table, columns)
        return True

    def _has_places_of(self, table: DocumentTable) -> bool:
        """Whether the columns of a table without headings stand where those here do, seen from the names."""
        mine = [(left + right) / 2 - self.places[self.names][0] for left, right in self.places]
        theirs = [(left + right) / 2 - table.places[table.names][0] for left, right in table.places]
        widths = [right - left for left, right in self.places]
        return all(abs(a - b) < max(width / 2, 10) for a, b, width in zip(mine, theirs, widths, strict=True))

    @staticmethod
    def _key(heading: tuple[str, ...]) -> str:
        return fold("".join(heading))


def headings_of(table: DocumentTable, column: int) -> tuple[str, ...]:
    """The headings over a column, the upper one first."""
    return tuple(row[column] for row in table.headings)


def signs_in(note: str) -> list[str]:
    """The signs of a raised text, as “*,Ω”."""
    return [sign for sign in re.split(r"[,.;\s]+", note) if sign]


def same_sign(text: str) -> str:
    """A sign as it is compared: those that look the same are the same."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKE)
