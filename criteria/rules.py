"""What the keys of a framework must mean together: ids, references, grades, groups and levels that can be reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from country_data import Problems, did_you_mean
from country_data.formats import is_device, is_id
from country_data.toml import KeyLines
from criteria.aggregation import Aggregation
from criteria.deduction import Status
from criteria.framework import closed
from criteria.keys import DECIMALS, RULES, decimal_of, is_weight

__all__ = ["check_framework"]

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
        "shown",
        "rank",
        "levels",
        "deduced",
        "presence",
        "successors",
        "kind",
        "levels_from",
        "levels_to",
        "lower_from",
        "lower_to",
        "upper_from",
        "upper_to",
    ]
)
_MOST_CRITERIA = 200
_MOST_GRADES = 20
_ID = "Use small letters, digits and _, beginning with a letter."
_AGGREGATES = ("sum", "mean", "mean_of_groups")


def check_framework(
    top: dict[str, Any],
    tables: dict[str, list[dict[str, Any]]],
    stem: str,
    lines: KeyLines,
    problems: Problems,
    *,
    levels_fit: bool,
) -> None:
    """Check what the keys of a framework say of each other.

    `stem`: the file's name without its ending; `levels_fit`: no key of a level was passed over, so
    that it can be said which level is reached.
    """
    id = top.get("id", "")
    if id and id != stem:
        problems.add(lines.place("id"), f"The id is “{id}”, the file “{stem}.toml”.", "Both must be the same.")
    elif id and (not is_id(id) or is_device(id)):
        problems.add(lines.place("id"), f"“{id}” is not an id.", f"{_ID} Names of devices, such as nul, are reserved.")
    checker = _Tables(top, tables, lines, problems)
    for name in ("criteria", "groups", "levels"):
        checker.ids(name)
        checker.unequal(name, "title")
        checker.unequal(name, "short")
    checker.references("criteria", "requires")
    for table in ("levels", RULES):
        for key in ("needs", "needs_any"):
            checker.references(table, key)
    checker.grades()
    checker.groups()
    checker.circles()
    for table in ("levels", RULES):
        checker.rules(table)
    checker.rules_of_editions()
    if levels_fit:
        checker.every_reachable()
    levels = [row.get("id", "") for row in tables["levels"]]
    if top.get("sufficient") and top["sufficient"] not in levels:
        checker.unknown(top["sufficient"], levels, "level", "sufficient", "", 0)
    for index, row in enumerate(tables["wordings"]):
        if row.get("criterion") and row["criterion"] not in checker.criteria:
            checker.unknown(row["criterion"], checker.criteria, "criterion", "criterion", "wordings", index)


class _Tables:
    """The tables of one framework; every problem names the line its key stands on."""

    def __init__(
        self, top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], lines: KeyLines, problems: Problems
    ) -> None:
        self.top, self.tables, self.lines, self.problems = top, tables, lines, problems
        self.criteria = [row["id"] for row in tables["criteria"] if "id" in row]
        self.requires = {row["id"]: row.get("requires", []) for row in tables["criteria"] if "id" in row}

    def add(self, message: str, remedy: str, key: str = "", table: str = "", index: int = 0) -> None:
        self.problems.add(self.lines.place(key, table, index), message, remedy)

    def ids(self, table: str) -> None:
        rows = self.tables[table]
        if not rows and table != "groups":
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
                self.add(f"“{id}” is not an id.", _ID, "id", table, index)
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

    def grades(self) -> None:
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
        if "credit" not in self.top:
            if len(grades) > 2:
                self.add("There is no “credit”.", 'Give each grade its credit, as in ["0", "0.5", "1"].', "grades")
            return
        credit = [decimal_of(value) for value in self.top["credit"]]
        said = ", ".join(map(str, self.top["credit"]))
        if len(credit) != len(grades):
            remedy = "Give each grade its credit, in the same order."
            self.add(f"There are {len(grades)} grades, but {len(credit)} credits.", remedy, "credit")
        if not all(map(_is_credit, credit)):
            self.add(
                f"The credits are {said}.",
                f"Write decimals from 0 to 1, with at most {DECIMALS} places after the point.",
                "credit",
            )
            return
        known = [value for value in credit if value is not None]
        if any(one >= other for one, other in itertools.pairwise(known)):
            self.add(f"The credits {said} don't rise.", "A higher grade must earn more.", "credit")
        elif known and (known[0] != 0 or known[-1] != 1):
            remedy = "They go from 0 (not met) to 1 (met); what a criterion is worth in full is its weight."
            self.add(f"The credits are {said}.", remedy, "credit")

    def groups(self) -> None:
        """Every group that is told of has criteria, every criterion's group is told of where any is."""
        how = self.top.get("aggregate", "sum")
        if how not in _AGGREGATES:
            remedy = did_you_mean(how, _AGGREGATES) + f"Allowed are: {', '.join(_AGGREGATES)}."
            self.add(f"“aggregate” is “{how}”.", remedy, "aggregate")
        told = [row["id"] for row in self.tables["groups"] if "id" in row]
        used = {row["group"] for row in self.tables["criteria"] if row.get("group")}
        for index, row in enumerate(self.tables["groups"]):
            if row.get("id") and row["id"] not in used:
                self.add(
                    f"The group “{row['id']}” has no criteria.",
                    f'Write group = "{row["id"]}" in its criteria, or leave the group out.',
                    "id",
                    "groups",
                    index,
                )
        for index, row in enumerate(self.tables["criteria"]):
            group = row.get("group", "")
            if not group and how == "mean_of_groups":
                remedy = "Where the score is a mean of groups, each criterion needs one."
                self.add(f"“{row.get('id', '')}” has no group.", remedy, "", "criteria", index)
            elif group and told and group not in told:
                self.unknown(group, told, "group", "group", "criteria", index)
            elif group and not is_id(group):
                self.add(f"The group “{group}” is not an id.", _ID, "group", "criteria", index)

    def rules_of_editions(self) -> None:
        """A rule for single editions asks for something, and is the only one of its level there."""
        seen: set[tuple[int, str, str]] = set()
        last = len(self.tables["levels"]) - 1
        for index, row in enumerate(self.tables[RULES]):
            if not any(row.get(key) for key in _RULES):
                asked = ", ".join(f"“{rule}”" for rule in _RULES)
                self.add(f"This rule has none of {asked}.", "Write the whole rule.", "series", RULES, index)
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
                others = [
                    *(one for n, one in enumerate(self.tables["levels"]) if n != row["level"]),
                    *(one for one in self.tables[RULES] if one["level"] != row["level"]),
                ]
                if row.get(name) and any(row[name].casefold() == one.get(name, "").casefold() for one in others):
                    message = f"The {name} “{row[name]}” is that of another level."
                    self.add(message, "Give each its own.", name, RULES, index)

    def rules(self, table: str) -> None:
        """A rule asks for no more than it lists, nor for a score above the scale, nor for what is not there."""
        for index, row in enumerate(self.tables[table]):
            rule = row.get("at_least")
            for id in rule["of"] if rule else ():
                if id not in self.criteria:
                    self.unknown(id, self.criteria, "criterion", "at_least", table, index)
            many = len(set(rule["of"])) if rule else 0
            if rule and _asked(rule) not in range(1, many + 1):
                named = (
                    f"asks for {rule['count']} of {many}"
                    if "count" in rule
                    else f"leaves out {rule['all_but']} of {many}"
                )
                remedy = "List more criteria, or lower the count."
                self.add(f"“at_least” {named}.", remedy, "at_least", table, index)
            wanted, scale = decimal_of(row.get("score_at_least", "")), self.aggregation().scale
            if wanted is not None and wanted > scale:
                message = f"“score_at_least” is {wanted}, but who meets everything scores {scale}."
                self.add(message, f"Write at most {scale}.", "score_at_least", table, index)

    def aggregation(self) -> Aggregation:
        """How met criteria become a score, with 1 for a weight that can't be used."""
        weights = [_weight(row) for row in self.tables["criteria"]]
        groups = {row["group"]: Decimal(1) for row in self.tables["criteria"] if row.get("group")}
        groups |= {row["id"]: _weight(row) for row in self.tables["groups"] if row.get("id") in groups}
        names = list(groups)
        how = self.top.get("aggregate", "sum")
        grouped = how == "mean_of_groups" and all(row.get("group") for row in self.tables["criteria"])
        return Aggregation(
            how if grouped or how == "mean" else "sum",
            decimal_of(self.top.get("scale", "")) or sum(weights, Decimal(0)),
            tuple(weights),
            tuple(names.index(row["group"]) if row.get("group") else -1 for row in self.tables["criteria"]),
            tuple(groups.values()),
            (Decimal(0), Decimal(1)),
        )

    def score_of(self, met: Iterable[str]) -> Fraction:
        """The score of a country that meets these criteria and no other."""
        met = set(met)
        grades = np.array([[row.get("id") in met for row in self.tables["criteria"]]], dtype=np.int8)
        totals = self.aggregation().totals(grades, np.ones(grades.shape, dtype=bool))
        return Fraction(totals.score.tolist()[0]) / totals.unit

    def circles(self) -> None:
        for index, row in enumerate(self.tables["criteria"]):
            reached = closed(row.get("requires", []), self.requires)
            if row.get("id") in reached:
                through = ", ".join(sorted(reached))
                remedy = "Take one of these requirements out."
                self.add(f"“{row['id']}” requires itself, through {through}.", remedy, "requires", "criteria", index)

    def every_reachable(self) -> None:
        """Every level can be reached, by the usual rules and by those of single editions."""
        self.reachable(self.tables["levels"])
        if self.problems:
            return
        editions = {(row["series"], edition): None for row in self.tables[RULES] for edition in row["editions"]}
        for series, edition in editions:
            rows = list(self.tables["levels"])
            for row in self.tables[RULES]:
                if row["series"] == series and edition in row["editions"]:
                    rows[row["level"]] = {**row, "id": rows[row["level"]].get("id", "")}
            self.reachable(rows, f" in edition {edition} of {series}")

    def reachable(self, rows: list[dict[str, Any]], where: str = "") -> None:
        """The last level needs nothing; none asks for all that a better one asks for, for it is never reached."""
        if rows and any(rows[-1].get(key) for key in _RULES):
            key = next(key for key in _RULES if rows[-1].get(key))
            remedy = f"Add a last level without {', '.join(f'“{rule}”' for rule in _RULES)}, for countries that meet no other."
            self.add("The last level asks for something.", remedy, key, "levels", len(rows) - 1)
        if not self.tables["criteria"]:
            return
        for index, row in enumerate(rows):
            # the ways to reach it: with each of those of which it needs any
            bases = [closed([*row.get("needs", ()), *more], self.requires) for more in _ways(row)]
            above = [
                next((better.get("id", "") for better in rows[:index] if self._reached(better, base, row)), None)
                for base in bases
            ]
            if all(name is not None for name in above):
                names = " or ".join(f"“{name}”" for name in dict.fromkeys(above))
                message = (
                    f"The level “{row.get('id', '')}” can't be reached{where}: who reaches it reaches {names} already."
                )
                key = next((key for key in _RULES if key in row), "id")
                self.add(message, "Put the level that asks for more first.", key, "levels", index)

    def _reached(self, better: dict[str, Any], base: frozenset[str], row: dict[str, Any]) -> bool:
        """Whether who meets `base`, and the other rules of `row`, certainly reaches a better level."""
        if not set(better.get("needs", ())) <= base:
            return False
        if better.get("needs_any") and not base & set(better["needs_any"]):
            return False
        rule, own = better.get("at_least"), row.get("at_least")
        if rule:
            listed = set(rule["of"])
            surely = _asked(own) - len(set(own["of"]) - listed) if own else 0
            if max(len(base & listed), surely) < _asked(rule):
                return False
        wanted = decimal_of(better.get("score_at_least", ""))
        return (
            wanted is None
            or max(self.score_of(base), Fraction(decimal_of(row.get("score_at_least", "")) or 0)) >= wanted
        )


_RULES = ("needs", "needs_any", "at_least", "score_at_least")


def _ways(row: dict[str, Any]) -> list[list[str]]:
    return [[id] for id in row.get("needs_any", ())] or [[]]


def _asked(rule: dict[str, Any]) -> int:
    """How many criteria a rule asks for where all of its list apply."""
    return int(rule["count"]) if "count" in rule else len(set(rule["of"])) - int(rule["all_but"])


def _is_credit(value: Decimal | None) -> bool:
    return value is not None and value.is_finite() and abs(value) <= 1 and value == round(value, DECIMALS)


def _weight(row: dict[str, Any]) -> Decimal:
    return (decimal_of(row["weight"]) if is_weight(row.get("weight")) else None) or Decimal(1)
