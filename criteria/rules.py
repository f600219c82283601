"""What a framework's TOML may say: its keys, and what they must mean together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from country_data import Problems, did_you_mean
from country_data.formats import is_id
from country_data.toml import KeyLines
from criteria.framework import closed

__all__ = ["TABLES", "TOP", "TableKeys", "check_framework", "fitting"]

_RESERVED = "undetermined"
# columns of the library's frames, beside which each criterion has one of its own
_COLUMNS = frozenset(
    [
        "series",
        "scored",
        "edition",
        "country",
        "name",
        "region",
        "subregion",
        "lower",
        "upper",
        "out_of",
        "levels",
        "deduced",
        "presence",
        "successors",
        "kind",
    ]
)
_LONGEST = 200
_MOST_CRITERIA = 200
_LARGEST_WEIGHT, _WEIGHT_DECIMALS = 1_000_000, 6


@dataclass(frozen=True, slots=True)
class TableKeys:
    """The keys of a table of the file with their kinds, and those that must be filled."""

    keys: dict[str, type]
    must: tuple[str, ...]


TOP: dict[str, type] = {"id": str, "title": str, "publisher": str, "sufficient": str, "main_series": str}
TABLES = {
    "criteria": TableKeys(
        {"id": str, "title": str, "short": str, "question": str, "counts": str, "requires": list, "weight": Decimal},
        must=("id",),
    ),
    "levels": TableKeys({"id": str, "title": str, "short": str, "needs": list}, must=("id",)),
    "wordings": TableKeys(
        {"criterion": str, "series": str, "editions": list, "text": str, "comparable": bool},
        must=("criterion", "series", "editions"),
    ),
}
_KINDS = {
    str: "a text between quotation marks",
    list: 'a list of texts, as in ["a", "b"]',
    bool: "true or false",
    Decimal: "a number",
}


def fitting(
    row: dict[str, Any],
    allowed: dict[str, type],
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
        elif not _fits(value, kind, of=str if table else dict):
            remedy = f"Write {_KINDS[kind]}." if table or key in TOP else f"Write [[{key}]] before each of its rows."
            problems.add(lines.place(key, table, index), f"“{key}” is {value!s}.", remedy)
        else:
            found[key] = " ".join(value.split()) if isinstance(value, str) else value
            if key in ("title", "short") and (len(value) > _LONGEST or not found[key].isprintable()):
                remedy = f"Write at most {_LONGEST} letters, without control characters."
                problems.add(lines.place(key, table, index), f"“{key}” can't be a heading.", remedy)
    where = f" in [[{table}]]" if table else ""
    for key in must:
        if row.get(key, "") == "":
            problems.add(lines.place("", table, index), f"The key “{key}” is missing{where}.", "It must be filled in.")
    return found


def _fits(value: object, kind: type, *, of: type) -> bool:
    if kind is Decimal:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if kind is list:
        return isinstance(value, list) and all(isinstance(part, of) for part in value)
    return isinstance(value, kind)


def check_framework(
    top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], stem: str, lines: KeyLines, problems: Problems
) -> None:
    """Check what the keys of a framework say of each other. `stem`: the file's name without its ending."""
    id = top.get("id", "")
    if id and id != stem:
        problems.add(lines.place("id"), f"The id is “{id}”, the file “{stem}.toml”.", "Both must be the same.")
    elif id and not is_id(id):
        problems.add(
            lines.place("id"), f"“{id}” is not an id.", "Use small letters, digits and _, beginning with a letter."
        )
    checker = _Tables(tables, lines, problems)
    for name in ("criteria", "levels"):
        checker.ids(name)
        checker.unequal(name, "title")
        checker.unequal(name, "short")
    checker.references("criteria", "requires")
    checker.references("levels", "needs")
    checker.weights()
    checker.circles()
    checker.reachable()
    levels = [row.get("id", "") for row in tables["levels"]]
    if top.get("sufficient") and top["sufficient"] not in levels:
        checker.unknown(top["sufficient"], levels, "level", "sufficient", "", 0)
    for index, row in enumerate(tables["wordings"]):
        if row.get("criterion") and row["criterion"] not in checker.criteria:
            checker.unknown(row["criterion"], checker.criteria, "criterion", "criterion", "wordings", index)


class _Tables:
    """The tables of one framework; every problem names the line its key stands on."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]], lines: KeyLines, problems: Problems) -> None:
        self.tables, self.lines, self.problems = tables, lines, problems
        self.criteria = [row["id"] for row in tables["criteria"] if "id" in row]
        self.requires = {row["id"]: row.get("requires", []) for row in tables["criteria"] if "id" in row}

    def add(self, message: str, remedy: str, key: str = "", table: str = "", index: int = 0) -> None:
        self.problems.add(self.lines.place(key, table, index), message, remedy)

    def ids(self, table: str) -> None:
        rows = self.tables[table]
        if not rows:
            self.add(f"There is no [[{table}]].", "A framework needs at least one.")
        if table == "criteria" and len(rows) > _MOST_CRITERIA:
            self.add(
                f"There are {len(rows)} criteria.", f"At most {_MOST_CRITERIA} are allowed.", "", table, _MOST_CRITERIA
            )
        seen: set[str] = set()
        for index, row in enumerate(rows):
            id = row.get("id", "")
            if id == _RESERVED or (table == "criteria" and id in _COLUMNS):
                self.add(f"“{id}” is reserved.", "Take another word.", "id", table, index)
            elif id and not is_id(id):
                remedy = "Use small letters, digits and _, beginning with a letter."
                self.add(f"“{id}” is not an id.", remedy, "id", table, index)
            if id in seen:
                self.add(f"The id “{id}” stands twice in [[{table}]].", "Give each its own.", "id", table, index)
            seen.add(id)

    def unequal(self, table: str, key: str) -> None:
        """Titles and column headings tell the rows apart for a reader."""
        seen: set[str] = set()
        for index, row in enumerate(self.tables[table]):
            text = str(row.get(key, "")).casefold()
            if text and text in seen:
                self.add(
                    f"The {key} “{row[key]}” stands twice in [[{table}]].", "Give each its own.", key, table, index
                )
            seen.add(text)

    def references(self, table: str, key: str) -> None:
        for index, row in enumerate(self.tables[table]):
            for id in row.get(key, []):
                if id not in self.criteria:
                    self.unknown(id, self.criteria, "criterion", key, table, index)

    def unknown(self, id: str, allowed: list[str], what: str, key: str, table: str, index: int) -> None:
        known = f"Allowed are: {', '.join(allowed)}."
        message = f"“{key}” names “{id}”, which is no {what} of this framework."
        self.add(message, did_you_mean(id, allowed) + known, key, table, index)

    def weights(self) -> None:
        remedy = f"Write a number above 0, at most {_LARGEST_WEIGHT}, with at most {_WEIGHT_DECIMALS} decimals."
        for index, row in enumerate(self.tables["criteria"]):
            weight = Decimal(row.get("weight", 1))
            usable = weight.is_finite() and 0 < weight <= _LARGEST_WEIGHT and weight == round(weight, _WEIGHT_DECIMALS)
            if not usable:
                self.add(f"The weight is {weight}.", remedy, "weight", "criteria", index)

    def circles(self) -> None:
        for index, row in enumerate(self.tables["criteria"]):
            reached = closed(row.get("requires", []), self.requires)
            if row.get("id") in reached:
                through = ", ".join(sorted(reached))
                remedy = "Take one of these requirements out."
                self.add(f"“{row['id']}” requires itself, through {through}.", remedy, "requires", "criteria", index)

    def reachable(self) -> None:
        """The last level needs nothing; none needs all that a better one needs, for it is never reached."""
        rows = self.tables["levels"]
        if rows and rows[-1].get("needs"):
            remedy = "Add a last level without “needs”, for countries that meet no other."
            self.add("The last level needs something.", remedy, "needs", "levels", len(rows) - 1)
        needs = [closed(row.get("needs", []), self.requires) for row in rows]
        for index, row in enumerate(rows):
            above = [
                better.get("id", "")
                for better, needed in zip(rows[:index], needs, strict=False)
                if needed <= needs[index]
            ]
            if above:
                message = f"The level “{row.get('id', '')}” can't be reached: who meets it meets “{above[0]}” already."
                self.add(message, "Put the level that needs more first.", "needs", "levels", index)
