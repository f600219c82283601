"""Tables to take away, with a dictionary of every column."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from review.documents import csv_text, json_text
from review.files import OutputError
from review.findings import countries_frame, criteria_frame
from review.frames import (
    CHANGE_COLUMNS,
    COUNTRY_COLUMNS,
    CRITERION_COLUMNS,
    EDITION_COLUMNS,
    FIGURE_COLUMNS,
    RECORDED_COLUMNS,
    SOURCE_COLUMNS,
    STATISTIC_COLUMNS,
    Columns,
    score_columns,
)
from review.review import Review
from review.wording import statistic_title

__all__ = ["TABLES", "Exported", "MissingDependencyError", "csv_files", "exported", "parquet_files"]

_SERIES: Columns = {"series": ("string", "the series of findings, by id")}


class MissingDependencyError(OutputError):
    """A format that needs a library which is not installed."""


@dataclass(frozen=True)
class Exported:
    """A table to take away: its name, what it holds, its frame, and for each column its type and meaning."""

    name: str
    description: str
    frame: pd.DataFrame
    columns: Columns


def exported(reviews: list[Review], names: tuple[str, ...]) -> list[Exported]:
    """The tables of these reviews, which are of one framework.

    Texts are "" where nothing is recorded, numbers None where not known. `answers` holds what is recorded, and
    is what `import` reads back unchanged.
    """
    return [TABLES[name](reviews) for name in names]


def _of_each(
    name: str, description: str, columns: Columns, frame: Callable[[Review], pd.DataFrame]
) -> Callable[[list[Review]], Exported]:
    """A table with a part for each series, named in its first column."""

    def make(reviews: list[Review]) -> Exported:
        every = {**_SERIES, **columns}
        parts = [frame(review).assign(series=review.series.id) for review in reviews]
        return Exported(name, description, pd.concat(parts, ignore_index=True)[list(every)], every)

    return make


def _recorded(review: Review) -> pd.DataFrame:
    frame = review.series.answers
    names = dict(review.registry.frame[["code", "name"]].itertuples(index=False))
    return frame.assign(name=frame["country"].map(names)).sort_values(["edition", "country"], kind="stable")


def _scores(reviews: list[Review]) -> Exported:
    """Scores; the column of a criterion bears another name than that of a table of answers, for it is deduced."""
    framework = reviews[0].framework
    renamed = {id: f"after_deduction_{id}" for id in framework.criterion_ids}
    columns = {renamed.get(name, name): meaning for name, meaning in score_columns(framework).items()}

    def scored(review: Review) -> pd.DataFrame:
        frame = review.scores().rename(columns=renamed)
        frame = frame.assign(**{name: frame[name].map(" ".join) for name in ("levels", "deduced")}).astype(object)
        if not review.scored:
            numbers = [name for name, (kind, _) in columns.items() if kind in ("number", "integer")]
            frame[numbers] = None
            frame[["levels", "shown"]] = ""
        return frame

    columns = {name: ("string" if kind == "array" else kind, meaning) for name, (kind, meaning) in columns.items()}
    description = "Score bounds and possible levels of each country"
    return _of_each("scores", description, columns, scored)(reviews)


def _statistics(review: Review) -> pd.DataFrame:
    frame = review.statistics()
    names = zip(frame["statistic"], frame["edition"], strict=True)
    return frame.assign(title=[statistic_title(id, review.judged(edition)) for id, edition in names])


def _criteria(reviews: list[Review]) -> Exported:
    return Exported("criteria", "The criteria", criteria_frame(reviews[0].framework), CRITERION_COLUMNS)


def _countries(reviews: list[Review]) -> Exported:
    frame = countries_frame(reviews[0].registry, reviews)
    return Exported("countries", "The registry of countries", frame, COUNTRY_COLUMNS)


_TITLE: Columns = {"title": ("string", "the statistic in words")}
TABLES: dict[str, Callable[[list[Review]], Exported]] = {
    "answers": _of_each("answers", "Every recorded answer with its source", RECORDED_COLUMNS, _recorded),
    "scores": _scores,
    "statistics": _of_each(
        "statistics", "Counts of countries with bounds, by edition", {**STATISTIC_COLUMNS, **_TITLE}, _statistics
    ),
    "changes": _of_each("changes", "Every change from one edition to a later one", CHANGE_COLUMNS, Review.changes),
    "editions": _of_each("editions", "The editions", EDITION_COLUMNS, Review.editions),
    "sources": _of_each("sources", "The sources", SOURCE_COLUMNS, Review.sources),
    "criteria": _criteria,
    "countries": _countries,
    "figures": _of_each("figures", "The published figures", FIGURE_COLUMNS, Review.figures),
}


def csv_files(tables: list[Exported], title: str) -> dict[str, bytes]:
    """Each table as CSV, and the dictionary beside as datapackage.json (Frictionless), by file name."""
    texts = {f"{table.name}.csv": csv_text(table.frame) for table in tables}
    texts["datapackage.json"] = json_text(_data_package(tables, title, "csv"))
    return {name: text.encode("utf-8") for name, text in texts.items()}


def parquet_files(tables: list[Exported], title: str) -> dict[str, bytes]:
    """Each table as Parquet, and the dictionary as JSON, by file name. Raises `MissingDependencyError` without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        message = "Parquet needs another library in the environment of modellaw: pip install pyarrow."
        raise MissingDependencyError(message) from None
    types = {
        "string": pyarrow.string(),
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
    }
    files = {}
    for table in tables:
        fields = [
            pyarrow.field(name, types[kind], metadata={"description": meaning})
            for name, (kind, meaning) in table.columns.items()
        ]
        arrays = [
            pyarrow.array([_plain(value, kind) for value in table.frame[name]], types[kind])
            for name, (kind, _) in table.columns.items()
        ]
        target = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields)), target)
        files[f"{table.name}.parquet"] = target.getvalue()
    files["dictionary.json"] = (json.dumps(_data_package(tables, title, "parquet"), indent=2) + "\n").encode("utf-8")
    return files


def _data_package(tables: list[Exported], title: str, kind: str) -> dict[str, object]:
    """The dictionary of the tables as a Frictionless data package."""
    return {
        "name": "modellaw",
        "title": title,
        "resources": [
            {
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.{kind}",
                "description": table.description,
                "format": kind,
                "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": meaning}
                        for name, (kind, meaning) in table.columns.items()
                    ],
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }


def _plain(value: Any, kind: str) -> object:
    if kind in ("string", "boolean"):
        return value
    if value is None or pd.isna(value):
        return None
    return float(value) if isinstance(value, Fraction) or kind == "number" else int(value)
