"""Commands on a data folder of one's own: init, template, import, check."""

from __future__ import annotations

import contextlib
import datetime
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import pandas as pd

from country_data import ChoiceError, Problem
from country_data.problems import one_of
from country_data.schema import EDITIONS, SOURCES
from review.cli.options import IdParam, PathParam, TextParam
from review.cli.session import Session, command, say, stop_with_problems
from review.dataset import Dataset, find_problems, read_dataset
from review.documents import json_text
from review.files import folder_lock, holds_series
from review.importer.reading import Correction, Reading, read_table
from review.importer.scaffold import Entry, add_series, change_series, start_folder, start_framework
from review.importer.template import template_countries, template_pages
from review.report import Page, show
from review.report.views.reading import reading_page
from review.wording import plural

__all__ = ["COMMANDS"]

_BEGINNING = datetime.date(2000, 1, 1)  # the same data give the same bytes


@command()
@click.argument("folder", type=PathParam())
@click.option("--from", "from_", metavar="SERIES", help="Copy this embedded series (left out: the main one).")
@click.option("--series", type=IdParam(), help="The id of a new, empty series; or of one in FOLDER, to add to.")
@click.option("--framework", help="The framework of criteria, by id.")
@click.option("--edition", type=TextParam(), help="An edition to add or to change, by its id.")
@click.option("--title", type=TextParam(), help="The title of the edition; of the series, where no edition is named.")
@click.option("--publisher", type=TextParam(), help="Who publishes the series.")
@click.option("--as-of", type=TextParam(), help="The date whose law the edition describes.")
@click.option("--reviewed", type=click.IntRange(0), help="How many countries the edition covers.")
@click.option(
    "--coverage", type=click.Choice(EDITIONS.choices["coverage"]), help="Whether all of them are in the data."
)
@click.option("--source", type=TextParam(), help="The edition's source, by its id in sources.csv.")
@click.option("--source-title", type=TextParam(), help="The title of that source, where it is a new one: it is added.")
@click.option(
    "--source-kind", type=click.Choice(SOURCES.choices["kind"]), help="What a source is (left out: publisher)."
)
@click.option("--source-url", type=TextParam(), help="The address of a source.")
def init(
    session: Session,  # noqa: ARG001 -- every command has one
    folder: Path,
    from_: str | None,
    series: str | None,
    framework: str | None,
    **said: str | int | None,
) -> None:
    """Start a data FOLDER of your own, begin a framework in it, add to it or change what is there."""
    if from_ is not None and series is not None:
        raise ChoiceError("--from copies a series, --series begins an empty one: take one of the two.")
    entries = _entries(series, {name: None if value is None else str(value) for name, value in said.items()})
    if series is not None and (folder / series).is_dir():
        if not entries:
            raise ChoiceError(
                f"{folder / series} is there already. To add an edition to it: --edition ID; to change it: --title, --publisher."
            )
        changed = change_series(folder, series, entries)
        named = " and ".join(one.id or series for one in entries)
        say(
            f"Written, {named}: {', '.join(map(str, changed))}"
            if changed
            else f"Nothing to change: {named} says so already."
        )
        return
    is_data = holds_series(folder) or (folder / "criteria").is_dir()
    dataset = read_dataset(folder if is_data else None)
    if series is not None and framework is None:
        raise ChoiceError(f"Which criteria? --framework ID; {one_of(dataset.frameworks, 'there are')}")
    if series is None and from_ is None and framework is not None and framework not in dataset.frameworks:
        written = start_framework(folder, framework)
        say(f"{folder.resolve()}: fill in {written[0]}, then begin a series of answers:")
        say(f"  {shlex.join(['modellaw', 'init', str(folder), '--series', 'ID', '--framework', framework])}")
        return
    chosen = dataset.choose_framework(framework, from_)
    name = series or dataset.choose_series(from_, chosen).id
    if is_data and series is not None:
        written = add_series(folder, name, chosen, entries)
    else:
        written = start_folder(folder, name, chosen, copied=series is None, entries=entries)
    say(str(folder.resolve()))
    for path in written:
        say(f"  {path}")


def _entries(series: str | None, said: Mapping[str, str | None]) -> list[Entry]:
    """What the options say of a source, an edition and the series."""
    edition, source, title = said["edition"], said["source"], said["title"]
    about = {name: said[f"source_{name}"] for name in ("title", "kind", "url")}
    of_edition = {name: said[name] for name in ("as_of", "reviewed", "coverage")}
    of_series = {"title": None if edition else title, "publisher": said["publisher"]}
    if edition is None and any(of_edition.values()):
        raise ChoiceError("--as-of, --reviewed and --coverage say what the --edition is: name it too.")
    if source is None and any(about.values()):
        raise ChoiceError(
            "--source-title, --source-kind and --source-url are of a source: name its id too, --source ID."
        )
    if series is None and any(of_series.values()):
        raise ChoiceError("--title and --publisher are of an edition or a series: name it too, --series ID.")
    if edition is not None and re.fullmatch(r"\d+\.0", edition):
        say(
            f"Edition “{edition}”: a spreadsheet makes that of {edition[:-2]}. The id is taken as it is typed.",
            err=True,
        )
    found = []
    if source is not None and (any(about.values()) or edition is None):
        found.append(Entry("sources", source, {name: value for name, value in about.items() if value}))
    if edition is not None:
        values = {"title": title, **of_edition, "source": source}
        found.append(Entry("editions", edition, {name: value for name, value in values.items() if value}))
    if any(of_series.values()):
        found.append(Entry("series", "", {name: value for name, value in of_series.items() if value}))
    return found


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
    from review.report.xlsx.writer import workbook_bytes  # with XlsxWriter, which other commands do without

    path = options.output or Path(f"{review.series.id}-{edition}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    codes = template_countries(review, countries)
    title = f"{review.series.title}, edition {edition}: answers to fill in"
    content = workbook_bytes(template_pages(review, edition, codes, before), title=title, date=_BEGINNING)
    session.write_file(path, content, replace=options.force)
    say(str(path.resolve()))
    criteria = "1 criterion" if len(review.framework.criteria) == 1 else f"{len(review.framework.criteria)} criteria"
    say(f"  {plural(len(codes), 'country')}, {criteria}. Fill it in, then:")
    data = shlex.quote(str(options.data)) if options.data else "FOLDER"
    say(f"  modellaw import {shlex.quote(str(path))} --series {review.series.id} --edition {edition} --data {data}")


@command("data", "framework", "series", name="import")
@click.argument("file", type=PathParam())
@click.option("--edition", help="The edition the answers are of, by id; left out where the table says it.")
@click.option("--reading", type=PathParam(file=True), help="The file of a reading: what is settled of this table.")
@click.option(
    "--save-reading", type=PathParam(file=True), help="Write the reading to this file, to settle what is open."
)
@click.option("--write", is_flag=True, help="Write what was read; without it nothing is written.")
@click.option("--source", type=TextParam(), default="", help="The source of answers that name none, by id.")
@click.option("--sheet", help="The sheet to read.")
@click.option("--encoding", help="The encoding of a text file, as cp1250.")
@click.option("--pages", metavar="A-B", help="The pages of a PDF that hold the table (left out: they are looked for).")
@click.option("--replace", is_flag=True, help="Replace recorded answers that differ.")
@click.option("--as-correction", is_flag=True, help="Leave the edition as published, and write corrections.")
@click.option("--reason", type=TextParam(), default="", help="Why a correction is made.")
@click.option("--date", type=TextParam(), default="", help="The date of a correction (left out: today).")
@click.option("--output", type=PathParam(file=True), help="Write a draft to check to this workbook (.xlsx).")
@click.option("--force", is_flag=True, help="Replace the files of --save-reading and --output if they are there.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="A page to read, or JSON."
)
def import_(
    session: Session,
    file: Path,
    edition: str | None,
    reading: Path | None,
    save_reading: Path | None,
    output: Path | None,
    source: str,
    sheet: str | None,
    encoding: str | None,
    pages: str | None,
    reason: str,
    date: str,
    form: str,
    *,
    write: bool,
    replace: bool,
    as_correction: bool,
    force: bool,
) -> None:
    """Take in answers from a template, or from any table: shown first, written with --write."""
    if not as_correction and (reason or date):
        raise ChoiceError("--reason and --date are of a correction: add --as-correction, or leave them out.")
    if save_reading is not None and save_reading.resolve() == file.resolve():
        raise ChoiceError("--save-reading names the table itself: name another file.")
    if output is not None and (output.suffix.lower() != ".xlsx" or output.resolve() == file.resolve()):
        raise ChoiceError(
            f"The draft is a workbook (.xlsx), and not the table itself: name another file than “{output.name}”."
        )
    shared = session.options
    correction = Correction(reason, source, date or datetime.date.today().isoformat()) if as_correction else None
    own = shared.data
    # from reading what is there to writing what follows from it
    with folder_lock(own) if write and own is not None and own.is_dir() else contextlib.nullcontext():
        found = read_table(
            file,
            data=own,
            series=shared.series,
            framework=shared.framework,
            edition=edition,
            reading=reading,
            sheet=sheet,
            encoding=encoding,
            pages=pages,
            source=source,
            replace_recorded=replace,
            correction=correction,
        )
        if save_reading is not None and file.is_file():
            session.write_file(save_reading, found.to_toml().encode("utf-8"), replace=force)
        summaries = None
        if output is not None and (found.outcome != "refused" or len(found.cells) > 0):
            summaries = _write_draft(session, found, file, output, replace=force)
        written = found.apply() if write and found.outcome == "read" else ()
    for notice in found.notices:
        say(notice, err=True)
    if form == "json":
        click.echo(json_text({**found.record(), "written": [str(path) for path in written]}), nl=False)
        if found.outcome != "read":
            raise click.exceptions.Exit(1)
        return
    show([reading_page(found)], sys.stdout)
    if save_reading is not None and file.is_file():
        say(f"The reading: {save_reading.resolve()}")
    if output is not None and summaries is not None:
        say(f"The draft: {output.resolve()}")
        for summary in summaries:
            say(f"  {summary}")
    if found.problems:
        stop_with_problems(found.problems, "written")
    words = ["modellaw", "import", str(file), "--series", found.review.series.id, "--data", str(own)]
    options = {
        "edition": edition,
        "framework": shared.framework,
        "source": source,
        "sheet": sheet,
        "encoding": encoding,
        "pages": pages,
    }
    words += [word for name, value in options.items() if value for word in (f"--{name}", value)]
    words += ["--replace"] if replace else []
    words += ["--as-correction", "--reason", reason, *(["--date", date] if date else [])] if as_correction else []
    _say_what_next(found, words, written, reading, save_reading, write=write)
    if found.open:
        raise click.exceptions.Exit(1)


def _write_draft(session: Session, found: Reading, file: Path, output: Path, *, replace: bool) -> list[str]:
    """Write the workbook of a draft; what it says of published figures, an edition each."""
    from country_data.pdf.process import samples  # what follows is of drafts alone
    from review.importer.draft import draft_pages, figures_summary
    from review.importer.figures_check import check_figures_of
    from review.report.xlsx.writer import workbook_bytes

    checks = [check_figures_of(plan) for plan in found.plans if plan.corrections is None and not plan.problems]
    pages = draft_pages(found, checks, partial(samples, file))
    session.write_file(output, workbook_bytes(pages, title=f"{found.file}: a draft", date=_BEGINNING), replace=replace)
    return list(filter(None, map(figures_summary, checks)))


def _say_what_next(
    found: Reading,
    words: list[str],
    written: tuple[Path, ...],
    reading: Path | None,
    saved: Path | None,
    *,
    write: bool,
) -> None:
    """What was written, or what to type next."""
    settled = ["--reading", str(saved or reading)] if saved or reading else []
    if found.open and saved is not None:
        say(f"Nothing was written. Settle what is open in {saved}, then:")
        say(f"  {shlex.join([*words, *settled])}")
    elif found.open:
        say(f"Nothing was written. To settle what is open, in {'that' if reading else 'a'} file:")
        kept = [*settled, "--force"] if reading else []
        say(f"  {shlex.join([*words, '--save-reading', str(reading or 'reading.toml'), *kept])}")
    elif not found.changes_anything:
        say(
            "Nothing to correct." if any(plan.corrections is not None for plan in found.plans) else "Nothing to change."
        )
    elif not write:
        say("Nothing was written yet. To take it in:")
        say(f"  {shlex.join([*words, *settled, '--write'])}")
    for path in written:
        say(f"Written: {path}")
    if written:
        _say_covered(found)


def _say_covered(found: Reading) -> None:
    unknown = [id for id in found.editions if found.review.series.editions[id].reviewed is None]
    if unknown:
        series = found.review.series
        others = f" and {plural(len(unknown) - 1, 'other')}" if len(unknown) > 1 else ""
        say(f"How many countries edition {unknown[0]}{others} covers is not known. Totals are computed once it is:")
        say(
            f"  {shlex.join(['modellaw', 'init', str(found.data), '--series', series.id, '--edition', unknown[0], '--reviewed', 'N'])}"
        )


@command("data", "framework", "series", "format", "output", "force")
@click.argument("folder", type=PathParam(), required=False, metavar="[FOLDER|FILE]")
@click.option("--edition", help="One edition, by id.")
def check(session: Session, folder: Path | None, edition: str | None) -> None:
    """Report every problem of a data FOLDER, of the data in use, or of a FILE of answers before its import.

    Of a workbook of answers, --output writes a copy with a comment in each cell that has a problem.
    """
    if folder is not None and folder.is_file():
        if not edition:
            raise ChoiceError(
                "This is a file, not a folder. Where it holds answers, name their --edition ID, and --series ID."
            )
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
    """Report what is wrong and what is open in a file of answers; with --output in comments of a copy."""
    options = session.options
    found = read_table(file, data=options.data, series=options.series, framework=options.framework, edition=edition)
    show([reading_page(found)], sys.stdout)
    problems = found.remarks()
    if not problems:
        say("No problems.")
        return
    output = options.output
    if output is not None:
        if file.suffix.lower() != ".xlsx" or output.suffix.lower() != ".xlsx":
            raise click.UsageError("Comments are written into a copy of an Excel workbook (.xlsx).")
        if output.resolve() == file.resolve():
            raise click.UsageError("Comments go into a copy: name another file.")
        from review.importer.comments import commented_copy  # with openpyxl

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
