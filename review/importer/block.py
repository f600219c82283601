"""One block of cells read: every column, every spelling of an answer, every country, and what its rows state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from country_data import Place, Problems, did_you_mean, fold
from country_data.characters import name_of, unguarded, unusable
from country_data.names import CountryNames, MatchedCountry
from country_data.problems import column_letters, one_of
from country_data.schema import ANSWERS, EVIDENCE, MOST_TEXT, is_date, same_number
from country_data.text_file import SheetRows
from review.importer.columns import ANSWER, BEFORE, COUNTRY, CRITERION, EDITION, SERIES, SKIP, Headings, Holds, Meanings
from review.importer.reading_file import Settled
from review.importer.words import answer_of, plain, spaced, spelled_answers, without_footnotes
from review.review import Review
from review.wording import plural

__all__ = ["EMPTY", "Block", "Open", "distinct_open", "read_block"]

_MOST_ASKED = 10  # columns of words for answers that are asked for one by one
_SHOWN_CELLS = 3
_MOST_GUESSED = 200  # names for which a country like them is looked for
_YEAR = re.compile(r"(?:1[89]|20|21)\d\d", re.ASCII)
_MIN_COUNTRIES = 0.5  # the share of cells that are countries in a column of countries that has no heading of one
_COLUMNS = ["line", "heading", "holds", "why", "cells"]
_ANSWERS = ["criterion", "text", "answer", "note", "count", "cell", "why"]
_COUNTRIES = ["text", "code", "name", "why", "cell"]
_ROWS = ["text", "cell", "why"]
EMPTY = {
    name: pd.DataFrame(columns=columns)
    for name, columns in (("columns", _COLUMNS), ("answers", _ANSWERS), ("countries", _COUNTRIES), ("rows", _ROWS))
}
STATEMENT = ["edition", "country", "criterion", ANSWER, "source", *EVIDENCE, "row", "column"]


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that has to be settled: what it is, its text, in how many cells, the first of them, and what is asked."""

    what: str
    text: str
    count: int
    cells: tuple[str, ...]
    asked: str = ""
    of: str = ""  # the criterion whose answers it is of, where the same text is read under another one

    def record(self) -> dict[str, object]:
        """The entry as JSON has it."""
        return {"what": self.what, "text": self.text, "count": self.count, "cells": list(self.cells)}


@dataclass
class Block:
    """What was read of a block of cells.

    Attributes
    ----------
    columns, answers, countries, rows : DataFrame
        Each column, each spelling of an answer by criterion, each country, and each row that is left out.
    statements : DataFrame
        A row for each country and criterion of which the block states something: the words of the data format in
        `answer`, `source` and the fields of evidence, with the `row` and `column` of its cell.

    """

    label: str
    sheet: SheetRows
    columns: pd.DataFrame = field(default_factory=lambda: EMPTY["columns"])
    answers: pd.DataFrame = field(default_factory=lambda: EMPTY["answers"])
    countries: pd.DataFrame = field(default_factory=lambda: EMPTY["countries"])
    rows: pd.DataFrame = field(default_factory=lambda: EMPTY["rows"])
    statements: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STATEMENT))
    open: list[Open] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    used: set[tuple[str, str]] = field(default_factory=set)  # the lines of the reading that said something, by table

    def place(self, row: int, column: int) -> Place:
        """Where a cell stands (row and column from 0)."""
        line = self.sheet.lines[row] if row < len(self.sheet.lines) else row + 1
        cell = f"{column_letters(column)}{line}"
        return Place(self.label, sheet=self.sheet.name, cell=cell) if self.sheet.name else Place(self.label, line, cell=cell)

    def cell(self, row: int, column: int) -> str:
        """The address of a cell, with its sheet."""
        return self.place(row, column).cell


def read_block(
    label: str, headings: Headings, review: Review, names: CountryNames, settled: Settled, edition: str | None
) -> Block:
    """Read a block under its headings.

    `edition`: the one the answers are of; None where a column says it, row by row.
    """
    return _Reader(label, headings, review, names, settled, edition).read()


class _Reader:
    """One pass over a block: columns first, then countries, then answers, each by its distinct texts."""

    def __init__(
        self, label: str, headings: Headings, review: Review, names: CountryNames, settled: Settled, edition: str | None
    ) -> None:
        self.headings, self.review, self.names, self.settled, self.edition = headings, review, names, settled, edition
        self.framework, self.meanings = review.framework, Meanings.of(review.framework)
        self.block = Block(label, headings.sheet)
        self.block.notes += headings.sheet.notes
        sheet = headings.sheet
        below = range(headings.last + 1, len(sheet.rows))
        width = max([len(headings.texts), *(len(sheet.rows[n]) for n in below)])
        for texts, blank in ((headings.texts, ""), (headings.means, ()), (headings.under, "")):
            texts += [blank] * (width - len(texts))  # type: ignore[operator, list-item]
        filled = [[*sheet.rows[n], *[""] * (width - len(sheet.rows[n]))] for n in below]
        self.cells = pd.DataFrame(filled, index=below, columns=range(width), dtype=object)
        self.why: dict[int, str] = {}
        self.holds: dict[int, Holds] = {}
        self.asked: dict[int, str] = {}
        self.two_letters: dict[int, bool] = {}

    def read(self) -> Block:
        """Read the block; what is not known is open, what can't be is a problem."""
        self._check_headings()
        self._settle_columns()
        self._read_headings()
        country = self._country_column()
        if country is None:
            self._finish_columns(pd.Series(dtype=object))
            text = ", ".join(spaced(text) for text in self.headings.texts if text)[:200]
            where = self.block.place(self.headings.last, 0)
            remedy = 'Settle which column it is in a reading: "Heading" = "country".'
            self.block.problems.add(where, f"No column here is known to hold the countries (headings: {text}).", remedy)
            return self.block
        codes = self._codes(country)
        editions = self._editions(codes)
        self._judge_columns(country, codes)
        codes, editions = self._sort_rows(country, codes, editions)
        self._finish_columns(codes)
        self._check_faults(country)
        if not any(one.what == "column" for one in self.block.open):
            self._check_enough()
        statements = self._statements(codes, editions)
        self.block.statements = self._read_answers(statements)
        self._check_evidence()
        return self.block

    # columns

    def _check_headings(self) -> None:
        sheet = self.headings.sheet
        for (row, column), (message, remedy) in sheet.faults.items():
            if self.headings.first <= row <= self.headings.last:
                self.block.problems.add(self.block.place(row, column), message, remedy)
        if not sheet.name:
            width = max(len(sheet.rows[n]) for n in range(self.headings.first, self.headings.last + 1))
            ragged = [n for n in self.cells.index if len(sheet.rows[n]) > width and any(sheet.rows[n][width:])]
            if ragged:
                lines = ", ".join(str(sheet.lines[n]) for n in ragged[:8])
                message = f"{plural(len(ragged), 'row')} with more cells than the headings have: line {lines}{' …' if len(ragged) > 8 else ''}."
                remedy = "Often a text with the separator in it lacks its quotation marks, so that all behind it is shifted."
                self.block.problems.add(Place(self.block.label, sheet.lines[ragged[0]]), message, remedy)

    def _settle_columns(self) -> None:
        for name, holds in self.settled.columns.items():
            if name == "*":
                continue
            found = self.headings.column_of(name)
            if len(found) > 1 and holds.field != SKIP:
                letters = " and ".join(map(column_letters, found))
                remedy = f'Name each by its letter: "{column_letters(found[0])}" = …'
                message = f"The heading “{name}” stands over columns {letters}."
                self.block.problems.add(self.settled.place("columns", name), message, remedy)
            for index in found:
                if self.holds.get(index, holds) != holds:
                    message = f"Column {column_letters(index)} is settled twice, as {self.holds[index]} and as {holds}."
                    self.block.problems.add(self.settled.place("columns", name), message, "Remove one of the lines.")
                self.holds[index], self.why[index] = holds, "as settled"
                self.block.used.add(("columns", name))

    def _read_headings(self) -> None:
        """What the headings alone tell of the columns that are not settled."""
        free = [n for n in range(len(self.headings.texts)) if n not in self.holds]
        fields = {one for n in free for one in self.headings.means[n] if not one.criterion} | set(self.holds.values())
        self.is_long = Holds(CRITERION) in fields and Holds(ANSWER) in fields
        for n in free:
            heading, found = self.headings.texts[n], self.headings.means[n]
            if BEFORE in heading and self.meanings.of_heading(heading.partition(BEFORE)[0]):
                self.why[n] = "an edition before, shown beside"
                self.holds[n] = Holds(SKIP)
            elif self.headings.under[n]:
                self.asked[n] = f"stands under {self.framework.criterion(self.headings.under[n]).short}"
            else:
                if self.is_long:
                    fitting = [one for one in found if not one.criterion]
                    if found and not fitting:
                        self.asked[n] = "named like a criterion, beside a column of criteria"
                        continue
                else:
                    unfit = (Holds(ANSWER), Holds(CRITERION), Holds(EDITION) if len(found) > 1 else None)
                    fitting = [one for one in found if one not in unfit]
                if len(fitting) > 1:
                    self.asked[n] = f"may be {' or '.join(map(str, fitting))}"
                elif fitting and fitting[0].field != COUNTRY:
                    self.holds[n], self.why[n] = fitting[0], "its heading"

    def _is_free(self, n: int) -> bool:
        return n not in self.holds and n not in self.asked

    def _matches(self, n: int) -> pd.Series:
        """The country of each cell of a column, None where it is none by itself."""
        texts = self.cells[n]
        distinct = texts[texts != ""].unique()
        self.two_letters[n] = all(re.fullmatch("[A-Z]{2}", text) for text in distinct) and len(distinct) > 1
        found = {text: self._country(text, two_letters=self.two_letters[n]) for text in distinct}
        return texts.map(lambda text: found.get(text))

    def _country(self, text: str, *, two_letters: bool) -> MatchedCountry | None:
        key = spaced(text)
        code = self.settled.countries.get(key)
        if code is not None:
            return MatchedCountry("" if code == SKIP else code, "as settled")
        bare = without_footnotes(text)
        return self.names.find(text, two_letters=two_letters) or self.names.find(bare, two_letters=two_letters)

    def _country_column(self) -> int | None:
        """The column of the countries: as settled, by its heading, or by its cells."""
        settled = [n for n, one in self.holds.items() if one.field == COUNTRY]
        if settled:
            self._ask_twice(settled)
            return settled[0]
        headed = [n for n, means in enumerate(self.headings.means) if Holds(COUNTRY) in means and self._may_be_country(n)]
        others = [n for n in range(len(self.headings.texts)) if self._is_free(n) and n not in headed]
        best, worth, matched = None, (0, 0, 0), {}
        for n in [*headed, *others]:
            column = matched[n] = self._matches(n)
            found = column.dropna()
            share = len(found) / max((self.cells[n] != "").sum(), 1)
            if n in headed or share >= _MIN_COUNTRIES:
                named = sum(one.how != "code" for one in found)
                if (int(n in headed), len(found), named) > worth and len(found):
                    best, worth = n, (int(n in headed), len(found), named)
        if best is None and headed:
            best = headed[0]
        if best is None:
            return None
        self.asked.pop(best, None)
        self.holds[best] = Holds(COUNTRY)
        self.why[best] = "its heading" if best in headed else "its cells are countries"
        for n in headed:
            if n == best or self.why.get(n) or len(self.headings.means[n]) > 1:
                continue  # what may be a criterion too is asked for
            self._check_other(n, matched[n], matched[best])
        return best

    def _may_be_country(self, n: int) -> bool:
        return n not in self.holds and (n not in self.asked or len(self.headings.means[n]) > 1)

    def _check_other(self, n: int, other: pd.Series, mine: pd.Series) -> None:
        """A further column with the heading of countries: it must name the same country in every row, or none at all."""
        self.asked.pop(n, None)
        if other.notna().sum() == 0:
            self.why[n] = "not used: its cells are no countries"
            self.holds[n] = Holds(SKIP)
            return
        rows = mine.notna() & (self.cells[n] != "") & mine.map(lambda one: bool(one and one.code))
        differ = [row for row in mine[rows].index if other[row] is None or other[row].code != mine[row].code]
        if not differ:
            self.why[n], self.holds[n] = "not used: the same countries once more", Holds(SKIP)
            return
        text = self.cells.at[differ[0], n]
        meant = f" is {self.review.registry.name(other[differ[0]].code)}" if other[differ[0]] and other[differ[0]].code else " is no such code or name"
        named = self.review.registry.name(mine[differ[0]].code)
        where = self.block.cell(differ[0], n)
        self.asked[n] = f"disagrees with the countries in {plural(len(differ), 'row')}: {where} “{text}”{meant}, in the row of {named}; country or skip"

    def _codes(self, country: int) -> pd.Series:
        """The code of each row's country; "" for a row that is skipped, None where it is not known."""
        found = self._matches(country)
        return found.map(lambda one: None if one is None else one.code)

    def _editions(self, codes: pd.Series) -> pd.Series:
        """The edition of each row; "" where it is of another edition or series than was asked for."""
        editions = pd.Series(self.edition or "", index=self.cells.index, dtype=object)
        ids, series = set(self.review.series.editions), self.review.series
        for n in range(len(self.headings.texts)):
            texts = self.cells.loc[codes.notna(), n]
            distinct = set(texts[texts != ""])
            if self._is_free(n) and distinct and n not in self.why:
                years = all(_YEAR.fullmatch(text) for text in distinct) or distinct <= ids
                if years and not (self.edition and all(self._edition_of(text) == self.edition for text in distinct)):
                    some = ", ".join(sorted(distinct)[:4])
                    self.asked[n] = f"years or editions ({some}{' …' if len(distinct) > 4 else ''}): edition or skip"
        held = [n for n, one in self.holds.items() if one.field == EDITION]
        self._ask_twice(held)
        for n in held[:1]:
            found = {text: self._edition_of(text) for text in self.cells[n].unique()}
            self.block.used.add(("columns", "edition"))
            rows = self.cells[n].map(found)
            if self.edition is None:
                unknown = sorted({text for text, id in found.items() if id is None and text})
                for text in unknown[:20]:
                    row = self.cells.index[self.cells[n] == text][0]
                    message = f"“{text}” is no edition of {series.id}."
                    remedy = one_of(series.editions, "Editions are") + f" A new one is added by: modellaw init FOLDER --series {series.id} --edition ID."
                    self.block.problems.add(self.block.place(row, n), message, remedy)
                editions = rows.fillna("")
            else:
                others = sorted({text for text, id in found.items() if id != self.edition and text})
                if others:
                    many = int((rows != self.edition).sum())
                    self.block.notes.append(f"{plural(many, 'row')} of other editions left out ({', '.join(others[:8])}).")
                editions = editions.where(rows == self.edition, "")
        for n in [n for n, one in self.holds.items() if one.field == SERIES]:
            other = (self.cells[n] != "") & (self.cells[n] != series.id)
            if other.any():
                named = ", ".join(sorted(self.cells.loc[other, n].unique())[:8])
                self.block.notes.append(f"{plural(int(other.sum()), 'row')} of other series left out ({named}).")
            editions = editions.where(~other, None)
        if self.edition is None and not held:
            editions[:] = ""
        return editions

    def _edition_of(self, text: str) -> str | None:
        """The edition that a cell names: a spreadsheet makes 9 of 09, where there is no edition 9."""
        editions = self.review.series.editions
        return text if text in editions else next((id for id in editions if same_number(text, id)), None)

    def _judge_columns(self, country: int, codes: pd.Series) -> None:
        """What the cells tell of the columns whose headings do not: asked, or not used."""
        holding = [one for one in self.holds.values() if one.field == ANSWER and one.criterion]
        criteria = list(dict.fromkeys(one.criterion for one in holding))
        for n, one in list(self.holds.items()):
            if one.field in EVIDENCE and not one.criterion and not self.is_long and self.why[n] == "its heading":
                if len(criteria) > 1:
                    del self.holds[n]
                    self.asked[n] = f"{one.field} of which criterion? {one.field} (of all), {one.field}:CRITERION, or skip"
        twice: dict[Holds, list[int]] = {}
        for n, one in self.holds.items():
            if one.field != SKIP:
                twice.setdefault(one, []).append(n)
        for columns in twice.values():
            self._ask_twice(columns)
        spelled = spelled_answers(self.framework)
        rows = codes.notna() & (codes != "")
        of_answers = []
        for n in range(len(self.headings.texts)):
            if not self._is_free(n) or n in self.why or n == country or self.is_long:
                continue
            texts = self.cells.loc[rows, n]
            distinct = texts[texts != ""].unique()
            if len(distinct) and all(answer_of(text, spelled) for text in distinct):
                of_answers.append(n)
        if len(of_answers) > _MOST_ASKED and Holds(SKIP) != self.settled.columns.get("*"):
            cells = tuple(self.block.cell(self.headings.last, n) for n in of_answers[:_SHOWN_CELLS])
            asked = f'{len(of_answers)} columns hold words for answers: name those that are criteria, and write "*" = "skip" for the rest'
            self.block.open.append(Open("column", "*", len(of_answers), cells, asked))
            self.why |= dict.fromkeys(of_answers, "asked for together, as *")
        else:
            self.asked |= dict.fromkeys(of_answers, "its cells are words for answers")
        if Holds(SKIP) == self.settled.columns.get("*"):
            for n in [n for n in range(len(self.headings.texts)) if n not in self.holds]:
                self.asked.pop(n, None)
                self.holds[n], self.why[n] = Holds(SKIP), "as settled for the rest (*)"
            self.block.used.add(("columns", "*"))

    def _ask_twice(self, columns: list[int]) -> None:
        """Columns that hold the same: which one does has to be said, where that is not settled."""
        if len(columns) < 2:
            return
        settled = [n for n in columns if self.why.get(n) == "as settled"]
        letters = " and ".join(map(column_letters, columns))
        one = self.holds[columns[0]]
        if len(settled) > 1:
            message = f"Columns {letters} are both settled as {one}."
            place = self.settled.place("columns", self.headings.name_of(settled[1]))
            self.block.problems.add(place, message, "Skip one of them.")
        for n in columns:
            if n in settled:
                continue
            self.holds.pop(n)
            self.why.pop(n, None)
            if settled:  # the settled one is it
                self.holds[n], self.why[n] = Holds(SKIP), f"not used: column {column_letters(settled[0])} is settled as {one}"
            else:
                self.asked[n] = f"columns {letters} are both {one}: skip one of them"

    def _finish_columns(self, codes: pd.Series) -> None:
        """Ask for the columns that are open, and list all of them."""
        rows = codes.notna() & (codes != "")
        lines = []
        for n, heading in enumerate(self.headings.texts):
            filled = int((self.cells[n] != "").sum()) if len(self.cells) else 0
            if n in self.asked:
                heads = self.headings.texts[n] or column_letters(n)
                many = int((self.cells.loc[rows.index[rows], n] != "").sum()) if len(codes) else filled
                cell = self.block.cell(self.headings.last, n)
                self.block.open.append(Open("column", spaced(heads), many, (cell,), self.asked[n], self.headings.name_of(n)))
                held, why = "", self.asked[n]
            elif n in self.holds:
                held, why = str(self.holds[n]), self.why.get(n, "")
            elif heading or filled:
                held, why = SKIP, self.why.get(n, "not used: its heading is not known" if heading else "not used: no heading")
            else:
                continue
            lines.append((column_letters(n), spaced(heading), held, why, filled))
        self.block.columns = pd.DataFrame(lines, columns=_COLUMNS)

    def _check_enough(self) -> None:
        """A table needs a column of answers to a criterion, or one of criteria and one of answers."""
        place = self.block.place(self.headings.last, 0)
        if not self.is_long and not any(one.field == ANSWER and one.criterion for one in self.holds.values()):
            ids = ", ".join(self.framework.criterion_ids)
            remedy = f'Settle which column holds which criterion in a reading: "Heading" = "…". Criteria are: {ids}.'
            self.block.problems.add(place, "No column here is known to hold the answers to a criterion.", remedy)

    def _used_columns(self) -> list[int]:
        return [n for n, one in self.holds.items() if one.field != SKIP]

    def _check_faults(self, country: int) -> None:
        """Cells in use that hold no text: an error, a formula never computed."""
        used = set(self._used_columns())
        by_kind: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for (row, column), fault in self.headings.sheet.faults.items():
            if row > self.headings.last and column in used:
                by_kind.setdefault(fault, []).append((row, column))
        for (message, remedy), cells in by_kind.items():
            self.block.problems.add(self.block.place(*cells[0]), f"{message}{self._also(cells)}", remedy)

    def _also(self, cells: list[tuple[int, int]]) -> str:
        others = ", ".join(self.block.cell(*one) for one in cells[1:6])
        return f" So do {plural(len(cells) - 1, 'other cell')} ({others}{' …' if len(cells) > 6 else ''})." if others else ""

    # rows

    def _sort_rows(self, country: int, codes: pd.Series, editions: pd.Series) -> tuple[pd.Series, pd.Series]:
        """The rows of countries, with their editions; the other ones listed, and asked for where they have entries."""
        texts, column = self.cells[country], self.cells[country].map(spaced)
        stating = [n for n, one in self.holds.items() if one.criterion or (self.is_long and one.field in (ANSWER, CRITERION))]
        stating += [n for n in self.asked if self.headings.means[n] or self.headings.under[n]]
        faulty = {row for row, n in self.headings.sheet.faults if n in stating}
        has_entry = (self.cells[stating] != "").any(axis=1) if stating else pd.Series(False, index=self.cells.index)
        has_entry |= self.cells.index.isin(faulty)
        here = editions != "" if self.edition is not None else editions.notna()
        self._list_countries(country, codes, here & (has_entry | codes.notna()))
        left_out, asked = [], 0
        for text, rows in column[codes.isna() & here & (texts != "")].groupby(column, sort=False).groups.items():
            entries = has_entry[rows]
            cell = self.block.cell(rows[0], country)
            if not entries.any():
                left_out.append((text, cell, "no entry under a criterion"))
                continue
            asked += 1
            near = self.review.registry.nearest(str(text)[:200], most=1) if asked <= _MOST_GUESSED else []
            cells = tuple(self.block.cell(row, country) for row in rows[:_SHOWN_CELLS])
            self.block.open.append(Open("country" if near else "row", str(text), len(rows), cells, self._near(str(text), near)))
        for text, rows in column[(codes == "") & here].groupby(column, sort=False).groups.items():
            left_out.append((text, self.block.cell(rows[0], country), "skipped, as settled"))
        without = self.cells.index[here & (texts == "") & has_entry]
        if len(without):
            cells = ", ".join(self.block.cell(row, country) for row in without[:5])
            message = f"{plural(len(without), 'row')} with answers, but no country: {cells}{' …' if len(without) > 5 else ''}."
            self.block.problems.add(self.block.place(without[0], country), message, "Name the country, or remove the row.")
        self.block.rows = pd.DataFrame(left_out, columns=_ROWS)
        self.block.used |= {("countries", text) for text in column.unique() if text in self.settled.countries}
        kept = codes.notna() & (codes != "") & here
        return codes[kept], editions[kept]

    def _near(self, text: str, near: list[str]) -> str:
        code = self.review.registry.resolve(near[0]) if near else ""
        likely = near and self.review.registry.likeness(text[:200], code) >= 80
        return f"a country, or skip; spelled like {near[0]} ({code})" if likely else "a country, or skip"

    def _list_countries(self, country: int, codes: pd.Series, rows: pd.Series) -> None:
        texts = self.cells.loc[rows & codes.notna() & (codes != ""), country]
        lines = []
        for row, text in texts.drop_duplicates().items():
            found = self._country(text, two_letters=self.two_letters[country])
            if found is not None and found.code:
                name = self.review.registry.name(found.code)
                lines.append((spaced(text), found.code, name, found.how, self.block.cell(int(row), country)))
        self.block.countries = pd.DataFrame(lines, columns=_COUNTRIES)

    # answers

    def _statements(self, codes: pd.Series, editions: pd.Series) -> pd.DataFrame:
        """A row for each country and criterion with any cell filled: the texts as they stand."""
        cells = self.cells.loc[codes.index]
        base = pd.DataFrame({"edition": editions, "country": codes, "row": codes.index}, index=codes.index)
        of_row = {one.field: n for n, one in self.holds.items() if not one.criterion and one.field in ("source", *EVIDENCE)}
        if self.is_long:
            return self._long_statements(base, cells, of_row)
        parts = []
        for id in self.framework.criterion_ids:
            columns = {one.field: n for n, one in self.holds.items() if one.criterion == id}
            if not columns:
                continue
            part = base.assign(criterion=id, column=columns.get(ANSWER, min(columns.values())))
            for name in (ANSWER, "source", *EVIDENCE):
                part[name] = cells[columns[name]] if name in columns else ""
                part[f"{name} column"] = columns.get(name, -1)
            blank = self.settled.answer(id, "")
            if blank is not None and ANSWER in columns:
                empty = part[ANSWER] == ""
                part.loc[empty, ANSWER] = "\0"  # a blank that has a meaning
                self._use_answer(id, "")
            for name, n in of_row.items():
                takes = (part[name] == "") & (part[ANSWER] != "")
                part[name] = part[name].mask(takes, cells[n])
                part[f"{name} column"] = part[f"{name} column"].mask(takes, n)
            fields = [ANSWER, "source", *EVIDENCE]
            parts.append(part[(part[fields] != "").any(axis=1)])
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=STATEMENT)
        answered = set(found.loc[found[ANSWER] != "", "row"])
        for n in of_row.values():
            lost = [row for row in cells.index[cells[n] != ""] if row not in answered]
            if lost:
                text = f"{self.block.cell(lost[0], n)}: “{spaced(cells.at[lost[0], n])[:60]}”"
                many = f" and {plural(len(lost) - 1, 'other cell')} of this column belong" if lost[1:] else " belongs"
                self.block.notes.append(f"{text}{many} to no answer and {'are' if lost[1:] else 'is'} left out.")
        return found

    def _long_statements(self, base: pd.DataFrame, cells: pd.DataFrame, of_row: Mapping[str, int]) -> pd.DataFrame:
        criterion = next(n for n, one in self.holds.items() if one == Holds(CRITERION))
        answer = next(n for n, one in self.holds.items() if one == Holds(ANSWER))
        known = {text: self._criterion(text) for text in cells[criterion].unique()}
        part = base.assign(criterion=cells[criterion].map(known), column=answer, answer=cells[answer])
        part[f"{ANSWER} column"] = answer
        for name in ("source", *EVIDENCE):
            part[name] = cells[of_row[name]] if name in of_row else ""
            part[f"{name} column"] = of_row.get(name, -1)
        filled = (part[[ANSWER, "source", *EVIDENCE]] != "").any(axis=1)
        for text in [text for text, id in known.items() if id is None]:
            rows = part.index[(cells[criterion] == text) & filled]
            if len(rows):
                place = self.block.place(rows[0], criterion)
                allowed = self.framework.criterion_ids
                message = f"“{text}” is not exactly one criterion ({plural(len(rows), 'row')})." if text else f"{plural(len(rows), 'row')} with answers name no criterion."
                self.block.problems.add(place, message, did_you_mean(text, allowed) + one_of(allowed, "Criteria are"))
        return part[part["criterion"].notna() & filled].reset_index(drop=True)

    def _criterion(self, text: str) -> str | None:
        found = self.meanings.criteria.get(fold(text), ())
        return found[0] if len(found) == 1 else None

    def _use_answer(self, criterion: str, text: str) -> None:
        table = criterion if text in self.settled.answers.get(criterion, {}) else ""
        self.block.used.add((f"answers.{table}" if table else "answers", text))

    def _read_answers(self, statements: pd.DataFrame) -> pd.DataFrame:
        """The statements in the words of the data format; each spelling listed by criterion, and asked for where open."""
        if statements.empty:
            return statements
        spelled = spelled_answers(self.framework)
        texts = statements[ANSWER].map(spaced)
        answered = statements[texts != ""]
        lines, asked = [], dict[str, list[tuple[str, pd.DataFrame]]]()
        read: dict[tuple[str, str], tuple[str, str]] = {}
        for id, part in answered.groupby("criterion", sort=False):
            spellings = texts[part.index]
            distinct = list(spellings.unique())
            free = {text for text in distinct if self.settled.answer(id, "" if text == "\0" else text) is None}
            zero_one = free == {"0", "1"} and len(self.framework.grades) == 2
            groups = part.groupby(spellings, sort=False)
            for text, cells in groups:
                said = self.settled.answer(id, "" if text == "\0" else text)
                why, note = "as settled", ""
                if said is not None:
                    self._use_answer(id, "" if text == "\0" else text)
                    answer = "" if said == SKIP else said
                elif zero_one:
                    answer, why = self.framework.grades[int(text)], "0 and 1 alone are no and yes"
                else:
                    found = answer_of(text, spelled)
                    if found is None:
                        asked.setdefault(text, []).append((id, cells))
                        lines.append((id, text, None, "", len(cells), self._cell_of(cells), "open"))
                        continue
                    answer, note = found
                    why = "the word" if not note else "the word; the rest is kept as its note"
                read[id, text] = answer, note
                shown = "" if text == "\0" else text
                lines.append((id, shown, answer, note, len(cells), self._cell_of(cells), why))
        self.block.answers = pd.DataFrame(lines, columns=_ANSWERS)
        for text, places in asked.items():
            self._ask_answer(text, places, read)
        keys = list(zip(statements["criterion"], texts, strict=True))
        statements = statements.assign(
            answer=[read.get(key, ("", ""))[0] for key in keys], behind=[read.get(key, ("", ""))[1] for key in keys]
        )
        return self._with_notes(statements)

    def _cell_of(self, cells: pd.DataFrame) -> str:
        return self.block.cell(int(cells["row"].iloc[0]), int(cells["answer column"].iloc[0]))

    def _ask_answer(self, text: str, places: list[tuple[str, pd.DataFrame]], read: Mapping[tuple[str, str], object]) -> None:
        """Ask for a spelling; by criterion where the same is read under another one, for all at once where it is not."""
        # read as what it says under another criterion: a line for all would change that too
        alone = any(other == text for _, other in read)
        for group in [[one] for one in places] if alone else [places]:
            cells = pd.concat([part for _, part in group])
            first = cells.head(_SHOWN_CELLS)
            where = tuple(self.block.cell(int(r), int(c)) for r, c in zip(first["row"], first["answer column"], strict=True))
            titles = ", ".join(self.framework.criterion(id).short for id, _ in group)
            self.block.open.append(Open("answer", text, len(cells), where, f"under {titles}", group[0][0] if alone else ""))

    def _with_notes(self, statements: pd.DataFrame) -> pd.DataFrame:
        """What stood behind an answer and the comment on its cell, kept in its note."""
        notes = statements["note"].where(statements["behind"] == "", statements["behind"].str.cat(statements["note"], "; ").str.strip("; "))
        comments = self.headings.sheet.comments
        if comments:
            places = list(zip(statements["row"], statements["answer column"], strict=True))
            said = pd.Series([comments.get(place, "") for place in places], index=statements.index)
            notes = notes.where(said == "", notes.str.cat(said, "; ").str.strip("; "))
            kept = int(((said != "") & (statements[ANSWER] != "")).sum())
            if kept:
                self.block.notes.append(f"{plural(kept, 'comment')} on cells kept as notes.")
        found = statements.assign(note=notes)
        return found[(found[[ANSWER, "source", *EVIDENCE]] != "").any(axis=1)]

    def _check_evidence(self) -> None:
        """The fields beside the answers: characters, lengths, dates, causes; dates that a spreadsheet made are said."""
        statements, sheet = self.block.statements, self.headings.sheet
        if statements.empty:
            return
        rules: dict[str, Callable[[str], str]] = {"effective": _as_date, "cause": _as_cause}
        dated = 0
        for name in ("source", *EVIDENCE):
            texts = statements[name]
            distinct = [text for text in texts.unique() if text]
            read = {"": ""}
            for text in distinct:
                value = unguarded(text) if not sheet.name else text
                value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
                odd = unusable(value)
                wrong = f"This text holds {name_of(odd[0])}.|Delete that character." if odd else ""
                if not wrong and len(value) > MOST_TEXT:
                    wrong = f"This text has more than {MOST_TEXT:,} letters.|Shorten it."
                if not wrong and name in rules:
                    wrong = rules[name](value)
                    value = plain(value) if name == "cause" else value
                read[text] = "" if wrong else value
                if wrong:
                    rows = statements[texts == text]
                    cells = list(zip(rows["row"], rows[f"{name} column"], strict=True))
                    message, _, remedy = wrong.partition("|")
                    self.block.problems.add(self.block.place(*cells[0]), f"{message}{self._also(cells)}", remedy)
            statements[name] = texts.map(read)
            if name != "effective" and sheet.dates and distinct:
                places = zip(statements["row"], statements[f"{name} column"], strict=True)
                dated += sum(place in sheet.dates for place in places)
        if dated:
            self.block.notes.append(f"{plural(dated, 'cell')} beside answers are dates to the spreadsheet, and are kept as YYYY-MM-DD: look whether “3-4” was meant.")


def _as_date(text: str) -> str:
    hint = " A date that shows as a number is to be formatted as a date." if text.isdigit() else ""
    return "" if is_date(text) else f"“{text}” is not a date.|Write YYYY, YYYY-MM or YYYY-MM-DD.{hint}"


def _as_cause(text: str) -> str:
    allowed = ANSWERS.choices["cause"]
    return "" if plain(text) in allowed else f"“{text}” is not allowed here.|{did_you_mean(text, allowed)}{one_of(allowed)}"


def distinct_open(blocks: Iterable[Block]) -> list[Open]:
    """What is open in several blocks, each once, with its cells counted together."""
    found: dict[tuple[str, str, str], Open] = {}
    for one in (one for block in blocks for one in block.open):
        key = (one.what, one.text, one.of)
        there = found.get(key)
        found[key] = one if there is None else Open(one.what, one.text, there.count + one.count, (*there.cells, *one.cells)[:_SHOWN_CELLS], one.asked, one.of)
    return list(found.values())
