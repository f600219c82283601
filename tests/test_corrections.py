"""An edition as published stays as published: corrections stand beside it, with reason and source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import review
from tests.test_import import snapshot

Modellaw = Callable[..., Any]
HEAD = "edition,country,criterion,was,becomes,reason,source,date\n"


def answer(folder: Path, country: str, criterion: str, *, as_published: bool = False) -> dict[str, str]:
    frame = review.load("mine", data=folder, as_published=as_published).answers()
    found = frame[(frame["edition"] == "01") & (frame["country"] == country) & (frame["criterion"] == criterion)]
    return found.iloc[0].to_dict() if len(found) else {}


def test_a_correction_is_applied_on_reading_and_says_what_was(folder: Path, modellaw: Modellaw) -> None:
    (folder / "mine" / "corrections.csv").write_text(
        HEAD
        + "01,QMA,definition,yes,no,The act was misread.,gazette,2024-02-01\n01,QMC,legislation,,yes,Left out.,gazette,2024\n"
    )
    assert modellaw("check", folder).code == 0
    found = answer(folder, "QMA", "definition")
    assert (found["answer"], found["source"]) == ("no", "gazette")
    assert "corrected 2024-02-01, was yes: The act was misread." in found["note"]
    assert answer(folder, "QMC", "legislation")["answer"] == "yes"
    assert answer(folder, "QMA", "definition", as_published=True)["answer"] == "yes"
    now = modellaw("country", "QMA", "--data", folder, "--series", "mine")
    then = modellaw("country", "QMA", "--data", folder, "--series", "mine", "--as-published")
    assert now.out != then.out
    assert modellaw("--as-published", "country", "QMA", "--data", folder, "--series", "mine").out == then.out


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("01,QMA,definition,no,yes,Why,gazette,2024", ["column was", "is “yes” as published"]),
        ("09,QMA,definition,yes,no,Why,gazette,2024", ["There is no edition “09”"]),
        ("01,QMA,definitions,yes,no,Why,gazette,2024", ["is no criterion of csam", "definition"]),
        ("01,QMA,definition,yes,nope,Why,gazette,2024", ["“nope” is not allowed here"]),
        ("01,QMA,definition,yes,no,Why,nobody,2024", ["There is no source “nobody”"]),
        ("01,QMA,definition,yes,no,,gazette,2024", ["The cell “reason” is empty"]),
        ("01,QMA,definition,yes,no,Why,,2024", ["The cell “source” is empty"]),
        ("01,QMA,definition,yes,no,Why,gazette,yesterday", ["is not a date"]),
        ("01,Atlantis,definition,yes,no,Why,gazette,2024", ["is not exactly one country"]),
        (
            "01,QMA,definition,yes,no,Why,gazette,2024\n01,QMA,definition,yes,no,Why,gazette,2024",
            ["is corrected twice"],
        ),
    ],
)
def test_a_correction_that_does_not_fit_is_named_by_its_line(
    row: str, says: list[str], folder: Path, modellaw: Modellaw
) -> None:
    (folder / "mine" / "corrections.csv").write_text(HEAD + row + "\n")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "mine/corrections.csv, line" in ran.err
    for text in says:
        assert text in ran.err


def test_an_import_as_correction_leaves_the_edition_and_writes_corrections(
    folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Definition\nAlmaria,yes,no\n")
    words = ["import", path, "--series", "mine", "--edition", "01", "--data", folder, "--as-correction"]
    before = snapshot(folder)
    assert modellaw(*words).code == 2  # neither reason nor source
    assert modellaw(*words, "--reason", "Misread", "--source", "gazette").code == 0
    assert snapshot(folder) == before
    ran = modellaw(*words, "--reason", "Misread, by all", "--source", "gazette", "--date", "2024-05", "--write")
    assert ran.code == 0, ran.err
    assert "Corrections: 1 answer to be stated otherwise" in ran.out
    after = snapshot(folder)
    assert {name for name in after if after[name] != before.get(name)} == {"mine/corrections.csv"}
    assert (
        after["mine/corrections.csv"].decode() == HEAD + '01,QMA,definition,yes,no,"Misread, by all",gazette,2024-05\n'
    )
    assert answer(folder, "QMA", "definition")["answer"] == "no"
    # the same again changes nothing; another date takes its place
    assert modellaw(*words, "--reason", "Misread, by all", "--source", "gazette", "--date", "2024-05").code == 0
    assert snapshot(folder) == after


def test_a_correction_without_a_right_date_or_source_is_refused(
    folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Definition\nAlmaria,no\n")
    words = [
        "import",
        path,
        "--series",
        "mine",
        "--edition",
        "01",
        "--data",
        folder,
        "--as-correction",
        "--reason",
        "Why",
    ]
    before = snapshot(folder)
    assert modellaw(*words, "--source", "gazette", "--date", "today").code == 2
    assert modellaw(*words, "--source", "nobody", "--date", "2024").code == 2
    assert snapshot(folder) == before


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text)
    return path


def correct(folder: Path, path: Path, modellaw: Modellaw, *more: str) -> Any:
    words = ["--series", "mine", "--edition", "01", "--data", folder, "--as-correction", "--source", "gazette"]
    return modellaw("import", path, *words, "--reason", "Misread", "--date", "2024", "--write", *more)


def test_an_import_after_a_correction_leaves_what_was_published(
    folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    assert (
        correct(folder, table(tmp_path, "Country,Definition,Specific law\nAlmaria,no,\nCestonia,,no\n"), modellaw).code
        == 0
    )
    words = ["--series", "mine", "--edition", "01", "--data", folder, "--source", "handbook"]
    assert modellaw("import", table(tmp_path, "Country,Specific law\nNamibia,yes\n"), *words).code == 0
    assert modellaw("check", folder).code == 0
    assert answer(folder, "QMA", "definition", as_published=True)["answer"] == "yes"
    assert answer(folder, "QMA", "definition")["answer"] == "no"
    before = snapshot(folder)
    ran = modellaw("import", table(tmp_path, "Country,Definition\nAlmaria,unknown\n"), *words, "--replace")
    assert ran.code == 1
    assert "is corrected from “yes” to “no” in corrections.csv" in ran.err
    assert snapshot(folder) == before
    # what is published may be handed in again, and what is read with the correction, and nothing changes
    assert modellaw("import", table(tmp_path, "Country,Definition\nAlmaria,no\n"), *words).code == 0
    assert modellaw("export", "--data", folder, "--series", "mine", "--output", tmp_path / "exported").code == 0
    ran = modellaw("import", tmp_path / "exported" / "answers.csv", *words)
    assert ran.code == 0, ran.err
    assert "Nothing to change." in ran.out
    assert modellaw("import", table(tmp_path, "Country,Definition\nAlmaria,yes\n"), *words).code == 0
    assert snapshot(folder) == before


def test_corrections_that_contradict_each_other_are_refused(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    before = snapshot(folder)
    ran = correct(folder, table(tmp_path, "Country,Possession\nBorovia,yes\n"), modellaw)
    assert ran.code == 1  # Borovia has no specific law, as published
    assert "QMB" in ran.err
    assert snapshot(folder) == before
    assert correct(folder, table(tmp_path, "Country,Specific law\nBorovia,yes\n"), modellaw).code == 0
    assert correct(folder, table(tmp_path, "Country,Possession\nBorovia,yes\n"), modellaw).code == 0
    assert modellaw("check", folder).code == 0
    held = snapshot(folder)
    assert correct(folder, table(tmp_path, "Country,Specific law\nBorovia,no\n"), modellaw, "--replace").code == 1
    assert snapshot(folder) == held


def test_a_correction_is_made_once_and_can_be_taken_back(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = table(tmp_path, "Country,Definition\nAlmaria,no\n")
    assert correct(folder, path, modellaw).code == 0
    held = snapshot(folder)
    ran = correct(folder, path, modellaw, "--date", "2025")
    assert "Nothing to correct." in ran.out
    assert snapshot(folder) == held
    back = table(tmp_path, "Country,Definition,Definition: note\nAlmaria,yes,seen\n")
    assert correct(folder, back, modellaw).code == 0
    assert snapshot(folder) == held  # what is published may stand beside what is corrected
    assert correct(folder, back, modellaw, "--replace").code == 0
    assert (folder / "mine" / "corrections.csv").read_text() == HEAD
    assert answer(folder, "QMA", "definition")["answer"] == "yes"


def test_a_corrected_answer_does_not_cite_what_spoke_for_the_other(
    folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    published = answer(folder, "QMA", "legislation")
    assert published["citation"]
    ran = correct(
        folder, table(tmp_path, "Country,Specific law,Specific law: citation\nCestonia,yes,Act 3\n"), modellaw
    )
    assert "statutes, quotes and notes of this file are not taken" in ran.out
    text = HEAD + "01,QMA,definition,yes,no,Misread,gazette,2024\n"
    (folder / "mine" / "corrections.csv").write_text(text)
    assert answer(folder, "QMA", "definition", as_published=True)["locator"] == "p. 3"
    corrected = answer(folder, "QMA", "definition")
    assert (corrected["locator"], corrected["citation"], corrected["source"]) == ("", "", "gazette")


def test_corrections_in_a_workbook_are_not_written_beside_it(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD.strip().split(","))
    book.save(folder / "mine" / "corrections.xlsx")
    assert modellaw("check", folder).code == 0
    before = snapshot(folder)
    ran = correct(folder, table(tmp_path, "Country,Definition\nAlmaria,no\n"), modellaw)
    assert ran.code == 1
    assert "corrections.xlsx" in ran.err
    assert snapshot(folder) == before


def test_an_import_that_contradicts_a_correction_is_refused(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    text = "Country,Specific law\nNamibia,yes\n"
    words = ["--series", "mine", "--edition", "01", "--data", folder, "--source", "handbook"]
    assert modellaw("import", table(tmp_path, text), *words).code == 0
    assert correct(folder, table(tmp_path, "Country,Specific law,Possession\nNamibia,no,no\n"), modellaw).code == 0
    before = snapshot(folder)
    ran = modellaw("import", table(tmp_path, "Country,Technology\nNamibia,yes\n"), *words)
    assert ran.code == 1
    assert "NAM" in ran.err
    assert snapshot(folder) == before
