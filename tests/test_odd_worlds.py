"""Small invented worlds that the embedded data do not show: unknown coverage, equal words, editions apart or without answers."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from country_data import ChoiceError
from review.dataset import read_dataset
from review.report.blocks import Column, Table
from review.report.terminal import show
from review.report.views.overview import overview_page
from review.report.workbook import sheets
from review.review import Review
from tests.conftest import Ran
from tests.recalculation import differences, needs_libreoffice
from tests.workbooks import write_workbook

Modellaw = Callable[..., Ran]
CODES = [f"Q{second}{third}" for second in "MN" for third in "ABCDEF"]
RULE = '[[levels.rules]]\nseries = "own"\neditions = ["02"]\ntitle = "Half, other"\nneeds = ["aa"]\n'


def answers(codes: list[str], words: list[str], seed: int) -> list[tuple[str, str, str]]:
    chance = random.Random(seed)  # noqa: S311 -- an invented world, not a secret
    return [(code, id, chance.choice(words)) for code in codes for id in ("aa", "bb")]


def write(
    folder: Path,
    editions: dict[str, list[tuple[str, str, str]]],
    *,
    grades: tuple[str, ...] = ("no", "yes"),
    covered: str = "12",
    figures: dict[str, int] | None = None,
    rule: str = "",
) -> Path:
    """A data folder with one framework of two criteria and one scored series, "own". `figures`: "edition,statistic" to value."""
    series = folder / "own"
    (folder / "criteria").mkdir(parents=True)
    (series / "answers").mkdir(parents=True)
    criteria = "".join(f'[[criteria]]\nid = "{id}"\ntitle = "{id}"\nquestion = "Q {id}?"\n' for id in ("aa", "bb"))
    levels = f'[[levels]]\nid = "full"\ntitle = "Full"\nneeds = ["aa", "bb"]\n[[levels]]\nid = "half"\ntitle = "Half"\nneeds_any = ["aa", "bb"]\n{rule}[[levels]]\nid = "rest"\ntitle = "Rest"\n'
    credit = [str(round(n / (len(grades) - 1), 2)) for n in range(len(grades))]
    head = f'id = "own_law"\ntitle = "Own law"\ngrades = {json.dumps(grades)}\ncredit = {json.dumps(credit)}\n'
    files = {
        folder / "criteria" / "own_law.toml": head + criteria + levels,
        folder / "countries.csv": "code,name\n" + "".join(f"{code},Land {code}\n" for code in CODES),
        series / "series.toml": 'id = "own"\ntitle = "Own"\nframework = "own_law"\nscored = true\n',
        series / "sources.csv": "source,title,publisher,kind,published,url\ns,S,P,publisher,,\n",
        series / "editions.csv": "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
        + "".join(f"{id},edition,Ed {id},{2001 + n},,{covered},partial,s,\n" for n, id in enumerate(editions)),
        **{
            series / "answers" / f"{id}.csv": "country,criterion,answer,source\n" + "".join(f"{','.join(one)},s\n" for one in rows)
            for id, rows in editions.items()
            if rows
        },
    }  # fmt: skip
    if figures:
        lines = [f"{key},{value},,s,preferred,\n" for key, value in figures.items()]
        files[series / "published_figures.csv"] = "edition,statistic,value,as_of,source,status,note\n" + "".join(lines)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return folder


OPEN = ["no", "yes", "unknown", "not_applicable"]
WORLDS: dict[str, Callable[[Path], Path]] = {
    "coverage that is not known": lambda folder: write(
        folder, {"01": answers(CODES, OPEN, 1), "02": answers(CODES, OPEN, 2)}, covered=""
    ),
    "no country in both": lambda folder: write(
        folder, {"01": answers(CODES[:5], OPEN, 1), "02": answers(CODES[5:], OPEN, 2)}
    ),
    "a later edition without answers": lambda folder: write(folder, {"01": answers(CODES, OPEN, 1), "02": []}),
    "a rule of one edition": lambda folder: write(
        folder, {"01": answers(CODES, OPEN, 1), "02": answers(CODES, OPEN, 2)}, rule=RULE
    ),
    "figures of the last headline alone": lambda folder: write(
        folder, {"01": answers(CODES, OPEN, 1), "02": []}, figures={"01,level:rest": 2, "02,level:rest": 2}
    ),
    "a grade with the words of another heading": lambda folder: write(
        folder,
        {"01": answers(CODES, ["no", "not_met", "yes"], 1), "02": answers(CODES, ["no", "yes"], 2)},
        grades=("no", "not_met", "yes"),
    ),
    "no answers at all": lambda folder: write(folder, {"01": [], "02": []}),
}


@needs_libreoffice
@pytest.mark.parametrize("world", WORLDS)
def test_every_formula_comes_out_as_stored(world: str, tmp_path: Path) -> None:
    reviews = [Review.of(read_dataset(WORLDS[world](tmp_path / "data")), "own")]
    write_workbook(reviews, tmp_path / "r.xlsx")
    assert differences(tmp_path / "r.xlsx", tmp_path)[1] == []


def test_levels_of_two_editions_are_counted_where_coverage_is_not_known(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = WORLDS["coverage that is not known"](tmp_path / "data")
    review = Review.of(read_dataset(folder), "own")
    write_workbook([review], tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["Compare"]
    counted = sum(cell.value for row in sheet[sheet.tables["compare_levels"].ref][1:] for cell in row[1:])
    assert counted == review.compare("01", "02").count("both") == len(CODES)
    assert "not computable" in modellaw("compare", "01", "02", "--data", folder).out
    assert [line.split()[:2] for line in modellaw("--data", folder).out.splitlines()[3:5]] == [
        ["01", "2001"],
        ["02", "2002"],
    ]


def test_nothing_is_counted_where_no_country_is_in_both(tmp_path: Path) -> None:
    write_workbook(
        [Review.of(read_dataset(WORLDS["no country in both"](tmp_path / "data")), "own")], tmp_path / "r.xlsx"
    )
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["Compare"]
    for name in ("compare_criteria", "compare_levels"):
        assert not any(cell.value for row in sheet[sheet.tables[name].ref][1:] for cell in row[1:])
        assert not any(cell.value == 0 for row in sheet[sheet.tables[name].ref][1:] for cell in row[1:])


def test_a_grade_may_have_the_words_of_another_heading(tmp_path: Path, modellaw: Modellaw) -> None:
    folder = WORLDS["a grade with the words of another heading"](tmp_path / "data")
    lines = modellaw("summary", "--data", folder).out.splitlines()
    heads = next(line for line in lines if line.split()[:2] == ["edition", "countries"])
    assert heads.count("not met") == 2
    met = {row[0]: row for row in (line.split() for line in lines) if row and row[0] in ("01", "02")}
    assert met["01"][-1] == "%"


def test_one_figure_is_enough_for_the_overview(tmp_path: Path) -> None:
    """Of a framework that stands second, in a sentence: what nothing is known of is left out."""
    dataset = read_dataset(write(tmp_path / "data", {"01": [], "02": []}, figures={"02,or_better:full": 3}))
    shown = io.StringIO()
    show(overview_page([Review.all_of(dataset, "csam"), [Review.of(dataset, "own")]], "NAME"), shown)
    assert "   02, of 12: full 3 (25 %) [s]\n" in shown.getvalue()


def test_a_figure_of_the_best_level_is_found_under_both_its_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "data", {"01": answers(CODES, OPEN, 1)}, figures={"01,level:full": 3})
    write_workbook([Review.of(read_dataset(folder), "own")], tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Lists"]
    keys = [row[0].value for row in sheet[sheet.tables["published_list"].ref][1:]]
    assert keys == ["own 01 (2001)|level:full", "own 01 (2001)|or_better:full"]


@pytest.mark.parametrize("framework", ["csam", "child_labor"])
def test_each_sheet_can_be_written_alone(framework: str, tmp_path: Path) -> None:
    reviews = Review.all_of(read_dataset(None), framework)
    names = [page.name for page in sheets(reviews) if not page.hidden][1:]
    assert len(names) >= 9
    for name in names:
        write_workbook(reviews, tmp_path / "r.xlsx", only=[name])
        assert {"Read me", name} <= set(openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True).sheetnames)
    with pytest.raises(ChoiceError, match="There is no sheet"):
        sheets(reviews, only=["Nothing"])


def test_a_table_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="one cell for each"):
        Table("t", "t", (Column("a"), Column("b")), [("1", "2"), ("1", "2", "3")])
