"""Read text files: strictly, as a data folder has them, or in any usual encoding and with any usual separator."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems
from country_data.schema import MOST_BYTES

__all__ = ["SheetRows", "is_readable", "parse_csv", "read_any_csv", "read_text"]

_MOST_LINES, _MOST_CELLS, _BEGINNING = 2_000_000, 20_000_000, 100_000
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# a law may be quoted at length
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet, or of a text file with columns, as they stand.

    Attributes
    ----------
    name : str
        The title of the sheet, "" for a text file.
    rows : list[list[str]]
        The text of each cell; of a sheet, only the rows with cells.
    lines : list[int]
        The number of each row in the file.
    faults : dict[tuple[int, int], tuple[str, str]]
        Cells, by (index of the row, column from 0), that hold no usable text: what stands there, and a remedy.
    notes : tuple[str, ...]
        What a reader may not expect, such as hidden rows.

    """

    name: str
    rows: list[list[str]]
    lines: list[int]
    hidden: bool = False
    merged: tuple[str, ...] = ()
    faults: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def is_readable(path: Path, label: str, problems: Problems) -> bool:
    """Whether `path` is a file within the limit of size; else the reason is added to `problems`."""
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is not None:
            path.open("rb").close()
    except OSError as error:
        message = f"This file can't be read: {error.strerror}."
        problems.add(Place(label), message, "Check that it is a file, and that you may read it.")
        return False
    if size is None:
        problems.add(Place(label), "This is no file that can be read.", "Put the file itself there, or name another.")
    elif size > MOST_BYTES:
        message = f"This file has {size // 1_000_000} MB, more than the {MOST_BYTES // 1_000_000} that are read."
        problems.add(Place(label), message, "Save only the rows with answers, without pictures; or split it.")
    return size is not None and size <= MOST_BYTES


def read_text(path: Path, label: str, problems: Problems) -> str | None:
    """The text of a UTF-8 file (a byte-order mark is dropped); None after adding the reason to `problems`."""
    if not is_readable(path, label, problems):
        return None
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.add(Place(label, 1), "This file is in UTF-16, not in UTF-8.", "Save it as “CSV UTF-8”.")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This line is not in UTF-8 (byte 0x{raw[error.start]:02X})."
        problems.add(Place(label, raw[: error.start].count(b"\n") + 1), message, "Save the file as “CSV UTF-8”.")
        return None
    odd = unusable(text)
    if odd:
        remedy = "Restore the file from a copy, or delete that character."
        problems.add(_line_of(text, odd.start(), label), f"This line holds {name_of(odd[0])}.", remedy)
        return None
    return text


def parse_csv(
    text: str, label: str, problems: Problems, separator: str = ","
) -> tuple[list[list[str]], list[int]] | None:
    """The rows of a CSV text that hold anything, and their lines; None where it is not CSV.

    A quotation mark opens a cell only at its beginning; two of them inside a cell stand for one.
    """
    physical = io.StringIO(text, newline="").readlines()
    # a carriage return alone ends a line only in a file that has no other line end
    only_cr = "\n" not in text
    ends = list(accumulate((only_cr or line.endswith("\n") for line in physical), initial=0))
    reader = csv.reader(physical, delimiter=separator, strict=True)
    rows, lines, line = [], [], 1
    try:
        for row in reader:
            cells = [clean(cell) for cell in row]
            if any(cells):
                rows.append(cells)
                lines.append(line)
            line = ends[reader.line_num] + 1
    except csv.Error as error:
        message = f"From this line on the file is not CSV: {error}."
        remedy = "Often a quotation mark is missing; one inside a quoted text is written twice."
        problems.add(Place(label, line), message, remedy)
        return None
    return rows, lines


def read_any_csv(path: Path, label: str, problems: Problems) -> SheetRows | None:
    """Read a text file of rows, whatever its encoding and separator; notes say what it was read as, if not UTF-8 with commas.

    None where it can't be read; the reason is added to `problems`.
    """
    if not is_readable(path, label, problems):
        return None
    text, encoding = _decoded(path.read_bytes())
    if not text.strip():
        problems.add(Place(label), "This file is empty.", "Name the file with the answers.")
    elif "\ufffd" in text:
        message = f"This line holds a character that does not fit the rest of the file (read as {encoding})."
        place = _line_of(text, text.index("\ufffd"), label)
        problems.add(place, message, "Save the table as “CSV UTF-8” or as .xlsx.")
    elif max(text.count("\n"), text.count("\r")) > _MOST_LINES or max(map(text.count, _SEPARATORS)) > _MOST_CELLS:
        message = f"This file has more than {_MOST_LINES:,} lines or {_MOST_CELLS:,} cells."
        problems.add(Place(label), message, "Save only the rows with answers.")
    elif "\0" in text:
        place = _line_of(text, text.index("\0"), label)
        problems.add(place, "This line holds a NUL: this is no text.", "Save the table as “CSV UTF-8” or as .xlsx.")
    else:
        separator = _separator(text)
        parsed = parse_csv(text, label, problems, separator)
        notes = [f"Read as {encoding}."] if encoding != "UTF-8" else []
        notes += [f"The columns are separated by {_SEPARATORS[separator]}."] if separator != "," else []
        return SheetRows("", *parsed, notes=tuple(notes)) if parsed else None
    return None


def _line_of(text: str, position: int, label: str) -> Place:
    return Place(label, text[:position].count("\n") + 1)


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text and its likely encoding: Windows-1252 where nothing else fits. U+FFFD stands for what does not."""
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
    """The separator that stands equally often, outside quotation marks, in most of the first lines."""
    lines = ["".join(line.split('"')[::2]) for line in io.StringIO(text[:_BEGINNING]) if line.strip()][:50]

    def regular(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        del counts[0]
        return max(((lines, count) for count, lines in counts.items()), default=(0, 0))

    return max(_SEPARATORS, key=regular)
