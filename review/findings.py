"""The findings of one series under its framework, as data frames: what every view and every verb starts from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from country_data import ChoiceError, Groups, Registry, Series
from country_data.groups import UN_SCHEMES
from country_data.problems import unknown_name
from country_data.schema import EVIDENCE, same_number
from criteria import AnswerMatrix, Framework, Scores, Status, answer_matrix, answer_words, deduce, ids_where, score
from review.frames import ANSWER_COLUMNS, CRITERION_COLUMNS, EDITION_COLUMNS, as_floats, fill_text, score_columns
from review.statistics import statistics
from review.wording import UPDATE_SIGN, Mark, mark

__all__ = ["Findings", "countries_frame", "criteria_frame", "frameworks_frame", "series_frame"]

_KEY = ["edition", "country", "criterion"]
Places = Mapping[str, Any]  # the places of each country's rows in a frame


@dataclass(frozen=True, repr=False, eq=False)
class Findings:
    """The findings of one series under its framework.

    Every method gives a new data frame; texts are text with "" for nothing recorded, numbers that are
    not known NA. The columns of each frame stand in `review.frames`. Nothing is printed or written.
    """

    series: Series
    framework: Framework
    registry: Registry
    own_groups: Groups = field(default_factory=Groups)

    @property
    def scored(self) -> bool:
        """Whether views may show scores and levels of this series."""
        return self.series.scored

    @cached_property
    def matrix(self) -> AnswerMatrix:
        """The recorded answers as codes, one row a country and edition."""
        return answer_matrix(self.series.answers, self.framework)

    @cached_property
    def deduced(self) -> AnswerMatrix:
        """The answers after deduction (semantics, section 2)."""
        return deduce(self.matrix, self.framework)

    def deduced_of(self, edition: str) -> AnswerMatrix:
        """The answers of one edition after deduction."""
        return self.deduced.take(self.deduced.rows["edition"].to_numpy() == edition)

    @cached_property
    def exact_scores(self) -> Scores:
        """The scores as exact fractions (semantics, section 3)."""
        return score(self.deduced, self.framework, self.series.id)

    @property
    def edition_ids(self) -> list[str]:
        """The ids of all editions, in order."""
        return list(self.series.editions)

    @cached_property
    def answered_editions(self) -> list[str]:
        """The editions of kind `edition` in which a country has an answer, in order."""
        recorded = set(self.matrix.rows["edition"])
        return [id for id, one in self.series.editions.items() if not one.is_update and id in recorded]

    @property
    def last_answered(self) -> str:
        """The last edition of kind `edition` with answers. Raises `ChoiceError` where there is none."""
        if not self.answered_editions:
            raise ChoiceError(f"{self.series.id} has no edition with answers.")
        return self.answered_editions[-1]

    def judged(self, edition: str) -> Framework:
        """The framework by whose levels an edition judges (semantics, section 3)."""
        return self.framework.of_edition(self.series.id, edition)

    def label(self, edition: str) -> str:
        """An edition's id as views show it: an update is marked as one."""
        return f"{edition} {UPDATE_SIGN}" if self.series.editions[edition].is_update else edition

    def mark(self, answer: str, *, covered: bool = True) -> Mark:
        """The mark of an answer after deduction; `covered`: the country has an answer in the edition."""
        return mark(answer, self.series, self.framework, covered=covered)

    def find_edition(self, text: str | int) -> str:
        """The id of the edition that a text means.

        Parameters
        ----------
        text : str | int
            An id, or the number ("9" for "09") or year (2018) of one edition alone.

        Returns
        -------
        str

        Raises
        ------
        ChoiceError
            With the nearest ids, where there is no such edition, or several.

        """
        text, editions = str(text), self.series.editions
        if text in editions:
            return text
        usual = [one for one in editions.values() if not one.is_update]
        meant = {one.id for one in usual if same_number(one.id, text)}
        meant |= {one.id for one in usual if len(text) == 4 and one.as_of[:4] == text}
        if len(meant) != 1:
            raise unknown_name(f"edition of {self.series.id}", text, editions)
        return meant.pop()

    def editions(self) -> pd.DataFrame:
        """The editions, by id: `reviewed` Int64 (NA: not known), `recorded` int64, all else text."""
        rows = [[getattr(one, "id" if name == "edition" else name) for name in list(EDITION_COLUMNS)[:-1]] for one in self.series.editions.values()]  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(EDITION_COLUMNS)[:-1], dtype=object)
        counts = self.matrix.rows["edition"].value_counts()
        return frame.astype({name: str for name in frame if name != "reviewed"}).assign(
            reviewed=pd.array(frame["reviewed"].tolist(), dtype="Int64"),
            recorded=frame["edition"].map(counts).fillna(0).astype("int64"),
        )

    def sources(self) -> pd.DataFrame:
        """The sources; `answers` and `figures` (int64): how many name each."""
        names = ["source", "title", "publisher", "kind", "published", "url"]
        rows = [(one.id, one.title, one.publisher, one.kind, one.published, one.url) for one in self.series.sources.values()]  # fmt: skip
        frame = pd.DataFrame(rows, columns=names, dtype=str)
        for column, table in (("answers", self.series.answers), ("figures", self.series.figures.frame)):
            named = table["source"].str.split().explode().value_counts()
            frame[column] = frame["source"].map(named).fillna(0).astype("int64")
        return frame

    def sources_of(self, country: str) -> pd.DataFrame:
        """The sources that anything of one country rests on."""
        named = " ".join([*self.country(country)["source"], *self.law_changes(country)["source"]]).split()
        frame = self.sources()
        return frame[frame["source"].isin(named)].reset_index(drop=True)

    def criteria(self) -> pd.DataFrame:
        """The criteria, in the framework's order; text."""
        return criteria_frame(self.framework)

    def levels(self) -> pd.DataFrame:
        """The levels, best first: `level`, `title`, `short`, `needs` (text), `sufficient` (bool)."""
        enough = {level.id for level in self.framework.sufficient_levels()}
        rows = [(v.id, v.title, v.short, " ".join(v.needs), v.id in enough) for v in self.framework.levels]
        return pd.DataFrame(rows, columns=["level", "title", "short", "needs", "sufficient"])

    def countries(self) -> pd.DataFrame:
        """The registry, and `editions`: those in which a country has an answer; text."""
        return countries_frame(self.registry, [self])

    def figures(self) -> pd.DataFrame:
        """The published figures: `value` Float64, `reviewed` Int64 (NA: not known), all else text."""
        frame = self.series.figures.frame
        first = [self.series.sources[text.split()[0]] for text in frame["source"]]
        reviewed = [self.series.editions[id].reviewed for id in frame["edition"]]
        names = ("publisher", "kind", "published", "url")
        source = {name: pd.Series([getattr(one, name) for one in first], dtype=str) for name in names}
        value = pd.to_numeric(frame["value"]).astype("Float64")
        return frame.assign(value=value, **source, reviewed=pd.array(reviewed, dtype="Int64"))

    def preferred_figures(self) -> pd.DataFrame:
        """The rows of published_figures.csv that are to be quoted; text."""
        frame = self.series.figures.frame
        return frame[frame["status"] == "preferred"]

    def law_changes(self, country: str | None = None) -> pd.DataFrame:
        """Dated changes of law that a source reports, of all countries or of one; text."""
        if country is not None:
            return self._of_country(self._law_changes, self._places_of_law_changes, country)
        return self._law_changes.copy()

    @cached_property
    def _law_changes(self) -> pd.DataFrame:
        frame = self.series.law_changes.frame
        return frame.assign(name=frame["country"].map(self._names))

    def answers(self) -> pd.DataFrame:
        """Every recorded and every deduced answer (semantics, section 2).

        Returns
        -------
        DataFrame
            The columns of `frames.ANSWER_COLUMNS`, text, by edition, country's name and criterion. A deduced answer
            cites the source of the answer it follows from, and has no details of its own.

        """
        return self._answers.copy()

    @cached_property
    def _answers(self) -> pd.DataFrame:
        ids = np.array(self.framework.criterion_ids, dtype=object)
        rows, columns = np.nonzero(self.deduced.codes != Status.BLANK)
        origin = self.deduced.origin[rows, columns]
        frame = pd.DataFrame(
            {
                "edition": self.matrix.rows["edition"].to_numpy()[rows],
                "country": self.matrix.rows["country"].to_numpy()[rows],
                "criterion": ids[columns],
                "answer": answer_words(self.framework)[self.deduced.codes[rows, columns]],
                "follows_from": np.where(origin >= 0, ids[origin], ""),
            },
            dtype=str,
        )
        recorded = self.series.answers.rename(columns={"answer": "recorded"})
        frame = frame.merge(recorded, on=_KEY, how="left", validate="one_to_one")
        cited = recorded[[*_KEY, "source", "locator"]].rename(
            columns={"criterion": "follows_from", "source": "cited", "locator": "located"}
        )
        frame = fill_text(frame.merge(cited, on=["edition", "country", "follows_from"], how="left"))
        follows = frame["follows_from"] != ""
        frame["source"] = frame["source"].where(~follows, frame["cited"])
        frame["locator"] = frame["locator"].where(~follows, frame["located"])
        # what was recorded in the place of a deduced answer speaks of another answer: see `replaced`
        details = [name for name in EVIDENCE if name != "locator"]
        frame[details] = frame[details].mask(follows, "")
        order = frame["criterion"].map({criterion: n for n, criterion in enumerate(ids)})
        frame = self._with_places(frame).assign(_criterion=order)
        return frame.sort_values(["edition", "_order", "_criterion"], ignore_index=True)[list(ANSWER_COLUMNS)]

    def replaced(self) -> pd.DataFrame:
        """The recorded answers (unknown, not assessed) in whose place a deduced one stands: the columns of `answers`.

        `answer` and `recorded` are what was recorded.
        """
        answers = self._answers
        hidden = answers.loc[(answers["follows_from"] != "") & (answers["recorded"] != ""), _KEY]
        frame = self.series.answers.merge(hidden, on=_KEY)
        return self._with_places(frame.assign(recorded=frame["answer"], follows_from=""))[list(ANSWER_COLUMNS)]

    def country(self, name: str) -> pd.DataFrame:
        """The answers of one country in every edition.

        Parameters
        ----------
        name : str
            A name or code of the registry.

        Returns
        -------
        DataFrame
            The columns of `answers`.

        Raises
        ------
        UnknownCountry
            With the nearest names, where the name is not exactly one country.

        """
        return self._of_country(self._answers, self._places_of_answers, name)

    def scores(self, edition: str | int | None = None) -> pd.DataFrame:
        """Score, rank and possible levels of every country with an answer (semantics, section 3).

        Parameters
        ----------
        edition : str | int | None, optional
            By id, number or year; left out, all.

        Returns
        -------
        DataFrame
            The columns of `frames.score_columns`, by edition and country's name. Given also for a series that is not
            scored, whose `scored` says that views don't show it.

        Raises
        ------
        ChoiceError
            For an edition that is not there.

        """
        frame = self._scores
        return frame.copy() if edition is None else frame[frame["edition"] == self.find_edition(edition)].reset_index(drop=True)  # fmt: skip

    def scores_of(self, country: str) -> pd.DataFrame:
        """The scores of one country in every edition with an answer: the columns of `scores`."""
        return self._of_country(self._scores, self._places_of_scores, country)

    @cached_property
    def _scores(self) -> pd.DataFrame:
        frame = self.exact_scores.frame(self.framework)
        words = answer_words(self.framework)[self.deduced.codes]
        answers = {id: words[:, n] for n, id in enumerate(self.framework.criterion_ids)}
        deduced = ids_where(self.deduced.deduced, self.framework.criterion_ids)
        frame = self._with_places(frame.assign(**answers, deduced=deduced))
        return frame.sort_values(["edition", "_order"], ignore_index=True)[list(score_columns(self.framework))]

    def statistics(self, edition: str | int | None = None, by: str | None = None) -> pd.DataFrame:
        """The statistics of every edition, or of one (semantics, section 4).

        Parameters
        ----------
        edition : str | int | None, optional
            By id, number or year; left out, all.
        by : str | None, optional
            "region", "subregion", or a scheme of groups.csv: each group by itself.

        Returns
        -------
        DataFrame
            `edition`, `statistic` (text), `lower`, `upper` (Float64, NA where not computable) and the same
            as fractions in `lower_exact`, `upper_exact` (text), `published` (Float64: the preferred
            published figure, NA where there is none), `source` (text: the ids of its sources). With `by` only from
            answers, over the countries of each group that have one: a column of that name ("" for no group), no
            `published` and no `source`.

        Raises
        ------
        ChoiceError
            For an edition or a grouping that is not there.

        """
        chosen = self.edition_ids if edition is None else [self.find_edition(edition)]
        if by is not None:
            return self._statistics_by(by, chosen)
        reviewed = pd.Series({id: self.series.editions[id].reviewed for id in chosen}, dtype="Int64")
        counted = statistics(self.exact_scores, self.framework, reviewed, self.series.id)
        preferred = self.preferred_figures()[["edition", "statistic", "value", "source"]]
        frame = counted.merge(preferred, on=["edition", "statistic"], how="left", validate="one_to_one")
        frame["published"] = pd.to_numeric(frame.pop("value")).astype("Float64")
        return as_floats(fill_text(frame.assign(source=frame.pop("source")), ["source"]), "lower", "upper")

    def _statistics_by(self, by: str, editions: list[str]) -> pd.DataFrame:
        by = self.find_scheme(by)
        groups = self.groups(by).to_numpy()
        parts = []
        for group in sorted(set(groups) - {""}) + ([""] if "" in groups else []):
            part = self.exact_scores.take(groups == group)
            covered = part.matrix.rows["edition"].value_counts().reindex(editions, fill_value=0).astype("Int64")
            counted = statistics(part, self.framework, covered[covered > 0], self.series.id)
            parts.append(counted.assign(**{by: group}))
        columns = ["edition", by, "statistic", "lower", "upper"]
        joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return as_floats(joined[columns].sort_values("edition", kind="stable", ignore_index=True), "lower", "upper")

    @property
    def schemes(self) -> tuple[str, ...]:
        """The groupings there are: the UN's regions and subregions, and the schemes of groups.csv."""
        return (*UN_SCHEMES, *self.own_groups.schemes)

    def find_scheme(self, text: str) -> str:
        """The grouping that a text means, whatever its capitals. Raises `ChoiceError`."""
        found = {scheme.casefold(): scheme for scheme in self.schemes}.get(text.casefold())
        if found is None:
            raise unknown_name("grouping", text, self.schemes)
        return found

    def groups(self, scheme: str) -> pd.Series:
        """The group of the country in each row of the matrix of answers, at the date of its edition; "" for none.

        Parameters
        ----------
        scheme : str
            One of `schemes`.

        Returns
        -------
        Series
            Text, a value a row of `matrix`.

        Raises
        ------
        ChoiceError
            For a grouping that is not there.

        """
        scheme = self.find_scheme(scheme)
        rows = self.matrix.rows
        if scheme in UN_SCHEMES:
            named = rows["country"].map(self.registry.frame.set_index("code")[scheme])
        else:
            members = {id: self.own_groups.members(scheme, one.as_of) for id, one in self.series.editions.items()}
            pairs = zip(rows["edition"], rows["country"], strict=True)
            named = pd.Series([members[edition].get(country, "") for edition, country in pairs], index=rows.index)
        return named.astype(object).fillna("").astype(str)

    def of_editions(self, editions: Collection[str | int] | str | int) -> Self:
        """The same with these editions alone.

        Parameters
        ----------
        editions : Collection[str | int] | str | int
            One or several, by id, number or year.

        Returns
        -------
        Self

        Raises
        ------
        ChoiceError
            For an edition that is not there.

        """
        ids = [editions] if isinstance(editions, str | int) else editions
        chosen = {self.find_edition(edition) for edition in ids}
        series, answers = self.series, self.series.answers
        narrowed = replace(
            series,
            editions={id: one for id, one in series.editions.items() if id in chosen},
            answers=answers[answers["edition"].isin(chosen)].reset_index(drop=True),
            figures=series.figures.take(series.figures.frame["edition"].isin(chosen)),
        )
        return replace(self, series=narrowed)

    def of_countries(self, countries: Collection[str] | str) -> Self:
        """The same with these countries alone (semantics, section 4).

        Parameters
        ----------
        countries : Collection[str] | str
            One or several, by code or name.

        Returns
        -------
        Self
            Each edition covers those of them with an answer; no published figure is about them.

        Raises
        ------
        UnknownCountry
            With the nearest names, for a name that is not exactly one country.

        """
        series, codes = self.series, self.registry.resolve_all(countries)
        answers = series.answers[series.answers["country"].isin(codes)].reset_index(drop=True)
        covered = answers[answers["answer"] != ""].groupby("edition")["country"].nunique().to_dict()
        narrowed = replace(
            series,
            editions={
                id: replace(one, reviewed=covered.get(id, 0), coverage="complete")
                for id, one in series.editions.items()
            },
            answers=answers,
            law_changes=series.law_changes.take(series.law_changes.frame["country"].isin(codes)),
            figures=series.figures.take([]),
        )
        return replace(self, series=narrowed)

    def same_countries(self, editions: Collection[str | int] = ()) -> Self:
        """The same with the countries that have an answer in all of these editions, and no others.

        Parameters
        ----------
        editions : Collection[str | int], optional
            By id, number or year; left out, all of kind `edition` with answers.

        Returns
        -------
        Self
            Each edition covers exactly these countries (semantics, section 4); no published figure is about them.

        Raises
        ------
        ChoiceError
            For an edition that is not there.

        """
        part = self.of_editions(editions or self.answered_editions)
        counts = part.matrix.rows.groupby("country")["edition"].nunique()
        return part.of_countries(list(counts.index[counts == len(part.series.editions)]))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.registry.frame["code"], self.registry.frame["name"], strict=True))

    def _with_places(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with `name`, `region`, `subregion` and `_order` of each country."""
        places = self.registry.frame.set_index("code")[["name", "region", "subregion", "order"]]
        return frame.join(places.rename(columns={"order": "_order"}), on="country")

    @cached_property
    def _places_of_answers(self) -> Places:
        return dict(self._answers.groupby("country").indices)

    @cached_property
    def _places_of_law_changes(self) -> Places:
        return dict(self._law_changes.groupby("country").indices)

    @cached_property
    def _places_of_scores(self) -> Places:
        return dict(self._scores.groupby("country").indices)

    def _of_country(self, frame: pd.DataFrame, places: Places, name: str) -> pd.DataFrame:
        """The rows of a country in a frame; `places`: of each country's rows in it."""
        return frame.iloc[places.get(self.registry.resolve(name), [])].reset_index(drop=True)


def criteria_frame(framework: Framework) -> pd.DataFrame:
    """The criteria of a framework, in its order; text."""
    rows = [
        (c.id, c.title, c.short, c.question, c.counts, " ".join(c.requires), str(c.weight)) for c in framework.criteria
    ]
    return pd.DataFrame(rows, columns=list(CRITERION_COLUMNS), dtype=str)


def series_frame(findings: Collection[Findings]) -> pd.DataFrame:
    """The series: `series`, `title`, `publisher`, `framework`, `scored` (bool), `editions`, `answers`, `figures` (int64), `about`, `licence`."""
    rows = []
    for one in (found.series for found in findings):
        counts = (len(one.editions), int((one.answers["answer"] != "").sum()), len(one.figures.frame))
        rows.append((one.id, one.title, one.publisher, one.framework, one.scored, *counts, one.about, one.licence))
    columns = "series title publisher framework scored editions answers figures about licence"
    return pd.DataFrame(rows, columns=columns.split())


def frameworks_frame(frameworks: Iterable[Framework], series: Iterable[Series]) -> pd.DataFrame:
    """The frameworks: `framework`, `title`, `publisher`, `criteria`, `groups`, `levels` (int64), `series` (ids)."""
    pairs, rows = sorted((one.framework, one.id) for one in series), []
    for one in frameworks:
        counts = (len(one.criteria), len(one.groups), len(one.levels))
        rows.append((one.id, one.title, one.publisher, *counts, " ".join(id for of, id in pairs if of == one.id)))
    return pd.DataFrame(rows, columns=["framework", "title", "publisher", "criteria", "groups", "levels", "series"])


def countries_frame(registry: Registry, findings: Collection[Findings]) -> pd.DataFrame:
    """The columns of countries.csv, and `editions`: those of any of these findings with an answer."""
    frame = registry.frame.drop(columns="order")
    rows = [one.matrix.rows for one in findings]
    editions = pd.concat(rows)["edition"].groupby(pd.concat(rows)["country"]).agg(" ".join) if rows else {}
    return fill_text(frame.assign(editions=frame["code"].map(editions)), ["editions"])
