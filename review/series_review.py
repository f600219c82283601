"""One series under its framework, as data frames: what the library gives, and all views render."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from country_data import Registry, Series
from criteria import Answer, Framework, Grid, Scores, deduce, grid, score
from review.collection import Collection, UnknownName
from review.statistics import statistics

__all__ = ["Review"]

_GROUPINGS = ("region", "subregion")


@dataclass(frozen=True)
class Review:
    """The findings of one series under its framework.

    Every method gives a new data frame; texts are text with "" for nothing recorded, counts of
    countries are whole numbers. Nothing is printed and nothing is written.
    """

    series: Series
    framework: Framework
    registry: Registry

    @classmethod
    def of(cls, collection: Collection, series: str | None = None, framework: str | None = None) -> Review:
        """The review of the series that a call without further words means, or of the one named."""
        chosen = collection.choose_framework(framework, series)
        return cls(collection.choose_series(series, chosen), chosen, collection.registry)

    @property
    def scored(self) -> bool:
        """Whether views may show scores and levels of this series."""
        return self.series.scored

    @cached_property
    def grid(self) -> Grid:
        """The recorded answers as codes, one row a country and edition."""
        return grid(self.series.answers, self.framework)

    @cached_property
    def deduced(self) -> Grid:
        """The answers after deduction (semantics, section 2)."""
        return deduce(self.grid, self.framework)

    @cached_property
    def _scores(self) -> Scores:
        return score(self.deduced, self.framework)

    def editions(self) -> pd.DataFrame:
        """The editions, by id.

        The columns of editions.csv, with `reviewed` Int64 (NA: not known)
        and `recorded` int64, the countries with an answer.
        """
        frame = self.series.editions.copy()
        frame["reviewed"] = pd.to_numeric(frame["reviewed"].replace("", None)).astype("Int64")
        frame["recorded"] = frame["edition"].map(self.grid.rows["edition"].value_counts()).fillna(0).astype("int64")
        return frame

    def check_edition(self, edition: str) -> str:
        """The edition's id; raises `UnknownName` with the nearest where there is none."""
        known = list(self.series.editions["edition"])
        if edition not in known:
            raise UnknownName(f"edition of {self.series.id}", edition, known)
        return edition

    def statistics(self, edition: str | None = None, by: str | None = None) -> pd.DataFrame:
        """The statistics of every edition, or of one (semantics, section 4).

        Columns `edition`, `statistic` (text), `lower`, `upper` (object: int, Fraction for
        `score:mean`, None where not computable), `published` (Int64 or Float64: the preferred
        published figure, NA where there is none). With `by` ("region" or "subregion"): only from
        answers, over the recorded countries of each; a column of that name and no `published`.
        """
        editions = self.editions().set_index("edition")["reviewed"]
        if edition is not None:
            editions = editions[[self.check_edition(edition)]]
        if by is not None:
            return self._statistics_by(by, list(editions.index))
        counted = statistics(self._scores, self.framework, editions)
        preferred = self._preferred()[["edition", "statistic", "value"]]
        joined = counted.merge(preferred, on=["edition", "statistic"], how="left", validate="one_to_one")
        joined["published"] = pd.to_numeric(joined.pop("value")).astype("Float64")
        return joined

    def _statistics_by(self, by: str, editions: list[str]) -> pd.DataFrame:
        if by not in _GROUPINGS:
            raise UnknownName("grouping", by, list(_GROUPINGS))
        place = self.registry.frame.set_index("code")[by]
        groups = self._scores.grid.rows["country"].map(place).to_numpy()
        parts = []
        for group in sorted(set(groups) - {""}) + ([""] if "" in groups else []):
            part = score(self.deduced.take(groups == group), self.framework)
            covered = part.grid.rows["edition"].value_counts().reindex(editions, fill_value=0).astype("Int64")
            counted = statistics(part, self.framework, covered[covered > 0])
            parts.append(counted.assign(**{by: group}))
        columns = ["edition", by, "statistic", "lower", "upper"]
        joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return joined[columns].sort_values("edition", kind="stable", ignore_index=True)

    def answers(self) -> pd.DataFrame:
        """Every recorded and every deduced answer, by edition, country's name and criterion.

        Columns `edition`, `country`, `name`, `region`, `subregion`, `criterion`, `answer` (after
        deduction), `recorded` (what the data state, "" where nothing), `follows_from` (the criterion
        a deduced answer follows from, else ""), then `source`, `locator`, `citation`, `quote`,
        `effective`, `cause`, `note` as recorded; all text. A deduced answer cites the source of the
        answer it follows from.
        """
        ids = np.array(self.framework.criterion_ids, dtype=object)
        words = np.array([answer.word for answer in Answer], dtype=object)
        rows, columns = np.nonzero(self.deduced.codes)
        origin = self.deduced.origin[rows, columns]
        frame = pd.DataFrame(
            {
                "edition": self.grid.rows["edition"].to_numpy()[rows],
                "country": self.grid.rows["country"].to_numpy()[rows],
                "criterion": ids[columns],
                "answer": words[self.deduced.codes[rows, columns]],
                "follows_from": np.where(origin >= 0, ids[origin], ""),
            },
            dtype=str,
        )
        given = self.series.answers.rename(columns={"answer": "recorded"})
        key = ["edition", "country", "criterion"]
        frame = frame.merge(given, on=key, how="left", validate="one_to_one").fillna("")
        cited = given[[*key, "source", "locator"]].rename(
            columns={"criterion": "follows_from", "source": "cited", "locator": "located"}
        )
        frame = frame.merge(cited, on=["edition", "country", "follows_from"], how="left").fillna("")
        follows = frame["follows_from"] != ""
        frame["source"] = frame["source"].where(~follows, frame["cited"])
        frame["locator"] = frame["locator"].where(~follows, frame["located"])
        frame = self._with_places(frame.drop(columns=["cited", "located"]))
        order = frame["criterion"].map({criterion: n for n, criterion in enumerate(ids)})
        frame = frame.assign(_criterion=order).sort_values(["edition", "_order", "_criterion"], ignore_index=True)
        head = ["edition", "country", "name", "region", "subregion", "criterion", "answer", "recorded", "follows_from"]
        tail = ["source", "locator", "citation", "quote", "effective", "cause", "note"]
        return frame[[*head, *tail]]

    def scores(self, edition: str | None = None) -> pd.DataFrame:
        """Score and possible levels of every country with an answer (semantics, section 3).

        Columns `edition`, `country`, `name` (text), `lower`, `upper`, `out_of` (numbers), `levels`
        (tuple of ids, best first), one column a criterion with the answer after deduction ("" for
        nothing recorded), and `deduced` (tuple of criteria whose answer follows from another).
        Given also for a series that is not scored, whose `scored` says that views don't show it.
        """
        words = np.array([answer.word for answer in Answer], dtype=object)
        ids = np.array(self.framework.criterion_ids, dtype=object)
        frame = self._scores.frame(self.framework)
        for column, criterion in enumerate(self.framework.criterion_ids):
            frame[criterion] = words[self.deduced.codes[:, column]]
        patterns, pattern_of = np.unique(self.deduced.deduced, axis=0, return_inverse=True)
        tuples = pd.Series([tuple(ids[pattern]) for pattern in patterns], dtype=object)
        frame["deduced"] = tuples.take(pattern_of.ravel()).to_numpy()
        if edition is not None:
            frame = frame[frame["edition"] == self.check_edition(edition)]
        frame = self._with_places(frame).sort_values(["edition", "_order"], ignore_index=True)
        head = ["edition", "country", "name", "lower", "upper", "out_of", "levels"]
        return frame[[*head, *self.framework.criterion_ids, "deduced"]]

    def country(self, name: str) -> pd.DataFrame:
        """The answers of one country in every edition: the columns of `answers`.

        Raises `UnknownCountry`, with the nearest names, where the name is not exactly one country.
        """
        code = self.registry.resolve(name)
        return self._only(self.answers, code)

    def scores_of(self, name: str) -> pd.DataFrame:
        """The scores of one country in every edition with an answer: the columns of `scores`."""
        return self._only(self.scores, self.registry.resolve(name))

    def law_changes(self, name: str | None = None) -> pd.DataFrame:
        """Dated changes of law that a source reports: the columns of law_changes.csv and `name`."""
        frame = self.series.law_changes
        frame = frame.assign(name=frame["country"].map(self._names()))
        return frame if name is None else self._only(lambda: frame, self.registry.resolve(name))

    def figures(self) -> pd.DataFrame:
        """The published figures.

        The columns of published_figures.csv, with `value` Float64,
        `reviewed` Int64 (the preferred published number of countries covered; where there is none,
        the edition's) and `publisher`, `kind`, `published`, `url` of the source.
        """
        frame = self.series.figures.assign(value=pd.to_numeric(self.series.figures["value"]).astype("Float64"))
        frame = frame.merge(
            self.series.sources[["source", "publisher", "kind", "published", "url"]], on="source", how="left"
        )
        frame["reviewed"] = frame["edition"].map(self.denominators()).astype("Int64")
        return frame

    def denominators(self) -> pd.Series:
        """By edition, the number of countries covered (Int64): as published, else as recorded."""
        preferred = self._preferred()
        published = preferred[preferred["statistic"] == "reviewed"]
        stated = published.set_index("edition")["value"].astype("int64").astype("Int64")
        own = self.editions().set_index("edition")["reviewed"]
        return stated.reindex(own.index).fillna(own)

    def sources(self) -> pd.DataFrame:
        """The sources: the columns of sources.csv, `answers` and `figures` (int64): how many name it."""
        frame = self.series.sources.copy()
        for column, table in (("answers", self.series.answers), ("figures", self.series.figures)):
            named = table["source"].str.split().explode().value_counts()
            frame[column] = frame["source"].map(named).fillna(0).astype("int64")
        return frame

    def criteria(self) -> pd.DataFrame:
        """The criteria: `criterion`, `title`, `short`, `question`, `counts`, `requires`, `weight`; text."""
        rows = [
            (c.id, c.title, c.short, c.question, c.counts, " ".join(c.requires), str(c.weight))
            for c in self.framework.criteria
        ]
        return pd.DataFrame(
            rows, columns=["criterion", "title", "short", "question", "counts", "requires", "weight"], dtype=str
        )

    def levels(self) -> pd.DataFrame:
        """The levels, best first: `level`, `title`, `short`, `needs` (text), `sufficient` (bool)."""
        enough = {level.id for level in self.framework.sufficient_levels()}
        rows = [(v.id, v.title, v.short, " ".join(v.needs), v.id in enough) for v in self.framework.levels]
        return pd.DataFrame(rows, columns=["level", "title", "short", "needs", "sufficient"])

    def countries(self) -> pd.DataFrame:
        """The registry: the columns of countries.csv, and `editions`: those with an answer here."""
        found = self.grid.rows.groupby("country")["edition"].agg(" ".join)
        frame = self.registry.frame.drop(columns="order")
        return frame.assign(editions=frame["code"].map(found).fillna(""))

    def _preferred(self) -> pd.DataFrame:
        return self.series.figures[self.series.figures["status"] == "preferred"]

    def _names(self) -> dict[str, str]:
        return dict(zip(self.registry.frame["code"], self.registry.frame["name"], strict=True))

    def _with_places(self, frame: pd.DataFrame) -> pd.DataFrame:
        places = self.registry.frame.set_index("code")[["name", "region", "subregion", "order"]]
        return frame.join(places.rename(columns={"order": "_order"}), on="country")

    @staticmethod
    def _only(frame: Callable[[], pd.DataFrame], code: str) -> pd.DataFrame:
        made = frame()
        return made[made["country"] == code].reset_index(drop=True)
