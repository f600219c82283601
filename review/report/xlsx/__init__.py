"""Pages as sheets of an Excel workbook."""

from review.report.xlsx.writer import MARKER, TooLarge, workbook_bytes

__all__ = ["MARKER", "TooLarge", "workbook_bytes"]
