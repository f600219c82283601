"""Results as pages of blocks, and the writers that show them: a terminal, Markdown, a workbook."""

from review.report.blocks import Page
from review.report.terminal import show

__all__ = ["Page", "show"]
