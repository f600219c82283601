"""Published figures checked, gaps, two series side by side, and what `summary` grew.

Tables of two grades and figures that no data folder may hold are given to the functions themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

import review
from criteria import answer_matrix, deduce
from review.agreement import agreement_of, nearest_editions
from review.gaps import find_gaps
from review.published import Identity, check_edition, identities

Modellaw = Callable[..., Any]


def checks(modellaw: Modellaw, *words: str) -> list[dict[str, Any]]:
    return json.loads(modellaw("figures", *words, "--format", "json").out)["checks"]


def finding(found: list[dict[str, Any]], edition: str, identity: int, statistic: str, stated: int, implied: int) -> str:
    (one,) = [
        row
        for row in found
        if (row["edition"], row["identity"], row["statistic"], row["stated"], row["implied"])
        == (edition, identity, statistic, stated, implied)
    ]
    return str(one["status"])


def test_the_figures_of_the_ninth_edition_agree_by_the_rule_that_it_has(modellaw: Modellaw) -> None:
    found = checks(modellaw)
    # by the rule of this edition a sufficient country may lack the definition or possession: nothing follows
    assert {(row["identity"], row["status"]) for row in found if row["edition"] == "09"} == {
        *((1, "agrees"), (2, "agrees"), (3, "agrees"), (4, "agrees"))
    }
    assert finding(found, "09", 4, "criterion:possession:yes", 140, 140) == "agrees"
    assert finding(found, "09", 1, "reviewed", 196, 196) == "agrees"
    assert finding(found, "09", 2, "or_better:all_but_one", 118, 118) == "agrees"
    assert "129" not in modellaw("figures", "--edition", "09").out


def test_the_figures_of_the_fifth_edition_agree_and_disagree_where_they_do(modellaw: Modellaw) -> None:
    found = checks(modellaw)
    assert finding(found, "05", 6, "criterion:possession:yes", 58, 58) == "agrees"
    assert finding(found, "05", 1, "reviewed", 187, 189) == "disagrees"
    assert "5 + 24 + 68 + 92 = 189" in modellaw("figures", "--edition", "05").out


def test_every_published_figure_is_checked_against_answers_and_misreadings_take_no_part_in_the_rest(
    modellaw: Modellaw,
) -> None:
    document = json.loads(modellaw("figures", "--format", "json").out)
    assert len(document["figures"]) == 86
    assert set(document["figures"][0]) == {
        "edition",
        "statistic",
        "value",
        "source",
        "status",
        "lower",
        "upper",
        "result",
    }
    assert set(document["checks"][0]) == {"edition", "identity", "statistic", "stated", "implied", "sources", "status"}
    results = {(row["edition"], row["statistic"], row["value"]): row["result"] for row in document["figures"]}
    assert results["01", "reviewed", 184] == "match"
    assert results["01", "or_better:all_but_one", 27] == "within"
    assert results["01", "or_better:all_but_one", 5] == "contradicts"
    assert results["09", "other:improvements_since_08", 114] == "not_computable"
    misread = {"informationweek-2006"}
    assert not any(misread & set(row["sources"]) for row in document["checks"])


def test_the_publishers_own_figures_come_first_in_each_edition() -> None:
    frame = review.load().figure_checks().checks
    for _, part in frame.groupby("edition"):
        assert list(part["own"]) == sorted(part["own"], reverse=True)
    assert frame["own"].any()


def test_the_identities_of_the_five_criteria_are_those_that_their_structure_gives() -> None:
    framework = review.load().framework
    found = identities(framework)
    assert Identity(1, "reviewed", tuple(f"level:{id}" for id in framework.level_ids)) in found
    fifth = {(one.stated, one.plus) for one in found if one.number == 5}
    for criterion in ("definition", "technology", "possession"):
        assert (f"criterion:{criterion}:no", (f"level:partial:without:{criterion}", "level:none")) in fifth
    # whoever lacks reporting by providers may be in a better level than the one that lacks it there
    assert "criterion:isp_reporting:no" not in {stated for stated, _ in fifth}


def test_a_country_to_which_something_does_not_apply_takes_its_identities_out() -> None:
    framework = review.load().framework
    rows = [
        ("1", "level:none", "2", "s", "preferred"),
        ("1", "level:partial:without:possession", "1", "s", "preferred"),
        ("1", "criterion:possession:no", "9", "s", "preferred"),
    ]
    figures = pd.DataFrame(rows, columns=["edition", "statistic", "value", "source", "status"])
    framework = review.load().framework

    def found(answer: str) -> list[int]:
        rows = [("1", "QMA", "possession", answer)]
        answers = pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"])
        deduced = deduce(answer_matrix(answers, framework), framework)
        return [check.identity for check in check_edition("1", figures, {"s"}, deduced, framework)]

    assert found("yes") == [5]
    assert found("not_applicable") == []


def test_very_many_values_of_one_identity_are_not_combined_in_every_way(folder: Path, modellaw: Modellaw) -> None:
    values = [
        (id, n) for id in ("level:all_criteria", "level:all_but_one", "level:partial", "level:none") for n in range(10)
    ]
    rows = [f"01,{id},{n},,handbook,{'alternative' if n else 'preferred'},\n" for id, n in [*values, ("reviewed", 0)]]
    head = "edition,statistic,value,as_of,source,status,note\n"
    (folder / "mine" / "published_figures.csv").write_text(head + "".join(rows))
    found = checks(modellaw, "--data", str(folder), "--series", "mine")
    first = [row for row in found if row["identity"] == 1]
    assert len(first) == 1 + 4 * 9
    assert [(row["stated"], row["implied"]) for row in first if row["status"] == "agrees"] == [(0, 0)]


def test_gaps_count_what_is_not_met_and_what_is_not_known() -> None:
    framework = review.load().framework
    rows = [("1", "QMA", id, "yes") for id in framework.criterion_ids[:4]] + [
        ("1", "QMA", "isp_reporting", "no"),
        ("1", "QMB", "legislation", "no"),
        ("1", "QMC", "possession", "yes"),
    ]
    answers = pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"], dtype=str)
    found = find_gaps(deduce(answer_matrix(answers, framework), framework), framework)
    rows_ = found.countries.set_index("country")
    enough, best = (target.id for target in found.targets)
    assert [tuple(rows_.loc[code, [f"{enough}:at_least", f"{enough}:at_most"]]) for code in ("QMA", "QMB", "QMC")] == [
        (0, 0),
        (4, 4),
        (0, 2),
    ]
    assert [tuple(rows_.loc[code, [f"{best}:at_least", f"{best}:at_most"]]) for code in ("QMA", "QMB", "QMC")] == [
        (1, 1),
        (5, 5),
        (0, 3),
    ]
    assert list(found.one_away(found.targets[1]).itertuples(index=False, name=None)) == [("QMA", ("isp_reporting",))]


def test_gaps_stand_in_alphabetical_order_and_not_at_all_for_an_unscored_series(modellaw: Modellaw) -> None:
    out = modellaw("gaps", "--edition", "01").out
    lacking = [part.partition("One answer away")[0] for part in out.split("criteria lacking")[1:]]
    names, best = ([line.strip().split("  ")[0] for line in part.rstrip().splitlines()[1:]] for part in lacking)
    assert names == ["Philippines"]
    assert len(best) == 10
    assert best == sorted(best)
    assert "One answer away, ISP reporting: Austria, Canada" in " ".join(out.split())
    for row in json.loads(modellaw("gaps", "--edition", "01", "--format", "json").out)["countries"]:
        assert (review.load().registry.name(row["country"]) in names) == (row["all_but_one:at_most"] != 0)
    refused = modellaw("gaps", "--series", "state_dept").out
    assert "not scored" in refused
    assert "lacking" not in refused
    assert json.loads(modellaw("gaps", "--series", "state_dept", "--format", "json").out)["scored"] is False


def test_the_page_of_a_country_says_what_it_would_have_to_enact(modellaw: Modellaw) -> None:
    assert "For “all five criteria”: to enact: ISP reporting" in modellaw("country", "Japan", "--series", "icmec").out
    out = modellaw("country", "Armenia", "--series", "icmec").out
    assert "For “four of the five criteria”: to enact: any 2 of: Definition, Possession, ISP reporting" in out
    assert "to enact" not in modellaw("country", "Angola", "--series", "state_dept").out


def test_coefficients_are_given_of_enough_pairs_and_disagreements_with_both_sources(modellaw: Modellaw) -> None:
    out = modellaw("crosscheck", "icmec", "state_dept").out
    assert "UNICEF" in out[out.index("\nSources") :]
    assert re.search(
        r"Angola +Definition +● met +unicef-crba +○▸ not met +usdos-2018", out
    )  # follows from another answer
    assert "No agreement or coefficient is given below 20 pairs." in out
    document = json.loads(modellaw("crosscheck", "icmec", "state_dept", "--format", "json").out)
    assert document["editions"] == ["09", "2018"]
    rows = {row["criterion"]: row for row in document["criteria"]}
    law = rows["legislation"]
    assert (law["pairs"], law["yes_yes"], law["yes_no"], law["no_yes"], law["no_no"]) == (164, 149, 6, 4, 5)
    assert round(law["agreement"], 2) == 0.94
    assert law["kappa"] < law["ac1"]
    assert rows["definition"]["pairs"] < 20
    assert rows["definition"]["kappa"] is None


def test_coefficients_are_those_of_a_worked_example() -> None:
    """Of 100 pairs 94 met in both, 2 in neither, 3 and 1 in one: kappa sinks far below AC1, as answers are skewed."""
    framework = review.load().framework
    cells = [("yes", "yes")] * 94 + [("no", "no")] * 2 + [("yes", "no")] * 3 + [("no", "yes")]

    def one(side: int) -> Any:
        rows = [("1", f"C{number:03d}", "legislation", pair[side]) for number, pair in enumerate(cells)]
        return deduce(
            answer_matrix(
                pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"], dtype=str), framework
            ),
            framework,
        )

    found = agreement_of(one(0), one(1), framework, ("1", "1")).criteria.set_index("criterion").loc["legislation"]
    assert (found["pairs"], found["agreement"]) == (100, 0.96)
    chance = Fraction(97, 100) * Fraction(95, 100) + Fraction(3, 100) * Fraction(5, 100)
    assert Fraction(found["kappa_exact"]) == (Fraction(96, 100) - chance) / (1 - chance)
    chance = 2 * Fraction(96, 100) * Fraction(4, 100)
    assert Fraction(found["ac1_exact"]) == (Fraction(96, 100) - chance) / (1 - chance)


def test_of_equally_near_editions_the_newest_are_set_side_by_side() -> None:
    first = {"a": "2010", "b": "2016"}
    assert nearest_editions(first, {"x": "2012", "y": "2014-05", "z": "2018"}) == ("b", "z")
    assert nearest_editions(first, {"x": "2010", "y": "2016-05"}) == ("b", "y")
    assert nearest_editions(first, {}) is None
    assert nearest_editions(first, {"x": ""}) is None


def test_series_of_different_frameworks_are_refused_with_the_reason(folder: Any, modellaw: Modellaw) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "other.toml").write_text(
        'id = "other"\ntitle = "Another"\n[[criteria]]\nid = "law"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    (folder / "second").mkdir()
    (folder / "second" / "series.toml").write_text(
        'id = "second"\ntitle = "Second"\nframework = "other"\nscored = true\n', encoding="utf-8"
    )
    (folder / "second" / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n1,edition,One,2020,,3,partial,,\n",
        encoding="utf-8",
    )
    (folder / "second" / "sources.csv").write_text("source,title,publisher,kind,published,url\n", encoding="utf-8")
    ran = modellaw("crosscheck", "mine", "second", "--data", folder)
    assert ran.code == 2
    assert "answers the questions of csam, second those of other" in ran.err
    assert modellaw("compare", "--series", "second", "--data", folder).code == 2


def test_the_same_countries_are_those_in_all_chosen_editions(modellaw: Modellaw) -> None:
    document = json.loads(modellaw("summary", "--series", "state_dept", "--same-countries", "--format", "json").out)
    counts = {item["reviewed"] for item in document["editions"]}
    assert counts == {document["same_countries"]}
    rows = review.load("state_dept").matrix.rows
    assert document["same_countries"] == (rows.groupby("country")["edition"].nunique() == 8).sum()
    part = json.loads(
        modellaw(
            "summary",
            "--series",
            "state_dept",
            "--same-countries",
            "--edition",
            "2016",
            "--edition",
            "2023",
            "--format",
            "json",
        ).out
    )
    assert [item["edition"] for item in part["editions"]] == ["2016", "2023"]
    assert part["same_countries"] == 191
