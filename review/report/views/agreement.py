"""Two series side by side, and how far they agree where both have a determined answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from review.agreement import MIN_PAIRS, Agreement
from review.report.blocks import Cell, Column, Page
from review.review import Review
from review.wording import FOLLOWS

__all__ = ["agreement_page"]


def agreement_page(found: Agreement, one: Review, other: Review) -> Page:
    """Counts and coefficients by criterion, then the disagreements, each with both sources."""
    page = Page("Crosscheck", f"{one.series.title} {found.first} beside {other.series.title} {found.second}")
    determined, agree = len(found.pairs), int(found.pairs["agree"].sum())
    page.text(
        f"Countries with an answer in both: {found.shared}. Answers determined in both: {determined}, of which {agree} agree."
    )
    shorts = {criterion.id: criterion.short for criterion in one.framework.criteria}
    words = {grade: one.mark(grade).words for grade in reversed(one.framework.grades)}
    pairs = {f"{x}_{y}": f"both {words[x]}" if x == y else f"{words[x]} / {words[y]}" for x in words for y in words}
    styles = dict.fromkeys(pairs, "number_wrapped") | {"pairs": "number"}
    styles |= dict.fromkeys(("agreement", "ac1", "kappa"), "score_2")
    heads = [Column(pairs.get(name, "AC1" if name == "ac1" else name), 0, style) for name, style in styles.items()]
    rows: list[tuple[Cell, ...]] = [
        (shorts[row["criterion"]], *(None if pd.isna(row[name]) else float(row[name]) for name in styles))
        for row in found.criteria.to_dict("records")
    ]
    page.table([Column("criterion"), *heads], rows, "Agreement by criterion")
    page.text(f"Before the stroke {one.series.id}, behind it {other.series.id}.", 3)
    if (found.criteria["pairs"] < MIN_PAIRS).any():
        page.text(f"No agreement or coefficient is given below {MIN_PAIRS} pairs.", 3)
    few = determined < MIN_PAIRS
    shown = found.pairs if few else found.pairs[~found.pairs["agree"]]
    page.heading("The pairs" if few else "The disagreements")
    if shown.empty:
        page.text("There are none.", 3)
        return page
    _pairs(page, shown, {"first": (one, found.first), "second": (other, found.second)}, few=few)
    page.next("modellaw country NAME", f"modellaw figures --series {one.series.id}")
    return page


def _pairs(page: Page, pairs: pd.DataFrame, sides: Mapping[str, tuple[Review, str]], *, few: bool) -> None:
    """Pairs of answers, each with both sources; `few`: with whether they agree."""
    one = sides["first"][0]
    places = {code: n for n, code in enumerate(one.registry.frame["code"])}
    cited = {side: _sources_of(*of) for side, of in sides.items()}
    named: dict[tuple[str, str], Review] = {}
    listed: list[tuple[Cell, ...]] = []
    for row in sorted(pairs.to_dict("records"), key=lambda row: places[row["country"]]):
        cells: list[Cell] = [one.registry.name(row["country"]), one.framework.criterion(row["criterion"]).short]
        for side, (review, _) in sides.items():
            answer = review.mark(row[side])
            ids, follows = cited[side].get((row["country"], row["criterion"]), ("", ""))
            named |= {(review.series.id, id): review for id in ids.split()}
            cells += [f"{answer.sign}{FOLLOWS if follows else ''} {answer.words}", ids]
        listed.append((*cells, *([("agree" if row["agree"] else "disagree")] if few else [])))
    columns = [Column("country", 0, "text_wrapped"), Column("criterion")]
    for review, _ in sides.values():
        columns += [Column(review.series.id), Column("source", 0, "text_wrapped")]
    page.table([*columns, *([Column("result")] if few else [])], listed, "Pairs of answers")
    if any(FOLLOWS in str(cell) for row in listed for cell in row):
        page.text(f"{FOLLOWS} not stated itself: follows from another answer, whose source is named.", 3)
    for review, _ in sides.values():
        page.text(review.series.caveat and f"{review.series.id}: {review.series.caveat}", 3)
    page.heading("Sources")
    for (_, id), review in named.items():
        source = review.series.sources[id]
        words = ". ".join(filter(None, (source.publisher, source.published, source.title)))
        page.text(f"{id}: {words}. {source.url}", 3, unbroken=True)


def _sources_of(review: Review, edition: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The sources of each answer of an edition, by id, and the criterion from which it follows."""
    answers = review.answers()
    rows = answers[answers["edition"] == edition].to_dict("records")
    return {(row["country"], row["criterion"]): (row["source"], row["follows_from"]) for row in rows}
