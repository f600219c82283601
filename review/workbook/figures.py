"""Published headline figures by edition, with the chart of their shares, and all figures in a list."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pandas as pd

from review.published import Headlines, headlines
from review.review import Review
from review.wording import int_or_none, joint_verdict, number, statistic_title, sufficient_by_edition
from review.workbook.data import edition_label, has_formulas
from review.workbook.model import (
    Block,
    Cell,
    Chart,
    ChartRow,
    Column,
    Formula,
    Heading,
    Link,
    Sheet,
    Styled,
    Table,
    Text,
    XYSeries,
    text_of,
)
from review.workbook.statistic_formulas import statistic_bounds
from review.workbook.styles import CHART_COLOURS

__all__ = ["all_figures_sheet", "figures_sheet"]

_STATUS = {"preferred": "● preferred", "alternative": "○ alternative", "misreading": "✕ misreading"}
_COLOURS = ("first", "second")
_MARKERS = ("circle", "diamond")


def figures_sheet(review: Review, name: str, reviews: list[Review]) -> Sheet:
    """The headline statistics by edition: counts, denominators, shares, sources, and the chart."""
    found = headlines(review)
    titles = [statistic_title(id, review.framework) for id in found.statistics]
    notes = [
        "An empty cell is a gap: no figure was found. An update is a dated statement between editions; it is marked, and no line joins it."
    ]
    if review.framework.sufficient:
        notes.insert(
            0,
            f"“Sufficient” means: {sufficient_by_edition(review.framework, review.series)}. Shares are of the countries covered by that edition, and their number changed.",
        )
    notes += [
        f"Checked together as recorded, {one.edition}: {' '.join(joint_verdict(one, review.framework, review.series, brief=True))}"
        for one in review.figure_checks().together
        if one.least_changes or not one.together or any(other.together != one.together for other in one.rules.values())
    ]
    blocks: list[Block] = [Text(tuple(notes)), _headline_table(review, found, live=has_formulas(reviews))]
    behind, chart = _chart(review, found, titles)
    if chart is not None:
        blocks += [
            Heading("The shares as a chart"),
            ChartRow((chart,)),
            Heading("The numbers behind the chart"),
            behind,
        ]
    return Sheet(name, f"{review.series.title}: headline figures by edition", blocks)


def _headline_table(review: Review, found: Headlines, *, live: bool) -> Table:
    columns = (
        Column("Statistic", 20, "text_wrapped"), Column("Edition", 13), Column("Kind", 11), Column("As of", 12),
        Column("Countries covered", 11, "number"), Column("Published", 11, "number"), Column("Share", 9, "percent"),
        Column("From answers: at least", 12, "number"), Column("From answers: at most", 12, "number"), Column("Source", 40),
        Column("Kind of source", 12), Column("Also stated elsewhere", 52, "text_wrapped"),
    )  # fmt: skip
    figures, sources = review.figures(), review.series.sources
    rows: list[tuple[Cell, ...]] = []
    for id in found.statistics:
        for item in found.frame.to_dict("records"):
            source = item[f"{id}:source"].split()[:1]
            ends = (item[f"{id}:lower"], item[f"{id}:upper"]) if item["recorded"] else (None, None)
            rows.append(
                (
                    statistic_title(id, review.framework),
                    item["edition"],
                    "◇ update" if item["kind"] == "update" else "edition",
                    item["as_of"],
                    int_or_none(item["reviewed"]),
                    int_or_none(item[f"{id}:published"]),
                    _share(item[f"{id}:published"], item["reviewed"]),
                    *_from_answers(id, item["edition"], ends, review, live=live),
                    Link(sources[source[0]].url, sources[source[0]].short) if source else "",
                    sources[source[0]].kind if source else "",
                    _others(figures, item["edition"], id),
                )
            )
    return Table(
        f"figures_{review.series.id}",
        f"Headline figures of {review.series.title} by edition, with sources",
        columns,
        rows,
    )


def _from_answers(
    statistic: str, edition: str, ends: tuple[Any, Any], review: Review, *, live: bool
) -> tuple[Cell, Cell]:
    """The bounds of a statistic as the answers give them, counted on Data; blank where nothing can be said."""
    if pd.isna(ends[0]):
        return "", ""
    values = [number(end) for end in ends]
    if not live:
        return values[0], values[1]
    covered = review.series.editions[edition].reviewed or 0
    formulas = statistic_bounds(review.framework, statistic, edition_label(review, edition), covered)
    return Formula(formulas[0], values[0]), Formula(formulas[1], values[1])


def _share(value: Any, out_of: Any) -> float | None:
    if pd.isna(value) or pd.isna(out_of) or not out_of:
        return None
    return float(Fraction(str(value)) / int(out_of))


def _others(figures: pd.DataFrame, edition: str, statistic: str) -> str:
    """Alternatives and misreadings of one figure, each with the source that states it."""
    rows = figures[
        (figures["edition"] == edition) & (figures["statistic"] == statistic) & (figures["status"] != "preferred")
    ]
    preferred = figures[
        (figures["edition"] == edition) & (figures["statistic"] == statistic) & (figures["status"] == "preferred")
    ]["value"].to_list()
    return "; ".join(
        f"{'● the same' if row['value'] in preferred else _STATUS[row['status']]}: {number(row['value'])} ({row['source']})"
        + (f", {row['note']}" if row["note"] else "")
        for row in rows.to_dict("records")
    )


def _chart(review: Review, found: Headlines, titles: list[str]) -> tuple[Table, Chart | None]:
    """The shares over time. Editions without a figure break the line; updates stand alone."""
    frame = found.frame.sort_values("kind", kind="stable", ignore_index=True)
    shares = {
        id: [_share(value, of) for value, of in zip(frame[f"{id}:published"], frame["reviewed"], strict=True)]
        for id in found.statistics
    }
    years = [_year(text) for text in frame["as_of"]]
    columns = (
        Column("Series of points", 18),
        Column("Edition", 13),
        Column("Year", 11, "year"),
        *(Column(f"{title}: share", 10, "percent") for title in titles),
    )
    rows = [
        (
            "◇ update" if frame.at[n, "kind"] == "update" else "edition",
            frame.at[n, "edition"],
            years[n],
            *(shares[id][n] for id in found.statistics),
        )
        for n in range(len(frame))
    ]
    table = Table(f"chart_{review.series.id}", "The numbers behind the chart", columns, rows, filtered=False)
    series: list[XYSeries] = []
    for index, (id, title) in enumerate(zip(found.statistics, titles, strict=True)):
        name, marker = _COLOURS[index], _MARKERS[index]
        drawn = [n for n in range(len(frame)) if years[n] is not None and shares[id][n] is not None]
        editions = [n for n in drawn if frame.at[n, "kind"] == "edition"]
        apart = {
            n
            for n in editions
            if n and _judged_otherwise(review, id, frame.at[n - 1, "edition"], frame.at[n, "edition"])
        }
        for count, (first, last) in enumerate(_runs(editions, apart)):
            series.append(
                XYSeries(
                    title,
                    "Year",
                    f"{title}: share",
                    first,
                    last,
                    CHART_COLOURS[name],
                    in_legend=not count,
                    marker=marker,
                )
            )
        for count, n in enumerate(n for n in drawn if n not in editions):
            series.append(
                XYSeries(
                    f"{title}, update",
                    "Year",
                    f"{title}: share",
                    n,
                    n,
                    CHART_COLOURS[f"{name}_pale"],
                    joined=False,
                    labelled=False,
                    in_legend=not count,
                    marker=marker,
                )
            )
    if not series:
        return table, None
    known = [
        year
        for n, year in enumerate(years)
        if year is not None and any(shares[id][n] is not None for id in found.statistics)
    ]
    span = (int(min(known) - 1) // 2 * 2, int(max(known) + 2) // 2 * 2)
    what = " and ".join(title.lower() for title in titles)
    return table, Chart(
        "scatter",
        f"{review.series.title}: {what}, share of the countries covered{_rule_breaks(review, found)}",
        f"Shares of countries by the date of the edition: {what}. Dark points are editions, pale ones updates. The numbers stand in the table below.",
        table.name,
        tuple(series),
        "as of (year)",
        "share of the countries covered",
        "0%",
        "0%",
        span,
    )


def _rule_breaks(review: Review, found: Headlines) -> str:
    """Where the rule of a headline changes, which no line crosses; "" where it doesn't."""
    editions = list(found.frame.loc[found.frame["kind"] == "edition", "edition"])
    changed = [
        later
        for before, later in itertools.pairwise(editions)
        if any(_judged_otherwise(review, id, before, later) for id in found.statistics)
    ]
    return (
        f" (another rule from {changed[0]} on)"
        if len(changed) == 1
        else f" (another rule in {', '.join(changed[::2])})"
        if changed
        else ""
    )


def _judged_otherwise(review: Review, statistic: str, before: str, edition: str) -> bool:
    """Whether an edition judges a statistic by another rule than the one before."""
    return statistic in review.judged(before).unlike(review.judged(edition))


def _runs(places: list[int], apart: set[int]) -> list[tuple[int, int]]:
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


_RESULTS = {
    "match": "● match",
    "within": "◐ within the bounds",
    "contradicts": "✕ contradicts",
    "not_computable": "not computable",
}


def _against_answers(review: Review, *, live: bool) -> dict[tuple[object, ...], tuple[Cell, Cell, Cell]]:
    """What answers say of each published figure: at least, at most, and whether that fits."""
    found: dict[tuple[object, ...], tuple[Cell, Cell, Cell]] = {}
    match, within, contradicts, _ = (text_of(result) for result in _RESULTS.values())
    for item in review.figure_checks().figures.to_dict("records"):
        ends = (item["lower"], item["upper"])
        bounds = _from_answers(item["statistic"], item["edition"], ends, review, live=live)
        result: Cell = _RESULTS[item["result"]]
        if live and not pd.isna(ends[0]):
            fits = f"IF([@least]=[@most],{match},{within})"
            result = Formula(f"=IF(AND([@least]<=[@value],[@value]<=[@most]),{fits},{contradicts})", str(result))
        found[item["edition"], item["statistic"], float(item["value"]), item["source"]] = (*bounds, result)
    return found


def _short(item: dict[str, Any]) -> str:
    """The sources of a figure in a few words: publisher and date of the first, and the ids of all."""
    first = (item[name] for name in ("publisher", "published"))
    return f"{', '.join(filter(None, first))} [{item['source']}]".strip()


def all_figures_sheet(review: Review, name: str, reviews: list[Review]) -> Sheet:
    """Every published figure beside the answers, and a row for each edition of which none was found."""
    figures = review.figures()
    columns = (
        Column("Edition", 13), Column("Statistic", 46, "text_wrapped"), Column("Value", 8, "number", key="value"),
        Column("Countries covered", 10, "number"), Column("Share", 8, "percent"), Column("Status", 13), Column("As of", 11),
        Column("Source", 50), Column("Kind of source", 14), Column("From answers: at least", 12, "number", key="least"),
        Column("From answers: at most", 12, "number", key="most"), Column("Against answers", 20), Column("Note", 60, "text_wrapped"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    parts = dict(iter(figures.groupby("edition")))
    against = _against_answers(review, live=has_formulas(reviews))
    for edition, one in review.series.editions.items():
        if edition not in parts:
            rows.append((edition, Styled("no figure found", "text_quiet"), *[None] * 10, one.note))
            continue
        for item in parts[edition].to_dict("records"):
            counts = not item["statistic"].startswith(("reviewed", "score:"))
            status = _STATUS[item["status"]]
            quiet = "text_quiet" if item["status"] != "preferred" else "text"
            rows.append(
                (
                    edition,
                    statistic_title(item["statistic"], review.judged(edition)),
                    number(item["value"]),
                    int_or_none(item["reviewed"]),
                    _share(item["value"], item["reviewed"]) if counts else None,
                    Styled(status, quiet),
                    item["as_of"],
                    Link(item["url"], _short(item)),
                    item["kind"],
                    *against[edition, item["statistic"], float(item["value"]), item["source"]],
                    item["note"],
                )
            )
    notes = (
        "Status: preferred is the figure to quote; an alternative is another source's figure; a misreading is kept because it circulates, and is never used.",
        "The share is of the countries covered by that edition. A source of kind “publisher” is the reviewer's own.",
    )
    table = Table(
        f"all_figures_{review.series.id}",
        f"Every published figure of {review.series.title} with its source",
        columns,
        rows,
        frozen=True,
    )
    return Sheet(name, f"{review.series.title}: every published figure", [Text(notes), table], fixed=2)
