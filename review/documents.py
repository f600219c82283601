"""Results as JSON documents and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from country_data.characters import guarded
from review.agreement import Agreement
from review.compare import Comparison, ordered_statistics
from review.frames import without_exact
from review.published import FigureChecks
from review.review import Review
from review.together import Together
from review.wording import number

__all__ = [
    "agreement_json",
    "comparison_json",
    "csv_text",
    "figures_json",
    "json_text",
    "records",
    "scores_json",
    "stacked",
    "summary_json",
]


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """A frame as a list of records: blanks "" stay, what is not known is None, never NaN."""
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def json_text(document: Mapping[str, object]) -> str:
    """A document as JSON text; a not-a-number in it is an error of ours and raises ValueError."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def csv_text(frame: pd.DataFrame) -> str:
    """A frame as CSV; a text that a spreadsheet would run as a formula gets ' before it, and one that has it one more."""
    out = io.StringIO()
    columns = [_cells(frame[name]) for name in frame.columns]
    # the writer leaves a lone carriage return bare, and a reader takes that for the end of a line
    every = any("\r" in cell for cells in columns for cell in cells if isinstance(cell, str))
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL)
    writer.writerow(frame.columns)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def stacked(reviews: list[Review], frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The frames of several reviews under each other, with the columns `series` and `scored` first."""
    parts = [frame.astype(object) for frame in frames]
    for part, review in zip(parts, reviews, strict=True):
        part.insert(0, "series", review.series.id)
        part.insert(1, "scored", review.scored)
    return pd.concat(parts, ignore_index=True)


def summary_json(review: Review, by: str | None, *, same_countries: bool = False) -> dict[str, object]:
    """The document of `summary --format json`: statistics by edition, by region where asked."""
    counted = review.statistics(by=by)
    parts = dict(iter(counted.groupby("edition", sort=False)))
    items: list[dict[str, object]] = []
    for id, edition in review.series.editions.items():
        part = parts.get(id, counted.iloc[:0])
        item: dict[str, object] = {"edition": id, "as_of": edition.as_of, "reviewed": edition.reviewed}
        if by is None:
            item["statistics"] = _statistics(part)
        else:
            item["groups"] = [
                {by: group, "statistics": _statistics(rows)} for group, rows in part.groupby(by, sort=False)
            ]
        items.append(item)
    narrowing: dict[str, object] = {"by": by} if by else {}
    if same_countries:
        narrowing["same_countries"] = review.matrix.rows["country"].nunique()
    return {**_head(review), **narrowing, "editions": items}


def scores_json(review: Review, edition: str | None) -> dict[str, object]:
    """The document of `scores --format json`: countries with an answer, by edition."""
    frame = review.scores(edition)
    ids, groups = review.framework.criterion_ids, [group.id for group in review.framework.groups]
    items = []
    for id, part in frame.groupby("edition", sort=False):
        countries = [
            {
                **{key: row[key] for key in ("country", "name", "lower", "upper", "out_of", "levels")},
                "answers": {criterion: row[criterion] or None for criterion in ids},
                "deduced": row["deduced"],
                "groups": {group: _pair(row[f"group:{group}:lower"], row[f"group:{group}:upper"]) for group in groups}
                if row["levels"]
                else None,
                "index": _pair(row["lower"], row["upper"]),
                "shown": row["shown"] or None,
                "rank": row["rank"],
            }
            for row in records(part)
        ]
        items.append({"edition": id, "countries": countries})
    return {**_head(review), "editions": items}


def _pair(low: object, high: object) -> list[object] | None:
    """Two bounds; None for no score."""
    return None if low is None else [low, high]


def comparison_json(found: Comparison, review: Review) -> dict[str, object]:
    """The document of `compare --format json`."""
    causes = {(row.country, row.criterion): list(row.causes) for row in found.changes.itertuples() if row.causes}
    ids = review.framework.criterion_ids
    countries = []
    for row in records(found.countries):
        both = row["presence"] == "both"
        countries.append(
            {
                **{key: row[key] for key in ("country", "name", "presence", "successors")},
                "kind": row["kind"] or None,
                "changes": {id: row[id] for id in ids} if both else None,
                "levels": {side: row[f"levels_{side}"] for side in ("from", "to")} if both else None,
                "score": {side: _pair(row[f"lower_{side}"], row[f"upper_{side}"]) for side in ("from", "to")}
                if both
                else None,
                "causes": {id: causes[row["country"], id] for id in ids if (row["country"], id) in causes},
            }
        )
    transitions: dict[str, dict[str, object]] = {}
    for row in records(found.transitions):
        transitions.setdefault(str(row["from"]), {})[str(row["to"])] = row["countries"]
    return {
        **_head(review),
        "from": found.a.edition,
        "to": found.b.edition,
        "countries": countries,
        "criteria": {str(row.pop("criterion")): row for row in records(found.criteria)},
        "transitions": transitions,
        "statistics": _compared_statistics(found),
    }


def _compared_statistics(found: Comparison) -> dict[str, object]:
    unrecorded = dict(zip(("from", "to"), found.unrecorded, strict=True))
    own = {(row["statistic"], row["part"]): [row["lower"], row["upper"]] for row in records(found.statistics)}
    like = {
        (row["rules"], row["statistic"], row["part"]): [row["lower"], row["upper"]]
        for row in records(found.like_for_like)
    }

    def sides(bounds: Mapping[Any, list[object]], *key: str) -> dict[str, object]:
        """What an edition has no statistic for, and what is not computable, is null."""

        def of(part: str) -> object:
            pair = bounds.get((*key, part))
            return None if pair is None or pair[0] is None else pair

        return {"from": of("from"), "to": of("to"), "both": {"from": of("both_from"), "to": of("both_to")}}

    statistics: dict[str, object] = {}
    for id in ordered_statistics(found.a, found.b):
        mean = id == "score:mean"
        published = {
            key: side.published[id][0] if id in side.published else None
            for key, side in (("from", found.a), ("to", found.b))
        }
        sources = {
            key: side.published[id][1] if id in side.published else None
            for key, side in (("from", found.a), ("to", found.b))
        }
        statistics[id] = {
            "published": published,
            "sources": sources,
            **sides(own, id),
            **{part: None if mean else own.get((id, part)) for part in ("entered", "left", "only_in_a", "only_in_b")},
            "unrecorded": {"from": None, "to": None} if mean else unrecorded,
            "same_rules": id not in found.unlike,
            "rules": {"own": sides(own, id), "from": sides(like, "from", id), "to": sides(like, "to", id)},
        }
    return statistics


def agreement_json(found: Agreement, one: Review, other: Review) -> dict[str, object]:
    """The document of `crosscheck --format json`."""
    return {
        "series": [one.series.id, other.series.id],
        "editions": [found.first, found.second],
        "shared": found.shared,
        "pairs": records(found.pairs),
        "criteria": records(without_exact(found.criteria)),
    }


def figures_json(found: FigureChecks, edition: str | None) -> dict[str, object]:
    """The document of `figures --format json`."""
    figures, checks, together = found.figures, found.checks, found.together
    if edition is not None:
        figures, checks = figures[figures["edition"] == edition], checks[checks["edition"] == edition]
        together = tuple(one for one in together if one.edition == edition)
    keys = ["edition", "identity", "statistic", "stated", "implied", "sources", "status"]
    return {
        "editions": [_together(one) for one in together],
        "figures": records(without_exact(figures)),
        "checks": records(checks[keys]),
    }


def _together(one: Together) -> dict[str, object]:
    return {
        "edition": one.edition,
        "together": one.together,
        "undecided": one.undecided or None,
        "figures": {statistic: number(value) for statistic, value in one.figures.items()},
        "left_out": list(one.left_out),
        "conflicts": [list(names) for names in one.conflicts],
        "alternatives": [
            {"statistic": other.statistic, "value": number(other.value), "source": other.source, "fits": other.fits}
            for other in one.alternatives
        ],
        "recorded": one.recorded,
        "least_changes": one.least_changes,
        "changes": [
            {
                "from": dict(change.was),
                "to": dict(change.becomes),
                "countries": change.countries,
                "candidates": list(change.candidates),
            }
            for change in one.changes
        ],
        "rules": {
            first: {
                "editions": list(other.editions),
                "together": other.together,
                "conflicts": [list(names) for names in other.conflicts],
            }
            for first, other in one.rules.items()
        },
    }


def _head(review: Review) -> dict[str, object]:
    return {"series": review.series.id, "framework": review.framework.id, "scored": review.scored}


def _statistics(part: pd.DataFrame) -> dict[str, object]:
    return {
        str(row["statistic"]): {
            **{key: row.get(key) for key in ("lower", "upper", "published")},
            "source": row.get("source") or None,
        }
        for row in records(part)
    }


def _plain(value: Any) -> object:
    if isinstance(value, str | bool | int):
        return value
    if hasattr(value, "item"):  # a number or truth value of numpy
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if isinstance(value, tuple):
        return list(value)
    if value is None or pd.isna(value):
        return None
    return number(value) if isinstance(value, Fraction) else str(value)


def _cells(column: pd.Series) -> list[object]:
    values = column.to_numpy(dtype=object).tolist()  # tolist of a column of texts asks for each by itself
    if isinstance(column.dtype, pd.StringDtype):  # texts alone
        return list(map(guarded, values))
    if column.dtype == "float64":
        return ["" if math.isnan(value) else int(value) if value.is_integer() else value for value in values]
    return [_cell(value) for value in values]


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        value = " ".join(str(part) for part in value)
    plain = _plain(value)
    if isinstance(plain, str):
        return guarded(plain)
    return "" if plain is None else plain
