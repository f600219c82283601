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
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import review
from criteria import Framework
from review.dataset import read_dataset
from review.report.blocks import Column, Page, Table, Text
from review.report.views.summary import shown_statistics
from review.report.workbook import is_own_workbook, sheets
from review.report.xlsx.styles import CHART_COLOURS, FONT, MARKED, STYLES
from review.report.xlsx.writer import TooLarge, workbook_bytes
from review.review import Review
from review.statistics import count_answers
from review.wording import marks_of, statistic_title
from tests.workbooks import write_workbook

SHEETS = [
    "Read me",
    "Latest",
    "Summary",
    "Compare",
    "Country",
    "Map",
    "Changes",
    "Figures",
    "Answers",
    "Data",
    "Codebook",
]


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


def test_the_sheets_stand_in_order_and_the_lists_are_hidden(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [*SHEETS, "Lists"]
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == SHEETS


def test_the_first_sheet_alone_serves_who_reads_nothing_else(book: openpyxl.Workbook) -> None:
    text = " ".join(answer_words(book["Read me"]).split())
    for said in (
        "[respect-9]", "[icmec-page-2009]",
        "“Sufficient” means: all five criteria, or all but ISP reporting; in 09: all five criteria, or four of the five criteria.",
        "Figures of 09: The 13 preferred figures can all hold at once. By the rule of 01–08, 10 (all but ISP reporting) they cannot",
        "At least 7 of the 970 recorded answers must differ from those behind the figures.",
        "does not mean that the acts are lawful", "Silence is not “no”", "is not its enforcement",
        "modellaw 0.", "CC BY 4.0", "How to cite", "How to report an error", "not legal advice", "INHOPE", "not checked by a lawyer",
    ):  # fmt: skip
        assert said in text
    headline = [tuple(row.values()) for row in table(book["Read me"], "headline_icmec")]
    assert [(row[0], *row[2:4], row[5]) for row in headline] == [
        ("Sufficient", 118, 196, "2018-12"),
        ("Sufficient", 27, 184, "2006-04"),
        ("No specific law", 16, 196, "2018-12"),
        ("No specific law", 95, 184, "2006-04"),
    ]
    assert headline[0][4] == pytest.approx(118 / 196)
    links = {link.location for link in hyperlinks(book["Read me"])}
    assert {f"'{name}'!A1" for name in SHEETS[1:]} <= links


def test_every_sentence_stands_in_one_cell(book: openpyxl.Workbook) -> None:
    seen = 0
    for page in sheets(reviews_of()):
        cells = {str(value) for row in rows(book[page.name]) for value in row}
        for block in page.blocks:
            if isinstance(block, Text):
                assert block.text in cells
                seen += 1
    assert seen > 30


def test_every_published_figure_is_listed_with_its_source_share_and_checks(book: openpyxl.Workbook) -> None:
    listed = table(book["Figures"], "figures")
    assert len(listed) == 86
    assert {row["Status"].split()[1] for row in listed} == {"preferred", "alternative", "misreading"}
    (ninth,) = [
        row
        for row in listed
        if (row["Edition"], row["Statistic"], row["Status"]) == ("09", "Sufficient", "● preferred")
    ]
    assert (ninth["Value"], ninth["Countries covered"]) == (118, 196)
    assert ninth["Share"] == pytest.approx(118 / 196)
    assert "[respect-9] (record)" in ninth["Source, and its kind"]
    assert (ninth["Answers: at least"], ninth["Answers: at most"]) == (112, 114)
    assert ninth["Against answers"] == "✕ contradicts"
    (misread,) = [
        row for row in listed if row["Edition"] == "01" and "informationweek-2006" in row["Source, and its kind"]
    ]
    assert (misread["Value"], misread["Status"]) == (5, "✕ misreading")
    text = answer_words(book["Figures"])
    assert "no figure was found of 02, 03, 04, 09-2023-02 ◇, 10." in text
    checks = table(book["Figures"], "checks")
    assert [row["Result"] for row in checks] == ["✕ disagrees"] * 8 + ["● agrees"] * 12


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
    behind = table(book["Lists"], "chart_icmec")
    top = int(re.search(r"\d+", book["Lists"].tables["chart_icmec"].ref)[0])
    updates = {
        review_.label(one.id) for review_ in reviews_of() for one in review_.series.editions.values() if one.is_update
    }
    heads = list(behind[0])
    drawn = []
    for series in re.findall(r"<c:ser>.*?</c:ser>", scatter):
        letters, first, last = re.search(
            r"<c:yVal>.*?<c:f>Lists!\$([A-Z]+)\$(\d+)(?::\$[A-Z]+\$(\d+))?</c:f>", series
        ).groups()
        area = openpyxl.utils.range_boundaries(book["Lists"].tables["chart_icmec"].ref)
        heading = heads[openpyxl.utils.column_index_from_string(letters) - area[0]]
        points = behind[int(first) - top - 1 : int(last or first) - top]
        assert all(point[heading] is not None and point["Year"] is not None for point in points)
        drawn += [(heading, point["Edition"]) for point in points]
        if any(point["Edition"] in updates for point in points):
            assert len(points) == 1
            assert "<a:ln><a:noFill/>" in re.sub(r'(<a:ln) w="\d+"', r"\1", series)
    stated = {(heading, row["Edition"]) for row in behind for heading in heads[2:] if row[heading] is not None}
    assert sorted(drawn) == sorted(stated)
    assert ("Sufficient: share", "01") in stated
    assert ("Sufficient: share", "02") not in stated
    assert "Sufficient: 15 % of countries in 2006, 60 % in 2018 (another rule in 09)" in scatter


def test_a_chart_from_answers_shows_at_least_and_at_most_and_only_where_little_is_open(path: Path) -> None:
    (line,) = [xml for xml in chart_xml(path) if "lineChart" in xml]
    assert re.findall(r"<c:v>(.*?)</c:v>", line)[:1]
    assert line.count("<c:ser>") == 2  # of the five criteria one is known of most countries
    assert "Specific law, at most" in line
    assert "Definition" not in line
    for xml in chart_xml(path):
        assert '<c:max val="1"/>' in xml
        assert '<c:min val="0"/>' in xml


def shown_marks(row: dict[str, object], framework: Framework) -> list[object]:
    return [row[criterion.short] for criterion in framework.criteria]


def test_latest_has_the_marks_scores_and_changes_of_the_newest_edition(book: openpyxl.Workbook) -> None:
    listed = table(book["Latest"], "latest")
    signs = {"yes": "●", "no": "○", "unknown": "◐", "": "·"}
    seen = 0
    for id, silent in (("icmec", "·"), ("state_dept", "◐")):
        r = review.load(id)
        newest, before = r.answered_editions[-1], r.answered_editions[-2]
        earlier = r.scores(before).set_index("country").to_dict("index")
        mine = {row["Code"]: row for row in listed if row["Series and edition"].startswith(f"{id} {newest}")}
        for row in r.scores(newest).to_dict("records"):
            found = mine.pop(row["country"])

            def marks(item: dict[str, object], silent: str = silent, r: Review = r) -> list[str]:
                words = {**signs, "": silent}
                return [words[item[one]] + ("▸" if one in item["deduced"] else "") for one in r.framework.criterion_ids]

            assert shown_marks(found, r.framework) == marks(row)
            was = earlier.get(row["country"])
            moved = [
                f"{criterion.short} {a} → {b}"
                for criterion, a, b in zip(r.framework.criteria, marks(was or row), marks(row), strict=True)
                if a[0] != b[0] and "·" not in (a[0], b[0])
            ]
            expected = "–" if was is None else f"{before}: {'; '.join(moved)}" if moved else None
            assert found["Changed since the edition before"] == expected
            assert (found["Score at least"] is None) == (id == "state_dept")
            if r.scored:
                assert (found["Score at least"], found["Score at most"]) == (row["lower"], row["upper"])
            seen += bool(moved)
        assert not mine
    assert seen > 10


def test_every_number_of_every_edition_stands_in_summary(book: openpyxl.Workbook) -> None:
    listed = {
        (row["Series"], row["Edition"].split()[0], row["Statistic"]): row for row in table(book["Summary"], "summary")
    }
    seen = 0
    for r in reviews_of():
        reviewed = r.editions().set_index("edition")["reviewed"]
        recorded = r.editions().set_index("edition")["recorded"]
        for item in shown_statistics(r, r.statistics()).to_dict("records"):
            key = (r.series.id, item["edition"], statistic_title(item["statistic"], r.judged(item["edition"])))
            if key not in listed:
                assert pd.isna(item["published"])
                continue
            row, of = listed[key], reviewed[item["edition"]]
            assert (row["Published"] is None) == pd.isna(item["published"])
            if recorded[item["edition"]] and not pd.isna(item["lower"]):
                assert row["At least"] == pytest.approx(item["lower"])
                assert row["At most"] == pytest.approx(item["upper"])
                if item["statistic"].startswith("criterion"):
                    assert row["At most: share"] == pytest.approx(item["upper"] / of)
            if row["Published"] is not None:
                assert row["Published"] == item["published"]
                assert item["source"].split()[0] in row["Source"]
            seen += 1
    assert seen == len(listed) > 150


def test_summary_shows_the_newest_edition_by_region(book: openpyxl.Workbook) -> None:
    r = review.load("icmec")
    counted = r.statistics("09", by="region").set_index(["region", "statistic"])
    listed = [row for row in table(book["Summary"], "summary_groups") if row["Group"]]
    assert [row["Group"] for row in listed] == ["Africa", "Americas", "Asia", "Europe", "Oceania"]
    for row in listed:
        assert row["Countries with an answer"] == counted.at[(row["Group"], "recorded"), "lower"]
        for criterion in r.framework.criteria:
            assert row[criterion.short] == counted.at[(row["Group"], f"criterion:{criterion.id}:yes"), "lower"]


def test_a_pivot_of_the_answers_gives_every_count_by_series_edition_and_region(path: Path) -> None:
    """With pandas, as an analyst would: of the file alone."""
    sheet = pd.read_excel(engine="openpyxl", io=path, sheet_name="Answers", header=None)
    top = int(sheet.index[sheet[0] == "series"][0])
    answers = pd.read_excel(
        engine="openpyxl", io=path, sheet_name="Answers", skiprows=top, dtype={"edition": str}, keep_default_na=False
    )
    assert not answers.duplicated(["series", "edition", "country", "criterion"]).any()
    seen = 0
    for r in reviews_of():
        mine = answers[answers["series"] == r.series.id]
        states = mine.pivot_table(
            index=["edition", "criterion"], columns="state", values="country", aggfunc="count", fill_value=0
        )
        marks = {one.id: one.words for one in marks_of(r.framework)}
        for row in count_answers(r).to_dict("records"):
            covered = r.series.editions[row["edition"]].reviewed
            recorded = int((r.matrix.rows["edition"] == row["edition"]).sum())
            for id, words in marks.items():
                unlisted = (covered or recorded) - recorded if id == "not_held" else 0  # covered, and not named here
                found = states.at[(row["edition"], row["criterion"]), words] if words in states else 0
                assert found == row[id] - unlisted
                seen += 1
        for scheme in ("region", "subregion"):
            met = mine.assign(met=(mine["value"] == 1)).groupby(["edition", scheme, "criterion"])["met"].sum()
            for row in r.statistics(by=scheme).to_dict("records"):
                kind, _, rest = row["statistic"].partition(":")
                if kind == "criterion" and rest.endswith(":yes"):
                    assert met[row["edition"], row[scheme], rest.split(":")[0]] == row["lower"]
                    seen += 1
        if r.scored:
            first = mine[mine["criterion"] == r.framework.criterion_ids[0]]
            levels = first.groupby(["edition", "level"]).size()
            counted = r.statistics().set_index(["edition", "statistic"])["lower"]
            for edition in r.answered_editions:
                for level in r.judged(edition).levels:
                    assert levels.get((edition, level.short), 0) == counted[edition, f"level:{level.id}"]
    assert seen > 1_500


def test_answers_have_every_recorded_and_every_deduced_answer_with_its_source(book: openpyxl.Workbook) -> None:
    listed = table(book["Answers"], "answers")
    for id in ("icmec", "state_dept"):
        r = review.load(id)
        mine = [row for row in listed if row["series"] == id]
        assert len(mine) == len(r.matrix.rows) * len(r.framework.criteria)
        told = {(row["edition"], row["country"], row["criterion"]): row for row in mine}
        for item in r.answers().to_dict("records"):
            row = told[item["edition"], item["country"], item["criterion"]]
            assert row["answer"] == item["answer"]
            assert (row["how_known"] == "recorded") == (item["follows_from"] == "")
            assert f"{row['source_1']} {row['source_2'] or ''}".strip() == item["source"]
        open_ = [row for row in mine if row["how_known"] in ("silent", "no data")]
        assert len(open_) == len(mine) - len(r.answers())
        assert all(row["value"] is None and row["source"] is None for row in open_)
    namibia = [row for row in listed if row["name"] == "Namibia"]
    assert {row["country"] for row in namibia} == {"NAM"}
    addresses = {link.target for link in hyperlinks(book["Answers"])}
    locators = review.load("state_dept").series.answers["locator"]
    assert set(locators[locators.str.startswith("http")]) <= addresses


# characters across a page of A4, and its height in points, where 10 points are printed as 7
ACROSS, PORTRAIT = 201, 142


def visible_widths(sheet: object) -> list[float]:
    last = max(openpyxl.utils.range_boundaries(one.ref)[2] for one in sheet.tables.values())
    hidden = {n for look in sheet.column_dimensions.values() if look.hidden for n in range(look.min, look.max + 1)}
    width = {n: look.width for look in sheet.column_dimensions.values() for n in range(look.min, look.max + 1)}
    padding = 5 / 7  # which the file adds to each
    return [width.get(n, 8.43) - padding for n in range(1, last + 1) if n not in hidden]


def test_every_sheet_prints_on_a4_at_seven_points_or_more(book: openpyxl.Workbook) -> None:
    for name in SHEETS:
        sheet = book[name]
        assert sheet.page_setup.paperSize == 9
        portrait = sheet.page_setup.orientation == "portrait"
        if sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert sum(visible_widths(sheet)) <= (PORTRAIT if portrait else ACROSS), name
        else:
            assert sheet.page_setup.scale == 70, name
    wide = {name for name in SHEETS if not (book[name].sheet_properties.pageSetUpPr or False)}
    assert wide <= {"Answers", "Data"}  # all else is one page wide
    smallest = min(
        cell.font.sz for name in SHEETS for row in book[name].iter_rows() for cell in row if cell.value is not None
    )
    assert smallest >= 10
    for name in ("Latest", "Answers", "Data", "Changes", "Figures"):
        sheet = book[name]
        (first, *_) = sorted(sheet[one.ref][0][0].row for one in sheet.tables.values())
        assert sheet.freeze_panes.endswith(str(first + 1))
        assert sheet.print_title_rows == f"${first}:${first}"


def test_columns_are_measured_in_the_font_of_the_cells(book: openpyxl.Workbook) -> None:
    """Where another font is lacking, a program takes one that may be wider: columns grow, and printed text shrinks."""
    usual = book["Latest"]["XFD1"].font
    assert (usual.name, usual.sz) == (FONT, 10)
    fonts = {
        cell.font.name for name in SHEETS for row in book[name].iter_rows() for cell in row if cell.value is not None
    }
    assert fonts <= {FONT, "Segoe UI Symbol", "Arial Narrow"}


@pytest.mark.parametrize("framework", ["csam", "child_labor"])
def test_the_embedded_data_print_one_page_wide(framework: str, tmp_path: Path) -> None:
    write_workbook(Review.all_of(read_dataset(None), framework), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    fits = {sheet.title for sheet in book if getattr(sheet.sheet_properties.pageSetUpPr, "fitToPage", False)}
    assert fits | {"Answers", "Data", "Lists"} == set(book.sheetnames)


def test_no_heading_breaks_inside_a_word_or_lies_under_a_button(book: openpyxl.Workbook) -> None:
    seen = 0
    for name in SHEETS:
        sheet = book[name]
        width = {n: look.width for look in sheet.column_dimensions.values() for n in range(look.min, look.max + 1)}
        for one in sheet.tables.values():
            for cell in sheet[one.ref][0]:
                if one.autoFilter:
                    assert cell.alignment.vertical == "top"  # the button covers the foot
                if not cell.alignment.textRotation:
                    longest = max(map(len, str(cell.value).split()), default=0)
                    assert width[cell.column] - 0.7 >= longest + (3 if one.autoFilter else 1), (name, cell.value)
                    seen += 1
                elif one.autoFilter:
                    assert sheet.row_dimensions[cell.row].height >= 5 * len(str(cell.value)) + 18
    assert seen > 100


def test_no_row_is_ruled_and_empty(book: openpyxl.Workbook) -> None:
    sparse = {"summary_groups", "compare_countries", "country_answers", "country_grounds"}
    for name in SHEETS:
        sheet = book[name]
        for one in sheet.tables.values():
            for row in sheet[one.ref][1:]:
                if row[0].value in (None, ""):
                    assert one.name in sparse, one.name
                if one.name in sparse:  # the line is drawn by a rule, where there is something
                    assert not any(cell.border.bottom and cell.border.bottom.style for cell in row)


def test_numbers_that_are_text_are_said_to_be_meant_so(path: Path, book: openpyxl.Workbook) -> None:
    with zipfile.ZipFile(path) as archive:
        for n, name in enumerate(book.sheetnames, 1):
            xml = archive.read(f"xl/worksheets/sheet{n}.xml").decode()
            flagged = re.search(r'<ignoredError sqref="([^"]+)" numberStoredAsText="1"', xml)
            areas = [openpyxl.utils.range_boundaries(area) for area in (flagged[1].split() if flagged else [])]
            for one in book[name].tables.values():
                for row in book[name][one.ref][1:]:
                    for cell in row:
                        if cell.data_type == "s" and re.fullmatch(r"[\d.]+", str(cell.value)):
                            assert any(a <= cell.column <= c and b <= cell.row <= d for a, b, c, d in areas), (
                                cell.coordinate
                            )


def test_what_is_picked_first_is_the_newest(book: openpyxl.Workbook) -> None:
    assert book["Summary"]["B17"].value == "icmec 09 (2018)"
    assert book["Map"]["B2"].value == "icmec 09 (2018)"
    # the newest edition, and the newest before it of which countries are in both
    assert [book["Compare"][cell].value for cell in ("B2", "B3")] == ["icmec 01 (2006)", "icmec 09 (2018)"]
    assert book["Compare"]["B5"].value == 14
    assert book["Country"]["A1"].value == book["Country"]["B2"].value


def test_the_codebook_has_the_rules_of_single_editions_and_every_source(book: openpyxl.Workbook) -> None:
    levels = [(row["Level"], row["In which editions"]) for row in table(book["Codebook"], "levels")]
    assert ("four of the five criteria", "Global Review: 09") in levels
    listed = [row["Source"] for row in table(book["Codebook"], "sources")]
    assert len(listed) == sum(len(review_.series.sources) for review_ in reviews_of())


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
    for name in ("Latest", "Summary", "Compare", "Map", "Changes", "Figures", "Answers", "Data", "Codebook"):
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
                if rule.dxf.fill is not None:  # the others draw lines and shares
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
    assert path.stat().st_size < 2_500_000


def test_contents_come_before_notes_and_every_sheet_begins_with_its_title(book: openpyxl.Workbook) -> None:
    first = [row[0] for row in rows(book["Read me"]) if row[0]]
    headings = ("How sure this is", "Sheets", "Marks", "What it cannot tell you", "Whose findings these are")
    places = [first.index(heading) for heading in headings]
    assert places == sorted(places)
    assert [row["What"] for row in table(book["Read me"], "sheets")] == SHEETS[1:]
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
        ("Lists", "compare_all"): ("Code",),
        ("Data", "data"): ("Series and edition", "Code", "Key", "Key by label", "Country and number"),
    }
    seen = 0
    for (sheet, name), columns in keys.items():
        for row in table(book[sheet], name):
            for column in columns:
                text = str(row[column])
                assert re.match(r"[A-Za-z]|\S.* \([A-Z]{3,4}\)$", text), text
                assert text.casefold() not in ("true", "false")
                assert not re.fullmatch(r"\w{3,9}\W*\d{1,4}", text) or column in (
                    "Code",
                    "Key",
                    "Country and number",
                ), text
                seen += 1
    assert seen > 60
    picks = (("Country", "B2"), ("Compare", "B2"), ("Compare", "B3"), ("Map", "B2"), ("Map", "B3"), ("Summary", "B17"))
    for sheet, cell in picks:
        assert book[sheet][cell].number_format == "@"  # what is picked stays the text it is


def test_more_formulas_than_compute_well_are_values_and_that_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(reviews_of(folder), tmp_path / "live.xlsx")
    monkeypatch.setattr("review.report.views.data.MOST_FORMULAS", 2)
    monkeypatch.setattr("review.report.views.answers.MOST_ANSWERS", 2)
    monkeypatch.setattr("review.report.views.changes._MOST_CHANGES", 1)
    write_workbook(reviews_of(folder), tmp_path / "values.xlsx")
    live = openpyxl.load_workbook(tmp_path / "live.xlsx", data_only=True)
    values = openpyxl.load_workbook(tmp_path / "values.xlsx")
    assert set(live.sheetnames) - set(values.sheetnames) == {"Country", "Compare", "Map", "Answers"}
    assert "values only" in answer_words(values["Data"])
    assert "modellaw export answers" in answer_words(values["Read me"])
    assert "modellaw export changes" in answer_words(values["Changes"])
    assert not any(cell.data_type == "f" for sheet in values for row in sheet.iter_rows() for cell in row)
    shown = table(values["Data"], "data")
    assert shown == [{head: row[head] for head in shown[0]} for row in table(live["Data"], "data")]
    for name, one in (("Latest", "latest"), ("Summary", "summary")):
        for row, other in zip(table(values[name], one), table(live[name], one), strict=True):
            assert {head: pytest.approx(v) if isinstance(v, float) else v for head, v in row.items()} == other


def test_a_series_without_answers_still_has_a_workbook(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "mine" / "answers").iterdir():
        path.write_text("country,criterion,answer,source\n", encoding="utf-8")
    (review_,) = [one for one in reviews_of(folder) if one.series.id == "mine"]
    write_workbook([review_], tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    assert "Country" not in book.sheetnames
    assert table(book["Codebook"], "criteria")


def test_the_words_of_the_time_stand_only_among_the_sources(book: openpyxl.Workbook) -> None:
    for sheet in book:
        # the counting rule of a criterion may name what does not count, and a statute its subject
        if sheet.title not in ("Codebook", "Lists"):  # hidden there: addresses, statutes, notes
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
