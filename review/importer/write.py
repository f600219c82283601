"""The files that an import writes: answers or corrections, and the mappings that are kept for the next time."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from country_data import Place, Problems, Registry
from country_data.schema import ANSWERS, CORRECTIONS
from country_data.writing import csv_of, csv_with_changes
from review.importer.plan import ImportPlan

__all__ = ["SavedMappings", "load_mappings", "mappings_text", "planned_file"]

_TABLES = ("columns", "marks", "countries")


@dataclass(frozen=True)
class SavedMappings:
    """The import.toml of a series: what headings hold, what signs mean, and which countries names stand for."""

    columns: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)


def load_mappings(folder: Path, label: str, problems: Problems) -> SavedMappings:
    """Read the import.toml of a series; nothing where there is none."""
    path, place = folder / "import.toml", Place(f"{label}/import.toml")
    if not path.exists() and not path.is_symlink():
        return SavedMappings()
    if not path.is_file():
        problems.add(place, "This is no file that can be read.", "Remove it.")
        return SavedMappings()
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        problems.add(place, f"This can't be read as TOML: {error}.", "Mend it, or remove it.")
        return SavedMappings()
    tables = [parsed.get(name, {}) for name in _TABLES]
    usable = all(isinstance(one, dict) and all(isinstance(value, str) for value in one.values()) for one in tables)
    if set(parsed) - set(_TABLES) or not usable:
        message = "This holds more than the tables [columns], [marks] and [countries] of texts."
        remedy = 'Each line is a heading, a sign or a name, and what it means: "Own heading" = "country".'
        problems.add(place, message, remedy)
        return SavedMappings()
    return SavedMappings(*tables)


def mappings_text(mappings: SavedMappings) -> str:
    """The text of an import.toml; "" for nothing."""
    lines = [
        "# What headings of tables hold, what signs mean, and which countries are meant; written by modellaw import."
    ]
    for name, table in zip(_TABLES, (mappings.columns, mappings.marks, mappings.countries), strict=True):
        if table:
            lines += ["", f"[{name}]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in sorted(table.items()))]
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _quoted(text: str) -> str:
    # a JSON string is a basic string of TOML, save for the character that TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def planned_file(plan: ImportPlan, folder: Path) -> tuple[str, bytes]:
    """The name of the file that a plan would write in the folder of its series, and its content.

    Rows of which the plan says nothing keep their bytes.
    """
    registry, recorded = plan.review.registry, plan.review.series.corrections.frame
    names: tuple[str, ...]
    if plan.corrections is None:
        name, schema, frame = f"answers/{plan.edition}.csv", ANSWERS, plan.answers
        changed: set[tuple[str, ...]] = {
            (one.country, one.criterion) for one in plan.changes if one.kind != "unchanged"
        }
        names = ("country", "criterion")
    else:
        name, schema, frame = "corrections.csv", CORRECTIONS, plan.corrections
        names = ("edition", "country", "criterion")
        before = {tuple(row[key] for key in names): row for row in recorded[list(CORRECTIONS.names)].to_dict("records")}
        after = {tuple(row[key] for key in names): row for row in frame.to_dict("records")}
        changed = {key for key, row in after.items() if before.get(key) != row}
    path = folder / name
    if not path.is_file():
        return name, csv_of(frame, schema).encode("utf-8")
    rows = {tuple(row[key] for key in names): row for row in frame.to_dict("records")}
    return name, csv_with_changes(path.read_bytes(), rows, changed, schema, lambda row: _key(row, names, registry))


def _key(row: Mapping[str, str], names: tuple[str, ...], registry: Registry) -> tuple[str, ...]:
    country = registry.find(row.get("country", "")) or row.get("country", "")
    return tuple(country if name == "country" else row.get(name, "") for name in names)
