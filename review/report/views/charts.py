"""Charts of shares: what was published over the years, and what answers leave possible by edition."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from review.headlines import Headlines, group_statistics, headlines
from review.report.blocks import Chart, Column, Table, XYSeries
from review.report.xlsx.styles import CHART_COLOURS
from review.review import Review
from review.wording import percent, percent_range, statistic_title

__all__ = ["share_charts"]

_LOOKS = (("first", "circle"), ("second", "diamond"), ("fourth", "square"), ("fifth", "triangle"))  # colour and marker
_MOST_CHARTS = 3
_MOST_OPEN = Fraction(1, 3)  # of the countries, beyond which a line of what is certain would mislead
_DESCRIPTION = "The numbers behind the chart"


def share_charts(reviews: list[Review]) -> tuple[list[Chart], list[Table]]:
    """A chart a series: published shares over the years, or the share that meets each criterion by edition; and their tables."""
    made = []
    for review in reviews:
        published = _published_chart(review) if review.scored and len(review.series.figures.frame) else None
        made.append(published or _answers_chart(review))
    found = [one for one in made if one][:_MOST_CHARTS]
    return [chart for chart, _ in found], [table for _, table in found]


def _answers_chart(review: Review) -> tuple[Chart, Table] | None:
    """The share of the countries covered that meet a headline or criterion, at least and at most, where few answers are open."""
    covered = {id: review.series.editions[id].reviewed or 0 for id in review.answered_editions}
    editions = [id for id, many in covered.items() if many]
    counted = review.statistics().set_index(["edition", "statistic"])[["lower", "upper"]]

    def share_of(statistic: str, end: str) -> Any:
        return lambda edition: float(counted.at[(edition, statistic), end]) / covered[edition]

    def open_share(statistic: str) -> float:
        return max((share_of(statistic, "upper")(id) - share_of(statistic, "lower")(id) for id in editions), default=1)

    chosen = [one for one in group_statistics(review) if open_share(one[0]) <= _MOST_OPEN][: len(_LOOKS)]
    if not chosen:
        return None
    columns, series = [Column("Edition", 12, value=review.label)], []
    for (id, head), (colour, marker) in zip(chosen, _LOOKS, strict=False):
        for end, words in (("lower", "at least"), ("upper", "at most")):
            upper, heading = end == "upper", f"{head}: {words}"
            columns.append(Column(heading, 10, "percent", share_of(id, end)))
            look: dict[str, Any] = {"marker": marker, "labelled": False, "in_legend": not upper, "dashed": upper}
            label = f"{head}, at most" if upper else head
            series.append(XYSeries(label, "Edition", heading, 0, len(editions) - 1, CHART_COLOURS[colour], **look))
    table = Table.of(f"chart_{review.series.id}", _DESCRIPTION, columns, editions)
    last, (id, head) = editions[-1], chosen[0]
    share = percent_range(counted.at[(last, id), "lower"], counted.at[(last, id), "upper"], covered[last])
    stated = "" if review.scored else ", as the reports state it"
    title = f"{review.series.title}: {head.lower()} in {share} of countries in {last}{stated}"
    told = f"By edition, the share of the countries covered, at least (solid) and at most (dashed): {', '.join(head.lower() for _, head in chosen)}. The numbers stand in the table below."
    levels = [id for id, _ in chosen if id.startswith(("level:", "or_better:"))]
    breaks = _breaks(review, levels, editions, {edition: float(n) for n, edition in enumerate(editions)})
    y_title = "share of countries: — at least, - - at most"
    return Chart("line", title, told, table.name, tuple(series), "edition", y_title, breaks=breaks), table


def _published_chart(review: Review) -> tuple[Chart, Table] | None:
    """The shares over time. Editions without a figure break the line; updates stand alone."""
    found = headlines(review)
    frame = found.frame.sort_values("kind", kind="stable", ignore_index=True)
    rows, titles = frame.to_dict("records"), {id: statistic_title(id, review.framework) for id in found.statistics}
    for row in rows:
        row["year"], of = _year(row["as_of"]), row["reviewed"]
        for id in titles:
            value = row[f"{id}:published"]
            row[f"{id}:share"] = None if pd.isna(value) or pd.isna(of) or not of else float(value) / float(of)
    columns = [
        Column("Edition", 13, value=lambda row: review.label(str(row["edition"]))),
        Column("Year", 11, "year", "year"),
    ]
    columns += [Column(f"{title}: share", 10, "percent", f"{id}:share") for id, title in titles.items()]
    table = Table.of(f"chart_{review.series.id}", _DESCRIPTION, columns, rows)
    series: list[XYSeries] = []
    for (id, title), (colour, marker) in zip(titles.items(), _LOOKS, strict=False):
        drawn = [n for n, row in enumerate(rows) if row["year"] is not None and row[f"{id}:share"] is not None]
        editions = [n for n in drawn if rows[n]["kind"] == "edition"]
        apart = {n for n in editions if n and _judged_otherwise(review, id, rows[n - 1]["edition"], rows[n]["edition"])}
        updates = [(n, n) for n in drawn if n not in editions]
        for is_update, runs in ((False, _runs(editions, apart)), (True, updates)):
            label, shade = (f"{title}, update", f"{colour}_pale") if is_update else (title, colour)
            look: dict[str, Any] = {"marker": marker, "joined": not is_update, "labelled": not is_update}
            series += [
                XYSeries(label, "Year", f"{title}: share", first, last, CHART_COLOURS[shade], in_legend=not n, **look)
                for n, (first, last) in enumerate(runs)
            ]
    if not series:
        return None
    known = [
        row["year"] for row in rows if row["year"] is not None and any(row[f"{id}:share"] is not None for id in titles)
    ]
    span = (int(min(known) - 1) // 2 * 2, int(max(known) + 2) // 2 * 2)
    what = " and ".join(title.lower() for title in titles.values())
    told = f"Shares of countries by the date of the edition: {what}. Dark points are editions, pale ones updates. The numbers stand in the table below."
    usual = [row["edition"] for row in rows if row["kind"] == "edition"]
    breaks = _breaks(review, titles, usual, {row["edition"]: row["year"] for row in rows})
    title = f"{_finding(review, found)}{_rule_breaks(_rule_changes(review, titles, usual))}"
    axes = ("as of (year)", "share of the countries covered")
    return Chart("scatter", title, told, table.name, tuple(series), *axes, span, breaks), table


def _finding(review: Review, found: Headlines) -> str:
    """What the first headline says: its first and its last share."""
    id = next(id for id in found.statistics if len(found.stated(id)))
    (first, share), (last, share_last) = (
        (row["as_of"][:4] or row["edition"], percent(row[f"{id}:published"], int(row["reviewed"])))
        for row in found.stated(id).iloc[[0, -1]].to_dict("records")
    )
    title = f"{statistic_title(id, review.framework)}: {share} of countries in {first}"
    return title if first == last else f"{title}, {share_last} in {last}"


def _rule_changes(review: Review, statistics: Iterable[str], editions: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of consecutive editions of which the later one judges any of these statistics by another rule."""
    pairs, chosen = itertools.pairwise(editions), list(statistics)
    return [pair for pair in pairs if any(_judged_otherwise(review, id, *pair) for id in chosen)]


def _breaks(
    review: Review, statistics: Iterable[str], editions: Sequence[str], place_of: Mapping[str, float | None]
) -> tuple[tuple[float, str], ...]:
    """Between which places a rule changes: of which statistic, and in which editions the new one holds."""
    found: list[tuple[float, str]] = []
    for id in statistics:
        changes = _rule_changes(review, [id], editions)
        lasts = [before for before, _ in changes[1:]] + [None] * bool(changes)
        for (before, first), last in zip(changes, lasts, strict=True):
            left, right = place_of[before], place_of[first]
            where = f"from {first} on" if last is None else f"in {first}" if first == last else f"in {first}–{last}"
            if left is not None and right is not None:
                found.append(((left + right) / 2, f"{statistic_title(id, review.framework)}: another rule {where}"))
    return tuple(found)


def _rule_breaks(changes: list[tuple[str, str]]) -> str:
    """Where the rule of a headline changes, which no line crosses; "" where it doesn't."""
    changed = [later for _, later in changes]
    several = f" (another rule in {', '.join(changed[::2])})"
    return "" if not changed else f" (another rule from {changed[0]} on)" if len(changed) == 1 else several


def _judged_otherwise(review: Review, statistic: str, before: str, edition: str) -> bool:
    """Whether an edition judges a statistic by another rule than the one before."""
    return statistic in review.judged(before).unlike(review.judged(edition))


def _runs(places: Iterable[int], apart: set[int]) -> list[tuple[int, int]]:
    """Consecutive places as (first, last): a line joins no two editions with a gap between them, or another rule."""
    runs: list[tuple[int, int]] = []
    for place in places:
        joins = bool(runs) and runs[-1][1] == place - 1 and place not in apart
        first = runs.pop()[0] if joins else place
        runs.append((first, place))
    return runs


def _year(date: str) -> float | None:
    """A date as a year with its fraction, to the month."""
    return round(int(date[:4]) + (int(date[5:7] or 1) - 1) / 12, 3) if date else None
