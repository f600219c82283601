"""Read frameworks from TOML, collecting everything that is wrong with one."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from country_data import Problems, nearest
from country_data.formats import is_id
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml
from criteria.framework import Criterion, Framework, Level, Wording

__all__ = ["read_frameworks"]

_RESERVED = "undetermined"
_MOST_CRITERIA = 200
_TOP: dict[str, type] = {"id": str, "title": str, "publisher": str, "sufficient": str, "main_series": str}
_TABLES: dict[str, dict[str, type]] = {
    "criteria": {
        "id": str,
        "title": str,
        "short": str,
        "question": str,
        "counts": str,
        "requires": list,
        "weight": Decimal,
    },
    "levels": {"id": str, "title": str, "short": str, "needs": list},
    "wordings": {"criterion": str, "series": str, "editions": list, "text": str, "comparable": bool},
}
_WORDS = {
    str: "a text between quotation marks",
    list: 'a list of texts, as in ["a", "b"]',
    bool: "true or false",
    Decimal: "a number",
}


def read_frameworks(own: Path | None, problems: Problems) -> dict[str, Framework]:
    """The embedded frameworks by id and, in their place or beside them, those in `own`/criteria.

    Frameworks with a problem are left out, and the problem noted with file, line and remedy.
    """
    shipped = [(path, f"criteria/{path.name}") for path in sorted(Path(str(files(__package__))).glob("*.toml"))]
    folder = own / "criteria" if own is not None else None
    added = (
        [(path, f"{folder}/{path.name}") for path in sorted(folder.glob("*.toml"))]
        if folder is not None and folder.is_dir()
        else []
    )
    found: dict[str, Framework] = {}
    for path, label in [*shipped, *added]:
        framework = _read(path, label, problems)
        found.pop(path.stem, None)
        if framework is not None:
            found[framework.id] = framework
    return found


def _read(path: Path, label: str, problems: Problems) -> Framework | None:
    text = read_text(path, label, problems)
    if text is None:
        return None
    given = parse_toml(text, label, problems)
    if given is None:
        return None
    before = len(problems.found)
    checker = _Checker(KeyLines(label, text), problems)
    checker.keys(given, {**_TOP, **dict.fromkeys(_TABLES, list)}, "", 0, must=("id", "title"))
    tables = {name: checker.tables(given, name) for name in _TABLES}
    if len(problems.found) == before:
        checker.meaning(given, tables, path.stem)
    return _build(given, tables) if len(problems.found) == before else None


def _build(given: dict[str, Any], tables: dict[str, list[dict[str, Any]]]) -> Framework:
    def clean(value: str) -> str:
        return " ".join(value.split())

    def named(row: dict[str, Any], key: str) -> str:
        return clean(row.get(key, "")) or str(row["id"])

    return Framework(
        **{key: clean(given.get(key, "")) for key in _TOP},
        criteria=tuple(
            Criterion(
                id=row["id"],
                title=named(row, "title"),
                short=named(row, "short"),
                question=clean(row.get("question", "")),
                counts=clean(row.get("counts", "")),
                requires=tuple(row.get("requires", ())),
                weight=Decimal(row.get("weight", 1)),
            )
            for row in tables["criteria"]
        ),
        levels=tuple(
            Level(id=row["id"], title=named(row, "title"), short=named(row, "short"), needs=tuple(row.get("needs", ())))
            for row in tables["levels"]
        ),
        wordings=tuple(
            Wording(
                criterion=row["criterion"],
                series=row["series"],
                editions=tuple(row["editions"]),
                text=clean(row.get("text", "")),
                comparable=row.get("comparable", True),
            )
            for row in tables["wordings"]
        ),
    )


class _Checker:
    """Checks one framework's text; every problem names the line its key stands on."""

    def __init__(self, lines: KeyLines, problems: Problems) -> None:
        self.lines = lines
        self.problems = problems

    def add(self, message: str, remedy: str, key: str = "", table: str = "", index: int = 0) -> None:
        self.problems.add(self.lines.place(key, table, index), message, remedy)

    def keys(
        self, row: dict[str, Any], allowed: dict[str, type], table: str, index: int, must: tuple[str, ...]
    ) -> None:
        """Note unknown keys, values of the wrong kind, and keys that must be filled."""
        for key, value in row.items():
            kind = allowed.get(key)
            if kind is None:
                near = nearest(key, allowed, most=1)
                hint = f"Did you mean “{near[0]}”? " if near else ""
                self.add(
                    f"The key “{key}” is not known.", f"{hint}Allowed are: {', '.join(allowed)}.", key, table, index
                )
            elif not _fits(value, kind, texts=bool(table)):
                self.add(f"“{key}” is {value!s}.", f"Write {_WORDS[kind]}.", key, table, index)
        for key in must:
            if row.get(key, "") == "":
                self.add(
                    f"The key “{key}” is missing{' in [[' + table + ']]' if table else ''}.",
                    "It must be filled in.",
                    "",
                    table,
                    index,
                )

    def tables(self, given: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """The rows of [[name]], checked for their keys."""
        rows = given.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return []
        must = ("criterion", "series", "editions") if name == "wordings" else ("id",)
        for index, row in enumerate(rows):
            self.keys(row, _TABLES[name], name, index, must)
        return rows

    def meaning(self, given: dict[str, Any], tables: dict[str, list[dict[str, Any]]], stem: str) -> None:
        """Check what the keys say of each other."""
        if given["id"] != stem:
            self.add(f"The id is “{given['id']}”, the file “{stem}.toml”.", "Both must be the same.", "id")
        if not is_id(given["id"]):
            self.add(
                f"“{given['id']}” is not an id.", "Use small letters, digits and _, beginning with a letter.", "id"
            )
        for table in ("criteria", "levels"):
            self.ids(tables[table], table)
        criteria = [row["id"] for row in tables["criteria"]]
        levels = [row["id"] for row in tables["levels"]]
        if len(criteria) > _MOST_CRITERIA:
            self.add(
                f"There are {len(criteria)} criteria.",
                f"At most {_MOST_CRITERIA} are allowed.",
                "",
                "criteria",
                _MOST_CRITERIA,
            )
        for index, row in enumerate(tables["criteria"]):
            self.known(row.get("requires", []), criteria, "requires", "criteria", index)
            weight = Decimal(row.get("weight", 1))
            if not (weight.is_finite() and 0 < weight <= 1_000_000 and weight == round(weight, 6)):
                self.add(
                    f"The weight is {weight}.",
                    "Write a number above 0, at most 1000000, with at most six decimals.",
                    "weight",
                    "criteria",
                    index,
                )
        self.circles(tables["criteria"])
        for index, row in enumerate(tables["levels"]):
            self.known(row.get("needs", []), criteria, "needs", "levels", index)
        self.reachable(tables)
        if given.get("sufficient") and given["sufficient"] not in levels:
            self.unknown(given["sufficient"], levels, "level", "sufficient", "", 0)
        for index, row in enumerate(tables["wordings"]):
            if row["criterion"] not in criteria:
                self.unknown(row["criterion"], criteria, "criterion", "criterion", "wordings", index)

    def ids(self, rows: list[dict[str, Any]], table: str) -> None:
        seen: set[str] = set()
        if not rows:
            self.add(f"There is no [[{table}]].", "A framework needs at least one.")
        for index, row in enumerate(rows):
            if not is_id(row["id"]) or row["id"] == _RESERVED:
                self.add(
                    f"“{row['id']}” is not an id.",
                    f"Use small letters, digits and _, beginning with a letter; “{_RESERVED}” is reserved.",
                    "id",
                    table,
                    index,
                )
            if row["id"] in seen:
                self.add(f"The id “{row['id']}” stands twice in [[{table}]].", "Give each its own.", "id", table, index)
            seen.add(row["id"])

    def known(self, given: list[str], allowed: list[str], key: str, table: str, index: int) -> None:
        for id in given:
            if id not in allowed:
                self.unknown(id, allowed, "criterion", key, table, index)

    def unknown(self, id: str, allowed: list[str], what: str, key: str, table: str, index: int) -> None:
        near = nearest(id, allowed, most=1)
        hint = f"Did you mean “{near[0]}”? " if near else ""
        self.add(
            f"“{key}” names “{id}”, which is no {what} of this framework.",
            f"{hint}Allowed are: {', '.join(allowed)}.",
            key,
            table,
            index,
        )

    def circles(self, rows: list[dict[str, Any]]) -> None:
        requires = {row["id"]: row.get("requires", []) for row in rows}
        for index, row in enumerate(rows):
            reached: set[str] = set()
            waiting = list(requires[row["id"]])
            while waiting:
                id = waiting.pop()
                if id not in reached:
                    reached.add(id)
                    waiting.extend(requires.get(id, []))
            if row["id"] in reached:
                self.add(
                    f"“{row['id']}” requires itself, through {', '.join(sorted(reached))}.",
                    "Take one of these requirements out.",
                    "requires",
                    "criteria",
                    index,
                )

    def reachable(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        """The last level needs nothing; none needs all that a better one needs, for it is never reached."""
        requires = {row["id"]: set(row.get("requires", [])) for row in tables["criteria"]}

        def closed(ids: list[str]) -> set[str]:
            found, waiting = set(ids), list(ids)
            while waiting:
                new = requires.get(waiting.pop(), set()) - found
                found |= new
                waiting.extend(new)
            return found

        rows = tables["levels"]
        if rows and rows[-1].get("needs"):
            self.add(
                "The last level needs something.",
                "Add a last level without “needs”, for countries that meet no other.",
                "needs",
                "levels",
                len(rows) - 1,
            )
        for index, row in enumerate(rows):
            needs = closed(row.get("needs", []))
            for better in rows[:index]:
                if closed(better.get("needs", [])) <= needs:
                    self.add(
                        f"The level “{row['id']}” can't be reached: who meets it meets “{better['id']}” already.",
                        "Put the level that needs more first.",
                        "needs",
                        "levels",
                        index,
                    )
                    break


def _fits(value: object, kind: type, *, texts: bool) -> bool:
    if kind is Decimal:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if kind is list:
        inner: type = str if texts else dict
        return isinstance(value, list) and all(isinstance(part, inner) for part in value)
    return isinstance(value, kind)
