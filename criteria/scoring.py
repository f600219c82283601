"""The score, the rank and the possible levels of each country, with bounds (semantics, sections 3 and 9)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria.aggregation import Totals
from criteria.deduction import Grid, marked_ids
from criteria.framework import AtLeast, Framework, Level

__all__ = ["Scores", "reaches", "score"]


@dataclass(frozen=True)
class Scores:
    """Scores of the rows of a grid, exact, in units of 1/`unit`.

    `lower`, `upper`, `out_of` (what a country could reach that meets all that applies to it), and
    `groups_lower`, `groups_upper` (rows × groups): int64, or Fraction in arrays of objects.
    `possible`: bool, rows × levels, best level first. A row with every criterion not applicable
    has no possible level, no score and no rank; its numbers here are 0.
    """

    grid: Grid
    unit: int
    lower: npt.NDArray[Any]
    upper: npt.NDArray[Any]
    out_of: npt.NDArray[Any]
    groups_lower: npt.NDArray[Any]
    groups_upper: npt.NDArray[Any]
    possible: npt.NDArray[np.bool_]

    def take(self, keep: npt.NDArray[np.bool_]) -> Scores:
        """The rows marked in `keep`."""
        arrays = (self.lower, self.upper, self.out_of, self.groups_lower, self.groups_upper, self.possible)
        return Scores(self.grid.take(keep), self.unit, *(values[keep] for values in arrays))

    @property
    def certain(self) -> npt.NDArray[np.bool_]:
        """Which rows have one score, whatever the open answers are."""
        return np.asarray(self.lower == self.upper, dtype=bool)

    def exact(self, values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
        """Scores of this object as Fraction, in an array of objects."""
        return self._each(values, lambda value: Fraction(value) / self.unit)

    def numbers(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Scores of this object as int64, or as the nearest float64 where not all are whole."""
        if self.unit == 1 and values.dtype != object:
            return values
        if isinstance(values.flat[0] if values.size else 0, int | np.integer):  # divided and rounded at once
            return (values.astype(object) / self.unit).astype(np.float64)
        return self._each(values, lambda value: float(Fraction(value) / self.unit)).astype(np.float64)

    def frame(self, framework: Framework) -> pd.DataFrame:
        """Give one row a country and edition.

        Columns `edition`, `country` (text), `lower`, `upper`, `out_of` (int64, or float64 where not
        all are whole; Int64 or Float64 with NA where nothing applies to a country, which has no score), `shown` (text: the score rounded half up, "" where it is not one value),
        `rank` (Int64: 1 + the number of countries of the edition with a higher score; NA where open
        answers leave more than one), `levels` (tuple of the ids of the possible levels, best first)
        and, for each group, `group:<id>:lower` and `group:<id>:upper` (NA where nothing of it applies).
        """
        ends = {"lower": self.numbers(self.groups_lower), "upper": self.numbers(self.groups_upper)}
        bounds: dict[str, Any] = {}
        for place, group in enumerate(framework.groups):
            members = [criterion.group == group.id for criterion in framework.criteria]
            applies = np.asarray(self.grid.applicable[:, members].any(axis=1))
            bounds |= {f"group:{group.id}:{name}": _where(applies, values[:, place]) for name, values in ends.items()}
        best, worst = self.ranks()
        return self.grid.rows.assign(
            lower=_where(self.scored, self.numbers(self.lower)),
            upper=_where(self.scored, self.numbers(self.upper)),
            out_of=_where(self.scored, self.numbers(self.out_of)),
            shown=self.shown(framework.decimals),
            rank=pd.array(np.where(best == worst, best, 0), dtype="Int64"),
            levels=marked_ids(self.possible, framework.level_ids),
            **bounds,
        ).assign(rank=lambda frame: frame["rank"].mask(frame["rank"] == 0))

    def shown(self, decimals: int) -> npt.NDArray[np.object_]:
        """The scores rounded half up, as text; "" where open answers leave more than one, and for no score."""
        unit = Fraction(10) ** decimals / self.unit

        def rounded(value: Any) -> str:
            digits = str(int(Fraction(value) * unit + Fraction(1, 2))).zfill(decimals + 1)
            return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits

        return np.where(self.certain & self.scored, self._each(self.lower, rounded), "")

    @property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Which rows have a score: those to which any criterion applies."""
        return np.asarray(self.grid.applicable.any(axis=1))

    def ranks(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The best and the worst rank of each row in its edition, 0 where it has no score.

        1 + the number of rows that are certainly, or possibly, strictly better; before rounding.
        """
        best, worst = np.zeros(len(self.lower), dtype=np.int64), np.zeros(len(self.lower), dtype=np.int64)
        for rows in self.grid.rows[self.scored].groupby("edition").indices.values():
            here = np.flatnonzero(self.scored)[rows]
            lower, upper = self.lower[here], self.upper[here]
            best[here] = 1 + len(here) - np.searchsorted(np.sort(lower), upper, side="right")
            # a row with more than one possible score is not better than itself
            above = len(here) - np.searchsorted(np.sort(upper), lower, side="right") - (upper > lower)
            worst[here] = 1 + above.astype(np.int64)
        return best, worst

    @staticmethod
    def _each(values: npt.NDArray[Any], make: Any) -> npt.NDArray[np.object_]:
        """What `make` gives of each value; it is called once for each that is different."""
        flat = values.ravel().tolist()
        known = {value: make(value) for value in dict.fromkeys(flat)}
        made = np.empty(len(flat), dtype=object)
        made[:] = [known[value] for value in flat]
        return made.reshape(values.shape)


def _where(known: npt.NDArray[np.bool_], values: npt.NDArray[Any]) -> Any:
    """Numbers, NA where they are not known; plain numbers where all are."""
    if known.all():
        return values
    kind = "Int64" if values.dtype.kind == "i" else "Float64"
    masked = pd.array(values, dtype=kind)
    masked[~known] = pd.NA
    return masked


def score(deduced: Grid, framework: Framework, series: str = "") -> Scores:
    """Score a grid that `deduce` has closed, each edition of `series` by its own rules of levels.

    Whole columns at a time: loops over criteria, levels and rules only.
    """
    how, applicable = framework.aggregation, deduced.applicable
    lower, upper = how.totals(deduced.low, applicable), how.totals(deduced.high, applicable)
    possible = np.zeros((len(deduced.codes), len(framework.levels)), dtype=np.bool_)
    editions = deduced.rows["edition"]
    for judged, names in framework.by_rule(series, editions.unique()):
        rows = np.asarray(editions.isin(names))
        ends = (Totals(end.unit, end.score[rows], end.groups[rows]) for end in (lower, upper))
        possible[rows] = _possible_levels(deduced.take(rows), judged, *ends)
    return Scores(
        deduced,
        lower.unit,
        lower.score,
        upper.score,
        how.out_of(applicable).score,
        lower.groups,
        upper.groups,
        possible,
    )


def _possible_levels(deduced: Grid, framework: Framework, lower: Totals, upper: Totals) -> npt.NDArray[np.bool_]:
    """Level k is possible when it is reached at best, and what it needs does not reach a better one at least.

    Exact where the levels give `needs` alone; with other rules no level that is possible is left
    out, but one that is not may be called possible.
    """
    top = len(framework.grades) - 1
    at_best = _Reached(framework, deduced.high == top, deduced.applicable, upper)
    some = np.asarray(deduced.applicable.any(axis=1))
    possible = np.zeros((len(some), len(framework.levels)), dtype=np.bool_)
    for k, level in enumerate(framework.levels):
        possible[:, k] = some & at_best.level(level)
        completed = deduced.low.copy()
        for id in level.needs:
            needed = [framework.criterion_ids.index(other) for other in framework.closure([id])]
            counts = deduced.applicable[:, [framework.criterion_ids.index(id)]]
            completed[:, needed] = np.where(counts, top, completed[:, needed])
        better = framework.levels[:k]
        scored = any(other.score_at_least is not None for other in better)
        least = framework.aggregation.totals(completed, deduced.applicable) if scored and level.needs else lower
        at_least = _Reached(framework, completed == top, deduced.applicable, least)
        for other in better:
            possible[:, k] &= ~at_least.level(other)
    return possible


def reaches(
    framework: Framework, level: Level, grades: npt.NDArray[np.int8], applicable: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which rows of grades (rows × criteria, their places) fulfil the rule of a level."""
    met = grades == len(framework.grades) - 1
    totals = framework.aggregation.totals(grades, applicable)
    return _Reached(framework, met, applicable, totals).level(level)


@dataclass(frozen=True)
class _Reached:
    """Which rows reach a level, given which criteria they meet and how they score."""

    framework: Framework
    met: npt.NDArray[np.bool_]
    applicable: npt.NDArray[np.bool_]
    totals: Totals

    def level(self, level: Level) -> npt.NDArray[np.bool_]:
        """The rows that fulfil all rules of a level."""
        met, applies = self._counts(level.needs)
        reached = np.asarray(met == applies)
        for rule in (AtLeast(1, level.needs_any) if level.needs_any else None, level.at_least):
            if rule is not None:
                met, applies = self._counts(rule.of)
                reached &= met >= rule.wanted(applies)  # where nothing is left, not reached: one is wanted
        if level.score_at_least is not None:
            wanted: Any = Fraction(level.score_at_least) * self.totals.unit
            if self.totals.score.dtype != object:
                wanted = math.ceil(wanted)
            reached &= np.asarray(self.totals.score >= wanted, dtype=bool)
        return reached

    def _counts(self, ids: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """How many of the criteria are met, and how many apply."""
        columns = [self.framework.criterion_ids.index(id) for id in ids]
        applicable = self.applicable[:, columns]
        return (self.met[:, columns] & applicable).sum(axis=1), applicable.sum(axis=1)
