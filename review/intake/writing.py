"""Carry out a plan: one file of answers, or of corrections, written whole; and what was settled, kept for the next time."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from country_data import Place, Problems
from country_data.formats import ANSWERS, CORRECTIONS
from country_data.writing import csv_of, csv_with_changes
from review.files import write_whole
from review.intake.plan import Change, Plan

__all__ = [
    "Settled",
    "answers_bytes",
    "corrections_bytes",
    "corrections_with",
    "planned_corrections",
    "read_settled",
    "write_file",
    "write_settled",
]

_TABLES = ("columns", "marks", "countries")


@dataclass(frozen=True)
class Settled:
    """What was settled for a series (import.toml): what headings hold, signs mean, and names of countries stand for."""

    columns: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)


def read_settled(folder: Path, label: str, problems: Problems) -> Settled:
    """Read the import.toml of a series; nothing where there is none."""
    path = folder / "import.toml"
    if not path.exists() and not path.is_symlink():
        return Settled()
    if not path.is_file():
        problems.add(Place(f"{label}/import.toml"), "This is no file that can be read.", "Remove it.")
        return Settled()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        problems.add(Place(f"{label}/import.toml"), f"This can't be read as TOML: {error}.", "Mend it, or remove it.")
        return Settled()
    tables = {name: given.get(name, {}) for name in _TABLES}
    usable = all(
        isinstance(table, dict) and all(isinstance(value, str) for value in table.values()) for table in tables.values()
    )
    if set(given) - set(_TABLES) or not usable:
        problems.add(
            Place(f"{label}/import.toml"),
            "This holds more than the tables [columns], [marks] and [countries] of texts.",
            'Each line is a heading, a sign or a name, and what it means: "Own heading" = "country".',
        )
        return Settled()
    return Settled(*(tables[name] for name in _TABLES))


def write_settled(folder: Path, settled: Settled) -> bool:
    """Keep what was settled; a file that would say the same is left as it is. Whether it was written."""
    if not (settled.columns or settled.marks or settled.countries):
        return False
    lines = [
        "# What headings of tables hold, what signs mean, and which countries are meant; written by modellaw import."
    ]
    for name, table in zip(_TABLES, (settled.columns, settled.marks, settled.countries), strict=True):
        if table:
            lines += ["", f"[{name}]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in sorted(table.items()))]
    text = "\n".join(lines) + "\n"
    path = folder / "import.toml"
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    write_file(path, text.encode("utf-8"))
    return True


def _quoted(text: str) -> str:
    # a JSON string is a basic string of TOML, save for the character that TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def answers_bytes(plan: Plan, folder: Path) -> bytes:
    """The edition's file of answers as it would be; rows of which nothing is said keep their bytes."""
    path = folder / "answers" / f"{plan.edition}.csv"
    if not path.is_file():
        return csv_of(plan.frame, ANSWERS).encode("utf-8")
    registry = plan.review.registry

    def key_of(row: Mapping[str, str]) -> tuple[str, str]:
        return registry.find(row.get("country", "")) or row.get("country", ""), row.get("criterion", "")

    rows = {(row["country"], row["criterion"]): row for row in plan.frame.to_dict("records")}
    changed = {(one.country, one.criterion) for one in plan.changes if one.kind != "unchanged"}
    return csv_with_changes(path.read_bytes(), rows, changed, ANSWERS, key_of)


def planned_corrections(plan: Plan, *, reason: str, source: str, take_back: bool = False) -> list[Change]:
    """The answers of a plan that differ from what is published and are not corrected so already.

    `take_back`: also those that are as published where a correction stands, which is taken back.
    """
    made = plan.corrections
    found = []
    for one in plan.changes:
        there = made.get((one.country, one.criterion))
        if there is None:
            if one.was != one.becomes:
                found.append(one)
        elif one.was == one.becomes:
            found += [replace(one, was=there["becomes"])] if take_back else []
        elif (there["becomes"], there["reason"], there["source"]) != (one.becomes, reason, source):
            found.append(one)
    return found


def corrections_with(plan: Plan, planned: list[Change], *, reason: str, source: str, date: str) -> pd.DataFrame:
    """The series' corrections with those planned among them; a later one takes the place of an earlier one."""
    held = plan.review.series.corrections[list(CORRECTIONS.names)]
    keys = ["edition", "country", "criterion"]
    published = {(one.country, one.criterion): one.was for one in plan.changes}
    more = pd.DataFrame(
        [
            (
                plan.edition,
                one.country,
                one.criterion,
                published[one.country, one.criterion],
                one.becomes,
                reason,
                source,
                date,
            )
            for one in planned
        ],
        columns=list(CORRECTIONS.names),
        dtype=str,
    )
    frame = pd.concat([held, more], ignore_index=True).drop_duplicates(keys, keep="last")
    return frame[frame["was"] != frame["becomes"]].sort_values(keys, ignore_index=True)


def corrections_bytes(plan: Plan, folder: Path, frame: pd.DataFrame) -> bytes:
    """The series' file of corrections as it would be; rows that stay keep their bytes."""
    path = folder / "corrections.csv"
    if not path.is_file():
        return csv_of(frame, CORRECTIONS).encode("utf-8")
    registry = plan.review.registry

    def key_of(row: Mapping[str, str]) -> tuple[str, ...]:
        country = registry.find(row.get("country", "")) or row.get("country", "")
        return row.get("edition", ""), country, row.get("criterion", "")

    keys = ["edition", "country", "criterion"]
    rows = {tuple(row[name] for name in keys): row for row in frame.to_dict("records")}
    held = plan.review.series.corrections[list(CORRECTIONS.names)]
    before = {tuple(row[name] for name in keys): row for row in held.to_dict("records")}
    changed = {key for key, row in rows.items() if before.get(key) != row}
    return csv_with_changes(path.read_bytes(), rows, changed, CORRECTIONS, key_of)


def write_file(path: Path, content: bytes) -> None:
    """Write a file of a series; it is wholly the old or wholly the new one."""

    def make(part: Path) -> None:
        part.write_bytes(content)

    path.parent.mkdir(exist_ok=True)
    write_whole(path, make, replace=True)
