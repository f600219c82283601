"""What `modellaw` shows without a command: each series and its headline figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.published import Headlines, headlines
from review.report.blocks import Amount, Cell, Column, Page
from review.review import Review
from review.wording import (
    bounds_text,
    int_or_none,
    ordinal,
    percent,
    percent_range,
    plural,
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
    frame = found.frame
    editions = frame[frame["kind"] == "edition"]
    title = review.series.title
    with_content = editions[(editions["recorded"] > 0) | (editions["reviewed"].fillna(0) > 0)]
    if review.scored and len(review.series.figures.frame):
        stated = found.stated(found.statistics[0])
        answered = with_content[with_content["recorded"] > 0]
        named = [
            f"{plural(row.recorded, 'country')} in the {ordinal(row.edition)}" for row in answered[::-1].itertuples()
        ]
        answers = f"; answers of {', '.join(named)}" if named else ""
        return f"{title}: figures of {len(stated)} of {len(editions)} editions{answers}"
    if with_content.empty:
        return f"{title}: no answers yet"
    span = (
        with_content["edition"].iloc[0]
        if len(with_content) == 1
        else f"{with_content['edition'].iloc[0]}–{with_content['edition'].iloc[-1]}"
    )
    countries = with_content["reviewed"].fillna(with_content["recorded"]).astype(int)
    low, high = countries.min(), countries.max()
    many = plural(low, "country") if low == high else f"{low}–{high} countries"
    caveat = "" if review.scored else review.series.caveat
    return f"{title} {span}, {many}" + (f"; {caveat[:1].lower()}{caveat[1:].rstrip('.')}" if caveat else "")


def _newest(review: Review, found: Headlines) -> str:
    """The headline figures of the newest edition that has any, in a sentence."""
    editions = found.frame[found.frame["kind"] == "edition"]
    for row in editions[::-1].to_dict("records"):
        cells = {id: _in_words(row, id) for id in found.statistics}
        if any(cells.values()):
            parts = [f"{statistic_title(id, review.framework).lower()} {cell}" for id, cell in cells.items() if cell]
            sources = dict.fromkeys(_source_of(row, id) for id in cells)
            return f"{row['edition']}, of {value_text(row['reviewed'])}: {'; '.join(parts)} [{', '.join(filter(None, sources))}]"
    return ""


def headline_table(page: Page, review: Review, found: Headlines) -> None:
    """Add the headline figures by edition, with their shares and sources."""
    framework = review.framework
    titles = [statistic_title(id, framework).lower() for id in found.statistics]
    titles[0] += "*" if framework.sufficient else ""
    columns = [Column("edition"), Column("as of"), Column("countries", 0, "number")]
    columns += [Column(title, 0, "counted") for title in titles]
    columns.append(Column("source", 0, "text_wrapped"))
    editions = found.frame[found.frame["kind"] == "edition"]
    rows: list[tuple[Cell, ...]] = []
    for row in editions.to_dict("records"):
        cells = [_cell(row, id) for id in found.statistics]
        if any(cell is not None for cell in cells):
            sources = dict.fromkeys(_source_of(row, id) for id in found.statistics)
            named = ", ".join(filter(None, sources))
            rows.append((row["edition"], row["as_of"], int_or_none(row["reviewed"]), *cells, named))
    page.table(columns, rows, f"Headline figures of {review.series.title} by edition")


def headline_notes(page: Page, review: Review, found: Headlines) -> None:
    """Add what the headline means, and the editions of which no figure was collected."""
    framework = review.framework
    if framework.sufficient:
        page.text(f"* {sufficient_by_edition(framework, review.series)}.", 3)
    editions = found.frame[found.frame["kind"] == "edition"].to_dict("records")
    missing = [row["edition"] for row in editions if not any(_in_words(row, id) for id in found.statistics)]
    if missing:
        page.text(f"No figure collected: {', '.join(missing)}.", 3)


def _source_of(row: dict[str, Any], statistic: str) -> str:
    """Who says a figure: the source of a published one, else that of the edition, from whose answers it is counted."""
    return str(row[f"{statistic}:source"] or row["reviewed_source"])


def _cell(row: dict[str, Any], statistic: str) -> Cell:
    """A published count with its share; where none is published, what follows from answers."""
    published = row[f"{statistic}:published"]
    if not pd.isna(published):
        return Amount(published, out_of=row["reviewed"])
    if not row["recorded"]:
        return None
    return Amount(row[f"{statistic}:lower"], row[f"{statistic}:upper"], row["reviewed"])


def _in_words(row: dict[str, Any], statistic: str) -> str:
    """The same in words, with its share."""
    published, reviewed = row[f"{statistic}:published"], row["reviewed"]
    is_known = not pd.isna(reviewed) and reviewed
    if not pd.isna(published):
        return f"{value_text(published)} ({percent(published, int(reviewed))})" if is_known else value_text(published)
    if not row["recorded"]:
        return ""
    low, high = row[f"{statistic}:lower"], row[f"{statistic}:upper"]
    return bounds_text(low, high) + (f" ({percent_range(low, high, int(reviewed))})" if is_known else "")
