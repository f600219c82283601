"""A name means exactly one country, or is a problem with the nearest names."""

from __future__ import annotations

import csv
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

import review
from country_data import UnknownCountry
from country_data.names import CountryNames, MatchedCountry
from review.dataset import read_dataset

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"

REGISTRY = review.load().registry
CASES = list(csv.DictReader((DATA / "names.csv").read_text(encoding="utf-8").splitlines()))
EVERY_NAME = [
    (text, code)
    for code, name, aliases in REGISTRY.frame[["code", "name", "aliases"]].itertuples(index=False)
    for text in (code, name, *aliases.split("|"))
    if text
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_name_as_reports_print_it_means_its_country(case: dict[str, str]) -> None:
    assert REGISTRY.resolve(case["text"]) == case["code"]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Korea", {"Republic of Korea", "Democratic People's Republic of Korea"}),
        ("Nambia", {"Namibia"}),
        ("Virgin Islands", {"British Virgin Islands", "United States Virgin Islands"}),
        ("Swizerland", {"Switzerland"}),
    ],
)
def test_a_name_that_is_not_exactly_one_country_is_a_problem_with_the_nearest_names(text: str, near: set[str]) -> None:
    with pytest.raises(UnknownCountry) as problem:
        REGISTRY.resolve(text)
    assert near <= set(problem.value.nearest)


@pytest.mark.parametrize("text", ["", "  ", "?", "...", "n/a", "N/A", "n-o", "xyzzy", "Northern", "Republic"])
def test_a_text_like_no_country_means_none(text: str) -> None:
    assert REGISTRY.find(text) is None


@given(
    st.sampled_from(EVERY_NAME),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", " ", ".", ","]),
)
def test_case_and_punctuation_never_matter(pair: tuple[str, str], case: object, sign: str) -> None:
    text, code = pair
    assert REGISTRY.resolve(case(text) + sign) == code


def test_the_registry_has_every_current_iso_entry_with_its_codes() -> None:
    for country in pycountry.countries:
        assert REGISTRY.resolve(country.alpha_2) == country.alpha_3
        assert country.alpha_3 in REGISTRY.codes()


def test_every_ended_country_ended_when_iso_withdrew_it_and_names_successors_that_exist() -> None:
    ended = REGISTRY.frame[REGISTRY.frame["until"] != ""]
    withdrawn = {entry.alpha_4: entry.withdrawal_date for entry in pycountry.historic_countries}
    assert {"ANHH", "CSXX"} <= set(ended["code"])
    for row in ended.itertuples():
        assert row.until == withdrawn[row.code]
        assert row.successors.split()
        assert set(row.successors.split()) <= REGISTRY.codes()
    assert ended.set_index("code").at["ANHH", "successors"] == "CUW SXM BES"
    assert ended.set_index("code").at["CSXX", "successors"] == "SRB MNE"


def test_there_are_193_members_of_the_un_and_two_observers() -> None:
    current = REGISTRY.frame[REGISTRY.frame["until"] == ""]
    assert (current["status"] == "un_member").sum() == 193
    assert set(current.loc[current["status"] == "un_observer", "code"]) == {"VAT", "PSE"}


def test_every_current_country_but_antarctica_has_a_region_and_a_subregion() -> None:
    current = REGISTRY.frame[REGISTRY.frame["until"] == ""]
    assert set(current.loc[(current["region"] == "") | (current["subregion"] == ""), "code"]) == {"ATA"}
    assert set(current["region"]) == {"", "Africa", "Americas", "Asia", "Europe", "Oceania"}


def test_countries_stand_in_order_of_the_plain_letters_of_their_names() -> None:
    names = list(REGISTRY.frame["name"])
    assert names.index("Åland Islands") == names.index("Afghanistan") + 1
    assert names.index("Côte d'Ivoire") < names.index("Croatia") < names.index("Cuba")


def test_a_name_in_another_language_means_its_country_or_is_asked_about() -> None:
    registry = read_dataset(None).registry
    names = CountryNames(registry)
    with (ROOT / "country_data" / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} <= registry.codes()
    found = {row["name"]: names.find(row["name"]) for row in rows}
    wrong = {row["name"] for row in rows if found[row["name"]] and found[row["name"]].code != row["code"]}
    assert wrong == set()
    asked = {name for name, one in found.items() if one is None}
    assert "Kongo" in asked  # of two countries
    assert len(asked) < 30
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(language in readme for row in rows for language in row["languages"].split("|"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[("Griechenland", "GRC"), ("Liban", "LBN"), ("Letonia", "LVA"), ("ドイツ", "DEU"), ("Grece", "GRC")],
        *[
            ("Áo", "AUT"),
            ("Bỉ", "BEL"),
            ("AO", "AGO"),
            ("Nga", "RUS"),
            ("NGA", "NGA"),
            ("टोगो", "TGO"),
            ("टोंगा", "TON"),
        ],
        *[
            ("U.K.", "GBR"),
            ("UK", "GBR"),
            ("uk", None),
            ("NA", None),
            ("N.A.", None),
            ("Korea", None),
            ("Almaria", None),
        ],
    ],
)
def test_codes_are_capitals_and_accents_tell_names_apart(text: str, code: str | None) -> None:
    match = CountryNames(read_dataset(None).registry).find(text)
    assert (match.code if match else None) == code


def test_na_is_namibia_among_codes_of_two_letters_alone() -> None:
    names = CountryNames(read_dataset(None).registry)
    assert names.find("NA", two_letters=True) == MatchedCountry("NAM", "code")
    assert names.find("NA") is None
