"""The command line: parse, call one function of the library, show what it gave. No logic here.

The modules of the commands are imported when a command is called: the help lists commands without pandas.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from review.cli.options import Shared, shared_options

__all__ = ["cli", "main", "run"]

# the module of each command, and its line in the help
COMMANDS = {
    "check": ("data", "Report every problem of a data FOLDER, of the data in use, or of a FILE of answers before its import."),
    "compare": ("compare", "Compare two editions: headlines, countries, criteria, levels."),
    "country": ("show", "Show what is known of one country, on one page."),
    "crosscheck": ("compare", "Set two series side by side that answer the same criteria."),
    "export": ("export", "Write tables to take away, with a dictionary of every column."),
    "figures": ("compare", "Check the published figures: against answers, and against each other."),
    "gaps": ("compare", "Show what each country's law lacks for sufficient and for the best level."),
    "import": ("data", "Take in answers from a template, or from any table: shown first, written with --write."),
    "init": ("data", "Start a data FOLDER of your own, begin a framework in it, add to it or change what is there."),
    "list": ("show", "List editions, series, frameworks, criteria, sources or countries; criteria as Markdown is the codebook."),
    "report": ("report", "Write the analysts' workbook (review.xlsx, or --output FILE)."),
    "scores": ("show", "Show the score and the level of each country, or the countries behind a number."),
    "summary": ("show", "Show the statistics of one edition, of several, or of all."),
    "template": ("data", "Write a workbook to fill in: one row a country, drop-downs, the edition before beside."),
}  # fmt: skip


class _Group(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"review.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = module.COMMANDS[cmd_name]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        rows = [(name, COMMANDS[name][1]) for name in sorted(COMMANDS)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="modellaw", message="modellaw %(version)s")
@shared_options("data", "framework", "series", "format", "output", "force")
@click.pass_context
def cli(context: click.Context, /, **given: object) -> None:
    """Score countries' laws against model-law criteria, edition by edition, every figure with its source.

    Without a command: the headline figures of every series.
    """
    context.obj = Shared(**given)  # type: ignore[arg-type]  # the options of these names
    if context.invoked_subcommand is None:
        from review.cli.session import Session, reported  # with pandas, which the help does without
        from review.cli.show import overview

        with reported(context):
            overview(Session(context.obj))


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


def _check_characters(arguments: list[str]) -> None:
    for text in arguments:
        if not text.isprintable():
            from country_data import printable, unusable  # with pandas, which an ordinary call for help does without

            if unusable(text):
                raise click.UsageError(f"“{printable(text)}” holds characters that no text file can hold.")


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    from country_data import printable  # as above

    return printable(text)
