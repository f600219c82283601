"""The lines on which the keys of a TOML text stand, so that a problem can name one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from country_data.characters import name_of, printable, unusable
from country_data.problems import Place, Problems
from country_data.schema import MOST_TEXT

__all__ = ["KeyLines", "parse_toml"]

_MOST_LETTERS = 2_000_000
_LARGEST = 10**15  # of whole numbers
# a dotted key of more than a few parts
_DEEP = re.compile(r"^\s*\[*\s*(?:[A-Za-z0-9_\"'-]+\s*\.\s*){20}", re.MULTILINE)
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


def parse_toml(text: str, file: str, problems: Problems) -> dict[str, Any] | None:
    """The keys of a TOML text, numbers with a point as Decimal; None after noting why it is not TOML."""
    deep = _DEEP.search(text)
    if deep:
        place = Place(file, text[: deep.start()].count("\n") + 1)
        problems.add(place, "This key has very many parts.", "Write a key as one word.")
        return None
    if len(text) > _MOST_LETTERS:
        message = f"This file has {len(text):,} letters, more than the {_MOST_LETTERS:,} that are read."
        problems.add(Place(file), message, "Take out what does not belong in it.")
        return None
    try:
        parsed = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = Place(file, int(line[1]) if line else None)
        problems.add(
            place, f"This is not TOML: {error}.", "Texts stand between quotation marks; every line is key = value."
        )
        return None
    except (ArithmeticError, RecursionError, ValueError) as error:
        problems.add(
            Place(file),
            f"This can't be read as TOML ({type(error).__name__}).",
            "A number in it is too long, or lists stand too deep in each other.",
        )
        return None
    before = len(problems)
    lines = KeyLines(file, text)
    for key, table, index, value in _values(parsed):
        if isinstance(value, int):
            message = f"“{printable(key)}” is a number of more than {len(str(_LARGEST)) - 1} digits."
            problems.add(lines.place(key, table, index), message, "Write a smaller number.")
            continue
        odd = unusable(value)
        if odd:
            what = f"“{printable(key)}”" if key else "A key"
            problems.add(lines.place(key, table, index), f"{what} holds {name_of(odd[0])}.", "Delete that character.")
        if len(value) > MOST_TEXT:
            problems.add(
                lines.place(key, table, index),
                f"A text has {len(value):,} letters, more than the {MOST_TEXT:,} that a cell of a workbook holds.",
                "Shorten it.",
            )
    return parsed if len(problems) == before else None


def _values(found: dict[str, Any]) -> Iterator[tuple[str, str, int, str | int]]:
    """Every text in a document, keys too, and every whole number that is too large, with the key, the table and the number of the row it stands under.

    The rows of a table are counted over the whole document, as `KeyLines` counts them.
    """
    counts: dict[str, int] = {}

    def inside(value: Any, key: str, table: str, index: int) -> Iterator[tuple[str, str, int, str | int]]:
        if isinstance(value, str) or (isinstance(value, int) and abs(value) > _LARGEST):
            yield key, table, index, value
        elif isinstance(value, dict):
            for name, part in value.items():
                yield "", table, index, name
                yield from inside(part, name, table, index)
        elif isinstance(value, list):
            name = f"{table}.{key}" if table else key
            for part in value:
                if isinstance(part, dict):
                    place = counts.get(name, 0)
                    counts[name] = place + 1
                    yield from inside(part, "", name, place)
                else:
                    yield from inside(part, key, table, index)

    return inside(found, "", "", 0)


class KeyLines:
    """Finds keys by the table they stand in: `place("weight", "criteria", 2)` is the third one's.

    tomllib keeps no positions. The lines are read by their shape, which is exact for keys at the
    start of a line; where a key is written otherwise the table's line is named, else only the file.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._lines: dict[tuple[str, int, str], int] = {}
        table, index = "", 0
        counts: dict[str, int] = {}
        inside = ""
        for number, line in enumerate(text.split("\n"), 1):
            quotes = [mark for mark in ('"""', "'''") if line.count(mark) % 2]
            if inside:
                inside = "" if inside in quotes else inside
                continue
            header, key = _HEADER.match(line), _KEY.match(line)
            if header:
                table = header[1]
                index = counts.get(table, 0)
                counts[table] = index + 1
                self._lines.setdefault((table, index, ""), number)
            elif key:
                self._lines.setdefault((table, index, key[1]), number)
            inside = quotes[0] if quotes else ""

    def place(self, key: str = "", table: str = "", index: int = 0) -> Place:
        """The line of a key, or of its table where the key isn't given."""
        line = self._lines.get((table, index, key)) or self._lines.get((table, index, ""))
        return Place(self.file, line)
