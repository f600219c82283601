"""All that is held: the registry, the frameworks and the series, read together and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from country_data import (
    DataError,
    Place,
    Problems,
    Registry,
    Series,
    did_you_mean,
    embedded_series,
    newest_of,
    read_folder,
)
from criteria import Framework, check_series, read_frameworks

if TYPE_CHECKING:
    from review.series_review import Review

__all__ = ["AmbiguousChoice", "Collection", "NothingInCommon", "UnknownName", "find_problems", "read_collection"]


class UnknownName(LookupError):
    """An edition, series, framework or region that is not there, or a choice that was not made."""

    def __init__(self, what: str, text: str, allowed: list[str]) -> None:
        hint = did_you_mean(text, allowed)
        names = ", ".join(allowed) if allowed else "nothing"
        super().__init__(f"There is no {what} “{text}”. {hint}There are: {names}.")


class AmbiguousChoice(LookupError):
    """Several series or frameworks would do, and none was named."""


class NothingInCommon(LookupError):
    """Two series that answer different questions."""


class _Series(Mapping[str, Series]):
    """Series by id. An embedded one is read when it is asked for, and once."""

    def __init__(self, own: Mapping[str, Series], embedded: Iterable[str], *, as_published: bool) -> None:
        self._own, self._embedded, self._as_published = own, tuple(embedded), as_published

    def __getitem__(self, id: str) -> Series:
        if id in self._own:
            return self._own[id]
        if id not in self._embedded:
            raise KeyError(id)
        return embedded_series(id, as_published=self._as_published)

    def __iter__(self) -> Iterator[str]:
        return iter((*self._embedded, *self._own))

    def __len__(self) -> int:
        return len(self._embedded) + len(self._own)


@dataclass(frozen=True)
class Collection:
    """Registry, frameworks and series by id. `notices`: what was left out, in words.

    `own`: the ids of a user's series; `framework_of`: the id of the framework of each series.
    """

    registry: Registry
    frameworks: dict[str, Framework]
    series: Mapping[str, Series]
    own: tuple[str, ...]
    framework_of: dict[str, str]
    notices: tuple[str, ...]

    def choose_framework(self, name: str | None, series: str | None = None) -> Framework:
        """The framework named, or that of the series named, or of a user's series, or the one taken by default."""
        if name is not None:
            if name not in self.frameworks:
                raise UnknownName("framework", name, sorted(self.frameworks))
            return self.frameworks[name]
        if series is not None:
            return self.frameworks[self.framework_of[self._known(series)]]
        for pool in (self.own, tuple(self.framework_of)):
            ids = sorted({self.framework_of[id] for id in pool})
            usual = [id for id in ids if self.frameworks[id].default]
            if len(ids) > 1 and len(usual) != 1:
                raise AmbiguousChoice(f"Several frameworks have series: {', '.join(ids)}. Name one with --framework.")
            if ids:
                return self.frameworks[usual[0] if usual else ids[0]]
        raise AmbiguousChoice("No framework has a series.")

    def with_series(self) -> list[Framework]:
        """The frameworks that have series: the one that commands take by themselves first, then by id."""
        own = {self.framework_of[id] for id in self.own}
        found = [self.frameworks[id] for id in set(self.framework_of.values())]
        return sorted(found, key=lambda one: (one.id not in own, not one.default, one.id))

    def _ids_of(self, framework: Framework) -> list[str]:
        ids = [id for id, of in self.framework_of.items() if of == framework.id]
        return sorted(ids, key=lambda id: (id != framework.main_series, id))

    def reviews_of(self, framework: Framework, *, newest: bool = False) -> list[Review]:
        """A review of each series of a framework, the main one first.

        `newest`: of embedded series with the answers of the newest edition alone, which are read faster.
        """
        from review.series_review import Review

        found = [self.series[id] if id in self.own or not newest else newest_of(id) for id in self._ids_of(framework)]
        return [Review(series, framework, self.registry) for series in found]

    def choose_series(self, name: str | None, framework: Framework) -> Series:
        """The series named; else a user's only one, the only one, or the framework's main one."""
        if name is not None:
            if self.framework_of[self._known(name)] != framework.id:
                raise UnknownName(f"series of {framework.id}", name, self._ids_of(framework))
            return self.series[name]
        candidates = self._ids_of(framework)
        own = [id for id in candidates if id in self.own]
        for pool in (own, candidates):
            if len(pool) == 1:
                return self.series[pool[0]]
        if framework.main_series in candidates:
            return self.series[framework.main_series]
        ids = ", ".join(candidates)
        raise AmbiguousChoice(
            f"{framework.id} has several series: {ids}. Name one with --series."
            if ids
            else f"{framework.id} has no series."
        )

    def _known(self, name: str) -> str:
        if name not in self.framework_of:
            raise UnknownName("series", name, sorted(self.framework_of))
        return name


def read_collection(data: Path | None, *, as_published: bool = False) -> Collection:
    """Read the embedded data and a user's folder on top; raises `DataError` with all problems.

    `as_published`: without the corrections of the series.
    """
    problems = Problems()
    collection = _read(data, problems, as_published=as_published)
    problems.raise_if_any()
    return collection


def find_problems(data: Path | None) -> tuple[Collection, DataError | None]:
    """What is held, and the problems of `data` (of the embedded data where it is None)."""
    problems = Problems()
    collection = _read(data, problems)
    if data is None:
        for id, one in collection.series.items():
            check_series(one, collection.frameworks[collection.framework_of[id]], problems)
    return collection, DataError(problems.sorted()) if problems else None


def _read(data: Path | None, problems: Problems, *, as_published: bool = False) -> Collection:
    frameworks = read_frameworks(data, problems)
    folder = read_folder(data, problems, as_published=as_published)
    framework_of: dict[str, str] = {}
    notices: list[str] = []
    for id, name in folder.embedded.items():
        framework = frameworks.get(name)
        if framework is None:
            notices.append(f"The embedded series {id} is left out: its framework {name} can't be used.")
            continue
        found = Problems()
        if not framework.embedded:  # what is shipped together fits, as the tests see to
            check_series(embedded_series(id, as_published=as_published), framework, found)
        if found:
            notices.append(f"The embedded series {id} does not fit your framework {name} and is left out.")
        else:
            framework_of[id] = name
    own: dict[str, Series] = {}
    for id, one in folder.series.items():
        framework = frameworks.get(one.framework)
        if framework is None:
            _note_missing_framework(one, data, frameworks, problems)
            continue
        check_series(one, framework, problems)
        own[id] = one
    there = {*folder.embedded, *folder.series}
    for framework in frameworks.values():
        for rule in () if framework.embedded else framework.rules:
            if rule.series not in there:
                problems.add(
                    Place(framework.label),
                    f"A rule of “{rule.level.id}” is for a series “{rule.series}”, which is not there.",
                    did_you_mean(rule.series, there) + f"There are: {', '.join(sorted(there))}.",
                )
    series = _Series(own, framework_of, as_published=as_published)
    framework_of |= {id: one.framework for id, one in own.items()}
    return Collection(folder.registry, frameworks, series, tuple(own), framework_of, tuple(notices))


def _note_missing_framework(
    one: Series, data: Path | None, frameworks: dict[str, Framework], problems: Problems
) -> None:
    broken = data is not None and (data / "criteria" / f"{one.framework}.toml").exists()
    if broken:
        return  # its own problems are reported already
    hint = did_you_mean(one.framework, frameworks) or f"Add criteria/{one.framework}.toml. "
    place = one.definition.place("framework")
    problems.add(
        Place(place.file, place.line),
        f"There is no framework “{one.framework}”.",
        f"{hint}There are: {', '.join(sorted(frameworks)) or 'nothing'}.",
    )
