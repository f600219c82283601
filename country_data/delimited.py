"""A text file with columns as people save it: any usual encoding, any usual separator."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from country_data.characters import clean
from country_data.excel import RawSheet
from country_data.formats import MOST_BYTES
from country_data.problems import Place, Problems

__all__ = ["read_delimited"]

_MOST_LINES, _MOST_CELLS, _BEGINNING = 2_000_000, 20_000_000, 100_000
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read_delimited(path: Path, label: str, problems: Problems) -> RawSheet | None:
    """Read a text file of rows; what its encoding and separator were taken for is said, where it is not UTF-8 with commas.

    Noted as problems: a file that can't be read or is too large, a NUL in it, quotation marks that
    are not closed. None where it can't be read.
    """
    if not path.is_file():
        problems.add(Place(label), "This is no file that can be read.", "Name a .csv or .xlsx file.")
        return None
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
    if not text.strip():
        problems.add(Place(label), "This file is empty.", "Name the file with the answers.")
        return None
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        problems.add(
            Place(label, line),
            f"This line holds a character that does not fit the rest of the file (read as {encoding}).",
            "Save the table as “CSV UTF-8” or as .xlsx.",
        )
        return None
    if text.count("\n") > _MOST_LINES or max(map(text.count, _SEPARATORS)) > _MOST_CELLS:
        problems.add(
            Place(label),
            f"This file has more than {_MOST_LINES:,} lines or {_MOST_CELLS:,} cells.",
            "Save the rows with answers alone.",
        )
        return None
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
            if any(row):
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
    """The text, and the encoding it was taken for; Windows-1252 where nothing else fits. U+FFFD stands for what does not."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace"), "UTF-16"
    begin = raw[:200]
    for odd, name in ((begin[1::2], "utf-16-le"), (begin[::2], "utf-16-be")):
        if len(odd) > 1 and odd.count(0) > len(odd) // 2 and not begin.count(0) > len(begin) * 3 // 4:
            return raw.decode(name, "replace"), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        text = raw.decode("utf-8-sig", "replace")
    wrong = text.count("\ufffd")
    if sum(not sign.isascii() for sign in text) > 2 * wrong:
        return text, "UTF-8"  # most of it is: a few bytes are wrong
    return raw.decode("cp1252", "replace"), "Windows-1252"


def _separator(text: str) -> str:
    """The sign that stands equally often, outside quotation marks, in most of the first lines."""
    lines = ["".join(line.split('"')[::2]) for line in io.StringIO(text[:_BEGINNING]) if line.strip()][:50]

    def regular(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        del counts[0]
        return max(((lines, count) for count, lines in counts.items()), default=(0, 0))

    return max(_SEPARATORS, key=regular)
