"""What stands over the columns of a table: upright, turned and slanted words, over one column or several."""

from __future__ import annotations

from country_data.pdf.columns import is_of_legend
from country_data.pdf.pieces import PdfPage, Piece
from country_data.pdf.table import DocumentTable
from country_data.pdf.texts import Text

__all__ = ["add_headings"]

_BESIDE = 2.5  # lines of letters between two lines of headings at most
_FIRST_GAP = 5.0  # and between the lowest one and the first row


def add_headings(table: DocumentTable, texts: list[Text], top: float) -> None:
    """What stands above the first row: over one column its heading, over several that of a group, else a title."""
    over: dict[int, list[Piece | Text]] = {}
    begins = _add_turned(table, top, over)
    groups = _add_upright(table, texts, top, begins, over)
    lower = [_heading(over.get(n, [])) for n in range(len(table.columns))]
    table.headings = [lower]
    pieces = [
        piece for parts in over.values() for one in parts for piece in (one.pieces if isinstance(one, Text) else [one])
    ]
    table.heading_notes = [note for piece in pieces for note in piece.notes]
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
    above = [one for one in above if not is_of_legend(one, above)]
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
