"""The countries behind a number: as many are listed as are counted, for every count that is shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

import review
from review.review import Review
from review.selection import Selection
from review.statistics import count_answers

Modellaw = Callable[..., Any]
SERIES = ["icmec", "state_dept", "us_labor"]


def of(id: str) -> Review:
    return review.load(id)


@pytest.mark.parametrize("series", SERIES)
def test_as_many_countries_are_listed_as_every_statistic_counts(series: str) -> None:
    r = of(series)
    seen = 0
    for edition in r.answered_editions:
        unrecorded = (r.series.editions[edition].reviewed or 0) - int((r.matrix.rows["edition"] == edition).sum())
        for item in r.statistics(edition).to_dict("records"):
            kind, _, rest = item["statistic"].partition(":")
            for end, possible in (("lower", False), ("upper", True)):
                if kind == "criterion":
                    criterion, grade = rest.split(":")
                    chosen = Selection({criterion: grade}, possible=possible)
                elif kind in ("level", "or_better"):
                    level, _, lacking = rest.partition(":without:")
                    chosen = Selection(
                        {lacking: r.framework.lowest} if lacking else {}, level, kind == "or_better", possible
                    )
                else:
                    continue
                assert len(chosen.countries(r, edition)) == item[end] - (unrecorded if possible else 0), item
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("series", SERIES)
def test_as_many_countries_are_listed_as_every_mark_counts(series: str) -> None:
    r = of(series)
    names = {"met": r.framework.highest, "not_met": r.framework.lowest, "open": "silent", "not_held": "no_data",
             "not_asked": "not_assessed", "not_applicable": "not_applicable"}  # fmt: skip
    for row in count_answers(r).to_dict("records"):
        recorded = int((r.matrix.rows["edition"] == row["edition"]).sum())
        for id, answer in names.items():
            listed = Selection({row["criterion"]: answer}).countries(r, row["edition"])
            unlisted = row["countries"] - recorded if id == "not_held" else 0
            assert len(listed) == row[id] - unlisted, (row, id)


def test_a_region_lists_what_summary_counts_of_it(modellaw: Modellaw) -> None:
    r = of("icmec")
    counted = r.statistics("09", by="region").set_index(["region", "statistic"])
    for region in ("Africa", "Oceania"):
        words = ["scores", "--edition", "09", "--where", "possession=no", "--region", region, "--format", "csv"]
        listed = list(csv.DictReader(io.StringIO(modellaw(*words).out)))
        assert len(listed) == counted.at[(region, "criterion:possession:no"), "lower"]
        assert all(row["possession"] == "no" for row in listed)
        document = json.loads(modellaw(*words[:-1], "json").out)
        assert document["where"] == {"possession": "no"}
        assert len(document["editions"][0]["countries"]) == len(listed)


def test_the_page_says_how_many_of_whom_and_what_the_marks_mean(modellaw: Modellaw) -> None:
    out = modellaw("scores", "--edition", "09", "--where", "Possession=No", "--where", "technology=yes").out
    assert "21 countries of the 194 with an answer in 09, as of 2018-12: Possession not met; Technology met" in out
    assert "◐" not in out  # the key explains the marks that are shown, and no other
    assert out.rstrip().splitlines()[-2].startswith("Next: modellaw country")
    out = modellaw("scores", "--series", "state_dept", "--edition", "2023", "--where", "possession=silent").out
    assert "145 countries of the 191" in out
    assert "Read by machine" in out
    out = modellaw("scores", "--edition", "09", "--level", "all_but_one+", "--possible").out
    assert "The edition covers 2 more, of which no answer is held" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--where", "nonsense"], "--where is written CRITERION=ANSWER, not “nonsense”."),
        (["--where", "posession=no"], "Did you mean “possession”?"),
        (["--where", "possession=perhaps"], "yes"),
        (["--where", "possession=no", "--where", "possession=yes"], "possession can't be both no and yes."),
        (["--level", "everything"], "level of csam"),
        (["--possible"], "--possible goes with --where or --level."),
        (["--series", "state_dept", "--level", "all_criteria"], "is not scored"),
        (["--region", "Atlantis"], "region or subregion"),
    ],
)
def test_what_cannot_be_listed_is_said(words: list[str], says: str, modellaw: Modellaw) -> None:
    ran = modellaw("scores", *words)
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
