"""Every change between consecutive editions, with both sources; the checks of published figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.changes import KINDS, consecutive_changes
from review.series_review import Review
from review.wording import FOLLOWS, short_source, statistic_title
from review.workbook.data import edition_label, is_live, row_key
from review.workbook.model import Cell, Column, Formula, Lines, Link, Sheet, Table, text_of

__all__ = ["changes_sheet", "checks_table"]

_WORDS = dict(
    zip(
        KINDS,
        ("not met to met", "met to not met", "silent or unclear to stated", "stated to silent or unclear", "other"),
        strict=True,
    )
)


def changes_sheet(reviews: list[Review]) -> Sheet:
    """The changes of all series in one list; the column “Series” tells them apart."""
    columns = (
        Column("Series", 12), Column("Change", 24), Column("Country", 24), Column("Code", 7), Column("Criterion", 15),
        Column("From", 20), Column("To", 20), Column("Was", 7, "absent", marked=True), Column("Is", 7, "absent", marked=True),
        Column("Source of what was", 40), Column("Where in it", 26), Column("Source of what is", 40), Column("Where in that", 26),
        Column("Statutes and quotes", 40),
    )  # fmt: skip
    rows = [row for review in reviews for row in _rows(review, live=is_live(reviews))]
    counts = [_counted(review) for review in reviews]
    notes = (
        "Each edition beside the one before, after deduction. A change in a series that is not scored is a change of statement, not a change of law. “Not met to met” is another thing than “silent to stated”: filter by the column Change.",
        *counts,
    )
    table = Table("changes", "Changes between consecutive editions, with both sources", columns, rows, frozen=True)
    return Sheet("Changes", "Changes between consecutive editions", [Lines(notes), table], fixed=4)


def _counted(review: Review) -> str:
    found = consecutive_changes(review)["kind"].value_counts()
    said = ", ".join(f"{_WORDS[kind]} {found[kind]}" for kind in KINDS if found.get(kind))
    return f"{review.series.title}: {said or 'no change'}."


def _rows(review: Review, *, live: bool) -> list[tuple[Cell, ...]]:
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    sources = review.series.sources.set_index("source")
    rows: list[tuple[Cell, ...]] = []
    for item in consecutive_changes(review).to_dict("records"):
        cited = [_cited(item, side, sources) for side in ("was", "now")]
        texts = dict.fromkeys(str(item[f"{side}_{name}"]) for side in ("was", "now") for name in ("citation", "quote"))
        rows.append(
            (
                review.series.id,
                _WORDS[item["kind"]],
                item["name"],
                item["country"],
                shorts[item["criterion"]],
                edition_label(review, item["from"]),
                edition_label(review, item["to"]),
                _mark(item, "was", "from", review, live=live),
                _mark(item, "now", "to", review, live=live),
                *cited[0],
                *cited[1],
                "; ".join(filter(None, texts)),
            )
        )
    return rows


def _mark(item: dict[str, Any], side: str, edition: str, review: Review, *, live: bool) -> Cell:
    """The mark on one side, as it stands in Data."""
    sign = review.mark(str(item[side])).sign + (FOLLOWS if item[f"{side}_follows"] else "")
    if not live:
        return sign
    key = text_of(row_key(review, item[edition], item["country"]))
    return Formula(f"=INDEX([data.mark:{item['criterion']}],MATCH({key},[data.key],0))", sign)


def _cited(item: dict[str, Any], side: str, sources: pd.DataFrame) -> tuple[Cell, Cell]:
    ids, locator = str(item[f"{side}_source"]).split(), str(item[f"{side}_locator"])
    if not ids:
        return "", ""
    source = Link(sources.at[ids[0], "url"], short_source(ids[0], sources.loc[ids[0]]))
    return source, Link(locator, locator) if locator.startswith("http") else locator


def checks_table(review: Review) -> Table | None:
    """The published figures of a series checked against each other; None where nothing relates them."""
    checks = review.figure_checks().checks
    if checks.empty:
        return None
    columns = (
        Column("Edition", 13), Column("Statistic", 46, "text_wrapped"), Column("Stated", 8, "number"), Column("Implied", 9, "number"),
        Column("By", 26), Column("Result", 12), Column("Whose figures", 16), Column("Sources", 60, "text_wrapped"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            review.label(item["edition"]),
            statistic_title(item["statistic"], review.framework),
            item["stated"],
            item["implied"],
            item["working"],
            "● agrees" if item["status"] == "agrees" else "✕ disagrees",
            "the publisher's" if item["own"] else "several",
            ", ".join(item["sources"]),
        )
        for item in checks.to_dict("records")
    ]
    description = f"Published figures of {review.series.title} checked against each other"
    return Table(f"checks_{review.series.id}", description, columns, rows)
