"""What `modellaw` shows without a command: each series and its headline figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.headlines import Headlines, headlines
from review.series_review import Review
from review.terminal.layout import Column, Display
from review.wording import bounds, ordinal, percent, statistic_title, sufficient_in_words, value_text

__all__ = ["headline_table", "overview_page"]


def overview_page(reviews: list[Review], example: str) -> Display:
    """What `modellaw` alone shows: every series of the framework, with its headline figures."""
    page = Display()
    page.heading(reviews[0].framework.title)
    width = max(len(review.series.id) for review in reviews)
    for review in reviews:
        found = headlines(review)
        page.text(f"{review.series.id:<{width}}  {_series_line(review, found)}")
        if review.scored:
            headline_table(page, review, found)
    page.text(f"Next: modellaw report · modellaw country {example} · modellaw --help")
    return page


def _series_line(review: Review, found: Headlines) -> str:
    """What a series holds, in one line."""
    frame = found.frame
    editions = frame[frame["kind"] == "edition"]
    title = review.series.title
    if review.scored and len(review.series.figures):
        stated = found.stated(found.statistics[0])
        named = editions[editions["recorded"] > 0]
        countries = ", ".join(
            f"{row.recorded} {'' if n else 'countries named '}in the {ordinal(row.edition)}"
            for n, row in enumerate(named.itertuples())
        )
        return f"{title}: headline figures of {len(stated)} of {len(editions)} editions" + (
            f"; {countries}" if countries else ""
        )
    held = editions[editions["recorded"] > 0]
    if held.empty:
        return f"{title}: no answers yet"
    span = held["edition"].iloc[0] if len(held) == 1 else f"{held['edition'].iloc[0]}–{held['edition'].iloc[-1]}"
    low, high = held["recorded"].min(), held["recorded"].max()
    many = f"{low}" if low == high else f"{low}–{high}"
    caveat = review.series.caveat
    return f"{title} {span}, {many} {'country' if many == '1' else 'countries'}" + (
        f"; {caveat[:1].lower()}{caveat[1:].rstrip('.')}" if caveat else ""
    )


def headline_table(page: Display, review: Review, found: Headlines) -> None:
    """Add the headline figures by edition, with their shares and what has none."""
    framework = review.framework
    titles = [statistic_title(id, framework) for id in found.statistics]
    starred = f"{titles[0].lower()}*" if framework.sufficient else titles[0].lower()
    columns = [Column("edition"), Column("as of"), Column("countries", right=True)]
    columns += [Column(title, right=True) for title in (starred, *(t.lower() for t in titles[1:]))]
    rows, missing = [], []
    editions = found.frame[found.frame["kind"] == "edition"]
    for row in editions.to_dict("records"):
        cells = [_headline_cell(row, id) for id in found.statistics]
        if any(cells):
            rows.append((row["edition"], row["as_of"], value_text(row["reviewed"]), *cells))
        else:
            missing.append(row["edition"])
    page.grid(columns, rows, indent=3)
    notes = []
    if framework.sufficient:
        notes.append(f"* {sufficient_in_words(framework)}.")
    if missing:
        notes.append(f"No figure collected: {', '.join(missing)}.")
    page.text("  ".join(notes), indent=3)


def _headline_cell(row: dict[str, Any], statistic: str) -> str:
    """A published count with its share; where none is published, what follows from answers."""
    published, reviewed = row[f"{statistic}:published"], row["reviewed"]
    if not pd.isna(published):
        share = "" if pd.isna(reviewed) or not reviewed else f" ({percent(published, int(reviewed)):>4})"
        return f"{value_text(published)}{share}"
    if not row["recorded"]:
        return ""
    return bounds(row[f"{statistic}:lower"], row[f"{statistic}:upper"])
