"""Write a table of a data folder as CSV, verbatim: what was read and written again is the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from country_data.characters import clean
from country_data.schema import Schema
from country_data.text_file import header_separator

__all__ = ["csv_of", "csv_with_changes"]

_BOM = "\ufeff"


def csv_of(frame: pd.DataFrame, schema: Schema) -> str:
    """The text of a file: the columns that must be there, and any other that holds something."""
    cells = {name: frame[name].tolist() for name in schema.names}
    names = [name for name in cells if name not in schema.optional or any(cells[name])]
    rows = [tuple(names), *zip(*(cells[name] for name in names), strict=True)]
    return "".join(_record(row) for row in rows)


def csv_with_changes(
    raw: bytes,
    rows: Mapping[Any, Mapping[str, str]],
    changed: Collection[Any],
    schema: Schema,
    key_of: Callable[[Mapping[str, str]], object],
) -> bytes:
    """A file with some rows changed, new or gone; every other row keeps its bytes and its place.

    `rows`: what the file is to hold, by key, in order; `changed`: the keys of rows that are new or say
    something else. `key_of`: the key of a row of the file. New rows stand where the order of `rows`
    has them, if the file has that order.
    """
    text = raw.decode("utf-8")
    mark = _BOM if text.startswith(_BOM) else ""
    separator = header_separator(text.removeprefix(_BOM))
    records = _records(text.removeprefix(_BOM), separator)
    # blank lines may stand before the header
    at = next((n for n, (_, cells) in enumerate(records) if any(map(clean, cells))), 0)
    before = [blank for blank, _ in records[:at]]
    first, header = records[at]
    end = "\r\n" if first.endswith("\r\n") else "\n"
    names = [clean(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    more = [
        name
        for name in schema.names
        if name not in names and (name not in schema.optional or any(rows[key].get(name) for key in changed))
    ]
    if more:
        first = _record([*names, *more], end, separator)
    kept: list[tuple[object, str]] = []
    for text_of_record, cells in records[at + 1 :]:
        if not any(map(clean, cells)):
            kept.append((None, text_of_record))
            continue
        key = key_of(dict(zip(names, map(clean, cells), strict=False)))
        if key in rows and key not in changed:
            kept.append((key, _widened(text_of_record, len(cells), len(names), len(more), separator)))
        elif key in rows:
            kept.append((key, _record([rows[key].get(name, "") for name in (*names, *more)], end, separator)))
    there = {key for key, _ in kept}
    new = {
        key: _record([rows[key].get(name, "") for name in (*names, *more)], end, separator)
        for key in rows
        if key not in there
    }
    row_of = {key: n for n, key in enumerate(rows)}
    order = [row_of[key] for key, _ in kept if key is not None]
    if order == sorted(order):
        waiting = iter(sorted(new, key=row_of.__getitem__))
        following = next(waiting, None)
        merged: list[tuple[object, str]] = []
        for key, record in kept:
            while following is not None and key is not None and row_of[following] < row_of[key]:
                merged.append((following, new[following]))
                following = next(waiting, None)
            merged.append((key, record))
        rest = [] if following is None else [following, *waiting]
        kept = merged + [(key, new[key]) for key in rest]
    else:
        kept += new.items()
    lines = [*before, first, *(record for _, record in kept)]
    # the last line of a file may have no end
    joined = "".join(line if line.endswith(("\n", "\r")) else line + end for line in lines)
    return (mark + joined).encode("utf-8")


def _widened(record: str, cells: int, columns: int, more: int, separator: str) -> str:
    """A record with blank cells for columns that are new."""
    if not more:
        return record
    body = record.rstrip("\r\n")
    return body + separator * (columns - min(cells, columns) + more) + record[len(body) :]


def _records(text: str, separator: str) -> list[tuple[str, list[str]]]:
    """The records of a CSV text, each as it stands and as its cells."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows, start = [], 0
    for cells in reader:
        rows.append(("".join(lines[start : reader.line_num]), cells))
        start = reader.line_num
    return rows


def _record(cells: Sequence[str], end: str = "\n", separator: str = ",") -> str:
    out = io.StringIO()
    # the writer leaves a lone carriage return bare, and a reader takes that for the end of a line
    every = any("\r" in cell for cell in cells)
    csv.writer(
        out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    ).writerow(cells)
    return out.getvalue()
