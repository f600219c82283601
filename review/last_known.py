"""Last known answers: open answers filled from earlier editions (semantics, section 5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from criteria import Framework, Grid, Status, deduce

__all__ = ["carry", "comparable"]


def comparable(framework: Framework, series: str, first: str, second: str) -> npt.NDArray[np.bool_]:
    """For each criterion, whether the wordings of two editions of a series compare."""
    answers = []
    for criterion in framework.criterion_ids:
        one, other = framework.wording_of(criterion, series, first), framework.wording_of(criterion, series, second)
        answers.append(one is other or all(wording is None or wording.comparable for wording in (one, other)))
    return np.array(answers, dtype=bool)


def carry(recorded: Grid, framework: Framework, series: str) -> tuple[Grid, npt.NDArray[np.str_]]:
    """Go through the editions in order and fill each open answer with the last known one.

    Gives the closed grid, and for each answer the edition it was carried from ("" where it is the
    edition's own or follows from it). An answer that had merely been deduced from one that is now
    contradicted is not carried, nor one across wordings that do not compare. Countries without an
    answer in an edition get no row in it.
    """
    closed = deduce(recorded, framework)
    editions = np.array(sorted(set(recorded.rows["edition"])), dtype=str)
    countries, country_of = np.unique(recorded.rows["country"].to_numpy(dtype=str), return_inverse=True)
    edition_of = np.searchsorted(editions, recorded.rows["edition"].to_numpy(dtype=str))
    known = np.full((len(countries), len(framework.criteria)), Status.BLANK, dtype=np.int8)
    since = np.full(known.shape, -1, dtype=np.int16)
    follows = np.full(known.shape, -1, dtype=np.int16)
    carried = np.full(closed.codes.shape, -1, dtype=np.int16)
    parts = []
    compares = {
        (i, j): comparable(framework, series, editions[i], editions[j]) for j in range(len(editions)) for i in range(j)
    }
    for number in range(len(editions)):
        here = np.flatnonzero(edition_of == number)
        rows = country_of[here]
        now = closed.take(edition_of == number)
        usable = (known[rows] >= now.low) & (known[rows] <= now.high)
        usable &= ~_contradicted(known[rows], follows[rows], now.codes)
        for earlier in range(number):
            usable &= (since[rows] != earlier) | compares[earlier, number]
        fill = now.open & usable
        own_now = [np.where(fill, np.int16(-1), by) for by in (now.raised_by, now.lowered_by)]
        filled = replace(now, codes=np.where(fill, known[rows], now.codes), raised_by=own_now[0], lowered_by=own_now[1])
        done = deduce(filled, framework)
        parts.append(done)
        carried[here] = np.where(fill, since[rows], -1)
        settled = done.determined
        own = settled & ~fill
        since[rows] = np.where(own, number, since[rows])
        follows[rows] = np.where(own, done.origin, follows[rows])
        known[rows] = np.where(settled, done.codes, Status.BLANK)  # what is open now breaks the chain
    names = np.append(editions, "")
    return _together(parts, closed), names[carried]


def _together(parts: list[Grid], like: Grid) -> Grid:
    """The editions' grids as one, whose rows are those of `like`: they are in order of the editions."""
    if not parts:
        return like
    columns = ("codes", "low", "high", "raised_by", "lowered_by")
    joined = [np.concatenate([getattr(part, column) for part in parts]) for column in columns]
    return Grid(like.rows, *joined)


def _contradicted(
    known: npt.NDArray[np.int8], follows: npt.NDArray[np.int16], now: npt.NDArray[np.int8]
) -> npt.NDArray[np.bool_]:
    """Whether a known answer was deduced from one that the edition now answers otherwise.

    What a deduction gives is what it came from: met from met, not met from not met.
    """
    source = np.where(follows >= 0, follows, 0)
    is_now = np.take_along_axis(now, source, axis=1)
    against: npt.NDArray[np.bool_] = (
        (follows >= 0) & ((is_now >= 0) | (is_now == Status.NOT_APPLICABLE)) & (is_now != known)
    )
    return against
