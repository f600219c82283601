"""Digests of what the commands put out: a change of code shows here what it changes for users.

`make freeze` writes `frozen.json` anew; what differs then in `git diff` belongs in the CHANGELOG.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import xlsxwriter

FILE = Path(__file__).with_name("frozen.json")
# another version may write the same sheets in other bytes
WRITER = f"XlsxWriter {xlsxwriter.__version__}"


def digest(content: bytes) -> str:
    """The first 12 digits of the SHA-256."""
    return hashlib.sha256(content).hexdigest()[:12]


def file_digests(path: Path) -> dict[str, str]:
    """The digest of a file; of a workbook, that of each of its parts, of a folder, that of each file in it."""
    if path.is_dir():
        return {each.name: digest(each.read_bytes()) for each in sorted(path.iterdir())}
    if path.suffix != ".xlsx":
        return {path.name: digest(path.read_bytes())}
    with zipfile.ZipFile(path) as archive:
        titles = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        parts = {name: digest(archive.read(name)) for name in sorted(archive.namelist())}
    named = {f"xl/worksheets/sheet{number}.xml": f"sheet {title}" for number, title in enumerate(titles, 1)}
    return {named.get(name, name): value for name, value in parts.items()}


class Frozen:
    """What was recorded, and what this run gives."""

    def __init__(self) -> None:
        self.recorded: dict[str, dict[str, str]] = (
            json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
        )
        self.seen: dict[str, dict[str, str]] = {}

    def differences(self, key: str, digests: dict[str, str]) -> list[str]:
        """Which digests are not those recorded under `key`; a workbook counts where the same XlsxWriter wrote it."""
        self.seen[key] = digests
        before = self.recorded.get(key, {})
        if any(name.startswith("sheet ") for name in before) and WRITER not in self.recorded:
            return []
        return sorted(name for name in before.keys() | digests.keys() if before.get(name) != digests.get(name))

    def save(self) -> None:
        """Write what this run gave in place of all that was recorded."""
        together = {WRITER: {}, **self.seen}
        lines = [f"{json.dumps(key)}: {json.dumps(together[key], indent=1)}" for key in sorted(together)]
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
