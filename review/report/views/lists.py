"""The lists that pickers and look-ups use: editions, countries, groups, published figures, what answers rest on. Hidden in the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from country_data.schema import EVIDENCE
from review.compare import comparable
from review.report.blocks import Cell, Column, Table
from review.report.views.data import edition_label, edition_with_year, mark_columns, row_key
from review.review import Review
from review.wording import no_group, number

__all__ = [
    "answered_list",
    "apart_list",
    "country_label",
    "country_list",
    "edition_list",
    "evidence_list",
    "group_lists",
    "group_members",
    "most_of_a_country",
    "place_in_words",
    "published_figures",
    "published_list",
]


def edition_list(reviews: list[Review]) -> Table:
    """The editions that can be picked, those of a series newest first."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        stated = set(review.preferred_figures()["edition"])
        for item in review.editions()[::-1].to_dict("records"):
            edition = item["edition"]
            if item["recorded"] or edition in stated:
                rule = "; ".join(level.title for level in review.judged(edition).levels) if review.scored else ""
                reviewed = None if pd.isna(item["reviewed"]) else int(item["reviewed"])
                scored = "yes" if review.scored else "no"
                rows.append(
                    (edition_label(review, edition), review.series.id, scored, rule, reviewed, int(item["recorded"]))
                )
    columns = (
        Column("Edition", 30, key="label"), Column("Series", 14, key="series"), Column("Scored", 8, key="scored"),
        Column("Levels", 40, key="rule"), Column("Countries covered", 10, "number", key="covered"), Column("With an answer", 10, "number", key="recorded"),
    )  # fmt: skip
    return Table("edition_list", "The editions that can be picked", columns, rows)


def answered_list(reviews: list[Review]) -> Table:
    """The editions with answers, those of a series newest first."""
    rows: list[tuple[Cell, ...]] = [
        (edition_label(review, edition), "yes" if review.scored else "no")
        for review in reviews
        for edition in reversed(review.edition_ids)
        if (review.matrix.rows["edition"] == edition).any()
    ]
    columns = (Column("Edition", 30, key="label"), Column("Scored", 8, key="scored"))
    return Table("answered_list", "The editions with answers", columns, rows)


def published_list(reviews: list[Review]) -> Table:
    """The published figures to quote, by edition and statistic."""
    rows = [
        (f"{edition_label(review, edition)}|{statistic}", *cells)
        for review in reviews
        for (edition, statistic), cells in published_figures(review).items()
    ]
    columns = (
        Column("Edition and statistic", 44, key="key"), Column("Figure", 10, "number", key="value"),
        Column("Countries covered", 10, "number", key="covered"), Column("Source", 40, key="source"),
    )  # fmt: skip
    return Table("published_list", "The published figures to quote, by edition and statistic", columns, rows)


def published_figures(review: Review) -> dict[tuple[str, str], tuple[Cell, Cell, Cell]]:
    """The preferred figures by edition and statistic, each with the countries covered that go with it, and its source."""
    frame = review.preferred_figures()
    frame = frame[frame["statistic"].isin(review.framework.statistics)]
    covered = dict(frame.loc[frame["statistic"] == "reviewed", ["edition", "value"]].itertuples(index=False))
    found: dict[tuple[str, str], tuple[Cell, Cell, Cell]] = {}
    for item in frame.to_dict("records"):
        edition, first = item["edition"], item["source"].split()[0]
        known = covered.get(edition) or review.series.editions[edition].reviewed
        source = review.series.sources[first].short
        found[edition, item["statistic"]] = (
            number(Fraction(item["value"])),
            number(Fraction(known)) if known else None,
            source,
        )
    return found


def apart_list(reviews: list[Review]) -> Table:
    """What two editions put so differently that it does not compare."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        ids = review.framework.criterion_ids
        labels = {edition: edition_label(review, edition) for edition in review.edition_ids}
        if not any(wording.series == review.series.id for wording in review.framework.wordings):
            continue
        for one in labels:
            for other in labels:
                fits = comparable(review.framework, review.series.id, one, other)
                rows += [(f"{labels[one]}|{labels[other]}|{id}",) for id, fit in zip(ids, fits, strict=True) if not fit]
    column = Column("Two editions and a criterion", 60, key="key")
    return Table("apart_list", "What two editions put so differently that it does not compare", (column,), rows)


def country_list(reviews: list[Review]) -> Table:
    """The countries with an answer in any series, by name."""
    codes = {code for review in reviews for code in review.matrix.rows["country"]}
    frame = reviews[0].registry.frame
    known = frame[frame["code"].isin(codes)].sort_values("order")
    columns = (
        Column("Country", 44, key="name", value=lambda row: country_label(row["name"], row["code"])),
        Column("Code", 8, key="code", value=lambda row: row["code"]),
        Column("Place", 40, key="place", value=place_in_words),
    )
    return Table.of("country_list", "The countries that can be picked", columns, known.to_dict("records"))


def place_in_words(row: Mapping[str, str]) -> str:
    """Where a country lies: its subregion and region."""
    return ", ".join(filter(None, [row["subregion"], row["region"]]))


def country_label(name: str, code: str) -> str:
    """A country as it stands in the list to pick from: no program takes it for a number or a pattern."""
    return f"{name.replace('~', '∼')} ({code})"


def group_members(reviews: list[Review]) -> dict[str, dict[tuple[str, str], str]]:
    """For each grouping, by region and by every scheme of groups.csv, the group of each row of Data, by its key and country."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for scheme in reviews[0].schemes:
        groups: dict[tuple[str, str], str] = {}
        for review in reviews:
            rows = review.matrix.rows
            named = review.groups(scheme)
            for edition, country, group in zip(rows["edition"], rows["country"], named, strict=True):
                groups[row_key(review, edition, country), country] = group or no_group(scheme)
        found[scheme] = groups
    return found


def group_lists(schemes: Mapping[str, Mapping[tuple[str, str], str]]) -> tuple[Table, Table]:
    """The groupings that can be picked, and the groups of each, numbered."""
    numbered: list[tuple[Cell, ...]] = []
    for scheme, members in schemes.items():
        none = no_group(scheme)
        names = sorted(set(members.values()), key=lambda name: (name == none, name))
        numbered += [(f"{scheme}|{n}", name) for n, name in enumerate(names, 1)]
    columns = (Column("Grouping and number", 30, key="nth"), Column("Group", 30, key="group"))
    names_column = Column("Grouping", 24, key="name", value=lambda scheme: scheme)
    return (
        Table.of("scheme_list", "The groupings that can be picked", [names_column], schemes),
        Table("group_list", "The groups of each grouping", columns, numbered),
    )


def most_of_a_country(table: Table) -> int:
    """How many rows the country with most has in a list of countries and numbers."""
    return max((int(str(cell).partition("|")[2]) for cell in table.cells("nth")), default=0)


# what may differ between two answers of a country in an edition that rest on one source
_OWN = ["source", *EVIDENCE]
_REPLACED = "recorded, but replaced by what follows"
CITED = "✓"


def evidence_list(reviews: list[Review]) -> Table:
    """What the answers of each country rest on, newest first, and the changes of its law; by country and number."""
    ids = reviews[0].framework.criterion_ids
    groups = [
        (column.heading, members) for column, _, members in mark_columns(reviews[0].framework) if len(members) > 1
    ]
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for review in reviews:
        replaced = review.replaced()
        notes = replaced["note"].where(replaced["note"] == "", replaced["note"] + "; ") + _REPLACED
        answers = pd.concat([review.answers(), replaced.assign(note=notes)])
        order = {edition: -n for n, edition in enumerate(review.edition_ids)}
        answers = answers.sort_values("edition", key=lambda column: column.map(order), kind="stable")
        for (edition, country, *own), part in answers.groupby(["edition", "country", *_OWN], sort=False)["criterion"]:
            label = f"{review.series.id} {edition_with_year(review, edition)}"
            cited = set(part)
            marks = [*(CITED if id in cited else "" for id in ids), *_of_groups(groups, cited)]
            found.setdefault(country, []).append((label, *_ground(review, dict(zip(_OWN, own, strict=True))), *marks))
    for review in reviews:
        for item in review.law_changes().to_dict("records"):
            own = {**dict.fromkeys(_OWN, ""), "source": item["source"], "effective": item["date"], "note": item["note"]}
            marks = [
                *(item["change"] if id == item["criterion"] else "" for id in ids),
                *_of_groups(groups, {item["criterion"]}),
            ]
            found.setdefault(item["country"], []).append(("change of law", *_ground(review, own), *marks))
    columns = [
        Column("Country and number", 20, key="nth"), Column("Edition", 22, key="label"), Column("Source", 40, key="source"),
        Column("Address", 20, key="address"), Column("Statute, passage, place, note", 30, key="passage"), Column("In effect", 12, key="effective"),
        *(Column(f"{one.short}: rests on it", 12, key=f"cites:{one.id}") for one in reviews[0].framework.criteria),
        *(Column(f"{heading}: how many rest on it", 12, key=f"cited:{members[0]}") for heading, members in groups),
    ]  # fmt: skip
    rows = [(f"{code}|{n}", *one) for code, mine in found.items() for n, one in enumerate(mine, 1)]
    return Table("grounds", "What the answers of each country rest on", tuple(columns), rows)


def _of_groups(groups: list[tuple[str, tuple[str, ...]]], cited: set[str]) -> list[str]:
    """Of how many criteria of each group a source tells."""
    return [f"{sum(id in cited for id in members)} of {len(members)}" for _, members in groups]


def _ground(review: Review, own: Mapping[str, str]) -> tuple[Cell, ...]:
    """The source in words, its address, what in it, and since when it holds."""
    ids, locator, sources = own["source"].split(), own["locator"], review.series.sources
    linked = locator.startswith("http")
    address = locator if linked else sources[ids[0]].url if ids else ""
    quote = own["quote"] and f"“{own['quote']}”"
    parts = (own["citation"], quote, "" if linked else locator, own["cause"].replace("_", " "), own["note"])
    return review.series.sources_in_words(own["source"]), address, "; ".join(filter(None, parts)), own["effective"]
