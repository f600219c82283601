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
from country_data.writing import csv_of
from review.intake.plan import Change, Plan
from review.output import write_whole

__all__ = [
    "Settled",
    "answers_text",
    "corrections_with",
    "planned_corrections",
    "read_settled",
    "write_answers",
    "write_corrections",
    "write_settled",
    "written_now",
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
    if not path.is_file():
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
    write_whole(path, lambda part: _write(part, text), replace=True)
    return True


def _quoted(text: str) -> str:
    # a JSON string is a basic string of TOML, save for the character that TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def answers_text(plan: Plan) -> str:
    """The edition's file of answers as it would be."""
    table = plan.review.series.answer_tables.get(plan.edition)
    return csv_of(plan.frame, ANSWERS, table.header if table is not None else ())


def write_answers(plan: Plan, folder: Path) -> Path:
    """Write the edition's answers in the series' `folder`; the file is wholly the old or wholly the new one."""
    path = folder / "answers" / f"{plan.edition}.csv"
    path.parent.mkdir(exist_ok=True)
    text = answers_text(plan)
    write_whole(path, lambda part: _write(part, text), replace=True)
    return path


def written_now(folder: Path, edition: str) -> list[bytes]:
    """What stands in the files that an import writes: to see, before one is replaced, that nobody else has changed it."""
    paths = (folder / "answers" / f"{edition}.csv", folder / "corrections.csv")
    return [path.read_bytes() if path.is_file() else b"" for path in paths]


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


def write_corrections(folder: Path, frame: pd.DataFrame) -> Path:
    """Write the corrections in the series' `folder`."""
    path, text = folder / "corrections.csv", csv_of(frame, CORRECTIONS)
    write_whole(path, lambda part: _write(part, text), replace=True)
    return path


def _write(part: Path, text: str) -> None:
    part.write_bytes(text.encode("utf-8"))
