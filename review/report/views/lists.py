"""The lists that pickers and look-ups use: editions, countries, groups, published figures, what answers rest on. Hidden in the workbook."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd

from country_data.schema import EVIDENCE
from review.compare import comparable
from review.headlines import published_figures
from review.report.blocks import Cell, Column, Table
from review.report.views.data import edition_label, edition_with_year, mark_columns, mark_groups, row_key
from review.review import Review
from review.wording import int_or_none, is_share, no_group

__all__ = [
    "answered_list", "apart_list", "country_label", "country_list", "edition_list", "evidence_list", "group_lists", "group_members",
    "groups_of", "most_of_a_country", "place_in_words", "published_figures", "published_list",
]  # fmt: skip


def edition_list(reviews: list[Review]) -> Table:
    """The editions that can be picked, those of a series newest first."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        stated = set(review.preferred_figures()["edition"])
        for item in review.editions()[::-1].to_dict("records"):
            edition, many, covered = item["edition"], int(item["recorded"]), int_or_none(item["reviewed"])
            if many or edition in stated:
                rule = "; ".join(level.title for level in review.judged(edition).levels) if review.scored else ""
                counted = covered if many else None
                judged = counted if review.scored else None
                scored = "yes" if review.scored else "no"
                rows.append((edition_label(review, edition), review.series.id, scored, rule, covered, counted, judged))
    columns = (
        Column("Edition", 30, key="label"), Column("Series", 14, key="series"), Column("Scored", 8, key="scored"),
        Column("Levels", 40, key="rule"), Column("Countries covered", 10, "number", key="covered"),
        Column("The same, with answers", 10, "number", key="counted"), Column("The same, scored", 10, "number", key="judged"),
    )  # fmt: skip
    return Table("edition_list", "The editions that can be picked", columns, rows)


def answered_list(reviews: list[Review]) -> Table:
    """The editions with answers, those of a series newest first."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        held = review.matrix.rows["edition"].value_counts()
        for edition in (id for id in reversed(review.edition_ids) if id in held):
            covered = review.series.editions[edition].reviewed
            words = f"{held[edition]}" + ("" if covered is None else f" of {covered} covered by the edition")
            rows.append((edition_label(review, edition), "yes" if review.scored else "no", words))
    heads = {"label": "Edition", "scored": "Scored", "held": "Countries"}
    columns = tuple(Column(head, 30, key=key) for key, head in heads.items())
    return Table("answered_list", "The editions with answers", columns, rows)


def published_list(reviews: list[Review]) -> Table:
    """The published figures to quote, by edition and statistic."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        for (edition, statistic), (value, covered, source) in published_figures(review).items():
            share = value / covered if covered and is_share(statistic) else None
            words = f"{value}{'' if covered is None else f' of {covered}'} countries: {source}"
            rows.append((f"{edition_label(review, edition)}|{statistic}", value, covered, share, source, words))
    columns = (
        Column("Edition and statistic", 44, key="key"), Column("Figure", 10, "number", key="value"),
        Column("Countries covered", 10, "number", key="covered"), Column("Share", 10, "percent", key="share"), Column("Source", 40, key="source"), Column("In words", 40, key="words"),
    )  # fmt: skip
    return Table("published_list", "The published figures to quote, by edition and statistic", columns, rows)


def apart_list(reviews: list[Review]) -> Table:
    """What two editions put so differently that it does not compare."""
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        if any(wording.series == review.series.id for wording in review.framework.wordings):
            for one, other in itertools.product(review.edition_ids, repeat=2):
                pair = f"{edition_label(review, one)}|{edition_label(review, other)}"
                fits = comparable(review.framework, review.series.id, one, other)
                ids = [id for id, fit in zip(review.framework.criterion_ids, fits, strict=True) if not fit]
                rows += [(f"{pair}|{id}",) for id in ids]
    column = Column("Two editions and a criterion", 60, key="key")
    return Table("apart_list", "What two editions put so differently that it does not compare", (column,), rows)


def country_list(reviews: list[Review]) -> Table:
    """The countries with an answer in any series, by name."""
    codes = {code for review in reviews for code in review.matrix.rows["country"]}
    frame = reviews[0].registry.frame
    known = frame[frame["code"].isin(codes)].sort_values("order")
    columns = (
        Column("Country", 44, value=lambda row: country_label(row["name"], row["code"]), key="name"),
        Column("Code", 8, key="code"),
        Column("Place", 40, value=place_in_words, key="place"),
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
    found: dict[str, dict[tuple[str, str], str]] = {scheme: {} for scheme in reviews[0].schemes}
    for scheme, review in itertools.product(found, reviews):
        rows = review.matrix.rows
        for edition, country, group in zip(rows["edition"], rows["country"], review.groups(scheme), strict=True):
            found[scheme][row_key(review, edition, country), country] = group or no_group(scheme)
    return found


def groups_of(scheme: str, members: Mapping[tuple[str, str], str]) -> list[str]:
    """The groups of a grouping by name, last that of the countries in none."""
    none = no_group(scheme)
    return sorted(set(members.values()), key=lambda name: (name == none, name))


def group_lists(schemes: Mapping[str, Mapping[tuple[str, str], str]]) -> tuple[Table, Table]:
    """The groupings that can be picked, and the groups of each, numbered."""
    named = [(scheme, groups_of(scheme, found)) for scheme, found in schemes.items()]
    listed = [(f"{scheme}|{n}", name) for scheme, names in named for n, name in enumerate(names, 1)]
    columns = (Column("Grouping and number", 30, key="nth"), Column("Group", 30, key="group"))
    return (
        Table.of(
            "scheme_list", "The groupings that can be picked", [Column("Grouping", 24, value=str, key="name")], schemes
        ),
        Table("group_list", "The groups of each grouping", columns, listed),
    )


def most_of_a_country(table: Table) -> int:
    """How many rows the country with most has in a list of countries and numbers."""
    return max((int(str(cell).partition("|")[2]) for cell in table.cells("nth")), default=0)


# what may differ between two answers of a country in an edition that rest on one source
_OWN = ["source", *EVIDENCE]
_REPLACED = "recorded, but replaced by what follows"


def evidence_list(reviews: list[Review]) -> Table:
    """What the answers of each country rest on, newest first, and the changes of its law; by country and number."""
    framework = reviews[0].framework
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for review in reviews:
        replaced = review.replaced()
        notes = replaced["note"].where(replaced["note"] == "", replaced["note"] + "; ") + _REPLACED
        answers = pd.concat([review.answers(), replaced.assign(note=notes)])
        order = {edition: -n for n, edition in enumerate(review.edition_ids)}
        answers = answers.sort_values("edition", key=lambda column: column.map(order), kind="stable")
        for (edition, country, *own), part in answers.groupby(["edition", "country", *_OWN], sort=False)["criterion"]:
            label = f"{review.series.id} {edition_with_year(review, edition)}"
            ground = _ground(review, dict(zip(_OWN, own, strict=True)))
            found.setdefault(country, []).append((label, *ground, *_cited(review, set(part), "✓")))
    for review in reviews:
        for item in review.law_changes().to_dict("records"):
            own = {**dict.fromkeys(_OWN, ""), "source": item["source"], "effective": item["date"], "note": item["note"]}
            row = ("change of law", *_ground(review, own), *_cited(review, {item["criterion"]}, item["change"]))
            found.setdefault(item["country"], []).append(row)
    columns = (
        Column("Country and number", 20, key="nth"), Column("Edition", 22, key="label"), Column("Source", 40, key="source"),
        Column("Address", 20, key="address"), Column("Statute, passage, place, note", 30, key="passage"), Column("In effect", 12, key="effective"),
        *(Column(f"{one.heading}: rests on it", 12, key=f"cites:{one.key}") for one in mark_columns(framework)),
    )  # fmt: skip
    rows = [(f"{code}|{n}", *one) for code, mine in found.items() for n, one in enumerate(mine, 1)]
    return Table("grounds", "What the answers of each country rest on", columns, rows)


def _cited(review: Review, cited: set[str], sign: str) -> list[str]:
    """Which criteria a source tells of, in the columns of marks; of a group, of how many."""
    groups = [one.criteria for one in mark_groups(review.framework)]
    if groups:
        return [f"{len(cited & {*ids})} of {len(ids)}" for ids in groups]
    return [sign if id in cited else "" for id in review.framework.criterion_ids]


def _ground(review: Review, own: Mapping[str, str]) -> tuple[Cell, ...]:
    """The source in words, its address, what in it, and since when it holds."""
    ids, locator, sources = own["source"].split(), own["locator"], review.series.sources
    linked = locator.startswith("http")
    address = locator if linked else sources[ids[0]].url if ids else ""
    quote = own["quote"] and f"“{own['quote']}”"
    parts = (own["citation"], quote, "" if linked else locator, own["cause"].replace("_", " "), own["note"])
    return review.series.sources_in_words(own["source"]), address, "; ".join(filter(None, parts)), own["effective"]
