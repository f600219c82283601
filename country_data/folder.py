"""Read a user's data folder on top of the embedded one: registry and series."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from country_data.formats import COUNTRIES
from country_data.problems import Place, Problems
from country_data.registry import Registry, build_registry
from country_data.series import Series, check_strays, entries, read_series
from country_data.tables import read_table

__all__ = ["Folder", "read_folder"]

_FRAMEWORKS = "criteria"


@dataclass(frozen=True)
class Folder:
    """The registry and the series by id, a user's in place of embedded ones of the same id."""

    registry: Registry
    series: dict[str, Series]


def read_folder(own: Path | None, problems: Problems, *, as_published: bool = False) -> Folder:
    """Read the embedded data and, on top, the folder `own`; what is wrong goes to `problems`.

    `as_published`: without the corrections of the series.
    """
    shipped = Path(str(files(__package__)))
    countries = read_table(shipped, "countries", COUNTRIES, problems, label="country_data")
    assert countries is not None, "the registry is part of the package"
    own_countries = None
    if own is not None:
        wrong = _not_a_data_folder(own)
        if wrong:
            problems.add(Place(str(own)), *wrong)
            return Folder(build_registry(countries, None, problems), {})
        own_countries = read_table(own, "countries", COUNTRIES, problems, label=str(own), required=False)
    registry = build_registry(countries, own_countries, problems)
    series: dict[str, Series] = {}
    own_ids = _series_folders(own, problems) if own is not None else []
    for folder in _shipped_series(shipped):
        if folder.name not in [path.name for path in own_ids]:
            found = read_series(
                folder, f"country_data/{folder.name}", registry, problems, embedded=True, as_published=as_published
            )
            if found is not None:
                series[found.id] = found
    for folder in own_ids:
        found = read_series(
            folder, f"{own}/{folder.name}", registry, problems, embedded=False, as_published=as_published
        )
        if found is not None:
            series[found.id] = found
    return Folder(registry, series)


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


def _shipped_series(shipped: Path) -> list[Path]:
    return sorted(path.parent for path in shipped.glob("*/series.toml"))


def _series_folders(own: Path, problems: Problems) -> list[Path]:
    """The folders of a user's data: all but `criteria/` and hidden ones; what is no series is said."""
    inside = entries(own, str(own), problems)
    if any(path.name == _FRAMEWORKS and not path.is_dir() for path in inside):
        remedy = "Frameworks stand in a folder of this name, as TOML files."
        problems.add(Place(f"{own}/{_FRAMEWORKS}"), "This is not a folder.", remedy)
    candidates = [path for path in inside if path.name != _FRAMEWORKS and path.is_dir()]
    folders = [path for path in candidates if _looks_like_series(path, problems, str(own))]
    known = (_FRAMEWORKS, *(path.name for path in folders))
    check_strays(own, str(own), ("countries.csv", "countries.xlsx"), known, problems, workbooks=True)
    if not folders and not (own / _FRAMEWORKS).is_dir() and not any(own.glob("countries.*")):
        problems.add(
            Place(str(own)),
            "This folder holds no series.",
            "A series is a folder with series.toml, editions.csv and sources.csv.",
        )
    return folders


def _looks_like_series(folder: Path, problems: Problems, own: str) -> bool:
    """Whether a folder holds any file of a series, so that it is one, if an incomplete one."""
    inside = entries(folder, f"{own}/{folder.name}", problems)
    return any(path.suffix in (".toml", ".csv", ".xlsx") or path.name == "answers" for path in inside)
