"""One country: latest answers, what changed, history, sources, changes of law; as a page to read and as a sheet to pick on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from country_data import Registry
from country_data.schema import EVIDENCE
from criteria import Level, Status
from review.report.blocks import (
    Block,
    Cell,
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Link,
    Lookup,
    Page,
    Table,
    Text,
)
from review.report.views.countries import key_of_marks, score_text
from review.report.views.data import edited_note, mark_columns, score_columns, sign_of
from review.report.views.gaps import what_lacks
from review.report.views.lists import country_label, most_of_a_country, place_in_words
from review.review import Review
from review.wording import FOLLOWS, edition_ranges, levels_in_words, marks_of, value_text

__all__ = ["country_page", "country_sheet", "dossier", "first_country"]

_EDITIONS_ABREAST = 16  # more do not fit beside each other on a usual terminal
_CAVEAT = (
    "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement."
)


def country_page(reviews: list[Review], code: str) -> Page:
    """One country in every series: answers by edition, sources, law changes, what is missing.

    `reviews`: narrowed to the country.
    """
    page = dossier(reviews, code)
    shown = [review for review in reviews if len(review.matrix.rows)]
    if shown:
        page.heading("Key")
        page.text(key_of_marks(shown))
        page.text(_CAVEAT)
        answered = [review for review in shown if len(review.answered_editions) > 1]
        compared = [
            f"{one.answered_editions[0]} {one.answered_editions[-1]} --series {one.series.id}" for one in answered[:1]
        ]
        page.next(*(f"modellaw compare {pair} --country {code}" for pair in compared), "modellaw report")
    return page


def dossier(reviews: list[Review], code: str) -> Page:
    """What each series says of one country, without a key to the marks."""
    page = Page("Country", _country_line(reviews[0].registry, code))
    for review in reviews:
        _in_series(page, review, code)
    return page


def _country_line(registry: Registry, code: str) -> str:
    row = registry.frame.set_index("code").loc[code]
    place = place_in_words(row)
    ended = ""
    if row["until"]:
        names = "; ".join(registry.name(other) for other in row["successors"].split())
        ended = f" · ended {row['until']}" + (f", succeeded by {names}" if names else "")
    return f"{row['name']} ({code})" + (f" · {place}" if place else "") + ended


def _in_series(page: Page, review: Review, code: str) -> None:
    scores = review.scores_of(code).set_index("edition")
    page.heading(f"{review.series.title} ({review.series.id})")
    changes = review.law_changes(code)
    if scores.empty:
        page.text("Not in our data: no edition here has an answer for this country.", 3)
    else:
        _newest(page, review, code, scores)
        if len(scores) > 1:
            _history(page, review, scores)
        _notes(page, review, code)
    if len(changes):
        page.text("Changes of law that a source reports:", 3)
        rows = [
            (row["date"], review.framework.criterion(row["criterion"]).short, row["change"], _cited(review, row))
            for row in changes.to_dict("records")
        ]
        heads = ("date", "criterion", "change", "source")
        page.table([Column(head) for head in heads], rows, "Changes of law that a source reports", indent=6)
    _sources(page, review, code)
    page.text(_what_is_missing(review, scores), 3)


def _newest(page: Page, review: Review, code: str, scores: pd.DataFrame) -> None:
    """The answers of the newest edition, updates aside where there is another; what changed, what they rest on, what is lacking."""
    editions = review.series.editions
    usual = [edition for edition in scores.index if not editions[edition].is_update]
    edition = str((usual or list(scores.index))[-1])
    row = {**scores.loc[edition].to_dict(), "edition": edition}
    as_of = f", as of {editions[edition].as_of}" if editions[edition].as_of else ""
    page.text(f"{editions[edition].title} ({review.label(edition)}){as_of}:", 3)
    every = review.country(code)
    before = next((one for one in reversed(usual) if one < edition), "")
    answers, earlier = (every[every["edition"] == one].set_index("criterion") for one in (edition, before))
    rows: list[tuple[Cell, ...]] = []
    for criterion in review.framework.criteria:
        sign = sign_of(review, row, criterion.id)
        was = sign_of(review, scores.loc[before].to_dict(), criterion.id) if before else ""
        words = f"{was} in {before}" if was and was[0] != sign[0] else ""
        moved: Link | str = words
        if words and criterion.id in earlier.index:
            moved = _cited(review, earlier.loc[criterion.id], words)
        source = _cited(review, answers.loc[criterion.id]) if criterion.id in answers.index else ""
        rows.append((criterion.short, f"{sign} {review.mark(str(row[criterion.id])).words}", moved, source))
    columns = [
        Column("", 0, "text_wrapped"),
        Column("answer", marked=True),
        Column("before"),
        Column("source", 0, "text_wrapped"),
    ]
    if not any(row[2] for row in rows):
        columns, rows = [*columns[:2], columns[3]], [(*one[:2], one[3]) for one in rows]
    page.table(columns, rows, "The newest answers", indent=6)
    if not before:
        page.text("No edition before it has an answer here: of change nothing can be said.", 6)
    elif len(columns) == 3:
        page.text(f"As in {before}.", 6)
    if review.scored:
        page.text(_score_line(row, review, edition, capital=True), 6)
        _to_enact(page, review, code, edition)
    caveat = "" if review.scored else " Not scored; a difference between editions is a change of statement."
    page.text(f"{review.series.caveat}{caveat}".strip(), 6)


def _cited(review: Review, row: Mapping[str, str] | pd.Series, text: str = "") -> Link | str:
    """The ids of the sources of a row, or a text in their place, leading to where in them it stands."""
    ids, locator = row["source"].split(), row.get("locator", "")
    address = locator if locator.startswith("http") else review.series.sources[ids[0]].url if ids else ""
    shown = text or ", ".join(ids)
    return Link(address, shown) if address else shown


def _history(page: Page, review: Review, scores: pd.DataFrame) -> None:
    """The marks of every edition, side by side."""
    records = {str(edition): {**row, "edition": edition} for edition, row in scores.to_dict("index").items()}
    page.text("Edition by edition:", 3)
    names = list(records)
    for first in range(0, len(names), _EDITIONS_ABREAST):
        part = names[first : first + _EDITIONS_ABREAST]
        rows = [
            (criterion.short, *(sign_of(review, records[edition], criterion.id) for edition in part))
            for criterion in review.framework.criteria
        ]
        heads = [Column(review.label(edition), 0, "centred", marked=True) for edition in part]
        page.table([Column("", 0, "text_wrapped"), *heads], rows, "Answers edition by edition")
    if review.scored:
        for edition, row in records.items():
            page.text(f"{edition}: {_score_line(row, review, edition)}", 3)


def _score_line(row: dict[str, Any], review: Review, edition: str, *, capital: bool = False) -> str:
    level = levels_in_words(row["levels"], review.judged(edition))
    score = score_text(row, review)
    result = f"score {score} of {value_text(row['out_of'])}; {level}" if score else level
    return result[:1].upper() + result[1:] if capital else result


@lru_cache(maxsize=8)  # of a page with many countries
def _gaps_by_country(review: Review, edition: str) -> tuple[tuple[Level, ...], dict[str, dict[str, Any]]]:
    """The levels to reach, and what each country lacks for them in an edition."""
    found = review.gaps(edition)
    return found.targets, {row["country"]: row for row in found.countries.to_dict("records")}


def _to_enact(page: Page, review: Review, code: str, edition: str) -> None:
    """What, by an edition, the law would have to provide for sufficient and for the best level."""
    targets, rows = _gaps_by_country(review, edition)
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    row = rows[code]
    for target in targets:
        lacks = what_lacks(row, target, shorts)
        unknown = ", ".join(shorts[id] for id in row[f"{target.id}:open"])
        parts = [f"to enact: {lacks}" if lacks else "", f"not known: {unknown}" if unknown else ""]
        if lacks or unknown:
            page.text(f"For “{target.title}”: {'; '.join(filter(None, parts))}", 6)


def _notes(page: Page, review: Review, code: str) -> None:
    """What is recorded beside the answers: statute, quote, date, cause and note; equal ones are said once."""
    recorded = review.country(code)
    details = [name for name in EVIDENCE if name != "locator"]
    with_evidence = recorded[(recorded[details] != "").any(axis=1)]
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    for values, part in with_evidence.groupby(details, sort=False):
        evidence = dict(zip(details, values, strict=True))
        words = [
            evidence["citation"],
            f"“{evidence['quote']}”" if evidence["quote"] else "",
            f"in effect {evidence['effective']}" if evidence["effective"] else "",
            f"cause of the change: {evidence['cause'].replace('_', ' ')}" if evidence["cause"] else "",
            evidence["note"],
        ]
        where = "; ".join(
            f"{shorts[id]} {edition_ranges(rows['edition'], review.edition_ids)}"
            for id, rows in part.groupby("criterion", sort=False)
        )
        page.text(f"{where}: {'; '.join(filter(None, words))}", 3)


def _sources(page: Page, review: Review, code: str) -> None:
    recorded, changes = review.country(code), review.law_changes(code)
    used = list(dict.fromkeys(" ".join([*recorded["source"], *changes["source"]]).split()))
    if not used:
        return
    page.text("Sources:", 3)
    for id in used:
        source = review.series.sources[id]
        located = next((row.locator for row in recorded.itertuples() if row.locator and id in row.source.split()), "")
        publisher = f", {source.publisher}" if source.publisher else ""
        where = located if located.startswith("http") else " ".join(filter(None, [located, source.url]))
        page.text(f"{id}: {source.title}{publisher}. {where}", 6, unbroken=True)


def _what_is_missing(review: Review, scores: pd.DataFrame) -> str:
    """What would have to be found before more could be said of the country."""
    listed = [id for id, one in review.series.editions.items() if not one.is_update]
    absent = [edition for edition in listed if edition not in scores.index]
    settled = (*review.framework.grades, Status.NOT_APPLICABLE.word)
    parts = [f"any answer in {edition_ranges(absent, listed)}"] if absent else []
    for criterion in review.framework.criteria:
        where = [str(edition) for edition in scores.index if scores.at[edition, criterion.id] not in settled]
        if where:
            parts.append(f"“{criterion.short}” in {edition_ranges(where, review.edition_ids)}")
    return f"To say more, a source would be needed for: {'; '.join(parts)}." if parts else ""


def first_country(reviews: list[Review]) -> str:
    """The code of the country of which the data tell most: it is shown first."""
    counts = pd.concat([review.matrix.rows["country"] for review in reviews]).value_counts()
    names = reviews[0].registry
    return str(min(counts.index, key=lambda code: (-counts[code], names.name(code)))) if len(counts) else ""


def country_sheet(reviews: list[Review], grounds: Table, picked: str | None = None) -> Page:
    """The sheet of one country, which is picked on it.

    `grounds`: what answers rest on; `picked`: the code of the country that is shown first.
    """
    code = picked or first_country(reviews)
    label = country_label(reviews[0].registry.name(code), code)
    picks = (
        Dropdown("country", "Country", "country_list.name", label, "pick a country: the page follows"),
        Computed("country_place", "Where", Lookup("country_list.place", "[country]", "name")),
        edited_note("country_typed", "[country_code]"),
    )
    blocks: list[Block] = [
        Controls(picks, span=3),
        Heading("Answers, newest first"),
        _answers(reviews),
        Text(
            f"{_every_mark(reviews[0])}   ◇ update   Changed: the edition before, and the marks before → now; blank: nothing, –: no answer in it."
        ),
        Text(" ".join([_CAVEAT, *filter(None, map(_about, reviews))])),
        Heading("What that rests on, newest first (✓: the source tells of this criterion)"),
        _grounds(reviews, grounds),
    ]
    return Page("Country", Formula("=[country]", label), blocks, one_page=True)


def _every_mark(review: Review) -> str:
    """Every mark that an answer may come to when it is typed over."""
    return "   ".join(
        [*(f"{one.sign} {one.words}" for one in marks_of(review.framework)), f"{FOLLOWS} follows from another answer"]
    )


def country_controls() -> list[Computed]:
    """What the sheet needs beside what is picked; for the hidden lists."""
    return [Computed("country_code", "Code of the country", Lookup("country_list.code", "[country]", "name"))]


def _about(review: Review) -> str:
    scored = "" if review.scored else f" is not scored: a difference is a change of statement. {review.series.caveat}"
    return f"{review.series.title} ({review.series.id}){scored}".strip() if scored else ""


def _answers(reviews: list[Review]) -> Table:
    """The rows of the country in Data, by their number."""
    framework = reviews[0].framework
    counts = pd.concat([review.matrix.rows["country"] for review in reviews]).value_counts()

    def found(key: str) -> Any:
        return lambda n: Lookup(f"data.{key}", f"[country_code]|{n}", "nth")

    columns = [Column("Series and edition", 23, key="when")]
    columns += score_columns(framework, (30, 9)) if any(review.scored for review in reviews) else []
    columns += mark_columns(framework, 10)
    columns.append(Column("Changed since the edition before", 46, "text_wrapped", key="changed"))
    columns = [replace(one, value=found(one.key), key="") for one in columns]
    description = "The answers of the country picked, by series, the newest edition first"
    return Table.of("country_answers", description, columns, range(1, int(counts.max()) + 1), sparse=True)


def _grounds(reviews: list[Review], grounds: Table) -> Table:
    """What the answers of the country rest on, in the columns of its answers."""

    def found(key: str, **options: str) -> Any:
        return lambda n: Lookup(f"grounds.{key}", f"[country_code]|{n}", "nth", **options)

    source = [
        Column("Source", 30, "text_wrapped", found("source")),
        Column("Address", 9, "link", found("address", link="open it")),
        Column("In effect", 9, value=found("effective")),
    ]
    passage = Column("Statute, passage, place, note", 46, "text_wrapped", found("passage"))
    marks = [
        replace(one, style="centred", value=found(f"cites:{one.key}"), key="", marked=False)
        for one in mark_columns(reviews[0].framework, 10)
    ]
    scored = any(review.scored for review in reviews)  # then the source stands below level and score
    after = [*marks, passage]
    columns = [Column("Edition", 23, value=found("label")), *([*source, *after] if scored else [*after, *source])]
    rows = range(1, max(most_of_a_country(grounds), 1) + 1)
    return Table.of("country_grounds", "What the answers of the country picked rest on", columns, rows, sparse=True)
