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
    names = [
        name for name in columns.names if name not in columns.optional or name in keep or (frame[name] != "").any()
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(frame[names].itertuples(index=False, name=None))
    return out.getvalue()
