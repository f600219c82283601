"""Which column of a table holds what: countries, the answers to a criterion, a source, a note."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from country_data import fold, nearest
from country_data.schema import EVIDENCE
from criteria import Framework

__all__ = [
    "ANSWER",
    "BEFORE",
    "COUNTRY",
    "CRITERION",
    "FIELDS",
    "ColumnMeaning",
    "Columns",
    "as_typed",
    "heading_key",
    "heading_meanings",
    "match_columns",
    "meanings",
    "near_heading",
    "parse_meaning",
]

COUNTRY, CRITERION, ANSWER = "country", "criterion", "answer"
EDITION, SERIES = "edition", "series"  # where a table holds several: only rows of the one asked for are read
FIELDS = ("answer", "source", *EVIDENCE)
BEFORE = ": in "  # between a criterion and the edition before, in a template: never imported
_IGNORED = "-"  # a column that a user leaves out by name
_MIN_LETTERS = 4  # letters of a heading that may be misspelled rather than another
_SPELLINGS = {
    COUNTRY: "country code iso iso3 iso_code iso3166 alpha3 state jurisdiction territory country_or_territory country_territory nation member_state economy country_name country_code name pays land país paese страна 国 國 国家 国名 البلد",
    CRITERION: "criterion criterion_id question item",
    ANSWER: "answer value response status réponse respuesta 回答",
    "source": "source sources source_id",
    "locator": "locator page where_in_it reference",
    "citation": "citation statute article law_citation provision",
    "quote": "quote quotation passage text_of_the_law",
    "effective": "effective effective_date in_effect in_force date",
    "cause": "cause",
    "note": "note notes comment comments remark remarks",
    EDITION: "edition",
    SERIES: "series",
}


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What a column holds: a field (`country`, `answer`, `note`, …), of a criterion where it is of one alone."""

    field: str
    criterion: str = ""

    def __str__(self) -> str:
        return (
            f"{self.criterion}: {self.field}"
            if self.criterion and self.field != ANSWER
            else self.criterion or self.field
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """A row of headings understood: what each column holds, in which two things fit, and which are left out."""

    holds: dict[int, ColumnMeaning]
    unsettled: dict[int, tuple[ColumnMeaning, ...]]
    left_out: tuple[int, ...]
    other_countries: tuple[int, ...] = ()  # columns that name the country once more, as by its code

    @property
    def long(self) -> bool:
        """Whether a column names the criterion, so that a row is one answer."""
        return any(one.field == CRITERION for one in self.holds.values())

    @property
    def fits(self) -> int:
        """How well these headings make a table: the columns understood, none without a country or an answer."""
        fields = [one.field for one in self.holds.values()] + [one[0].field for one in self.unsettled.values()]
        enough = COUNTRY in fields and (ANSWER in fields or CRITERION in fields)
        return len(fields) if enough else len(fields) - 100 if COUNTRY in fields else -1000


def heading_key(text: str) -> str:
    """A heading as it is compared: its plain letters; one of signs alone as it stands. Only no heading is ""."""
    return fold(text) or " ".join(text.split())


def heading_meanings(framework: Framework) -> dict[str, tuple[ColumnMeaning, ...]]:
    """What each known heading means, by its plain letters; several things where several fit."""
    by_text: dict[str, dict[ColumnMeaning, None]] = {}

    def add(text: str, holds: ColumnMeaning) -> None:
        if fold(text):
            by_text.setdefault(fold(text), {})[holds] = None

    for criterion in framework.criteria:
        names = {criterion.id, criterion.title, criterion.short, criterion.question}
        names |= {
            text
            for wording in framework.wordings
            if wording.criterion == criterion.id
            for text in (wording.text, wording.heading)
        }
        for name in names:
            if fold(name) not in (COUNTRY, "code"):  # which head the countries in every template
                add(name, ColumnMeaning(ANSWER, criterion.id))
    for field, written in _SPELLINGS.items():
        for text in written.split():
            add(text, ColumnMeaning(field))
    return {text: tuple(meanings) for text, meanings in by_text.items()}


def parse_meaning(text: str, framework: Framework) -> ColumnMeaning | None:
    """What a user names on the right of `--map Heading=…`: a criterion, `criterion:field`, a field, or "-" for none."""
    name, _, field = text.partition(":")
    name, field = name.strip(), field.strip()
    if text.strip() == _IGNORED:
        return ColumnMeaning("")
    if name in framework.criterion_ids and (field or ANSWER) in FIELDS:
        return ColumnMeaning(field or ANSWER, name)
    return ColumnMeaning(name) if name in _SPELLINGS and not field else None


def match_columns(
    headings: list[str], known: Mapping[str, tuple[ColumnMeaning, ...]], settled: Mapping[str, ColumnMeaning]
) -> Columns:
    """What each column holds. `settled`: what a user said, by `heading_key`."""
    holds: dict[int, ColumnMeaning] = {}
    unsettled: dict[int, tuple[ColumnMeaning, ...]] = {}
    named = any(one.field == COUNTRY for text, one in settled.items() if text in set(map(heading_key, headings)))
    countries: list[tuple[int, int]] = []
    passed: set[int] = set()
    order = [fold(text) for text in _SPELLINGS[COUNTRY].split()]
    for column, heading in enumerate(headings):
        key = heading_key(heading)
        if key and key in settled:
            if settled[key].field:
                holds[column] = settled[key]
            continue
        candidates = meanings(heading, known)
        if not candidates:
            if any(one.criterion for one in known.get(fold(heading.rpartition(BEFORE)[0]), ())):
                passed.add(column)  # an edition before, in a template
            continue
        if candidates[0].field == COUNTRY and len(candidates) == 1:
            countries.append((order.index(key), column))
        elif len(candidates) == 1:
            holds[column] = candidates[0]
        else:
            unsettled[column] = candidates
    is_long = any(one.field == CRITERION for one in holds.values())
    for column, candidates in list(unsettled.items()):
        # beside a column of criteria none is of one criterion; without one, none is of the answers to all
        fitting = [one for one in candidates if (not one.criterion if is_long else one != ColumnMeaning(ANSWER))]
        if ColumnMeaning(COUNTRY) in candidates and not countries and not named:
            fitting = [ColumnMeaning(COUNTRY)]  # every table has such a column
        if fitting == [ColumnMeaning(COUNTRY)]:
            countries.append((order.index(heading_key(headings[column])), column))
        elif len(fitting) == 1:
            holds[column] = fitting[0]
        else:
            continue
        del unsettled[column]
    if countries and not named:
        holds[min(countries)[1]] = ColumnMeaning(COUNTRY)
    taken = {*holds, *unsettled, *passed, *(column for _, column in countries)}
    left = tuple(column for column, heading in enumerate(headings) if heading and column not in taken)
    others = tuple(column for _, column in countries if column not in holds and not named)
    return Columns(dict(sorted(holds.items())), unsettled, left, others)


def meanings(heading: str, known: Mapping[str, tuple[ColumnMeaning, ...]]) -> tuple[ColumnMeaning, ...]:
    """All that a heading can mean: a known one, or "criterion: field"."""
    if BEFORE in heading:
        return ()
    whole = known.get(fold(heading), ())
    if whole:
        return whole
    front, _, field = heading.rpartition(":")
    of_field = [one for one in known.get(fold(field), ()) if not one.criterion and one.field in FIELDS]
    of_criterion = [one for one in known.get(fold(front), ()) if one.criterion]
    return tuple(ColumnMeaning(one.field, other.criterion) for one in of_field for other in of_criterion)


def as_typed(option: str, left: str, right: object) -> str:
    """An option as it is typed into a terminal, whose shell finds nothing in it to obey."""
    text = f"{left}={right}"
    quoted = shlex.quote(text)
    return f"{option} {quoted if quoted != text else repr(text)}"


def near_heading(heading: str, known: Mapping[str, tuple[ColumnMeaning, ...]]) -> str:
    """A known heading like this one, as a question with what to type; "" where none is."""
    near = nearest(fold(heading), known, most=1, cutoff=80) if len(fold(heading)) >= _MIN_LETTERS else []
    if not near:
        return ""
    typed = f" Then type: {as_typed('--map', heading, known[near[0]][0])}" if len(known[near[0]]) == 1 else ""
    return f" Did you mean “{near[0]}”?{typed}"
