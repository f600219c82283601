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


def citation(reviews: list[Review]) -> str:
    """One sentence to cite the workbook with, naming the reviewers whose findings it holds."""
    publishers = "; ".join(
        dict.fromkeys(": ".join(filter(None, (review.series.publisher, review.series.title))) for review in reviews)
    )
    date = data_date(reviews)
    return (
        f"modellaw {version()}, {reviews[0].framework.title}"
        + (f", data to {date}" if date else "")
        + f". Findings read from: {publishers}. Cite with each figure the source named beside it."
    )
