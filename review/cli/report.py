"""The command that writes the analysts' workbook."""

from __future__ import annotations

from pathlib import Path

import click

from country_data import ChoiceError
from country_data.problems import unknown_name
from review.cli.options import narrowing_options
from review.cli.session import Session, command, say
from review.compare import narrowing
from review.files import check_not_in_data
from review.report.workbook import Picked, is_own_workbook, report_bytes, sheets
from review.review import Review

__all__ = ["COMMANDS"]


@command("data", "framework", "series", "output", "force")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["xlsx", "html"]),
    help="An Excel workbook, or a web page. [default: by the name of the file, else xlsx]",
)
@click.option("--sheet", "only", multiple=True, help="Only this sheet and the sheets it depends on (repeatable).")
@click.option("--edition", "editions", multiple=True, help="Only this edition (may be given again).")
@narrowing_options
def report(
    session: Session,
    kind: str | None,
    only: tuple[str, ...],
    editions: tuple[str, ...],
    region: str | None,
    countries: tuple[str, ...],
) -> None:
    """Write the analysts' workbook (review.xlsx, or --output FILE).

    With --format html one web page (review.html): a file that opens from disk or from a mail, without a network.
    """
    path = _path(session.options.output, kind)
    if only and path.suffix.lower() == ".html":
        raise click.UsageError("--sheet chooses sheets of a workbook: a web page has none.")
    reviews = session.reviews()
    reviews = _of_editions(reviews, editions) if editions else reviews
    codes, narrowed = narrowing(reviews[0].registry, region, countries)
    reviews = reviews if codes is None else [review.of_countries(codes) for review in reviews]
    check_not_in_data(path, session.options.data)
    if path.suffix.lower() == ".html":
        _write_page(session, path, reviews, codes, narrowed)
        return
    chosen_sheets = sheets(reviews, Picked(among=codes), only)
    replace = session.options.force or is_own_workbook(path)
    session.write_file(path, report_bytes(chosen_sheets, reviews), replace=replace)
    say(str(path.resolve()))
    say(f"  Sheets: {', '.join(page.name for page in chosen_sheets if not page.hidden)}.")


def _path(output: Path | None, kind: str | None) -> Path:
    """Where the report is written; its name says which kind it is. Raises `click.UsageError`."""
    path = output or Path(f"review.{kind or 'xlsx'}")
    rules = {"xlsx": "The workbook's name must end in .xlsx", "html": "The web page's name must end in .html"}
    named = path.suffix.lower().removeprefix(".")
    if kind and named != kind:
        raise click.UsageError(f"{rules[kind]}, not “{path.name}”.")
    if named not in rules:
        raise click.UsageError(f"{rules['xlsx']}, that of a web page in .html, not “{path.name}”.")
    return path


def _write_page(session: Session, path: Path, reviews: list[Review], codes: list[str] | None, narrowed: str) -> None:
    from review.report.html import is_own_page, page_bytes  # with jinja2, which a workbook does without

    replace = session.options.force or is_own_page(path)
    session.write_file(path, page_bytes(reviews, codes, narrowed), replace=replace)
    say(str(path.resolve()))
    say("  one file: it opens from disk or from a mail in any browser, and asks for no network")


def _of_editions(reviews: list[Review], editions: tuple[str, ...]) -> list[Review]:
    """The reviews that have any of these editions, with these alone. Raises `ChoiceError`."""
    chosen: dict[int, list[str]] = {}
    for text in editions:
        is_known = False
        for n, review in enumerate(reviews):
            try:
                chosen.setdefault(n, []).append(review.find_edition(text))
                is_known = True
            except ChoiceError:  # another series may have it
                continue
        if not is_known:
            raise unknown_name("edition", text, dict.fromkeys(id for review in reviews for id in review.edition_ids))
    return [review.of_editions(chosen[n]) for n, review in enumerate(reviews) if chosen.get(n)]


COMMANDS = {"report": report}
