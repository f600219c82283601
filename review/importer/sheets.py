"""Which sheets of a file are read, and as which editions: told by their names, their headings, and what is settled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from country_data import ChoiceError, Place, Problems, did_you_mean, fold
from country_data.document_tables import read_docx_tables, read_html_tables
from country_data.names import CountryNames
from country_data.other_sheets import AS_DOCX, AS_XLSX, HTML, kind_of, read_ods_sheets, read_xls_sheets
from country_data.pdf.reader import read_pdf_tables
from country_data.text_file import SheetRows, read_any_csv
from country_data.xlsx_file import read_sheets
from review.importer.block import Open
from review.importer.columns import COUNTRY, CRITERION, SKIP, Headings, Meanings, find_headings, is_country, spread
from review.importer.reading_file import Settled
from review.importer.words import plain, spaced, spelled_answers
from review.review import Review
from review.wording import plural

__all__ = ["ChosenSheets"]

_READERS = {
    "xlsx": read_sheets, "xls": read_xls_sheets, "ods": read_ods_sheets, "docx": read_docx_tables, HTML: read_html_tables,
}  # fmt: skip
_PAGES = (".html", ".htm", ".xhtml")
_DOCUMENTS = ("a document of old Word", "a rich text document", "an OpenDocument text")
_MADE_FOR = re.compile(r"modellaw import FILE --series (\S+) --edition (\S+)")
_MOST_COLUMNS = 2_000
_FILLED_IN = "Answers"  # the sheet of a template


@dataclass
class ChosenSheets:
    """The sheets of a file that are read, once `choose` has chosen them.

    Attributes
    ----------
    names : CountryNames
        What texts mean which country.
    sheet : str | None
        The sheet that was named.
    sheets : list[tuple[Headings, str | None]]
        Each with its headings, and the edition of its answers (None where a column says it).
    settled : Settled
        What is settled of them: nothing that was kept, of a template.
    edition : str | None
        The edition that was named, or that a template was made for.
    table : dict[str, str]
        The sheet and the rows of its headings, as a reading names them.
    made_for : tuple[str, str] | None
        The series and the edition that a template was made for; None for any other table.
    open, notes, problems
        What has to be settled, what a reader may not expect, and what is in the way.

    """

    path: Path
    review: Review
    names: CountryNames
    settled: Settled
    edition: str | None
    sheet: str | None
    sheets: list[tuple[Headings, str | None]] = field(default_factory=list)
    table: dict[str, str] = field(default_factory=dict)
    made_for: tuple[str, str] | None = None
    open: list[Open] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def _read_file(self) -> list[SheetRows] | None:
        """The sheets of the file, whatever its name says of its kind."""
        label = self.path.name
        if not self.path.is_file():
            what = (
                "is a folder"
                if self.path.is_dir()
                else "is no file that can be read"
                if self.path.exists()
                else "is not there"
            )
            self.problems.add(
                Place(str(self.path)),
                f"This file {what}.",
                "Name a table: .xlsx, .csv, .tsv, .ods, .xls, .docx, .html or .pdf.",
            )
            return None
        try:
            kind = kind_of(self.path)
        except OSError as error:
            self.problems.add(
                Place(label), f"This file can't be read: {error.strerror}.", "Check that you may read it."
            )
            return None
        if kind == "text" and self.path.suffix.lower() == ".xlsx":
            kind = "xlsx"  # a workbook that is none: its reader says so
        if kind in ("text", "an XML file") and self.path.suffix.lower() in _PAGES:
            kind = HTML
        if kind == "pdf":
            return read_pdf_tables(self.path, label, self.problems, self._is_name, self.settled.pages)
        if self.settled.pages is not None:
            self.problems.add(Place(label), "Only a PDF has pages: this is none.", "Leave --pages out.")
            return None
        if kind in _READERS and (kind != HTML or self.path.suffix.lower() in _PAGES):
            return _READERS[kind](self.path, label, self.problems)
        if kind != "text":
            named = (
                f" under the name of a workbook ({self.path.suffix})"
                if self.path.suffix.lower() in (".xls", ".xlsx")
                else ""
            )
            self.problems.add(
                Place(label),
                f"This file is {kind}{named}, which is not read.",
                AS_DOCX if kind in _DOCUMENTS else AS_XLSX,
            )
            return None
        text = read_any_csv(
            self.path, label, self.problems, encoding=self.settled.encoding, separator=self.settled.separator
        )
        if text is None:
            return None
        if not isinstance(text, SheetRows):
            readings = ", ".join(f"{name} reads “{word}”" for name, word in text.readings.items())
            self.open.append(Open("encoding", text.word, 1, (), readings))
            return None
        if self.path.suffix.lower() in (".xls", ".xlsm", ".ods"):
            self.notes.append(
                f"This is a text with separators under the name of a workbook ({self.path.suffix}); it is read as that."
            )
        return [text]

    def _is_name(self, text: str) -> bool:
        """Whether a text is the name of a country, or is settled as one."""
        if plain(text) in spelled_answers(self.review.framework):
            return False  # NO is an answer more often than Norway
        return self.settled.countries.get(spaced(text), SKIP) != SKIP or is_country(text, self.names)

    def choose(self) -> None:
        """Read the file and choose its sheets."""
        every = self._read_file()
        sheets = None if every is None else self._named(every)
        if every is None or sheets is None:
            return
        found = self._found(sheets)
        editions = {sheet.name: self._edition_named(sheet.name) for _, sheet, _ in found}
        # a sheet named after the edition goes before one that fits better; without an edition, all those named after one
        wanted = {self.edition} if self.edition else {id for id in editions.values() if id}
        mine = [item for item in found if item[0] and self.settled.sheet is None and editions[item[1].name] in wanted]
        best = max((fit for fit, _, _ in found), default=0)
        fitting = [(one, headings) for fit, one, headings in found if fit == best]
        fitting = [(one, headings) for _, one, headings in mine] or fitting
        # of a document in pages, what is not joined may be the rest of the table
        drawn = [(one, headings) for fit, one, headings in found if fit and one.is_drawn]
        fitting = drawn if len(drawn) > len(fitting) else fitting
        chosen = self._chosen(fitting)
        self.sheets = [(headings, edition) for _, headings, edition in chosen]
        others = [one.name for one in every if one.name and one.name not in {sheet.name for sheet, _, _ in chosen}]
        if others and chosen and self.made_for is None:
            taken = ", ".join(f"“{sheet.name}”" for sheet, _, _ in chosen)
            self.notes.append(f"Read: sheet {taken}. Not read: {', '.join(f'“{name}”' for name in others)}.")
        if self.settled.rows and not fitting and any(one.rows for one in sheets):
            first, last = self.settled.rows
            place = self.settled.place("table", "rows")
            self.problems.add(place, f"There is nothing in lines {first} to {last}.", "Name the lines of the headings.")
        if not fitting and not self.problems:
            self.problems.add(
                Place(self.path.name),
                "This file has no rows.",
                "Name a table with a row of headings, and a row for each country.",
            )
        if len(chosen) == 1:
            sheet, headings, _ = chosen[0]
            lines = [sheet.lines[n] for n in (headings.first, headings.last)]
            self.table = {"sheet": sheet.name} if sheet.name else {}
            self.table["rows"] = str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}:{lines[1]}"
            above = [row for row in sheet.rows[: headings.first] if any(row)]
            if above and self.made_for is None:
                passed = ", ".join(f"“{next(filter(None, row))[:80]}”" for row in above[:3])
                self.notes.append(f"The headings stand in line {self.table['rows']}; above them: {passed}.")

    def _named(self, sheets: list[SheetRows]) -> list[SheetRows] | None:
        """The sheets among which is chosen: of a template its own, else the one that is named; None where it is not there."""
        self.made_for = next((found for one in sheets for found in [_made_for(one, self.review)] if found), None)
        if self.made_for is not None and self.made_for != (self.review.series.id, self.edition or self.made_for[1]):
            made = f"{self.made_for[0]}, edition {self.made_for[1]}"
            message = f"This is a template for {made}, not for {self.review.series.id}, edition {self.edition or self.made_for[1]}."
            remedy = (
                f"Name --series {self.made_for[0]} --edition {self.made_for[1]}, or write a template for this edition."
            )
            self.problems.add(Place(self.path.name), message, remedy)
            return None
        if self.made_for is not None:
            self.edition = self.review.find_edition(self.made_for[1])
            sheets = [one for one in sheets if one.name == _FILLED_IN] or sheets
            self.settled = Settled() if self.settled.kept else self.settled
        if self.settled.sheet is not None:
            named = [one for one in sheets if fold(one.name) == fold(self.settled.sheet)]
            if not named and self.settled.kept and self.sheet is None:
                self.notes.append(f"The sheet “{self.settled.sheet}” of {self.settled.label} is not in this file.")
                named = sheets
            elif not named:
                titles = [one.name for one in sheets if one.name]
                there = (
                    f"{did_you_mean(self.settled.sheet, titles)}There are: {', '.join(titles)}."
                    if titles
                    else "This is a text file, which has no sheets."
                )
                self.problems.add(Place(self.path.name), f"There is no sheet “{self.settled.sheet}”.", there)
                return None
            sheets = named
        return sheets

    def _found(self, sheets: list[SheetRows]) -> list[tuple[int, SheetRows, Headings]]:
        """Each visible sheet with its headings, and how well it fits."""
        meanings = Meanings.of(self.review.framework)
        found: list[tuple[int, SheetRows, Headings]] = []
        visible = [one for one in sheets if one.rows and (not one.hidden or self.settled.sheet is not None)]
        if not visible and any(one.rows for one in sheets):
            hidden = ", ".join(f"“{one.name}”" for one in sheets)
            remedy = f'Show the one with the answers, or name it: --sheet "{sheets[0].name}".'
            self.problems.add(Place(self.path.name), f"All sheets are hidden: {hidden}.", remedy)
            return []
        for one in visible:
            lines = self.settled.rows or ((1, one.heading_rows) if one.is_drawn else None)
            headings = find_headings(spread(one), meanings, self.settled.columns, self.names, lines)
            if headings is not None and len(headings.columns) > _MOST_COLUMNS:
                message = (
                    f"This sheet has {len(headings.columns):,} columns, more than the {_MOST_COLUMNS:,} that are read."
                )
                self.problems.add(Place(self.path.name, sheet=one.name), message, "Save only the columns with answers.")
            elif headings is not None and not headings.known and _holds_country(headings, self.names):
                message = "This table has no row of headings: its first row is of a country."
                self.problems.add(Place(self.path.name, sheet=one.name), message, "Put a row of headings above it.")
            elif headings is not None:
                found.append((self._fit(headings), one, headings))
        return found

    def _fit(self, headings: Headings) -> int:
        """How well a sheet fits: 2 with countries and criteria, 1 with countries alone, 0 with neither."""
        held = {one.criterion or one.field for column in headings.columns for one in column.means}
        held |= {one.under for one in headings.columns if one.under}
        held |= {one.criterion or one.field for name, one in self.settled.columns.items() if headings.named(name)}
        criteria = held & {*self.review.framework.criterion_ids, CRITERION}
        if COUNTRY not in held and not _has_countries(headings, self.names):
            return 0
        return 2 if criteria else 1

    def _chosen(self, fitting: list[tuple[SheetRows, Headings]]) -> list[tuple[SheetRows, Headings, str | None]]:
        """The sheets that are read, with their editions; open where more than one fits."""
        named = {sheet.name: self._edition_named(sheet.name) for sheet, _ in fitting}
        if self.settled.sheet is not None or (len(fitting) == 1 and not fitting[0][0].name):
            return [(sheet, headings, self.edition or named[sheet.name]) for sheet, headings in fitting]
        if self.edition is not None:
            mine = [item for item in fitting if named[item[0].name] == self.edition]
            free = mine or [item for item in fitting if named[item[0].name] is None]
            if len(free) == 1:
                return [(*free[0], self.edition)]
            fitting = free or fitting
        else:
            panel = [item for item in fitting if named[item[0].name] is not None]
            if panel and len({named[item[0].name] for item in panel}) == len(panel):
                return [(*item, named[item[0].name]) for item in panel]
            if len(fitting) == 1:
                return [(*fitting[0], None)]
        for sheet, headings in fitting:
            rows = len(sheet.rows) - headings.last - 1
            self.open.append(Open("sheet", sheet.name, rows, (f"A{sheet.lines[headings.first]}",), plural(rows, "row")))
        return []

    def _edition_named(self, name: str) -> str | None:
        """The edition after which a sheet is named: by its id, number or year; of a table of a document by its title."""
        name = re.sub(r"^table \d+(: )?", "", name)
        try:
            years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
            text = name.strip() if len(years) != 1 or name.strip() in self.review.series.editions else years[0]
            return self.review.find_edition(text) if any(sign.isdigit() for sign in name) else None
        except ChoiceError:
            return None


def _holds_country(headings: Headings, names: CountryNames) -> bool:
    """Whether the row of headings is one of a country."""
    return headings.first == headings.last and any(
        is_country(text, names) for text in headings.sheet.rows[headings.last]
    )


def _has_countries(headings: Headings, names: CountryNames) -> bool:
    """Whether at least half of the cells of a column are countries, whatever its heading."""
    rows = headings.sheet.rows[headings.last + 1 : headings.last + 200]
    for column in headings.columns:
        texts = [row[column.index] for row in rows if column.index < len(row) and row[column.index]]
        if texts and 2 * sum(names.find(text) is not None for text in texts) >= len(texts):
            return True
    return False


def _made_for(sheet: SheetRows, review: Review) -> tuple[str, str] | None:
    """The series and the edition for which a template was made; None for any other table."""
    for row in sheet.rows[:40]:
        match = _MADE_FOR.search(row[0]) if row else None
        if match:
            return match[1], match[2]
    title = re.compile(re.escape(review.series.title) + r", edition (\S+): answers")
    first = title.fullmatch(sheet.rows[0][0]) if sheet.rows and sheet.rows[0] else None
    return (review.series.id, first[1]) if first else None
