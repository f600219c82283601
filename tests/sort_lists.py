"""Sort every list of a workbook that has buttons, in LibreOffice: run by the Python that has `uno` (Debian's python3-uno).

Words: the address of LibreOffice's pipe, the workbook, and the file to write (as file:// addresses).
"""

import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField


def main(pipe, source, target):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(100):
        try:
            office = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:  # noqa: BLE001 -- it is still starting
            time.sleep(0.3)
    desktop = office.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", office)
    book = desktop.loadComponentFromURL(source, "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
    field = TableSortField()
    field.Field, field.IsAscending = 1, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    how = (PropertyValue("SortFields", 0, fields, 0), PropertyValue("ContainsHeader", 0, True, 0))
    ranges = book.DatabaseRanges
    for name in ranges.ElementNames:
        one = ranges.getByName(name)
        if one.AutoFilter:
            area = one.DataArea
            sheet = book.Sheets.getByIndex(area.Sheet)
            cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
            uno.invoke(cells, "sort", (how,))
    book.calculateAll()
    book.storeToURL(target, (PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0),))
    book.close(True)
    desktop.terminate()


main(*sys.argv[1:])
