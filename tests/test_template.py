"""The workbook to fill in: what is typed comes back, what is not to be typed does not; and a copy with comments."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from review.dataset import read_dataset
from review.importer.reading import read_table
from review.importer.template import template_pages
from review.report.xlsx.writer import workbook_bytes
from review.review import Review
from tests.recalculation import needs_libreoffice, recalculated
from tests.test_import import INTO, answers, own, said, snapshot

__all__ = ["own"]  # the fixture

Modellaw = Callable[..., Any]


def made(own: Path, path: Path, modellaw: Modellaw, *more: str | Path) -> Any:
    ran = modellaw("template", "--data", own, "--series", "mine", "--edition", "02", "--output", path, *more)
    assert ran.code == 0, ran.err
    return openpyxl.load_workbook(path)


def template_bytes(review: Review, edition: str, codes: list[str]) -> bytes:
    return workbook_bytes(template_pages(review, edition, codes), title="t", date=datetime.date(2000, 1, 1))


def columns(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[2]}


def test_it_guards_against_slips_and_shows_what_is_needed(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    book = made(own, tmp_path / "t.xlsx", modellaw)
    assert book.sheetnames == ["Start", "Answers", "Criteria"]
    sheet, heads = book["Answers"], columns(book["Answers"])
    framework = read_dataset(None).frameworks["csam"]
    assert [sheet["A3"].value, sheet["B3"].value] == ["Almaria", "QMA"]
    assert sheet.protection.sheet
    assert sheet["A3"].protection.locked
    lists = {
        str(area) for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges if rule.type == "list"
    }
    counts = [cell.value for row in book["Criteria"].iter_rows() for cell in row]
    for criterion in framework.criteria:
        answer = sheet.cell(3, heads[criterion.short])
        assert not answer.protection.locked
        assert any(answer.column_letter in area for area in lists)
        for field in ("citation", "locator", "quote", "effective", "cause", "note"):
            assert not sheet.cell(3, heads[f"{criterion.short}: {field}"]).protection.locked
        before = sheet.cell(3, heads[f"{criterion.short}: in 01"])
        assert before.protection.locked
        assert criterion.counts in counts
    assert sheet.cell(3, heads["Definition: in 01"]).value == "yes"
    assert sheet.cell(3, heads["Definition"]).value is None
    start = [str(cell.value) for row in book["Start"].iter_rows() for cell in row]
    assert any("COUNTA" in text for text in start)
    assert any("modellaw import" in text for text in start)


def test_the_same_data_give_the_same_bytes(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        made(own, tmp_path / name, modellaw)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_untouched_it_changes_nothing_and_the_edition_before_is_never_imported(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    made(own, tmp_path / "t.xlsx", modellaw)
    before = snapshot(own)
    ran = modellaw("import", tmp_path / "t.xlsx", *INTO, "--data", own)
    assert ran.code == 0, ran.err
    assert "left out" not in ran.out
    assert snapshot(own) == before


def test_an_answer_is_confirmed_by_choosing_the_same_and_further_countries_go_at_the_end(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    book = made(own, tmp_path / "t.xlsx", modellaw)
    sheet, heads = book["Answers"], columns(book["Answers"])
    sheet.cell(3, heads["Definition"]).value = "yes"
    last = max(row for row in range(3, sheet.max_row) if sheet.cell(row, 1).value) + 1
    sheet.cell(last, 1).value = "France"
    sheet.cell(last, heads["Possession"]).value = "no"
    book.save(tmp_path / "t.xlsx")
    assert modellaw("import", tmp_path / "t.xlsx", *INTO, "--data", own).code == 0
    assert said(own) == {"QMA definition": "yes", "FRA possession": "no"}


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        ("France, Brazil", {"BRA", "FRA"}),
        ("South America", set()),
        ("Oceania", {"AUS", "FJI"}),
        ("Korea, Republic of", {"KOR"}),
        ("QMA; FRA", {"QMA", "FRA"}),
        ("Oceania, Almaria", {"AUS", "FJI", "QMA"}),
        ("all", {"AUS", "FJI", "QMA", "NAM", "FRA"}),
    ],
)
def test_the_countries_are_those_named(
    named: str, codes: set[str], own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    ran = modellaw(
        "template",
        "--data",
        own,
        "--series",
        "mine",
        "--edition",
        "02",
        "--output",
        tmp_path / "t.xlsx",
        "--countries",
        named,
    )
    if not codes:
        assert ran.code == 2
        assert "is not exactly one country" in ran.err
        return
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Answers"]
    found = {row[1].value for row in sheet.iter_rows(min_row=3) if row[1].value}
    assert codes <= found
    assert found == codes or named.startswith(("Oceania", "all"))


ENTRY = st.fixed_dictionaries(
    {"answer": st.sampled_from(["yes", "no", "unknown", "not_assessed", ""])},
    optional={
        name: st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
        for name in ("citation", "locator", "quote", "note")
    }
    | {"effective": st.sampled_from(["2001", "2001-02", "2001-02-03"])},
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink]
)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["BRA", "FRA", "KEN"]), st.sampled_from(["legislation", "isp_reporting"])),
        ENTRY,
        min_size=1,
    )
)
def test_filled_in_imported_and_written_again_it_shows_what_was_filled(
    own: Path, tmp_path: Path, filled: dict[tuple[str, str], dict[str, str]]
) -> None:
    (own / "mine" / "answers" / "02.csv").unlink(missing_ok=True)
    path, codes = tmp_path / "t.xlsx", ["BRA", "FRA", "KEN"]
    review = Review.of(read_dataset(own), "mine")
    path.write_bytes(template_bytes(review, "02", codes))
    names = {one.id: one.short for one in review.framework.criteria}

    def cells(book: Any) -> dict[tuple[str, str], dict[str, str]]:
        sheet = book["Answers"]
        heads = columns(sheet)
        found = {}
        for row in range(3, 6):
            for id in ("legislation", "isp_reporting"):
                texts = {
                    field: sheet.cell(row, heads[names[id] if field == "answer" else f"{names[id]}: {field}"])
                    for field in ("answer", "citation", "locator", "quote", "effective", "note")
                }
                found[codes[row - 3], id] = texts
        return found

    book = openpyxl.load_workbook(path)
    grid = cells(book)
    for key, entry in filled.items():
        for field, text in entry.items():
            if text:
                grid[key][field].value = text
                grid[key][field].data_type = "s"
    book.save(path)
    reading = read_table(path, data=own, series="mine", edition="02", source="handbook")
    if reading.problems:
        assert all("requires" in one.remedy for one in reading.problems)
        return
    reading.apply()
    again = Review.of(read_dataset(own), "mine")
    path.write_bytes(template_bytes(again, "02", codes))
    shown = cells(openpyxl.load_workbook(path))
    for key, texts in shown.items():
        for field, cell in texts.items():
            assert (cell.value or "") == filled.get(key, {}).get(field, "")


def test_a_checked_workbook_has_a_comment_in_each_cell_with_a_problem(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    book = made(own, tmp_path / "t.xlsx", modellaw)
    sheet, heads = book["Answers"], columns(book["Answers"])
    sheet.cell(3, heads["Definition"]).value = "perhaps"
    sheet.cell(3, heads["Possession: effective"]).value = "soon"
    book.save(tmp_path / "t.xlsx")
    before = snapshot(own)
    words = ["check", tmp_path / "t.xlsx", "--series", "mine", "--edition", "02", "--data", own]
    ran = modellaw(*words, "--output", tmp_path / "checked.xlsx")
    assert ran.code == 1
    assert "2 problems" in ran.err
    copy = openpyxl.load_workbook(tmp_path / "checked.xlsx")["Answers"]
    comments = {cell.coordinate: cell.comment.text for row in copy.iter_rows() for cell in row if cell.comment}
    assert set(comments) == {
        sheet.cell(3, heads["Definition"]).coordinate,
        sheet.cell(3, heads["Possession: effective"]).coordinate,
    }
    assert "“perhaps” is open: under Definition." in "".join(comments.values())
    assert copy.cell(3, heads["Definition"]).value == "perhaps"
    sheet.cell(3, heads["Definition"]).value = "no"
    sheet.cell(3, heads["Possession: effective"]).value = "2001"
    book.save(tmp_path / "t.xlsx")
    ran = modellaw(*words)
    assert ran.code == 0, ran.err
    assert "No problems." in ran.out
    assert snapshot(own) == before


def test_headings_that_would_mean_something_else_give_way(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "odd"
    (folder / "criteria").mkdir(parents=True)
    text = 'id = "odd"\ntitle = "Odd"\n' + "".join(
        f'[[criteria]]\nid = "{id}"\ntitle = "{title}"\nshort = "{short}"\n'
        for id, title, short in [("a", "Country", "Country"), ("b", "Code", "x: y")]
    )
    (folder / "criteria" / "odd.toml").write_text(
        text + '[[levels]]\nid = "all"\nneeds = ["a", "b"]\n[[levels]]\nid = "rest"\n', encoding="utf-8"
    )
    series = folder / "ours"
    (series / "answers").mkdir(parents=True)
    (series / "series.toml").write_text('id = "ours"\ntitle = "Ours"\nframework = "odd"\nscored = true\n')
    (series / "sources.csv").write_text("source,title,publisher,kind,published,url\ns,S,,publisher,,\n")
    (series / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n01,edition,One,,,,partial,s,\n"
    )
    assert modellaw("check", folder).code == 0
    assert (
        modellaw(
            "template",
            "--data",
            folder,
            "--series",
            "ours",
            "--edition",
            "01",
            "--countries",
            "France",
            "--output",
            tmp_path / "t.xlsx",
        ).code
        == 0
    )
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    heads = columns(book["Answers"])
    book["Answers"].cell(3, heads["a"]).value = "yes"
    book["Answers"].cell(3, heads["b"]).value = "no"
    book.save(tmp_path / "t.xlsx")
    ran = modellaw("import", tmp_path / "t.xlsx", "--data", folder, "--series", "ours", "--edition", "01", "--write")
    assert ran.code == 0, ran.err
    assert (series / "answers" / "01.csv").read_text().splitlines()[1:] == ["FRA,a,yes,s", "FRA,b,no,s"]


@needs_libreoffice
def test_opened_and_saved_by_libreoffice_it_still_imports(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    book = made(own, tmp_path / "t.xlsx", modellaw)
    sheet, heads = book["Answers"], columns(book["Answers"])
    sheet.cell(3, heads["Definition"]).value = "yes"
    sheet.cell(3, heads["Definition: citation"]).value = "art. 1"
    book.save(tmp_path / "t.xlsx")
    again = recalculated(tmp_path / "t.xlsx", tmp_path)
    assert "1 of " in str([cell.value for row in again["Start"].iter_rows() for cell in row])
    saved = tmp_path / "recalculated" / "t.xlsx"
    with zipfile.ZipFile(io.BytesIO(saved.read_bytes())) as archive:
        assert "xl/workbook.xml" in archive.namelist()
    assert modellaw("import", saved, *INTO, "--data", own).code == 0
    assert answers(own)["QMA", "definition"]["citation"] == "art. 1"
