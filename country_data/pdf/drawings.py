"""Drawings of a page sorted: ruled lines, coloured areas, and marks, which are groups of drawn pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from country_data.pdf.pieces import Box, PdfPage, Piece

__all__ = ["DrawnKinds", "has_many_small", "marks_of", "short_name", "sort_drawn"]

_SAME_SIZE = 0.2  # how much the sizes of two drawings of one mark may differ
_SAME = 0.1  # how far the points of two drawings of one mark may lie apart, of the longer side
MARK = (1.2, 24.0)  # the sides of what may be a mark, in points
PICTURE = 40.0  # the longest side of a picture that may be a mark
_LARGE = 200.0  # the longest side of a drawing that may lie over a cell
_BOX = 16.0  # the longest side of a small square that may be a mark
MOST_DRAWN = 6_000  # pieces of marks on a page
_DASH = 9.0  # the longest line that may be a dash
THIN = 2.6
_ROW = 24.0  # the height of the strips in which drawings are looked up


@dataclass
class DrawnKinds:
    """The kinds of drawn marks that were seen, each with its longer side, its pieces, and its name.

    Names are made of the shape of the first one seen, so that mostly they are the same whichever pages are read.
    """

    drawings: list[tuple[float, list[list[Any]], str]] = field(default_factory=list)

    def drawing(self, pieces: list[list[Any]], longer: float) -> str:
        """How a drawing is spelled, whose longer side has so many points."""
        for size, other, name in self.drawings:
            if abs(size - longer) <= _SAME_SIZE * longer and _is_same(pieces, other):
                return name
        shape = [[[round(4 * n) for point in points for n in point], *about] for points, *about in pieces]
        name = f"drawing {short_name([round(longer), shape])}"
        while any(name == other for _, _, other in self.drawings):
            name += "a"
        self.drawings.append((longer, pieces, name))
        return name


def short_name(content: object) -> str:
    """Four letters and digits that stand for a content."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:4]


def _is_same(pieces: list[list[Any]], others: list[list[Any]]) -> bool:
    """Whether two drawings have the same pieces."""
    return len(pieces) == len(others) and all(
        one[1:] == other[1:]
        and len(one[0]) == len(other[0])
        and all(abs(a - b) <= _SAME for p, q in zip(one[0], other[0], strict=True) for a, b in zip(p, q, strict=True))
        for one, other in zip(pieces, others, strict=True)
    )


def sort_drawn(drawn: list[list[Any]], page: PdfPage) -> list[tuple[Box, list[Any]]]:
    """Sort what is drawn into ruled lines and coloured areas of the page; the rest may be parts of marks."""
    rest: list[tuple[Box, list[Any]]] = []
    squares: list[tuple[Box, list[Any]]] = []
    for bounds, points, letters, fill, line, width in drawn:
        box = Box(*bounds)
        about = [points, letters, fill, line]
        short, long = sorted((box.width, box.height))
        is_rectangle = len(points) in (4, 5) and "c" not in letters and _is_rectangle(points)
        if long < MARK[0] or (fill == "FFFFFF" and not line and (is_rectangle or long > MARK[1])):
            continue  # a dot of a dotted line, or white on white
        is_line = short <= max(THIN, width if line else 0) and long > 3 * short and (is_rectangle or len(points) == 2)
        if is_line and box.width > box.height and long < _DASH:
            squares.append((box, about))
        elif is_line and long > 5:
            (page.across if box.width > box.height else page.down).append(box)
        elif is_rectangle and long > _BOX:
            if fill and fill != "FFFFFF":
                page.areas.append((box, fill))
            if line:
                page.across += [replace(box, bottom=box.top), replace(box, top=box.bottom)]
                page.down += [replace(box, right=box.left), replace(box, left=box.right)]
        elif is_rectangle:
            squares.append((box, about))
        elif long <= MARK[1]:
            rest.append((box, about))
        elif long <= _LARGE and short > THIN:
            page.large.append(box)
    # short strokes within a drawing are of it
    rest += _taken(page.across, rest) + _taken(page.down, rest)
    # small rectangles that lie side by side with others, or with lines, are parts of those
    others = [*page.across, *page.down, *(area for area, _ in page.areas), *(box for box, _ in squares)]
    by_row: dict[int, list[Box]] = {}
    for one in others:
        for row in range(int(one.top // _ROW) - 1, int(one.bottom // _ROW) + 2):
            by_row.setdefault(row, []).append(one)
    for box, about in squares:
        if any(_lies_beside(box, other) for other in by_row[int(box.y // _ROW)]):
            if about[2] and about[2] != "FFFFFF" and box.width > THIN:
                page.areas.append((box, about[2]))
        else:
            rest.append((box, about))
    return rest


def _taken(lines: list[Box], drawn: list[tuple[Box, list[Any]]]) -> list[tuple[Box, list[Any]]]:
    """Take the lines away that lie within drawings, which are parts of those."""
    within = [
        line for line in lines
        if max(line.width, line.height) < MARK[1]
        and any(box.left - 0.5 <= line.left and line.right <= box.right + 0.5 and box.top - 0.5 <= line.top and line.bottom <= box.bottom + 0.5 for box, _ in drawn)
    ]  # fmt: skip
    for line in within:
        lines.remove(line)
    return [
        (line, [[[0.0, 0.0], [1.0, 0.0] if line.width > line.height else [0.0, 1.0]], "ml", "", "line"])
        for line in within
    ]


def _lies_beside(one: Box, other: Box) -> bool:
    """Whether two boxes touch along a side, and neither lies in the other."""
    if other is one or not one.overlaps(other, 0.6):
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return min(across, down) < 0.7 and max(across, down) > -0.6


def _is_rectangle(points: list[list[float]]) -> bool:
    """Whether points, each with the next, make lines along the sides of their box."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return all(abs(a[0] - b[0]) < 0.02 or abs(a[1] - b[1]) < 0.02 for a, b in pairs)


def marks_of(drawn: list[tuple[Box, list[Any]]], kinds: DrawnKinds) -> Iterator[Piece]:
    """The drawings whose pieces overlap, each group as a mark."""
    groups: list[tuple[Box, list[tuple[Box, list[Any]]]]] = []
    done: list[tuple[Box, list[tuple[Box, list[Any]]]]] = []
    for box, about in sorted(drawn, key=lambda one: one[0].left):
        done += [group for group in groups if group[0].right + 0.5 <= box.left]
        groups = [group for group in groups if group[0].right + 0.5 > box.left]
        touching = [group for group in groups if group[0].overlaps(box, 0.5)]
        joined = [(box, about)]
        for group in touching:
            groups.remove(group)
            joined = [*group[1], *joined]
            box = box.around(group[0])
        groups.append((box, joined))
    for box, pieces in sorted([*done, *groups], key=lambda one: (one[0].top, one[0].left)):
        if max(box.width, box.height) > PICTURE:
            continue
        longer = max(box.width, box.height)
        placed = []
        for own, (points, *about) in sorted(pieces, key=lambda one: (one[0].left - box.left, one[0].top - box.top)):
            scale = max(own.width, own.height) / longer
            at = (own.left - box.left) / longer, (own.top - box.top) / longer
            placed.append([[[at[0] + x * scale, at[1] + y * scale] for x, y in points], *about])
        kind = kinds.drawing(placed, longer)
        yield Piece(kind, box, box.height, box.bottom, mark=kind)


def has_many_small(drawn: list[list[Any]]) -> bool:
    """Whether very many of the drawings of a page may be parts of marks."""
    small = (one for one in drawn if max(one[0][2] - one[0][0], one[0][3] - one[0][1]) < MARK[1])
    return sum(1 for one in small) > MOST_DRAWN
