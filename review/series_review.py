"""One series under its framework, as data frames: what the library gives, and all views render."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from country_data import Registry, Series
from criteria import Framework, Grid, Scores, Status, deduce, grid, marked_ids, score, words
from review.collection import Collection as Holdings
from review.collection import UnknownName
from review.statistics import statistics
from review.wording import UPDATE_SIGN, Mark, mark

if TYPE_CHECKING:
    from review.checks import FigureChecks
    from review.comparison import Comparison
    from review.crosscheck import Crosscheck
    from review.gaps import Gaps

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
    def of(cls, collection: Holdings, series: str | None = None, framework: str | None = None) -> Review:
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
        return score(self.deduced, self.framework, self.series.id)

    def editions(self) -> pd.DataFrame:
        """The editions, by id.

        The columns of editions.csv, with `reviewed` Int64 (NA: not known)
        and `recorded` int64, the countries with an answer.
        """
        frame = self.series.editions.copy()
        frame["reviewed"] = pd.to_numeric(frame["reviewed"].replace("", None)).astype("Int64")
        frame["recorded"] = frame["edition"].map(self.grid.rows["edition"].value_counts()).fillna(0).astype("int64")
        return frame

    def judged(self, edition: str) -> Framework:
        """The framework by whose levels an edition judges (semantics, section 3)."""
        return self.framework.of_edition(self.series.id, edition)

    def label(self, edition: str) -> str:
        """An edition's id as views show it: an update is marked as one."""
        return f"{edition} {UPDATE_SIGN}" if edition in self._updates else edition

    @cached_property
    def _updates(self) -> frozenset[str]:
        editions = self.series.editions
        return frozenset(editions.loc[editions["kind"] == "update", "edition"])

    @cached_property
    def as_of(self) -> dict[str, str]:
        """The date whose law each edition describes, "" where it is not known."""
        editions = self.series.editions
        return dict(zip(editions["edition"], editions["as_of"], strict=True))

    def mark(self, answer: str, *, covered: bool = True) -> Mark:
        """The mark of an answer after deduction; `covered`: the country has an answer in the edition."""
        return mark(answer, self.series, self.framework, covered=covered)

    def find_edition(self, text: str) -> str:
        """The edition of this id, or the only one of this number ("9" for "09") or year ("2018").

        Raises `UnknownName` with the nearest ids where there is none, or several.
        """
        editions = self.series.editions
        known = list(editions["edition"])
        if text in known:
            return text
        usual = editions[editions["kind"] == "edition"]
        meant = {id for id in usual["edition"] if id.isdigit() and text.isdigit() and int(id) == int(text)}
        meant |= set(usual.loc[usual["as_of"].str[:4] == text, "edition"]) if len(text) == 4 else set()
        return meant.pop() if len(meant) == 1 else self.check_edition(text)

    def check_edition(self, edition: str) -> str:
        """The edition's id; raises `UnknownName` with the nearest where there is none."""
        known = list(self.series.editions["edition"])
        if edition not in known:
            raise UnknownName(f"edition of {self.series.id}", edition, known)
        return edition

    def statistics(self, edition: str | None = None, by: str | None = None) -> pd.DataFrame:
        """The statistics of every edition, or of one (semantics, section 4).

        Columns `edition`, `statistic` (text), `lower`, `upper` (object: int, Fraction for
        `score:mean`, None where not computable), `published` (Float64: the preferred published figure,
        NA where there is none), `source` (text: the ids of its sources). With `by` ("region" or "subregion"): only from
        answers, over the recorded countries of each; a column of that name, no `published` and no `source`.
        """
        editions = self.editions().set_index("edition")["reviewed"]
        if edition is not None:
            editions = editions[[self.check_edition(edition)]]
        if by is not None:
            return self._statistics_by(by, list(editions.index))
        counted = statistics(self._scores, self.framework, editions, self.series.id)
        preferred = self.preferred_figures()[["edition", "statistic", "value", "source"]]
        joined = counted.merge(preferred, on=["edition", "statistic"], how="left", validate="one_to_one")
        joined["published"] = pd.to_numeric(joined.pop("value")).astype("Float64")
        return joined.assign(source=joined.pop("source").astype(object).fillna("").astype(str))

    def _statistics_by(self, by: str, editions: list[str]) -> pd.DataFrame:
        if by not in _GROUPINGS:
            raise UnknownName("grouping", by, list(_GROUPINGS))
        place = self.registry.frame.set_index("code")[by]
        groups = self._scores.grid.rows["country"].map(place).to_numpy()
        parts = []
        for group in sorted(set(groups) - {""}) + ([""] if "" in groups else []):
            part = self._scores.take(groups == group)
            covered = part.grid.rows["edition"].value_counts().reindex(editions, fill_value=0).astype("Int64")
            counted = statistics(part, self.framework, covered[covered > 0], self.series.id)
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
        answer it follows from, and has no details of its own.
        """
        return self._answers.copy()

    @cached_property
    def _answers(self) -> pd.DataFrame:
        ids = np.array(self.framework.criterion_ids, dtype=object)
        word = words(self.framework)
        rows, columns = np.nonzero(self.deduced.codes != Status.BLANK)
        origin = self.deduced.origin[rows, columns]
        frame = pd.DataFrame(
            {
                "edition": self.grid.rows["edition"].to_numpy()[rows],
                "country": self.grid.rows["country"].to_numpy()[rows],
                "criterion": ids[columns],
                "answer": word[self.deduced.codes[rows, columns]],
                "follows_from": np.where(origin >= 0, ids[origin], ""),
            },
            dtype=str,
        )
        given = self.series.answers.rename(columns={"answer": "recorded"})
        key = ["edition", "country", "criterion"]
        frame = _filled(frame.merge(given, on=key, how="left", validate="one_to_one"))
        cited = given[[*key, "source", "locator"]].rename(
            columns={"criterion": "follows_from", "source": "cited", "locator": "located"}
        )
        frame = _filled(frame.merge(cited, on=["edition", "country", "follows_from"], how="left"))
        follows = frame["follows_from"] != ""
        frame["source"] = frame["source"].where(~follows, frame["cited"])
        frame["locator"] = frame["locator"].where(~follows, frame["located"])
        # what was recorded in the place of a deduced answer speaks of another answer: see `replaced`
        details = ["citation", "quote", "effective", "cause", "note"]
        frame[details] = frame[details].mask(follows, "")
        frame = self._with_places(frame.drop(columns=["cited", "located"]))
        order = frame["criterion"].map({criterion: n for n, criterion in enumerate(ids)})
        frame = frame.assign(_criterion=order).sort_values(["edition", "_order", "_criterion"], ignore_index=True)
        head = ["edition", "country", "name", "region", "subregion", "criterion", "answer", "recorded", "follows_from"]
        tail = ["source", "locator", "citation", "quote", "effective", "cause", "note"]
        return frame[[*head, *tail]]

    def replaced(self) -> pd.DataFrame:
        """The recorded answers (unknown, not assessed) in whose place a deduced one stands.

        The columns of `answers`; `answer` and `recorded` are what was recorded.
        """
        answers = self.answers()
        key = ["edition", "country", "criterion"]
        hidden = answers.loc[(answers["follows_from"] != "") & (answers["recorded"] != ""), key]
        frame = self.series.answers.merge(hidden, on=key).assign(recorded=lambda rows: rows["answer"], follows_from="")
        return self._with_places(frame)[list(answers.columns)]

    def scores(self, edition: str | None = None) -> pd.DataFrame:
        """Score and possible levels of every country with an answer (semantics, section 3).

        Columns `edition`, `country`, `name` (text), `lower`, `upper`, `out_of` (numbers), `shown`
        (text: the score rounded half up; "" where it is not one value), `rank` (Int64; NA where open
        answers leave more than one, or there is no score), `levels` (tuple of ids, best first), for
        each group `group:<id>:lower` and `group:<id>:upper` (numbers), one column a criterion with
        the answer after deduction ("" for nothing recorded), and `deduced` (tuple of criteria whose
        answer follows from another).
        Given also for a series that is not scored, whose `scored` says that views don't show it.
        """
        if edition is None:
            return self._scores_frame.copy()
        frame = self._scores_frame
        return frame[frame["edition"] == self.check_edition(edition)].reset_index(drop=True)

    @cached_property
    def _scores_frame(self) -> pd.DataFrame:
        word = words(self.framework)
        frame = self._scores.frame(self.framework)
        for column, criterion in enumerate(self.framework.criterion_ids):
            frame[criterion] = word[self.deduced.codes[:, column]]
        frame["deduced"] = marked_ids(self.deduced.deduced, self.framework.criterion_ids)
        frame = self._with_places(frame).sort_values(["edition", "_order"], ignore_index=True)
        head = ["edition", "country", "name", "lower", "upper", "out_of", "shown", "rank", "levels"]
        groups = [f"group:{group.id}:{end}" for group in self.framework.groups for end in ("lower", "upper")]
        return frame[[*head, *groups, *self.framework.criterion_ids, "deduced"]]

    def country(self, name: str) -> pd.DataFrame:
        """The answers of one country in every edition: the columns of `answers`.

        Raises `UnknownCountry`, with the nearest names, where the name is not exactly one country.
        """
        code = self.registry.resolve(name)
        return self._only(self._answers, code)

    def scores_of(self, name: str) -> pd.DataFrame:
        """The scores of one country in every edition with an answer: the columns of `scores`."""
        return self._only(self._scores_frame, self.registry.resolve(name))

    def law_changes(self, name: str | None = None) -> pd.DataFrame:
        """Dated changes of law that a source reports: the columns of law_changes.csv and `name`."""
        frame = self.series.law_changes
        frame = frame.assign(name=frame["country"].map(self._names()))
        return frame if name is None else self._only(frame, self.registry.resolve(name))

    def figures(self) -> pd.DataFrame:
        """The published figures.

        The columns of published_figures.csv, with `value` Float64,
        `reviewed` Int64 (how many countries the edition covers) and `publisher`, `kind`, `published`, `url` of the source.
        """
        frame = self.series.figures.assign(value=pd.to_numeric(self.series.figures["value"]).astype("Float64"))
        first = frame["source"].str.split().str[0]
        about = self.series.sources.set_index("source")[["publisher", "kind", "published", "url"]]
        frame = frame.assign(_first=first).join(about, on="_first").drop(columns="_first")
        frame["reviewed"] = frame["edition"].map(self.editions().set_index("edition")["reviewed"]).astype("Int64")
        return frame

    def sources(self) -> pd.DataFrame:
        """The sources: the columns of sources.csv, `answers` and `figures` (int64): how many name it."""
        frame = self.series.sources.copy()
        for column, table in (("answers", self.series.answers), ("figures", self.series.figures)):
            named = table["source"].str.split().explode().value_counts()
            frame[column] = frame["source"].map(named).fillna(0).astype("int64")
        return frame

    def sources_of(self, name: str) -> pd.DataFrame:
        """The sources that anything of one country rests on: the columns of `sources`."""
        named = " ".join([*self.country(name)["source"], *self.law_changes(name)["source"]]).split()
        frame = self.sources()
        return frame[frame["source"].isin(named)].reset_index(drop=True)

    def criteria(self) -> pd.DataFrame:
        """The criteria: `criterion`, `title`, `short`, `question`, `counts`, `requires`, `weight`; text."""
        return criteria_frame(self.framework)

    def levels(self) -> pd.DataFrame:
        """The levels, best first: `level`, `title`, `short`, `needs` (text), `sufficient` (bool)."""
        enough = {level.id for level in self.framework.sufficient_levels()}
        rows = [(v.id, v.title, v.short, " ".join(v.needs), v.id in enough) for v in self.framework.levels]
        return pd.DataFrame(rows, columns=["level", "title", "short", "needs", "sufficient"])

    def countries(self) -> pd.DataFrame:
        """The registry: the columns of countries.csv, and `editions`: those with an answer here."""
        return countries_frame(self.registry, [self])

    def of_editions(self, editions: Collection[str]) -> Review:
        """The same review with these editions alone. Raises `UnknownName`."""
        chosen = {self.find_edition(edition) for edition in editions}
        parts = {
            name: table[table["edition"].isin(chosen)].reset_index(drop=True)
            for name, table in (
                ("editions", self.series.editions),
                ("answers", self.series.answers),
                ("figures", self.series.figures),
            )
        }
        return replace(self, series=replace(self.series, **parts))

    def of_countries(self, countries: Collection[str]) -> Review:
        """The same review with these countries alone, by code or name. Raises `UnknownCountry`.

        Each edition then covers those of them with an answer, and no published figure is about them
        (semantics, section 4).
        """
        series, codes = self.series, {self.registry.resolve(country) for country in countries}
        answers = series.answers[series.answers["country"].isin(codes)].reset_index(drop=True)
        held = answers[answers["answer"] != ""].groupby("edition")["country"].nunique()
        reviewed = series.editions["edition"].map(held).fillna(0).astype(int).astype(str)
        changes = series.law_changes[series.law_changes["country"].isin(codes)].reset_index(drop=True)
        narrowed = replace(
            series,
            editions=series.editions.assign(reviewed=reviewed, coverage="complete"),
            answers=answers,
            law_changes=changes,
            figures=series.figures.iloc[:0],
        )
        return replace(self, series=narrowed)

    def same_countries(self, editions: Collection[str] = ()) -> Review:
        """The review of the countries with an answer in all of these editions, and of no other.

        Left out: all editions of kind `edition` with answers. Each edition then covers exactly these
        countries (semantics, section 4: statements about them alone), and no published figure is
        about them.
        """
        held = self.editions()
        usual = held.loc[(held["kind"] == "edition") & (held["recorded"] > 0), "edition"]
        part = self.of_editions(editions or list(usual))
        rows = part.grid.rows
        counts = rows.groupby("country")["edition"].nunique()
        shared = set(counts.index[counts == len(part.series.editions)])
        return replace(
            part,
            series=replace(
                part.series,
                editions=part.series.editions.assign(reviewed=str(len(shared)), coverage="complete"),
                answers=part.series.answers[part.series.answers["country"].isin(shared)].reset_index(drop=True),
                figures=part.series.figures.iloc[:0],
            ),
        )

    def compare(
        self,
        first: str | None = None,
        second: str | None = None,
        *,
        with_: Review | None = None,
        countries: Collection[str] | None = None,
    ) -> Comparison:
        """Compare two editions (semantics, section 5); left out, the first and the last that say anything.

        `with_`: another folder's review of this series, from which the second edition is taken.
        `countries`: codes to which both editions are narrowed. Raises `UnknownName` for an edition
        that is not there.
        """
        from review.editions import compare_editions

        return compare_editions(self, with_ or self, first, second, countries=countries)

    def figure_checks(self) -> FigureChecks:
        """Check the published figures against answers, against each other, and all together (semantics, section 6)."""
        return self._figure_checks

    @cached_property
    def _figure_checks(self) -> FigureChecks:
        from review.checks import check_figures

        covered = self.editions().set_index("edition")["reviewed"]
        reviewed = {str(edition): None if pd.isna(many) else int(many) for edition, many in covered.items()}
        return check_figures(self.series, self.statistics(), (self.grid, self.deduced), self.judged, reviewed)

    def gaps(self, edition: str | None = None) -> Gaps:
        """What countries lack in an edition; left out, the last of kind `edition` with answers."""
        from review.editions import last_with_answers
        from review.gaps import find_gaps

        chosen = self.check_edition(edition) if edition is not None else last_with_answers(self)
        return find_gaps(self.deduced_of(chosen), self.judged(chosen))

    def crosscheck(self, other: Review, first: str | None = None, second: str | None = None) -> Crosscheck:
        """Where both series have an answer, do they agree? (semantics, section 7)."""
        from review.editions import crosscheck_series

        return crosscheck_series(self, other, first, second)

    def deduced_of(self, edition: str) -> Grid:
        """The answers of one edition after deduction."""
        return self.deduced.take(self.deduced.rows["edition"].to_numpy() == edition)

    def preferred_figures(self) -> pd.DataFrame:
        """The rows of published_figures.csv that are to be quoted."""
        return self.series.figures[self.series.figures["status"] == "preferred"]

    def _names(self) -> dict[str, str]:
        return dict(zip(self.registry.frame["code"], self.registry.frame["name"], strict=True))

    def _with_places(self, frame: pd.DataFrame) -> pd.DataFrame:
        places = self.registry.frame.set_index("code")[["name", "region", "subregion", "order"]]
        return frame.join(places.rename(columns={"order": "_order"}), on="country")

    @staticmethod
    def _only(frame: pd.DataFrame, code: str) -> pd.DataFrame:
        return frame[frame["country"] == code].reset_index(drop=True)


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of texts with "" for nothing; a column without any value would be one of numbers."""
    return frame.astype(object).fillna("").astype(str)


def criteria_frame(framework: Framework) -> pd.DataFrame:
    """The criteria of a framework: `criterion`, `title`, `short`, `question`, `counts`, `requires`, `weight`; text."""
    rows = [
        (c.id, c.title, c.short, c.question, c.counts, " ".join(c.requires), str(c.weight)) for c in framework.criteria
    ]
    columns = ["criterion", "title", "short", "question", "counts", "requires", "weight"]
    return pd.DataFrame(rows, columns=columns, dtype=str)


def countries_frame(registry: Registry, reviews: list[Review]) -> pd.DataFrame:
    """The columns of countries.csv, and `editions`: those of any of these reviews with an answer."""
    frame = registry.frame.drop(columns="order")
    rows = [review.grid.rows for review in reviews]
    held = pd.concat(rows)["edition"].groupby(pd.concat(rows)["country"]).agg(" ".join) if rows else {}
    return frame.assign(editions=frame["code"].map(held).astype(object).fillna("").astype(str))
