"""What `modellaw list` lists: editions, series, criteria, sources or countries, as one frame each."""

from __future__ import annotations

import pandas as pd

from country_data import Registry
from criteria import Framework
from review.findings import countries_frame, criteria_frame, series_frame
from review.report.blocks import Cell, Column, Page
from review.review import Review

__all__ = ["list_page", "listing"]


def list_page(title: str, frame: pd.DataFrame, wide: tuple[str, ...]) -> Page:
    """A frame as a table; columns in `wide` may break over lines."""

    def column(name: str) -> Column:
        is_number = pd.api.types.is_numeric_dtype(frame[name])
        return Column(name, 0, "number" if is_number else "text_wrapped" if name in wide else "text")

    def cell(value: object) -> Cell:
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            return ""
        return value if isinstance(value, int) and not isinstance(value, bool) else str(value)

    page = Page("List", title)
    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False)]
    page.table(map(column, map(str, frame.columns)), rows, title, indent=0)
    return page


def listing(
    what: str, framework: Framework, registry: Registry, reviews: list[Review]
) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    """The title, the frame, the columns that a table shows, and which of these may break over lines.

    `what`: "editions", "series", "criteria", "sources" or "countries"; editions and sources are those
    of the first review.
    """
    wide: tuple[str, ...]
    if what == "criteria":
        columns, wide = "criterion title question requires", ("title", "question")
        return f"{framework.title}: criteria", criteria_frame(framework), columns.split(), wide
    if what == "countries":
        columns, wide = "code name region subregion status until successors", ("name", "subregion", "successors")
        return "Countries", countries_frame(registry, reviews), columns.split(), wide
    if what == "series":
        columns, wide = "series title publisher scored editions answers figures", ("title", "publisher")
        return f"Series of {framework.id}", series_frame(reviews), columns.split(), wide
    title = f"{reviews[0].series.title} ({reviews[0].series.id}): {what}"
    if what == "editions":
        columns = "edition kind title as_of reviewed recorded coverage"
        return title, reviews[0].editions(), columns.split(), ("title",)
    columns = "source title kind published answers figures url"
    return title, reviews[0].sources(), columns.split(), ("title", "url")
