"""Everything that is read together and checked: the registry, the frameworks and the series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from country_data import (
    ChoiceError,
    DataError,
    Groups,
    Place,
    Problems,
    Registry,
    Series,
    did_you_mean,
    embedded_newest,
    embedded_series,
    read_folder,
)
from country_data.problems import one_of, unknown_name
from criteria import Framework, check_series, read_frameworks
from review.frames import reserved_columns

__all__ = ["Dataset", "find_problems", "read_dataset"]


class _SeriesById(Mapping[str, Series]):
    """Series by id. An embedded one is read when it is first asked for."""

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
class Dataset:
    """The registry, and frameworks and series by id.

    Attributes
    ----------
    own : tuple[str, ...]
        The ids of the series of a user's folder.
    framework_of : dict[str, str]
        The id of the framework of each series.
    notices : tuple[str, ...]
        What was left out, in sentences.
    as_published : bool
        Whether the corrections of the series are left out.
    groups : Groups
        The groups of countries of a user's folder.

    """

    registry: Registry
    frameworks: dict[str, Framework]
    series: Mapping[str, Series]
    own: tuple[str, ...]
    framework_of: dict[str, str]
    notices: tuple[str, ...]
    as_published: bool = False
    groups: Groups = field(default_factory=Groups)

    def choose_framework(self, name: str | None, series: str | None = None) -> Framework:
        """The framework named, or that of the series named, or of a user's series, or the default one."""
        if name is not None:
            if name not in self.frameworks:
                raise unknown_name("framework", name, sorted(self.frameworks))
            return self.frameworks[name]
        if series is not None:
            return self.frameworks[self.framework_of[self._known(series)]]
        for pool in (self.own, tuple(self.framework_of)):
            ids = sorted({self.framework_of[id] for id in pool})
            default = [id for id in ids if self.frameworks[id].default]
            if len(ids) > 1 and len(default) != 1:
                raise ChoiceError(f"Several frameworks have series: {', '.join(ids)}. Name one with --framework.")
            if ids:
                return self.frameworks[default[0] if default else ids[0]]
        raise ChoiceError("No framework has a series.")

    def frameworks_with_series(self) -> list[Framework]:
        """The frameworks that have series: a user's first, then the default one, then by id."""
        own = {self.framework_of[id] for id in self.own}
        frameworks = [self.frameworks[id] for id in set(self.framework_of.values())]
        return sorted(frameworks, key=lambda one: (one.id not in own, not one.default, one.id))

    def ids_of(self, framework: Framework) -> list[str]:
        """The ids of the series of a framework, the main one first."""
        ids = [id for id, of in self.framework_of.items() if of == framework.id]
        return sorted(ids, key=lambda id: (id != framework.main_series, id))

    def series_of(self, framework: Framework, *, newest: bool = False) -> list[Series]:
        """The series of a framework, the main one first.

        `newest`: embedded series with the answers of their newest edition alone, which are read faster.
        """
        return [
            embedded_newest(id, as_published=self.as_published) if newest and id not in self.own else self.series[id]
            for id in self.ids_of(framework)
        ]

    def choose_series(self, name: str | None, framework: Framework) -> Series:
        """The series named; else a user's only one, the only one, or the framework's main one."""
        candidates = self.ids_of(framework)
        if name is not None:
            if self.framework_of[self._known(name)] != framework.id:
                raise unknown_name(f"series of {framework.id}", name, candidates)
            return self.series[name]
        for pool in ([id for id in candidates if id in self.own], candidates):
            if len(pool) == 1:
                return self.series[pool[0]]
        if framework.main_series in candidates:
            return self.series[framework.main_series]
        if not candidates:
            raise ChoiceError(
                f"{framework.id} has no series. Begin one: modellaw init FOLDER --series ID --framework {framework.id}"
            )
        raise ChoiceError(f"{framework.id} has several series: {', '.join(candidates)}. Name one with --series.")

    def _known(self, name: str) -> str:
        if name not in self.framework_of:
            raise unknown_name("series", name, sorted(self.framework_of))
        return name


def read_dataset(data: Path | None, *, as_published: bool = False) -> Dataset:
    """Read the embedded data and a user's folder on top; raises `DataError` with all problems.

    `as_published`: without the corrections of the series.
    """
    problems = Problems()
    dataset = _read(data, problems, as_published=as_published)
    problems.raise_if_any()
    return dataset


def find_problems(data: Path | None) -> tuple[Dataset, DataError | None]:
    """What could be read, and the problems of `data` (of the embedded data where it is None)."""
    problems = Problems()
    dataset = _read(data, problems)
    if data is None:
        for id, series in dataset.series.items():
            check_series(series, dataset.frameworks[dataset.framework_of[id]], problems)
    return dataset, DataError(problems.sorted()) if problems else None


def _read(data: Path | None, problems: Problems, *, as_published: bool = False) -> Dataset:
    frameworks = read_frameworks(data, problems, reserved_columns())
    folder = read_folder(data, problems, as_published=as_published)
    framework_of: dict[str, str] = {}
    notices: list[str] = []
    for id, name in folder.embedded.items():
        framework = frameworks.get(name)
        if framework is None:
            notices.append(f"The embedded series {id} is left out: its framework {name} can't be used.")
            continue
        misfits = Problems()
        if not framework.embedded:  # what is shipped together fits, as the tests see to
            check_series(embedded_series(id, as_published=as_published), framework, misfits)
        if misfits:
            notices.append(f"The embedded series {id} does not fit your framework {name} and is left out.")
        else:
            framework_of[id] = name
    own: dict[str, Series] = {}
    for id, one in folder.series.items():
        framework = frameworks.get(one.framework)
        if framework is not None:
            check_series(one, framework, problems)
            own[id] = one
        elif (
            data is None or not (data / "criteria" / f"{one.framework}.toml").exists()
        ):  # a broken one is a problem already
            place = one.key_lines.place("framework")
            remedy = did_you_mean(one.framework, frameworks) or f"Add criteria/{one.framework}.toml. "
            remedy += one_of(sorted(frameworks), "There are")
            problems.add(place, f"There is no framework “{one.framework}”.", remedy)
    ids = {*folder.embedded, *folder.series}
    for framework in (framework for framework in frameworks.values() if not framework.embedded):
        for rule in (rule for rule in framework.rules if rule.series not in ids):
            message = f"A rule of “{rule.level.id}” is for a series “{rule.series}”, which is not there."
            remedy = did_you_mean(rule.series, ids) + one_of(sorted(ids), "There are")
            problems.add(Place(framework.label), message, remedy)
    series = _SeriesById(own, framework_of, as_published=as_published)
    framework_of |= {id: one.framework for id, one in own.items()}
    return Dataset(
        folder.registry, frameworks, series, tuple(own), framework_of, tuple(notices), as_published, folder.groups
    )
