"""Answers as a grid of codes, closed under what the criteria require (semantics, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria.framework import Framework

__all__ = ["Answer", "Grid", "deduce", "grid", "marked_ids"]


class Answer(IntEnum):
    """An answer as stored in a grid. The names, in small letters, are the words of the data format."""

    BLANK = 0
    NO = 1
    YES = 2
    UNKNOWN = 3
    NOT_ASSESSED = 4
    NOT_APPLICABLE = 5

    @property
    def word(self) -> str:
        """The word of the data format; "" for nothing recorded."""
        return self.name.lower() if self else ""


_WORD = 8  # bytes
_OPEN = (Answer.BLANK, Answer.UNKNOWN, Answer.NOT_ASSESSED)
_WORDS = {answer.word: answer for answer in Answer}


@dataclass(frozen=True)
class Grid:
    """Answers of countries in editions, one row each; criteria are columns, as in the framework.

    `rows`: `edition` and `country` (text), index 0…n-1. `codes`: int8 of `Answer`, n × criteria.
    `origin`: int16, n × criteria; for a deduced answer the column of the recorded answer it
    follows from, else -1.
    """

    rows: pd.DataFrame
    codes: npt.NDArray[np.int8]
    origin: npt.NDArray[np.int16]

    @property
    def deduced(self) -> npt.NDArray[np.bool_]:
        """Which answers follow from another one."""
        return self.origin >= 0

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Which answers are open: unknown, not assessed, or nothing recorded."""
        return np.isin(self.codes, _OPEN)

    def take(self, keep: npt.NDArray[np.bool_]) -> Grid:
        """The rows marked in `keep`."""
        return Grid(self.rows[keep].reset_index(drop=True), self.codes[keep], self.origin[keep])


def grid(answers: pd.DataFrame, framework: Framework) -> Grid:
    """Arrange answers (columns `edition`, `country`, `criterion`, `answer`, all text) as a grid.

    A row for each (edition, country) with at least one answer that is not blank, ordered by edition
    and country. Criteria and answers must be known, and keys unique: reading a folder sees to both.
    """
    given = answers[answers["answer"] != ""]
    keys = given[["edition", "country"]]
    row_of, rows = _number_rows(keys)
    column = pd.Categorical(given["criterion"], categories=list(framework.criterion_ids)).codes
    codes = np.zeros((len(rows), len(framework.criteria)), dtype=np.int8)
    codes[row_of, column] = given["answer"].map(_WORDS).to_numpy(dtype=np.int8)
    return Grid(rows, codes, np.full(codes.shape, -1, dtype=np.int16))


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


def marked_ids(marked: npt.NDArray[np.bool_], ids: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """For each row of `marked` (rows × ids) the tuple of the ids that are marked, in their order."""
    bits = np.packbits(marked, axis=1)
    if bits.shape[1] <= _WORD:
        # as numbers, rows are told apart many times faster
        numbers = np.pad(bits, ((0, 0), (0, _WORD - bits.shape[1]))).view(np.uint64).ravel()
        _, first, pattern_of = np.unique(numbers, return_index=True, return_inverse=True)
        patterns = marked[first]
    else:
        patterns, pattern_of = np.unique(marked, axis=0, return_inverse=True)
    every = np.array(ids, dtype=object)
    named = np.empty(len(patterns), dtype=object)
    for place, pattern in enumerate(patterns):
        named[place] = tuple(every[pattern])
    return named[pattern_of.ravel()]


def deduce(recorded: Grid, framework: Framework) -> Grid:
    """Close a grid under `requires`: yes makes what it requires yes, no makes what requires it no.

    Open answers are overwritten, recorded yes and no and `not_applicable` never. Going through the
    criteria once in each direction is a full closure, as `requires` has no circle.
    """
    codes, origin = recorded.codes.copy(), recorded.origin.copy()
    position = {criterion: column for column, criterion in enumerate(framework.criterion_ids)}

    def follow(source: int, target: int, answer: Answer) -> None:
        rows = (codes[:, source] == answer) & np.isin(codes[:, target], _OPEN)
        codes[rows, target] = answer
        known = origin[rows, source]
        origin[rows, target] = np.where(known >= 0, known, source)

    for criterion in reversed(framework.order):
        for required in framework.criterion(criterion).requires:
            follow(position[criterion], position[required], Answer.YES)
    for criterion in framework.order:
        for required in framework.criterion(criterion).requires:
            follow(position[required], position[criterion], Answer.NO)
    return Grid(recorded.rows, codes, origin)
