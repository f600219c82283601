"""The headline of each edition: how many countries are sufficient, how many have no law at all."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from review.series_review import Review

__all__ = ["Headlines", "headline_rows", "headlines"]


@dataclass(frozen=True)
class Headlines:
    """The headline statistics of a series.

    `frame`: one row an edition, by id: `edition`, `kind`, `title`, `as_of` (text), `reviewed` (Int64),
    `reviewed_source` (text: the source that states it, else the edition's), `recorded` (int64), and for each statistic of
    `statistics` the columns `<id>:published` (Float64, NA: no figure), `<id>:source` (text),
    `<id>:lower` and `<id>:upper` (object, None: not computable).
    """

    statistics: tuple[str, ...]
    frame: pd.DataFrame

    def stated(self, statistic: str) -> pd.DataFrame:
        """The rows of kind `edition` that have a preferred published figure of a statistic."""
        frame = self.frame
        return frame[
            (frame["kind"] == "edition") & frame[f"{statistic}:published"].notna() & (frame["reviewed"].fillna(0) > 0)
        ]


def headlines(review: Review) -> Headlines:
    """Collect the headline statistics of every edition and update of a series."""
    ids = review.framework.headline_statistics()
    frame = review.editions()[["edition", "kind", "title", "as_of", "reviewed", "recorded", "source"]]
    counted = review.statistics()
    figures = review.figures()
    figures = figures[figures["status"] == "preferred"]
    stated = dict(figures.loc[figures["statistic"] == "reviewed", ["edition", "source"]].itertuples(index=False))
    frame["reviewed_source"] = [
        stated.get(id, source) for id, source in zip(frame["edition"], frame.pop("source"), strict=True)
    ]
    for id in ids:
        own = counted[counted["statistic"] == id].set_index("edition")
        sources = dict(figures.loc[figures["statistic"] == id, ["edition", "source"]].itertuples(index=False))
        for column in ("published", "lower", "upper"):
            frame[f"{id}:{column}"] = frame["edition"].map(own[column])
        frame[f"{id}:source"] = [sources.get(edition, "") for edition in frame["edition"]]
    return Headlines(ids, frame)


def headline_rows(review: Review) -> pd.DataFrame:
    """The headline figures, a row an edition and statistic.

    Columns `framework`, `series`, `scored`, `edition`, `kind`, `title`, `as_of`, `reviewed`,
    `reviewed_source`, `recorded`, `statistic`, `published`, `source` (of the published figure, by id;
    "" where there is none), `lower`, `upper`.
    """
    found = headlines(review)
    parts = []
    for id in found.statistics:
        own = {f"{id}:{name}": name for name in ("published", "source", "lower", "upper")}
        usual = [name for name in found.frame if ":" not in name]
        parts.append(found.frame[[*usual, *own]].rename(columns=own).assign(statistic=id))
    frame = pd.concat(parts, ignore_index=True).sort_values("edition", kind="stable", ignore_index=True)
    frame = frame.assign(framework=review.framework.id, series=review.series.id, scored=review.scored)
    head = ["framework", "series", "scored", "edition", "kind", "title", "as_of", "reviewed", "reviewed_source"]
    return frame[[*head, "recorded", "statistic", "published", "source", "lower", "upper"]].astype(object)
