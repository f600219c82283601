"""The rows of a table: bands of a page around the names of countries, between ruled lines or gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from country_data.pdf.pieces import Box
from country_data.pdf.texts import Band, Name, Text

__all__ = ["bands_of", "ruled_heights", "with_nameless", "with_unknown_above"]

_LEVEL = 0.6  # up to which share of the distance between rows an entry may stand away from its name


def ruled_heights(
    names: list[Name], lines: list[Box], areas: list[tuple[Box, str]], reach: tuple[float, float]
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


def bands_of(names: list[Name], ruled: list[float], texts: list[Text], down: list[Box]) -> list[Band]:
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


def _holds_usual(band: Band, texts: list[Text], usual: set[str]) -> bool:
    """Whether most entries of a band are such as stand in the rows."""
    inside = [one.text for one in texts if band[0] <= one.box.y < band[1]]
    return bool(inside) and 2 * sum(text in usual for text in inside) > len(inside)


def _above(names: list[Name], tops: list[float], texts: list[Text]) -> float:
    """How far entries stand above the tops of their names, in the rows between others."""
    found = [
        one.box.top - min((text.box.top for text in texts if low <= text.box.y < high), default=one.box.top)
        for one, (low, high) in zip(names[1:], pairwise(tops), strict=False)
    ]
    return max(found, default=0.0)


def _end_of_lines(name: Name, end: float, texts: list[Text]) -> float:
    """Where the last row ends: with the lines that follow each other beside its name, and not below it."""
    for one in sorted(texts, key=lambda one: one.box.top):
        under_name = one.box.left < name.box.right and name.box.left < one.box.right
        if one.box.y > name.box.y and one.box.top - end < 0.5 * one.size and one.box.bottom > end:
            if under_name:
                break
            end = one.box.bottom + 1
    return end


def _goes_on(one: Band, following: Band, down: list[Box]) -> bool:
    """Whether most lines between columns that run through one band run through the following."""
    through = [
        {round(line.x) for line in down if line.top < top + 2 and line.bottom > bottom - 2}
        for top, bottom, _ in (one, following)
    ]
    return bool(through[0]) and len(through[1]) >= 0.6 * len(through[0]) and following[1] - following[0] < 3 * (one[1] - one[0])  # fmt: skip


def _white(above: Name, below: Name, texts: list[Text]) -> float:
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


def with_unknown_above(
    bands: list[Band], texts: list[Text], of_names: list[Text], ruled: list[float]
) -> list[Band]:  # fmt: skip
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


def with_nameless(
    bands: list[Band], texts: list[Text], names: list[Name], around: Box
) -> list[Band]:  # fmt: skip
    """The bands, with those of lines between that belong to no name: as long as they are like rows of the table."""
    heights = [one.box.y for one in names]
    pitch = median([b - a for a, b in pairwise(heights)] or [2 * names[0].box.height])
    found: list[Band] = []
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
