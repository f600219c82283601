"""One reviewer's findings: read a series folder, and check what can be checked without the criteria."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from country_data.corrections import corrected
from country_data.problems import Place, Problems, did_you_mean, nearest, one_of
from country_data.registry import Registry
from country_data.schema import ANSWERS, CORRECTIONS, EDITIONS, FIGURES, LAW_CHANGES, SOURCES, Schema, is_device, is_id
from country_data.tables import Table, empty_table, read_table
from country_data.text_file import read_text
from country_data.toml_file import KeyLines, parse_toml

__all__ = ["Edition", "Series", "Source", "check_answers", "check_unexpected_files", "list_files", "read_series"]

_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
_CODE = re.compile(r"[A-Z]{3,4}", re.ASCII)
_EDITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
_URL = re.compile(r"https?://[^\s/]+\.?[^\s]*", re.ASCII | re.IGNORECASE)
_TABLES = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".tsv", ".toml")
_STEMS = ("editions", "sources", "published_figures", "law_changes", "corrections")
_FILES = ("series.toml", "import.toml", *(f"{stem}{ending}" for stem in _STEMS for ending in (".csv", ".xlsx")))
_UNMENTIONED = ("not_recorded", "silent")
_RESERVED = "criteria"


@dataclass(frozen=True, slots=True)
class Edition:
    """A row of editions.csv. `reviewed`: how many countries it covers, None where that is not known."""

    id: str
    kind: str
    title: str
    as_of: str
    published: str
    reviewed: int | None
    coverage: str
    source: str
    note: str

    @property
    def is_update(self) -> bool:
        """Whether it is a dated statement between editions."""
        return self.kind == "update"

    @property
    def is_complete(self) -> bool:
        """Whether every country that it covers has an answer here."""
        return self.coverage == "complete"


@dataclass(frozen=True, slots=True)
class Source:
    """A row of sources.csv."""

    id: str
    title: str
    publisher: str
    kind: str
    published: str
    url: str

    @property
    def short(self) -> str:
        """Publisher, date and id. The title, in the words of its time, stands among the sources alone."""
        words = ", ".join(filter(None, [self.publisher, self.published]))
        return f"{words} [{self.id}]" if words else f"[{self.id}]"


@dataclass(frozen=True)
class Series:
    """A series: what series.toml says, and its tables.

    Attributes
    ----------
    editions, sources : Mapping[str, Edition], Mapping[str, Source]
        By id; editions in the order of their ids.
    answers : DataFrame
        Frame of text: `edition`, then the columns of the answers, of all editions. Corrections are applied, unless the
        series was read as published.
    answer_tables : Mapping[str, Table]
        The same by edition, as the files they came from.
    figures, law_changes, corrections : Table
        The tables of these files.
    embedded : bool
        Whether it is shipped with the package.

    """

    id: str
    title: str
    publisher: str
    framework: str
    scored: bool
    unmentioned: str
    caveat: str
    independence: str
    about: str
    licence: str
    label: str
    embedded: bool
    key_lines: KeyLines
    editions: Mapping[str, Edition]
    sources: Mapping[str, Source]
    answers: pd.DataFrame
    answer_tables: Mapping[str, Table] = field(repr=False)
    figures: Table = field(repr=False)
    law_changes: Table = field(repr=False)
    corrections: Table = field(repr=False)

    def sources_in_words(self, ids: str) -> str:
        """Sources named by their ids, with spaces between, in a few words each."""
        return "; ".join(self.sources[id].short for id in ids.split())

    def with_answers(self, edition: str, table: Table) -> Series:
        """The series with other answers of one edition."""
        tables = {**self.answer_tables, edition: table}
        return replace(self, answers=_join(tables), answer_tables=tables)


def read_series(
    folder: Path,
    label: str,
    registry: Registry,
    problems: Problems,
    *,
    embedded: bool,
    as_published: bool = False,
    only: Collection[str] | None = None,
) -> Series | None:
    """Read the series in `folder`; None where it can't be made. What is wrong is added to `problems`.

    `as_published`: without the corrections, which are still checked. `only`: with the answers of
    these editions alone.
    """
    definition = _read_definition(folder, label, problems)
    editions = read_table(folder, "editions", EDITIONS, problems, label=label)
    sources = read_table(folder, "sources", SOURCES, problems, label=label)
    figures = _read_optional(folder, "published_figures", FIGURES, label, problems)
    changes = _read_optional(folder, "law_changes", LAW_CHANGES, label, problems)
    corrections = _read_optional(folder, "corrections", CORRECTIONS, label, problems)
    answers = _read_answers(folder, label, editions, registry, problems, only)
    for with_countries in (changes, corrections):
        _resolve_countries(with_countries, registry, problems)
    applied = corrected(answers, corrections, list(editions.frame["edition"]) if editions else [], problems)
    answers = answers if as_published else applied
    check_unexpected_files(folder, label, _FILES, ("answers",), problems)
    if sources is not None:
        _check_sources(sources, problems)
        for table in (editions, figures, changes, corrections, *answers.values()):
            if table is not None:
                _check_source_ids(table, set(sources.frame["source"]), problems)
    _check_figures(figures, editions, problems)
    if editions is not None:
        _check_editions(editions, answers, registry, problems)
    if definition is None or editions is None or sources is None:
        return None
    keys, key_lines = definition
    return Series(
        **keys,
        label=label,
        embedded=embedded,
        key_lines=key_lines,
        editions=_editions_of(editions),
        sources={row["source"]: Source(row.pop("source"), **row) for row in sources.frame.to_dict("records")},
        answers=_join(answers),
        answer_tables=answers,
        figures=figures.sorted(["edition"]),
        law_changes=changes.sorted(["date", "country"]),
        corrections=corrections.sorted(["edition", "country"]),
    )


def _read_optional(folder: Path, stem: str, schema: Schema, label: str, problems: Problems) -> Table:
    """Read a file that may be absent."""
    table = read_table(folder, stem, schema, problems, label=label, required=False)
    return table or empty_table(f"{label}/{stem}.csv", schema)


def check_answers(table: Table, sources: set[str], problems: Problems) -> None:
    """Add to `problems` what is wrong with a table of answers by itself: keys twice, sources missing or unknown."""
    _check_keys(table, problems)
    _check_source_ids(table, sources, problems)


_TEXT_KEYS = ("id", "title", "publisher", "framework", "unmentioned", "caveat", "independence", "about", "licence")
_DEFINITION: dict[str, Any] = dict.fromkeys(_TEXT_KEYS, "") | {"scored": False, "unmentioned": _UNMENTIONED[0]}


def _read_definition(folder: Path, label: str, problems: Problems) -> tuple[dict[str, Any], KeyLines] | None:
    """The keys of series.toml with their defaults, and their lines; None where it can't be read."""
    file = f"{label}/series.toml"
    if not (folder / "series.toml").is_file():
        problems.add(Place(file), "This file is not there.", one_of(_DEFINITION, "It needs the keys"))
        return None
    text = read_text(folder / "series.toml", file, problems)
    parsed = parse_toml(text, file, problems) if text is not None else None
    if text is None or parsed is None:
        return None
    lines, fitting = KeyLines(file, text), {}
    for key, value in parsed.items():
        if key not in _DEFINITION:
            remedy = did_you_mean(key, _DEFINITION) + one_of(_DEFINITION)
            problems.add(lines.place(key), f"The key “{key}” is not known.", remedy)
        elif not isinstance(value, type(_DEFINITION[key])):
            remedy = "Write true or false." if key == "scored" else "Write a text between quotation marks."
            problems.add(lines.place(key), f"“{key}” is {value!s}.", remedy)
        else:
            fitting[key] = " ".join(value.split()) if isinstance(value, str) else value
    for key in ("id", "title", "framework", "scored"):
        if parsed.get(key, "") == "":
            problems.add(Place(file), f"The key “{key}” is missing.", "It must be filled in.")
    id = fitting.get("id", "")
    if id and id != folder.name:
        message = f"The id is “{id}”, the folder “{folder.name}”."
        problems.add(lines.place("id"), message, "Both must be the same.")
    elif id and (not is_id(id) or is_device(id) or id == _RESERVED):
        remedy = f"Use small letters, digits and _, beginning with a letter; “{_RESERVED}” and names of devices, such as nul, are reserved."
        problems.add(lines.place("id"), f"“{id}” is not an id.", remedy)
    unmentioned = fitting.get("unmentioned", _UNMENTIONED[0])
    if unmentioned not in _UNMENTIONED:
        problems.add(lines.place("unmentioned"), f"“{unmentioned}” is not allowed here.", one_of(_UNMENTIONED))
    return {**_DEFINITION, "id": folder.name, **fitting}, lines


def _editions_of(table: Table) -> dict[str, Edition]:
    names = [field.name for field in fields(Edition)[1:]]
    editions = {}
    for row in table.frame.sort_values("edition").to_dict("records"):
        values = {name: row[name] for name in names}
        reviewed = int(row["reviewed"]) if _COUNT.fullmatch(row["reviewed"]) else None
        editions[row["edition"]] = Edition(row["edition"], **{**values, "reviewed": reviewed})
    return editions


def _read_answers(
    folder: Path,
    label: str,
    editions: Table | None,
    registry: Registry,
    problems: Problems,
    only: Collection[str] | None,
) -> dict[str, Table]:
    inside = folder / "answers"
    if os.path.lexists(inside) and not inside.is_dir():
        remedy = "Answers stand in a folder, one file an edition."
        problems.add(Place(f"{label}/answers"), "This is not a folder.", remedy)
        return {}
    files = list_files(inside, f"{label}/answers", problems) if inside.is_dir() else []
    for path in files:
        if path.suffix not in (".csv", ".xlsx") or path.is_dir():
            message = "This is not read: answers stand in .csv or .xlsx files."
            problems.add(Place(f"{label}/answers/{path.name}"), message, "Rename it, or move it away.")
    stems = dict.fromkeys(path.stem for path in files if path.suffix in (".csv", ".xlsx"))
    known = list(editions.frame["edition"]) if editions is not None else []
    tables: dict[str, Table] = {}
    for stem in (stem for stem in stems if only is None or stem in only):
        table = read_table(inside, stem, ANSWERS, problems, label=f"{label}/answers")
        if table is None:
            continue
        if editions is not None and stem not in known:
            remedy = f"{_near(stem, known)}Add it to editions.csv, or rename the file."
            problems.add(table.place(), f"There is no edition “{stem}”.", remedy)
        _resolve_countries(table, registry, problems)
        _check_keys(table, problems)
        tables[stem] = table
    return tables


def _near(edition: str, known: list[str]) -> str:
    near = nearest(edition, known, most=1)
    return f"Did you mean {near[0]}? " if near else ""


def _resolve_countries(table: Table, registry: Registry, problems: Problems) -> None:
    """Replace each name in `country` by its code; what is not exactly one country is added to `problems`."""
    column = table.frame["country"]
    if set(column) - {""} <= registry.codes():
        return
    codes = {text: registry.find(text) for text in column.unique() if text}
    unknown = [text for text, code in codes.items() if code is None]
    remedies = {text: _remedy(text, registry) for text in unknown[:_MOST_HINTS]}
    for row in column.isin(unknown).to_numpy().nonzero()[0].tolist():
        remedy = remedies.get(column[row], _ADD_COUNTRY)
        message = f"“{column[row]}” is not exactly one country."
        problems.add(table.place(row, "country"), message, remedy, "country")
    table.frame["country"] = column.map({"": "", **{text: code or text for text, code in codes.items()}}).astype(str)


_MOST_HINTS = 200  # unknown names for which the nearest are looked up
_ADD_COUNTRY = "Add it to countries.csv, with a code QMA to QZZ if it is invented."


def _remedy(text: str, registry: Registry) -> str:
    near = [] if _CODE.fullmatch(text) else registry.nearest(text)
    return (
        f"Did you mean {' or '.join(f'{registry.resolve(name)} ({name})' for name in near)}?" if near else _ADD_COUNTRY
    )


def _check_keys(table: Table, problems: Problems) -> None:
    frame = table.frame
    twice = frame.duplicated(["country", "criterion"]) & (frame["country"] != "")
    if twice.any():
        keys = (frame["country"] + " " + frame["criterion"]).tolist()
        first = {key: table.place(row, "country") for row, key in reversed(list(enumerate(keys)))}
        remedy = "Keep one row for each country and criterion."
        for row in twice.to_numpy().nonzero()[0].tolist():
            message = f"{keys[row]} stands twice, also in {first[keys[row]]}."
            problems.add(table.place(row, "country"), message, remedy, "country")
    remedy = "Name the id of a source in sources.csv, or leave the answer blank."
    unsourced = (frame["answer"] != "") & (frame["source"] == "")
    table.flag(problems, unsourced, "source", "This answer has no source.", remedy)


def _check_sources(sources: Table, problems: Problems) -> None:
    ids, urls = sources.frame["source"], sources.frame["url"]
    twice, spaced = ids.duplicated() & (ids != ""), ids.str.contains(r"\s", regex=True)
    sources.flag(problems, twice, "source", "The source “{value}” stands twice.", "Keep one row for each id.")
    remedy = "Use letters, digits, - and _ only: spaces separate several ids."
    sources.flag(problems, spaced, "source", "The id “{value}” holds a space.", remedy)
    wrong = urls.isin({url for url in urls.unique() if url and not _URL.fullmatch(url)})
    remedy = "It must begin with http:// or https://, and hold no space."
    sources.flag(problems, wrong, "url", "“{value}” is not a web address.", remedy)


def _check_source_ids(table: Table, known: set[str], problems: Problems) -> None:
    column = table.frame["source"]
    unknown = {text: [id for id in text.split() if id not in known] for text in column.unique()}
    hints: dict[str, str] = {}
    for row in column.isin({text for text, ids in unknown.items() if ids}).to_numpy().nonzero()[0].tolist():
        for id in unknown[column[row]]:
            if id not in hints:
                near = did_you_mean(id, known).strip() if len(hints) < _MOST_HINTS else ""
                hints[id] = near or "Add it to sources.csv."
            problems.add(table.place(row, "source"), f"There is no source “{id}”.", hints[id], "source")


def _check_figures(figures: Table, editions: Table | None, problems: Problems) -> None:
    frame = figures.frame
    if editions is not None:
        known = list(editions.frame["edition"])
        figures.flag_unknown(problems, "edition", known, "There is no edition “{value}”.", "Editions are")
    wrong = ~frame["value"].str.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?") & (frame["value"] != "")
    remedy = "Write digits only; a decimal point where the statistic is a mean."
    figures.flag(problems, wrong, "value", "“{value}” is not a number.", remedy)
    preferred = frame["status"] == "preferred"
    keys = (frame["edition"] + " " + frame["statistic"]).where(preferred, frame.index.astype(str))
    message = "{statistic} of edition {edition} has a second preferred figure."
    remedy = "Keep one as preferred; mark the other as alternative."
    figures.flag(problems, preferred & keys.duplicated(), "status", message, remedy)


def _check_editions(editions: Table, answers: dict[str, Table], registry: Registry, problems: Problems) -> None:
    ids, reviewed = editions.frame["edition"], editions.frame["reviewed"]
    wrong = ids.isin({id for id in ids if id and (not _EDITION.fullmatch(id) or is_device(id))})
    remedy = "Use letters, digits, - and . only, beginning with a letter or digit; no name of a device, such as NUL."
    editions.flag(problems, wrong, "edition", "“{value}” is not an edition's id.", remedy)
    is_count = reviewed.str.fullmatch(_COUNT.pattern)
    remedy = "Write digits only, or leave it blank where it is not known."
    editions.flag(problems, (reviewed != "") & ~is_count, "reviewed", "“{value}” is not a number of countries.", remedy)
    for row, id in ids[is_count & ids.isin(list(answers))].items():
        rows, covered = answers[id].frame, int(reviewed[row])
        of_registry = rows["country"].isin(registry.codes()) & (rows["answer"] != "")
        recorded = rows.loc[of_registry, "country"].nunique()
        if recorded > covered:
            message = f"Edition {id} covers {covered}, but {recorded} countries have an answer."
            remedy = f"Correct “reviewed”, or the answers in {answers[id].label}."
            problems.add(editions.place(row, "reviewed"), message, remedy, "reviewed")
        if 0 < recorded < covered and editions.frame.at[row, "coverage"] == "complete":
            message = f"Edition {id} is complete and covers {covered}, but only {recorded} countries have an answer."
            remedy = "Add the missing answers, or write “partial”."
            problems.add(editions.place(row, "coverage"), message, remedy, "coverage")
    _check_order(editions, problems)
    twice = ids.str.casefold().duplicated() & (ids != "")
    editions.flag(problems, twice, "edition", "Edition {value} stands twice.", "Keep one row for each edition.")


def _check_order(editions: Table, problems: Problems) -> None:
    """Ids sorted as text are in order of time: 9 and 10 would not be, 09 and 10 are."""
    frame = editions.frame[(editions.frame["as_of"] != "") & (editions.frame["edition"] != "")].sort_values("edition")
    rows = list(frame[["edition", "as_of"]].itertuples())
    remedy = "Ids are sorted as text: write 09, not 9, where there is a 10; or correct “as_of”."
    for before, after in itertools.pairwise(rows):
        shorter = min(len(before.as_of), len(after.as_of))
        if before.as_of[:shorter] > after.as_of[:shorter]:
            message = f"Edition {after.edition} ({after.as_of}) sorts after {before.edition} ({before.as_of}), which is later."
            problems.add(editions.place(after.Index, "edition"), message, remedy, "edition")


def list_files(folder: Path, label: str, problems: Problems) -> list[Path]:
    """The files and folders in a folder, by name; without hidden files and the lock files of open workbooks."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        problems.add(Place(label), f"This folder can't be read: {error.strerror}.", "Check that you may read it.")
        return []


def check_unexpected_files(
    folder: Path,
    label: str,
    files: tuple[str, ...],
    folders: tuple[str, ...],
    problems: Problems,
    *,
    workbooks: bool = False,
) -> None:
    """Add to `problems` every table that is not read, and folders whose name is nearly a known one.

    `workbooks`: reports and templates may stand here, so that only those named like a table are a problem.
    """
    message = "This is not part of the data format, and is not read."
    for path in list_files(folder, label, problems):
        expected = folders if path.is_dir() else files
        if path.name in expected or (workbooks and path.suffix.lower() == ".xlsx" and path.stem not in _STEMS):
            continue
        near = nearest(path.name, expected, most=1, cutoff=80)
        if near or (not path.is_dir() and path.suffix.lower() in _TABLES):
            hint = f"Did you mean “{near[0]}”? " if near else ""
            problems.add(Place(f"{label}/{path.name}"), message, f"{hint}Rename it, or move it away.")


def _join(answers: Mapping[str, Table]) -> pd.DataFrame:
    frames = [table.frame.assign(edition=edition) for edition, table in sorted(answers.items())]
    frames = frames or [pd.DataFrame(columns=[*ANSWERS.names, "edition"], dtype=str)]
    return pd.concat(frames, ignore_index=True)[["edition", *ANSWERS.names]]
