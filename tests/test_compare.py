"""Comparison against a second implementation, its laws for all inputs, and what the embedded data say.

Editions are drawn, not read: `compare_sides` is called, for no folder holds them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import review
from country_data import Registry
from criteria import Framework, answer_matrix, deduce, score
from review.compare import Comparison, Side, causes_between, compare_sides
from tests.worlds import answers_of, frame_of, frameworks, level_of, parts_of, settled, worlds

Modellaw = Callable[..., Any]
Answers = dict[str, dict[str, str]]
CODES = ["QMA", "QMB", "QMC", "QMX"]
# the last of these countries ended between the two editions
REGISTRY = Registry(
    pd.DataFrame(
        {
            "code": CODES,
            "name": ["Almaria", "Borovia", "Cestonia", "Xanthia"],
            "until": ["", "", "", "2015"],
            "successors": ["", "", "", "QMA QMB"],
            "order": range(4),
        }
    )
)
NO_CAUSES = pd.DataFrame({"country": [], "criterion": [], "causes": []})
CHANGE = {
    ("no", "yes"): "newly_met",
    ("yes", "no"): "no_longer_met",
    ("yes", "yes"): "still_met",
    ("no", "no"): "still_not_met",
}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Framework, list[Answers], list[bool], list[int]]:
    """A framework, two editions' answers, whether each is complete, and how many more it covers."""
    framework = draw(frameworks())
    answers = [{code: draw(answers_of(framework)) for code in CODES if draw(st.booleans())} for _ in range(2)]
    answers = [{code: own for code, own in one.items() if any(own.values())} for one in answers]
    return framework, answers, [draw(st.booleans()) for _ in range(2)], [draw(st.integers(0, 2)) for _ in range(2)]


def side(framework: Framework, answers: Answers, edition: str, complete: bool, more: int) -> Side:
    scores = score(deduce(answer_matrix(frame_of(answers, edition), framework), framework), framework)
    as_of = {"01": "2010", "02": "2020"}[edition]
    return Side("s", edition, as_of, complete, len(answers) + more, framework, scores, {})


def compared(pair: tuple[Framework, list[Answers], list[bool], list[int]], *, backwards: bool = False) -> Comparison:
    framework, answers, complete, more = pair
    sides = [side(framework, *one) for one in zip(answers, ("01", "02"), complete, more, strict=True)]
    return compare_sides(*(sides[::-1] if backwards else sides), framework, REGISTRY, NO_CAUSES)


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_a_comparison_equals_a_second_implementation(
    pair: tuple[Framework, list[Answers], list[bool], list[int]],
) -> None:
    framework, (a, b), complete, more = pair
    found = compared(pair)
    presence = {}
    for code in CODES:
        if code in a and code in b:
            presence[code] = "both"
        elif code in b:
            presence[code] = "entered" if complete[0] else "only_in_b"
        elif code in a:
            presence[code] = "succeeded" if code == "QMX" else "left" if complete[1] else "only_in_a"
    assert dict(found.countries[["country", "presence"]].itertuples(index=False)) == presence
    assert {code: row for code, row in found.countries[["country", "successors"]].itertuples(index=False) if row} == (
        {"QMX": ("QMA", "QMB")} if presence.get("QMX") == "succeeded" else {}
    )
    rows = found.countries.set_index("country")
    counts = {criterion: Counter() for criterion in framework.criterion_ids}
    transitions: Counter[tuple[str, str]] = Counter()
    both = [code for code in CODES if presence.get(code) == "both"]
    for code in both:
        was, now = settled(framework, a[code]), settled(framework, b[code])
        changes = {}
        for criterion in framework.criterion_ids:
            pair_ = (was[criterion], now[criterion])
            change = "not_comparable" if "not_applicable" in pair_ else CHANGE.get(pair_, "undetermined")
            changes[criterion] = change
            counts[criterion][change] += 1
            assert rows.at[code, criterion] == change
        assert rows.at[code, "kind"] == kind_of(set(changes.values()))
        levels = [{level_of(framework, world) for world in worlds(framework, one[code])} - {None} for one in (a, b)]
        transitions[tuple(one.copy().pop() if len(one) == 1 else "undetermined" for one in levels)] += 1
        assert [set(rows.at[code, f"levels_{end}"]) for end in ("from", "to")] == levels
    for row in found.criteria.to_dict("records"):
        assert {key: n for key, n in row.items() if key != "criterion" and n} == dict(counts[row["criterion"]])
    assert {(x, y): n for x, y, n in found.transitions.itertuples(index=False) if n} == dict(transitions)
    assert found.unrecorded == tuple(more)
    groups = {
        "from": (a, list(a), more[0]), "both_from": (a, both, 0), "to": (b, list(b), more[1]), "both_to": (b, both, 0),
        "left": (a, [c for c in a if presence[c] in ("left", "succeeded")], 0), "only_in_a": (a, [c for c in a if presence[c] == "only_in_a"], 0),
        "entered": (b, [c for c in b if presence[c] == "entered"], 0), "only_in_b": (b, [c for c in b if presence[c] == "only_in_b"], 0),
    }  # fmt: skip
    bounds = found.statistics.set_index(["statistic", "part"])
    for part, (answers, codes, extra) in groups.items():
        for statistic in framework.statistics:
            got = tuple(
                Fraction(text) if text else None
                for text in bounds.loc[(statistic, part), ["lower_exact", "upper_exact"]]
            )
            if statistic in ("reviewed", "recorded"):
                assert got == ((len(codes) + (extra if statistic == "reviewed" else 0)),) * 2
                continue
            lower, upper = parts_of(framework, statistic, [answers[code] for code in codes], extra)
            divisor = len(codes) + extra if statistic == "score:mean" else 1
            assert got == ((lower / divisor, upper / divisor) if divisor else (None, None))


def kind_of(changes: set[str]) -> str:
    gained, lost, open_ = (word in changes for word in ("newly_met", "no_longer_met", "undetermined"))
    if gained and lost:
        return "mixed"
    if gained or lost:
        return ("improved" if gained else "worsened") + ("_at_least" if open_ else "")
    if open_:
        return "undetermined"
    return "not_comparable" if changes == {"not_comparable"} else "same"


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_comparing_an_edition_with_itself_changes_nothing(
    pair: tuple[Framework, list[Answers], list[bool], list[int]],
) -> None:
    framework, answers, complete, more = pair
    one = side(framework, answers[0], "01", complete[0], more[0])
    found = compare_sides(one, one, framework, REGISTRY, NO_CAUSES)
    assert set(found.countries["presence"]) <= {"both"}
    assert found.criteria[["newly_met", "no_longer_met"]].to_numpy().sum() == 0
    assert set(found.countries["kind"]) <= {"same", "undetermined", "not_comparable"}
    assert found.changes.empty


@settings(max_examples=80, deadline=None)
@given(pairs())
def test_a_comparison_mirrored_is_the_comparison_backwards(
    pair: tuple[Framework, list[Answers], list[bool], list[int]],
) -> None:
    swap = {
        "newly_met": "no_longer_met",
        "entered": "left",
        "succeeded": "entered",
        "only_in_a": "only_in_b",
        "improved": "worsened",
        "improved_at_least": "worsened_at_least",
    }
    swap |= {value: key for key, value in swap.items() if key != "succeeded"}
    forth, back = compared(pair).countries, compared(pair, backwards=True).countries
    assert list(forth["country"]) == list(back["country"])
    gone = forth["presence"] == "succeeded"  # succession aside: read backwards it is an entry like any other
    assert list(forth.loc[~gone, "presence"].replace(swap)) == list(back.loc[~gone, "presence"])
    for column in ("kind", *pair[0].criterion_ids):
        assert list(forth[column].replace(swap)) == list(back[column])


@settings(max_examples=80, deadline=None)
@given(pairs())
def test_every_country_stands_once_transitions_sum_to_both_and_exact_parts_add_up(
    pair: tuple[Framework, list[Answers], list[bool], list[int]],
) -> None:
    framework, answers, _, _ = pair
    found = compared(pair)
    assert sorted(found.countries["country"]) == sorted(set(answers[0]) | set(answers[1]))
    assert found.transitions["countries"].sum() == found.count("both")
    parts = found.statistics.set_index(["statistic", "part"])
    for statistic in framework.statistics:
        if statistic in ("score:mean", "reviewed"):
            continue
        for total, these, unrecorded in (
            ("from", ("both_from", "left", "only_in_a"), 0),
            ("to", ("both_to", "entered", "only_in_b"), 1),
        ):
            lower, upper = parts.loc[(statistic, total), ["lower", "upper"]]
            assert lower == sum(parts.at[(statistic, part), "lower"] for part in these)
            if not found.unrecorded[unrecorded]:
                assert upper == sum(parts.at[(statistic, part), "upper"] for part in these)


def test_causes_are_those_stated_on_the_rows_that_changed_an_answer() -> None:
    framework = review.load().framework
    rows = [
        ("1", "QMA", "legislation", "no", ""), ("2", "QMA", "legislation", "yes", "correction"), ("3", "QMA", "legislation", "no", "law_changed"),
        ("4", "QMA", "legislation", "yes", ""), ("1", "QMB", "legislation", "no", ""), ("2", "QMB", "legislation", "unknown", ""), ("3", "QMB", "legislation", "yes", "law_changed"),
        ("4", "QMB", "legislation", "yes", "correction"),
    ]  # fmt: skip
    answers = pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer", "cause"], dtype=str)
    closed = deduce(answer_matrix(answers, framework), framework)

    def stated(first: str, last: str) -> dict[str, tuple[str, ...]]:
        return dict(
            causes_between(answers, closed, framework, first, last)[["country", "causes"]].itertuples(index=False)
        )

    assert stated("1", "4") == {"QMA": ("correction", "law_changed", "unstated"), "QMB": ("law_changed",)}
    assert stated("2", "3") == {"QMA": ("law_changed",)}
    assert stated("4", "1") == {}


NINE = {("AGO", "legislation"), ("BEN", "legislation"), ("CAF", "legislation"), ("CUB", "possession"), ("GNQ", "legislation"), ("GHA", "legislation"), ("GNB", "legislation"), ("QAT", "legislation"), ("VCT", "legislation")}  # fmt: skip
FIVE = {
    ("GHA", "technology"),
    ("GHA", "possession"),
    ("QAT", "technology"),
    ("QAT", "possession"),
    ("VCT", "technology"),
}


def test_the_statements_that_went_from_no_to_yes_are_those_of_the_data_files() -> None:
    """Read against the data files by hand: nine as recorded, five more that follow from "no specific law"."""
    found = review.load("state_dept").compare("2016", "2023").changes
    moved = found[found["change"] == "newly_met"]
    recorded = moved[~moved["was_follows"] & ~moved["now_follows"]]
    assert set(recorded[["country", "criterion"]].itertuples(index=False, name=None)) == NINE
    following = moved[moved["was_follows"]]
    assert set(following[["country", "criterion"]].itertuples(index=False, name=None)) == FIVE
    assert len(moved) == 14
    assert {cause for causes in moved["causes"] for cause in causes} == {"unstated"}


def test_between_consecutive_determined_editions_ten_recorded_statements_went_from_no_to_yes() -> None:
    answers = review.load("state_dept").answers()
    determined = answers[answers["answer"].isin(["yes", "no"])].sort_values("edition", kind="stable")
    before = determined.groupby(["country", "criterion"])[["answer", "follows_from"]].shift()
    went = determined[(before["answer"] == "no") & (determined["answer"] == "yes")]
    assert len(went) == 15
    assert (before.loc[went.index, "follows_from"] == "").sum() == 10


def test_the_first_and_the_ninth_edition_lead_with_their_headlines_and_say_that_the_rule_differs(
    modellaw: Modellaw,
) -> None:
    out = modellaw("compare").out
    lines = out.splitlines()
    assert lines[0] == "Global Review: 01 compared with 09"
    first = [cell.strip() for cell in re.split(r"\s{2,}", lines[4].strip())]
    assert first == [
        "Sufficient",
        "27 of 184 (15 %)",
        "118 of 196 (60 %)",
        "+91",
        "+45.5",
        "icmec-page-2009, respect-9",
    ]
    assert out.count("The rule differs. 01: all but ISP reporting; 09: four of the five criteria.") == 1
    told = out[out.index("by the rule of each edition and by one rule for both") :]
    assert "at least 112, at most 114   at least 106, at most 108   at least 112, at most 114" in told
    assert "14   with an answer in both 01 and 09" in out
    same = modellaw("compare", "05", "08").out
    assert "The rule differs" not in same
    assert "No country has an answer in both" in same


def test_of_an_unscored_series_nothing_is_called_a_reform_and_silence_stands_apart(modellaw: Modellaw) -> None:
    out = modellaw("compare", "--series", "state_dept").out.lower()
    assert "change of statement" in out
    for word in ("reform", "improved", "score", "level", "worse"):
        assert word not in out
    told, _, silent = out.partition("was silent or unclear, now stated")
    assert "silent or unclear" not in told[told.index("by country") :]
    assert "angola" in told
    assert "bahamas" in silent


def test_the_json_of_a_comparison_has_the_shape_that_was_agreed(modellaw: Modellaw) -> None:
    document = json.loads(modellaw("compare", "2016", "2023", "--series", "state_dept", "--format", "json").out)
    assert (document["series"], document["from"], document["to"], document["scored"]) == (
        "state_dept",
        "2016",
        "2023",
        False,
    )
    angola = next(one for one in document["countries"] if one["country"] == "AGO")
    assert angola["presence"] == "both"
    assert angola["changes"]["legislation"] == "newly_met"
    assert angola["levels"] == {"from": ["none"], "to": ["all_criteria", "all_but_one", "partial"]}
    assert angola["score"] == {"from": [0, 0], "to": [1, 5]}
    assert angola["causes"] == {"legislation": ["unstated"]}
    gone = next(one for one in document["countries"] if one["country"] == "ESH")
    assert (gone["presence"], gone["kind"], gone["changes"], gone["levels"], gone["score"], gone["causes"]) == (
        "only_in_a",
        None,
        None,
        None,
        None,
        {},
    )
    assert document["criteria"]["legislation"] == {
        "newly_met": 8,
        "no_longer_met": 0,
        "still_met": 140,
        "still_not_met": 8,
        "undetermined": 35,
        "not_comparable": 0,
    }
    statistic = document["statistics"]["criterion:legislation:yes"]
    assert set(statistic) == {
        "published",
        "sources",
        "same_rules",
        "rules",
        "from",
        "to",
        "both",
        "entered",
        "left",
        "only_in_a",
        "only_in_b",
        "unrecorded",
    }
    assert statistic["from"] == [148, 178]
    assert document["statistics"]["score:mean"]["left"] is None
    assert sum(n for row in document["transitions"].values() for n in row.values()) == 191


def test_narrowing_counts_only_whom_it_names(modellaw: Modellaw) -> None:
    document = json.loads(
        modellaw("compare", "2016", "2023", "--series", "state_dept", "--region", "Oceania", "--format", "json").out
    )
    assert {one["country"] for one in document["countries"]} == set(
        review.load("state_dept").answers().query("region == 'Oceania'")["country"]
    )
    assert document["statistics"]["reviewed"]["from"] == [14, 14]
    out = modellaw("compare", "2016", "2023", "--series", "state_dept", "--region", "Oceania").out
    assert "Counted are only countries of Oceania" in out
    one = json.loads(
        modellaw("compare", "2016", "2023", "--series", "state_dept", "--country", "Angola", "--format", "json").out
    )
    assert [item["country"] for item in one["countries"]] == ["AGO"]


def test_a_criterion_or_a_kind_narrows_only_what_is_listed(modellaw: Modellaw) -> None:
    whole = modellaw("compare", "2016", "2023", "--series", "state_dept").out
    part = modellaw(
        "compare", "2016", "2023", "--series", "state_dept", "--criterion", "technology", "--only", "improved"
    ).out
    count = "Specific law                  8"
    assert count in whole
    assert count in part
    listed = part[part.index("by country") :]
    assert "Ghana" in listed
    assert "Specific law" not in listed


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["compare", "O1", "09"], 2, "There are: 01, 02"),
        (["compare", "01", "99"], 2, "There are: 01"),
        (["compare", "--region", "Atlantis"], 2, "There are: Africa"),
        (["compare", "--criterion", "posession"], 2, "Did you mean “possession”"),
        (["compare", "--country", "Nambia"], 2, "Namibia"),
        (["gaps", "--edition", "1st"], 2, "Did you mean “01”"),
        (["figures", "--edition", "11"], 2, "There are: 01"),
        (["crosscheck", "icmec", "state_dep"], 2, "Did you mean “state_dept”"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_there_is_wrong_usage_with_the_nearest(
    words: list[str], code: int, says: str, modellaw: Modellaw
) -> None:
    ran = modellaw(*words)
    assert ran.code == code
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_the_same_edition_twice_is_allowed_and_said(modellaw: Modellaw) -> None:
    ran = modellaw("compare", "01", "01")
    assert ran.code == 0
    assert "Both are the same edition: there is nothing to compare." in ran.out
    assert len(ran.out.splitlines()) == 3


def test_an_edition_without_answers_is_said(modellaw: Modellaw) -> None:
    out = modellaw("compare", "05", "06").out
    assert re.search(r"Sufficient +29 of 187 \(16 %\) +45 of 196 \(23 %\)", out)
    assert "0 have one in 05, 0 in 06" in out
    assert "Editions with answers: 01, 09." in out


def test_another_folders_edition_can_be_compared(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    import shutil

    colleague = tmp_path / "colleague"
    shutil.copytree(folder, colleague)
    path = colleague / "mine" / "answers" / "01.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("QMA,isp_reporting,no", "QMA,isp_reporting,yes"), encoding="utf-8"
    )
    document = json.loads(
        modellaw(
            "compare", "01", "01", "--series", "mine", "--data", folder, "--with", colleague, "--format", "json"
        ).out
    )
    changed = {
        (one["country"], id)
        for one in document["countries"]
        for id, change in (one["changes"] or {}).items()
        if change == "newly_met"
    }
    assert changed == {("QMA", "isp_reporting")}


def test_countries_of_two_folders_are_named_as_in_either(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    import shutil

    colleague = tmp_path / "colleague"
    shutil.copytree(folder, colleague)
    mine, theirs = folder / "countries.csv", colleague / "countries.csv"
    mine.write_text(mine.read_text().replace("Borovia,,", "Borovia,Old Borovia,").replace("Cestonia", "Zedland"))
    theirs.write_text(
        theirs.read_text().replace("Borovia,,", "New Borovia,Zedland,") + "QMX,Xanadia,,Asia,,invented,,,\n"
    )
    words = ["compare", "01", "01", "--series", "mine", "--data", folder, "--with", colleague, "--country"]
    for name in ("Old Borovia", "Borovia", "New Borovia", "Xanadia"):
        ran = modellaw(*words, name)
        assert ran.code == 0, ran.err
    # what means one country here and another there means none
    ran = modellaw(*words, "Zedland")
    assert ran.code == 2
    assert "“Zedland” is not exactly one country" in ran.err
