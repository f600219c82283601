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

    from review.importer.import_file import ImportOptions, ImportResult
    from review.review import Review

__all__ = ["import_file", "load"]


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


def import_file(
    file: str | PathLike[str],
    *,
    data: str | PathLike[str] | None = None,
    edition: str | int,
    series: str | None = None,
    framework: str | None = None,
    options: ImportOptions | None = None,
    write: bool = False,
) -> ImportResult:
    """Import the answers of a CSV or Excel table into an edition of a data folder.

    Parameters
    ----------
    file : str | PathLike[str]
        The table.
    data : str | PathLike[str] | None, optional
        The data folder; the series must be one of its own.
    edition : str | int
        By id, number or year.
    series, framework : str | None, optional
        By id; left out, those that are meant where none is named.
    options : ImportOptions | None, optional
        How the table is to be understood, and what may be done.
    write : bool, optional
        Whether to write what the plan says; left out, nothing is written.

    Returns
    -------
    ImportResult

    Raises
    ------
    DataError
        For a file that can't be read, and for a folder with problems.
    ChoiceError
        For a name that is not there, and for options that contradict each other.
    OutputError
        With `write`, where a file can't be written, and while another process writes into the folder.

    """
    from pathlib import Path

    from review.importer import import_file as importing

    return importing.import_file(
        Path(file),
        data=None if data is None else Path(data),
        edition=edition,
        series=series,
        framework=framework,
        options=options,
        write=write,
    )
