"""The first sheet: it alone must serve someone who reads nothing else."""

from __future__ import annotations

from review.citation import citation, data_date, version
from review.headlines import headlines
from review.series_review import Review
from review.wording import (
    FOLLOWS,
    bounds,
    mark,
    percent,
    short_source,
    shown_marks,
    statistic_title,
    sufficient_in_words,
    value_text,
)
from review.workbook.model import Block, Cell, Column, Heading, Lines, Link, Sheet, Styled, Table
from review.workbook.styles import mark_style

__all__ = ["read_me"]


def read_me(reviews: list[Review], others: list[tuple[str, str]]) -> Sheet:
    """The sheet; `others` are the names of the other sheets with what each holds."""
    framework = reviews[0].framework
    blocks: list[Block] = [
        Lines(
            (
                "This workbook shows which countries' laws meet the criteria of a model law, edition after edition, as named reviewers state it. "
                "Every figure and every answer stands with its source; what is not known is shown as not known.",
            ),
            "plain",
            180,
        )
    ]
    for review in reviews:
        blocks += _headline(review)
    blocks += [
        Heading("What it cannot tell you"),
        Lines(
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
        Heading("Sheets"),
        Table(
            "sheets",
            "The other sheets of this workbook, each with a link",
            (Column("Sheet", 26), Column("What it holds", 110, "text_wrapped")),
            [(Link(f"#{name}", name), what) for name, what in others],
            filtered=False,
        ),
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


def _headline(review: Review) -> list[Block]:
    """The latest and the first figure, each in a sentence with its source."""
    if not review.scored:
        return []
    found = headlines(review)
    framework, series = review.framework, review.series
    blocks: list[Block] = [Heading(f"The headline: {series.title}")]
    sources = review.sources().set_index("source")
    rows: list[tuple[Cell, ...]] = []
    for statistic in found.statistics:
        stated = found.stated(statistic)
        ends = stated.iloc[[-1, 0]] if len(stated) > 1 else stated
        for row in ends.to_dict("records"):
            source = str(row[f"{statistic}:source"]).split()[0]
            what = statistic_title(statistic, framework).lower()
            text = f"{value_text(row[f'{statistic}:published'])} of {row['reviewed']} countries ({percent(row[f'{statistic}:published'], int(row['reviewed']))}): {what} as of {row['as_of']} ({row['title']})."
            rows.append(
                (str(row["as_of"]), Styled(text, "large" if statistic == found.statistics[0] else "text_wrapped"))
            )
            rows.append(
                (
                    "",
                    Link(
                        sources.at[source, "url"],
                        f"Source ({sources.at[source, 'kind']}): {short_source(source, sources.loc[source])}",
                    ),
                )
            )
    if not rows:
        rows = [
            (str(row.edition), _from_answers(review, str(row.edition)))
            for row in found.frame.itertuples()
            if row.recorded
        ]
    if not rows:
        return []
    if framework.sufficient:
        blocks.append(Lines((f"“Sufficient” means: {sufficient_in_words(framework)}.",), "plain", 180))
    blocks.append(
        Table(
            f"headline_{series.id}",
            f"Latest and first headline figure of the series {series.title}",
            (Column("As of", 26), Column("Figure", 110, "text_wrapped")),
            rows,
            filtered=False,
        )
    )
    return blocks


def _from_answers(review: Review, edition: str) -> str:
    frame = review.statistics(edition).set_index("statistic")
    parts = [
        f"{statistic_title(id, review.framework).lower()}: {bounds(frame.at[id, 'lower'], frame.at[id, 'upper'])}"
        for id in headlines(review).statistics
    ]
    covered = frame.at["reviewed", "lower"]
    return f"Of {covered if covered is not None else 'an unknown number of'} countries, " + "; ".join(parts) + "."


def _key(reviews: list[Review]) -> Table:
    words = {
        mark(answer, review.series, covered=True).words
        for review in reviews
        for answer in review.answers()["answer"].unique()
    }
    rows: list[tuple[Cell, ...]] = [
        (Styled(m.sign, mark_style(m.words)), _MEANINGS.get(m.words, m.words)) for m in shown_marks(words)
    ]
    rows.append(
        (
            Styled(f"○{FOLLOWS}", "centred"),
            f"{FOLLOWS} behind a mark: not stated itself, follows from another answer (where there is no specific law, what requires one is not met)",
        )
    )
    return Table(
        "key",
        "The marks used in this workbook and what they mean",
        (Column("Mark", 26, "centred"), Column("Meaning", 110, "text_wrapped")),
        rows,
        filtered=False,
    )


_MEANINGS = {
    "met": "met: a source states that the law meets the criterion",
    "not met": "not met: a source states that it does not",
    "silent or unclear": "silent or unclear: the country is covered, but the source says nothing, or leaves it open",
    "not in our data": "not in our data: nothing was collected; this says nothing about the law",
}


def _about(review: Review) -> str:
    score = "Scored." if review.scored else "Not scored: answers only, no score, level, rank or gap."
    return f"{score} {review.series.about}".strip()


def _about_rows(reviews: list[Review]) -> list[tuple[Cell, ...]]:
    licences = list(
        dict.fromkeys(f"{review.series.title}: {review.series.licence}" for review in reviews if review.series.licence)
    )
    date = data_date(reviews)
    return [
        ("Date of the data", f"The latest source is of {date}." if date else "No source bears a date."),
        ("Made with", f"modellaw {version()}"),
        ("Licence", " ".join(["Code: MIT.", *licences])),
        ("How to cite", citation(reviews)),
        (
            "How to report an error",
            "Say which sheet, country, edition and criterion, and which source states otherwise, in an issue of the project from which you have modellaw. A correction needs a source.",
        ),
        (
            "Independence",
            "Made independently of the reviewers named here and of any government. This is not legal advice.",
        ),
        (
            "To report abuse",
            "If you have come upon such material, report it to a hotline of the INHOPE network (www.inhope.org) or to the police. Do not send it to anyone else.",
        ),
    ]
