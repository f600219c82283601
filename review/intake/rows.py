"""What the rows of a table that was handed in say, by country and criterion; what can't be taken is noted with its cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from country_data import Place, did_you_mean, fold, nearest
from country_data.characters import name_of, unguarded, unusable
from country_data.formats import ANSWERS, MOST_TEXT, is_date
from review.intake.columns import ANSWER, CRITERION, EDITION, SERIES, Holds, as_typed, known_headings
from review.intake.reading import HandedIn
from review.intake.words import TICKS, answer_of, meanings_of, plain, spellings, without_marks
from review.wording import counted

if TYPE_CHECKING:
    from review.intake.plan import Plan

__all__ = ["LINE_END", "SUGGESTED", "At", "Match", "Row", "rows_of"]

_EXACT, _ALIAS, SUGGESTED = "exactly", "by alias", "by suggestion"
_LIKE = 80  # of 100: below, a country is named as a question and never taken by suggestion
_MOST_GUESSED, _LONGEST_NAME = 200, 200  # names for which a country is looked for, and letters of one
LINE_END = re.compile(r"\r\n|\r|\x0b|\x0c")  # a soft line break of Word among them


At = tuple[int, int]  # row and column of a cell in the table


@dataclass(frozen=True, slots=True)
class Match:
    """A country as it was written, the code it is taken for, and how: exactly, by alias, by suggestion."""

    text: str
    code: str
    name: str
    how: str
    place: Place


@dataclass(slots=True)
class Row:
    """What a table says of a country's criterion, field by field, with the places it stands in."""

    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, At] = field(default_factory=dict)


def rows_of(handed: HandedIn, plan: Plan, known: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    """What the table says, by country and criterion."""
    framework = plan.review.framework
    crosses = _crosses(handed, framework.lowest)
    names = {text: held for text, held in known_headings(framework).items() if held[0].criterion}
    codes: dict[str, tuple[int, str]] = {}
    found: dict[tuple[str, str], Row] = {}
    first_rows: dict[tuple[str, str], int] = {}
    long = handed.columns.long
    passed, others = 0, set[str]()
    for row, text, cells in handed.rows():
        if _of_another(cells, plan):
            others.update(text for _, text, one in cells if one.field in (EDITION, SERIES))
            passed += 1
            continue
        said = [one for _, _, one in cells if one.criterion or one.field in (ANSWER, CRITERION)]
        if not said and not _is_country(text, plan):
            if text:
                plan.said.append(
                    f"{handed.place(row, handed.country_column)}: “{text[:60]}” has no answers and is passed over."
                )
            continue
        code = _country(text, row, handed, plan)
        if code is None or _contradicted(code, text, row, handed, plan):
            continue
        if not long and code in codes:
            other_row, other = codes[code]
            plan.problems.add(
                handed.place(row, handed.country_column),
                f"“{text}” is {plan.review.registry.name(code)}, and so is “{other}” ({handed.place(other_row, handed.country_column)}).",
                "Keep one row for each country.",
            )
            continue
        codes.setdefault(code, (row, text))
        for criterion, one in _of_row(row, cells, handed, plan, known, names, crosses).items():
            if (code, criterion) in found:
                plan.problems.add(
                    handed.place(row, handed.country_column),
                    f"{code} {criterion} stands twice, also in {handed.place(first_rows[code, criterion], handed.country_column)}.",
                    "Keep one row for each country and criterion.",
                )
                continue
            first_rows[code, criterion] = row
            found[code, criterion] = one
    if passed:
        plan.said.append(
            f"{counted(passed, 'row')} of other editions or series passed over ({', '.join(sorted(others)[:8])})."
        )
    return found


def _of_another(cells: list[tuple[int, str, Holds]], plan: Plan) -> bool:
    """Whether a row says that it is of another edition or series."""
    series = plan.review.series
    if any(one.field == SERIES and text != series.id for _, text, one in cells):
        return True
    there = set(series.editions["edition"])
    return any(one.field == EDITION and not _same_id(text, plan.edition, there) for _, text, one in cells)


def _same_id(text: str, id: str, there: set[str]) -> bool:
    """Whether a cell names this edition: a spreadsheet makes 9 of 09, where there is no edition 9."""
    if text == id or text in there:
        return text == id
    return text.isdecimal() and id.isdecimal() and text.lstrip("0") == id.lstrip("0")


def _crosses(handed: HandedIn, lowest: str) -> dict[int, str]:
    """The columns of answers in which ticks stand: there a lone x means no."""
    found = {}
    for place, one in handed.columns.holds.items():
        if one.field == ANSWER:
            texts = (row[place] for row in handed.sheet.rows[handed.top + 1 :] if place < len(row))
            if any(plain(text) in TICKS for text in texts):
                found[place] = lowest
    return found


def _contradicted(code: str, text: str, row: int, handed: HandedIn, plan: Plan) -> bool:
    """Whether another column of the row names another country, as where one of them alone was sorted."""
    cells = handed.sheet.rows[row]
    for column in handed.columns.other_countries:
        other = cells[column] if column < len(cells) else ""
        found = plan.review.registry.find(without_marks(other)) if other else None
        if found is not None and found != code:
            plan.problems.add(
                handed.place(row, column),
                f"“{other}” is {plan.review.registry.name(found)}, but the row is of “{text}”.",
                f"Correct the row, or say which column holds: {as_typed('--map', handed.headings[column], 'country')}.",
            )
            return True
    return False


def _is_country(text: str, plan: Plan) -> bool:
    return bool(text) and plan.review.registry.find(without_marks(text)) is not None


def _country(text: str, row: int, handed: HandedIn, plan: Plan) -> str | None:
    """The code of a row's country; what is not exactly one is noted, with what it may be."""
    registry = plan.review.registry
    place = handed.place(row, handed.country_column)
    fault = handed.sheet.faults.get((row, handed.country_column))
    if fault or not text:
        plan.problems.add(place, *(fault or ("This row has answers, but no country.", "Name the country.")))
        return None
    code = registry.find(text) or registry.find(without_marks(text)) or registry.find(plan.agreed.get(text, ""))
    if code is not None:
        how = _EXACT if text in (code, registry.name(code)) else _ALIAS
        plan.matches.append(Match(text, code, registry.name(code), how, place))
        return code
    plan.unknown.add(text)
    guessed = len(plan.unknown) <= _MOST_GUESSED
    near = registry.nearest(without_marks(text)[:_LONGEST_NAME]) if guessed else []
    several = [name for name in near if fold(text) in fold(name)]
    if (
        not near
        or len(several) > 1
        or registry.likeness(without_marks(text)[:_LONGEST_NAME], registry.resolve(near[0])) < _LIKE
    ):
        named = " or ".join(f"{registry.resolve(name)} ({name})" for name in several or near[:1])
        hint = (
            f"Which one: {named}?"
            if several
            else "Write its name or code as modellaw list countries has it, or add it to countries.csv."
        )
        plan.problems.add(place, f"“{text[:_LONGEST_NAME]}” is not exactly one country.", hint)
        return None
    code = registry.resolve(near[0])
    plan.matches.append(Match(text, code, near[0], SUGGESTED, place))
    return code


def _of_row(
    row: int,
    cells: list[tuple[int, str, Holds]],
    handed: HandedIn,
    plan: Plan,
    known: Mapping[str, str],
    names: Mapping[str, tuple[Holds, ...]],
    crosses: Mapping[int, str],
) -> dict[str, Row]:
    """What a row says, by criterion; a note or a source of the whole row goes to each of its answers."""
    found: defaultdict[str, Row] = defaultdict(Row)
    whole: list[tuple[str, str, At]] = []
    criterion_of_row = ""
    for column, text, one in cells:
        at = (row, column)
        fault = handed.sheet.faults.get(at)
        if fault:
            plan.problems.add(handed.place(*at), *fault)
        elif one.field in (EDITION, SERIES):
            continue
        elif one.field == CRITERION:
            held = names.get(fold(text), ())
            if len(held) == 1:
                criterion_of_row = held[0].criterion
            else:
                allowed = plan.review.framework.criterion_ids
                plan.problems.add(
                    handed.place(*at),
                    f"“{text}” is not exactly one criterion.",
                    did_you_mean(text, allowed) + f"Criteria are: {', '.join(allowed)}.",
                )
        else:
            value = _value(text, one, handed, at, plan, known, crosses.get(column))
            if value is None or not value:
                continue
            if one.criterion:
                found[one.criterion].texts[one.field] = value
                found[one.criterion].places[one.field] = at
            else:
                whole.append((one.field, value, at))
    if handed.columns.long:
        if not criterion_of_row:
            if whole and not any(one.field == CRITERION for _, _, one in cells):
                plan.problems.add(handed.place(row, handed.country_column), "This row names no criterion.", "Name it.")
            return {}
        for name, value, place in whole:
            found[criterion_of_row].texts[name], found[criterion_of_row].places[name] = value, place
        return dict(found)  # a row that says nothing of its criterion is none
    if whole and not any(ANSWER in one_row.texts for one_row in found.values()):
        name, value, place = whole[0]
        plan.said.append(f"{handed.place(*place)}: the {name} “{value[:60]}” belongs to no answer and is passed over.")
    for one_row in found.values():
        if ANSWER in one_row.texts:
            for name, value, place in whole:
                one_row.texts.setdefault(name, value)
                one_row.places.setdefault(name, place)
    return dict(found)


def _value(
    text: str, one: Holds, handed: HandedIn, at: At, plan: Plan, known: Mapping[str, str], cross: str | None
) -> str | None:
    """What a cell says in the words of the data format; None after noting why it can't be taken."""
    if not handed.sheet.name:  # a text file, which guards texts from being run
        text = unguarded(text)
    text = text if text.isprintable() else LINE_END.sub("\n", text)
    odd = unusable(text)
    if odd:
        plan.problems.add(handed.place(*at), f"This text holds {name_of(odd[0])}.", "Delete that character.")
        return None
    if len(text) > MOST_TEXT:
        plan.problems.add(handed.place(*at), f"This text has more than {MOST_TEXT:,} letters.", "Shorten it.")
        return None
    if one.field == ANSWER:
        word = answer_of(text, known, cross=cross)
        if word is None:
            _note_answer(text, handed.place(*at), plan)
        return word
    if one.field == "effective" and not is_date(text):
        number = " A date that shows as a number is to be formatted as a date." if text.isdigit() else ""
        plan.problems.add(handed.place(*at), f"“{text}” is not a date.", f"Write YYYY, YYYY-MM or YYYY-MM-DD.{number}")
        return None
    allowed = (ANSWERS.choices or {}).get(one.field)
    if allowed and plain(text) in allowed:
        return plain(text)
    if allowed:
        plan.problems.add(
            handed.place(*at),
            f"“{text}” is not allowed here.",
            did_you_mean(text, allowed) + f"Allowed are: {', '.join(allowed)}.",
        )
        return None
    return text


_LONGEST_SIGN = 40


def _note_answer(text: str, place: Place, plan: Plan) -> None:
    framework = plan.review.framework
    meanings = meanings_of(text, framework)
    if meanings:
        said, choices = meanings
        sign = without_marks(text)
        plan.signs[plain(text)] = plan.signs.get(plain(text), 0) + 1
        plan.problems.add(
            place,
            f"“{sign}” may be {said}.",
            f"Say what it means: {' or '.join(as_typed('--mark', sign, word) for word in choices)}.",
        )
        return
    allowed = [
        *reversed(framework.grades),
        *(word for word in dict.fromkeys(spellings(framework).values()) if word and word not in framework.grades),
    ]
    near = nearest(plain(text)[:_LONGEST_NAME], allowed, most=1, cutoff=80)
    plan.problems.add(
        place,
        f"“{text[:80]}” is no answer.",
        (f"Did you mean “{near[0]}”? " if near else "")
        + f"Allowed are: {', '.join(allowed)}."
        + (f" Or say which of these it means: {as_typed('--mark', text, '…')}" if len(text) <= _LONGEST_SIGN else ""),
    )
