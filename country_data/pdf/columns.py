"""The columns of a table: between ruled lines, or between the gaps of what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from country_data.pdf.pieces import Box, PdfPage, length_of
from country_data.pdf.texts import Band, Text

__all__ = ["column_slots", "heading_widths", "is_of_legend"]

_BODY = 0.6  # the share of a table's height that a ruled line between columns has at least
_EXPLAINS = re.compile(r"\S{1,3}\s*=\s*\S")  # how a legend begins
_HEADINGS = 40.0  # points above the first row in which the heading of an empty column may stand


def column_slots(
    texts: list[Text],
    of_names: list[Text],
    bands: Sequence[Band],
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


def heading_widths(page: PdfPage, texts: list[Text], top: float) -> list[tuple[float, float]]:
    """From where to where the texts just above the first row reach, upright ones and those that run up or down."""
    above = [one for one in texts if top - _HEADINGS < one.box.bottom <= top + 3]
    upright = [one.box for one in above if not is_of_legend(one, above)]
    turned = [one.box for one in page.pieces if one.angle in (90, 270) and top - 20 < one.box.bottom <= top + 3]
    return [(one.left, one.right) for one in (*upright, *turned)]


def is_of_legend(text: Text, texts: list[Text]) -> bool:
    """Whether the line of a text explains signs."""
    line = [one for one in texts if abs(one.pieces[0].base - text.pieces[0].base) < 0.5 * text.size]
    words = " ".join(one.text for one in sorted(line, key=lambda one: one.box.left))
    return any(one.pieces[0].mark for one in line) or bool(_EXPLAINS.match(words))


def _long_lines(down: list[Box], top: float, bottom: float) -> dict[float, float]:
    """By place, how much of a height lines cover that run down."""
    parts: dict[float, list[tuple[float, float]]] = {}
    for one in sorted(down, key=lambda one: one.x):
        low, high = max(one.top, top), min(one.bottom, bottom)
        if high > low:
            at = next((x for x in parts if abs(x - one.x) < 2), one.x)
            parts.setdefault(at, []).append((low, high))
    return {x: length_of(spans) for x, spans in parts.items()}


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
