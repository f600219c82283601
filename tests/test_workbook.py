"""The workbook as a reader opens it: sheets, figures, marks, links; the same bytes every time.

Limits of a sheet and contrasts of colours are asked of the writer and the styles: no data are large enough.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import math
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import review
from review.dataset import read_dataset
from review.report.blocks import Column, Page, Table
from review.report.workbook import is_own_workbook, sheets
from review.report.xlsx.styles import CHART_COLOURS, MARKED, STYLES
from review.report.xlsx.writer import TooLarge, workbook_bytes
from review.review import Review
from tests.workbooks import write_workbook

SHEETS = [
    "Read me", "Country", "Compare", "Map", "Figures", "All figures", "Figure checks", "Countries icmec", "Countries state_dept",
    "Counts state_dept", "Changes", "Law changes", "Data", "Answers", "Criteria", "Sources", "Lists",
]  # fmt: skip


def reviews_of(data: Path | None = None) -> list[Review]:
    return Review.all_of(read_dataset(data))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workbook") / "review.xlsx"
    write_workbook(reviews_of(), made)
    return made


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    """What a reader sees: of a formula its stored value."""
    return openpyxl.load_workbook(path, data_only=True)


def rows(sheet: object) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def table(sheet: object, name: str) -> list[dict[str, object]]:
    """A table of a sheet as records."""
    area = sheet[sheet.tables[name].ref]
    heads = [cell.value for cell in area[0]]
    return [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in area[1:]]


def hyperlinks(sheet: object) -> list[object]:
    return [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def answer_words(sheet: object) -> str:
    return "\n".join(str(value) for row in rows(sheet) for value in row if value is not None)


def test_the_sheets_stand_in_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_the_first_sheet_alone_serves_who_reads_nothing_else(book: openpyxl.Workbook) -> None:
    text = " ".join(answer_words(book["Read me"]).split())  # long texts stand in several rows
    for said in (
        "118 of 196 countries (60 %): sufficient as of 2018-12",
        "27 of 184 countries (15 %): sufficient as of 2006-04",
        "[respect-9]", "[icmec-page-2009]",
        "“Sufficient” means: all five criteria, or all but ISP reporting; in 09: all five criteria, or four of the five criteria.",
        "Checked together as recorded, 09: The 13 preferred figures can all hold at once. By the rule of 01–08, 10 (all but ISP reporting) they cannot",
        "At least 7 of the 970 recorded answers must differ from those behind the figures.",
        "does not mean that the acts are lawful", "Silence is not “no”", "is not its enforcement",
        "modellaw 0.", "CC BY 4.0", "How to cite", "How to report an error", "not legal advice", "INHOPE", "not checked by a lawyer",
    ):  # fmt: skip
        assert said in text
    links = {link.location for link in hyperlinks(book["Read me"])}
    assert {f"'{name}'!A1" for name in SHEETS[1:]} <= links


def test_figures_are_the_published_ones_with_denominator_share_and_source(book: openpyxl.Workbook) -> None:
    found = {(row["Statistic"], row["Edition"]): row for row in table(book["Figures"], "figures_icmec")}
    ninth = found["Sufficient", "09"]
    assert (ninth["Published"], ninth["Countries covered"]) == (118, 196)
    assert ninth["Share"] == pytest.approx(118 / 196)
    assert "respect-9" in ninth["Source"]
    assert "carr-2018" in ninth["Also stated elsewhere"]
    assert "misreading: 5 (informationweek-2006)" in found["Sufficient", "01"]["Also stated elsewhere"]
    for edition in ("02", "03", "04", "10"):
        assert found["Sufficient", edition]["Published"] is None
    assert found["Sufficient", "05-2009-07"]["Kind"] == "◇ update"


def test_every_published_figure_is_listed_and_every_gap_is_said(book: openpyxl.Workbook) -> None:
    listed = table(book["All figures"], "all_figures_icmec")
    assert len([row for row in listed if row["Value"] is not None]) == 86
    assert {row["Edition"] for row in listed if row["Statistic"] == "no figure found"} == {
        "02",
        "03",
        "04",
        "09-2023-02",
        "10",
    }
    assert {row["Status"].split()[1] for row in listed if row["Status"]} == {"preferred", "alternative", "misreading"}


def chart_xml(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [
            archive.read(name).decode()
            for name in sorted(archive.namelist())
            if re.match(r"xl/charts/chart\d+\.xml", name)
        ]


def test_the_chart_of_shares_has_no_point_without_a_figure_and_joins_no_update(
    path: Path, book: openpyxl.Workbook
) -> None:
    (scatter,) = [xml for xml in chart_xml(path) if "scatterChart" in xml]
    behind = table(book["Figures"], "chart_icmec")
    top = int(re.search(r"\d+", book["Figures"].tables["chart_icmec"].ref)[0])
    drawn = []
    for series in re.findall(r"<c:ser>.*?</c:ser>", scatter):
        column, first, last = re.search(
            r"<c:yVal>.*?<c:f>Figures!\$([A-Z])\$(\d+)(?::\$[A-Z]\$(\d+))?</c:f>", series
        ).groups()
        heading = "Sufficient: share" if column == "D" else "No specific law: share"
        points = behind[int(first) - top - 1 : int(last or first) - top]
        assert all(point[heading] is not None and point["Year"] is not None for point in points)
        drawn += [(heading, point["Edition"]) for point in points]
        if any(point["Series of points"] == "◇ update" for point in points):
            assert len(points) == 1
            assert "<a:ln><a:noFill/>" in re.sub(r'(<a:ln) w="\d+"', r"\1", series)
    stated = {
        (heading, row["Edition"])
        for row in behind
        for heading in ("Sufficient: share", "No specific law: share")
        if row[heading] is not None
    }
    assert sorted(drawn) == sorted(stated)
    assert ("Sufficient: share", "01") in stated
    assert ("Sufficient: share", "02") not in stated


def test_countries_of_the_scored_series_have_scores_with_bounds_and_levels(book: openpyxl.Workbook) -> None:
    found = {row["Country"]: row for row in table(book["Countries icmec"], "countries_icmec")}
    assert len(found) == review.load().scores()["country"].nunique()
    assert (found["Australia"]["01 score at least"], found["Australia"]["01 level"]) == (5, "all five criteria")
    philippines = found["Philippines"]
    assert (philippines["01 score at least"], philippines["01 score at most"]) == (0, 4)
    assert philippines["01 level"] == "one of: some specific law; no specific law"
    assert found["Japan"]["01 score at least"] is None


def test_countries_of_the_other_series_show_their_answers_as_marks_and_no_score(book: openpyxl.Workbook) -> None:
    sheet = book["Countries state_dept"]
    found = {row["Country"]: row for row in table(sheet, "countries_state_dept")}
    assert found["Angola"]["Specific law 2016"] == "○"
    assert found["Angola"]["Definition 2016"] == "○▸"
    assert found["Angola"]["Possession 2016"] == "○"
    assert found["Angola"]["Specific law 2019"] == "●"
    assert found["Angola"]["Definition 2019"] == "◐"
    missing = [row for row in found.values() if row["Specific law 2023"] == "·"]
    assert len(found) - len(missing) == 191
    text = answer_words(sheet).lower()
    assert "score" not in text.replace("not scored", "")
    for level in reviews_of()[0].framework.levels:
        assert level.title not in text


def test_the_marks_of_every_country_are_those_of_the_library(book: openpyxl.Workbook) -> None:
    r = review.load("state_dept")
    signs = {"yes": "●", "no": "○", "unknown": "◐", "": "◐"}
    shown = {row["Code"]: row for row in table(book["Countries state_dept"], "countries_state_dept")}
    for row in r.scores().to_dict("records"):
        for criterion in r.framework.criteria:
            follows = "▸" if criterion.id in row["deduced"] else ""
            assert shown[row["country"]][f"{criterion.short} {row['edition']}"] == signs[row[criterion.id]] + follows


def test_the_counts_behind_the_stacked_charts_are_the_statistics(path: Path, book: openpyxl.Workbook) -> None:
    r = review.load("state_dept")
    counted = r.statistics().set_index(["edition", "statistic"])["lower"]
    shorts = {criterion.short: criterion.id for criterion in r.framework.criteria}
    listed = table(book["Counts state_dept"], "counts_state_dept")
    follow = r.scores().explode("deduced").groupby(["edition", "deduced"]).size()
    met, not_met = "Met: states it, or it follows", "Not met: states there is none, or it follows"
    assert len(listed) == 5 * 8
    for row in listed:
        id = shorts[row["Criterion"]]
        assert row[met] == counted[row["Edition"], f"criterion:{id}:yes"]
        assert row[not_met] == counted[row["Edition"], f"criterion:{id}:no"]
        assert row[met] + row[not_met] + row["Silent or unclear"] == row["Countries"]
        assert row["Of these: follows from another answer"] == follow.get((row["Edition"], id), 0)
    assert len([xml for xml in chart_xml(path) if 'grouping val="stacked"' in xml]) == 5


def test_no_chart_and_no_table_but_the_lists_holds_two_series(path: Path) -> None:
    for xml in chart_xml(path):
        sheets_used = {re.sub("'", "", name) for name in re.findall(r"<c:f>([^!]+)!", xml)}
        assert len(sheets_used) == 1


def test_answers_have_every_recorded_and_every_deduced_answer_with_its_source(book: openpyxl.Workbook) -> None:
    listed = table(book["Answers"], "answers")
    for id in ("icmec", "state_dept"):
        r = review.load(id)
        answers, replaced = r.answers(), r.replaced()
        mine = [row for row in listed if row["Series"] == id]
        assert len(mine) == len(answers) + len(replaced)
        assert [row["How known"] == "recorded" for row in mine[: len(answers)]] == list(answers["follows_from"] == "")
        assert {row["How known"] for row in mine[len(answers) :]} <= {"recorded, but replaced by what follows"}
        recorded = [row for row in mine if row["How known"].startswith("recorded")]
        assert len(recorded) == len(r.series.answers)
        assert all(row["Source"] for row in mine)
    namibia = [row for row in listed if row["Country"] == "Namibia"]
    assert {row["Code"] for row in namibia} == {"NAM"}
    addresses = {link.target for link in hyperlinks(book["Answers"])}
    locators = review.load("state_dept").series.answers["locator"]
    assert set(locators[locators.str.startswith("http")]) <= addresses
    assert set(locators) <= {row["Locator"] for row in listed}


def test_every_sheet_prints_on_a4_and_a_long_table_with_its_headings_on_every_page(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "Country" else "landscape")
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        last = max(sheet[one.ref][0][0].row for one in sheet.tables.values())
        if sheet.title not in (
            "Read me",
            "Country",
            "Compare",
            "Map",
            "Figures",
            "Counts state_dept",
            "Criteria",
            "Lists",
        ):
            # what is repeated stands over its own table alone: nothing follows that
            assert sheet.freeze_panes == f"{sheet.freeze_panes[0]}{last + 1}"
            assert sheet.print_title_rows == f"${last}:${last}"
    assert book["Country"].page_setup.fitToHeight != 0  # on one page; 0 is as many as are needed


def test_every_table_has_a_description_and_filters_where_it_is_long(path: Path, book: openpyxl.Workbook) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/tables/", name)]
        drawings = [
            archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/drawings/drawing", name)
        ]
    assert all("altTextSummary=" in part for part in parts)
    assert all(
        len(re.findall(r'<xdr:cNvPr [^>]*descr="[^"]+', drawing)) == drawing.count("<xdr:graphicFrame")
        for drawing in drawings
    )
    for name in ("Figures", "All figures", "Countries icmec", "Countries state_dept", "Data", "Sources"):
        assert any(one.autoFilter for one in book[name].tables.values())


def test_no_cell_is_an_error_and_no_formula_reaches_out_or_needs_a_later_excel(
    path: Path, book: openpyxl.Workbook
) -> None:
    later = re.compile(r"XLOOKUP|FILTER\(|LET\(|UNIQUE|TEXTJOIN|CONCAT\(|IFS\(|_xlfn|\[")
    allowed = re.compile(r"COUNTIFS\(")
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert not str(book[sheet.title][cell.coordinate].value).startswith("#N")
                assert cell.data_type != "e"
                if cell.data_type == "f":
                    assert not later.search(allowed.sub("", cell.value)), cell.value
                    assert len(cell.value) < 8_000


def test_no_colour_stands_without_a_mark(book: openpyxl.Workbook) -> None:
    for sheet in book:
        for area in sheet.tables.values():
            for row in list(sheet[area.ref])[1:]:
                for cell in row:
                    if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb != "FFFFF9E3":
                        assert cell.value.rstrip("▸") in {"●", "○", "◐"}
        for rules in sheet.conditional_formatting:
            for rule in rules.rules:
                assert rule.operator == "beginsWith"
                assert rule.text in "●○◐◎▲▽↑↓"


# how a screen's red, green and blue (linear) reach people who lack one kind of cone (Machado, Oliveira, Fernandes 2009)
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as it is seen."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [((part + 0.055) / 1.055) ** 2.4 if part > 0.04045 else part / 12.92 for part in parts]
    seen = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in SIGHTS[sight]]
    to_xyz = ((0.4339, 0.3763, 0.1898), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))  # white at 1
    x, y, z = (sum(a * b for a, b in zip(row, seen, strict=True)) ** (1 / 3) for row in to_xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_differ_for_the_colour_blind(sight: str) -> None:
    fills = {str(STYLES[name]["bg_color"]) for name in MARKED.values()} | {"#FFFFFF"}
    for kind, colours in {"marks": fills, "charts": set(CHART_COLOURS.values())}.items():
        for one, other in itertools.combinations(sorted(colours), 2):
            assert math.dist(lab(one, sight), lab(other, sight)) > 6, (kind, one, other)


def test_the_four_states_differ_in_grey() -> None:
    fills = [*(str(STYLES[MARKED[sign]]["bg_color"]) for sign in "●○◐"), "#FFFFFF"]
    lights = [lab(fill, "all cones")[0] for fill in fills]
    assert all(one + 4 < other for one, other in itertools.pairwise(lights))
    assert lights[0] > 60  # what is written on the darkest can be read


def test_the_workbook_is_light(path: Path) -> None:
    assert path.stat().st_size < 3_000_000


def test_contents_come_before_notes_and_every_sheet_begins_with_its_title(book: openpyxl.Workbook) -> None:
    first = [row[0] for row in rows(book["Read me"]) if row[0]]
    places = [first.index(heading) for heading in ("Sheets", "What it cannot tell you", "Key of marks", "The series")]
    assert places == sorted(places)
    assert [row["Sheet"] for row in table(book["Read me"], "sheets")] == SHEETS[1:]
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A1"].font.b


def test_what_formulas_match_on_is_never_taken_for_a_number_or_a_date(folder: Path, tmp_path: Path) -> None:
    with (folder / "countries.csv").open("a", encoding="utf-8") as file:
        file.write("QSA,007\nQSB,1E5\nQSC,1 May\nQSD,TRUE\nQSE,=1+1\n")
    (first,) = [path for path in (folder / "mine" / "answers").iterdir() if path.stem == "01"]
    answers = pd.read_csv(first, dtype=str, keep_default_na=False)
    more = pd.concat([answers[:1].assign(country=f"QS{letter}") for letter in "ABCDE"])
    pd.concat([answers, more]).to_csv(first, index=False)
    editions = pd.read_csv(folder / "mine" / "editions.csv", dtype=str, keep_default_na=False)
    editions.assign(reviewed="", coverage="partial").to_csv(folder / "mine" / "editions.csv", index=False)
    write_workbook(reviews_of(folder), tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    keys = {
        ("Lists", "country_list"): ("Country", "Code"),
        ("Lists", "edition_list"): ("Edition", "Series"),
        ("Lists", "published_list"): ("Edition and statistic",),
        ("Lists", "map_choices"): ("Criterion or level",),
        ("Lists", "answer_words"): ("Answers",),
        ("Data", "data"): ("Series and edition", "Code", "Key", "Key by label"),
    }
    seen = 0
    for (sheet, name), columns in keys.items():
        for row in table(book[sheet], name):
            for column in columns:
                text = str(row[column])
                assert re.match(r"[A-Za-z]|\S.* \([A-Z]{3,4}\)$", text), text
                assert text.casefold() not in ("true", "false")
                assert not re.fullmatch(r"\w{3,9}\W*\d{1,4}", text) or column in ("Code", "Key"), text
                seen += 1
    assert seen > 60
    for sheet, cell in (("Country", "B2"), ("Compare", "B2"), ("Compare", "B3"), ("Map", "B2"), ("Map", "B3")):
        assert book[sheet][cell].number_format == "@"  # what is picked stays the text it is


def test_more_rows_than_compute_well_carry_values_only_and_say_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(reviews_of(folder), tmp_path / "live.xlsx")
    monkeypatch.setattr("review.report.views.data.MOST_FORMULAS", 2)
    write_workbook(reviews_of(folder), tmp_path / "values.xlsx")
    live = openpyxl.load_workbook(tmp_path / "live.xlsx", data_only=True)
    values = openpyxl.load_workbook(tmp_path / "values.xlsx")
    assert set(live.sheetnames) - set(values.sheetnames) == {"Country", "Compare", "Map"}
    assert "values only" in answer_words(values["Data"])
    assert not any(cell.data_type == "f" for sheet in values for row in sheet.iter_rows() for cell in row)
    assert table(values["Data"], "data") == table(live["Data"], "data")


def test_a_series_without_answers_still_has_a_workbook(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "mine" / "answers").iterdir():
        path.write_text("country,criterion,answer,source\n", encoding="utf-8")
    (review_,) = [one for one in reviews_of(folder) if one.series.id == "mine"]
    write_workbook([review_], tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    assert "Country" not in book.sheetnames
    assert table(book["Criteria"], "criteria")


def test_the_words_of_the_time_stand_only_among_the_sources(book: openpyxl.Workbook) -> None:
    for sheet in book:
        # the counting rule of a criterion may name what does not count, and a statute its subject
        if sheet.title not in ("Sources", "Criteria"):
            said = answer_words(sheet)
            for statute in {answer for review in reviews_of() for answer in review.series.answers["citation"]} - {""}:
                said = said.replace(statute, "")
            assert not re.search("pornograph", said, re.IGNORECASE)


def test_text_that_begins_like_a_formula_stays_text(folder: Path, tmp_path: Path) -> None:
    write_workbook(reviews_of(folder), tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    found = [cell for row in book["Answers"].iter_rows() for cell in row if str(cell.value).startswith("=cmd")]
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_two_runs_with_other_hash_seeds_and_time_zones_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for number, (seed, zone) in enumerate([("1", "UTC"), ("77", "Asia/Tokyo")]):
        target = tmp_path / f"{number}.xlsx"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run(
            [sys.executable, "-m", "review", "report", "--output", str(target)],
            env=environment,
            check=True,
            capture_output=True,
        )
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_name_of_a_sheet_is_refused_where_excel_would_refuse_it() -> None:
    for name in ("", "a" * 32, "a/b", "'a"):
        with pytest.raises(ValueError, match="can't be the name of a sheet"):
            Page(name, "title")


def test_series_with_long_ids_of_one_beginning_have_sheets_of_their_own(folder: Path) -> None:
    for number in ("1", "2"):
        long = f"a_series_with_a_very_long_name_{number}"
        shutil.copytree(folder / "mine", folder / long)
        text = (folder / "mine" / "series.toml").read_text(encoding="utf-8").replace('"mine"', f'"{long}"')
        (folder / long / "series.toml").write_text(text, encoding="utf-8")
    names = [sheet.name for sheet in sheets(reviews_of(folder))]
    assert len(set(names)) == len(names)


def test_a_report_that_someone_has_saved_is_not_replaced(tmp_path: Path) -> None:
    made = tmp_path / "review.xlsx"
    write_workbook(reviews_of(), made)
    assert is_own_workbook(made)
    book = openpyxl.load_workbook(made)
    book["Read me"]["D1"] = "my notes"
    book.save(made)
    assert not is_own_workbook(made)


def test_more_than_a_sheet_holds_is_refused_with_a_way_out() -> None:
    table = Table("t", "Too wide", tuple(Column(str(number), 1) for number in range(16_385)), [], filtered=False)
    with pytest.raises(TooLarge, match="Take the data as CSV"):
        workbook_bytes([Page("S", "S", [table])], title="t", date=datetime.date(2020, 1, 1))
