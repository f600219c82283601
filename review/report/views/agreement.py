"""Two series side by side, and how far they agree where both have a determined answer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.agreement import MIN_PAIRS, Agreement
from review.report.blocks import Cell, Column, Page
from review.review import Review
from review.wording import FOLLOWS

__all__ = ["agreement_page"]


def agreement_page(found: Agreement, one: Review, other: Review) -> Page:
    """Counts and coefficients by criterion, then the disagreements, each with both sources."""
    page = Page("Crosscheck", f"{one.series.title} {found.first} beside {other.series.title} {found.second}")
    agree = int(found.pairs["agree"].sum())
    page.text(
        f"Countries with an answer in both: {found.shared}. Answers determined in both: {len(found.pairs)}, of which {agree} agree."
    )
    shorts = {criterion.id: criterion.short for criterion in one.framework.criteria}
    grades = [(grade, one.mark(grade).words) for grade in reversed(one.framework.grades)]
    heads = {
        f"{x}_{y}": f"both {word}" if x == y else f"{word} / {other_said}"
        for x, word in grades
        for y, other_said in grades
    }
    rows: list[tuple[Cell, ...]] = []
    for row in found.criteria.to_dict("records"):
        counts = [int(row[cell]) for cell in (*heads, "pairs")]
        rows.append(
            (shorts[row["criterion"]], *counts, *(_coefficient(row[name]) for name in ("agreement", "ac1", "kappa")))
        )
    last = [Column("pairs", 0, "number"), *(Column(head, 0, "score_2") for head in ("agreement", "AC1", "kappa"))]
    page.table(
        [Column("criterion"), *(Column(head, 0, "number_wrapped") for head in heads.values()), *last],
        rows,
        "Agreement by criterion",
    )
    page.text(f"Before the stroke {one.series.id}, behind it {other.series.id}.", 3)
    if (found.criteria["pairs"] < MIN_PAIRS).any():
        page.text(f"No agreement or coefficient is given below {MIN_PAIRS} pairs.", 3)
    few = len(found.pairs) < MIN_PAIRS
    shown = found.pairs if few else found.pairs[~found.pairs["agree"]]
    page.heading("The pairs" if few else "The disagreements")
    if shown.empty:
        page.text("There are none.", 3)
        return page
    sides = ((one, found.first, "first"), (other, found.second, "second"))
    cited = [_sources_of(review, edition) for review, edition, _ in sides]
    named: dict[str, None] = {}
    listed: list[tuple[Cell, ...]] = []
    order = {code: n for n, code in enumerate(one.registry.frame["code"])}
    for row in sorted(shown.to_dict("records"), key=lambda row: order[row["country"]]):
        cells = [one.registry.name(row["country"]), shorts[row["criterion"]]]
        for (review, _, side), sources in zip(sides, cited, strict=True):
            answer = review.mark(row[side])
            ids, follows = sources.get((row["country"], row["criterion"]), ("", ""))
            named |= dict.fromkeys(f"{review.series.id}:{id}" for id in ids.split())
            cells += [f"{answer.sign}{FOLLOWS if follows else ''} {answer.words}", ids]
        listed.append((*cells, *([("agree" if row["agree"] else "disagree")] if few else [])))
    columns = [Column("country", 0, "text_wrapped"), Column("criterion")]
    for review, _, _ in sides:
        columns += [Column(review.series.id), Column("source", 0, "text_wrapped")]
    page.table([*columns, *([Column("result")] if few else [])], listed, "Pairs of answers")
    if any(FOLLOWS in str(cell) for row in listed for cell in row):
        page.text(f"{FOLLOWS} not stated itself: follows from another answer, whose source is named.", 3)
    for review, _, _ in sides:
        page.text(review.series.caveat and f"{review.series.id}: {review.series.caveat}", 3)
    page.heading("Sources")
    by_id = {review.series.id: review.series for review, _, _ in sides}
    for key in named:
        series, _, id = key.partition(":")
        source = by_id[series].sources[id]
        page.text(
            f"{id}: {'. '.join(filter(None, (source.publisher, source.published, source.title)))}. {source.url}",
            3,
            unbroken=True,
        )
    page.next("modellaw country NAME", f"modellaw figures --series {one.series.id}")
    return page


def _coefficient(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _sources_of(review: Review, edition: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The sources of each answer of an edition, by id, and the criterion from which it follows."""
    answers = review.answers()
    rows = answers[answers["edition"] == edition].to_dict("records")
    return {(row["country"], row["criterion"]): (row["source"], row["follows_from"]) for row in rows}
