"""Tables for a spreadsheet: a column for each number, where a terminal has an interval or a count with its share in one cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from review.report.blocks import Amount, Cell, Column, Styled, Table
from review.wording import number

__all__ = ["expanded"]

_Maker = Callable[[Cell], Cell]


def expanded(table: Table) -> Table:
    """The same with a column for each number: an interval at least and at most, unless these are always equal; a count and its share."""
    cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    made = [(n, *one) for n, column in enumerate(table.columns) for one in _numbers(column, cells[n])]
    rows = [tuple(maker(row[n]) for n, _, maker in made) for row in table.rows]
    return replace(table, columns=tuple(column for _, column, _ in made), rows=rows)


def _numbers(column: Column, cells: Sequence[Cell]) -> list[tuple[Column, _Maker]]:
    """The columns of numbers that a column stands for, each with what it makes of a cell."""
    amounts = [cell for cell in cells if isinstance(cell, Amount)]
    if not amounts:
        return [(column, lambda cell: cell)]
    heading = column.heading or "value"
    is_counted, is_share = column.style.startswith("counted"), column.style.startswith("percent")
    ends = {0: ": at least", 1: ": at most"} if any(one.is_open for one in amounts) else {0: ""}
    found: list[tuple[Column, _Maker]] = []
    if not is_share:
        width = 0 if is_counted else column.width
        found += [(Column(heading + words, width, "number"), _of(_end(end))) for end, words in ends.items()]
    if column.style == "counted_of":
        found.append((Column(f"{heading}: of", 0, "number"), _of(lambda cell: _plain(cell.out_of))))
    if is_share or is_counted:
        share = heading if is_share else f"{heading}: share"
        found += [(Column(share + words, 0, "percent"), _of(_share(end))) for end, words in ends.items()]
    return found


def _of(maker: Callable[[Amount], Cell]) -> _Maker:
    return lambda cell: maker(cell) if isinstance(cell, Amount) else cell


def _end(end: int) -> Callable[[Amount], Cell]:
    def made(cell: Amount) -> Cell:
        value = cell.ends[end]
        return Styled(float(value), f"score_{cell.decimals}") if cell.decimals and not pd.isna(value) else _plain(value)

    return made


def _share(end: int) -> Callable[[Amount], Cell]:
    def made(cell: Amount) -> Cell:
        value = cell.ends[end]
        unknown = pd.isna(value) or pd.isna(cell.out_of) or not cell.out_of
        return None if unknown else float(value) / float(cell.out_of)

    return made


def _plain(value: object) -> Cell:
    return None if pd.isna(value) else number(value)
