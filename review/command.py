"""What the commands share: their options, the choice of series, and showing or writing a result."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    import pandas as pd

    from country_data import Problem
    from review.collection import Collection
    from review.series_review import Review
    from review.terminal import Display

__all__ = [
    "Id",
    "NamedPath",
    "Words",
    "answered",
    "chosen_review",
    "chosen_reviews",
    "collection_of",
    "emit",
    "emit_text",
    "merged",
    "options",
    "stacked",
    "stop_with_problems",
    "write_file",
    "write_folder",
]

_MOST_SHOWN = 1_000  # problems
# the tables of a data folder, which a workbook of the same name would stand in for
TABLE_STEMS = ("countries", "editions", "sources", "published_figures", "law_changes", "corrections")
_FORMATS = click.Choice(["table", "csv", "json"])


class NamedPath(click.Path):
    """A path that is named: an empty text is none, not the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or wrong usage."""
        if value == "":
            self.fail("An empty text names no file or folder.", param, ctx)
        return super().convert(value, param, ctx)


class Words(click.ParamType):  # type: ignore[type-arg]  # generic in later releases of click alone
    """A text that is typed: without spaces around it."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text, or wrong usage."""
        if not isinstance(value, str) or not value:
            return value
        text = " ".join(value.replace("\u200b", "").split())
        if not text:
            self.fail("A text of spaces says nothing.", param, ctx)
        return text


class Id(Words):
    """The id of a series: it names a folder, and is never a path."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The id, or wrong usage."""
        text = super().convert(value, param, ctx)
        from country_data.formats import is_device, is_id

        if isinstance(text, str) and (not is_id(text) or is_device(text)):
            self.fail(
                f"“{text}” is no id: it begins with a small letter; then small letters, digits and _; no name of a device.",
                param,
                ctx,
            )
        return text


def options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that several commands share, by name."""
    known = {
        "data": click.option(
            "--data",
            type=NamedPath(path_type=Path),
            envvar="MODELLAW_DATA",
            help="A data folder of your own, read on top of the embedded data.",
        ),
        "as_published": click.option(
            "--as-published", is_flag=True, help="Editions as they were published, without corrections."
        ),
        "framework": click.option("--framework", help="The framework of criteria, by id."),
        "series": click.option("--series", help="The series of findings, by id."),
        "format": click.option(
            "--format",
            "format_",
            type=_FORMATS,
            default="table",
            show_default=True,
            help="A table to read, CSV or JSON.",
        ),
        "format_md": click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "csv", "json", "md"]),
            default="table",
            show_default=True,
            help="A table to read, CSV, JSON, or Markdown.",
        ),
        "output": click.option(
            "--output", "-o", type=NamedPath(path_type=Path, dir_okay=False), help="Write to this file."
        ),
        "force": click.option("--force", is_flag=True, help="Replace the file if it is there."),
        "edition": click.option("--edition", help="One edition, by id."),
    }

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        # whoever reads data may read them without corrections
        every = [*names, "as_published"] if "data" in names else names
        for name in reversed(every):
            command = known[name](command)
        return command

    return decorate


def merged(inherited: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Options may stand before or after the command; the later one counts."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    own = {
        key: value for key, value in given.items() if key not in inherited or context.get_parameter_source(key) is typed
    }
    return {**inherited, **own}


def collection_of(given: dict[str, Any]) -> Collection:
    """Read the data in use; what was left out is said on standard error."""
    from review.collection import read_collection

    collection = read_collection(given["data"], as_published=given.get("as_published", False))
    for notice in collection.notices:
        click.echo(notice, err=True)
    return collection


def answered(choose: Callable[[], Any]) -> Any:
    """What a choice by name gives; a name that is not there is wrong usage."""
    from country_data import UnknownCountry
    from review.collection import AmbiguousChoice, NothingInCommon, UnknownName

    try:
        return choose()
    except (AmbiguousChoice, NothingInCommon, UnknownCountry, UnknownName) as error:
        raise click.UsageError(str(error)) from None


def chosen_review(given: dict[str, Any], collection: Collection | None = None) -> Review:
    """Take the one series that the options mean; a name that is not there is wrong usage."""
    from review.series_review import Review

    collection = collection or collection_of(given)
    made = answered(lambda: Review.of(collection, given["series"], given["framework"]))
    if given.get("edition") is not None:
        given["edition"] = answered(lambda: made.find_edition(given["edition"]))
    return made  # type: ignore[no-any-return]  # _answered gives back what it was given


def chosen_reviews(given: dict[str, Any], collection: Collection | None = None) -> list[Review]:
    """All series of the framework, or the one named."""
    collection = collection or collection_of(given)
    if given["series"] is not None:
        return [chosen_review(given, collection)]
    framework = answered(lambda: collection.choose_framework(given["framework"]))
    found = collection.reviews_of(framework)
    if not found:
        raise click.UsageError(f"The framework {framework.id} has no series yet.")
    return found


def stacked(reviews: list[Review], frame: Callable[[Review], pd.DataFrame]) -> pd.DataFrame:
    """Put the frames of several reviews under each other, with the columns `series` and `scored` first."""
    import pandas as pd

    parts = [frame(review).astype(object) for review in reviews]
    for part, review in zip(parts, reviews, strict=True):
        part.insert(0, "series", review.series.id)
        part.insert(1, "scored", review.scored)
    return pd.concat(parts, ignore_index=True)


def emit(
    given: dict[str, Any],
    page: Callable[[], Display],
    frames: Callable[[], dict[str, pd.DataFrame]],
    parameters: dict[str, object] | None = None,
    document: Callable[[], dict[str, object]] | None = None,
) -> None:
    """Show a result in the format asked for, on standard output or in a file."""
    output: Path | None = given["output"]
    if given["format_"] == "json":
        from review.output import json_text, records

        made = (
            document()
            if document
            else {**(parameters or {}), **{name: records(frame) for name, frame in frames().items()}}
        )
        text = json_text(made)
    elif given["format_"] == "csv":
        from review.output import csv_text

        text = csv_text(next(iter(frames().values())))
    elif output is None:
        from review.terminal import show

        show(page(), sys.stdout)
        return
    else:
        from review.terminal import show

        stream = io.StringIO()
        show(page(), stream)
        text = stream.getvalue()
    emit_text(given, text)


def emit_text(given: dict[str, Any], text: str) -> None:
    """Write a text to standard output, or to the file that was named."""
    output: Path | None = given["output"]
    if output is None:
        # data are in UTF-8, whatever the terminal speaks
        click.echo(text.encode("utf-8", "replace"), nl=False)
        return
    write_file(given, output, lambda part: part.write_bytes(text.encode("utf-8", "replace")), replace=given["force"])
    click.echo(str(output.resolve()))


def check_output(given: Mapping[str, Any], output: Path) -> None:
    """Nothing may be written into a data folder that commands would then read, or stumble over."""
    from review.files import resolved

    data: Path | None = given.get("data")
    if data is None or not data.is_dir():
        return
    place, folder = resolved(output), resolved(data)
    if place != folder and folder not in place.parents:
        return
    beside = place.parent == folder and place.suffix.lower() == ".xlsx" and place.stem not in TABLE_STEMS
    if not beside:
        raise click.UsageError(f"{output} is inside the data folder {data}, among its tables. Name another place.")


def write_file(given: Mapping[str, Any], path: Path, make: Callable[[Path], object], *, replace: bool) -> None:
    """Write a file whole or not at all; where that can't be, say why."""
    from review.files import FileExistsProblem, write_whole

    check_output(given, path)
    try:
        write_whole(path, make, replace=replace)
    except (FileExistsProblem, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        hint = " Is it open in another program?" if isinstance(error, PermissionError) else ""
        raise click.ClickException(f"{path} can't be written: {error.strerror or error}.{hint}") from None


def write_folder(given: Mapping[str, Any], path: Path, make: Callable[[Path], object], *, replace: bool) -> None:
    """Write files into a folder: all of them or none. Replaced are files of the same names, and no others."""
    import tempfile

    from review.files import part_prefix, remove_leftovers, resolved

    check_output(given, path)
    place = resolved(path)
    if place.exists() and not place.is_dir():
        raise click.ClickException(f"{path} is a file. Name a folder.")
    if not place.parent.is_dir():
        raise click.ClickException(f"{place.parent} is no folder. Make it first, or name another place.")
    remove_leftovers(place.parent, place.name)
    prefix = part_prefix(place.name)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=prefix, suffix=".part") as name:
        made = Path(name)
        make(made)
        files = sorted(made.iterdir())
        there = [file.name for file in files if (place / file.name).exists()]
        if there and not replace:
            raise click.ClickException(
                f"{path} holds {', '.join(there)} already. Name another folder, or replace them with --force."
            )
        place.mkdir(exist_ok=True)
        for file in files:
            file.replace(resolved(place / file.name))


def stop_with_problems(problems: Iterable[Problem], done: str = "computed or written") -> NoReturn:
    """Show problems on standard error, and end with exit code 1; `done`: what was not done."""
    shown = list(problems)
    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else 0
    for problem in shown[:_MOST_SHOWN]:
        lines = textwrap.wrap(str(problem), width, subsequent_indent="  ") if width else [str(problem)]
        click.echo("\n".join(lines), err=True)
    if len(shown) > _MOST_SHOWN:
        click.echo(f"… and {len(shown) - _MOST_SHOWN} more.", err=True)
    many = "1 problem" if len(shown) == 1 else f"{len(shown)} problems"
    click.echo(f"{many}. Nothing was {done}.", err=True)
    raise click.exceptions.Exit(1)
