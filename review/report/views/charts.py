"""Charts of shares: what was published over the years, and what answers leave possible by edition."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from review.published import Headlines, headlines
from review.report.blocks import Chart, Column, Table, XYSeries
from review.report.views.summary import group_statistics
from review.report.xlsx.styles import CHART_COLOURS
from review.review import Review
from review.wording import percent, percent_range, statistic_title

__all__ = ["share_charts"]

_COLOURS = ("first", "second", "fourth", "fifth")
_MARKERS = ("circle", "diamond", "square", "triangle")


def share_charts(reviews: list[Review]) -> tuple[list[Chart], list[Table]]:
    """A chart a series: published shares over the years, or the share that meets each criterion by edition."""
    charts, tables = [], []
    for review in reviews:
        found = headlines(review) if review.scored else None
        made = _published_chart(review, found) if found and len(review.series.figures.frame) else None
        made = made or _answers_chart(review)
        if made:
            charts.append(made[0])
            tables.append(made[1])
    return charts[:_MOST_CHARTS], tables[:_MOST_CHARTS]


_MOST_CHARTS = 3


_MOST_OPEN = Fraction(1, 3)  # of the countries, beyond which a line of what is certain would mislead


def _answers_chart(review: Review) -> tuple[Chart, Table] | None:
    """The share of the countries covered that meet a headline or criterion, at least and at most, where few answers are open."""
    editions = [edition for edition in review.answered_editions if review.series.editions[edition].reviewed]
    counted = review.statistics().set_index(["edition", "statistic"])
    covered = {edition: review.series.editions[edition].reviewed or 0 for edition in editions}

    def open_share(statistic: str) -> float:
        bounds = [
            (counted.at[(edition, statistic), "lower"], counted.at[(edition, statistic), "upper"])
            for edition in editions
        ]
        return max(
            (float(high - low) / covered[edition] for (low, high), edition in zip(bounds, editions, strict=True)),
            default=1,
        )

    chosen = [(id, head) for id, head in group_statistics(review) if editions and open_share(id) <= _MOST_OPEN][
        :_MOST_LINES
    ]
    if not chosen:
        return None
    columns = [Column("Edition", 12, value=lambda edition: review.label(edition))]
    series: list[XYSeries] = []
    for (id, head), colour, marker in zip(chosen, _COLOURS, _MARKERS, strict=False):
        for end, word in (("lower", "at least"), ("upper", "at most")):
            columns.append(Column(f"{head}: {word}", 10, "percent", _share_of(counted, covered, id, end)))
            label = head if end == "lower" else f"{head}, at most"
            series.append(
                XYSeries(
                    label,
                    "Edition",
                    f"{head}: {word}",
                    0,
                    len(editions) - 1,
                    CHART_COLOURS[colour],
                    labelled=False,
                    in_legend=end == "lower",
                    marker=marker,
                    dashed=end == "upper",
                )
            )
    table = Table.of(f"chart_{review.series.id}", "The numbers behind the chart", columns, editions)
    last, first = editions[-1], chosen[0]
    share = percent_range(counted.at[(last, first[0]), "lower"], counted.at[(last, first[0]), "upper"], covered[last])
    stated = "" if review.scored else ", as the reports state it"
    title = f"{review.series.title}: {first[1].lower()} in {share} of countries in {last}{stated}"
    told = f"By edition, the share of the countries covered, at least (solid) and at most (dashed): {', '.join(head.lower() for _, head in chosen)}. The numbers stand in the table below."
    of_levels = [id for id, _ in chosen if id.startswith(_OF_LEVELS)]
    breaks = _breaks(review, of_levels, editions, {edition: float(n) for n, edition in enumerate(editions)})
    return Chart(
        "line",
        title,
        told,
        table.name,
        tuple(series),
        "edition",
        "share of countries: — at least, - - at most",
        breaks=breaks,
    ), table


_MOST_LINES = 4
_OF_LEVELS = ("level:", "or_better:")


def _share_of(counted: pd.DataFrame, covered: Mapping[str, int], statistic: str, end: str) -> Any:
    return lambda edition: float(counted.at[(edition, statistic), end]) / covered[edition]


def _published_chart(review: Review, found: Headlines) -> tuple[Chart, Table] | None:
    """The shares over time. Editions without a figure break the line; updates stand alone."""
    frame = found.frame.sort_values("kind", kind="stable", ignore_index=True)
    titles = [statistic_title(id, review.framework) for id in found.statistics]
    shares = {
        id: [None if pd.isna(value) or pd.isna(of) or not of else float(value) / float(of) for value, of in zip(frame[f"{id}:published"], frame["reviewed"], strict=True)]
        for id in found.statistics
    }  # fmt: skip
    years = [_year(text) for text in frame["as_of"]]
    columns = [
        Column("Edition", 13, value=lambda n: review.label(str(frame.at[n, "edition"]))),
        Column("Year", 11, "year", lambda n: years[n]),
        *(
            Column(f"{title}: share", 10, "percent", _nth(shares[id]))
            for id, title in zip(found.statistics, titles, strict=True)
        ),
    ]
    table = Table.of(f"chart_{review.series.id}", "The numbers behind the chart", columns, range(len(frame)))
    series: list[XYSeries] = []
    for id, title, name, marker in zip(found.statistics, titles, _COLOURS, _MARKERS, strict=False):
        drawn = [n for n in range(len(frame)) if years[n] is not None and shares[id][n] is not None]
        editions = [n for n in drawn if frame.at[n, "kind"] == "edition"]
        apart = {
            n
            for n in editions
            if n and _judged_otherwise(review, id, frame.at[n - 1, "edition"], frame.at[n, "edition"])
        }
        heading = f"{title}: share"
        for count, (first, last) in enumerate(_runs(editions, apart)):
            series.append(
                XYSeries(title, "Year", heading, first, last, CHART_COLOURS[name], in_legend=not count, marker=marker)
            )
        for count, n in enumerate(n for n in drawn if n not in editions):
            pale = CHART_COLOURS[f"{name}_pale"]
            series.append(
                XYSeries(
                    f"{title}, update",
                    "Year",
                    heading,
                    n,
                    n,
                    pale,
                    joined=False,
                    labelled=False,
                    in_legend=not count,
                    marker=marker,
                )
            )
    if not series:
        return None
    known = [
        year
        for n, year in enumerate(years)
        if year is not None and any(shares[id][n] is not None for id in found.statistics)
    ]
    span = (int(min(known) - 1) // 2 * 2, int(max(known) + 2) // 2 * 2)
    what = " and ".join(title.lower() for title in titles)
    told = f"Shares of countries by the date of the edition: {what}. Dark points are editions, pale ones updates. The numbers stand in the table below."
    changes = _rule_changes(review, found.statistics, frame.loc[frame["kind"] == "edition", "edition"])
    usual = list(frame.loc[frame["kind"] == "edition", "edition"])
    breaks = _breaks(review, found.statistics, usual, dict(zip(frame["edition"], years, strict=True)))
    title = f"{_finding(review, found)}{_rule_breaks(changes)}"
    return Chart(
        "scatter",
        title,
        told,
        table.name,
        tuple(series),
        "as of (year)",
        "share of the countries covered",
        span,
        breaks,
    ), table


def _nth(values: list[Any]) -> Any:
    return lambda n: values[n]


def _finding(review: Review, found: Headlines) -> str:
    """What the first headline says: its first and its last share."""
    id = found.statistics[0]
    stated = found.stated(id)
    ends = [
        (row["as_of"][:4] or row["edition"], percent(row[f"{id}:published"], int(row["reviewed"])))
        for row in stated.iloc[[0, -1]].to_dict("records")
    ]
    title = statistic_title(id, review.framework)
    (first, share), (last, share_last) = ends
    if first == last:
        return f"{title}: {share} of countries in {first}"
    return f"{title}: {share} of countries in {first}, {share_last} in {last}"


def _rule_changes(review: Review, statistics: Iterable[str], editions: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of consecutive editions of which the later one judges any of these statistics by another rule."""
    chosen = list(statistics)
    return [
        (before, later)
        for before, later in itertools.pairwise(editions)
        if any(_judged_otherwise(review, id, before, later) for id in chosen)
    ]


def _breaks(
    review: Review, statistics: Iterable[str], editions: list[str], place_of: Mapping[str, float | None]
) -> tuple[tuple[float, str], ...]:
    """Between which places a rule changes: of which statistic, and in which editions the new one holds."""
    found: list[tuple[float, str]] = []
    for id in statistics:
        changes = _rule_changes(review, [id], editions)
        title = statistic_title(id, review.framework)
        lasts = [before for before, _ in changes[1:]] + [None] * bool(changes)
        for (before, first), last in zip(changes, lasts, strict=True):
            left, right = place_of[before], place_of[first]
            where = f"from {first} on" if last is None else f"in {first}" if first == last else f"in {first}–{last}"
            if left is not None and right is not None:
                found.append(((left + right) / 2, f"{title}: another rule {where}"))
    return tuple(found)


def _rule_breaks(changes: list[tuple[str, str]]) -> str:
    """Where the rule of a headline changes, which no line crosses; "" where it doesn't."""
    changed = [later for _, later in changes]
    if not changed:
        return ""
    return (
        f" (another rule from {changed[0]} on)"
        if len(changed) == 1
        else f" (another rule in {', '.join(changed[::2])})"
    )


def _judged_otherwise(review: Review, statistic: str, before: str, edition: str) -> bool:
    """Whether an edition judges a statistic by another rule than the one before."""
    return statistic in review.judged(before).unlike(review.judged(edition))


def _runs(places: Iterable[int], apart: set[int]) -> list[tuple[int, int]]:
    """Consecutive places as (first, last): a line joins no two editions with a gap between them, or another rule."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1 and place not in apart:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _year(date: str) -> float | None:
    """A date as a year with its fraction, to the month."""
    if not date:
        return None
    year, month = int(date[:4]), int(date[5:7] or 1)
    return round(year + (month - 1) / 12, 3)
