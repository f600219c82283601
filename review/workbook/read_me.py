"""The first sheet: it alone must serve someone who reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from country_data import Source
from review.citation import citation, data_date, version
from review.published import headlines
from review.review import Review
from review.wording import (
    FOLLOWS,
    UPDATE,
    bounds_text,
    joint_verdict,
    legend_marks,
    percent,
    statistic_title,
    sufficient_by_edition,
    value_text,
)
from review.workbook.model import Block, Cell, Column, Heading, Link, Sheet, Styled, Table, Text
from review.workbook.styles import mark_style

__all__ = ["read_me"]


def read_me(reviews: list[Review], others: list[tuple[str, str]]) -> Sheet:
    """The sheet; `others` are the names of the other sheets with what each holds."""
    framework = reviews[0].framework
    blocks: list[Block] = [
        Text(
            (
                "This workbook shows which countries' laws meet the criteria of a model law, edition after edition, as named sources state it. "
                "Every figure and every answer stands with its source; what is not known is shown as not known.",
            ),
            "plain",
            180,
        )
    ]
    for review in reviews:
        blocks += _headline(review)
    beside = [text for other in reviews[1:] for text in _beside(reviews[0], other)]
    blocks += [Text(tuple(beside), "plain", 180)] if beside else []
    blocks += [
        Heading("Sheets"),
        Table(
            "sheets",
            "The other sheets of this workbook, each with a link",
            (Column("Sheet", 26), Column("What it holds", 110, "text_wrapped")),
            [(Link(f"#{name}", name), what) for name, what in others],
            filtered=False,
        ),
        Heading("What it cannot tell you"),
        Text(
            (
                "• “Not met” does not mean that the acts are lawful: other law may cover them.",
                "• Silence is not “no”: where a source says nothing, the answer is open, and totals are given as “at least … at most”.",
                "• A text of law is not its enforcement. A score describes a text, not a country's effort.",
            ),
            "plain",
            180,
        ),
        Heading("Key of marks"),
        _key(reviews),
        Heading("The series"),
        Table(
            "series",
            "The series of findings in this workbook",
            (Column("Series", 26), Column("About", 110, "text_wrapped")),
            [(f"{review.series.title} ({review.series.id})", _about(review)) for review in reviews],
            filtered=False,
        ),
        Heading("About this workbook"),
        Table(
            "about_this",
            "Date, version, licence, citation, and how to report an error",
            (Column("What", 26), Column("Answer", 110, "text_wrapped")),
            _about_rows(reviews),
            filtered=False,
        ),
    ]
    return Sheet("Read me", framework.title, blocks, widths=(26, 116))


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
        if row["agreement"] is not None
    ]
    if not notes:
        return []
    return [
        f"{main.series.title} {found.first} beside {other.series.title} {found.second}, of the countries where both determine an answer, how many agree: {'; '.join(notes)}. (modellaw crosscheck {main.series.id} {other.series.id})"
    ]


def _headline(review: Review) -> list[Block]:
    """The latest and the first figure, each in a sentence with its source."""
    if not review.scored:
        caveat = f"{review.series.title} ({review.series.id}): {review.series.caveat} Not scored."
        return [Text((caveat,), "plain", 180)]
    found = headlines(review)
    framework, series = review.framework, review.series
    by = f", by {series.publisher}" if series.publisher else ""
    blocks: list[Block] = [Heading(f"The headline: {series.title}{by}")]
    rows: list[tuple[Cell, ...]] = []
    for statistic in found.statistics:
        stated = found.stated(statistic)
        ends = stated.iloc[[-1, 0]] if len(stated) > 1 else stated
        for row in ends.to_dict("records"):
            published, reviewed = row[f"{statistic}:published"], int(row["reviewed"])
            what = statistic_title(statistic, framework).lower()
            when = f" as of {row['as_of']}" if row["as_of"] else ""
            text = f"{value_text(published)} of {reviewed} countries ({percent(published, reviewed)}): {what}{when} ({row['title']})."
            lead = statistic == found.statistics[0]
            rows.append((str(row["as_of"]), Styled(text, "large" if lead else "text_wrapped")))
            rows += _source_rows(row[f"{statistic}:source"], row["reviewed_source"], review.series.sources)
    if not rows:
        rows = [
            (str(row.edition), _from_answers(review, str(row.edition)))
            for row in found.frame.itertuples()
            if row.recorded
        ]
    if not rows:
        return []
    blocks.append(
        Table(
            f"headline_{series.id}",
            f"Latest and first headline figure of the series {series.title}",
            (Column("As of", 26), Column("Figure", 110, "text_wrapped")),
            rows,
            filtered=False,
        )
    )
    if framework.sufficient:
        criteria = "; ".join(criterion.title for criterion in framework.criteria)
        sentences = [f"“Sufficient” means: {sufficient_by_edition(framework, series)}. The criteria: {criteria}."]
        misread = int((series.figures.frame["status"] == "misreading").sum())
        if misread:
            sentences.append(
                f"Other numbers circulate: {misread} published figures are misreadings, and marked so among the figures."
            )
        disagree = int((review.figure_checks().checks["status"] == "disagrees").sum())
        if disagree:
            sentences.append(f"Published figures of one edition also contradict each other, in {disagree} checks.")
        newest = [one for one in review.figure_checks().together if one.recorded][-1:]
        sentences += [
            f"Checked together as recorded, {one.edition}: {' '.join(joint_verdict(one, framework, series, brief=True))} "
            "The details stand on the sheet of figure checks."
            for one in newest
        ]
        blocks.append(Text(tuple(sentences), "plain", 180))
    return blocks


def _source_rows(counted: str, covered: str, sources: Mapping[str, Source]) -> list[tuple[Cell, ...]]:
    """A row for the source of a count, and one for that of the number of countries where it is another."""
    first, *_ = counted.split()
    second = (covered.split() or [first])[0]
    note = (
        {first: "Source"}
        if second in counted.split()
        else {first: "Source", second: "Source of the number of countries"}
    )
    return [
        ("", Link(sources[id].url, f"{words} ({sources[id].kind}): {sources[id].short}")) for id, words in note.items()
    ]


def _from_answers(review: Review, edition: str) -> str:
    frame = review.statistics(edition).set_index("statistic")
    parts = [
        f"{statistic_title(id, review.framework).lower()}: {bounds_text(frame.at[id, 'lower'], frame.at[id, 'upper'])}"
        for id in headlines(review).statistics
    ]
    covered = review.series.editions[edition].reviewed
    return f"Of {covered if covered is not None else 'an unknown number of'} countries, " + "; ".join(parts) + "."


def _key(reviews: list[Review]) -> Table:
    used = {review.mark(answer) for review in reviews for answer in review.answers()["answer"].unique()}
    rows: list[tuple[Cell, ...]] = [
        (Styled(one.sign, mark_style(one)), f"{one.words}: {one.meaning}")
        for one in legend_marks(used, reviews[0].framework)
    ]
    follows = f"{FOLLOWS} behind a mark: not stated itself, follows from another answer (where a criterion is not met, what requires it is not met either)"
    rows += [(Styled(f"○{FOLLOWS}", "centred"), follows), (Styled("◇", "centred"), UPDATE)]
    columns = (Column("Mark", 26, "centred"), Column("Meaning", 110, "text_wrapped"))
    return Table("key", "The marks used in this workbook and what they mean", columns, rows, filtered=False)


def _about(review: Review) -> str:
    score = "Scored." if review.scored else "Not scored: answers only, no score, level, rank or gap."
    return f"{score} {review.series.about}".strip()


def _about_rows(reviews: list[Review]) -> list[tuple[Cell, ...]]:
    licences = list(
        dict.fromkeys(f"{review.series.title}: {review.series.licence}" for review in reviews if review.series.licence)
    )
    date = data_date(reviews)
    independent = dict.fromkeys(filter(None, (review.series.independence for review in reviews)))
    framework = reviews[0].framework
    return [
        ("Date of the data", f"The latest source is of {date}." if date else "No source bears a date."),
        ("Made with", f"modellaw {version()}"),
        ("Licence", " ".join(["Code: MIT.", *licences])),
        ("How to cite", citation(reviews)),
        (
            "How to report an error",
            "Say which sheet, country, edition and criterion, and which source states otherwise, in an issue of the project from which you have modellaw. A correction needs a source.",
        ),
        ("Independence", " ".join([*independent, "This is not legal advice."])),
        *([("To report abuse", framework.report_abuse)] if framework.report_abuse else []),
    ]
