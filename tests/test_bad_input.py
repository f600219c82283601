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
    assert ran.out.startswith("No problems. mine: 10 answers, 3 published figures.")


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
    """One of each kind, so that none hides another: the definition, editions, sources, figures, answers, a framework."""
    broken = {
        "unknown_key.toml": "mine/series.toml",
        "bad_date.csv": "mine/editions.csv",
        "bad_address.csv": "mine/sources.csv",
        "unknown_statistic.csv": "mine/published_figures.csv",
        "unknown_criterion.csv": "mine/answers/02.csv",
        "level_needs_unknown.toml": "criteria/level_needs_unknown.toml",
    }
    (folder / "criteria").mkdir()
    for name, target in broken.items():
        shutil.copyfile(DATA / "broken" / name, folder / target)
    with (folder / "mine" / "answers" / "01.csv").open("a", encoding="utf-8") as file:
        file.write("QMB,possession,yes,handbook,,,,,,\n")
    ran = modellaw("check", folder)
    for word in ("“score”", "2020-13", "ftp://", "level:nothing", "posession", "law2", "QMB possession is yes"):
        assert word in ran.err
    assert ran.err.rstrip().endswith("7 problems. Nothing was computed or written.")


@pytest.mark.parametrize("name", ["answers.csv", "notes.xlsx", "answers/02.CSV", "answers/02.xls"])
def test_a_table_that_would_not_be_read_is_a_problem(name: str, folder: Path, modellaw: Callable[..., Any]) -> None:
    (folder / "mine" / name).write_bytes(b"country,criterion,answer,source\n")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert f"{folder}/mine/{name}" in ran.err


def test_an_alias_that_clashes_is_a_problem_of_the_users_file_alone(folder: Path, modellaw: Callable[..., Any]) -> None:
    with (folder / "countries.csv").open("a", encoding="utf-8") as file:
        file.write("QMD,Dorania,Niger,,,invented,,,\n")
    ran = modellaw("check", folder)
    assert ran.err.count("would mean both") == 1
    assert f"{folder}/countries.csv, line 6, column aliases" in ran.err


def test_a_series_that_replaces_an_embedded_one_may_have_editions_of_its_own(
    folder: Path, modellaw: Callable[..., Any]
) -> None:
    (folder / "mine").rename(folder / "icmec")
    text = (folder / "icmec" / "series.toml").read_text(encoding="utf-8")
    (folder / "icmec" / "series.toml").write_text(text.replace('"mine"', '"icmec"'), encoding="utf-8")
    assert modellaw("check", folder).code == 0


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


def test_an_alias_without_letters_is_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    with (folder / "countries.csv").open("a", encoding="utf-8") as file:
        file.write("QMD,Dorania,...,,,invented,,,\n")
    assert "“...” is no name." in modellaw("check", folder).err


def test_the_folder_of_a_series_and_a_file_are_named_for_what_they_are(
    folder: Path, modellaw: Callable[..., Any]
) -> None:
    assert f"Name the folder that holds it: {folder}." in modellaw("check", folder / "mine").err
    assert "This is a file, not a folder." in modellaw("check", folder / "countries.csv").err


def test_editions_that_do_not_sort_in_order_of_time_are_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    text = "edition,kind,title,as_of,published,reviewed,coverage,source,note\n9,edition,Nine,2020,,,partial,,\n10,edition,Ten,2021,,,partial,,\n"
    (folder / "mine" / "editions.csv").write_text(text, encoding="utf-8")
    ran = modellaw("check", folder)
    assert "Edition 9 (2020) sorts after 10 (2021)" in ran.err
    assert "write 09" in ran.err


def test_a_broken_link_or_a_pipe_in_place_of_a_file_is_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    import os

    (folder / "mine" / "law_changes.csv").unlink()
    (folder / "mine" / "law_changes.csv").symlink_to("nowhere.csv")
    (folder / "mine" / "answers" / "02.csv").unlink()
    os.mkfifo(folder / "mine" / "answers" / "02.csv")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert ran.err.count("This is not a file that can be read.") == 2


@pytest.mark.parametrize("number", ["1e99999999999999999999", "9" * 5000, "[" * 5000])
def test_numbers_and_lists_beyond_measure_in_toml_are_a_problem(
    number: str, folder: Path, modellaw: Callable[..., Any]
) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "x.toml").write_text(f'id = "x"\ntitle = {number}\n', encoding="utf-8")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "criteria/x.toml" in ran.err


def test_a_criterion_may_not_have_the_name_of_a_column(folder: Path, modellaw: Callable[..., Any]) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "x.toml").write_text(
        'id = "x"\ntitle = "X"\n[[criteria]]\nid = "country"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    assert "“country” is reserved." in modellaw("check", folder).err


def test_a_control_character_in_a_title_is_a_problem(folder: Path, modellaw: Callable[..., Any]) -> None:
    path = folder / "mine" / "series.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Our own", "Our\\u0001own"), encoding="utf-8")
    assert "“title” holds the control character U+0001." in modellaw("check", folder).err


def test_a_figure_of_no_country_and_one_with_two_sources_can_be_reported(
    folder: Path, tmp_path: Path, modellaw: Callable[..., Any]
) -> None:
    path = folder / "mine" / "published_figures.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2020,handbook,preferred", "2020,handbook gazette,preferred"),
        encoding="utf-8",
    )
    (folder / "mine" / "answers" / "01.csv").unlink()
    path = folder / "mine" / "editions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2020-06,4,", "2020-06,0,"), encoding="utf-8")
    for words in (
        ["report", "--output", tmp_path / "out.xlsx"],
        [],
        ["summary"],
        ["compare", "--series", "mine"],
        ["figures", "--series", "mine"],
    ):
        ran = modellaw(*words, "--data", folder) if words else modellaw("--data", folder)
        assert ran.code == 0, ran.err


def test_ten_thousand_wrong_rows_are_reported_without_waiting(folder: Path, modellaw: Callable[..., Any]) -> None:
    rows = "".join(f"Nowhere{number},legislation,Yes,handbook\n" for number in range(10_000))
    (folder / "mine" / "answers" / "02.csv").write_text("country,criterion,answer,source\n" + rows, encoding="utf-8")
    ran = modellaw("check", folder)
    assert ran.err.rstrip().endswith("20000 problems. Nothing was computed or written.")


def test_all_that_is_wrong_with_a_framework_is_told_together(folder: Path, modellaw: Callable[..., Any]) -> None:
    (folder / "criteria").mkdir()
    lines = [
        'id = "other"', 'title = "T"', 'aggregate = "average"', 'grades = ["no", "yes"]', 'credit = ["1", "0.5"]',
        "[[groups]]", 'id = "empty"',
        *(line for number in range(201) for line in ("[[criteria]]", f'id = "q{number}"')),
        "[[criteria]]", 'id = "q1"', "weight = -1", "[[criteria]]", 'id = "Q 2"', 'requires = ["q3", "nothing"]',
        "[[criteria]]", 'id = "round"', 'requires = ["round"]',
        "[[levels]]", 'id = "upper"', 'needs = ["q4"]', "[[levels]]", 'id = "hidden"', 'needs = ["q4", "q5"]',
        "[[levels]]", 'id = "many"', 'at_least = { count = 3, of = ["q1", "q2"] }', "[[levels]]", 'id = "lowest"',
    ]  # fmt: skip
    (folder / "criteria" / "wrong.toml").write_text("\n".join(lines), encoding="utf-8")
    ran = modellaw("check", folder)
    assert ran.code == 1
    for words in (
        "The id is “other”, the file “wrong.toml”", "“aggregate” is “average”", "don't rise", "“empty” has no criteria",
        "There are 204 criteria", "“q1” stands twice", "“weight” is -1", "“Q 2” is not an id", "names “nothing”",
        "“round” requires itself", "“hidden” can't be reached", "3 of 2",
    ):  # fmt: skip
        assert words in ran.err, words
