"""The score, the rank and the possible levels of each country, with bounds (semantics, sections 3 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria.aggregation import Totals
from criteria.answers import AnswerMatrix, ids_where
from criteria.framework import AtLeast, Framework, Level

__all__ = ["Scores", "reaches", "score"]

_Fractions = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Scores:
    """Scores of the rows of a matrix, exact.

    Attributes
    ----------
    lower, upper : ndarray of Fraction
        The bounds of each row's score, dtype object.
    out_of : ndarray of Fraction
        The same: what a country could reach that meets all that applies to it.
    groups_lower, groups_upper : ndarray of Fraction
        The same, rows × groups.
    possible : ndarray of bool
        Rows × levels, best level first. A row to which no criterion applies has no possible level, no score and
        no rank; its numbers here are 0.

    """

    matrix: AnswerMatrix
    lower: _Fractions
    upper: _Fractions
    out_of: _Fractions
    groups_lower: _Fractions
    groups_upper: _Fractions
    possible: npt.NDArray[np.bool_]

    def take(self, keep: npt.NDArray[np.bool_]) -> Scores:
        """The rows marked in `keep`."""
        bounds = self.lower[keep], self.upper[keep], self.out_of[keep]
        groups = self.groups_lower[keep], self.groups_upper[keep]
        return Scores(self.matrix.take(keep), *bounds, *groups, self.possible[keep])

    @property
    def certain(self) -> npt.NDArray[np.bool_]:
        """Which rows have one score, whatever the open answers are."""
        return np.asarray(self.lower == self.upper, dtype=bool)

    @staticmethod
    def numbers(values: _Fractions) -> npt.NDArray[Any]:
        """Scores as int64, or as the nearest float64 where not all are whole."""
        whole = all(value.denominator == 1 for value in values.ravel().tolist())
        return values.astype(np.int64 if whole else np.float64)

    def frame(self, framework: Framework) -> pd.DataFrame:
        """One row a country and edition.

        Returns
        -------
        DataFrame
            `edition`, `country` (text); `lower`, `upper`, `out_of` (int64, or float64 where not all are
            whole; Int64 or Float64 with NA where nothing applies to a country); `shown` (text: the score
            rounded half up, "" where it is not one value); `rank` (Int64: 1 + the number of countries of
            the edition with a higher score, NA where open answers leave several ranks); `levels` (tuple
            of the ids of the possible levels, best first); for each group `group:<id>:lower` and
            `group:<id>:upper` (NA where nothing of it applies).

        """
        bounds: dict[str, Any] = {}
        ends = {"lower": self.numbers(self.groups_lower), "upper": self.numbers(self.groups_upper)}
        for n, group in enumerate(framework.groups):
            members = [criterion.group == group.id for criterion in framework.criteria]
            applies = np.asarray(self.matrix.applicable[:, members].any(axis=1))
            bounds |= {f"group:{group.id}:{end}": _where(applies, values[:, n]) for end, values in ends.items()}
        best, worst = self.ranks()
        return self.matrix.rows.assign(
            lower=_where(self.scored, self.numbers(self.lower)),
            upper=_where(self.scored, self.numbers(self.upper)),
            out_of=_where(self.scored, self.numbers(self.out_of)),
            shown=self.shown(framework.decimals),
            rank=_where((best == worst) & (best > 0), best, always=True),
            levels=ids_where(self.possible, framework.level_ids),
            **bounds,
        )

    def shown(self, decimals: int) -> npt.NDArray[np.object_]:
        """The scores rounded half up, as text; "" where open answers leave more than one, and for no score."""

        def rounded(value: Fraction) -> str:
            digits = str(int(value * 10**decimals + Fraction(1, 2))).zfill(decimals + 1)
            return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits

        text = np.empty(len(self.lower), dtype=object)
        text[:] = [rounded(value) for value in self.lower.tolist()]
        return np.where(self.certain & self.scored, text, "")

    @property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Which rows have a score: those to which any criterion applies."""
        return np.asarray(self.matrix.applicable.any(axis=1))

    def ranks(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The best and the worst rank of each row in its edition, 0 where it has no score.

        1 + the number of rows that are certainly, or possibly, strictly better; before rounding.
        """
        best, worst = np.zeros(len(self.lower), dtype=np.int64), np.zeros(len(self.lower), dtype=np.int64)
        for rows in self.matrix.rows[self.scored].groupby("edition").indices.values():
            here = np.flatnonzero(self.scored)[rows]
            lower, upper = self.lower[here], self.upper[here]
            best[here] = 1 + len(here) - np.searchsorted(np.sort(lower), upper, side="right")
            # a row with more than one possible score is not better than itself
            above = len(here) - np.searchsorted(np.sort(upper), lower, side="right") - (upper > lower)
            worst[here] = 1 + above.astype(np.int64)
        return best, worst


def _where(known: npt.NDArray[np.bool_], values: npt.NDArray[Any], *, always: bool = False) -> Any:
    """Numbers, NA where they are not known; plain numbers where all are, unless `always`."""
    if known.all() and not always:
        return values
    masked = pd.array(values, dtype="Int64" if values.dtype.kind == "i" else "Float64")
    masked[~known] = pd.NA
    return masked


def score(deduced: AnswerMatrix, framework: Framework, series: str = "") -> Scores:
    """Score a matrix that `deduce` has closed, each edition of `series` by its own rules of levels."""
    aggregation, applicable = framework.aggregation, deduced.applicable
    lower, upper = aggregation.totals(deduced.low, applicable), aggregation.totals(deduced.high, applicable)
    possible = np.zeros((len(deduced.codes), len(framework.levels)), dtype=np.bool_)
    editions = deduced.rows["edition"]
    for judged, names in framework.by_rule(series, editions.unique()):
        rows = np.asarray(editions.isin(names))
        ends = (Totals(end.score[rows], end.groups[rows]) for end in (lower, upper))
        possible[rows] = _possible_levels(deduced.take(rows), judged, *ends)
    out_of = aggregation.out_of(applicable).score
    return Scores(deduced, lower.score, upper.score, out_of, lower.groups, upper.groups, possible)


def _possible_levels(
    deduced: AnswerMatrix, framework: Framework, lower: Totals, upper: Totals
) -> npt.NDArray[np.bool_]:
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
                reached &= met >= rule.required(applies)  # where nothing is left, not reached: one is wanted
        if level.score_at_least is not None:
            reached &= np.asarray(self.totals.score >= Fraction(level.score_at_least), dtype=bool)
        return reached

    def _counts(self, ids: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """How many of the criteria are met, and how many apply."""
        columns = [self.framework.criterion_ids.index(id) for id in ids]
        applicable = self.applicable[:, columns]
        return (self.met[:, columns] & applicable).sum(axis=1), applicable.sum(axis=1)
