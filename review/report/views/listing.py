"""What `modellaw list` lists: editions, series, criteria, sources or countries, as one frame each."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from country_data import Registry, Series
from criteria import Framework
from review.findings import countries_frame, criteria_frame
from review.report.blocks import Column, Page
from review.review import Review

__all__ = ["frameworks_frame", "list_page", "listing"]


def list_page(title: str, frame: pd.DataFrame, wide: tuple[str, ...]) -> Page:
    """A frame as a table; columns in `wide` may break over lines."""
    page = Page("List", title)
    columns = []
    for name in frame.columns:
        is_number = pd.api.types.is_numeric_dtype(frame[name])
        columns.append(Column(str(name), 0, "number" if is_number else "text_wrapped" if name in wide else "text"))
    rows = [
        tuple(
            ""
            if value is None or (not isinstance(value, str) and pd.isna(value))
            else value
            if isinstance(value, int) and not isinstance(value, bool)
            else str(value)
            for value in row
        )
        for row in frame.itertuples(index=False)
    ]
    page.table(columns, rows, title, indent=0)
    return page


def listing(
    what: str, framework: Framework, registry: Registry, reviews: list[Review]
) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    """The title, the frame, the columns that a table shows, and which of these may break over lines.

    `what`: "editions", "series", "criteria", "sources" or "countries"; editions and sources are those
    of the first review.
    """
    if what == "criteria":
        return (
            f"{framework.title}: criteria",
            criteria_frame(framework),
            ["criterion", "title", "question", "requires"],
            ("title", "question"),
        )
    if what == "countries":
        frame = countries_frame(registry, reviews)
        return (
            "Countries",
            frame,
            ["code", "name", "region", "subregion", "status", "until", "successors"],
            ("name", "subregion", "successors"),
        )
    if what == "series":
        columns = ["series", "title", "publisher", "scored", "editions", "answers", "figures"]
        return f"Series of {framework.id}", _series(reviews), columns, ("title", "publisher")
    review = reviews[0]
    title = f"{review.series.title} ({review.series.id})"
    if what == "editions":
        columns = ["edition", "kind", "title", "as_of", "reviewed", "recorded", "coverage"]
        return f"{title}: editions", review.editions(), columns, ("title",)
    columns = ["source", "title", "kind", "published", "answers", "figures", "url"]
    return f"{title}: sources", review.sources(), columns, ("title", "url")


def frameworks_frame(frameworks: Iterable[Framework], series: Iterable[Series]) -> pd.DataFrame:
    """The frameworks: `framework`, `title`, `publisher`, `criteria`, `groups`, `levels` (int64), `series` (ids)."""
    pairs = [(one.framework, one.id) for one in series]
    rows = [
        (
            framework.id,
            framework.title,
            framework.publisher,
            len(framework.criteria),
            len(framework.groups),
            len(framework.levels),
            " ".join(sorted(id for of, id in pairs if of == framework.id)),
        )
        for framework in frameworks
    ]
    columns = ["framework", "title", "publisher", "criteria", "groups", "levels", "series"]
    return pd.DataFrame(rows, columns=columns)


def _series(reviews: list[Review]) -> pd.DataFrame:
    rows = []
    for review in reviews:
        one = review.series
        answers = int((one.answers["answer"] != "").sum())
        rows.append(
            (
                one.id,
                one.title,
                one.publisher,
                one.framework,
                one.scored,
                len(one.editions),
                answers,
                len(one.figures.frame),
                one.about,
                one.licence,
            )
        )
    columns = [
        "series",
        "title",
        "publisher",
        "framework",
        "scored",
        "editions",
        "answers",
        "figures",
        "about",
        "licence",
    ]
    return pd.DataFrame(rows, columns=columns)
