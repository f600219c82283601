"""Read frameworks from TOML, collecting everything that is wrong with one."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from country_data import Problems
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml
from criteria.framework import AtLeast, Criterion, Framework, Group, Level, Wording
from criteria.keys import ROWS, TABLES, TOP, fitting
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
    for path in sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []:
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
    top = fitting(given, {**TOP, **dict.fromkeys(TABLES, ROWS)}, lines, here, must=("id", "title"))
    tables = {
        name: [
            fitting(row, spec.keys, lines, here, table=name, index=index, must=spec.must)
            for index, row in enumerate(top.get(name, []))
        ]
        for name, spec in TABLES.items()
    }
    levels_fit = all(set(raw) == set(row) for raw, row in zip(top.get("levels", []), tables["levels"], strict=True))
    check_framework(top, tables, path.stem, lines, here, levels_fit=levels_fit)
    problems.extend(here)
    return None if here else _build(top, tables, label, embedded=embedded)


def _build(top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], label: str, *, embedded: bool) -> Framework:
    def named(row: dict[str, Any], key: str) -> str:
        return row.get(key) or str(row["id"])

    def decimal(row: dict[str, Any], key: str) -> Decimal | None:
        return Decimal(row[key]) if key in row else None

    def rule(row: dict[str, Any]) -> AtLeast | None:
        given = row.get("at_least")
        return AtLeast(given["count"], tuple(dict.fromkeys(given["of"]))) if given else None

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
        levels=tuple(
            Level(
                id=row["id"],
                title=named(row, "title"),
                short=named(row, "short"),
                needs=tuple(dict.fromkeys(row.get("needs", ()))),
                needs_any=tuple(dict.fromkeys(row.get("needs_any", ()))),
                at_least=rule(row),
                score_at_least=decimal(row, "score_at_least"),
            )
            for row in tables["levels"]
        ),
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
