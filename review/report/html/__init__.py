"""Reports as one web page: a file that needs no network, written from the same views as the workbook."""

from review.report.html.page import is_own_page, page_bytes

__all__ = ["is_own_page", "page_bytes"]
