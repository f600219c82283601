"""How sure a rank is: the best and the worst rank of each country under any positive weights (dominance)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from criteria import Framework, Grid, Scores

__all__ = ["Ranks", "find_ranks"]

_AT_ONCE = 1024


@dataclass(frozen=True)
class Ranks:
    """The ranks that countries of one edition can have, whatever the weights (1 + the number strictly better).

    `exact`: each of these ranks is reached under some weights; else they are outer bounds, from
    dominance. `countries`: for those to which any criterion applies, `country`; `best`, `worst`
    (int64): the ranks that open answers leave under the framework's own weights; `any_best`,
    `any_worst` (int64): under any. `pairs`: how many pairs of countries there are; `ordered`: in how many of them
    the same one is ahead whatever the weights; `tied`: in how many they are equal whatever the
    weights. In the others it depends on the weights, or on answers that are not known.
    """

    exact: bool
    countries: pd.DataFrame
    pairs: int
    ordered: int
    tied: int


def find_ranks(scores: Scores, framework: Framework) -> Ranks:
    """Rank the countries of one edition; `scores`: theirs and no others'."""
    some = scores.scored
    best, worst = scores.ranks()
    found = _whatever_the_weights(scores.grid.take(some), framework)
    own = {"best": best[some], "worst": worst[some]}
    return replace(found, countries=found.countries.assign(**own))


def _whatever_the_weights(part: Grid, framework: Framework) -> Ranks:
    """Compare each country of an edition with each other, criterion by criterion.

    A country that has at least the grade of
    another in every criterion, and a higher one in some, is ahead of it under any positive weights
    of criteria and of groups. Between yes/no answers without groups the reverse holds: who is not
    dominated so is ahead under some weights, and all of them at once. What does not apply adds
    nothing to a sum; in a mean it stands for any grade, as the mean of the others takes its place.
    """
    top = len(framework.grades) - 1
    adds = framework.aggregate == "sum"
    high = part.high if adds else np.where(part.applicable, part.high, top)
    # a column for each step from one grade to the next: reached at least, reached at most
    steps = range(1, top + 1)
    least = np.hstack([part.low >= step for step in steps]).astype(np.float32)
    most = np.hstack([high >= step for step in steps]).astype(np.float32)
    least_reached, most_reached = least.sum(axis=1), most.sum(axis=1)
    n = len(least)
    better, not_below = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    ordered = tied = 0
    for start in range(0, n, _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        # of each of these countries (down) and each other (across): who may exceed whom somewhere
        may_exceed = most[rows] @ (1 - least).T > 0
        may_be_exceeded = (1 - least[rows]) @ most.T > 0
        ahead = ~may_be_exceeded & (least_reached[rows, np.newaxis] > most_reached)
        behind = ~may_exceed & (least_reached > most_reached[rows, np.newaxis])
        equal = ~may_exceed & ~may_be_exceeded
        better[rows] = behind.sum(axis=1)
        others = may_be_exceeded.copy()
        others[np.arange(len(others)), np.arange(start, start + len(others))] = False
        not_below[rows] = others.sum(axis=1)
        ordered += int(ahead.sum())
        tied += int(equal.sum()) - int(equal[np.arange(len(equal)), np.arange(start, start + len(equal))].sum())
    every_known = bool((part.determined | (adds & ~part.applicable)).all())
    return Ranks(
        exact=top == 1 and every_known and framework.aggregate != "mean_of_groups",
        countries=pd.DataFrame(
            {"country": part.rows["country"].to_numpy(), "any_best": 1 + better, "any_worst": 1 + not_below}
        ),
        pairs=n * (n - 1) // 2,
        ordered=ordered,
        tied=tied // 2,
    )
