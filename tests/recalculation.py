"""LibreOffice as a second computer: recalculate every formula of a workbook, and compare with what is stored."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice"), reason="needs LibreOffice: install Debian's libreoffice-calc or the like"
)
# by default LibreOffice trusts the values that are stored: 0 is "always recalculate"
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook as LibreOffice saves it after computing everything again; its values."""
    profile = folder / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    out = folder / "recalculated"
    words = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to"]
    words += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=500)
    return openpyxl.load_workbook(out / path.name, data_only=True)


def differences(path: Path, folder: Path) -> tuple[int, list[str]]:
    """How many formula cells there are, and those whose stored value is not what LibreOffice computes."""
    formulas, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    again = recalculated(path, folder)
    found, count = [], 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                was, now = (book[sheet.title][cell.coordinate].value for book in (stored, again))
                if not same(was, now):
                    found.append(f"{sheet.title}!{cell.coordinate}: stored {was!r}, computed {now!r}; {cell.value}")
    return count, found


def same(was: object, now: object) -> bool:
    """Whether two values of a cell are the same: numbers to 1e-9, an empty cell as an empty text."""
    if isinstance(was, int | float) and isinstance(now, int | float):
        return abs(was - now) <= 1e-9 * max(1.0, abs(was))
    return (was if was is not None else "") == (now if now is not None else "")
