"""A text file with columns as people save it: any usual encoding, any usual separator."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from country_data.excel import MOST_BYTES, RawSheet, clean
from country_data.problems import Place, Problems

__all__ = ["read_delimited"]

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read_delimited(path: Path, label: str, problems: Problems) -> RawSheet | None:
    """Read a text file of rows; what its encoding and separator were taken for is said, where it is not UTF-8 with commas.

    Noted as problems: a file that can't be read or is too large, a NUL in it, quotation marks that
    are not closed. None where it can't be read.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        problems.add(
            Place(label),
            f"This file can't be read: {error.strerror}.",
            "Check that it is a file, and that you may read it.",
        )
        return None
    if raw is None:
        problems.add(
            Place(label), f"This file has more than {MOST_BYTES // 1_000_000} MB.", "Save the rows with answers alone."
        )
        return None
    text, encoding = _decoded(raw)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        problems.add(
            Place(label, line), "This line holds a NUL: this is no text.", "Save the table as “CSV UTF-8” or as .xlsx."
        )
        return None
    separator = _separator(text)
    # a quotation mark opens a cell only at its beginning; two of them inside stand for one
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines, line = [], [], 1
    try:
        for row in reader:
            rows.append([clean(cell) for cell in row])
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(
            Place(label, line),
            f"From this line on the file is not CSV: {error}.",
            "Often a quotation mark is missing; one inside a quoted text is written twice.",
        )
        return None
    said = [f"Read as {encoding}."] if encoding != "UTF-8" else []
    if separator != ",":
        said.append(f"The columns are separated by {_SEPARATORS[separator]}.")
    return RawSheet("", rows, lines, said=tuple(said))


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, and the encoding it was taken for; Windows-1252 where nothing else fits, with what it lacks as it is."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace"), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), "Windows-1252"


def _separator(text: str) -> str:
    """The sign that stands most often outside quotation marks in the first line that has one."""
    for line in text.splitlines()[:50]:
        outside = "".join(line.split('"')[::2])
        counts = {sign: outside.count(sign) for sign in _SEPARATORS}
        best = max(counts, key=lambda sign: counts[sign])
        if counts[best]:
            return best
    return ","
