"""How to cite a result: version, date of the data, and the reviewers' names."""

from __future__ import annotations

from importlib import metadata

from review.review import Review

__all__ = ["citation", "data_date", "version"]


def version() -> str:
    """The installed version of modellaw."""
    try:
        return metadata.version("modellaw")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def data_date(reviews: list[Review]) -> str:
    """The latest date on which a source of these series was published; "" if none is dated."""
    dates = [date for review in reviews for date in (source.published for source in review.series.sources.values())]
    return max(dates, default="")


def citation(reviews: list[Review], *, named: bool = True) -> str:
    """How to cite a report: with what it was made, and to which date its data go.

    `named`: with the reviewers whose findings it holds, which a figure beside its own source does without.
    """
    date = data_date(reviews)
    made = f"modellaw {version()}, {reviews[0].framework.title}" + (f", data to {date}" if date else "") + "."
    if not named:
        return made
    publishers = "; ".join(
        dict.fromkeys(": ".join(filter(None, (review.series.publisher, review.series.title))) for review in reviews)
    )
    return f"{made} Findings read from: {publishers}. Cite with each figure the source named beside it."
