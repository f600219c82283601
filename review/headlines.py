"""The headline statistics of a series: as published, or as its answers leave them possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from review.findings import Findings
from review.wording import number, statistic_title

__all__ = [
    "Headlines", "figure_of", "group_statistics", "headline_figures", "headline_rows", "headlines", "newest_headlines", "published_figures",
]  # fmt: skip


@dataclass(frozen=True)
class Headlines:
    """The headline statistics of a series.

    Attributes
    ----------
    statistics : tuple[str, ...]
        Their ids.
    frame : DataFrame
        One row an edition: `edition`, `kind`, `title`, `as_of` (text), `reviewed` (Int64), `reviewed_source` (text:
        the source that states it, else the edition's), `recorded` (int64), and for each statistic `<id>:published`
        (Float64, NA: no figure), `<id>:source` (text), `<id>:lower` and `<id>:upper` (Float64, NA: not computable).

    """

    statistics: tuple[str, ...]
    frame: pd.DataFrame

    def stated(self, statistic: str) -> pd.DataFrame:
        """The rows of kind `edition` that have a preferred published figure of a statistic."""
        frame = self.frame
        return frame[
            (frame["kind"] == "edition") & frame[f"{statistic}:published"].notna() & (frame["reviewed"].fillna(0) > 0)
        ]


def headlines(findings: Findings) -> Headlines:
    """Collect the headline statistics of every edition and update of a series."""
    ids = findings.framework.headline_statistics()
    frame = findings.editions()[["edition", "kind", "title", "as_of", "reviewed", "recorded", "source"]]
    counted = findings.statistics()
    figures = findings.figures()
    figures = figures[figures["status"] == "preferred"]
    stated = dict(figures.loc[figures["statistic"] == "reviewed", ["edition", "source"]].itertuples(index=False))
    frame["reviewed_source"] = [
        stated.get(id, source) for id, source in zip(frame["edition"], frame.pop("source"), strict=True)
    ]
    for id in ids:
        own = counted[counted["statistic"] == id].set_index("edition")
        sources = dict(figures.loc[figures["statistic"] == id, ["edition", "source"]].itertuples(index=False))
        for column in ("published", "lower", "upper"):
            frame[f"{id}:{column}"] = frame["edition"].map(own[column])
        frame[f"{id}:source"] = [sources.get(edition, "") for edition in frame["edition"]]
    return Headlines(ids, frame)


def headline_rows(findings: Findings) -> pd.DataFrame:
    """The headline figures.

    Returns
    -------
    DataFrame
        One row an edition and statistic: `framework`, `series`, `scored`, `edition`, `kind`, `title`,
        `as_of`, `reviewed`, `reviewed_source`, `recorded`, `statistic`, `published`, `source` (of the published
        figure, by id; "" where there is none), `lower`, `upper`.

    """
    headline = headlines(findings)
    parts = []
    for id in headline.statistics:
        own = {f"{id}:{name}": name for name in ("published", "source", "lower", "upper")}
        usual = [name for name in headline.frame if ":" not in name]
        parts.append(headline.frame[[*usual, *own]].rename(columns=own).assign(statistic=id))
    frame = pd.concat(parts, ignore_index=True).sort_values("edition", kind="stable", ignore_index=True)
    frame = frame.assign(framework=findings.framework.id, series=findings.series.id, scored=findings.scored)
    head = ["framework", "series", "scored", "edition", "kind", "title", "as_of", "reviewed", "reviewed_source"]
    return frame[[*head, "recorded", "statistic", "published", "source", "lower", "upper"]].astype(object)


def figure_of(row: Mapping[str, Any], statistic: str) -> tuple[Any, Any]:
    """The published figure of a row of `Headlines.frame` and None; else at least and at most; (None, None): nothing is known."""
    published = row[f"{statistic}:published"]
    if not pd.isna(published):
        return number(published), None
    return (row[f"{statistic}:lower"], row[f"{statistic}:upper"]) if row["recorded"] else (None, None)


def headline_figures(findings: Findings) -> list[dict[str, Any]]:
    """The newest and the first published figure of each headline statistic, or what the newest answers leave possible.

    Each with `statistic`, `value`, `upper` (None: no interval), and the columns of its edition in `Headlines.frame`.
    """
    found, rows = headlines(findings), list[tuple[str, dict[str, Any]]]()
    for id in found.statistics if findings.scored else ():
        stated = found.stated(id).to_dict("records")
        rows += [(id, row) for row in (stated[-1:] + stated[:1] if len(stated) > 1 else stated)]
    if not rows and findings.scored and findings.answered_editions:
        last = found.frame[found.frame["edition"] == findings.last_answered].to_dict("records")
        rows = [(id, row) for id in found.statistics for row in last]
    ends = [figure_of(row, id) for id, row in rows]
    return [
        {**row, "statistic": id, "value": value, "upper": upper}
        for (id, row), (value, upper) in zip(rows, ends, strict=True)
    ]


def newest_headlines(findings: Findings) -> list[dict[str, Any]]:
    """The newest figure of each headline statistic, as in `headline_figures`; none where it can't be told of how many countries."""
    newest: dict[str, dict[str, Any]] = {}
    for row in headline_figures(findings):
        if pd.notna(row["value"]):
            newest.setdefault(row["statistic"], row)
    return list(newest.values())


def group_statistics(findings: Findings) -> list[tuple[str, str]]:
    """The statistics that are shown by group, each with its heading: criteria met, and of a scored series its headline."""
    framework = findings.framework
    ids = framework.headline_statistics() if findings.scored else ()
    criteria = [(f"criterion:{one.id}:{framework.highest}", one.short) for one in framework.criteria]
    return [*((id, statistic_title(id, framework)) for id in ids), *criteria]


def published_figures(findings: Findings) -> dict[tuple[str, str], tuple[int | float, int | float | None, str]]:
    """The preferred figures by edition and statistic, each with the countries covered that go with it, and its source in words."""
    frame = findings.preferred_figures()
    frame = frame[frame["statistic"].isin(findings.framework.statistics)]
    covered = dict(frame.loc[frame["statistic"] == "reviewed", ["edition", "value"]].itertuples(index=False))
    found: dict[tuple[str, str], tuple[int | float, int | float | None, str]] = {}
    for item in frame.to_dict("records"):
        edition, source = item["edition"], findings.series.sources[item["source"].split()[0]].short
        known = covered.get(edition) or findings.series.editions[edition].reviewed
        of = number(Fraction(known)) if known else None
        found[edition, item["statistic"]] = (number(Fraction(item["value"])), of, source)
    # the best level, and the best level or better, are two names of one statistic
    best = [f"{kind}:{findings.framework.level_ids[0]}" for kind in ("level", "or_better")]
    for edition, id in [key for key in found if key[1] in best]:
        found.setdefault((edition, best[1 - best.index(id)]), found[edition, id])
    return found
