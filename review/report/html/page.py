"""The web page: which views, in which order; and the one file that they, the style and the script make."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from country_data import printable
from review.citation import citation, data_date, version
from review.headlines import newest_headlines
from review.report.blocks import Block, ChartRow, Heading, Page, TileMap
from review.report.html.data import json_block, page_data, usual_editions
from review.report.html.writer import Writer, web_address
from review.report.lookups import TableLookups
from review.report.views.charts import share_charts
from review.report.views.codebook import codebook_page
from review.report.views.compare import comparison_pages
from review.report.views.countries import key_of_marks, latest_page
from review.report.views.data import data_page, edition_before
from review.report.views.figures import figures_sheet, without_figure
from review.report.views.map import map_page, map_rows, usual_map
from review.report.views.readme import (
    LIMITS,
    about_this,
    answers_give,
    figure_source,
    how_sure,
    marks_key,
    what_it_is,
    whose_findings,
)
from review.report.views.summary import statistics_by_edition, statistics_note
from review.report.xlsx.styles import STYLES
from review.review import Review
from review.wording import (
    UPDATE,
    marks_of,
    percent_range,
    range_text,
    statistic_title,
    sufficient_by_edition,
    value_text,
)

__all__ = ["is_own_page", "page_bytes", "script_text"]

MARKER = b'<meta name="generator" content="modellaw '
_HERE = Path(__file__).parent
# in the order in which each may use those before it
_MODULES = ("text", "address", "elements", "data", "tables", "map", "countries", "country", "compare", "main")
_MARK_LOOKS = ("met", "partly", "not_met", "open", "rise", "fall")


def page_bytes(reviews: list[Review], codes: Collection[str] | None = None, narrowed: str = "") -> bytes:
    """The page of reviews as an HTML file.

    Parameters
    ----------
    reviews : list[Review]
        All of one framework, the main series first.
    codes : Collection[str] | None, optional
        The countries to which they are narrowed, so that the map shows no other; None for all.
    narrowed : str, optional
        To which countries, in words.

    Returns
    -------
    bytes
        UTF-8; the same for the same reviews.

    """
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_printable)  # fmt: skip
    colours = {name: STYLES[name]["bg_color"] for name in _MARK_LOOKS}
    style = environment.get_template("page.css").render(colours=colours)
    script = script_text()
    first_script = "document.documentElement.className = 'scripted';"
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        f"script-src {_hash(first_script)} {_hash(script)}; style-src {_hash(style)}"
    )
    text = environment.get_template("page.html").render(
        **_contents(reviews, codes),
        narrowed=narrowed,
        policy=policy,
        style=Markup(style),  # noqa: S704 -- our own file, no text of the data in it
        first_script=Markup(first_script),  # noqa: S704 -- a constant
        script=Markup(script),  # noqa: S704 -- our own files
        data=Markup(json_block(page_data(reviews))),  # noqa: S704 -- every "<" in it is escaped
    )
    return text.encode("utf-8")


def is_own_page(path: Path) -> bool:
    """Whether a file is a page of ours, which a new one may replace."""
    try:
        with path.open("rb") as file:
            head = file.read(4_000)
            return head.startswith(b"<!doctype html>") and MARKER in head
    except OSError:
        return False


def script_text() -> str:
    """The modules of the script as one: without what they import from each other, and export."""
    parts = []
    for name in _MODULES:
        text = (_HERE / "script" / f"{name}.js").read_text(encoding="utf-8")
        text = re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"^export ", "", text, flags=re.MULTILINE).strip())
    return "\n" + "\n\n".join(parts) + "\n"


def _printable(value: object) -> object:
    """What the template shows; of a text of the data nothing that turns the direction of what follows."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _unbroken(key: str) -> str:
    """A key of marks in which no sign stands at the end of a line."""
    return "   ".join(part.replace(" ", "\u00a0", 1) for part in key.split("   "))


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _contents(reviews: list[Review], codes: Collection[str] | None) -> dict[str, Any]:
    """What the template shows."""
    framework = reviews[0].framework
    recorded = [review for review in reviews if len(review.matrix.rows)]
    writer = Writer({one.sign: one.words for one in marks_of(framework)}, _lookups(reviews, recorded, codes))
    tiles = [block for block in map_page(reviews, None, codes).blocks if isinstance(block, TileMap)] if recorded else []
    statistics = statistics_by_edition(reviews)
    return {
        "title": framework.title,
        **_overview(reviews),
        "map_caption": _map_caption(reviews) if recorded else "No country has an answer here.",
        "map": writer.blocks(tiles),
        "latest": _view(writer, latest_page(reviews)),
        "key": _unbroken(f"{key_of_marks(recorded)}   {UPDATE}"),
        "questions": [(one.short, one.question or one.title) for one in framework.criteria],
        "series": [{"id": one.series.id, "title": one.series.title} for one in recorded],
        "compared": [one.series.id for one in reviews if usual_editions(one)],
        "comparison": _comparison(writer, reviews),
        "statistics": writer.table(statistics),
        "statistics_note": statistics_note(statistics),
        "figures": _view(writer, figures_sheet(reviews)),
        "method": writer.blocks(_method(reviews)),
        "citation": citation(reviews),
        "date": data_date(reviews),
        "version": version(),
        "independence": list(dict.fromkeys(filter(None, (review.series.independence for review in reviews)))),
        "report_abuse": framework.report_abuse,
    }


def _lookups(reviews: list[Review], recorded: list[Review], codes: Collection[str] | None) -> TableLookups:
    """What the views look up: the marks of the map, and of each series the newest edition and the one before."""
    newest = [
        review.of_editions(list(filter(None, [edition_before(review, review.last_answered), review.last_answered])))
        for review in recorded
        if review.answered_editions
    ]
    tables = [map_rows(reviews, None, codes)] if recorded else []
    tables += data_page(newest, {}).tables if newest else []
    return TableLookups({one.name: one for one in tables})


def _overview(reviews: list[Review]) -> dict[str, Any]:
    """What the first view shows."""
    framework, scored = reviews[0].framework, [review for review in reviews if review.scored]
    charts, behind = share_charts(reviews)
    writer = Writer({}, tables={one.name: one for one in behind})
    sufficient = dict.fromkeys(sufficient_by_edition(framework, one.series) for one in scored if framework.sufficient)
    return {
        "what_it_is": what_it_is(framework),
        "headlines": [card for review in reviews for card in _cards(review)],
        "notes": [
            *(f"“Sufficient” means: {text}." for text in sufficient),
            *filter(None, (without_figure(one) for one in reviews if len(one.series.figures.frame))),
            *([f"Levels, best first: {'; '.join(one.title for one in framework.levels)}."] if scored else []),
        ],
        "charts": writer.blocks([ChartRow(tuple(charts))]),
        "how_sure": how_sure(reviews),
        "limits": LIMITS,
    }


def _view(writer: Writer, page: Page | None) -> Markup:
    return Markup("") if page is None else writer.blocks(page.blocks)


def _cards(review: Review) -> list[dict[str, str]]:
    """The newest headline figures: the share, of how many, when, and by whom; `beside`: what the answers held give."""
    found = []
    for row in newest_headlines(review):
        id = row["statistic"]
        upper = row["value"] if row["upper"] is None else row["upper"]
        known = pd.notna(row["reviewed"])
        source, series = figure_source(row, review), review.series
        beside = answers_give(row)
        found.append(
            {
                "share": percent_range(row["value"], upper, int(row["reviewed"])) if known else value_text(row["value"]),
                "title": statistic_title(id, review.framework),
                "count": range_text(row["value"], upper) + (f" of {value_text(row['reviewed'])} countries" if known else " countries"),
                "edition": ("" if row["title"].startswith(series.title) else f"{series.title}, ") + row["title"] + (f", as of {row['as_of']}" if row["as_of"] else ""),
                "beside": beside[:1].upper() + beside[1:],
                "rule": f"“Sufficient” means: {sufficient_by_edition(review.framework, series)}." if id == f"or_better:{review.framework.sufficient}" else "",
                "source": source if isinstance(source, str) else source.text,
                "address": "" if isinstance(source, str) else web_address(source.address),
            }
        )  # fmt: skip
    return found


def _map_caption(reviews: list[Review]) -> str:
    """What the map shows before anything is picked."""
    shown = usual_map(reviews)
    one, series = shown.review.series.editions[shown.edition], shown.review.series
    criterion = shown.review.framework.criterion(shown.criterion)
    by = f", by {series.publisher}" if series.publisher else ""
    return f"{series.title}{by}: {one.title}. {criterion.question or criterion.title} {series.caveat}".strip()


def _comparison(writer: Writer, reviews: list[Review]) -> Markup:
    """The newest two editions of each series that have countries in common, for who reads without the script."""
    blocks: list[Block] = []
    for review in reviews:
        if usual := usual_editions(review):
            for page in comparison_pages(review.compare(*usual), review):
                blocks += [Heading(str(page.title)), *page.blocks]
    return writer.blocks(blocks)


def _method(reviews: list[Review]) -> list[Block]:
    """The states, whose findings these are, the codebook, and how to cite."""
    return [
        Heading("Marks"),
        marks_key(reviews, "page"),
        Heading("Whose findings these are"),
        whose_findings(reviews, "page"),
        Heading("Codebook"),
        *codebook_page(reviews[0].framework, reviews).blocks,
        Heading("About this page"),
        about_this(reviews, "page", "view"),
    ]
