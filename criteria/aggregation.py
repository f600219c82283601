"""Scores from grades: sums, means and means of groups, in exact fractions (semantics, sections 3 and 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Aggregation", "Totals"]

_LARGEST = 2**62  # numpy's integers hold a little more; larger sums are added up in Python's


@dataclass(frozen=True)
class Totals:
    """The scores of rows, and of each of their groups (rows × groups): Fraction, in arrays of objects."""

    score: npt.NDArray[np.object_]
    groups: npt.NDArray[np.object_]


@dataclass(frozen=True)
class Aggregation:
    """How the grades of one country become its score.

    Attributes
    ----------
    method : str
        "sum", "mean" or "mean_of_groups".
    scale : Decimal
        The score of a country that meets everything.
    weights : tuple[Decimal, ...]
        Of each criterion.
    group_index : tuple[int, ...]
        The index of each criterion's group, -1 for none.
    group_weights : tuple[Decimal, ...]
        Of each group.
    credit : tuple[Decimal, ...]
        Of each grade, from 0 to 1.

    """

    method: str
    scale: Decimal
    weights: tuple[Decimal, ...]
    group_index: tuple[int, ...]
    group_weights: tuple[Decimal, ...]
    credit: tuple[Decimal, ...]

    def totals(self, grades: npt.NDArray[np.int8], applicable: npt.NDArray[np.bool_]) -> Totals:
        """Score rows of grades (rows × criteria: indices of `credit`), leaving out what does not apply.

        sum: the weights times credit, rescaled to `scale`. mean: the same as a part of the weights
        that apply. mean_of_groups: the mean of that in each group, over the groups in which anything
        applies. What applies nowhere scores 0. A group's score: its part of a sum, else its own mean
        on the scale.
        """
        (per_credit, credit), (_, weights) = _as_integers(self.credit), _as_integers(self.weights)
        # the first column adds up all criteria, each other one those of a group
        members = [[group in (-1, of) for group in (-1, *range(len(self.group_weights)))] for of in self.group_index]
        dtype = np.int64 if sum(weights) * per_credit < _LARGEST else object
        weight_matrix = np.array(weights, dtype=dtype)[:, np.newaxis] * np.array(members, dtype=np.int64)
        earned = (np.array(credit, dtype=dtype)[grades] * applicable) @ weight_matrix
        weighed = np.full_like(earned, sum(weights)) if self.method == "sum" else applicable @ weight_matrix
        scores = _ratios(earned, weighed, Fraction(self.scale) / per_credit)
        if self.method != "mean_of_groups":
            return Totals(scores[:, 0], scores[:, 1:])
        shares = np.array(_as_integers(self.group_weights)[1], dtype=object)
        counted = (weighed[:, 1:] > 0) @ shares
        return Totals(_ratios(scores[:, 1:] @ shares, counted, Fraction(1)), scores[:, 1:])

    def out_of(self, applicable: npt.NDArray[np.bool_]) -> Totals:
        """Score a country that meets all that applies to it."""
        return self.totals(np.full(applicable.shape, len(self.credit) - 1, dtype=np.int8), applicable)


def _ratios(parts: npt.NDArray[Any], wholes: npt.NDArray[Any], scale: Fraction) -> npt.NDArray[np.object_]:
    """Each part of its whole, on the scale; 0 of nothing. Each distinct pair is divided once."""
    pairs = list(zip(parts.ravel().tolist(), wholes.ravel().tolist(), strict=True))
    ratio = {pair: Fraction(pair[0]) / pair[1] * scale if pair[1] else Fraction(0) for pair in dict.fromkeys(pairs)}
    ratios = np.empty(len(pairs), dtype=object)
    ratios[:] = [ratio[pair] for pair in pairs]
    return ratios.reshape(parts.shape)


def _as_integers(values: Sequence[Decimal]) -> tuple[int, list[int]]:
    """The least power of ten that makes all decimals whole, and the decimals times it."""
    places = max((-int(value.normalize().as_tuple().exponent) for value in values), default=0)
    factor = 10 ** max(0, places)
    return factor, [int(value * factor) for value in values]
