"""Read a user's data folder on top of the embedded one: registry and series."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from country_data.groups import Groups, read_groups
from country_data.problems import Place, Problems
from country_data.registry import Registry, build_registry
from country_data.schema import COUNTRIES
from country_data.series import Series, check_unexpected_files, list_files, read_series
from country_data.tables import Table, read_table

__all__ = ["Folder", "embedded_newest", "embedded_series", "read_folder"]

_FRAMEWORKS = "criteria"


@dataclass(frozen=True)
class Folder:
    """The registry, a user's series by id and groups, and the framework of each embedded series that none of these replaces."""

    registry: Registry
    series: dict[str, Series]
    embedded: dict[str, str]
    groups: Groups = field(default_factory=Groups)


def read_folder(own: Path | None, problems: Problems, *, as_published: bool = False) -> Folder:
    """Read the registry and, on top, the folder `own`; what is wrong goes to `problems`.

    `as_published`: without the corrections of the series.
    """
    embedded = _embedded_frameworks()
    if own is None:
        return Folder(_embedded_registry(), {}, dict(embedded))
    wrong = _not_a_data_folder(own)
    if wrong:
        problems.add(Place(str(own)), *wrong)
        return Folder(_embedded_registry(), {}, {})
    countries = read_table(own, "countries", COUNTRIES, problems, label=str(own), required=False)
    registry = build_registry(_embedded_countries(), countries, problems) if countries else _embedded_registry()
    series: dict[str, Series] = {}
    own_ids = _series_folders(own, problems)
    for folder in own_ids:
        one_series = read_series(
            folder, f"{own}/{folder.name}", registry, problems, embedded=False, as_published=as_published
        )
        if one_series is not None:
            series[one_series.id] = one_series
    named = {folder.name for folder in own_ids}
    others = {id: framework for id, framework in embedded.items() if id not in named}
    return Folder(registry, series, others, read_groups(own, registry, problems))


@cache
def embedded_series(id: str, *, as_published: bool = False) -> Series:
    """An embedded series, read once. Raises `DataError` where it has a problem, which would be ours."""
    problems = Problems()
    folder = _shipped() / id
    label = f"{__package__}/{id}"
    series = read_series(folder, label, _embedded_registry(), problems, embedded=True, as_published=as_published)
    problems.raise_if_any()
    assert series is not None, "without a problem there is a series"
    return series


def embedded_newest(id: str, *, as_published: bool = False) -> Series:
    """An embedded series with the answers of its newest edition that has any."""
    problems = Problems()
    folder = _shipped() / id
    editions = sorted(path.stem for path in (folder / "answers").glob("*"))
    series = read_series(
        folder,
        f"{__package__}/{id}",
        _embedded_registry(),
        problems,
        embedded=True,
        as_published=as_published,
        only=editions[-1:],
    )
    problems.raise_if_any()
    assert series is not None, "without a problem there is a series"
    return series


def _shipped() -> Path:
    return Path(str(files(__package__)))


@cache
def _embedded_frameworks() -> dict[str, str]:
    """The embedded series by id, with their frameworks."""
    frameworks = {}
    for path in sorted(_shipped().glob("*/series.toml")):
        with path.open("rb") as text:
            frameworks[path.parent.name] = tomllib.load(text)["framework"]
    return frameworks


@cache
def _embedded_countries() -> Table:
    problems = Problems()
    table = read_table(_shipped(), "countries", COUNTRIES, problems, label=__package__)
    problems.raise_if_any()
    assert table is not None, "the registry is part of the package"
    return table


@cache
def _embedded_registry() -> Registry:
    problems = Problems()
    registry = build_registry(_embedded_countries(), None, problems)
    problems.raise_if_any()
    return registry


def _not_a_data_folder(own: Path) -> tuple[str, str] | None:
    """What is wrong with a path that can't be a data folder, and what to do."""
    try:
        if (own / "series.toml").is_file():
            return "This is the folder of a series.", f"Name the folder that holds it: {own.parent}."
    except OSError as error:
        return f"This folder can't be read: {error.strerror}.", "Check its name, and that you may read it."
    if own.is_file():
        return "This is a file, not a folder.", "Name a folder that holds series folders."
    if not own.is_dir():
        return "There is no such folder.", "Name a folder that holds series folders (see README, “your own data”)."
    return None


def _series_folders(own: Path, problems: Problems) -> list[Path]:
    """The folders of a user's data: all but `criteria/` and hidden ones; a folder that is none is added to `problems`."""
    inside = list_files(own, str(own), problems)
    if any(path.name == _FRAMEWORKS and not path.is_dir() for path in inside):
        remedy = "Frameworks stand in a folder of this name, as TOML files."
        problems.add(Place(f"{own}/{_FRAMEWORKS}"), "This is not a folder.", remedy)
    candidates = [path for path in inside if path.name != _FRAMEWORKS and path.is_dir()]
    folders = [path for path in candidates if _looks_like_series(path, problems, str(own))]
    known = (_FRAMEWORKS, *(path.name for path in folders))
    check_unexpected_files(
        own, str(own), ("countries.csv", "countries.xlsx", "groups.csv", "groups.xlsx"), known, problems, workbooks=True
    )
    if (
        not folders
        and not (own / _FRAMEWORKS).is_dir()
        and not any(own.glob("countries.*"))
        and not any(own.glob("groups.*"))
    ):
        problems.add(
            Place(str(own)),
            "This folder holds no series.",
            "A series is a folder with series.toml, editions.csv and sources.csv.",
        )
    return folders


def _looks_like_series(folder: Path, problems: Problems, own: str) -> bool:
    """Whether a folder holds any file of a series, so that it is one, if an incomplete one."""
    inside = list_files(folder, f"{own}/{folder.name}", problems)
    return any(path.suffix in (".toml", ".csv", ".xlsx") or path.name == "answers" for path in inside)
