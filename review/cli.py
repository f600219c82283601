"""The command line: parse, call one function of the library, show what it gave. No logic here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    import pandas as pd

    from review.collection import Collection
    from review.series_review import Review
    from review.terminal import Display

__all__ = ["cli", "main"]

_FORMATS = click.Choice(["table", "csv", "json"])
_LISTS = ("editions", "series", "criteria", "sources", "countries")


def _options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that several commands share, by name."""
    known = {
        "data": click.option("--data", type=click.Path(path_type=Path), envvar="MODELLAW_DATA", help="A data folder of your own, read on top of the embedded data."),
        "framework": click.option("--framework", help="The framework of criteria, by id."),
        "series": click.option("--series", help="The series of findings, by id."),
        "format": click.option("--format", "format_", type=_FORMATS, default="table", show_default=True, help="A table to read, CSV or JSON."),
        "output": click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file."),
        "force": click.option("--force", is_flag=True, help="Replace the file if it is there."),
        "edition": click.option("--edition", help="One edition, by id."),
    }

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return decorate


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="modellaw", message="modellaw %(version)s")
@_options("data", "framework", "series", "format", "output", "force")
@click.pass_context
def cli(context: click.Context, **given: Any) -> None:
    """Score countries' laws against model-law criteria, edition by edition, every figure with its source.

    Without a command: the headline figures of every series.
    """
    if context.invoked_subcommand is not None:
        context.obj = given
        return
    from review.headlines import headlines
    from review.terminal.pages import overview_page

    reviews = _reviews(given)
    _emit(
        given,
        lambda: overview_page(reviews, _example(reviews)),
        lambda: {"headlines": _stack(reviews, lambda review: headlines(review).frame)},
        {"framework": reviews[0].framework.id, "series": [review.series.id for review in reviews]},
    )


@cli.command()
@_options("data", "framework", "series", "output", "force")
@click.pass_obj
def report(inherited: dict[str, Any], **given: Any) -> None:
    """Write the analysts' workbook (review.xlsx, or --output FILE)."""
    from review.workbook import contents, is_own_workbook, write_workbook

    given = _merge(inherited, given)
    reviews = _reviews(given)
    path = given["output"] or Path("review.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    _write(path, lambda part: write_workbook(reviews, part), replace=given["force"] or is_own_workbook(path))
    click.echo(str(path.resolve()))
    for line in contents(reviews):
        click.echo(f"  {line}")


@cli.command()
@_options("data", "framework", "series", "edition", "format", "output", "force")
@click.option("--by", type=click.Choice(["region", "subregion"]), help="Count by UN region or subregion.")
@click.pass_obj
def summary(inherited: dict[str, Any], **given: Any) -> None:
    """Show the statistics of one edition, or of all."""
    from review.output import summary_json
    from review.terminal.pages import summary_page

    given = _merge(inherited, given)
    review, edition, by = _review(given), given["edition"], given["by"]
    _emit(
        given,
        lambda: summary_page(review, edition, by),
        lambda: {"statistics": review.statistics(edition, by)},
        document=lambda: summary_json(review, edition, by),
    )


@cli.command()
@click.argument("name")
@_options("data", "framework", "series", "format", "output", "force")
@click.pass_obj
def country(inherited: dict[str, Any], name: str, **given: Any) -> None:
    """Show what is known of one country, on one page."""
    from country_data import UnknownCountry
    from review.terminal.pages import country_page

    given = _merge(inherited, given)
    reviews = _reviews(given)
    try:
        code = reviews[0].registry.resolve(name)
    except UnknownCountry as error:
        raise click.UsageError(str(error)) from None
    _emit(
        given,
        lambda: country_page(reviews, code),
        lambda: {
            "answers": _stack(reviews, lambda review: review.country(code)),
            "scores": _stack(reviews, lambda review: review.scores().query("country == @code", local_dict={"code": code})),
            "law_changes": _stack(reviews, lambda review: review.law_changes(code)),
        },
        {"country": code, "name": reviews[0].registry.name(code), "framework": reviews[0].framework.id},
    )


@cli.command()
@_options("data", "framework", "series", "edition", "format", "output", "force")
@click.pass_obj
def scores(inherited: dict[str, Any], **given: Any) -> None:
    """Show the score and the level of each country."""
    from review.output import scores_json
    from review.terminal.pages import scores_page

    given = _merge(inherited, given)
    review, edition = _review(given), given["edition"]
    _emit(
        given,
        lambda: scores_page(review, edition),
        lambda: {"scores": review.scores(edition).assign(scored=review.scored)},
        document=lambda: scores_json(review, edition),
    )


@cli.command(name="list")
@click.argument("what", type=click.Choice(_LISTS))
@_options("data", "framework", "series", "format", "output", "force")
@click.pass_obj
def list_(inherited: dict[str, Any], what: str, **given: Any) -> None:
    """List the editions, series, criteria, sources or countries."""
    from review.listing import listing
    from review.terminal.pages import list_page

    given = _merge(inherited, given)
    collection = _collection(given)
    framework = _answered(lambda: collection.choose_framework(given["framework"], given["series"]))
    reviews = _reviews(given, collection) if what == "series" else [_review(given, collection)]
    title, frame, short, wide = listing(what, reviews)
    _emit(
        given,
        lambda: list_page(title, frame[short], wide),
        lambda: {what: frame},
        {"framework": framework.id, **({} if what == "series" else {"series": reviews[0].series.id})},
    )


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@_options("data", "format", "output", "force")
@click.pass_obj
def check(inherited: dict[str, Any], folder: Path | None, **given: Any) -> None:
    """Report every problem of a data FOLDER, or of the data in use."""
    import pandas as pd

    from review.collection import find_problems

    given = _merge(inherited, given)
    folder = folder or given["data"]
    collection, error = find_problems(folder)
    if given["format_"] == "table" and not given["output"]:
        if error is None:
            click.echo(_nothing_wrong(collection, folder))
            return
        _stop_with_problems(error.problems)
    columns = ["file", "line", "sheet", "cell", "column", "message", "remedy"]
    found = pd.DataFrame([problem.record() for problem in error.problems] if error else [], columns=columns, dtype=object)
    _emit(given, lambda: _problem_page(error.problems if error else ()), lambda: {"problems": found}, {"folder": str(folder) if folder else None})
    if error is not None:
        raise click.exceptions.Exit(1)


def _merge(inherited: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Options may stand before or after the command; the later one counts."""
    context = click.get_current_context()
    both = dict(inherited or {})
    for key, value in given.items():
        source = context.get_parameter_source(key)
        if key not in both or source is not click.core.ParameterSource.DEFAULT:
            both[key] = value if value is not None or key not in both else both[key]
    return both


def _collection(given: dict[str, Any]) -> Collection:
    from review.collection import read_collection

    collection = read_collection(given["data"])
    for notice in collection.notices:
        click.echo(notice, err=True)
    return collection


def _answered(choose: Callable[[], Any]) -> Any:
    """What a choice by name gives; a name that is not there is wrong usage."""
    try:
        return choose()
    except LookupError as error:
        raise click.UsageError(str(error)) from None


def _review(given: dict[str, Any], collection: Collection | None = None) -> Review:
    from review.series_review import Review

    collection = collection or _collection(given)
    made = _answered(lambda: Review.of(collection, given["series"], given["framework"]))
    if given.get("edition") is not None:
        _answered(lambda: made.check_edition(given["edition"]))
    return made  # type: ignore[no-any-return]  # _answered gives back what it was given


def _reviews(given: dict[str, Any], collection: Collection | None = None) -> list[Review]:
    """All series of the framework, or the one named."""
    from review.series_review import Review

    collection = collection or _collection(given)
    if given["series"] is not None:
        return [_review(given, collection)]
    framework = _answered(lambda: collection.choose_framework(given["framework"]))
    found = [Review(series, framework, collection.registry) for series in collection.of_framework(framework)]
    if not found:
        raise click.UsageError(f"The framework {framework.id} has no series yet.")
    return found


def _stack(reviews: list[Review], frame: Callable[[Review], pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    parts = [frame(review).astype(object) for review in reviews]
    for part, review in zip(parts, reviews, strict=True):
        part.insert(0, "series", review.series.id)
    return pd.concat(parts, ignore_index=True)


def _example(reviews: list[Review]) -> str:
    """The country of which the data tell most, for a command to try."""
    counts: dict[str, int] = {}
    for review in reviews:
        for code in review.grid.rows["country"]:
            counts[code] = counts.get(code, 0) + 1
    registry = reviews[0].registry
    if not counts:
        return "NAME"
    return registry.name(min(counts, key=lambda code: (-counts[code], " " in registry.name(code), registry.name(code))))


def _emit(
    given: dict[str, Any],
    page: Callable[[], Display],
    frames: Callable[[], dict[str, pd.DataFrame]],
    parameters: dict[str, object] | None = None,
    document: Callable[[], dict[str, object]] | None = None,
) -> None:
    """Show a result in the format asked for, on standard output or in a file."""
    from review.output import csv_text, json_text, records

    output: Path | None = given["output"]
    if given["format_"] == "json":
        made = document() if document else {**(parameters or {}), **{name: records(frame) for name, frame in frames().items()}}
        text = json_text(made)
    elif given["format_"] == "csv":
        text = csv_text(next(iter(frames().values())))
    elif output is None:
        from review.terminal import show

        show(page(), sys.stdout)
        return
    else:
        import io

        from review.terminal import show

        stream = io.StringIO()
        show(page(), stream)
        text = stream.getvalue()
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, lambda part: part.write_bytes(text.encode()), replace=given["force"])
    click.echo(str(output.resolve()))


def _write(path: Path, make: Callable[[Path], object], *, replace: bool) -> None:
    from review.output import FileExistsProblem, write_whole

    def made(part: Path) -> None:
        make(part)

    try:
        write_whole(path, made, replace=replace)
    except (FileExistsProblem, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}. Is it open in another program?") from None


def _nothing_wrong(collection: Collection, folder: Path | None) -> str:
    own = [one for one in collection.series.values() if folder is None or not one.embedded]
    answers = sum(int((one.answers["answer"] != "").sum()) for one in own)
    figures = sum(len(one.figures) for one in own)
    return f"No problems: {len(own)} series ({', '.join(one.id for one in own) or 'none'}), {answers} answers, {figures} published figures."


def _problem_page(problems: tuple[Any, ...]) -> Display:
    from review.terminal import Display

    page = Display()
    for problem in problems:
        page.text(str(problem))
    return page


def _stop_with_problems(problems: tuple[Any, ...]) -> NoReturn:
    for problem in problems:
        click.echo(str(problem), err=True)
    many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    click.echo(f"{many}. Nothing was computed or written.", err=True)
    raise click.exceptions.Exit(1)


def main() -> None:
    """Run `modellaw`. Exit 0 fine, 1 a problem in data or files, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments, in this process; gives the exit code."""
    try:
        result = cli.main(arguments, prog_name="modellaw", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except BrokenPipeError:
        # the reader of the pipe has seen enough; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from country_data import DataError

        if not isinstance(error, DataError):
            raise
        try:
            _stop_with_problems(error.problems)
        except click.exceptions.Exit as stop:
            return stop.exit_code
