"""What the keys of a framework must mean together: ids, references, grades, groups and levels that can be reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from country_data import Problems, did_you_mean
from country_data.problems import one_of
from country_data.schema import is_device, is_id
from country_data.toml_file import KeyLines
from criteria.aggregation import Aggregation
from criteria.answers import Status
from criteria.framework import closed
from criteria.keys import DECIMALS, decimal_of, is_weight

__all__ = ["RULES", "RULE_KEYS", "validate_framework"]

RULES = "levels.rules"
RULE_KEYS = ("needs", "needs_any", "at_least", "score_at_least")
_RESERVED = "undetermined"
_MOST_CRITERIA = 200
_MOST_GRADES = 20
_ID = "Use small letters, digits and _, beginning with a letter."
_METHODS = ("sum", "mean", "mean_of_groups")
_Row = dict[str, Any]


def validate_framework(
    top: _Row,
    tables: dict[str, list[_Row]],
    stem: str,
    lines: KeyLines,
    problems: Problems,
    reserved: frozenset[str],
    *,
    levels_complete: bool,
) -> None:
    """Add to `problems` what the keys of a framework say against each other.

    `top`, `tables`: the valid keys of the file, and the valid rows of its tables; a row of "levels.rules"
    has the index of its level under "level". `stem`: the file's name without its ending.
    `reserved`: names that no criterion may have. `levels_complete`: every level was read in full, so that it can be
    checked which are reached.
    """
    id = top.get("id", "")
    if id and id != stem:
        problems.add(lines.place("id"), f"The id is “{id}”, the file “{stem}.toml”.", "Both must be the same.")
    elif id and (not is_id(id) or is_device(id)):
        problems.add(lines.place("id"), f"“{id}” is not an id.", f"{_ID} Names of devices, such as nul, are reserved.")
    validator = _Validator(top, tables, lines, problems, reserved)
    for name in ("criteria", "groups", "levels"):
        validator.check_ids(name)
        validator.check_unique(name, "title")
        validator.check_unique(name, "short")
    validator.check_references()
    validator.check_grades()
    validator.check_groups()
    validator.check_cycles()
    validator.check_counts()
    validator.check_edition_rules()
    if levels_complete:
        validator.check_reachable()


class _Validator:
    """The tables of one framework. Every problem names the line of its key."""

    def __init__(
        self, top: _Row, tables: dict[str, list[_Row]], lines: KeyLines, problems: Problems, reserved: frozenset[str]
    ) -> None:
        self.top, self.tables, self.lines, self.problems, self.reserved = top, tables, lines, problems, reserved
        self.criteria = [row["id"] for row in tables["criteria"] if "id" in row]
        self.requires = {row["id"]: row.get("requires", []) for row in tables["criteria"] if "id" in row}

    def add(self, message: str, remedy: str, key: str = "", table: str = "", index: int = 0) -> None:
        self.problems.add(self.lines.place(key, table, index), message, remedy)

    def add_unknown(self, id: str, allowed: list[str], what: str, key: str, table: str = "", index: int = 0) -> None:
        message = f"“{key}” names “{id}”, which is no {what} of this framework."
        self.add(message, did_you_mean(id, allowed) + one_of(allowed), key, table, index)

    def check_ids(self, table: str) -> None:
        rows = self.tables[table]
        if not rows and table != "groups":
            self.add(f"There is no [[{table}]].", "A framework needs at least one.")
        if table == "criteria" and len(rows) > _MOST_CRITERIA:
            remedy = f"At most {_MOST_CRITERIA} are allowed."
            self.add(f"There are {len(rows)} criteria.", remedy, "", table, _MOST_CRITERIA)
        seen: set[str] = set()
        for index, row in enumerate(rows):
            id = row.get("id", "")
            if id == _RESERVED or (table == "criteria" and id in self.reserved):
                self.add(f"“{id}” is reserved.", "Take another word.", "id", table, index)
            elif id and not is_id(id):
                self.add(f"“{id}” is not an id.", _ID, "id", table, index)
            if id in seen:
                self.add(f"The id “{id}” stands twice in [[{table}]].", "Give each its own.", "id", table, index)
            seen.add(id)

    def check_unique(self, table: str, key: str) -> None:
        """Titles and column headings tell the rows apart for a reader."""
        seen: set[str] = set()
        for index, row in enumerate(self.tables[table]):
            text = str(row.get(key, "")).casefold()
            if text and text in seen:
                message = f"The {key} “{row[key]}” stands twice in [[{table}]]."
                self.add(message, "Give each its own.", key, table, index)
            seen.add(text)

    def check_references(self) -> None:
        """Every criterion and level that is named is there."""
        named = [("criteria", index, "requires", row.get("requires", ())) for index, row in self.rows("criteria")]
        for table in ("levels", RULES):
            for index, row in self.rows(table):
                named += [(table, index, key, row.get(key, ())) for key in ("needs", "needs_any")]
                named.append((table, index, "at_least", row.get("at_least", {}).get("of", ())))
        named += [("wordings", index, "criterion", [row.get("criterion")]) for index, row in self.rows("wordings")]
        for table, index, key, ids in named:
            for id in (id for id in ids if id and id not in self.criteria):
                self.add_unknown(id, self.criteria, "criterion", key, table, index)
        levels = [row.get("id", "") for row in self.tables["levels"]]
        if self.top.get("sufficient") and self.top["sufficient"] not in levels:
            self.add_unknown(self.top["sufficient"], levels, "level", "sufficient")

    def rows(self, table: str) -> Iterable[tuple[int, _Row]]:
        return enumerate(self.tables[table])

    def check_grades(self) -> None:
        """Grades are ids of their own, and their credit rises from 0 to 1."""
        grades = self.top.get("grades", ["no", "yes"])
        reserved = {status.word for status in Status} | {_RESERVED}
        for grade in dict.fromkeys(grades):
            if grade in reserved:
                self.add(f"The grade “{grade}” is reserved.", "Take another word.", "grades")
            elif not is_id(grade):
                self.add(f"The grade “{grade}” is not an id.", _ID, "grades")
        if len(set(grades)) < len(grades):
            self.add("A grade stands twice.", "Give each its own word.", "grades")
        if not 2 <= len(grades) <= _MOST_GRADES:
            remedy = f"Name from 2 to {_MOST_GRADES}, the lowest first: not met … met."
            self.add(f"“grades” names {len(grades)}.", remedy, "grades")
        if "credit" in self.top:
            self.check_credit(grades)
        elif len(grades) > 2:
            self.add("There is no “credit”.", 'Give each grade its credit, as in ["0", "0.5", "1"].', "grades")

    def check_credit(self, grades: list[str]) -> None:
        credit = [decimal_of(value) for value in self.top["credit"]]
        stated = ", ".join(map(str, self.top["credit"]))
        if len(credit) != len(grades):
            remedy = "Give each grade its credit, in the same order."
            self.add(f"There are {len(grades)} grades, but {len(credit)} credits.", remedy, "credit")
        valid = [value for value in credit if value is not None and _is_credit(value)]
        if len(valid) < len(credit):
            remedy = f"Write decimals from 0 to 1, with at most {DECIMALS} places after the point."
            self.add(f"The credits are {stated}.", remedy, "credit")
        elif any(one >= other for one, other in itertools.pairwise(valid)):
            self.add(f"The credits {stated} don't rise.", "A higher grade must earn more.", "credit")
        elif valid and (valid[0] != 0 or valid[-1] != 1):
            remedy = "They go from 0 (not met) to 1 (met); what a criterion is worth in full is its weight."
            self.add(f"The credits are {stated}.", remedy, "credit")

    def check_groups(self) -> None:
        """Every group has criteria, and every criterion's group is there where any is."""
        method = self.top.get("aggregate", "sum")
        if method not in _METHODS:
            self.add(f"“aggregate” is “{method}”.", did_you_mean(method, _METHODS) + one_of(_METHODS), "aggregate")
        groups = [row["id"] for row in self.tables["groups"] if "id" in row]
        used = {row["group"] for row in self.tables["criteria"] if row.get("group")}
        for index, row in self.rows("groups"):
            if row.get("id") and row["id"] not in used:
                remedy = f'Write group = "{row["id"]}" in its criteria, or leave the group out.'
                self.add(f"The group “{row['id']}” has no criteria.", remedy, "id", "groups", index)
        for index, row in self.rows("criteria"):
            group = row.get("group", "")
            if not group and method == "mean_of_groups":
                remedy = "Where the score is a mean of groups, each criterion needs one."
                self.add(f"“{row.get('id', '')}” has no group.", remedy, "", "criteria", index)
            elif group and groups and group not in groups:
                self.add_unknown(group, groups, "group", "group", "criteria", index)
            elif group and not is_id(group):
                self.add(f"The group “{group}” is not an id.", _ID, "group", "criteria", index)

    def check_cycles(self) -> None:
        """No criterion requires itself."""
        for index, row in self.rows("criteria"):
            reached = closed(row.get("requires", []), self.requires)
            if row.get("id") in reached:
                message = f"“{row['id']}” requires itself, through {', '.join(sorted(reached))}."
                self.add(message, "Take one of these requirements out.", "requires", "criteria", index)

    def check_counts(self) -> None:
        """A rule asks for no more than it lists, nor for a score above the scale."""
        scale = self.aggregation().scale
        for table in ("levels", RULES):
            for index, row in self.rows(table):
                rule = row.get("at_least")
                many = len(set(rule["of"])) if rule else 0
                if rule and _required(rule) not in range(1, many + 1):
                    what = f"asks for {rule['count']}" if "count" in rule else f"leaves out {rule['all_but']}"
                    remedy = "List more criteria, or lower the count."
                    self.add(f"“at_least” {what} of {many}.", remedy, "at_least", table, index)
                score = decimal_of(row.get("score_at_least", ""))
                if score is not None and score > scale:
                    message = f"“score_at_least” is {score}, but who meets everything scores {scale}."
                    self.add(message, f"Write at most {scale}.", "score_at_least", table, index)

    def check_edition_rules(self) -> None:
        """A rule for single editions asks for something, and is the only one of its level there."""
        seen: set[tuple[int, str, str]] = set()
        last = len(self.tables["levels"]) - 1
        for index, row in self.rows(RULES):
            if not any(row.get(key) for key in RULE_KEYS):
                message = f"This rule has none of {', '.join(f'“{key}”' for key in RULE_KEYS)}."
                self.add(message, "Write the whole rule.", "series", RULES, index)
            elif row["level"] == last:
                remedy = "Write it under another level: the last one is for countries that meet no other."
                self.add("The last level has a rule of an edition.", remedy, "series", RULES, index)
            if row.get("editions") == []:
                self.add("This rule names no edition.", "Name those that it is for.", "editions", RULES, index)
            for edition in dict.fromkeys(row.get("editions", ())):
                key = (row["level"], row.get("series", ""), edition)
                if key in seen:
                    message = f"The level has a second rule for edition {edition} of {row.get('series', '')}."
                    self.add(message, "Keep one.", "editions", RULES, index)
                seen.add(key)
            for name in ("title", "short"):
                others = [one for n, one in self.rows("levels") if n != row["level"]]
                others += [one for one in self.tables[RULES] if one["level"] != row["level"]]
                if row.get(name) and any(row[name].casefold() == one.get(name, "").casefold() for one in others):
                    message = f"The {name} “{row[name]}” is that of another level."
                    self.add(message, "Give each its own.", name, RULES, index)

    def aggregation(self) -> Aggregation:
        """How met criteria become a score, with 1 for a weight that can't be used."""
        rows = self.tables["criteria"]
        weights = [_weight(row) for row in rows]
        groups = {row["group"]: Decimal(1) for row in rows if row.get("group")}
        groups |= {row["id"]: _weight(row) for row in self.tables["groups"] if row.get("id") in groups}
        method = self.top.get("aggregate", "sum")
        grouped = method == "mean_of_groups" and all(row.get("group") for row in rows)
        return Aggregation(
            method if grouped or method == "mean" else "sum",
            decimal_of(self.top.get("scale", "")) or sum(weights, Decimal(0)),
            tuple(weights),
            tuple(list(groups).index(row["group"]) if row.get("group") else -1 for row in rows),
            tuple(groups.values()),
            (Decimal(0), Decimal(1)),
        )

    def score_of(self, met: Iterable[str]) -> Fraction:
        """The score of a country that meets these criteria and no other."""
        met = set(met)
        grades = np.array([[row.get("id") in met for row in self.tables["criteria"]]], dtype=np.int8)
        return Fraction(self.aggregation().totals(grades, np.ones(grades.shape, dtype=bool)).score[0])

    def check_reachable(self) -> None:
        """Every level can be reached, by the usual rules and by those of single editions."""
        self.check_reachable_in(self.tables["levels"])
        if self.problems:
            return
        editions = {(row["series"], edition): None for row in self.tables[RULES] for edition in row["editions"]}
        for series, edition in editions:
            rows = list(self.tables["levels"])
            for row in self.tables[RULES]:
                if row["series"] == series and edition in row["editions"]:
                    rows[row["level"]] = {**row, "id": rows[row["level"]].get("id", "")}
            self.check_reachable_in(rows, f" in edition {edition} of {series}")

    def check_reachable_in(self, rows: list[_Row], where: str = "") -> None:
        """The last level asks for nothing; none asks for all that a better one asks for, and is never reached."""
        asks = next((key for key in RULE_KEYS if rows and rows[-1].get(key)), "")
        if asks:
            keys = ", ".join(f"“{key}”" for key in RULE_KEYS)
            remedy = f"Add a last level without {keys}, for countries that meet no other."
            self.add("The last level asks for something.", remedy, asks, "levels", len(rows) - 1)
        for index, row in enumerate(rows if self.tables["criteria"] else ()):
            # what is met by who reaches it: all it needs, with each of those of which it needs any
            alternatives = [[id] for id in row.get("needs_any", ())] or [[]]
            met = [closed([*row.get("needs", ()), *more], self.requires) for more in alternatives]
            better = [next((other for other in rows[:index] if self.surely_reached(other, ids, row)), None) for ids in met]  # fmt: skip
            if None not in better:
                names = dict.fromkeys(f"“{other.get('id', '')}”" for other in better if other)
                message = f"The level “{row.get('id', '')}” can't be reached{where}: who reaches it reaches {' or '.join(names)} already."
                key = next((key for key in RULE_KEYS if key in row), "id")
                self.add(message, "Put the level that asks for more first.", key, "levels", index)

    def surely_reached(self, better: _Row, met: frozenset[str], row: _Row) -> bool:
        """Whether who meets these criteria, and the other rules of `row`, certainly reaches a better level."""
        any_of = better.get("needs_any")
        if not set(better.get("needs", ())) <= met or (any_of and not met & set(any_of)):
            return False
        rule, own = better.get("at_least"), row.get("at_least")
        if rule:
            listed = set(rule["of"])
            surely = _required(own) - len(set(own["of"]) - listed) if own else 0
            if max(len(met & listed), surely) < _required(rule):
                return False
        score, least = decimal_of(better.get("score_at_least", "")), decimal_of(row.get("score_at_least", "")) or 0
        return score is None or max(self.score_of(met), Fraction(least)) >= score


def _required(rule: _Row) -> int:
    """How many criteria a rule asks for where all of its list apply."""
    return int(rule["count"]) if "count" in rule else len(set(rule["of"])) - int(rule["all_but"])


def _is_credit(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= 1 and value == round(value, DECIMALS)


def _weight(row: _Row) -> Decimal:
    return (decimal_of(row["weight"]) if is_weight(row.get("weight")) else None) or Decimal(1)
