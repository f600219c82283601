"""Workbooks to fill in, and comments in those that were. With the Excel reader the only user of openpyxl."""

from __future__ import annotations

import datetime
import io
import re
import textwrap
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from country_data import Problem, fold
from country_data.schema import ANSWERS, MOST_BYTES
from country_data.xlsx_file import DAMAGED
from criteria import Criterion, Framework, Status
from review.compare import in_region
from review.files import OutputError
from review.importer.columns import ANSWER, BEFORE, Holds, Meanings
from review.review import Review

__all__ = ["WorkbookCopyError", "commented_copy", "heading_of", "template_bytes", "template_countries"]

_SHEET, _START, _CRITERIA = "Answers", "Start", "Criteria"
_FIELDS = ("citation", "locator", "quote", "effective", "note")
_WIDTHS = {ANSWER: 16, "citation": 24, "locator": 20, "quote": 30, "effective": 12, "note": 24, BEFORE: 14}
_MOST_COPIED = 15_000_000  # bytes of all cells
_SPARE_ROWS = 20  # rows for further countries
_INPUT = PatternFill("solid", start_color="FFF9E3")
_GREY = PatternFill("solid", start_color="ECEEF0")
_HEAD = PatternFill("solid", start_color="E6EDF3")
_DIFFERS = PatternFill("solid", start_color="F9D698", end_color="F9D698")
_BOLD = Font(name="Calibri", bold=True)
_LINE = Side("thin", color="C9D0D6")
_CELL, _FIRST = (
    Border(bottom=_LINE, right=_LINE),
    Border(bottom=_LINE, right=_LINE, left=Side("medium", color="14507A")),
)
_OPEN, _TOP = Protection(locked=False), Alignment(vertical="top", wrap_text=True)
_EPOCH = (1980, 1, 1, 0, 0, 0)
# parts of a workbook that openpyxl would drop when it saves, with what they are
_LOST = {
    "xl/charts/": "charts", "xl/drawings/drawing": "charts, pictures or shapes", "xl/media/": "pictures",
    "xl/pivotTables/": "pivot tables", "xl/slicers/": "slicers", "xl/ctrlProps/": "buttons", "xl/embeddings/": "embedded files",
    "xl/vbaProject": "macros", "xl/externalLinks/": "links to other workbooks", "xl/threadedComments/": "threads of comments",
}  # fmt: skip


class WorkbookCopyError(OutputError):
    """A workbook that can't be copied without losing something."""


def template_countries(review: Review, named: str | None) -> list[str]:
    """The codes of the countries for a template, by name in order.

    `named`: names or codes or UN regions with commas or semicolons between, or "all" for every member
    of the United Nations and whatever else has an answer; left out: those with an answer in any
    edition, or every member of the United Nations where there is none.
    Raises `ChoiceError`.
    """
    registry = review.registry
    frame = registry.frame
    answered = set(review.matrix.rows["country"])
    members = set(frame.loc[(frame["status"] == "un_member") & (frame["until"] == ""), "code"])
    if named is None:
        codes = answered or members
    elif fold(named) in _ALL:
        codes = answered | members
    elif registry.find(named) is not None:  # a name with a comma in it
        codes = {registry.resolve(named)}
    else:
        parts = named.split(";") if ";" in named else named.split(",")
        codes = {code for part in parts if part.strip() for code in _named(review, part.strip())}
    return list(frame.loc[frame["code"].isin(codes)].sort_values("order")["code"])


_ALL = ("all", "world")


def _named(review: Review, text: str) -> set[str]:
    """The codes of a country or of a UN region."""
    frame = review.registry.frame
    if review.registry.find(text) is None:
        for place in dict.fromkeys([*frame["region"], *frame["subregion"]]):
            if place and fold(place) == fold(text):
                return set(in_region(review.registry, place)) & set(frame.loc[frame["until"] == "", "code"])
    return {review.registry.resolve(text)}


def heading_of(criterion: Criterion, framework: Framework) -> str:
    """The heading under which a criterion's answers stand: the first of its names that means nothing else."""
    known = Meanings.of(framework)
    for name in (criterion.short, criterion.title, criterion.id):
        if ":" not in name and known.of_heading(name) == (Holds(ANSWER, criterion.id),):
            return name
    return criterion.id


def template_bytes(review: Review, edition: str, codes: list[str], before: str | None = None) -> bytes:
    """A workbook to fill in the answers of an edition.

    `before`: the edition shown beside in grey, never imported; left out: the one before, if any. What
    is recorded of the edition itself is filled in.
    """
    book: Any = Workbook()
    start: Any = book.active
    sheet, criteria = book.create_sheet(_SHEET), book.create_sheet(_CRITERIA)
    start.title = _START
    before = before or _before(review, edition)
    names = [review.registry.name(code) for code in codes]
    rows = len(codes) + _SPARE_ROWS
    for column, (head, width) in enumerate([("Country", 30), ("Code", 8)], 1):
        _head(sheet, column, head, width)
    for row in range(2, rows + 2):
        known = row - 2 < len(codes)
        _put(sheet, row, 1, names[row - 2] if known else "", entered=not known)
        _put(sheet, row, 2, codes[row - 2] if known else "")
    columns = _fill(sheet, review, edition, before, codes, rows + 1)
    sheet.freeze_panes = "C2"
    _protect(sheet)
    _criteria_sheet(criteria, review.framework)
    _start_sheet(start, review, edition, before, columns, rows + 1)
    for page in (start, sheet, criteria):
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
    return _saved(book)


def commented_copy(path: Path, problems: Iterable[Problem]) -> bytes:
    """A copy of a workbook with a comment in each cell that has a problem. Raises `WorkbookCopyError`."""
    _refuse_loss(path)
    book = _opened(path)
    by_cell: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        if problem.place.sheet and problem.place.cell:
            first = problem.place.cell.partition(":")[0]
            by_cell.setdefault((problem.place.sheet, first), []).append(f"{problem.message} {problem.remedy}".strip())
    for (sheet, cell), texts in by_cell.items():
        note = Comment("\n".join(texts)[:2000], "modellaw", height=110, width=320)
        book[sheet][cell].comment = note
        book[sheet][cell].fill = _DIFFERS
    return _saved(book)


def _opened(path: Path) -> Any:
    """A workbook to be copied with its looks; it was read within limits before."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what would be lost: that is looked for and refused
            return load_workbook(path, rich_text=True)
    except Exception as error:  # noqa: BLE001 -- openpyxl raises what its parsers raise
        raise WorkbookCopyError(
            f"{path} can't be copied as it is ({type(error).__name__}). Open it in Excel or LibreOffice, and save it again."
        ) from None


def _refuse_loss(mine: Path) -> None:
    """Raise `WorkbookCopyError` where a copy would lose something, or could not be made in reasonable time."""
    try:
        if not mine.is_file() or mine.stat().st_size > MOST_BYTES:
            raise WorkbookCopyError(f"{mine} is no workbook, or has more than {MOST_BYTES // 1_000_000} MB.")
        with zipfile.ZipFile(mine) as archive:
            names = archive.namelist()
            cells = [item for item in archive.infolist() if re.match(r"xl/worksheets/sheet\d+\.xml", item.filename)]
            if sum(item.file_size for item in cells) > _MOST_COPIED:
                raise WorkbookCopyError(
                    f"{mine} has very many cells, if only formatted ones. Copy the rows that hold something into a new workbook."
                )
            newer = any(b"<extLst" in archive.open(item).read(_MOST_COPIED) for item in cells)
    except DAMAGED as error:
        raise WorkbookCopyError(f"{mine} is not a readable Excel workbook ({type(error).__name__}).") from None
    lost = sorted({what for part, what in _LOST.items() if any(name.startswith(part) for name in names)})
    if newer:
        lost.append("sparklines, or drop-downs and formats of newer Excel")
    if lost:
        raise WorkbookCopyError(
            f"{mine} holds {', '.join(lost)}, which would be lost. Copy the sheet with the countries into a workbook of its own, and add the columns there."
        )


def _before(review: Review, edition: str) -> str | None:
    """The last edition before this one with answers; an update only where there is no other."""
    recorded = set(review.matrix.rows["edition"])
    earlier = [id for id in review.edition_ids if id < edition and id in recorded]
    usual = [id for id in earlier if not review.series.editions[id].is_update]
    return next(iter((usual or earlier)[::-1]), None)


def _fill(
    sheet: Any, review: Review, edition: str, before: str | None, codes: list[str], last: int
) -> list[tuple[str, int]]:
    """Write the columns of every criterion, down to row `last`; return the headings of the answers with their columns."""  # fmt: skip
    rows = {code: row for row, code in enumerate(codes, 2)}
    framework, known = review.framework, Meanings.of(review.framework)
    recorded = _recorded(review, edition)
    earlier = _recorded(review, before) if before else {}
    listed = f"'{_CRITERIA}'!$H$2:$H${1 + len(_words(framework))}"
    choices = DataValidation("list", listed, allow_blank=True)
    choices.error, choices.errorTitle = "Take a word of the list, or leave the cell empty.", "Not an answer"
    choices.showErrorMessage = True
    sheet.add_data_validation(choices)
    answers: list[tuple[str, int]] = []
    column = 3  # behind the country and its code
    for criterion in framework.criteria:
        name = heading_of(criterion, framework)
        for field in (ANSWER, *_FIELDS):
            alone = field == ANSWER and known.of_heading(name) == (Holds(ANSWER, criterion.id),)
            _head(sheet, column, name if alone else f"{name}: {field}", _WIDTHS[field])
            for row in range(2, last + 1):
                _put(sheet, row, column, "", entered=True).border = _FIRST if field == ANSWER else _CELL
            for code, row in rows.items():
                text = recorded.get((code, criterion.id), {}).get(field, "")
                if text:
                    _text(sheet.cell(row, column), text)
            if field == ANSWER:
                letter = get_column_letter(column)
                choices.add(f"{letter}2:{letter}{last}")
                answers.append((name, column))
            column += 1
        if before:
            _head(sheet, column, f"{name}{BEFORE}{before}", _WIDTHS[BEFORE])
            for row in range(2, last + 1):
                _put(sheet, row, column, "").fill = _GREY
            for code, row in rows.items():
                _put(sheet, row, column, earlier.get((code, criterion.id), {}).get(ANSWER, "")).fill = _GREY
            if answers and answers[-1][0] == name:
                now, then = (f"{get_column_letter(n)}2" for n in (answers[-1][1], column))
                area = f"{now}:{get_column_letter(answers[-1][1])}{last}"
                sheet.conditional_formatting.add(
                    area, _rule([f'AND({now}<>"",{then}<>"",{now}<>{then})'], fill=_DIFFERS)
                )
            column += 1
    return answers


def _rule(formulas: list[str], *, fill: PatternFill) -> Any:
    return FormulaRule(formulas, fill=fill)  # type: ignore[no-untyped-call]  # openpyxl's stubs lack it


def _recorded(review: Review, edition: str) -> dict[tuple[str, str], dict[str, str]]:
    table = review.series.answer_tables.get(edition)
    if table is None:
        return {}
    rows = table.frame[list(ANSWERS.names)].to_dict("records")
    return {(row["country"], row["criterion"]): row for row in rows}


def _words(framework: Framework) -> list[str]:
    return [*reversed(framework.grades), *(status.word for status in Status if status.word)]


def _head(sheet: Any, column: int, text: str, width: float, row: int = 1) -> None:
    cell = sheet.cell(row, column)
    _text(cell, text)
    cell.font, cell.fill, cell.alignment = _BOLD, _HEAD, Alignment(vertical="bottom", wrap_text=True)
    lines = len(textwrap.wrap(text, max(4, int(width) - 2)))
    look = sheet.row_dimensions[row]
    look.height = max(look.height or 0, 15.0 * lines + 3)
    sheet.column_dimensions[get_column_letter(column)].width = width


def _put(sheet: Any, row: int, column: int, text: str, *, entered: bool = False) -> Any:
    cell = sheet.cell(row, column)
    if text:
        _text(cell, text)
    cell.number_format, cell.alignment = "@", _TOP
    if entered:
        cell.protection, cell.fill, cell.border = _OPEN, _INPUT, _CELL
    return cell


def _text(cell: Any, text: str) -> None:
    """A text that stays one, whatever it begins with."""
    cell.value = text
    if cell.data_type != "s":
        cell.data_type = "s"
        cell.quotePrefix = True


def _protect(sheet: Any) -> None:
    guard = sheet.protection
    guard.sheet = True  # without a password: it guards against slips
    guard.formatColumns = guard.formatRows = guard.sort = guard.autoFilter = False


def _criteria_sheet(sheet: Any, framework: Framework) -> None:
    heads = [
        ("Heading", 22),
        ("Id", 18),
        ("Criterion", 34),
        ("Question", 44),
        ("What counts as yes, and what does not", 70),
        ("Requires", 24),
    ]
    for column, (head, width) in enumerate(heads, 1):
        _head(sheet, column, head, width)
    for row, one in enumerate(framework.criteria, 2):
        requires = "; ".join(framework.criterion(id).short for id in one.requires)
        texts = [heading_of(one, framework), one.id, one.title, one.question, one.counts, requires]
        for column, text in enumerate(texts, 1):
            _put(sheet, row, column, text)
        longest = max(len(one.counts) / 65, len(one.question) / 40, 1)
        sheet.row_dimensions[row].height = 15 * (int(longest) + 1)
    _head(sheet, 8, "Answers", 18)
    for row, word in enumerate(_words(framework), 2):
        _put(sheet, row, 8, word)
    sheet.freeze_panes = "B2"
    _protect(sheet)


def _start_sheet(
    sheet: Any, review: Review, edition: str, before: str | None, columns: list[tuple[str, int]], last: int
) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    _text(sheet["A1"], f"{review.series.title}, edition {edition}: answers to fill in")
    sheet["A1"].font = Font(name="Calibri", bold=True, size=16)
    shown = (
        f"The grey columns show edition {before}. They are not imported: to confirm an answer, choose the same again."
        if before
        else "There is no edition before."
    )
    steps = [
        "1. On the sheet Answers fill in the pale cells, a row a country. The answer is chosen from a list; leave it empty where nothing is known yet.",
        "2. What counts as yes stands on the sheet Criteria, with each question.",
        "3. Beside each answer: statute and article (citation: “Penal Code, art. 132”), where that is to be found (locator: “p. 12”, or an address), the passage itself (quote), since when (effective: YYYY, YYYY-MM or YYYY-MM-DD), a note. Each may be left empty.",
        f"4. {shown}",
        "5. Further countries go into the empty rows at the end: name or code in the column Country. To take an answer back, choose unknown: an empty cell erases nothing.",
        f"6. Save, then: modellaw import FILE --series {review.series.id} --edition {edition} --data FOLDER. With --dry-run it shows what would change, and writes nothing.",
    ]  # fmt: skip
    for row, text in enumerate(steps, 3):
        _text(sheet.cell(row, 1), text)
    row = len(steps) + 4
    for column, text in enumerate(("Criterion", "Answers so far"), 1):
        _head(sheet, column, text, [34, 90][column - 1], row)
    for offset, (name, column) in enumerate(columns, 1):
        letter = get_column_letter(column)
        _text(sheet.cell(row + offset, 1), name)
        sheet.cell(
            row + offset, 2
        ).value = f"=COUNTA('{_SHEET}'!${letter}$2:${letter}${last})&\" of \"&COUNTA('{_SHEET}'!$A$2:$A${last})&\" countries\""
    _protect(sheet)


def _saved(book: Any) -> bytes:
    """The bytes of a workbook; the same content gives the same bytes."""
    book.properties.creator = book.properties.creator or "modellaw"
    book.properties.created = datetime.datetime(2000, 1, 1)
    saved, packed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", parts[core])
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
