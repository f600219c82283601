"""The columns of every file of a data folder, in one place; all are text (data format, version 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "ANSWERS",
    "COUNTRIES",
    "EDITIONS",
    "EVIDENCE",
    "FIGURES",
    "GROUPS",
    "LAW_CHANGES",
    "MOST_BYTES",
    "MOST_TEXT",
    "SOURCES",
    "TILES",
    "Schema",
    "is_date",
    "is_device",
    "is_id",
    "same_number",
]


MOST_BYTES = 60_000_000  # of any file that is read
MOST_TEXT = 32_767  # letters of any text: a cell of a workbook holds no more


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns a file may have: `names` in order, those that may be absent, and those never blank."""

    names: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()


COUNTRIES = Schema(
    ("code", "name", "aliases", "region", "subregion", "status", "from", "until", "successors"),
    optional=frozenset({"aliases", "region", "subregion", "status", "from", "until", "successors"}),
    filled=frozenset({"code"}),
    choices={"status": ("un_member", "un_observer", "territory", "other", "invented")},
    dates=("from", "until"),
)
GROUPS = Schema(
    ("scheme", "group", "country", "from", "until"),
    optional=frozenset({"from", "until"}),
    filled=frozenset({"scheme", "group", "country"}),
    dates=("from", "until"),
)
TILES = Schema(("code", "column", "row"), filled=frozenset({"code", "column", "row"}))
EDITIONS = Schema(
    ("edition", "kind", "title", "as_of", "published", "reviewed", "coverage", "source", "note"),
    filled=frozenset({"edition", "kind", "title", "coverage"}),
    choices={"kind": ("edition", "update"), "coverage": ("complete", "partial")},
    dates=("as_of", "published"),
)
SOURCES = Schema(
    ("source", "title", "publisher", "kind", "published", "url"),
    filled=frozenset({"source", "title", "kind"}),
    choices={"kind": ("publisher", "record", "government", "press", "comment")},
    dates=("published",),
)
# what may be recorded beside an answer and its source; all but the note speak for that answer alone, and a deduced
# answer has none of it but the locator, which it takes with the source of the answer it follows from
EVIDENCE = ("locator", "citation", "quote", "effective", "cause", "note")
ANSWERS = Schema(
    ("country", "criterion", "answer", "source", *EVIDENCE),
    optional=frozenset(EVIDENCE),
    filled=frozenset({"country", "criterion"}),
    choices={"cause": ("law_changed", "correction", "reinterpretation", "method_changed")},
    dates=("effective",),
)
FIGURES = Schema(
    ("edition", "statistic", "value", "as_of", "source", "status", "note"),
    filled=frozenset({"edition", "statistic", "value", "source", "status"}),
    choices={"status": ("preferred", "alternative", "misreading")},
    dates=("as_of",),
)
LAW_CHANGES = Schema(
    ("country", "date", "criterion", "change", "source", "note"),
    filled=frozenset({"country", "date", "criterion", "change", "source"}),
    choices={"change": ("introduced", "amended", "repealed")},
    dates=("date",),
)

CORRECTIONS = Schema(
    ("edition", "country", "criterion", "was", "becomes", "reason", "source", "date"),
    filled=frozenset({"edition", "country", "criterion", "reason", "source", "date"}),
    dates=("date",),
)

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.ASCII | re.IGNORECASE)
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def is_date(text: str) -> bool:
    """Whether `text` is YYYY, YYYY-MM or YYYY-MM-DD and a day that the calendar has."""
    import datetime

    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def is_device(text: str) -> bool:
    """Whether Windows takes files of this name, whatever follows its first full stop, for a device."""
    return _DEVICE.fullmatch(text.partition(".")[0]) is not None


def same_number(text: str, other: str) -> bool:
    """Whether two texts are the same whole number, as 9 and 09 are."""
    return text.isdecimal() and other.isdecimal() and text.lstrip("0") == other.lstrip("0")


def is_id(text: str) -> bool:
    """Whether `text` may be the id of a criterion, level, group, series or framework."""
    return bool(_ID.fullmatch(text))
