"""What `modellaw list` lists: editions, series, criteria, sources or countries, as one frame each."""

from __future__ import annotations

import pandas as pd

from review.series_review import Review

__all__ = ["listing"]


def listing(what: str, reviews: list[Review]) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    """The title, the frame, the columns that a table shows, and which of these may break over lines.

    `what`: "editions", "series", "criteria", "sources" or "countries"; all but "series" are those
    of the first review.
    """
    review = reviews[0]
    title = f"{review.series.title} ({review.series.id})"
    if what == "series":
        return (
            f"Series of {review.framework.id}",
            _series(reviews),
            ["series", "title", "publisher", "scored", "editions", "answers", "figures"],
            ("title", "publisher"),
        )
    if what == "editions":
        frame = review.editions()
        return (
            f"{title}: editions",
            frame,
            ["edition", "kind", "title", "as_of", "reviewed", "recorded", "coverage"],
            ("title",),
        )
    if what == "criteria":
        return (
            f"{review.framework.title}: criteria",
            review.criteria(),
            ["criterion", "title", "question", "requires"],
            ("title", "question"),
        )
    if what == "sources":
        return (
            f"{title}: sources",
            review.sources(),
            ["source", "title", "kind", "published", "answers", "figures", "url"],
            ("title", "url"),
        )
    return (
        "Countries",
        review.countries(),
        ["code", "name", "region", "subregion", "status", "until", "successors"],
        ("name", "subregion", "successors"),
    )


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
                len(one.figures),
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
