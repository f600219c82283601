"""The model-law criteria of one field: criteria in order, levels best first, wordings by edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

__all__ = ["Criterion", "Framework", "Level", "Wording", "closed"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One yes/no question about a country's law, with its counting rule (semantics, section 1)."""

    id: str
    title: str
    short: str
    question: str
    counts: str
    requires: tuple[str, ...]
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A grade of legislation: met where every criterion in `needs` is answered yes."""

    id: str
    title: str
    short: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """How some editions of a series put a criterion, and whether that compares with its other wordings."""

    criterion: str
    series: str
    editions: tuple[str, ...]
    text: str
    comparable: bool


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

    @cached_property
    def decimals(self) -> int:
        """How many decimals a score needs to be shown exactly: as many as the weights have."""
        return max(0, *(-int(criterion.weight.normalize().as_tuple().exponent) for criterion in self.criteria))

    def criterion(self, id: str) -> Criterion:
        """The criterion with this id."""
        return self.criteria[self.criterion_ids.index(id)]

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
            *(f"criterion:{criterion}:{answer}" for criterion in self.criterion_ids for answer in ("yes", "no")),
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
