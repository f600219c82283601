"""The score and the possible levels of each country, with bounds (semantics, section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria.deduction import Answer, Grid, marked_ids
from criteria.framework import Framework

__all__ = ["Scores", "score"]


@dataclass(frozen=True)
class Scores:
    """Scores of the rows of a grid.

    `lower`, `upper`, `out_of`: int64, in units of 1/`scale`, so that sums are exact.
    `possible`: bool, rows × levels, best level first. A row with every criterion not applicable
    has no possible level.
    """

    grid: Grid
    scale: int
    lower: npt.NDArray[np.int64]
    upper: npt.NDArray[np.int64]
    out_of: npt.NDArray[np.int64]
    possible: npt.NDArray[np.bool_]

    def take(self, keep: npt.NDArray[np.bool_]) -> Scores:
        """The rows marked in `keep`."""
        values = (self.lower[keep], self.upper[keep], self.out_of[keep], self.possible[keep])
        return Scores(self.grid.take(keep), self.scale, *values)

    def frame(self, framework: Framework) -> pd.DataFrame:
        """Give one row a country and edition.

        Columns `edition`, `country` (text), `lower`, `upper`, `out_of` (int64, or float64 where
        weights have decimals) and `levels` (tuple of the ids of the possible levels, best first).
        """
        values = {"lower": self.lower, "upper": self.upper, "out_of": self.out_of}
        return self.grid.rows.assign(
            **{name: value if self.scale == 1 else value / self.scale for name, value in values.items()},
            levels=marked_ids(self.possible, framework.level_ids),
        )


def weights(framework: Framework) -> tuple[int, npt.NDArray[np.int64]]:
    """The weights as integers, and the scale by which they were multiplied to become so."""
    scale = 1
    for criterion in framework.criteria:
        while criterion.weight * scale != int(criterion.weight * scale):
            scale *= 10
    return scale, np.array([int(criterion.weight * scale) for criterion in framework.criteria], dtype=np.int64)


def score(deduced: Grid, framework: Framework) -> Scores:
    """Score a grid that `deduce` has closed. Whole columns at a time: one loop over criteria and levels."""
    scale, weight = weights(framework)
    yes = deduced.codes == Answer.YES
    applicable = deduced.codes != Answer.NOT_APPLICABLE
    lower = yes @ weight
    return Scores(
        deduced,
        scale,
        lower,
        lower + deduced.open @ weight,
        applicable @ weight,
        _possible_levels(deduced, framework, yes, applicable),
    )


def _possible_levels(
    deduced: Grid, framework: Framework, yes: npt.NDArray[np.bool_], applicable: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Level k is possible when nothing it needs is no, and completing it does not reach a better one."""
    ids = framework.criterion_ids
    column = {criterion: index for index, criterion in enumerate(ids)}
    no = deduced.codes == Answer.NO
    needs = [np.array([id in level.needs for id in ids]) for level in framework.levels]
    possible = np.zeros((len(yes), len(framework.levels)), dtype=bool)
    some = applicable.any(axis=1)
    for k, level in enumerate(framework.levels):
        possible[:, k] = some & ~no[:, needs[k]].any(axis=1)
        completed = yes.copy()
        for id in level.needs:
            closure = [column[other] for other in framework.closure([id])]
            completed[:, closure] |= applicable[:, [column[id]]]
        for better in range(k):
            wanted = needs[better]
            reached = (completed[:, wanted] | ~applicable[:, wanted]).all(axis=1)
            possible[:, k] &= ~reached
    return possible
