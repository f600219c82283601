"""What the rows of an input table state, by country and criterion; what can't be taken is a problem of its cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from country_data import Place, Problems, did_you_mean, fold, nearest
from country_data.characters import name_of, unguarded, unusable
from country_data.problems import one_of
from country_data.schema import ANSWERS, MOST_TEXT, is_date, same_number
from review.importer.headings import ANSWER, CRITERION, EDITION, SERIES, ColumnMeaning, as_typed, heading_meanings
from review.importer.spellings import TICKS, match_answer, meanings_of, plain, spellings, without_marks
from review.importer.table import InputTable
from review.review import Review
from review.wording import plural

__all__ = ["LINE_END", "SUGGESTED", "CellRef", "Match", "ParsedRows", "Row", "parse_rows"]

_EXACT, _ALIAS, SUGGESTED = "exactly", "by alias", "by suggestion"
_MIN_LIKENESS = 80  # of 100: below, a country is named as a question and never taken by suggestion
_MOST_GUESSED, _LONGEST_NAME = 200, 200  # names for which a country is looked for, and letters of one
_LONGEST_SIGN = 40
LINE_END = re.compile(r"\r\n|\r|\x0b|\x0c")  # a soft line break of Word among them

CellRef = tuple[int, int]  # row and column of a cell in the input table, from 0


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
    """What a table states of a country's criterion, field by field, with the cells it stands in."""

    texts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, CellRef] = field(default_factory=dict)

    @property
    def first_cell(self) -> CellRef:
        """The cell that stands for the row."""
        return next(iter(self.cells.values()))


@dataclass(frozen=True)
class ParsedRows:
    """The rows of a table: what they state by country and criterion, how countries matched, and what is wrong."""

    answers: dict[tuple[str, str], Row]
    matches: tuple[Match, ...]
    notes: tuple[str, ...]
    problems: Problems


def parse_rows(
    table: InputTable, review: Review, edition: str, marks: Mapping[str, str], countries: Mapping[str, str]
) -> ParsedRows:
    """Parse every row of a table that is of this edition.

    `marks`: the words that signs stand for, by their plain letters; `countries`: the codes of names that were taken
    by suggestion before.
    """
    parser = _Parser(table, review, edition, {**spellings(review.framework), **marks}, countries)
    answers = parser.parse()
    return ParsedRows(answers, tuple(parser.matches), tuple(parser.notes), parser.problems)


class _Parser:
    """One pass over the rows of a table."""

    def __init__(
        self, table: InputTable, review: Review, edition: str, known: Mapping[str, str], countries: Mapping[str, str]
    ) -> None:
        self.table, self.review, self.edition, self.known, self.countries = table, review, edition, known, countries
        meanings = heading_meanings(review.framework)
        self.criteria = {text: tuple(one for one in all_ if one.criterion) for text, all_ in meanings.items()}
        self.matches: list[Match] = []
        self.notes: list[str] = []
        self.problems = Problems()
        self.unknown: set[str] = set()
        # in a column of answers with ticks a lone x means no
        self.crosses = dict.fromkeys(self._columns_with_ticks(), review.framework.lowest)

    def parse(self) -> dict[tuple[str, str], Row]:
        table, registry = self.table, self.review.registry
        first_of: dict[str, tuple[int, str]] = {}
        found: dict[tuple[str, str], Row] = {}
        first_rows: dict[tuple[str, str], int] = {}
        passed, others = 0, set[str]()
        for row, text, cells in table.rows():
            place = table.place(row, table.country_column)
            if self._of_another(cells):
                others.update(text for _, text, one in cells if one.field in (EDITION, SERIES))
                passed += 1
                continue
            stated = [one for _, _, one in cells if one.criterion or one.field in (ANSWER, CRITERION)]
            if not stated and not (text and registry.find(without_marks(text))):
                if text:
                    self.notes.append(f"{place}: “{text[:60]}” has no answers and is passed over.")
                continue
            code = self._country(text, row)
            if code is None or self._contradicted(code, text, row):
                continue
            if not table.columns.long and code in first_of:
                other_row, other = first_of[code]
                message = f"“{text}” is {registry.name(code)}, and so is “{other}” ({table.place(other_row, table.country_column)})."
                self.problems.add(place, message, "Keep one row for each country.")
                continue
            first_of.setdefault(code, (row, text))
            for criterion, one in self._answers_of(row, cells).items():
                if (code, criterion) in found:
                    other_place = table.place(first_rows[code, criterion], table.country_column)
                    message = f"{code} {criterion} stands twice, also in {other_place}."
                    self.problems.add(place, message, "Keep one row for each country and criterion.")
                    continue
                first_rows[code, criterion] = row
                found[code, criterion] = one
        if passed:
            named = ", ".join(sorted(others)[:8])
            self.notes.append(f"{plural(passed, 'row')} of other editions or series passed over ({named}).")
        return found

    def _columns_with_ticks(self) -> list[int]:
        rows = self.table.sheet.rows[self.table.header_row + 1 :]
        answers = [n for n, one in self.table.columns.holds.items() if one.field == ANSWER]
        return [n for n in answers if any(plain(row[n]) in TICKS for row in rows if n < len(row))]

    def _of_another(self, cells: list[tuple[int, str, ColumnMeaning]]) -> bool:
        """Whether a row is of another edition or series."""
        series = self.review.series
        if any(one.field == SERIES and text != series.id for _, text, one in cells):
            return True
        return any(one.field == EDITION and not self._same_edition(text) for _, text, one in cells)

    def _same_edition(self, text: str) -> bool:
        """Whether a cell names this edition: a spreadsheet makes 9 of 09, where there is no edition 9."""
        if text == self.edition or text in self.review.series.editions:
            return text == self.edition
        return same_number(text, self.edition)

    def _contradicted(self, code: str, text: str, row: int) -> bool:
        """Whether another column of the row names another country, as where one of them alone was sorted."""
        cells, registry = self.table.sheet.rows[row], self.review.registry
        for column in self.table.columns.other_countries:
            other = cells[column] if column < len(cells) else ""
            other_code = registry.find(without_marks(other)) if other else None
            if other_code is not None and other_code != code:
                option = as_typed("--map", self.table.headings[column], "country")
                message = f"“{other}” is {registry.name(other_code)}, but the row is of “{text}”."
                remedy = f"Correct the row, or say which column holds: {option}."
                self.problems.add(self.table.place(row, column), message, remedy)
                return True
        return False

    def _country(self, text: str, row: int) -> str | None:
        """The code of a row's country; what is not exactly one is a problem, with what it may be."""
        registry, column = self.review.registry, self.table.country_column
        place = self.table.place(row, column)
        fault = self.table.sheet.faults.get((row, column))
        if fault or not text:
            self.problems.add(place, *(fault or ("This row has answers, but no country.", "Name the country.")))
            return None
        bare = without_marks(text)
        code = registry.find(text) or registry.find(bare) or registry.find(self.countries.get(text, ""))
        if code is not None:
            how = _EXACT if text in (code, registry.name(code)) else _ALIAS
            self.matches.append(Match(text, code, registry.name(code), how, place))
            return code
        self.unknown.add(text)
        short = bare[:_LONGEST_NAME]
        near = registry.nearest(short) if len(self.unknown) <= _MOST_GUESSED else []
        several = [name for name in near if fold(text) in fold(name)]
        if len(several) <= 1 and near and registry.likeness(short, registry.resolve(near[0])) >= _MIN_LIKENESS:
            code = registry.resolve(near[0])
            self.matches.append(Match(text, code, near[0], SUGGESTED, place))
            return code
        names = " or ".join(f"{registry.resolve(name)} ({name})" for name in several)
        remedy = "Write its name or code as modellaw list countries has it, or add it to countries.csv."
        remedy = f"Which one: {names}?" if several else remedy
        self.problems.add(place, f"“{text[:_LONGEST_NAME]}” is not exactly one country.", remedy)
        return None

    def _answers_of(self, row: int, cells: list[tuple[int, str, ColumnMeaning]]) -> dict[str, Row]:
        """What a row states, by criterion; a note or a source of the whole row goes to each of its answers."""
        found: defaultdict[str, Row] = defaultdict(Row)
        of_row: list[tuple[str, str, CellRef]] = []
        criterion = ""
        for column, text, one in cells:
            cell = (row, column)
            fault = self.table.sheet.faults.get(cell)
            if fault:
                self.problems.add(self.table.place(*cell), *fault)
            elif one.field == CRITERION:
                criterion = self._criterion(text, cell)
            elif one.field not in (EDITION, SERIES):
                value = self._value(text, one, cell)
                if value and one.criterion:
                    found[one.criterion].texts[one.field] = value
                    found[one.criterion].cells[one.field] = cell
                elif value:
                    of_row.append((one.field, value, cell))
        if self.table.columns.long:
            if criterion:
                for name, value, cell in of_row:
                    found[criterion].texts[name], found[criterion].cells[name] = value, cell
            elif of_row and not any(one.field == CRITERION for _, _, one in cells):
                place = self.table.place(row, self.table.country_column)
                self.problems.add(place, "This row names no criterion.", "Name it.")
            return dict(found) if criterion else {}
        answered = [one for one in found.values() if ANSWER in one.texts]
        if of_row and not answered:
            name, value, cell = of_row[0]
            place = self.table.place(*cell)
            self.notes.append(f"{place}: the {name} “{value[:60]}” belongs to no answer and is passed over.")
        for one_row in answered:
            for name, value, cell in of_row:
                one_row.texts.setdefault(name, value)
                one_row.cells.setdefault(name, cell)
        return dict(found)

    def _criterion(self, text: str, cell: CellRef) -> str:
        candidates = self.criteria.get(fold(text), ())
        if len(candidates) == 1:
            return candidates[0].criterion
        allowed = self.review.framework.criterion_ids
        remedy = did_you_mean(text, allowed) + one_of(allowed, "Criteria are")
        self.problems.add(self.table.place(*cell), f"“{text}” is not exactly one criterion.", remedy)
        return ""

    def _value(self, text: str, one: ColumnMeaning, cell: CellRef) -> str | None:
        """A cell in the words of the data format; None where it can't be taken, which is a problem."""
        if not self.table.sheet.name:  # a text file, which guards texts from being run
            text = unguarded(text)
        text = text if text.isprintable() else LINE_END.sub("\n", text)
        odd, place = unusable(text), self.table.place(*cell)
        allowed = ANSWERS.choices.get(one.field)
        if odd:
            self.problems.add(place, f"This text holds {name_of(odd[0])}.", "Delete that character.")
        elif len(text) > MOST_TEXT:
            self.problems.add(place, f"This text has more than {MOST_TEXT:,} letters.", "Shorten it.")
        elif one.field == ANSWER:
            word = match_answer(text, self.known, cross=self.crosses.get(cell[1]))
            if word is None:
                self._add_unknown_answer(text, place)
            return word
        elif one.field == "effective" and not is_date(text):
            hint = " A date that shows as a number is to be formatted as a date." if text.isdigit() else ""
            self.problems.add(place, f"“{text}” is not a date.", f"Write YYYY, YYYY-MM or YYYY-MM-DD.{hint}")
        elif allowed and plain(text) not in allowed:
            self.problems.add(place, f"“{text}” is not allowed here.", did_you_mean(text, allowed) + one_of(allowed))
        else:
            return plain(text) if allowed else text
        return None

    def _add_unknown_answer(self, text: str, place: Place) -> None:
        framework = self.review.framework
        meanings = meanings_of(text, framework)
        if meanings:
            words, choices = meanings
            sign = without_marks(text)
            options = " or ".join(as_typed("--mark", sign, word) for word in choices)
            self.problems.add(place, f"“{sign}” may be {words}.", f"Say what it means: {options}.")
            return
        words_known = dict.fromkeys(spellings(framework).values())
        allowed = [
            *reversed(framework.grades),
            *(word for word in words_known if word and word not in framework.grades),
        ]
        near = nearest(plain(text)[:_LONGEST_NAME], allowed, most=1, cutoff=80)
        remedy = (f"Did you mean “{near[0]}”? " if near else "") + one_of(allowed)
        if len(text) <= _LONGEST_SIGN:
            remedy += f" Or say which of these it means: {as_typed('--mark', text, '…')}"
        self.problems.add(place, f"“{text[:80]}” is no answer.", remedy)
