"""Write a table of a data folder as CSV, verbatim: what was read and written again is the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from typing import Literal

import pandas as pd

from country_data.formats import Columns

__all__ = ["csv_of"]


def csv_of(frame: pd.DataFrame, columns: Columns, keep: Collection[str] = ()) -> str:
    """The text of a file: the columns that must be there, those to `keep`, and any other that holds something."""
    cells = {name: frame[name].tolist() for name in columns.names}
    names = [name for name in cells if name not in columns.optional or name in keep or any(cells[name])]
    rows = [tuple(names), *zip(*(cells[name] for name in names), strict=True)]
    text = _written(rows, csv.QUOTE_MINIMAL)
    if "\r" in text:
        # the writer leaves a lone carriage return bare, and a reader takes that for the end of a line
        text = "".join(_written([row], csv.QUOTE_ALL if "\r" in "".join(row) else csv.QUOTE_MINIMAL) for row in rows)
    return text


def _written(rows: list[tuple[str, ...]], quoting: Literal[0, 1]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    return out.getvalue()
