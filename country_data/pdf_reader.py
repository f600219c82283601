"""Read the tables of a PDF: found on its pages, joined over pages, with footnotes and legends, as sheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from country_data.characters import clean, unusable
from country_data.other_sheets import SheetCells
from country_data.pdf_pages import PagePart, PdfPage, Piece, page_texts, read_pages, spans, symmetries
from country_data.pdf_tables import DocumentTable, TableRow, names_beside, tables_of
from country_data.problems import Place, Problems
from country_data.registry import fold
from country_data.text_file import SheetRows

__all__ = ["read_pdf_tables"]

_FEWEST, _MOST_PAGES, _MOST_TRIED = 3, 200, 60
_LONGEST_NAME = 6  # words
_TICKS, _CROSSES = "✓✔", "✗✘✕✖"
_SYMMETRIC = 0.45  # of a mark and its mirror image: ticks have less in common, crosses more
_WIDE_GAP, _COLUMN = 1.5, 40.0  # sizes of letters between parts of a line; points by which lines of one footnote differ
_LONGEST_KEY = 2  # letters of a sign that a legend explains
_LOOK_ALIKE = {0x424: 0x3A6, 0x444: 0x3C6, 0x2126: 0x3A9, 0x25B2: 0x25B2}
IsName = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _At:
    """A cell: its row, its column there, and the table of its page."""

    row: TableRow
    column: int
    table: DocumentTable

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.row.cells.get(self.column, "")

    @property
    def mark(self) -> str:
        """What tells the mark in it; "" where there is none."""
        return self.row.marks.get(self.column, "")

    @property
    def notes(self) -> list[str]:
        """The raised signs in it."""
        return [sign for note in self.row.notes.get(self.column, ()) for sign in _signs(note)]

    @property
    def place(self) -> str:
        """Its page and row; of a row without a country, the one above."""
        row = f"row {self.row.number}" if self.row.name else f"below row {self.row.number}"
        return f"page {self.row.page}, {row}"

    @property
    def part(self) -> PagePart:
        """The part of its page that shows it."""
        page = self.table.page
        return page.number, self.row.box(self.table.columns[self.column], self.column), page.turned


@dataclass
class _Sheet:
    """A table joined of those on several pages.

    `headings`: of each column, the upper one first. `parts`: the columns of each page that shows the same rows.
    """

    headings: list[tuple[str, ...]]
    parts: list[list[int]]
    names: int
    rows: list[dict[int, _At]] = field(default_factory=list)
    last: DocumentTable | None = None
    last_rows: dict[str, int] = field(default_factory=dict)  # by name, of the last page
    part: int = 0
    pages: list[int] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)  # of the columns of the first page
    titles: dict[str, tuple[str, int]] = field(
        default_factory=dict
    )  # what stands above the tables, and on which page first

    @classmethod
    def of(cls, table: DocumentTable) -> _Sheet:
        """The sheet that begins with a table."""
        columns = list(range(len(table.columns)))
        sheet = cls([_headings(table, n) for n in columns], [columns], table.names)
        sheet.places = table.places
        sheet._add_rows(table, dict(zip(columns, columns, strict=True)))
        return sheet

    def _add_rows(self, table: DocumentTable, columns: dict[int, int]) -> None:
        """Add the rows of a table; `columns`: which column here each of its columns is."""
        self.last_rows = {}
        for row in table.rows:
            if row.cells.get(table.names):
                self.last_rows[row.cells[table.names]] = len(self.rows)
            self.rows.append({columns[n]: _At(row, n, table) for n in columns})
        self._goes_to(table, 0)

    def _goes_to(self, table: DocumentTable, part: int) -> None:
        self.last, self.part = table, part
        if title := fold(re.sub(r"\d|\bcont(?:inued|\.)?", "", table.title)):
            self.titles.setdefault(title, (table.title, table.page.number))
        self.pages = list(dict.fromkeys([*self.pages, table.page.number]))

    def take(self, table: DocumentTable) -> bool:
        """Take a table that goes on here, beside or below; whether it does."""
        return self._take_beside(table) or self._take_below(table)

    def _take_beside(self, table: DocumentTable) -> bool:
        """More columns of the rows of the page before."""
        names = [row.cells[table.names] for row in table.rows if row.cells.get(table.names)]
        same = sum(name in self.last_rows for name in names)
        if self.last is None or not names or same < 0.8 * max(len(names), len(self.last_rows)):
            return False
        others = [n for n in range(len(table.columns)) if n != table.names]
        following = self.parts[self.part + 1] if self.part + 1 < len(self.parts) else []
        mine = [self._key(self.headings[n]) for n in following]
        theirs = [self._key(_headings(table, n)) for n in others]
        if following and len(following) == len(others) and (not any(theirs) or mine == theirs):
            columns = dict(zip(others, following, strict=True))
        elif following and len(set(mine)) == len(mine) and sorted(mine) == sorted(theirs):
            columns = {n: following[mine.index(key)] for n, key in zip(others, theirs, strict=True)}
        else:
            columns = {n: len(self.headings) + m for m, n in enumerate(others)}
            self.headings += [_headings(table, n) for n in others]
            self.parts.append(list(columns.values()))
        for row in table.rows:
            cells = {columns[n]: _At(row, n, table) for n in columns}
            if row.cells.get(table.names) in self.last_rows:
                self.rows[self.last_rows[row.cells[table.names]]] |= cells
            elif row.cells:
                self.rows.append(cells | {self.names: _At(row, table.names, table)})
        self._goes_to(table, self.part + 1)
        return True

    def _take_below(self, table: DocumentTable) -> bool:
        """More rows, under the same headings or under none."""
        mine = {self._key(self.headings[n]): n for n in self.parts[0]}
        theirs = [self._key(_headings(table, n)) for n in range(len(table.columns))]
        theirs[table.names] = ""  # whatever stands over the names
        found = {n: mine[key] for n, key in enumerate(theirs) if key and key in mine}
        titled = [n for n, key in enumerate(theirs) if key]
        if len(found) == len(titled) > (len(theirs) - 1) / 2 and len(set(found.values())) == len(found):
            left = [n for n in self.parts[0] if n not in found.values()]
            free = [n for n in range(len(theirs)) if n not in found]
            columns = found | (dict(zip(free, left, strict=True)) if len(free) == len(left) else {})
            if any(n not in columns for row in table.rows for n in row.cells):
                return False
        elif len(theirs) == len(self.parts[0]) and not found and len(titled) <= 2 and self._has_places_of(table):
            columns = dict(zip(range(len(theirs)), self.parts[0], strict=True))
        else:
            return False
        if columns.get(table.names) != self.names:
            return False
        self._add_rows(table, columns)
        return True

    def _has_places_of(self, table: DocumentTable) -> bool:
        """Whether the columns of a table without headings stand where those here do, seen from the names."""
        mine = [(left + right) / 2 - self.places[self.names][0] for left, right in self.places]
        theirs = [(left + right) / 2 - table.places[table.names][0] for left, right in table.places]
        widths = [right - left for left, right in self.places]
        return all(abs(a - b) < max(width / 2, 10) for a, b, width in zip(mine, theirs, widths, strict=True))

    @staticmethod
    def _key(heading: tuple[str, ...]) -> str:
        return fold("".join(heading))


def _headings(table: DocumentTable, column: int) -> tuple[str, ...]:
    return tuple(row[column] for row in table.headings)


def read_pdf_tables(
    path: Path, label: str, problems: Problems, is_name: IsName, pages: tuple[int, int] | None = None
) -> list[SheetRows] | None:
    """Read the tables of countries in a PDF; None after adding to `problems` why there are none.

    Parameters
    ----------
    is_name : Callable[[str], bool]
        Whether a text is the name of a country.
    pages : tuple[int, int] | None, optional
        The first and the last page of the table; left out, those with several names of countries.

    """
    texts = page_texts(path, label, problems)
    if texts is None:
        return None
    numbers = _chosen_pages(texts, pages, is_name, label, problems)
    read = read_pages(path, numbers, label, problems) if numbers else []
    if problems:
        return None
    sheets: list[_Sheet] = []
    used: set[int] = set()
    for table in _tables(read, is_name):
        used |= table.used
        if not any(one.take(table) for one in reversed(sheets)):
            sheets.append(_Sheet.of(table))
    if not sheets:
        found = "; ".join(_seen(page) for page in read[:6]) or "no text"
        message = f"No table with names of countries is found here (seen: {found})."
        problems.add(Place(label), message, "Name its pages: --pages 36-59. Else copy the table into a workbook.")
        return None
    odd = _odd_marks(path, sheets)
    cells = [at for one in sheets for row in one.rows for at in row.values()]
    signs = {_same_sign(sign) for at in cells for sign in at.notes}
    keys = {at.text for at in cells if at.mark or 0 < len(at.text) <= _LONGEST_KEY}
    footnotes, legend, explained = dict[tuple[int, str], str](), dict[str, str](), set[int]()
    for page in read:
        lines = _lines(one for one in page.pieces if id(one) not in used and not one.angle)
        footnotes |= {(page.number, sign): text for sign, text in _footnotes(lines, signs).items()}
        for key, text in _legend(lines, keys, explained).items():
            legend[key] = text if legend.get(key, text) == text else f"{legend[key]} / {text}"
    return [
        _sheet_rows(one, n, sheets, footnotes, {key: text for key, text in legend.items() if key not in odd}, odd, _notes(one, read, used | explained, is_name, is_first=n == 0))
        for n, one in enumerate(sheets)
    ]  # fmt: skip


def _tables(pages: list[PdfPage], is_name: IsName) -> list[DocumentTable]:
    """The tables of pages in order; few names count where the table of a page beside goes on."""
    found: list[list[DocumentTable]] = []
    for n, page in enumerate(pages):
        before = found[-1] if found and pages[n - 1].number == page.number - 1 else []
        found.append(tables_of(page, is_name, before))
    for n, page in list(enumerate(pages))[-2::-1]:
        after = found[n + 1] if pages[n + 1].number == page.number + 1 else []
        if not found[n] and after:
            begun = tables_of(page, is_name, after)
            found[n] = [one for one in begun if any(len(one.columns) == len(other.columns) for other in after)]
    return [table for tables in found for table in tables]


def _seen(page: PdfPage) -> str:
    """What stands on a page, in numbers."""
    marks = sum(bool(one.mark) for one in page.pieces)
    return f"page {page.number}: {len(page.pieces) - marks} words, {marks} marks, {len(page.across) + len(page.down)} lines"


def _chosen_pages(
    texts: list[tuple[str, int]], pages: tuple[int, int] | None, is_name: IsName, label: str, problems: Problems
) -> list[int]:
    """The numbers of the pages that are read: those that are named, else those with names of countries and what follows them."""
    if pages is not None:
        if pages[1] > len(texts):
            remedy = f"Name pages from 1 to {len(texts)}: --pages 1-{len(texts)}."
            problems.add(Place(label), f"There is no page {pages[1]}: this PDF has {len(texts)}.", remedy)
            return []
        chosen = list(range(pages[0], pages[1] + 1))
    else:
        many = [_names_on(text, is_name) for text, _ in texts]
        named = [n for n, found in enumerate(many, 1) if found >= _FEWEST]
        # a table may begin with few rows on the page before, end so, and have its last columns on pages without names
        chosen = sorted({m for n in named for m in range(n - 1, n + 4) if 0 < m <= len(texts)})
        while chosen and (more := {n + 1 for n in chosen if n < len(texts) and many[n]} - set(chosen)):
            chosen = sorted({*chosen, *more})
        blank = [n for n, (text, objects) in enumerate(texts, 1) if not text.strip() and objects]
        if not named and len(blank) == len(texts):
            message = f"{'Page' if len(blank) == 1 else 'Pages'} {spans(blank)}: a picture without text."
            problems.add(Place(label), message, "Let a program for OCR add the text first (“searchable PDF”).")
            return []
        if not named and len(texts) <= _MOST_TRIED:
            return [n for n, (text, _) in enumerate(texts, 1) if text.strip()]  # turned text may come in another order
        if not named:
            message = f"No page of {len(texts)} has names of countries, one to a line."
            problems.add(Place(label), message, "Name the pages of the table: --pages 36-59.")
            return []
    if len(chosen) > _MOST_PAGES:
        message = f"{len(chosen):,} pages may hold the table, more than the {_MOST_PAGES} that are read at once."
        problems.add(Place(label), message, "Name the pages of the table: --pages 36-59.")
        return []
    return chosen


def _names_on(text: str, is_name: IsName) -> int:
    """How many lines of a page begin or end with the name of a country; no more than make a table."""
    found = 0
    for line in text.splitlines():
        words = line.split()
        words = words[1:] if words and re.fullmatch(r"\d{1,3}[.)]?", words[0]) else words
        lengths = range(min(len(words), _LONGEST_NAME), 0, -1)
        found += any(is_name(" ".join(part)) for n in lengths for part in (words[:n], words[-n:]))
        if found >= _FEWEST:
            break
    return found


# --- marks


def _odd_marks(path: Path, sheets: list[_Sheet]) -> dict[str, str]:
    """The marks that are spelled as ticks or crosses and do not look so, by what tells them, each with a spelling of its own."""
    first: dict[str, tuple[str, PagePart]] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for at in row.values():
                if at.mark and at.text in (*_TICKS, *_CROSSES):
                    first.setdefault(at.mark, (at.text, at.part))
    likeness = symmetries(path, [part for _, part in first.values()])
    odd = _by_ink(sheets)
    for n, (mark, (text, _)) in enumerate(first.items()):
        # where no picture of it could be made, its look is not known
        if n >= len(likeness) or (likeness[n] > _SYMMETRIC) != (text in _CROSSES):
            odd[mark] = f"{text} ({mark.partition('+')[2] or mark})"
    return odd


def _by_ink(sheets: list[_Sheet]) -> dict[str, str]:
    """Marks that look the same but for their colours, by what tells them, each with its colour."""
    inks: dict[str, set[str]] = {}
    for sheet in sheets:
        for at in (at for row in sheet.rows for at in row.values() if at.mark):
            inks.setdefault(at.text, set()).add(at.mark)
    several = {text: marks for text, marks in inks.items() if len({mark.rpartition(" ")[2] for mark in marks}) > 1}
    return {mark: f"{text} in colour {mark.rpartition(' ')[2]}" for text, marks in several.items() for mark in marks}


# --- what stands around a table


def _lines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces by line, from top to bottom, each from left to right; raised ones in the line they are raised from.

    What stands beside after a wide gap is a line of its own.
    """
    lines: list[list[Piece]] = []
    for one in sorted(pieces, key=lambda one: one.base):
        near = (line for line in lines[::-1][:4] if abs(line[-1].base - one.base) < 0.55 * max(one.size, line[0].size))
        found = next(near, None)
        if found is None:
            lines.append([one])
        else:
            found.append(one)
    return [part for line in lines for part in _apart(sorted(line, key=lambda one: one.box.left))]


def _apart(line: list[Piece]) -> list[list[Piece]]:
    """A line in parts, at its wide gaps."""
    parts = [[line[0]]]
    for before, one in pairwise(line):
        if one.box.left - before.box.right > _WIDE_GAP * max(one.size, before.size):
            parts.append([])
        parts[-1].append(one)
    return parts


def _signs(note: str) -> list[str]:
    """The signs of a raised text, as “*,Ω”."""
    return [sign for sign in re.split(r"[,.;\s]+", note) if sign]


def _same_sign(text: str) -> str:
    """A sign as it is compared: those that look the same are the same."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKE)


def _footnotes(lines: list[list[Piece]], signs: set[str]) -> dict[str, str]:
    """The texts of footnotes by their signs; a line that begins with no sign goes on with the one above it."""
    found: dict[str, str] = {}
    going: list[tuple[str, Piece]] = []  # the footnotes that may go on, each with the first piece of its last line
    for line in lines:
        first = line[0]
        begins = re.match(r"[(\[]?([^\W\d_]{1,2}|\d{1,3}|[^\w\s]{1,3})[)\].:]?$", first.text)
        key = _same_sign(begins[1]) if begins else ""
        if key in signs and len(line) > 1 and key not in found:
            found[key] = " ".join(one.text for one in line[1:])
            going = [one for one in going if abs(one[1].box.left - first.box.left) > _COLUMN] + [(key, first)]
            continue
        above = [one for one in going if abs(one[1].box.left - first.box.left) < _COLUMN and 0 < first.base - one[1].base < 2 * first.size]  # fmt: skip
        if above and key not in signs:
            found[above[-1][0]] += " " + " ".join(one.text for one in line)
            going = [(key, first) if one is above[-1] else one for one in going for key in [one[0]]]
    return found


def _legend(lines: list[list[Piece]], keys: set[str], explained: set[int]) -> dict[str, str]:
    """What a legend says of signs: `sign [=] words`, several in a line; the signs it explains are added to `explained`.

    Letters and numbers need a sign between. Where words stand before the first mark, or none behind the last, it is not
    plain which belong together: then each mark has the whole line, which means nothing and is shown.
    """
    found: dict[str, str] = {}
    for line in lines:
        parts: list[tuple[Piece | None, list[str]]] = [(None, [])]
        for n, one in enumerate(line):
            bare = one.text if one.mark else one.text.rstrip("=:") or one.text
            follows = line[n + 1].text if n + 1 < len(line) else ""
            apart = n == 0 or line[n - 1].text[-1:] in ";,.|/)" or one.box.left - line[n - 1].box.right > one.size
            explains = n == 0 if not bare[-1:].isalnum() else bare != one.text or follows[:1] in ("=", ":")
            if one.mark or (bare in keys and apart and explains):
                parts.append((replace(one, text=bare), []))
                if one.mark and any(other.text[-1:].isalnum() for other in line):
                    explained.add(id(one))
            else:
                parts[-1][1].append(one.text)
        texts = [re.sub(r"^[=:–\-\s]+|[;,.|/\s]+$", "", " ".join(words)) for _, words in parts]
        is_plain = (not parts[0][1] or parts[0][1][-1].endswith(":")) and all(texts[1:])
        whole = " ".join(one.text for one in line)
        for (key, _), text in zip(parts[1:], texts[1:], strict=True):
            said = text if is_plain else whole
            if key is not None and any(texts):
                found[key.text] = said if found.get(key.text, said) == said else f"{found[key.text]} / {said}"
    return found


def _notes(sheet: _Sheet, pages: list[PdfPage], used: set[int], is_name: IsName, *, is_first: bool) -> list[str]:
    """What stands on the pages and in no table: marks, names of countries beside entries, letters that nobody sees."""
    notes = []
    for page in pages:
        left = [one for one in page.pieces if one.mark and id(one) not in used]
        if left and (page.number in sheet.pages or is_first):
            shown = ", ".join(dict.fromkeys(one.text for one in left[:8]))
            marks = "1 mark stands" if len(left) == 1 else f"{len(left)} marks stand"
            notes.append(
                f"Page {page.number}: {marks} outside the table ({shown}). Look whether a row or column is missing."
            )
        names = [text for text in names_beside(page, is_name) if not any(id(one) in used for one in text.pieces)]
        if names:
            shown = ", ".join(one.text for one in names[:8])
            notes.append(f"Page {page.number}: not in the table, though with entries beside: {shown}.")
        if page.unseen and page.number in sheet.pages:
            notes.append(f"Page {page.number}: {page.unseen} letters that nobody sees are left out.")
    if len(sheet.titles) > 1:
        shown = "; ".join(f"“{title[:60]}” (page {n})" for title, n in list(sheet.titles.values())[:4])
        notes.append(f"Above the tables that are read as one stands: {shown}. Look whether they belong together.")
    between = [n for n in range(min(sheet.pages), max(sheet.pages)) if n not in sheet.pages]
    if between:
        notes.append(f"Within these pages no table was found on page {spans(between)}.")
    return notes


# --- a sheet


def _sheet_rows(
    sheet: _Sheet,
    number: int,
    sheets: list[_Sheet],
    footnotes: dict[tuple[int, str], str],
    legend: dict[str, str],
    odd: dict[str, str],
    notes: list[str],
) -> SheetRows:
    """A joined table as a sheet: headings first, then the rows."""
    cells = SheetCells()
    depth = max((len(heading) for heading in sheet.headings), default=0)
    headings = [("", *heading)[-depth:] if len(heading) < depth else heading for heading in sheet.headings]
    if not any(any(heading) for heading in headings):
        headings = [(*heading[:-1], f"column {n}") for n, heading in enumerate(headings, 1)]
    for n in range(depth):
        cells.add_row(n + 1, [(_usable(heading[n]), False) for heading in headings])
    width = len(sheet.headings)
    places: dict[tuple[int, int], str] = {}
    crops: dict[tuple[int, int], PagePart] = {}
    for line, row in enumerate(sheet.rows, depth + 1):
        texts = [""] * width
        for column, at in row.items():
            text, doubt = odd.get(at.mark, at.text), at.row.doubts.get(at.column)
            texts[column] = _usable(f"{text} ({doubt}: {at.place})" if doubt else text)
            said = [f"{sign} {footnotes.get((at.row.page, _same_sign(sign)), '')}".strip() for sign in at.notes]
            if said:
                cells.comments[line, column] = _usable("; ".join(said))
            places[line, column], crops[line, column] = at.place, at.part
        if row:
            some = next(iter(row.values()))
            places |= {(line, column): some.place for column in range(width) if column not in row}
        cells.add_row(line, [(text, False) for text in texts])
    name = f"{'page' if len(sheet.pages) == 1 else 'pages'} {spans(sorted(sheet.pages))}"
    same = [other for other in sheets[:number] if other.pages == sheet.pages]
    index_of = {line: n for n, line in enumerate(cells.lines)}
    return replace(
        cells.rows_of(name if not same else f"{name}, table {len(same) + 1}"),
        is_document=True,
        heading_rows=depth,
        notes=tuple(notes),
        signs=frozenset(at.text for row in sheet.rows for at in row.values() if at.mark),
        legend=legend,
        places={(index_of[line], column): text for (line, column), text in places.items() if line in index_of},
        crops={(index_of[line], column): part for (line, column), part in crops.items() if line in index_of},
    )


def _usable(text: str) -> str:
    """A text without what no file may hold."""
    return clean("".join(sign for sign in text if not unusable(sign)) if unusable(text) else text)
