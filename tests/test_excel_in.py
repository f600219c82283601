"""Any CSV of a data folder may be an Excel workbook: what people's spreadsheets hold, read or named.

One table is read by itself (`read_table`), so that any text may be drawn for it.
"""

from __future__ import annotations

import csv
import datetime
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import review
from country_data import Problems
from country_data.characters import clean
from country_data.schema import ANSWERS
from country_data.tables import read_table

Modellaw = Callable[..., Any]


def as_workbook(path: Path) -> openpyxl.Workbook:
    """Turn a CSV file into a workbook of the same name, and give it to be changed and saved."""
    book = openpyxl.Workbook()
    for row in csv.reader(path.read_text(encoding="utf-8").splitlines()):
        book.active.append(row)
    # a text that begins with = stays text, as in a spreadsheet where it was typed with '
    for row in book.active.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"
    path.unlink()
    return book


def test_a_folder_in_excel_gives_the_same_as_in_csv(folder: Path, modellaw: Modellaw) -> None:
    before = (
        modellaw("scores", "--data", folder, "--format", "json").out,
        modellaw("summary", "--data", folder, "--format", "json").out,
    )
    for path in sorted(folder.rglob("*.csv")):
        as_workbook(path).save(path.with_suffix(".xlsx"))
    assert not list(folder.rglob("*.csv"))
    assert (
        modellaw("scores", "--data", folder, "--format", "json").out,
        modellaw("summary", "--data", folder, "--format", "json").out,
    ) == before


def test_numbers_dates_and_stray_spaces_are_read_as_the_format_writes_them(folder: Path) -> None:
    path = folder / "mine" / "editions.csv"
    book = as_workbook(path)
    sheet = book.active
    sheet["F2"], sheet["F3"] = 4, 2.0
    sheet["D2"], sheet["D3"] = 2020, datetime.date(2023, 5, 1)
    sheet["E2"] = datetime.date(2020, 6, 1)
    sheet["E2"].number_format = "mmm-yy"
    sheet["C2"] = "  First edition\xa0 "
    sheet["H3"] = " handbook "
    book.save(path.with_suffix(".xlsx"))
    editions = review.load("mine", data=folder).editions().set_index("edition")
    assert list(editions["reviewed"]) == [4, 2]
    assert list(editions["as_of"]) == ["2020", "2023-05-01"]
    assert editions.at["01", "published"] == "2020-06"
    assert editions.at["01", "title"] == "First edition"


def test_the_stored_value_of_a_formula_is_read(folder: Path) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    path.unlink()
    with xlsxwriter.Workbook(str(path.with_suffix(".xlsx"))) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_formula("C2", '=IF(1=1,"yes","no")', None, "yes")
    answers = review.load("mine", data=folder).answers().set_index(["edition", "country", "criterion"])
    assert answers.at[("02", "QMA", "legislation"), "answer"] == "yes"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("mmm-yy", "2006-04"),
        ("[$-de-DE]mmm yy", "2006-04"),
        ("[Red]mm/yy", "2006-04"),
        ("yyyy", "2006"),
        ("yyyy-mm-dd", "2006-04-01"),
        ("d. mmm yy", "2006-04-01"),
    ],
)
def test_a_date_is_read_as_far_as_the_cell_shows_it(shown: str, read: str, folder: Path) -> None:
    path = folder / "mine" / "editions.csv"
    book = as_workbook(path)
    book.active["E2"] = datetime.date(2006, 4, 1)
    book.active["E2"].number_format = shown
    book.save(path.with_suffix(".xlsx"))
    assert review.load("mine", data=folder).editions()["published"][0] == read


def test_a_formula_whose_stored_value_is_empty_is_nothing_recorded(folder: Path) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    path.unlink()
    with xlsxwriter.Workbook(str(path.with_suffix(".xlsx"))) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_formula("E3", '=IF(1=1,"","law_changed")', None, "")
    mark_as_text(path.with_suffix(".xlsx"), "E3")
    assert len(review.load("mine", data=folder).scores("02")) == 2


def mark_as_text(path: Path, cell: str) -> None:
    """Store a formula's value as Excel does where it is an empty text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(f'<c r="{cell}">'.encode(), f'<c r="{cell}" t="str">'.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda sheet: sheet.__setitem__("C2", '=IF(1=1,"yes","no")'), ["cell C2", "formula without a stored value"]),
        (lambda sheet: sheet.__setitem__("C3", "#N/A"), ["cell C3", "#N/A"]),
        (lambda sheet: sheet.merge_cells("A2:A3"), ["cell A2:A3", "merged"]),
        (lambda sheet: sheet.__setitem__("C3", "maybe"), ["cell C3", "“maybe”", "Allowed are"]),
        (lambda sheet: sheet.__setitem__("A3", "Nambia"), ["cell A3", "Nambia", "Namibia"]),
        (lambda sheet: sheet.__setitem__("B1", "criterium"), ["criterium", "Did you mean “criterion”"]),
    ],
    ids=["formula", "error", "merged", "answer", "country", "column"],
)
def test_what_a_cell_must_not_hold_is_named_by_sheet_and_cell(
    change: Callable[[Any], None], says: list[str], folder: Path, modellaw: Modellaw
) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    book = as_workbook(path)
    book.active.title = "Our answers"
    change(book.active)
    book.save(path.with_suffix(".xlsx"))
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "sheet “Our answers”" in ran.err
    for words in says:
        assert words in ran.err


def test_hidden_rows_and_columns_are_read_like_the_others(folder: Path) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    book = as_workbook(path)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["D"].hidden = True
    book.save(path.with_suffix(".xlsx"))
    assert len(review.load("mine", data=folder).scores("02")) == 2


def test_a_first_sheet_that_is_hidden_is_named(folder: Path, modellaw: Modellaw) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    book = as_workbook(path)
    book.create_sheet("Shown")
    book.active.sheet_state = "hidden"
    book.save(path.with_suffix(".xlsx"))
    assert "The first sheet is hidden." in modellaw("check", folder).err


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"],
    ids=["empty", "text", "zip", "old"],
)
def test_a_file_that_is_no_workbook_is_a_problem(content: bytes, folder: Path, modellaw: Modellaw) -> None:
    (folder / "mine" / "answers" / "02.csv").unlink()
    (folder / "mine" / "answers" / "02.xlsx").write_bytes(content)
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "02.xlsx" in ran.err
    assert "Save it from Excel" in ran.err


def test_the_lock_file_of_an_open_workbook_is_passed_over(folder: Path, modellaw: Modellaw) -> None:
    (folder / "mine" / "answers" / "~$02.xlsx").write_bytes(b"lock")
    assert modellaw("check", folder).code == 0


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(folder: Path, modellaw: Modellaw) -> None:
    before = modellaw("scores", "--data", folder, "--format", "json").out
    for path in folder.rglob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert modellaw("scores", "--data", folder, "--format", "json").out == before
    json.loads(before)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(["locator", "citation", "quote", "note"], TEXTS)), min_size=1, max_size=4
    )
)
def test_what_is_written_as_csv_or_workbook_is_read_the_same(tmp_path: Path, notes: list[dict[str, str]]) -> None:
    fixed = {"country": "QMA", "criterion": "c", "answer": "yes", "source": "s", "effective": "", "cause": ""}
    rows = [{**fixed, **given} for given in notes]
    frame = pd.DataFrame(rows, columns=list(ANSWERS.names), dtype=str)
    frame.to_csv(tmp_path / "as_csv.csv", index=False)
    with xlsxwriter.Workbook(
        str(tmp_path / "as_xlsx.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(ANSWERS.names))
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(ANSWERS.names):
                sheet.write_string(number, column, row[name])
    problems = Problems()
    for stem in ("as_csv", "as_xlsx"):
        table = read_table(tmp_path, stem, ANSWERS, problems, label="t")
        assert table is not None
        pd.testing.assert_frame_equal(table.frame, frame.map(clean))
    assert not problems


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\ufeff no\u200bte\u2060 ", "note"),
        ("QM\u200dA\u200c", "QMA"),
        ("\u0645\u06cc\u200c\u0634\u0648\u062f", "\u0645\u06cc\u200c\u0634\u0648\u062f"),  # Persian: “becomes”
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u200d\u0915\u200c", "\u0915"),
        ("\xa0a\xa0b\xa0", "a\xa0b"),
    ],
)
def test_signs_nobody_sees_go_and_joiners_of_a_script_stay(written: str, read: str, folder: Path) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    header, first, *others = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},note", f"{first},{written}", *(f"{line}," for line in others)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = review.load("mine", data=folder).answers()
    assert answers.loc[answers["edition"] == "02", "note"].tolist()[0] == read


def test_a_format_far_below_the_data_is_no_million_rows(folder: Path) -> None:
    path = folder / "mine" / "answers" / "02.csv"
    book = as_workbook(path)
    book.active["XFD1048576"].number_format = "0.00"
    book.save(path.with_suffix(".xlsx"))
    assert len(review.load("mine", data=folder).scores("02")) == 2
