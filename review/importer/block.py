"""One block of cells read: every column, every spelling of an answer, every country, and what its rows state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from country_data import ChoiceError, Place, Problems, did_you_mean, fold
from country_data.characters import name_of, unguarded, unusable
from country_data.names import CountryNames, MatchedCountry
from country_data.problems import column_letters, one_of
from country_data.schema import ANSWERS, EVIDENCE, MOST_TEXT, is_date
from country_data.text_file import SheetRows
from country_data.xlsx_file import area_corners
from review.importer.columns import (
    ANSWER,
    BEFORE,
    COUNTRY,
    CRITERION,
    EDITION,
    SERIES,
    SKIP,
    Column,
    Headings,
    Holds,
    Meanings,
)
from review.importer.reading_file import Settled
from review.importer.words import answer_of, plain, spaced, spelled_answers, without_footnotes
from review.review import Review
from review.wording import plural

__all__ = ["EMPTY", "STATED", "Block", "Open", "distinct_open", "read_block"]

STATED = [ANSWER, "source", *EVIDENCE]  # what a table may state of a country and criterion
_MOST_ASKED = 10  # columns of words for answers that are asked for one by one
_MOST_GUESSED = 200  # names for which a country like them is looked for
_SHOWN_CELLS = 3
_WORDING = 4  # letters of a text that says more than a sign
_LIKELY = 80  # of 100: how like a name must be to be named
# a year, also as a number with decimals, as a date that stands for one, and as that of two halves
_YEAR = re.compile(r"((?:1[89]|20|21)\d\d)(?:\.0+|-01-01|-12-31|[-/]\d\d(?:\d\d)?)?", re.ASCII)
_TWO_LETTERS = re.compile("[A-Z]{2}")
_BLANK = "\n"  # the text of a blank cell to which a reading gives a meaning; no cell holds it alone
EMPTY = {
    "columns": pd.DataFrame(columns=["column", "heading", "holds", "state", "why", "cells", "name"]),
    "answers": pd.DataFrame(columns=["criterion", "text", "answer", "note", "count", "cell", "why"]),
    "countries": pd.DataFrame(columns=["text", "code", "name", "why", "cell"]),
    "rows": pd.DataFrame(columns=["text", "cell", "why"]),
}
_NOTHING_STATED = pd.DataFrame(columns=["edition", "country", "criterion", *STATED, "row", "column"])


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that has to be settled.

    Attributes
    ----------
    what : str
        `column`, `answer`, `country`, `row`, `sheet` or `encoding`.
    text : str
        As it stands in the table.
    count : int
        In how many cells or rows.
    cells : tuple[str, ...]
        The first of them.
    asked : str
        What is asked, in words.
    of : str
        How a reading names the column; the criterion, of an answer that is read under another one.

    """

    what: str
    text: str
    count: int
    cells: tuple[str, ...]
    asked: str = ""
    of: str = ""

    def record(self) -> dict[str, object]:
        """The entry as JSON has it."""
        return {"what": self.what, "text": self.text, "count": self.count, "cells": list(self.cells)}


@dataclass
class Block:
    """What was read of a block of cells.

    Attributes
    ----------
    columns, answers, countries, rows : DataFrame
        Each column, each spelling of an answer by criterion, each country, and each row that is left out, as in
        `Reading`.
    statements : DataFrame
        A row for each country and criterion of which the block states something: `edition`, `country`, `criterion`,
        the fields of an answer, the `row` and `column` (int, from 0) of its cell, and by field the column it is from.
    cells : DataFrame
        The statements as they stood, those of cells that state nothing among them, with the `text` of each answer.
    used : set[tuple[str, str]]
        The lines of the reading that said something here, by table and key.

    """

    label: str
    sheet: SheetRows
    columns: pd.DataFrame = field(default_factory=lambda: EMPTY["columns"])
    answers: pd.DataFrame = field(default_factory=lambda: EMPTY["answers"])
    countries: pd.DataFrame = field(default_factory=lambda: EMPTY["countries"])
    rows: pd.DataFrame = field(default_factory=lambda: EMPTY["rows"])
    statements: pd.DataFrame = field(default_factory=lambda: _NOTHING_STATED)
    cells: pd.DataFrame = field(default_factory=lambda: _NOTHING_STATED)
    open: list[Open] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    used: set[tuple[str, str]] = field(default_factory=set)

    def place(self, row: int, column: int) -> Place:
        """Where a cell stands (row and column from 0)."""
        if self.sheet.is_drawn:
            headings = self.sheet.rows[self.sheet.heading_rows - 1]
            heading = spaced(headings[column]) if column < len(headings) else ""
            where = self.sheet.places.get((row, column)) or f"{self.sheet.name}, the headings"
            return Place(self.label, part=f"{where}, “{heading}”" if heading else where)
        line = self.sheet.lines[row] if row < len(self.sheet.lines) else row + 1
        cell = f"{column_letters(column)}{line}"
        return (
            Place(self.label, sheet=self.sheet.name, cell=cell)
            if self.sheet.name
            else Place(self.label, line, cell=cell)
        )

    def cell(self, row: int, column: int) -> str:
        """The address of a cell, of a page its row."""
        if self.sheet.is_drawn:
            return self.sheet.places.get((row, column), self.sheet.name).replace(",", "")
        return self.place(row, column).cell


def read_block(
    label: str,
    headings: Headings,
    review: Review,
    names: CountryNames,
    settled: Settled,
    edition: str | None,
    *,
    several: bool = False,
) -> Block:
    """Read a block of cells under its headings.

    Parameters
    ----------
    label : str
        The name of the file.
    headings : Headings
        Its headings; what each column holds is decided here.
    names : CountryNames
        What texts mean which country.
    settled : Settled
        What a reading settles.
    edition : str | None
        The one the answers are of; None where a column says it, row by row.
    several : bool, optional
        Whether the block is one of several sheets.

    Returns
    -------
    Block
        What is not known is open in it, what can't be is a problem.

    """
    return _Reader(label, headings, review, names, settled, edition, several=several).read()


class _Reader:
    """One pass over a block: its columns, then its countries, then its answers, each by their distinct texts."""

    def __init__(
        self,
        label: str,
        headings: Headings,
        review: Review,
        names: CountryNames,
        settled: Settled,
        edition: str | None,
        *,
        several: bool,
    ) -> None:
        self.headings, self.review, self.names, self.settled, self.edition = headings, review, names, settled, edition
        self.framework, self.meanings = review.framework, Meanings.of(review.framework)
        self.sheet, self.columns = headings.sheet, headings.columns
        self.block = Block(label, self.sheet, notes=list(self.sheet.notes))
        below, width = range(headings.last + 1, len(self.sheet.rows)), len(self.columns)
        filled = [[*self.sheet.rows[n][:width], *[""] * (width - len(self.sheet.rows[n]))] for n in below]
        self.cells = pd.DataFrame(filled, index=below, columns=range(width), dtype=object)
        self.is_long, self.several = False, several
        self.commented: set[int] = set()
        self.shown: dict[tuple[str, str], int] = {}  # what a template showed, by criterion and field

    def read(self) -> Block:
        """Read the block."""
        self._check_headings()
        self._note_merged()
        self._note_comments()
        self._settle_columns()
        self._read_headings()
        country = self._country_column()
        if country is None:
            return self._without_countries()
        texts = self._row_texts(country)
        codes = self._codes(country, texts)
        known = codes.notna() & (codes != "")
        self._check_ragged(known)
        editions = self._editions(known)
        self._judge_columns(known)
        kept = self._sort_rows(country, texts, codes, editions)
        self._list_columns(known)
        self._check_faults(country, codes.index[kept])
        self._check_settled_columns()
        if not any(one.what == "column" for one in self.block.open):
            self._check_enough()
        statements = self._statements(codes[kept], editions[kept])
        self.block.statements = self._read_answers(statements, known)
        self._check_evidence()
        return self.block

    def _without_countries(self) -> Block:
        """The block where no column is known to hold the countries: it has to be said which one does."""
        free = [one for one in self._free() if (self.cells[one.index] != "").any()]
        for one in free if len(self.columns) > 1 else ():
            one.decide("asked", "no column is known to hold the countries: is it this one?")
        if len(self.columns) < 2 or not free:
            where = self.block.place(self.headings.last, 0)
            remedy = "Name a table with a row of headings, and a row for each country."
            self.block.problems.add(where, "No column here is known to hold the countries.", remedy)
        self._list_columns(pd.Series(True, index=self.cells.index))
        return self.block

    # columns

    def _held(self, *fields: str) -> list[Column]:
        """The columns that hold one of these fields."""
        return [one for one in self.columns if one.holds is not None and one.holds.field in fields]

    def _free(self) -> list[Column]:
        return [one for one in self.columns if not one.state]

    def _check_headings(self) -> None:
        for (row, column), (message, remedy) in self.sheet.faults.items():
            if self.headings.first <= row <= self.headings.last:
                self.block.problems.add(self.block.place(row, column), message, remedy)

    def _note_merged(self) -> None:
        """Cells merged to the right count for the first one alone, below the headings."""
        last = self.sheet.lines[self.headings.last]
        corners = [(area, area_corners(area)) for area in self.sheet.merged]
        wide = [area for area, one in corners if one and one[0] > last and one[1] != one[3]]
        if wide:
            self.block.notes.append(
                f"Cells merged to the right count for their first cell alone: {', '.join(wide[:8])}{' …' if len(wide) > 8 else ''}."
            )

    def _note_comments(self) -> None:
        """Comments on headings, which often say how a column is coded."""
        for (row, column), text in self.sheet.comments.items():
            if self.headings.first <= row <= self.headings.last:
                self.commented.add(column)
                self.block.notes.append(
                    f"A comment on the heading {self.block.cell(row, column)}: “{spaced(text)[:200]}”."
                )

    def _check_ragged(self, known: pd.Series) -> None:
        """Rows of a text file that have more cells than the headings: a separator too many shifts what is behind it."""
        width = max(len(self.sheet.rows[n]) for n in range(self.headings.first, self.headings.last + 1))
        rows = known.index[known] if not self.sheet.name else []
        ragged = [n for n in rows if len(self.sheet.rows[n]) > width and any(self.sheet.rows[n][width:])]
        if ragged:
            lines = ", ".join(str(self.sheet.lines[n]) for n in ragged[:8])
            message = f"{plural(len(ragged), 'row')} with more cells than the headings have: line {lines}{' …' if len(ragged) > 8 else ''}."
            remedy = (
                "Often a text with the separator in it lacks its quotation marks, so that all behind it is shifted."
            )
            self.block.problems.add(Place(self.block.label, self.sheet.lines[ragged[0]]), message, remedy)

    def _settle_columns(self) -> None:
        for name, holds in self.settled.columns.items():
            found = self.headings.named(name, letters=not self.settled.kept) if name != "*" else []
            if self.several and not any(spaced(name) == one.heading for one in found):
                # of several sheets a letter names the columns whose headings do not tell
                found = [one for one in found if self.headings.name_of(one) == spaced(name)]
            if len(found) > 1 and holds.field != SKIP:
                letters = " and ".join(one.letter for one in found)
                message = f"The heading “{name}” stands over columns {letters}."
                remedy = f'Name each by its letter: "{found[0].letter}" = …'
                self.block.problems.add(self.settled.place("columns", name), message, remedy)
            for one in found:
                if one.state and one.holds != holds:
                    message = f"Column {one.letter} is settled twice, as {one.holds} and as {holds}."
                    self.block.problems.add(self.settled.place("columns", name), message, "Remove one of the lines.")
                one.decide("settled", "as settled", holds)
                self.block.used.add(("columns", name))

    def _read_headings(self) -> None:
        """What the headings alone tell of the columns that are not settled."""
        fields = {held for one in self._free() for held in one.means if not held.criterion}
        fields |= {one.holds for one in self.columns if one.holds}
        self.is_long = Holds(CRITERION) in fields and Holds(ANSWER) in fields
        for one in self._free():
            before = one.heading.partition(BEFORE)
            other = self._other_edition(one.over)
            if before[1] and self.meanings.of_heading(before[0]):
                one.decide("unused", "an edition before, shown beside", Holds(SKIP))
                self.shown |= {(held.criterion, held.field): one.index for held in self.meanings.of_heading(before[0])}
            elif other and (one.means or one.under) and Holds(COUNTRY) not in one.means:
                one.decide("asked", f"stands under {other}")
            elif one.under:
                id = one.under
                one.decide(
                    "asked",
                    f"stands under {self.framework.criterion(id).short}: {id}, citation:{id}, note:{id} or skip",
                )
            elif self.is_long and one.means and all(held.criterion for held in one.means):
                one.decide("asked", "named like a criterion, beside a column of criteria")
            else:
                self._read_heading(one)

    def _read_heading(self, one: Column) -> None:
        if self.is_long:
            fitting = [held for held in one.means if not held.criterion]
        else:
            unfit = {Holds(ANSWER), Holds(CRITERION)} | ({Holds(EDITION)} if len(one.means) > 1 else set())
            fitting = [held for held in one.means if held not in unfit]
        if len(fitting) > 1:
            one.decide("asked", f"may be {' or '.join(map(str, fitting))}")
        elif fitting and fitting[0].field != COUNTRY:
            one.decide("read", "its heading", fitting[0])
        elif (
            self.sheet.is_drawn
            and not one.means
            and not self.is_long
            and (found := self.meanings.by_word(one.heading.rpartition(" / ")[2]))
        ):
            one.decide("read", f"its word “{found[1]}”", Holds(ANSWER, found[0]))

    def _other_edition(self, text: str) -> str:
        """The year or edition over a heading, where it is not the one that is read; else ""."""
        is_one = _YEAR.fullmatch(text) or text in self.review.series.editions
        return text if is_one and self._edition_of(text) != self.edition else ""

    def _matches(self, column: Column) -> pd.Series:
        """The country of each cell of a column, None where it is none by itself."""
        texts = self.cells[column.index]
        distinct = texts[texts != ""].unique()
        two_letters = len(distinct) > 1 and all(_TWO_LETTERS.fullmatch(text) for text in distinct)
        found = {text: self._country(text, two_letters=two_letters) for text in distinct}
        return texts.map(lambda text: found.get(text))

    def _country(self, text: str, *, two_letters: bool) -> MatchedCountry | None:
        code = self.settled.countries.get(spaced(text))
        if code is not None:
            return MatchedCountry("" if code == SKIP else code, "as settled")
        bare = without_footnotes(text)
        return self.names.find(text, two_letters=two_letters) or self.names.find(bare, two_letters=two_letters)

    def _country_column(self) -> Column | None:
        """The column of the countries: as settled, by its heading, or by its cells; the others must agree with it."""
        headed = [one for one in self.columns if Holds(COUNTRY) in one.means and one.state in ("", "asked")]
        held = self._held(COUNTRY)
        self._ask_twice(held)
        best = held[0] if held else None
        matched = {one.index: self._matches(one) for one in (*headed, *self._free(), *held[:1])}
        if best is None:
            worth = (0, 0, 0)
            for one in {column.index: column for column in (*headed, *self._free())}.values():
                found = matched[one.index].dropna()
                filled = int((self.cells[one.index] != "").sum())
                own = (int(one in headed), len(found), sum(match.how != "code" for match in found))
                if len(found) and (one in headed or 2 * len(found) >= filled) and own > worth:
                    best, worth = one, own
            best = best or next(iter(headed), None)
            if best is None:
                return None
            best.decide("read", "its heading" if best in headed else "its cells are countries", Holds(COUNTRY))
        for one in self._free():
            countries = int(matched[one.index].notna().sum())
            if one in headed or (countries and 2 * countries >= (self.cells[one.index] != "").sum()):
                self._check_agrees(one, matched[one.index], best, matched[best.index])
        return best

    def _check_agrees(self, other: Column, matches: pd.Series, country: Column, countries: pd.Series) -> None:
        """A further column of countries must name the same one in every row, or none at all."""
        if matches.notna().sum() == 0:
            other.decide("unused", "its cells are no countries", Holds(SKIP))
            return
        rows = (self.cells[other.index] != "") & countries.map(lambda one: bool(one and one.code))
        differ = [row for row in countries[rows].index if not matches[row] or matches[row].code != countries[row].code]
        if not differ:
            other.decide("unused", f"the same countries as column {country.letter}", Holds(SKIP))
            return
        text, meant = self.cells.at[differ[0], other.index], matches[differ[0]]
        named = f"is {self.review.registry.name(meant.code)}" if meant and meant.code else "is no such code or name"
        row = f"{self.block.cell(differ[0], other.index)} “{text}” {named}, in the row of {self.review.registry.name(countries[differ[0]].code)}"
        other.decide("asked", f"disagrees with the countries in {plural(len(differ), 'row')}: {row}; country or skip")

    def _row_texts(self, country: Column) -> pd.Series:
        """How each row is named: by its country, or where that is blank by the first text that no criterion stands over."""
        texts = self.cells[country.index].copy()
        free = [one.index for one in self.columns if one is not country and not self._stating(one)]
        for n in free:
            blank = texts == ""
            if not blank.any():
                break
            texts = texts.mask(blank, self.cells[n].where(~self.cells[n].str.fullmatch(r"[\d.,\s]*"), ""))
        # a note below the table may stand alone in any column
        alone = (texts == "") & ((self.cells != "").sum(axis=1) == 1)
        return texts.mask(alone, self.cells[alone].agg("".join, axis=1)) if alone.any() else texts

    def _codes(self, country: Column, texts: pd.Series) -> pd.Series:
        """The code of each row's country; "" for a row that is skipped, None where it is not known."""
        codes = self._matches(country).map(lambda one: None if one is None else one.code)
        settled = texts.map(lambda text: self.settled.countries.get(spaced(text)) if text else None)
        settled = settled.map(lambda code: "" if code == SKIP else code)
        return codes.astype(object).where(codes.notna(), settled)

    def _edition_of(self, text: str) -> str | None:
        """The edition that a text names, by id, number or year, as 2024 and 2024.0; None where it names none."""
        year = _YEAR.fullmatch(text)
        titled = [one.id for one in self.review.series.editions.values() if one.title.casefold() == text.casefold()]
        if len(titled) == 1:
            return titled[0]
        try:
            return self.review.find_edition(text if not year or text in self.review.series.editions else year[1])
        except ChoiceError:
            return None

    def _editions(self, known: pd.Series) -> pd.Series:
        """The edition of each row, None for a row of another edition or series; "" where no column says it."""
        editions = pd.Series(self.edition or "", index=self.cells.index, dtype=object)
        dates = [one for one in self._held("effective") if one.state == "read" and one.heading.casefold() == "date"]
        for one in [*self._free(), *dates]:
            texts = self.cells.loc[known, one.index]
            texts = texts[texts != ""]
            ids = self.review.series.editions
            dated = [text for text in texts.unique() if text in ids or _YEAR.fullmatch(text)]
            # one odd cell among many does not make years something else
            is_year = len(texts) and 2 * texts.isin(dated).sum() > len(texts)
            if is_year and not (self.edition and {self._edition_of(text) for text in texts.unique()} == {self.edition}):
                some = f"{', '.join(sorted(dated)[:4])}{' …' if len(dated) > 4 else ''}"
                other = "effective, " if one in dates else ""
                one.decide("asked", f"years or editions ({some}): edition, {other}or skip")
        held = self._held(EDITION)
        self._ask_twice(held)
        for one in held[:1]:
            found = {text: self._edition_of(text) for text in self.cells.loc[known, one.index].unique() if text}
            rows = self.cells[one.index].map({"": None, **found})
            unknown = [text for text, id in found.items() if id is None]
            # with an edition named, years and numbers may be of editions that the series does not have
            unknown = [text for text in unknown if not self.edition or any(sign.isalpha() for sign in text)]
            for text in unknown[:20]:
                row = self.cells.index[self.cells[one.index] == text][0]
                series = self.review.series
                remedy = f"{one_of(series.editions, 'Editions are')} A new one is added by: modellaw init FOLDER --series {series.id} --edition ID."
                self.block.problems.add(
                    self.block.place(row, one.index), f"“{text}” is no edition of {series.id}.", remedy
                )
            blank = known.index[known & (self.cells[one.index] == "")]
            if len(blank):
                message = f"{plural(len(blank), 'row')} of countries, but of no edition."
                self.block.problems.add(
                    self.block.place(blank[0], one.index), message, "Fill in the edition, or skip the column."
                )
            if self.edition:
                others = sorted(text for text, id in found.items() if id != self.edition)
                many = int((known & (rows != self.edition)).sum())
                if others:
                    self.block.notes.append(
                        f"{plural(many, 'row')} of other editions left out ({', '.join(others[:8])})."
                    )
                rows = rows.where(rows == self.edition, None)
            editions = rows
        for one in self._held(SERIES):
            texts = self.cells[one.index]
            other = known & (texts != "") & (texts != self.review.series.id)
            if other.any():
                named = ", ".join(sorted(texts[other].unique())[:8])
                self.block.notes.append(f"{plural(int(other.sum()), 'row')} of other series left out ({named}).")
            editions = editions.mask(other, None)
        return editions

    def _judge_columns(self, known: pd.Series) -> None:
        """What the cells tell of the columns whose headings do not: asked, or not used."""
        criteria = {one.holds.criterion for one in self._held(ANSWER) if one.holds}
        for one in self._held(*EVIDENCE):
            if one.state == "read" and one.holds and not one.holds.criterion and not self.is_long and len(criteria) > 1:
                name = one.holds.field
                one.decide("asked", f"{name} of which criterion? {name} (of all), {name}:CRITERION, or skip")
        spelled = spelled_answers(self.framework)
        for one in self._held("source", "effective"):
            texts = self.cells.loc[known, one.index]
            distinct = [text for text in texts.unique() if text]
            ids = [text for text in distinct if set(text.split()) & set(self.review.series.sources)]
            if one.state == "read" and one.holds and one.holds.field == "source" and distinct and not ids:
                one.decide("asked", "its texts are no sources of the series: source, citation, note or skip")
            elif one.state == "read" and one.holds and distinct and all(answer_of(text, spelled) for text in distinct):
                one.decide("asked", "its cells are words for answers")
        for holds in dict.fromkeys(one.holds for one in self.columns if one.holds and one.holds.field != SKIP):
            self._ask_twice([one for one in self.columns if one.holds == holds])
        of_answers = list[Column]()
        why = f"its cells are {'signs or ' if self.sheet.is_drawn else ''}words for answers"
        usual = self._usual_signs(known)
        for one in self._free() if not self.is_long else ():
            texts = self.cells.loc[known, one.index]
            distinct = texts[texts != ""].unique()
            # most cells are words for answers, or it stands under what is no criterion by its name as “Answer”
            words = (
                texts[texts != ""].isin({text for text in distinct if text in usual or answer_of(text, spelled)}).sum()
            )
            below = one.heading.rpartition(" / ")
            is_answer = bool(below[0]) and Holds(ANSWER) in self.meanings.of_heading(below[2])
            if len(distinct) and (2 * words >= (texts != "").sum() or is_answer):
                of_answers.append(one)
        if not of_answers and not self.is_long and not any(self._stating(one) for one in self.columns):
            # no heading is a criterion: any column that holds something may be one
            of_answers = [one for one in self._free() if (self.cells.loc[known, one.index] != "").any()]
            why = "no heading here is a criterion: does this one hold the answers to one?"
        rest_is_skipped = self.settled.columns.get("*") == Holds(SKIP)
        if len(of_answers) > _MOST_ASKED and not rest_is_skipped:
            cells = tuple(self.block.cell(self.headings.last, one.index) for one in of_answers[:_SHOWN_CELLS])
            asked = f'{len(of_answers)} columns may hold answers: name those that are criteria, and write "*" = "skip" for the rest'
            self.block.open.append(Open("column", "*", len(of_answers), cells, asked, "*"))
            for one in of_answers:
                one.decide("unused", "asked for together, as *", Holds(SKIP))
        for one in of_answers:
            if not one.state:
                one.decide("asked", why)
        for one in self.columns:
            if rest_is_skipped and one.state in ("", "asked"):
                one.decide("settled", "as settled for the rest (*)", Holds(SKIP))
            elif not one.state:
                one.decide("unused", "its heading is not known" if one.heading else "no heading", Holds(SKIP))

    def _usual_signs(self, known: pd.Series) -> set[str]:
        """The marks of a document in pages, and what stands in its columns of answers: what holds such may hold answers."""
        if not self.sheet.is_drawn:
            return set()
        held = [one.index for one in self._held(ANSWER)]
        return {*self.sheet.signs, *(text for n in held for text in self.cells.loc[known, n].unique() if text)}

    def _ask_twice(self, columns: list[Column]) -> None:
        """Columns that hold the same: which one does has to be said, where that is not settled."""
        if len(columns) < 2:
            return
        settled = [one for one in columns if one.state == "settled"]
        letters, holds = " and ".join(one.letter for one in columns), columns[0].holds
        if len(settled) > 1:
            place = self.settled.place("columns", self.headings.name_of(settled[1]))
            remedy = "Skip one of them."
            if holds and holds.field in EVIDENCE and not holds.criterion:
                remedy = f"Name the criterion of each: {holds}:{self.framework.criterion_ids[0]}."
            self.block.problems.add(place, f"Columns {letters} are both settled as {holds}.", remedy)
        for one in columns:
            if one not in settled and settled:
                one.decide("unused", f"column {settled[0].letter} is settled as {holds}", Holds(SKIP))
            elif one not in settled:
                one.decide("asked", f"columns {letters} are both {holds}: skip one of them")

    def _list_columns(self, known: pd.Series) -> None:
        """List every column that has a heading or a cell, and ask for those that are open."""
        lines = []
        for one in self.columns:
            filled = int((self.cells[one.index] != "").sum())
            if not one.heading and not filled:
                continue
            name = self.headings.name_of(one)
            if one.state == "asked":
                many = int((self.cells.loc[known, one.index] != "").sum())
                cell = self.block.cell(self.headings.last, one.index)
                self.block.open.append(Open("column", one.heading or one.letter, many, (cell,), one.why, name))
            holds = str(one.holds) if one.holds else "" if one.state == "asked" else SKIP
            lines.append((one.letter, one.heading, holds, one.state or "unused", one.why, filled, name))
        self.block.columns = pd.DataFrame(lines, columns=EMPTY["columns"].columns)

    def _check_settled_columns(self) -> None:
        """A column that is settled as what such a table can't have would be lost."""
        for one in self.columns:
            holds = one.holds if one.state == "settled" else None
            place = self.settled.place("columns", self.headings.name_of(one))
            if holds and self.is_long and holds.criterion:
                message = f"Column {one.letter} is settled as {holds}, but here a row is one answer, and a column names its criterion."
                self.block.problems.add(place, message, "Skip it, or skip the column of criteria.")
            elif holds and not self.is_long and holds in (Holds(ANSWER), Holds(CRITERION)):
                message = f"Column {one.letter} is settled as {holds}, which needs a column of {'criteria' if holds == Holds(ANSWER) else 'answers'} beside it."
                self.block.problems.add(place, message, "Name the criterion whose answers it holds.")

    def _check_enough(self) -> None:
        """A table needs a column of answers to a criterion, or one of criteria and one of answers."""
        if not self.is_long and not any(one.holds and one.holds.criterion for one in self._held(ANSWER)):
            ids = ", ".join(self.framework.criterion_ids)
            remedy = f'Settle which column holds which criterion in a reading: "Heading" = "…". Criteria are: {ids}.'
            place = self.block.place(self.headings.last, 0)
            self.block.problems.add(place, "No column here is known to hold the answers to a criterion.", remedy)
        held = {one.holds.criterion for one in self._held(ANSWER) if one.holds}
        missing = [one.short for one in self.framework.criteria if one.id not in held]
        if self.sheet.is_drawn and held and missing:
            self.block.notes.append(f"No column holds the answers to: {', '.join(missing)}.")

    def _check_faults(self, country: Column, rows: pd.Index) -> None:
        """Cells in use that hold no text, as an error or a formula never computed."""
        used, kept = {one.index for one in self.columns if one.holds and one.holds.field != SKIP}, set(rows)
        by_kind: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for (row, column), fault in self.sheet.faults.items():
            if column in used and (row in kept or (row > self.headings.last and column == country.index)):
                by_kind.setdefault(fault, []).append((row, column))
        for (message, remedy), cells in by_kind.items():
            self.block.problems.add(self.block.place(*cells[0]), f"{message}{self._also(cells)}", remedy)

    def _also(self, cells: list[tuple[int, int]]) -> str:
        others = ", ".join(self.block.cell(*one) for one in cells[1:6])
        return (
            f" So do {plural(len(cells) - 1, 'other cell')} ({others}{' …' if len(cells) > 6 else ''})."
            if others
            else ""
        )

    # rows

    def _stating(self, one: Column) -> bool:
        """Whether a column holds, or may hold, what is stated of a criterion."""
        if one.holds is not None:
            return bool(one.holds.criterion) or (self.is_long and one.holds.field in (ANSWER, CRITERION))
        return (one.state == "asked" and any(held.criterion for held in one.means)) or bool(one.under)

    def _sort_rows(self, country: Column, texts: pd.Series, codes: pd.Series, editions: pd.Series) -> pd.Series:
        """Which rows are of countries; the countries listed, and the other rows, asked for where they have entries."""
        stating = [one.index for one in self.columns if self._stating(one)]
        entries = (self.cells[stating] != "").any(axis=1) if stating else pd.Series(False, index=self.cells.index)
        entries |= self.cells.index.isin({row for row, n in self.sheet.faults if n in stating})
        here, known = editions.notna() | codes.isna(), codes.notna() & (codes != "")
        self._list_countries(country, here & known)
        texts, left_out, asked = texts.map(spaced), [], 0
        self._check_second_table(country, texts, codes)
        other = codes.isna() & (texts != "")
        for text, rows in texts[other].groupby(texts, sort=False).groups.items():
            cell = self.block.cell(rows[0], country.index)
            if text == spaced(country.heading):
                left_out.append((text, cell, "the headings again"))
            elif not entries[rows].any():
                left_out.append((text, cell, "no entry under a criterion"))
            else:
                asked += 1
                near = self.review.registry.nearest(str(text)[:200]) if asked <= _MOST_GUESSED else []
                where = tuple(self.block.cell(row, country.index) for row in rows[:_SHOWN_CELLS])
                self.block.open.append(
                    Open("country" if near else "row", str(text), len(rows), where, self._near(str(text), near))
                )
        for text, rows in texts[codes == ""].groupby(texts, sort=False).groups.items():
            left_out.append((text, self.block.cell(rows[0], country.index), "skipped, as settled"))
        without = self.cells.index[(texts == "") & entries]
        if len(without):
            first = ", ".join(self.block.cell(row, country.index) for row in without[:5])
            message = f"{plural(len(without), 'row')} with answers, but no country: {first}{' …' if len(without) > 5 else ''}."
            self.block.problems.add(
                self.block.place(without[0], country.index), message, "Name the country, or remove the row."
            )
        self.block.rows = pd.DataFrame(left_out, columns=EMPTY["rows"].columns)
        self.block.used |= {("countries", text) for text in texts.unique() if text in self.settled.countries}
        return known & here

    def _check_second_table(self, country: Column, texts: pd.Series, codes: pd.Series) -> None:
        """A row that repeats the heading of the countries must repeat the others too: else another table begins there."""
        lowest = country.heading.rpartition(" / ")[2]
        for row in texts.index[codes.isna() & (texts == lowest) & (texts != "")]:
            cells = zip(self.cells.loc[row], self.columns, strict=True)
            if any(spaced(text) not in ("", one.heading, one.heading.rpartition(" / ")[2]) for text, one in cells):
                remedy = "Save each table as a file of its own."
                self.block.problems.add(
                    self.block.place(row, country.index), "Another table, with other headings, begins here.", remedy
                )

    def _near(self, text: str, near: list[str]) -> str:
        """What is asked of a name, with the countries whose names hold it or are spelled like it."""
        registry, plain_text = self.review.registry, fold(text)
        holding = [name for name in near if plain_text and plain_text in fold(name)]
        likely = [name for name in near[:1] if registry.likeness(text[:200], registry.resolve(name)) >= _LIKELY]
        shown = " or ".join(f"{name} ({registry.resolve(name)})" for name in (holding if len(holding) > 1 else likely))
        return f"a country, or skip; spelled like {shown}" if shown else "a country, or skip"

    def _list_countries(self, country: Column, rows: pd.Series) -> None:
        matches, lines = self._matches(country), []
        for row, text in self.cells.loc[rows, country.index].drop_duplicates().items():
            match = matches[row]
            if match is not None and match.code:
                name = self.review.registry.name(match.code)
                lines.append((spaced(text), match.code, name, match.how, self.block.cell(row, country.index)))
        self.block.countries = pd.DataFrame(lines, columns=EMPTY["countries"].columns)

    # answers

    def _statements(self, codes: pd.Series, editions: pd.Series) -> pd.DataFrame:
        """A row for each country and criterion with any cell filled: the texts as they stand."""
        cells = self.cells.loc[codes.index]
        base = pd.DataFrame({"edition": editions, "country": codes, "row": codes.index}, index=codes.index)
        of_row = {
            one.holds.field: one.index
            for one in self._held("source", *EVIDENCE)
            if one.holds and not one.holds.criterion
        }
        parts = []
        for id in self.framework.criterion_ids:
            columns = {one.holds.field: one.index for one in self.columns if one.holds and one.holds.criterion == id}
            if columns and not self.is_long:
                shown = {f"{name} shown": cells[n] for (of, name), n in self.shown.items() if of == id}
                parts.append(self._stated(base.assign(criterion=id, **shown), cells, columns, of_row))
        if self.is_long and self._held(CRITERION) and self._held(ANSWER):
            criterion, answer = self._held(CRITERION)[0].index, self._held(ANSWER)[0].index
            ids = self._criteria(cells[criterion], cells[answer] != "")
            found = self._stated(base.assign(criterion=ids), cells, {ANSWER: answer, **of_row}, {})
            parts.append(found[found["criterion"].notna()])
        found = pd.concat(parts, ignore_index=True) if parts else _NOTHING_STATED
        answered = set(found.loc[found[ANSWER] != "", "row"])
        for n in of_row.values() if not self.is_long else ():
            lost = [row for row in cells.index[cells[n] != ""] if row not in answered]
            if lost:
                text = f"{self.block.cell(lost[0], n)}: “{spaced(cells.at[lost[0], n])[:60]}”"
                many = f" and {plural(len(lost) - 1, 'other cell')} of this column belong" if lost[1:] else " belongs"
                self.block.notes.append(f"{text}{many} to no answer and {'are' if lost[1:] else 'is'} left out.")
        return found

    def _stated(
        self, part: pd.DataFrame, cells: pd.DataFrame, columns: Mapping[str, int], of_row: Mapping[str, int]
    ) -> pd.DataFrame:
        """The fields of the answers in these columns, and what a row says of all its answers."""
        part = part.assign(column=columns.get(ANSWER, min(columns.values())))
        for name in STATED:
            part[name] = cells[columns[name]] if name in columns else ""
            part[f"{name} column"] = columns.get(name, -1)
        for id in part["criterion"].unique() if ANSWER in columns else ():
            blank = (part["criterion"] == id) & (part[ANSWER] == "")
            asked = self.sheet.is_drawn or self.settled.answer(id, "") is not None
            if id is not None and asked and blank.any():
                part[ANSWER] = part[ANSWER].mask(blank, _BLANK)
        if self.sheet.is_document and "locator" not in {*columns, *of_row}:
            table, column = self.sheet.name.partition(":")[0], int(part["column"].iloc[0]) if len(part) else 0
            usual = {row: f"{table}, row {self.sheet.lines[row]}" for row in part["row"].unique()}
            places = part["row"].map({row: self.sheet.places.get((row, column), text) for row, text in usual.items()})
            part["locator"] = part["locator"].mask(part[ANSWER] != "", places)
        for name, n in of_row.items():
            takes = (part[name] == "") & (part[ANSWER] != "")
            part[name], part[f"{name} column"] = part[name].mask(takes, cells[n]), part[f"{name} column"].mask(takes, n)
        return part[(part[STATED] != "").any(axis=1)]

    def _criteria(self, texts: pd.Series, filled: pd.Series) -> pd.Series:
        """The criterion of each row of a long table; a text that is none is asked for as a column is."""
        found: dict[str, str | None] = {}
        for text in texts.unique():
            settled = self.settled.columns.get(spaced(text))
            known = [held for held in self.meanings.of_heading(text) if held.criterion and held.field == ANSWER]
            found[text] = settled.criterion or SKIP if settled else known[0].criterion if len(known) == 1 else None
            if settled:
                self.block.used.add(("columns", spaced(text)))
            rows = texts.index[(texts == text) & filled]
            n = self._held(CRITERION)[0].index
            if found[text] is None and len(rows) and text:
                cells = tuple(self.block.cell(row, n) for row in rows[:_SHOWN_CELLS])
                self.block.open.append(
                    Open("column", spaced(text), len(rows), cells, "no criterion: one of them, or skip", spaced(text))
                )
            elif found[text] is None and len(rows):
                message = f"{plural(len(rows), 'row')} with answers name no criterion."
                self.block.problems.add(
                    self.block.place(rows[0], n), message, one_of(self.framework.criterion_ids, "Criteria are")
                )
        return texts.map(lambda text: None if found[text] == SKIP else found[text])

    def _read_answers(self, statements: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
        """The statements in the words of the data format; each spelling listed by criterion, and asked for where open."""
        if statements.empty:
            return statements
        spelled, texts = (
            spelled_answers(self.framework),
            statements[ANSWER].map(lambda text: text if text == _BLANK else spaced(text)),
        )
        zero_one = {n: self._is_zero_one(n, known) for n in statements[f"{ANSWER} column"].unique() if n >= 0}
        read: dict[tuple[str, str], tuple[str, str]] = {}
        lines, open_texts = [], dict[str, list[tuple[str, pd.DataFrame]]]()
        answered = statements[texts != ""]
        for (id, text), cells in answered.groupby([answered["criterion"], texts[answered.index]], sort=False):
            shown, why, note = "" if text == _BLANK else str(text), "as settled", ""
            answer = self.settled.answer(id, shown)
            column = int(cells[f"{ANSWER} column"].iloc[0])
            if answer is not None:
                own = shown in self.settled.answers.get(id, {})
                self.block.used.add((f"answers.{id}" if own else "answers", shown))
                answer, note = "" if answer == SKIP else answer, self._wording(shown, spelled)
            elif shown in self.sheet.legend:
                answer, _ = answer_of(self.sheet.legend[shown], spelled) or (None, "")
                word = answer_of(shown, spelled)
                # a legend says what a sign means; a word that says otherwise is asked for
                answer = None if word and shown[-1:].isalnum() and word[0] != answer else answer
                why = "open" if answer is None else f"the legend: “{self.sheet.legend[shown]}”"
            elif shown == "":
                answer, why = None, "open"
            elif zero_one[column] and text in ("0", "1"):
                answer, why = self.framework.grades[int(text)], "0 and 1 alone are no and yes"
            else:
                answer, note = answer_of(shown, spelled) or (None, "")
                read_by = "the sign" if shown in self.sheet.signs else "the word"
                why = "open" if answer is None else read_by if not note else f"{read_by}; the rest is kept as its note"
            if answer is None:
                open_texts.setdefault(shown, []).append((id, cells))
            else:
                read[id, str(text)] = answer, note
            cell = self.block.cell(int(cells["row"].iloc[0]), column)
            lines.append((id, shown, answer, note, len(cells), cell, why))
        self.block.answers = pd.DataFrame(lines, columns=EMPTY["answers"].columns).astype({"answer": object})
        for text, places in open_texts.items():
            self._ask_answer(text, places, read)
        keys = list(zip(statements["criterion"], texts, strict=True))
        found = [read.get(key, ("", "")) for key in keys]
        statements = statements.assign(answer=[one for one, _ in found], behind=[one for _, one in found], text=texts)
        if self.sheet.is_drawn:  # where nothing is recorded, no place is
            nothing = [key in read and read[key][0] == "" for key in keys]
            statements["locator"] = statements["locator"].mask(pd.Series(nothing, index=statements.index), "")
        return self._with_notes(statements)

    def _wording(self, text: str, spelled: dict[str, str]) -> str:
        """What is kept as the note of an answer that was settled: what stands behind a word, or a wording of one's own."""
        found = answer_of(text, spelled)
        if found is not None:
            return found[1]
        if text in self.sheet.signs:
            return ""
        return text if sum(sign.isalpha() for sign in text) >= _WORDING else ""

    def _is_zero_one(self, column: int, known: pd.Series) -> bool:
        """Whether the cells of a column in the rows of countries are all 0 and 1, and both, and no comment says otherwise."""
        texts = {spaced(text) for text in self.cells.loc[known, column].unique()} - {""}
        return texts == {"0", "1"} and len(self.framework.grades) == 2 and column not in self.commented

    def _ask_answer(
        self, text: str, places: list[tuple[str, pd.DataFrame]], read: Mapping[tuple[str, str], object]
    ) -> None:
        """Ask for a spelling; by criterion where the same is read under another one, for all at once where it is not."""
        # read as what it says under another criterion: a line for all would change that too
        alone = any(other == text for _, other in read)
        for group in [[one] for one in places] if alone else [places]:
            cells = pd.concat([part for _, part in group])
            first = cells.head(_SHOWN_CELLS)
            where = tuple(
                self.block.cell(int(r), int(c)) for r, c in zip(first["row"], first[f"{ANSWER} column"], strict=True)
            )
            titles = ", ".join(self.framework.criterion(id).short for id, _ in group)
            self.block.open.append(
                Open(
                    "answer",
                    text,
                    len(cells),
                    where,
                    f"{'blank, ' if not text else ''}under {titles}{self._hint(text, group[0][0])}",
                    group[0][0] if alone else "",
                )
            )

    def _hint(self, text: str, criterion: str) -> str:
        """What is known of a spelling that is asked for: what the legend says, and what it was settled as before."""
        said = self.sheet.legend.get(text)
        return f"{f'; the legend says “{said[:120]}”' if said else ''}{self.settled.hint(criterion, text)}"

    def _with_notes(self, statements: pd.DataFrame) -> pd.DataFrame:
        """What stood behind an answer and the comment on its cell, kept in its note; nothing is stated where all is blank."""
        notes = _joined(statements["behind"], statements["note"])
        comments = self.sheet.comments
        if comments:
            places = zip(statements["row"], statements[f"{ANSWER} column"], strict=True)
            said = pd.Series([comments.get(place, "") for place in places], index=statements.index)
            if self.sheet.is_drawn:  # a footnote to a country is one to all its answers
                n = self._held(COUNTRY)[0].index
                said = _joined(said, statements["row"].map(lambda row: comments.get((row, n), "")))
            said = said.where(statements["text"] != "", "")
            notes = _joined(notes, said)
            rows = statements[said != ""]
            kept = [self.block.cell(int(r), int(c)) for r, c in zip(rows["row"], rows[f"{ANSWER} column"], strict=True)]
            kept_at = {(int(r), int(c)) for r, c in zip(rows["row"], rows[f"{ANSWER} column"], strict=True)}
            others = [
                self.block.cell(*place)
                for place in comments
                if place[0] > self.headings.last and place not in kept_at and not self._is_of_country(place)
            ]
            for cells, what in ((kept, "on answers kept as notes"), (others, "on other cells left out")):
                if cells:
                    self.block.notes.append(
                        f"{plural(len(cells), 'comment')} {what}: {', '.join(cells[:8])}{' …' if len(cells) > 8 else ''}."
                    )
        found = statements.assign(note=notes)
        self.block.cells = found
        return found[(found[STATED] != "").any(axis=1)].copy()

    def _is_of_country(self, place: tuple[int, int]) -> bool:
        """Whether a cell of a document in pages is the name of a country."""
        return self.sheet.is_drawn and place[1] == self._held(COUNTRY)[0].index

    def _check_evidence(self) -> None:
        """The fields beside the answers: characters, lengths, dates, causes; dates that a spreadsheet made are said."""
        statements, dated = self.block.statements, 0
        for name in [name for name in STATED if name != ANSWER and len(statements)]:
            read = {"": ""}
            for text in [text for text in statements[name].unique() if text]:
                read[text], wrong = self._evidence(name, text)
                if wrong:
                    rows = statements[statements[name] == text]
                    cells = list(zip(rows["row"], rows[f"{name} column"], strict=True))
                    self.block.problems.add(self.block.place(*cells[0]), f"{wrong[0]}{self._also(cells)}", wrong[1])
            if name != "effective" and self.sheet.dates and len(read) > 1:
                places = zip(statements["row"], statements[f"{name} column"], strict=True)
                dated += sum(place in self.sheet.dates for place in places)
            statements[name] = statements[name].map(read)
        if dated:
            self.block.notes.append(
                f"{plural(dated, 'cell')} beside answers are dates to the spreadsheet, and are kept as YYYY-MM-DD: look whether “3-4” was meant."
            )

    def _evidence(self, name: str, text: str) -> tuple[str, tuple[str, str] | None]:
        """A text beside an answer as the data format has it, and what is wrong with it."""
        value = re.sub("\r\n|[\r\x0b\x0c]", "\n", text if self.sheet.name else unguarded(text))
        odd, allowed = unusable(value), ANSWERS.choices["cause"]
        if odd:
            return "", (f"This text holds {name_of(odd[0])}.", "Delete that character.")
        if len(value) > MOST_TEXT:
            return "", (f"This text has more than {MOST_TEXT:,} letters.", "Shorten it.")
        if name == "effective" and not is_date(value):
            hint = " A date that shows as a number is to be formatted as a date." if value.isdigit() else ""
            return "", (
                f"“{value}” is not a date.",
                f"Write YYYY, YYYY-MM or YYYY-MM-DD, or settle its column as note or skip.{hint}",
            )
        if name == "cause":
            wrong = (f"“{value}” is not allowed here.", did_you_mean(value, allowed) + one_of(allowed))
            return (plain(value), None) if plain(value) in allowed else ("", wrong)
        return value, None


def _joined(one: pd.Series, other: pd.Series) -> pd.Series:
    """Two texts as one, with a semicolon between where neither is blank."""
    both = one.str.cat(other, "; ")
    return both.where((one != "") & (other != ""), one.where(one != "", other))


def distinct_open(blocks: Iterable[Block]) -> list[Open]:
    """What is open in several blocks, each once, with its cells counted together."""
    found: dict[tuple[str, str, str], Open] = {}
    for one in (one for block in blocks for one in block.open):
        key = (one.what, one.text, one.of)
        there = found.get(key)
        cells = (*there.cells, *one.cells)[:_SHOWN_CELLS] if there else one.cells
        found[key] = replace(one, count=one.count + (there.count if there else 0), cells=cells)
    return list(found.values())
