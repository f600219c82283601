"""One country on one page, picked on the page itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.series_review import Review
from review.wording import FOLLOWS, first_sentence, levels_in_words, marks_of
from review.workbook.data import places_in_data, row_key
from review.workbook.model import (
    Block,
    Cell,
    Column,
    Fact,
    Heading,
    Lines,
    Pick,
    Picks,
    Sheet,
    Table,
    text_of,
)
from review.workbook.reference import ANSWER_KEYS, answers_of, law_changes_of
from review.workbook.styles import score_style

__all__ = ["country_list", "country_sheet", "first_country"]

MANY_CRITERIA = 12
_MOST_NAMED = 60  # criteria that a formula can name


def first_country(reviews: list[Review]) -> str:
    """The code of the country of which the data tell most: it is shown first."""
    counts = pd.concat([review.grid.rows["country"] for review in reviews]).value_counts()
    names = reviews[0].registry
    return str(min(counts.index, key=lambda code: (-counts[code], names.name(code)))) if len(counts) else ""


def country_list(reviews: list[Review]) -> Table:
    """The countries with an answer in any series, by name: what can be picked."""
    codes = {code for review in reviews for code in review.grid.rows["country"]}
    frame = reviews[0].registry.frame
    known = frame[frame["code"].isin(codes)].sort_values("order")
    rows = [(row["name"], row["code"]) for row in known.to_dict("records")]
    columns = (Column("Country", 30, key="name"), Column("Code", 8, key="code"))
    return Table("country_list", "The countries that can be picked", columns, rows, filtered=False)


def country_sheet(reviews: list[Review]) -> Sheet:
    """The page of one country: answers, score and level by edition, what it lacks, sources, changes of law."""
    code = first_country(reviews)
    name = reviews[0].registry.name(code)
    picks = (
        Pick("country", "Country", "country_list.name", name, "pick a country: the page follows"),
        Fact("country_code", "Code", "=INDEX([country_list.code],MATCH([country],[country_list.name],0))", code),
    )
    blocks: list[Block] = [Picks(picks)]
    for review in reviews:
        blocks += _series(reviews, review, code)
    blocks += _sources(reviews, code)
    changes = _law_changes(reviews, code)
    if changes is not None:
        blocks += [Heading("Changes of law that a source reports; not tied to an edition"), changes]
    blocks.append(
        Lines(
            (
                "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement.",
            )
        )
    )
    return Sheet("Country", "One country on one page", blocks, fixed=1, one_page=True)


def _series(reviews: list[Review], review: Review, code: str) -> list[Block]:
    """A series' answers of the country, a row an edition."""
    framework, series = review.framework, review.series
    scores = review.scores()
    held = [edition for edition in series.editions["edition"] if edition in set(scores["edition"])]
    mine = {item["edition"]: item for item in scores[scores["country"] == code].to_dict("records")}
    many = len(framework.criteria) > MANY_CRITERIA
    columns = [Column("Edition", 22), _row_column()]
    if many:
        columns += [
            Column(f"{group.title} {said}", 13, score_style(framework), formula=_from_data(f"group:{group.id}:{end}"))
            for group in framework.groups
            for end, said in (("low", "at least"), ("high", "at most"))
            if review.scored
        ]
    else:
        none = review.mark("", covered=False).sign
        columns += [
            Column(criterion.short, 13, "absent", formula=_from_data(f"mark:{criterion.id}", none), marked=True)
            for criterion in framework.criteria
        ]
    if review.scored:
        look = score_style(framework)
        columns += [
            Column("Score at least", 13, look, formula=_from_data("score:low")),
            Column("Score at most", 13, look, formula=_from_data("score:high")),
            Column("Level", 26, "text_wrapped", formula=_from_data("levels")),
        ]
    named = len(framework.criteria) <= _MOST_NAMED
    if named:
        columns += [
            Column("Not met", 34, "text_wrapped", formula=_named(review, list(framework.grades[:-1]))),
            Column("Not known", 34, "text_wrapped", formula=_named(review, ["unknown", "not_assessed", ""])),
        ]
    data = places_in_data(reviews, review)
    rows = [
        (
            review.label(edition),
            row_key(review, edition, ""),
            data.get((edition, code), 0),
            *_cells(review, mine.get(edition), many=many, named=named),
        )
        for edition in held
    ]
    said = "" if review.scored else f"{first_sentence(series.about)} Not scored: a difference is a change of statement."
    blocks: list[Block] = [Heading(f"{series.title} ({series.id})")]
    if said:
        blocks.append(Lines((said.strip(),)))
    columns[1:2] = [Column("Key", 18, key="key", hidden=True), columns[1]]
    description = f"What {series.title} states of the country picked, by edition"
    blocks.append(Table(f"country_{series.id}", description, tuple(columns), rows, filtered=False))
    return blocks


def _row_column() -> Column:
    formula = "=IFERROR(MATCH([@key]&[country_code],[data.key],0),0)"
    return Column("Row in Data", 8, "number", key="row", formula=formula, hidden=True)


def _from_data(key: str, otherwise: str = "") -> str:
    return f"=IF([@row]=0,{text_of(otherwise)},INDEX([data.{key}],[@row]))"


def _named(review: Review, words: list[str]) -> str:
    """The criteria that have one of these answers, by their headings."""
    parts = []
    for criterion in review.framework.criteria:
        word = f"INDEX([data.ded:{criterion.id}],[@row])"
        tests = ",".join(f"{word}={text_of(one)}" for one in words)
        parts.append(f'IF(OR({tests}),{text_of("; " + criterion.short)},"")')
    return f'=IF([@row]=0,"",MID({"&".join(parts)},3,9999))'


def _cells(review: Review, item: dict[str, Any] | None, *, many: bool, named: bool) -> list[Cell]:
    """What the formulas of a row come to."""
    framework = review.framework
    ids = framework.criterion_ids
    cells: list[Cell] = []
    if many and review.scored:
        ends = [f"group:{group.id}:{end}" for group in framework.groups for end in ("lower", "upper")]
        cells += [item[end] if item else "" for end in ends]
    elif not many:
        none = marks_of(framework)[-1].sign
        cells += [
            review.mark(item[id]).sign + (FOLLOWS if id in item["deduced"] else "") if item else none for id in ids
        ]
    if review.scored:
        cells += [item["lower"], item["upper"], levels_in_words(item["levels"], framework)] if item else ["", "", ""]
    if named:
        for words in (framework.grades[:-1], ("unknown", "not_assessed", "")):
            chosen = [c.short for c in framework.criteria if item and item[c.id] in words]
            cells.append("; ".join(chosen))
    return cells


def _sources(reviews: list[Review], code: str) -> list[Block]:
    """Every answer of the country that is recorded or follows, with its source, as the sheet Answers has it."""
    answers = answers_of(reviews)
    most = max((len(rows) for rows in answers.values()), default=0)
    mine = answers.get(code, [])
    columns = [Column("Number", 8, "number", key="n", hidden=True)]
    columns += [
        Column(
            heading,
            width,
            style,
            formula=_nth("answers", key),
        )
        for heading, key, width, style in ANSWER_KEYS
    ]
    rows: list[tuple[Cell, ...]] = [
        (n, *(mine[n - 1] if n <= len(mine) else [""] * len(ANSWER_KEYS))) for n in range(1, most + 1)
    ]
    if not rows:
        return []
    table = Table(
        "country_sources", "The answers of the country picked, with their sources", tuple(columns), rows, filtered=False
    )
    return [Heading("What that rests on"), table]


def _nth(table: str, key: str) -> str:
    """What a list holds on the row of the n-th entry of the country picked."""
    return f'=IFERROR(INDEX([{table}.{key}],MATCH([country_code]&"|"&[@n],[{table}.nth],0))&"","")'


def _law_changes(reviews: list[Review], code: str) -> Table | None:
    """The changes of law that a source reports of the country; None where no series has any."""
    changes = law_changes_of(reviews)
    if not changes.rows:
        return None
    mine = [row for row in changes.rows if str(row[0]).startswith(f"{code}|")]
    most = max(int(str(row[0]).partition("|")[2]) for row in changes.rows)
    shown = [column for column in changes.columns if column.key != "nth"]
    columns = [Column("Number", 8, "number", key="n", hidden=True)]
    columns += [Column(one.heading, one.width, one.style, formula=_nth(changes.name, one.key)) for one in shown]
    rows: list[tuple[Cell, ...]] = [
        (n, *(mine[n - 1][1:] if n <= len(mine) else [""] * len(shown))) for n in range(1, most + 1)
    ]
    description = "Changes of law that a source reports of the country picked"
    return Table("country_law_changes", description, tuple(columns), rows, filtered=False)
