"""The command line: parse, call one function of the library, show what it gave. No logic here."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import (
    NamedPath,
    answered,
    check_output,
    chosen_review,
    chosen_reviews,
    collection_of,
    emit,
    emit_text,
    merged,
    options,
    stacked,
    stop_with_problems,
    write_file,
    write_folder,
)
from review.import_command import check_file, import_
from review.intake_commands import init, template
from review.questions import compare, crosscheck, figures, gaps

if TYPE_CHECKING:
    from review.collection import Collection
    from review.series_review import Review
    from review.terminal import Display

__all__ = ["cli", "main"]

_LISTS = ("editions", "series", "frameworks", "criteria", "sources", "countries")


@click.group(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="modellaw", message="modellaw %(version)s")
@options("data", "framework", "series", "format", "output", "force")
@click.pass_context
def cli(context: click.Context, /, **given: Any) -> None:
    """Score countries' laws against model-law criteria, edition by edition, every figure with its source.

    Without a command: the headline figures of every series.
    """
    if context.invoked_subcommand is not None:
        context.obj = given
        return
    import pandas as pd

    from review.headlines import headline_rows
    from review.terminal.overview import overview_page

    collection = collection_of(given)
    if given["framework"] is None and given["series"] is None:
        # of all frameworks but the first a few lines are shown, on their newest edition
        short = given["format_"] == "table"
        frameworks = collection.with_series()
        every = [collection.reviews_of(one, newest=short and n > 0) for n, one in enumerate(frameworks)]
    else:
        every = [chosen_reviews(given, collection)]
    shown = [review for reviews in every for review in reviews]
    if not shown:
        raise click.UsageError("No framework has a series.")
    emit(
        given,
        lambda: overview_page(every, _example(every[0])),
        lambda: {"headlines": pd.concat([headline_rows(review) for review in shown], ignore_index=True)},
        {
            "frameworks": [reviews[0].framework.id for reviews in every],
            "series": [review.series.id for review in shown],
        },
    )


@cli.command()
@options("data", "framework", "series", "output", "force")
@click.option("--sheet", "only", multiple=True, help="Only this sheet and what it looks at (may be given again).")
@click.option("--edition", "editions", multiple=True, help="Only this edition (may be given again).")
@click.option("--region", help="Only countries of this UN region or subregion.")
@click.option("--country", "countries", multiple=True, help="Only this country (may be given again).")
@click.pass_obj
def report(inherited: dict[str, Any], /, only: tuple[str, ...], editions: tuple[str, ...], **given: Any) -> None:
    """Write the analysts' workbook (review.xlsx, or --output FILE)."""
    from review.workbook import Picked, contents, is_own_workbook, sheets, write_sheets

    given = merged(inherited, given)
    reviews, among = answered(lambda: _narrowed(chosen_reviews(given), editions, given["region"], given["countries"]))
    picked = Picked(among=among)
    path = given["output"] or Path("review.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    check_output(given, path)
    made = answered(lambda: sheets(reviews, picked, only))
    write_file(
        given,
        path,
        lambda part: write_sheets(made, reviews, part),
        replace=given["force"] or is_own_workbook(path),
    )
    click.echo(str(path.resolve()))
    for line in contents(reviews) if not only else [sheet.name for sheet in made]:
        click.echo(f"  {line}")


def _narrowed(
    reviews: list[Review], editions: tuple[str, ...], region: str | None, countries: tuple[str, ...]
) -> tuple[list[Review], list[str] | None]:
    """The reviews with these editions and countries alone, and the codes of these, or None for all.

    A series that has none of the editions is left out.
    """
    from review.collection import UnknownName
    from review.editions import narrowing

    if editions:
        held: dict[int, list[str]] = {}
        for id in editions:
            found = [(n, name) for n, review in enumerate(reviews) for name in _found(review, id)]
            if not found:
                every = [name for review in reviews for name in review.series.editions["edition"]]
                raise UnknownName("edition", id, list(dict.fromkeys(every)))
            for n, name in found:
                held.setdefault(n, []).append(name)
        reviews = [reviews[n].of_editions(names) for n, names in sorted(held.items())]
    codes, _ = narrowing(reviews[0], region, countries)
    return (reviews if codes is None else [review.of_countries(codes) for review in reviews]), codes


def _found(review: Review, edition: str) -> list[str]:
    """The edition of a series that is meant, if it has one."""
    from review.collection import UnknownName

    try:
        return [review.find_edition(edition)]
    except UnknownName:
        return []


@cli.command()
@options("data", "framework", "series", "format", "output", "force")
@click.option("--edition", "editions", multiple=True, help="One edition, by id; given again, several.")
@click.option("--by", type=click.Choice(["region", "subregion"]), help="Count by UN region or subregion.")
@click.option("--same-countries", is_flag=True, help="Count only countries with an answer in all these editions.")
@click.pass_obj
def summary(inherited: dict[str, Any], /, editions: tuple[str, ...], by: str | None, **given: Any) -> None:
    """Show the statistics of one edition, of several, or of all."""
    from review.output import summary_json
    from review.terminal.summary import summary_page

    same = given.pop("same_countries")
    given = merged(inherited, given)
    whole = chosen_review(given)
    if same:
        review = answered(lambda: whole.same_countries(editions))
    else:
        review = answered(lambda: whole.of_editions(editions)) if editions else whole
    edition = whole.find_edition(editions[0]) if len(editions) == 1 and not same else None
    emit(
        given,
        lambda: summary_page(review, edition, by, same_countries=same),
        lambda: {"statistics": review.statistics(by=by).assign(scored=review.scored)},
        document=lambda: summary_json(review, by, same_countries=same),
    )


@cli.command()
@click.argument("name")
@options("data", "framework", "series", "format", "output", "force")
@click.pass_obj
def country(inherited: dict[str, Any], /, name: str, **given: Any) -> None:
    """Show what is known of one country, on one page."""
    from country_data import UnknownCountry
    from review.terminal.country import country_page

    given = merged(inherited, given)
    reviews = chosen_reviews(given)
    try:
        code = reviews[0].registry.resolve(name)
    except UnknownCountry as error:
        raise click.UsageError(str(error)) from None
    emit(
        given,
        lambda: country_page([review.of_countries([code]) for review in reviews], code),
        lambda: {
            "answers": stacked(reviews, lambda review: review.country(code)),
            "scores": stacked(reviews, lambda review: review.scores_of(code)),
            "law_changes": stacked(reviews, lambda review: review.law_changes(code)),
            "sources": stacked(reviews, lambda review: review.sources_of(code)),
        },
        {
            "country": code,
            "name": reviews[0].registry.name(code),
            "framework": reviews[0].framework.id,
            "series": [review.series.id for review in reviews],
        },
    )


@cli.command()
@options("data", "framework", "series", "edition", "format", "output", "force")
@click.pass_obj
def scores(inherited: dict[str, Any], /, **given: Any) -> None:
    """Show the score and the level of each country."""
    from review.output import scores_json
    from review.terminal.scores import scores_page

    given = merged(inherited, given)
    review, edition = chosen_review(given), given["edition"]
    emit(
        given,
        lambda: scores_page(review, edition),
        lambda: {"scores": review.scores(edition).assign(scored=review.scored)},
        document=lambda: scores_json(review, edition),
    )


@cli.command(name="list")
@click.argument("what", type=click.Choice(_LISTS))
@options("data", "framework", "series", "format_md", "output", "force")
@click.pass_obj
def list_(inherited: dict[str, Any], /, what: str, **given: Any) -> None:
    """List editions, series, frameworks, criteria, sources or countries; criteria as Markdown is the codebook."""
    from review.codebook import codebook
    from review.listing import frameworks_frame, listing
    from review.terminal.lists import list_page

    given = merged(inherited, given)
    collection = collection_of(given)
    if what == "frameworks":
        frame = frameworks_frame(collection.frameworks.values(), collection.series.values())
        shown = ["framework", "title", "publisher", "criteria", "series"]
        emit(given, lambda: list_page("Frameworks", frame[shown], ("title", "publisher")), lambda: {what: frame})
        return
    framework = answered(lambda: collection.choose_framework(given["framework"], given["series"]))
    if given["format_"] == "md":
        if what != "criteria":
            raise click.UsageError("Only the codebook is written as Markdown: modellaw list criteria --format md.")
        emit_text(given, codebook(framework))
        return
    without = what in ("series", "criteria", "countries") and given["series"] is None
    reviews = collection.reviews_of(framework) if without else [chosen_review(given, collection)]
    title, frame, short, wide = listing(what, framework, collection.registry, reviews)
    emit(
        given,
        lambda: list_page(title, frame[short], wide),
        lambda: {what: frame},
        {"framework": framework.id, "series": [review.series.id for review in reviews]},
    )


@cli.command()
@click.argument("folder", type=NamedPath(path_type=Path), required=False, metavar="[FOLDER|FILE]")
@options("data", "framework", "series", "edition", "format", "output", "force")
@click.pass_obj
def check(inherited: dict[str, Any], /, folder: Path | None, **given: Any) -> None:
    """Report every problem of a data FOLDER, of the data in use, or of a FILE of answers before its import.

    Of a workbook of answers, --output writes a copy with a comment in each cell that has a problem.
    """
    import pandas as pd

    from review.collection import find_problems

    given = merged(inherited, given)
    if folder is not None and folder.is_file() and (given["edition"] or folder.suffix.lower() == ".xlsx"):
        if not given["edition"]:
            raise click.UsageError("Which answers are these? Name --edition ID, and --series ID.")
        check_file(folder, given)
        return
    folder = folder or given["data"]
    collection, error = find_problems(folder)
    for notice in collection.notices:
        click.echo(notice, err=True)
    if given["format_"] == "table" and not given["output"]:
        if error is None:
            click.echo(_nothing_wrong(collection, folder))
            return
        stop_with_problems(error.problems)
    columns = ["file", "line", "sheet", "cell", "column", "message", "remedy"]
    found = pd.DataFrame(
        [problem.record() for problem in error.problems] if error else [], columns=columns, dtype=object
    )
    emit(
        given,
        lambda: _problem_page(error.problems if error else ()),
        lambda: {"problems": found},
        {"folder": str(folder) if folder else None},
    )
    if error is not None:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("what", nargs=-1, metavar="[TABLE]...")
@options("data", "framework", "series", "force")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="A folder of CSV with datapackage.json, or of Parquet.",
)
@click.option("--output", "-o", type=NamedPath(path_type=Path), required=True, help="The new folder.")
@click.pass_obj
def export(inherited: dict[str, Any], /, what: tuple[str, ...], **given: Any) -> None:
    """Write answers, scores, statistics and changes to take away, with a dictionary of every column."""
    from review import export as exports
    from review.collection import UnknownName

    # a table, CSV or JSON, as elsewhere, is not what is chosen here
    given = merged({key: value for key, value in inherited.items() if key not in ("format_", "output")}, given)
    for name in what:
        if name not in exports.TABLES:
            raise click.UsageError(str(UnknownName("table", name, list(exports.TABLES))))
    reviews = chosen_reviews(given)
    tables = exports.exported(reviews, what or exports.TABLES)
    output, title = given["output"], reviews[0].framework.title
    make = exports.write_csv if given["format_"] == "csv" else exports.write_parquet
    try:
        write_folder(given, output, lambda part: make(tables, part, title), replace=given["force"])
    except exports.NeedsExtra as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(output.resolve()))
    for table in tables:
        click.echo(f"  {table.name}: {len(table.frame)} rows, {len(table.columns)} columns")


for command in (compare, figures, gaps, crosscheck, init, template, import_):
    cli.add_command(command)


def _example(reviews: list[Review]) -> str:
    """The country of which the data tell most, for a command to try."""
    counts: dict[str, int] = {}
    for review in reviews:
        for code in review.grid.rows["country"]:
            counts[code] = counts.get(code, 0) + 1
    registry = reviews[0].registry
    if not counts:
        return "NAME"
    name = registry.name(min(counts, key=lambda code: (-counts[code], " " in registry.name(code), registry.name(code))))
    return f'"{name}"' if " " in name else name


def _nothing_wrong(collection: Collection, folder: Path | None) -> str:
    own = [collection.series[id] for id in (collection.series if folder is None else collection.own)]
    said = [
        f"{one.id}: {int((one.answers['answer'] != '').sum())} answers, {len(one.figures)} published figures"
        for one in own
    ]
    return f"No problems. {'; '.join(said) or 'No series'}."


def _problem_page(problems: tuple[Any, ...]) -> Display:
    from review.terminal import Display

    page = Display()
    for problem in problems:
        page.text(str(problem))
    return page


def main() -> None:
    """Run `modellaw`. Exit 0 fine, 1 a problem in data or files, 2 wrong usage, 130 interrupted."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 -- it stays open till the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments, in this process; gives the exit code."""
    try:
        _check_characters(arguments)
        result = cli.main(arguments, prog_name="modellaw", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.message = "\n".join(map(_printable, error.message.split("\n")))  # type: ignore[misc]  # final for subclasses
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except BrokenPipeError:
        # the reader of the pipe has seen enough; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        click.echo(_printable(f"{name}{error.strerror or error}."), err=True)
        return 1
    except Exception as error:
        from country_data import DataError

        if not isinstance(error, DataError):
            raise
        try:
            stop_with_problems(error.problems)
        except click.exceptions.Exit as stop:
            return stop.exit_code


def _check_characters(arguments: list[str]) -> None:
    for text in arguments:
        if not text.isprintable():
            from country_data import printable, unusable  # brings pandas, which an ordinary call for help does without

            if unusable(text):
                raise click.UsageError(f"“{printable(text)}” holds characters that no text file can hold.")


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    from country_data import printable

    return printable(text)
