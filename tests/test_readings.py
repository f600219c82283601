"""What is settled of a table, kept and begun from: never applied where it could mean something else, and never lost."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import review
from review.files import OutputError
from tests.test_import_cases import CASES, NAMES

Modellaw = Callable[..., Any]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A data folder with a series of many editions without answers."""
    shutil.copytree(CASES / "frameworks" / "demo", tmp_path / "data")
    return tmp_path / "data"


def take(modellaw: Modellaw, demo: Path, text: str, edition: str, *more: object, settled: str = "") -> Any:
    """Import a table of this text, as a reading of this text settles it."""
    table, reading = demo.parent / "table.csv", demo.parent / "settled.toml"
    table.write_text(text, encoding="utf-8")
    reading.write_text(settled, encoding="utf-8")
    words = ["--reading", reading] if settled else []
    return modellaw("import", table, "--data", demo, "--series", "ours", "--edition", edition, *words, *more)


def held(demo: Path, edition: str) -> dict[str, str]:
    path = demo / "ours" / "answers" / f"{edition}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {f"{row['country']} {row['criterion']}": row["answer"] for row in csv.DictReader(file)}


def test_numbers_and_blanks_never_carry_over_and_what_they_were_is_said(demo: Path, modellaw: Modellaw) -> None:
    settled = '[answers]\n"1" = "no"\n"2" = "yes"\n"" = "no"\n"partly" = "no"\n'
    first = "Country,Ban,Registry\nFrance,1,partly\nJapan,2,\n"
    assert take(modellaw, demo, first, "2025", "--write", settled=settled).code == 0
    assert held(demo, "2025")["JPN registry"] == "no"
    ran = take(modellaw, demo, "Country,Ban,Registry\nFrance,1,partly\nJapan,2,\n", "2026", "--write")
    assert ran.code == 1
    shown = " ".join(ran.out.split())
    assert "it was no in 2025.toml" in shown
    assert "“partly” no 1 C2 as settled" in shown
    assert "readings/2025.toml: 1 line of it apply here" in shown
    assert held(demo, "2026") == {}


def test_letters_never_carry_over(demo: Path, modellaw: Modellaw) -> None:
    settled = '[columns]\n"B" = "ban"\n"C" = "registry"\n'
    assert take(modellaw, demo, "Country,Q,Q\nFrance,yes,no\n", "2025", "--write", settled=settled).code == 0
    for edition in ("2025", "2026"):
        assert take(modellaw, demo, "Country,Registry,Ban\nPeru,yes,no\n", edition, "--write").code == 0
        assert held(demo, edition)["PER registry"] == "yes"


def test_two_tables_of_one_edition_keep_what_was_settled_of_both(demo: Path, modellaw: Modellaw) -> None:
    for word, country in (("partly", "France"), ("hardly", "Japan")):
        settled = f'[answers]\n"{word}" = "no"\n'
        ran = take(modellaw, demo, f"Country,Ban\n{country},{word}\n", "2025", "--write", settled=settled)
        assert ran.code == 0, ran.err
    ran = take(modellaw, demo, "Country,Ban\nFrance,partly\nJapan,hardly\n", "2026", "--write")
    assert ran.code == 0
    assert held(demo, "2026") == {"FRA ban": "no", "JPN ban": "no"}


def test_the_wording_of_an_answer_that_was_settled_is_its_note(demo: Path, modellaw: Modellaw) -> None:
    settled = '[answers]\n"Yes, with intent" = "no"\n"x" = "yes"\n'
    assert (
        take(
            modellaw, demo, 'Country,Ban\nFrance,"Yes, with intent"\nJapan,x\n', "2025", "--write", settled=settled
        ).code
        == 0
    )
    text = (demo / "ours" / "answers" / "2025.csv").read_text(encoding="utf-8")
    assert 'FRA,ban,no,s1,"Yes, with intent"' in text
    assert "JPN,ban,yes,s1," in text


def filled(demo: Path, modellaw: Modellaw, edition: str, cells: dict[tuple[str, str], str], *more: str) -> Path:
    """A template of an edition with some cells filled in, by country and heading."""
    path = demo.parent / "t.xlsx"
    words = ["--data", demo, "--series", "ours", "--edition", edition, "--output", path, "--force"]
    assert modellaw("template", *words, *more).code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Answers"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=3) if row[0].value}
    for (country, heading), value in cells.items():
        sheet.cell(rows[country], columns[heading]).value = value
    book.save(path)
    return path


def test_a_template_is_never_read_through_a_kept_reading(demo: Path, modellaw: Modellaw) -> None:
    settled = '[columns]\n"Registry" = "duty"\n[answers]\n"yes" = "no"\n'
    assert take(modellaw, demo, "Country,Registry\nFrance,yes\n", "2025", "--write", settled=settled).code == 0
    path = filled(demo, modellaw, "2026", {("France", "Registry"): "yes", ("France", "Duty"): "no"})
    ran = modellaw("import", path, "--data", demo, "--series", "ours", "--edition", "2026", "--write")
    assert ran.code == 0, ran.out + ran.err
    assert held(demo, "2026") == {"FRA registry": "yes", "FRA duty": "no"}
    assert not (demo / "ours" / "readings" / "2026.toml").exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_confirmed_answer_keeps_its_evidence_and_a_changed_one_asks_for_new(
    kind: str, demo: Path, modellaw: Modellaw
) -> None:
    older = 'Country,Ban,Ban: citation,Ban: quote\nFrance,yes,art. 1,"a\nb"\nJapan,no,art. 2,\nPeru,yes,art. 3,\n'
    assert take(modellaw, demo, older, "2024", "--write").code == 0
    assert take(modellaw, demo, older.replace("art.", "s."), "2025", "--write").code == 0
    cells = {("France", "Ban"): "yes", ("Japan", "Ban"): "yes"}
    path = filled(demo, modellaw, "2026", cells, "--from", "2024")
    # what is recorded since does not count: the template knows what it showed
    assert take(modellaw, demo, older.replace("art.", "p."), "2024", "--write", "--replace").code == 0
    if kind == "csv":
        sheet = openpyxl.load_workbook(path)["Answers"]
        path = path.with_suffix(".csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([cell.value for cell in row] for row in sheet.iter_rows())
    ran = modellaw("import", path, "--data", demo, "--series", "ours", "--edition", "2026", "--write")
    assert ran.code == 0, ran.err
    assert "1 answer that differ from what the template showed, without evidence of their own: JPN ban." in ran.out
    with (demo / "ours" / "answers" / "2026.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["country"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"FRA", "JPN"}  # what was left alone changes nothing
    assert (rows["FRA"]["citation"], rows["FRA"]["quote"]) == ("art. 1", "a\nb")
    assert (rows["JPN"]["answer"], rows["JPN"]["citation"]) == ("yes", "")


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))["outcome"] == "read"
    ],
)
def test_a_line_that_was_read_by_itself_settles_the_same_without_its_mark(name: str, tmp_path: Path) -> None:
    case = json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))
    (table,) = (path for path in (CASES / name).iterdir() if path.name != "expected.json")
    data = tmp_path / "data"
    shutil.copytree(CASES / "frameworks" / case["framework"], data)
    into = {"data": data, "series": "ours", "edition": case["edition"]}
    into |= {"encoding": case["options"][1]} if case["options"] else {}
    first = review.read_table(table, **into)
    text = re.sub(r'^# (?=("(?:[^"\\]|\\.)*"|rows|sheet|encoding) = )', "", first.to_toml(), flags=re.MULTILINE)
    assert text != first.to_toml()
    (tmp_path / "reading.toml").write_text(text, encoding="utf-8")
    again = review.read_table(table, **into, reading=tmp_path / "reading.toml")
    assert again.outcome == "read", ([str(one) for one in again.problems], again.open)
    columns = ["edition", "country", "criterion", "becomes"]
    assert again.changes[columns].to_numpy().tolist() == first.changes[columns].to_numpy().tolist()
    assert [plan.answers.to_numpy().tolist() for plan in again.plans] == [
        plan.answers.to_numpy().tolist() for plan in first.plans
    ]


def test_a_reading_is_not_applied_to_a_folder_that_has_changed_since(demo: Path) -> None:
    table = demo.parent / "table.csv"
    table.write_text("Country,Ban\nFrance,yes\n", encoding="utf-8")
    reading = review.read_table(table, data=demo, series="ours", edition=2026)
    editions = demo / "ours" / "editions.csv"
    editions.write_text(editions.read_text(encoding="utf-8") + "2030,edition,Later,,,,partial,s1,\n", encoding="utf-8")
    with pytest.raises(OutputError, match="has changed since the table was read"):
        reading.apply()
    assert held(demo, "2026") == {}


def test_a_reading_that_can_t_be_saved_writes_nothing(demo: Path, modellaw: Modellaw) -> None:
    there = demo.parent / "there.toml"
    there.write_text("# mine\n", encoding="utf-8")
    ran = take(modellaw, demo, "Country,Ban\nFrance,yes\n", "2026", "--write", "--save-reading", there)
    assert ran.code == 1
    assert "is there already" in ran.err
    assert held(demo, "2026") == {}
    assert there.read_text(encoding="utf-8") == "# mine\n"


def test_the_reading_as_json_has_the_keys_that_are_promised(demo: Path, modellaw: Modellaw) -> None:
    ran = take(modellaw, demo, "Country,Ban,Capital\nFrance,perhaps,Paris\n", "2026", "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert found["open"] == [{"what": "answer", "text": "perhaps", "count": 1, "cells": ["B2"]}]
    assert found["changes"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert [(one["column"], one["holds"], one["state"]) for one in found["columns"]] == [
        ("A", "country", "read"),
        ("B", "ban", "read"),
        ("C", "skip", "unused"),
    ]
    assert {"outcome", "open", "columns", "answers", "countries", "changes", "problems"} <= set(found)


def test_a_panel_is_written_whole_or_not_at_all(demo: Path, modellaw: Modellaw) -> None:
    table = demo.parent / "panel.csv"
    table.write_text("Country,Edition,Ban\nFrance,2024,yes\nFrance,2031,no\n", encoding="utf-8")
    words = ["import", table, "--data", demo, "--series", "ours", "--write"]
    ran = modellaw(*words)
    assert ran.code == 1
    assert "“2031” is no edition of ours" in ran.err
    assert f"modellaw init {demo} --series ours --edition ID" in ran.err
    assert not (demo / "ours" / "answers").exists()
    assert modellaw("init", demo, "--series", "ours", "--edition", "2031", "--source", "s1").code == 0
    assert modellaw(*words).code == 0
    assert (held(demo, "2024"), held(demo, "2031")) == ({"FRA ban": "yes"}, {"FRA ban": "no"})


def test_what_is_advised_can_be_typed(demo: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch) -> None:
    import shlex

    monkeypatch.chdir(demo.parent)
    ran = take(modellaw, demo, "Country,Ban\nFrance,perhaps\n", "2026", "--source", "s1")
    for _ in range(3):
        (line,) = [line for line in ran.out.splitlines() if line.startswith("  modellaw import")]
        ran = modellaw(*shlex.split(line)[1:])
        reading = demo.parent / "reading.toml"
        if "--save-reading" in line:
            reading.write_text(
                reading.read_text(encoding="utf-8").replace('"perhaps" = ""', '"perhaps" = "no"'), encoding="utf-8"
            )
    assert ran.code == 0, ran.err
    assert held(demo, "2026") == {"FRA ban": "no"}


def test_a_correction_is_of_one_edition(demo: Path, modellaw: Modellaw) -> None:
    table = demo.parent / "panel.csv"
    table.write_text("Country,Edition,Ban\nFrance,2024,yes\nFrance,2025,no\n", encoding="utf-8")
    words = ["import", table, "--data", demo, "--series", "ours", "--write"]
    assert modellaw(*words).code == 0
    table.write_text("Country,Edition,Ban\nFrance,2024,no\nFrance,2025,yes\n", encoding="utf-8")
    ran = modellaw(*words, "--as-correction", "--reason", "Misread", "--source", "s1")
    assert ran.code == 1
    assert "Corrections are of one edition" in ran.err
    assert not (demo / "ours" / "corrections.csv").exists()
    assert modellaw(*words, "--as-correction", "--reason", "Misread", "--source", "s1", "--edition", "2024").code == 0
    assert (demo / "ours" / "corrections.csv").read_text(encoding="utf-8").count("\n") == 2


def test_a_letter_of_one_sheet_is_no_column_of_another(demo: Path, modellaw: Modellaw) -> None:
    book = openpyxl.Workbook()
    book.active.title = "2024"
    for sheet, rows in (
        (book.active, [["Country", None, "Registry"], ["France", "yes", "no"]]),
        (book.create_sheet("2025"), [["Country", "Duty"], ["France", "no"]]),
    ):
        for row in rows:
            sheet.append(row)
    book.save(demo.parent / "panel.xlsx")
    reading = demo.parent / "settled.toml"
    reading.write_text('[columns]\n"B" = "ban"\n', encoding="utf-8")
    words = ["import", demo.parent / "panel.xlsx", "--data", demo, "--series", "ours", "--write", "--reading", reading]
    assert modellaw(*words).code == 0
    assert held(demo, "2024") == {"FRA ban": "yes", "FRA registry": "no"}
    assert held(demo, "2025") == {"FRA duty": "no"}


def test_evidence_that_is_new_brings_its_source(demo: Path, modellaw: Modellaw) -> None:
    assert modellaw("init", demo, "--series", "ours", "--source", "s2", "--source-title", "Second").code == 0
    assert take(modellaw, demo, "Country,Ban\nFrance,yes\nPeru,no\n", "2026", "--write").code == 0
    ran = take(
        modellaw, demo, "Country,Ban,Citation\nFrance,yes,Act 7\nPeru,no,\n", "2026", "--write", "--source", "s2"
    )
    assert ran.code == 0
    assert "1 answer of edition 2026 without a source of their own get: s2 (Second)." in ran.out
    text = (demo / "ours" / "answers" / "2026.csv").read_text(encoding="utf-8")
    assert "FRA,ban,yes,s1 s2,Act 7" in text
    assert "PER,ban,no,s1" in text


def test_the_rest_is_skipped_in_its_own_table_alone(demo: Path, modellaw: Modellaw) -> None:
    settled = '[columns]\n"Our ban" = "ban"\n"*" = "skip"\n'
    assert take(modellaw, demo, "Country,Our ban,Foo\nFrance,yes,no\n", "2026", "--write", settled=settled).code == 0
    ran = take(modellaw, demo, "Country,Registry,Duty of reporting\nFrance,yes,no\n", "2026", "--write")
    assert ran.code == 1
    assert "“Duty of reporting”" in ran.out


def test_the_table_itself_is_never_the_reading(demo: Path, modellaw: Modellaw) -> None:
    table = demo.parent / "table.csv"
    ran = take(modellaw, demo, "Country,Ban\nFrance,perhaps\n", "2026", "--save-reading", table, "--force")
    assert ran.code == 2
    assert table.read_text(encoding="utf-8").startswith("Country,Ban")
