"""One sheet a series: country by edition. Scores and levels where scored, else the answers themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.review import Review
from review.statistics import count_answers
from review.wording import (
    FOLLOWS,
    UPDATE,
    Mark,
    edition_notes,
    legend_marks,
    levels_in_words,
    marks_of,
    number,
    rules_of_editions,
    score_in_words,
)
from review.workbook.data import data_row_numbers, edition_label, has_formulas, mark_groups, row_key
from review.workbook.model import Block, Cell, Chart, ChartRow, Column, Formula, Sheet, Table, Text, XYSeries, text_of
from review.workbook.styles import CHART_COLOURS, LABEL_COLOURS, score_style

__all__ = ["countries_sheet", "counts_sheet"]


def countries_sheet(review: Review, name: str, reviews: list[Review]) -> Sheet:
    """The sheet of a series, under a title of its own; `reviews`: all in the workbook."""
    scores = review.scores()
    places = review.registry.frame[["code", "name", "region", "order"]].rename(columns={"code": "country"})
    listed = places[places["country"].isin(scores["country"])].sort_values("order")
    editions = [edition for edition in review.edition_ids if edition in set(scores["edition"])]
    make = _scored_table if review.scored else _answers_table
    table = make(review, reviews, scores, listed, editions)
    contents = (
        "countries, score and level by edition" if review.scored else "what is stated of each country, by edition"
    )
    return Sheet(
        name, f"{review.series.title}: {contents}", [Text(_notes(review, len(listed), editions)), table], fixed=1
    )


def counts_sheet(review: Review, name: str, reviews: list[Review]) -> Sheet:
    """How many countries stand under each mark, by criterion and edition, with a chart a criterion."""
    editions = [edition for edition in review.edition_ids if edition in set(review.matrix.rows["edition"])]
    counts, heads = _counts(review, live=has_formulas(reviews))
    notes = (
        f"Of the countries in our data; what follows from another answer is included. Not scored. {review.series.caveat}",
    )
    blocks: list[Block] = [
        Text(notes),
        counts,
        *(ChartRow(pair) for pair in _pairs(_charts(review, counts, heads, editions))),
    ]
    return Sheet(name, f"{review.series.title}: counts by edition", blocks)


def _notes(review: Review, many: int, editions: list[str]) -> tuple[str, ...]:
    notes = edition_notes(review.series, editions)
    update = [f"{UPDATE}."] if any(review.series.editions[edition].is_update for edition in editions) else []
    if review.scored:
        return (
            f"The {many} countries with an answer in any edition. An empty cell: not in our data for that edition. {review.series.caveat}".strip(),
            f"Score: {score_in_words(review.framework)} At least and at most are equal where all is known. Levels that remain possible are all named.",
            *rules_of_editions(review.framework, review.series),
            *update,
            *notes,
        )
    used = {review.mark(answer) for answer in review.answers()["answer"].unique()}
    signs = "   ".join(f"{one.sign} {one.words}" for one in legend_marks(used, review.framework))
    silent = (
        " A criterion of which a report says nothing is shown as silent."
        if review.series.unmentioned == "silent"
        else ""
    )
    caveat = review.series.caveat
    return (
        f"{signs}   {FOLLOWS} behind a mark: follows from another answer, not stated itself.{silent}",
        " ".join(
            filter(
                None,
                [
                    f"{many} countries. Not scored.",
                    caveat,
                    "A difference between editions is a change of statement, not a change of law.",
                ],
            )
        ),
        *update,
        *notes,
    )


def _scored_table(
    review: Review, reviews: list[Review], scores: pd.DataFrame, listed: pd.DataFrame, editions: list[str]
) -> Table:
    live = has_formulas(reviews)
    columns = [Column("Country", 26), Column("Code", 7, key="code"), Column("Region", 11)]
    style = score_style(review.framework)
    for edition in editions:
        label = review.label(edition)
        columns += [
            Column(f"{label} score at least", 10, style, formula=_looked_up("score:low", edition, live=live)),
            Column(f"{label} score at most", 10, style, formula=_looked_up("score:high", edition, live=live)),
            Column(f"{label} level", 26, "text_wrapped", formula=_looked_up("levels", edition, live=live)),
        ]
    columns += _row_columns(review, editions, live=live)
    data = data_row_numbers(reviews, review)
    found = _by_country_and_edition(scores)
    rows: list[tuple[Cell, ...]] = []
    for country in listed.to_dict("records"):
        row: list[Cell] = [country["name"], country["country"], country["region"]]
        for edition in editions:
            item = found.get((country["country"], edition))
            row += (
                [
                    *("" if pd.isna(item[end]) else number(item[end]) for end in ("lower", "upper")),
                    levels_in_words(item["levels"], review.judged(edition)),
                ]
                if item
                else ["", "", ""]
            )
        rows.append((*row, *_rows_of(data, country["country"], editions, live=live)))
    return Table(
        f"countries_{review.series.id}",
        f"Score and level of each country in {review.series.title}, by edition",
        tuple(columns),
        rows,
        frozen=True,
    )


def _answers_table(
    review: Review, reviews: list[Review], scores: pd.DataFrame, listed: pd.DataFrame, editions: list[str]
) -> Table:
    live = has_formulas(reviews)
    columns = [Column("Country", 30), Column("Code", 7, key="code"), Column("Region", 11)]
    by_group, none = mark_groups(review.framework), review.mark("", covered=False).sign
    columns += [
        Column(
            f"{one.title} {review.label(edition)}",
            one.width,
            "strip",
            formula=_looked_up(one.key, edition, live=live, otherwise=none * len(one.criteria)),
        )
        for one in by_group
        for edition in editions
    ]
    columns += [
        Column(
            f"{criterion.short} {review.label(edition)}",
            3.8,
            "absent",
            rotated=True,
            formula=_looked_up(f"mark:{criterion.id}", edition, live=live, otherwise=none),
            marked=True,
            grouped=bool(by_group),
        )
        for criterion in review.framework.criteria
        for edition in editions
    ]
    columns += _row_columns(review, editions, live=live)
    data = data_row_numbers(reviews, review)
    found = _by_country_and_edition(scores)
    rows: list[tuple[Cell, ...]] = []
    for country in listed.to_dict("records"):
        row: list[Cell] = [country["name"], country["country"], country["region"]]
        for one in by_group:
            items = [found.get((country["country"], edition)) for edition in editions]
            row += ["".join(review.mark(item[id]).sign if item else none for id in one.criteria) for item in items]
        for criterion in review.framework.criteria:
            for edition in editions:
                item = found.get((country["country"], edition))
                answer = review.mark(item[criterion.id] if item else "", covered=item is not None)
                row.append(answer.sign + (FOLLOWS if item and criterion.id in item["deduced"] else ""))
        rows.append((*row, *_rows_of(data, country["country"], editions, live=live)))
    return Table(
        f"countries_{review.series.id}",
        f"What {review.series.title} state of each country, by criterion and edition, as marks",
        tuple(columns),
        rows,
        frozen=True,
    )


def _looked_up(key: str, edition: str, *, live: bool, otherwise: str = "") -> str:
    """What Data holds for the country of the row in an edition, by the place of its row there."""
    return f"=IF([@row:{edition}]=0,{text_of(otherwise)},INDEX([data.{key}],[@row:{edition}]))" if live else ""


def _row_columns(review: Review, editions: list[str], *, live: bool) -> list[Column]:
    """For each edition the place of the country's row in Data, which many formulas look at; 0 where it has none."""
    if not live:
        return []
    return [
        Column(
            f"Row in Data, {review.label(edition)}",
            8,
            "number",
            key=f"row:{edition}",
            formula=f"=IFERROR(MATCH({text_of(row_key(review, edition, ''))}&[@code],[data.key],0),0)",
            hidden=True,
        )
        for edition in editions
    ]


def _rows_of(data: dict[tuple[str, str], int], country: str, editions: list[str], *, live: bool) -> list[Cell]:
    return [data.get((edition, country), 0) for edition in editions] if live else []


def _by_country_and_edition(scores: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    keys = zip(scores["country"], scores["edition"], strict=True)
    return dict(zip(keys, scores.to_dict("records"), strict=True))


def _counts(review: Review, *, live: bool) -> tuple[Table, list[str]]:
    """How many countries stand under each mark, by criterion and edition; and the headings of the marks that occur."""
    counts = count_answers(review)
    shown = legend_marks((one for one in marks_of(review.framework) if counts[one.id].any()), review.framework)
    heads = {one.id: _STATED.get(one.id, one.words[:1].upper() + one.words[1:]) for one in shown}
    order = {criterion: index for index, criterion in enumerate(review.framework.criterion_ids)}
    counts = counts.sort_values("criterion", key=lambda ids: ids.map(order), kind="stable")
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    rows: list[tuple[Cell, ...]] = []
    for row in counts.to_dict("records"):
        counted = [_count(one, row, review, live=live) for one in shown]
        first_cells = (shorts[row["criterion"]], review.label(row["edition"]), int(row["countries"]))
        rows.append((*first_cells, *counted, _following(row["edition"], row["criterion"], review, live=live)))
    columns = (
        Column("Criterion", 30),
        Column("Edition", 13),
        Column("Countries", 11, "number", key="countries"),
        *(Column(head, 16, "number") for head in heads.values()),
        Column("Of these: follows from another answer", 16, "number"),
    )
    table = Table(
        f"counts_{review.series.id}",
        f"Counts of what {review.series.title} state, by criterion and edition",
        columns,
        rows,
        filtered=False,
    )
    return table, list(heads.values())


def _count(one: Mark, row: dict[str, Any], review: Review, *, live: bool) -> Cell:
    """How many countries of an edition bear a mark; those without any answer count as not in our data."""
    value = int(row[one.id])
    if not live:
        return value
    when = text_of(edition_label(review, row["edition"]))
    counted = f"COUNTIFS([data.when],{when},[data.mark:{row['criterion']}],{text_of(one.sign + '*')})"
    if one == marks_of(review.framework)[-1]:
        return Formula(f"=[@countries]-COUNTIFS([data.when],{when})+{counted}", value)
    return Formula(f"={counted}", value)


def _following(edition: str, criterion: str, review: Review, *, live: bool) -> Cell:
    """How many of the answers of an edition to a criterion are not stated, but follow from another."""
    scores = review.scores(edition)
    value = sum(criterion in ids for ids in scores["deduced"])
    if not live:
        return value
    when = text_of(edition_label(review, edition))
    return Formula(f"=COUNTIFS([data.when],{when},[data.mark:{criterion}],{text_of('*' + FOLLOWS)})", value)


# what a mark says of a report, in the words of the chart
_STATED = {"met": "Met: states it, or it follows", "not_met": "Not met: states there is none, or it follows"}


def _charts(review: Review, counts: Table, heads: list[str], editions: list[str]) -> list[Chart]:
    """A stacked chart a criterion: the source states it, states that there is none, is silent."""
    charts = []
    for index, criterion in enumerate(review.framework.criteria):
        first = index * len(editions)
        series = tuple(
            XYSeries(
                head,
                "Edition",
                head,
                first,
                first + len(editions) - 1,
                CHART_COLOURS[colour],
                label_colour=LABEL_COLOURS[colour],
            )
            for head, colour in zip(heads, _COLOURS, strict=False)
        )
        charts.append(
            Chart(
                "stacked",
                f"{review.series.title}: {criterion.title}",
                f"Countries by edition: {', '.join(head.lower() for head in heads)}. Criterion: {criterion.title}. The numbers stand in the table above.",
                counts.name,
                series,
                "edition",
                "countries",
                "0",
                '[<12]"";0',
            )
        )
    return charts


_COLOURS = ("first", "second", "third", "fourth", "fifth", "sixth")


def _pairs(charts: list[Chart]) -> list[tuple[Chart, ...]]:
    return [tuple(charts[n : n + 2]) for n in range(0, len(charts), 2)]
