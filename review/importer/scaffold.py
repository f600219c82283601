"""Start a data folder of one's own, begin a framework in it, and add to it or change what is there, by commands."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from country_data import ChoiceError, DataError, Place, Problem, Problems
from country_data.schema import EDITIONS, SOURCES, Schema, is_device, is_id
from country_data.text_file import header_separator, parse_csv
from country_data.writing import csv_with_changes
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

__all__ = ["Entry", "add_series", "change_series", "start_folder", "start_framework"]

_TABLES: dict[str, tuple[Schema, dict[str, str]]] = {
    "editions": (EDITIONS, {"kind": EDITIONS.choices["kind"][0], "coverage": EDITIONS.choices["coverage"][1]}),
    "sources": (SOURCES, {"kind": SOURCES.choices["kind"][0]}),
}


@dataclass(frozen=True)
class Entry:
    """What is said of an edition, of a source, or of the series itself (`table`: editions, sources, series), by column."""

    table: str
    id: str
    values: Mapping[str, str]


def start_folder(
    folder: Path, series: str, framework: Framework, *, copied: bool, entries: Sequence[Entry] = ()
) -> list[str]:
    """Make `folder` with a series: a copy of the embedded one, or an empty one; the names of the files in it.

    Whole or not at all. Raises `OutputError` where there is something already, `ChoiceError` inside a data folder,
    and `DataError` where what was asked for is not right.
    """
    contents = _copied_series(series) if copied else _empty_series(series, framework)
    contents["README.md"] = _readme(series, framework).encode("utf-8")
    hint = "; or add an edition to it with --series and --edition" if copied and holds_series(resolved(folder)) else ""
    return _make_folder(folder, _with_entries(contents, series, entries), hint)


def start_framework(folder: Path, id: str) -> list[str]:
    """Write a framework to be filled in, with comments, into a data folder or a new one; the names of the files."""
    if not is_id(id) or is_device(id):
        raise ChoiceError(f"“{id}” is not an id. Use small letters, digits and _, beginning with a letter.")
    contents = {f"criteria/{id}.toml": _framework_text(id).encode("utf-8")}
    folder = resolved(folder)
    if not holds_series(folder) and not (folder / "criteria").is_dir():
        return _make_folder(folder, contents, "")
    with folder_lock(folder):
        try_files(folder, contents).raise_if_any()
        for name, content in contents.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write_files({folder / name: content}, replace=False)
    return list(contents)


def _make_folder(folder: Path, contents: Mapping[str, bytes], hint: str) -> list[str]:
    folder = resolved(folder)
    remove_leftovers(folder.parent, folder.name)
    if folder.exists() and (not folder.is_dir() or any(path.name != LOCK for path in folder.iterdir())):
        raise OutputExistsError(f"{folder} is there already. Name a new folder{hint}.")
    if holds_series(folder.parent) or any((above / "series.toml").exists() for above in folder.parents[:2]):
        raise ChoiceError(f"{folder} is inside a data folder. Name another place.")
    if not folder.parent.is_dir():
        raise OutputError(f"{folder.parent} is no folder. Make it first, or name another place.")
    try_files(folder, contents).raise_if_any()
    try:
        _put_in_place(contents, folder)
    except OSError as error:
        raise OutputError(f"{folder} can't be written: {error.strerror or error}.") from None
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != LOCK)


def add_series(folder: Path, series: str, framework: Framework, entries: Sequence[Entry] = ()) -> list[str]:
    """Add an empty series to a data folder; the names of the files in it. Raises as `start_folder`."""
    contents = _with_entries(_empty_series(series, framework), series, entries)
    with folder_lock(folder):
        try_files(folder, contents).raise_if_any()
        with tempfile.TemporaryDirectory(dir=folder, prefix=part_prefix(series), suffix=".part") as name:
            _write_all(contents, Path(name))
            try:
                (Path(name) / series).rename(folder / series)
            except OSError as error:
                raise OutputError(f"{folder / series} can't be written: {error.strerror}.") from None
    return sorted(str(path.relative_to(folder)) for path in (folder / series).rglob("*") if path.is_file())


def change_series(folder: Path, series: str, entries: Sequence[Entry]) -> list[Path]:
    """Add editions and sources to a series of `folder`, or change what is said of them; the files that changed.

    Raises `DataError` where what was asked for is not right; then nothing is changed.
    """
    names = list(dict.fromkeys(f"{series}/{_file_of(one)}" for one in entries))
    for name in names:
        if not (folder / name).is_file():
            remedy = "What is added goes to a series of your own, in CSV."
            raise DataError([Problem(Place(str(folder / name)), "This file is not there.", remedy)])
    with folder_lock(folder):
        try_files(folder, {}).raise_if_any()  # what is there already
        before = {name: (folder / name).read_bytes() for name in names}
        after = _with_entries(before, series, entries)
        changed = {name: content for name, content in after.items() if content != before[name]}
        try_files(folder, changed).raise_if_any()
        write_files({folder / name: content for name, content in changed.items()}, replace=True)
    return sorted((folder / name for name in changed), reverse=True)


def _file_of(entry: Entry) -> str:
    return "series.toml" if entry.table == "series" else f"{entry.table}.csv"


def _with_entries(contents: Mapping[str, bytes], series: str, entries: Sequence[Entry]) -> dict[str, bytes]:
    found = dict(contents)
    for entry in entries:
        name = f"{series}/{_file_of(entry)}"
        found[name] = _with_keys(found[name], entry) if entry.table == "series" else _with_row(found[name], entry)
    return found


def _with_row(raw: bytes, entry: Entry) -> bytes:
    """A table with one row more or changed, in the columns and with the line end that it has; the other lines stay."""
    schema, defaults = _TABLES[entry.table]
    key, text = schema.names[0], raw.decode("utf-8-sig")
    parsed = parse_csv(text, "", Problems(), header_separator(text))
    header, *lines = parsed[0] if parsed and parsed[0] else [list(schema.names)]
    rows = {row[key]: row for row in (dict(zip(header, line, strict=False)) for line in lines)}
    if entry.id not in rows:
        named = {"title": f"Edition {entry.id}"} if entry.table == "editions" else {}
        if entry.table == "sources" and not entry.values.get("title"):
            raise ChoiceError("A new source needs its title: --source ID --source-title “…”.")
        rows[entry.id] = {key: entry.id, **defaults, **named}
    before = dict(rows[entry.id])
    rows[entry.id] = {**before, **entry.values}
    if rows[entry.id] == before and any(line[:1] == [entry.id] for line in lines):
        return raw
    return csv_with_changes(raw, rows, {entry.id}, schema, lambda row: row.get(key, ""))


def _with_keys(raw: bytes, entry: Entry) -> bytes:
    """The text of series.toml with other values of some keys; its comments stay."""
    text = raw.decode("utf-8-sig")
    for key, value in entry.values.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        # what stands within a text of several lines is no key
        several = [match.span() for match in re.finditer(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'', text)]
        keys = list(re.finditer(rf"^{key}[ \t]*=[ \t]*", text, re.MULTILINE))
        keys = [match for match in keys if not any(start < match.start() < end for start, end in several)]
        value_of = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"(?!\")|'[^'\n]*'(?!')")
        found = value_of.match(text, keys[0].end()) if keys else None
        if keys and found is None:
            raise ChoiceError(f"“{key}” stands in series.toml in a way that is not changed here: edit that file.")
        text = text[: keys[0].start()] + line + text[found.end() :] if found else f"{line}\n{text}"
    return text.encode("utf-8")


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
| `{series}/readings/<edition>.toml` | may be absent: how the table of an edition was read |
| `countries.csv` | may be absent: countries and aliases of your own |
| `criteria/<framework>.toml` | may be absent: a framework of your own |

All files are text (CSV in UTF-8), to be edited in any editor or spreadsheet. The ways in:

    modellaw init . --series {series} --source ID --source-title "…"    (a new source)
    modellaw init . --series {series} --edition ID --title "…" --as-of YYYY --source ID --reviewed N    (an edition, new or changed, of N countries)
    modellaw template --data . --series {series} --edition ID --output answers.xlsx
    modellaw import answers.xlsx --data . --series {series} --edition ID    (shows how it is read; --write takes it in)
    modellaw report --data .

They are typed in this folder; typed elsewhere, they have its path in place of the dot.
"""


def _framework_text(id: str) -> str:
    return f"""# A framework of criteria, to be filled in. Lines behind # explain; those that begin with # and a key may be used.
id = "{id}"                    # the name of this file
title = "{id.replace("_", " ").capitalize()}"
publisher = ""
# sufficient = "all"             # the level from which a country counts as sufficient
# grades = ["no", "partial", "yes"]    # left out: no and yes

[[criteria]]                   # one block for each criterion, in their order
id = "first"
title = "First criterion"
short = "First"                # the heading of its column
question = "Does the law …?"
counts = "What counts as yes, and what does not."
# requires = ["other"]           # criteria without which this one can't be met
# weight = 1

[[criteria]]
id = "second"
title = "Second criterion"
short = "Second"
question = "Does the law …?"
counts = "What counts as yes, and what does not."

[[levels]]                     # the best first; the last needs nothing
id = "all"
title = "Meets every criterion"
short = "All"
needs = ["first", "second"]

[[levels]]
id = "other"
title = "Does not meet every criterion"
short = "Other"
"""
