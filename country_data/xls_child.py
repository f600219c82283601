"""Print the sheets of an .xls file as JSON: run in a process of its own, which a damaged file may bring down.

The reader of old Excel takes sizes in a damaged file at their word, and asks for any amount of memory.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sys

_MOST_MEMORY, _MOST_SECONDS, _MOST_CELLS = 2_000_000_000, 60, 5_000_000


def main(path: str) -> None:
    """Print each sheet: its name, whether it is hidden, its merged areas, and its cells as kind and value."""
    with contextlib.suppress(ImportError):  # a limit of Unix
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    import python_calamine

    with open(path, "rb") as file:  # noqa: PTH123 -- nothing of ours is loaded here
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = []
        for about in book.sheets_metadata:
            if about.typ == python_calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(about.name)
                if sheet.total_height * sheet.total_width > _MOST_CELLS:
                    sys.exit("too many cells")
                rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
                hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
                merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
                sheets.append({"name": about.name, "hidden": hidden, "merged": merged, "rows": rows})
    json.dump(sheets, sys.stdout)


def _cell(value: object) -> list[object]:
    if isinstance(value, bool):
        return ["truth", value]
    if isinstance(value, int | float):
        return ["number", float(value)]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()[:10]]
    return ["text", str(value)]


if __name__ == "__main__":
    main(sys.argv[1])
