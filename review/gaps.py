"""What each country's law lacks for the line of sufficient, and for the best level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria import Framework, Grid, Level, marked_ids

__all__ = ["Gaps", "find_gaps"]


@dataclass(frozen=True)
class Gaps:
    """What countries lack in one edition, as frames.

    `targets`: the levels that are looked at: the line of sufficient, where there is one, and the best;
    none that has no `needs`. Of other rules of a level (so many of a list, a score) nothing is counted.
    `countries`: one row a country with an answer, in the order of the grid: `country`, and for each
    target `<level>:at_least`, `<level>:at_most` (int64: how many of what it needs are not met),
    `<level>:lacks` (tuple: criteria not met) and `<level>:open` (tuple: criteria of which that is
    not known).
    `criteria`: `criterion`, `not_met`, `open` (int64: countries).
    """

    targets: tuple[Level, ...]
    countries: pd.DataFrame
    criteria: pd.DataFrame

    def one_away(self, target: Level) -> pd.DataFrame:
        """The countries that lack exactly one criterion for a level: `country`, `criterion`."""
        rows = self.countries
        near = rows[(rows[f"{target.id}:at_least"] == 1) & (rows[f"{target.id}:at_most"] == 1)]
        lacking = [lacks[0] for lacks in near[f"{target.id}:lacks"]]
        return pd.DataFrame({"country": near["country"].to_numpy(), "criterion": lacking}, dtype=str)


def find_gaps(closed: Grid, framework: Framework) -> Gaps:
    """Count, for one edition's grid after deduction, what each country lacks.

    What does not apply to a country is not lacking. Bounds: at least the criteria that are not
    met, at most also those that are open.
    """
    enough = framework.sufficient_levels()[-1:]
    wanted = dict.fromkeys((*enough, framework.levels[0]))
    targets = tuple(level for level in wanted if level.needs or level.by_needs_alone)
    frame = closed.rows[["country"]].reset_index(drop=True)
    for target in targets:
        better = framework.levels[: framework.levels.index(target)]
        lacking, unknown = _nearest(closed, framework, (*(level for level in better if level.by_needs_alone), target))
        least = lacking.sum(axis=1)
        frame[f"{target.id}:at_least"] = least
        frame[f"{target.id}:at_most"] = least + unknown.sum(axis=1)
        frame[f"{target.id}:lacks"] = marked_ids(lacking, framework.criterion_ids)
        frame[f"{target.id}:open"] = marked_ids(unknown, framework.criterion_ids)
    not_met, open_ = _not_met(closed, framework)
    counts = {"criterion": list(framework.criterion_ids), "not_met": not_met.sum(axis=0), "open": open_.sum(axis=0)}
    return Gaps(targets, frame, pd.DataFrame(counts))


def _not_met(closed: Grid, framework: Framework) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What is certainly not met in full, and of what that is not known."""
    top = len(framework.grades) - 1
    lacking = np.asarray((closed.high < top) & closed.applicable)
    return lacking, np.asarray(closed.open & ~lacking)


def _nearest(
    closed: Grid, framework: Framework, levels: tuple[Level, ...]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What each country lacks, and what is open, for that of these levels which is nearest to it."""
    not_met, open_ = _not_met(closed, framework)
    needed = [np.array([id in framework.closure(level.needs) for id in framework.criterion_ids]) for level in levels]
    # nearer is who certainly lacks fewer; of these, who may lack fewer
    most = len(framework.criteria) + 1
    distance = np.stack([(not_met & need).sum(axis=1) * most + (open_ & need).sum(axis=1) for need in needed])
    nearest = np.stack(needed)[distance.argmin(axis=0)] if len(not_met) else not_met
    return not_met & nearest, open_ & nearest
