"""Throw tables of every kind at `import`, in process: no traceback, no hang, nothing changed by what is refused.

make fuzz runs 20,000 inputs; the tests run 500 (test_fuzz.py). Half are made by structure, half are real files
mutated byte by byte. Every input is made from its number alone, so that a failure can be made again.
"""

from __future__ import annotations

import contextlib
import csv
import io
import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

import review.collection
from review.cli import run
from review.collection import Collection, read_collection
from review.intake.template import write_template
from review.series_review import Review

ROOT = Path(__file__).parent
SLOWEST = 10.0
_PART = 250  # inputs that one process takes at a time
TEXTS = [
    "", "yes", "no", "Yes³", "x", "✓", "✗", "n/a", "unknown", "1", "0", "TRUE", "maybe", "=1+1", "'=x", "#N/A", "QMA", "Almaria", "Borovia",
    "Korea", "Zzyzx", "Republic of Almaria", "\u200fAlmaria\u200e", "Ｙｅｓ", "2001-02", "45000", "handbook", "nobody", "law_changed", "01", "02",
    "mine", "../../x", "\u0000", "\ud7ff", "a" * 300, "é", "نعم", "はい", '"', "'", ";", "\t", "\n", "legislation", "possession", "-", "?", "÷", "𐍈",
]  # fmt: skip
HEADINGS = [
    "Country", "country", "Code", "name", "legislation", "Specific law", "Definition", "possession", "Possession: citation", "Possession: note",
    "criterion", "answer", "source", "note", "edition", "series", "effective", "cause", "Definition: in 01", "", "Rank", "国", ":", ": answer", "x" * 200,
]  # fmt: skip


@dataclass
class Found:
    """What came of many inputs."""

    codes: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0


def own_folder(place: Path) -> Path:
    """A data folder into which is imported."""
    folder = place / "data"
    shutil.copytree(ROOT / "data" / "good", folder)
    editions = folder / "mine" / "editions.csv"
    editions.write_text(editions.read_text().replace("2023-05-01,2023,2,complete", "2023-05-01,2023,,partial"))
    return folder


def real_files(folder: Path) -> list[bytes]:
    """Files as people hand them in, to be mutated."""
    review = Review.of(read_collection(folder), "mine")
    path = folder.parent / "seed.xlsx"
    write_template(path, review, "02", ["QMA", "QMB", "FRA"])
    book = openpyxl.load_workbook(path)
    book["Answers"]["C2"] = "yes"
    book.save(path)
    small = openpyxl.Workbook()
    for row in (["Country", "Specific law"], ["Almaria", "yes"], ["Borovia", "=A1"]):
        small.active.append(row)
    small.save(folder.parent / "small.xlsx")
    text = 'Country;Specific law;Possession\nAlmaria;yes;no\nBorovia;"n""o";\n'
    files = [path.read_bytes(), (folder.parent / "small.xlsx").read_bytes(), text.encode(), text.encode("utf-16")]
    path.unlink()
    (folder.parent / "small.xlsx").unlink()
    return files


def structured(chance: random.Random) -> tuple[str, bytes]:
    """A table of odd headings and texts, as CSV or as a workbook."""
    width, height = chance.randint(1, 7), chance.randint(0, 6)
    rows = [[chance.choice(HEADINGS) for _ in range(width)]]
    if chance.random() < 0.3:
        rows.insert(0, [chance.choice([*HEADINGS, *TEXTS]) for _ in range(width)])
    rows += [[chance.choice(TEXTS) for _ in range(max(0, width + chance.randint(-2, 2)))] for _ in range(height)]
    if chance.random() < 0.6:
        out = io.StringIO()
        sign = chance.choice(",;\t")
        for row in rows:
            if chance.random() < 0.1:
                out.write(sign.join(row) + "\n")  # without quotation marks
            else:
                csv.writer(out, delimiter=sign).writerow(row)
        encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
        return chance.choice(["a.csv", "a.txt", "a.tsv", "a"]), out.getvalue().encode(encoding, "replace")
    book = openpyxl.Workbook()
    for row in rows:
        with contextlib.suppress(openpyxl.utils.exceptions.IllegalCharacterError):
            book.active.append([chance.choice([cell, cell, cell, 1, 0.5, True, None]) for cell in row])
    if chance.random() < 0.2:
        book.active.merge_cells(start_row=1, start_column=1, end_row=2, end_column=2)
    if chance.random() < 0.1:
        book.active.sheet_state = "hidden"
        book.create_sheet()
    made = io.BytesIO()
    book.save(made)
    return "a.xlsx", made.getvalue()


def mutated(chance: random.Random, files: list[bytes]) -> tuple[str, bytes]:
    """A real file with bytes changed, dropped, doubled: of the file, or inside its parts."""
    content = chance.choice(files)
    if content[:2] == b"PK" and chance.random() < 0.7:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
            names = source.namelist()
            victim = chance.choice(names)
            for name in names:
                part = source.read(name)
                target.writestr(name, _changed(chance, part) if name == victim else part)
        content = out.getvalue()
    else:
        content = _changed(chance, content)
    return chance.choice(["a.xlsx", "a.csv"]), content


def _changed(chance: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        if not data:
            break
        place = chance.randrange(len(data))
        way = chance.randrange(4)
        if way == 0:
            data[place] = chance.randrange(256)
        elif way == 1:
            del data[place : place + chance.choice([1, 3, 50])]
        elif way == 2:
            data[place:place] = data[max(0, place - 10) : place]
        else:
            data[place : place + 1] = chance.choice(
                [b"<", b">", b'"', b"&", b"\0", b"\xff", b"99999999", b"-1", b"&lt;"]
            )
    return bytes(data)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file and what is in it."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """The data folder is read once and given again while it is the same: reading it is tried elsewhere."""
    held: dict[bool, Collection] = {}

    def again(data: Path | None, *, as_published: bool = False) -> Collection:
        if as_published not in held:
            held[as_published] = read_collection(data, as_published=as_published)
        return held[as_published]

    review.collection.read_collection = again
    try:
        yield
    finally:
        review.collection.read_collection = read_collection


def fuzz(many: int, first: int = 0) -> Found:
    """Import `many` inputs, from number `first` on."""
    found = Found()
    with tempfile.TemporaryDirectory() as name, read_once():
        place = Path(name)
        folder = own_folder(place)
        files = real_files(folder)
        before = snapshot(folder)
        for number in range(first, first + many):
            chance = random.Random(number)  # noqa: S311 -- inputs to try, not a secret
            title, content = structured(chance) if number % 2 else mutated(chance, files)
            path = place / title
            path.write_bytes(content)
            words = [
                "import",
                str(path),
                "--series",
                "mine",
                "--edition",
                "02",
                "--source",
                "handbook",
                "--data",
                str(folder),
            ]
            words += chance.choice(
                [[], ["--accept-suggestions"], ["--replace"], ["--dry-run"], ["--accept-suggestions", "--replace"]]
            )
            out, err, start = io.StringIO(), io.StringIO(), time.monotonic()
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = run(words)
            except BaseException as error:  # noqa: BLE001 -- whatever it is, it is a failure
                found.failures.append(f"{number}: {type(error).__name__}: {error}")
                code = -1
            took = time.monotonic() - start
            found.slowest = max(found.slowest, took)
            found.codes[code] += 1
            if took > SLOWEST:
                found.failures.append(f"{number}: took {took:.1f} s")
            after = snapshot(folder)
            if after != before:
                if code != 0 or "--dry-run" in words:
                    found.failures.append(f"{number}: exit {code}, and files changed")
                with contextlib.redirect_stdout(out):
                    checked = run(["check", str(folder)])
                if checked != 0:
                    found.failures.append(f"{number}: what was written is not right")
                shutil.rmtree(folder)
                own_folder(place)
                before = snapshot(folder)
            path.unlink()
    return found


def main(many: int, first: int) -> int:
    """Fuzz in as many processes as there are processors, and report."""
    parts = range(first, first + many, _PART)
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(fuzz, [min(_PART, first + many - part) for part in parts], parts))
    codes = sum((result.codes for result in results), Counter[int]())
    lines = [f"exit codes: {dict(sorted(codes.items()))}; slowest {max(result.slowest for result in results):.2f} s"]
    failures = [failure for result in results for failure in result.failures]
    sys.stdout.write("\n".join([*lines, *failures[:50]]) + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
