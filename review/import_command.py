"""The commands that take answers in: import, and the check of a file before it."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import NamedPath, Words, answered, collection_of, merged, options, stop_with_problems, write_file

if TYPE_CHECKING:
    from country_data import Problems
    from review.intake.columns import Holds
    from review.intake.plan import Plan
    from review.intake.writing import Settled
    from review.series_review import Review

__all__ = ["check_file", "columns_settled", "import_", "review_for_intake", "settled_before"]


@click.command(name="import")
@click.argument("file", type=NamedPath(path_type=Path))
@options("data", "framework", "series")
@click.option("--edition", required=True, help="The edition the answers are of, by id.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    type=Words(),
    metavar="HEADING=WHAT",
    help="What a column holds: a criterion, criterion:field, country, note, …; - leaves it out.",
)
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=Words(),
    metavar="SIGN=ANSWER",
    help="What a sign means: x=yes; blank: nothing recorded.",
)
@click.option("--source", type=Words(), default="", help="The source of answers that name none, by id.")
@click.option("--sheet", help="The sheet to read.")
@click.option("--headings", "line", type=click.IntRange(1), help="The line in which the headings stand.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and stop.")
@click.option("--accept-suggestions", is_flag=True, help="Take countries for those most like them.")
@click.option("--replace", is_flag=True, help="Replace recorded answers that differ.")
@click.option("--as-correction", is_flag=True, help="Leave the edition as published, and write corrections.")
@click.option("--reason", type=Words(), default="", help="Why a correction is made.")
@click.option("--date", type=Words(), default="", help="The date of a correction (left out: today).")
@click.pass_obj
def import_(inherited: dict[str, Any], /, file: Path, **given: Any) -> None:
    """Take in answers from a template, or from any CSV or Excel table."""
    from country_data.formats import is_date
    from review.files import FolderInUse, folder_lock

    given = merged(inherited, given)
    if given["as_correction"] and not (given["reason"] and given["source"]):
        raise click.UsageError("A correction needs its --reason and its --source.")
    if not given["as_correction"] and (given["reason"] or given["date"]):
        raise click.UsageError("--reason and --date are of a correction: add --as-correction, or leave them out.")
    if given["date"] and not is_date(given["date"]):
        raise click.UsageError(f"“{given['date']}” is not a date. Write YYYY, YYYY-MM or YYYY-MM-DD.")
    data: Path | None = given["data"]
    writes = data is not None and data.is_dir() and not given["dry_run"]
    try:
        # from reading what is there to writing what follows from it
        with folder_lock(data) if writes and data is not None else contextlib.nullcontext():
            _take_in(file, given)
    except FolderInUse as error:
        raise click.ClickException(str(error)) from None


def _take_in(file: Path, given: dict[str, Any]) -> None:
    from country_data import Problems
    from review.intake.plan import check_corrections
    from review.intake.trial import try_files
    from review.intake.writing import (
        answers_bytes,
        corrections_bytes,
        corrections_with,
        planned_corrections,
    )
    from review.intake.writing import (
        write_file as write,
    )
    from review.terminal import show
    from review.terminal.intake import plan_page

    correcting = given["as_correction"]
    review = review_for_intake(given)
    given["edition"] = answered(lambda: review.find_edition(given["edition"]))
    if review.series.embedded or given["data"] is None:
        raise click.UsageError(
            f"Answers are taken into a data folder of your own: modellaw init FOLDER --from {review.series.id}, then --data FOLDER."
        )
    answered(lambda: _check_source(review, given["source"]))
    folder = given["data"] / review.series.id
    problems = Problems()
    made = _planned(file, review, folder, given, problems)
    if made is None:
        stop_with_problems(problems, "written")
    plan = made.plan
    corrections, corrected = None, None
    if correcting:
        told = {"reason": given["reason"], "source": given["source"]}
        date = given["date"] or datetime.date.today().isoformat()
        corrections = planned_corrections(plan, **told, take_back=given["replace"])
        corrected = corrections_with(plan, corrections, **told, date=date)
        check_corrections(plan, corrected)
    show(plan_page(plan, file.name, corrections), sys.stdout)
    _stop_at_problems(plan, given)
    changes = len(corrections) if corrections is not None else plan.count("new") + plan.count("changed")
    name = f"answers/{plan.edition}.csv" if corrected is None else "corrections.csv"
    if changes:
        content = answers_bytes(plan, folder) if corrected is None else corrections_bytes(plan, folder, corrected)
        # what the next command would find wrong is found now
        found = try_files(given["data"], {f"{review.series.id}/{name}": content})
        if found:
            stop_with_problems(found, "written")
    if given["dry_run"]:
        click.echo("Nothing was written: --dry-run.")
        return
    if not changes:
        click.echo("Nothing to correct." if correcting else "Nothing to change.")
        return
    write(folder / name, content)
    click.echo(f"Written: {folder / name}")
    _remember(made, folder)
    if not plan.reviewed:
        click.echo(
            f"How many countries edition {plan.edition} covers is not known: totals are computed once it stands in "
            f"{folder / 'editions.csv'}, column reviewed."
        )


def _remember(made: _Made, folder: Path) -> None:
    """Keep what was settled for the next time, and say so."""
    from review.intake.writing import write_settled

    path = folder / "import.toml"
    try:
        if write_settled(folder, made.settled):
            click.echo(f"What was settled is kept for the next time: {path}")
    except OSError as error:
        # the answers are in; only what was said of headings and signs has to be said again
        click.echo(f"What was settled could not be kept in {path}: {error.strerror or error}.", err=True)


def check_file(file: Path, given: dict[str, Any]) -> None:
    """Report the problems that a file of answers would have; with --output in comments of a copy."""
    from country_data import Problems
    from review.terminal import show
    from review.terminal.intake import plan_page

    review = review_for_intake(given)
    given["edition"] = answered(lambda: review.find_edition(given["edition"]))
    problems = Problems()
    given = {**given, "maps": (), "marks": (), "sheet": None, "line": None, "source": "", "as_correction": False}
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
    output: Path | None = given["output"]
    if output is not None and made is not None:
        from review.intake.template import CannotAdd, write_comments

        if file.suffix.lower() != ".xlsx" or output.suffix.lower() != ".xlsx":
            raise click.UsageError("Comments are written into a copy of an Excel workbook (.xlsx).")
        if output.resolve() == file.resolve():
            raise click.UsageError("Comments go into a copy: name another file.")
        found = list(problems)
        try:
            write_file(given, output, lambda part: write_comments(file, part, found), replace=given["force"])
        except CannotAdd as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Commented copy: {output.resolve()}")
    stop_with_problems(problems, "imported")


@dataclass(frozen=True)
class _Made:
    plan: Plan
    settled: Settled


def review_for_intake(given: dict[str, Any]) -> Review:
    """Read the one series that the options mean, as it was published."""
    from review.command import chosen_review

    # answers are handed in beside what was published; corrections stay where they are
    return chosen_review({**given, "edition": None}, collection_of({**given, "as_published": True}))


def _check_source(review: Review, named: str) -> None:
    from review.collection import UnknownName

    known = list(review.series.sources["source"])
    for id in named.split():
        if id not in known:
            raise UnknownName(f"source of {review.series.id}", id, known)


def settled_before(review: Review, given: dict[str, Any]) -> Settled:
    """What was settled before for the series of a data folder."""
    from country_data import Place, Problems
    from review.intake.writing import Settled, read_settled

    if not given["data"]:
        return Settled()
    problems = Problems()
    found = read_settled(given["data"] / review.series.id, review.series.label, problems)
    if problems:
        stop_with_problems(problems, "written")
    try:
        columns_settled(found.columns, review)
        _check_marks(found.marks, review)
    except click.UsageError as error:
        problems.add(Place(f"{review.series.label}/import.toml"), error.message, "Correct the line, or remove it.")
        stop_with_problems(problems, "written")
    return found


def _planned(
    file: Path,
    review: Review,
    folder: Path,
    given: dict[str, Any],
    problems: Problems,
) -> _Made | None:
    """The plan of a file; None where it can't be read."""
    from country_data import Place, did_you_mean
    from review.intake.columns import heading_key
    from review.intake.plan import plan_import
    from review.intake.reading import read_handed_in
    from review.intake.words import NOTHING, plain
    from review.intake.writing import Settled
    from review.wording import counted

    kept = settled_before(review, given)
    settled = Settled(
        {**kept.columns, **_pairs(given["maps"], "--map")},
        {**kept.marks, **_pairs(given["marks"], "--mark")},
        kept.countries,
    )
    columns = columns_settled(settled.columns, review)
    words = {plain(sign): "" if word == NOTHING else word for sign, word in settled.marks.items()}
    _check_marks(settled.marks, review)
    written = "corrections" if given["as_correction"] else f"answers/{given['edition']}"
    workbook = folder / f"{written}.xlsx"
    if workbook.exists():
        problems.add(
            Place(str(workbook)),
            "What would be written stands in a workbook.",
            "Save it as CSV and move the workbook away.",
        )
    handed = read_handed_in(file, review.framework, columns, problems, given["sheet"], given["line"])
    if handed is None:
        return None
    for heading in _pairs(given["maps"], "--map"):
        if heading_key(heading) not in set(map(heading_key, handed.headings)):
            hint = did_you_mean(heading, filter(None, handed.headings))
            problems.add(handed.place(handed.top, 0), f"There is no heading “{heading}” here.", f"{hint}Correct --map.")
    if problems:
        return None
    plan = plan_import(
        handed,
        review,
        given["edition"],
        marks=words,
        source=given["source"],
        countries=settled.countries,
        correcting=given["as_correction"],
    )
    used = [counted(len(held), noun) for held, noun in ((kept.columns, "heading"), (kept.marks, "sign")) if held]
    if used:
        plan.said.append(f"Settled before, in import.toml: {' and '.join(used)}.")
    taken = {match.text: match.code for match in plan.suggested}
    return _Made(plan, replace(settled, countries={**kept.countries, **taken}))


def _pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        left, sign, right = text.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise click.UsageError(
                f"{option} is written {'SIGN=ANSWER' if option == '--mark' else 'HEADING=WHAT'}, not “{text}”."
            )
        found[left.strip()] = right.strip()
    return found


def columns_settled(settled: Mapping[str, str], review: Review) -> dict[str, Holds]:
    """What a user said that headings hold, by their key; what no column can hold is wrong usage."""
    from country_data import did_you_mean
    from review.intake.columns import heading_key, settled_columns

    found = {}
    for heading, text in settled.items():
        holds = settled_columns(text, review.framework)
        if holds is None:
            ids = list(review.framework.criterion_ids)
            raise click.UsageError(
                f"A column can't hold “{text}”. {did_you_mean(text, [*ids, 'country', 'note'])}"
                f"It holds country, criterion, answer, source, locator, citation, quote, effective, cause, note, - for none, or one of: {', '.join(ids)}."
            )
        found[heading_key(heading)] = holds
    return found


def _check_marks(marks: Mapping[str, str], review: Review) -> None:
    from country_data import did_you_mean
    from criteria import words
    from review.intake.words import NOTHING, plain, spellings

    allowed = [*(word for word in words(review.framework) if word), NOTHING]
    known = spellings(review.framework)
    for sign, word in marks.items():
        if known.get(plain(sign), word) != word:
            raise click.UsageError(
                f"“{sign}” is understood as “{known[plain(sign)]}” already, and can't mean “{word}” too."
            )
        if word not in allowed:
            raise click.UsageError(
                f"“{sign}” can't mean “{word}”. {did_you_mean(word, allowed)}Allowed are: {', '.join(allowed)}."
            )


def _stop_at_problems(plan: Plan, given: dict[str, Any]) -> None:
    """Report what is in the way, and what would have to be agreed to."""
    from country_data import Problems

    found = Problems()
    found.extend(plan.problems)
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
