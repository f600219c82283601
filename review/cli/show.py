"""Commands that show what is known: the overview, summary, country, scores, list."""

from __future__ import annotations

import shlex
from collections import Counter

import click
import pandas as pd

from country_data import ChoiceError
from review.cli.options import Shared, narrowing_options
from review.cli.session import Session, command
from review.compare import narrowing
from review.documents import scores_json, stacked, summary_json
from review.findings import frameworks_frame
from review.frames import without_exact
from review.headlines import headline_rows
from review.report.markdown import markdown_of
from review.report.views.codebook import codebook_page
from review.report.views.countries import scores_page
from review.report.views.country import country_page
from review.report.views.listing import list_page, listing
from review.report.views.overview import overview_page
from review.report.views.summary import summary_page
from review.review import Review
from review.selection import parse_selection

__all__ = ["COMMANDS", "overview"]

_LISTS = ("editions", "series", "frameworks", "criteria", "sources", "countries")


def overview(session: Session) -> None:
    """Show the headline figures of every series."""
    dataset, options = session.dataset, session.options
    if options.framework is None and options.series is None:
        # of all frameworks but the first a few lines are shown, on their newest edition
        short = options.format == "table"
        frameworks = dataset.frameworks_with_series()
        every = [Review.all_of(dataset, one.id, newest=short and n > 0) for n, one in enumerate(frameworks)]
    else:
        every = [session.reviews()]
    shown = [review for reviews in every for review in reviews]
    if not shown:
        raise ChoiceError("No framework has a series.")
    session.show(
        lambda: overview_page(every, _example(every[0]), _options(options)),
        lambda: {"headlines": pd.concat([headline_rows(review) for review in shown], ignore_index=True)},
        {"frameworks": [reviews[0].framework.id for reviews in every], "series": [one.series.id for one in shown]},
        reviews=shown,
    )


def _options(options: Shared) -> str:
    """The options that choose the data, as they are typed again."""
    values = {"--framework": options.framework, "--series": options.series}
    return "".join(f" {name} {shlex.quote(str(value))}" for name, value in values.items() if value is not None)


def _example(reviews: list[Review]) -> str:
    """The country of which the data tell most, as it is typed after a command."""
    counts = Counter(code for review in reviews for code in review.matrix.rows["country"])
    if not counts:
        return "NAME"
    name = reviews[0].registry.name
    best = min(counts, key=lambda code: (-counts[code], " " in name(code), name(code)))
    return shlex.quote(name(best))


@command("data", "framework", "series", "format_all", "output", "force")
@click.option("--edition", "editions", multiple=True, help="One edition, by id; given again, several.")
@click.option("--by", metavar="SCHEME", help="Count by region, subregion, or a scheme of your groups.csv.")
@click.option("--same-countries", is_flag=True, help="Count only countries with an answer in all these editions.")
def summary(session: Session, editions: tuple[str, ...], by: str | None, *, same_countries: bool) -> None:
    """Show the statistics of one edition, of several, or of all."""
    whole = session.review()
    by = None if by is None else whole.find_scheme(by)
    review = whole.same_countries(editions) if same_countries else whole.of_editions(editions) if editions else whole
    edition = whole.find_edition(editions[0]) if len(editions) == 1 and not same_countries else None
    session.show(
        lambda: summary_page(review, edition, by, same_countries=same_countries),
        lambda: {"statistics": without_exact(review.statistics(by=by)).assign(scored=review.scored)},
        document=lambda: summary_json(review, by, same_countries=same_countries),
        reviews=[review],
    )


@command("data", "framework", "series", "format_all", "output", "force")
@click.argument("name")
def country(session: Session, name: str) -> None:
    """Show what is known of one country, on one page."""
    reviews = session.reviews()
    code = reviews[0].registry.resolve(name)
    session.show(
        lambda: country_page([review.of_countries([code]) for review in reviews], code),
        lambda: {
            "answers": stacked(reviews, [review.country(code) for review in reviews]),
            "scores": stacked(reviews, [review.scores_of(code) for review in reviews]),
            "law_changes": stacked(reviews, [review.law_changes(code) for review in reviews]),
            "sources": stacked(reviews, [review.sources_of(code) for review in reviews]),
        },
        {
            "country": code,
            "name": reviews[0].registry.name(code),
            "framework": reviews[0].framework.id,
            "series": [review.series.id for review in reviews],
        },
        reviews=reviews,
    )


@command("data", "framework", "series", "format_all", "output", "force")
@click.option("--edition", help="One edition, by id.")
@click.option(
    "--where",
    multiple=True,
    metavar="CRITERION=ANSWER",
    help="Only countries with this answer: yes, no, …, silent, no_data (repeatable).",
)
@click.option("--level", metavar="LEVEL", help="Only countries at this level, by id; LEVEL+ for this or a better one.")
@click.option(
    "--possible", is_flag=True, help="With --where or --level: also those for which open answers leave it possible."
)
@narrowing_options
def scores(
    session: Session,
    edition: str | None,
    where: tuple[str, ...],
    level: str | None,
    region: str | None,
    countries: tuple[str, ...],
    *,
    possible: bool,
) -> None:
    """Show the score and the level of each country, or the countries behind a number.

    With --where or --level and without --edition: of the newest edition with answers.
    """
    review = session.review()
    selection = parse_selection(review.framework, where, level, possible=possible)
    if possible and not selection:
        raise ChoiceError("--possible goes with --where or --level.")
    if selection.level and not review.scored:
        raise ChoiceError(f"{review.series.id} is not scored: it has no levels. Take --where.")
    codes, narrowed = narrowing(review.registry, region, countries)
    chosen = review.find_edition(edition) if edition is not None else review.last_answered if selection else None
    review = review if codes is None else review.of_countries(codes)
    listed = review.of_countries(selection.countries(review, chosen)) if selection and chosen is not None else review
    session.show(
        lambda: scores_page(review, chosen, selection, narrowed),
        lambda: {"scores": listed.scores(chosen).assign(scored=review.scored)},
        document=lambda: {**scores_json(listed, chosen), **selection.record()},
        reviews=[review],
    )


@command("data", "framework", "series", "format_all", "output", "force", name="list")
@click.argument("what", type=click.Choice(_LISTS))
def list_(session: Session, what: str) -> None:
    """List editions, series, frameworks, criteria, sources or countries; criteria as Markdown is the codebook."""
    dataset, options = session.dataset, session.options
    if what == "frameworks":
        frame = frameworks_frame(dataset.frameworks.values(), dataset.series.values())
        columns = ["framework", "title", "publisher", "criteria", "series"]
        reviews = [review for one in dataset.frameworks_with_series() for review in Review.all_of(dataset, one.id)[:1]]
        page = list_page("Frameworks", frame[columns], ("title", "publisher"))
        session.show(lambda: page, lambda: {what: frame}, reviews=reviews)
        return
    framework = dataset.choose_framework(options.framework, options.series)
    if options.format == "md" and what == "criteria":
        session.write_text(markdown_of([codebook_page(framework)]))
        return
    of_all = what in ("series", "criteria", "countries") and options.series is None
    reviews = Review.all_of(dataset, framework.id) if of_all else [session.review()]
    title, frame, columns, wide = listing(what, framework, dataset.registry, reviews)
    session.show(
        lambda: list_page(title, frame[columns], wide),
        lambda: {what: frame},
        {"framework": framework.id, "series": [review.series.id for review in reviews]},
        reviews=reviews,
    )


COMMANDS = {"summary": summary, "country": country, "scores": scores, "list": list_}
