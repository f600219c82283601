"""One country on one page: answers by edition, sources, changes of law, and what is missing."""

from __future__ import annotations

import pandas as pd

from country_data import Registry
from country_data.schema import EVIDENCE
from criteria import Status
from review.review import Review
from review.terminal.blocks import Column, Display
from review.terminal.checks import what_lacks
from review.terminal.scores import score_text
from review.wording import FOLLOWS, Mark, edition_ranges, legend_marks, levels_in_words, value_text

__all__ = ["country_page"]

_EDITIONS_ABREAST = 16  # more do not fit beside each other on a usual terminal


def country_page(reviews: list[Review], code: str) -> Display:
    """One country in every series: answers by edition, sources, law changes, what is missing.

    `reviews`: narrowed to the country.
    """
    page = Display()
    registry = reviews[0].registry
    page.heading(_country_line(registry, code))
    used: set[Mark] = set()
    for review in reviews:
        _country_in_series(page, review, code, used)
    page.heading("Key")
    page.text(
        "   ".join(f"{m.sign} {m.words}" for m in legend_marks(used, reviews[0].framework))
        + f"   {FOLLOWS} follows from another answer"
    )
    page.text(
        "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement."
    )
    return page


def _country_line(registry: Registry, code: str) -> str:
    row = registry.frame.set_index("code").loc[code]
    place = ", ".join(filter(None, [row["subregion"], row["region"]]))
    ended = ""
    if row["until"]:
        names = "; ".join(registry.name(other) for other in row["successors"].split())
        ended = f" · ended {row['until']}" + (f", succeeded by {names}" if names else "")
    return f"{row['name']} ({code})" + (f" · {place}" if place else "") + ended


def _country_in_series(page: Display, review: Review, code: str, used: set[Mark]) -> None:
    scores = review.scores_of(code).set_index("edition")
    page.heading(f"{review.series.title} ({review.series.id})")
    changes = review.law_changes(code)
    if scores.empty:
        page.text("Not in our data: no edition here has an answer for this country.", indent=3)
    else:
        _newest(page, review, code, scores, used)
        deduced = {edition: set(row) for edition, row in scores["deduced"].items()}
        rows = []
        for criterion in review.framework.criteria:
            cells = []
            for edition in scores.index:
                found = review.mark(str(scores.at[edition, criterion.id]))
                used.add(found)
                cells.append(found.sign + (FOLLOWS if criterion.id in deduced[edition] else ""))
            rows.append((criterion.short, *cells))
        if len(scores) > 1:
            page.text("Edition by edition:", indent=3)
        for first in range(0, len(scores) if len(scores) > 1 else 0, _EDITIONS_ABREAST):
            part = slice(first, first + _EDITIONS_ABREAST)
            heads = [Column(review.label(str(edition))) for edition in scores.index[part]]
            page.grid([Column("", wrap=True), *heads], [(row[0], *row[1:][part]) for row in rows], indent=3)
        if review.scored and len(scores) > 1:
            for edition, row in scores.iterrows():
                page.text(f"{edition}: {_score_line(row, review, str(edition))}", indent=3)
        _country_notes(page, review, code)
    if len(changes):
        page.text("Changes of law that a source reports:", indent=3)
        rows = [
            (row["date"], review.framework.criterion(row["criterion"]).short, row["change"], row["source"])
            for row in changes.to_dict("records")
        ]
        page.grid([Column("date"), Column("criterion"), Column("change"), Column("source")], rows, indent=6)
    _country_sources(page, review, code)
    page.text(_what_is_missing(review, scores), indent=3)


def _newest(page: Display, review: Review, code: str, scores: pd.DataFrame, used: set[Mark]) -> None:
    """The answers of the newest edition, updates aside where there is another; what they rest on, and what is lacking."""
    editions = review.series.editions
    usual = [edition for edition in scores.index if not editions[edition].is_update]
    edition = str((usual or list(scores.index))[-1])
    row = scores.loc[edition]
    as_of = f", as of {editions[edition].as_of}" if editions[edition].as_of else ""
    page.text(f"{editions[edition].title} ({review.label(edition)}){as_of}:", indent=3)
    answers = review.country(code)
    answers = answers[answers["edition"] == edition].set_index("criterion")
    rows = []
    for criterion in review.framework.criteria:
        found = review.mark(str(row[criterion.id]))
        used.add(found)
        source = str(answers["source"].get(criterion.id, ""))
        follows = FOLLOWS if criterion.id in row["deduced"] else ""
        rows.append((criterion.short, f"{found.sign}{follows} {found.words}", ", ".join(source.split())))
    page.grid([Column("", wrap=True), Column(""), Column("source", wrap=True)], rows, indent=6)
    if review.scored:
        page.text(_score_line(row, review, edition, capital=True), indent=6)
        _to_enact(page, review, code, edition)
    caveat = "" if review.scored else " Not scored; a difference between editions is a change of statement."
    page.text(f"{review.series.caveat}{caveat}".strip(), indent=6)


def _score_line(row: pd.Series, review: Review, edition: str, *, capital: bool = False) -> str:
    level = levels_in_words(row["levels"], review.judged(edition))
    score = score_text(row.to_dict(), review)
    result = f"score {score} of {value_text(row['out_of'])}; {level}" if score else level
    return result[:1].upper() + result[1:] if capital else result


def _to_enact(page: Display, review: Review, code: str, edition: str) -> None:
    """What, by an edition, the law would have to provide for sufficient and for the best level."""
    found = review.gaps(edition)
    row = found.countries.set_index("country").loc[code]
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    for target in found.targets:
        lacks = what_lacks(row.to_dict(), target, shorts)
        unknown = ", ".join(shorts[id] for id in row[f"{target.id}:open"])
        parts = [f"to enact: {lacks}" if lacks else "", f"not known: {unknown}" if unknown else ""]
        if lacks or unknown:
            page.text(f"For “{target.title}”: {'; '.join(filter(None, parts))}", indent=6)


def _country_notes(page: Display, review: Review, code: str) -> None:
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
        order = review.edition_ids
        shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
        where = "; ".join(
            f"{shorts[id]} {edition_ranges(rows['edition'], order)}"
            for id, rows in part.groupby("criterion", sort=False)
        )
        page.text(f"{where}: {'; '.join(filter(None, words))}", indent=3)


def _country_sources(page: Display, review: Review, code: str) -> None:
    recorded, changes = review.country(code), review.law_changes(code)
    used = list(dict.fromkeys(" ".join([*recorded["source"], *changes["source"]]).split()))
    if not used:
        return
    page.text("Sources:", indent=3)
    for id in used:
        source = review.series.sources[id]
        located = [row.locator for row in recorded.itertuples() if row.locator and id in row.source.split()]
        publisher = f", {source.publisher}" if source.publisher else ""
        page.text(f"{id}: {source.title}{publisher}. {located[0] if located else source.url}", indent=6, unbroken=True)


def _what_is_missing(review: Review, scores: pd.DataFrame) -> str:
    """What would have to be found before more could be said of the country."""
    every = review.edition_ids
    listed = [id for id, one in review.series.editions.items() if not one.is_update]
    absent = [edition for edition in listed if edition not in scores.index]
    settled = (*review.framework.grades, Status.NOT_APPLICABLE.word)
    open_in = {
        criterion.short: [str(edition) for edition in scores.index if scores.at[edition, criterion.id] not in settled]
        for criterion in review.framework.criteria
    }
    parts = []
    if absent:
        parts.append(f"any answer in {edition_ranges(absent, listed)}")
    for short, where in open_in.items():
        if where:
            parts.append(f"“{short}” in {edition_ranges(where, every)}")
    if not parts:
        return ""
    return f"To say more, a source would be needed for: {'; '.join(parts)}."
