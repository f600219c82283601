"""What `modellaw` shows without a command: each series and its headline figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.published import Headlines, headlines
from review.review import Review
from review.terminal.blocks import Column, Display
from review.wording import (
    bounds_text,
    ordinal,
    percent,
    percent_range,
    plural,
    statistic_title,
    sufficient_by_edition,
    value_text,
)

__all__ = ["headline_table", "overview_page"]


def overview_page(every: list[list[Review]], example: str, options: str = "") -> Display:
    """What `modellaw` alone shows: each framework's series; the headline figures of the first, and in short of the others."""
    page = Display()
    for index, reviews in enumerate(every):
        page.heading(reviews[0].framework.title)
        width = max(len(review.series.id) for review in reviews)
        for review in reviews:
            found = headlines(review)
            page.text(f"{review.series.id:<{width}}  {_series_line(review, found)}")
            if review.scored and not index:
                headline_table(page, review, found)
            elif review.scored:
                page.text(_newest(review, found), indent=3)
    others = "".join(f" · modellaw --framework {reviews[0].framework.id}" for reviews in every[1:])
    page.text(f"Next: modellaw report{options} · modellaw country {example}{options}{others} · modellaw --help")
    return page


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
        cells = {id: _headline_cell(row, id, share=True) for id in found.statistics}
        if any(cells.values()):
            parts = [f"{statistic_title(id, review.framework).lower()} {cell}" for id, cell in cells.items() if cell]
            sources = dict.fromkeys(_source_of(row, id) for id in cells)
            return f"{row['edition']}, of {value_text(row['reviewed'])}: {'; '.join(parts)} [{', '.join(filter(None, sources))}]"
    return ""


def headline_table(page: Display, review: Review, found: Headlines) -> None:
    """Add the headline figures by edition, with their shares and what has none."""
    framework = review.framework
    titles = [statistic_title(id, framework) for id in found.statistics]
    starred = f"{titles[0].lower()}*" if framework.sufficient else titles[0].lower()
    columns = [Column("edition"), Column("as of"), Column("countries", right=True)]
    columns += [Column(title, right=True, wrap=True) for title in (starred, *(t.lower() for t in titles[1:]))]
    columns.append(Column("sources", wrap=True))
    rows, missing = [], []
    editions = found.frame[found.frame["kind"] == "edition"]
    for row in editions.to_dict("records"):
        cells = [_headline_cell(row, id) for id in found.statistics]
        if any(cells):
            sources = dict.fromkeys(_source_of(row, id) for id in found.statistics)
            named = ", ".join(filter(None, sources))
            rows.append((row["edition"], row["as_of"], value_text(row["reviewed"]), *cells, named))
        else:
            missing.append(row["edition"])
    page.grid(columns, rows, indent=3)
    notes = []
    if framework.sufficient:
        notes.append(f"* {sufficient_by_edition(framework, review.series)}.")
    if missing:
        notes.append(f"No figure collected: {', '.join(missing)}.")
    page.text("  ".join(notes), indent=3)


def _source_of(row: dict[str, Any], statistic: str) -> str:
    """Who says a figure: the source of a published one, else that of the edition, from whose answers it is counted."""
    return str(row[f"{statistic}:source"] or row["reviewed_source"])


def _headline_cell(row: dict[str, Any], statistic: str, *, share: bool = False) -> str:
    """A published count with its share; where none is published, what follows from answers (with `share`: its share)."""
    published, reviewed = row[f"{statistic}:published"], row["reviewed"]
    is_known = not pd.isna(reviewed) and reviewed
    if not pd.isna(published):
        return (
            f"{value_text(published)} ({percent(published, int(reviewed)):>4})" if is_known else value_text(published)
        )
    if not row["recorded"]:
        return ""
    low, high = row[f"{statistic}:lower"], row[f"{statistic}:upper"]
    return bounds_text(low, high) + (f" ({percent_range(low, high, int(reviewed))})" if share and is_known else "")
