"""Read frameworks from TOML, collecting everything that is wrong with one."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from country_data import Place, Problems
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml
from criteria.framework import AtLeast, Criterion, EditionRule, Framework, Group, Level, Wording
from criteria.keys import ROWS, RULES, TABLES, TOP, fitting
from criteria.rules import check_framework

__all__ = ["read_frameworks"]


def read_frameworks(own: Path | None, problems: Problems) -> dict[str, Framework]:
    """The embedded frameworks by id and, in their place or beside them, those in `own`/criteria.

    Frameworks with a problem are left out, and the problem noted with file, line and remedy.
    """
    found: dict[str, Framework] = {}
    for path in sorted(Path(str(files(__package__))).glob("*.toml")):
        framework = _read(path, f"criteria/{path.name}", problems, embedded=True)
        if framework is not None:
            found[framework.id] = framework
    folder = own / "criteria" if own is not None else None
    for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []:
        if path.name.startswith((".", "~$")):
            continue
        if path.suffix != ".toml":
            if path.suffix.lower() == ".toml":
                place = Place(f"{folder}/{path.name}")
                problems.add(
                    place, "This is not read: its ending is not “.toml”.", "Write the ending in small letters."
                )
            continue
        framework = _read(path, f"{folder}/{path.name}", problems, embedded=False)
        found.pop(path.stem, None)
        if framework is not None:
            found[framework.id] = framework
    return found


def _read(path: Path, label: str, problems: Problems, *, embedded: bool) -> Framework | None:
    text = read_text(path, label, problems)
    given = parse_toml(text, label, problems) if text is not None else None
    if text is None or given is None:
        return None
    here = Problems()
    lines = KeyLines(label, text)
    tops = {**TOP, **{name: ROWS for name in TABLES if name != RULES}}
    top = fitting(given, tops, lines, here, must=("id", "title"))
    rows = {name: top.get(name, []) for name in TABLES if name != RULES}
    # the rules of all levels in one list, each with the place of its level
    level_of = [n for n, row in enumerate(rows["levels"]) for _ in _rules_of(row)]
    rows[RULES] = [rule for row in rows["levels"] for rule in _rules_of(row)]
    tables = {
        name: [
            fitting(row, spec.keys, lines, here, table=name, index=index, must=spec.must)
            for index, row in enumerate(rows[name])
        ]
        for name, spec in TABLES.items()
    }
    levels_fit = all(
        set(raw) == set(row) for name in ("levels", RULES) for raw, row in zip(rows[name], tables[name], strict=True)
    )
    for place, row in zip(level_of, tables[RULES], strict=True):
        row["level"] = place
    check_framework(top, tables, path.stem, lines, here, levels_fit=levels_fit)
    problems.extend(here)
    return None if here else _build(top, tables, label, embedded=embedded)


def _rules_of(level: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of a level for single editions, where they are written as rows."""
    given = level.get("rules", [])
    return given if ROWS.fits(given) else []


def _build(top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], label: str, *, embedded: bool) -> Framework:
    def named(row: dict[str, Any], key: str) -> str:
        return row.get(key) or str(row["id"])

    def decimal(row: dict[str, Any], key: str) -> Decimal | None:
        return Decimal(row[key]) if key in row else None

    def rule(row: dict[str, Any]) -> AtLeast | None:
        given = row.get("at_least")
        if not given:
            return None
        count = given.get("count", given.get("all_but"))
        return AtLeast(count, tuple(dict.fromkeys(given["of"])), all_but="all_but" in given)

    def level(row: dict[str, Any], usual: dict[str, Any]) -> Level:
        return Level(
            id=usual["id"],
            title=row.get("title") or named(usual, "title"),
            short=row.get("short") or row.get("title") or named(usual, "short"),
            needs=tuple(dict.fromkeys(row.get("needs", ()))),
            needs_any=tuple(dict.fromkeys(row.get("needs_any", ()))),
            at_least=rule(row),
            score_at_least=decimal(row, "score_at_least"),
        )

    told = {row["id"]: row for row in tables["groups"]}
    used = dict.fromkeys(row["group"] for row in tables["criteria"] if row.get("group"))
    usual: dict[str, Any] = {}
    if "grades" in top:
        usual["grades"] = tuple(top["grades"])
    if "credit" in top:
        usual["credit"] = tuple(Decimal(value) for value in top["credit"])
    return Framework(
        **{key: top.get(key, "") for key in ("id", "title", "publisher", "sufficient", "main_series")},
        **usual,
        aggregate=top.get("aggregate", "sum"),
        own_scale=decimal(top, "scale"),
        own_decimals=top.get("decimals"),
        groups=tuple(
            Group(id, named(told.get(id, {"id": id}), "title"), decimal(told.get(id, {}), "weight") or Decimal(1))
            for id in told or used
        ),
        criteria=tuple(
            Criterion(
                id=row["id"],
                title=named(row, "title"),
                short=named(row, "short"),
                question=row.get("question", ""),
                counts=row.get("counts", ""),
                requires=tuple(dict.fromkeys(row.get("requires", ()))),
                weight=decimal(row, "weight") or Decimal(1),
                group=row.get("group", ""),
            )
            for row in tables["criteria"]
        ),
        levels=tuple(level(row, row) for row in tables["levels"]),
        rules=tuple(
            EditionRule(
                level=level(row, tables["levels"][row["level"]]),
                series=row["series"],
                editions=tuple(row["editions"]),
                note=row.get("note", ""),
            )
            for row in tables[RULES]
        ),
        default=top.get("default", False),
        report_abuse=top.get("report_abuse", ""),
        wordings=tuple(
            Wording(
                criterion=row["criterion"],
                series=row["series"],
                editions=tuple(row["editions"]),
                text=row.get("text", ""),
                comparable=row.get("comparable", True),
                heading=row.get("heading", ""),
                position=row.get("position"),
            )
            for row in tables["wordings"]
        ),
        label=label,
        embedded=embedded,
    )
