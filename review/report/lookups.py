"""What the look-ups of a view find in the tables of the same report; the writers of workbooks and of web pages share it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from review.report.blocks import Amount, Cell, Computed, Count, Dropdown, Formula, Link, Lookup, Picture, Styled, Table

__all__ = ["KEY_PART", "Lookups", "TableLookups"]

KEY_PART = re.compile(r"\[(@?)([^\]]+)\]")


class Lookups:
    """What look-ups find; a subclass says which tables and cells to pick in there are."""

    def table(self, name: str) -> Table:
        """The table of this name."""
        raise NotImplementedError

    def pick(self, name: str) -> Dropdown | Computed:
        """The cell to pick in of this name."""
        raise NotImplementedError

    def value(self, cell: Cell, table: Table | None = None, row: tuple[Cell, ...] = ()) -> str | int | float | None:
        """What a cell comes to."""
        if isinstance(cell, Lookup):
            return self._found(cell, table, row)
        if isinstance(cell, Count):
            return self._counted(cell)
        if isinstance(cell, Formula):
            return cell.value(lambda name: self._at(name, table, row)) if callable(cell.value) else cell.value
        assert not isinstance(cell, Amount)
        return cell.text if isinstance(cell, Link | Picture) else cell.value if isinstance(cell, Styled) else cell

    def pick_value(self, name: str) -> str | int | float:
        """What is picked first, or computed from it."""
        pick = self.pick(name)
        value = pick.value if isinstance(pick, Dropdown) else self.value(pick.cell)
        return "" if value is None else value

    def column(self, reference: str) -> list[str | int | float | None]:
        """What the cells of a column, "table.key", come to."""
        if reference not in self._columns:
            name, _, key = reference.partition(".")
            table = self.table(name)
            place = table.place(key)
            self._columns[reference] = [self.value(row[place], table, row) for row in table.rows]
        return self._columns[reference]

    def _at(self, name: str, table: Table | None, row: tuple[Cell, ...]) -> str | int | float | None:
        """What a reference comes to: "@key" in the same row, else a cell to pick in."""
        if not name.startswith("@"):
            return self.pick_value(name)
        assert table is not None
        return self.value(row[table.place(name[1:])], table, row)

    def _found(self, lookup: Lookup, table: Table | None, row: tuple[Cell, ...]) -> str | int | float:
        name, _, key = lookup.column.partition(".")
        wanted = KEY_PART.sub(lambda match: str(self._at(match[1] + match[2], table, row)), lookup.key)
        place = self._index(f"{name}.{lookup.by}").get(wanted)
        if place is None:
            return lookup.otherwise
        of = self.table(name)
        value = self.value(of.rows[place][of.place(key)], of, of.rows[place])
        value = "" if value is None else value
        return lookup.link if lookup.link and value != "" else value

    def _counted(self, count: Count) -> str | int:
        if count.needs and self.pick_value(count.needs) == "":
            return ""
        chosen = [True] * len(self.column(count.where[0][0]))
        for column, wanted in count.where:
            text, cells = str(wanted), zip(chosen, self.column(column), strict=True)
            chosen = [one and (cell == wanted or ("*" in text and fnmatchcase(str(cell), text))) for one, cell in cells]
        return sum(chosen) or count.none or 0

    @cached_property
    def _columns(self) -> dict[str, list[str | int | float | None]]:
        return {}

    @cached_property
    def _indices(self) -> dict[str, dict[str, int]]:
        return {}

    def _index(self, reference: str) -> dict[str, int]:
        """The first row of each key in a column."""
        if reference not in self._indices:
            keys = list(map(str, self.column(reference)))
            self._indices[reference] = {key: n for n, key in reversed(list(enumerate(keys)))}
        return self._indices[reference]


@dataclass(frozen=True)
class TableLookups(Lookups):
    """What look-ups find in these tables, where nothing can be picked."""

    tables: dict[str, Table]

    def table(self, name: str) -> Table:
        """The table of this name."""
        return self.tables[name]
