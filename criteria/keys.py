"""The kinds of value that the keys of a framework's file may hold, declared on the fields of its definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from country_data import Problems, did_you_mean
from country_data.problems import one_of
from country_data.toml_file import KeyLines

__all__ = [
    "CREDITS",
    "DECIMALS",
    "DIGITS",
    "MOST_DECIMALS",
    "POSITION",
    "POSITIVE",
    "ROWS",
    "TEXT",
    "TEXTS",
    "TRUTH",
    "WEIGHT",
    "Kind",
    "build",
    "decimal_of",
    "is_weight",
    "key",
    "kinds_of",
    "required_of",
    "validate_keys",
]

_LONGEST_HEADING = 200
DECIMALS = 6  # of weights and credits
_LARGEST = 1_000_000
WEIGHT = f"a number above 0, at most {_LARGEST}, with at most {DECIMALS} decimals"
MOST_DECIMALS = 12  # of a score that is shown: six of a weight, six of a credit


def decimal_of(value: object) -> Decimal | None:
    """A number of the file, which may stand between quotation marks; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def is_weight(value: object) -> bool:
    """Whether a value is a number that may be a weight, a scale or a score asked for."""
    number = decimal_of(value)
    return number is not None and number.is_finite() and 0 < number <= _LARGEST and number == round(number, DECIMALS)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key may hold: the test of a value, the kind in words, and what the value becomes."""

    fits: Callable[[Any], bool]
    words: str
    convert: Callable[[Any], Any] = lambda value: value


def _list_of(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(part, types) for part in value)


def _whole(least: int, most: float = float("inf")) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


TEXT = Kind(lambda value: isinstance(value, str), "a text between quotation marks")
TEXTS = Kind(_list_of(str), 'a list of texts, as in ["a", "b"]', lambda ids: tuple(dict.fromkeys(ids)))
CREDITS = Kind(
    _list_of(str, int, Decimal),
    'a list of decimals, as in ["0", "0.5", "1"]',
    lambda values: tuple(Decimal(value) for value in values),
)
POSITIVE = Kind(is_weight, WEIGHT, Decimal)
DIGITS = Kind(_whole(0, DECIMALS), f"a whole number from 0 to {DECIMALS}")
POSITION = Kind(_whole(1), "a whole number from 1 on")
TRUTH = Kind(lambda value: isinstance(value, bool), "true or false")
ROWS = Kind(_list_of(dict), "rows")


def key(kind: Kind, *, name: str = "", required: bool = False, **default: Any) -> Any:
    """A dataclass field that is a key of the file; `name`: the key, where the field is called otherwise."""
    return field(metadata={"kind": kind, "key": name, "required": required}, **default)


def _keys(cls: Any) -> dict[str, Any]:
    return {one.metadata["key"] or one.name: one for one in fields(cls) if "kind" in one.metadata}


def kinds_of(cls: Any) -> dict[str, Kind]:
    """The keys that a definition has in the file, with their kinds."""
    return {name: one.metadata["kind"] for name, one in _keys(cls).items()}


def required_of(cls: Any) -> tuple[str, ...]:
    """The keys that must be filled."""
    return tuple(name for name, one in _keys(cls).items() if one.metadata["required"])


def build(cls: Any, row: dict[str, Any], **others: Any) -> Any:
    """A definition from a valid row; the defaults of the fields stand for what the row leaves out."""
    field_of = _keys(cls)
    values = {
        field_of[name].name: field_of[name].metadata["kind"].convert(row[name]) for name in row if name in field_of
    }
    return cls(**{**values, **others})


def validate_keys(
    row: dict[str, Any],
    kinds: dict[str, Kind],
    lines: KeyLines,
    problems: Problems,
    *,
    table: str = "",
    index: int = 0,
    required: tuple[str, ...],
) -> dict[str, Any]:
    """The valid keys of a row, white space in texts collapsed; the rest is added to `problems`.

    Problems are keys that are not known, values of another kind, headings too long, required keys missing.
    """
    valid = {}
    for name, value in row.items():
        place = lines.place(name, table, index)
        kind = kinds.get(name)
        if kind is None:
            remedy = did_you_mean(name, kinds) + one_of(kinds)
            problems.add(place, f"The key “{name}” is not known.", remedy)
        elif not kind.fits(value):
            of_table = f"{table}.{name}" if table else name
            remedy = f"Write [[{of_table}]] before each of its rows." if kind is ROWS else f"Write {kind.words}."
            problems.add(place, f"“{name}” is {_as_toml(value)}.", remedy)
        else:
            valid[name] = " ".join(value.split()) if isinstance(value, str) else value
            if name in ("title", "short") and (len(value) > _LONGEST_HEADING or not valid[name].isprintable()):
                remedy = f"Write at most {_LONGEST_HEADING} letters, without control characters."
                problems.add(place, f"“{name}” can't be a heading.", remedy)
    where = f" in [[{table}]]" if table else ""
    for name in required:
        # a text of spaces says nothing; one of another kind is a problem already
        if valid.get(name, "") == "" and (name not in row or name in valid):
            place = lines.place("", table, index)
            problems.add(place, f"The key “{name}” is missing{where}.", "It must be filled in.")
    return valid


def _as_toml(value: object) -> str:
    """A value much as it stands in a TOML file."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_as_toml(part)}' for name, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
