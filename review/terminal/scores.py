"""Scores of the countries of a series."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.review import Review
from review.terminal.blocks import Column, Display
from review.wording import bounds_text, levels_in_words, value_text

__all__ = ["scores_page"]


def scores_page(review: Review, edition: str | None) -> Display:
    """Score and level of each country, by edition; of a series that is not scored, why there is none."""
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        page.text(f"Its answers: modellaw summary --series {review.series.id}, or modellaw country NAME.")
        return page
    frame = review.scores(edition)
    titles = review.editions().set_index("edition")
    for name, part in frame.groupby("edition", sort=False):
        item = titles.loc[name]
        covered = f" of {item['reviewed']}" if not pd.isna(item["reviewed"]) else ""
        page.heading(
            f"{item['title']} ({review.label(str(name))}): {item['recorded']}{covered} countries have an answer here"
        )
        page.grid(_columns(review), _rows(part, review), indent=3)
    if frame.empty:
        page.text("No country has an answer here.")
    return page


def _columns(review: Review) -> list[Column]:
    columns = [Column("country", wrap=True), Column("score", wrap=True), Column("out of", right=True)]
    if review.framework.groups:
        columns.append(Column("by group", wrap=True))
    return [*columns, Column("level", wrap=True)]


def _rows(part: pd.DataFrame, review: Review) -> list[tuple[str, ...]]:
    rows = []
    for row in part.to_dict("records"):
        cells = [row["name"], score_text(row, review), value_text(row["out_of"])]
        if review.framework.groups:
            cells.append(_by_group(row, review))
        rows.append((*cells, levels_in_words(row["levels"], review.judged(row["edition"]))))
    return rows


def score_text(row: dict[str, Any], review: Review) -> str:
    """A country's score in words: one value, or at least and at most; "" where nothing applies to it."""
    if not row["levels"]:
        return ""
    return row["shown"] or bounds_text(row["lower"], row["upper"], review.framework.decimals)


def _by_group(row: dict[str, Any], review: Review) -> str:
    """The score of each group; where answers are open, from the lowest to the highest possible."""
    decimals, notes = review.framework.decimals, []
    for group in review.framework.groups:
        low, high = row[f"group:{group.id}:lower"], row[f"group:{group.id}:upper"]
        if pd.isna(low):
            continue  # nothing of it applies
        shown = bounds_text(low, low, decimals)
        notes.append(f"{group.title} {shown if low == high else f'{shown}–{bounds_text(high, high, decimals)}'}")
    return "; ".join(notes)
