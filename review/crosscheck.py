"""Two series of one framework side by side: where both have an answer, do they agree? (semantics, section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from criteria import Framework, Grid, words

__all__ = ["ENOUGH_PAIRS", "Crosscheck", "crosscheck", "nearest_editions"]

ENOUGH_PAIRS = 20


@dataclass(frozen=True)
class Crosscheck:
    """An edition of one series against an edition of another, over countries with answers in both.

    `shared`: how many countries that is.
    `pairs`: one row a country and criterion determined in both: `country`, `criterion`, `first`,
    `second` (grades), `agree` (bool).
    `criteria`: one row a criterion: `criterion`, for each pair of grades how many countries have it
    (`yes_yes`, `yes_no`, `no_yes`, `no_no`), `pairs` (int), `agreement`, `ac1`, `kappa` (Fraction;
    None below 20 pairs or where undefined).
    """

    first: str
    second: str
    shared: int
    pairs: pd.DataFrame
    criteria: pd.DataFrame


def nearest_editions(first: pd.DataFrame, second: pd.DataFrame) -> tuple[str, str] | None:
    """The pair of editions nearest by the year of `as_of`, the earlier ones on a tie.

    Both frames: `edition`, `as_of`; only editions of kind `edition` that have answers. None where
    no pair has dates.
    """
    pairs = [
        (abs(int(one.as_of[:4]) - int(other.as_of[:4])), one.as_of, other.as_of, one.edition, other.edition)
        for one in first.itertuples()
        for other in second.itertuples()
        if one.as_of and other.as_of
    ]
    return min(pairs)[3:] if pairs else None


def crosscheck(first: Grid, second: Grid, framework: Framework, editions: tuple[str, str]) -> Crosscheck:
    """Compare two grids after deduction, each of one edition."""
    one, other = pd.Index(first.rows["country"]), pd.Index(second.rows["country"])
    shared = one.intersection(other, sort=True)
    a, b = (grid.codes[index.get_indexer(shared)] for grid, index in ((first, one), (second, other)))
    row, column = np.nonzero((a >= 0) & (b >= 0))
    word = words(framework)
    pairs = pd.DataFrame(
        {
            "country": shared.to_numpy(dtype=object)[row],
            "criterion": np.array(framework.criterion_ids, dtype=object)[column],
            "first": word[a[row, column]],
            "second": word[b[row, column]],
            "agree": a[row, column] == b[row, column],
        }
    )
    tables = pd.DataFrame([{"criterion": id, **_table(pairs, id, framework)} for id in framework.criterion_ids])
    return Crosscheck(*editions, len(shared), pairs, tables)


def _table(pairs: pd.DataFrame, criterion: str, framework: Framework) -> dict[str, object]:
    """The table of a criterion's pairs of grades, and the coefficients where there are enough."""
    mine = pairs[pairs["criterion"] == criterion]
    grades = tuple(reversed(framework.grades))
    counted = mine.groupby(["first", "second"]).size()
    cells = {(x, y): int(counted.get((x, y), 0)) for x in grades for y in grades}
    n = len(mine)
    found: dict[str, object] = {f"{x}_{y}": count for (x, y), count in cells.items()}
    found |= {"pairs": n, "agreement": None, "ac1": None, "kappa": None}
    if n < ENOUGH_PAIRS:
        return found
    observed = Fraction(sum(cells[grade, grade] for grade in grades), n)
    shares = [
        (Fraction(sum(cells[x, y] for y in grades), n), Fraction(sum(cells[y, x] for y in grades), n)) for x in grades
    ]
    means = [(first + second) / 2 for first, second in shares]
    by_chance = {
        "ac1": sum((mean * (1 - mean) for mean in means), Fraction(0)) / (len(grades) - 1),
        "kappa": sum((first * second for first, second in shares), Fraction(0)),
    }
    for name, chance in by_chance.items():
        found[name] = (observed - chance) / (1 - chance) if chance != 1 else None
    return {**found, "agreement": observed}
