"""Two releases of one publisher, two frameworks that ask the same, codes of other sources, wordings that change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from review.checks import identities
from review.collection import read_collection
from review.crosscheck import same_criteria

Modellaw = Callable[..., Any]
ROOT = Path(__file__).parents[1]

FRAMEWORK = """
id = "reform"
title = "Reform"
grades = ["no", "partial", "yes"]
credit = ["0", "0.5", "1"]
[[criteria]]
id = "pay"
title = "Pay"
[[criteria]]
id = "leave"
title = "Leave"
[[levels]]
id = "lowest"
title = "Lowest"
[[wordings]]
criterion = "pay"
series = "r2023"
editions = ["2001"]
text = "Equal wages"
heading = "Q7"
position = 7
"""
# country, criterion: the answers of 2000, 2001 and 2002 in the releases of 2023 and of 2024
RELEASES = {
    ("ROM", "pay"): ("no yes yes", "no yes yes"),  # a reform that both show
    ("ROM", "leave"): ("no no yes", "no yes yes"),  # the same reform, dated one year earlier
    ("WBG", "pay"): ("no partial yes", "partial partial yes"),  # 2000 is revised, which takes one reform away
    ("WBG", "leave"): ("yes unknown yes", "yes no yes"),  # open in one release: not compared
}


def write_release(folder: Path, name: str, answers: dict[tuple[str, str], str], publisher: str = "Bureau") -> None:
    series = folder / name
    (series / "answers").mkdir(parents=True)
    (series / "series.toml").write_text(
        f'id = "{name}"\ntitle = "Release {name}"\npublisher = "{publisher}"\nframework = "reform"\nscored = true\n',
        encoding="utf-8",
    )
    (series / "sources.csv").write_text(
        "source,title,publisher,kind,published,url\ns,Source,Bureau,publisher,,\n", encoding="utf-8"
    )
    years = ("2000", "2001", "2002")
    (series / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
        + "".join(f"{year},edition,Year {year},{year},,2,partial,s,\n" for year in years),
        encoding="utf-8",
    )
    for place, year in enumerate(years):
        rows = "".join(f"{code},{id},{given.split()[place]},s\n" for (code, id), given in answers.items())
        (series / "answers" / f"{year}.csv").write_text(f"country,criterion,answer,source\n{rows}", encoding="utf-8")


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A folder with two releases; `ROM` and `WBG` are aliases in its countries.csv."""
    folder = tmp_path / "releases"
    (folder / "criteria").mkdir(parents=True)
    (folder / "criteria" / "reform.toml").write_text(FRAMEWORK, encoding="utf-8")
    (folder / "countries.csv").write_text("code,name,aliases\nROU,,ROM\nPSE,,WBG | West Bank\n", encoding="utf-8")
    write_release(folder, "r2023", {key: pair[0] for key, pair in RELEASES.items()})
    write_release(folder, "r2024", {key: pair[1] for key, pair in RELEASES.items()})
    return folder


def test_crosscheck_tells_revision_from_reform(releases: Path, modellaw: Modellaw) -> None:
    ran = modellaw("crosscheck", "r2023", "r2024", "--data", releases, "--format", "json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)["vintages"]
    assert [(row["year"], row["pairs"], row["revised"]) for row in told["years"]] == [
        ("2000", 4, 1),
        ("2001", 3, 1),
        ("2002", 4, 0),
    ]
    assert told["revisions"] == [
        {"year": "2000", "country": "PSE", "criterion": "pay", "first": "no", "second": "partial"},
        {"year": "2001", "country": "ROU", "criterion": "leave", "first": "no", "second": "yes"},
    ]
    reforms = {
        (row["since"], row["country"], row["criterion"], row["was"], row["now"], row["shown_by"])
        for row in told["reforms"]
    }
    assert reforms == {
        ("2000", "ROU", "pay", "no", "yes", "both"),
        ("2000", "ROU", "leave", "no", "yes", "second"),
        ("2001", "ROU", "leave", "no", "yes", "first"),
        ("2000", "PSE", "pay", "no", "partial", "first"),
        ("2001", "PSE", "pay", "partial", "yes", "both"),
        ("2000", "PSE", "leave", "yes", "no", "second"),
        ("2001", "PSE", "leave", "no", "yes", "second"),
    }
    page = modellaw("crosscheck", "r2023", "r2024", "--data", releases).out
    assert "Revision and reform: one publisher, two releases" in page
    assert "Romania" in page


def test_series_of_two_publishers_are_no_vintages(releases: Path, modellaw: Modellaw) -> None:
    shutil.rmtree(releases / "r2024")
    write_release(releases, "r2024", {key: pair[1] for key, pair in RELEASES.items()}, publisher="Another")
    ran = modellaw("crosscheck", "r2023", "r2024", "--data", releases, "--format", "json")
    assert json.loads(ran.out)["vintages"] is None


def test_a_release_beside_itself_has_no_revision_and_all_reforms_in_both(releases: Path, modellaw: Modellaw) -> None:
    shutil.rmtree(releases / "r2024")
    write_release(releases, "r2024", {key: pair[0] for key, pair in RELEASES.items()})
    told = json.loads(modellaw("crosscheck", "r2023", "r2024", "--data", releases, "--format", "json").out)["vintages"]
    assert told["revisions"] == []
    assert {row["shown_by"] for row in told["reforms"]} == {"both"}


def test_codes_of_other_sources_are_aliases_in_the_users_registry(releases: Path, modellaw: Modellaw) -> None:
    document = json.loads(modellaw("scores", "--data", releases, "--series", "r2023", "--format", "json").out)
    assert [country["country"] for country in document["editions"][0]["countries"]] == ["ROU", "PSE"]
    assert modellaw("country", "WBG", "--data", releases).out.startswith("State of Palestine (PSE)")
    (releases / "countries.csv").unlink()
    ran = modellaw("check", releases)
    assert ran.code == 1
    assert "“ROM” is not exactly one country" in ran.err


def test_the_heading_and_the_number_of_a_criterion_may_differ_by_edition(releases: Path, modellaw: Modellaw) -> None:
    page = modellaw("list", "criteria", "--data", releases, "--format", "md").out
    assert "| Pay | `r2023` | 2001 | Equal wages | Q7 | 7 | yes |" in page


def test_series_of_two_frameworks_are_set_side_by_side_where_criteria_ask_the_same(
    releases: Path, modellaw: Modellaw
) -> None:
    (releases / "criteria" / "wages.toml").write_text(
        'id = "wages"\ntitle = "Wages"\ngrades = ["no", "partial", "yes"]\ncredit = ["0", "0.5", "1"]\n'
        '[[criteria]]\nid = "hours"\n[[criteria]]\nid = "wage"\ntitle = "Wage"\nsame_as = "reform:pay"\n'
        '[[levels]]\nid = "bottom"\n',
        encoding="utf-8",
    )
    write_release(releases, "other", {("ROM", "wage"): "no no yes", ("WBG", "wage"): "no partial yes"})
    text = (releases / "other" / "series.toml").read_text(encoding="utf-8").replace("reform", "wages")
    (releases / "other" / "series.toml").write_text(text, encoding="utf-8")
    for first, second, criterion, same_as in (("r2023", "other", "pay", "wage"), ("other", "r2023", "wage", "pay")):
        ran = modellaw(
            "crosscheck", first, second, "--data", releases, "--edition-a", "2001", "--edition-b", "2001",
            "--format", "json",
        )  # fmt: skip
        assert ran.code == 0, ran.err
        document = json.loads(ran.out)
        (table,) = document["criteria"]
        assert (table["criterion"], table["same_as"], table["pairs"]) == (criterion, same_as, 2)
        assert [pair["agree"] for pair in document["pairs"]] == [True, False]
        page = modellaw("crosscheck", first, second, "--data", releases)
        assert page.code == 0
        assert "The same is asked in" in page.out


def test_the_shipped_frameworks_agree_on_what_asks_the_same() -> None:
    frameworks = read_collection(None).frameworks
    pairs = {
        (one.id, other.id): same_criteria(one, other)
        for one in frameworks.values()
        for other in frameworks.values()
        if one.id != other.id
    }
    told = {key: value for key, value in pairs.items() if value}
    assert set(told) == {("csam", "online_violence"), ("online_violence", "csam")}
    assert [mine for mine, _ in told["csam", "online_violence"]] == list(frameworks["csam"].criterion_ids)
    assert sorted((b, a) for a, b in told["online_violence", "csam"]) == sorted(told["csam", "online_violence"])


def test_a_users_framework_in_an_embedded_ones_place_need_not_have_what_others_are_the_same_as(
    tmp_path: Path, modellaw: Modellaw
) -> None:
    (tmp_path / "criteria").mkdir()
    (tmp_path / "criteria" / "csam.toml").write_text(
        'id = "csam"\ntitle = "Mine"\n[[criteria]]\nid = "one"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    assert modellaw("check", tmp_path).code == 0


def test_the_codebook_has_every_criterion_level_statistic_and_identity(modellaw: Modellaw) -> None:
    for name in ("csam", "online_violence", "missing_children"):
        page = modellaw("list", "criteria", "--framework", name, "--format", "md").out
        framework = read_collection(None).frameworks[name]
        for id in (*framework.criterion_ids, *framework.level_ids, *framework.statistics()):
            assert f"`{id}`" in page, id
        for criterion in framework.criteria:
            assert criterion.question in page
        table = page.partition("## Identities")[2].splitlines()
        assert len([line for line in table if line.startswith("| ")]) == len(identities(framework)) + 2
        widths = {line.count("|") for line in table if line.startswith("|")}
        assert widths == {4}
    ran = modellaw("list", "editions", "--format", "md")
    assert ran.code == 2
    assert "Only the codebook" in ran.err
