"""The statistics of each edition, from answers, as intervals (semantics, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria import Answer, Framework, Scores, weights

__all__ = ["statistics"]


def statistics(scores: Scores, framework: Framework, reviewed: pd.Series) -> pd.DataFrame:
    """Count every statistic of semantics section 4 for each edition.

    `reviewed` has the editions as index and the number of countries covered as values (Int64, NA
    where not known). Out: columns `edition`, `statistic` (text), `lower`, `upper` (object: int,
    or Fraction for `score:mean`; None where the number reviewed is not known or there is no
    country). One row for each edition and statistic, in the order of `reviewed` and the framework.
    """
    editions = scores.grid.rows["edition"].to_numpy()
    rows: list[tuple[str, str, object, object]] = []
    for edition, covered in reviewed.items():
        names = framework.statistics()
        if pd.isna(covered):
            rows += [(str(edition), name, None, None) for name in names]
            continue
        counted = _count(scores, framework, editions == edition, int(covered))
        rows += [(str(edition), name, *bounds) for name, bounds in zip(names, counted, strict=True)]
    # object from the start: pandas would make floats of counts, and not-a-number of None
    frame = pd.DataFrame(rows, columns=["edition", "statistic", "lower", "upper"], dtype=object)
    return frame.astype({"edition": str, "statistic": str})


def _count(
    scores: Scores, framework: Framework, here: npt.NDArray[np.bool_], reviewed: int
) -> Iterator[tuple[object, object]]:
    """The bounds of one edition's statistics, in the framework's order of them."""
    codes, possible = scores.grid.codes[here], scores.possible[here]
    is_open = scores.grid.open[here]
    recorded = len(codes)
    unrecorded = reviewed - recorded
    certain = possible & (possible.sum(axis=1) == 1)[:, np.newaxis]
    graded = possible.any(axis=1)

    def total(rows: object) -> int:
        return int(np.count_nonzero(np.asarray(rows)))

    yield reviewed, reviewed
    yield recorded, recorded
    for k in range(len(framework.levels)):
        yield total(certain[:, k]), total(possible[:, k]) + unrecorded
    for k in range(len(framework.levels)):
        yield total(graded & ~possible[:, k + 1 :].any(axis=1)), total(possible[:, : k + 1].any(axis=1)) + unrecorded
    for c in range(len(framework.criteria)):
        may = total(is_open[:, c]) + unrecorded
        for answer in (Answer.YES, Answer.NO):
            sure = total(codes[:, c] == answer)
            yield sure, sure + may
    for k, level in enumerate(framework.levels):
        for criterion in framework.without(level):
            c = framework.criterion_ids.index(criterion)
            no = codes[:, c] == Answer.NO
            yield total(certain[:, k] & no), total(possible[:, k] & (no | is_open[:, c])) + unrecorded
    yield _mean_score(framework, codes, is_open, reviewed, unrecorded)


def _mean_score(
    framework: Framework,
    codes: npt.NDArray[np.int8],
    is_open: npt.NDArray[np.bool_],
    reviewed: int,
    unrecorded: int,
) -> tuple[Fraction | None, Fraction | None]:
    if not reviewed:
        return None, None
    scale, weight = weights(framework)
    # Python's integers: a sum over many countries never overflows, and stays exact
    parts = [int(w) for w in weight]
    lower = sum(w * int(n) for w, n in zip(parts, (codes == Answer.YES).sum(axis=0), strict=True))
    more = sum(w * int(n) for w, n in zip(parts, is_open.sum(axis=0), strict=True))
    upper = lower + more + unrecorded * sum(parts)
    return Fraction(lower, scale * reviewed), Fraction(upper, scale * reviewed)
