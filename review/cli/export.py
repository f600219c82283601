"""The command that writes tables to take away."""

from __future__ import annotations

from pathlib import Path

import click

from country_data.problems import unknown_name
from review.cli.options import PathParam
from review.cli.session import Session, command, say
from review.export import TABLES, csv_files, exported, parquet_files
from review.files import OutputError, check_not_in_data, resolved, write_files

__all__ = ["COMMANDS"]


@command("data", "framework", "series", "force")
@click.argument("what", nargs=-1, metavar="[TABLE]...")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="A folder of CSV with datapackage.json, or of Parquet.",
)
@click.option("--output", "-o", "folder", type=PathParam(), required=True, help="The new folder.")
def export(session: Session, what: tuple[str, ...], kind: str, folder: Path) -> None:
    """Write tables to take away, with a dictionary of every column.

    Left out, TABLE is all of answers, scores, statistics, changes, editions, sources, criteria, countries, figures.
    """
    for name in what:
        if name not in TABLES:
            raise unknown_name("table", name, TABLES)
    reviews = session.reviews()
    tables = exported(reviews, what or tuple(TABLES))
    check_not_in_data(folder, session.options.data, is_folder=True)
    place = resolved(folder)
    if place.exists() and not place.is_dir():
        raise OutputError(f"{folder} is a file. Name a folder.")
    if not place.parent.is_dir():
        raise OutputError(f"{place.parent} is no folder. Make it first, or name another place.")
    files = csv_files if kind == "csv" else parquet_files
    contents = files(tables, reviews[0].framework.title)
    is_new = not place.exists()
    place.mkdir(exist_ok=True)
    try:
        write_files({place / name: content for name, content in contents.items()}, replace=session.options.force)
    except OutputError:
        if is_new:
            place.rmdir()
        raise
    say(str(place))
    for table in tables:
        say(f"  {table.name}: {len(table.frame)} rows, {len(table.columns)} columns")


COMMANDS = {"export": export}
