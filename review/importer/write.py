"""The files that an import writes: answers or corrections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from country_data import Registry
from country_data.schema import ANSWERS, CORRECTIONS
from country_data.writing import csv_of, csv_with_changes
from review.importer.plan import EditionPlan

__all__ = ["planned_file"]


def planned_file(plan: EditionPlan, folder: Path) -> tuple[str, bytes]:
    """The name of the file that a plan would write in the folder of its series, and its content.

    Rows of which the plan says nothing keep their bytes.
    """
    registry, recorded = plan.review.registry, plan.review.series.corrections.frame
    names: tuple[str, ...]
    if plan.corrections is None:
        name, schema, frame, names = f"answers/{plan.edition}.csv", ANSWERS, plan.answers, ("country", "criterion")
        changes = plan.changes[plan.changes["kind"] != "unchanged"]
        changed: set[tuple[str, ...]] = set(zip(changes["country"], changes["criterion"], strict=True))
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
