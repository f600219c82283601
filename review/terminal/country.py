"""One country on one page: answers by edition, sources, changes of law, and what is missing."""

from __future__ import annotations

import pandas as pd

from country_data import Registry
from criteria import Status
from review.series_review import Review
from review.terminal.layout import Column, Display
from review.terminal.scores import score_text
from review.wording import (
    FOLLOWS,
    Mark,
    levels_in_words,
    shown_marks,
    spans,
    value_text,
)

__all__ = ["country_page"]

_EDITIONS_ABREAST = 16  # more do not fit beside each other on a usual terminal


def country_page(reviews: list[Review], code: str) -> Display:
    """One country in every series: answers by edition, sources, law changes, what is missing."""
    page = Display()
    registry = reviews[0].registry
    page.heading(_country_line(registry, code))
    used: set[Mark] = set()
    for review in reviews:
        _country_in_series(page, review, code, used)
    page.heading("Key")
    page.text(
        "   ".join(f"{m.sign} {m.words}" for m in shown_marks(used, reviews[0].framework))
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
    caveat = (
        ""
        if review.scored
        else f"{review.series.caveat} Not scored; a difference between editions is a change of statement."
    )
    page.text(caveat.strip(), indent=3)
    changes = review.law_changes(code)
    if scores.empty:
        page.text("Not in our data: no edition here has an answer for this country.", indent=3)
    else:
        deduced = {edition: set(row) for edition, row in scores["deduced"].items()}
        rows = []
        for criterion in review.framework.criteria:
            cells = []
            for edition in scores.index:
                found = review.mark(str(scores.at[edition, criterion.id]))
                used.add(found)
                cells.append(found.sign + (FOLLOWS if criterion.id in deduced[edition] else ""))
            rows.append((criterion.short, *cells))
        for first in range(0, len(scores), _EDITIONS_ABREAST):
            part = slice(first, first + _EDITIONS_ABREAST)
            heads = [Column(review.label(str(edition))) for edition in scores.index[part]]
            page.grid([Column("", wrap=True), *heads], [(row[0], *row[1:][part]) for row in rows], indent=3)
        if review.scored:
            for edition, row in scores.iterrows():
                level = levels_in_words(row["levels"], review.framework)
                page.text(
                    f"{edition}: score {score_text(row, review)} of {value_text(row['out_of'])}; {level}",
                    indent=3,
                )
            _to_enact(page, review, code)
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


def _to_enact(page: Display, review: Review, code: str) -> None:
    """What, by the last edition with an answer, the law would have to provide for sufficient and for the best level."""
    edition = str(review.scores_of(code)["edition"].iloc[-1])
    found = review.gaps(edition)
    row = found.countries.set_index("country").loc[code]
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    for target in found.targets:
        lacks, unknown = (", ".join(shorts[id] for id in row[f"{target.id}:{part}"]) for part in ("lacks", "open"))
        parts = [f"to enact: {lacks}" if lacks else "", f"not known: {unknown}" if unknown else ""]
        if lacks or unknown:
            page.text(f"For “{target.title}”, by {edition}: {'; '.join(filter(None, parts))}", indent=3)


def _country_notes(page: Display, review: Review, code: str) -> None:
    """What is recorded beside the answers: statute, quote, date, cause and note; equal ones are said once."""
    recorded = review.country(code)
    details = ["citation", "quote", "effective", "cause", "note"]
    told = recorded[(recorded[details] != "").any(axis=1)]
    for values, part in told.groupby(details, sort=False):
        said = dict(zip(details, values, strict=True))
        words = [
            said["citation"],
            f"“{said['quote']}”" if said["quote"] else "",
            f"in effect {said['effective']}" if said["effective"] else "",
            f"cause of the change: {said['cause'].replace('_', ' ')}" if said["cause"] else "",
            said["note"],
        ]
        order = list(review.series.editions["edition"])
        shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
        where = "; ".join(
            f"{shorts[id]} {spans(rows['edition'], order)}" for id, rows in part.groupby("criterion", sort=False)
        )
        page.text(f"{where}: {'; '.join(filter(None, words))}", indent=3)


def _country_sources(page: Display, review: Review, code: str) -> None:
    recorded, changes = review.country(code), review.law_changes(code)
    used = list(dict.fromkeys(" ".join([*recorded["source"], *changes["source"]]).split()))
    if not used:
        return
    page.text("Sources:", indent=3)
    sources = review.sources().set_index("source")
    for id in used:
        located = [row.locator for row in recorded.itertuples() if row.locator and id in row.source.split()]
        where = located[0] if located else sources.at[id, "url"]
        publisher = f", {sources.at[id, 'publisher']}" if sources.at[id, "publisher"] else ""
        page.text(f"{id}: {sources.at[id, 'title']}{publisher}. {where}", indent=6, unbroken=True)


def _what_is_missing(review: Review, scores: pd.DataFrame) -> str:
    """What would have to be found before more could be said of the country."""
    editions = review.editions()
    every = list(editions["edition"])
    listed = list(editions.loc[editions["kind"] == "edition", "edition"])
    absent = [edition for edition in listed if edition not in scores.index]
    settled = (*review.framework.grades, Status.NOT_APPLICABLE.word)
    open_in = {
        criterion.short: [str(edition) for edition in scores.index if scores.at[edition, criterion.id] not in settled]
        for criterion in review.framework.criteria
    }
    parts = []
    if absent:
        parts.append(f"any answer in {spans(absent, listed)}")
    for short, where in open_in.items():
        if where:
            parts.append(f"“{short}” in {spans(where, every)}")
    if not parts:
        return ""
    return f"To say more, a source would be needed for: {'; '.join(parts)}."
