"""Tables on a page: rows found by the names of countries, columns by ruled lines or the gaps between."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from country_data.pdf.columns import column_slots, heading_widths
from country_data.pdf.headings import add_headings
from country_data.pdf.pieces import Box, PdfPage
from country_data.pdf.rows import bands_of, ruled_heights, with_nameless, with_unknown_above
from country_data.pdf.table import DocumentTable, TableRow, drop_empty
from country_data.pdf.texts import (
    Band,
    IsName,
    Name,
    Text,
    bare_name,
    coloured_pieces,
    name_columns,
    names_in,
    parts_of,
    texts_of,
)

__all__ = ["names_beside", "tables_of"]

_CLOSE = 0.85  # of the distance between rows
_FEWEST = 3  # names that make a column of names


def tables_of(page: PdfPage, is_name: IsName, beside: Sequence[DocumentTable] = ()) -> list[DocumentTable]:
    """The tables of a page.

    Parameters
    ----------
    is_name : Callable[[str], bool]
        Whether a text is the name of a country.
    beside : Sequence[DocumentTable], optional
        Those of the page before, which may go on here, with few names or with none; or of the page behind, which may begin
        here with few names.

    """
    texts = texts_of([*page.pieces, *coloured_pieces(page)], page.down)
    columns = name_columns(names_in(texts, is_name))
    every = [part for column in columns for part in parts_of(column, page) if _has_entries(part, texts)]
    large = [part for part in every if len(part) >= _FEWEST]
    # few names count where the names of the page before stood, or in the column of many
    parts = [
        part for part in every
        if part in large or any(_continues(part, one) for one in beside) or any(_is_below(part, other) for other in large)
    ]  # fmt: skip
    if not parts:
        return next(filter(None, (_facing(page, texts, one) for one in beside)), [])
    found = []
    for part in sorted(parts, key=lambda one: (one[0].box.left, one[0].box.top)):
        others = [other for other in parts if other is not part and _side_by_side(part, other)]
        before_it = [other for other in others if other[0].box.left < part[0].box.left]
        if any(_same_names(other, part) for other in before_it):
            continue  # the names again at the other end
        if before_it and not any(_begins_block(page, texts, other, part) for other in before_it):
            continue  # countries in a column of a table
        behind = [
            other for other in others
            if other[0].box.left > part[0].box.left and not _same_names(part, other) and _begins_block(page, texts, part, other)
        ]  # fmt: skip
        right = min((one.box.left for other in behind for one in other), default=page.box.right)
        left = min(one.box.left for one in part) - 1 if before_it else 0.0
        table = _table(page, texts, part, (left, right - 1))
        if table is not None:
            found.append(table)
    return found


def names_beside(page: PdfPage, is_name: IsName) -> list[Text]:
    """The texts of a page that are names of countries with something on the same line."""
    texts = texts_of([*page.pieces, *coloured_pieces(page, every=True)], page.down)
    return [name.texts[0] for name in names_in(texts, is_name) if _has_entries([name], texts)]


def _is_below(part: list[Name], other: list[Name]) -> bool:
    """Whether names stand in the column of others."""
    left, right = min(one.box.left for one in other), max(one.box.right for one in other)
    return part is not other and all(left - 4 <= one.box.left and one.box.x <= right for one in part)


def _continues(part: list[Name], before: DocumentTable) -> bool:
    """Whether few names stand where the names of the page before stood."""
    left, right = before.columns[before.names]
    return all(left - 20 <= one.box.x <= right + 20 for one in part)


def _has_entries(part: list[Name], texts: list[Text]) -> bool:
    """Whether something stands beside most names on the same line, and no running text goes through them."""
    beside = [
        one for one in part
        if any(abs(text.box.y - one.box.y) < max(one.box.height, 6) and text not in one.texts for text in texts)
    ]  # fmt: skip
    return 2 * len(beside) >= len(part)


def _side_by_side(one: list[Name], other: list[Name]) -> bool:
    return one[0].box.top < other[-1].box.bottom and other[0].box.top < one[-1].box.bottom


def _begins_block(page: PdfPage, texts: list[Text], one: list[Name], other: list[Name]) -> bool:
    """Whether names to the right of others begin a table beside: with as many columns behind, under the same headings."""
    starts = min(name.box.left for name in one), min(name.box.left for name in other)
    ids = {id(text) for name in (*one, *other) for text in name.texts}
    top, bottom = max(one[0].box.top, other[0].box.top), min(one[-1].box.bottom, other[-1].box.bottom)
    inside = [text for text in texts if top <= text.box.y <= bottom and id(text) not in ids]
    width = starts[1] - starts[0]
    columns = [
        {round((text.box.x - start) / 6) for text in inside if start < text.box.x < start + width} for start in starts
    ]  # fmt: skip
    above = [(text.text, text.box) for text in texts if top - 80 < text.box.y < top]
    above += [(one.text, one.box) for one in page.pieces if one.angle and top - 120 < one.box.bottom < top + 6]
    headings = [
        {text.casefold() for text, box in above if start - 6 <= box.x < start + width - 6} for start in starts
    ]  # fmt: skip
    # those of a group, and what runs over both, differ
    alike = not headings[1] or 2 * len(headings[0] & headings[1]) >= min(map(len, headings))
    return alike and len(columns[1]) >= 0.5 * len(columns[0])


def _same_names(one: list[Name], other: list[Name]) -> bool:
    """Whether two columns have mostly the same names at the same heights."""
    level = sum(any(mine.text == name.text and abs(mine.box.y - name.box.y) < 3 for name in other) for mine in one)
    return level >= 0.8 * max(len(one), len(other))


def _facing(page: PdfPage, texts: list[Text], before: DocumentTable) -> list[DocumentTable]:
    """The table of a page without names whose rows stand where those of the page before do, and no row beside those."""
    rows = [row for row in before.rows if row.name]
    if before.page.number != page.number - 1 or len(rows) < 2:
        return []
    pitch = median(below.level - above.level for above, below in pairwise(rows))
    inside = [one for one in texts if rows[0].level - 6 < one.box.y < rows[-1].level + 6]
    level = {n: row.number for n, one in enumerate(inside) for row in rows if abs(one.box.y - row.level) < 3}
    if len(level) < 0.9 * len(inside) or len(set(level.values())) < max(2, 0.3 * len(rows)):
        return []
    usual = {one.text for one in inside}
    ends = rows[0].level - 6 - 1.5 * pitch, rows[-1].level + 6 + 1.5 * pitch
    if sum(one.text in usual and ends[0] < one.box.y < ends[1] for one in texts) > len(inside):
        return []
    bands = [
        (*row.band, [Name(row.name, Box(-30, row.level - 3, -10, row.level + 3), [])] if row.name else [])
        for row in before.rows
    ]  # fmt: skip
    table = _table(page, texts, [name for _, _, named in bands for name in named], (-40.0, page.box.right), bands)
    return [] if table is None else [table]


def _table(
    page: PdfPage, texts: list[Text], names: list[Name], reach: tuple[float, float], given: list[Band] | None = None
) -> DocumentTable | None:
    """The table around names; `given`: the bands of its rows, where those of the page before are these."""
    top, bottom = names[0].box.top, names[-1].box.bottom
    mine = [one for one in texts if reach[0] <= one.box.x <= reach[1]]
    of_names = [text for name in names for text in name.texts]
    ids = {id(text) for text in of_names}
    entries = [one for one in mine if id(one) not in ids]
    ruled = ruled_heights(
        names, [one for one in page.across if one.bottom > top - 60 and one.top < bottom + 200], page.areas, reach
    )
    bands = bands_of(names, ruled, [one for one in entries if top - 60 < one.box.y < bottom + 200], page.down)
    around = names[0].box
    for name in names[1:]:
        around = around.around(name.box)
    if given is not None:
        ruled, bands = [], given
    elif not ruled:
        bands = with_nameless(bands, mine, names, around)
    if given is None:
        bands = with_unknown_above(bands, mine, of_names, ruled)
        over = heading_widths(page, mine, bands[0][0])
        columns = column_slots([*entries, *of_names], of_names, bands, page.down, reach, over)
    else:
        columns = [(reach[0], 0.0), *column_slots(entries, [], bands, page.down, (0.0, reach[1]))]
    of = next((n for n, (left, right) in enumerate(columns) if left <= names[0].box.x < right), None)
    if len(columns) < 2 or of is None:
        return None
    table = DocumentTable(page, columns, of, [])
    number = 0
    for low, high, named in bands:
        number += bool(named)
        inside = [one for one in mine if low <= one.box.y < high]
        table.rows.append(_row(page, table, (low, high), named, inside, number))
    if not ruled:
        _check_level(table, bands)
        _check_names(table)
    add_headings(table, mine, bands[0][0])
    drop_empty(table)
    table.used |= {
        id(piece) for low, high, _ in bands for one in mine if low <= one.box.y < high for piece in one.pieces
    }
    return table


def _row(
    page: PdfPage, table: DocumentTable, band: tuple[float, float], named: list[Name], inside: list[Text], number: int
) -> TableRow:
    """A row: its texts in their columns; what reaches over several is in doubt."""
    row = TableRow(page.number, number, band=band)
    name = " / ".join(bare_name(one.text) for one in named)
    row.name = name
    columns, of_names = table.columns, {id(text) for one in named for text in one.texts}
    by_column: dict[int, list[Text]] = {}
    if not named and len(inside) == 1 and not inside[0].pieces[0].mark:
        by_column = {table.names: inside}  # a heading of a group, or a note
    else:
        for one in inside:
            n = next((n for n, (left, right) in enumerate(columns) if left <= one.box.x < right), None)
            n = table.names if id(one) in of_names else n
            if n is None:  # beside all columns: told at the column next to it
                n = 0 if one.box.x < columns[0][0] else len(columns) - 1
                row.doubts[n] = f"beside it “{one.text}”"
                row.cells.setdefault(n, "")
                continue
            by_column.setdefault(n, []).append(one)
            over = [m for m, (left, right) in enumerate(columns) if m != n and min(right, one.box.right) - max(left, one.box.left) > 0.25 * one.box.width]  # fmt: skip
            if over and id(one) not in of_names and n != table.names:
                row.doubts[n] = "reaches over another column"
    for n, texts in by_column.items():
        _fill(row, n, texts)
        if any(_is_struck(one.box, page.across) for one in texts):
            row.doubts[n] = "a line runs through it"
        if any(large.overlaps(one.box) for one in texts for large in page.large):
            row.doubts[n] = "a drawing lies over it"
    extents = [box for n, box in row.boxes.items() if n != table.names] or [one.box for one in named]
    row.level = median(box.y for box in extents) if extents else sum(band) / 2
    own = by_column.get(table.names, [])
    if len(named) == 1 and {id(one) for one in own} <= of_names:
        row.cells[table.names] = name
    return row


def _is_struck(box: Box, across: list[Box]) -> bool:
    """Whether a line runs through the middle of a text."""
    quarter = box.height / 4
    return any(
        box.top + quarter < line.y < box.bottom - quarter
        and min(line.right, box.right) - max(line.left, box.left) > 0.5 * box.width
        for line in across
    )


def _fill(row: TableRow, column: int, texts: list[Text]) -> None:
    """Fill a cell: its lines from top to bottom, the raised signs as notes."""
    lines: list[list[Text]] = []
    for one in sorted(texts, key=lambda one: one.pieces[0].base):
        if lines and abs(lines[-1][-1].pieces[0].base - one.pieces[0].base) < 0.5 * one.size:
            lines[-1].append(one)
        else:
            lines.append([one])
    row.cells[column] = "\n".join(
        " ".join(one.text for one in sorted(line, key=lambda one: one.box.left)) for line in lines
    )
    notes = tuple(
        note
        for line in lines
        for one in sorted(line, key=lambda one: one.box.left)
        for piece in one.pieces
        for note in piece.notes
    )
    box = texts[0].box
    for one in texts[1:]:
        box = box.around(one.box)
    row.boxes[column] = box
    if notes:
        row.notes[column] = notes
    marks = [piece.mark for one in texts for piece in one.pieces if piece.mark]
    if marks:
        row.marks[column] = marks[0]


def _check_names(table: DocumentTable) -> None:
    """A text that stands alone and closer to a name than rows do may be a part of the name."""
    named = [row for row in table.rows if row.name]
    pitch = median([below.level - above.level for above, below in pairwise(named)] or [0.0])
    for above, below in pairwise(table.rows):
        for row, other in ((above, below), (below, above)):
            near = abs(row.band_of(table.names).y - other.band_of(table.names).y) < _CLOSE * pitch
            if row.name and not other.name and set(other.cells) == {table.names} and near:
                row.doubts[table.names] = f"close to it “{other.cells[table.names]}”"


def _check_level(table: DocumentTable, bands: Sequence[Band]) -> None:
    """Entries that stand level with no name may be of a row without a name."""
    for row, (_, _, named) in zip(table.rows, bands, strict=True):
        for n, box in row.boxes.items():
            own = named[0].box if named else box
            shared = min(box.bottom, own.bottom) - max(box.top, own.top)
            if n != table.names and shared < 0.25 * min(box.height, own.height):
                row.doubts[n] = "not level with its name"
