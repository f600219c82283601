"""The commands that get answers in: a folder to start, a template to fill in, and its import."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import NamedPath, answered, collection_of, merged, options, stop_with_problems, write_file

if TYPE_CHECKING:
    from country_data import Problems
    from review.intake.columns import Holds
    from review.intake.plan import Plan
    from review.intake.writing import Settled
    from review.series_review import Review

__all__ = ["check_file", "import_", "init", "template"]


@click.command()
@click.argument("folder", type=NamedPath(path_type=Path))
@click.option("--from", "from_", metavar="SERIES", help="Copy this embedded series (left out: the main one).")
@click.option("--series", help="The id of a new, empty series; or of one in FOLDER, to add an edition to.")
@click.option("--framework", help="The framework of criteria, by id.")
@click.option("--edition", help="An edition to add, by its id.")
@click.option("--title", help="The edition's title.")
@click.option("--as-of", default="", help="The date whose law the edition describes.")
@click.option("--source", default="", help="The edition's source, by its id in sources.csv.")
def init(
    folder: Path, from_: str | None, series: str | None, framework: str | None, edition: str | None, **given: Any
) -> None:
    """Start a data FOLDER of your own, or add an edition to one."""
    from review.collection import read_collection
    from review.intake.data_folder import Edition, add_edition, start_folder
    from review.output import FileExistsProblem

    if edition is None and any(given.values()):
        raise click.UsageError("--title, --as-of and --source say what the --edition is: name it too.")
    if from_ is not None and series is not None:
        raise click.UsageError("--from copies a series, --series begins an empty one: take one of the two.")
    added = (
        Edition(edition, given["title"] or f"Edition {edition}", given["as_of"], given["source"]) if edition else None
    )
    if series is not None and (folder / series).is_dir():
        if added is None:
            raise click.UsageError(f"{folder / series} is there already. To add an edition to it: --edition ID.")
        click.echo(f"Added edition {added.id} to {add_edition(folder, series, added)}.")
        return
    collection = read_collection(None)
    if series is not None and framework is None:
        raise click.UsageError(f"Which criteria? --framework ID; there are: {', '.join(collection.frameworks)}.")
    chosen = answered(lambda: collection.choose_framework(framework, from_))
    name = series or answered(lambda: collection.choose_series(from_, chosen)).id
    try:
        made = start_folder(folder, name, chosen, copied=series is None, edition=added)
    except (FileExistsProblem, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(folder.resolve()))
    for path in made:
        click.echo(f"  {path}")


@click.command()
@options("data", "framework", "series", "output", "force")
@click.option("--edition", required=True, help="The edition to fill in, by id.")
@click.option("--countries", help="Only these countries: names or codes with commas between, or a UN region.")
@click.option("--from", "from_", metavar="EDITION", help="The edition to show beside (left out: the one before).")
@click.option(
    "--into",
    type=NamedPath(path_type=Path, exists=True, dir_okay=False),
    help="Add the columns to a workbook of your own.",
)
@click.pass_obj
def template(inherited: dict[str, Any], /, **given: Any) -> None:
    """Write a workbook to fill in: one row a country, drop-downs, the edition before beside."""
    from review.intake.template import CannotAdd, add_to_workbook, template_countries, write_template

    given = merged(inherited, given)
    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    before = given["from_"]
    if before is not None:
        answered(lambda: review.check_edition(before))
    codes = answered(lambda: template_countries(review, given["countries"]))
    into: Path | None = given["into"]
    usual = (
        into.with_name(f"{into.stem}-{given['edition']}.xlsx")
        if into
        else Path(f"{review.series.id}-{given['edition']}.xlsx")
    )
    path: Path = given["output"] or usual
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    if into is not None:
        try:
            write_file(
                path,
                lambda part: add_to_workbook(into, part, review, given["edition"], before),
                replace=given["force"],
            )
        except CannotAdd as error:
            raise click.ClickException(str(error)) from None
        click.echo("Formulas in it show their values once it was opened and saved in Excel or LibreOffice.")
    else:
        write_file(
            path, lambda part: write_template(part, review, given["edition"], codes, before), replace=given["force"]
        )
    click.echo(str(path.resolve()))
    click.echo(f"  {len(codes)} countries, {len(review.framework.criteria)} criteria. Fill it in, then:")
    where = f" --data {given['data']}" if given["data"] else " --data FOLDER"
    click.echo(f"  modellaw import {path} --series {review.series.id} --edition {given['edition']}{where}")


@click.command(name="import")
@click.argument("file", type=NamedPath(path_type=Path))
@options("data", "framework", "series")
@click.option("--edition", required=True, help="The edition the answers are of, by id.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="HEADING=WHAT",
    help="What a column holds: a criterion, criterion:field, country, note, …; - leaves it out.",
)
@click.option("--mark", "marks", multiple=True, metavar="SIGN=ANSWER", help="What a sign means: x=yes.")
@click.option("--source", default="", help="The source of answers that name none, by id.")
@click.option("--sheet", help="The sheet to read.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and stop.")
@click.option("--accept-suggestions", is_flag=True, help="Take countries for those most like them.")
@click.option("--replace", is_flag=True, help="Replace recorded answers that differ.")
@click.option("--as-correction", is_flag=True, help="Leave the edition as published, and write corrections.")
@click.option("--reason", default="", help="Why a correction is made.")
@click.option("--date", default="", help="The date of a correction (left out: today).")
@click.pass_obj
def import_(inherited: dict[str, Any], /, file: Path, **given: Any) -> None:
    """Take in answers from a template, or from any CSV or Excel table."""
    from country_data import Problems
    from country_data.formats import is_date
    from review.intake.writing import (
        corrections_text,
        planned_corrections,
        write_answers,
        write_corrections,
        write_settled,
    )
    from review.terminal import show
    from review.terminal.intake import plan_page

    given = merged(inherited, given)
    correcting = given["as_correction"]
    given["as_published"] = correcting
    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    if review.series.embedded or given["data"] is None:
        raise click.UsageError(
            f"Answers are taken into a data folder of your own: modellaw init FOLDER --from {review.series.id}, then --data FOLDER."
        )
    if correcting and not (given["reason"] and given["source"]):
        raise click.UsageError("A correction needs its --reason and its --source.")
    if given["date"] and not is_date(given["date"]):
        raise click.UsageError(f"“{given['date']}” is not a date. Write YYYY, YYYY-MM or YYYY-MM-DD.")
    answered(lambda: _check_source(review, given["source"]))
    problems = Problems()
    folder = given["data"] / review.series.id
    made = _planned(file, review, folder, given, problems)
    if made is None:
        stop_with_problems(problems, "written")
    plan, settled = made.plan, made.settled
    corrections = planned_corrections(plan) if correcting else None
    show(plan_page(plan, file.name, corrections), sys.stdout)
    _stop_at_problems(plan, given)
    if given["dry_run"]:
        click.echo("Nothing was written: --dry-run.")
        return
    _confirm(
        plan, given, changes=len(corrections) if corrections is not None else plan.count("new") + plan.count("changed")
    )
    if corrections is not None:
        date = given["date"] or datetime.date.today().isoformat()
        if corrections:
            text = corrections_text(plan, reason=given["reason"], source=given["source"], date=date)
            click.echo(f"Written: {write_corrections(folder, text)}")
        else:
            click.echo("Nothing to correct.")
        return
    if plan.count("new") + plan.count("changed"):
        click.echo(f"Written: {write_answers(plan, folder)}")
    else:
        click.echo("Nothing to change.")
    if given["maps"] or given["marks"]:
        write_settled(folder, settled)


def check_file(file: Path, given: dict[str, Any]) -> None:
    """Report the problems that a file of answers would have; with --output in comments of a copy."""
    from country_data import Problems
    from review.terminal import show
    from review.terminal.intake import plan_page

    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    problems = Problems()
    given = {**given, "maps": (), "marks": (), "sheet": None, "source": "", "as_correction": False}
    folder = (given["data"] or Path()) / review.series.id
    made = _planned(file, review, folder, given, problems)
    if made is not None:
        problems.extend(made.plan.problems)
        for match in made.plan.suggested:
            problems.add(match.place, f"“{match.text}” is not exactly one country.", f"Did you mean {match.name}?")
        show(plan_page(made.plan, file.name), sys.stdout)
    if not problems:
        click.echo("No problems.")
        return
    if given["output"] is not None and made is not None:
        if file.suffix.lower() != ".xlsx":
            raise click.UsageError("Comments are written into a copy of an Excel workbook (.xlsx).")
        from review.intake.template import write_comments

        found = list(problems)
        write_file(given["output"], lambda part: write_comments(file, part, found), replace=given["force"])
        click.echo(f"Commented copy: {given['output'].resolve()}")
    stop_with_problems(problems, "written")


@dataclass(frozen=True)
class _Made:
    plan: Plan
    settled: Settled


def _review_of(given: dict[str, Any]) -> Review:
    from review.command import chosen_review

    return chosen_review({**given, "edition": None}, collection_of(given))


def _check_source(review: Review, named: str) -> None:
    from review.collection import UnknownName

    known = list(review.series.sources["source"])
    for id in named.split():
        if id not in known:
            raise UnknownName(f"source of {review.series.id}", id, known)


def _planned(file: Path, review: Review, folder: Path, given: dict[str, Any], problems: Problems) -> _Made | None:
    """The plan of a file; None where it can't be read."""
    from country_data import Place, did_you_mean, fold
    from review.intake.plan import plan_import
    from review.intake.reading import read_handed_in
    from review.intake.words import plain
    from review.intake.writing import Settled, read_settled

    kept = read_settled(folder, review.series.label, problems)
    settled = Settled(
        {**kept.columns, **_pairs(given["maps"], "--map")}, {**kept.marks, **_pairs(given["marks"], "--mark")}
    )
    columns = _columns(settled.columns, review)
    words = {plain(sign): word for sign, word in settled.marks.items()}
    _check_marks(settled.marks, review)
    workbook = folder / "answers" / f"{given['edition']}.xlsx"
    if workbook.exists() and not given["as_correction"]:
        problems.add(
            Place(str(workbook)),
            "The edition's answers stand in a workbook.",
            "Save it as CSV and move the workbook away.",
        )
    handed = read_handed_in(file, review.framework, columns, problems, given["sheet"])
    if handed is None:
        return None
    for heading in _pairs(given["maps"], "--map"):
        if fold(heading) not in {fold(text) for text in handed.headings}:
            hint = did_you_mean(heading, filter(None, handed.headings))
            problems.add(handed.place(handed.top, 0), f"There is no heading “{heading}” here.", f"{hint}Correct --map.")
    if problems:
        return None
    return _Made(plan_import(handed, review, given["edition"], marks=words, source=given["source"]), settled)


def _pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        left, sign, right = text.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise click.UsageError(f"{option} is written HEADING=WHAT, not “{text}”.")
        found[left.strip()] = right.strip()
    return found


def _columns(settled: Mapping[str, str], review: Review) -> dict[str, Holds]:
    from country_data import did_you_mean, fold
    from review.intake.columns import settled_columns

    found = {}
    for heading, text in settled.items():
        holds = settled_columns(text, review.framework)
        if holds is None:
            ids = list(review.framework.criterion_ids)
            raise click.UsageError(
                f"A column can't hold “{text}”. {did_you_mean(text, [*ids, 'country', 'note'])}"
                f"It holds country, criterion, answer, source, locator, citation, quote, effective, cause, note, - for none, or one of: {', '.join(ids)}."
            )
        found[fold(heading)] = holds
    return found


def _check_marks(marks: Mapping[str, str], review: Review) -> None:
    from country_data import did_you_mean
    from criteria import words

    allowed = [word for word in words(review.framework) if word]
    for sign, word in marks.items():
        if word not in allowed:
            raise click.UsageError(
                f"“{sign}” can't mean “{word}”. {did_you_mean(word, allowed)}Allowed are: {', '.join(allowed)}."
            )


def _stop_at_problems(plan: Plan, given: dict[str, Any]) -> None:
    """Report what is in the way; where nobody can be asked, also what would have to be agreed to."""
    from country_data import Problems

    asking = sys.stdin.isatty() and sys.stdout.isatty() and not given["dry_run"]
    found = Problems()
    found.extend(plan.problems)
    if not asking:
        if not given["accept_suggestions"]:
            for match in plan.suggested:
                found.add(
                    match.place,
                    f"“{match.text}” is not exactly one country. Did you mean {match.name} ({match.code})?",
                    "Correct it, or take all suggestions: --accept-suggestions.",
                )
        if not given["replace"] and not given["as_correction"]:
            for change in plan.overwrites:
                said = (
                    f"was {change.was or 'blank'}, becomes {change.becomes or 'blank'}"
                    if "answer" in change.fields
                    else ", ".join(change.fields)
                )
                found.add(
                    change.place,
                    f"{change.country} {change.criterion} is recorded otherwise ({said}).",
                    "Correct it, or replace what is recorded: --replace.",
                )
    if found:
        stop_with_problems(found, "written")


def _confirm(plan: Plan, given: dict[str, Any], *, changes: int) -> None:
    """Ask before writing, where somebody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or not changes:
        return
    if plan.suggested and not given["accept_suggestions"]:
        click.confirm(f"Take the {len(plan.suggested)} countries by suggestion as shown?", abort=True)
    if plan.overwrites and not given["replace"] and not given["as_correction"]:
        click.confirm(f"Replace {len(plan.overwrites)} recorded answers?", abort=True)
    click.confirm(f"Write {changes} answers?", default=True, abort=True)
