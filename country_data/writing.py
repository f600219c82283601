"""Write a table of a data folder as CSV, verbatim: what was read and written again is the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

import pandas as pd

from country_data.formats import Columns

__all__ = ["csv_of"]


def csv_of(frame: pd.DataFrame, columns: Columns, keep: Collection[str] = ()) -> str:
    """The text of a file: the columns that must be there, those to `keep`, and any other that holds something."""
    cells = {name: frame[name].tolist() for name in columns.names}
    names = [name for name in cells if name not in columns.optional or name in keep or any(cells[name])]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    for row in zip(*(cells[name] for name in names), strict=True):
        # the writer leaves a lone carriage return bare, and a reader takes that for the end of a line
        (quoting if any("\r" in cell for cell in row) else writer).writerow(row)
    return out.getvalue()
