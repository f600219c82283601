"""Editions chosen for a question, and taken from a review as what the question needs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from criteria import score
from review.causes import causes_between
from review.collection import NothingInCommon, UnknownName
from review.comparison import Comparison, Side, compare
from review.crosscheck import Crosscheck, crosscheck, nearest_editions
from review.series_review import Review
from review.wording import number

__all__ = ["compare_editions", "crosscheck_series", "default_editions", "in_region", "last_with_answers", "narrowing"]


def default_editions(review: Review) -> tuple[str, str]:
    """The first and the last edition of kind `edition` that have a preferred figure or answers."""
    frame = review.editions()
    stated = set(review.preferred_figures()["edition"])
    held = frame[(frame["kind"] == "edition") & (frame["edition"].isin(stated) | (frame["recorded"] > 0))]
    if held.empty:
        raise UnknownName(f"edition with figures or answers of {review.series.id}", "", [])
    return str(held["edition"].iloc[0]), str(held["edition"].iloc[-1])


def last_with_answers(review: Review) -> str:
    """The last edition of kind `edition` with answers."""
    frame = review.editions()
    held = frame[(frame["kind"] == "edition") & (frame["recorded"] > 0)]
    if held.empty:
        raise UnknownName(f"edition with answers of {review.series.id}", "", [])
    return str(held["edition"].iloc[-1])


def compare_editions(
    review: Review,
    other: Review,
    first: str | None,
    second: str | None,
    *,
    countries: Collection[str] | None,
) -> Comparison:
    """Compare an edition of `review` with one of `other`, which is the same unless two folders are compared."""
    chosen = default_editions(review)[0] if first is None else review.find_edition(first)
    last = default_editions(other)[1] if second is None else other.find_edition(second)
    a, b = _side(review, chosen), _side(other, last)
    if other.series.id != review.series.id:
        raise UnknownName("series to compare with", other.series.id, [review.series.id])
    if countries is not None:
        codes = {review.registry.resolve(country) for country in countries}
        a, b = a.only(codes), b.only(codes)
    causes = causes_between(other.series.answers, other.deduced, other.framework, chosen, last)
    return compare(a, b, review.framework, other.registry, causes)


def _side(review: Review, edition: str) -> Side:
    row = review.editions().set_index("edition").loc[edition]
    figures = review.preferred_figures()
    stated = figures[(figures["edition"] == edition) & ~figures["statistic"].str.startswith("other:")]
    return Side(
        series=review.series.id,
        edition=edition,
        as_of=str(row["as_of"]),
        complete=row["coverage"] == "complete",
        reviewed=None if pd.isna(row["reviewed"]) else int(row["reviewed"]),
        framework=review.judged(edition),
        scores=score(review.deduced_of(edition), review.judged(edition)),
        published={str(one.statistic): (number(one.value), str(one.source)) for one in stated.itertuples()},
    )


def crosscheck_series(one: Review, other: Review, first: str | None, second: str | None) -> Crosscheck:
    """Compare an edition of one series with one of another; left out, those nearest in time."""
    if one.framework.id != other.framework.id:
        raise NothingInCommon(
            f"{one.series.id} answers the questions of {one.framework.id}, {other.series.id} those of {other.framework.id}."
        )
    held = []
    for review, edition in ((one, first), (other, second)):
        frame = review.editions()
        usable = (frame["kind"] == "edition") & (frame["recorded"] > 0)
        held.append(frame[usable] if edition is None else frame[frame["edition"] == review.find_edition(edition)])
    nearest = nearest_editions(*held)
    if nearest is None:
        raise UnknownName(f"pair of dated editions of {one.series.id} and", other.series.id, [])
    a, b = one.deduced_of(nearest[0]), other.deduced_of(nearest[1])
    return crosscheck(a, b, one.framework, nearest)


def in_region(review: Review, name: str) -> list[str]:
    """The codes of the countries of a UN region or subregion; raises `UnknownName`."""
    frame = review.registry.frame
    names = sorted((set(frame["region"]) | set(frame["subregion"])) - {""})
    matches = {known.casefold(): known for known in names}
    if name.casefold() not in matches:
        raise UnknownName("region or subregion", name, names)
    known = matches[name.casefold()]
    return list(frame.loc[np.asarray((frame["region"] == known) | (frame["subregion"] == known)), "code"])


def narrowing(review: Review, region: str | None, names: tuple[str, ...]) -> tuple[list[str] | None, str]:
    """The codes to which a region and countries narrow, and how in words."""
    if region is None and not names:
        return None, ""
    codes = in_region(review, region) if region is not None else list(review.registry.codes())
    chosen = [review.registry.resolve(name) for name in names]
    said = [f"countries of {region}"] if region is not None else []
    said += [", ".join(review.registry.name(code) for code in chosen)] if chosen else []
    return [code for code in codes if not chosen or code in chosen], " and of these ".join(said)
