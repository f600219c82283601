"""What the look-ups of a view find in the tables of the same report; the writers of workbooks and of web pages share it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from review.report.blocks import (
    Bounds,
    Cell,
    Computed,
    Counted,
    Dropdown,
    Formula,
    Link,
    Lookup,
    Picture,
    Share,
    Styled,
    Table,
)

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

    def lookup_value(self, lookup: Lookup, table: Table | None = None, row: tuple[Cell, ...] = ()) -> str | int | float:
        """What a look-up in this row of a table finds."""

        def known(match: re.Match[str]) -> str:
            if match[1]:
                assert table is not None
                return str(self.value(row[table.place(match[2])], table, row))
            return str(self.pick_value(match[2]))

        name, _, key = lookup.column.partition(".")
        of = self.table(name)
        place = self._index(name, lookup.by).get(KEY_PART.sub(known, lookup.key))
        if place is None:
            return lookup.otherwise
        value = self.value(of.rows[place][of.place(key)], of, of.rows[place])
        value = "" if value is None else value
        return lookup.link if lookup.link and value != "" else value

    def value(self, cell: Cell, table: Table | None = None, row: tuple[Cell, ...] = ()) -> str | int | float | None:
        """What a cell comes to."""
        if isinstance(cell, Lookup):
            return self.lookup_value(cell, table, row)
        if isinstance(cell, Styled | Formula):
            return cell.value
        if isinstance(cell, Link | Picture):
            return cell.text
        assert not isinstance(cell, Bounds | Counted | Share)
        return cell

    def pick_value(self, name: str) -> str | int | float:
        """What is picked first, or computed from it."""
        pick = self.pick(name)
        if isinstance(pick, Dropdown):
            return pick.value
        value = self.value(pick.cell)
        return "" if value is None else value

    @cached_property
    def _indices(self) -> dict[tuple[str, str], dict[str, int]]:
        return {}

    def _index(self, name: str, by: str) -> dict[str, int]:
        """The first row of each key of a table."""
        if (name, by) not in self._indices:
            table = self.table(name)
            keys = [str(self.value(row[table.place(by)], table, row)) for row in table.rows]
            self._indices[name, by] = {key: n for n, key in reversed(list(enumerate(keys)))}
        return self._indices[name, by]


@dataclass(frozen=True)
class TableLookups(Lookups):
    """What look-ups find in these tables, where nothing can be picked."""

    tables: dict[str, Table]

    def table(self, name: str) -> Table:
        """The table of this name."""
        return self.tables[name]
