"""Every answer as a tidy table: a row for each series, edition, country and criterion that is covered, to filter and to pivot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from review.report.blocks import Cell, Column, Link, Page, Table, Text
from review.review import Review
from review.tidy import tidy_answers
from review.wording import int_or_none

__all__ = ["MOST_ANSWERS", "answers_page"]

MOST_ANSWERS = 120_000  # rows; more make a workbook that nobody opens
_MAY_BE_MISSING = ("citation", "quote", "effective", "cause", "note", "replaced", "level")
_NOTES = (
    "One row for each country that an edition covers here and each criterion, also where nothing is said of it: a pivot of this table gives the counts of Summary (the sum of value: at least; its average is no share of the countries covered). It keeps what was recorded: what is typed over on Data does not change it.",
    "value: 1 met, 0 not met (or met in part), blank where that is open. how_known: recorded; follows from another answer; silent: covered, and the source says nothing; no data: nothing was collected. replaced: what was recorded where another answer decides.",
)


def answers_page(reviews: list[Review]) -> Page | None:
    """The tidy table of all series; None where it would have more rows than anyone opens."""
    if sum(len(review.matrix.rows) for review in reviews) * len(reviews[0].framework.criteria) > MOST_ANSWERS:
        return None
    items = [{**row, "review": review} for review in reviews for row in tidy_answers(review).to_dict("records")]
    columns = [
        Column("series", 12), Column("edition", 12), Column("as_of", 10), Column("kind", 9), Column("country", 9), Column("name", 34),
        Column("region", 11), Column("subregion", 29), Column("criterion", 25), Column("heading", 20), Column("mark", 7, "centred"),
        Column("answer", 14), Column("state", 17), Column("how_known", 26), Column("value", 8, "number", lambda item: int_or_none(item["value"])),
        Column("level", 32), Column("replaced", 11), Column("source", 42, value=_source), Column("source_1", 16), Column("source_2", 12),
        Column("locator", 34, value=_locator), Column("statute", 30, value="citation"), Column("quote", 30), Column("in_effect", 11, value="effective"),
        Column("cause", 12), Column("note", 30),
    ]  # fmt: skip
    columns = [replace(one, value=one.value or one.heading) for one in columns]
    # what no source here gives has no column
    missing = [name for name in _MAY_BE_MISSING if not any(item[name] for item in items)]
    shown = [one for one in columns if one.value not in missing]
    absent = ", ".join(one.heading for one in columns if one.value in missing)
    notes = [
        *_NOTES,
        *(
            [f"Of no answer here is held: {absent}. What can be cited is the source and the place in it."]
            if absent
            else []
        ),
    ]
    table = Table.of("answers", "Every answer with its source", shown, items, frozen=True, filtered=True)
    return Page(
        "Answers", "Answers: every one with its source, as a table for a pivot", [*map(Text, notes), table], fixed=6
    )


def _source(item: dict[str, Any]) -> Cell:
    source = item["review"].series.sources.get(item["source_1"])
    return Link(source.url, source.short) if source else ""


def _locator(item: dict[str, Any]) -> Cell:
    locator = str(item["locator"])
    return Link(locator, locator) if locator.startswith("http") else locator
