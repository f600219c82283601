"""Any framework: 35 questions in eight groups, in exact arithmetic, beside a plain computation of every case."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import review
from tests.questions import COUNTRIES, EDITIONS, GRADES, QUESTIONS, SIZES, WEIGHTS, write_world

Modellaw = Callable[..., Any]


def expected(answers: dict[str, str], aggregate: str, open_as: str) -> tuple[Fraction, dict[str, Fraction]]:
    """The index and the groups of one country, one question at a time; `open_as`: the grade of an open answer."""
    parts: dict[str, list[tuple[Fraction, Fraction]]] = {group: [] for group in SIZES}
    for id, group in QUESTIONS:
        answer = open_as if answers[id] == "unknown" else answers[id]
        if answer != "not_applicable":
            parts[group].append((Fraction(WEIGHTS.get(id, "1")), Fraction(GRADES[answer])))

    def mean(values: list[tuple[Fraction, Fraction]]) -> Fraction:
        weight = sum(w for w, _ in values)
        return Fraction(sum(w * value for w, value in values)) / weight if values else Fraction(0)

    every = [pair for pairs in parts.values() for pair in pairs]
    total = sum(Fraction(WEIGHTS.get(id, "1")) for id, _ in QUESTIONS)
    if aggregate == "sum":
        groups = {group: 100 * Fraction(sum(w * v for w, v in pairs)) / total for group, pairs in parts.items()}
        return Fraction(sum(groups.values())), groups
    groups = {group: 100 * mean(pairs) for group, pairs in parts.items()}
    if aggregate == "mean":
        return 100 * mean(every), groups
    there = {group: Fraction("1.5") if group == "travel" else Fraction(1) for group, pairs in parts.items() if pairs}
    return Fraction(sum(there[group] * groups[group] for group in there)) / sum(there.values()), groups


def half_up(value: Fraction) -> str:
    """A value with one decimal, as by hand: exact, and a half goes up."""
    tenths = Decimal((value * 10).numerator) / Decimal((value * 10).denominator)
    if (value * 20).denominator == 1 and (value * 10).denominator == 2:
        return str(Decimal(str(int(value * 10) + 1)) / 10)
    return str((tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10).quantize(Decimal("0.1")))


def level(answers: dict[str, str], index: Fraction) -> str:
    """The level of a country without open answers."""
    met = {id for id, answer in answers.items() if answer == "yes"}
    apply = {id for id, answer in answers.items() if answer != "not_applicable"}
    if {"q01", "q02"} & apply <= met and index >= 80:
        return "complete"
    some, listed = {"q05", "q06", "q07"} & apply, {id for id, _ in QUESTIONS[:20]}
    if (met & some or not some) and len(met & listed) >= min(14, len(apply & listed)):
        return "broad"
    return "half" if index >= Fraction("49.95") else "lower"


@pytest.mark.parametrize("aggregate", ["mean_of_groups", "mean", "sum"])
def test_scores_of_35_questions_equal_a_plain_computation_in_every_case(tmp_path: Path, aggregate: str) -> None:
    editions = EDITIONS if aggregate == "mean_of_groups" else EDITIONS[:5]
    given = write_world(tmp_path, aggregate, editions)
    frame = review.load("law", data=tmp_path).scores()
    assert len(frame) == len(given) == len(COUNTRIES) * len(editions)
    indexes: dict[str, list[tuple[Fraction, Fraction]]] = {}
    cases = {}
    for (year, code), answers in given.items():
        ends = [expected(answers, aggregate, grade) for grade in ("no", "yes")]
        cases[year, code] = ends
        indexes.setdefault(year, []).append((ends[0][0], ends[1][0]))
    seen = set()
    for row in frame.to_dict("records"):
        year, code = row["edition"], row["country"]
        (low, low_groups), (high, high_groups) = cases[year, code]
        assert (row["lower"], row["upper"]) == (float(low), float(high))
        for group in SIZES:
            found = (row[f"group:{group}:lower"], row[f"group:{group}:upper"])
            assert found == (float(low_groups[group]), float(high_groups[group]))
        assert row["shown"] == (half_up(low) if low == high else "")
        others = indexes[year]
        best = 1 + sum(other[0] > high for other in others)
        worst = 1 + sum(other[1] > low for other in others) - (high > low)
        assert (row["rank"] == best) if best == worst else pd.isna(row["rank"])
        if "unknown" not in given[year, code].values():
            assert row["levels"] == (level(given[year, code], low),)
            seen |= set(row["levels"])
    assert seen == {"complete", "broad", "half", "lower"}


def test_the_json_of_scores_carries_groups_index_shown_and_rank(tmp_path: Path, modellaw: Modellaw) -> None:
    given = write_world(tmp_path, "mean_of_groups", EDITIONS[:2])
    ran = modellaw("scores", "--data", tmp_path, "--edition", "1970", "--format", "json")
    assert ran.code == 0, ran.err
    (item,) = json.loads(ran.out)["editions"]
    for country in item["countries"]:
        answers = given["1970", country["country"]]
        (low, groups), (high, _) = (expected(answers, "mean_of_groups", grade) for grade in ("no", "yes"))
        assert country["index"] == [float(low), float(high)]
        assert country["shown"] == (half_up(low) if low == high else None)
        assert list(country["groups"]) == list(SIZES)
        assert [bounds[0] for bounds in country["groups"].values()] == [float(groups[group]) for group in SIZES]
    assert any(country["shown"] is None for country in item["countries"])
    ranks = [country["rank"] for country in item["countries"]]
    assert None in ranks
    assert len(set(ranks)) > 10


def test_a_change_between_grades_is_more_or_less_met_and_newly_met_is_from_not_met_to_met(
    tmp_path: Path, modellaw: Modellaw
) -> None:
    given = write_world(tmp_path, "mean", EDITIONS[:2])
    ran = modellaw("compare", "1970", "1971", "--data", tmp_path, "--format", "json")
    place = {grade: number for number, grade in enumerate(GRADES)}
    seen = set()
    for country in json.loads(ran.out)["countries"]:
        for id, change in country["changes"].items():
            was, now = given["1970", country["country"]][id], given["1971", country["country"]][id]
            if "not_applicable" in (was, now):
                assert change == "not_comparable"
            elif "unknown" in (was, now):
                assert change == "undetermined"
            else:
                ends = {("no", "yes"): "newly_met", ("yes", "no"): "no_longer_met"}
                same = {"yes": "still_met", "no": "still_not_met"}.get(now, "still_partly_met")
                step = "more_met" if place[now] > place[was] else "less_met"
                assert change == (same if was == now else ends.get((was, now), step))
            seen.add(change)
    assert len(seen) == 9


def test_every_command_serves_a_framework_of_35_graded_questions_in_groups(tmp_path: Path, modellaw: Modellaw) -> None:
    write_world(tmp_path / "data", "mean_of_groups", EDITIONS[:3])
    data = ["--data", tmp_path / "data"]
    for words in (
        [],
        ["summary"],
        ["summary", "--edition", "1971"],
        ["summary", "--by", "region"],
        ["country", "QMA"],
        ["scores", "--edition", "1970"],
        ["gaps"],
        ["figures"],
        ["compare"],
        ["compare", "--format", "json"],
        ["list", "criteria", "--format", "md"],
        ["report", "--output", tmp_path / "review.xlsx"],
    ):
        ran = modellaw(*words, *data)
        assert ran.code == 0, (words, ran.err)
        assert ran.out.strip(), words
    summary = json.loads(modellaw("summary", "--edition", "1970", "--format", "json", *data).out)
    counts = summary["editions"][0]["statistics"]
    assert {f"criterion:q01:{grade}" for grade in GRADES} <= set(counts)
