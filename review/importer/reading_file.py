"""The file of a reading: what a person has settled of a table, parsed, and the whole reading written for them."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from country_data import Place, Problems, did_you_mean
from country_data.problems import one_of
from country_data.toml_file import parse_toml
from review.importer.columns import SKIP, Holds, Meanings
from review.importer.words import allowed_answers, spaced
from review.review import Review

__all__ = ["Settled", "is_encoding", "parse_reading", "read_reading", "span_of"]

_KEY = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[A-Za-z0-9_-]+)\s*=")
_HEADER = re.compile(r"\s*\[\s*([^\]]+?)\s*\]\s*(?:#.*)?$")
_SPAN = re.compile(r"(\d{1,7})(?:\s?[:–-]\s?(\d{1,7}))?", re.ASCII)
_DIGIT = re.compile(r"\d")
_TABLE = ("sheet", "pages", "rows", "encoding", "separator")


@dataclass(frozen=True)
class Settled:
    """What a reading settles; texts with one space wherever there is white space.

    Attributes
    ----------
    label : str
        The name of the file, "" where nothing is settled.
    sheet, encoding, separator : str | None
    pages : tuple[int, int] | None
        The first and the last page of the table, of a PDF.
    rows : tuple[int, int] | None
        The first and the last line of the headings.
    columns : Mapping[str, Holds]
        By heading or letter; "*" for all others.
    answers : Mapping[str, Mapping[str, str]]
        By criterion ("" for all) and text: an answer, or "skip" for nothing recorded.
    countries : Mapping[str, str]
        By text: a code, or "skip".
    lines : Mapping[tuple[str, str], int]
        The line of each key, by its table.
    kept : bool
        Whether it was kept with an edition: a line may be of no use here, and letters name no columns.
    hints : Mapping[str, Mapping[str, str]]
        The answers of another table, which say what its numbers meant there.

    """

    label: str = ""
    sheet: str | None = None
    pages: tuple[int, int] | None = None
    rows: tuple[int, int] | None = None
    encoding: str | None = None
    separator: str | None = None
    columns: Mapping[str, Holds] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    kept: bool = False
    hints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def answer(self, criterion: str, text: str) -> str | None:
        """What a text under a criterion means; None where that is not settled."""
        found = self.answers.get(criterion, {}).get(text)
        return found if found is not None else self.answers.get("", {}).get(text)

    def place(self, table: str, key: str) -> Place:
        """Where a line stands."""
        return Place(self.label, self.lines.get((table, key)))

    def begun_from(self, *, same_edition: bool) -> Settled:
        """What carries over to another table: of answers only wordings, no rows, no rest (*), of another edition no sheet."""
        answers = {
            id: {
                text: word
                for text, word in words.items()
                if sum(map(str.isalpha, text)) >= 3 and not _DIGIT.search(text)
            }
            for id, words in self.answers.items()
        }
        columns = {name: holds for name, holds in self.columns.items() if name != "*"}
        sheet = self.sheet if same_edition else None
        return replace(
            self, sheet=sheet, pages=None, rows=None, columns=columns, answers=answers, hints=self.answers, kept=True
        )

    def hint(self, criterion: str, text: str) -> str:
        """What a sign was settled as before, in words; "" where it was not."""
        answer = self.hints.get(criterion, {}).get(text) or self.hints.get("", {}).get(text)
        return f"; it was {answer} in {self.label.rpartition('/')[2]}" if answer else ""

    def over(self, other: Settled) -> Settled:
        """What both settle, this one first."""
        ids = dict.fromkeys([*other.answers, *self.answers])
        return replace(
            self,
            columns={**other.columns, **self.columns},
            answers={id: {**other.answers.get(id, {}), **self.answers.get(id, {})} for id in ids},
            countries={**other.countries, **self.countries},
        )

    def only(self, used: set[tuple[str, str]]) -> Settled:
        """The lines among those that are used, by table and key."""
        return replace(
            self,
            columns={name: holds for name, holds in self.columns.items() if ("columns", name) in used},
            answers={
                id: {text: word for text, word in words.items() if (f"answers.{id}" if id else "answers", text) in used}
                for id, words in self.answers.items()
            },
            countries={text: code for text, code in self.countries.items() if ("countries", text) in used},
        )


def read_reading(path: Path, label: str, review: Review, problems: Problems) -> Settled:
    """Read the file of a reading; what is wrong with it is added to `problems`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not in UTF-8"
        problems.add(Place(label), f"This reading can't be read: {reason}.", "Name the file of a reading.")
        return Settled(label)
    return parse_reading(text, label, review, problems)


def parse_reading(text: str, label: str, review: Review, problems: Problems) -> Settled:
    """Parse the text of a reading. A line with an empty value is open, and settles nothing."""
    parsed = parse_toml(text, label, problems)
    if parsed is None:
        return Settled(label)
    lines = _lines_of(text)
    meanings, allowed = Meanings.of(review.framework), [*allowed_answers(review.framework), SKIP]

    def wrong(table: str, key: str, message: str, remedy: str) -> None:
        problems.add(Place(label, lines.get((table, key), lines.get(("", table)))), message, remedy)

    known = ("table", "columns", "answers", "countries", "skip")
    for name in parsed:
        if name not in known or not isinstance(parsed[name], dict):
            wrong(
                "", name, f"A reading has no “{name}”.", f"{did_you_mean(name, known)}{one_of(known, 'Its tables are')}"
            )
    tables: dict[str, dict[str, Any]] = {name: parsed[name] for name in known if isinstance(parsed.get(name), dict)}
    answers: dict[str, dict[str, str]] = {"": {}}
    for key, value in tables.get("answers", {}).items():
        if isinstance(value, dict):
            if key not in review.framework.criterion_ids:
                ids = review.framework.criterion_ids
                wrong("", f"answers.{key}", f"There is no criterion “{key}”.", did_you_mean(key, ids) + one_of(ids))
            else:
                answers[key] = value
        else:
            answers[""][key] = value
    for criterion, words in answers.items():
        table = f"answers.{criterion}" if criterion else "answers"
        for key, value in words.items():
            if value not in ("", *allowed):
                wrong(table, key, f"“{value}” is no answer.", did_you_mean(str(value), allowed) + one_of(allowed))
    columns = {}
    for key, value in tables.get("columns", {}).items():
        holds = meanings.parse(value) if isinstance(value, str) else None
        if holds is not None:
            columns[spaced(key)] = holds
        elif value != "":
            near = did_you_mean(str(value), [*meanings.framework.criterion_ids, "country", "note", SKIP])
            wrong("columns", key, f"A column can't hold “{value}”.", f"{near}It holds {meanings.allowed()}.")
    countries = {}
    for key, value in tables.get("countries", {}).items():
        code = SKIP if value == SKIP else review.registry.find(value) if isinstance(value, str) else None
        if code is not None:
            countries[spaced(key)] = code
        elif value != "":
            names = review.registry.nearest(str(value)[:200])
            hint = f"Did you mean {' or '.join(names)}? " if names else ""
            wrong("countries", key, f"“{value}” is not exactly one country.", f"{hint}Write a code, or skip.")
    rows = tables.get("skip", {}).get("rows", [])
    if set(tables.get("skip", {})) - {"rows"} or not (
        isinstance(rows, list) and all(isinstance(one, str) for one in rows)
    ):
        wrong("", "skip", "[skip] holds rows, a list of texts.", 'Write rows = ["TOTAL"].')
        rows = []
    for row in map(spaced, rows):
        if countries.get(row, SKIP) != SKIP:
            wrong("countries", row, f"“{row}” is a country, and is skipped too.", "Remove one of the two lines.")
        countries[row] = SKIP
    settled = {
        criterion: {spaced(key): value for key, value in words.items() if isinstance(value, str) and value}
        for criterion, words in answers.items()
    }
    return _with_table(
        Settled(label, columns=columns, answers=settled, countries=countries, lines=lines),
        tables.get("table", {}),
        wrong,
    )


def _with_table(settled: Settled, table: Mapping[str, Any], wrong: Callable[[str, str, str, str], None]) -> Settled:
    for key, value in table.items():
        if key not in _TABLE or not isinstance(value, str):
            wrong("table", key, f"[table] can't hold {key} = {value!r}.", f"{one_of(_TABLE)} Each is a text.")
    texts = {key: value for key, value in table.items() if key in _TABLE and isinstance(value, str) and value}
    encoding, separator = texts.get("encoding"), texts.get("separator")
    pages, rows = (span_of(texts[key]) if key in texts else None for key in ("pages", "rows"))
    for key, what, span in (("pages", "pages", pages), ("rows", "rows of headings", rows)):
        if key in texts and span is None:
            remedy = 'Write one, as "3", or the first and the last, as "3:4".'
            wrong("table", key, f"“{texts[key]}” are no {what}.", remedy)
    if encoding and not is_encoding(encoding):
        wrong(
            "table",
            "encoding",
            f"There is no encoding “{encoding}”.",
            "Common ones are utf-8, cp1250, cp1252, mac_roman, shift_jis.",
        )
        encoding = None
    if separator and len(separator) != 1:
        wrong("table", "separator", f"“{separator}” is no separator.", 'It is one character: ";" or "\\t" for a tab.')
        separator = None
    return replace(settled, sheet=texts.get("sheet"), pages=pages, rows=rows, encoding=encoding, separator=separator)


def span_of(text: str) -> tuple[int, int] | None:
    """The first and the last number of a span, as 3 or 3:4 or 3-4; None where it is none."""
    match = _SPAN.fullmatch(text.strip())
    found = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    return found if 0 < found[0] <= found[1] else None


def is_encoding(name: str) -> bool:
    """Whether texts may be in an encoding of this name."""
    try:
        return isinstance(codecs.lookup(name).decode(b"\xffa.", "replace")[0], str)
    except (LookupError, ValueError, TypeError):
        return False


def _lines_of(text: str) -> dict[tuple[str, str], int]:
    """The line of each key, by its table and as it is spelled with single spaces; of each table, by ""."""
    lines, table = {}, ""
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = header[1].replace('"', "")
            lines["", table] = number
        elif key:
            name = key[1]
            if name[:1] in "\"'":
                try:
                    name = next(iter(tomllib.loads(f"{name} = 0")))
                except tomllib.TOMLDecodeError:
                    continue
            lines[table, spaced(name)] = number
    return lines
