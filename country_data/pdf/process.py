"""Ask the process that reads a PDF: texts of pages, what stands on them, samples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from country_data.pdf.pieces import Box, PagePart
from country_data.problems import Place, Problems
from country_data.text_file import is_readable

__all__ = ["ask_child", "looks_of", "page_texts", "samples", "spans"]

_MOST_SECONDS = 120
# threads of libraries take memory, which is limited
_ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
AS_XLSX = "Copy the table into a workbook, and save it as .xlsx."


def ask_child(what: str, path: Path, asked: Any, label: str, problems: Problems) -> list[dict[str, Any]] | None:
    """What the process says; None after adding to `problems` why it said nothing, or did not come to its end."""
    child = [sys.executable, "-I", str(Path(__file__).with_name("child.py")), what, str(path)]
    try:
        ran = subprocess.run(child, input=json.dumps(asked).encode(), capture_output=True, timeout=_MOST_SECONDS, check=False, env=_ENVIRONMENT)  # noqa: S603 -- our own script  # fmt: skip
        output, is_whole = ran.stdout, ran.returncode == 0
        if b"No module named 'pypdfium2'" in ran.stderr:
            problems.add(
                Place(label),
                "To read a PDF, the extra “pdf” of modellaw is needed.",
                f"Install it: {sys.executable} -m pip install pypdfium2",
            )
            return None
    except subprocess.TimeoutExpired as error:
        output, is_whole = error.stdout or b"", False
    said: list[dict[str, Any]] = []
    for line in output.splitlines():
        try:
            said.append(json.loads(line))
        except ValueError:
            break
    if said and said[0].get("error") == "password":
        problems.add(Place(label), "This PDF has a password.", "Save it without one.")
    elif said and said[0].get("error") == "damaged" and "page" not in said[0]:
        problems.add(
            Place(label), "This PDF is damaged, or is none.", "Open it in a viewer, and print it to a new PDF."
        )
    elif not is_whole:
        after = f" (page {said[-1]['page']} was the last)" if said and "page" in said[-1] else ""
        message = f"This PDF takes more memory or time to read than a table can need{after}."
        problems.add(Place(label), message, f"Print only the pages of the table to a new PDF. {AS_XLSX}")
    else:
        return said
    return None


def page_texts(path: Path, label: str, problems: Problems) -> list[tuple[str, int]] | None:
    """The text of every page, and the number of drawings and pictures on it."""
    if not is_readable(path, label, problems):
        return None
    said = ask_child("texts", path, [], label, problems)
    if said is None:
        return None
    if said[0]["pages"] > len(said) - 1:
        message = f"This PDF has {said[0]['pages']:,} pages, more than the {len(said) - 1:,} that are read."
        problems.add(Place(label), message, f"Print only the pages of the table to a new PDF. {AS_XLSX}")
        return None
    return [(one["text"], one["objects"]) for one in said[1:]]


def samples(path: Path, parts: Sequence[PagePart]) -> list[bytes]:
    """Pictures (PNG) of parts of pages; none where they can't be made."""
    asked = [[number, _sides(box), turned] for number, box, turned in parts]
    said = ask_child("samples", path, asked, "", Problems()) if asked else []
    return [bytes.fromhex(one["png"]) for one in said or ()]


def looks_of(path: Path, parts: Sequence[PagePart]) -> list[dict[str, Any] | None] | None:
    """How what stands in parts of pages looks (see the process), None where nothing is seen; None for all where it fails."""
    by_page: dict[tuple[int, int], list[int]] = {}
    for n, (number, _, turned) in enumerate(parts):
        by_page.setdefault((number, turned), []).append(n)
    asked = [[number, turned, [_sides(parts[n][1]) for n in of]] for (number, turned), of in by_page.items()]
    said = ask_child("looks", path, asked, "", Problems()) if asked else []
    if said is None or len(said) < len(asked):
        return None
    found: list[dict[str, Any] | None] = [None] * len(parts)
    for of, one in zip(by_page.values(), said, strict=True):
        for n, look in zip(of, one["looks"], strict=True):
            found[n] = look
    return found


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]


def spans(numbers: Iterable[int]) -> str:
    """Numbers as spans: 3, 36–59."""
    found: list[list[int]] = []
    for n in numbers:
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in found)
