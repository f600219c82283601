"""The types of parameters, and the options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["IdParam", "PathParam", "Shared", "TextParam", "narrowing_options", "shared_names", "shared_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Shared:
    """The options that may stand before a command or after it."""

    data: Path | None = None
    as_published: bool = False
    framework: str | None = None
    series: str | None = None
    format: str = "table"
    output: Path | None = None
    force: bool = False

    def updated(self, context: click.Context, values: dict[str, Any]) -> Shared:
        """These options, and those typed after the command in their place."""
        typed = click.core.ParameterSource.COMMANDLINE
        return replace(self, **{name: v for name, v in values.items() if context.get_parameter_source(name) is typed})


class PathParam(click.Path):
    """A path that is named: an empty text is none, not the current folder."""

    def __init__(self, *, file: bool = False) -> None:
        super().__init__(path_type=Path, dir_okay=not file)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or wrong usage."""
        if value == "":
            self.fail("An empty text names no file or folder.", param, ctx)
        return super().convert(value, param, ctx)


class TextParam(click.ParamType):  # type: ignore[type-arg]  # generic in later releases of click alone
    """A text without spaces around it; no text of spaces."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text, or wrong usage."""
        if not isinstance(value, str) or not value:
            return value
        text = " ".join(value.replace("\u200b", "").split())
        if not text:
            self.fail("A text of spaces says nothing.", param, ctx)
        return text


class IdParam(TextParam):
    """The id of a series: it names a folder, and is never a path."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The id, or wrong usage."""
        text = super().convert(value, param, ctx)
        from country_data.schema import is_device, is_id  # with pandas, which the help does without

        if isinstance(text, str) and (not is_id(text) or is_device(text)):
            rule = "it begins with a small letter; then small letters, digits and _; no name of a device."
            self.fail(f"“{text}” is no id: {rule}", param, ctx)
        return text


def _format(*choices: str, help_text: str) -> Callable[[Decorated], Decorated]:
    return click.option("--format", type=click.Choice(choices), default=choices[0], show_default=True, help=help_text)


_FORMATS = ("table", "csv", "json", "md", "xlsx")

_OPTIONS = {
    "data": click.option(
        "--data",
        type=PathParam(),
        envvar="MODELLAW_DATA",
        help="A data folder of your own, read on top of the embedded data.",
    ),
    "as_published": click.option(
        "--as-published", is_flag=True, help="Editions as they were published, without corrections."
    ),
    "framework": click.option("--framework", help="The framework of criteria, by id."),
    "series": click.option("--series", help="The series of findings, by id."),
    "format": _format("table", "csv", "json", help_text="A table to read, CSV or JSON."),
    "format_all": _format(
        *_FORMATS, help_text="A table to read, CSV, JSON, Markdown, or an Excel workbook (with --output)."
    ),
    "output": click.option("--output", "-o", type=PathParam(file=True), help="Write to this file."),
    "force": click.option("--force", is_flag=True, help="Replace the file if it is there."),
}


def narrowing_options(function: Decorated) -> Decorated:
    """Add the options that narrow a result to countries."""
    for option in (
        click.option("--country", "countries", multiple=True, help="Only this country (may be given again)."),
        click.option("--region", help="Only countries of this UN region or subregion."),
    ):
        function = option(function)
    return function


def shared_names(*names: str) -> list[str]:
    """The parameters that the shared options of these names give to a command."""
    return [name.removesuffix("_all") for name in names] + (["as_published"] if "data" in names else [])


def shared_options(*names: str) -> Callable[[Decorated], Decorated]:
    """Add the shared options of these names; whoever reads data may read them without corrections."""

    def decorate(function: Decorated) -> Decorated:
        for name in reversed([*names, "as_published"] if "data" in names else names):
            function = _OPTIONS[name](function)
        return function

    return decorate
