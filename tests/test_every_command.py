"""Every command that shows or writes, on every kind of world: shipped, renamed grades, graded, empty, nothing that applies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import DATA

Modellaw = Callable[..., Any]

COMMANDS = [
    [],
    ["summary"],
    ["summary", "--by", "region"],
    ["summary", "--by", "subregion", "--format", "json"],
    ["summary", "--same-countries", "--format", "csv"],
    ["scores"],
    ["scores", "--format", "json"],
    ["scores", "--format", "csv"],
    ["compare"],
    ["compare", "--format", "json"],
    ["compare", "--only", "improved", "--region", "Africa"],
    ["figures"],
    ["figures", "--format", "json"],
    ["gaps"],
    ["gaps", "--format", "json"],
    ["country", "Namibia"],
    ["country", "Namibia", "--format", "json"],
    ["list", "editions"],
    ["list", "series"],
    ["list", "frameworks"],
    ["list", "criteria", "--format", "md"],
    ["list", "sources", "--format", "csv"],
    ["list", "countries"],
]


def series_files(
    folder: Path, framework: str, editions: dict[str, list[tuple[str, str, str]]], *, scored: bool = True
) -> None:
    """A series “own” under a framework, with these answers by edition."""
    own = folder / "own"
    (own / "answers").mkdir(parents=True)
    (own / "series.toml").write_text(
        f'id = "own"\ntitle = "Own"\nframework = "{framework}"\nscored = {str(scored).lower()}\n', encoding="utf-8"
    )
    rows = [f"{name},edition,Edition {name},{name},,,partial,s,\n" for name in editions]
    head = "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
    (own / "editions.csv").write_text(head + "".join(rows), encoding="utf-8")
    (own / "sources.csv").write_text("source,title,publisher,kind,published,url\ns,S,,publisher,,\n", encoding="utf-8")
    for name, answers in editions.items():
        if answers:
            lines = [f"{country},{criterion},{answer},s\n" for country, criterion, answer in answers]
            text = "country,criterion,answer,source\n" + "".join(lines)
            (own / "answers" / f"{name}.csv").write_text(text, encoding="utf-8")


def framework_file(folder: Path, more: str = "", *, ids: tuple[str, ...] = ("one", "two"), best: str = "") -> None:
    """A framework “own” of two criteria."""
    (folder / "criteria").mkdir(parents=True)
    criteria = "".join(f'[[criteria]]\nid = "{id}"\ntitle = "Is there {id}?"\nshort = "{id.title()}"\n' for id in ids)
    best = best or f"needs = {list(ids)}"
    levels = f'[[levels]]\nid = "best"\n{best}\n[[levels]]\nid = "rest"\n'
    text = f'id = "own"\ntitle = "Own questions"\n{more}\n{criteria}{levels}'
    (folder / "criteria" / "own.toml").write_text(text, encoding="utf-8")


ANSWERS = {
    "2019": [("NAM", "one", "no"), ("NAM", "two", "no"), ("FRA", "one", "yes"), ("FRA", "two", "unknown")],
    "2020": [("NAM", "one", "yes"), ("NAM", "two", "no"), ("FRA", "one", "yes"), ("FRA", "two", "yes")],
}


def graded(
    words: dict[str, str], editions: dict[str, list[tuple[str, str, str]]]
) -> dict[str, list[tuple[str, str, str]]]:
    return {name: [(c, id, words.get(answer, answer)) for c, id, answer in rows] for name, rows in editions.items()}


def _renamed(folder: Path) -> None:
    framework_file(folder, 'grades = ["absent", "present"]')
    series_files(folder, "own", graded({"no": "absent", "yes": "present"}, ANSWERS))


def _three_grades(folder: Path) -> None:
    framework_file(folder, 'grades = ["no", "partly", "yes"]\ncredit = ["0", "0.5", "1"]', best="score_at_least = 2")
    partly = {**ANSWERS, "2021": [("NAM", "one", "partly"), ("NAM", "two", "partly"), ("FRA", "two", "partly")]}
    series_files(folder, "own", partly)


def _groups_of_which_nothing_applies(folder: Path) -> None:
    groups = 'aggregate = "mean_of_groups"\nscale = 100\n[[groups]]\nid = "g"\n[[groups]]\nid = "h"\n'
    framework_file(folder, groups, best="needs_any = ['one']")
    path = folder / "criteria" / "own.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('id = "one"\n', 'id = "one"\ngroup = "g"\n').replace(
        'id = "two"\n', 'id = "two"\ngroup = "h"\n'
    )
    path.write_text(text, encoding="utf-8")
    none = [("NAM", id, "not_applicable") for id in ("one", "two")]
    series_files(
        folder, "own", {"2019": [*none, ("FRA", "one", "not_applicable"), ("FRA", "two", "yes")], "2020": none}
    )


def _criteria_called_like_headings(folder: Path) -> None:
    framework_file(folder, ids=("status", "remarks"))
    path = folder / "criteria" / "own.toml"
    text = path.read_text(encoding="utf-8").replace('"Status"', '"Answer"').replace('"Remarks"', '"Note"')
    path.write_text(text.replace('"Is there remarks?"', '"Remark"'), encoding="utf-8")
    renamed = {"one": "status", "two": "remarks"}
    series_files(folder, "own", {e: [(c, renamed[id], a) for c, id, a in rows] for e, rows in ANSWERS.items()})


WORLDS: dict[str, Callable[[Path], None]] = {
    "renamed grades": _renamed,
    "three grades": _three_grades,
    "groups of which nothing applies": _groups_of_which_nothing_applies,
    "criteria called like headings": _criteria_called_like_headings,
    "no answers": lambda folder: series_files(folder, "csam", {"2019": [], "2020": []}),
    "no editions": lambda folder: series_files(folder, "csam", {}),
    "one edition": lambda folder: series_files(folder, "csam", {"2019": [("NAM", "legislation", "yes")]}),
    "not scored": lambda folder: series_files(folder, "csam", {"2019": [("NAM", "legislation", "yes")]}, scored=False),
}
# what an edition is needed for that is not there
WITHOUT_EDITIONS = {("compare",), ("gaps",)}


@pytest.mark.parametrize("world", ["csam", "child_labor", "good", *WORLDS])
def test_every_command_runs_on_every_kind_of_world(
    world: str, tmp_path: Path, modellaw: Modellaw, frozen: Callable[..., None]
) -> None:
    folder = tmp_path / "data"
    data: list[str | Path] = ["--framework", world]
    if world == "good":
        shutil.copytree(DATA / "good", folder)
        data = ["--data", folder, "--series", "mine"]
    elif world in WORLDS:
        folder.mkdir()
        WORLDS[world](folder)
        data = ["--data", folder, "--series", "own"]
        assert modellaw("check", folder).code == 0
    for words in COMMANDS:
        ran = modellaw(*words, *data)
        frozen(f"{world}: modellaw {' '.join(words)}", ran)
        nothing = world in ("no answers", "no editions") and words[:1] in (["compare"], ["gaps"])
        assert ran.code == (2 if nothing else 0), (words, ran.err)
        assert "Traceback" not in ran.err
        if "json" in words and not nothing:
            json.loads(ran.out)
    for kind in ("csv", "parquet") if find_spec("pyarrow") else ("csv",):
        ran = modellaw("export", "--format", kind, "--output", tmp_path / kind, *data)
        assert ran.code == 0, ran.err
        if kind == "csv":
            frozen(f"{world}: modellaw export", ran, tmp_path / kind)
    ran = modellaw("report", "--output", tmp_path / "r.xlsx", *data)
    frozen(f"{world}: modellaw report", ran, tmp_path / "r.xlsx")
    assert ran.code == 0, ran.err
    if world not in ("csam", "child_labor"):
        assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[0] == "Read me"


def test_a_criterion_called_like_a_heading_is_not_taken_for_it(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "data"
    _criteria_called_like_headings(folder)
    into = ["--data", folder, "--series", "own", "--write", "--edition"]
    long, answers = tmp_path / "long.csv", folder / "own" / "answers" / "2019.csv"
    answers.unlink()
    long.write_text("country,criterion,answer,source,locator,note\nChina,status,no,s,p. 2,read twice\n")
    ran = modellaw("import", long, *into, "2019")
    assert ran.code == 0, ran.err
    assert "CHN,status,no,s,p. 2,read twice" in answers.read_text()
    # a table of criteria asks what it can't tell
    wide = tmp_path / "wide.csv"
    wide.write_text("Country,Answer,Note\nFrance,yes,no\n")
    ran = modellaw("import", wide, *into, "2019")
    assert "may be remarks or note" in " ".join(ran.out.split())
    assert "“Answer”" not in ran.out
    reading = tmp_path / "reading.toml"
    reading.write_text('[columns]\n"Note" = "remarks"\n')
    ran = modellaw("import", wide, *into, "2019", "--reading", reading)
    assert ran.code == 0, ran.err
    # and what the template asks for comes back whole
    filled = tmp_path / "t.xlsx"
    assert (
        modellaw(
            "template",
            *[word for word in into if word != "--write"],
            "2019",
            "--countries",
            "Namibia",
            "--output",
            filled,
        ).code
        == 0
    )
    book = openpyxl.load_workbook(filled)
    sheet = book["Answers"]
    headings = [cell.value for cell in sheet[2]]
    for heading, value in (("remarks: answer", "yes"), ("remarks: locator", "p. 9"), ("remarks: note", "new")):
        sheet.cell(3, headings.index(heading) + 1, value)
    book.save(filled)
    ran = modellaw("import", filled, *into, "2019")
    assert ran.code == 0, ran.err
    assert "NAM,remarks,yes,s,p. 9,new" in answers.read_text()


def test_a_criterion_called_state_is_no_second_column_of_countries(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = tmp_path / "data"
    framework_file(folder, ids=("state", "page"))
    path = folder / "criteria" / "own.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Is there state?", "State"), encoding="utf-8")
    series_files(folder, "own", {"2019": [("NAM", "state", "yes")]})
    into = ["--data", folder, "--series", "own", "--edition", "2019"]
    write = [*into, "--write"]
    table, answers = tmp_path / "t.csv", folder / "own" / "answers" / "2019.csv"
    table.write_text("Country,State,Is there page?\nFrance,no,yes\n")
    ran = modellaw("import", table, *write)
    assert "may be state or country" in " ".join(ran.out.split())
    reading = tmp_path / "reading.toml"
    reading.write_text('[columns]\n"State" = "state"\n')
    assert modellaw("import", table, *write, "--reading", reading).code == 0
    assert {"FRA,state,no,s", "FRA,page,yes,s"} <= {line.rstrip(",") for line in answers.read_text().splitlines()}
    table.write_text("State,Is there page?\nTonga,no\n")
    shutil.rmtree(folder / "own" / "readings")
    assert modellaw("import", table, *write).code == 0
    table.write_text("country,criterion,answer,source\nChina,state,no,s\n")
    assert modellaw("import", table, *write).code == 0
    assert {"TON,page,no,s", "CHN,state,no,s"} <= {line.rstrip(",") for line in answers.read_text().splitlines()}
    filled = tmp_path / "t.xlsx"
    assert modellaw("template", *into, "--countries", "Norway", "--output", filled).code == 0
    book = openpyxl.load_workbook(filled)
    sheet = book["Answers"]
    sheet.cell(3, [cell.value for cell in sheet[2]].index("state: answer") + 1, "no")
    book.save(filled)
    ran = modellaw("import", filled, *write)
    assert ran.code == 0, ran.err
    assert "NOR,state,no,s" in answers.read_text()


def test_who_has_no_score_has_none_anywhere(tmp_path: Path, modellaw: Modellaw) -> None:
    _groups_of_which_nothing_applies(tmp_path / "data")
    data = ["--data", tmp_path / "data", "--series", "own"]
    shown = modellaw("scores", *data).out
    namibia = next(line for line in shown.splitlines() if "Namibia" in line)
    assert namibia.split() == ["Namibia", "does", "not", "apply"]
    france = next(line for line in shown.splitlines() if "France" in line)
    assert "h 100.0" in france
    assert " g " not in france
    document = json.loads(modellaw("scores", "--edition", "2019", "--format", "json", *data).out)
    countries = {one["country"]: one for one in document["editions"][0]["countries"]}
    assert (countries["NAM"]["lower"], countries["NAM"]["upper"], countries["NAM"]["out_of"]) == (None, None, None)
    assert countries["NAM"]["index"] is None
    assert countries["FRA"]["groups"] == {"g": None, "h": [100, 100]}
    # a rule of which nothing is left is not reached
    assert countries["FRA"]["levels"] == ["rest"]
    assert modellaw("report", "--output", tmp_path / "r.xlsx", *data).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["Data"]
    area = sheet[sheet.tables["data"].ref]
    heads = [cell.value for cell in area[0]]
    rows = {row[heads.index("Code")].value: row for row in area[1:] if "2019" in row[0].value}
    assert not rows["NAM"][heads.index("Score at least")].value
    assert not rows["FRA"][heads.index("g: at least")].value
    assert rows["FRA"][heads.index("Score at least")].value == 100


def test_grades_between_are_called_more_and_less(tmp_path: Path, modellaw: Modellaw) -> None:
    framework_file(tmp_path / "data", 'grades = ["no", "partly", "yes"]\ncredit = ["0", "0.5", "1"]')
    before = [
        ("NAM", "one", "no"),
        ("NAM", "two", "partly"),
        ("FRA", "one", "yes"),
        ("FRA", "two", "partly"),
        ("TON", "one", "no"),
    ]
    after = [
        ("NAM", "one", "partly"),
        ("NAM", "two", "partly"),
        ("FRA", "one", "partly"),
        ("FRA", "two", "no"),
        ("TON", "one", "yes"),
    ]
    series_files(tmp_path / "data", "own", {"2019": before, "2020": after})
    data = ["--data", tmp_path / "data", "--series", "own"]
    document = json.loads(modellaw("compare", "--format", "json", *data).out)
    found = {one["country"]: one["changes"] for one in document["countries"]}
    assert found["NAM"] == {"one": "more_met", "two": "still_partly_met"}
    assert found["FRA"] == {"one": "less_met", "two": "less_met"}
    assert found["TON"]["one"] == "newly_met"
    assert document["criteria"]["one"]["more_met"] == document["criteria"]["one"]["less_met"] == 1
    assert {one["country"]: one["kind"] for one in document["countries"]} == {
        "NAM": "improved", "FRA": "worsened", "TON": "improved_at_least",
    }  # fmt: skip
    out = modellaw("compare", *data).out
    assert "more met" in out
    assert "still partly met" in out
    assert modellaw("export", "changes", "--output", tmp_path / "out", *data).code == 0
    kinds = (tmp_path / "out" / "changes.csv").read_text(encoding="utf-8")
    assert "own,more_met,False,2019,2020,NAM" in kinds
    assert "own,less_met,False,2019,2020,FRA" in kinds
    assert modellaw("report", "--output", tmp_path / "r.xlsx", *data).code == 0
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)
    words = {str(cell.value) for row in book["Changes"].iter_rows() for cell in row}
    assert {"met more than before", "met less than before", "not met to met"} <= words


def test_gaps_of_levels_by_score_say_what_would_reach_them(tmp_path: Path, modellaw: Modellaw) -> None:
    framework_file(tmp_path / "data", ids=("one", "two", "three"), best="score_at_least = 2")
    answers = [
        ("NAM", "one", "no"),
        ("NAM", "two", "no"),
        ("NAM", "three", "no"),
        ("FRA", "one", "yes"),
        ("FRA", "two", "no"),
        ("FRA", "three", "no"),
        ("TON", "one", "yes"),
        ("TON", "two", "yes"),
        ("TON", "three", "no"),
    ]
    series_files(tmp_path / "data", "own", {"2019": answers})
    data = ["--data", tmp_path / "data", "--series", "own"]
    document = json.loads(modellaw("gaps", "--format", "json", *data).out)
    found = {one["country"]: one for one in document["countries"]}
    assert [found[code]["best:at_least"] for code in ("NAM", "FRA", "TON")] == [2, 1, 0]
    assert found["FRA"]["best:ways"] == ["two", "three"]
    assert set(found["NAM"]["best:ways"]) == {"one+two", "one+three", "two+three"}
    assert "One answer away, Two or Three: France." in modellaw("gaps", *data).out


@pytest.mark.parametrize("edition", ["9", "09", "2018"])
def test_an_edition_is_found_by_its_number_and_by_its_year(edition: str, modellaw: Modellaw) -> None:
    assert "Global Review, 9th edition (09)" in modellaw("summary", "--edition", edition).out
    assert modellaw("compare", "1", edition).out.startswith("Global Review: 01 compared with 09")
    assert modellaw("scores", "--edition", "2007").code == 2  # an update is never meant by its year


def test_a_framework_says_its_own_words_and_no_others(tmp_path: Path, modellaw: Modellaw) -> None:
    words = ["report", "--framework", "child_labor", "--sheet", "Codebook", "--output", tmp_path / "r.xlsx"]
    assert modellaw(*words).code == 0
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)
    said = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row)
    assert "INHOPE" not in said
    assert "ICMEC" not in said
    assert "Made independently of the US Department of Labor" in said
    own = tmp_path / "own"
    assert modellaw("init", own, "--series", "ours", "--framework", "child_labor").code == 0
    assert modellaw("report", "--data", own, "--series", "ours", "--output", tmp_path / "o.xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "o.xlsx", data_only=True)
    said = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row)
    assert "independent" not in said.lower()
