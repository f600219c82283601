"""LibreOffice as a second computer: recalculate every formula of a workbook, and compare with what is stored."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice"), reason="needs LibreOffice: install Debian's libreoffice-calc or the like"
)
_PYTHON_WITH_UNO = "/usr/bin/python3"


def _has_uno() -> bool:
    ran = (
        subprocess.run([_PYTHON_WITH_UNO, "-c", "import uno"], capture_output=True, check=False)
        if Path(_PYTHON_WITH_UNO).exists()
        else None
    )
    return ran is not None and ran.returncode == 0


needs_uno = pytest.mark.skipif(not _has_uno(), reason="needs LibreOffice's Python: install Debian's python3-uno")
# by default LibreOffice trusts the values that are stored: 0 is "always recalculate"
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook as LibreOffice saves it after computing everything again; its values."""
    return openpyxl.load_workbook(_computed_again(path, folder), data_only=True)


def _computed_again(path: Path, folder: Path) -> Path:
    profile = folder / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    out = folder / "recalculated"
    words = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to"]
    words += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=500)
    return out / path.name


def sorted_lists(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook after LibreOffice has sorted every list that has buttons by its second column, downwards; its values."""
    profile, target = folder / "sorting", folder / "sorted.xlsx"
    pipe = f"modellaw{os.getpid()}"
    words = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    with subprocess.Popen(
        [*words, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as office:
        try:
            script = Path(__file__).with_name("sort_lists.py")
            sort = [_PYTHON_WITH_UNO, str(script), pipe, path.as_uri(), target.as_uri()]
            ran = subprocess.run(sort, check=False, capture_output=True, timeout=120)
            if ran.returncode < 0:  # LibreOffice's bridge to Python falls over now and then on a busy machine
                ran = subprocess.run(sort, check=False, capture_output=True, timeout=120)
            ran.check_returncode()
        finally:
            office.terminate()
    return openpyxl.load_workbook(target, data_only=True)


def differences(path: Path, folder: Path) -> tuple[int, list[str]]:
    """How many formula cells there are, and those whose stored value is not what LibreOffice computes."""
    formulas = openpyxl.load_workbook(path, read_only=True)
    stored = openpyxl.load_workbook(path, read_only=True, data_only=True)
    again = openpyxl.load_workbook(_computed_again(path, folder), read_only=True, data_only=True)
    found, count = [], 0
    for sheet in formulas:
        area = {"max_row": sheet.max_row, "max_col": sheet.max_column}
        others = (book[sheet.title].iter_rows(**area, values_only=True) for book in (stored, again))
        for row, was_row, now_row in zip(sheet.iter_rows(**area), *others, strict=True):
            for cell, was, now in zip(row, was_row, now_row, strict=True):
                if cell.data_type == "f":
                    count += 1
                    if not same(was, now):
                        where = f"{sheet.title}!{cell.coordinate}"
                        found.append(f"{where}: stored {was!r}, computed {now!r}; {cell.value}")
    return count, found


def same(was: object, now: object) -> bool:
    """Whether two values of a cell are the same: numbers to 1e-9, an empty cell as an empty text."""
    if isinstance(was, int | float) and isinstance(now, int | float):
        return abs(was - now) <= 1e-9 * max(1.0, abs(was))
    return (was if was is not None else "") == (now if now is not None else "")
