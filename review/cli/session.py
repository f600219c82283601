"""What the commands share: the data in use, the choice of series, and showing or writing a result."""

from __future__ import annotations

import contextlib
import functools
import io
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click
import pandas as pd

from country_data import ChoiceError, DataError, Problem, printable
from review.cli.options import Shared, shared_names, shared_options
from review.dataset import Dataset, read_dataset
from review.documents import csv_text, json_text, records
from review.files import OutputError, check_not_in_data, write_files
from review.report import Page, show
from review.report.blocks import Next
from review.report.markdown import markdown_of
from review.review import Review

__all__ = ["Session", "command", "reported", "say", "stop_with_problems"]

_MOST_SHOWN = 1_000  # problems
_FORMAT_OF = {".csv": "csv", ".json": "json", ".md": "md", ".xlsx": "xlsx"}
_OTHERS = (".xls", ".xlsm", ".ods", ".pdf", ".doc", ".docx", ".html", ".htm", ".parquet")
_WORDS = {"table": "a table as text", "csv": "CSV", "json": "JSON", "md": "Markdown", "xlsx": "an Excel workbook"}


@dataclass(frozen=True)
class Session:
    """One call of a command: its shared options, and what they mean."""

    options: Shared

    @cached_property
    def dataset(self) -> Dataset:
        """The data in use; what was left out is told on standard error."""
        dataset = read_dataset(self.options.data, as_published=self.options.as_published)
        for notice in dataset.notices:
            say(notice, err=True)
        return dataset

    def review(self) -> Review:
        """The one series that the options mean. Raises `ChoiceError`."""
        return Review.of(self.dataset, self.options.series, self.options.framework)

    def reviews(self) -> list[Review]:
        """All series of the framework, or the one named. Raises `ChoiceError`."""
        if self.options.series is not None:
            return [self.review()]
        reviews = Review.all_of(self.dataset, self.options.framework)
        if not reviews:
            framework = self.dataset.choose_framework(self.options.framework)
            raise ChoiceError(
                f"{framework.id} has no series. Begin one: modellaw init FOLDER --series ID --framework {framework.id}"
            )
        return reviews

    @property
    def lists_all(self) -> bool:
        """Whether the result goes into a document, which has room for all, and not on a terminal."""
        output = self.options.output
        return self.options.format in ("md", "xlsx") or (output is not None and output.suffix.lower() == ".xlsx")

    def show(
        self,
        pages: Callable[[], Page | list[Page]],
        frames: Callable[[], Mapping[str, pd.DataFrame]],
        parameters: Mapping[str, object] | None = None,
        document: Callable[[], dict[str, object]] | None = None,
        *,
        reviews: Iterable[Review] = (),
    ) -> None:
        """Show a result in the format asked for, on standard output or in a file.

        `frames`: the first is the one of CSV; JSON has `parameters` and all of them, unless there is a `document`.
        `reviews`: whose result it is, which a workbook says.
        """
        options = self.options
        self._check_suffix()
        suffix = options.output.suffix.lower() if options.output else ""
        if options.format == "json":
            tables = {} if document else {name: records(frame) for name, frame in frames().items()}
            self.write_text(json_text(document() if document else {**(parameters or {}), **tables}))
        elif options.format == "csv":
            self.write_text(csv_text(next(iter(frames().values()))))
        elif options.format == "xlsx" or suffix == ".xlsx":
            self._write_workbook(_listed(pages()), list(reviews), suffix)
        elif options.format == "md":
            self.write_text(markdown_of(self._typed(pages())))
        elif options.output is None:
            show(self._typed(pages()), sys.stdout)
        else:
            stream = io.StringIO()
            show(self._typed(pages()), stream)
            self.write_text(stream.getvalue())

    def _check_suffix(self) -> None:
        """No file says by its name that it holds something else. Raises `click.UsageError`."""
        output, kind = self.options.output, self.options.format
        suffix = output.suffix.lower() if output else ""
        if output is None or (kind == "table" and suffix == ".xlsx"):
            return
        named = _FORMAT_OF.get(suffix)
        if named and named != kind:
            raise click.UsageError(
                f"“{output.name}” would hold {_WORDS[kind]}: add --format {named}, or name it otherwise."
            )
        if suffix in _OTHERS:
            raise click.UsageError(f"“{output.name}” would hold {_WORDS[kind]}: name it otherwise.")

    def _typed(self, pages: Page | list[Page]) -> list[Page]:
        """The pages; what they advise to type bears the options by which these data were chosen."""
        data = f" --data {shlex.quote(str(self.options.data))}" if self.options.data else ""
        chosen = data + (" --as-published" if self.options.as_published else "")
        found = []
        for page in _listed(pages):
            blocks = [
                Next(tuple(f"{one}{chosen}" if "--help" not in one else one for one in block.commands))
                if isinstance(block, Next)
                else block
                for block in page.blocks
            ]
            found.append(replace(page, blocks=blocks))
        return found

    def _write_workbook(self, pages: list[Page], reviews: list[Review], suffix: str) -> None:
        from review.report.workbook import result_bytes  # with XlsxWriter, which other formats do without

        if suffix != ".xlsx" or self.options.output is None:
            raise click.UsageError("A workbook is a file: name it with --output FILE.xlsx.")
        self.write_file(self.options.output, result_bytes(pages, reviews), replace=self.options.force)
        say(str(self.options.output.resolve()))
        for page in pages:
            say(f"  {page.name}: {page.title}")

    def write_text(self, text: str) -> None:
        """Write a text to standard output, or to the file that was named. Data are in UTF-8, whatever the terminal speaks."""
        content = text.encode("utf-8", "replace")
        if self.options.output is None:
            click.echo(content, nl=False)
        else:
            self.write_file(self.options.output, content, replace=self.options.force)
            say(str(self.options.output.resolve()))

    def write_file(self, path: Path, content: bytes, *, replace: bool) -> None:
        """Write a file whole or not at all, and never among the tables of a data folder. Raises `OutputError`."""
        check_not_in_data(path, self.options.data)
        write_files({path: content}, replace=replace)


def _listed(pages: Page | list[Page]) -> list[Page]:
    return pages if isinstance(pages, list) else [pages]


def say(text: str, *, err: bool = False) -> None:
    """Print a line, without what a terminal would obey."""
    click.echo(printable(text), err=err)


@contextlib.contextmanager
def reported(context: click.Context) -> Iterator[None]:
    """Report the errors of the library, each in the way of its kind."""
    try:
        yield
    except ChoiceError as error:
        raise click.UsageError(str(error), context) from None
    except OutputError as error:
        raise click.ClickException(str(error)) from None
    except DataError as error:
        stop_with_problems(error.problems)


class _Command(click.Command):
    """A command that reports the errors of the library."""

    def invoke(self, ctx: click.Context) -> object:
        """Run it."""
        with reported(ctx):
            return super().invoke(ctx)


def command(*names: str, name: str | None = None) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command with the shared options of these names; its first parameter is the `Session`."""

    def decorate(function: Callable[..., None]) -> click.Command:
        @functools.wraps(function)
        def call(*_: object, **values: Any) -> None:
            context = click.get_current_context()
            shared = {key: values.pop(key) for key in shared_names(*names)}
            function(Session((context.obj or Shared()).updated(context, shared)), **values)

        return click.command(name=name, cls=_Command)(shared_options(*names)(call))

    return decorate


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
