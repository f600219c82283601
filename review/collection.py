"""All that is held: the registry, the frameworks and the series, read together and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from country_data import DataError, Place, Problems, Registry, Series, did_you_mean, read_folder
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


@dataclass(frozen=True)
class Collection:
    """Registry, frameworks and series by id. `notices`: what was left out, in words."""

    registry: Registry
    frameworks: dict[str, Framework]
    series: dict[str, Series]
    notices: tuple[str, ...]

    def choose_framework(self, name: str | None, series: str | None = None) -> Framework:
        """The framework named, or that of the series named, or of a user's series, or the one taken by default."""
        if name is not None:
            if name not in self.frameworks:
                raise UnknownName("framework", name, sorted(self.frameworks))
            return self.frameworks[name]
        if series is not None:
            return self.frameworks[self._known(series).framework]
        for pool in (self._own(), list(self.series.values())):
            ids = sorted({one.framework for one in pool})
            usual = [id for id in ids if self.frameworks[id].default]
            if len(ids) > 1 and len(usual) != 1:
                raise AmbiguousChoice(f"Several frameworks have series: {', '.join(ids)}. Name one with --framework.")
            if ids:
                return self.frameworks[usual[0] if usual else ids[0]]
        raise AmbiguousChoice("No framework has a series.")

    def with_series(self) -> list[Framework]:
        """The frameworks that have series: the one that commands take by themselves first, then by id."""
        ids = {one.framework for one in self.series.values()}
        own = {one.framework for one in self._own()}
        found = [self.frameworks[id] for id in ids]
        return sorted(found, key=lambda one: (one.id not in own, not one.default, one.id))

    def of_framework(self, framework: Framework) -> list[Series]:
        """The series of a framework: its main one first, then by id."""
        found = [one for one in self.series.values() if one.framework == framework.id]
        return sorted(found, key=lambda one: (one.id != framework.main_series, one.id))

    def reviews_of(self, framework: Framework) -> list[Review]:
        """A review of each series of a framework, the main one first."""
        from review.series_review import Review

        return [Review(series, framework, self.registry) for series in self.of_framework(framework)]

    def choose_series(self, name: str | None, framework: Framework) -> Series:
        """The series named; else a user's only one, the only one, or the framework's main one."""
        if name is not None:
            found = self._known(name)
            if found.framework != framework.id:
                raise UnknownName(f"series of {framework.id}", name, [one.id for one in self.of_framework(framework)])
            return found
        candidates = self.of_framework(framework)
        own = [one for one in candidates if not one.embedded]
        for pool in (own, candidates):
            if len(pool) == 1:
                return pool[0]
        for one in candidates:
            if one.id == framework.main_series:
                return one
        ids = ", ".join(one.id for one in candidates)
        raise AmbiguousChoice(
            f"{framework.id} has several series: {ids}. Name one with --series."
            if ids
            else f"{framework.id} has no series."
        )

    def _own(self) -> list[Series]:
        return [one for one in self.series.values() if not one.embedded]

    def _known(self, name: str) -> Series:
        if name not in self.series:
            raise UnknownName("series", name, sorted(self.series))
        return self.series[name]


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
    return collection, DataError(problems.sorted()) if problems else None


def _read(data: Path | None, problems: Problems, *, as_published: bool = False) -> Collection:
    frameworks = read_frameworks(data, problems)
    folder = read_folder(data, problems, as_published=as_published)
    series: dict[str, Series] = {}
    notices: list[str] = []
    for id, one in folder.series.items():
        framework = frameworks.get(one.framework)
        if framework is None:
            _note_missing_framework(one, data, frameworks, problems, notices)
            continue
        found = Problems()
        check_series(one, framework, found)
        if found and one.embedded and data is not None:
            notices.append(f"The embedded series {id} does not fit your framework {framework.id} and is left out.")
            continue
        problems.extend(found)
        series[id] = one
    return Collection(folder.registry, frameworks, series, tuple(notices))


def _note_missing_framework(
    one: Series, data: Path | None, frameworks: dict[str, Framework], problems: Problems, notices: list[str]
) -> None:
    broken = data is not None and (data / "criteria" / f"{one.framework}.toml").exists()
    if one.embedded:
        notices.append(f"The embedded series {one.id} is left out: its framework {one.framework} can't be used.")
        return
    if broken:
        return  # its own problems are reported already
    hint = did_you_mean(one.framework, frameworks) or f"Add criteria/{one.framework}.toml. "
    place = one.definition.place("framework")
    problems.add(
        Place(place.file, place.line),
        f"There is no framework “{one.framework}”.",
        f"{hint}There are: {', '.join(sorted(frameworks)) or 'nothing'}.",
    )
