"""The draft of an import: what is to be looked at, and every answer with its place in the document, what is uncertain first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from country_data.pdf.pieces import Box, PagePart
from review.importer.figures_check import FiguresCheck
from review.importer.reading import Reading
from review.report.blocks import Cell, Column, Page, Picture, Table
from review.wording import RESULT_SIGNS, RESULT_WORDS, joint_verdict, number, plural, range_text, statistic_title

__all__ = ["draft_pages", "figures_summary"]

_MOST_PICTURES, _MOST_OF_ONE, _MOST_LISTED = 300, 3, 500
# how sure an answer is, the least sure first
_OPEN, _MAY_DIFFER, _SIGN, _LEGEND, _WORD, _SETTLED = (
    "1 open", "2 may differ", "3 read by its sign", "4 read by the legend", "5 read by the word", "6 settled",
)  # fmt: skip
Sample = Callable[[Sequence[PagePart]], list[bytes]]


def draft_pages(reading: Reading, checks: Sequence[FiguresCheck], sample: Sample) -> list[Page]:
    """The sheets of a draft.

    Parameters
    ----------
    checks : Sequence[FiguresCheck]
        Of each edition; none while something is open.
    sample : Callable
        Gives pictures (PNG) of parts of pages.

    """
    cells = _rated(reading, checks)
    signs = cells[cells["text"] != ""].drop_duplicates("text")
    asked = cells[cells["check"] == _OPEN].groupby("text", sort=False).head(_MOST_OF_ONE)
    uncertain = pd.concat([cells[cells["check"] == _MAY_DIFFER], asked, _ends_of_pages(cells)]).head(_MOST_PICTURES)
    pictures = _pictures(signs["part"], (3.0, 3.0), sample)
    around = _pictures(uncertain["part"], (20.0, 3.0), sample)
    return [_to_check(reading, checks, cells, pictures), _answers(reading, cells, around)]


def _rated(reading: Reading, checks: Sequence[FiguresCheck]) -> pd.DataFrame:
    """The answers as they stand, each with how sure it is; the least sure first."""
    suspects = {(one.edition, *key) for one in checks for key in one.suspects[["country", "criterion"]].itertuples(index=False)}  # fmt: skip

    def rating(one: Mapping[str, Any]) -> str:
        if one["why"] == "open":
            return _OPEN
        if (one["edition"], one["country"], one["criterion"]) in suspects:
            return _MAY_DIFFER
        if one["why"].startswith("the legend"):
            return _LEGEND
        if one["why"] == "as settled":
            return _SETTLED
        return _WORD if any(sign.isalnum() for sign in one["text"]) else _SIGN

    rated = reading.cells.assign(check=[rating(one) for one in reading.cells.to_dict("records")])
    order = {id: n for n, id in enumerate(reading.review.framework.criterion_ids)}
    rated = rated.assign(order=rated["criterion"].map(order), name=rated["country"].map(reading.review.registry.name))
    return rated.sort_values(["check", "row", "order"], kind="stable", ignore_index=True)


def _ends_of_pages(cells: pd.DataFrame) -> pd.DataFrame:
    """The answers of the first and the last row of each page."""
    shown = cells[cells["part"].notna()]
    rows = shown["row"].groupby(shown["part"].map(lambda part: part[0]))
    return shown[(shown["row"] == rows.transform("min")) | (shown["row"] == rows.transform("max"))]


def _pictures(parts: pd.Series, around: tuple[float, float], sample: Sample) -> dict[PagePart, bytes]:
    """A picture of each part, with so much of the page beside it, and above and below."""
    found = list(dict.fromkeys(part for part in parts if part is not None))
    wider = [(page, _wider(box, around), turned) for page, box, turned in found]
    return dict(zip(found, sample(wider), strict=False)) if found else {}


def _wider(box: Box, around: tuple[float, float]) -> Box:
    across, down = around
    return Box(max(0, box.left - across), max(0, box.top - down), box.right + across, box.bottom + down)


def _to_check(
    reading: Reading, checks: Sequence[FiguresCheck], cells: pd.DataFrame, pictures: Mapping[PagePart, bytes]
) -> Page:
    """What is to be looked at: the figures, where answers may differ, the signs, what is open."""
    page = Page("To check", f"{reading.file}: what to check", fixed=0)
    rated = ", ".join(f"{many} {name[2:]}" for name, many in cells["check"].value_counts().sort_index().items())
    page.text(f"A draft: nothing is written by it. {plural(len(cells), 'cell')} of answers: {rated or 'nothing'}.")
    if cells["part"].notna().any():
        page.text(
            "Compare the samples with the document; then, on the sheet Answers, the pictures of the first and the last row of "
            "each page, and rows beside headings of groups with the document itself."
            if pictures
            else "No samples could be made of this document: compare every answer with it."
        )
    for text in (*reading.notes, *map(str, reading.problems)):
        page.text(text)
    for check in checks:
        _figures(page, check)
    if not checks:
        page.heading("Published figures")
        page.text(
            "Corrections are not set against published figures."
            if any(plan.corrections is not None for plan in reading.plans)
            else "Answers are set against the published figures of the edition once nothing is open or wrong."
        )
    page.heading("What stands in the cells")
    rows: list[tuple[Cell, ...]] = []
    for (text, answer, why), part in cells.groupby(["text", "answer", "why"], sort=False):
        first = next((one for one in part["part"] if one in pictures), None)
        shown = "open" if why == "open" else answer or "nothing"
        sign = Picture(pictures[first], str(text)) if first is not None else ""
        place = part.loc[part["row"].idxmin(), "place"]
        rows.append((sign, text or "(blank)", shown, "" if why == "open" else why, len(part), place))
    columns = [Column("Sample", 22), Column("Written as", 24, "text_wrapped"), Column("Read as", 20), Column("Why", 30, "text_wrapped"), Column("Cells", 10, "number"), Column("First", 22)]  # fmt: skip
    page.table(columns, rows[:_MOST_LISTED], "Each sign and word for an answer, and how it is read")
    if reading.open:
        page.heading("To be settled, in the reading")
        asked = [(one.what, one.text or "(blank)", ", ".join(one.cells), one.asked, one.count) for one in reading.open]
        heads = {
            "What": "text",
            "Text": "text_wrapped",
            "Where": "text_wrapped",
            "Asked": "text_wrapped",
            "Times": "number",
        }
        page.table(heads, asked[:_MOST_LISTED], "What has to be settled before anything is written")
    page.heading("Columns")
    used = reading.columns[reading.columns["heading"] != ""].to_dict("records")
    listed = [(one["column"], one["heading"], one["holds"] or "open", one["why"], one["cells"]) for one in used]
    heads = {"Column": "text", "Heading": "text_wrapped", "Holds": "text", "Why": "text_wrapped", "Cells": "number"}
    page.table(heads, listed[:_MOST_LISTED], "Each column of the table, and what it was taken for")
    for check in checks:  # the longest list is the last one: its headings stand on every page
        _suspects(page, check, reading)
    return page


def _figures(page: Page, check: FiguresCheck) -> None:
    """Which published figures hold with these answers."""
    review, edition = check.review, check.edition
    page.heading(f"Published figures of edition {edition}")
    if check.figures.empty:
        page.text(
            "No published figure of this edition is in the data, so that its totals can't be checked. They go into published_figures.csv."
        )
        return
    page.text(f"{figures_summary(check)} Errors that cancel each other out are not seen.")
    rows: list[tuple[Cell, ...]] = []
    for one in check.figures.to_dict("records"):
        answers = "" if pd.isna(one["lower"]) else range_text(one["lower"], one["upper"])
        title = statistic_title(one["statistic"], review.judged(edition))
        rows.append((title, number(one["value"]), RESULT_SIGNS[one["result"]], answers, one["source"]))
    heads = {
        "Figure": "text_wrapped",
        "Published": "number",
        "Result": "text",
        "These answers": "text",
        "Source": "text",
    }
    page.table(heads, rows, "Published figures, and what these answers give")


def _suspects(page: Page, check: FiguresCheck, reading: Reading) -> None:
    """Where answers may differ from those behind the published figures, in the order of the document."""
    if check.suspects.empty:
        return
    page.heading("Where answers may differ")
    page.text(
        "With the fewest answers changed, only these can be the ones. What the figures would need is no evidence for it: look into the document."
    )
    cells = reading.cells.drop_duplicates(["country", "criterion"])[["country", "criterion", "place", "row"]]
    found = check.suspects.merge(cells, on=["country", "criterion"], how="left").fillna({"place": "not in this table"})
    order = {id: n for n, id in enumerate(reading.review.framework.criterion_ids)}
    found = found.assign(order=found["criterion"].map(order)).sort_values(["order", "row"], kind="stable")
    listed = [
        (reading.review.framework.criterion(one["criterion"]).short, reading.review.registry.name(one["country"]), one["answer"], one["would_be"], one["place"])
        for one in found.head(_MOST_LISTED).to_dict("records")
    ]  # fmt: skip
    heads = ("Criterion", "Country", "Read as", "Figures would need", "Place")
    page.table(map(Column, heads), listed, "Answers of which some must differ")


def figures_summary(check: FiguresCheck) -> str:
    """Which published figures hold with the answers, in sentences; "" where none is published."""
    held = check.figures["result"].value_counts()
    counts = [
        f"{held[id]} {words.replace('contradicts', 'contradicted')}" for id, words in RESULT_WORDS.items() if id in held
    ]
    verdict = [] if check.together is None else joint_verdict(check.together, check.review.framework, check.review.series, brief=True)  # fmt: skip
    return " ".join([f"Published figures with these answers: {', '.join(counts)}.", *verdict]) if counts else ""


def _answers(reading: Reading, cells: pd.DataFrame, pictures: Mapping[PagePart, bytes]) -> Page:
    """Every answer with its place, the least sure first."""
    framework, rows = reading.review.framework, list[tuple[Cell, ...]]()
    for one in cells.to_dict("records"):
        png = pictures.get(one["part"])
        shown, short = Picture(png, one["text"]) if png else "", framework.criterion(one["criterion"]).short
        where = (one["check"], one["name"], short, one["text"] or "(blank)", one["answer"], one["place"])
        rows.append((*where, shown, one["why"], one["note"]))
    columns = (
        Column("Check", 17), Column("Country", 24), Column("Criterion", 16), Column("In the document", 18, "text_wrapped"), Column("Read as", 10),
        Column("Place", 17), Column("Picture", 22), Column("Why", 20, "text_wrapped"), Column("Note", 32, "text_wrapped"),
    )  # fmt: skip
    table = Table("draft", "Every answer as it stands, with its place", columns, rows, frozen=True, filtered=True)
    return Page("Answers", f"{reading.file}: every answer with its place", [table], fixed=2)
