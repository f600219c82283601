"""What we say about it: `load` a review and ask it for data frames.

    import review
    r = review.load(series="…")
    r.statistics(); r.answers(); r.country("Namibia")

Importing this package loads neither pandas nor anything else heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from review.series_review import Review

__all__ = ["load"]


def load(
    series: str | None = None,
    *,
    data: str | PathLike[str] | None = None,
    framework: str | None = None,
    as_published: bool = False,
) -> Review:
    """Load one series under its framework.

    `series` and `framework` are ids; left out, the ones a command without `--series` would take.
    `data` is a data folder of one's own, read on top of the embedded data; `as_published`: without
    the corrections of the series. Raises `DataError` with
    all problems of the data, and `LookupError` for an id that is not there.
    """
    from pathlib import Path

    from review.collection import read_collection
    from review.series_review import Review

    collection = read_collection(Path(data) if data is not None else None, as_published=as_published)
    return Review.of(collection, series, framework)
