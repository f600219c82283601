"""Tables on the pages of a PDF: rows found by the names of countries, columns by ruled lines or the gaps between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from country_data.pdf_pages import Box, PdfPage, Piece

__all__ = ["DocumentTable", "TableRow", "names_beside", "tables_of"]

_LEVEL = 0.6  # up to which share of the distance between rows an entry may stand away from its name
_WIDEST_CELL, _HIGHEST_CELL = 150.0, 60.0  # of a coloured cell, in points
_GAP = 0.6  # the gap, of the size of letters, up to which words are one text
_BODY = 0.6  # the share of a table's height that a ruled line between columns has at least
_FEWEST = 3  # names that make a column of names
_SIGNS = re.compile(r"[*†‡§¶#|°]{1,4}|[a-z0-9]{1,2}|[^\w\s]{1,2}|[\u0370-\u03ff\u0400-\u04ff]")
_NUMBERED = re.compile(r"\d{1,3}[.)]?\s+(?=\D)")
_EXPLAINS = re.compile(r"\S{1,3}\s*=\s*\S")  # how a legend begins
_HEADINGS = 40.0  # points above the first row in which the heading of an empty column may stand
_BESIDE = 2.5  # lines of letters between two lines of headings at most
_FIRST_GAP = 5.0  # and between the lowest one and the first row
IsName = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Text:
    """Pieces that stand on one line as one text."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words, with spaces between."""
        return "".join(f"{'' if n == 0 else ' '}{one.text}" for n, one in enumerate(self.pieces))

    @property
    def box(self) -> Box:
        """Around all of them."""
        box = self.pieces[0].box
        for one in self.pieces[1:]:
            box = box.around(one.box)
        return box

    @property
    def size(self) -> float:
        """Of the letters."""
        return max(one.size for one in self.pieces)


@dataclass
class TableRow:
    """A row of a table.

    `cells`, `notes` and `places` by column: the text of a cell, its raised signs, and where its content stands.
    """

    page: int
    number: int
    name: str = ""
    band: tuple[float, float] = (0.0, 0.0)
    level: float = 0.0  # of the name, or of what stands in it
    cells: dict[int, str] = field(default_factory=dict)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)

    def box(self, column: tuple[float, float], n: int) -> Box:
        """Where the content of a cell stands; of a blank one, the cell."""
        return self.boxes.get(n) or Box(column[0], self.band[0], column[1], self.band[1])


@dataclass
class DocumentTable:
    """A table on a page.

    Attributes
    ----------
    columns : list[tuple[float, float]]
        From where to where each reaches.
    names : int
        The column of the names.
    headings : list[list[str]]
        The rows of headings, a text a column; the upper one first.
    used : set[int]
        The pieces of the page, by their ids, that the table holds.
    title : str
        The text next above the headings.

    """

    page: PdfPage
    columns: list[tuple[float, float]]
    names: int
    rows: list[TableRow]
    headings: list[list[str]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    title: str = ""

    @property
    def places(self) -> list[tuple[float, float]]:
        """From where to where the content of each column reaches; of an empty one, the column."""
        found = []
        for n, (left, right) in enumerate(self.columns):
            boxes = [row.boxes[n] for row in self.rows if n in row.boxes]
            found.append((min(b.left for b in boxes), max(b.right for b in boxes)) if boxes else (left, right))
        return found


def _texts(pieces: Iterable[Piece], down: list[Box]) -> list[Text]:
    """Pieces that stand on one line without a gap or a ruled line between, as texts; marks are texts of their own."""
    found: list[Text] = []
    for one in sorted((one for one in pieces if not one.angle), key=lambda one: (one.base, one.box.left)):
        before = next(
            (
                n for n in range(len(found) - 1, max(-1, len(found) - 40), -1)
                if not one.mark and not found[n].pieces[-1].mark
                and abs(found[n].pieces[-1].base - one.base) <= 0.25 * one.size
                and -0.3 * one.size <= one.box.left - found[n].box.right <= _GAP * max(one.size, found[n].size)
                and not _is_parted(found[n].pieces[-1].box, one.box, down)
            ),
            None,
        )  # fmt: skip
        if before is None:
            found.append(Text((one,)))
        else:
            found[before] = Text((*found[before].pieces, one))
    return found


def _colours(page: PdfPage) -> list[Piece]:
    """The coloured cells of a page as marks, where several colours stand in one row, or one colour with gaps between.

    Rows that are coloured all along are coloured to be told apart.
    """
    cells = [(area, colour) for area, colour in page.areas if area.width < _WIDEST_CELL and area.height < _HIGHEST_CELL]
    if not cells:
        return []
    left, right = min(area.left for area, _ in cells), max(area.right for area, _ in cells)
    rows: dict[int, list[tuple[Box, str]]] = {}
    for area, colour in sorted(cells, key=lambda one: one[0].y):
        near = next((y for y in list(rows)[-2:] if abs(y - area.y) < 0.5 * area.height), None)
        rows.setdefault(round(area.y) if near is None else near, []).append((area, colour))
    filled = [one.box for one in page.pieces]

    def is_under(area: Box) -> bool:
        return any(area.left <= box.x <= area.right and area.top <= box.y <= area.bottom for box in filled)

    # a colour that also lies under texts of its row is that of the row
    of_rows = {(y, colour) for y, row in rows.items() for area, colour in row if is_under(area)}
    rows = {y: [(area, colour) for area, colour in row if (y, colour) not in of_rows] for y, row in rows.items()}
    coded = [
        row for row in rows.values()
        if len({colour for _, colour in row}) > 1 or 0 < _length([(area.left, area.right) for area, _ in row]) < 0.8 * (right - left)
    ]  # fmt: skip
    return [_coloured(area, colour) for row in rows.values() for area, colour in row] if len(coded) > 1 else []


def _coloured(area: Box, colour: str) -> Piece:
    """A coloured cell as a mark in its middle."""
    box = Box(area.left + 0.2 * area.width, area.y - 2, area.right - 0.2 * area.width, area.y + 2)
    return Piece(f"colour {colour}", box, box.height, box.bottom, mark=f"colour {colour}")


def _is_parted(one: Box, other: Box, down: list[Box]) -> bool:
    """Whether a line runs down between two boxes."""
    low, high = one.right - 1, other.left + 1
    return any(low <= line.x <= high and line.top <= one.y <= line.bottom for line in down)


# --- the names


@dataclass
class _Name:
    """A name of a country on a page, of one line or several."""

    text: str
    box: Box
    texts: list[Text]


def _bare(text: str) -> str:
    return _NUMBERED.sub("", text)


def _names(texts: list[Text], is_name: IsName) -> list[_Name]:
    """The texts that are names of countries; those that go on below as one."""
    found: list[_Name] = []
    taken: set[int] = set()
    for n, one in enumerate(texts):
        if n in taken:
            continue
        below = [
            m for m in range(n + 1, min(n + 60, len(texts)))
            if 0.5 * one.size < texts[m].box.y - one.box.y < 1.6 * one.size and abs(texts[m].size - one.size) < 1
            and (abs(texts[m].box.left - one.box.left) < 1.6 * one.size or abs(texts[m].box.x - one.box.x) < one.size or abs(texts[m].box.right - one.box.right) < one.size)
        ]  # fmt: skip
        joined = next(
            (
                (m, whole) for m in below if m not in taken and not (is_name(texts[m].text) and is_name(_bare(one.text)))
                for whole in _joinings(one.text, texts[m].text) if is_name(_bare(whole))
            ),
            None,
        )  # fmt: skip
        if joined:
            taken |= {n, joined[0]}
            found.append(_Name(joined[1], one.box.around(texts[joined[0]].box), [one, texts[joined[0]]]))
        elif is_name(_bare(one.text)):
            taken.add(n)
            found.append(_Name(one.text, one.box, [one]))
    return found


def _joinings(upper: str, lower: str) -> list[str]:
    """How two lines may be one name."""
    return [f"{upper} {lower}", f"{upper}{lower}", *([f"{upper[:-1]}{lower}"] if upper.endswith("-") else [])]


def _name_columns(names: list[_Name]) -> list[list[_Name]]:
    """The columns of names from left to right: names that stand over each other."""
    columns: list[tuple[float, float, list[_Name]]] = []
    for one in sorted(names, key=lambda one: one.box.left):
        left, right = one.box.left, one.box.right
        touching = [column for column in columns if column[0] < right and left < column[1]]
        mine = [one]
        for column in touching:
            columns.remove(column)
            left, right, mine = min(left, column[0]), max(right, column[1]), [*column[2], *mine]
        columns.append((left, right, mine))
    return [sorted(column[2], key=lambda one: one.box.top) for column in sorted(columns, key=lambda one: one[0])]


def _parts(column: list[_Name], page: PdfPage) -> list[list[_Name]]:
    """A column of names in parts, where headings or much else stands between two of them."""
    if len(column) < 2:
        return [column]
    pitch = median(b.box.y - a.box.y for a, b in pairwise(column))
    parts = [[column[0]]]
    for above, below in pairwise(column):
        between = (above.box.bottom - 3, below.box.top + 3)
        has_headings = any(
            one.angle and between[0] < one.box.top and one.box.bottom < between[1] for one in page.pieces
        )
        if has_headings or below.box.top - above.box.bottom > max(3 * pitch, 40):
            parts.append([])
        parts[-1].append(below)
    return parts


# --- rows


def _ruled(
    names: list[_Name], lines: list[Box], areas: list[tuple[Box, str]], reach: tuple[float, float]
) -> list[float]:
    """The heights of the lines between rows, where lines or coloured areas part nearly all names; else none."""
    left, right = min(one.box.left for one in names), max(one.box.right for one in names)
    inner = (left + (right - left) * 0.1, left + (right - left) * 0.5)
    spans: dict[float, list[tuple[float, float]]] = {}
    for one in lines:
        if one.right > reach[0] and one.left < reach[1]:
            spans.setdefault(round(one.y * 2) / 2, []).append((one.left, one.right))
    heights = sorted(y for y, parts in _near_heights(spans).items() if _covers(parts, inner))
    edges = sorted({round(y * 2) / 2 for area, _ in areas if area.left <= inner[0] and area.right >= inner[1] for y in (area.top, area.bottom)})  # fmt: skip
    for found in (heights, _thinned([*heights, *edges])):
        parted = sum(any(above.box.y < y < below.box.y for y in found) for above, below in pairwise(names))
        if (
            found
            and parted >= 0.9 * (len(names) - 1)
            and any(y < names[0].box.y for y in found)
            and any(y > names[-1].box.y for y in found)
        ):
            return found
    return []


def _thinned(heights: Iterable[float]) -> list[float]:
    found: list[float] = []
    for y in sorted(heights):
        if not found or y - found[-1] > 1.5:
            found.append(y)
    return found


def _near_heights(spans: dict[float, list[tuple[float, float]]]) -> dict[float, list[tuple[float, float]]]:
    """Lines at nearly the same height as one."""
    found: dict[float, list[tuple[float, float]]] = {}
    last = None
    for y in sorted(spans):
        if last is not None and y - last <= 1.5:
            found[last] += spans[y]
        else:
            last = y
            found[y] = list(spans[y])
    return found


def _covers(parts: list[tuple[float, float]], wanted: tuple[float, float]) -> bool:
    """Whether lines cover a stretch."""
    at = wanted[0]
    for left, right in sorted(parts):
        if left <= at + 3:
            at = max(at, right)
    return at >= wanted[1] - 3


def _bands(
    names: list[_Name], ruled: list[float], texts: list[Text], down: list[Box]
) -> list[tuple[float, float, list[_Name]]]:
    """The bands of the rows from top to bottom, each with the names in it."""
    if ruled:
        bands = list(pairwise(ruled))
        mine = [(top, bottom, [one for one in names if top <= one.box.y < bottom]) for top, bottom in bands]
        first, last = (
            next(n for n, band in order if band[2]) for order in (list(enumerate(mine)), list(enumerate(mine))[::-1])
        )
        # rows without a name, as totals, go on while the lines between the columns do
        usual = {one.text for one in texts if any(low <= one.box.y < high for low, high, named in mine if named)}
        while last + 1 < len(mine) and (
            _goes_on(mine[last], mine[last + 1], down) or _holds_usual(mine[last + 1], texts, usual)
        ):
            last += 1
        return mine[first : last + 1]
    tops = [_white(above, below, texts) for above, below in pairwise(names)]
    pitch = median([b.box.y - a.box.y for a, b in pairwise(names)] or [2 * names[0].box.height])
    own = names[0].box
    level = [one.box.top for one in texts if min(one.box.bottom, own.bottom) - max(one.box.top, own.top) > 0]
    begins = min(own.top, *level, own.top - _above(names, tops, texts)) - 1
    ends = max(names[-1].box.y + _LEVEL * pitch, names[-1].box.bottom + 1)
    return list(
        zip([begins, *tops], [*tops, _end_of_lines(names[-1], ends, texts)], ([one] for one in names), strict=True)
    )


def _holds_usual(band: tuple[float, float, list[_Name]], texts: list[Text], usual: set[str]) -> bool:
    """Whether most entries of a band are such as stand in the rows."""
    inside = [one.text for one in texts if band[0] <= one.box.y < band[1]]
    return bool(inside) and 2 * sum(text in usual for text in inside) > len(inside)


def _above(names: list[_Name], tops: list[float], texts: list[Text]) -> float:
    """How far entries stand above the tops of their names, in the rows between others."""
    found = [
        one.box.top - min((text.box.top for text in texts if low <= text.box.y < high), default=one.box.top)
        for one, (low, high) in zip(names[1:], pairwise(tops), strict=False)
    ]
    return max(found, default=0.0)


def _end_of_lines(name: _Name, end: float, texts: list[Text]) -> float:
    """Where the last row ends: with the lines that follow each other beside its name, and not below it."""
    for one in sorted(texts, key=lambda one: one.box.top):
        under_name = one.box.left < name.box.right and name.box.left < one.box.right
        if one.box.y > name.box.y and one.box.top - end < 0.5 * one.size and one.box.bottom > end:
            if under_name:
                break
            end = one.box.bottom + 1
    return end


def _goes_on(
    one: tuple[float, float, list[_Name]], following: tuple[float, float, list[_Name]], down: list[Box]
) -> bool:
    """Whether most lines between columns that run through one band run through the following."""
    through = [
        {round(line.x) for line in down if line.top < top + 2 and line.bottom > bottom - 2}
        for top, bottom, _ in (one, following)
    ]
    return bool(through[0]) and len(through[1]) >= 0.6 * len(through[0]) and following[1] - following[0] < 3 * (one[1] - one[0])  # fmt: skip


def _white(above: _Name, below: _Name, texts: list[Text]) -> float:
    """Where the row of one name ends and the next begins: in the middle of the widest gap between the lines."""
    top, bottom = above.box.y, below.box.y
    spans = sorted((one.box.top, one.box.bottom) for one in texts if top <= one.box.y <= bottom)
    spans = [(above.box.top, above.box.bottom), *spans, (below.box.top, below.box.bottom)]
    gaps, at = [], spans[0][1]
    for start, end in sorted(spans):
        if start > at:
            gaps.append((start - at, (start + at) / 2))
        at = max(at, end)
    if not gaps:
        return (above.box.bottom + below.box.top) / 2
    widest = max(gap for gap, _ in gaps)
    middle = (above.box.bottom + below.box.top) / 2
    return min((place for gap, place in gaps if gap >= widest - 0.5), key=lambda place: abs(place - middle))


# --- columns


def _slots(
    texts: list[Text],
    of_names: list[Text],
    bands: Sequence[tuple[float, float, list[_Name]]],
    down: list[Box],
    reach: tuple[float, float],
    over: Sequence[tuple[float, float]] = (),
) -> list[tuple[float, float]]:
    """The columns: between lines that run through most of the table, and between the gaps of what stands in it.

    `over`: from where to where headings reach; one that stands over a gap is that of an empty column.
    """
    top, bottom = bands[0][0], bands[-1][1]
    lines = sorted(
        round(x, 1) for x, length in _long_lines(down, top, bottom).items() if length >= _BODY * (bottom - top)
    )
    lines = [x for n, x in enumerate(lines) if reach[0] - 3 <= x <= reach[1] + 3 and (n == 0 or x - lines[n - 1] > 4)]
    inside = [one for one in texts if top <= one.box.y <= bottom]
    by_band = [[one for one in inside if band[0] <= one.box.y < band[1]] for band in bands]
    # a text that stands alone in its row is a heading of a group, or a note
    counted = [one for band, mine in zip(bands, by_band, strict=True) if band[2] or len(mine) > 1 for one in mine]
    widths = _widths(counted, of_names)
    if len(lines) >= 3:
        slots = list(pairwise(lines))
        beyond = [one for one in counted if one.box.x < lines[0] or one.box.x > lines[-1]]
        if len(beyond) < 0.02 * len(counted) + 1:
            return _split_slots(slots, by_band)
    alone = [
        one for one in over
        if reach[0] <= one[0] and one[1] <= reach[1] and not any(left - 1 < one[1] and one[0] < right + 1 for left, right in widths)
    ]  # fmt: skip
    return _by_gaps([*widths, *alone], reach)


def _widths(texts: list[Text], of_names: list[Text]) -> list[tuple[float, float]]:
    """From where to where each text reaches; a name that reaches over the first entries only to where those begin."""
    ids = {id(one) for one in of_names}
    usual = sorted(one.box.right for one in of_names)[len(of_names) * 3 // 4] if of_names else 0.0
    begins = min((one.box.left for one in texts if id(one) not in ids and one.box.left > usual), default=float("inf"))
    return [(one.box.left, min(one.box.right, begins - 1) if id(one) in ids else one.box.right) for one in texts]


def _heading_widths(page: PdfPage, texts: list[Text], top: float) -> list[tuple[float, float]]:
    """From where to where the texts just above the first row reach, upright ones and those that run up or down."""
    above = [one for one in texts if top - _HEADINGS < one.box.bottom <= top + 3]
    upright = [one.box for one in above if not _is_of_legend(one, above)]
    turned = [one.box for one in page.pieces if one.angle in (90, 270) and top - 20 < one.box.bottom <= top + 3]
    return [(one.left, one.right) for one in (*upright, *turned)]


def _long_lines(down: list[Box], top: float, bottom: float) -> dict[float, float]:
    """By place, how much of a height lines cover that run down."""
    parts: dict[float, list[tuple[float, float]]] = {}
    for one in sorted(down, key=lambda one: one.x):
        low, high = max(one.top, top), min(one.bottom, bottom)
        if high > low:
            at = next((x for x in parts if abs(x - one.x) < 2), one.x)
            parts.setdefault(at, []).append((low, high))
    return {x: _length(spans) for x, spans in parts.items()}


def _length(spans: list[tuple[float, float]]) -> float:
    total, at = 0.0, float("-inf")
    for low, high in sorted(spans):
        total += max(0.0, high - max(low, at))
        at = max(at, high)
    return total


def _split_slots(slots: list[tuple[float, float]], by_band: list[list[Text]]) -> list[tuple[float, float]]:
    """Columns between lines, of which some hold several columns without a line between."""
    found: list[tuple[float, float]] = []
    for left, right in slots:
        mine = [[one for one in band if left <= one.box.x < right] for band in by_band]
        several = [one for one in mine if len({round(text.box.y / 4) for text in one}) < len(one)]
        inner = _by_gaps([(text.box.left, text.box.right) for one in mine for text in one], (left, right))
        found += inner if len(several) >= 2 and len(inner) > 1 else [(left, right)]
    return found


def _by_gaps(widths: list[tuple[float, float]], reach: tuple[float, float]) -> list[tuple[float, float]]:
    """The columns between gaps that no text reaches over."""
    steps: Counter[int] = Counter()
    for left, right in widths:
        steps[round(left * 2)] += 1
        steps[max(round(right * 2), round(left * 2) + 1)] -= 1
    depth, begun, spans = 0, None, list[tuple[float, float]]()
    for at in sorted(steps):
        depth += steps[at]
        if depth > 0 and begun is None:
            begun = at
        elif depth == 0 and begun is not None:
            spans.append((begun / 2, at / 2))
            begun = None
    # columns end in the middle of the gaps
    if not spans:
        return []
    edges = [reach[0], *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), reach[1]]
    return list(pairwise(edges))


# --- a table


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
    texts = _texts([*page.pieces, *_colours(page)], page.down)
    columns = _name_columns(_names(texts, is_name))
    every = [part for column in columns for part in _parts(column, page) if _has_entries(part, texts)]
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
        behind = [other for other in others if other[0].box.left > part[0].box.left and not _same_names(part, other)]
        right = min((one.box.left for other in behind for one in other), default=page.box.right)
        left = min(one.box.left for one in part) - 1 if before_it else 0.0
        table = _table(page, texts, part, (left, right - 1))
        if table is not None:
            found.append(table)
    return found


def names_beside(page: PdfPage, is_name: IsName) -> list[Text]:
    """The texts of a page that are names of countries with something on the same line, in a column of at least two."""
    texts = _texts([*page.pieces, *_colours(page)], page.down)
    columns = [column for column in _name_columns(_names(texts, is_name)) if len(column) > 1]
    parts = [[name] for column in columns for name in column]
    return [part[0].texts[0] for part in parts if _has_entries(part, texts)]


def _is_below(part: list[_Name], other: list[_Name]) -> bool:
    """Whether names stand in the column of others."""
    left, right = min(one.box.left for one in other), max(one.box.right for one in other)
    return part is not other and all(left - 4 <= one.box.left and one.box.x <= right for one in part)


def _continues(part: list[_Name], before: DocumentTable) -> bool:
    """Whether few names stand where the names of the page before stood."""
    left, right = before.columns[before.names]
    return all(left - 20 <= one.box.x <= right + 20 for one in part)


def _has_entries(part: list[_Name], texts: list[Text]) -> bool:
    """Whether something stands beside most names on the same line, and no running text goes through them."""
    beside = [
        one for one in part
        if any(abs(text.box.y - one.box.y) < max(one.box.height, 6) and text not in one.texts for text in texts)
    ]  # fmt: skip
    return 2 * len(beside) >= len(part)


def _side_by_side(one: list[_Name], other: list[_Name]) -> bool:
    return one[0].box.top < other[-1].box.bottom and other[0].box.top < one[-1].box.bottom


def _same_names(one: list[_Name], other: list[_Name]) -> bool:
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
        (*row.band, [_Name(row.name, Box(-30, row.level - 3, -10, row.level + 3), [])] if row.name else [])
        for row in before.rows
    ]  # fmt: skip
    table = _table(page, texts, [name for _, _, named in bands for name in named], (-40.0, page.box.right), bands)
    return [] if table is None else [table]


def _table(
    page: PdfPage,
    texts: list[Text],
    names: list[_Name],
    reach: tuple[float, float],
    given: list[tuple[float, float, list[_Name]]] | None = None,
) -> DocumentTable | None:
    """The table around names; `given`: the bands of its rows, where those of the page before are these."""
    top, bottom = names[0].box.top, names[-1].box.bottom
    mine = [one for one in texts if reach[0] <= one.box.x <= reach[1]]
    of_names = [text for name in names for text in name.texts]
    ids = {id(text) for text in of_names}
    entries = [one for one in mine if id(one) not in ids]
    ruled = _ruled(
        names, [one for one in page.across if one.bottom > top - 60 and one.top < bottom + 200], page.areas, reach
    )
    bands = _bands(names, ruled, [one for one in entries if top - 60 < one.box.y < bottom + 200], page.down)
    around = names[0].box
    for name in names[1:]:
        around = around.around(name.box)
    if given is not None:
        ruled, bands = [], given
    elif not ruled:
        bands = _with_nameless(bands, mine, names, around)
    if given is None:
        bands = _with_unknown_above(bands, mine, of_names, ruled)
        over = _heading_widths(page, mine, bands[0][0])
        columns = _slots([*entries, *of_names], of_names, bands, page.down, reach, over)
    else:
        columns = [(reach[0], 0.0), *_slots(entries, [], bands, page.down, (0.0, reach[1]))]
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
    _add_headings(table, mine, bands[0][0])
    _drop_empty(table)
    table.used |= {
        id(piece) for low, high, _ in bands for one in mine if low <= one.box.y < high for piece in one.pieces
    }
    return table


def _drop_empty(table: DocumentTable) -> None:
    """Drop the columns without a heading and without anything in them."""
    filled = {table.names, *(n for row in table.rows for n in row.cells), *(n for texts in table.headings for n, text in enumerate(texts) if text)}  # fmt: skip
    kept = {n: place for place, n in enumerate(sorted(filled))}
    table.columns = [table.columns[n] for n in kept]
    table.headings = [[texts[n] for n in kept] for texts in table.headings]
    table.names = kept[table.names]
    for row in table.rows:
        row.cells = {kept[n]: one for n, one in row.cells.items()}
        row.notes = {kept[n]: one for n, one in row.notes.items()}
        row.boxes = {kept[n]: one for n, one in row.boxes.items()}
        row.marks = {kept[n]: one for n, one in row.marks.items()}
        row.doubts = {kept[n]: one for n, one in row.doubts.items()}


def _with_unknown_above(
    bands: list[tuple[float, float, list[_Name]]], texts: list[Text], of_names: list[Text], ruled: list[float]
) -> list[tuple[float, float, list[_Name]]]:  # fmt: skip
    """The bands, with those of rows above the first known name that hold the same texts as the rows below."""
    ids = {id(one) for one in of_names}
    left, right = min(one.box.left for one in of_names), max(one.box.right for one in of_names)
    inside = [
        one
        for one in texts
        if id(one) not in ids and any(low <= one.box.y < high for low, high, named in bands if named)
    ]
    usual = Counter(one.text for one in inside)
    pitch = median(high - low for low, high, _ in bands)
    while True:
        top = bands[0][0]
        low = max((y for y in ruled if y < top - 2), default=None) if ruled else top - pitch
        line = [] if low is None else [one for one in texts if low <= one.box.y < top]
        named = [one for one in line if left - 3 <= one.box.left and one.box.x <= right + 3]
        others = [one for one in line if one not in named]
        if low is None or not named or not others or 2 * sum(usual[one.text] > 0 for one in others) < len(others):
            return bands
        bands = [(low, top, []), *bands]


def _with_nameless(
    bands: list[tuple[float, float, list[_Name]]], texts: list[Text], names: list[_Name], around: Box
) -> list[tuple[float, float, list[_Name]]]:  # fmt: skip
    """The bands, with those of lines between that belong to no name: as long as they are like rows of the table."""
    heights = [one.box.y for one in names]
    pitch = median([b - a for a, b in pairwise(heights)] or [2 * names[0].box.height])
    found: list[tuple[float, float, list[_Name]]] = []
    for low, high, named in bands:
        edges = [low, high]
        own = named[0].box
        inside = [one for one in texts if low <= one.box.y < high]
        # a line of its own far from the name, that begins where names stand, or holds several texts
        for y in sorted({round(one.box.y) for one in inside if not (own.top - 2 <= one.box.y <= own.bottom + 2)}):
            line = [one for one in inside if abs(one.box.y - y) <= 2]
            apart = min(abs(y - own.y), abs(y - own.top), abs(y - own.bottom))
            at_names = [one for one in line if around.left - 2 <= one.box.x <= around.right + 2]
            others = [one for one in line if one not in at_names]
            if at_names or (len(others) > 1 and apart > _LEVEL * pitch):
                edges.append(
                    (y + own.y) / 2 if apart < pitch else y - own.height * 0.8 if y > own.y else y + own.height * 0.8
                )
        edges.sort()
        found += [(a, b, named if a <= own.y < b else []) for a, b in pairwise(edges)]
    last = found[-1]
    below = sorted((one for one in texts if last[1] <= one.box.y < last[1] + 2.2 * pitch), key=lambda one: one.box.y)
    while below:
        line = [one for one in below if abs(one.box.y - below[0].box.y) <= 3]
        if len(line) < 2 or sum(len(one.text) for one in line) > 12 * len(line) or _is_running(line):
            break
        end = max(one.box.bottom for one in line) + 1
        found.append((last[1], end, []))
        last = found[-1]
        below = sorted((one for one in texts if end <= one.box.y < end + 2.2 * pitch), key=lambda one: one.box.y)
    return found


def _is_running(line: list[Text]) -> bool:
    """Whether a line is one of running text, with gaps of about a space."""
    ordered = sorted(line, key=lambda one: one.box.left)
    return any(b.box.left - a.box.right < a.size for a, b in pairwise(ordered)) and len(line) > 2


def _row(
    page: PdfPage, table: DocumentTable, band: tuple[float, float], named: list[_Name], inside: list[Text], number: int
) -> TableRow:
    """A row: its texts in their columns; what reaches over several is in doubt."""
    row = TableRow(page.number, number, band=band)
    name = " / ".join(_bare(one.text) for one in named)
    row.name = name
    columns, of_names = table.columns, {id(text) for one in named for text in one.texts}
    by_column: dict[int, list[Text]] = {}
    if not named and len(inside) == 1 and not inside[0].pieces[0].mark:
        by_column = {table.names: inside}  # a heading of a group, or a note
    else:
        for one in inside:
            n = next((n for n, (left, right) in enumerate(columns) if left <= one.box.x < right), None)
            n = table.names if id(one) in of_names else n
            if n is None:
                continue
            by_column.setdefault(n, []).append(one)
            over = [m for m, (left, right) in enumerate(columns) if m != n and min(right, one.box.right) - max(left, one.box.left) > 0.25 * one.box.width]  # fmt: skip
            if over and id(one) not in of_names and n != table.names:
                row.doubts[n] = "reaches over another column"
    for n, texts in by_column.items():
        _fill(row, n, texts)
        if any(_is_struck(one.box, page.across) for one in texts):
            row.doubts[n] = "a line runs through it"
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


def _check_level(table: DocumentTable, bands: Sequence[tuple[float, float, list[_Name]]]) -> None:
    """Entries that stand level with no name may be of a row without a name."""
    for row, (_, _, named) in zip(table.rows, bands, strict=True):
        for n, box in row.boxes.items():
            own = named[0].box if named else box
            shared = min(box.bottom, own.bottom) - max(box.top, own.top)
            if n != table.names and shared < 0.25 * min(box.height, own.height):
                row.doubts[n] = "not level with its name"


# --- headings


def _add_headings(table: DocumentTable, texts: list[Text], top: float) -> None:
    """What stands above the first row: over one column its heading, over several that of a group, else a title."""
    over: dict[int, list[Piece | Text]] = {}
    begins = _add_turned(table, top, over)
    groups = _add_upright(table, texts, top, begins, over)
    lower = [_heading(over.get(n, [])) for n in range(len(table.columns))]
    table.headings = [lower]
    if groups:
        upper = [""] * len(table.columns)
        for first, last, text in groups[::-1]:
            for n in range(first, last + 1):
                upper[n] = f"{upper[n]} {text.text}".strip()
        table.headings = [upper, lower]


def _add_turned(table: DocumentTable, top: float, over: dict[int, list[Piece | Text]]) -> float:
    """Add the turned and slanted words above the first row to what stands over its columns; where they begin."""
    columns = table.columns
    left, right = columns[0][0] - 20, columns[-1][1] + 60
    words = [
        one for one in table.page.pieces
        if one.angle and one.box.bottom < top + 3 and left <= one.box.left and one.box.right <= right
    ]  # fmt: skip
    lowest = max((one.box.bottom for one in words), default=0.0)
    words = [one for one in words if one.box.bottom > lowest - 40]
    for one in words:
        # slanted words are over the column where their low end stands
        x = one.box.x if one.angle in (90, 270) else one.box.left if one.angle > 180 else one.box.right
        n = _at(columns, x)
        if n is not None:
            over.setdefault(n, []).append(one)
            table.used.add(id(one))
    return min((one.box.top for one in words), default=top)


def _add_upright(
    table: DocumentTable, texts: list[Text], top: float, begins: float, over: dict[int, list[Piece | Text]]
) -> list[tuple[int, int, Text]]:
    """Add the lines above the first row to what stands over its columns; those over several, from which to which column."""
    page, columns, groups = table.page, table.columns, list[tuple[int, int, Text]]()
    above = [one for one in texts if one.box.bottom <= top + 3]
    above = [one for one in above if not _is_of_legend(one, above)]
    width = columns[-1][1] - columns[0][0]
    rules = [line.y for line in page.across if line.y < top - 20 and line.width > 0.8 * width]
    at, ends, size = begins, min(rules, default=0.0), 0.0
    for one in sorted(above, key=lambda one: -one.box.bottom):
        size = size or one.size
        gap = _BESIDE * min(size, one.size) if groups or set(over) - {table.names} else _FIRST_GAP * one.size
        if one.box.bottom < at - gap or one.box.bottom < ends:
            table.title = one.text
            break
        covered = _ruled_cell(page, one, columns) or [
            n for n, (left, right) in enumerate(columns)
            if min(right, one.box.right) - max(left, one.box.left) > min(0.3 * (right - left), 0.5 * one.box.width)
        ]  # fmt: skip
        if len(covered) == 1:
            over.setdefault(covered[0], []).append(one)
        elif covered and table.names not in covered:
            groups.append((covered[0], covered[-1], one))
        elif covered:
            table.title = one.text
            break
        at = min(at, one.box.top)
        table.used |= {id(piece) for piece in one.pieces}
    return groups


def _is_of_legend(text: Text, texts: list[Text]) -> bool:
    """Whether the line of a text explains signs."""
    line = [one for one in texts if abs(one.pieces[0].base - text.pieces[0].base) < 0.5 * text.size]
    words = " ".join(one.text for one in sorted(line, key=lambda one: one.box.left))
    return any(one.pieces[0].mark for one in line) or bool(_EXPLAINS.match(words))


def _ruled_cell(page: PdfPage, text: Text, columns: list[tuple[float, float]]) -> list[int]:
    """The columns that the ruled cell around a text covers; none where it stands between no lines."""
    x, y = text.box.x, text.box.y
    lines = [line.x for line in page.down if line.top - 2 <= y <= line.bottom + 2]
    left, right = max((n for n in lines if n <= x), default=None), min((n for n in lines if n > x), default=None)
    if left is None or right is None:
        return []
    if text.box.left < left - 2 or text.box.right > right + 2:
        return []
    return [n for n, (low, high) in enumerate(columns) if left - 3 <= (low + high) / 2 <= right + 3]


def _at(columns: list[tuple[float, float]], x: float) -> int | None:
    return next((n for n, (left, right) in enumerate(columns) if left <= x < right), None)


def _order_of_turned(one: Piece) -> float:
    """In which order turned lines are read: as they lie across their direction."""
    if one.angle in (90, 270):
        return -one.box.x if one.angle == 90 else one.box.x
    return one.box.left + one.box.bottom if one.angle > 180 else one.box.top - one.box.left


def _heading(parts: list[Piece | Text]) -> str:
    """The heading that lines make: from top to bottom, turned ones in the order in which they are read."""
    turned = [one for one in parts if isinstance(one, Piece)]
    upright = sorted(
        (one for one in parts if isinstance(one, Text)), key=lambda one: (round(one.box.top), one.box.left)
    )
    turned.sort(key=_order_of_turned)
    words = [*(one.text for one in upright), *(one.text for one in turned)]
    text = ""
    for word in words:
        text = text[:-1] + word if text.endswith("-") and word[:1].islower() else f"{text} {word}".strip()
    return text
