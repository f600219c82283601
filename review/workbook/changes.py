"""Every change from one edition to a later one, with both sources; dated changes of law; the checks of published figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.changes import ChangeKind, changes_between_editions
from review.review import Review
from review.wording import FOLLOWS, joint_verdict, statistic_title
from review.workbook.data import edition_label, has_formulas, row_key
from review.workbook.model import Cell, Column, Formula, Link, Sheet, Table, Text, text_of

__all__ = ["changes_sheet", "checks_sheet", "law_changes_sheet"]

_MET, _MORE, _NOT_MET, _LESS, _STATED, _SILENT, _OTHER = (
    "not met to met",
    "met more than before",
    "met to not met",
    "met less than before",
    "silent or unclear to stated",
    "stated to silent or unclear",
    "other",
)
_GAP = ", nothing stated between"
_WORDS = dict(zip(ChangeKind, (_MET, _MORE, _NOT_MET, _LESS, _STATED, _SILENT, _OTHER), strict=True))
_GONE = "no change any more"  # what was typed over


def changes_sheet(reviews: list[Review]) -> Sheet:
    """The changes of all series in one list; the column “Series” tells them apart."""
    found = [(review, changes_between_editions(review)) for review in reviews]
    cited = any((frame[name] != "").any() for _, frame in found for name in _CITED)
    columns = [
        Column("Series", 12), Column("Change", 36), Column("Country", 34), Column("Code", 7), Column("Criterion", 15),
        Column("From", 20), Column("To", 20), Column("Was", 6, "absent", marked=True), Column("Is", 6, "absent", marked=True),
        Column("Source of what was", 40), Column("Where in it", 14), Column("Source of what is", 40), Column("Where in that", 14),
    ]  # fmt: skip
    columns += [Column("Statutes and quotes", 60, "text_wrapped")] if cited else []
    rows = [row for review, frame in found for row in _rows(review, frame, cited=cited, live=has_formulas(reviews))]
    notes = (
        f"Each edition beside the one before, what follows from other answers ({FOLLOWS}) included; “{_GAP[2:]}”: beside the last one that states it. A change in a series that is not scored is a change of statement, not a change of law.",
        "“Not met to met” is another thing than “silent to stated”: filter by the column Change. What is typed over on Data shows in the marks and in the column Change of these rows; Compare finds new ones.",
        *(_counted(review, frame) for review, frame in found),
        *(
            []
            if cited
            else ["No source here is held with statute or quote: the address of the source is what can be cited."]
        ),
    )
    table = Table(
        "changes", "Changes from one edition to a later one, with both sources", tuple(columns), rows, frozen=True
    )
    return Sheet("Changes", "Changes from edition to edition", [Text(notes, width=170), table], fixed=4)


_CITED = [f"{side}_{name}" for side in ("was", "now") for name in ("citation", "quote")]


def _kind_words(item: Any) -> str:
    return _WORDS[ChangeKind(item["kind"])] + (_GAP if item["after_gap"] else "")


def _counted(review: Review, frame: pd.DataFrame) -> str:
    counts = frame.groupby(["kind", "after_gap"]).size().to_dict()
    every = [(kind, gap) for kind in ChangeKind for gap in (False, True)]
    notes = [
        f"{_kind_words({'kind': kind, 'after_gap': gap})}: {counts[kind.value, gap]}"
        for kind, gap in every
        if (kind.value, gap) in counts
    ]
    return f"{review.series.title}, as written: {'; '.join(notes) or 'no change'}."


def _rows(review: Review, frame: pd.DataFrame, *, cited: bool, live: bool) -> list[tuple[Cell, ...]]:
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    return [
        (
            review.series.id,
            _kind(item, review, live=live),
            item["name"],
            item["country"],
            shorts[item["criterion"]],
            edition_label(review, item["from"]),
            edition_label(review, item["to"]),
            _mark(item, "was", "from", review, live=live),
            _mark(item, "now", "to", review, live=live),
            *_source(item, "was", review),
            *_source(item, "now", review),
            *(["; ".join(filter(None, dict.fromkeys(item[name] for name in _CITED)))] if cited else []),
        )
        for item in frame.to_dict("records")
    ]


def _in_data(key: str, edition: str, item: dict[str, Any], review: Review) -> str:
    """What Data holds of the country in an edition."""
    place = f"MATCH({text_of(row_key(review, edition, item['country']))},[data.key],0)"
    return f"INDEX([data.{key}:{item['criterion']}],{place})"


def _kind(item: dict[str, Any], review: Review, *, live: bool) -> Cell:
    """What the change is, in words; as a formula over Data, save where something else than the answers decides it."""
    words = _kind_words(item)
    if not live or words == _OTHER:
        return words
    gap = _GAP if item["after_gap"] else ""
    grades = "{" + ",".join(text_of(grade) for grade in review.framework.grades) + "}"
    was, now = (
        f"IFERROR(MATCH({_in_data('ded', item[edition], item, review)},{grades},0),0)" for edition in ("from", "to")
    )
    rises, falls = text_of(_MET + gap), text_of(_NOT_MET + gap)
    most = len(review.framework.grades)
    if most > 2:
        rises = f"IF(AND({was}=1,{now}={most}),{rises},{text_of(_MORE + gap)})"
        falls = f"IF(AND({was}={most},{now}=1),{falls},{text_of(_LESS + gap)})"
    moved = f"IF({now}>{was},{rises},IF({now}<{was},{falls},{text_of(_GONE)}))"
    stated = f"IF({now}>0,{text_of(_STATED)},IF({was}>0,{text_of(_SILENT)},{text_of(_GONE)}))"
    return Formula(f"=IF({was}*{now}>0,{moved},{stated})", words)


def _mark(item: dict[str, Any], side: str, edition: str, review: Review, *, live: bool) -> Cell:
    """The mark on one side, as it stands in Data."""
    sign = review.mark(str(item[side])).sign + (FOLLOWS if item[f"{side}_follows"] else "")
    return Formula(f"={_in_data('mark', item[edition], item, review)}", sign) if live else sign


def _source(item: dict[str, Any], side: str, review: Review) -> tuple[Cell, Cell]:
    ids, locator = str(item[f"{side}_source"]).split(), str(item[f"{side}_locator"])
    if not ids:
        return "", ""
    first = review.series.sources[ids[0]]
    source = Link(first.url, first.short)
    return source, Link(locator, "open it") if locator.startswith("http") else locator


def law_changes_sheet(reviews: list[Review]) -> Sheet:
    """The dated changes of law that a source reports, of all series."""
    columns = (
        Column("Series", 12), Column("Country", 26), Column("Code", 7), Column("Date", 11), Column("Criterion", 16),
        Column("Change", 12), Column("Source", 40), Column("Note", 40, "text_wrapped"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for review in reviews:
        for item in review.law_changes().to_dict("records"):
            first = review.series.sources[item["source"].split()[0]]
            source = Link(first.url, first.short)
            criterion = review.framework.criterion(item["criterion"]).short
            cells = (item["name"], item["country"], item["date"], criterion, item["change"], source, item["note"])
            rows.append((review.series.id, *cells))
    notes = (
        "Not tied to an edition: what a source reports of the law itself. It is a list of what was found, not of all changes.",
    )
    table = Table("dated_changes", "Changes of law that a source reports, by country", columns, rows, frozen=True)
    return Sheet("Law changes", "Dated changes of law", [Text(notes), table], fixed=2)


def checks_sheet(review: Review, name: str) -> Sheet | None:
    """The published figures of a series checked against each other; None where nothing relates them."""
    checks = review.figure_checks().checks
    if checks.empty:
        return None
    columns = (
        Column("Edition", 16), Column("Statistic", 46, "text_wrapped"), Column("Result", 13), Column("Stated", 9, "number"),
        Column("Implied", 9, "number"), Column("By", 26), Column("Whose figures", 16), Column("Sources", 80, "text_wrapped"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            review.label(item["edition"]),
            statistic_title(item["statistic"], review.judged(item["edition"])),
            "● agrees" if item["status"] == "agrees" else "✕ disagrees",
            item["stated"],
            item["implied"],
            item["working"],
            "the publisher's" if item["own"] else "several",
            ", ".join(item["sources"]),
        )
        for item in checks.to_dict("records")
    ]
    disagree = int((checks["status"] != "agrees").sum())
    notes = (
        f"What one published figure states, and what others imply: {len(rows)} checks, of which {disagree} disagree.",
        "A disagreement is a finding to look into. It does not say which of the figures is right.",
        *(
            f"All together, {one.edition}: {' '.join(joint_verdict(one, review.framework, review.series))}"
            for one in review.figure_checks().together
        ),
    )
    description = f"Published figures of {review.series.title} checked against each other"
    table = Table(f"checks_{review.series.id}", description, columns, rows, frozen=True)
    return Sheet(name, f"{review.series.title}: published figures checked", [Text(notes), table], fixed=2)
