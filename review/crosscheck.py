"""Two series of one framework side by side: where both have an answer, do they agree? (semantics, section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from criteria import Answer, Framework, Grid

__all__ = ["ENOUGH_PAIRS", "Crosscheck", "crosscheck", "nearest_editions"]

ENOUGH_PAIRS = 20
_DETERMINED = (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class Crosscheck:
    """An edition of one series against an edition of another, over countries with answers in both.

    `shared`: how many countries that is.
    `pairs`: one row a country and criterion determined in both: `country`, `criterion`, `first`,
    `second` (yes or no), `agree` (bool).
    `criteria`: one row a criterion: `criterion`, `yes_yes`, `yes_no`, `no_yes`, `no_no`, `pairs`
    (int), `agreement`, `ac1`, `kappa` (Fraction; None below 20 pairs or where undefined).
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
    a, b = first.codes[one.get_indexer(shared)], second.codes[other.get_indexer(shared)]
    rows, columns = np.nonzero(np.isin(a, _DETERMINED) & np.isin(b, _DETERMINED))
    words = np.array([answer.word for answer in Answer], dtype=object)
    pairs = pd.DataFrame(
        {
            "country": shared.to_numpy(dtype=object)[rows],
            "criterion": np.array(framework.criterion_ids, dtype=object)[columns],
            "first": words[a[rows, columns]],
            "second": words[b[rows, columns]],
            "agree": a[rows, columns] == b[rows, columns],
        }
    )
    return Crosscheck(
        *editions, len(shared), pairs, pd.DataFrame([_table(pairs, id) for id in framework.criterion_ids])
    )


def _table(pairs: pd.DataFrame, criterion: str) -> dict[str, object]:
    """The two-by-two table of a criterion, and the coefficients where there are enough pairs."""
    mine = pairs[pairs["criterion"] == criterion]
    cells = {
        f"{x}_{y}": int(((mine["first"] == x) & (mine["second"] == y)).sum())
        for x in ("yes", "no")
        for y in ("yes", "no")
    }
    n = len(mine)
    found: dict[str, object] = {
        "criterion": criterion,
        **cells,
        "pairs": n,
        "agreement": None,
        "ac1": None,
        "kappa": None,
    }
    if n < ENOUGH_PAIRS:
        return found
    observed = Fraction(cells["yes_yes"] + cells["no_no"], n)
    first, second = Fraction(cells["yes_yes"] + cells["yes_no"], n), Fraction(cells["yes_yes"] + cells["no_yes"], n)
    mean = (first + second) / 2
    for name, chance in (("ac1", 2 * mean * (1 - mean)), ("kappa", first * second + (1 - first) * (1 - second))):
        found[name] = (observed - chance) / (1 - chance) if chance != 1 else None
    return {**found, "agreement": observed}
