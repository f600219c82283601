"""The first sheet: it alone must serve someone who reads nothing else."""

from __future__ import annotations

from typing import Any

import pandas as pd

from criteria import Framework
from review.citation import citation, data_date, version
from review.headlines import headline_figures, newest_headlines
from review.report.blocks import Amount, Block, Cell, Column, Heading, Link, Page, Styled, Table, Text
from review.report.expanded import expanded
from review.report.xlsx.styles import mark_style
from review.review import Review
from review.wording import (
    FOLLOWS,
    UPDATE,
    Mark,
    bounds_text,
    edition_ranges,
    int_or_none,
    joint_verdict,
    legend_marks,
    percent,
    plural,
    statistic_title,
    sufficient_by_edition,
    value_text,
)

__all__ = [
    "LIMITS", "about_this", "answers_give", "figure_source", "how_sure", "marks_key", "read_me", "what_it_is",
    "whose_findings",
]  # fmt: skip

_ACROSS, _FIRST = 138.0, 18.0  # characters across the page, and of its first column


def read_me(reviews: list[Review], others: list[tuple[str, str]], *, notes: tuple[str, ...] = ()) -> Page:
    """The sheet; `others`: the names of the other sheets with what each holds; `notes`: what was left out."""
    framework = reviews[0].framework
    blocks: list[Block] = [Text(what_it_is(framework), "plain"), *(Text(note, "plain") for note in notes)]
    for review in reviews:
        blocks += _headline(review)
    sure = how_sure(reviews)
    if sure:
        blocks += [Heading("How sure this is"), *(Text(text, "plain") for text in sure)]
    blocks += [
        Heading("Sheets"),
        _table(
            "sheets",
            "The other sheets of this workbook, each with a link",
            [(Link(f"#{name}", name), what) for name, what in others],
        ),
        Heading("Marks"),
        marks_key(reviews),
        Heading("What it cannot tell you"),
        Text(LIMITS, "plain"),
        Heading("Whose findings these are"),
        whose_findings(reviews),
        Heading("About this workbook"),
        about_this(reviews, "workbook", "sheet"),
    ]
    # the numbers of the headline stand at the right; all text has what they leave
    numbers = max((len(block.columns) - 2 for block in blocks if isinstance(block, Table)), default=0) * 10.0
    widths = (_FIRST, _ACROSS - _FIRST - numbers)
    return Page("Read me", framework.title, blocks, widths=widths, portrait=True, one_page=True)


LIMITS = "“Not met” does not mean that the acts are lawful: other law may cover them. Silence is not “no”: where a source says nothing, the answer is open, and totals are given as at least and at most. A text of law is not its enforcement: a score describes a text, not a country's effort."


def what_it_is(framework: Framework) -> str:
    """What a report under a framework is, in sentences."""
    criteria = (
        "; ".join(criterion.short for criterion in framework.criteria)
        if len(framework.criteria) <= 12
        else f"{len(framework.criteria)} questions"
    )
    return f"{framework.title}: which countries' laws meet its criteria, edition after edition, as named sources state it. The criteria: {criteria}. Every figure stands with its source; what is not known is shown as not known."


def whose_findings(reviews: list[Review], what: str = "workbook") -> Table:
    """Each series: by whom, whether it is scored, what to beware of."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        by = f"By {review.series.publisher}. " if review.series.publisher else ""
        score = "Scored." if review.scored else "Not scored: answers only, no score, level, rank or gap."
        said = " ".join(filter(None, [f"{by}{score}", review.series.caveat, "How they were collected: see Codebook."]))
        rows.append((f"{review.series.title} ({review.series.id})", said))
    return _table("series", f"The series of findings in this {what}", rows)


def about_this(reviews: list[Review], what: str, part: str) -> Table:
    """Date, version, licence, citation and how to report an error. `what`: the report is, `part`: of which it has several."""
    named = [review for review in reviews if review.series.licence]
    licences = dict.fromkeys(f"{review.series.title}: {review.series.licence}" for review in named)
    independent = dict.fromkeys(filter(None, (review.series.independence for review in reviews)))
    date, framework = data_date(reviews), reviews[0].framework
    dated = f"The latest source is of {date}." if date else "No source bears a date."
    error = f"Say which {part}, country, edition and criterion, and which source states otherwise, to whoever gave you this {what} or in an issue of the project modellaw. A correction needs a source."
    rows: list[tuple[Cell, ...]] = [
        ("Date, version", f"{dated} Made with modellaw {version()}."),
        ("Licence", " ".join(["Code: MIT.", *licences])),
        ("How to cite", citation(reviews)),
        ("How to report an error", error),
        ("Independence", " ".join([*independent, "This is not legal advice."])),
        *([("To report abuse", framework.report_abuse)] if framework.report_abuse else []),
    ]
    return _table("about_this", "Date, version, licence, citation, and how to report an error", rows)


def _table(name: str, description: str, rows: list[tuple[Cell, ...]]) -> Table:
    """What something is called, and what is said of it."""
    columns = (Column("What", 0, "text_wrapped"), Column("About", 0, "text_wrapped"))
    return Table(name, description, columns, rows)


def figure_source(row: dict[str, Any], review: Review) -> Link | str:
    """Where a headline figure comes from."""
    series = review.series
    published, counted = row[f"{row['statistic']}:source"].split(), row["reviewed_source"].split()
    if published:
        return Link(series.sources[published[0]].url, series.sources[published[0]].short)
    if counted:
        return Link(series.sources[counted[0]].url, f"counted from the answers: {series.sources[counted[0]].short}")
    return "counted from the answers"


def _headline(review: Review) -> list[Block]:
    """The headline figures as a table, and what sufficient means."""
    items, series = headline_figures(review), review.series
    if not items:
        return []
    columns = [
        Column("Figure", 30, "text_wrapped", lambda row: statistic_title(row["statistic"], review.framework)),
        Column("Source", 64, "text_wrapped", lambda row: figure_source(row, review)),
        Column("Countries", 9, "number", lambda row: Amount(row["value"], row["upper"])),
        Column("Of", 9, "number", lambda row: int_or_none(row["reviewed"])),
        Column("Share", 9, "percent", lambda row: Amount(row["value"], row["upper"], row["reviewed"])),
        Column("As of", 10, value=lambda row: row["as_of"] or row["edition"]),
    ]
    by = f", by {series.publisher}" if series.publisher else ""
    description = f"Latest and first headline figure of the series {series.title}"
    table = expanded(Table.of(f"headline_{series.id}", description, columns, items))
    blocks: list[Block] = [Heading(f"The headline: {series.title}{by}"), table]
    if review.framework.sufficient:
        blocks.append(Text(f"“Sufficient” means: {sufficient_by_edition(review.framework, series)}.", "plain"))
    return blocks


def how_sure(reviews: list[Review]) -> list[str]:
    """What the checks say of the figures, and how far the series agree."""
    texts = []
    for review in reviews:
        if not review.scored or not len(review.series.figures.frame):
            continue
        checks = review.figure_checks()
        texts += _beside_answers(review)
        newest = [one for one in checks.together if one.recorded][-1:]
        texts += [
            f"Figures of {one.edition}: {' '.join(joint_verdict(one, review.framework, review.series, brief=True))}"
            for one in newest
        ]
        disagree = checks.checks[checks.checks["status"] == "disagrees"]
        if len(disagree):
            where = edition_ranges(set(disagree["edition"]), review.edition_ids)
            texts.append(
                f"Published figures of {where} contradict each other in {plural(len(disagree), 'check')}: see Figures."
            )
        misread = int((review.series.figures.frame["status"] == "misreading").sum())
        if misread:
            texts.append(
                f"Other numbers circulate: {plural(misread, 'published figure')} of them misread their source, and are marked so on Figures."
            )
    texts += [text for other in reviews[1:] for text in _beside(reviews[0], other)]
    return texts


def answers_give(row: dict[str, Any]) -> str:
    """What the answers held give for a published headline that has no place among them, in words; "" where it has one."""
    low, high = row[f"{row['statistic']}:lower"], row[f"{row['statistic']}:upper"]
    is_apart = row["upper"] is None and pd.notna(low) and not low <= row["value"] <= high
    return f"the answers held give {bounds_text(low, high)}." if is_apart else ""


def _beside_answers(review: Review) -> list[str]:
    """What the answers held give for the newest headline figures, where these have no place among them; in sentences."""
    return [
        f"{statistic_title(row['statistic'], review.framework)} in {row['edition']}: {value_text(row['value'])} is published; {words}"
        for row in newest_headlines(review)
        if (words := answers_give(row))
    ]


def _beside(main: Review, other: Review) -> list[str]:
    """How far another series agrees with the main one, where both determine enough answers; in a sentence."""
    try:
        found = main.crosscheck(other)
    except LookupError:  # no dated editions with answers
        return []
    shorts = {criterion.id: criterion.short for criterion in main.framework.criteria}
    notes = [
        f"{shorts[row['criterion']]} {percent(float(row['agreement'] * 100), 100)} of {row['pairs']}"
        for row in found.criteria.to_dict("records")
        if row["agreement"] is not None and row["agreement"] == row["agreement"]
    ]
    if not notes:
        return []
    return [
        f"{main.series.title} {found.first} and {other.series.title} {found.second} agree, of the countries where both determine an answer: {'; '.join(notes)}."
    ]


def marks_key(reviews: list[Review], what: str = "workbook") -> Table:
    """The marks that are used, and what they mean."""
    used: set[Mark] = {review.mark(answer) for review in reviews for answer in review.answers()["answer"].unique()}
    rows: list[tuple[Cell, ...]] = [
        (Styled(one.sign, mark_style(one)), f"{one.words}: {one.meaning}")
        for one in legend_marks(used, reviews[0].framework)
    ]
    follows = f"{FOLLOWS} behind a mark: not stated itself, follows from another answer (where a criterion is not met, what requires it is not met either)"
    rows += [(Styled(f"○{FOLLOWS}", "centred"), follows), (Styled("◇", "centred"), UPDATE)]
    return _table("key", f"The marks used in this {what} and what they mean", rows)
