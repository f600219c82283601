"""One sheet a series: country by edition. Scores and levels where scored, else the answers themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.series_review import Review
from review.wording import FOLLOWS, levels_in_words, mark, number
from review.workbook.model import (
    Block,
    Cell,
    Chart,
    ChartRow,
    Column,
    Heading,
    Lines,
    Link,
    Sheet,
    Styled,
    Table,
    XYSeries,
)
from review.workbook.styles import CHART_COLOURS, LABEL_COLOURS, mark_style

__all__ = ["countries_sheet"]


def countries_sheet(review: Review, name: str) -> Sheet:
    """The sheet of a series, under a title of its own."""
    scores = review.scores()
    places = review.registry.frame[["code", "name", "region", "order"]].rename(columns={"code": "country"})
    listed = places[places["country"].isin(scores["country"])].sort_values("order")
    held = [edition for edition in review.series.editions["edition"] if edition in set(scores["edition"])]
    make = _scored_table if review.scored else _answers_table
    table = make(review, scores, listed, held)
    blocks: list[Block] = [Lines(_notes(review, len(listed)))]
    if review.scored:
        blocks.append(table)
        return Sheet(name, f"{review.series.title}: countries, score and level by edition", blocks, fixed=1)
    counts = _counts(review, held)
    blocks += [
        Table(
            f"to_{counts.name}",
            "A link to the counts further down",
            (Column("Further down on this sheet", 30),),
            [(Link(f"#{counts.name}", "Counts by edition, and a chart"),)],
            filtered=False,
        ),
        table,
        Heading("Counts by edition, of the countries in our data (what follows from another answer included)"),
        counts,
        *(ChartRow(pair) for pair in _pairs(_charts(review, counts, held))),
    ]
    return Sheet(name, f"{review.series.title}: what is stated of each country, by edition", blocks, fixed=1)


def _notes(review: Review, many: int) -> tuple[str, ...]:
    if review.scored:
        return (
            f"The {many} countries of which a source states an answer: a list of what was found, not a table of the world. An empty cell: not in our data for that edition.",
            "Score: of the criteria, at least and at most so many are met; the two are equal where all is known. Levels that remain possible are all named.",
        )
    silent = ", also where it does not mention the criterion" if review.series.unmentioned == "silent" else ""
    return (
        f"● met   ○ not met   ◐ silent or unclear{silent}   · not in our data   {FOLLOWS} behind a mark: follows from another answer, not stated itself",
        f"{many} countries. Not scored. {review.series.about.split('. ')[0].rstrip('.')}. A difference between editions is a change of statement, not a change of law.",
    )


def _scored_table(review: Review, scores: pd.DataFrame, listed: pd.DataFrame, held: list[str]) -> Table:
    columns = [Column("Country", 26), Column("Code", 7), Column("Region", 11)]
    for edition in held:
        columns += [
            Column(f"{edition} score at least", 10, "score"),
            Column(f"{edition} score at most", 10, "score"),
            Column(f"{edition} level", 26, "text_wrapped"),
        ]
    found = _by_country_and_edition(scores)
    rows: list[tuple[Cell, ...]] = []
    for place in listed.to_dict("records"):
        row: list[Cell] = [place["name"], place["country"], place["region"]]
        for edition in held:
            item = found.get((place["country"], edition))
            row += (
                [number(item["lower"]), number(item["upper"]), levels_in_words(item["levels"], review.framework)]
                if item
                else [None, None, None]
            )
        rows.append(tuple(row))
    return Table(
        f"countries_{review.series.id}",
        f"Score and level of each country in {review.series.title}, by edition",
        tuple(columns),
        rows,
        frozen=True,
    )


def _answers_table(review: Review, scores: pd.DataFrame, listed: pd.DataFrame, held: list[str]) -> Table:
    columns = [Column("Country", 30), Column("Code", 7), Column("Region", 11)]
    columns += [
        Column(f"{criterion.short} {edition}", 3.8, "absent", upright=True)
        for criterion in review.framework.criteria
        for edition in held
    ]
    found = _by_country_and_edition(scores)
    rows: list[tuple[Cell, ...]] = []
    for place in listed.to_dict("records"):
        row: list[Cell] = [place["name"], place["country"], place["region"]]
        for criterion in review.framework.criteria:
            for edition in held:
                item = found.get((place["country"], edition))
                answer = mark(item[criterion.id] if item else "", review.series, covered=item is not None)
                follows = FOLLOWS if item and criterion.id in item["deduced"] else ""
                row.append(Styled(answer.sign + follows, mark_style(answer.words)))
        rows.append(tuple(row))
    return Table(
        f"countries_{review.series.id}",
        f"What {review.series.title} state of each country, by criterion and edition, as marks",
        tuple(columns),
        rows,
        frozen=True,
    )


def _by_country_and_edition(scores: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    keys = zip(scores["country"], scores["edition"], strict=True)
    return dict(zip(keys, scores.to_dict("records"), strict=True))


def _counts(review: Review, held: list[str]) -> Table:
    """How many countries a source states it of, denies it of, and leaves open, by criterion and edition."""
    frame = review.statistics().set_index(["edition", "statistic"])
    recorded = review.editions().set_index("edition")["recorded"]
    rows: list[tuple[Cell, ...]] = []
    for criterion in review.framework.criteria:
        for edition in held:
            yes, no = (_sure(frame, edition, f"criterion:{criterion.id}:{answer}") for answer in ("yes", "no"))
            many = int(recorded[edition])
            rest = None if yes is None or no is None else many - yes - no
            rows.append((criterion.short, edition, many, yes, no, rest))
    columns = (
        Column("Criterion", 30), Column("Edition", 7), Column("Countries", 11, "number"), Column("States it", 3.8, "number", upright=True),
        Column("States there is none", 3.8, "number", upright=True), Column("Silent or unclear", 3.8, "number", upright=True),
    )  # fmt: skip
    return Table(
        f"counts_{review.series.id}",
        f"Counts of what {review.series.title} state, by criterion and edition",
        columns,
        rows,
        filtered=False,
    )


def _sure(frame: pd.DataFrame, edition: str, statistic: str) -> int | None:
    value = frame.at[(edition, statistic), "lower"]
    return None if value is None else int(value)


def _charts(review: Review, counts: Table, held: list[str]) -> list[Chart]:
    """A stacked chart a criterion: the source states it, states that there is none, is silent."""
    charts = []
    headings = (("States it", "first"), ("States there is none", "second"), ("Silent or unclear", "third"))
    for place, criterion in enumerate(review.framework.criteria):
        first = place * len(held)
        series = tuple(
            XYSeries(
                heading,
                "Edition",
                heading,
                first,
                first + len(held) - 1,
                CHART_COLOURS[colour],
                label_colour=LABEL_COLOURS[colour],
            )
            for heading, colour in headings
        )
        charts.append(
            Chart(
                "stacked",
                f"{review.series.title}: {criterion.title}",
                f"Countries by edition: the source states that the criterion is met, states that it is not, or is silent or unclear. Criterion: {criterion.title}.",
                counts.name,
                series,
                "edition",
                "countries",
                "0",
                '[<12]"";0',
            )
        )
    return charts


def _pairs(charts: list[Chart]) -> list[tuple[Chart, ...]]:
    return [tuple(charts[n : n + 2]) for n in range(0, len(charts), 2)]
