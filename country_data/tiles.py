"""Where each country stands on a map of tiles: one cell a country, regions as blocks, islands as large as continents."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pandas as pd

from country_data.problems import Problems
from country_data.registry import Registry
from country_data.schema import TILES
from country_data.tables import read_table

__all__ = ["tiles_of"]


def tiles_of(registry: Registry, codes: Iterable[str]) -> pd.DataFrame:
    """The tiles of these countries, by name in the registry's order: `code`, `name`, `column`, `row` (int, from 1).

    Positions are those of tiles.csv, which holds every current country of the embedded registry. Any
    other (invented, added by a user, or ended) takes a place in a grid after the map, in order.
    """
    problems = Problems()
    shipped = Path(str(files(__package__)))
    table = read_table(shipped, "tiles", TILES, problems, label="country_data")
    assert table is not None, "the tiles are part of the package"
    placed = table.frame.astype({"column": int, "row": int})
    width, below = placed["column"].max(), placed["row"].max() + 2
    wanted = registry.frame.loc[registry.frame["code"].isin(set(codes)), ["code", "name"]]
    found = wanted.merge(placed[["code", "column", "row"]], on="code", how="left", validate="one_to_one")
    others = found["column"].isna()
    places = others.cumsum() - 1
    return found.assign(
        column=found["column"].mask(others, places % width + 1).astype(int),
        row=found["row"].mask(others, places // width + below).astype(int),
    )
