"""Commands on a data folder of one's own: init, template, import, check."""

from __future__ import annotations

import datetime
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd

from country_data import ChoiceError, Edition, Problem, Problems, Source
from country_data.problems import one_of
from country_data.schema import EDITIONS, SOURCES
from review.cli.options import IdParam, PathParam, TextParam
from review.cli.session import Session, command, say, stop_with_problems
from review.dataset import Dataset, find_problems, read_dataset
from review.files import holds_series
from review.importer.import_file import Correction, ImportOptions, import_file, plan_file
from review.importer.scaffold import add_series, add_to_series, start_folder
from review.importer.template import commented_copy, template_bytes, template_countries
from review.report import Page, show
from review.report.views.import_plan import plan_page
from review.wording import plural

__all__ = ["COMMANDS"]


@command()
@click.argument("folder", type=PathParam())
@click.option("--from", "from_", metavar="SERIES", help="Copy this embedded series (left out: the main one).")
@click.option("--series", type=IdParam(), help="The id of a new, empty series; or of one in FOLDER, to add to.")
@click.option("--framework", help="The framework of criteria, by id.")
@click.option("--edition", type=TextParam(), help="An edition to add, by its id.")
@click.option("--title", type=TextParam(), help="The edition's title.")
@click.option("--as-of", type=TextParam(), default="", help="The date whose law the edition describes.")
@click.option("--reviewed", type=click.IntRange(0), help="How many countries the edition covers.")
@click.option("--source", type=TextParam(), default="", help="The edition's source, by its id in sources.csv.")
@click.option("--source-title", type=TextParam(), help="The title of that source, where it is a new one: it is added.")
@click.option(
    "--source-kind",
    type=click.Choice(SOURCES.choices["kind"]),
    default=SOURCES.choices["kind"][0],
    help="What a new source is (left out: the reviewer's own publication).",
)
@click.option("--source-url", type=TextParam(), default="", help="The address of a new source.")
def init(
    session: Session,  # noqa: ARG001 -- every command has one
    folder: Path,
    from_: str | None,
    series: str | None,
    framework: str | None,
    edition: str | None,
    title: str | None,
    as_of: str,
    reviewed: int | None,
    source: str,
    source_title: str | None,
    source_kind: str,
    source_url: str,
) -> None:
    """Start a data FOLDER of your own, or add an edition or a source to one."""
    if from_ is not None and series is not None:
        raise ChoiceError("--from copies a series, --series begins an empty one: take one of the two.")
    if edition is None and (title or as_of or reviewed is not None):
        raise ChoiceError("--title, --as-of and --reviewed say what the --edition is: name it too.")
    if source_title and not source:
        raise ChoiceError("--source-title is the title of a new source: name its id too, --source ID.")
    if not source_title and (source_url or (source and edition is None)):
        raise ChoiceError("A new source needs its title: --source ID --source-title “…”.")
    added: list[Edition | Source] = []
    if source_title:
        added.append(Source(source, source_title, "", source_kind, "", source_url))
    if edition is not None:
        kind, partial = EDITIONS.choices["kind"][0], EDITIONS.choices["coverage"][1]
        title = title or f"Edition {edition}"
        added.append(Edition(edition, kind, title, as_of, "", reviewed, partial, source, ""))
    if series is not None and (folder / series).is_dir():
        if not added:
            raise ChoiceError(f"{folder / series} is there already. To add an edition to it: --edition ID.")
        changed = add_to_series(folder, series, added)
        say(f"Added {' and '.join(one.id for one in added)}: {', '.join(map(str, changed))}")
        return
    is_data = series is not None and (holds_series(folder) or (folder / "criteria").is_dir())
    dataset = read_dataset(folder if is_data else None)
    if series is not None and framework is None:
        raise ChoiceError(f"Which criteria? --framework ID; {one_of(dataset.frameworks, 'there are')}")
    chosen = dataset.choose_framework(framework, from_)
    name = series or dataset.choose_series(from_, chosen).id
    if is_data:
        written = add_series(folder, name, chosen, added)
    else:
        written = start_folder(folder, name, chosen, copied=series is None, added=added)
    say(str(folder.resolve()))
    for path in written:
        say(f"  {path}")


@command("data", "framework", "series", "output", "force")
@click.option("--edition", required=True, help="The edition to fill in, by id.")
@click.option(
    "--countries", help="These countries: names, codes or UN regions with commas between; all: every UN member."
)
@click.option("--from", "from_", metavar="EDITION", help="The edition to show beside (left out: the one before).")
def template(session: Session, edition: str, countries: str | None, from_: str | None) -> None:
    """Write a workbook to fill in: one row a country, drop-downs, the edition before beside."""
    options = session.options
    review = Session(replace(options, as_published=True)).review()  # corrections stay where they are
    edition = review.find_edition(edition)
    before = None if from_ is None else review.find_edition(from_)
    path = options.output or Path(f"{review.series.id}-{edition}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    codes = template_countries(review, countries)
    session.write_file(path, template_bytes(review, edition, codes, before), replace=options.force)
    say(str(path.resolve()))
    criteria = "1 criterion" if len(review.framework.criteria) == 1 else f"{len(review.framework.criteria)} criteria"
    say(f"  {plural(len(codes), 'country')}, {criteria}. Fill it in, then:")
    data = shlex.quote(str(options.data)) if options.data else "FOLDER"
    say(f"  modellaw import {shlex.quote(str(path))} --series {review.series.id} --edition {edition} --data {data}")


@command("data", "framework", "series", name="import")
@click.argument("file", type=PathParam())
@click.option("--edition", required=True, help="The edition the answers are of, by id.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    type=TextParam(),
    metavar="HEADING=WHAT",
    help="What a column holds: a criterion, criterion:field, country, note, …; - leaves it out.",
)
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=TextParam(),
    metavar="SIGN=ANSWER",
    help="What a sign means: x=yes; blank: nothing recorded.",
)
@click.option("--source", type=TextParam(), default="", help="The source of answers that name none, by id.")
@click.option("--sheet", help="The sheet to read.")
@click.option("--headings", "line", type=click.IntRange(1), help="The line in which the headings stand.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and stop.")
@click.option("--accept-suggestions", is_flag=True, help="Take countries for those most like them.")
@click.option("--replace", is_flag=True, help="Replace recorded answers that differ.")
@click.option("--as-correction", is_flag=True, help="Leave the edition as published, and write corrections.")
@click.option("--reason", type=TextParam(), default="", help="Why a correction is made.")
@click.option("--date", type=TextParam(), default="", help="The date of a correction (left out: today).")
def import_(
    session: Session,
    file: Path,
    edition: str,
    maps: tuple[str, ...],
    marks: tuple[str, ...],
    source: str,
    sheet: str | None,
    line: int | None,
    reason: str,
    date: str,
    *,
    dry_run: bool,
    accept_suggestions: bool,
    replace: bool,
    as_correction: bool,
) -> None:
    """Take in answers from a template, or from any CSV or Excel table."""
    if not as_correction and (reason or date):
        raise ChoiceError("--reason and --date are of a correction: add --as-correction, or leave them out.")
    date = date or datetime.date.today().isoformat()
    options = ImportOptions(
        columns=_pairs(maps, "--map", "HEADING=WHAT"),
        marks=_pairs(marks, "--mark", "SIGN=ANSWER"),
        source=source,
        sheet=sheet,
        header_line=line,
        accept_suggestions=accept_suggestions,
        replace=replace,
        correction=Correction(reason, source, date) if as_correction else None,
    )
    shared = session.options
    result = import_file(
        file,
        data=shared.data,
        edition=edition,
        series=shared.series,
        framework=shared.framework,
        options=options,
        write=not dry_run,
    )
    for notice in result.notices:
        say(notice, err=True)
    show([plan_page(result.plan, file.name)], sys.stdout)
    if result.problems:
        stop_with_problems(result.problems, "written")
    if dry_run:
        say("Nothing was written: --dry-run.")
        return
    if not result.written:
        say("Nothing to correct." if as_correction else "Nothing to change.")
        return
    written, *kept = result.written
    say(f"Written: {written}")
    for path in kept:
        say(f"What was settled is kept for the next time: {path}")
    if result.not_kept:
        say(f"What was settled could not be kept. {result.not_kept}", err=True)
    plan = result.plan
    if plan.review.series.editions[plan.edition].reviewed is None:
        table = written.parents[0 if as_correction else 1] / "editions.csv"
        message = "totals are computed once it stands in"
        say(f"How many countries edition {plan.edition} covers is not known: {message} {table}, column reviewed.")


def _pairs(texts: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    pairs = {}
    for text in texts:
        left, sign, right = text.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise ChoiceError(f"{option} is written {form}, not “{text}”.")
        pairs[left.strip()] = right.strip()
    return pairs


@command("data", "framework", "series", "format", "output", "force")
@click.argument("folder", type=PathParam(), required=False, metavar="[FOLDER|FILE]")
@click.option("--edition", help="One edition, by id.")
def check(session: Session, folder: Path | None, edition: str | None) -> None:
    """Report every problem of a data FOLDER, of the data in use, or of a FILE of answers before its import.

    Of a workbook of answers, --output writes a copy with a comment in each cell that has a problem.
    """
    if folder is not None and folder.is_file() and (edition or folder.suffix.lower() == ".xlsx"):
        if not edition:
            raise ChoiceError("Which answers are these? Name --edition ID, and --series ID.")
        _check_file(session, folder, edition)
        return
    options, folder = session.options, folder or session.options.data
    dataset, error = find_problems(folder)
    for notice in dataset.notices:
        say(notice, err=True)
    problems = error.problems if error else ()
    if options.format == "table" and not options.output:
        if problems:
            stop_with_problems(problems)
        say(_nothing_wrong(dataset, folder))
        return
    columns = ["file", "line", "sheet", "cell", "column", "message", "remedy"]
    frame = pd.DataFrame([problem.record() for problem in problems], columns=columns, dtype=object)
    where = {"folder": str(folder) if folder else None}
    session.show(lambda: _problem_page(problems), lambda: {"problems": frame}, where)
    if problems:
        raise click.exceptions.Exit(1)


def _check_file(session: Session, file: Path, edition: str) -> None:
    """Report the problems that a file of answers would have; with --output in comments of a copy."""
    options = session.options
    review = Session(replace(options, as_published=True)).review()  # corrections stay where they are
    plan, _ = plan_file(file, review, review.find_edition(edition), options.data, ImportOptions())
    problems = Problems()
    problems.extend(plan.problems)
    for match in plan.suggested:
        problems.add(match.place, f"“{match.text}” is not exactly one country.", f"Did you mean {match.name}?")
    show([plan_page(plan, file.name)], sys.stdout)
    if not problems:
        say("No problems.")
        return
    output = options.output
    if output is not None:
        if file.suffix.lower() != ".xlsx" or output.suffix.lower() != ".xlsx":
            raise click.UsageError("Comments are written into a copy of an Excel workbook (.xlsx).")
        if output.resolve() == file.resolve():
            raise click.UsageError("Comments go into a copy: name another file.")
        session.write_file(output, commented_copy(file, problems), replace=options.force)
        say(f"Commented copy: {output.resolve()}")
    stop_with_problems(problems, "imported")


def _nothing_wrong(dataset: Dataset, folder: Path | None) -> str:
    every = [dataset.series[id] for id in (dataset.series if folder is None else dataset.own)]
    counts = [
        f"{one.id}: {int((one.answers['answer'] != '').sum())} answers, {len(one.figures.frame)} published figures"
        for one in every
    ]
    return f"No problems. {'; '.join(counts) or 'No series'}."


def _problem_page(problems: tuple[Problem, ...]) -> Page:
    page = Page("Problems", plural(len(problems), "problem"))
    for problem in problems:
        page.text(str(problem))
    return page


COMMANDS = {"init": init, "template": template, "import": import_, "check": check}
