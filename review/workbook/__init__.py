"""The analysts' workbook: declared sheet by sheet, written by one writer."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from country_data.problems import unknown_name
from review.citation import data_date
from review.review import Review
from review.workbook.changes import changes_sheet, checks_sheet, law_changes_sheet
from review.workbook.compare import compare_lists, compare_sheet
from review.workbook.countries import countries_sheet, counts_sheet
from review.workbook.country import country_sheet
from review.workbook.country_lists import Evidence, country_list, evidence_by_country, evidence_list, law_changes_list
from review.workbook.data import data_sheet, has_formulas, lists_sheet
from review.workbook.figures import all_figures_sheet, figures_sheet
from review.workbook.layout import with_dependencies
from review.workbook.map import Shown, map_choices, map_sheet
from review.workbook.model import Sheet, Table
from review.workbook.read_me import read_me
from review.workbook.reference import answers_sheet, criteria_sheet, sources_sheet
from review.workbook.writer import MARKER, workbook_bytes

__all__ = ["Picked", "contents", "is_own_workbook", "report_bytes", "sheets"]

_LONGEST_NAME = 31
_COUNTRIES, _COUNTS = "Countries", "Counts"
_NO_DATE = datetime.date(2000, 1, 1)


def report_bytes(sheets_: list[Sheet], reviews: list[Review]) -> bytes:
    """The .xlsx file of sheets of these reviews, all of one framework."""
    return workbook_bytes(sheets_, title=reviews[0].framework.title, date=_dated(reviews))


def _dated(reviews: list[Review]) -> datetime.date:
    first, *rest = (data_date(reviews) or _NO_DATE.isoformat()).split("-")
    month, day = [int(part) for part in rest] + [1] * (2 - len(rest))
    return datetime.date(int(first), month, day)


@dataclass(frozen=True, slots=True)
class Picked:
    """What the sheets show before a reader picks; None for the usual.

    `country`: its code; `editions`: two of a series; `shown`: on the map. `among`: the codes to which
    the workbook is narrowed, so that the map shows no other country.
    """

    country: str | None = None
    editions: tuple[Review, str, str] | None = None
    shown: Shown | None = None
    among: Collection[str] | None = None


def sheets(reviews: list[Review], picked: Picked | None = None, only: Collection[str] = ()) -> list[Sheet]:
    """The sheets in order, the first one naming the others.

    `only`: names of sheets that are wanted, and with them come those that their formulas look at;
    left out, all. Raises `ChoiceError`.
    """
    picked = picked or Picked()
    found = evidence_by_country(reviews) if has_formulas(reviews) else {}
    entries = [
        *_interactive_sheets(reviews, picked, found),
        *_result_sheets(reviews),
        *_reference_sheets(reviews, found),
    ]
    if only:
        names = [sheet.name for sheet, _ in entries]
        for name in only:
            if name not in names:
                raise unknown_name("sheet", name, names)
        wanted = with_dependencies([sheet for sheet, _ in entries], only)
        entries = [(sheet, what) for sheet, what in entries if sheet.name in wanted]
    return [read_me(reviews, [(sheet.name, what) for sheet, what in entries]), *(sheet for sheet, _ in entries)]


SheetEntries = list[tuple[Sheet, str]]


def _interactive_sheets(reviews: list[Review], picked: Picked, found: dict[str, list[Evidence]]) -> SheetEntries:
    """The sheets on which a reader picks or tries; none where the workbook carries values only."""
    if not has_formulas(reviews) or not any(len(review.matrix.rows) for review in reviews):
        return []
    return [
        (
            country_sheet(reviews, found, picked.country),
            "Pick a country: its answers, score and level by edition, what it lacks, sources; on one page",
        ),
        (
            compare_sheet(reviews, picked.editions),
            "Pick two editions of a series: headline figures, what changed in each country, levels",
        ),
        (
            map_sheet(reviews, picked.shown, picked.among),
            "Pick an edition and a criterion or level: one tile a country, and the same as a list",
        ),
    ]


def _result_sheets(reviews: list[Review]) -> SheetEntries:
    """The sheets that show what was found."""
    scored = [review for review in reviews if review.scored]
    entries: SheetEntries = []
    for review in scored:
        title = review.series.title
        description = f"{title}: headline figures by edition, with shares, sources and a chart"
        entries.append((figures_sheet(review, _name("Figures", review, scored), reviews), description))
        if len(review.series.figures.frame):
            description = f"{title}: every published figure, alternatives and misreadings marked, beside the answers"
            entries.append((all_figures_sheet(review, _name("All figures", review, scored), reviews), description))
        checks = checks_sheet(review, _name("Figure checks", review, scored))
        if checks is not None:
            entries.append((checks, f"{title}: published figures checked against each other"))
    for review in reviews:
        what = (
            "score and level of each country, by edition"
            if review.scored
            else "the answers themselves, country by edition"
        )
        sheet = countries_sheet(review, _name(_COUNTRIES, review, reviews), reviews)
        entries.append((sheet, f"{review.series.title}: {what}"))
        if not review.scored:
            sheet = counts_sheet(review, _name(_COUNTS, review, reviews), reviews)
            entries.append((sheet, f"{review.series.title}: how many countries, by criterion and edition, with charts"))
    what = "Which answers changed from one edition to the next (from no to yes, from yes to no …), with both sources; to filter"
    entries.append((changes_sheet(reviews), what))
    if any(len(review.series.law_changes.frame) for review in reviews):
        entries.append((law_changes_sheet(reviews), "Dated changes of law that a source reports, by country"))
    return entries


def _reference_sheets(reviews: list[Review], found: dict[str, list[Evidence]]) -> SheetEntries:
    """The sheets on which the others rest."""
    return [
        (data_sheet(reviews), "The answers, to type over: scores, levels, counts and charts follow"),
        (
            answers_sheet(reviews),
            "Every recorded answer and every answer that follows from one, with source and note; to filter",
        ),
        (criteria_sheet(reviews), "The questions asked, what counts as yes, and the levels"),
        (sources_sheet(reviews), "Every source with its address"),
        (lists_sheet(reviews, _lists(reviews, found)), "What may be typed or picked elsewhere"),
    ]


def _lists(reviews: list[Review], found: dict[str, list[Evidence]]) -> list[Table]:
    """What the sheets to pick on look up."""
    if not has_formulas(reviews):
        return []
    looked_up = [country_list(reviews), *compare_lists(reviews), map_choices(reviews)]
    return [*looked_up, law_changes_list(reviews), evidence_list(reviews, found)]


def _name(kind: str, review: Review, sharing: list[Review]) -> str:
    """A sheet's name: with the series' id where several series have such a sheet.

    An id too long for a tab gives way to the series' place among them, in order; nothing is cut off.
    """
    if len(sharing) == 1 and kind not in (_COUNTRIES, _COUNTS):
        return kind
    name = f"{kind} {review.series.id}"
    return name if len(name) <= _LONGEST_NAME else f"{kind} {sharing.index(review) + 1}"


def contents(reviews: list[Review]) -> list[str]:
    """Five lines on what the workbook holds, each series counted for itself."""
    scored = [review for review in reviews if review.scored]

    def each(count: Callable[[Review], object], those: list[Review]) -> str:
        return "; ".join(f"{review.series.title}: {count(review)}" for review in those)

    figures = each(
        lambda review: f"{len(review.series.figures.frame)} published figures with shares and sources", scored
    )
    return [
        "Read me     the headline with its source, what it cannot tell you, how to cite",
        f"Figures     {figures or 'none: no series here is scored'}",
        f"Countries   {each(lambda review: review.scores()['country'].nunique(), reviews)}",
        f"Data        {each(_answers_in_words, reviews)}",
        f"Criteria    {len(reviews[0].framework.criteria)}, with counting rules; Sources   {each(lambda review: len(review.series.sources), reviews)}",
    ]


def _answers_in_words(review: Review) -> str:
    answers = review.answers()
    follow = int((answers["follows_from"] != "").sum())
    return f"{len(answers)} answers, {follow} of them following from another"


def is_own_workbook(path: Path) -> bool:
    """Whether a file is a report of ours that nobody has saved since, which a new report may replace."""
    try:
        with zipfile.ZipFile(path) as archive:
            properties = archive.read("docProps/core.xml").decode("utf-8", "replace")
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    # whoever saves a workbook dates the change
    dates = re.findall(r"<dcterms:(?:created|modified)[^>]*>([^<]*)<", properties)
    return MARKER in properties and len(dates) == 2 and len(set(dates)) == 1
