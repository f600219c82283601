"""What the page of one country looks up: which countries there are, what their answers rest on, changes of law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from country_data.schema import EVIDENCE
from review.review import Review
from review.workbook.data import edition_with_year, row_key
from review.workbook.model import Cell, Column, Table

__all__ = [
    "Evidence",
    "LawChange",
    "country_label",
    "country_list",
    "evidence_by_country",
    "evidence_list",
    "law_changes",
    "law_changes_list",
]


def country_list(reviews: list[Review]) -> Table:
    """The countries with an answer in any series, by name: what can be picked."""
    codes = {code for review in reviews for code in review.matrix.rows["country"]}
    frame = reviews[0].registry.frame
    known = frame[frame["code"].isin(codes)].sort_values("order")
    rows = [(country_label(row["name"], row["code"]), row["code"]) for row in known.to_dict("records")]
    columns = (Column("Country", 44, key="name"), Column("Code", 8, key="code"))
    return Table("country_list", "The countries that can be picked", columns, rows, filtered=False)


def country_label(name: str, code: str) -> str:
    """A country as it stands in the list to pick from: no program takes it for a number or a pattern."""
    return f"{name.replace('~', '∼')} ({code})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What answers of a country in an edition rest on: one source and the same place in it, for one or more criteria."""

    key: str  # of the row of Data
    label: str
    criteria: tuple[str, ...]
    source: str
    source_key: str  # of the sheet Sources, whose address serves where the answer has none of its own
    address: str
    passage: str
    effective: str
    note: str


_REPLACED = "recorded, but replaced by what follows"
# what may differ between two answers of a country in an edition that rest on one source
_OWN = ["source", *EVIDENCE]


def evidence_by_country(reviews: list[Review]) -> dict[str, list[Evidence]]:
    """For each country what its answers rest on, by series and edition, in the order of the criteria."""
    found: dict[str, list[Evidence]] = {}
    for review in reviews:
        replaced = review.replaced()
        notes = replaced["note"].where(replaced["note"] == "", replaced["note"] + "; ") + _REPLACED
        answers = pd.concat([review.answers(), replaced.assign(note=notes)]).sort_values("edition", kind="stable")
        for (edition, country, *own), part in answers.groupby(["edition", "country", *_OWN], sort=False)["criterion"]:
            one = dict(zip(_OWN, own, strict=True))
            found.setdefault(country, []).append(_ground(review, edition, country, tuple(part), one))
    return found


def _ground(review: Review, edition: str, country: str, criteria: tuple[str, ...], own: Mapping[str, str]) -> Evidence:
    ids, locator, sources = own["source"].split(), own["locator"], review.series.sources
    linked = locator.startswith("http")
    return Evidence(
        row_key(review, edition, country),
        f"{review.series.id} {edition_with_year(review, edition)}",
        criteria,
        review.series.sources_in_words(own["source"]),
        f"{review.series.id}|{ids[0]}" if ids and sources[ids[0]].url else "",
        locator if linked else "",
        "; ".join(filter(None, (own["citation"], own["quote"] and f"“{own['quote']}”", "" if linked else locator))),
        own["effective"],
        "; ".join(filter(None, (own["cause"].replace("_", " "), own["note"]))),
    )


def evidence_list(reviews: list[Review], found: Mapping[str, Sequence[Evidence]]) -> Table:
    """What answers rest on (see `evidence_by_country`), to be looked up by country and number."""
    framework = reviews[0].framework
    columns = [
        Column("Country and number", 20, "text_quiet", key="nth"), Column("Row of Data", 24, "text_quiet", key="key"),
        Column("Edition", 22, key="label"), Column("Source", 40, key="source"), Column("Key of the source", 20, key="source_key"),
        Column("Address", 20, key="address"), Column("Statute, passage, place", 30, key="passage"), Column("In effect", 12, key="effective"), Column("Note", 30, key="note"),
        *(Column(f"{one.short}: rests on it", 12, key=f"rests:{one.id}") for one in framework.criteria),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            *(f"{code}|{n}", one.key, one.label, one.source, one.source_key),
            *(one.address, one.passage, one.effective, one.note),
            *("yes" if id in one.criteria else "" for id in framework.criterion_ids),
        )
        for code, mine in found.items()
        for n, one in enumerate(mine, 1)
    ]
    return Table("grounds", "What the answers of each country rest on", tuple(columns), rows, filtered=False)


@dataclass(frozen=True, slots=True)
class LawChange:
    """A dated change of law that a source reports."""

    date: str
    criterion: str
    change: str
    source: str
    source_key: str
    series: str
    note: str


def law_changes(reviews: list[Review]) -> dict[str, list[LawChange]]:
    """For each country the dated changes of law that a source reports."""
    found: dict[str, list[LawChange]] = {}
    for review in reviews:
        for item in review.law_changes().to_dict("records"):
            first = item["source"].split()[0]
            source = review.series.sources_in_words(item["source"])
            key = f"{review.series.id}|{first}" if review.series.sources[first].url else ""
            cells = (item["change"], source, key, review.series.id, item["note"])
            found.setdefault(item["country"], []).append(LawChange(item["date"], item["criterion"], *cells))
    return found


def law_changes_list(reviews: list[Review]) -> Table:
    """The dated changes of law that a source reports, to be looked up by country and number."""
    framework = reviews[0].framework
    columns = [
        Column("Country and number", 20, "text_quiet", key="nth"), Column("Date", 12, key="date"), Column("Source", 40, key="source"),
        Column("Key of the source", 20, key="source_key"), Column("Series", 16, key="series"), Column("Note", 30, key="note"),
        *(Column(f"{one.short}: change", 12, key=f"change:{one.id}") for one in framework.criteria),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            *(f"{code}|{n}", one.date, one.source, one.source_key, one.series, one.note),
            *(one.change if id == one.criterion else "" for id in framework.criterion_ids),
        )
        for code, mine in law_changes(reviews).items()
        for n, one in enumerate(mine, 1)
    ]
    return Table("law_changes", "Changes of law that a source reports", tuple(columns), rows, filtered=False)
