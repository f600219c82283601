"""Every change from one edition to a later one, newest first, with both sources; below, dated changes of law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from criteria import Framework
from review.changes import ChangeKind, changes_between_editions
from review.report.blocks import Block, Cell, Column, Heading, Link, Lookup, Page, Table, Text, text_of
from review.report.views.data import edition_with_year, row_key
from review.review import Review
from review.wording import FOLLOWS, NOT_IN_DATA, marks_of

__all__ = ["changes_page"]

_MET, _MORE, _NOT_MET, _LESS, _STATED, _SILENT, _OTHER = (
    "not met to met",
    "met more than before",
    "met to not met",
    "met less than before",
    "silent or unclear to stated",
    "stated to silent or unclear",
    "not comparable, or began or ceased to apply",
)
_GAP = ", nothing stated between"
_WORDS = dict(zip(ChangeKind, (_MET, _MORE, _NOT_MET, _LESS, _STATED, _SILENT, _OTHER), strict=True))
_HELD = "not in our data to stated"
_GONE = "no change any more"  # what was typed over
_MOST_CHANGES = 30_000  # more make a list that nobody reads
_CITED = [f"{side}_{name}" for side in ("was", "now") for name in ("citation", "quote")]


def changes_page(reviews: list[Review]) -> Page:
    """The changes of all series in one list, and the changes of law."""
    every = {review.series.id: changes_between_editions(review) for review in reviews}
    found, left_out = every, 0
    if sum(map(len, every.values())) > _MOST_CHANGES:
        last = {review.series.id: review.answered_editions[-1:] for review in reviews}
        found = {id: frame[frame["to"].isin(last[id])] for id, frame in every.items()}
        left_out = sum(map(len, every.values())) - sum(map(len, found.values()))
    regions = reviews[0].registry.frame.set_index("code")["region"]
    items = [
        {
            **row,
            "review": review,
            "series": review.series.id,
            "region": regions[row["country"]],
            "written": _words(row, review),
        }
        for review in reviews
        for row in found[review.series.id].to_dict("records")
    ]
    items.sort(key=lambda row: row["name"])
    items.sort(key=lambda row: row["review"].series.editions[row["to"]].as_of, reverse=True)
    cited = any((frame[_CITED] != "").any(axis=None) for frame in found.values())
    notes = [
        f"Each edition beside the one before, what follows from other answers ({FOLLOWS}) included; “{_GAP[2:]}”: beside the last one that states it. A change in a series that is not scored is a change of statement, not a change of law.",
        "“Not met to met” is another thing than “silent to stated”: filter by the column Change. What is typed over on Data shows in these rows; Compare finds new ones.",
        *([f"These are the changes to the newest edition; {left_out:,} earlier ones: modellaw export changes --output FOLDER."] if left_out else []),
        *(_counted(review, found[review.series.id]) for review in reviews),
    ]  # fmt: skip
    columns = _columns(reviews[0].framework, cited=cited)
    description = "Changes from one edition to a later one, with both sources"
    table = Table.of("changes", description, columns, items, frozen=True, filtered=True)
    blocks = [*map(Text, notes), table, *_law_changes(reviews)]
    return Page("Changes", "Changes from edition to edition, newest first", blocks, fixed=0)


def _words(row: Mapping[str, Any], review: Review) -> str:
    """What a change is, as written."""
    if row["kind"] == ChangeKind.NOW_STATED.value and review.mark(row["was"]) == NOT_IN_DATA:
        return _HELD
    return _WORDS[ChangeKind(row["kind"])] + (_GAP if row["after_gap"] else "")


def _counted(review: Review, frame: pd.DataFrame) -> str:
    counts = Counter(_words(row, review) for row in frame.to_dict("records"))
    order = [f"{words}{gap}" for words in (*_WORDS.values(), _HELD) for gap in ("", _GAP)]
    notes = [f"{words}: {counts[words]}" for words in order if words in counts]
    return f"{review.series.title}, as written: {'; '.join(notes) or 'no change'}."


def _columns(framework: Framework, *, cited: bool) -> list[Column]:
    def statutes(row: Mapping[str, Any]) -> str:
        return "; ".join(filter(None, dict.fromkeys(row[name] for name in _CITED)))

    return [
        Column("Country", 24, "text_wrapped", "name"), Column("Criterion", 14, "text_wrapped", lambda row: framework.criterion(row["criterion"]).short),
        Column("From", 12, value=lambda row: edition_with_year(row["review"], row["from"])),
        Column("To", 12, value=lambda row: edition_with_year(row["review"], row["to"])),
        Column("Was", 6, "absent", lambda row: _mark(row, "from"), "was", marked=True),
        Column("Is", 6, "absent", lambda row: _mark(row, "to"), "now", marked=True),
        Column("Change", 26, "text_wrapped", "written", "kind", _kind(framework)),
        Column("Source of what was", 25, "text_wrapped", lambda row: _source(row, row["was_source"], row["was_locator"])),
        Column("Source of what is", 25, "text_wrapped", lambda row: _source(row, row["now_source"], row["now_locator"])),
        *([Column("Statutes and quotes", 40, "text_wrapped", statutes)] if cited else []),
        Column("Series", 12, value="series"), Column("Region", 10, value="region"), Column("Code", 7, "text_quiet", "country"),
        Column("Kind as written", 12, key="written", hidden=True),
    ]  # fmt: skip


def _mark(row: Mapping[str, Any], side: str) -> Lookup:
    """The mark on one side, as it stands in Data."""
    return Lookup(f"data.mark:{row['criterion']}", row_key(row["review"], row[side], row["country"]))


def _kind(framework: Framework) -> str:
    """What the change is, in words, from the marks beside it; where something else than the answers decides it, as written."""
    signs = [one.sign for one in marks_of(framework) if one.id in ("met", "not_met") or one.id.startswith("grade:")]
    ranks = "{" + ",".join(text_of(sign) for sign in reversed(signs)) + "}"
    was, now = (f"IFERROR(MATCH(LEFT([@{side}],1),{ranks},0),0)" for side in ("was", "now"))
    gap = f'IF(ISERROR(SEARCH({text_of(_GAP)},[@written])),"",{text_of(_GAP)})'
    most, rises, falls = len(framework.grades), text_of(_MET), text_of(_NOT_MET)
    if most > 2:
        rises = f"IF(AND({was}=1,{now}={most}),{rises},{text_of(_MORE)})"
        falls = f"IF(AND({was}={most},{now}=1),{falls},{text_of(_LESS)})"
    moved = f"IF({now}>{was},{rises}&{gap},IF({now}<{was},{falls}&{gap},{text_of(_GONE)}))"
    held = f"IF(LEFT([@was],1)={text_of(NOT_IN_DATA.sign)},{text_of(_HELD)},{text_of(_STATED)}&{gap})"
    stated = f"IF({now}>0,{held},IF({was}>0,{text_of(_SILENT)}&{gap},{text_of(_GONE)}))"
    return f"=IF([@written]={text_of(_OTHER)},[@written],IF({was}*{now}>0,{moved},{stated}))"


def _source(row: Mapping[str, Any], source: str, locator: str = "") -> Cell:
    """The sources of an answer, leading to the very place where that has an address."""
    if not source:
        return ""
    first, *others = source.split()
    one, linked = row["review"].series.sources[first], locator.startswith("http")
    more = f" and [{'] ['.join(others)}]" if others else ""
    return Link(locator if linked else one.url, one.short + more + (f", {locator}" if locator and not linked else ""))


def _law_changes(reviews: list[Review]) -> list[Block]:
    """The dated changes of law that a source reports, of all series, newest first."""
    items = [{**row, "review": review, "series": review.series.id} for review in reviews for row in review.law_changes().to_dict("records")]  # fmt: skip
    if not items:
        return []
    items.sort(key=lambda row: (row["date"], row["name"]), reverse=True)
    framework = reviews[0].framework
    columns = [
        Column("Country", 24, "text_wrapped", "name"), Column("Criterion", 14, "text_wrapped", lambda row: framework.criterion(row["criterion"]).short),
        Column("Date", 10, value="date"), Column("Change", 10, value="change"), Column("Series", 6, value="series"), Column("Code", 6, value="country"),
        *([Column("Note", 26, "text_wrapped", "note")] if any(row["note"] for row in items) else []),
        Column("Source", 25, "text_wrapped", lambda row: _source(row, row["source"])),
    ]  # fmt: skip
    note = "Not tied to an edition: what a source reports of the law itself. It is a list of what was found, not of all changes."
    table = Table.of("dated_changes", "Changes of law that a source reports, by country", columns, items)
    return [Heading("Dated changes of law"), Text(note), table]
