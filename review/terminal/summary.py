"""Statistics of a series."""

from __future__ import annotations

from typing import Any

import pandas as pd

from criteria import Framework
from review.published import headlines
from review.review import Review
from review.statistics import count_answers
from review.terminal.blocks import Column, Display
from review.terminal.overview import headline_table
from review.wording import (
    MET,
    UPDATE,
    bounds_text,
    edition_notes,
    legend_marks,
    marks_below_full,
    marks_of,
    percent,
    percent_range,
    range_text,
    rules_of_editions,
    statistic_title,
    sufficient_in_words,
    value_text,
)

__all__ = ["summary_page"]


def summary_page(review: Review, edition: str | None, by: str | None, *, same_countries: bool = False) -> Display:
    """The statistics of one edition in full, or the headline of all with their answers counted."""
    page = Display()
    page.heading(f"{review.framework.title}: {review.series.title}")
    _say_unscored(page, review)
    if same_countries:
        many = review.matrix.rows["country"].nunique()
        span = ", ".join(review.edition_ids)
        page.text(
            f"Only the {many} countries with an answer in all of {span}: statements about these countries, not about the world."
        )
    if by is not None:
        _groups(page, review, by)
    elif edition is not None:
        _one_edition(page, review, edition)
    else:
        if review.scored:
            found = headlines(review)
            published = len(review.series.figures.frame) > 0
            page.heading("Published headline figures" if published else "Headline figures, computed from answers")
            headline_table(page, review, found)
        _answers_by_criterion(page, review)
    return page


def _say_unscored(page: Display, review: Review) -> None:
    if not review.scored:
        page.text(f"{review.series.caveat} This series is not scored: it shows answers only.".strip())


def _shown_statistics(review: Review, frame: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs: nothing that another row says already, no level where nothing is scored."""
    if not review.scored:
        return frame[frame["statistic"].str.startswith(("reviewed", "recorded", "criterion:"))]
    levels = review.framework.level_ids
    repeated = (f"or_better:{levels[0]}", f"or_better:{levels[-1]}", f"level:{levels[-1]}:without:")
    return frame[~frame["statistic"].str.startswith(repeated) | frame["published"].notna()]


def _one_edition(page: Display, review: Review, edition: str) -> None:
    row = review.editions().set_index("edition").loc[review.find_edition(edition)]
    page.heading(f"{row['title']} ({review.label(edition)})")
    as_of = f"As of {row['as_of']}. " if row["as_of"] else ""
    page.text(f"{as_of}{_sentence(row['note'])}".strip())
    judged = review.judged(edition)
    frame = _shown_statistics(review, review.statistics(edition))
    reviewed = row["reviewed"]
    rows = []
    for item in frame.to_dict("records"):
        published = value_text(item["published"])
        countable = (
            published and item["statistic"] not in ("reviewed", "score:mean") and not pd.isna(reviewed) and reviewed
        )
        share = percent(item["published"], int(reviewed)) if countable else ""
        decimals = 2 if item["statistic"] == "score:mean" else 0
        answers = bounds_text(item["lower"], item["upper"], decimals)
        rows.append((statistic_title(item["statistic"], judged), published, item["source"], share, answers))
    columns = [
        Column("statistic", wrap=True),
        Column("published", right=True),
        Column("source", wrap=True),
        Column("share", right=True),
        Column("from answers", wrap=True),
    ]
    page.grid(columns, rows)
    if review.scored and review.framework.sufficient:
        page.text(f"Sufficient: {sufficient_in_words(judged)}.")
    answered = " ".join(sorted(set(review.series.answers.loc[review.series.answers["edition"] == edition, "source"])))
    if answered:
        named = dict.fromkeys(answered.split())
        page.text(f"From answers: {', '.join(named)}. {review.series.caveat}".strip())
    if pd.isna(reviewed):
        page.text("How many countries this edition covers is not known: nothing that needs it is computed.")


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:].rstrip('.')}." if note else ""


def _answers_by_criterion(page: Display, review: Review) -> None:
    counts = count_answers(review)
    if counts.empty:
        return
    page.heading("From answers, by criterion (counting what follows from another answer)")
    marks = marks_of(review.framework)
    shown = legend_marks((one for one in marks if counts[one.id].any()), review.framework)
    columns = [
        Column("edition"),
        Column("countries", right=True),
        *(Column(one.words, right=True) for one in shown),
        Column("share met", right=True),
    ]
    for criterion in review.framework.criteria:
        part = counts[counts["criterion"] == criterion.id]
        page.heading(criterion.title)
        rows = [
            (
                review.label(item["edition"]),
                str(item["countries"]),
                *(str(item[one.id]) for one in shown),
                percent_range(*_met(item, review.framework), item["countries"]),
            )
            for item in part.to_dict("records")
        ]
        page.grid(columns, rows, indent=3)
    _notes(page, review, list(dict.fromkeys(counts["edition"])))


def _met(item: dict[str, Any], framework: Framework) -> tuple[int, int]:
    """At least and at most so many countries meet a criterion: all but those that don't, or to whom it doesn't apply."""
    sure = item[MET.id]
    return sure, item["countries"] - sum(item[one.id] for one in marks_below_full(framework))


def _notes(page: Display, review: Review, editions: list[str]) -> None:
    """What editions.csv notes of the editions shown; the same note of several is said once."""
    if any(review.series.editions[edition].is_update for edition in editions):
        page.text(f"{UPDATE}.")
    for note in edition_notes(review.series, editions):
        page.text(note)


def _groups(page: Display, review: Review, by: str) -> None:
    frame = review.statistics(by=by)
    ids = [f"criterion:{criterion.id}:{review.framework.highest}" for criterion in review.framework.criteria]
    heads = [criterion.short for criterion in review.framework.criteria]
    if review.scored:
        best = headlines(review).statistics
        ids = [*best, *ids]
        heads = [*(statistic_title(id, review.framework) for id in best), *heads]
    for name, part in frame.groupby("edition", sort=False):
        page.heading(f"{name}, by {by}: countries with an answer, and how many meet each")
        rows = []
        for group, counted in part.groupby(by, sort=False):
            items = counted.set_index("statistic")
            cells = [range_text(items.at[id, "lower"], items.at[id, "upper"]) for id in ids]
            rows.append((str(group) or "no region", value_text(items.at["recorded", "lower"]), *cells))
        page.grid(
            [Column(by, wrap=True), Column("countries", right=True), *(Column(head, wrap=True) for head in heads)], rows
        )
    for note in rules_of_editions(review.framework, review.series):
        page.text(note)
    page.text(
        "45–50: at least 45, at most 50. Each row speaks of the countries with an answer in it, not of the region."
    )
