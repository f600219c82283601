"""What is taken away: tables with a dictionary, which other programs accept and which come back unchanged."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.test_import import snapshot

Modellaw = Callable[..., Any]
TABLES = ["answers", "scores", "statistics", "changes"]


@pytest.mark.filterwarnings("ignore")  # of frictionless and what it imports
@pytest.mark.parametrize("series", [[], ["--series", "icmec"]])
def test_frictionless_finds_the_csv_valid(series: list[str], tmp_path: Path, modellaw: Modellaw) -> None:
    import frictionless

    assert modellaw("export", "--output", tmp_path / "out", *series).code == 0
    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten()
    assert len(report.tasks) == 9
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        heads = (tmp_path / "out" / resource["path"]).read_text(encoding="utf-8").split("\n")[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == heads
        assert all(field["description"] for field in resource["schema"]["fields"])


@pytest.mark.parametrize("edition", ["01", "02"])
def test_what_is_exported_and_imported_again_changes_nothing(
    edition: str, folder: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "out"
    assert modellaw("export", "--data", folder, "--series", "mine", "--output", path).code == 0
    before = snapshot(folder)
    ran = modellaw("import", path / "answers.csv", "--data", folder, "--series", "mine", "--edition", edition)
    assert ran.code == 0, ran.err
    assert "Nothing to change." in ran.out
    assert "0 new, 0 changed" in ran.out
    assert snapshot(folder) == before


# pandas behaves otherwise where pyarrow is there: make test goes without, CI's second run has it
HAS_PARQUET = find_spec("pyarrow") is not None


def test_both_formats_hold_the_same(folder: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    for kind in ("csv", "parquet") if HAS_PARQUET else ("csv",):
        words = ["--data", folder, "--series", "mine", "--format", kind, "--output", tmp_path / kind]
        assert modellaw("export", *words).code == 0
    for name in TABLES:
        text = pd.read_csv(tmp_path / "csv" / f"{name}.csv", dtype=str, keep_default_na=False)
        if HAS_PARQUET:
            from pyarrow import parquet

            columns = parquet.read_table(tmp_path / "parquet" / f"{name}.parquet")
            assert columns.column_names == list(text.columns)
            for row, line in zip(columns.to_pylist(), text.to_dict("records"), strict=True):
                for key, value in row.items():
                    if isinstance(value, str):
                        assert line[key].removeprefix("'") == value.removeprefix("'")


def test_parquet_is_written_or_what_to_install_is_said(tmp_path: Path, modellaw: Modellaw) -> None:
    ran = modellaw("export", "--format", "parquet", "--output", tmp_path / "out")
    if HAS_PARQUET:
        assert ran.code == 0
        assert (tmp_path / "out" / "dictionary.json").is_file()
    else:
        assert ran.code == 1
        assert "pip install pyarrow" in ran.err
        assert list(tmp_path.iterdir()) == []


def test_a_series_that_is_not_scored_has_no_score(tmp_path: Path, modellaw: Modellaw) -> None:
    assert modellaw("export", "scores", "--series", "state_dept", "--output", tmp_path / "out").code == 0
    frame = pd.read_csv(tmp_path / "out" / "scores.csv", dtype=str, keep_default_na=False)
    assert (frame[["lower", "upper", "rank", "levels"]] == "").all().all()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["datapackage.json", "scores.csv"]


def test_files_that_are_there_are_replaced_only_when_asked(tmp_path: Path, modellaw: Modellaw) -> None:
    out = tmp_path / "out"
    assert modellaw("export", "--output", out).code == 0
    (out / "own.txt").write_text("mine")
    before = snapshot(out)
    ran = modellaw("export", "--output", out, "--series", "icmec")
    assert ran.code == 1
    assert "--force" in ran.err
    assert snapshot(out) == before
    assert modellaw("export", "--output", out, "--force").code == 0
    assert snapshot(out) == before  # the same data, the same bytes
    assert modellaw("export", "nothing", "--output", out).code == 2
    assert modellaw("export", "--output", out / "own.txt").code == 1
    assert modellaw("export", "--output", tmp_path / "no" / "such").code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_odd_texts_come_back_as_they_were(folder: Path, tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    """Out as CSV and in again, and out into a template and in again: nothing has changed."""
    path = folder / "mine" / "answers" / "01.csv"
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["answer"]]
    odd = ["a\rb", "a\r\nb", "a\nb", "'=1+1", "=1+1", "''-1", "'quoted", "_x000D_"]
    for row, text in zip(rows, odd, strict=False):
        row["note"] = text
    assert len(rows) > 5
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]], quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    stated = {(row["country"], row["criterion"]): row["note"] for row in rows}
    assert modellaw("export", "answers", "--data", folder, "--series", "mine", "--output", tmp_path / "out").code == 0
    with (tmp_path / "out" / "answers.csv").open(newline="") as file:
        found = {
            (row["country"], row["criterion"]): row["note"] for row in csv.DictReader(file) if row["edition"] == "01"
        }
    unguarded = {key: text[1:] if re.match(r"'+[=+@-]", text) else text for key, text in found.items()}
    assert {key: unguarded[key] for key in stated} == stated
    book = tmp_path / "t.xlsx"
    words = ["--data", folder, "--series", "mine", "--edition", "01"]
    assert modellaw("template", *words, "--output", book).code == 0
    for table in (book, tmp_path / "out" / "answers.csv"):
        ran = modellaw("import", table, *words)
        assert ran.code == 0, ran.err
        assert "0 new, 0 changed" in ran.out


def test_a_text_that_no_cell_holds_is_refused_and_not_cut(folder: Path, modellaw: Callable[..., Any]) -> None:
    path = folder / "mine" / "sources.csv"
    path.write_text(path.read_text().rstrip("\n") + f"\nlong,{'x' * 33_000},,press,,\n")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "column title: A text has 33,000 letters, more than the 32,767" in ran.err
    many = ",".join(f"u{n}" for n in range(100_000))
    path.write_text(f"source,title,publisher,kind,published,url,{many}\n")
    ran = modellaw("check", folder)
    assert "99980 more columns are not known" in ran.err
