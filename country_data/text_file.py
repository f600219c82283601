"""Read text files: strictly, as a data folder has them, or in any usual encoding and with any usual separator."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from country_data.characters import clean, name_of, unusable
from country_data.problems import Place, Problems
from country_data.schema import MOST_BYTES

__all__ = [
    "SEPARATORS",
    "EncodingDoubt",
    "SheetRows",
    "header_separator",
    "is_readable",
    "parse_csv",
    "read_any_csv",
    "read_text",
    "separator_of",
]

_MOST_LINES, _MOST_CELLS, _BEGINNING = 2_000_000, 20_000_000, 100_000
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_WESTERN = "Windows-1252"
_ENCODINGS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "shift_jis", "gb18030", "big5")
# the letters of each language of Western Europe beside a to z
_WESTERN_LETTERS = [
    set(letters)
    for letters in (
        "àâæçéèêëîïôœùûüÿ", "áéíóúüñïç", "áâãàçéêíóôõúü", "äöüßéàè", "æøåéèêòóôäöü", "åäöéàüšž", "àèéìíîòóùú",
        "àçèéíïòóúüñ", "éëïöüèêóáíç", "äöüõšž", "ëç",
    )
]  # fmt: skip
_WORD = re.compile(r"[^\s,;|\t\"(){}\[\]]*[^\x00-\x7f\s][^\s,;|\t\"(){}\[\]]*")
_AROUND_WORDS = "’‘“”„‚«»‹›–—…§ºª°·•†‡€ \u00ad'-/.:!?"
_WITHIN_WORDS = "’‘·–—º§\u00ad"
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
    dates : frozenset[tuple[int, int]]
        The cells that a spreadsheet holds as dates.
    comments : dict[tuple[int, int], str]
        The comments on cells.
    is_document : bool
        Whether it is a table of a document, in which an answer is found by its row.
    heading_rows : int
        How many rows at the top are headings, of a table whose cells were found by their places on a page; 0 of any other.
    places : dict[tuple[int, int], str]
        Where a cell stands in the document, where its row does not say it.
    signs : frozenset[str]
        The texts that spell a mark, or a doubt, and are no words.
    legend : dict[str, str]
        What the document says of its signs.
    crops : dict[tuple[int, int], tuple]
        Of each cell the part of a page that shows it.

    """

    name: str
    rows: list[list[str]]
    lines: list[int]
    hidden: bool = False
    merged: tuple[str, ...] = ()
    faults: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    dates: frozenset[tuple[int, int]] = frozenset()
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    is_document: bool = False
    heading_rows: int = 0
    places: dict[tuple[int, int], str] = field(default_factory=dict)
    signs: frozenset[str] = frozenset()
    legend: dict[str, str] = field(default_factory=dict)
    crops: dict[tuple[int, int], Any] = field(default_factory=dict)

    @property
    def is_drawn(self) -> bool:
        """Whether its cells were found by their places on a page: what stands in one may have been missed."""
        return self.heading_rows > 0


@dataclass(frozen=True, slots=True)
class EncodingDoubt:
    """A word that no language writes so, and how it reads in other encodings, by their names."""

    word: str
    readings: dict[str, str]


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
    text: str, label: str, problems: Problems, separator: str = ",", *, spaced: bool = False
) -> tuple[list[list[str]], list[int]] | None:
    """The rows of a CSV text that hold anything, and their lines; None where it is not CSV.

    A quotation mark opens a cell only at its beginning (`spaced`: or behind spaces); two of them inside a cell stand
    for one.
    """
    physical = io.StringIO(text, newline="").readlines()
    # a carriage return alone ends a line only in a file that has no other line end
    only_cr = "\n" not in text
    ends = list(accumulate((only_cr or line.endswith("\n") for line in physical), initial=0))
    reader = csv.reader(physical, delimiter=separator, strict=True, skipinitialspace=spaced)
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


def header_separator(text: str) -> str:
    """The separator of a table of the data format, of which the first line that holds anything names the columns."""
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    found = max(SEPARATORS, key=header.count)
    return found if header.count(found) else ","


def read_any_csv(
    path: Path, label: str, problems: Problems, *, encoding: str | None = None, separator: str | None = None
) -> SheetRows | EncodingDoubt | None:
    """Read a text file of rows; notes say what it was read as, if not UTF-8 with commas.

    `encoding`, `separator`: as Python and as a sign; left out, found. A text that decodes to letters which no language
    mixes is in doubt. None where it can't be read; the reason is added to `problems`.
    """
    if not is_readable(path, label, problems):
        return None
    raw = path.read_bytes()
    text, name = (
        _decoded(raw) if encoding is None else (raw.decode(encoding, "replace").removeprefix("\ufeff"), encoding)
    )
    doubt = _doubtful_word(text) if encoding is None and name == _WESTERN else ""
    if not text.strip():
        problems.add(Place(label), "This file is empty.", "Name the file with the answers.")
    elif "\0" in text:
        place = _line_of(text, text.index("\0"), label)
        problems.add(place, "This line holds a NUL: this is no text.", "Save the table as “CSV UTF-8” or as .xlsx.")
    elif doubt:
        return EncodingDoubt(doubt, _readings_of(doubt))
    elif "\ufffd" in text:
        message = f"This line holds a character that does not fit the rest of the file (read as {name})."
        place = _line_of(text, text.index("\ufffd"), label)
        problems.add(place, message, "Name its encoding, or save the table as “CSV UTF-8” or as .xlsx.")
    elif max(text.count("\n"), text.count("\r")) > _MOST_LINES or max(map(text.count, SEPARATORS)) > _MOST_CELLS:
        message = f"This file has more than {_MOST_LINES:,} lines or {_MOST_CELLS:,} cells."
        problems.add(Place(label), message, "Save only the rows with answers.")
    else:
        sign = separator or separator_of(text)
        parsed = parse_csv(text, label, Problems(), sign, spaced=True) or parse_csv(text, label, problems, sign)
        notes = [f"Read as {name}."] if name != "UTF-8" else []
        notes += [f"The columns are separated by {SEPARATORS.get(sign, repr(sign))}."] if sign != "," else []
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
    return raw.decode("cp1252", "replace"), _WESTERN


def _doubtful_word(text: str) -> str:
    """The first word of a Windows-1252 text with letters that no language mixes, or signs among letters; "" for none."""
    for match in _WORD.finditer(text):
        word = match[0]
        letters = {sign for sign in word.lower() if sign.isalpha() and not sign.isascii()}
        bare = word.strip(_AROUND_WORDS)
        odd = any(not sign.isascii() and not sign.isalnum() and sign not in _WITHIN_WORDS for sign in bare)
        odd |= any(
            sign.isupper() and not sign.isascii() and before.islower() for before, sign in itertools.pairwise(bare)
        )
        odd |= len(word) == 2 and word[0].isalpha() and word[1] == "."  # as č. for a number
        if odd or (letters and not any(letters <= alphabet for alphabet in _WESTERN_LETTERS)):
            return word
    return ""


def _readings_of(word: str) -> dict[str, str]:
    """How a word reads in encodings that a table is often in, by their names; each reading once."""
    raw, readings = word.encode("cp1252", "replace"), dict[str, str]()
    for name in _ENCODINGS:
        reading = raw.decode(name, "replace")
        if "\ufffd" not in reading and reading.isprintable() and reading not in readings.values():
            readings[name] = reading
    return readings


def separator_of(text: str) -> str:
    """The separator by which most of the first rows, of all there are then, have the same number of cells."""

    def regular(sign: str) -> tuple[float, int]:
        counts: Counter[int] = Counter()
        beginning = io.StringIO(text[:_BEGINNING], newline="").readlines()
        with contextlib.suppress(csv.Error):
            for row in itertools.islice(csv.reader(beginning, delimiter=sign, skipinitialspace=True), 50):
                counts[len(row)] += 1
        return max(((rows / counts.total(), cells) for cells, rows in counts.items() if cells > 1), default=(0.0, 0))

    return max(SEPARATORS, key=regular)
