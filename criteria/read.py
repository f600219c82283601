"""Read frameworks from TOML, collecting everything that is wrong with one."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from country_data import Problems
from country_data.tables import read_text
from country_data.toml import KeyLines, parse_toml
from criteria.framework import Criterion, Framework, Level, Wording
from criteria.rules import TABLES, TOP, check_framework, fitting

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
    top = fitting(given, {**TOP, **dict.fromkeys(TABLES, list)}, lines, here, must=("id", "title"))
    tables = {
        name: [
            fitting(row, spec.keys, lines, here, table=name, index=index, must=spec.must)
            for index, row in enumerate(top.get(name, []))
        ]
        for name, spec in TABLES.items()
    }
    check_framework(top, tables, path.stem, lines, here)
    problems.extend(here)
    return None if here else _build(top, tables, label, embedded=embedded)


def _build(top: dict[str, Any], tables: dict[str, list[dict[str, Any]]], label: str, *, embedded: bool) -> Framework:
    def named(row: dict[str, Any], key: str) -> str:
        return row.get(key) or str(row["id"])

    return Framework(
        **{key: top.get(key, "") for key in TOP},
        criteria=tuple(
            Criterion(
                id=row["id"],
                title=named(row, "title"),
                short=named(row, "short"),
                question=row.get("question", ""),
                counts=row.get("counts", ""),
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
                text=row.get("text", ""),
                comparable=row.get("comparable", True),
            )
            for row in tables["wordings"]
        ),
        label=label,
        embedded=embedded,
    )
