"""The headline of each edition: how many countries are sufficient, how many have no law at all."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from criteria import Framework
from review.series_review import Review

__all__ = ["Headlines", "headline_statistics", "headlines"]


@dataclass(frozen=True)
class Headlines:
    """The headline statistics of a series.

    `frame`: one row an edition, by id: `edition`, `kind`, `title`, `as_of` (text), `reviewed`
    (Int64, as published, else as recorded), `recorded` (int64), and for each statistic of
    `statistics` the columns `<id>:published` (Float64, NA: no figure), `<id>:source` (text),
    `<id>:lower` and `<id>:upper` (object, None: not computable).
    """

    statistics: tuple[str, ...]
    frame: pd.DataFrame

    def stated(self, statistic: str) -> pd.DataFrame:
        """The rows of kind `edition` that have a preferred published figure of a statistic."""
        frame = self.frame
        return frame[(frame["kind"] == "edition") & frame[f"{statistic}:published"].notna() & frame["reviewed"].notna()]


def headline_statistics(framework: Framework) -> tuple[str, ...]:
    """The ids: sufficient (or the best level, where the framework has no such line), and the last level."""
    best = framework.sufficient or framework.levels[0].id
    last = framework.levels[-1].id
    return tuple(dict.fromkeys((f"or_better:{best}", f"level:{last}")))


def headlines(review: Review) -> Headlines:
    """Collect the headline statistics of every edition and update of a series."""
    ids = headline_statistics(review.framework)
    frame = review.editions()[["edition", "kind", "title", "as_of", "recorded"]]
    frame["reviewed"] = frame["edition"].map(review.denominators()).astype("Int64")
    counted = review.statistics()
    figures = review.figures()
    figures = figures[figures["status"] == "preferred"]
    for id in ids:
        own = counted[counted["statistic"] == id].set_index("edition")
        sources = dict(figures.loc[figures["statistic"] == id, ["edition", "source"]].itertuples(index=False))
        for column in ("published", "lower", "upper"):
            frame[f"{id}:{column}"] = frame["edition"].map(own[column])
        frame[f"{id}:source"] = [sources.get(edition, "") for edition in frame["edition"]]
    return Headlines(ids, frame)
