"""The commands that ask what changed, what disagrees, what is lacking, and what another series says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import NamedPath, answered, chosen_review, collection_of, emit, merged, options

if TYPE_CHECKING:
    from review.collection import Collection
    from review.series_review import Review

__all__ = ["compare", "crosscheck", "figures", "gaps"]

_KINDS = ("improved", "worsened", "mixed", "same", "undetermined", "not_comparable")


@click.command()
@click.argument("first", required=False)
@click.argument("second", required=False)
@options("data", "framework", "series", "format", "output", "force")
@click.option("--only", type=click.Choice(_KINDS), help="List only countries with this kind of change.")
@click.option("--criterion", help="List only changes of this criterion.")
@click.option("--region", help="Count only countries of this UN region or subregion.")
@click.option("--country", "countries", multiple=True, help="Count only this country (may be given again).")
@click.option("--with", "with_", type=NamedPath(path_type=Path), help="Take the second edition from this data folder.")
@click.option("--cite", is_flag=True, help="Give a citation line for every source of a headline.")
@click.pass_obj
def compare(inherited: dict[str, Any], /, first: str | None, second: str | None, **given: Any) -> None:
    """Compare two editions: headlines, countries, criteria, levels.

    Left out, FIRST and SECOND are the first and the last edition that say anything.
    """
    from review.editions import narrowing
    from review.output import comparison_json
    from review.terminal.comparison import comparison_page

    given = merged(inherited, given)
    collection = collection_of(given)
    review = chosen_review(given, collection)
    criterion = given["criterion"]
    if criterion is not None:
        answered(lambda: _check_criterion(review, criterion))
    codes, narrowed = answered(lambda: narrowing(review, given["region"], given["countries"]))
    other = _other(review, given["with_"], as_published=given["as_published"])
    found = answered(lambda: review.compare(first, second, with_=other, countries=codes))
    emit(
        given,
        lambda: comparison_page(
            found,
            review,
            only=given["only"],
            criterion=criterion,
            narrowed=narrowed,
            cite=given["cite"],
        ),
        lambda: {"countries": found.countries},
        document=lambda: comparison_json(found, review),
    )


@click.command()
@options("data", "framework", "series", "edition", "format", "output", "force")
@click.pass_obj
def figures(inherited: dict[str, Any], /, **given: Any) -> None:
    """Check the published figures: against answers, and against each other."""
    from review.output import figures_json
    from review.terminal.checks import figures_page

    given = merged(inherited, given)
    review, edition = chosen_review(given), given["edition"]
    found = review.figure_checks()
    emit(
        given,
        lambda: figures_page(found, review, edition),
        lambda: {"checks": found.checks},
        document=lambda: figures_json(found, edition),
    )


@click.command()
@options("data", "framework", "series", "edition", "format", "output", "force")
@click.pass_obj
def gaps(inherited: dict[str, Any], /, **given: Any) -> None:
    """Show what each country's law lacks for sufficient and for the best level."""
    from review.editions import last_with_answers
    from review.terminal.checks import gaps_page

    given = merged(inherited, given)
    review = chosen_review(given)
    edition = given["edition"] or answered(lambda: last_with_answers(review))
    found = review.gaps(edition)
    emit(
        given,
        lambda: gaps_page(found, review, edition),
        lambda: {"countries": found.countries, "criteria": found.criteria},
        {"series": review.series.id, "scored": review.scored, "edition": edition},
    )


@click.command()
@click.argument("series_a")
@click.argument("series_b")
@options("data", "format", "output", "force")
@click.option("--edition-a", help="The edition of the first series; left out, the nearest in time.")
@click.option("--edition-b", help="The edition of the second series; left out, the nearest in time.")
@click.pass_obj
def crosscheck(inherited: dict[str, Any], /, series_a: str, series_b: str, **given: Any) -> None:
    """Set two series side by side that answer the same criteria."""
    from review.output import crosscheck_json
    from review.series_review import Review
    from review.terminal.checks import crosscheck_page

    given = merged(inherited, given)
    collection = collection_of(given)
    one = answered(lambda: Review.of(collection, series_a))
    other = answered(lambda: Review.of(collection, series_b))
    found = answered(lambda: one.crosscheck(other, given["edition_a"], given["edition_b"]))
    emit(
        given,
        lambda: crosscheck_page(found, one, other),
        lambda: {"pairs": found.pairs, "criteria": found.criteria},
        document=lambda: crosscheck_json(found, one, other),
    )


def _check_criterion(review: Review, criterion: str) -> None:
    from review.collection import UnknownName

    if criterion not in review.framework.criterion_ids:
        raise UnknownName(f"criterion of {review.framework.id}", criterion, list(review.framework.criterion_ids))


def _other(review: Review, folder: Path | None, *, as_published: bool) -> Review | None:
    """The same series in another data folder, which must be of the same framework."""
    from review.collection import read_collection
    from review.series_review import Review as Reviewed

    if folder is None:
        return None
    collection: Collection = read_collection(folder, as_published=as_published)
    other: Review = answered(lambda: Reviewed.of(collection, review.series.id))
    if other.framework != review.framework:
        raise click.UsageError(
            f"In {folder} the series {other.series.id} answers other questions: its framework {other.framework.id} differs."
        )
    return other
