"""Two editions compared: who is in them, what changed, and what is change and what coverage (semantics, section 5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from country_data import ChoiceError, Registry
from country_data.problems import unknown_name
from criteria import AnswerMatrix, Framework, Scores, Status, answer_words, ids_where, score
from review.findings import Findings
from review.frames import as_floats
from review.notebook import Shown
from review.statistics import statistics
from review.wording import number

__all__ = [
    "Change",
    "Comparison",
    "Kind",
    "Presence",
    "Side",
    "causes_between",
    "changes_of",
    "comparable",
    "compare_editions",
    "compare_sides",
    "editions_with_content",
    "in_region",
    "narrowing",
    "ordered_statistics",
    "usual_pair",
]

_Found = TypeVar("_Found", bound=Findings)
_UNDETERMINED = "undetermined"
_ABSENT = -1


class Change(StrEnum):
    """What became of one criterion in one country from an edition to another.

    More, less and partly met: with grades between not met and met.
    """

    NEWLY_MET = "newly_met"
    MORE_MET = "more_met"
    NO_LONGER_MET = "no_longer_met"
    LESS_MET = "less_met"
    STILL_MET = "still_met"
    STILL_PARTLY_MET = "still_partly_met"
    STILL_NOT_MET = "still_not_met"
    UNDETERMINED = "undetermined"
    NOT_COMPARABLE = "not_comparable"

    @property
    def rises(self) -> bool:
        """Whether more is met than before."""
        return self in (Change.NEWLY_MET, Change.MORE_MET)

    @property
    def falls(self) -> bool:
        """Whether less is met than before."""
        return self in (Change.NO_LONGER_MET, Change.LESS_MET)

    @property
    def moves(self) -> bool:
        """Whether more or less is met than before."""
        return self.rises or self.falls

    @property
    def needs_grades(self) -> bool:
        """Whether only a grade between not met and met makes it possible."""
        return self in (Change.MORE_MET, Change.LESS_MET, Change.STILL_PARTLY_MET)


class Kind(StrEnum):
    """What became of a country in both editions, over all criteria. At least: while others are undetermined."""

    MIXED = "mixed"
    IMPROVED = "improved"
    IMPROVED_AT_LEAST = "improved_at_least"
    WORSENED = "worsened"
    WORSENED_AT_LEAST = "worsened_at_least"
    UNDETERMINED = "undetermined"
    NOT_COMPARABLE = "not_comparable"
    SAME = "same"


class Presence(StrEnum):
    """In which of the two editions a country has an answer, and why in one alone."""

    BOTH = "both"
    ENTERED = "entered"
    LEFT = "left"
    SUCCEEDED = "succeeded"
    ONLY_IN_A = "only_in_a"
    ONLY_IN_B = "only_in_b"


_CHANGES, _KINDS = tuple(Change), tuple(Kind)
_CHANGE_WORDS = np.array([change.value for change in Change], dtype=object)


def changes_of(framework: Framework) -> tuple[Change, ...]:
    """The changes that a framework's grades allow."""
    return tuple(change for change in Change if len(framework.grades) > 2 or not change.needs_grades)


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two editions: the scores of its countries, and what editions.csv says of it.

    Attributes
    ----------
    framework : Framework
        With the rules of levels by which the edition judges.
    reviewed : int | None
        How many countries it covers, None where not known.
    published : dict[str, tuple[int | float, str]]
        Its preferred figures, by statistic, as value and id of the source.

    """

    series: str
    edition: str
    as_of: str
    complete: bool
    reviewed: int | None
    framework: Framework
    scores: Scores
    published: dict[str, tuple[int | float, str]]

    @classmethod
    def of(cls, findings: Findings, edition: str) -> Side:
        """One edition of a series."""
        one, judged = findings.series.editions[edition], findings.judged(edition)
        figures = findings.preferred_figures()
        stated = figures[(figures["edition"] == edition) & ~figures["statistic"].str.startswith("other:")]
        published = {row.statistic: (number(row.value), row.source) for row in stated.itertuples()}
        scores = score(findings.deduced_of(edition), judged)
        return cls(findings.series.id, edition, one.as_of, one.is_complete, one.reviewed, judged, scores, published)

    @property
    def codes(self) -> npt.NDArray[np.object_]:
        """The countries with an answer, in the order of the scores' rows."""
        return np.asarray(self.scores.matrix.rows["country"], dtype=object)

    def only(self, countries: Collection[str]) -> Side:
        """The same edition, of these countries alone: it then covers those with an answer."""
        scores = self.scores.take(pd.Index(self.codes).isin(set(countries)))
        return replace(self, scores=scores, reviewed=len(scores.lower), published={})

    def by_rules_of(self, framework: Framework) -> Side:
        """The same edition, its levels judged by other rules."""
        return replace(self, framework=framework, scores=score(self.scores.matrix, framework))


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Shown):
    """Edition A against edition B, as frames in the order of countries' names or of the framework.

    Attributes
    ----------
    headlines : DataFrame
        The statistics published in both: `statistic`, `from`, `to`, `from_reviewed`, `to_reviewed`, `change`, `points`
        (Float64: change in percentage points, NA for what is no share; each with `_exact`), `from_source`, `to_source`
        (ids).
    countries : DataFrame
        One row a country of either edition: `country`, `name`, `presence`, `successors` (tuple of codes), `kind` (""
        unless in both), `levels_from`, `levels_to` (tuples of ids; None where absent), `lower_from`, `upper_from`,
        `lower_to`, `upper_to` (numbers; None where absent, or for no score), and a column a criterion with its change
        ("" unless in both).
    changes : DataFrame
        One row a country in both and criterion with another answer after deduction than before: `country`, `name`,
        `criterion`, `was`, `now` (answers; "" for nothing recorded), `was_follows`, `now_follows` (bool: deduced),
        `change`, `causes` (tuple; () unless more or less is met than before).
    criteria : DataFrame
        `criterion`, and for each change how many of the countries in both have it.
    transitions : DataFrame
        `from`, `to` (level or "undetermined"), `countries`; every pair.
    statistics : DataFrame
        `statistic`, `part` ("from", "to", "both_from", "both_to", "entered", "left", "only_in_a", "only_in_b"; `left`
        includes succeeded), `lower`, `upper` (Float64, NA where not computable or where the edition has no such
        statistic; each with `_exact`), each edition by its own rules of levels.
    like_for_like : DataFrame
        The same for both by the rules of one of them: `rules` ("from", "to") before these columns, of the parts "from",
        "to", "both_from", "both_to".
    unlike : frozenset[str]
        The statistics that the rules of the two may count otherwise.
    unrecorded : tuple[int | None, int | None]
        How many countries covered have no answer, in A and in B; None where not known.

    """

    framework: Framework
    a: Side
    b: Side
    headlines: pd.DataFrame
    countries: pd.DataFrame
    changes: pd.DataFrame
    criteria: pd.DataFrame
    transitions: pd.DataFrame
    statistics: pd.DataFrame
    like_for_like: pd.DataFrame
    unlike: frozenset[str]
    unrecorded: tuple[int | None, int | None]

    def count(self, *presences: str) -> int:
        """How many countries have one of these presences."""
        return int(self.countries["presence"].isin(presences).sum())

    def _title(self) -> str:
        return f"Comparison of {self.a.edition} with {self.b.edition}"


def compare_editions(
    findings: Findings,
    first: str | int | None = None,
    second: str | int | None = None,
    *,
    with_: Findings | None = None,
    countries: Collection[str] | str | None = None,
) -> Comparison:
    """Compare two editions (semantics, section 5).

    Parameters
    ----------
    first, second : str | int | None, optional
        Editions, by id, number or year; left out, the first and the last that say anything.
    with_ : Findings | None, optional
        The same series of another data folder, from which the second edition is taken.
    countries : Collection[str] | str | None, optional
        Codes or names to which both editions are narrowed.

    Returns
    -------
    Comparison

    Raises
    ------
    ChoiceError
        For an edition or country that is not there, and for `with_` of another series.

    """
    other = findings if with_ is None else with_
    if not isinstance(other, Findings) or other.series.id != findings.series.id:
        raise unknown_name("series to compare with", str(getattr(other, "series", other)), [findings.series.id])
    chosen = editions_with_content(findings)[0] if first is None else findings.find_edition(first)
    last = editions_with_content(other)[-1] if second is None else other.find_edition(second)
    if first is not None and second is None and with_ is None and chosen == last:
        raise ChoiceError(f"{last} is the last edition that says anything: name another to compare it with.")
    a, b = Side.of(findings, chosen), Side.of(other, last)
    registry = other.registry.with_others(findings.registry)
    if countries is not None:
        codes = registry.resolve_all(countries)
        a, b = a.only(codes), b.only(codes)
    causes = causes_between(other.series.answers, other.deduced, other.framework, chosen, last)
    return compare_sides(a, b, findings.framework, registry, causes)


def editions_with_content(findings: Findings) -> list[str]:
    """The editions of kind `edition` that have a preferred figure or answers."""
    stated = {*findings.preferred_figures()["edition"], *findings.answered_editions}
    usual = [id for id, one in findings.series.editions.items() if not one.is_update and id in stated]
    if not usual:
        raise ChoiceError(f"{findings.series.id} has no edition with figures or answers.")
    return usual


def usual_pair(findings: Sequence[_Found]) -> tuple[_Found, str, str]:
    """The newest edition, and the newest before it that has countries in common; of the first series that has such two."""
    for one in findings:
        codes = {edition: set(part["country"]) for edition, part in one.matrix.rows.groupby("edition")}
        answered = one.answered_editions[::-1]
        for n, last in enumerate(answered):
            for before in answered[n + 1 :]:
                if codes[before] & codes[last]:
                    return one, before, last
    longest = max(findings, key=lambda one: len(one.matrix.rows))
    usual = editions_with_content(longest)
    return longest, usual[0], usual[-1]


def in_region(registry: Registry, name: str) -> list[str]:
    """The codes of the countries of a UN region or subregion. Raises `ChoiceError`."""
    frame = registry.frame
    names = sorted((set(frame["region"]) | set(frame["subregion"])) - {""})
    match = {one.casefold(): one for one in names}.get(name.casefold())
    if match is None:
        raise unknown_name("region or subregion", name, names)
    return list(frame.loc[np.asarray((frame["region"] == match) | (frame["subregion"] == match)), "code"])


def narrowing(registry: Registry, region: str | None, names: Collection[str]) -> tuple[list[str] | None, str]:
    """The codes to which a region and countries narrow (None: no narrowing), and the narrowing in words."""
    if region is None and not names:
        return None, ""
    codes = in_region(registry, region) if region is not None else list(registry.codes())
    chosen = [registry.resolve(name) for name in names]
    words = [f"countries of {region}"] if region is not None else []
    words += [", ".join(registry.name(code) for code in chosen)] if chosen else []
    return [code for code in codes if not chosen or code in chosen], " and of these ".join(words)


def causes_between(
    answers: pd.DataFrame, deduced: AnswerMatrix, framework: Framework, first: str, last: str
) -> pd.DataFrame:
    """The causes stated in the editions after `first` up to `last`, in order (semantics, section 5).

    Parameters
    ----------
    answers : DataFrame
        The recorded rows of a series: `edition`, `country`, `criterion`, `answer`, `cause`.
    deduced : AnswerMatrix
        Its answers after deduction.

    Returns
    -------
    DataFrame
        `country`, `criterion` (text), `causes` (tuple; a row that states none gives "unstated"). A row counts
        where its answer is determined and differs from the last determined one before it. Empty where `last`
        is not after `first`.

    """
    editions = deduced.rows["edition"].to_numpy(dtype=str)
    countries, country_of = np.unique(deduced.rows["country"].to_numpy(dtype=str), return_inverse=True)
    last_known = np.full((len(countries), len(framework.criteria)), Status.BLANK, dtype=np.int8)
    start = np.flatnonzero(editions == first)
    last_known[country_of[start]] = np.where(deduced.determined[start], deduced.codes[start], Status.BLANK)
    ids, follows = np.array(framework.criterion_ids, dtype=object), deduced.deduced
    columns = ["edition", "country", "criterion"]
    changed_rows = [pd.DataFrame(columns=columns, dtype=str)]
    for edition in sorted({name for name in editions if first < name <= last}):
        here = np.flatnonzero(editions == edition)
        rows, codes = country_of[here], deduced.codes[here]
        differs = (codes >= 0) & ~follows[here] & (last_known[rows] >= 0) & (codes != last_known[rows])
        row, column = np.nonzero(differs)
        changed = {"edition": edition, "country": countries[rows[row]], "criterion": ids[column]}
        changed_rows.append(pd.DataFrame(changed, dtype=str))
        last_known[rows] = np.where(codes >= 0, codes, last_known[rows])
    stated = pd.concat(changed_rows, ignore_index=True).merge(answers[[*columns, "cause"]], on=columns, how="left")
    stated["cause"] = stated["cause"].replace("", "unstated")
    grouped = stated.groupby(["country", "criterion"], sort=False)["cause"].agg(tuple)
    return grouped.rename("causes").reset_index()


def compare_sides(a: Side, b: Side, framework: Framework, registry: Registry, causes: pd.DataFrame) -> Comparison:
    """Compare two editions of one series. `causes`: see `causes_between`."""
    codes = pd.Index(a.codes).union(pd.Index(b.codes), sort=False)
    ordered = registry.frame.set_index("code").loc[codes].sort_values("order")
    codes = ordered.index.to_numpy(dtype=object)
    in_a, in_b = (pd.Index(side.codes).get_indexer(codes) for side in (a, b))
    both = (in_a != _ABSENT) & (in_b != _ABSENT)
    presence, successors = _presence(a, b, codes, in_a, in_b, registry)
    changed = _changes(a, b, framework, in_a[both], in_b[both])
    names = ordered["name"].to_numpy(dtype=object)
    countries = pd.DataFrame({"country": codes, "name": names, "presence": presence}, dtype=str)
    countries["successors"] = successors
    countries["kind"] = _spread(np.array([kind.value for kind in Kind], dtype=object)[_kinds(changed)], both)
    for column, criterion in enumerate(framework.criterion_ids):
        countries[criterion] = _spread(_CHANGE_WORDS[changed[:, column]], both)
    for side, rows, ending in ((a, in_a, "from"), (b, in_b, "to")):
        countries = countries.assign(**_scores(side, rows, framework, ending))
    own = _parts(a, b, dict(zip(codes, presence, strict=True)), set(codes[both]))
    return Comparison(
        framework=framework,
        a=a,
        b=b,
        headlines=_headlines(a, b, framework),
        countries=countries,
        changes=_changed_answers(a, b, framework, countries[both], (in_a[both], in_b[both]), changed, causes),
        criteria=_criteria(framework, changed),
        transitions=_transitions(a, b, framework, in_a[both], in_b[both]),
        statistics=as_floats(own, "lower", "upper"),
        like_for_like=as_floats(_like_for_like(a, b, set(codes[both]), own), "lower", "upper"),
        unlike=a.framework.unlike(b.framework),
        unrecorded=(_unrecorded(a), _unrecorded(b)),
    )


def comparable(framework: Framework, series: str, first: str, second: str) -> npt.NDArray[np.bool_]:
    """For each criterion, whether the wordings of two editions of a series compare."""
    answers = []
    for criterion in framework.criterion_ids:
        one, other = framework.wording_of(criterion, series, first), framework.wording_of(criterion, series, second)
        answers.append(one is other or all(wording is None or wording.comparable for wording in (one, other)))
    return np.array(answers, dtype=bool)


def _spread(values: npt.NDArray[np.object_], rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Values of the marked rows among all rows, "" elsewhere."""
    spread = np.full(len(rows), "", dtype=object)
    spread[rows] = values
    return spread


def _presence(
    a: Side,
    b: Side,
    codes: npt.NDArray[np.object_],
    in_a: npt.NDArray[np.intp],
    in_b: npt.NDArray[np.intp],
    registry: Registry,
) -> tuple[npt.NDArray[np.object_], list[tuple[str, ...]]]:
    """The presence of each country, and the successors of those that ended between the two."""
    ends = registry.frame.loc[registry.frame["until"] != "", ["code", "until", "successors"]]
    # dates are text, and a shorter one sorts before the longer ones it contains
    between = (ends["until"] > a.as_of) & (ends["until"] <= b.as_of) if a.as_of and b.as_of else ends["until"] == ""
    ended = dict(ends.loc[between, ["code", "successors"]].itertuples(index=False))
    only_a, only_b = in_b == _ABSENT, in_a == _ABSENT
    succeeded = only_a & pd.Index(codes).isin(set(ended))
    presence = np.full(len(codes), Presence.BOTH.value, dtype=object)
    presence[only_a] = (Presence.LEFT if b.complete else Presence.ONLY_IN_A).value
    presence[only_b] = (Presence.ENTERED if a.complete else Presence.ONLY_IN_B).value
    presence[succeeded] = Presence.SUCCEEDED.value
    successors = [tuple(ended[code].split()) if gone else () for code, gone in zip(codes, succeeded, strict=True)]
    return presence, successors


def _changes(
    a: Side, b: Side, framework: Framework, in_a: npt.NDArray[np.intp], in_b: npt.NDArray[np.intp]
) -> npt.NDArray[np.int8]:
    """For each country in both and each criterion the index of its change."""
    was, now = a.scores.matrix.codes[in_a], b.scores.matrix.codes[in_b]
    is_open = a.scores.matrix.open[in_a] | b.scores.matrix.open[in_b]
    excused = (was == Status.NOT_APPLICABLE) | (now == Status.NOT_APPLICABLE)
    excused |= ~comparable(framework, a.series, a.edition, b.edition)
    top = len(framework.grades) - 1
    cases = {
        Change.NOT_COMPARABLE: excused,
        Change.UNDETERMINED: is_open,
        Change.NEWLY_MET: (was == 0) & (now == top),
        Change.NO_LONGER_MET: (was == top) & (now == 0),
        Change.MORE_MET: now > was,
        Change.LESS_MET: now < was,
        Change.STILL_MET: now == top,
        Change.STILL_NOT_MET: now == 0,
    }
    indices = [_CHANGES.index(change) for change in cases]
    return np.select(list(cases.values()), indices, _CHANGES.index(Change.STILL_PARTLY_MET)).astype(np.int8)


def _kinds(changed: npt.NDArray[np.int8]) -> npt.NDArray[np.intp]:
    """For each country in both the index of its kind."""

    def has(*changes: Change) -> npt.NDArray[np.bool_]:
        return np.isin(changed, [_CHANGES.index(change) for change in changes])

    gains = has(*(change for change in Change if change.rises)).any(axis=1)
    losses = has(*(change for change in Change if change.falls)).any(axis=1)
    opens = has(Change.UNDETERMINED).any(axis=1)
    cases = {
        Kind.MIXED: gains & losses,
        Kind.IMPROVED: gains & ~opens,
        Kind.IMPROVED_AT_LEAST: gains,
        Kind.WORSENED: losses & ~opens,
        Kind.WORSENED_AT_LEAST: losses,
        Kind.UNDETERMINED: opens,
        Kind.NOT_COMPARABLE: has(Change.NOT_COMPARABLE).all(axis=1),
    }
    return np.select(list(cases.values()), [_KINDS.index(kind) for kind in cases], _KINDS.index(Kind.SAME))


def _scores(side: Side, rows: npt.NDArray[np.intp], framework: Framework, ending: str) -> dict[str, object]:
    """The score's bounds and the possible levels of each country, None where it is absent."""
    scores, there = side.scores, rows != _ABSENT
    found: dict[str, object] = {}
    for column, of_rows in (
        ("levels", ids_where(scores.possible, framework.level_ids)),
        ("lower", scores.numbers(scores.lower)),
        ("upper", scores.numbers(scores.upper)),
    ):
        values = np.full(len(rows), None, dtype=object)
        values[there] = of_rows.astype(object)[rows[there]]
        if column != "levels":
            values[there] = np.where(scores.scored[rows[there]], values[there], None)
        found[f"{column}_{ending}"] = values
    return found


def _changed_answers(
    a: Side,
    b: Side,
    framework: Framework,
    countries: pd.DataFrame,
    rows: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    changed: npt.NDArray[np.int8],
    causes: pd.DataFrame,
) -> pd.DataFrame:
    word = answer_words(framework)
    one, other = (side.scores.matrix.take(chosen) for side, chosen in zip((a, b), rows, strict=True))
    was, now = one.codes, other.codes
    silent = ((was == Status.BLANK) & (now == Status.UNKNOWN)) | ((was == Status.UNKNOWN) & (now == Status.BLANK))
    row, column = np.nonzero((was != now) & ~silent)
    frame = pd.DataFrame(
        {
            "country": countries["country"].to_numpy()[row],
            "name": countries["name"].to_numpy()[row],
            "criterion": np.array(framework.criterion_ids, dtype=object)[column],
            "was": word[was[row, column]],
            "now": word[now[row, column]],
            "was_follows": one.deduced[row, column],
            "now_follows": other.deduced[row, column],
            "change": _CHANGE_WORDS[changed[row, column]],
        }
    )
    stated = dict(zip(zip(causes["country"], causes["criterion"], strict=True), causes["causes"], strict=True))
    keys = zip(frame["country"], frame["criterion"], frame["change"], strict=True)
    frame["causes"] = [
        stated.get((country, criterion), ("unstated",)) if Change(change).moves else ()
        for country, criterion, change in keys
    ]
    return frame


def _criteria(framework: Framework, changed: npt.NDArray[np.int8]) -> pd.DataFrame:
    counts = {change.value: (changed == _CHANGES.index(change)).sum(axis=0) for change in changes_of(framework)}
    return pd.DataFrame({"criterion": list(framework.criterion_ids), **counts})


def _transitions(
    a: Side, b: Side, framework: Framework, in_a: npt.NDArray[np.intp], in_b: npt.NDArray[np.intp]
) -> pd.DataFrame:
    """How many countries in both went from each level to each; undetermined where not exactly one is possible."""
    names = [*framework.level_ids, _UNDETERMINED]

    def index(side: Side, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        possible = side.scores.possible[rows]
        return np.where(possible.sum(axis=1) == 1, possible.argmax(axis=1), len(names) - 1)

    pairs = index(a, in_a) * len(names) + index(b, in_b)
    counts = np.bincount(pairs, minlength=len(names) ** 2)
    return pd.DataFrame({"from": np.repeat(names, len(names)), "to": np.tile(names, len(names)), "countries": counts})


def _counted(side: Side, part: str, keep: npt.NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """The statistics of an edition, or of the countries of it that are marked in `keep`."""
    scores = side.scores if keep is None else side.scores.take(keep)
    reviewed = side.reviewed if keep is None else int(keep.sum())
    counted = statistics(scores, side.framework, pd.Series([reviewed], index=[side.edition], dtype="Int64"))
    return counted.assign(part=part)[["statistic", "part", "lower", "upper"]]


def _parts(a: Side, b: Side, presence: dict[str, str], shared: set[str]) -> pd.DataFrame:
    """Every statistic over all of each edition, and over the parts that make it up."""
    frames = []
    for side, total, together, apart in (
        (a, "from", "both_from", {"left": (Presence.LEFT, Presence.SUCCEEDED), "only_in_a": (Presence.ONLY_IN_A,)}),
        (b, "to", "both_to", {"entered": (Presence.ENTERED,), "only_in_b": (Presence.ONLY_IN_B,)}),
    ):
        present = pd.Index(np.array([presence[code] for code in side.codes], dtype=object))
        frames += [_counted(side, total), _counted(side, together, pd.Index(side.codes).isin(shared))]
        frames += [_counted(side, part, present.isin([one.value for one in which])) for part, which in apart.items()]
    return pd.concat(frames, ignore_index=True)


def _like_for_like(a: Side, b: Side, shared: set[str], own: pd.DataFrame) -> pd.DataFrame:
    """The statistics of both editions by the rules of A, and by those of B (semantics, section 5)."""
    if a.framework is b.framework:
        same = own[own["part"].isin(["from", "both_from", "to", "both_to"])]
        frames = [same.assign(rules=rules) for rules in ("from", "to")]
        return pd.concat(frames, ignore_index=True)[["rules", "statistic", "part", "lower", "upper"]]
    frames = []
    for rules, judge in (("from", a.framework), ("to", b.framework)):
        for side, name in ((a, "from"), (b, "to")):
            judged = side if side.framework is judge else side.by_rules_of(judge)
            both = pd.Index(side.codes).isin(shared)
            parts = (_counted(judged, name), _counted(judged, f"both_{name}", both))
            frames += [part.assign(rules=rules) for part in parts]
    return pd.concat(frames, ignore_index=True)[["rules", "statistic", "part", "lower", "upper"]]


def _unrecorded(side: Side) -> int | None:
    return None if side.reviewed is None else side.reviewed - len(side.codes)


def ordered_statistics(a: Side, b: Side) -> list[str]:
    """The statistics that either edition has, in the order of the one that has more."""
    fewer, more = sorted((a.framework.statistics, b.framework.statistics), key=len)
    return [*more[:-1], *(id for id in fewer if id not in more), more[-1]]


def _headlines(a: Side, b: Side, framework: Framework) -> pd.DataFrame:
    """Every statistic published in both, with both denominators, change in count and in points."""
    rows = []
    lead = framework.headline_statistics()
    rest = [statistic for statistic in ordered_statistics(a, b) if statistic not in (*lead, "reviewed")]
    covered = [side.published.get("reviewed", (side.reviewed, ""))[0] for side in (a, b)]
    for statistic in (*lead, *rest, "reviewed"):
        if statistic not in a.published or statistic not in b.published:
            continue
        (was, source), (now, other) = (
            (Fraction(str(value)), id) for value, id in (a.published[statistic], b.published[statistic])
        )
        points = None
        if covered[0] and covered[1] and statistic not in ("reviewed", "score:mean"):
            points = (now / int(covered[1]) - was / int(covered[0])) * 100
        rows.append((statistic, was, now, *covered, now - was, points, source, other))
    numbers = ["from", "to", "from_reviewed", "to_reviewed", "change", "points"]
    frame = pd.DataFrame(rows, columns=["statistic", *numbers, "from_source", "to_source"], dtype=object)
    return as_floats(frame, *numbers)
