"""The analysts' workbook: which sheets, in which order. Any result as a workbook of its own."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from country_data.problems import unknown_name
from review.citation import data_date, version
from review.report.blocks import Block, Computed, Controls, Next, Page, Table, Text
from review.report.expanded import expanded
from review.report.views.answers import answers_page
from review.report.views.changes import changes_page
from review.report.views.codebook import codebook_page
from review.report.views.compare import compare_all, compare_controls, compare_sheet
from review.report.views.countries import latest_page
from review.report.views.country import country_controls, country_sheet
from review.report.views.data import answer_list, data_page, is_live
from review.report.views.figures import figures_sheet
from review.report.views.lists import (
    answered_list,
    apart_list,
    country_list,
    edition_list,
    evidence_list,
    group_lists,
    group_members,
    published_list,
)
from review.report.views.map import Shown, map_choices, map_controls, map_page, map_rows
from review.report.views.readme import LIMITS, about_this, read_me
from review.report.views.summary import show_list, summary_controls, summary_sheet
from review.report.xlsx import MARKER, workbook_bytes
from review.report.xlsx.layout import only_needed
from review.review import Review

__all__ = ["Picked", "is_own_workbook", "report_bytes", "result_bytes", "sheets"]

_NO_DATE = datetime.date(2000, 1, 1)


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


def report_bytes(pages: list[Page], reviews: list[Review]) -> bytes:
    """The .xlsx file of the sheets of these reviews, all of one framework."""
    return workbook_bytes(pages, title=reviews[0].framework.title, date=_dated(reviews), live=is_live(reviews))


def result_bytes(pages: list[Page], reviews: list[Review]) -> bytes:
    """A result as a workbook of its own, without formulas: its pages as sheets, and what it is and where it comes from."""
    made = [_static(page) for page in pages]
    about = Page("Read me", str(pages[0].title), widths=(18.0, 92.0))
    about.blocks = [Text(f"Made with modellaw {version()}.", "plain")]
    if reviews:
        scored = {True: "", False: ", not scored"}
        series = "; ".join(f"{one.series.title} ({one.series.id}){scored[one.scored]}" for one in reviews)
        about.blocks = [
            Text(f"{reviews[0].framework.title}. Series: {series}.", "plain"),
            Text(f"{LIMITS} At least and at most: what the answers held leave possible.", "plain"),
            about_this(reviews, "workbook", "sheet"),
        ]
    return workbook_bytes([*made, about], title=str(pages[0].title), date=_dated(reviews), live=False)


def _static(page: Page) -> Page:
    """A page of a terminal as a sheet: each number in a column of its own, lists with filters."""
    blocks: list[Block] = [block for block in page.blocks if not isinstance(block, Next)]
    alone = len(page.tables) == 1
    for n, block in enumerate(blocks):
        if isinstance(block, Table):
            blocks[n] = replace(expanded(block), filtered=len(block.rows) > 1, frozen=alone)
    return replace(page, blocks=blocks)


def _dated(reviews: list[Review]) -> datetime.date:
    first, *rest = (data_date(reviews) or _NO_DATE.isoformat()).split("-")
    month, day = [int(part) for part in rest] + [1] * (2 - len(rest))
    return datetime.date(int(first), month, day)


def sheets(reviews: list[Review], picked: Picked | None = None, only: Collection[str] = ()) -> list[Page]:
    """The sheets in order, the first one naming the others; the last one, hidden, holds the lists that they look up.

    `only`: names of sheets that are wanted, and with them come those that their formulas look at;
    left out, all. Raises `ChoiceError`.
    """
    entries, lists = _entries(reviews, picked or Picked())
    names = [page.name for page, _ in entries]
    for name in only:
        if name not in names:
            raise unknown_name("sheet", name, names)
    every = [*(page for page, _ in entries), lists]
    pages = only_needed(every, only) if only else every
    there = {page.name for page in pages}
    listed = [(page.name, words) for page, words in entries if page.name in there]
    return [read_me(reviews, listed, notes=() if "Answers" in names else (_NO_ANSWERS,)), *pages]


_NO_ANSWERS = (
    "There are too many answers for a sheet: take them as tables, with modellaw export answers --output FOLDER."
)


def _entries(reviews: list[Review], picked: Picked) -> tuple[list[tuple[Page, str]], Page]:
    """The sheets on view, each with what it holds; and the hidden lists."""
    live = is_live(reviews) and any(len(review.matrix.rows) for review in reviews)
    framework, schemes = reviews[0].framework, group_members(reviews)
    summary, charted = summary_sheet(reviews, schemes, live=live)
    pages: dict[str, Page | None] = {
        "The newest edition of each series, country by country, and what changed": latest_page(reviews),
        "How many countries: charts, by region, and every edition with shares and sources": summary,
    }
    controls, lists = list[Computed](), [*charted, *group_lists(schemes), answer_list(framework)]
    if live:
        grounds, answered = evidence_list(reviews), any(review.answered_editions for review in reviews)
        pages |= {
            "Pick two editions: figures, what changed in each country, levels": compare_sheet(reviews, picked.editions),
            "Pick a country: its answers, what changed, what that rests on; to print": country_sheet(reviews, grounds, picked.country),
            "Pick an edition and a criterion or level: one tile a country": map_page(reviews, picked.shown, picked.among),
        }  # fmt: skip
        controls += [*(summary_controls() if answered else []), *compare_controls(), *country_controls(), *map_controls()]  # fmt: skip
        makers = (edition_list, answered_list, published_list, apart_list, country_list, map_choices)
        lists += [make(reviews) for make in makers]
        lists += [show_list(), compare_all(reviews, picked.editions)]
        lists += [map_rows(reviews, picked.shown, picked.among), grounds]
    pages |= {
        "What changed from edition to edition, with both sources; changes of law": changes_page(reviews),
        "Every published figure with its source and its checks": figures_sheet(reviews),
        "Every answer with its source, as a table to filter and to pivot": answers_page(reviews),
        "The answers, to type over: the other sheets follow": data_page(reviews, schemes if live else {}),
        "The questions, what counts as yes, levels, statistics, series and sources": codebook_page(framework, reviews),
    }
    hidden = Page("Lists", "Lists: what the other sheets pick from and look up", hidden=True)
    hidden.blocks = [*([Controls(tuple(controls))] if controls else []), *lists]
    return [(page, words) for words, page in pages.items() if page is not None], hidden


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
