"""The model-law criteria of one field: criteria in order, levels best first, wordings by edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

__all__ = ["AtLeast", "Criterion", "Framework", "Group", "Level", "Wording", "closed"]

_LEAST_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question about a country's law, with its counting rule (semantics, section 1).

    `group`: the id of its group, "" for none.
    """

    id: str
    title: str
    short: str
    question: str
    counts: str
    requires: tuple[str, ...]
    weight: Decimal
    group: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that belong together; `weight` counts where the score is a mean of groups."""

    id: str
    title: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of these criteria."""

    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of legislation: reached where every rule that it gives is fulfilled.

    `needs`: all of these criteria are met (have the highest grade); `needs_any`: one of them;
    `at_least`: so many of them; `score_at_least`: the score before rounding. What does not apply to
    a country is left out of these lists, and no more is asked than what is left.
    """

    id: str
    title: str
    short: str
    needs: tuple[str, ...] = ()
    needs_any: tuple[str, ...] = ()
    at_least: AtLeast | None = None
    score_at_least: Decimal | None = None

    @property
    def by_needs_alone(self) -> bool:
        """Whether it asks for `needs` and nothing else."""
        return not self.needs_any and self.at_least is None and self.score_at_least is None


@dataclass(frozen=True, slots=True)
class Wording:
    """How some editions of a series put a criterion, and whether that compares with its other wordings.

    `heading`: what stands over its column there; `position`: its number there; "" and None where
    they are not told.
    """

    criterion: str
    series: str
    editions: tuple[str, ...]
    text: str
    comparable: bool
    heading: str = ""
    position: int | None = None


def closed(start: Iterable[str], requires: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The ids in `start` and all that they require, directly or not."""
    found, waiting = set(start), list(start)
    while waiting:
        new = set(requires.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


@dataclass(frozen=True)
class Framework:
    """A framework as its TOML file states it. `sufficient` and `main_series` are "" where not given.

    `aggregate`: "sum", "mean" or "mean_of_groups"; `own_scale`, `own_decimals`: None where not given.
    `grades`: the answers that say how far a criterion is met, the lowest (not met) first and the
    highest (met) last; `credit`: what part of its weight each earns, from 0 to 1.
    `label` is the file's name as a user knows it; `embedded` tells a shipped framework from a user's.
    """

    id: str
    title: str
    publisher: str
    sufficient: str
    main_series: str
    criteria: tuple[Criterion, ...]
    levels: tuple[Level, ...]
    wordings: tuple[Wording, ...]
    groups: tuple[Group, ...] = ()
    aggregate: str = "sum"
    own_scale: Decimal | None = None
    own_decimals: int | None = None
    grades: tuple[str, ...] = ("no", "yes")
    credit: tuple[Decimal, ...] = (Decimal(0), Decimal(1))
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

    def without(self, level: Level) -> tuple[str, ...]:
        """The criteria a country of this level may lack: those outside the closure of its needs."""
        needed = self.closure(level.needs)
        return tuple(criterion for criterion in self.criterion_ids if criterion not in needed)

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
