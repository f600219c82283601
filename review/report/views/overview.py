"""What `modellaw` shows without a command: each series and its headline figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from review.headlines import Headlines, figure_of, headlines
from review.report.blocks import Amount, Column, Page
from review.review import Review
from review.wording import (
    bounds_text,
    int_or_none,
    ordinal,
    percent_range,
    plural,
    range_text,
    statistic_title,
    sufficient_by_edition,
    value_text,
)

__all__ = ["headline_notes", "headline_table", "overview_page"]


def overview_page(every: list[list[Review]], example: str, options: str = "") -> list[Page]:
    """What `modellaw` alone shows: each framework's series; the headline figures of the first, and in short of the others."""
    pages = []
    for index, reviews in enumerate(every):
        page = Page(f"Overview {index + 1}", reviews[0].framework.title)
        width = max(len(review.series.id) for review in reviews)
        for review in reviews:
            found = headlines(review)
            page.text(f"{review.series.id:<{width}}  {_series_line(review, found)}")
            if review.scored and not index:
                headline_table(page, review, found)
                headline_notes(page, review, found)
            elif review.scored:
                page.text(_newest(review, found), 3)
        pages.append(page)
    others = [f"modellaw --framework {reviews[0].framework.id}" for reviews in every[1:]]
    pages[-1].next(f"modellaw report{options}", f"modellaw country {example}{options}", *others, "modellaw --help")
    return pages


def _series_line(review: Review, found: Headlines) -> str:
    """What a series holds, in one line."""
    title, frame = review.series.title, found.frame
    editions = frame[frame["kind"] == "edition"]
    held = editions[(editions["recorded"] > 0) | (editions["reviewed"].fillna(0) > 0)]
    if review.scored and len(review.series.figures.frame):
        answered = [one for one in held[::-1].itertuples() if one.recorded]
        named = ", ".join(f"{plural(one.recorded, 'country')} in the {ordinal(one.edition)}" for one in answered)
        stated = f"{title}: figures of {len(found.stated(found.statistics[0]))} of {len(editions)} editions"
        return stated + (f"; answers of {named}" if named else "")
    if held.empty:
        return f"{title}: no answers yet"
    span = "–".join(dict.fromkeys(held["edition"].iloc[[0, -1]]))
    countries = held["reviewed"].fillna(held["recorded"]).astype(int)
    low, high = countries.min(), countries.max()
    many = plural(low, "country") if low == high else f"{range_text(low, high)} countries"
    caveat = "" if review.scored else review.series.caveat
    return f"{title} {span}, {many}" + (f"; {caveat[:1].lower()}{caveat[1:].rstrip('.')}" if caveat else "")


def _is_known(row: Mapping[str, Any], statistic: str) -> bool:
    """Whether a figure of an edition was published, or may be counted from its answers."""
    return bool(row["recorded"]) or pd.notna(row[f"{statistic}:published"])


def _editions(found: Headlines) -> list[dict[str, Any]]:
    """The editions, without updates, each with whether any headline is known of it."""
    rows = found.frame[found.frame["kind"] == "edition"].to_dict("records")
    return [{**row, "known": any(_is_known(row, id) for id in found.statistics)} for row in rows]


def _newest(review: Review, found: Headlines) -> str:
    """The headline figures of the newest edition that has any, in a sentence."""
    row = next((row for row in reversed(_editions(found)) if row["known"]), None)
    if row is None:
        return ""
    parts, sources = [], _sources(row, found.statistics)
    for id in [id for id in found.statistics if _is_known(row, id)]:
        low, high = figure_of(row, id)
        high, covered = (low if high is None else high), int_or_none(row["reviewed"])
        share = f" ({percent_range(low, high, covered)})" if covered else ""
        parts.append(f"{statistic_title(id, review.framework).lower()} {bounds_text(low, high)}{share}")
    return f"{row['edition']}, of {value_text(row['reviewed'])}: {'; '.join(parts)} [{sources}]"


def headline_table(page: Page, review: Review, found: Headlines) -> None:
    """Add the headline figures by edition, with their shares and sources."""
    titles = [statistic_title(id, review.framework).lower() for id in found.statistics]
    titles[0] += "*" if review.framework.sufficient else ""

    def figure(id: str) -> Any:
        return lambda row: Amount(*figure_of(row, id), row["reviewed"])

    columns = [
        Column("edition", value="edition"),
        Column("as of", value="as_of"),
        Column("countries", 0, "number", lambda row: int_or_none(row["reviewed"])),
        *(Column(title, 0, "counted", figure(id)) for id, title in zip(found.statistics, titles, strict=True)),
        Column("source", 0, "text_wrapped", lambda row: _sources(row, found.statistics)),
    ]
    known = [row for row in _editions(found) if row["known"]]
    description = f"Headline figures of {review.series.title} by edition"
    page.items(columns, known, description)


def headline_notes(page: Page, review: Review, found: Headlines) -> None:
    """Add what the headline means, and the editions of which no figure was collected."""
    if review.framework.sufficient:
        page.text(f"* {sufficient_by_edition(review.framework, review.series)}.", 3)
    missing = [row["edition"] for row in _editions(found) if not row["known"]]
    page.text(f"No figure collected: {', '.join(missing)}." if missing else "", 3)


def _sources(row: Mapping[str, Any], statistics: tuple[str, ...]) -> str:
    """Who says figures: the source of a published one, else that of the edition, from whose answers it is counted."""
    named = dict.fromkeys(str(row[f"{id}:source"] or row["reviewed_source"]) for id in statistics)
    return ", ".join(filter(None, named))
