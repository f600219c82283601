"""The analysts' workbook: declared sheet by sheet, written by one writer."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from review.citation import data_date
from review.series_review import Review
from review.workbook.countries import countries_sheet
from review.workbook.data import criteria_sheet, data_sheet, sources_sheet
from review.workbook.figures import all_figures_sheet, figures_sheet
from review.workbook.model import Sheet
from review.workbook.read_me import read_me
from review.workbook.writer import MARKER, write

__all__ = ["contents", "is_own_workbook", "sheets", "write_workbook"]

_LONGEST_NAME = 31
_COUNTRIES = "Countries"
_NO_DATE = datetime.date(2000, 1, 1)


def write_workbook(reviews: list[Review], path: Path) -> None:
    """Write the workbook of these reviews, all of one framework, to `path`."""
    first, *rest = (data_date(reviews) or _NO_DATE.isoformat()).split("-")
    month, day = [int(part) for part in rest] + [1] * (2 - len(rest))
    write(sheets(reviews), path, title=reviews[0].framework.title, date=datetime.date(int(first), month, day))


def sheets(reviews: list[Review]) -> list[Sheet]:
    """The sheets in order, the first one naming the others."""
    scored = [review for review in reviews if review.scored]
    made: list[tuple[Sheet, str]] = []
    for review in scored:
        title = review.series.title
        made.append(
            (
                figures_sheet(review, _name("Figures", review, scored)),
                f"{title}: headline figures by edition, with shares, sources and a chart",
            )
        )
        if len(review.series.figures):
            made.append(
                (
                    all_figures_sheet(review, _name("All figures", review, scored)),
                    f"{title}: every published figure, alternatives and misreadings marked",
                )
            )
    for review in reviews:
        what = (
            "score and level of each country, by edition"
            if review.scored
            else "the answers themselves, country by edition, counts and a chart"
        )
        made.append((countries_sheet(review, _name(_COUNTRIES, review, reviews)), f"{review.series.title}: {what}"))
    made += [
        (
            data_sheet(reviews),
            "Every recorded answer and every answer that follows from one, with source and note; to filter",
        ),
        (criteria_sheet(reviews), "The questions asked, what counts as yes, and the levels"),
        (sources_sheet(reviews), "Every source with its address"),
    ]
    return [read_me(reviews, [(sheet.name, what) for sheet, what in made]), *(sheet for sheet, _ in made)]


def _name(kind: str, review: Review, sharing: list[Review]) -> str:
    """A sheet's name: with the series' id where several series have such a sheet.

    An id too long for a tab gives way to the series' place among them, in order; nothing is cut off.
    """
    if len(sharing) == 1 and kind != _COUNTRIES:
        return kind
    name = f"{kind} {review.series.id}"
    return name if len(name) <= _LONGEST_NAME else f"{kind} {sharing.index(review) + 1}"


def contents(reviews: list[Review]) -> list[str]:
    """Five lines on what the workbook holds."""
    figures = sum(len(review.series.figures) for review in reviews)
    named = "; ".join(f"{review.scores()['country'].nunique()} in {review.series.title}" for review in reviews)
    answers = sum(len(review.answers()) for review in reviews)
    follow = sum(int((review.answers()["follows_from"] != "").sum()) for review in reviews)
    sources = sum(len(review.series.sources) for review in reviews)
    return [
        "Read me     the headline with its source, what it cannot tell you, how to cite",
        f"Figures     {figures} published figures, with shares, sources and a chart",
        f"Countries   {named}",
        f"Data        {answers} answers, {follow} of which follow from another",
        f"Criteria    {len(reviews[0].framework.criteria)} criteria; Sources: {sources}, each with its address",
    ]


def is_own_workbook(path: Path) -> bool:
    """Whether a file is a report of ours, which a new report may replace."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MARKER.encode() in archive.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
