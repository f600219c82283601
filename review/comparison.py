"""Two editions compared: who is in them, what changed, and what is change and what coverage (semantics, section 5)."""

from __future__ import annotations

from collections.abc import Collection as Codes
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from country_data import Registry
from criteria import Framework, Scores, Status, marked_ids, score, words
from review.statistics import statistics

__all__ = [
    "FALLS",
    "KINDS",
    "MOVES",
    "RISES",
    "Change",
    "Comparison",
    "Side",
    "changes_of",
    "comparable",
    "compare",
    "ordered_statistics",
]

_UNDETERMINED = "undetermined"


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


RISES, FALLS = (Change.NEWLY_MET, Change.MORE_MET), (Change.NO_LONGER_MET, Change.LESS_MET)
MOVES = (*RISES, *FALLS)
_EVERY = tuple(Change)
_WORDS = np.array([change.value for change in Change], dtype=object)
_GRADED = (Change.MORE_MET, Change.LESS_MET, Change.STILL_PARTLY_MET)


def changes_of(framework: Framework) -> tuple[Change, ...]:
    """The changes that a framework's grades allow."""
    return tuple(change for change in Change if len(framework.grades) > 2 or change not in _GRADED)


KINDS = ("mixed", "improved", "improved_at_least", "worsened", "worsened_at_least", _UNDETERMINED, "not_comparable", "same")  # fmt: skip
_ABSENT = -1


@dataclass(frozen=True)
class Side:
    """One of the two editions: the scores of its countries, and what editions.csv says of it.

    `framework`: with the rules of levels by which it judges. `reviewed`: how many countries it covers, None where not known. `published`: its preferred
    figures, by statistic, as value and source id.
    """

    series: str
    edition: str
    as_of: str
    complete: bool
    reviewed: int | None
    framework: Framework
    scores: Scores
    published: dict[str, tuple[int | float, str]]

    @property
    def codes(self) -> npt.NDArray[np.object_]:
        """The countries with an answer, in the order of the scores' rows."""
        return np.asarray(self.scores.grid.rows["country"], dtype=object)

    def only(self, countries: Codes[str]) -> Side:
        """The same edition, of these countries alone: it then covers those with an answer."""
        scores = self.scores.take(pd.Index(self.codes).isin(set(countries)))
        return replace(self, scores=scores, reviewed=len(scores.lower), published={})

    def by_rules_of(self, framework: Framework) -> Side:
        """The same edition, its levels judged by other rules."""
        return replace(self, framework=framework, scores=score(self.scores.grid, framework))


@dataclass(frozen=True)
class Comparison:
    """Edition A against edition B, as frames in the order of countries' names or of the framework.

    `headlines`: the statistics published in both: `statistic`, `from`, `to`, `from_reviewed`,
    `to_reviewed`, `change` (numbers), `points` (Fraction: change in percentage points; None for what
    is no share), `from_source`, `to_source` (ids).
    `countries`: one row a country of either edition: `country`, `name`, `presence`, `successors`
    (tuple of codes), `kind` ("" unless in both), `levels_from`, `levels_to` (tuples of ids; None
    where absent), `lower_from`, `upper_from`, `lower_to`, `upper_to` (numbers; None where absent, or for no score),
    and a column a criterion with its change ("" unless in both).
    `changes`: one row a country in both and criterion with another answer after deduction than
    before: `country`, `name`, `criterion`, `was`, `now` (answers; "" for nothing recorded),
    `was_follows`, `now_follows` (bool: deduced), `change`, `causes` (tuple; () unless more or less is
    met than before).
    `criteria`: `criterion` and for each change how many of the countries in both have it.
    `transitions`: `from`, `to` (level or "undetermined"), `countries`; every pair.
    `statistics`: `statistic`, `part` ("from", "to", "both_from", "both_to", "entered", "left",
    "only_in_a", "only_in_b"; `left` includes succeeded), `lower`, `upper` (int or Fraction, None
    where not computable, or where the edition has no such statistic), each edition by its own rules of levels.
    `like_for_like`: the same for both by the rules of one of them: `rules` ("from", "to") before these
    columns, of the parts "from", "to", "both_from", "both_to".
    `unlike`: the statistics that the rules of the two may count otherwise.
    `unrecorded`: how many countries covered have no answer, in A and in B; None where not known.
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


def compare(a: Side, b: Side, framework: Framework, registry: Registry, causes: pd.DataFrame) -> Comparison:
    """Compare two editions of one series, or one series in two data folders.

    `causes`: `country`, `criterion`, `causes` (tuple): what the data state of the changes between
    the two, none where they state none. To narrow the countries, narrow both sides with `only`.
    """
    codes, names = _in_order(a, b, registry)
    in_a, in_b = (pd.Index(side.codes).get_indexer(codes) for side in (a, b))
    both = (in_a != _ABSENT) & (in_b != _ABSENT)
    presence, successors = _presence(a, b, codes, in_a, in_b, registry)
    changed = _changes(a, b, framework, in_a[both], in_b[both])
    countries = pd.DataFrame({"country": codes, "name": names, "presence": presence}, dtype=str)
    countries["successors"] = successors
    countries["kind"] = _spread(np.array(KINDS, dtype=object)[_kinds(changed)], both)
    for column, criterion in enumerate(framework.criterion_ids):
        countries[criterion] = _spread(_WORDS[changed[:, column]], both)
    for side, places, ending in ((a, in_a, "from"), (b, in_b, "to")):
        countries = countries.assign(**_scores(side, places, framework, ending))
    own = _parts(a, b, dict(zip(codes, presence, strict=True)), set(codes[both]))
    return Comparison(
        framework=framework,
        a=a,
        b=b,
        headlines=_headlines(a, b, framework),
        countries=countries,
        changes=_changed_answers(a, b, framework, countries[both], in_a[both], in_b[both], changed, causes),
        criteria=_criteria(framework, changed),
        transitions=_transitions(a, b, framework, in_a[both], in_b[both]),
        statistics=own,
        like_for_like=_like_for_like(a, b, set(codes[both]), own),
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


def _in_order(a: Side, b: Side, registry: Registry) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """The codes of both sides and their names, in the order of the names."""
    codes = pd.Index(a.codes).union(pd.Index(b.codes), sort=False)
    known = registry.frame.set_index("code").loc[codes].sort_values("order")
    return known.index.to_numpy(dtype=object), known["name"].to_numpy(dtype=object)


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
    """Who is in it, and the successors of the countries that ended between the two."""
    ends = registry.frame.loc[registry.frame["until"] != "", ["code", "until", "successors"]]
    # dates are text, and a shorter one sorts before the longer ones it contains
    between = (ends["until"] > a.as_of) & (ends["until"] <= b.as_of) if a.as_of and b.as_of else ends["until"] == ""
    ended = dict(ends.loc[between, ["code", "successors"]].itertuples(index=False))
    only_a, only_b = in_b == _ABSENT, in_a == _ABSENT
    succeeded = only_a & pd.Index(codes).isin(set(ended))
    presence = np.full(len(codes), "both", dtype=object)
    presence[only_a] = "left" if b.complete else "only_in_a"
    presence[only_b] = "entered" if a.complete else "only_in_b"
    presence[succeeded] = "succeeded"
    successors = [tuple(ended[code].split()) if gone else () for code, gone in zip(codes, succeeded, strict=True)]
    return presence, successors


def _changes(
    a: Side, b: Side, framework: Framework, in_a: npt.NDArray[np.intp], in_b: npt.NDArray[np.intp]
) -> npt.NDArray[np.int8]:
    """For each country in both and each criterion the place of its change in `Change`."""
    was, now = a.scores.grid.codes[in_a], b.scores.grid.codes[in_b]
    open_ = a.scores.grid.open[in_a] | b.scores.grid.open[in_b]
    excused = (was == Status.NOT_APPLICABLE) | (now == Status.NOT_APPLICABLE)
    excused |= ~comparable(framework, a.series, a.edition, b.edition)
    top = len(framework.grades) - 1
    cases = {
        Change.NOT_COMPARABLE: excused,
        Change.UNDETERMINED: open_,
        Change.NEWLY_MET: (was == 0) & (now == top),
        Change.NO_LONGER_MET: (was == top) & (now == 0),
        Change.MORE_MET: now > was,
        Change.LESS_MET: now < was,
        Change.STILL_MET: now == top,
        Change.STILL_NOT_MET: now == 0,
    }
    places = [_EVERY.index(change) for change in cases]
    return np.select(list(cases.values()), places, _EVERY.index(Change.STILL_PARTLY_MET)).astype(np.int8)


def _kinds(changed: npt.NDArray[np.int8]) -> npt.NDArray[np.intp]:
    """For each country in both the place of its kind in `KINDS`."""
    gains, losses, opens = (
        np.isin(changed, [_EVERY.index(change) for change in which]).any(axis=1)
        for which in (RISES, FALLS, (Change.UNDETERMINED,))
    )
    nothing = (changed == _EVERY.index(Change.NOT_COMPARABLE)).all(axis=1)
    cases = [gains & losses, gains & ~opens, gains, losses & ~opens, losses, opens, nothing]
    return np.select(cases, list(range(len(cases))), default=KINDS.index("same"))


def _scores(side: Side, places: npt.NDArray[np.intp], framework: Framework, ending: str) -> dict[str, object]:
    """The score's bounds and the possible levels of each country, None where it is absent."""
    scores = side.scores
    there = places != _ABSENT
    found: dict[str, object] = {}
    for column, given in (
        ("levels", marked_ids(scores.possible, framework.level_ids)),
        ("lower", scores.numbers(scores.lower)),
        ("upper", scores.numbers(scores.upper)),
    ):
        values = np.full(len(places), None, dtype=object)
        values[there] = given.astype(object)[places[there]]
        if column != "levels":
            values[there] = np.where(scores.scored[places[there]], values[there], None)
        found[f"{column}_{ending}"] = values
    return found


def _changed_answers(
    a: Side,
    b: Side,
    framework: Framework,
    countries: pd.DataFrame,
    in_a: npt.NDArray[np.intp],
    in_b: npt.NDArray[np.intp],
    changed: npt.NDArray[np.int8],
    causes: pd.DataFrame,
) -> pd.DataFrame:
    word = words(framework)
    was, now = a.scores.grid.codes[in_a], b.scores.grid.codes[in_b]
    rows, columns = np.nonzero(
        (was != now)
        & ~((was == Status.BLANK) & (now == Status.UNKNOWN))
        & ~((was == Status.UNKNOWN) & (now == Status.BLANK))
    )
    frame = pd.DataFrame(
        {
            "country": countries["country"].to_numpy()[rows],
            "name": countries["name"].to_numpy()[rows],
            "criterion": np.array(framework.criterion_ids, dtype=object)[columns],
            "was": word[was[rows, columns]],
            "now": word[now[rows, columns]],
            "was_follows": a.scores.grid.deduced[in_a][rows, columns],
            "now_follows": b.scores.grid.deduced[in_b][rows, columns],
            "change": _WORDS[changed[rows, columns]],
        }
    )
    moved = frame["change"].isin(MOVES).to_numpy()
    usual = np.empty(2, dtype=object)
    usual[:] = [(), ("unstated",)]
    told = usual[moved.astype(np.intp)]
    keys = pd.MultiIndex.from_frame(frame[["country", "criterion"]])
    for place, stated in zip(
        keys.get_indexer(pd.MultiIndex.from_frame(causes[["country", "criterion"]])), causes["causes"], strict=True
    ):
        if place >= 0 and moved[place]:
            told[place] = stated
    frame["causes"] = told
    return frame


def _criteria(framework: Framework, changed: npt.NDArray[np.int8]) -> pd.DataFrame:
    counts = {change.value: (changed == _EVERY.index(change)).sum(axis=0) for change in changes_of(framework)}
    return pd.DataFrame({"criterion": list(framework.criterion_ids), **counts})


def _transitions(
    a: Side, b: Side, framework: Framework, in_a: npt.NDArray[np.intp], in_b: npt.NDArray[np.intp]
) -> pd.DataFrame:
    """How many countries in both went from each level to each; undetermined where not exactly one is possible."""
    names = [*framework.level_ids, _UNDETERMINED]

    def place(side: Side, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        possible = side.scores.possible[rows]
        return np.where(possible.sum(axis=1) == 1, possible.argmax(axis=1), len(names) - 1)

    pairs = place(a, in_a) * len(names) + place(b, in_b)
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
        (a, "from", "both_from", (("left", ("left", "succeeded")), ("only_in_a", ("only_in_a",)))),
        (b, "to", "both_to", (("entered", ("entered",)), ("only_in_b", ("only_in_b",)))),
    ):
        places = pd.Index(np.array([presence[code] for code in side.codes], dtype=object))
        frames += [_counted(side, total), _counted(side, together, pd.Index(side.codes).isin(shared))]
        frames += [_counted(side, part, places.isin(which)) for part, which in apart]
    return pd.concat(frames, ignore_index=True)


def _like_for_like(a: Side, b: Side, shared: set[str], own: pd.DataFrame) -> pd.DataFrame:
    """The statistics of both editions by the rules of A, and by those of B (semantics, section 5)."""
    if a.framework is b.framework:
        same = own[own["part"].isin(["from", "both_from", "to", "both_to"])]
        return pd.concat([same.assign(rules=rules) for rules in ("from", "to")], ignore_index=True)
    frames = []
    for rules, judge in (("from", a.framework), ("to", b.framework)):
        for side, name in ((a, "from"), (b, "to")):
            judged = side if side.framework is judge else side.by_rules_of(judge)
            both = pd.Index(side.codes).isin(shared)
            frames += [
                part.assign(rules=rules) for part in (_counted(judged, name), _counted(judged, f"both_{name}", both))
            ]
    return pd.concat(frames, ignore_index=True)[["rules", "statistic", "part", "lower", "upper"]]


def _unrecorded(side: Side) -> int | None:
    return None if side.reviewed is None else side.reviewed - len(side.codes)


def ordered_statistics(a: Side, b: Side) -> list[str]:
    """The statistics that either edition has, in the order of the one that has more."""
    fewer, more = sorted((a.framework.statistics, b.framework.statistics), key=len)
    return [*more[:-1], *(id for id in fewer if id not in more), more[-1]]


def _headlines(a: Side, b: Side, framework: Framework) -> pd.DataFrame:
    """Every statistic published in both, with both denominators, change in count and in points."""
    columns = [
        "statistic",
        "from",
        "to",
        "from_reviewed",
        "to_reviewed",
        "change",
        "points",
        "from_source",
        "to_source",
    ]
    rows = []
    lead = framework.headline_statistics()
    rest = [statistic for statistic in ordered_statistics(a, b) if statistic not in (*lead, "reviewed")]
    for statistic in (*lead, *rest, "reviewed"):
        if statistic not in a.published or statistic not in b.published:
            continue
        (was, source), (now, other) = a.published[statistic], b.published[statistic]
        first, second = (side.published.get("reviewed", (side.reviewed, ""))[0] for side in (a, b))
        shares = first and second and statistic not in ("reviewed", "score:mean")
        points = (
            (Fraction(now) / int(second) - Fraction(was) / int(first)) * 100 if shares and first and second else None
        )
        rows.append((statistic, was, now, first, second, now - was, points, source, other))
    return pd.DataFrame(rows, columns=columns, dtype=object)
