"""Words that stand on one line as texts, coloured cells as marks, and the names of countries among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from country_data.pdf.pieces import Box, PdfPage, Piece, length_of

__all__ = ["Band", "Name", "Text", "bare_name", "coloured_pieces", "name_columns", "names_in", "parts_of", "texts_of"]

_MOST_LINES = 4  # of a name
_WIDEST_CELL, _HIGHEST_CELL = 150.0, 60.0  # of a coloured cell, in points
_GAP = 0.6  # the gap, of the size of letters, up to which words are one text
_NUMBERED = re.compile(r"\d{1,3}[.)]?\s+(?=\D)")
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


def texts_of(pieces: Iterable[Piece], down: list[Box]) -> list[Text]:
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


def _is_parted(one: Box, other: Box, down: list[Box]) -> bool:
    """Whether a line runs down between two boxes."""
    low, high = one.right - 1, other.left + 1
    return any(low <= line.x <= high and line.top <= one.y <= line.bottom for line in down)


def coloured_pieces(page: PdfPage, *, every: bool = False) -> list[Piece]:
    """The coloured cells of a page as marks, where several colours stand in one row, or one colour with gaps between.

    Rows that are coloured all along are coloured to be told apart. `every`: whatever the colours may be for.
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
        within = area.left - 1, area.right + 1  # a name may reach into it
        return any(
            within[0] <= box.left and box.right <= within[1] and area.top <= box.y <= area.bottom for box in filled
        )

    # a colour that also lies under texts of its row is that of the row
    of_rows = {(y, colour) for y, row in rows.items() for area, colour in row if is_under(area)}
    rows = {y: [(area, colour) for area, colour in row if (y, colour) not in of_rows] for y, row in rows.items()}
    coded = [
        row for row in rows.values()
        if len({colour for _, colour in row}) > 1 or 0 < length_of([(area.left, area.right) for area, _ in row]) < 0.8 * (right - left)
    ]  # fmt: skip
    # of one colour in one row it is not plain what it is for
    is_coded = every or len(coded) > 1 or any(len({colour for _, colour in row}) > 1 for row in coded)
    return [_coloured(area, colour) for row in rows.values() for area, colour in row] if is_coded else []


def _coloured(area: Box, colour: str) -> Piece:
    """A coloured cell as a mark in its middle."""
    box = Box(area.left + 0.2 * area.width, area.y - 2, area.right - 0.2 * area.width, area.y + 2)
    return Piece(f"colour {colour}", box, box.height, box.bottom, mark=f"colour {colour}")


@dataclass
class Name:
    """A name of a country on a page, of one line or several."""

    text: str
    box: Box
    texts: list[Text]


Band = tuple[float, float, list[Name]]  # from where to where a row reaches, and the names in it


def bare_name(text: str) -> str:
    """A name without the number before it."""
    return _NUMBERED.sub("", text)


def names_in(texts: list[Text], is_name: IsName) -> list[Name]:
    """The texts that are names of countries; a name over several lines, the most that make one, is one."""
    found: list[Name] = []
    taken: set[int] = set()
    for n in range(len(texts)):
        chain = [] if n in taken else _longest_name(texts, n, taken, is_name)
        if chain:
            taken |= set(chain)
            mine = [texts[m] for m in chain]
            box = mine[0].box
            for one in mine[1:]:
                box = box.around(one.box)
            found.append(Name(_joined([one.text for one in mine], is_name), box, mine))
    return found


def _longest_name(texts: list[Text], first: int, taken: set[int], is_name: IsName) -> list[int]:
    """The places of the lines, from one down, that make a name; none where there is none."""
    best, chains = list[int](), [[first]]
    while chains:
        chain = chains.pop(0)
        lines = [texts[m].text for m in chain]
        names = [is_name(bare_name(line)) for line in lines]
        if _joined(lines, is_name) and not (len(chain) > 1 and all(names)):
            best = chain
        if len(chain) < _MOST_LINES:
            chains += [[*chain, m] for m in _below(texts, chain[-1]) if m not in taken]
    return best


def _below(texts: list[Text], n: int) -> list[int]:
    """The places of texts that may go on with one on the next line: of one size, in line at the left, middle or right."""
    one = texts[n]
    return [
        m for m in range(n + 1, min(n + 60, len(texts)))
        if 0.5 * one.size < texts[m].box.y - one.box.y < 1.6 * one.size and abs(texts[m].size - one.size) < 1
        and (abs(texts[m].box.left - one.box.left) < 1.6 * one.size or abs(texts[m].box.x - one.box.x) < one.size or abs(texts[m].box.right - one.box.right) < one.size)
    ]  # fmt: skip


def _joined(lines: list[str], is_name: IsName) -> str:
    """Lines as one name, with spaces between or without; "" where they make none."""
    wholes = [lines[0]]
    for line in lines[1:]:
        wholes = [joined for whole in wholes for joined in (f"{whole} {line}", f"{whole}{line}", f"{whole.removesuffix('-')}{line}")]  # fmt: skip
    return next((whole for whole in wholes if is_name(bare_name(whole))), "")


def name_columns(names: list[Name]) -> list[list[Name]]:
    """The columns of names from left to right: names that stand over each other."""
    columns: list[tuple[float, float, list[Name]]] = []
    for one in sorted(names, key=lambda one: one.box.left):
        left, right = one.box.left, one.box.right
        touching = [column for column in columns if column[0] < right and left < column[1]]
        mine = [one]
        for column in touching:
            columns.remove(column)
            left, right, mine = min(left, column[0]), max(right, column[1]), [*column[2], *mine]
        columns.append((left, right, mine))
    return [sorted(column[2], key=lambda one: one.box.top) for column in sorted(columns, key=lambda one: one[0])]


def parts_of(column: list[Name], page: PdfPage) -> list[list[Name]]:
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
