"""The model-law criteria of one field: criteria in order, levels best first, wordings by edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

__all__ = ["Criterion", "Framework", "Level", "Wording"]


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


@dataclass(frozen=True)
class Framework:
    """A framework as its TOML file states it. `sufficient` and `main_series` are "" where not given."""

    id: str
    title: str
    publisher: str
    sufficient: str
    main_series: str
    criteria: tuple[Criterion, ...]
    levels: tuple[Level, ...]
    wordings: tuple[Wording, ...]

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
        closures = {}
        for start in requires:
            found, waiting = {start}, [start]
            while waiting:
                new = set(requires[waiting.pop()]) - found
                found |= new
                waiting.extend(new)
            closures[start] = frozenset(found)
        return closures

    def closure(self, criteria: Iterable[str]) -> frozenset[str]:
        """The criteria and all that they require, directly or not."""
        return frozenset().union(*(self._closures[criterion] for criterion in criteria))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The criteria so that each comes after all that it requires."""
        return tuple(sorted(self.criterion_ids, key=lambda c: (len(self._closures[c]), self.criterion_ids.index(c))))

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

    def wording(self, criterion: str, series: str, edition: str) -> str:
        """How an edition of a series put a criterion: its own wording, else the criterion's title."""
        for wording in self.wordings:
            if (wording.criterion, wording.series) == (criterion, series) and edition in wording.editions:
                return wording.text
        return self.criterion(criterion).title
