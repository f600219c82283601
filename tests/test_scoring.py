"""Deduction, scores and levels: cases that an expert can read, under the embedded framework."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from country_data import Problems
from criteria import answer_matrix, deduce, read_frameworks, score

DATA = Path(__file__).parent / "data"

FRAMEWORK = read_frameworks(None, Problems())["csam"]
CASES = tomllib.loads((DATA / "scoring_cases.toml").read_text(encoding="utf-8"))["case"]
CRITERIA = dict(zip("LDTPI", FRAMEWORK.criterion_ids, strict=True))
ANSWERS = {"y": "yes", "n": "no", "u": "unknown", "a": "not_assessed", "x": "not_applicable"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_scoring_case(case: dict[str, Any]) -> None:
    rows = [("01", "QMA", CRITERIA[letter], ANSWERS[answer]) for letter, answer in case["answers"].items()]
    recorded = answer_matrix(pd.DataFrame(rows, columns=["edition", "country", "criterion", "answer"]), FRAMEWORK)
    scored = score(deduce(recorded, FRAMEWORK), FRAMEWORK)
    row = scored.frame(FRAMEWORK).iloc[0]
    deduced = [
        criterion
        for criterion, follows in zip(FRAMEWORK.criterion_ids, scored.matrix.deduced[0], strict=True)
        if follows
    ]
    numbers = [row[name] for name in ("lower", "upper", "out_of")]
    assert [number for number in numbers if not pd.isna(number)] == case["score"]
    assert list(row["levels"]) == case["levels"]
    assert deduced == case.get("deduced", [])


def test_a_deduced_answer_names_the_recorded_one_it_follows_from_and_cites_its_source() -> None:
    import review

    answers = review.load("state_dept").country("Angola").set_index(["edition", "criterion"])
    deduced = answers.loc[("2016", "definition")]
    assert (deduced["answer"], deduced["recorded"], deduced["follows_from"]) == ("no", "", "legislation")
    assert deduced["source"] == answers.loc[("2016", "legislation"), "source"]
    assert deduced["locator"] == answers.loc[("2016", "legislation"), "locator"]
    assert answers.loc[("2016", "possession"), "follows_from"] == ""
