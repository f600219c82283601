"""Answers as a matrix of codes, closed under what the criteria require (semantics, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria.framework import Framework

__all__ = ["AnswerMatrix", "Status", "answer_matrix", "answer_words", "deduce", "ids_where"]


class Status(IntEnum):
    """The code of what is recorded in place of a grade; the code of a grade is its index among the grades."""

    BLANK = -1
    UNKNOWN = -2
    NOT_ASSESSED = -3
    NOT_APPLICABLE = -4

    @property
    def word(self) -> str:
        """The word of the data format; "" for nothing recorded."""
        return "" if self is Status.BLANK else self.name.lower()


_WORD_BYTES = 8


def answer_words(framework: Framework) -> npt.NDArray[np.object_]:
    """Answer words indexed by code; negative codes count from the end."""
    return np.array([*framework.grades, *(status.word for status in reversed(Status))], dtype=object)


@dataclass(frozen=True)
class AnswerMatrix:
    """Answers of countries in editions, one row each; criteria are columns, in the framework's order.

    Attributes
    ----------
    rows : DataFrame
        Frame with `edition` and `country` (text), index 0…n-1. All else is n × criteria.
    codes : ndarray of int8
        The index of a grade, or a `Status`.
    low, high : ndarray of int8
        The lowest and the highest grade that is possible; equal where the answer is determined, 0 where the
        criterion does not apply.
    implied_min_by, implied_max_by : ndarray of int16
        The column of the recorded answer from which `low` or `high` follows, else -1.

    """

    rows: pd.DataFrame
    codes: npt.NDArray[np.int8]
    low: npt.NDArray[np.int8]
    high: npt.NDArray[np.int8]
    implied_min_by: npt.NDArray[np.int16]
    implied_max_by: npt.NDArray[np.int16]

    @property
    def origin(self) -> npt.NDArray[np.int16]:
        """For a deduced answer the column of a recorded answer it follows from, else -1."""
        follows = np.where(self.implied_min_by >= 0, self.implied_min_by, self.implied_max_by)
        return np.where(self.codes >= 0, follows, -1).astype(np.int16)

    @property
    def deduced(self) -> npt.NDArray[np.bool_]:
        """Which answers follow from another one."""
        return np.asarray(self.origin >= 0)

    @property
    def determined(self) -> npt.NDArray[np.bool_]:
        """Which answers are a grade."""
        return np.asarray(self.codes >= 0)

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Which answers are open: unknown, not assessed, or nothing recorded."""
        return np.asarray((self.codes < 0) & self.applicable)

    @property
    def applicable(self) -> npt.NDArray[np.bool_]:
        """Which criteria apply to the country."""
        return np.asarray(self.codes != Status.NOT_APPLICABLE)

    def take(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> AnswerMatrix:
        """The rows that are marked in `keep`, or that stand at these positions."""
        rows = (self.rows[keep] if keep.dtype == np.bool_ else self.rows.iloc[keep]).reset_index(drop=True)
        codes, low, high = self.codes[keep], self.low[keep], self.high[keep]
        return AnswerMatrix(rows, codes, low, high, self.implied_min_by[keep], self.implied_max_by[keep])

    def with_codes(self, codes: npt.NDArray[np.int8], framework: Framework) -> AnswerMatrix:
        """The same rows with other answers, of which nothing is deduced yet but what was before."""
        top = len(framework.grades) - 1
        low = np.maximum(codes, 0).astype(np.int8)
        high = np.where((codes < 0) & (codes != Status.NOT_APPLICABLE), top, low).astype(np.int8)
        return AnswerMatrix(self.rows, codes, low, high, self.implied_min_by, self.implied_max_by)


def answer_matrix(answers: pd.DataFrame, framework: Framework) -> AnswerMatrix:
    """Arrange answers (columns `edition`, `country`, `criterion`, `answer`, all text) as a matrix.

    A row for each (edition, country) with at least one answer that is not blank, ordered by edition
    and country. Criteria and answers must be known, and keys unique: reading a folder checks both.
    """
    recorded = answers[answers["answer"] != ""]
    keys = recorded[["edition", "country"]]
    row_of, rows = _number_rows(keys)
    column = pd.Categorical(recorded["criterion"], categories=list(framework.criterion_ids)).codes
    codes = np.full((len(rows), len(framework.criteria)), Status.BLANK, dtype=np.int8)
    code_of = {word: code for code, word in enumerate(framework.grades)} | {status.word: status for status in Status}
    codes[row_of, column] = recorded["answer"].map(code_of).to_numpy(dtype=np.int8)
    none = np.full(codes.shape, -1, dtype=np.int16)
    return AnswerMatrix(rows, codes, codes, codes, none, none).with_codes(codes, framework)


def _number_rows(keys: pd.DataFrame) -> tuple[npt.NDArray[np.intp], pd.DataFrame]:
    edition, editions = pd.factorize(keys["edition"], sort=True)
    country, countries = pd.factorize(keys["country"], sort=True)
    both = edition.astype(np.int64) * max(len(countries), 1) + country
    distinct, row_of = np.unique(both, return_inverse=True)
    rows = pd.DataFrame(
        {
            "edition": np.asarray(editions)[distinct // max(len(countries), 1)],
            "country": np.asarray(countries)[distinct % max(len(countries), 1)],
        },
        dtype=str,
    )
    return row_of, rows


def ids_where(marked: npt.NDArray[np.bool_], ids: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """For each row of `marked` (bool, rows × ids) the tuple of the marked ids, in their order."""
    bits = np.packbits(marked, axis=1)
    if bits.shape[1] <= _WORD_BYTES:
        # as numbers, rows are told apart many times faster
        numbers = np.pad(bits, ((0, 0), (0, _WORD_BYTES - bits.shape[1]))).view(np.uint64).ravel()
        _, first, pattern_of = np.unique(numbers, return_index=True, return_inverse=True)
        patterns = marked[first]
    else:
        patterns, pattern_of = np.unique(marked, axis=0, return_inverse=True)
    every = np.array(ids, dtype=object)
    named = np.empty(len(patterns), dtype=object)
    for index, pattern in enumerate(patterns):
        named[index] = tuple(every[pattern])
    return named[pattern_of.ravel()]


def deduce(recorded: AnswerMatrix, framework: Framework) -> AnswerMatrix:
    """Close a matrix under `requires` (semantics, section 2).

    The highest grade of a criterion makes all that it requires the highest; the lowest of what is
    required makes all that requires it the lowest. With more than two grades this says of some
    answers only which grades are still possible: what requires something not met in full is not met
    in full, and what is required for something met in part is met in part. Recorded grades and
    `not_applicable` are never overwritten. Going through the criteria once in each direction is a
    full closure, as `requires` has no circle.
    """
    start = recorded.with_codes(recorded.codes, framework)
    low, high = start.low.copy(), start.high.copy()
    top = len(framework.grades) - 1
    free, applies = start.open, start.applicable
    implied_min_by, implied_max_by = (
        np.where(free, np.int16(-1), by) for by in (start.implied_min_by, start.implied_max_by)
    )
    position = {criterion: column for column, criterion in enumerate(framework.criterion_ids)}

    def note(by: npt.NDArray[np.int16], rows: npt.NDArray[np.bool_], source: int, target: int) -> None:
        origin = by[rows, source]
        by[rows, target] = np.where(origin >= 0, origin, source)

    for criterion in reversed(framework.order):
        for required in framework.criterion(criterion).requires:
            source, target = position[criterion], position[required]
            least = np.where(low[:, source] == top, top, low[:, source] > 0).astype(np.int8)
            rows = free[:, target] & (least > low[:, target])
            low[rows, target] = least[rows]
            note(implied_min_by, rows, source, target)
    for criterion in framework.order:
        for required in framework.criterion(criterion).requires:
            source, target = position[required], position[criterion]
            most = np.where(high[:, source] == 0, 0, np.where(high[:, source] < top, top - 1, top)).astype(np.int8)
            # what would pass below a grade that is known already is a contradiction, and named as one
            rows = free[:, target] & applies[:, source] & (low[:, target] <= most) & (most < high[:, target])
            high[rows, target] = most[rows]
            note(implied_max_by, rows, source, target)
    codes = np.where(free & (low == high), low, start.codes).astype(np.int8)
    return AnswerMatrix(recorded.rows, codes, low, high, implied_min_by, implied_max_by)
