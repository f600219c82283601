"""The commands that prepare answers to be filled in: a folder to start, and a template."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review.command import Id, NamedPath, Words, answered, merged, options, write_file
from review.import_command import review_for_intake

if TYPE_CHECKING:
    from review.intake.data_folder import Edition, Source

__all__ = ["init", "template"]


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
    from review.files import FileExistsProblem, FolderInUse
    from review.intake.data_folder import add_to_series, start_folder

    if from_ is not None and series is not None:
        raise click.UsageError("--from copies a series, --series begins an empty one: take one of the two.")
    added = _added(given)
    if series is not None and (folder / series).is_dir():
        if not added:
            raise click.UsageError(f"{folder / series} is there already. To add an edition to it: --edition ID.")
        try:
            changed = add_to_series(folder, series, added)
        except FolderInUse as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Added {' and '.join(one.id for one in added)}: {', '.join(map(str, changed))}")
        return
    collection = read_collection(None)
    if series is not None and framework is None:
        raise click.UsageError(f"Which criteria? --framework ID; there are: {', '.join(collection.frameworks)}.")
    chosen = answered(lambda: collection.choose_framework(framework, from_))
    name = series or answered(lambda: collection.choose_series(from_, chosen)).id
    try:
        made = start_folder(folder, name, chosen, copied=series is None, added=added)
    except (FileExistsProblem, FileNotFoundError, FolderInUse) as error:
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
@click.pass_obj
def template(inherited: dict[str, Any], /, **given: Any) -> None:
    """Write a workbook to fill in: one row a country, drop-downs, the edition before beside."""
    from review.intake.template import template_countries, write_template

    given = merged(inherited, given)
    review = review_for_intake(given)
    given["edition"] = answered(lambda: review.find_edition(given["edition"]))
    before = given["from_"]
    if before is not None:
        before = answered(lambda: review.find_edition(given["from_"]))
    path: Path = given["output"] or Path(f"{review.series.id}-{given['edition']}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"The workbook's name must end in .xlsx, not “{path.name}”.")
    codes = answered(lambda: template_countries(review, given["countries"]))
    many = len(codes)
    write_file(
        given, path, lambda part: write_template(part, review, given["edition"], codes, before), replace=given["force"]
    )
    click.echo(str(path.resolve()))
    countries = "1 country" if many == 1 else f"{many} countries"
    criteria = "1 criterion" if len(review.framework.criteria) == 1 else f"{len(review.framework.criteria)} criteria"
    click.echo(f"  {countries}, {criteria}. Fill it in, then:")
    where = f" --data {shlex.quote(str(given['data']))}" if given["data"] else " --data FOLDER"
    click.echo(
        f"  modellaw import {shlex.quote(str(path))} --series {review.series.id} --edition {given['edition']}{where}"
    )
