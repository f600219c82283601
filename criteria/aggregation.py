"""Scores from grades: sums, means and means of groups, exact (semantics, sections 3 and 9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Aggregation", "Totals"]

# whole numbers of numpy hold a little more; what may exceed this is counted in fractions of Python
_LARGEST = 2**62
_LONGEST = 512  # bits of a common unit; what would need more is counted in fractions
_fractions = np.frompyfunc(Fraction, 2, 1)


@dataclass(frozen=True)
class Totals:
    """The scores of rows, and of each of their groups (rows × groups), in units of 1/`unit`.

    int64; or, where that would be too small, whole numbers of Python in arrays of objects; or Fraction,
    and `unit` 1.
    """

    unit: int
    score: npt.NDArray[Any]
    groups: npt.NDArray[Any]


@dataclass(frozen=True)
class Aggregation:
    """How the grades of one country become its score.

    `how`: "sum", "mean" or "mean_of_groups"; `scale`: the score of a country that meets everything;
    `weights` and `group_of` (the place of its group, -1 for none) of each criterion;
    `group_weights` of each group; `credit` of each grade, from 0 to 1.
    """

    how: str
    scale: Decimal
    weights: tuple[Decimal, ...]
    group_of: tuple[int, ...]
    group_weights: tuple[Decimal, ...]
    credit: tuple[Decimal, ...]

    def totals(self, grades: npt.NDArray[np.int8], applicable: npt.NDArray[np.bool_]) -> Totals:
        """Score rows of grades (their places in `credit`), leaving out what does not apply.

        sum: the weights times credit, brought to the scale. mean: the same as a part of the weights
        that apply. mean_of_groups: the mean of that in each group, over the groups in which anything
        applies. What applies nowhere scores 0. A group's score: its part of a sum, else its own mean
        on the scale.
        """
        per_credit, credit = _whole(self.credit)
        per_weight, weights = _whole(self.weights)
        # a column for all criteria, and one for each group's
        members = [[group in (-1, of) for group in (-1, *range(len(self.group_weights)))] for of in self.group_of]
        each = np.array(weights, dtype=object)[:, np.newaxis] * np.array(members, dtype=np.int64)
        if self.how == "sum":
            factor = Fraction(self.scale) / sum(map(Fraction, self.weights)) / (per_credit * per_weight)
            kind = np.int64 if sum(weights) * per_credit * factor.numerator < _LARGEST else object
            earned = self._earned(grades, applicable, credit, each, kind)
            if kind is object:
                scored, unit = _fractions(earned * factor.numerator, factor.denominator), 1
            else:
                scored, unit = earned * factor.numerator, factor.denominator
            return Totals(unit, scored[:, 0], scored[:, 1:])
        return self._means(grades, applicable, per_credit, credit, each)

    def out_of(self, applicable: npt.NDArray[np.bool_]) -> Totals:
        """Score a country that meets all that applies to it."""
        return self.totals(np.full(applicable.shape, len(self.credit) - 1, dtype=np.int8), applicable)

    def _earned(
        self,
        grades: npt.NDArray[np.int8],
        applicable: npt.NDArray[np.bool_],
        credit: Sequence[int],
        each: npt.NDArray[Any],
        kind: type,
    ) -> npt.NDArray[Any]:
        """Credit times weight, summed over all criteria and over each group's."""
        worth: npt.NDArray[Any] = np.array(credit, dtype=kind)[grades]
        worth[~applicable] = 0
        return worth @ each.astype(kind)

    def _means(
        self,
        grades: npt.NDArray[np.int8],
        applicable: npt.NDArray[np.bool_],
        per_credit: int,
        credit: Sequence[int],
        each: npt.NDArray[Any],
    ) -> Totals:
        _, shares = _whole(self.group_weights)  # only their proportions count
        weighed = applicable @ each.astype(np.int64)
        among = (
            (weighed[:, 1:] > 0) @ np.array(shares, dtype=np.int64) if self.how == "mean_of_groups" else weighed[:, 0]
        )
        parts, among = np.where(weighed == 0, 1, weighed), np.where(among == 0, 1, among)
        common = math.lcm(*np.unique(parts).tolist())
        spread = math.lcm(*np.unique(among).tolist()) if self.how == "mean_of_groups" else 1
        scale = Fraction(self.scale)
        unit = per_credit * common * spread * scale.denominator
        if unit.bit_length() < _LONGEST:
            # numpy's whole numbers while they are large enough, else Python's
            kind = np.int64 if unit * scale.numerator < _LARGEST else object
            earned = self._earned(grades, applicable, credit, each, kind)
            means = earned * (common // parts.astype(kind)) * scale.numerator
            if self.how == "mean":
                return Totals(unit, means[:, 0], means[:, 1:])
            score = (means[:, 1:] @ np.array(shares, dtype=kind)) * (spread // among.astype(kind))
            return Totals(unit, score, means[:, 1:] * spread)
        earned = self._earned(grades, applicable, credit, each, object)
        means = _means(earned, parts, scale / per_credit)
        if self.how == "mean":
            return Totals(1, means[:, 0], means[:, 1:])
        score = (means[:, 1:] @ np.array(shares, dtype=object)) * _fractions(1, among.astype(object))
        return Totals(1, score, means[:, 1:])


def _means(earned: npt.NDArray[Any], parts: npt.NDArray[np.int64], scale: Fraction) -> npt.NDArray[np.object_]:
    """Each `earned` / `parts` on the scale, as Fraction, made once for each pair that is different."""
    pairs = list(zip(earned.ravel().tolist(), parts.ravel().tolist(), strict=True))
    known = {pair: Fraction(*pair) * scale for pair in dict.fromkeys(pairs)}
    means = np.empty(len(pairs), dtype=object)
    means[:] = [known[pair] for pair in pairs]
    return means.reshape(parts.shape)


def _whole(values: Sequence[Decimal]) -> tuple[int, list[int]]:
    """Decimals as whole numbers, and by what they were multiplied to become so."""
    places = max((-int(value.normalize().as_tuple().exponent) for value in values), default=0)
    factor = 10 ** max(0, places)
    return factor, [int(value * factor) for value in values]
