"""One result in every form: a page, Markdown, a workbook to mail; with the same numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import review
from tests.test_workbook import answer_words, table

Modellaw = Callable[..., Any]
RESULTS = {
    "summary": ["summary"],
    "summary of an edition": ["summary", "--edition", "09"],
    "summary by region": ["summary", "--edition", "09", "--by", "region"],
    "scores": ["scores", "--edition", "09"],
    "a list behind a number": ["scores", "--where", "possession=no"],
    "gaps": ["gaps"],
    "figures": ["figures"],
    "country": ["country", "Japan"],
    "crosscheck": ["crosscheck", "icmec", "state_dept"],
    "compare": ["compare", "01", "09"],
    "list": ["list", "editions"],
}


@pytest.mark.parametrize("words", RESULTS.values(), ids=list(RESULTS))
def test_every_result_is_a_workbook_of_values_and_a_document(
    words: list[str], tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "result.xlsx"
    ran = modellaw(*words, "--output", path)
    assert ran.code == 0, ran.err
    assert str(path) in ran.out
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "Read me"
    about = {row["What"]: row["About"] for row in table(book["Read me"], "about_this")}
    assert about["How to cite"].startswith("modellaw ")
    assert "A correction needs a source." in about["How to report an error"]
    assert "Silence is not “no”" in answer_words(book["Read me"])
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert sum(len(sheet.tables) for sheet in book) >= 1
    assert not any(
        "modellaw country NAME" in answer_words(sheet) for sheet in book
    )  # what to type next is of a terminal
    for sheet in book.worksheets[:-1]:
        assert sheet["A1"].value
        for one in sheet.tables.values():
            heads = [str(cell.value) for cell in sheet[one.ref][0]]
            assert len(set(map(str.casefold, heads))) == len(heads)
    document = modellaw(*words, "--format", "md").out
    assert document.startswith("# ")
    assert "| --- |" not in document
    shell = re.findall(r"`(modellaw [^`]+)`", document)
    assert all("\\" not in one for one in shell)


def test_a_comparison_to_mail_has_the_numbers_of_the_library(tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "cmp.xlsx"
    assert modellaw("compare", "01", "09", "--output", path).code == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Headlines",
        "In which edition",
        "Criteria",
        "Levels",
        "Countries",
        "Coverage",
        "Read me",
    ]
    assert path.stat().st_size < 60_000
    (first, *_) = [dict(row) for row in table(book["Headlines"], next(iter(book["Headlines"].tables)))]
    assert (first["statistic"], first["01"], first["01: of"], first["09"], first["09: of"], first["change"]) == (
        "Sufficient", 27, 184, 118, 196, 91,
    )  # fmt: skip
    assert first["09: share"] == pytest.approx(118 / 196)
    assert first["points"] == pytest.approx(118 / 196 * 100 - 27 / 184 * 100)
    found = review.load("icmec").compare("01", "09")
    listed = table(book["Criteria"], next(iter(book["Criteria"].tables)))
    assert [row["newly met"] for row in listed] == list(found.criteria["newly_met"])
    assert "and 160 more" not in answer_words(book["In which edition"])  # a document has room for all


def test_counts_are_whole_numbers_and_equal_bounds_one_column(tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "own.xlsx"
    assert modellaw("summary", "--edition", "09", "--output", path).code == 0
    sheet = openpyxl.load_workbook(path)["Summary"]
    (one,) = sheet.tables.values()
    heads = [cell.value for cell in sheet[one.ref][0]]
    place = heads.index("from answers: at least")
    cells = {row[0].value: row[place] for row in sheet[one.ref][1:]}
    assert cells["Definition: met"].value == 119
    assert cells["Definition: met"].number_format == "#,##0"
    assert cells["Mean score"].number_format == "0.00"
    assert modellaw("summary", "--edition", "09", "--by", "region", "--output", path, "--force").code == 0
    sheet = openpyxl.load_workbook(path)["Summary"]
    (one,) = sheet.tables.values()
    assert "Sufficient" in [cell.value for cell in sheet[one.ref][0]]  # in each region all is known


def test_one_country_on_a_page_of_markdown(modellaw: Modellaw) -> None:
    document = modellaw("country", "Japan", "--format", "md").out
    lines = document.splitlines()
    assert lines[0] == "# Japan (JPN) · Eastern Asia, Asia"
    assert "| Possession | ● met | unicef-crba |" in document
    assert "For “all five criteria”: to enact: ISP reporting" in document
    assert len(lines) < 120


def test_advice_bears_the_data_that_were_chosen(folder: Path, modellaw: Modellaw) -> None:
    out = modellaw("summary", "--data", folder, "--series", "mine").out
    advised = re.findall(r"(modellaw summary .*)", out)
    assert advised
    for one in advised:
        assert f"--data {folder}" in one
        ran = modellaw(*one.removeprefix("modellaw ").split())
        assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--format", "xlsx"], "A workbook is a file: name it with --output FILE.xlsx."),
        (["--output", "x.csv"], "“x.csv” would hold a table as text: add --format csv, or name it otherwise."),
        (
            ["--output", "x.xlsx", "--format", "csv"],
            "“x.xlsx” would hold CSV: add --format xlsx, or name it otherwise.",
        ),
        (["--output", "x.pdf"], "“x.pdf” would hold a table as text: name it otherwise."),
        (["--output", "x.xls"], "“x.xls” would hold a table as text: name it otherwise."),
    ],
)
def test_no_file_says_by_its_name_that_it_holds_something_else(
    words: list[str], says: str, modellaw: Modellaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = modellaw("summary", *words)
    assert ran.code == 2
    assert says in ran.err
    assert not list(tmp_path.iterdir())


def test_a_comparison_of_nothing_is_a_line(modellaw: Modellaw) -> None:
    assert len(modellaw("compare", "09", "09").out.splitlines()) == 3
    out = modellaw("compare", "02", "03").out
    assert len(out.splitlines()) < 10
    assert "0 " not in out.replace("0 have one in 02, 0 in 03", "")


def test_figures_lead_with_what_disagrees_and_fold_what_fits(modellaw: Modellaw) -> None:
    short, every = modellaw("figures").out, modellaw("figures", "--all").out
    assert short.splitlines()[1].startswith(
        "09, all together: The 13 preferred figures can all hold at once. By the rule of 01–08"
    )
    assert "59 within the bounds" in short
    assert "within the bounds " not in short.split("59 within the bounds")[1]
    assert len(short.splitlines()) < 40 < len(every.splitlines())
    assert len([line for line in every.splitlines() if re.search(r" {2}within the bounds", line)]) == 59


def test_problems_of_a_folder_are_a_workbook_too(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    (folder / "groups.csv").write_text("scheme,group,country\nBloc,North,XYZ\n", encoding="utf-8")
    path = tmp_path / "problems.xlsx"
    ran = modellaw("check", folder, "--output", path)
    assert ran.code == 1
    assert "There is no country “XYZ”" in answer_words(openpyxl.load_workbook(path).worksheets[0])
