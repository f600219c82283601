"""Tables to take away: answers, scores, statistics and changes, with a dictionary of every column."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from review.changes import changes_between_editions
from review.output import csv_text, json_text
from review.series_review import Review
from review.wording import statistic_title

__all__ = [
    "TABLES",
    "Exported",
    "NeedsExtra",
    "data_package",
    "exported",
    "write_csv",
    "write_parquet",
]

TABLES = ("answers", "scores", "statistics", "changes")


class NeedsExtra(Exception):
    """A format that needs a library which is not installed."""


@dataclass(frozen=True)
class Exported:
    """A table to take away: its name, what it holds, its frame, and for each column its type and meaning."""

    name: str
    description: str
    frame: pd.DataFrame
    columns: dict[str, tuple[str, str]]


def exported(reviews: list[Review], names: tuple[str, ...] = TABLES) -> list[Exported]:
    """The tables of these reviews, which are of one framework: those named, or all.

    Every frame begins with `series` (text); texts are "" where nothing is recorded, numbers None
    where not known. `answers` holds what is recorded, and is what `import` reads back unchanged.
    """
    make: dict[str, Callable[[list[Review]], Exported]] = {
        "answers": _answers,
        "scores": _scores,
        "statistics": _statistics,
        "changes": _changes,
    }
    return [make[name](reviews) for name in names]


_SERIES = ("string", "the series of findings, by id")
_EDITION = ("string", "the edition, by id")
_COUNTRY = ("string", "the country's code (ISO 3166-1 alpha-3; alpha-4 of ended countries)")
_NAME = ("string", "the country's English name")
_CRITERION = ("string", "the criterion, by id")
_CITED = {
    "source": ("string", "ids of the sources, with spaces between"),
    "locator": ("string", "where in the source"),
    "citation": ("string", "statute and article"),
    "quote": ("string", "the passage itself"),
}


def _stacked(
    reviews: list[Review], frame: Callable[[Review], pd.DataFrame], columns: dict[str, tuple[str, str]]
) -> pd.DataFrame:
    parts = [frame(review).assign(series=review.series.id) for review in reviews]
    return pd.concat(parts, ignore_index=True).reindex(columns=list(columns))


def _answers(reviews: list[Review]) -> Exported:
    columns = {
        "series": _SERIES,
        "edition": _EDITION,
        "country": _COUNTRY,
        "name": _NAME,
        "criterion": _CRITERION,
        "answer": ("string", "what is recorded: a grade, unknown, not_assessed, not_applicable; blank: nothing"),
        **_CITED,
        "effective": ("string", "the date since which it holds (YYYY, YYYY-MM or YYYY-MM-DD)"),
        "cause": ("string", "why it differs from the edition before, where the data say"),
        "note": ("string", "a note"),
    }

    def recorded(review: Review) -> pd.DataFrame:
        frame = review.series.answers
        names = dict(review.registry.frame[["code", "name"]].itertuples(index=False))
        return frame.assign(name=frame["country"].map(names)).sort_values(["edition", "country"], kind="stable")

    return Exported("answers", "Every recorded answer with its source", _stacked(reviews, recorded, columns), columns)


def _scores(reviews: list[Review]) -> Exported:
    framework = reviews[0].framework
    columns = {
        "series": _SERIES,
        "edition": _EDITION,
        "country": _COUNTRY,
        "name": _NAME,
        "lower": ("number", "the least score that open answers leave; null where the series is not scored"),
        "upper": ("number", "the greatest score that open answers leave; null where the series is not scored"),
        "out_of": ("number", "the score of a country that meets everything"),
        "levels": ("string", "ids of the levels that remain possible, best first, with spaces between"),
        "rank": ("integer", "the rank among the edition's countries, where answers leave one"),
        **{
            f"after_deduction_{one.id}": ("string", f"{one.title}: the answer, with what follows from others")
            for one in framework.criteria
        },
        "deduced": ("string", "ids of the criteria whose answer follows from another, with spaces between"),
    }

    def scored(review: Review) -> pd.DataFrame:
        frame = review.scores().rename(columns={id: f"after_deduction_{id}" for id in framework.criterion_ids})
        frame = frame.assign(**{name: frame[name].map(" ".join) for name in ("levels", "deduced")}).astype(object)
        if not review.scored:
            frame[["lower", "upper", "out_of", "rank"]] = None
            frame["levels"] = ""
        return frame

    return Exported(
        "scores", "Score bounds and possible levels of each country", _stacked(reviews, scored, columns), columns
    )


def _statistics(reviews: list[Review]) -> Exported:
    columns = {
        "series": _SERIES,
        "edition": _EDITION,
        "statistic": ("string", "the statistic, by id"),
        "title": ("string", "the statistic in words"),
        "lower": ("number", "at least so many, of the answers that are held; null where not computable"),
        "upper": ("number", "at most so many; null where not computable"),
        "published": ("number", "the published figure to quote; null where there is none"),
        "source": ("string", "the source of the published figure, by id"),
    }

    def counted(review: Review) -> pd.DataFrame:
        frame = review.statistics().astype(object)
        names = zip(frame["statistic"], frame["edition"], strict=True)
        return frame.assign(title=[statistic_title(id, review.judged(edition)) for id, edition in names])

    return Exported(
        "statistics", "Counts of countries with bounds, by edition", _stacked(reviews, counted, columns), columns
    )


def _changes(reviews: list[Review]) -> Exported:
    columns = {
        "series": _SERIES,
        "kind": (
            "string",
            "newly_met, more_met, no_longer_met or less_met (with _after_gap: editions between leave it open), now_stated, no_longer_stated or other",
        ),
        "from": ("string", "the earlier edition, by id"),
        "to": ("string", "the later edition, by id"),
        "country": _COUNTRY,
        "name": _NAME,
        "criterion": _CRITERION,
        "was": ("string", "the answer in the earlier edition, after deduction"),
        "now": ("string", "the answer in the later edition, after deduction"),
        "was_follows": ("boolean", "whether the earlier answer follows from another"),
        "now_follows": ("boolean", "whether the later answer follows from another"),
        **{
            f"{side}_{name}": (kind, f"{said}, of the {edition} answer")
            for side, edition in (("was", "earlier"), ("now", "later"))
            for name, (kind, said) in _CITED.items()
        },
    }
    return Exported(
        "changes",
        "Every change from one edition to a later one",
        _stacked(reviews, changes_between_editions, columns),
        columns,
    )


def write_csv(tables: list[Exported], folder: Path, title: str) -> None:
    """Write each table as CSV into `folder`, and the dictionary beside as datapackage.json (Frictionless)."""
    for table in tables:
        (folder / f"{table.name}.csv").write_text(csv_text(table.frame), encoding="utf-8", newline="")
    (folder / "datapackage.json").write_text(json_text(data_package(tables, title)), encoding="utf-8")


def data_package(tables: list[Exported], title: str) -> dict[str, object]:
    """The dictionary of the tables as a Frictionless data package."""
    return {
        "name": "modellaw",
        "title": title,
        "resources": [
            {
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.csv",
                "description": table.description,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": said}
                        for name, (kind, said) in table.columns.items()
                    ],
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }


def write_parquet(tables: list[Exported], folder: Path, title: str) -> None:
    """Write each table as Parquet, and the dictionary as JSON. Raises `NeedsExtra` without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise NeedsExtra("Parquet needs another library in the environment of modellaw: pip install pyarrow.") from None
    types = {
        "string": pyarrow.string(),
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
    }
    for table in tables:
        fields = [
            pyarrow.field(name, types[kind], metadata={"description": said})
            for name, (kind, said) in table.columns.items()
        ]
        arrays = [
            pyarrow.array([_plain(value, kind) for value in table.frame[name]], types[kind])
            for name, (kind, _) in table.columns.items()
        ]
        parquet.write_table(
            pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields)), folder / f"{table.name}.parquet"
        )
    (folder / "dictionary.json").write_text(json.dumps(data_package(tables, title), indent=2) + "\n", encoding="utf-8")


def _plain(value: Any, kind: str) -> object:
    if kind in ("string", "boolean"):
        return value
    if value is None or pd.isna(value):
        return None
    return float(value) if isinstance(value, Fraction) or kind == "number" else int(value)
