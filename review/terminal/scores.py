"""Scores of the countries of a series, and how sure their ranks are."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.ranks import Ranks
from review.series_review import Review
from review.terminal.layout import Column, Display
from review.wording import bounds, levels_in_words, percent, span_of, value_text

__all__ = ["scores_page"]


def scores_page(review: Review, edition: str | None, *, ranks: bool = False, weights: str = "") -> Display:
    """Score and level of each country, by edition; of a series that is not scored, why there is none.

    `ranks`: with the ranks that are possible. `weights`: where the weights are from, if not the framework's.
    """
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        page.text(f"Its answers: modellaw summary --series {review.series.id}, or modellaw country NAME.")
        return page
    if weights:
        page.text(f"With the weights in {weights}, not those of the framework.")
    frame = review.scores(edition)
    titles = review.editions().set_index("edition")
    for name, part in frame.groupby("edition", sort=False):
        item = titles.loc[name]
        covered = f" of {item['reviewed']}" if not pd.isna(item["reviewed"]) else ""
        page.heading(
            f"{item['title']} ({review.label(str(name))}): {item['recorded']}{covered} countries have an answer here"
        )
        found = review.ranks(str(name)) if ranks else None
        page.grid(_columns(review, found), _rows(part, review, found), indent=3)
        if found:
            _say_how_sure(page, found)
    if frame.empty:
        page.text("No country has an answer here.")
    return page


def _columns(review: Review, found: Ranks | None) -> list[Column]:
    columns = [Column("country", wrap=True), Column("score", wrap=True), Column("out of", right=True)]
    if review.framework.groups and not found:  # beside the ranks there is no room for both
        columns.append(Column("by group", wrap=True))
    if found:
        reached = "under any weights" if found.exact else "at best and at worst, by dominance"
        columns += [Column("rank", right=True), Column(f"rank {reached}", right=True, wrap=True)]
    return [*columns, Column("level", wrap=True)]


def _rows(part: pd.DataFrame, review: Review, found: Ranks | None) -> list[tuple[str, ...]]:
    ranks = found.countries.set_index("country").to_dict("index") if found else {}
    rows = []
    for row in part.to_dict("records"):
        cells = [row["name"], score_text(row, review), value_text(row["out_of"])]
        if review.framework.groups and not found:
            cells.append(_by_group(row, review))
        if found:
            rank = ranks.get(row["country"])
            ends = (("best", "worst"), ("any_best", "any_worst"))
            cells += [span_of(rank[best], rank[worst]) if rank else "" for best, worst in ends]
        rows.append((*cells, levels_in_words(row["levels"], review.framework)))
    return rows


def score_text(row: dict[str, Any], review: Review) -> str:
    """A country's score in words: one value, or at least and at most; "" where nothing applies to it."""
    if not row["levels"]:
        return ""
    return row["shown"] or bounds(row["lower"], row["upper"], review.framework.decimals)


def _by_group(row: dict[str, Any], review: Review) -> str:
    """The score of each group; where answers are open, from the lowest to the highest possible."""
    decimals, said = review.framework.decimals, []
    for group in review.framework.groups:
        low, high = row[f"group:{group.id}:lower"], row[f"group:{group.id}:upper"]
        shown = bounds(low, low, decimals)
        said.append(f"{group.title} {shown if low == high else f'{shown}–{bounds(high, high, decimals)}'}")
    return "; ".join(said)


def _say_how_sure(page: Display, found: Ranks) -> None:
    page.text(
        "Rank: 1 + the number of countries that score more, before rounding; “3–5” where open answers leave several. Of these countries alone.",
        indent=3,
    )
    outer = "" if found.exact else " These are outer bounds: not every rank between them need be reached."
    if found.pairs:
        page.text(
            f"Of {found.pairs} pairs of countries, {found.ordered} ({percent(found.ordered, found.pairs)}) are ordered whatever the weights, {found.tied} are tied.{outer}",
            indent=3,
        )
