"""What we say about it: `load` a review and ask it for data frames.

    import review
    r = review.load(series="…")
    r.statistics(); r.answers(); r.country("Namibia")

Importing this package loads neither pandas nor anything else heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from review.importer.reading import read_table
    from review.review import Review

__all__ = ["load", "read_table"]


def load(
    series: str | None = None,
    *,
    data: str | PathLike[str] | None = None,
    framework: str | None = None,
    as_published: bool = False,
) -> Review:
    """Load one series under its framework.

    Parameters
    ----------
    series, framework : str | None, optional
        Ids; left out, those that a command without these options would take.
    data : str | PathLike[str] | None, optional
        A data folder of one's own, read on top of the embedded data.
    as_published : bool, optional
        Without the corrections of the series.

    Returns
    -------
    Review

    Raises
    ------
    DataError
        With all problems of the data.
    LookupError
        For an id that is not there, with those that are.

    """
    from pathlib import Path

    from review.dataset import read_dataset
    from review.review import Review

    dataset = read_dataset(Path(data) if data is not None else None, as_published=as_published)
    return Review.of(dataset, series, framework)


def __getattr__(name: str) -> Any:
    """`read_table`, with pandas, when it is first asked for."""
    if name == "read_table":
        from review.importer import reading

        return reading.read_table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
