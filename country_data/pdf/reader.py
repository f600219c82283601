"""Read the tables of a PDF: found on its pages, joined over pages, with footnotes and legends, as sheets."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from country_data.characters import clean, unusable
from country_data.other_sheets import SheetCells
from country_data.pdf.around import Around, IsName, signs_of
from country_data.pdf.drawings import DrawnKinds
from country_data.pdf.joined import JoinedSheet
from country_data.pdf.looks import odd_looks
from country_data.pdf.pages import ADD_TEXT, read_pages
from country_data.pdf.pieces import PagePart, PdfPage
from country_data.pdf.process import page_texts, spans
from country_data.pdf.table import DocumentTable
from country_data.pdf.tables import tables_of
from country_data.problems import Place, Problems
from country_data.text_file import SheetRows

__all__ = ["read_pdf_tables"]

_FEWEST, _MOST_PAGES, _MOST_TRIED = 3, 200, 60
_IN_PROSE = "-–—/.,:;*()§†‡#&"  # signs that prose holds
_LONGEST_NAME = 6  # words
_LONGEST_LINE, _MOST_LEGENDS = 100, 10  # letters of a line of a legend; pages


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
    kinds = DrawnKinds()
    read = read_pages(path, numbers, label, problems, kinds) if numbers else []
    if problems:
        return None
    read = _turned_as_others(read, is_name, path, label, problems, kinds)
    sheets: list[JoinedSheet] = []
    used: set[int] = set()
    for table in _tables(read, is_name):
        used |= table.used
        if not any(one.take(table) for one in reversed(sheets)):
            sheets.append(JoinedSheet.of(table))
    if not sheets:
        found = "; ".join(_seen(page) for page in read[:6]) or "no text"
        message = f"No table with names of countries is found here (seen: {found})."
        problems.add(Place(label), message, "Name its pages: --pages 36-59. Else copy the table into a workbook.")
        return None
    more = _pages_with_legends(path, texts, {page.number for page in read}, signs_of(sheets), kinds)
    around, odd = Around.of(sheets, read, more, used), odd_looks(path, sheets)
    return [_sheet_rows(one, sheets[:n], around, odd, is_name) for n, one in enumerate(sheets)]


def _turned_as_others(
    read: list[PdfPage], is_name: IsName, path: Path, label: str, problems: Problems, kinds: DrawnKinds
) -> list[PdfPage]:
    """The pages, of which those that show a table when they are turned as most others are so."""
    tables = _tables(read, is_name)
    other = _otherwise_turned(read, tables)
    turned = read_pages(path, other, label, problems, kinds, _usual_turn(read, tables)) if other else []
    again = {page.number: page for page in turned}
    held = (
        {one.page.number for one in _tables([again.get(page.number, page) for page in read], is_name)}
        if again
        else set()
    )
    # a page that shows no table so either stays as it was: its legend and its footnotes run upright
    return [again[page.number] if page.number in again and page.number in held else page for page in read]


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


def _usual_turn(pages: list[PdfPage], tables: list[DocumentTable]) -> int:
    """By how much most pages with tables were turned; without any, how most turned words of the pages run."""
    if tables:
        return Counter(table.page.turned for table in tables).most_common(1)[0][0]
    turned = Counter(one.angle for page in pages for one in page.pieces if one.angle in (90, 270))
    return turned.most_common(1)[0][0] if turned else 0


def _otherwise_turned(pages: list[PdfPage], tables: list[DocumentTable]) -> list[int]:
    """The pages without a table that were not turned as most pages with one were: few rows don't tell what is upright."""
    held = {table.page.number for table in tables}
    usual = _usual_turn(pages, tables)
    return [page.number for page in pages if page.number not in held and page.turned != usual]


def _pages_with_legends(
    path: Path, texts: list[tuple[str, int]], read: set[int], keys: set[str], kinds: DrawnKinds
) -> list[PdfPage]:
    """The other pages on which a short line may explain a sign of the tables."""
    signs = {key for key in keys if len(key) == 1 and not key.isalnum() and key not in _IN_PROSE}
    many = {
        n: sum(any(sign in line and len(line) <= _LONGEST_LINE for line in text.splitlines()) for sign in signs)
        for n, (text, _) in enumerate(texts, 1)
        if n not in read
    }
    found = sorted((n for n in many if many[n]), key=lambda n: -many[n])[:_MOST_LEGENDS]
    return read_pages(path, sorted(found), "", Problems(), kinds) if found else []


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
            problems.add(Place(label), message, ADD_TEXT)
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


def _sheet_rows(
    sheet: JoinedSheet, before: list[JoinedSheet], around: Around, odd: dict[int, str], is_name: IsName
) -> SheetRows:
    """A joined table as a sheet: headings first, then the rows."""
    cells = SheetCells()
    depth = max((len(heading) for heading in sheet.headings), default=0)
    headings = [("", *heading)[-depth:] if len(heading) < depth else heading for heading in sheet.headings]
    if not any(any(heading) for heading in headings):
        headings = [(*heading[:-1], f"column {n}") for n, heading in enumerate(headings, 1)]
    levels = [n for n in range(depth) if any(heading[n] for heading in headings)]
    for line, n in enumerate(levels, 1):
        cells.add_row(line, [(_usable(heading[n]), False) for heading in headings])
    width = len(sheet.headings)
    places: dict[tuple[int, int], str] = {}
    crops: dict[tuple[int, int], PagePart] = {}
    signs: set[str] = set()
    for line, row in enumerate(sheet.rows, len(levels) + 1):
        texts = [""] * width
        for column, at in row.items():
            text, doubt = odd.get(id(at), at.text), at.row.doubts.get(at.column)
            texts[column] = _usable(f"{text} ({doubt}: {at.place})" if doubt else text)
            if at.mark or texts[column] != at.text:
                signs.add(texts[column])
            said = [around.footnote(at.row.page, sign) for sign in at.notes]
            if said:
                cells.comments[line, column] = _usable("; ".join(said))
            places[line, column], crops[line, column] = at.place, at.part
        if row:
            some = next(iter(row.values()))
            places |= {(line, column): some.place for column in range(width) if column not in row}
        cells.add_row(line, [(text, False) for text in texts])
    name = f"{'page' if len(sheet.pages) == 1 else 'pages'} {spans(sorted(sheet.pages))}"
    same = [other for other in before if other.pages == sheet.pages]
    index_of = {line: n for n, line in enumerate(cells.lines)}
    return replace(
        cells.rows_of(name if not same else f"{name}, table {len(same) + 1}"),
        is_document=True,
        heading_rows=len(levels),
        notes=(
            f"Read from {name}: {len(sheet.rows)} rows.",
            *around.heading_notes(sheet),
            *around.notes_on(sheet, is_name, is_first=not before),
        ),
        signs=frozenset(signs - {""}),
        legend=around.legend,
        places={(index_of[line], column): text for (line, column), text in places.items() if line in index_of},
        crops={(index_of[line], column): part for (line, column), part in crops.items() if line in index_of},
    )


def _usable(text: str) -> str:
    """A text without what no file may hold."""
    return clean("".join(sign for sign in text if not unusable(sign)) if unusable(text) else text)
