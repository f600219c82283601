"""Groups of countries of one's own: read, checked, counted by, and shown beside the UN's regions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import review
from country_data.groups import Groups
from review.dataset import find_problems, read_dataset

Modellaw = Callable[..., Any]


def write_groups(folder: Path, *lines: str, header: str = "scheme,group,country,from,until") -> None:
    (folder / "groups.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_countries_are_counted_by_a_scheme_of_ones_own(folder: Path, modellaw: Modellaw) -> None:
    write_groups(folder, "Bloc,North,QMA", "Bloc,South,QMB", header="scheme,group,country")
    r = review.load("mine", data=folder)
    assert r.schemes == ("region", "subregion", "Bloc")
    edition = r.answered_editions[0]
    counted = r.statistics(edition, by="Bloc").set_index(["Bloc", "statistic"])
    scores = r.scores(edition).set_index("country")
    bloc = {"QMA": "North", "QMB": "South"}
    for group in ("North", "South", ""):
        mine = [code for code in scores.index if bloc.get(code, "") == group]
        if mine:
            assert counted.at[(group, "recorded"), "lower"] == len(mine)
            for id in r.framework.criterion_ids:
                met = sum(scores.at[code, id] == "yes" for code in mine)
                assert counted.at[(group, f"criterion:{id}:yes"), "lower"] == met
    words = ["summary", "--data", folder, "--series", "mine", "--by", "bloc"]  # whatever the capitals
    ran = modellaw(*words)
    assert ran.code == 0
    assert "North" in ran.out
    assert "in no group" in ran.out
    document = json.loads(modellaw(*words, "--format", "json").out)
    assert {group["Bloc"] for item in document["editions"] for group in item["groups"]} >= {"North", "South"}


@pytest.mark.parametrize(
    ("start", "end", "date", "member"),
    [
        ("", "", "2010", True),
        ("2010", "", "2009-12", False),
        ("2010", "", "2010-03", True),
        ("2010-06", "", "2010", True),  # within the year
        ("2010-06", "", "2010-05", False),
        ("", "2010", "2009", True),
        ("", "2010", "2010-02", False),
        ("2001", "2010", "2005", True),
        ("2001", "2010", "", False),  # no longer a member
        ("2001", "", "", True),
    ],
)
def test_a_membership_holds_from_one_date_until_another(start: str, end: str, date: str, member: bool) -> None:
    import pandas as pd

    frame = pd.DataFrame([("Union", "in", "KEN", start, end)], columns=["scheme", "group", "country", "from", "until"])
    assert Groups(frame).members("Union", date) == ({"KEN": "in"} if member else {})


@pytest.mark.parametrize(
    ("line", "says", "line_number"),
    [
        ("Bloc,North,XYZ,,", "There is no country “XYZ” in the registry.", 3),
        ("region,North,QMB,,", "A grouping can't be called “region”.", 3),
        ("Edition,North,QMB,,", "A grouping can't be called “Edition”.", 3),
        ("=Bloc,North,QMB,,", "can't be the name of a grouping or group", 3),
        ("Bloc,A|B,QMB,,", "can't be the name of a grouping or group", 3),
        ("Bloc,South,QMA,,", "QMA is in two groups of “Bloc” at the same time.", 3),
        ("Bloc,South,QMB,2010,2005", "The membership ends on 2005, before it begins.", 3),
        ("Bloc,South,QMB,soon,2005", "soon", 3),
        (",South,QMB,,", "scheme", 3),
    ],
)
def test_what_is_wrong_with_groups_is_said_with_its_line(folder: Path, line: str, says: str, line_number: int) -> None:
    write_groups(folder, "Bloc,North,QMA,,", line)
    _, error = find_problems(folder)
    assert error is not None
    (problem,) = error.problems
    assert problem.place.line == line_number
    assert problem.place.file.endswith("groups.csv")
    assert says in str(problem)
    assert problem.remedy


def test_one_country_may_change_its_group(folder: Path) -> None:
    write_groups(folder, "Bloc,North,QMA,,2010", "Bloc,South,QMA,2010,")
    groups = read_dataset(folder).groups
    assert groups.members("Bloc", "2009") == {"QMA": "North"}
    assert groups.members("Bloc", "2010") == {"QMA": "South"}


def test_a_grouping_that_is_not_there_is_refused_with_those_that_are(folder: Path, modellaw: Modellaw) -> None:
    write_groups(folder, "Income group,high,QMA,,")
    ran = modellaw("summary", "--data", folder, "--series", "mine", "--by", "Incme group")
    assert ran.code == 2
    assert "Did you mean “Income group”?" in ran.err
    assert "Traceback" not in ran.err
