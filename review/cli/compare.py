"""Commands that set things side by side: compare, figures, gaps, crosscheck."""

from __future__ import annotations

from pathlib import Path

import click

from country_data import ChoiceError
from country_data.problems import unknown_name
from review.cli.options import PathParam, narrowing_options
from review.cli.session import Session, command
from review.compare import Kind, narrowing
from review.dataset import read_dataset
from review.documents import agreement_json, comparison_json, figures_json
from review.report.views.agreement import agreement_page
from review.report.views.compare import comparison_pages
from review.report.views.figures import figures_page
from review.report.views.gaps import gaps_page
from review.review import Review

__all__ = ["COMMANDS"]

_KINDS = [kind.value for kind in Kind if not kind.value.endswith("_at_least")]


@command("data", "framework", "series", "format_all", "output", "force")
@click.argument("first", required=False)
@click.argument("second", required=False)
@click.option("--only", type=click.Choice(_KINDS), help="List only countries with this kind of change.")
@click.option("--criterion", help="List only changes of this criterion.")
@narrowing_options
@click.option("--with", "with_", type=PathParam(), help="Take the second edition from this data folder.")
@click.option("--cite", is_flag=True, help="Give a citation line for every source of a headline.")
def compare(
    session: Session,
    first: str | None,
    second: str | None,
    only: str | None,
    criterion: str | None,
    region: str | None,
    countries: tuple[str, ...],
    with_: Path | None,
    *,
    cite: bool,
) -> None:
    """Compare two editions: headlines, countries, criteria, levels.

    Left out, FIRST and SECOND are the first and the last edition that say anything.
    """
    review = session.review()
    if criterion is not None and criterion not in review.framework.criterion_ids:
        raise unknown_name(f"criterion of {review.framework.id}", criterion, review.framework.criterion_ids)
    other = _other(review, with_, as_published=session.options.as_published) if with_ else None
    registry = other.registry.with_others(review.registry) if other else review.registry
    codes, narrowed = narrowing(registry, region, countries)
    comparison = review.compare(first, second, with_=other, countries=codes)
    session.show(
        lambda: comparison_pages(
            comparison, review, only=only, criterion=criterion, narrowed=narrowed, cite=cite, every=session.lists_all
        ),
        lambda: {"countries": comparison.countries},
        document=lambda: comparison_json(comparison, review),
        reviews=[review],
    )


def _other(review: Review, folder: Path, *, as_published: bool) -> Review:
    """The same series in another data folder, which must be of the same framework."""
    other = Review.of(read_dataset(folder, as_published=as_published), review.series.id)
    if other.framework != review.framework:
        message = f"its framework {other.framework.id} differs."
        raise ChoiceError(f"In {folder} the series {other.series.id} answers other questions: {message}")
    return other


@command("data", "framework", "series", "format_all", "output", "force")
@click.option("--edition", help="One edition, by id.")
@click.option("--all", "every", is_flag=True, help="List also the figures that fit.")
def figures(session: Session, edition: str | None, *, every: bool) -> None:
    """Check the published figures: against answers, and against each other."""
    review = session.review()
    chosen = None if edition is None else review.find_edition(edition)
    checks = review.figure_checks()
    session.show(
        lambda: figures_page(checks, review, chosen, every=every or session.lists_all),
        lambda: {"checks": checks.checks},
        document=lambda: figures_json(checks, chosen),
        reviews=[review],
    )


@command("data", "framework", "series", "format_all", "output", "force")
@click.option("--edition", help="One edition, by id.")
@narrowing_options
def gaps(session: Session, edition: str | None, region: str | None, countries: tuple[str, ...]) -> None:
    """Show what each country's law lacks for sufficient and for the best level."""
    review = session.review()
    chosen = review.last_answered if edition is None else review.find_edition(edition)
    codes, narrowed = narrowing(review.registry, region, countries)
    review = review if codes is None else review.of_countries(codes)
    result = review.gaps(chosen)
    session.show(
        lambda: gaps_page(result, review, chosen, narrowed),
        lambda: {"countries": result.countries, "criteria": result.criteria},
        {"series": review.series.id, "scored": review.scored, "edition": chosen},
        reviews=[review],
    )


@command("data", "format_all", "output", "force")
@click.argument("series_a")
@click.argument("series_b")
@click.option("--edition-a", help="The edition of the first series; left out, the nearest in time.")
@click.option("--edition-b", help="The edition of the second series; left out, the nearest in time.")
def crosscheck(session: Session, series_a: str, series_b: str, edition_a: str | None, edition_b: str | None) -> None:
    """Set two series side by side that answer the same criteria."""
    one, other = Review.of(session.dataset, series_a), Review.of(session.dataset, series_b)
    agreement = one.crosscheck(other, edition_a, edition_b)
    session.show(
        lambda: agreement_page(agreement, one, other),
        lambda: {"pairs": agreement.pairs, "criteria": agreement.criteria},
        document=lambda: agreement_json(agreement, one, other),
        reviews=[one, other],
    )


COMMANDS = {"compare": compare, "figures": figures, "gaps": gaps, "crosscheck": crosscheck}
