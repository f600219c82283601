"""What a framework's TOML may say: its tables and keys, and what each may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from country_data import Problems, did_you_mean
from country_data.toml import KeyLines

__all__ = [
    "DECIMALS",
    "MOST_DECIMALS",
    "ROWS",
    "RULES",
    "TABLES",
    "TOP",
    "WEIGHT",
    "Kind",
    "TableKeys",
    "decimal_of",
    "fitting",
    "is_weight",
]

_LONGEST = 200
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
    """What a key may hold: how that is told, and how it is put in words."""

    fits: Callable[[Any], bool]
    words: str


def _list_of(kind: type | tuple[type, ...]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(part, kind) for part in value)


_TEXT = Kind(lambda value: isinstance(value, str), "a text between quotation marks")
_TEXTS = Kind(_list_of(str), 'a list of texts, as in ["a", "b"]')
_CREDITS = Kind(_list_of((str, int, Decimal)), 'a list of decimals, as in ["0", "0.5", "1"]')
_POSITIVE = Kind(is_weight, WEIGHT)
_DIGITS = Kind(
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= DECIMALS,
    f"a whole number from 0 to {DECIMALS}",
)
_PLACE = Kind(
    lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0, "a whole number from 1 on"
)
_TRUTH = Kind(lambda value: isinstance(value, bool), "true or false")
_COUNT = Kind(
    lambda value: (
        isinstance(value, dict)
        and set(value) in ({"count", "of"}, {"all_but", "of"})
        and _PLACE.fits(value.get("count", value.get("all_but")))
        and _TEXTS.fits(value["of"])
    ),
    'a count and a list, as in { count = 2, of = ["a", "b", "c"] }, or { all_but = 1, of = ["a", "b", "c"] }',
)
ROWS = Kind(_list_of(dict), "rows")
_RULE: dict[str, Kind] = {
    "needs": _TEXTS,
    "needs_any": _TEXTS,
    "at_least": _COUNT,
    "score_at_least": _POSITIVE,
}
RULES = "levels.rules"


@dataclass(frozen=True, slots=True)
class TableKeys:
    """The keys of a table of the file with their kinds, and those that must be filled."""

    keys: dict[str, Kind]
    must: tuple[str, ...]


TOP: dict[str, Kind] = {
    "id": _TEXT,
    "title": _TEXT,
    "publisher": _TEXT,
    "sufficient": _TEXT,
    "main_series": _TEXT,
    "default": _TRUTH,
    "report_abuse": _TEXT,
    "aggregate": _TEXT,
    "scale": _POSITIVE,
    "decimals": _DIGITS,
    "grades": _TEXTS,
    "credit": _CREDITS,
}
TABLES = {
    "criteria": TableKeys(
        {
            "id": _TEXT,
            "title": _TEXT,
            "short": _TEXT,
            "question": _TEXT,
            "counts": _TEXT,
            "requires": _TEXTS,
            "weight": _POSITIVE,
            "group": _TEXT,
        },
        must=("id",),
    ),
    "groups": TableKeys({"id": _TEXT, "title": _TEXT, "weight": _POSITIVE}, must=("id",)),
    "levels": TableKeys(
        {
            "id": _TEXT,
            "title": _TEXT,
            "short": _TEXT,
            **_RULE,
            "rules": ROWS,
        },
        must=("id",),
    ),
    RULES: TableKeys(
        {"series": _TEXT, "editions": _TEXTS, "title": _TEXT, "short": _TEXT, **_RULE, "note": _TEXT},
        must=("series", "editions"),
    ),
    "wordings": TableKeys(
        {
            "criterion": _TEXT,
            "series": _TEXT,
            "editions": _TEXTS,
            "text": _TEXT,
            "heading": _TEXT,
            "position": _PLACE,
            "comparable": _TRUTH,
        },
        must=("criterion", "series", "editions"),
    ),
}


def _as_toml(value: object) -> str:
    """A value much as it stands in a TOML file."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_as_toml(part)}' for key, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def fitting(
    row: dict[str, Any],
    allowed: dict[str, Kind],
    lines: KeyLines,
    problems: Problems,
    *,
    table: str = "",
    index: int = 0,
    must: tuple[str, ...],
) -> dict[str, Any]:
    """The keys of a row that are known and of the right kind; the others are noted, and those missing.

    White space in texts is evened out.
    """
    found = {}
    for key, value in row.items():
        kind = allowed.get(key)
        if kind is None:
            known = f"Allowed are: {', '.join(allowed)}."
            problems.add(
                lines.place(key, table, index), f"The key “{key}” is not known.", did_you_mean(key, allowed) + known
            )
        elif not kind.fits(value):
            name = f"{table}.{key}" if table else key
            remedy = f"Write [[{name}]] before each of its rows." if kind is ROWS else f"Write {kind.words}."
            problems.add(lines.place(key, table, index), f"“{key}” is {_as_toml(value)}.", remedy)
        else:
            found[key] = " ".join(value.split()) if isinstance(value, str) else value
            if key in ("title", "short") and (len(value) > _LONGEST or not found[key].isprintable()):
                remedy = f"Write at most {_LONGEST} letters, without control characters."
                problems.add(lines.place(key, table, index), f"“{key}” can't be a heading.", remedy)
    where = f" in [[{table}]]" if table else ""
    for key in must:
        # a text of spaces says nothing; one of another kind was noted already
        if found.get(key, "") == "" and (key not in row or key in found):
            problems.add(lines.place("", table, index), f"The key “{key}” is missing{where}.", "It must be filled in.")
    return found
