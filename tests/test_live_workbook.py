"""The workbook computes: LibreOffice, made to compute everything again, finds what Python found."""

from __future__ import annotations

from pathlib import Path

from review.workbook import write_workbook
from tests.recalculation import differences, needs_libreoffice
from tests.test_workbook import reviews_of


@needs_libreoffice
def test_every_formula_of_the_embedded_data_comes_out_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    write_workbook(reviews_of(), path)
    count, found = differences(path, tmp_path)
    assert count > 10_000
    assert found == []
