"""The one place where answers stand: a row for each series, edition and country, to be typed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from criteria import Framework, Status, answer_words
from review.review import Review
from review.wording import FOLLOWS, levels_in_words
from review.workbook import row_formulas as formulas
from review.workbook.model import Cell, Column, Computed, Formula, Sheet, Table, Text, text_of
from review.workbook.styles import score_style

__all__ = [
    "MANY_CRITERIA",
    "MOST_LIVE_ROWS",
    "MarkGroup",
    "data_row_numbers",
    "data_sheet",
    "edited_note",
    "edition_label",
    "edition_with_year",
    "has_formulas",
    "lists_sheet",
    "mark_group_formula",
    "mark_groups",
    "row_key",
]

MOST_LIVE_ROWS = 20_000
MANY_CRITERIA = 12


def has_formulas(reviews: list[Review]) -> bool:
    """Whether the workbook computes; with more rows it carries values only."""
    return sum(len(review.matrix.rows) for review in reviews) <= MOST_LIVE_ROWS


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """Criteria that are shown in one cell, as their marks in order."""

    key: str
    title: str
    criteria: tuple[str, ...]

    @property
    def width(self) -> float:
        """How wide a column of such cells is."""
        return max(8.0, 2.2 * len(self.criteria) + 2)


def mark_groups(framework: Framework) -> tuple[MarkGroup, ...]:
    """Where a framework has many criteria, these by group; else none: then they stand side by side."""
    if len(framework.criteria) <= MANY_CRITERIA:
        return ()
    found = [
        MarkGroup(f"strip:{group.id}", group.title, tuple(c.id for c in framework.criteria if c.group == group.id))
        for group in framework.groups
    ] or [MarkGroup("strip:", "All criteria", framework.criterion_ids)]
    return tuple(replace(one, title=f"{one.title} ({len(one.criteria)})") for one in found)


def mark_group_formula(strip: MarkGroup, key: str) -> str:
    """The first sign of each of the criteria's cells; `key`: how their columns' keys begin."""
    return "=" + "&".join(f"LEFT([@{key}:{id}],1)" for id in strip.criteria)


def edition_label(review: Review, edition: str) -> str:
    """An edition as it stands in lists to pick from: "icmec 01 (2006)", which no program takes for a number."""
    as_of = review.series.editions[edition].as_of
    return f"{review.series.id} {edition}" + (f" ({as_of[:4]})" if as_of else "")


def edition_with_year(review: Review, edition: str) -> str:
    """An edition with its mark and, where its id does not say so, the year whose law it describes."""
    as_of = review.series.editions[edition].as_of
    return review.label(edition) + (f" ({as_of[:4]})" if as_of and as_of[:4] not in edition else "")


def row_key(review: Review, edition: str, country: str) -> str:
    """What a row of Data is found by."""
    return f"{review.series.id}|{edition}|{country}"


def data_row_numbers(reviews: list[Review], review: Review) -> dict[tuple[str, str], int]:
    """The place (from 1) of each edition and country of a series among the rows of Data."""
    before = sum(len(one.matrix.rows) for one in reviews[: reviews.index(review)])
    frame = review.scores()
    keys = zip(frame["edition"], frame["country"], strict=True)
    return {key: before + n for n, key in enumerate(keys, 1)}


def data_sheet(reviews: list[Review]) -> Sheet:
    """All answers of all series; recorded ones to type over, beside them what follows."""
    framework = reviews[0].framework
    scored = any(review.scored for review in reviews)
    columns = _columns(framework, scored=scored, live=has_formulas(reviews), reviews=reviews)
    rows = [row for review in reviews for row in _rows(review, scored=scored, live=has_formulas(reviews))]
    note = (
        "A row for each series, edition and country with an answer. The pale columns are what is recorded: type over them, and what follows, here and on the other sheets, follows."
        if has_formulas(reviews)
        else f"More than {MOST_LIVE_ROWS:,} rows: this workbook carries values only. Take one series or edition for one that computes."
    )
    notes = (
        note,
        *(
            ["Check says in which rows something was typed over, is not a word of the list, or contradicts itself."]
            if has_formulas(reviews)
            else []
        ),
        "The sources of the answers stand in the sheet Answers, which keeps what was recorded.",
    )
    table = Table("data", "Recorded answers, what follows from them, scores and levels", columns, rows, frozen=True)
    return Sheet("Data", "Data: the answers, and what follows from them", [Text(notes), table], fixed=4)


def _columns(framework: Framework, *, scored: bool, live: bool, reviews: list[Review]) -> tuple[Column, ...]:
    def made(formula: str) -> str:
        return formula if live else ""

    shorts = {criterion.id: criterion.short for criterion in framework.criteria}
    grouped = bool(mark_groups(framework))
    columns = [
        Column("Series and edition", 20, key="when"),
        Column("Country", 34, key="name"),
        Column("Code", 7, key="code"),
        Column("Region", 11, key="region"),
        Column("Key", 18, "text_quiet", key="key", hidden=True),
        Column("Key by label", 18, "text_quiet", key="label_key", hidden=True),
        Column("Silence", 9, "text_quiet", key="silence", hidden=True),
        Column("As it was recorded", 18, "text_quiet", key="as_recorded", hidden=True),
        Column("Any answer", 8, "number", key="there", formula=made(formulas.is_recorded(framework)), hidden=True),
        Column("Check", 22, key="check", formula=made(formulas.check(framework, "[answer_words.word]"))),
    ]
    columns += [
        Column(f"{short}: recorded", 12, "input", key=f"rec:{id}", choices="answer_words.word")
        for id, short in shorts.items()
    ]
    if formulas.needs_range(framework):
        for kind, of in (("low", formulas.lowest_grade), ("high", formulas.highest_grade)):
            columns += [
                Column(
                    f"{short}: {kind}", 8, "number", key=f"{kind}:{id}", formula=made(of(framework, id)), hidden=True
                )
                for id, short in shorts.items()
            ]
    columns += [
        Column(
            f"{short}: follows",
            12,
            "computed",
            key=f"ded:{id}",
            formula=made(formulas.answer_after_deduction(framework, id)),
            grouped=grouped,
        )
        for id, short in shorts.items()
    ]
    signs = _signs(reviews[0])
    columns += [
        Column(
            f"{short}: mark",
            5,
            "absent",
            key=f"mark:{id}",
            formula=made(formulas.mark(id, signs, silent='[@silence]="silent"')),
            marked=True,
            rotated=True,
            grouped=grouped,
        )
        for id, short in shorts.items()
    ]
    columns += [
        Column(one.title, one.width, "strip", key=one.key, formula=made(mark_group_formula(one, "mark")))
        for one in mark_groups(framework)
    ]
    if not scored:
        return tuple(columns)
    look = score_style(framework)

    for group in framework.groups:
        for end, high in (("low", False), ("high", True)):
            bound = "most" if high else "least"
            formula = made(formulas.group_score(framework, group.id, high=high))
            columns.append(
                Column(f"{group.title}: at {bound}", 10, look, key=f"group:{group.id}:{end}", formula=formula)
            )
    columns += [
        Column("Score at least", 9, look, key="score:low", formula=made(formulas.score(framework, high=False))),
        Column("Score at most", 9, look, key="score:high", formula=made(formulas.score(framework, high=True))),
    ]
    columns += [
        Column(
            f"{level.short} possible",
            9,
            "number",
            key=f"level:{level.id}",
            formula=made(formulas.is_possible(framework, level)),
            hidden=True,
        )
        for level in framework.levels
    ]
    number = "+".join(f"[@level:{level.id}]*{place}" for place, level in enumerate(framework.levels, 1))
    many = "+".join(f"[@level:{level.id}]" for level in framework.levels)
    single = made(f"=IF({many}=1,{number},0)")
    columns.append(Column("Number of the level", 8, "number", key="level_number", formula=single, hidden=True))
    columns.append(Column("Levels possible", 70, key="levels", formula=made(formulas.levels_in_words(framework))))
    short = made(formulas.levels_in_words(framework, short=True))
    columns.append(Column("Levels possible, by headings", 30, key="levels_short", formula=short, hidden=True))
    return tuple(columns)


def edited_note(name: str, country: str = "") -> Computed:
    """Whether what a sheet shows rests on answers that were typed over; `country`: only on those of its code, a reference."""
    count = f'COUNTIFS([data.code],{country},[data.check],"?*")' if country else 'COUNTIF([data.check],"?*")'
    note = text_of(" rows of Data: see its column Check")
    return Computed(name, "Typed over", f'=IF({count}=0,"nothing",{count}&{note})', "nothing")


def _signs(review: Review) -> dict[str, str]:
    """The sign of each word of an answer, where nothing recorded is nothing known."""
    found = {word: review.mark(word).sign for word in answer_words(review.framework) if word}
    return {**found, "": review.mark("", covered=False).sign}


def _rows(review: Review, *, scored: bool, live: bool) -> list[tuple[Cell, ...]]:
    framework, ids = review.framework, review.framework.criterion_ids
    word = answer_words(framework)
    recorded = review.matrix.rows.assign(**{f"rec:{id}": word[review.matrix.codes[:, n]] for n, id in enumerate(ids)})
    if formulas.needs_range(framework):
        for kind, cells in (("low", review.deduced.low), ("high", review.deduced.high)):
            recorded = recorded.assign(**{f"{kind}:{id}": cells[:, n] for n, id in enumerate(ids)})
    frame = review.scores().merge(recorded, on=["edition", "country"], how="left", validate="one_to_one")
    places = review.registry.frame.set_index("code")["region"]
    labels = {edition: edition_label(review, edition) for edition in review.edition_ids}
    silence = review.series.unmentioned
    return [
        _row(item, review, labels, str(places[item["country"]]), silence, scored=scored, live=live)
        for item in frame.to_dict("records")
    ]


def _row(
    item: dict[str, Any], review: Review, labels: dict[str, str], region: str, silence: str, *, scored: bool, live: bool
) -> tuple[Cell, ...]:
    framework, ids = review.judged(item["edition"]), review.framework.criterion_ids
    cells: list[Cell] = [labels[item["edition"]], item["name"], item["country"], region]
    cells += [row_key(review, item["edition"], item["country"]), f"{cells[0]}|{item['country']}", silence]
    cells += ["".join(f"|{item[f'rec:{id}']}" for id in ids), 1, ""]
    cells += [item[f"rec:{id}"] for id in ids]
    if formulas.needs_range(framework):
        cells += [int(item[f"{kind}:{id}"]) for kind in ("low", "high") for id in ids]
    cells += [item[id] for id in ids]
    cells += [review.mark(item[id]).sign + (FOLLOWS if id in item["deduced"] else "") for id in ids]
    cells += ["".join(review.mark(item[id]).sign for id in one.criteria) for one in mark_groups(framework)]
    if not scored:
        return tuple(cells)
    if not review.scored:
        return (*cells, *[None] * (2 * len(framework.groups) + 2 + len(framework.levels) + 3))
    scores = [item[f"group:{group.id}:{end}"] for group in framework.groups for end in ("lower", "upper")]
    cells += ["" if pd.isna(score) else score for score in (*scores, item["lower"], item["upper"])]
    levels: list[Cell] = [int(level.id in item["levels"]) for level in framework.levels]
    names: list[Cell] = [levels_in_words(item["levels"], framework, short=short) for short in (False, True)]
    if live and framework is not review.framework:  # rules of this edition, in place of the column's
        levels = [
            Formula(formulas.is_possible(framework, one), int(one.id in item["levels"])) for one in framework.levels
        ]
        names = [
            Formula(formulas.levels_in_words(framework, short=short), str(text))
            for short, text in zip((False, True), names, strict=True)
        ]
    single = framework.level_ids.index(item["levels"][0]) + 1 if len(item["levels"]) == 1 else 0
    return (*cells, *levels, single, *names)


def lists_sheet(reviews: list[Review], more: list[Table]) -> Sheet:
    """What may be typed or picked elsewhere; `more`: lists that other sheets need."""
    framework = reviews[0].framework
    answers = [*reversed(framework.grades), *(status.word for status in Status if status.word)]
    columns = (Column("Answers", 20, key="word"),)
    return Sheet(
        "Lists",
        "Lists: what may be typed or picked elsewhere",
        [Table("answer_words", "The words of answers", columns, [(word,) for word in answers], filtered=False), *more],
    )
