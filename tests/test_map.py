"""The map of tiles: where countries stand, and what the map shows of them.

What a reader would pick is given to the sheets (`Picked`): LibreOffice picks nothing by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from country_data import tiles_of
from review.dataset import read_dataset
from review.report.views.map import Shown
from review.report.workbook import Picked
from tests.recalculation import needs_libreoffice, recalculated, same
from tests.test_workbook import reviews_of
from tests.workbooks import write_workbook

REGISTRY = read_dataset(None).registry
CURRENT = REGISTRY.frame[REGISTRY.frame["until"] == ""]
TILES = tiles_of(REGISTRY, CURRENT["code"]).merge(CURRENT[["code", "region"]], on="code")


def test_each_current_country_has_one_tile_of_its_own_in_the_file() -> None:
    file = pd.read_csv(str(files("country_data") / "tiles.csv"), dtype=str, keep_default_na=False)
    assert sorted(file["code"]) == sorted(CURRENT["code"])
    assert not file.duplicated(["column", "row"]).any()


def test_each_region_is_one_block_apart_from_the_others() -> None:
    cells = {(tile.column, tile.row): tile.region for tile in TILES.itertuples() if tile.region}
    for region in set(cells.values()):
        block = {cell for cell, of in cells.items() if of == region}
        reached, waiting = set(), [min(block)]
        while waiting:
            column, row = cell = waiting.pop()
            if cell in block and cell not in reached:
                reached.add(cell)
                waiting += [(column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
        assert reached == block, region
        beside = {(column + x, row + y) for column, row in block for x in (-1, 0, 1) for y in (-1, 0, 1)}
        assert {cells[cell] for cell in beside if cell in cells} == {region}


NEIGHBOURS = ["USA MEX", "CAN USA", "PRT ESP", "FRA DEU", "IND PAK", "CHN MNG", "KEN TZA", "NZL NCL", "BRA PER"]


@pytest.mark.parametrize("pair", NEIGHBOURS)
def test_neighbours_stand_near_each_other(pair: str) -> None:
    one, other = (TILES.set_index("code").loc[code, ["column", "row"]] for code in pair.split())
    assert max(abs(one - other)) <= 2


def test_a_country_without_a_tile_stands_in_a_grid_after_the_map(folder: Path) -> None:
    with (folder / "countries.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"Q{a}{b},Land {a}{b}\n" for a in "STU" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    registry = read_dataset(folder).registry
    tiles = tiles_of(registry, registry.codes())
    assert not tiles.duplicated(["column", "row"]).any()
    last = TILES["row"].max()
    grid = tiles[~tiles["code"].isin(CURRENT["code"])]
    assert len(grid) > 78
    assert grid["row"].min() > last + 1
    assert grid["column"].max() <= TILES["column"].max()


def _tiles(sheet: Any) -> dict[str, str]:
    """Code to mark, of every cell of the map."""
    texts = [cell.value for row in sheet.iter_rows(min_col=4) for cell in row if isinstance(cell.value, str)]
    return {text.split("\n")[1]: text.split("\n")[0] for text in texts if "\n" in text}


def test_every_current_country_is_on_the_map_and_who_is_not_covered_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    write_workbook(reviews_of(), path, only=["Map"])
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book["Map"]
    shown = _tiles(sheet)
    assert set(CURRENT["code"]) <= set(shown)
    assert sheet["B2"].value == "icmec 09 (2018)"
    assert shown["USA"] == "●"
    assert shown["GRL"] == "·"
    said = {row[0].value: row[1].value for row in sheet[sheet.tables["map_countries"].ref][1:]}
    assert said[f"{REGISTRY.name('GRL')} (GRL)"] == "· no answer in our data"
    assert sheet["B6"].value == "194 of 196 covered by the edition"
    legend = {row[0].value: row[1].value for row in sheet[sheet.tables["map_legend"].ref][1:]}
    assert legend["· no answer in our data"] == Counter(shown.values())["·"]
    follows = legend.pop("▸ of these: follows from another")
    assert follows == sum(mark.endswith("▸") for mark in shown.values())
    assert sum(legend.values()) == len(shown) == len(said)
    # colours follow whatever the mark becomes; tiles that are not covered have none
    areas = [area for area in sheet.conditional_formatting if str(area.sqref).startswith("D")]
    assert {rule.text for area in areas for rule in area.rules} >= {"●", "○", "◐"}
    assert "·" not in {rule.text for area in areas for rule in area.rules}


def test_first_shown_is_the_newest_edition_of_the_first_series_with_answers(tmp_path: Path) -> None:
    write_workbook(reviews_of(), tmp_path / "review.xlsx", only=["Map"])
    sheet = openpyxl.load_workbook(tmp_path / "review.xlsx", data_only=True)["Map"]
    assert [sheet[cell].value for cell in ("B2", "B3")] == ["icmec 09 (2018)", "Criterion 1: Specific law"]


def test_a_workbook_of_one_region_has_its_tiles_alone(tmp_path: Path, modellaw: Callable[..., Any]) -> None:
    path = tmp_path / "own.xlsx"
    assert modellaw("report", "--region", "Oceania", "--sheet", "Map", "--output", path).code == 0
    shown = _tiles(openpyxl.load_workbook(path, data_only=True)["Map"])
    assert set(CURRENT.loc[CURRENT["region"] == "Oceania", "code"]) == set(shown)


@needs_libreoffice
def test_what_is_picked_is_drawn_as_python_would(tmp_path: Path) -> None:
    reviews = reviews_of()
    scored = next(review for review in reviews if review.scored)
    other = next(review for review in reviews if not review.scored)
    levels = scored.framework.levels
    shown = {
        "a criterion": (Shown(other, "2018", "possession"), "Criterion 4: Possession"),
        "a level": (Shown(scored, "01", level=levels[1].id), "Level 2: Sufficient"),
        "a level of what is not scored": (Shown(other, "2019", level=levels[0].id), "Level 1: All five criteria"),
    }
    write_workbook(reviews, tmp_path / "usual.xlsx")
    for name, (one, choice) in shown.items():
        write_workbook(reviews, tmp_path / "begun.xlsx", Picked(shown=one))
        begun = openpyxl.load_workbook(tmp_path / "begun.xlsx", data_only=True)["Map"]
        assert begun["B3"].value == choice
        book = openpyxl.load_workbook(tmp_path / "usual.xlsx")
        book["Map"]["B2"].value, book["Map"]["B3"].value = begun["B2"].value, begun["B3"].value
        book.save(tmp_path / "picked.xlsx")
        again = recalculated(tmp_path / "picked.xlsx", tmp_path)["Map"]
        for row in begun.iter_rows():
            for cell in row:
                assert same(cell.value, again[cell.coordinate].value), f"{name}: {cell.coordinate}"
        assert len(set(_tiles(again).values())) >= 2, name
