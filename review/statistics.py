"""The statistics of each edition, from answers, as intervals (semantics, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from criteria import Framework, Scores

__all__ = ["statistics"]


def statistics(scores: Scores, framework: Framework, reviewed: pd.Series, series: str = "") -> pd.DataFrame:
    """Count every statistic of semantics section 4 for each edition, by the rules of levels that it has.

    `scores` must be by the same rules. `reviewed` has the editions as index and the number of countries covered as values (Int64, NA
    where not known). Out: columns `edition`, `statistic` (text), `lower`, `upper` (object: int,
    or Fraction for `score:mean`; None where the number reviewed is not known or there is no
    country). One row for each edition and statistic, in the order of `reviewed` and the framework.
    """
    editions = scores.grid.rows["edition"].to_numpy()
    rows: list[tuple[str, str, object, object]] = []
    for edition, covered in reviewed.items():
        judged = framework.of_edition(series, str(edition))
        names = judged.statistics
        if pd.isna(covered):
            rows += [(str(edition), name, None, None) for name in names]
            continue
        counted = _count(scores.take(editions == edition), judged, int(covered))
        rows += [(str(edition), name, *bounds) for name, bounds in zip(names, counted, strict=True)]
    # object from the start: pandas would make floats of counts, and not-a-number of None
    frame = pd.DataFrame(rows, columns=["edition", "statistic", "lower", "upper"], dtype=object)
    return frame.astype({"edition": str, "statistic": str})


def _count(scores: Scores, framework: Framework, reviewed: int) -> Iterator[tuple[object, object]]:
    """The bounds of one edition's statistics, in the framework's order of them."""
    grid, possible = scores.grid, scores.possible
    codes, is_open = grid.codes, grid.open
    recorded = len(codes)
    unrecorded = reviewed - recorded
    certain = possible & (possible.sum(axis=1) == 1)[:, np.newaxis]
    has_level = possible.any(axis=1)

    def total(rows: object) -> int:
        return int(np.count_nonzero(np.asarray(rows)))

    yield reviewed, reviewed
    yield recorded, recorded
    for k in range(len(framework.levels)):
        yield total(certain[:, k]), total(possible[:, k]) + unrecorded
    for k in range(len(framework.levels)):
        yield total(has_level & ~possible[:, k + 1 :].any(axis=1)), total(possible[:, : k + 1].any(axis=1)) + unrecorded
    for c in range(len(framework.criteria)):
        for grade in reversed(range(len(framework.grades))):
            sure = total(codes[:, c] == grade)
            may = total(is_open[:, c] & (grid.low[:, c] <= grade) & (grade <= grid.high[:, c]))
            yield sure, sure + may + unrecorded
    for k, level in enumerate(framework.levels):
        for criterion in framework.without(level):
            c = framework.criterion_ids.index(criterion)
            lacking = codes[:, c] == 0
            may_lack = lacking | (is_open[:, c] & (grid.low[:, c] == 0))
            yield total(certain[:, k] & lacking), total(possible[:, k] & may_lack) + unrecorded
    yield _mean_score(scores, framework, reviewed, unrecorded)


def _mean_score(
    scores: Scores, framework: Framework, reviewed: int, unrecorded: int
) -> tuple[Fraction | None, Fraction | None]:
    if not reviewed:
        return None, None
    # Python's numbers: a sum over many countries never overflows, and stays exact
    lower, upper = (Fraction(sum(bound.tolist())) / scores.unit for bound in (scores.lower, scores.upper))
    return lower / reviewed, (upper + unrecorded * Fraction(framework.scale)) / reviewed
