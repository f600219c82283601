"""Published headline figures by edition, with the chart of their shares, and all figures in a list."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from review.headlines import Headlines, headlines
from review.series_review import Review
from review.wording import bounds, number, short_source, statistic_title, sufficient_in_words, whole
from review.workbook.changes import checks_table
from review.workbook.model import (
    Block,
    Cell,
    Chart,
    ChartRow,
    Column,
    Heading,
    Lines,
    Link,
    Sheet,
    Styled,
    Table,
    XYSeries,
)
from review.workbook.styles import CHART_COLOURS

__all__ = ["all_figures_sheet", "figures_sheet"]

_STATUS = {"preferred": "● preferred", "alternative": "○ alternative", "misreading": "✕ misreading"}
_COLOURS = ("first", "second")
_MARKERS = ("circle", "diamond")


def figures_sheet(review: Review, name: str) -> Sheet:
    """The headline statistics by edition: counts, denominators, shares, sources, and the chart."""
    found = headlines(review)
    titles = [statistic_title(id, review.framework) for id in found.statistics]
    notes = [
        "An empty cell is a gap: no figure was found. An update is a dated statement between editions; it is marked, and no line joins it."
    ]
    if review.framework.sufficient:
        notes.insert(
            0,
            f"“Sufficient” means: {sufficient_in_words(review.framework)}. Shares are of the countries covered by that edition, and their number changed.",
        )
    blocks: list[Block] = [Lines(tuple(notes)), _headline_table(review, found)]
    behind, chart = _chart(review, found, titles)
    if chart is not None:
        blocks += [
            Heading("The shares as a chart"),
            ChartRow((chart,)),
            Heading("The numbers behind the chart"),
            behind,
        ]
    return Sheet(name, f"{review.series.title}: headline figures by edition", blocks, fixed=2)


def _headline_table(review: Review, found: Headlines) -> Table:
    columns = (
        Column("Statistic", 18), Column("Edition", 13), Column("Kind", 11), Column("As of", 12), Column("Countries covered", 11, "number"),
        Column("Published", 11, "number"), Column("Share", 9, "percent"), Column("From answers", 26), Column("Source", 40),
        Column("Kind of source", 12), Column("Also stated elsewhere", 52, "text_wrapped"),
    )  # fmt: skip
    figures, sources = review.figures(), review.sources().set_index("source")
    rows: list[tuple[Cell, ...]] = []
    for id in found.statistics:
        for item in found.frame.to_dict("records"):
            source = item[f"{id}:source"].split()[:1]
            computed = (
                bounds(item[f"{id}:lower"], item[f"{id}:upper"])
                if item["recorded"] and item[f"{id}:lower"] is not None
                else ""
            )
            rows.append(
                (
                    statistic_title(id, review.framework),
                    item["edition"],
                    "◇ update" if item["kind"] == "update" else "edition",
                    item["as_of"],
                    whole(item["reviewed"]),
                    whole(item[f"{id}:published"]),
                    _share(item[f"{id}:published"], item["reviewed"]),
                    computed,
                    Link(sources.at[source[0], "url"], short_source(source[0], sources.loc[source[0]]))
                    if source
                    else "",
                    sources.at[source[0], "kind"] if source else "",
                    _others(figures, item["edition"], id),
                )
            )
    return Table(
        f"figures_{review.series.id}",
        f"Headline figures of {review.series.title} by edition, with sources",
        columns,
        rows,
        frozen=True,
    )


def _share(value: Any, out_of: Any) -> float | None:
    if pd.isna(value) or pd.isna(out_of) or not out_of:
        return None
    return float(Fraction(str(value)) / int(out_of))


def _others(figures: pd.DataFrame, edition: str, statistic: str) -> str:
    """Alternatives and misreadings of one figure, each with the source that states it."""
    rows = figures[
        (figures["edition"] == edition) & (figures["statistic"] == statistic) & (figures["status"] != "preferred")
    ]
    return "; ".join(
        f"{_STATUS[row['status']]}: {number(row['value'])} ({row['source']})"
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
    for place, (id, title) in enumerate(zip(found.statistics, titles, strict=True)):
        name, marker = _COLOURS[place], _MARKERS[place]
        drawn = [n for n in range(len(frame)) if years[n] is not None and shares[id][n] is not None]
        editions = [n for n in drawn if frame.at[n, "kind"] == "edition"]
        for count, (first, last) in enumerate(_runs(editions)):
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
        f"{review.series.title}: {what}, share of the countries covered",
        f"Shares of countries by the date of the edition: {what}. Dark points are editions, pale ones updates. The numbers stand in the table below.",
        table.name,
        tuple(series),
        "as of (year)",
        "share of the countries covered",
        "0%",
        "0%",
        span,
    )


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Consecutive places as (first, last): a line joins no two editions with a gap between them."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
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


def _against_answers(review: Review) -> dict[tuple[object, ...], str]:
    """What answers say of each published figure, with their bounds."""
    found: dict[tuple[object, ...], str] = {}
    for item in review.figure_checks().figures.to_dict("records"):
        said = _RESULTS[item["result"]]
        if item["lower"] is not None and item["result"] != "match":
            said = f"{said} ({bounds(item['lower'], item['upper'], 2 if item['statistic'] == 'score:mean' else 0)})"
        found[item["edition"], item["statistic"], float(item["value"]), item["source"]] = said
    return found


def all_figures_sheet(review: Review, name: str) -> Sheet:
    """Every published figure, and a row for each edition of which none was found."""
    figures = review.figures()
    columns = (
        Column("Edition", 13), Column("Statistic", 46, "text_wrapped"), Column("Value", 8, "number"), Column("Countries covered", 10, "number"),
        Column("Share", 8, "percent"), Column("Status", 13), Column("As of", 11), Column("Source", 40),
        Column("Kind of source", 14), Column("Note", 60, "text_wrapped"), Column("Against answers", 34),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    editions = review.editions().set_index("edition")
    parts = dict(iter(figures.groupby("edition")))
    against = _against_answers(review)
    for edition in editions.index:
        if edition not in parts:
            rows.append(
                (edition, Styled("no figure found", "text_quiet"), *[None] * 7, editions.at[edition, "note"], "")
            )
            continue
        for item in parts[edition].to_dict("records"):
            counts = not item["statistic"].startswith(("reviewed", "score:"))
            status = _STATUS[item["status"]]
            quiet = "text_quiet" if item["status"] != "preferred" else "text"
            rows.append(
                (
                    edition,
                    statistic_title(item["statistic"], review.framework),
                    number(item["value"]),
                    whole(item["reviewed"]),
                    _share(item["value"], item["reviewed"]) if counts else None,
                    Styled(status, quiet),
                    item["as_of"],
                    Link(item["url"], short_source(item["source"], item)),
                    item["kind"],
                    item["note"],
                    against[edition, item["statistic"], float(item["value"]), item["source"]],
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
    blocks: list[Block] = [Lines(notes), table]
    checks = checks_table(review)
    if checks is not None:
        blocks += [
            Heading("Checked against each other: what one figure states, and what others imply"),
            Lines(("A disagreement is a finding to look into. It does not say which of the figures is right.",)),
            checks,
        ]
    return Sheet(name, f"{review.series.title}: every published figure", blocks, fixed=2)
