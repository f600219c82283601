"""The same years in two releases of one publisher: what was revised, and what was reformed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from criteria import Framework, Grid, words

__all__ = ["Vintages", "find_vintages", "shared_years"]


@dataclass(frozen=True)
class Vintages:
    """Revision (answers for one year differ between releases), told from reform (years of one release differ).

    `years`: one row a year that both releases have: `year`, `first`, `second` (editions), `pairs`
    (int64: answers determined in both), `revised` (int64: of these, those that differ), and of the
    changes since the year before `reforms_both`, `reforms_first`, `reforms_second` (int64: shown by
    both releases, or by one alone).
    `revisions`: one row an answer that differs: `year`, `country`, `criterion`, `first`, `second`.
    `reforms`: one row a change within a release: `since`, `year`, `country`, `criterion`, `was`,
    `now` (answers), `shown_by` ("both", "first", "second").
    """

    years: pd.DataFrame
    revisions: pd.DataFrame
    reforms: pd.DataFrame


def shared_years(first: pd.DataFrame, second: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The years that both have, in order, each with its two editions.

    Both frames: `edition`, `as_of`; a year is the same date, or the same id where there is no date.
    """
    keys = [
        dict(zip(frame["as_of"].where(frame["as_of"] != "", frame["edition"]), frame["edition"], strict=True))
        for frame in (first, second)
    ]
    return [(key, keys[0][key], keys[1][key]) for key in sorted(keys[0].keys() & keys[1].keys())]


def find_vintages(first: Grid, second: Grid, framework: Framework, years: list[tuple[str, str, str]]) -> Vintages:
    """Compare two releases, given as grids after deduction, over the years that both have."""
    countries = pd.Index(sorted(set(first.rows["country"]) | set(second.rows["country"])))
    word, ids = words(framework), np.array(framework.criterion_ids, dtype=object)
    rows, revisions, reforms = [], [], []
    before: list[np.ndarray] | None = None
    last = ""
    for year, *editions in years:
        now = [_of_edition(grid, edition, countries) for grid, edition in zip((first, second), editions, strict=True)]
        known = (now[0] >= 0) & (now[1] >= 0)
        revised = known & (now[0] != now[1])
        row, column = np.nonzero(revised)
        revisions.append(
            pd.DataFrame(
                {
                    "year": year,
                    "country": countries.to_numpy(dtype=object)[row],
                    "criterion": ids[column],
                    "first": word[now[0][row, column]],
                    "second": word[now[1][row, column]],
                },
                dtype=str,
            )
        )
        counts = {"both": 0, "first": 0, "second": 0}
        if before is not None:
            changed = [(was >= 0) & (new >= 0) & (was != new) for was, new in zip(before, now, strict=True)]
            same = changed[0] & changed[1] & (before[0] == before[1]) & (now[0] == now[1])
            for name, cells, side in (
                ("both", same, 0),
                ("first", changed[0] & ~same, 0),
                ("second", changed[1] & ~same, 1),
            ):
                row, column = np.nonzero(cells)
                counts[name] = len(row)
                reforms.append(
                    pd.DataFrame(
                        {
                            "since": last,
                            "year": year,
                            "country": countries.to_numpy(dtype=object)[row],
                            "criterion": ids[column],
                            "was": word[before[side][row, column]],
                            "now": word[now[side][row, column]],
                            "shown_by": name,
                        },
                        dtype=str,
                    )
                )
        rows.append((year, *editions, int(known.sum()), int(revised.sum()), *counts.values()))
        before, last = now, year
    columns = ["year", "first", "second", "pairs", "revised", "reforms_both", "reforms_first", "reforms_second"]
    return Vintages(
        pd.DataFrame(rows, columns=columns),
        _under_each_other(revisions, ["year", "country", "criterion", "first", "second"]),
        _under_each_other(reforms, ["since", "year", "country", "criterion", "was", "now", "shown_by"]),
    )


def _of_edition(grid: Grid, edition: str, countries: pd.Index) -> np.ndarray:
    """The codes of an edition, a row for each of the countries; blank where it has no answer."""
    part = grid.take(grid.rows["edition"].to_numpy() == edition)
    place = pd.Index(part.rows["country"]).get_indexer(countries)
    codes = np.full((len(countries), grid.codes.shape[1]), -1, dtype=np.int8)
    codes[place >= 0] = part.codes[place[place >= 0]]
    return codes


def _under_each_other(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns, dtype=str)
