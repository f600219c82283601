"""The list of changes from edition to edition, and how the workbook shows it.

What a reader would pick is given to the sheets (`Picked`): LibreOffice picks nothing by itself.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pandas as pd

import review
from review.changes import changes_between_editions
from review.report.workbook import Picked
from tests.test_workbook import reviews_of, table
from tests.workbooks import write_workbook


def test_every_change_of_a_stated_answer_is_listed_whatever_silence_lies_between() -> None:
    r = review.load("state_dept")
    scores = r.scores()
    expected = set()
    for (country, *_), part in scores.groupby(["country"]):
        for criterion in r.framework.criterion_ids:
            stated = [(row["edition"], row[criterion]) for row in part.to_dict("records")]
            stated = sorted((edition, answer) for edition, answer in stated if answer in ("yes", "no"))
            for (first, was), (second, now) in itertools.pairwise(stated):
                if was != now:
                    kind = "newly_met" if now == "yes" else "no_longer_met"
                    expected.add((kind, int(second) - int(first) > 1, first, second, country, criterion, was, now))
    found = changes_between_editions(r)
    moved = found[found["kind"].str.contains("met")]
    columns = ["kind", "after_gap", "from", "to", "country", "criterion", "was", "now"]
    assert set(moved[columns].itertuples(index=False, name=None)) == expected
    assert moved.groupby(["kind", "after_gap"]).size().to_dict() == {("newly_met", False): 12, ("newly_met", True): 3}
    assert (moved["now_source"] != "").all()
    assert (moved["was_source"] != "").all()


def test_compare_shows_first_the_countries_that_changed(tmp_path: Path) -> None:
    reviews = reviews_of()
    stated = next(one for one in reviews if not one.scored)
    path = tmp_path / "own.xlsx"
    write_workbook(reviews, path, Picked(editions=(stated, "2016", "2023")), only=["Compare"])
    rows = table(openpyxl.load_workbook(path, data_only=True)["Compare"], "compare_countries")
    compared = stated.compare("2016", "2023").countries
    changed = compared[compared[list(stated.framework.criterion_ids)].isin(["newly_met", "no_longer_met"]).any(axis=1)]
    first = rows[: len(changed)]
    assert {row["Code"] for row in first} == set(changed["country"])
    shorts = [criterion.short for criterion in stated.framework.criteria]
    assert all({row[short] for short in shorts} & {"▲", "▽"} for row in first)
    assert not any({row[short] for short in shorts} & {"▲", "▽"} for row in rows[len(changed) :])
    order = [row["In which edition"] for row in rows[len(changed) :] if row["Country"]]
    assert order == sorted(order, key=lambda text: text != "both")
    assert {row["Code"] for row in rows if row["Country"]} == set(compared["country"])


def test_the_sheet_of_changes_names_the_statutes_or_says_that_none_is_held(folder: Path, tmp_path: Path) -> None:
    write_workbook(reviews_of(), tmp_path / "embedded.xlsx")
    book = openpyxl.load_workbook(tmp_path / "embedded.xlsx", data_only=True)
    assert "Statutes and quotes" not in table(book["Changes"], "changes")[0]
    assert any("Of no answer here is held: quote" in str(row[0].value) for row in book["Answers"].iter_rows(max_row=8))
    path = folder / "mine" / "answers" / "02.csv"
    answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    more = pd.DataFrame({"country": ["QMA"], "criterion": ["isp_reporting"], "answer": ["yes"], "source": ["handbook"]})
    answers = answers[~((answers["country"] == "QMA") & (answers["criterion"] == "isp_reporting"))]
    pd.concat([answers, more.assign(citation="Act 7, s. 3")]).fillna("").to_csv(path, index=False)
    write_workbook(reviews_of(folder), tmp_path / "own.xlsx")
    listed = table(openpyxl.load_workbook(tmp_path / "own.xlsx", data_only=True)["Changes"], "changes")
    (row,) = [row for row in listed if row["Code"] == "QMA" and row["Criterion"] == "ISP reporting"]
    assert row["Change"] == "not met to met"
    assert row["Statutes and quotes"] == "Act 7, s. 3"


def test_what_does_not_apply_is_no_silence(folder: Path) -> None:
    editions = folder / "mine" / "editions.csv"
    editions.write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
        + "".join(f"0{n},edition,Edition {n},202{n},,,partial,handbook,\n" for n in (1, 2, 3, 4))
    )
    answers = {1: "no", 2: "not_applicable", 3: "yes", 4: "not_assessed"}
    for n, answer in answers.items():
        (folder / "mine" / "answers" / f"0{n}.csv").write_text(
            f"country,criterion,answer,source\nQMA,legislation,yes,handbook\nQMA,possession,{answer},handbook\n"
        )
    (folder / "mine" / "published_figures.csv").unlink()
    found = changes_between_editions(review.load("mine", data=folder))
    assert set(found["kind"]) == {"other"}
    assert len(found) == 3
