"""What an import would do: countries matched, answers new, changed and unchanged, and everything that is in the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from country_data import Place, Problems, did_you_mean, fold, nearest
from country_data.corrections import OF_THE_ANSWER, corrected
from country_data.excel import collector_at_rest
from country_data.formats import ANSWERS, CORRECTIONS, FIGURES, LAW_CHANGES, is_date
from country_data.series import check_answers
from country_data.tables import UNUSABLE, Table, empty_table
from criteria import check_series
from review.intake.columns import ANSWER, CRITERION, EDITION, SERIES, Holds, as_typed, known_headings
from review.intake.reading import HandedIn
from review.intake.words import TICKS, answer_of, meanings_of, plain, spellings, without_marks
from review.series_review import Review
from review.wording import counted

__all__ = ["Change", "Match", "Plan", "check_corrections", "plan_import"]

_EXACT, _ALIAS, _SUGGESTED = "exactly", "by alias", "by suggestion"
_LIKE = 80  # of 100: below, a country is named as a question and never taken by suggestion
_MOST_GUESSED, _LONGEST_NAME = 200, 200  # names for which a country is looked for, and letters of one
_CODE_STARTS = ("=", "+", "-", "@")
_LINE_END = re.compile(r"\r\n|\r|\x0b|\x0c")  # a soft line break of Word among them


_At = tuple[int, int]  # row and column of a cell in the table


@dataclass(frozen=True, slots=True)
class Match:
    """A country as it was written, the code it is taken for, and how: exactly, by alias, by suggestion."""

    text: str
    code: str
    name: str
    how: str
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """One answer of the table beside what is recorded. `kind`: new, changed or unchanged."""

    country: str
    criterion: str
    kind: str
    was: str
    becomes: str
    fields: tuple[str, ...]
    at: _At
    handed: HandedIn

    @property
    def place(self) -> Place:
        """Where it stands in the table handed in."""
        return self.handed.place(*self.at)


@dataclass
class Plan:
    """What an import would do. `frame`: the edition's answers as they would be (the columns of answers.csv).

    `overwrites`: changes that replace something recorded; `problems`: what must be settled first;
    `signs`: those among the answers that may mean one thing or another, with how often they stand there;
    `agreed`: the codes of names that a user took by suggestion before; `unknown`: the other names
    that are no country's.
    """

    review: Review
    edition: str
    said: list[str]
    problems: Problems
    matches: list[Match] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    signs: dict[str, int] = field(default_factory=dict)
    agreed: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    correcting: bool = False
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def suggested(self) -> list[Match]:
        """The countries that were taken by suggestion."""
        return [match for match in self.matches if match.how == _SUGGESTED]

    @property
    def overwrites(self) -> list[Change]:
        """The changes that replace something recorded."""
        return [change for change in self.changes if change.kind == "changed" and change.fields]

    @property
    def reviewed(self) -> str:
        """How many countries the edition covers, as editions.csv states it; "" where it does not."""
        return str(self.review.series.editions.set_index("edition").at[self.edition, "reviewed"])

    def count(self, kind: str) -> int:
        """How many answers are new, changed or unchanged."""
        return sum(change.kind == kind for change in self.changes)


class _Cells(Mapping[tuple[int, str], Place]):
    """Where the cells of planned answers stand in the table handed in; places are made when one is asked for."""

    def __init__(self, handed: HandedIn, at: dict[tuple[int, str], _At]) -> None:
        self.handed, self.at = handed, at

    def __getitem__(self, key: tuple[int, str]) -> Place:
        return self.handed.place(*self.at[key])

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self.at)

    def __len__(self) -> int:
        return len(self.at)


@dataclass(slots=True)
class _Row:
    """What a table says of a country's criterion, field by field, with the places it stands in."""

    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, _At] = field(default_factory=dict)


def plan_import(
    handed: HandedIn,
    review: Review,
    edition: str,
    *,
    marks: Mapping[str, str],
    source: str = "",
    countries: Mapping[str, str] | None = None,
    correcting: bool = False,
) -> Plan:
    """Plan the import of a table into an edition of a series; nothing is written.

    `marks`: what a user said signs mean, by their plain letters. `source`: the id for answers that
    bring none; else the edition's. `countries`: the codes of names that were taken by suggestion
    before. `correcting`: what is recorded stays, and what differs will stand beside it. What is wrong
    is noted in the plan's problems, each with its cell.
    """
    plan = Plan(review, edition, list(handed.said), Problems(), agreed=dict(countries or {}), correcting=correcting)
    with collector_at_rest():
        given = _rows(handed, plan, {**spellings(review.framework), **marks})
        _merge(given, plan, handed, source or _edition_source(review, edition))
    return plan


def _edition_source(review: Review, edition: str) -> str:
    editions = review.series.editions.set_index("edition")
    return str(editions.at[edition, "source"])


def _rows(handed: HandedIn, plan: Plan, known: Mapping[str, str]) -> dict[tuple[str, str], _Row]:
    """What the table says, by country and criterion."""
    framework = plan.review.framework
    crosses = _crosses(handed, framework.lowest)
    names = {text: held for text, held in known_headings(framework).items() if held[0].criterion}
    codes: dict[str, tuple[int, str]] = {}
    found: dict[tuple[str, str], _Row] = {}
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
    own = {EDITION: plan.edition, SERIES: plan.review.series.id}
    return any(one.field in own and not _same_id(text, own[one.field]) for _, text, one in cells)


def _same_id(text: str, id: str) -> bool:
    """Whether a cell names this id; a spreadsheet makes 9 of 09."""
    return text == id or (text.isdecimal() and id.isdecimal() and int(text[:9]) == int(id[:9]))


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
    unknown = len({*plan.unknown, text})
    plan.unknown.add(text)
    near = registry.nearest(without_marks(text)[:_LONGEST_NAME]) if unknown <= _MOST_GUESSED else []
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
    plan.matches.append(Match(text, code, near[0], _SUGGESTED, place))
    return code


def _of_row(
    row: int,
    cells: list[tuple[int, str, Holds]],
    handed: HandedIn,
    plan: Plan,
    known: Mapping[str, str],
    names: Mapping[str, tuple[Holds, ...]],
    crosses: Mapping[int, str],
) -> dict[str, _Row]:
    """What a row says, by criterion; a note or a source of the whole row goes to each of its answers."""
    found: defaultdict[str, _Row] = defaultdict(_Row)
    whole: list[tuple[str, str, _At]] = []
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
    text: str, one: Holds, handed: HandedIn, at: _At, plan: Plan, known: Mapping[str, str], cross: str | None
) -> str | None:
    """What a cell says in the words of the data format; None after noting why it can't be taken."""
    if text.startswith("'") and text[1:2] in _CODE_STARTS:
        text = text[1:]  # so a CSV for spreadsheets keeps a text from being run
    text = _LINE_END.sub("\n", text)
    unusable = UNUSABLE.search(text)
    if unusable:
        name = f"U+{ord(unusable[0]):04X}"
        plan.problems.add(handed.place(*at), f"This text holds the control character {name}.", "Delete that character.")
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
        + f"Allowed are: {', '.join(allowed)}; or say what it means: {as_typed('--mark', text[:20], framework.highest)}.",
    )


def _merge(given: dict[tuple[str, str], _Row], plan: Plan, handed: HandedIn, default: str) -> None:
    """Put what is given on top of what is recorded, and check the result as the data folder would be."""
    review, edition = plan.review, plan.edition
    table = review.series.answer_tables.get(edition) or empty_table("", ANSWERS)
    names = ANSWERS.names
    recorded = {(row["country"], row["criterion"]): row for row in table.frame[list(names)].to_dict("records")}
    merged: dict[tuple[str, str], dict[str, str]] = {key: dict(row) for key, row in recorded.items()}
    elsewhere: dict[tuple[tuple[str, str], str], _At] = {}
    missing: list[_At] = []
    blank = dict.fromkeys(names, "")
    for key, one in given.items():
        old = recorded.get(key)
        if old is None:
            row = merged[key] = blank | one.texts
            row["country"], row["criterion"] = key
            overwritten, filled = [], list(one.texts)
        else:
            row = merged[key]
            overwritten = [
                name for name, text in one.texts.items() if row[name] and _LINE_END.sub("\n", row[name]) != text
            ]
            filled = [name for name in one.texts if not row[name]]
            row.update({name: text for name, text in one.texts.items() if name in overwritten or name in filled})
            if ANSWER in overwritten:
                # what spoke for the former answer does not speak for this one
                gone = [name for name in OF_THE_ANSWER if row[name] and name not in one.texts]
                row.update(dict.fromkeys(gone, ""))
                overwritten += gone
        place = next(iter(one.places.values()))
        if (ANSWER in filled or ANSWER in overwritten) and "source" not in one.texts:
            row["source"] = default
            if not default:
                missing.append(place)
        kind = "new" if old is None else "changed" if overwritten or filled else "unchanged"
        was = "" if old is None else old[ANSWER]
        plan.changes.append(Change(*key, kind, was, row[ANSWER], tuple(overwritten), place, handed))
        for name, where in one.places.items():
            elsewhere[key, name] = where
        elsewhere[key, ""] = place
    _say_what_is_kept(given, recorded, plan, handed)
    if missing:
        plan.problems.add(
            handed.place(*missing[0]),
            f"{counted(len(missing), 'answer')} without a source, and the edition {edition} names none.",
            f"Name one that stands in sources.csv: --source ID, or a column “source”; a new one is added by: modellaw init FOLDER --series {review.series.id} --source ID --source-title “…”.",
        )
    order = {id: n for n, id in enumerate(review.framework.criterion_ids)}
    keys = sorted(merged, key=lambda key: (key[0], order.get(key[1], len(order)), key[1]))
    rows = [merged[key] for key in keys]
    plan.frame = pd.DataFrame({name: [row[name] for row in rows] for name in names}, dtype=str)
    plan.changes.sort(key=lambda change: (change.country, order.get(change.criterion, 0)))
    lines = {key: n for n, key in enumerate(keys)}
    places = {(lines[key], name): at for (key, name), at in elsewhere.items()}
    label = table.label or f"{review.series.label}/answers/{edition}.csv"
    _check(
        plan,
        Table(label, plan.frame, list(range(2, len(keys) + 2)), list(names), elsewhere=_Cells(handed, places)),
        bool(missing),
    )


def _say_what_is_kept(
    given: Mapping[tuple[str, str], _Row],
    recorded: Mapping[tuple[str, str], Mapping[str, str]],
    plan: Plan,
    handed: HandedIn,
) -> None:
    """Say where a cell for an answer is blank and one is recorded: a blank erases nothing."""
    asked = {one.criterion for one in handed.columns.holds.values() if one.field == ANSWER and one.criterion}
    listed = {match.code for match in plan.matches}
    kept = [
        key
        for key, old in recorded.items()
        if old[ANSWER] and key[0] in listed and key[1] in asked and (key not in given or ANSWER not in given[key].texts)
    ]
    if kept:
        plan.said.append(
            f"{counted(len(kept), 'recorded answer')} kept, where this table is blank (first {' '.join(kept[0])}). "
            f"To take one back, write “unknown”, or remove its line in answers/{plan.edition}.csv."
        )


def _check(plan: Plan, table: Table, source_missing: bool) -> None:
    """The problems that the data folder would have with these answers."""
    series = plan.review.series
    found = Problems()
    check_answers(table, set(series.sources["source"]), found)
    if not plan.correcting:
        _check_series(plan, table, found)
    for problem in found:
        if not (source_missing and problem.message == "This answer has no source."):
            plan.problems.add(problem.place, problem.message, problem.remedy, problem.column)
    if not plan.correcting:
        _check_corrected(plan)
    _check_covered(plan, table)


def _check_series(plan: Plan, table: Table, found: Problems) -> None:
    """What the framework finds wrong with an edition's answers alone."""
    alone = replace(
        plan.review.series,
        answer_tables={plan.edition: table},
        figures_table=empty_table("", FIGURES),
        law_changes_table=empty_table("", LAW_CHANGES),
        corrections_table=empty_table("", CORRECTIONS),
    )
    check_series(alone, replace(plan.review.framework, wordings=()), found)


def _check_corrected(plan: Plan) -> None:
    """A correction says what was published: that can't be replaced below it."""
    held = plan.review.series.corrections
    mine = held[held["edition"] == plan.edition]
    corrections = {(row["country"], row["criterion"]): row for row in mine.to_dict("records")}
    for change in plan.changes:
        one = corrections.get((change.country, change.criterion))
        if one is not None and change.becomes != one["was"]:
            plan.problems.add(
                change.place,
                f"{change.country} {change.criterion} is corrected from “{one['was']}” to “{one['becomes']}” in corrections.csv.",
                "What was published stays: correct it with --as-correction, or remove the correction first.",
            )


def check_corrections(plan: Plan, frame: pd.DataFrame) -> None:
    """Note what would contradict itself in the edition with these corrections of the series (as a frame) in place."""
    mine = frame[frame["edition"] == plan.edition].reset_index(drop=True)
    label = f"{plan.review.series.label}/corrections.csv"
    corrections = Table(label, mine, list(range(2, len(mine) + 2)), list(CORRECTIONS.names))
    table = plan.review.series.answer_tables.get(plan.edition) or empty_table("", ANSWERS)
    found = Problems()
    made = corrected({plan.edition: table}, corrections, list(plan.review.series.editions["edition"]), found)
    _check_series(plan, made.get(plan.edition, table), found)
    plan.problems.extend(found)


def _check_covered(plan: Plan, table: Table) -> None:
    """How many countries are covered, and how many would have an answer."""
    series = plan.review.series
    editions = series.editions.set_index("edition")
    reviewed, coverage = editions.loc[plan.edition, ["reviewed", "coverage"]]
    recorded = table.frame.loc[table.frame["answer"] != "", "country"].nunique()
    if reviewed and recorded > int(reviewed):
        plan.problems.add(
            Place(f"{series.label}/editions.csv"),
            f"Edition {plan.edition} covers {reviewed}, but {recorded} countries would have an answer.",
            "Correct “reviewed” there first, or leave it blank.",
        )
    elif reviewed and recorded < int(reviewed) and coverage == "complete":
        plan.problems.add(
            Place(f"{series.label}/editions.csv"),
            f"Edition {plan.edition} is complete and covers {reviewed}, but only {recorded} countries would have an answer.",
            "Write “partial” there until all are in.",
        )
