"""The workbook computes: LibreOffice, made to compute everything again, finds what Python found.

What a reader would pick is given to the sheets (`Picked`): LibreOffice picks nothing by itself.
"""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import country_data
from criteria import Criterion, Framework, Level, answer_matrix, deduce, score
from review.dataset import read_dataset
from review.report.views.data import edition_label
from review.report.views.map import Shown
from review.report.workbook import Picked
from review.review import Review
from tests.questions import EDITIONS, write_world
from tests.recalculation import differences, needs_libreoffice, needs_uno, recalculated, same, sorted_lists
from tests.test_workbook import reviews_of
from tests.workbooks import write_workbook
from tests.worlds import any_frameworks, frame_of, level_of, score_of, toml, worlds

pytestmark = needs_libreoffice


def test_a_wrong_stored_value_is_found(folder: Path, tmp_path: Path) -> None:
    """The check proves itself: one stored value is made wrong, and that cell is named."""
    right, wrong = tmp_path / "right.xlsx", tmp_path / "wrong.xlsx"
    write_workbook(reviews_of(folder), right)
    assert differences(right, tmp_path)[1] == []
    with zipfile.ZipFile(right) as source, zipfile.ZipFile(wrong, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet") and b"<f>SUMPRODUCT" in content:
                head, _, tail = content.partition(b"<f>SUMPRODUCT")
                formula, _, rest = tail.partition(b"<v>")
                content = head + b"<f>SUMPRODUCT" + formula + b"<v>777" + rest
            target.writestr(name, content)
    count, found = differences(wrong, tmp_path)
    assert count > 10
    assert found
    assert all("stored 777" in text for text in found)


def test_every_formula_of_the_embedded_data_comes_out_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    write_workbook(reviews_of(), path)
    count, found = differences(path, tmp_path)
    assert count > 20_000
    assert found == []


def write_answers(folder: Path, framework: Framework, answers: dict[str, dict[str, str]]) -> None:
    """A data folder with one edition of one scored series."""
    (folder / "criteria").mkdir(parents=True)
    (folder / "criteria" / "f.toml").write_text(toml(framework), encoding="utf-8")
    (folder / "countries.csv").write_text(
        "code,name\n" + "".join(f"{code},Land {code}\n" for code in answers), encoding="utf-8"
    )
    series = folder / "own"
    (series / "answers").mkdir(parents=True)
    (series / "series.toml").write_text('id = "own"\ntitle = "Own"\nframework = "f"\nscored = true\n', encoding="utf-8")
    (series / "sources.csv").write_text(
        "source,title,publisher,kind,published,url\ns,S,,publisher,,\n", encoding="utf-8"
    )
    (series / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n01,edition,One,2020,,,partial,s,\n",
        encoding="utf-8",
    )
    rows = frame_of(answers).drop(columns="edition").assign(source="s")
    rows.to_csv(series / "answers" / "01.csv", index=False)


def own_review(folder: Path) -> Review:
    collection = read_dataset(folder)
    return Review.of(collection, "own")


CODES = [f"Q{second}{third}" for second in "MNOP" for third in "ABCDEFGHIJ"]


@settings(
    max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True
)
@given(any_frameworks(), st.integers(0, 2**31))
def test_formulas_of_any_framework_come_out_as_python_computes(tmp_path: Path, framework: Framework, seed: int) -> None:
    framework = replace(framework, rules=())  # the embedded data have editions with rules of their own
    every = worlds(framework, dict.fromkeys(framework.criterion_ids, ""))
    assume({level_of(framework, world) for world in every} == set(framework.level_ids))  # else it is refused
    full = score_of(framework, dict.fromkeys(framework.criterion_ids, framework.highest))
    assume(all((level.score_at_least or 0) <= full for level in framework.levels))
    folder = tmp_path / "data"
    shutil.rmtree(folder, ignore_errors=True)
    chance = Random(seed)  # noqa: S311 -- an invented world, not a secret
    words = [*framework.grades, "unknown", "not_assessed", "not_applicable", "", *framework.grades]
    answers: dict[str, dict[str, str]] = {}
    while len(answers) < len(CODES):
        some = words if len(answers) > 24 else framework.grades
        given_ = {id: chance.choice(some) for id in framework.criterion_ids}
        requires = [(c.id, r) for c in framework.criteria for r in c.requires]
        excused = all(given_[r] != "not_applicable" or given_[c] == "not_applicable" for c, r in requires)
        if any(given_.values()) and excused and any(True for _ in worlds(framework, given_)):
            answers[CODES[len(answers)]] = given_
    write_answers(folder, framework, answers)
    path = tmp_path / "own.xlsx"
    write_workbook([own_review(folder)], path)
    count, found = differences(path, tmp_path)
    assert count >= len(CODES) * (len(framework.criteria) * 3 + 12)
    assert found == []


def test_formulas_of_35_graded_questions_in_groups_come_out_as_stored(tmp_path: Path) -> None:
    folder, path = tmp_path / "data", tmp_path / "own.xlsx"
    write_world(folder, "mean_of_groups", EDITIONS[:2], CODES[:12])
    shutil.copytree(folder / "law", folder / "said")  # the same as a series that is not scored
    definition = (folder / "law" / "series.toml").read_text(encoding="utf-8")
    other = definition.replace('"law"', '"said"').replace('"Law"', '"Said"').replace("true", "false")
    (folder / "said" / "series.toml").write_text(other, encoding="utf-8")
    collection = read_dataset(folder)
    write_workbook([Review.of(collection, "law"), Review.of(collection, "said")], path)
    count, found = differences(path, tmp_path)
    assert count > 4_000
    assert found == []
    # many criteria stand by group, one sign each; those side by side wait behind a button
    book = openpyxl.load_workbook(path, data_only=True)
    (first, *_) = [
        dict(zip([c.value for c in area[0]], [c.value for c in area[1]], strict=True))
        for area in [book["Latest"][book["Latest"].tables["latest"].ref]]
    ]
    assert len(first["travel (4)"]) == 4
    sheet = book["Data"]
    heads = {str(cell.value): cell for cell in sheet[sheet.tables["data"].ref][0]}
    single = heads["q01: mark"]
    grouped = next(look for look in sheet.column_dimensions.values() if look.min <= single.column <= look.max)
    assert grouped.hidden
    assert grouped.outlineLevel == 1


@pytest.mark.parametrize(("chained", "most"), [(False, 38), (True, 24)])
def test_no_formula_is_longer_than_excel_reads(chained: bool, most: int, tmp_path: Path) -> None:
    ids = [f"criterion_number_{n}" for n in range(most)]
    criteria = tuple(
        Criterion(id, id, id, "", "", (ids[n - 1],) if n and chained else (), Decimal(1)) for n, id in enumerate(ids)
    )
    levels = (Level("all", "all", "all", (ids[-1],)), Level("none", "none", "none"))
    framework = Framework("f", "f", criteria=criteria, levels=levels)
    write_answers(tmp_path / "data", framework, {code: dict.fromkeys(ids, "yes") for code in CODES[:3]})
    path = tmp_path / "own.xlsx"
    write_workbook([own_review(tmp_path / "data")], path)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert max(len(str(cell.value)) for cell in cells) < 7_000  # numbers of rows may be longer
    assert differences(path, tmp_path)[1] == []


def test_what_is_picked_is_shown_as_python_would(tmp_path: Path) -> None:
    """Another country and other editions are picked in a copy: it then shows what a workbook begun with them holds."""
    reviews = reviews_of()
    other = next(review for review in reviews if not review.scored)
    picked = Picked("AGO", (other, "2018", "2019"))
    write_workbook(reviews, tmp_path / "usual.xlsx")
    write_workbook(reviews, tmp_path / "begun.xlsx", picked)
    book = openpyxl.load_workbook(tmp_path / "usual.xlsx")
    changed = {"Country": {"B2": "Angola (AGO)"}, "Compare": {"B2": "state_dept 2018", "B3": "state_dept 2019"}}
    for name, cells in changed.items():
        for cell, value in cells.items():
            assert book[name][cell].value != value
            book[name][cell].value = value
    book.save(tmp_path / "picked.xlsx")
    again = recalculated(tmp_path / "picked.xlsx", tmp_path)
    begun = openpyxl.load_workbook(tmp_path / "begun.xlsx", data_only=True)
    usual = openpyxl.load_workbook(tmp_path / "usual.xlsx", data_only=True)
    for name in changed:
        differ = 0
        for row in begun[name].iter_rows():
            for cell in row:
                assert same(cell.value, again[name][cell.coordinate].value), f"{name}!{cell.coordinate}"
                differ += not same(cell.value, usual[name][cell.coordinate].value)
        assert differ > 30, name


def test_groups_follow_what_is_picked(folder: Path, tmp_path: Path) -> None:
    """Another edition, grouping and share are picked on Summary; a scheme of one's own is one of them."""
    lines = [
        "scheme,group,country,from,until",
        *(f"Bloc,North,{code},," for code in ("QMA", "QMB")),
        "Bloc,South,QMC,,",
    ]
    (folder / "groups.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reviews = reviews_of(folder)
    write_workbook(reviews, tmp_path / "usual.xlsx")
    r = next(review for review in reviews if review.series.id == "mine")
    edition = r.answered_editions[0]
    for scheme, show in (("Bloc", "countries, at most"), ("subregion", "share of those with an answer, at least")):
        book = openpyxl.load_workbook(tmp_path / "usual.xlsx")
        sheet = book["Summary"]
        (row,) = [cell.row for (cell, *_) in sheet.iter_rows() if cell.value == "Series and edition"]
        for offset, value in enumerate((edition_label(r, edition), scheme, show)):
            assert sheet.cell(row + offset, 2).value != value or offset == 2
            sheet.cell(row + offset, 2).value = value
        book.save(tmp_path / "picked.xlsx")
        again = recalculated(tmp_path / "picked.xlsx", tmp_path)["Summary"]
        area = again[sheet.tables["summary_groups"].ref]
        heads = [cell.value for cell in area[0]]
        listed = [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in area[1:]]
        counted = r.statistics(edition, by=scheme)
        groups = dict(iter(counted.groupby(scheme)))
        assert {row["Group"] for row in listed if row["Group"]} == {
            group or ("in no group" if scheme == "Bloc" else "no subregion")
            for one in reviews for group in set(one.groups(scheme))
        }  # fmt: skip
        for row in listed:
            part = groups.get("" if str(row["Group"]) in ("in no group", "no subregion") else row["Group"])
            if part is None:
                assert row["Countries with an answer"] in (0, None, "")
                continue
            bounds = part.set_index("statistic")
            many = bounds.at["recorded", "lower"]
            assert row["Countries with an answer"] == many
            for criterion in r.framework.criteria:
                end, of = ("upper", 1) if scheme == "Bloc" else ("lower", many)
                assert same(row[criterion.short], float(bounds.at[f"criterion:{criterion.id}:yes", end]) / of)


@needs_uno
def test_sorting_every_list_on_view_changes_no_value_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    write_workbook(reviews_of(), path)
    before, after = openpyxl.load_workbook(path, data_only=True), sorted_lists(path, tmp_path)
    moved = 0
    for sheet in before:
        other = after[sheet.title]
        inside = set()
        for one in sheet.tables.values():
            inside |= {cell.coordinate for row in sheet[one.ref] for cell in row}
            helpers = [
                n for n, cell in enumerate(sheet[one.ref][0]) if "Row" in str(cell.value)
            ]  # where a row of Data stands
            rows, sorted_rows = (
                [
                    tuple(_rounded(cell.value) for n, cell in enumerate(row) if n not in helpers)
                    for row in book[one.ref][1:]
                ]
                for book in (sheet, other)
            )
            assert sorted(rows) == sorted(sorted_rows), one.name
            if one.autoFilter:
                moved += rows != sorted_rows
            else:
                assert rows == sorted_rows, one.name
        for row in sheet.iter_rows():
            for cell in row:
                if cell.coordinate not in inside:
                    assert same(cell.value, other[cell.coordinate].value), f"{sheet.title}!{cell.coordinate}"
    assert moved >= 8


def _rounded(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, int | float) else str(value if value is not None else "")


def test_answers_that_are_typed_over_are_followed_as_python_would(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    reviews = reviews_of(folder)
    write_workbook(reviews, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    area = sheet[sheet.tables["data"].ref]
    heads = [cell.value for cell in area[0]]
    framework = reviews[0].framework
    recorded = [heads.index(f"{criterion.short}: recorded") for criterion in framework.criteria]
    chance = Random(5)  # noqa: S311 -- an invented world, not a secret
    changed: dict[str, dict[str, str]] = {}
    for row in area[1:]:
        answers = {id: chance.choice(["yes", "no", "unknown", ""]) for id in framework.criterion_ids}
        while not any(answers.values()) or not any(True for _ in worlds(framework, answers)):
            answers = {id: chance.choice(["yes", "no", "unknown", ""]) for id in framework.criterion_ids}
        for column, id in zip(recorded, framework.criterion_ids, strict=True):
            row[column].value = answers[id] or None
        changed[f"{row[heads.index('Series and edition')].value}|{row[heads.index('Code')].value}"] = answers
    book.save(tmp_path / "typed.xlsx")
    again = recalculated(tmp_path / "typed.xlsx", tmp_path)["Data"]
    closed = deduce(answer_matrix(frame_of(changed), framework), framework)
    scores = {key: row for row, key in enumerate(closed.rows["country"])}
    scored = score(closed, framework)
    assert len(scores) > 3
    for row in list(again[sheet.tables["data"].ref])[1:]:
        cells = dict(zip(heads, [cell.value for cell in row], strict=True))
        place = scores[f"{cells['Series and edition']}|{cells['Code']}"]
        if cells["Series and edition"].startswith("mine"):
            assert same(cells["Score at least"], float(scored.lower[place]))
            assert same(cells["Score at most"], float(scored.upper[place]))
            for k, level in enumerate(framework.levels):
                assert cells[f"{level.short} possible"] == int(scored.possible[place, k])
        for column, criterion in enumerate(framework.criteria):
            code = closed.codes[place, column]
            word = (
                framework.grades[code]
                if code >= 0
                else changed[f"{cells['Series and edition']}|{cells['Code']}"][criterion.id]
            )
            assert (cells[f"{criterion.short}: follows"] or "") == word


def test_every_sheet_follows_what_is_typed_over(tmp_path: Path) -> None:
    """Answers are typed over on Data: every sheet that computes shows what a workbook of a folder with them shows."""
    reviews = reviews_of()
    folder = tmp_path / "data"
    chance = Random(11)  # noqa: S311 -- any answers
    changed: dict[tuple[str, str], list[str]] = {}
    for review in reviews:
        shutil.copytree(Path(country_data.__file__).parent / review.series.id, folder / review.series.id)
        scores = review.scores()
        for edition, part in scores.groupby("edition"):
            path = folder / review.series.id / "answers" / f"{edition}.csv"
            answers = pd.read_csv(path, dtype=str, keep_default_na=False)
            source = answers["source"].iloc[0]
            there = sorted(part["country"])
            countries = sorted({*chance.sample(there, min(len(there), 9)), *({PICKED} & {*there})})
            answers = answers[~answers["country"].isin(countries)]
            for country in countries:
                others = [chance.choice(["yes", "no", "unknown", ""]) for _ in review.framework.criterion_ids[1:]]
                given_ = chance.choice([["yes", *others], ["no", "", "", "unknown", ""], ["unknown", "", "", "", ""]])
                changed[edition_label(review, str(edition)), country] = given_
                more = {"criterion": review.framework.criterion_ids, "answer": given_}
                answers = pd.concat([answers, pd.DataFrame(more).assign(country=country, source=source)])
            answers.fillna("").to_csv(path, index=False)
    write_workbook(reviews, tmp_path / "usual.xlsx", shown_of(reviews))
    book = openpyxl.load_workbook(tmp_path / "usual.xlsx")
    sheet = book["Data"]
    area = sheet[sheet.tables["data"].ref]
    heads = [cell.value for cell in area[0]]
    first = heads.index(f"{reviews[0].framework.criteria[0].short}: recorded")
    typed = 0
    for row in area[1:]:
        given_ = changed.get((row[heads.index("Series and edition")].value, row[heads.index("Code")].value))
        for cell, answer in zip(row[first:], given_ or [], strict=False):
            typed += cell.value != (answer or None)
            cell.value = answer or None
    assert typed > 100
    book.save(tmp_path / "typed.xlsx")
    after = reviews_of(folder)
    write_workbook(after, tmp_path / "begun.xlsx", shown_of(after))
    begun = openpyxl.load_workbook(tmp_path / "begun.xlsx", data_only=True)
    usual = openpyxl.load_workbook(tmp_path / "usual.xlsx", data_only=True)
    again = recalculated(tmp_path / "typed.xlsx", tmp_path)
    for name in ("Latest", "Summary", "Country", "Compare", "Map", "Figures"):
        differ = 0
        for row in begun[name].iter_rows():
            first = str(row[0].value)
            if first.startswith(("What that rests on", "What figures imply")):
                break  # what was recorded
            if first == "Changes on Data":
                assert str(again[name][row[1].coordinate].value).endswith("see its column Check")
                continue
            if ", all together: " in first or "the preferred figures of" in first:
                continue  # of the answers as they were recorded
            for cell in row:
                assert same(cell.value, again[name][cell.coordinate].value), f"{name}!{cell.coordinate}"
                differ += not same(cell.value, usual[name][cell.coordinate].value)
        assert differ > 3, name


PICKED = "GHA"


def shown_of(reviews: list[Review]) -> Picked:
    """The same picks, whatever the answers are."""
    stated = next(review for review in reviews if not review.scored)
    return Picked(PICKED, (stated, "2016", "2023"), Shown(stated, "2019", "possession"))


def test_data_says_what_was_typed_over_and_what_contradicts_itself(folder: Path, tmp_path: Path) -> None:
    write_workbook(reviews_of(folder), tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    sheet = book["Data"]
    area = sheet[sheet.tables["data"].ref]
    heads = [cell.value for cell in area[0]]
    law, possession = (heads.index(f"{short}: recorded") for short in ("Specific law", "Possession"))
    said = {}
    for row, (one, other, expected) in zip(
        area[1:],
        [
            ("yes", "unknown", "typed over"),
            ("no", "yes", "contradicts itself"),
            ("yes", "banana", "not a word of the list"),
        ],
        strict=False,
    ):
        row[law].value, row[possession].value = one, other
        said[row[heads.index("Check")].coordinate] = expected
    assert len(said) == 3
    book.save(tmp_path / "typed.xlsx")
    again = recalculated(tmp_path / "typed.xlsx", tmp_path)["Data"]
    untouched = [row[heads.index("Check")].value for row in again[sheet.tables["data"].ref][4:]]
    assert {cell: again[cell].value for cell in said} == said
    assert untouched
    assert not any(untouched)


NAMES = [
    "كتاب القانون",
    "法律之国",
    "Land “of” quotes & <tags>",
    "L'Aquila's \"own\"",
    "=SUM(A1)",
    "+1",
    "-2",
    "@home",
    "007",
]


def write_many(folder: Path, countries: int, editions: int, answer: str | None) -> None:
    """A world under the embedded framework; `answer`: the one given everywhere, or None for any."""
    chance = Random(countries * 100 + editions)  # noqa: S311 -- an invented world, not a secret
    codes = [f"Q{second}{third}" for second in "MNOPQRSTUV" for third in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:countries]
    names = [*NAMES, *(f"Land {code}" for code in codes)]
    folder.mkdir()
    with (folder / "countries.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("code", "name"), *zip(codes, names, strict=False)])
    series = folder / "own"
    (series / "answers").mkdir(parents=True)
    text = 'id = "own"\ntitle = "Own & \'other\'"\nframework = "csam"\nscored = true\n'
    (series / "series.toml").write_text(text, encoding="utf-8")
    head = "source,title,publisher,kind,published,url\ns,=HYPERLINK(1),,publisher,,https://example.org/?a=1&b=2\n"
    (series / "sources.csv").write_text(head, encoding="utf-8")
    years = [str(2000 + n) for n in range(editions)]
    rows = "".join(f"{year},edition,Year {year},{year},,{countries},partial,s,\n" for year in years)
    head = "edition,kind,title,as_of,published,reviewed,coverage,source,note\n"
    (series / "editions.csv").write_text(head + rows, encoding="utf-8")
    ids = ["legislation", "definition", "technology", "possession", "isp_reporting"]
    for year in years:
        lines = ["country,criterion,answer,source,note"]
        for code in codes:
            law = answer or chance.choice(["yes", "yes", "no", "unknown"])
            given_ = [
                law,
                *("no" if law == "no" else answer or chance.choice(["yes", "no", "unknown"]) for _ in ids[1:]),
            ]
            if law == "unknown":
                given_ = [law] * len(ids)
            lines += [f"{code},{id},{one},s,=1+1" for id, one in zip(ids, given_, strict=True)]
        (series / "answers" / f"{year}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("countries", "editions", "answer"),
    [(1, 1, None), (3, 2, None), (250, 15, None), (24, 2, "yes"), (24, 2, "unknown")],
)
def test_invented_worlds_of_any_size_come_out_as_stored(
    tmp_path: Path, countries: int, editions: int, answer: str | None
) -> None:
    write_many(tmp_path / "data", countries, editions, answer)
    path = tmp_path / "own.xlsx"
    write_workbook([own_review(tmp_path / "data")], path)
    count, found = differences(path, tmp_path)
    assert count > countries * editions * 10
    assert found == []


def test_only_the_sheets_asked_for_and_what_they_look_at_are_written(
    tmp_path: Path, modellaw: Callable[..., Any]
) -> None:
    path = tmp_path / "own.xlsx"
    assert modellaw("report", "--sheet", "Country", "--output", path).code == 0
    assert openpyxl.load_workbook(path).sheetnames == ["Read me", "Country", "Data", "Lists"]
    assert differences(path, tmp_path)[1] == []
    ran = modellaw("report", "--sheet", "Contry", "--output", path, "--force")
    assert ran.code == 2
    assert "Did you mean “Country”" in ran.err


def test_a_report_is_narrowed_to_editions_and_countries(tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    path = tmp_path / "own.xlsx"
    words = ["--edition", "2016", "--edition", "2023", "--region", "Africa", "--series", "state_dept"]
    assert modellaw("report", *words, "--output", path).code == 0
    sheet = openpyxl.load_workbook(path, data_only=True)["Data"]
    rows = [[cell.value for cell in row] for row in sheet[sheet.tables["data"].ref]][1:]
    assert {row[0] for row in rows} == {"state_dept 2016", "state_dept 2023"}
    assert {row[3] for row in rows} == {"Africa"}
    assert differences(path, tmp_path)[1] == []
    for words in (["--edition", "1999"], ["--region", "Atlantis"], ["--country", "Nowhere"]):
        assert modellaw("report", *words, "--output", tmp_path / "none.xlsx").code == 2
    assert not (tmp_path / "none.xlsx").exists()
