"""What each country's law lacks for the line of sufficient, and for the best level."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria import AnswerMatrix, Framework, Level, ids_where, reaches
from review.findings import Findings
from review.notebook import Shown

__all__ = ["Gaps", "find_gaps", "gaps"]

_MOST_WAYS = 5_000  # combinations of criteria that are tried for one pattern of answers
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, repr=False, eq=False)
class Gaps(Shown):
    """What countries lack in one edition, as frames.

    Attributes
    ----------
    targets : tuple[Level, ...]
        The line of sufficient, where there is one, and the best level, by the edition's rules.
    countries : DataFrame
        One row a country with an answer: `country`, and for each target, to reach it or a better level:
        `<level>:at_least`, `<level>:at_most` (Int64: how many more criteria must be met, whatever the open answers
        are; NA where nothing applies to the country, and where counting can't tell, for very many combinations may
        reach it), `<level>:lacks` (tuple: criteria not met that may help), `<level>:open` (tuple: criteria of which
        that is not known), `<level>:ways` (tuple: where nothing is open, each smallest way, its criteria joined by
        "+").
    criteria : DataFrame
        `criterion`, `not_met`, `open` (int64: countries).

    """

    targets: tuple[Level, ...]
    countries: pd.DataFrame
    criteria: pd.DataFrame

    def one_away(self, target: Level) -> pd.DataFrame:
        """The countries that lack exactly one criterion for a level: `country`, `criteria` (tuple: any of these)."""
        rows = self.countries
        near = rows[rows[f"{target.id}:at_least"].eq(1) & rows[f"{target.id}:at_most"].eq(1)]
        ways = near[f"{target.id}:ways"].where(near[f"{target.id}:ways"].map(bool), near[f"{target.id}:lacks"])
        return pd.DataFrame({"country": near["country"].to_numpy(dtype=object), "criteria": ways.to_numpy()})


def gaps(findings: Findings, edition: str | int | None = None) -> Gaps:
    """What countries lack for the line of sufficient and for the best level.

    Parameters
    ----------
    findings : Findings
        A series under its framework.
    edition : str | int | None, optional
        By id, number or year; left out, the last of kind `edition` with answers.

    Returns
    -------
    Gaps

    Raises
    ------
    ChoiceError
        For an edition that is not there, and where none has answers.

    """
    chosen = findings.last_answered if edition is None else findings.find_edition(edition)
    return find_gaps(findings.deduced_of(chosen), findings.judged(chosen))


def find_gaps(closed: AnswerMatrix, framework: Framework) -> Gaps:
    """Count, for one edition's grid after deduction, what each country lacks.

    `framework`: with the edition's rules of levels. What does not apply to a country is not lacking.
    """
    enough = framework.sufficient_levels()[-1:]
    targets = tuple(dict.fromkeys((*enough, framework.levels[0])))
    top = len(framework.grades) - 1
    lacking = np.asarray((closed.high < top) & closed.applicable)
    open_ = np.asarray(closed.open & ~lacking)
    frame = closed.rows[["country"]].reset_index(drop=True)
    patterns, first, pattern_of = np.unique(
        np.concatenate([closed.low, closed.high, closed.applicable], axis=1),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    pattern_of = pattern_of.ravel()
    for target in targets:
        levels = framework.levels[: framework.levels.index(target) + 1]
        gap_of_pattern = [_gap(closed.take(np.arange(len(closed.codes)) == row), framework, levels) for row in first]
        least, most, helps, ways = ([one[n] for one in gap_of_pattern] for n in range(4))
        matters = np.array(helps, dtype=bool).reshape(len(patterns), -1)[pattern_of]
        frame[f"{target.id}:at_least"] = pd.array([least[n] for n in pattern_of], dtype="Int64")
        frame[f"{target.id}:at_most"] = pd.array([most[n] for n in pattern_of], dtype="Int64")
        frame[f"{target.id}:lacks"] = ids_where(lacking & matters, framework.criterion_ids)
        frame[f"{target.id}:open"] = ids_where(open_ & matters, framework.criterion_ids)
        ways_of_rows = np.empty(len(pattern_of), dtype=object)
        ways_of_rows[:] = [ways[n] for n in pattern_of]
        frame[f"{target.id}:ways"] = ways_of_rows
    counts = {"criterion": list(framework.criterion_ids), "not_met": lacking.sum(axis=0), "open": open_.sum(axis=0)}
    return Gaps(targets, frame, pd.DataFrame(counts))


def _gap(
    one: AnswerMatrix, framework: Framework, levels: tuple[Level, ...]
) -> tuple[int | None, int | None, list[bool], tuple[str, ...]]:
    """Of one pattern of answers: how many more at least and at most, which criteria may help, and the smallest ways."""
    if not one.applicable.any():
        return None, None, [False] * len(framework.criteria), ()
    best, worst = (_smallest_ways(grades[0], one.applicable[0], framework, levels) for grades in (one.high, one.low))
    ids = framework.criterion_ids
    is_determined = not one.open.any() or np.array_equal(one.low, one.high)
    least, most = (len(ways[0]) if ways else None for ways in (best, worst))
    if best is None or worst is None:
        return least, most, [True] * len(ids), ()
    helps = {criterion for way in (*best, *worst) for criterion in way}
    ways_text = tuple("+".join(ids[c] for c in way) for way in worst if way) if is_determined else ()
    return least, most, [c in helps for c in range(len(ids))], ways_text


def _smallest_ways(
    grades: npt.NDArray[np.int8], applicable: _Bools, framework: Framework, levels: tuple[Level, ...]
) -> list[tuple[int, ...]] | None:
    """The smallest sets of criteria (by place) that must be met besides, to reach one of these levels; None: not counted."""
    top = len(framework.grades) - 1
    ids = framework.criterion_ids
    missing = [int(c) for c in np.flatnonzero((grades < top) & applicable)]
    if all(level.by_needs_alone for level in levels):
        wanted = [framework.closure(id for id in level.needs if applicable[ids.index(id)]) for level in levels]
        ways = [tuple(c for c in missing if ids[c] in needed) for needed in wanted]
        return [way for way in dict.fromkeys(ways) if len(way) == min(map(len, ways))]
    closures = {c: {ids.index(id) for id in framework.closure([ids[c]])} & set(missing) for c in missing}
    tried = 0
    for size in range(len(missing) + 1):
        tried += math.comb(len(missing), size)
        if tried > _MOST_WAYS:
            return None
        chosen = [way for way in itertools.combinations(missing, size) if _closed(way, closures)]
        found = [
            way
            for way, fits in zip(chosen, _reached(grades, applicable, chosen, framework, levels), strict=True)
            if fits
        ]
        if found:
            return found
    return None


def _closed(way: tuple[int, ...], closures: dict[int, set[int]]) -> bool:
    """Whether what the criteria of a way require is among them."""
    return all(closures[c] <= set(way) for c in way)


def _reached(
    grades: npt.NDArray[np.int8],
    applicable: _Bools,
    ways: list[tuple[int, ...]],
    framework: Framework,
    levels: tuple[Level, ...],
) -> Iterator[bool]:
    """Whether each way reaches one of the levels."""
    rows = np.tile(grades, (len(ways), 1))
    for row, way in enumerate(ways):
        rows[row, list(way)] = len(framework.grades) - 1
    apply = np.tile(applicable, (len(ways), 1))
    reached = np.zeros(len(ways), dtype=bool)
    for level in levels:
        reached |= reaches(framework, level, rows, apply)
    return iter(reached.tolist())
