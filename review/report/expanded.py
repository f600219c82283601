"""Tables for a spreadsheet: a column for each number, where a terminal has an interval or a count with its share in one cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from review.report.blocks import Bounds, Cell, Column, Counted, Share, Styled, Table

__all__ = ["expanded"]


def expanded(table: Table) -> Table:
    """The same with a column for each number: an interval at least and at most, unless these are always equal; a count and its share."""
    columns: list[Column] = []
    makers: list[tuple[int, Callable[[Cell], Cell]]] = []
    for n, column in enumerate(table.columns):
        for made, maker in _numbers(column, [row[n] for row in table.rows]):
            columns.append(made)
            makers.append((n, maker))
    rows = [tuple(maker(row[n]) for n, maker in makers) for row in table.rows]
    return replace(table, columns=tuple(columns), rows=rows)


def _numbers(column: Column, cells: list[Cell]) -> list[tuple[Column, Callable[[Cell], Cell]]]:
    """The columns of numbers that a column stands for, each with what it makes of a cell."""
    heading = column.heading or "value"
    kinds = {type(cell) for cell in cells}
    if Bounds in kinds:
        is_exact = all(
            _is_unknown(cell.lower) or cell.lower == cell.upper for cell in cells if isinstance(cell, Bounds)
        )
        ends = ((heading, False),) if is_exact else ((f"{heading}: at least", False), (f"{heading}: at most", True))
        return [(Column(words, column.width, "number"), partial(_end, upper=upper)) for words, upper in ends]
    if Share in kinds or Counted in kinds:
        is_interval = any(isinstance(cell, Share | Counted) and cell.upper is not None for cell in cells)
        ends = ((": at least", False), (": at most", True)) if is_interval else (("", False),)
        found: list[tuple[Column, Callable[[Cell], Cell]]] = []
        if Counted in kinds:
            found += [(Column(f"{heading}{words}", 0, "number"), partial(_count, upper=upper)) for words, upper in ends]
            if column.style == "counted_of":
                found.append((Column(f"{heading}: of", 0, "number"), _out_of))
        share = heading if Counted not in kinds else f"{heading}: share"
        return [
            *found,
            *((Column(f"{share}{words}", 0, "percent"), partial(_share, upper=upper)) for words, upper in ends),
        ]
    return [(column, _same)]


def _same(cell: Cell) -> Cell:
    return cell


def _end(cell: Cell, *, upper: bool) -> Cell:
    if not isinstance(cell, Bounds):
        return cell
    value = cell.upper if upper else cell.lower
    if _is_unknown(value):
        return None
    return Styled(float(value), f"score_{cell.decimals}") if cell.decimals else _plain(value)


def _count(cell: Cell, *, upper: bool) -> Cell:
    if not isinstance(cell, Counted):
        return cell
    value = cell.upper if upper and cell.upper is not None else cell.value
    return None if _is_unknown(value) else _plain(value)


def _out_of(cell: Cell) -> Cell:
    return None if not isinstance(cell, Counted) or _is_unknown(cell.out_of) else int(cell.out_of)


def _share(cell: Cell, *, upper: bool) -> Cell:
    if not isinstance(cell, Share | Counted):
        return None
    value = cell.upper if upper and cell.upper is not None else cell.value
    if _is_unknown(value) or _is_unknown(cell.out_of) or not cell.out_of:
        return None
    return float(value) / float(cell.out_of)


def _plain(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _is_unknown(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
