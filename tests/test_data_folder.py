"""A data folder of one's own: started as a copy or empty, editions added, whole or not at all."""

from __future__ import annotations

import csv
import filecmp
import json
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.test_import import snapshot

Modellaw = Callable[..., Any]


def test_left_out_the_main_series_is_copied_and_can_be_continued(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "own"
    ran = modellaw("init", folder)
    assert ran.code == 0
    assert "icmec/editions.csv" in ran.out
    shipped = Path(str(files("country_data"))) / "icmec"
    assert not filecmp.dircmp(shipped, folder / "icmec").diff_files
    assert modellaw("check", folder).code == 0
    words = ["--series", "icmec", "--edition", "11", "--title", "Own, 11th", "--as-of", "2027"]
    assert modellaw("init", folder, *words).code == 0
    assert (folder / "icmec" / "editions.csv").read_text().endswith('11,edition,"Own, 11th",2027,,,partial,,\n')
    assert modellaw("check", folder).code == 0
    assert "`icmec/sources.csv`" in (folder / "README.md").read_text()


def test_an_empty_series_of_a_framework_is_started_with_an_edition(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "own"
    words = ["--series", "ours", "--framework", "missing_children", "--edition", "2026", "--title", "First"]
    assert modellaw("init", folder, *words).code == 0
    assert modellaw("check", folder).code == 0
    assert (
        modellaw(
            "template", "--data", folder, "--series", "ours", "--edition", "2026", "--output", tmp_path / "t.xlsx"
        ).code
        == 0
    )
    assert modellaw("report", "--data", folder, "--series", "ours", "--output", tmp_path / "r.xlsx").code == 0


def test_a_named_series_is_copied(tmp_path: Path, modellaw: Modellaw) -> None:
    assert modellaw("init", tmp_path / "own", "--from", "state_dept").code == 0
    assert (tmp_path / "own" / "state_dept" / "series.toml").is_file()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--from", "nothing"], 2),
        (["--series", "ours"], 2),
        (["--series", "ours", "--framework", "nothing"], 2),
        (["--series", "Ours!", "--framework", "csam"], 2),
        (["--series", "../ours", "--framework", "csam"], 2),
        (["--series", "criteria", "--framework", "csam"], 1),
        (["--from", "icmec", "--series", "ours"], 2),
        (["--title", "Without an edition"], 2),
        (["--edition", "a/b"], 1),
        (["--edition", "11", "--as-of", "soon"], 1),
        (["--edition", "00", "--as-of", "2030"], 1),
        (["--edition", "11", "--source", "nobody"], 1),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left_behind(
    words: list[str], code: int, tmp_path: Path, modellaw: Modellaw
) -> None:
    ran = modellaw("init", tmp_path / "own", *words)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_written_into(folder: Path, modellaw: Modellaw) -> None:
    before = snapshot(folder)
    assert modellaw("init", folder).code == 1
    assert modellaw("init", folder / "countries.csv").code == 1
    assert modellaw("init", folder / "no" / "such").code == 1
    assert modellaw("init", folder / "mine" / "such").code == 2  # within the folder of a series
    for words in (["--edition", "0/0"], ["--edition", "00", "--as-of", "2030"], []):
        assert modellaw("init", folder, "--series", "mine", *words).code in (1, 2)
    ran = modellaw("init", folder, "--series", "mine", "--edition", "01")
    assert "Nothing to change: 01 says so already." in ran.out
    assert snapshot(folder) == before


def test_a_new_source_and_how_many_countries_are_covered_come_with_the_edition(
    tmp_path: Path, modellaw: Modellaw
) -> None:
    folder = tmp_path / "own"
    assert modellaw("init", folder, "--series", "ours", "--framework", "csam").code == 0
    words = ["init", folder, "--series", "ours"]
    ran = modellaw(
        *words, "--edition", "2026", "--source", "reading", "--source-title", "Our reading", "--reviewed", "2"
    )
    assert ran.code == 0, ran.err
    assert modellaw(*words, "--source", "code", "--source-title", "Penal Code", "--source-kind", "government").code == 0
    assert "Nothing to change" in modellaw(*words, "--source", "code", "--source-title", "Penal Code").out
    assert modellaw(*words, "--source", "other").code == 2
    table = tmp_path / "table.csv"
    table.write_text("Country,Specific law\nFrance,yes\nNamibia,no\n")
    into = ["--data", folder, "--series", "ours", "--edition", "2026"]
    assert modellaw("import", table, *into, "--write").code == 0
    shown = modellaw("summary", "--data", folder, "--series", "ours", "--format", "json").out
    (edition,) = json.loads(shown)["editions"]
    assert edition["statistics"]["criterion:legislation:yes"] == {
        "lower": 1,
        "upper": 1,
        "published": None,
        "source": None,
    }


def test_an_import_into_an_edition_of_unknown_cover_says_what_is_missing(folder: Path, modellaw: Modellaw) -> None:
    editions = folder / "mine" / "editions.csv"
    editions.write_text(editions.read_text().replace("2023-05-01,2023,2,complete", "2023-05-01,2023,,partial"))
    table = folder.parent / "table.csv"
    table.write_text("Country,Specific law\nCestonia,yes\n")
    ran = modellaw("import", table, "--data", folder, "--series", "mine", "--edition", "02", "--write")
    assert "How many countries edition 02 covers is not known." in ran.out
    typed = next(line.split() for line in ran.out.splitlines() if "modellaw init" in line)
    assert modellaw(*typed[1:-1], "3").code == 0
    assert ",2023,3,partial," in editions.read_text()


def test_what_is_there_is_changed_by_a_command(folder: Path, modellaw: Modellaw) -> None:
    words = ["init", folder, "--series", "mine"]
    before = snapshot(folder)
    assert modellaw(*words, "--title", "A better title", "--publisher", 'We "two"').code == 0
    assert modellaw(*words, "--edition", "02", "--title", "Second, again", "--coverage", "partial").code == 0
    assert modellaw(*words, "--source", "handbook", "--source-url", "https://example.org/h").code == 0
    after = snapshot(folder)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"mine/series.toml", "mine/editions.csv", "mine/sources.csv"}
    for name in changed:  # a line or two of each
        old, new = (one[name].decode().splitlines() for one in (before, after))
        assert 0 < sum(a != b for a, b in zip(old, new, strict=True)) <= 2
    assert modellaw("check", folder).code == 0
    series = tomllib.loads(after["mine/series.toml"].decode())
    assert (series["title"], series["publisher"]) == ("A better title", 'We "two"')
    for wrong in (["--reviewed", "3"], ["--source-url", "https://example.org"], ["--edition", "02", "--as-of", "soon"]):
        assert modellaw(*words, *wrong).code in (1, 2)
    assert snapshot(folder) == after


def test_a_framework_of_one_s_own_is_begun_by_a_command(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "own"
    assert modellaw("init", folder, "--framework", "our_law").code == 0
    assert modellaw("init", folder, "--framework", "other_law").code == 0
    assert modellaw("check", folder).code == 0
    assert modellaw("init", folder, "--framework", "our law").code == 2
    assert modellaw("init", folder, "--series", "ours", "--framework", "our_law", "--edition", "2026").code == 0
    assert modellaw("check", folder).code == 0
    ran = modellaw("init", folder, "--series", "ours", "--edition", "2027.0")
    assert ran.code == 0
    assert "a spreadsheet makes that of 2027" in ran.err


def test_tables_with_semicolons_are_read_and_stay_so(folder: Path, modellaw: Modellaw) -> None:
    for path in [folder / "countries.csv", *(folder / "mine").rglob("*.csv")]:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    assert modellaw("check", folder).code == 0
    assert modellaw("init", folder, "--series", "mine", "--edition", "03", "--source", "handbook").code == 0
    table = folder.parent / "table.csv"
    table.write_text("Country,Specific law\nFrance,yes\n")
    into = ["--data", folder, "--series", "mine", "--edition", "03", "--write"]
    assert modellaw("import", table, *into).code == 0
    assert modellaw("import", table, *into).code == 0
    assert modellaw("check", folder).code == 0
    assert "03;edition;Edition 03;;;;partial;handbook;" in (folder / "mine" / "editions.csv").read_text()


def test_a_series_id_is_never_a_path(tmp_path: Path, modellaw: Modellaw) -> None:
    place = tmp_path / "deep" / "down"
    place.mkdir(parents=True)
    for id in ("../../evil", str(tmp_path / "evil"), "..", "a/b"):
        assert modellaw("init", place / "own", "--series", id, "--framework", "csam").code == 2
    assert [path.name for path in tmp_path.rglob("*")] == ["deep", "down"]


def test_a_template_and_a_report_may_stand_in_the_folder(folder: Path, modellaw: Modellaw) -> None:
    words = ["--data", folder, "--series", "mine"]
    assert modellaw("template", *words, "--edition", "02", "--output", folder / "fill.xlsx").code == 0
    assert modellaw("report", *words, "--output", folder / "review.xlsx").code == 0
    assert modellaw("import", folder / "fill.xlsx", *words, "--edition", "02").code == 0
    (folder / "editions.xlsx").write_bytes((folder / "fill.xlsx").read_bytes())
    assert modellaw("check", folder).code == 1  # a table that stands where it is not read


def test_a_folder_is_started_where_one_stands(
    tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert modellaw("init", ".", "--series", "ours", "--framework", "csam").code == 0
    assert modellaw("init", ".", "--series", "ours", "--edition", "2026").code == 0
    assert modellaw("check", ".").code == 0


def test_a_line_is_added_with_the_line_end_that_the_file_has(folder: Path, modellaw: Modellaw) -> None:
    path = folder / "mine" / "editions.csv"
    before = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    assert modellaw("init", folder, "--series", "mine", "--edition", "03", "--as-of", "2025").code == 0
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.removeprefix(before).endswith(b"\r\n")
    path.write_bytes(before.decode("utf-8-sig").encode("utf-16"))
    ran = modellaw("init", folder, "--series", "mine", "--edition", "04")
    assert ran.code == 1
    assert "editions.csv" in ran.err


def test_the_name_of_a_device_is_no_id(folder: Path, tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    editions = folder / "mine" / "editions.csv"
    editions.write_text(editions.read_text() + "NUL.2,edition,T,2024,,,partial,handbook,\n")
    ran = modellaw("check", folder)
    assert ran.code == 1
    assert "“NUL.2” is not an edition's id" in ran.err
    assert modellaw("init", tmp_path / "new", "--series", "con", "--framework", "csam").code == 2
    assert not (tmp_path / "new").exists()


def test_a_series_is_added_to_a_folder_under_its_own_framework(tmp_path: Path, modellaw: Modellaw) -> None:
    data = tmp_path / "data"
    (data / "criteria").mkdir(parents=True)
    (data / "criteria" / "rest.toml").write_text(
        'id = "rest"\ntitle = "Rest"\n[[criteria]]\nid = "day"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    for series in ("one", "two"):
        assert modellaw("init", data, "--series", series, "--framework", "rest", "--edition", "2026").code == 0
    assert modellaw("check", data).code == 0
    assert [path.name for path in sorted(data.glob("*/series.toml"), key=str)] == ["series.toml"] * 2
    ran = modellaw("init", data, "--series", "one", "--framework", "rest")
    assert ran.code == 2
    ran = modellaw("init", data, "--series", "one", "--edition", "2026")
    assert "Nothing to change" in ran.out
    before = snapshot(data)
    assert modellaw("init", data, "--series", "three", "--framework", "rest", "--edition", "20 26").code == 1
    assert snapshot(data) == before


def test_a_key_is_changed_where_it_is_one_and_nowhere_else(folder: Path, modellaw: Modellaw) -> None:
    path = folder / "mine" / "series.toml"
    text = path.read_text(encoding="utf-8")
    about = 'about = """\nThe file says\ntitle = "Wrong"\n"""\n'
    path.write_text(
        about + "\n".join(line for line in text.splitlines() if not line.startswith("about")) + "\n", encoding="utf-8"
    )
    for title in ('The "Institute"', "A back\\slash", "Plain"):
        assert modellaw("init", folder, "--series", "mine", "--title", title).code == 0
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        assert found["title"] == title
        assert 'title = "Wrong"' in found["about"]
    path.write_text(
        path.read_text(encoding="utf-8").replace('title = "Plain"', 'title = """\nPlain"""'), encoding="utf-8"
    )
    before = snapshot(folder)
    ran = modellaw("init", folder, "--series", "mine", "--title", "Other")
    assert ran.code == 2
    assert "edit that file" in ran.err
    assert snapshot(folder) == before
