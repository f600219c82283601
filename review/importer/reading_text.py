"""A reading as the text of the file in which what is open is settled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from country_data.characters import printable
from review.importer.columns import SKIP, Meanings
from review.importer.words import allowed_answers
from review.wording import plural

if TYPE_CHECKING:
    from review.importer.reading import Reading

__all__ = ["reading_text"]


def reading_text(reading: Reading) -> str:
    """The whole reading: what is settled, what is open with an empty value, and as comments all that was read by itself.

    A line `# "text" = …` settles what it says once its # is taken away.
    """
    named = ", ".join(reading.editions) or reading.edition or ""
    meanings, settled = Meanings.of(reading.review.framework), reading.settled
    lines = [
        f"# How {printable(reading.file)} is read into {reading.review.series.id}{named and f', edition {named}'}.",
        '# A line "text" = "" is open: write what it means between the empty quotation marks.',
        "# A line behind # was read without asking; take the # away to settle it otherwise.",
    ]
    lines += _section(
        "table",
        _table_lines(reading),
        "the sheet, the pages, the lines of its headings, the encoding and the separator",
    )
    lines += _section("columns", _column_lines(reading), f"what each column holds: {meanings.allowed()}")
    for id, (about, found) in _answer_lines(reading).items():
        lines += _section(f"answers.{id}" if id else "answers", found, about)
    about = "a country by its code or name, or skip for a row that is no country"
    lines += _section("countries", _country_lines(reading), about)
    skipped = [text for text, code in settled.countries.items() if code == SKIP]
    rows = [f"rows = [{', '.join(map(_quoted, skipped))}]"] if skipped else []
    lines += _section("skip", rows, "rows that are no country: totals, regions, notes")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # a JSON string is a basic string of TOML, save for the character that TOML wants escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(key: str, value: str, comment: str = "", *, read: bool = False) -> str:
    """A line of the file, with what is said of it; `read`: as a comment, for what was read without asking."""
    said = f"  # {printable(' '.join(comment.split()))}" if comment else ""
    return f"{'# ' if read else ''}{key} = {_quoted(value)}{said}"


def _section(title: str, lines: Iterable[str], about: str) -> list[str]:
    found = list(lines)
    return ["", f"# {about}", f"[{title}]", *found] if found else []


def _table_lines(reading: Reading) -> list[str]:
    settled, rows = reading.settled, reading.settled.rows
    said = {
        "sheet": settled.sheet,
        "pages": settled.pages and f"{settled.pages[0]}:{settled.pages[1]}",
        "rows": rows and f"{rows[0]}:{rows[1]}",
        "encoding": settled.encoding,
        "separator": settled.separator,
    }
    found = [_line(key, value) for key, value in said.items() if value]
    for key in ("sheet", "encoding"):
        asked = "; ".join(f"{one.text}: {one.asked}" for one in reading.open if one.what == key)
        found += [_line(key, "", f"open: {asked}")] if asked else []
    found += [_line(key, value, read=True) for key, value in reading.table.items() if not said.get(key)]
    return found


def _column_lines(reading: Reading) -> list[str]:
    found = [_line(_quoted(name), str(holds)) for name, holds in reading.settled.columns.items()]
    found += [
        _line(_quoted(one.of), "", f"open: {one.cells[0]}, {one.asked}") for one in reading.open if one.what == "column"
    ]
    for one in reading.columns.to_dict("records"):
        if one["state"] in ("read", "unused"):
            found.append(_line(_quoted(one["name"]), one["holds"], f"column {one['column']}: {one['why']}", read=True))
    return found


def _answer_lines(reading: Reading) -> dict[str, tuple[str, list[str]]]:
    """The lines for all criteria under "", and those for one alone under its id, each with what they are for."""
    framework, allowed = reading.review.framework, ", ".join(allowed_answers(reading.review.framework))
    found = {"": (f"what each text means: {allowed}, or skip for nothing recorded", list[str]())}
    found |= {one.id: (f"under {one.short} alone", list[str]()) for one in framework.criteria}
    for criterion, words in reading.settled.answers.items():
        found[criterion][1].extend(_line(_quoted(text), answer) for text, answer in words.items())
    for one in (one for one in reading.open if one.what == "answer"):
        comment = f"open: {plural(one.count, 'cell')}, first {one.cells[0]}, {one.asked}. One of: {allowed}, skip"
        found[one.of][1].append(_line(_quoted(one.text), "", comment))
    read = reading.answers[reading.answers["answer"].notna() & (reading.answers["why"] != "as settled")]
    meanings, asked = (
        read.groupby("text")["answer"].nunique(),
        {one.text for one in reading.open if one.what == "answer"},
    )
    for (text, answer), part in read.groupby(["text", "answer"], sort=False):
        comment = f"{plural(int(part['count'].sum()), 'cell')}, first {part['cell'].iloc[0]}; {part['why'].iloc[0]}"
        for id in [""] if meanings[text] == 1 and text not in asked else part["criterion"]:
            found[id][1].append(_line(_quoted(str(text)), str(answer), comment, read=True))
    return found


def _country_lines(reading: Reading) -> list[str]:
    found = [_line(_quoted(text), code) for text, code in reading.settled.countries.items() if code != SKIP]
    found += [
        _line(_quoted(one.text), "", f"open: {plural(one.count, 'row')}, first {one.cells[0]}; {one.asked}")
        for one in reading.open
        if one.what in ("country", "row") and one.text not in reading.settled.countries
    ]
    found += [
        _line(_quoted(one["text"]), one["code"], f"{one['name']}, by {one['why']}; {one['cell']}", read=True)
        for one in reading.countries[reading.countries["why"] != "as settled"].to_dict("records")
    ]
    for text, cell, why in reading.rows.itertuples(index=False):
        if text not in reading.settled.countries:
            found.append(_line(_quoted(text), SKIP, f"{why}; {cell}", read=True))
    return found
