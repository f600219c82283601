"""Start a data folder of one's own, as a copy of an embedded series or empty, and add editions and sources to it."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from country_data import ChoiceError, DataError, Edition, Place, Problem, Problems, Source
from country_data.schema import EDITIONS, SOURCES
from country_data.text_file import parse_csv
from criteria import Framework
from review.files import (
    LOCK,
    OutputError,
    OutputExistsError,
    folder_lock,
    holds_series,
    part_prefix,
    remove_leftovers,
    resolved,
    write_files,
)
from review.importer.trial_read import try_files

__all__ = ["add_series", "add_to_series", "start_folder"]

Added = Edition | Source


def start_folder(
    folder: Path, series: str, framework: Framework, *, copied: bool, added: Sequence[Added] = ()
) -> list[str]:
    """Make `folder` with a series: a copy of the embedded one, or an empty one; the names of the files in it.

    Whole or not at all. Raises `OutputError` where there is something already, `ChoiceError` inside a data folder,
    and `DataError` where what was asked for is not right.
    """
    folder = resolved(folder)
    remove_leftovers(folder.parent, folder.name)
    if folder.exists() and (not folder.is_dir() or any(path.name != LOCK for path in folder.iterdir())):
        hint = "; or add an edition to it with --series and --edition" if copied and holds_series(folder) else ""
        raise OutputExistsError(f"{folder} is there already. Name a new folder{hint}.")
    if holds_series(folder.parent) or any((above / "series.toml").exists() for above in folder.parents[:2]):
        raise ChoiceError(f"{folder} is inside a data folder. Name another place.")
    if not folder.parent.is_dir():
        raise OutputError(f"{folder.parent} is no folder. Make it first, or name another place.")
    contents = _copied_series(series) if copied else _empty_series(series, framework)
    contents["README.md"] = _readme(series, framework).encode("utf-8")
    for one in added:
        name = f"{series}/{_file_of(one)}"
        contents[name] = _with_row(contents[name], one)
    try_files(folder, contents).raise_if_any()
    try:
        _put_in_place(contents, folder)
    except OSError as error:
        raise OutputError(f"{folder} can't be written: {error.strerror or error}.") from None
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != LOCK)


def add_series(folder: Path, series: str, framework: Framework, added: Sequence[Added] = ()) -> list[str]:
    """Add an empty series to a data folder; the names of the files in it. Raises as `start_folder`."""
    contents = _empty_series(series, framework)
    for one in added:
        name = f"{series}/{_file_of(one)}"
        contents[name] = _with_row(contents[name], one)
    with folder_lock(folder):
        try_files(folder, contents).raise_if_any()
        with tempfile.TemporaryDirectory(dir=folder, prefix=part_prefix(series), suffix=".part") as name:
            _write_all(contents, Path(name))
            try:
                (Path(name) / series).rename(folder / series)
            except OSError as error:
                raise OutputError(f"{folder / series} can't be written: {error.strerror}.") from None
    return sorted(str(path.relative_to(folder)) for path in (folder / series).rglob("*") if path.is_file())


def _write_all(contents: Mapping[str, bytes], folder: Path) -> None:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for definition in folder.glob("*/series.toml"):
        definition.with_name("answers").mkdir(exist_ok=True)


def _put_in_place(contents: Mapping[str, bytes], folder: Path) -> None:
    """Make a folder beside its place, and rename it; one that is there, and empty, is filled."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=part_prefix(folder.name), suffix=".part") as name:
        new = Path(name) / folder.name
        new.mkdir()
        _write_all(contents, new)
        if not folder.exists():
            with contextlib.suppress(OSError):  # of two runs one is the first
                new.rename(folder)
                return
        folder.mkdir(exist_ok=True)
        with folder_lock(folder):
            if any(path.name != LOCK for path in folder.iterdir()):
                raise OutputExistsError(f"{folder} is there already: another run has made it.")
            for path in new.iterdir():
                path.rename(folder / path.name)


def _file_of(added: Added) -> str:
    return "editions.csv" if isinstance(added, Edition) else "sources.csv"


def add_to_series(folder: Path, series: str, added: Sequence[Added]) -> list[Path]:
    """Add editions and sources to a series of `folder`; the files that changed.

    Raises `DataError` where what was asked for is not right; then nothing is changed.
    """
    names = list(dict.fromkeys(f"{series}/{_file_of(one)}" for one in added))
    for name in names:
        if not (folder / name).is_file():
            remedy = "What is added goes to a series of your own, in CSV."
            raise DataError([Problem(Place(str(folder / name)), "This file is not there.", remedy)])
    with folder_lock(folder):
        try_files(folder, {}).raise_if_any()  # what is there already
        contents = {name: (folder / name).read_bytes() for name in names}
        for one in added:
            if one.id in _first_column(contents[f"{series}/{_file_of(one)}"]):
                raise ChoiceError(
                    f"{one.id} stands in {folder / series / _file_of(one)} already. To change it, edit that file."
                )
        for one in added:
            name = f"{series}/{_file_of(one)}"
            contents[name] = _with_row(contents[name], one)
        try_files(folder, contents).raise_if_any()
        write_files({folder / name: content for name, content in contents.items()}, replace=True)
    return sorted((folder / name for name in names), reverse=True)


def _with_row(raw: bytes, added: Added) -> bytes:
    """One more line, in the columns and with the line end that the file has; the other lines stay as they are."""
    text = raw.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    parsed = parse_csv(text, "", Problems())
    row = _row_of(added)
    header = parsed[0][0] if parsed and parsed[0] else list(row)
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow([row.get(name, "") for name in header])
    return raw + (b"" if text.endswith(("\n", "\r")) else end.encode()) + out.getvalue().encode("utf-8")


def _first_column(raw: bytes) -> set[str]:
    """The ids in a file of editions or sources."""
    parsed = parse_csv(raw.decode("utf-8-sig"), "", Problems())
    return {row[0] for row in parsed[0][1:]} if parsed else set()


def _row_of(added: Added) -> dict[str, str]:
    """The row of a file, as text."""
    if isinstance(added, Source):
        names = {name: "id" if name == "source" else name for name in SOURCES.names}
    else:
        names = {name: "id" if name == "edition" else name for name in EDITIONS.names}
    values = {name: getattr(added, attribute) for name, attribute in names.items()}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _copied_series(id: str) -> dict[str, bytes]:
    root = Path(str(files("country_data") / id))
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix in (".csv", ".toml"))
    return {f"{id}/{path.relative_to(root)}": path.read_bytes() for path in paths}


def _empty_series(id: str, framework: Framework) -> dict[str, bytes]:
    keys = {"id": id, "title": id.replace("_", " ").capitalize(), "publisher": "", "framework": framework.id}
    lines = [*(f'{key} = "{value}"' for key, value in keys.items()), "scored = true", 'about = ""', 'licence = ""']
    headers = {name: f"{','.join(schema.names)}\n" for name, schema in (("editions", EDITIONS), ("sources", SOURCES))}
    texts = {f"{id}/series.toml": "\n".join(lines) + "\n"}
    texts |= {f"{id}/{name}.csv": text for name, text in headers.items()}
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _readme(series: str, framework: Framework) -> str:
    return f"""# A data folder for modellaw

Answers under the framework {framework.id} ({framework.title}). `modellaw check FOLDER` says what is wrong, if anything.

| file | what it holds |
|---|---|
| `{series}/series.toml` | what the series is, who publishes it, whether it is scored |
| `{series}/editions.csv` | a row for each edition; ids sort as text in order of time |
| `{series}/sources.csv` | every source by a short id, with its address |
| `{series}/answers/<edition>.csv` | the answers: country, criterion, answer, source, and where in it |
| `{series}/corrections.csv` | may be absent: what an edition states otherwise than it was published, and why |
| `{series}/published_figures.csv`, `law_changes.csv` | may be absent: figures that are published; dated changes of law |
| `{series}/import.toml` | may be absent: what headings and signs of your tables mean |
| `countries.csv` | may be absent: countries and aliases of your own |
| `criteria/<framework>.toml` | may be absent: a framework of your own |

All files are text (CSV in UTF-8), to be edited in any editor or spreadsheet. The ways in:

    modellaw init . --series {series} --source ID --source-title "…"    (a new source)
    modellaw init . --series {series} --edition ID --title "…" --as-of YYYY --source ID --reviewed N    (a new edition, of N countries)
    modellaw template --data . --series {series} --edition ID --output answers.xlsx
    modellaw import answers.xlsx --data . --series {series} --edition ID
    modellaw report --data .

Typed in this folder; origins its path takes the place of the dot.
"""
