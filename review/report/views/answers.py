"""Every answer as a tidy table: a row for each series, edition, country and criterion that is covered, to filter and to pivot."""

from __future__ import annotations

from typing import Any

from review.report.blocks import Cell, Column, Link, Page, Table, Text
from review.report.views.data import sign_of
from review.review import Review
from review.wording import levels_in_words

__all__ = ["MOST_ANSWERS", "answers_page", "tidy_answers"]

MOST_ANSWERS = 120_000  # rows; more make a workbook that nobody opens
_MAY_BE_MISSING = ("statute", "quote", "in_effect", "cause", "note", "replaced", "level")


def tidy_answers(review: Review) -> list[dict[str, Any]]:
    """A row for each covered country, edition and criterion of a series, with what is known and how.

    `answer`: the grade, unknown, not_assessed, not_applicable, or "" where nothing is recorded; `state`: as views word it;
    `how_known`: recorded, follows from another, silent, or no data; `value`: 1 met in full, 0 below, None where that is open.
    """
    framework, series = review.framework, review.series
    shorts = {criterion.id: criterion.short for criterion in framework.criteria}
    answers = {(row["edition"], row["country"], row["criterion"]): row for row in review.answers().to_dict("records")}
    replaced = {
        (row["edition"], row["country"], row["criterion"]): row["answer"]
        for row in review.replaced().to_dict("records")
    }
    places = review.registry.frame.set_index("code")[["region", "subregion"]].to_dict("index")
    states = {
        word: review.mark(word)
        for word in {*(w for id in framework.criterion_ids for w in review.scores()[id].unique()), ""}
    }
    items = []
    for row in review.scores().to_dict("records"):
        edition, country = row["edition"], row["country"]
        one = series.editions[edition]
        level = levels_in_words(row["levels"], review.judged(edition), short=True) if review.scored else ""
        for criterion in framework.criterion_ids:
            key = (edition, country, criterion)
            answer = row[criterion]
            found = answers.get(key)
            ids = found["source"].split() if found else []
            source = series.sources[ids[0]] if ids else None
            locator = found["locator"] if found else ""
            follows = found["follows_from"] if found else ""
            how = (
                f"follows from {shorts[follows]}"
                if follows
                else "recorded"
                if found
                else "silent"
                if series.unmentioned == "silent"
                else "no data"
            )
            items.append(
                {
                    "series": series.id, "edition": edition, "as_of": one.as_of, "kind": "update" if one.is_update else "edition",
                    "country": country, "name": row["name"], **places[country], "criterion": criterion, "heading": shorts[criterion],
                    "answer": answer, "mark": sign_of(review, row, criterion), "state": states[answer].words, "how_known": how,
                    "value": _value(answer, framework.grades), "level": level, "replaced": replaced.get(key, ""),
                    "source": source, "source_1": ids[0] if ids else "", "source_2": " ".join(ids[1:]), "locator": locator,
                    "statute": found["citation"] if found else "", "quote": found["quote"] if found else "",
                    "in_effect": found["effective"] if found else "", "cause": found["cause"] if found else "", "note": found["note"] if found else "",
                }
            )  # fmt: skip
    return items


def _value(answer: str, grades: tuple[str, ...]) -> int | None:
    return 1 if answer == grades[-1] else 0 if answer in grades else None


def answers_page(reviews: list[Review]) -> Page | None:
    """The tidy table of all series; None where it would have more rows than anyone opens."""
    framework = reviews[0].framework
    if sum(len(review.matrix.rows) for review in reviews) * len(framework.criteria) > MOST_ANSWERS:
        return None
    items = [item for review in reviews for item in tidy_answers(review)]

    def of(name: str) -> Any:
        return lambda item: item[name]

    columns = [
        Column("series", 12, value=of("series")), Column("edition", 12, value=of("edition")), Column("as_of", 10, value=of("as_of")),
        Column("kind", 9, value=of("kind")), Column("country", 9, value=of("country")), Column("name", 28, value=of("name")),
        Column("region", 11, value=of("region")), Column("subregion", 24, value=of("subregion")), Column("criterion", 16, value=of("criterion")), Column("heading", 16, value=of("heading")),
        Column("mark", 7, "centred", of("mark")), Column("answer", 14, value=of("answer")), Column("state", 17, value=of("state")),
        Column("how_known", 20, value=of("how_known")), Column("value", 8, "number", of("value")), Column("level", 18, value=of("level")),
        Column("replaced", 11, value=of("replaced")), Column("source", 34, value=_source), Column("source_1", 16, value=of("source_1")),
        Column("source_2", 12, value=of("source_2")), Column("locator", 34, value=_locator), Column("statute", 30, value=of("statute")),
        Column("quote", 30, value=of("quote")), Column("in_effect", 11, value=of("in_effect")), Column("cause", 12, value=of("cause")), Column("note", 30, value=of("note")),
    ]  # fmt: skip
    # what no source here gives has no column
    missing = [
        column.heading
        for column in columns
        if column.heading in _MAY_BE_MISSING and not any(item[column.heading] for item in items)
    ]
    shown = [column for column in columns if column.heading not in missing]
    notes = [
        "One row for each country that an edition covers here and each criterion, also where nothing is said of it: a pivot of this table gives the counts of Summary (the sum of value: at least; its average is no share of the countries covered). It keeps what was recorded: what is typed over on Data does not change it.",
        "value: 1 met, 0 not met (or met in part), blank where that is open. how_known: recorded; follows from another answer; silent: covered, and the source says nothing; no data: nothing was collected. replaced: what was recorded where another answer decides.",
    ]
    if missing:
        notes.append(
            f"Of no answer here is held: {', '.join(missing)}. What can be cited is the source and the place in it."
        )
    page = Page("Answers", "Answers: every one with its source, as a table for a pivot", fixed=6)
    page.blocks = [
        *map(Text, notes),
        Table.of("answers", "Every answer with its source", shown, items, frozen=True, filtered=True),
    ]
    return page


def _source(item: dict[str, Any]) -> Cell:
    source = item["source"]
    return Link(source.url, source.short) if source else ""


def _locator(item: dict[str, Any]) -> Cell:
    locator = str(item["locator"])
    return Link(locator, locator) if locator.startswith("http") else locator
