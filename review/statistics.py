"""The statistics of each edition, from answers, as intervals (semantics, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from criteria import Framework, Scores, answer_words
from review.wording import NOT_IN_DATA, marks_of

if TYPE_CHECKING:
    from review.findings import Findings

__all__ = ["count_answers", "statistics"]


def statistics(scores: Scores, framework: Framework, reviewed: pd.Series, series: str = "") -> pd.DataFrame:
    """Count every statistic of semantics section 4 for each edition, by the rules of levels that it has.

    `scores` must be by the same rules. `reviewed` has the editions as index and the number of countries covered as values (Int64, NA
    where not known). Out: columns `edition`, `statistic` (text), `lower`, `upper` (object: int,
    or Fraction for `score:mean`; None where the number reviewed is not known or there is no
    country). One row for each edition and statistic, in the order of `reviewed` and the framework.
    """
    editions = scores.matrix.rows["edition"].to_numpy()
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
    matrix, possible = scores.matrix, scores.possible
    codes, is_open = matrix.codes, matrix.open
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
            may = total(is_open[:, c] & (matrix.low[:, c] <= grade) & (grade <= matrix.high[:, c]))
            yield sure, sure + may + unrecorded
    for k, level in enumerate(framework.levels):
        for criterion in framework.without(level):
            c = framework.criterion_ids.index(criterion)
            lacking = codes[:, c] == 0
            may_lack = lacking | (is_open[:, c] & (matrix.low[:, c] == 0))
            yield total(certain[:, k] & lacking), total(possible[:, k] & may_lack) + unrecorded
    yield _mean_score(scores, framework, reviewed, unrecorded)


def _mean_score(
    scores: Scores, framework: Framework, reviewed: int, unrecorded: int
) -> tuple[Fraction | None, Fraction | None]:
    if not reviewed:
        return None, None
    lower, upper = (sum(bound.tolist(), Fraction(0)) for bound in (scores.lower, scores.upper))
    return lower / reviewed, (upper + unrecorded * Fraction(framework.scale)) / reviewed


def count_answers(findings: Findings) -> pd.DataFrame:
    """Count the answers of every edition with answers, after deduction.

    Columns `edition`, `criterion`, one of each mark's id (int64; they add up to `countries`), and
    `countries` (Int64): how many the edition covers, or, where that is not known, how many have an
    answer. A country covered without any answer in our data counts as not in our data.
    """
    grid = findings.deduced
    editions = grid.rows["edition"].to_numpy()
    marks = marks_of(findings.framework)
    counted = [(code, findings.mark(word).id) for code, word in _codes(findings)]
    rows = []
    for edition in dict.fromkeys(sorted(editions)):
        codes = grid.codes[editions == edition]
        reviewed = findings.series.editions[edition].reviewed
        countries = len(codes) if reviewed is None else reviewed
        for column, criterion in enumerate(findings.framework.criterion_ids):
            counts = dict.fromkeys((mark.id for mark in marks), 0)
            for code, id in counted:
                counts[id] += int((codes[:, column] == code).sum())
            counts[NOT_IN_DATA.id] += countries - len(codes)
            rows.append({"edition": edition, "criterion": criterion, **counts, "countries": countries})
    return pd.DataFrame(rows, columns=["edition", "criterion", *(mark.id for mark in marks), "countries"])


def _codes(findings: Findings) -> list[tuple[int, str]]:
    """The codes of answers with their words: grades from 0 up, what is recorded in place of one below."""
    words = answer_words(findings.framework)
    return [
        (code, words[code])
        for code in range(len(findings.framework.grades) - len(words), len(findings.framework.grades))
    ]
