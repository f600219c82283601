"""One reviewer's findings: read a series folder, and check what can be checked without the criteria."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from country_data.corrections import corrected, read_corrections
from country_data.definition import read_definition
from country_data.formats import ANSWERS, EDITIONS, FIGURES, LAW_CHANGES, SOURCES, is_device
from country_data.problems import Place, Problems, nearest
from country_data.registry import Registry
from country_data.tables import Table, empty_table, read_table
from country_data.toml import KeyLines

__all__ = ["Series", "check_answers", "check_strays", "entries", "read_series"]

_CODE = re.compile(r"[A-Z]{3,4}", re.ASCII)
_EDITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
_URL = re.compile(r"https?://[^\s/]+\.?[^\s]*", re.ASCII | re.IGNORECASE)
_TABLES = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".tsv", ".toml")
_STEMS = ("editions", "sources", "published_figures", "law_changes", "corrections")
_FILES = ("series.toml", "import.toml", *(f"{stem}{ending}" for stem in _STEMS for ending in (".csv", ".xlsx")))


@dataclass(frozen=True)
class Series:
    """A series and its tables; every frame has the text columns of its file (see `formats`).

    `answers` has `edition` before them, and holds the rows of all editions; `answer_tables` are the
    files they came from, for naming a line. In both, `corrections` are applied, unless the series
    was read as published. `embedded` tells shipped data from a user's own.
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
    definition: KeyLines
    editions: pd.DataFrame
    sources: pd.DataFrame
    answers: pd.DataFrame
    figures: pd.DataFrame
    law_changes: pd.DataFrame
    corrections: pd.DataFrame
    answer_tables: dict[str, Table] = field(repr=False)
    figures_table: Table = field(repr=False)
    law_changes_table: Table = field(repr=False)
    corrections_table: Table = field(repr=False)


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
    """Read the series in `folder`; None where it can't be made. What is wrong goes to `problems`.

    `as_published`: without the corrections, which are still checked. `only`: with the answers of
    these editions alone.
    """
    definition = read_definition(folder, label, problems)
    editions = read_table(folder, "editions", EDITIONS, problems, label=label)
    sources = read_table(folder, "sources", SOURCES, problems, label=label)
    figures_label, changes_label = f"{label}/published_figures.csv", f"{label}/law_changes.csv"
    figures = read_table(folder, "published_figures", FIGURES, problems, label=label, required=False)
    changes = read_table(folder, "law_changes", LAW_CHANGES, problems, label=label, required=False)
    figures = figures or empty_table(figures_label, FIGURES)
    changes = changes or empty_table(changes_label, LAW_CHANGES)
    answers = _read_answers(folder, label, editions, registry, problems, only)
    corrections = read_corrections(folder, label, problems)
    _resolve_countries(corrections, registry, problems)
    applied = corrected(answers, corrections, list(editions.frame["edition"]) if editions else [], problems)
    answers = answers if as_published else applied
    check_strays(folder, label, _FILES, ("answers",), problems)
    if sources is not None:
        _check_sources(sources, problems)
        known = set(sources.frame["source"])
        for table in (editions, figures, changes, corrections, *answers.values()):
            if table is not None:
                _check_source_ids(table, known, problems)
    _check_figures(figures, editions, problems)
    _resolve_countries(changes, registry, problems)
    if editions is not None:
        _check_editions(editions, answers, registry, problems)
    if definition is None or editions is None or sources is None:
        return None
    text, lines = definition
    return Series(
        **text,
        label=label,
        embedded=embedded,
        definition=lines,
        editions=editions.frame.sort_values("edition", ignore_index=True),
        sources=sources.frame,
        answers=_join(answers),
        figures=figures.frame.sort_values("edition", kind="stable", ignore_index=True),
        law_changes=changes.frame.sort_values(["date", "country"], ignore_index=True),
        corrections=corrections.frame.sort_values(["edition", "country"], ignore_index=True),
        answer_tables=answers,
        figures_table=figures,
        law_changes_table=changes,
        corrections_table=corrections,
    )


def check_answers(table: Table, sources: set[str], problems: Problems) -> None:
    """Note what is wrong with a table of answers by itself: rows for one thing, answers without a source, sources that are not there."""
    _check_keys(table, problems)
    _check_source_ids(table, sources, problems)


def _read_answers(
    folder: Path,
    label: str,
    editions: Table | None,
    registry: Registry,
    problems: Problems,
    only: Collection[str] | None,
) -> dict[str, Table]:
    place = folder / "answers"
    if os.path.lexists(place) and not place.is_dir():
        problems.add(
            Place(f"{label}/answers"), "This is not a folder.", "Answers stand in a folder, one file an edition."
        )
        return {}
    files = entries(place, f"{label}/answers", problems) if place.is_dir() else []
    for path in files:
        if path.suffix not in (".csv", ".xlsx") or path.is_dir():
            problems.add(
                Place(f"{label}/answers/{path.name}"),
                "This is not read: answers stand in .csv or .xlsx files.",
                "Rename it, or move it away.",
            )
    files = [path for path in files if path.suffix in (".csv", ".xlsx") and (only is None or path.stem in only)]
    known = list(editions.frame["edition"]) if editions is not None else []
    tables: dict[str, Table] = {}
    for stem in dict.fromkeys(path.stem for path in files):
        table = read_table(place, stem, ANSWERS, problems, label=f"{label}/answers")
        if table is None:
            continue
        if editions is not None and stem not in known:
            near = nearest(stem, known, most=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            problems.add(
                table.place(), f"There is no edition “{stem}”.", f"{hint}Add it to editions.csv, or rename the file."
            )
        _resolve_countries(table, registry, problems)
        _check_keys(table, problems)
        tables[stem] = table
    return tables


def _resolve_countries(table: Table, registry: Registry, problems: Problems) -> None:
    """Replace what stands in `country` by its code, or note what is nearest."""
    column = table.frame["country"]
    if set(column) - {""} <= registry.codes():
        return
    codes = {text: registry.find(text) for text in column.unique() if text}
    for row in table.frame.index[column.isin({text for text, code in codes.items() if code is None})]:
        near = [] if _CODE.fullmatch(column[row]) else registry.nearest(column[row])
        named = " or ".join(f"{registry.resolve(name)} ({name})" for name in near)
        hint = (
            f"Did you mean {named}?" if near else "Add it to countries.csv, with a code QMA to QZZ if it is invented."
        )
        problems.add(table.place(row, "country"), f"“{column[row]}” is not exactly one country.", hint, "country")
    known = {text: code or text for text, code in codes.items()}
    table.frame["country"] = column.map({"": "", **known}).astype(str)


def _check_keys(table: Table, problems: Problems) -> None:
    frame = table.frame
    twice = frame.index[frame.duplicated(["country", "criterion"]) & (frame["country"] != "")]
    keys = frame["country"] + " " + frame["criterion"] if len(twice) else frame["country"]
    first = dict(zip(keys[::-1], range(len(keys))[::-1], strict=True)) if len(twice) else {}
    for row in twice:
        problems.add(
            table.place(row, "country"),
            f"{keys[row]} stands twice, also in {table.place(first[keys[row]], 'country')}.",
            "Keep one row for each country and criterion.",
            "country",
        )
    for row in frame.index[(frame["answer"] != "") & (frame["source"] == "")]:
        problems.add(
            table.place(row, "source"),
            "This answer has no source.",
            "Name the id of a source in sources.csv, or leave the answer blank.",
            "source",
        )


def _check_sources(sources: Table, problems: Problems) -> None:
    frame = sources.frame
    for row in frame.index[frame["source"].duplicated() & (frame["source"] != "")]:
        problems.add(
            sources.place(row, "source"),
            f"The source “{frame.at[row, 'source']}” stands twice.",
            "Keep one row for each id.",
            "source",
        )
    for row in frame.index[frame["source"].str.contains(r"\s", regex=True)]:
        problems.add(
            sources.place(row, "source"),
            f"The id “{frame.at[row, 'source']}” holds a space.",
            "Use letters, digits, - and _ only: spaces separate several ids.",
            "source",
        )
    for row in frame.index[
        frame["url"].isin({url for url in frame["url"].unique() if url and not _URL.fullmatch(url)})
    ]:
        problems.add(
            sources.place(row, "url"),
            f"“{frame.at[row, 'url']}” is not a web address.",
            "It must begin with http:// or https://, and hold no space.",
            "url",
        )


def _check_source_ids(table: Table, known: set[str], problems: Problems) -> None:
    column = table.frame["source"]
    missing = {text: [part for part in text.split() if part not in known] for text in column.unique()}
    for row in table.frame.index[column.isin({text for text, parts in missing.items() if parts})]:
        for part in missing[column[row]]:
            near = nearest(part, known, most=1)
            hint = f"Did you mean “{near[0]}”?" if near else "Add it to sources.csv."
            problems.add(table.place(row, "source"), f"There is no source “{part}”.", hint, "source")


def _check_figures(figures: Table, editions: Table | None, problems: Problems) -> None:
    frame = figures.frame
    if editions is not None:
        known = list(editions.frame["edition"])
        for row in frame.index[~frame["edition"].isin(["", *known])]:
            near = nearest(frame.at[row, "edition"], known, most=1)
            hint = f"Did you mean {near[0]}?" if near else f"Editions are: {', '.join(known)}."
            problems.add(
                figures.place(row, "edition"), f"There is no edition “{frame.at[row, 'edition']}”.", hint, "edition"
            )
    for row in frame.index[~frame["value"].str.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?") & (frame["value"] != "")]:
        problems.add(
            figures.place(row, "value"),
            f"“{frame.at[row, 'value']}” is not a number.",
            "Write digits only; a decimal point where the statistic is a mean.",
            "value",
        )
    keys = frame["edition"] + " " + frame["statistic"]
    preferred = frame["status"] == "preferred"
    for row in frame.index[preferred & keys.where(preferred, frame.index.astype(str)).duplicated()]:
        problems.add(
            figures.place(row, "status"),
            f"{frame.at[row, 'statistic']} of edition {frame.at[row, 'edition']} has a second preferred figure.",
            "Keep one as preferred; mark the other as alternative.",
            "status",
        )


def _check_editions(editions: Table, answers: dict[str, Table], registry: Registry, problems: Problems) -> None:
    frame = editions.frame
    for row, (edition, reviewed, coverage) in enumerate(
        zip(frame["edition"], frame["reviewed"], frame["coverage"], strict=True)
    ):
        if edition and (not _EDITION.fullmatch(edition) or is_device(edition)):
            problems.add(
                editions.place(row, "edition"),
                f"“{edition}” is not an edition's id.",
                "Use letters, digits, - and . only, beginning with a letter or digit; no name of a device, such as NUL.",
                "edition",
            )
        if reviewed and not re.fullmatch(r"\d{1,9}", reviewed, re.ASCII):
            problems.add(
                editions.place(row, "reviewed"),
                f"“{reviewed}” is not a number of countries.",
                "Write digits only, or leave it blank where it is not known.",
                "reviewed",
            )
            continue
        if edition not in answers:
            continue
        given = answers[edition].frame
        known = given["country"].isin(registry.codes())
        recorded = given.loc[known & (given["answer"] != ""), "country"].nunique()
        if reviewed and recorded > int(reviewed):
            problems.add(
                editions.place(row, "reviewed"),
                f"Edition {edition} covers {reviewed}, but {recorded} countries have an answer.",
                f"Correct “reviewed”, or the answers in {answers[edition].label}.",
                "reviewed",
            )
        if reviewed and recorded and coverage == "complete" and recorded < int(reviewed):
            problems.add(
                editions.place(row, "coverage"),
                f"Edition {edition} is complete and covers {reviewed}, but only {recorded} countries have an answer.",
                "Add the missing answers, or write “partial”.",
                "coverage",
            )
    _check_order(editions, problems)
    for row in frame.index[frame["edition"].str.casefold().duplicated() & (frame["edition"] != "")]:
        problems.add(
            editions.place(row, "edition"),
            f"Edition {frame.at[row, 'edition']} stands twice.",
            "Keep one row for each edition.",
            "edition",
        )


def _check_order(editions: Table, problems: Problems) -> None:
    """Ids sorted as text are in order of time: 9 and 10 would not be, 09 and 10 are."""
    frame = editions.frame[(editions.frame["as_of"] != "") & (editions.frame["edition"] != "")].sort_values("edition")
    rows = list(frame[["edition", "as_of"]].itertuples())
    for before, after in itertools.pairwise(rows):
        shorter = min(len(before.as_of), len(after.as_of))
        if before.as_of[:shorter] > after.as_of[:shorter]:
            problems.add(
                editions.place(after.Index, "edition"),
                f"Edition {after.edition} ({after.as_of}) sorts after {before.edition} ({before.as_of}), which is later.",
                "Ids are sorted as text: write 09, not 9, where there is a 10; or correct “as_of”.",
                "edition",
            )


def entries(folder: Path, label: str, problems: Problems) -> list[Path]:
    """What stands in a folder, by name; hidden files and the lock files of open workbooks aside."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        problems.add(Place(label), f"This folder can't be read: {error.strerror}.", "Check that you may read it.")
        return []


def check_strays(
    folder: Path,
    label: str,
    files: tuple[str, ...],
    folders: tuple[str, ...],
    problems: Problems,
    *,
    workbooks: bool = False,
) -> None:
    """Note every table that is not read, and folders whose name is nearly a known one: nothing is lost in silence.

    `workbooks`: reports and templates may stand here, so that only those named like a table are noted.
    """
    for path in entries(folder, label, problems):
        if path.name in (folders if path.is_dir() else files):
            continue
        if workbooks and path.suffix.lower() == ".xlsx" and path.stem not in _STEMS:
            continue
        near = nearest(path.name, folders if path.is_dir() else files, most=1, cutoff=80)
        if near or (not path.is_dir() and path.suffix.lower() in _TABLES):
            hint = f"Did you mean “{near[0]}”? " if near else ""
            message = "This is not part of the data format, and is not read."
            problems.add(Place(f"{label}/{path.name}"), message, f"{hint}Rename it, or move it away.")


def _join(answers: dict[str, Table]) -> pd.DataFrame:
    frames = [table.frame.assign(edition=edition) for edition, table in sorted(answers.items())]
    frames = frames or [pd.DataFrame(columns=[*ANSWERS.names, "edition"], dtype=str)]
    return pd.concat(frames, ignore_index=True)[["edition", *ANSWERS.names]]
