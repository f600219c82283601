"""Charts and the map of tiles as SVG: shapes and texts with classes, which the page's style colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from country_data import printable
from review.report.blocks import Chart, Table, TileMap, XYSeries
from review.report.xlsx.styles import CHART_COLOURS
from review.wording import percent

__all__ = ["chart_html", "tile_map_html"]

_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 14, 40
_NAMES = {colour: name.replace("_", "-") for name, colour in CHART_COLOURS.items()}
_TILE = 40  # the distance between tiles
_SIDE = 37


def chart_html(chart: Chart, table: Table, numbers: Markup) -> Markup:
    """A chart as a figure; below it its legend, and the numbers behind it to unfold."""
    low, high, labels = _x_axis(chart, table)

    def across(x: float) -> float:
        return round(_LEFT + (x - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT), 1)

    parts = [_grid_svg(), *(_text_svg(across(x), _HEIGHT - _BOTTOM + 18, label) for x, label in labels)]
    parts.append(_text_svg((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 4, chart.x_title))
    parts += [_break_svg(across(x), words) for x, words in chart.breaks if low <= x <= high]
    parts += [_series_svg(one, chart, table, across) for one in chart.series]
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg><ul class="legend">{}</ul><p class="quiet">{}</p>'
        "<details><summary>The numbers behind the chart</summary>{}</details></figure>"
    ).format(
        chart.title,
        _WIDTH,
        _HEIGHT,
        chart.description,
        Markup("").join(parts),
        Markup("").join(_sample_html(one) for one in chart.series if one.in_legend),
        chart.y_title,
        numbers,
    )


def _down(share: float) -> float:
    """Where a share stands between the axis and the top."""
    return round(_TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _text_svg(x: float, y: float, text: str, anchor: str = "middle") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _grid_svg() -> Markup:
    """The lines of every fifth of the whole, with their shares."""
    return Markup("").join(
        Markup('<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(
            _LEFT, _WIDTH - _RIGHT, y=_down(share / 100)
        )
        + _text_svg(_LEFT - 6, _down(share / 100) + 4, f"{share} %", "end")
        for share in range(0, 101, 20)
    )


def _break_svg(x: float, words: str) -> Markup:
    """Where a rule changes."""
    line = Markup('<line class="break" x1="{x}" x2="{x}" y1="{}" y2="{}"/>').format(_TOP, _HEIGHT - _BOTTOM, x=x)
    return line + _text_svg(x - 5, _TOP + 8, words, "end")


def _sample_html(one: XYSeries) -> Markup:
    """A series in the legend."""
    return Markup(
        '<li><svg class="sample" viewBox="0 0 26 12" aria-hidden="true"><g class="line {}"><line x1="1" x2="25" y1="6" y2="6"/>{}</g></svg>{}</li>'
    ).format(_NAMES[one.colour], _marker(one, 13, 6), one.label)


def _x_axis(chart: Chart, table: Table) -> tuple[float, float, list[tuple[float, str]]]:
    """From where to where the x axis runs, and its labels."""
    if chart.x_range:
        first, last = chart.x_range
        step = max(2, -(-(last - first) // 10))
        return first, last, [(year, str(year)) for year in range(first, last + 1, step)]
    labels = [str(row[0]) for row in table.rows]
    step = -(-len(labels) // 12)
    return -0.5, len(labels) - 0.5, [(n, label) for n, label in enumerate(labels) if n % step == 0]


def _series_svg(one: XYSeries, chart: Chart, table: Table, across: Callable[[float], float]) -> Markup:
    """The line and the points of a series; of two series one is labelled above its points, the other below."""
    headings = [column.heading for column in table.columns]
    x, y = headings.index(one.x), headings.index(one.y)
    aside = -9 if one.marker == "circle" else 18
    points, dots = [], Markup("")
    for n in range(one.first, one.last + 1):
        row = table.rows[n]
        share, place = row[y], row[x] if chart.kind == "scatter" else n
        if isinstance(share, int | float) and isinstance(place, int | float):
            a, b = across(place), _down(share)
            points.append(f"{a},{b}")
            dots += _marker(one, a, b) + (_text_svg(a, b + aside, percent(share, 1)) if one.labelled else "")
    line = Markup("")
    if one.joined and len(points) > 1:
        dashed = Markup(' class="dashed"') if one.dashed else ""
        line = Markup('<polyline{} points="{}"/>').format(dashed, " ".join(points))
    return Markup('<g class="line {}">{}{}</g>').format(_NAMES[one.colour], line, dots)


def _marker(one: XYSeries, x: float, y: float) -> Markup:
    """A point of a chart, in the shape of its series."""
    if one.marker == "circle":
        return Markup('<circle cx="{}" cy="{}" r="4"/>').format(x, y)
    corners = {
        "diamond": ((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)),
        "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        "triangle": ((0, -5), (5, 4), (-5, 4)),
    }[one.marker]
    return Markup('<polygon points="{}"/>').format(" ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in corners))


def tile_map_html(block: TileMap, marks: Sequence[str], names: Sequence[str], looks: Sequence[str]) -> Markup:
    """The map: each tile leads to its country. `names`: what is said of each tile."""
    width = (max((tile.column for tile in block.tiles), default=0) + 1) * _TILE
    height = (max((tile.row for tile in block.tiles), default=0) + 1) * _TILE
    tiles = Markup("\n").join(
        Markup(
            '<a href="#country={0}" class="tile {1}" aria-label="{2}" data-code="{0}" data-name="{8}" transform="translate({3} {4})">'
            '<title>{2}</title><rect width="{5}" height="{5}"/><text x="{6}" y="15">{0}</text><text x="{6}" y="31" class="sign">{7}</text></a>'
        ).format(
            tile.code, look, name, tile.column * _TILE, tile.row * _TILE, _SIDE, _SIDE / 2, mark, printable(tile.name)
        )
        for tile, mark, name, look in zip(block.tiles, marks, names, looks, strict=True)
    )
    return Markup(
        '<div class="scroll map"><svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg></div>'
    ).format(width, height, "Map: one tile a country", tiles)
