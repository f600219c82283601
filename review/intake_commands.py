"""The commands that get answers in: a folder to start, a template to fill in, and its import."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import (
    Id,
    NamedPath,
    Words,
    answered,
    collection_of,
    merged,
    options,
    stop_with_problems,
    write_file,
)

if TYPE_CHECKING:
    from country_data import Problems
    from review.intake.columns import Holds
    from review.intake.data_folder import Edition, Source
    from review.intake.plan import Plan
    from review.intake.writing import Settled
    from review.series_review import Review

__all__ = ["check_file", "import_", "init", "template"]


@click.command()
@click.argument("folder", type=NamedPath(path_type=Path))
@click.option("--from", "from_", metavar="SERIES", help="Copy this embedded series (left out: the main one).")
@click.option("--series", type=Id(), help="The id of a new, empty series; or of one in FOLDER, to add an edition to.")
@click.option("--framework", help="The framework of criteria, by id.")
@click.option("--edition", type=Words(), help="An edition to add, by its id.")
@click.option("--title", type=Words(), help="The edition's title.")
@click.option("--as-of", type=Words(), default="", help="The date whose law the edition describes.")
@click.option("--reviewed", type=click.IntRange(0), help="How many countries the edition covers.")
@click.option("--source", type=Words(), default="", help="The edition's source, by its id in sources.csv.")
@click.option("--source-title", type=Words(), help="The title of that source, where it is a new one: it is added.")
@click.option(
    "--source-kind",
    type=click.Choice(["publisher", "record", "government", "press", "comment"]),
    default="publisher",
    help="What a new source is (left out: the reviewer's own publication).",
)
@click.option("--source-url", type=Words(), default="", help="The address of a new source.")
def init(folder: Path, from_: str | None, series: str | None, framework: str | None, **given: Any) -> None:
    """Start a data FOLDER of your own, or add an edition or a source to one."""
    from review.collection import read_collection
    from review.intake.data_folder import add_to_series, start_folder
    from review.output import FileExistsProblem

    if from_ is not None and series is not None:
        raise click.UsageError("--from copies a series, --series begins an empty one: take one of the two.")
    added = _added(given)
    if series is not None and (folder / series).is_dir():
        if not added:
            raise click.UsageError(f"{folder / series} is there already. To add an edition to it: --edition ID.")
        for changed in add_to_series(folder, series, added):
            click.echo(f"Added {' and '.join(one.id for one in added)}: {changed}")
        return
    collection = read_collection(None)
    if series is not None and framework is None:
        raise click.UsageError(f"Which criteria? --framework ID; there are: {', '.join(collection.frameworks)}.")
    chosen = answered(lambda: collection.choose_framework(framework, from_))
    name = series or answered(lambda: collection.choose_series(from_, chosen)).id
    try:
        made = start_folder(folder, name, chosen, copied=series is None, added=added)
    except (FileExistsProblem, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(folder.resolve()))
    for path in made:
        click.echo(f"  {path}")


def _added(given: dict[str, Any]) -> list[Edition | Source]:
    """What is to be added: a new source, an edition."""
    from review.intake.data_folder import Edition, Source

    found: list[Edition | Source] = []
    edition, source = given["edition"], given["source"]
    if edition is None and (given["title"] or given["as_of"] or given["reviewed"] is not None):
        raise click.UsageError("--title, --as-of and --reviewed say what the --edition is: name it too.")
    if given["source_title"]:
        if not source:
            raise click.UsageError("--source-title is the title of a new source: name its id too, --source ID.")
        found.append(Source(source, given["source_title"], given["source_kind"], given["source_url"]))
    elif given["source_url"] or (source and edition is None):
        raise click.UsageError("A new source needs its title: --source ID --source-title “…”.")
    if edition is not None:
        reviewed = "" if given["reviewed"] is None else str(given["reviewed"])
        title = given["title"] or f"Edition {edition}"
        found.append(Edition(edition, title, given["as_of"], source, reviewed))
    return found


@click.command()
@options("data", "framework", "series", "output", "force")
@click.option("--edition", required=True, help="The edition to fill in, by id.")
@click.option(
    "--countries", help="These countries: names, codes or UN regions with commas between; all: every UN member."
)
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
    from review.wording import counted

    given = merged(inherited, given)
    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    before = given["from_"]
    if before is not None:
        answered(lambda: review.check_edition(before))
    into: Path | None = given["into"]
    usual = (
        into.with_name(f"{into.stem}-{given['edition']}.xlsx")
        if into
        else Path(f"{review.series.id}-{given['edition']}.xlsx")
    )
    path: Path = given["output"] or usual
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    said = []
    if into is not None:
        settled = _columns(_kept(review, given).columns, review)
        made: list[tuple[int, list[str]]] = []
        try:
            write_file(
                path,
                lambda part: made.append(add_to_workbook(into, part, review, given["edition"], before, settled)),
                replace=given["force"],
            )
        except CannotAdd as error:
            raise click.ClickException(str(error)) from None
        ((many, unknown),) = made
        if unknown:
            said.append(
                f"{counted(len(unknown), 'row')} whose country is not known: {', '.join(unknown[:5])}{' …' if len(unknown) > 5 else ''}"
            )
        said.append("Formulas in it show their values once it was opened and saved in Excel or LibreOffice.")
    else:
        codes = answered(lambda: template_countries(review, given["countries"]))
        many = len(codes)
        write_file(
            path, lambda part: write_template(part, review, given["edition"], codes, before), replace=given["force"]
        )
    click.echo(str(path.resolve()))
    for text in said:
        click.echo(f"  {text}")
    countries = "1 country" if many == 1 else f"{many} countries"
    criteria = "1 criterion" if len(review.framework.criteria) == 1 else f"{len(review.framework.criteria)} criteria"
    click.echo(f"  {countries}, {criteria}. Fill it in, then:")
    where = f" --data {shlex.quote(str(given['data']))}" if given["data"] else " --data FOLDER"
    click.echo(
        f"  modellaw import {shlex.quote(str(path))} --series {review.series.id} --edition {given['edition']}{where}"
    )


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
    from review.intake.plan import check_corrections
    from review.intake.writing import (
        answers_now,
        corrections_with,
        planned_corrections,
        write_answers,
        write_corrections,
    )
    from review.terminal import show
    from review.terminal.intake import plan_page

    given = merged(inherited, given)
    correcting = given["as_correction"]
    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    if review.series.embedded or given["data"] is None:
        raise click.UsageError(
            f"Answers are taken into a data folder of your own: modellaw init FOLDER --from {review.series.id}, then --data FOLDER."
        )
    if correcting and not (given["reason"] and given["source"]):
        raise click.UsageError("A correction needs its --reason and its --source.")
    if not correcting and (given["reason"] or given["date"]):
        raise click.UsageError("--reason and --date are of a correction: add --as-correction, or leave them out.")
    if given["date"] and not is_date(given["date"]):
        raise click.UsageError(f"“{given['date']}” is not a date. Write YYYY, YYYY-MM or YYYY-MM-DD.")
    answered(lambda: _check_source(review, given["source"]))
    folder = given["data"] / review.series.id
    before = answers_now(folder, given["edition"])
    made = _understood(file, review, folder, given)
    plan = made.plan
    corrections, corrected = None, None
    if correcting:
        told = {"reason": given["reason"], "source": given["source"]}
        date = given["date"] or datetime.date.today().isoformat()
        corrections = planned_corrections(plan, **told)
        corrected = corrections_with(plan, corrections, **told, date=date)
        check_corrections(plan, corrected)
    show(plan_page(plan, file.name, corrections), sys.stdout)
    _stop_at_problems(plan, given)
    if given["dry_run"]:
        click.echo("Nothing was written: --dry-run.")
        return
    changes = len(corrections) if corrections is not None else plan.count("new") + plan.count("changed")
    if not changes:
        click.echo("Nothing to correct." if correcting else "Nothing to change.")
        return
    if not _agreed(plan, given, changes=changes):
        click.echo("Nothing was written.")
        raise click.exceptions.Exit(1)
    if answers_now(folder, given["edition"]) != before:
        raise click.ClickException(
            "The edition's answers were changed meanwhile. Nothing was written: import once more."
        )
    path = write_answers(plan, folder) if corrected is None else write_corrections(folder, corrected)
    click.echo(f"Written: {path}")
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


def _understood(file: Path, review: Review, folder: Path, given: dict[str, Any]) -> _Made:
    """The plan of a file; what only its writer can know is asked for, where somebody can be asked."""
    from country_data import Problems

    while True:
        problems = Problems()
        asked: list[tuple[str, str, tuple[str, ...]]] = []
        made = _planned(file, review, folder, given, problems, asked)
        if not asked or not _asking(given):
            break
        for option, text, choices in asked:
            given[option] = (*given[option], f"{text}={_choice(option, text, choices)}")
    if made is None:
        stop_with_problems(problems, "written")
    return made


def _choice(option: str, text: str, choices: tuple[str, ...]) -> str:
    """Ask what a heading holds, or what a sign means."""
    what = f"What does the column “{text}” hold?" if option == "maps" else f"What does “{text}” mean here?"
    return str(click.prompt(what, type=click.Choice(choices)))


def _asking(given: dict[str, Any]) -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and not given["dry_run"]


def check_file(file: Path, given: dict[str, Any]) -> None:
    """Report the problems that a file of answers would have; with --output in comments of a copy."""
    from country_data import Problems
    from review.terminal import show
    from review.terminal.intake import plan_page

    review = _review_of(given)
    answered(lambda: review.check_edition(given["edition"]))
    problems = Problems()
    given = {**given, "maps": (), "marks": (), "sheet": None, "line": None, "source": "", "as_correction": False}
    folder = (given["data"] or Path()) / review.series.id
    made = _planned(file, review, folder, given, problems, [])
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
            write_file(output, lambda part: write_comments(file, part, found), replace=given["force"])
        except CannotAdd as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Commented copy: {output.resolve()}")
    stop_with_problems(problems, "written")


@dataclass(frozen=True)
class _Made:
    plan: Plan
    settled: Settled


def _review_of(given: dict[str, Any]) -> Review:
    from review.command import chosen_review

    # answers are handed in beside what was published; corrections stay where they are
    return chosen_review({**given, "edition": None}, collection_of({**given, "as_published": True}))


def _check_source(review: Review, named: str) -> None:
    from review.collection import UnknownName

    known = list(review.series.sources["source"])
    for id in named.split():
        if id not in known:
            raise UnknownName(f"source of {review.series.id}", id, known)


def _kept(review: Review, given: dict[str, Any]) -> Settled:
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
        _columns(found.columns, review)
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
    asked: list[tuple[str, str, tuple[str, ...]]],
) -> _Made | None:
    """The plan of a file; None where it can't be read.

    `asked`: what its writer would have to say is added: the option, the heading or sign, the choices.
    """
    from country_data import Place, did_you_mean, fold
    from review.intake.plan import plan_import
    from review.intake.reading import read_handed_in
    from review.intake.words import NOTHING, meanings_of, plain
    from review.intake.writing import Settled
    from review.wording import counted

    kept = _kept(review, given)
    settled = Settled(
        {**kept.columns, **_pairs(given["maps"], "--map")},
        {**kept.marks, **_pairs(given["marks"], "--mark")},
        kept.countries,
    )
    columns = _columns(settled.columns, review)
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
    for place, found in handed.columns.unsettled.items():
        asked.append(("maps", handed.headings[place], (*map(str, found), "-")))
    for heading in _pairs(given["maps"], "--map"):
        if fold(heading) not in {fold(text) for text in handed.headings}:
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
    for sign in plan.signs:
        meant = meanings_of(sign, review.framework)
        asked += [("marks", sign, meant[1])] if meant else []
    taken = {match.text: match.code for match in plan.suggested}
    return _Made(plan, replace(settled, countries={**kept.countries, **taken}))


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
    """Report what is in the way; where nobody can be asked, also what would have to be agreed to."""
    from country_data import Problems

    found = Problems()
    found.extend(plan.problems)
    if not _asking(given):
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


def _agreed(plan: Plan, given: dict[str, Any], *, changes: int) -> bool:
    """Whether to write: asked, where somebody can be asked."""
    from review.wording import counted

    if not _asking(given):
        return True
    questions = []
    if plan.suggested and not given["accept_suggestions"]:
        questions.append((f"Take the {len(plan.suggested)} countries by suggestion as shown?", False))
    if plan.overwrites and not given["replace"] and not given["as_correction"]:
        questions.append((f"Replace {counted(len(plan.overwrites), 'recorded answer')}?", False))
    questions.append((f"Write {counted(changes, 'answer')}?", True))
    return all(click.confirm(question, default=usual) for question, usual in questions)
