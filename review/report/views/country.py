"""One country: latest answers, what changed, history, sources, changes of law; as a page to read and as a sheet to pick on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

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

__all__ = ["country_controls", "country_page", "country_sheet", "dossier"]

_GROUNDS = "What that rests on, newest first (✓: the source tells of this criterion)"
_EDITIONS_ABREAST = 16  # more do not fit beside each other on a usual terminal
_CAVEAT = (
    "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement."
)
_STATEMENT = " Not scored; a difference between editions is a change of statement."


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
        several = next((one for one in shown if len(one.answered_editions) > 1), None)
        compare = ""
        if several:
            first, last = several.answered_editions[0], several.answered_editions[-1]
            compare = f"modellaw compare {first} {last} --series {several.series.id} --country {code}"
        page.next(compare, "modellaw report")
    return page


def dossier(reviews: list[Review], code: str) -> Page:
    """What each series says of one country, without a key to the marks."""
    registry = reviews[0].registry
    row = registry.frame.set_index("code").loc[code]
    place, ended = place_in_words(row), ""
    if row["until"]:
        names = "; ".join(registry.name(other) for other in row["successors"].split())
        ended = f" · ended {row['until']}" + (f", succeeded by {names}" if names else "")
    page = Page("Country", f"{row['name']} ({code})" + (f" · {place}" if place else "") + ended)
    for review in reviews:
        _in_series(page, review, code)
    return page


def _in_series(page: Page, review: Review, code: str) -> None:
    scores = {str(row["edition"]): row for row in review.scores_of(code).to_dict("records")}
    page.heading(f"{review.series.title} ({review.series.id})")
    changes = review.law_changes(code)
    if scores:
        _newest(page, review, code, scores)
        _history(page, review, scores)
        _notes(page, review, code)
    else:
        page.text("Not in our data: no edition here has an answer for this country.", 3)
    if len(changes):
        title = "Changes of law that a source reports"
        page.text(f"{title}:", 3)
        shorts = [review.framework.criterion(id).short for id in changes["criterion"]]
        cited = [_cited(review, row) for row in changes.to_dict("records")]
        cells = (changes["date"], shorts, changes["change"], cited)
        page.table(map(Column, ("date", "criterion", "change", "source")), zip(*cells, strict=True), title, indent=6)
    _sources(page, review, code)
    page.text(_what_is_missing(review, scores), 3)


def _newest(page: Page, review: Review, code: str, scores: Mapping[str, dict[str, Any]]) -> None:
    """The answers of the newest edition, updates aside where there is another; what changed, what they rest on, what is lacking."""
    editions = review.series.editions
    usual = [edition for edition in scores if not editions[edition].is_update]
    edition = (usual or list(scores))[-1]
    row, one = scores[edition], editions[edition]
    page.text(f"{one.title} ({review.label(edition)}){f', as of {one.as_of}' if one.as_of else ''}:", 3)
    before = next((id for id in reversed(usual) if id < edition), "")
    every = review.country(code)
    answers, earlier = (every[every["edition"] == id].set_index("criterion") for id in (edition, before))
    rows: list[tuple[Cell, ...]] = []
    for criterion in review.framework.criteria:
        id = criterion.id
        sign, was = sign_of(review, row, id), sign_of(review, scores[before], id) if before else ""
        words = f"{was} in {before}" if was and was[0] != sign[0] else ""
        moved = _cited(review, earlier.loc[id], words) if words and id in earlier.index else words
        source = _cited(review, answers.loc[id]) if id in answers.index else ""
        rows.append((criterion.short, f"{sign} {review.mark(str(row[id])).words}", moved, source))
    columns = [Column("", 0, "text_wrapped"), Column("answer", marked=True), Column("before")]
    columns.append(Column("source", 0, "text_wrapped"))
    has_moved = any(one[2] for one in rows)
    if not has_moved:
        columns, rows = [*columns[:2], columns[3]], [(*one[:2], one[3]) for one in rows]
    page.table(columns, rows, "The newest answers", indent=6)
    if not has_moved:
        none = "No edition before it has an answer here: of change nothing can be said."
        page.text(f"As in {before}." if before else none, 6)
    if review.scored:
        line = _score_line(row, review)
        page.text(f"{line[:1].upper()}{line[1:]}", 6)
        _to_enact(page, review, code, edition)
    page.text(f"{review.series.caveat}{'' if review.scored else _STATEMENT}".strip(), 6)


def _cited(review: Review, row: Mapping[str, str] | pd.Series, text: str = "") -> Link | str:
    """The ids of the sources of a row, or a text in their place, leading to where in them it stands."""
    ids, locator = row["source"].split(), row.get("locator", "")
    address = locator if locator.startswith("http") else review.series.sources[ids[0]].url if ids else ""
    shown = text or ", ".join(ids)
    return Link(address, shown) if address else shown


def _history(page: Page, review: Review, scores: Mapping[str, dict[str, Any]]) -> None:
    """The marks of every edition, side by side; none where there is one edition."""
    if len(scores) < 2:
        return
    page.text("Edition by edition:", 3)
    names = list(scores)
    for first in range(0, len(names), _EDITIONS_ABREAST):
        part = names[first : first + _EDITIONS_ABREAST]
        rows = [(one.short, *(sign_of(review, scores[id], one.id) for id in part)) for one in review.framework.criteria]
        heads = [Column(review.label(id), 0, "centred", marked=True) for id in part]
        page.table([Column("", 0, "text_wrapped"), *heads], rows, "Answers edition by edition")
    for edition, row in scores.items() if review.scored else ():
        page.text(f"{edition}: {_score_line(row, review)}", 3)


def _score_line(row: dict[str, Any], review: Review) -> str:
    level, score = levels_in_words(row["levels"], review.judged(row["edition"])), score_text(row, review)
    return f"score {score} of {value_text(row['out_of'])}; {level}" if score else level


@lru_cache(maxsize=8)  # of a page with many countries
def _gaps_by_country(review: Review, edition: str) -> tuple[tuple[Level, ...], dict[str, dict[str, Any]]]:
    """The levels to reach, and what each country lacks for them in an edition."""
    found = review.gaps(edition)
    return found.targets, {row["country"]: row for row in found.countries.to_dict("records")}


def _to_enact(page: Page, review: Review, code: str, edition: str) -> None:
    """What, by an edition, the law would have to provide for sufficient and for the best level."""
    targets, rows = _gaps_by_country(review, edition)
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    for target in targets:
        lacks = what_lacks(rows[code], target, shorts)
        unknown = ", ".join(shorts[id] for id in rows[code][f"{target.id}:open"])
        parts = "; ".join([f"to enact: {lacks}"] * bool(lacks) + [f"not known: {unknown}"] * bool(unknown))
        page.text(f"For “{target.title}”: {parts}" if parts else "", 6)


def _notes(page: Page, review: Review, code: str) -> None:
    """What is recorded beside the answers: statute, quote, date, cause and note; equal ones are said once."""
    recorded = review.country(code)
    details = [name for name in EVIDENCE if name != "locator"]
    with_evidence = recorded[(recorded[details] != "").any(axis=1)]
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
            f"{review.framework.criterion(id).short} {edition_ranges(rows['edition'], review.edition_ids)}"
            for id, rows in part.groupby("criterion", sort=False)
        )
        page.text(f"{where}: {'; '.join(filter(None, words))}", 3)


def _sources(page: Page, review: Review, code: str) -> None:
    recorded = review.country(code)
    used = dict.fromkeys(" ".join([*recorded["source"], *review.law_changes(code)["source"]]).split())
    page.text("Sources:" if used else "", 3)
    for id in used:
        source = review.series.sources[id]
        located = next((row.locator for row in recorded.itertuples() if row.locator and id in row.source.split()), "")
        publisher = f", {source.publisher}" if source.publisher else ""
        where = located if located.startswith("http") else " ".join(filter(None, [located, source.url]))
        page.text(f"{id}: {source.title}{publisher}. {where}", 6, unbroken=True)


def _what_is_missing(review: Review, scores: Mapping[str, dict[str, Any]]) -> str:
    """What would have to be found before more could be said of the country."""
    listed = [id for id, one in review.series.editions.items() if not one.is_update]
    absent = [edition for edition in listed if edition not in scores]
    settled = (*review.framework.grades, Status.NOT_APPLICABLE.word)
    parts = [f"any answer in {edition_ranges(absent, listed)}"] if absent else []
    for criterion in review.framework.criteria:
        where = [edition for edition, row in scores.items() if row[criterion.id] not in settled]
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
    # whatever an answer may come to when it is typed over
    signs = [f"{one.sign} {one.words}" for one in marks_of(reviews[0].framework)]
    about = [f"{one.series.title} ({one.series.id}) is not scored: a difference is a change of statement. {one.series.caveat}" for one in reviews if not one.scored]  # fmt: skip
    blocks: list[Block] = [
        Controls(picks, span=3),
        Heading("Answers, newest first"),
        _answers(reviews),
        Text(f"{'   '.join(signs)}   {FOLLOWS} follows from another answer   ◇ update   Changed: the edition before, and the marks before → now; blank: nothing, –: no answer in it."),
        Text(" ".join([_CAVEAT, *(text.strip() for text in about)])),
        Heading(_GROUNDS),
        _grounds(reviews, grounds),
    ]  # fmt: skip
    return Page("Country", Formula("=[country]", label), blocks, one_page=True, breaks=(_GROUNDS,))


def country_controls() -> list[Computed]:
    """What the sheet needs beside what is picked; for the hidden lists."""
    return [Computed("country_code", "Code of the country", Lookup("country_list.code", "[country]", "name"))]


def _answers(reviews: list[Review]) -> Table:
    """The rows of the country in Data, by their number."""
    framework = reviews[0].framework
    counts = pd.concat([review.matrix.rows["country"] for review in reviews]).value_counts()

    def found(key: str) -> Any:
        return lambda n: Lookup(f"data.{key}", f"[country_code]|{n}", "nth")

    columns = [Column("Series and edition", 23, key="when")]
    columns += score_columns(framework, (30, 9)) if any(review.scored for review in reviews) else []
    columns += mark_columns(framework, 10)
    columns.append(Column("Changed since the edition before", 65, "text_wrapped", key="changed"))
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
    passage = Column("Statute, passage, place, note", 65, "text_wrapped", found("passage"))
    marks = [
        replace(one, style="centred", value=found(f"cites:{one.key}"), key="", marked=False)
        for one in mark_columns(reviews[0].framework, 10)
    ]
    scored = any(review.scored for review in reviews)  # then the source stands below level and score
    after = [*marks, passage]
    columns = [Column("Edition", 23, value=found("label")), *([*source, *after] if scored else [*after, *source])]
    rows = range(1, max(most_of_a_country(grounds), 1) + 1)
    return Table.of("country_grounds", "What the answers of the country picked rest on", columns, rows, sparse=True)
