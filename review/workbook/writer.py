"""Write declared sheets to an .xlsx file. The only place that knows XlsxWriter."""

from __future__ import annotations

import datetime
import io
import itertools
import re
import textwrap
from typing import Any
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from review.files import OutputError
from review.workbook.layout import TILES_FROM, Layout, lay_out
from review.workbook.model import (
    Block,
    Cell,
    Chart,
    Column,
    Computed,
    Controls,
    Formula,
    Heading,
    Link,
    Sheet,
    Styled,
    Table,
    Text,
    Tiles,
    XYSeries,
)
from review.workbook.styles import MARKED, STYLES

__all__ = ["MARKER", "TooLarge", "workbook_bytes"]

MARKER = "modellaw report"
_TWO_LINES = 28.0
_LONG_TABLE, _LONGEST_FORMULA = 40, 8_192
_MOST_TEXT, _MOST_ADDRESS, _MOST_LINKS = 32_767, 2_000, 60_000
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_TILE_WIDTH, _TILE_HEIGHT, _MOST_TOLD = 5.0, 29.0, 255
_CHART_WIDTH, _CHART_HEIGHT, _CHART_ROWS_A_PAGE = 700, 390, 2
_AXIS_NAME = {"size": 9, "bold": False}


def workbook_bytes(sheets: list[Sheet], *, title: str, date: datetime.date) -> bytes:
    """The .xlsx file of `sheets`. The same sheets give the same bytes: the date is the data's."""
    target = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "in_memory": True,
    }
    try:
        with xlsxwriter.Workbook(target, options) as book:
            created = datetime.datetime.combine(date, datetime.time())
            book.set_properties(
                {
                    "title": title[:250],
                    "subject": title[:250],
                    "author": "modellaw",
                    "comments": MARKER,
                    "created": created,
                }
            )
            formats = {name: book.add_format(dict(look)) for name, look in STYLES.items()}
            pages = [(sheet, book.add_worksheet(sheet.name, _Worksheet)) for sheet in sheets]
            layout = lay_out(sheets)
            for sheet, page in pages:
                _SheetWriter(book, page, formats, sheet, layout).write()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
    return target.getvalue()


class _Worksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter bears no types
    """A worksheet that takes formulas as they are: ours have the form of the file but for the sign before them.

    XlsxWriter would look for the functions of Excel 2010 and later in each, which we do not use.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 -- as XlsxWriter calls it
        return formula.removeprefix("=")


class TooLarge(OutputError):
    """More than an Excel sheet holds."""


class _SheetWriter:
    """Writes the blocks of one sheet where the layout has placed them; charts last."""

    def __init__(self, book: Any, page: Any, formats: dict[str, Any], sheet: Sheet, layout: Layout) -> None:
        self.book, self.page, self.formats, self.sheet, self.layout = book, page, formats, sheet, layout
        self.headed: int | None = None  # the row of the heading just above
        self.breaks: list[int] = []
        self.links = 0
        self.resolved: dict[tuple[str, str], list[str]] = {}
        self.widths = list(sheet.widths)
        self.charts: list[tuple[Chart, int, int]] = []

    def write(self) -> None:
        page = self.page
        page.hide_gridlines(2)
        if not self.sheet.portrait:
            page.set_landscape()
        page.set_paper(9)
        page.set_margins(0.4, 0.4, 0.55, 0.55)
        page.fit_to_pages(1, 1 if self.sheet.one_page else 0)
        page.set_footer("&L&8&A&R&8&P / &N")
        for column, width in enumerate(self.widths):
            page.set_column(column, column, width)
        self._text(0, self.sheet.title, "title")
        page.set_row(0, 28)
        blocks = self.layout.sheets[self.sheet.name]
        for placed in blocks:
            self._block(placed.block, placed.row)
        for heading, below in itertools.pairwise(blocks):
            long = isinstance(below.block, Table) and len(below.block.rows) > _LONG_TABLE
            if long and isinstance(heading.block, Heading) and not self.sheet.one_page:
                self.breaks.append(heading.row)  # no heading at the foot of a page
        page.set_h_pagebreaks(sorted(set(self.breaks)))
        for chart, row, place in self.charts:
            self._chart(chart, row, place)

    def _block(self, block: Block, row: int) -> None:
        """Write one block."""
        if isinstance(block, Heading):
            self._text(row, block.text, "heading")
        elif isinstance(block, Text):
            lines = [line for text in block.texts for line in textwrap.wrap(text, block.width)]
            for offset, line in enumerate(lines):
                self._text(row + offset, line, block.style)
        elif isinstance(block, Controls):
            self._picks(block, row)
        elif isinstance(block, Table):
            self._table(block, row)
        elif isinstance(block, Tiles):
            self._tiles(block, row)
        else:
            drawn = len({at for _, at, _ in self.charts})
            if not drawn % _CHART_ROWS_A_PAGE:
                # charts begin a page with their heading, rather than being cut by one
                self.breaks.append(row if self.headed is None else self.headed)
            self.charts += [(chart, row, n) for n, chart in enumerate(block.charts)]
        self.headed = row if isinstance(block, Heading) else None

    def _text(self, row: int, text: str, style: str) -> None:
        self.page.write_string(row, 0, _fitting(text), self.formats[style])

    def _picks(self, block: Controls, top: int) -> None:
        for row, pick in enumerate(block.picks, top):
            self.page.write_string(row, 0, pick.label, self.formats["label"])
            self.book.define_name(f"pick_{pick.name}", "=" + self.layout.picks[pick.name])
            if isinstance(pick, Computed):
                self.page.write_formula(row, 1, self.layout.resolved(pick.formula), self.formats["text"], pick.value)
                continue
            self.page.write_string(row, 1, pick.value, self.formats["pick" if block.span == 1 else "pick_begin"])
            for column in range(2, block.span + 1):
                self.page.write_blank(
                    row, column, None, self.formats["pick_end" if column == block.span else "pick_on"]
                )
            hint = f"◀ {pick.message or 'pick here'}"
            self.page.write_string(row, block.span + 1, hint, self.formats["quiet"])
            self.page.data_validation(row, 1, row, 1, self._choice(pick.choices, "Pick one of the list."))

    def _choice(self, choices: str, message: str) -> dict[str, Any]:
        return {
            "validate": "list",
            "source": "=" + self.layout.cells(choices),
            "error_title": "Not in the list",
            "error_message": message,
        }

    def _table(self, table: Table, top: int) -> None:
        if top + len(table.rows) >= _MOST_ROWS or len(table.columns) > _MOST_COLUMNS:
            raise TooLarge(
                f"The sheet “{self.sheet.name}” would need {len(table.rows)} rows and {len(table.columns)} columns, and "
                f"Excel holds {_MOST_ROWS} and {_MOST_COLUMNS}. Take the data as CSV: modellaw scores --format csv."
            )
        self.book.define_name(_anchor(table.name), f"='{self.sheet.name}'!$A${top + 1}")
        headings = _unique_headings(table)
        for column, (spec, heading) in enumerate(zip(table.columns, headings, strict=True)):
            self.page.write_string(top, column, heading, self.formats["header_upright" if spec.rotated else "header"])
            if column >= len(self.widths):
                self.widths.append(spec.width)
                look = {"hidden": spec.hidden or spec.grouped, "level": int(spec.grouped)}
                if column and table.columns[column - 1].grouped and not spec.grouped:
                    look["collapsed"] = True
                self.page.set_column(column, column, spec.width, None, look)
        self.page.set_row(top, self._header_height(table))
        self._cells(table, top)
        last = top + max(len(table.rows), 1)
        self._rules(table, top, last)
        columns = [
            {"header": heading, "header_format": self.formats["header_upright" if spec.rotated else "header"]}
            for spec, heading in zip(table.columns, headings, strict=True)
        ]
        self.page.add_table(
            top,
            0,
            last,
            len(table.columns) - 1,
            {
                "name": table.name,
                "style": None,
                "columns": columns,
                "autofilter": table.filtered,
                "description": table.description,
            },
        )
        if table.frozen:
            self.page.freeze_panes(top + 1, self.sheet.fixed)
            self.page.repeat_rows(top)
            self.page.repeat_columns(0, self.sheet.fixed - 1)

    def _tiles(self, block: Tiles, top: int) -> None:
        """A map of cells, as high as wide, and its legend."""
        self._table(block.legend, top)
        page, tiles = self.page, block.tiles
        right, below = (max((getattr(tile, way) for tile in tiles), default=0) for way in ("column", "row"))
        first, last = TILES_FROM, TILES_FROM + right
        page.set_column(first, last, _TILE_WIDTH)
        for row in range(top, top + below + 1):
            page.set_row(row, _TILE_HEIGHT)
        for tile in tiles:
            row, column = top + tile.row, first + tile.column
            page.write_formula(row, column, self.layout.resolved(tile.formula), self.formats["tile"], tile.value)
            message = {"validate": "any", "input_message": tile.name[:_MOST_TOLD]}
            page.data_validation(row, column, row, column, message)
        self._colour(top, first, top + below, last)
        self.breaks.append(top + below + 2)

    def _cells(self, table: Table, top: int) -> None:
        """The rows of a table: typed values, and formulas with the values that were computed for them."""
        computed = [self.layout.pieces(spec.formula, table) if spec.formula else None for spec in table.columns]
        for spec, pieces in zip(table.columns, computed, strict=True):
            self._check_length(str(top + len(table.rows) + 1).join(pieces or []), spec.heading)
        looks = [self.formats[spec.style] for spec in table.columns]
        write_formula, wrapped = self.page.write_formula, self._wraps(table)
        # texts that may change get room for two lines, unless it is known what they may become
        follows = any(
            STYLES[spec.style].get("text_wrap")
            and (bool(spec.formula) or (isinstance(cell, Formula) and cell.longest is None))
            for row in table.rows[:1]
            for cell, spec in zip(row, table.columns, strict=True)
        )
        for offset, row in enumerate(table.rows, 1):
            number = str(top + offset + 1)
            for column, (cell, spec) in enumerate(zip(row, table.columns, strict=True)):
                pieces = computed[column]
                if isinstance(cell, Formula):
                    look = self.formats[cell.style or spec.style]
                    text = number.join(self._pieces(cell.text, table))
                    self._check_length(text, spec.heading)
                    write_formula(top + offset, column, text, look, "" if cell.value is None else cell.value)
                elif pieces is not None and cell is not None:
                    write_formula(top + offset, column, number.join(pieces), looks[column], cell)
                else:
                    self._cell(top + offset, column, cell, spec)
            height = self._height(row, table) if wrapped else 14.0
            self.page.set_row(top + offset, max(height, _TWO_LINES) if follows else height)

    def _pieces(self, formula: str, table: Table) -> list[str]:
        """A cell's formula in pieces, between which the number of its row belongs; many cells have the same."""
        key = (formula, table.name)
        if key not in self.resolved:
            self.resolved[key] = self.layout.pieces(formula, table)
        return self.resolved[key]

    def _check_length(self, formula: str, heading: str) -> None:
        """No formula is longer than Excel reads: it would offer to repair the file."""
        if len(formula) > _LONGEST_FORMULA:
            raise TooLarge(
                f"The formulas under “{heading}” of the sheet “{self.sheet.name}” would be longer than Excel reads. "
                "Write other sheets (--sheet), or take the data as CSV: modellaw scores --format csv."
            )

    def _wraps(self, table: Table) -> bool:
        """Whether any cell of a table may need more than one line."""
        return any(STYLES[spec.style].get("text_wrap") for spec in table.columns) or any(
            isinstance(cell, Styled) for row in table.rows for cell in row
        )

    def _rules(self, table: Table, top: int, last: int) -> None:
        """What may be typed into a column, and how marks are coloured whatever they become."""
        for column, spec in enumerate(table.columns):
            if spec.choices:
                self.page.data_validation(
                    top + 1,
                    column,
                    last,
                    column,
                    self._choice(spec.choices, "Take a word of the list, or leave it blank."),
                )
        runs: list[list[int]] = []
        for column in [n for n, spec in enumerate(table.columns) if spec.marked]:
            if runs and runs[-1][1] == column - 1:
                runs[-1][1] = column
            else:
                runs.append([column, column])
        for first, end in runs:
            self._colour(top + 1, first, last, end)

    def _colour(self, top: int, left: int, bottom: int, right: int) -> None:
        """Colour cells by the mark they begin with, whatever it becomes."""
        for sign, style in MARKED.items():
            look = self.formats[f"rule_{style}"]
            rule = {"type": "text", "criteria": "begins with", "value": sign, "format": look}
            self.page.conditional_format(top, left, bottom, right, rule)

    def _header_height(self, table: Table) -> float:
        rotated = max((len(spec.heading) for spec in table.columns if spec.rotated), default=0)
        # the filter's button takes room beside the words
        room = 3 if table.filtered else 1
        level = max(
            _lines(spec.heading, self.widths[n] - room, 1.15)
            for n, spec in enumerate(table.columns)
            if not spec.rotated and not spec.hidden and not spec.grouped
        )
        return max(6.0 * rotated + 14, 13.5 * level + 3)

    def _height(self, row: tuple[Cell, ...], table: Table) -> float:
        """Wrapped cells get the height their text needs; programs do not agree on when to fit it."""
        height = 14.0
        for cell, spec, width in zip(row, table.columns, self.widths, strict=False):
            style = cell.style if isinstance(cell, Styled) else spec.style
            value = cell.value if isinstance(cell, Styled) else cell.longest if isinstance(cell, Formula) else cell
            look = STYLES[style]
            if look.get("text_wrap") and isinstance(value, str):
                size = float(str(look["font_size"])) / 10
                height = max(height, 13.0 * size * _lines(value, (width - 2) * 1.25, size) + 2)
        return min(height, 400.0)

    def _cell(self, row: int, column: int, cell: Cell, spec: Column) -> None:
        look = self.formats[cell.style if isinstance(cell, Styled) else spec.style]
        value = cell.value if isinstance(cell, Styled) else cell
        if value is None or value == "":
            self.page.write_blank(row, column, None, look)
        elif isinstance(value, Link):
            self._link(row, column, value)
        elif isinstance(value, str):
            self.page.write_string(row, column, _fitting(value), look)
        else:
            self.page.write_number(row, column, value, look)

    def _link(self, row: int, column: int, link: Link) -> None:
        inside = link.address.startswith("#")
        usable = inside or (_WEB.fullmatch(link.address) and len(quote(link.address)) <= _MOST_ADDRESS)
        if not usable or self.links >= _MOST_LINKS:
            self.page.write_string(row, column, _fitting(link.text), self.formats["text"])
            return
        self.links += 1
        address = f"internal:'{link.address[1:]}'!A1" if inside else link.address
        self.page.write_url(
            row, column, address, self.formats["link"], link.text if len(link.text) <= 250 else f"{link.text[:249]}…"
        )

    def _chart(self, chart: Chart, row: int, place: int) -> None:
        scatter = chart.kind == "scatter"
        drawn = self.book.add_chart(
            {"type": "scatter", "subtype": "straight_with_markers"}
            if scatter
            else {"type": "column", "subtype": "stacked"}
        )
        _, table, top = self.layout.tables[chart.table]
        headings = [column.heading for column in table.columns]
        for series in chart.series:
            first, last = top + 1 + series.first, top + 1 + series.last
            x, y = headings.index(series.x), headings.index(series.y)
            drawn.add_series(
                {
                    "name": series.label,
                    "categories": [self.sheet.name, first, x, last, x],
                    "values": [self.sheet.name, first, y, last, y],
                    **(_points(series) if scatter else {"fill": {"color": series.colour}, "gap": 60}),
                    **(
                        {
                            "data_labels": {
                                "value": True,
                                "position": "above" if scatter else "center",
                                "num_format": chart.label_format,
                                "font": {"size": 8, "color": series.label_colour},
                            }
                        }
                        if series.labelled
                        else {}
                    ),
                }
            )
        x_axis: dict[str, Any] = {"name": chart.x_title, "name_font": _AXIS_NAME, "num_font": {"size": 9}}
        if chart.x_range:
            x_axis |= {
                "min": chart.x_range[0],
                "max": chart.x_range[1],
                "major_unit": 2,
                "num_format": "0",
                "major_gridlines": {"visible": False},
            }
        drawn.set_x_axis(x_axis)
        drawn.set_y_axis(
            {
                "name": chart.y_title,
                "name_font": _AXIS_NAME,
                "num_format": chart.y_format,
                "num_font": {"size": 9},
                "min": 0,
                "major_gridlines": {"visible": True, "line": {"color": "#E3E7EA"}},
            }
        )
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
        drawn.set_legend(
            {
                "position": "bottom",
                "delete_series": [n for n, series in enumerate(chart.series) if not series.in_legend],
            }
        )
        drawn.show_blanks_as("gap")
        drawn.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHT})
        self.page.insert_chart(
            row,
            0,
            drawn,
            {"description": chart.description, "object_position": 2, "x_offset": place * (_CHART_WIDTH + 20)},
        )


def _points(series: XYSeries) -> dict[str, Any]:
    colour = {"color": series.colour}
    return {
        "line": {**colour, "width": 2} if series.joined else {"none": True},
        "marker": {"type": series.marker, "size": 8, "border": colour, "fill": colour},
    }


def _unique_headings(table: Table) -> list[str]:
    """The headings of the columns; of two alike, as of a criterion called “note”, the second is numbered."""
    taken: set[str] = set()
    headings = []
    for column in table.columns:
        heading, number = column.heading, 1
        while heading.casefold() in taken:
            number += 1
            heading = f"{column.heading} ({number})"
        taken.add(heading.casefold())
        headings.append(heading)
    return headings


def _anchor(table: str) -> str:
    return f"at_{table}"


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column of this width; a little generous."""
    return max(1, len(textwrap.wrap(text, max(4, int(width / size)))))


def _fitting(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 40] + " … (cut: a cell holds no more)"
