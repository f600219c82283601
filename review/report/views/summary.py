"""Statistics of a series: by edition, and by group of countries."""

from __future__ import annotations

from typing import Any

import pandas as pd

from criteria import Framework
from review.published import headlines
from review.report.blocks import Bounds, Cell, Column, Page, Share, Table
from review.report.views.overview import headline_notes, headline_table
from review.review import Review
from review.statistics import count_answers
from review.wording import (
    MET,
    NOT_APPLICABLE,
    NOT_ASKED,
    UPDATE,
    edition_notes,
    legend_marks,
    marks_below_full,
    marks_of,
    no_group,
    number,
    rules_of_editions,
    statistic_title,
    sufficient_in_words,
)

__all__ = ["group_statistics", "shown_statistics", "summary_page"]


def summary_page(review: Review, edition: str | None, by: str | None, *, same_countries: bool = False) -> Page:
    """The statistics of one edition in full, or the headline of all with their answers counted."""
    page = Page("Summary", f"{review.framework.title}: {review.series.title}")
    if not review.scored:
        page.text(f"{review.series.caveat} This series is not scored: it shows answers only.".strip())
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
            headline_notes(page, review, found)
        _answers_by_criterion(page, review)
        newest = review.answered_editions[-1:] if not same_countries else []
        for one in newest:
            words = f"modellaw summary --series {review.series.id} --edition {one}"
            page.next(words, f"{words} --by region")
    return page


def shown_statistics(review: Review, frame: pd.DataFrame) -> pd.DataFrame:
    """What a reader needs: nothing that another row says already, no level where nothing is scored."""
    if not review.scored:
        return frame[frame["statistic"].str.startswith(("reviewed", "recorded", "criterion:"))]
    levels = review.framework.level_ids
    repeated = (f"or_better:{levels[0]}", f"or_better:{levels[-1]}", f"level:{levels[-1]}:without:")
    return frame[~frame["statistic"].str.startswith(repeated) | frame["published"].notna()]


def _one_edition(page: Page, review: Review, edition: str) -> None:
    row = review.editions().set_index("edition").loc[review.find_edition(edition)]
    page.heading(f"{row['title']} ({review.label(edition)})")
    as_of = f"As of {row['as_of']}. " if row["as_of"] else ""
    page.text(f"{as_of}{_sentence(row['note'])}".strip())
    judged = review.judged(edition)
    frame = shown_statistics(review, review.statistics(edition))
    if not row["recorded"]:  # what nothing is recorded of is open for all
        frame = frame[frame["published"].notna() | frame["statistic"].isin(["reviewed", "recorded"])]
    rows: list[tuple[Cell, ...]] = []
    for item in frame.to_dict("records"):
        is_mean = item["statistic"] == "score:mean"
        counted = item["statistic"] not in ("reviewed", "score:mean")
        share = Share(item["published"], row["reviewed"]) if counted else None
        unknown = pd.isna(item["lower"])
        answers = "not computable" if unknown else Bounds(item["lower"], item["upper"], 2 if is_mean else 0)
        published = None if pd.isna(item["published"]) else number(item["published"])
        rows.append((statistic_title(item["statistic"], judged), published, item["source"], share, answers))
    columns = [
        Column("statistic", 0, "text_wrapped"),
        Column("published", 0, "number"),
        Column("source", 0, "text_wrapped"),
        Column("share", 0, "percent"),
        Column("from answers", 0, "bounds_wrapped"),
    ]
    if not frame["published"].notna().any():
        columns, rows = [columns[0], columns[4]], [(row[0], row[4]) for row in rows]
    page.table(columns, rows, f"Statistics of edition {edition}")
    _others(page, review, edition)
    if review.scored and review.framework.sufficient:
        page.text(f"Sufficient: {sufficient_in_words(judged)}.")
    named = dict.fromkeys(
        " ".join(sorted(set(review.series.answers.loc[review.series.answers["edition"] == edition, "source"]))).split()
    )
    if named:
        page.text(f"From answers: {', '.join(named)}. {review.series.caveat}".strip())
    if pd.isna(row["reviewed"]):
        page.text("How many countries this edition covers is not known: nothing that needs it is computed.")
    if named:
        page.next(_example(review, edition), _odd_figures(review, edition))


def _others(page: Page, review: Review, edition: str) -> None:
    """The answers that no statistic counts: does not apply, not asked."""
    counts = count_answers(review)
    counts = counts[counts["edition"] == edition].set_index("criterion")
    for one in (NOT_ASKED, NOT_APPLICABLE):
        told = [
            f"{c.short} {counts.at[c.id, one.id]}"
            for c in review.framework.criteria
            if c.id in counts.index and counts.at[c.id, one.id]
        ]
        page.text(f"{one.words[:1].upper()}{one.words[1:]}: {', '.join(told)}." if told else "")


def _example(review: Review, edition: str) -> str:
    """A command that lists the countries behind a number."""
    scores = review.scores(edition)
    for grade in review.framework.grades:
        for id in review.framework.criterion_ids:
            if (scores[id] == grade).any():
                return f"modellaw scores --series {review.series.id} --edition {edition} --where {id}={grade}"
    return ""


def _odd_figures(review: Review, edition: str) -> str:
    """A command that tells of published figures that contradict the answers; "" where none does."""
    figures = review.figure_checks().figures
    odd = (figures["edition"] == edition) & (figures["result"] == "contradicts")
    return f"modellaw figures --series {review.series.id} --edition {edition}" if odd.any() else ""


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:].rstrip('.')}." if note else ""


def _answers_by_criterion(page: Page, review: Review) -> None:
    counts = count_answers(review)
    if counts.empty:
        return
    page.heading("From answers, by criterion (counting what follows from another answer)")
    marks = marks_of(review.framework)
    shown = legend_marks((one for one in marks if counts[one.id].any()), review.framework)
    columns = [
        Column("edition"),
        Column("countries", 0, "number"),
        *(Column(one.words, 0, "number") for one in shown),
        Column("share met", 0, "percent"),
    ]
    for criterion in review.framework.criteria:
        part = counts[counts["criterion"] == criterion.id]
        page.heading(criterion.title)
        rows: list[tuple[Cell, ...]] = []
        for item in part.to_dict("records"):
            sure, may = _met(item, review.framework)
            share = Share(sure, item["countries"], may)
            rows.append(
                (review.label(item["edition"]), int(item["countries"]), *(int(item[one.id]) for one in shown), share)
            )
        page.table(columns, rows, f"Answers: {criterion.title}")
    _notes(page, review, list(dict.fromkeys(counts["edition"])))


def _met(item: dict[str, Any], framework: Framework) -> tuple[int, int]:
    """At least and at most so many countries meet a criterion: all but those that don't, or to whom it doesn't apply."""
    sure = item[MET.id]
    return sure, item["countries"] - sum(item[one.id] for one in marks_below_full(framework))


def _notes(page: Page, review: Review, editions: list[str]) -> None:
    """What editions.csv notes of the editions shown; the same note of several is said once."""
    if any(review.series.editions[edition].is_update for edition in editions):
        page.text(f"{UPDATE}.")
    for note in edition_notes(review.series, editions):
        page.text(note)


def group_statistics(review: Review) -> list[tuple[str, str]]:
    """The statistics that are shown by group, each with its heading: criteria met, and of a scored series its headline."""
    framework = review.framework
    found = [(f"criterion:{criterion.id}:{framework.highest}", criterion.short) for criterion in framework.criteria]
    if review.scored:
        found = [*((id, statistic_title(id, framework)) for id in headlines(review).statistics), *found]
    return found


def _groups(page: Page, review: Review, by: str) -> None:
    frame = review.statistics(by=by)
    chosen = group_statistics(review)
    for name, part in frame.groupby("edition", sort=False):
        page.heading(f"{name}, by {by}: countries with an answer, and how many meet each")
        rows: list[tuple[Cell, ...]] = []
        for group, counted in part.groupby(by, sort=False):
            items = counted.set_index("statistic")
            cells = [Bounds(items.at[id, "lower"], items.at[id, "upper"]) for id, _ in chosen]
            rows.append((str(group) or no_group(by), number(items.at["recorded", "lower"]), *cells))
        columns = [
            Column(by, 0, "text_wrapped"),
            Column("countries", 0, "number"),
            *(Column(head, 0, "range_wrapped") for _, head in chosen),
        ]
        page.table(columns, rows, f"Edition {name} by {by}", indent=0)
    for note in rules_of_editions(review.framework, review.series):
        page.text(note)
    tables = [block for block in page.blocks if isinstance(block, Table)]
    if any(
        isinstance(cell, Bounds) and cell.lower != cell.upper for table in tables for row in table.rows for cell in row
    ):
        page.text("45–50: at least 45, at most 50.")
    page.text("Each row speaks of the countries with an answer in it, not of the region.")
    page.next(f"modellaw summary --series {review.series.id}", "modellaw report")
