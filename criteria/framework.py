"""The definitions of a framework: criteria in order, groups, levels best first, wordings by edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from criteria.aggregation import Aggregation
from criteria.keys import CREDITS, DIGITS, POSITION, POSITIVE, TEXT, TEXTS, TRUTH, Kind, key

__all__ = ["AtLeast", "Criterion", "EditionRule", "Framework", "Group", "Level", "Wording", "closed"]

_LEAST_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question about a country's law, with its counting rule (semantics, section 1).

    `requires`: ids of criteria that must be met where this one is; `group`: the id of its group, "" for none.
    """

    id: str = key(TEXT, required=True)
    title: str = key(TEXT, default="")
    short: str = key(TEXT, default="")
    question: str = key(TEXT, default="")
    counts: str = key(TEXT, default="")
    requires: tuple[str, ...] = key(TEXTS, default=())
    weight: Decimal = key(POSITIVE, default=Decimal(1))
    group: str = key(TEXT, default="")


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that belong together; `weight` counts where the score is a mean of groups."""

    id: str = key(TEXT, required=True)
    title: str = key(TEXT, default="")
    weight: Decimal = key(POSITIVE, default=Decimal(1))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of these criteria; with `all_but`, all that apply but `count`."""

    count: int
    of: tuple[str, ...]
    all_but: bool = False

    def required(self, applicable: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How many must be met, by how many of the list apply: never more than apply, and one at least."""
        required = applicable - self.count if self.all_but else np.minimum(self.count, applicable)
        return np.maximum(required, 1)


def _is_at_least(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) not in ({"count", "of"}, {"all_but", "of"}):
        return False
    return POSITION.fits(value.get("count", value.get("all_but"))) and TEXTS.fits(value["of"])


_AT_LEAST = Kind(
    _is_at_least,
    'a count and a list, as in { count = 2, of = ["a", "b", "c"] }, or { all_but = 1, of = ["a", "b", "c"] }',
    lambda value: AtLeast(value.get("count", value.get("all_but")), TEXTS.convert(value["of"]), "all_but" in value),
)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of legislation, reached where every rule that it gives is fulfilled (semantics, section 3).

    `needs`: all of these criteria are met (have the highest grade); `needs_any`: one of them;
    `at_least`: a number of them; `score_at_least`: the score before rounding. Criteria that do not apply
    to a country are removed from these lists, and counts are capped at what remains; where nothing
    remains of `needs_any` or `at_least`, the level is not reached.
    """

    id: str = key(TEXT, required=True)
    title: str = key(TEXT, default="")
    short: str = key(TEXT, default="")
    needs: tuple[str, ...] = key(TEXTS, default=())
    needs_any: tuple[str, ...] = key(TEXTS, default=())
    at_least: AtLeast | None = key(_AT_LEAST, default=None)
    score_at_least: Decimal | None = key(POSITIVE, default=None)

    @property
    def by_needs_alone(self) -> bool:
        """Whether it asks for `needs` and nothing else."""
        return not self.needs_any and self.at_least is None and self.score_at_least is None

    @property
    def rule(self) -> tuple[frozenset[str], frozenset[str], AtLeast | None, Decimal | None]:
        """What it asks for, whatever it is called."""
        return frozenset(self.needs), frozenset(self.needs_any), self.at_least, self.score_at_least


@dataclass(frozen=True, slots=True)
class EditionRule:
    """A level as some editions of a series judge it: with another rule, and perhaps another title."""

    level: Level
    series: str = key(TEXT, required=True)
    editions: tuple[str, ...] = key(TEXTS, required=True)
    note: str = key(TEXT, default="")


@dataclass(frozen=True, slots=True)
class Wording:
    """How some editions of a series put a criterion, and whether that compares with its other wordings.

    `heading`: the heading of its column there; `position`: its number there; "" and None where not given.
    """

    criterion: str = key(TEXT, required=True)
    series: str = key(TEXT, required=True)
    editions: tuple[str, ...] = key(TEXTS, required=True)
    text: str = key(TEXT, default="")
    comparable: bool = key(TRUTH, default=True)
    heading: str = key(TEXT, default="")
    position: int | None = key(POSITION, default=None)


def closed(start: Iterable[str], requires: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The ids in `start` and all that they require, directly or not."""
    ids, waiting = set(start), list(start)
    while waiting:
        new = set(requires.get(waiting.pop(), ())) - ids
        ids |= new
        waiting.extend(new)
    return frozenset(ids)


@dataclass(frozen=True)
class Framework:
    """A framework as its TOML file states it.

    Attributes
    ----------
    sufficient : str
        The id of the lowest level that counts as sufficient, "" for none.
    main_series : str
        The id of the series that is meant where none is named, "" for none.
    default : bool
        Whether commands take this framework where none is named.
    aggregate : str
        "sum", "mean" or "mean_of_groups".
    own_scale, own_decimals : Decimal | None, int | None
        None where the file leaves them out.
    grades : tuple[str, ...]
        The answers that say how far a criterion is met, not met first, met last.
    credit : tuple[Decimal, ...]
        What part of its weight each grade earns, from 0 to 1.
    rules : tuple[EditionRule, ...]
        How single editions judge a level otherwise (see `of_edition`).
    report_abuse : str
        Where abuse is reported, for readers.
    label : str
        The file's name as a user knows it.
    embedded : bool
        Whether it is shipped with the package.

    """

    id: str = key(TEXT, required=True)
    title: str = key(TEXT, required=True)
    publisher: str = key(TEXT, default="")
    sufficient: str = key(TEXT, default="")
    main_series: str = key(TEXT, default="")
    default: bool = key(TRUTH, default=False)
    report_abuse: str = key(TEXT, default="")
    aggregate: str = key(TEXT, default="sum")
    own_scale: Decimal | None = key(POSITIVE, name="scale", default=None)
    own_decimals: int | None = key(DIGITS, name="decimals", default=None)
    grades: tuple[str, ...] = key(TEXTS, default=("no", "yes"))
    credit: tuple[Decimal, ...] = key(CREDITS, default=(Decimal(0), Decimal(1)))
    criteria: tuple[Criterion, ...] = ()
    groups: tuple[Group, ...] = ()
    levels: tuple[Level, ...] = ()
    rules: tuple[EditionRule, ...] = ()
    wordings: tuple[Wording, ...] = ()
    label: str = field(default="", compare=False)
    embedded: bool = field(default=False, compare=False)

    @cached_property
    def criterion_ids(self) -> tuple[str, ...]:
        """The ids of the criteria, in the framework's order."""
        return tuple(criterion.id for criterion in self.criteria)

    @cached_property
    def level_ids(self) -> tuple[str, ...]:
        """The ids of the levels, best first."""
        return tuple(level.id for level in self.levels)

    @cached_property
    def _closures(self) -> dict[str, frozenset[str]]:
        requires = {criterion.id: criterion.requires for criterion in self.criteria}
        return {criterion: closed([criterion], requires) for criterion in requires}

    def closure(self, criteria: Iterable[str]) -> frozenset[str]:
        """The criteria and all that they require, directly or not."""
        return frozenset().union(*(self._closures[criterion] for criterion in criteria))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The criteria so that each comes after all that it requires."""
        return tuple(sorted(self.criterion_ids, key=lambda c: (len(self._closures[c]), self.criterion_ids.index(c))))

    @property
    def lowest(self) -> str:
        """The answer that a criterion is not met."""
        return self.grades[0]

    @property
    def highest(self) -> str:
        """The answer that a criterion is met."""
        return self.grades[-1]

    @cached_property
    def scale(self) -> Decimal:
        """The score of a country that meets everything."""
        return self.own_scale if self.own_scale is not None else sum((c.weight for c in self.criteria), Decimal(0))

    @cached_property
    def decimals(self) -> int:
        """How many decimals of a score are shown.

        Where the framework does not say, as many as a sum of its weights can have, and one where the
        score is a mean or brought to a scale.
        """
        if self.own_decimals is not None:
            return self.own_decimals
        if self.aggregate != "sum" or self.own_scale is not None:
            return _LEAST_DECIMALS
        worth = [criterion.weight * credit for criterion in self.criteria for credit in self.credit]
        return max(0, *(-int(value.normalize().as_tuple().exponent) for value in worth))

    @property
    def levels_exact(self) -> bool:
        """Whether possible levels are exact, not only outer bounds (semantics, section 3)."""
        return all(level.by_needs_alone for level in self.levels)

    def criterion(self, id: str) -> Criterion:
        """The criterion with this id."""
        return self.criteria[self.criterion_ids.index(id)]

    def group(self, id: str) -> Group:
        """The group with this id."""
        return next(group for group in self.groups if group.id == id)

    def level(self, id: str) -> Level:
        """The level with this id."""
        return self.levels[self.level_ids.index(id)]

    def sufficient_levels(self) -> tuple[Level, ...]:
        """The levels that count as sufficient, best first; none where the framework names none."""
        return self.levels[: self.level_ids.index(self.sufficient) + 1] if self.sufficient else ()

    def of_edition(self, series: str, edition: str) -> Framework:
        """The framework as an edition judges: with its rules of levels in place of the usual ones."""
        mine = tuple(n for n, one in enumerate(self.rules) if one.series == series and edition in one.editions)
        if mine not in self._as_judged:
            other = {self.rules[n].level.id: self.rules[n].level for n in mine}
            levels = tuple(other.get(level.id, level) for level in self.levels)
            self._as_judged[mine] = replace(self, levels=levels, rules=())
        return self._as_judged[mine]

    @cached_property
    def _as_judged(self) -> dict[tuple[int, ...], Framework]:
        return {(): self}

    def by_rule(self, series: str, editions: Iterable[str]) -> list[tuple[Framework, list[str]]]:
        """Editions that judge by the same rules, with the framework as they judge."""
        found: dict[int, tuple[Framework, list[str]]] = {}
        for edition in editions:
            judged = self.of_edition(series, edition)
            found.setdefault(id(judged), (judged, []))[1].append(edition)
        return list(found.values())

    def unlike(self, other: Framework) -> frozenset[str]:
        """The statistics of levels that another edition's rules may count otherwise (semantics, sections 3 and 5).

        Those of each level whose rule, or a better one's, differs; save where whoever fulfils the
        differing rule, as either has it, reaches another level in the count anyway.
        """
        differs = [one.rule != two.rule for one, two in zip(self.levels, other.levels, strict=True)]

        def counts_otherwise(last: int) -> bool:
            """Whether "the level at `last`, or better" may hold other countries."""
            same = [n for n in range(last + 1) if not differs[n]]
            return any(
                differs[n] and not any(self._implies(n, m) and other._implies(n, m) for m in same)
                for n in range(last + 1)
            )

        statistics = set()
        otherwise = [counts_otherwise(index) for index in range(len(self.levels))]
        for index, level in enumerate(self.levels):
            if otherwise[index]:
                statistics.add(f"or_better:{level.id}")
            if otherwise[index] or (index and otherwise[index - 1]):
                statistics.add(f"level:{level.id}")
                statistics |= {f"level:{level.id}:without:{criterion}" for criterion in self.criterion_ids}
        return frozenset(statistics)

    def _implies(self, one: int, other: int) -> bool:
        """Whether who fulfils the rule of a level certainly fulfils that of another."""
        wanted = self.levels[other]
        return wanted.by_needs_alone and all(self.surely_meets(self.levels[one], id) for id in wanted.needs)

    def surely_meets(self, level: Level, criterion: str) -> bool:
        """Whether who fulfils the rule of a level meets a criterion in full, if it applies; whatever else applies."""
        nearly = len(self.grades) - 2
        tied = {other for other in self.criterion_ids if criterion in self._closures[other]} - {criterion}
        return not any(self._fulfilled_without(level, criterion, nearly, excused) for excused in (set(), tied))

    def without(self, level: Level) -> tuple[str, ...]:
        """The criteria that a country to which everything applies may not meet at all, and fulfil the rule of a level."""
        if level.id not in self._without:
            lacking = tuple(id for id in self.criterion_ids if self._fulfilled_without(level, id, 0, set()))
            self._without[level.id] = lacking
        return self._without[level.id]

    @cached_property
    def _without(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _fulfilled_without(self, level: Level, criterion: str, grade: int, excused: set[str]) -> bool:
        """Whether the rule of a level can be fulfilled with this grade of a criterion, which is not the highest.

        What requires it then has no higher grade; all else is met, and what is `excused` does not apply.
        """
        met = {other for other in self.criterion_ids if criterion not in self._closures[other]}
        if not set(level.needs) <= met | excused or (level.needs_any and not set(level.needs_any) & met):
            return False
        rule = level.at_least
        if rule and len(set(rule.of) & met) < int(rule.required(np.array(len(set(rule.of) - excused)))):
            return False
        if level.score_at_least is None:
            return True
        grades = [len(self.grades) - 1 if id in met else grade for id in self.criterion_ids]
        apply = [id not in excused for id in self.criterion_ids]
        totals = self.aggregation.totals(np.array([grades], dtype=np.int8), np.array([apply]))
        return bool(totals.score[0] >= Fraction(level.score_at_least))

    @cached_property
    def aggregation(self) -> Aggregation:
        """How grades become a score."""
        ids = [group.id for group in self.groups]
        return Aggregation(
            self.aggregate,
            self.scale,
            tuple(criterion.weight for criterion in self.criteria),
            tuple(ids.index(criterion.group) if criterion.group else -1 for criterion in self.criteria),
            tuple(group.weight for group in self.groups),
            self.credit,
        )

    @cached_property
    def statistics(self) -> tuple[str, ...]:
        """The ids of all statistics of an edition, in the order of semantics section 4."""
        return (
            "reviewed",
            "recorded",
            *(f"level:{level.id}" for level in self.levels),
            *(f"or_better:{level.id}" for level in self.levels),
            *(
                f"criterion:{criterion}:{answer}"
                for criterion in self.criterion_ids
                for answer in reversed(self.grades)
            ),
            *(f"level:{level.id}:without:{criterion}" for level in self.levels for criterion in self.without(level)),
            "score:mean",
        )

    def headline_statistics(self) -> tuple[str, ...]:
        """The statistics to lead with: sufficient (else the best level), and the last level."""
        best = self.sufficient or self.levels[0].id
        return tuple(dict.fromkeys((f"or_better:{best}", f"level:{self.levels[-1].id}")))

    def wording_of(self, criterion: str, series: str, edition: str) -> Wording | None:
        """The wording that an edition of a series has for itself; None where it has the criterion's own."""
        for wording in self.wordings:
            if (wording.criterion, wording.series) == (criterion, series) and edition in wording.editions:
                return wording
        return None
