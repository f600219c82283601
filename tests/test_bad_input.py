"""Bad data: each failure has a file of its own, and a problem that says where, what and what to do."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

DATA = Path(__file__).parent / "data"
CASES = tomllib.loads((DATA / "broken" / "cases.toml").read_text(encoding="utf-8"))["case"]


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_broken_file_has_a_case() -> None:
    assert {path.name for path in (DATA / "broken").iterdir()} == {case["file"] for case in CASES} | {"cases.toml"}


def test_the_good_folder_has_no_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    ran = modellaw("check", folder)
    assert ran.code == 0
    assert ran.out.startswith("No problems: 1 series (mine), 10 answers, 3 published figures.")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_broken_file_is_a_problem_with_place_and_remedy(
    case: dict[str, Any], folder: Path, modellaw: Callable[..., Any]
) -> None:
    target = folder / case["replaces"]
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(DATA / "broken" / case["file"], target)
    before = digest(folder)
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert ran.out == ""
    found = [line for line in ran.err.splitlines() if f"{folder}/{case['at']}" in line]
    assert any(all(word in line for word in case["says"]) for line in found), ran.err
    assert "Traceback" not in ran.err
    assert digest(folder) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_nothing_is_written_from_a_broken_folder(
    case: dict[str, Any], folder: Path, tmp_path: Path, modellaw: Callable[..., Any]
) -> None:
    target = folder / case["replaces"]
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(DATA / "broken" / case["file"], target)
    ran = modellaw("report", "--data", folder, "--output", tmp_path / "out.xlsx")
    assert ran.code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_all_problems_of_a_folder_are_reported_in_one_run(folder: Path, modellaw: Callable[..., Any]) -> None:
    for name, target in [
        ("unknown_answer.csv", "mine/answers/02.csv"),
        ("bad_date.csv", "mine/editions.csv"),
        ("bad_address.csv", "mine/sources.csv"),
        ("unknown_key.toml", "mine/series.toml"),
    ]:
        shutil.copyfile(DATA / "broken" / name, folder / target)
    ran = modellaw("check", folder)
    for word in ("“maybe”", "2020-13", "ftp://", "“score”"):
        assert word in ran.err
    assert ran.err.rstrip().endswith("4 problems. Nothing was computed or written.")


def test_both_csv_and_workbook_of_one_file_are_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    openpyxl.Workbook().save(folder / "mine" / "editions.xlsx")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "Both editions.csv and editions.xlsx are there." in ran.err


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    ran = modellaw("check", tmp_path / "nowhere")
    assert ran.code == 1
    assert "There is no such folder." in ran.err


def test_a_folder_without_series_is_a_problem(tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    ran = modellaw("check", tmp_path)
    assert ran.code == 1
    assert "holds no series" in ran.err


def test_a_misspelt_file_name_is_not_passed_over(folder: Path, modellaw: Callable[..., Any]) -> None:
    (folder / "mine" / "published_figures.csv").rename(folder / "mine" / "publishd_figures.csv")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "Did you mean “published_figures.csv”?" in ran.err


def test_an_answers_file_without_edition_is_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    (folder / "mine" / "answers" / "02.csv").rename(folder / "mine" / "answers" / "03.csv")
    ran = modellaw("check", folder)
    assert "There is no edition “03”." in ran.err


def test_a_framework_that_replaces_the_embedded_one_leaves_out_the_series_that_no_longer_fit(
    folder: Path, modellaw: Callable[..., Any]
) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "csam.toml").write_text(
        'id = "csam"\ntitle = "Only one question"\n[[criteria]]\nid = "legislation"\n[[levels]]\nid = "lowest"\n',
        encoding="utf-8",
    )
    (folder / "mine" / "answers" / "01.csv").write_text(
        "country,criterion,answer,source\nQMA,legislation,yes,handbook\n", encoding="utf-8"
    )
    (folder / "mine" / "answers" / "02.csv").unlink()
    (folder / "mine" / "published_figures.csv").unlink()
    (folder / "mine" / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n01,edition,First,2020,2020,4,partial,handbook,\n",
        encoding="utf-8",
    )
    ran = modellaw("--data", folder)
    assert ran.code == 0
    assert "The embedded series icmec does not fit your framework csam and is left out." in ran.err
    assert "mine" in ran.out
    assert "Global Review" not in ran.out


def test_problems_as_json_name_file_line_and_remedy(folder: Path, modellaw: Callable[..., Any]) -> None:
    import json

    shutil.copyfile(DATA / "broken" / "unknown_answer.csv", folder / "mine" / "answers" / "02.csv")
    ran = modellaw("check", folder, "--format", "json")
    assert ran.code == 1
    (problem,) = json.loads(ran.out)["problems"]
    assert problem["file"].endswith("mine/answers/02.csv")
    assert (problem["line"], problem["column"]) == (2, "answer")
    assert "Allowed are" in problem["remedy"]
