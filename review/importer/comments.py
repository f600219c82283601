"""A copy of a workbook with a comment in each cell that has a problem. The only user of openpyxl."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from country_data import Problem
from country_data.schema import MOST_BYTES
from country_data.xlsx_file import DAMAGED
from review.files import OutputError

__all__ = ["WorkbookCopyError", "commented_copy"]

_MOST_COPIED = 15_000_000  # bytes of all cells
_REMARKED = PatternFill("solid", start_color="F9D698", end_color="F9D698")
_EPOCH = (1980, 1, 1, 0, 0, 0)
# parts of a workbook that openpyxl would drop when it saves, with what they are
_LOST = {
    "xl/charts/": "charts", "xl/drawings/drawing": "charts, pictures or shapes", "xl/media/": "pictures",
    "xl/pivotTables/": "pivot tables", "xl/slicers/": "slicers", "xl/ctrlProps/": "buttons", "xl/embeddings/": "embedded files",
    "xl/vbaProject": "macros", "xl/externalLinks/": "links to other workbooks", "xl/threadedComments/": "threads of comments",
}  # fmt: skip


class WorkbookCopyError(OutputError):
    """A workbook that can't be copied without losing something."""


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
        # of merged cells the first bears the comment
        areas = [str(area) for area in book[sheet].merged_cells.ranges if cell in area]
        first = book[sheet][areas[0].partition(":")[0] if areas else cell]
        first.comment, first.fill = note, _REMARKED
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
