"""The report of reviews as a file, for tests that open it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from review.report.workbook import Picked, report_bytes, sheets
from review.review import Review


def write_workbook(reviews: list[Review], path: Path, picked: Picked | None = None, only: Collection[str] = ()) -> None:
    """Write the report; `picked`: what is shown first, `only`: these sheets and those they depend on."""
    path.write_bytes(report_bytes(sheets(reviews, picked, only), reviews))
