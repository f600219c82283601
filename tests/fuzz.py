"""Throw tables of every kind at `import`, in process: no traceback, no hang, nothing changed by what is refused.

make fuzz runs 20,000 inputs; the tests run 500 (test_fuzz.py). Half are made by structure (Hypothesis, which shrinks what
fails), half are real files mutated byte by byte, each from its number, so that a failure can be made again.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
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
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import review.importer.reading
from review.cli import run
from review.dataset import Dataset, read_dataset
from review.importer.template import template_pages
from review.report.xlsx.writer import workbook_bytes
from review.review import Review

ROOT = Path(__file__).parent
SLOWEST = 10.0
_PART = 250  # inputs that one process takes at a time
TEXTS = [
    "", "yes", "no", "Yes³", "x", "✓", "✗", "n/a", "unknown", "1", "0", "TRUE", "maybe", "=1+1", "'=x", "#N/A", "QMA", "Almaria", "Borovia",
    "Korea", "Zzyzx", "Republic of Almaria", "\u200fAlmaria\u200e", "Ｙｅｓ", "2001-02", "45000", "handbook", "nobody", "law_changed", "01", "02",
    "mine", "../../x", "\u0000", "\ud7ff", "a" * 300, "é", "نعم", "はい", '"', "'", ";", "\t", "\n", "legislation", "possession", "-", "?", "÷", "𐍈",
    "a\x0bb", "a\rb", "a\r\nb", "\x1b", "\uffff", "\ufffd", "*" * 60 + " x", "yes" + " " * 500 + "x", "¹", "yes [no]", "Criterion", "9" * 400, "1e999",
]  # fmt: skip
HEADINGS = [
    "Country", "country", "Code", "name", "legislation", "Specific law", "Definition", "possession", "Possession: citation", "Possession: note",
    "Is there legislation that deals specifically with child sexual abuse material?", "criterion", "answer", "source", "note", "edition", "series", "effective", "cause", "Definition: in 01", "", "Rank", "国", ":", ": answer", "x" * 200,
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


def template_bytes(review: Review, edition: str, codes: list[str]) -> bytes:
    """A workbook to fill in."""
    return workbook_bytes(template_pages(review, edition, codes), title="t", date=datetime.date(2000, 1, 1))


def real_files(folder: Path) -> list[bytes]:
    """Files as people hand them in, to be mutated."""
    review = Review.of(read_dataset(folder), "mine")
    path = folder.parent / "seed.xlsx"
    path.write_bytes(template_bytes(review, "02", ["QMA", "QMB", "FRA"]))
    book = openpyxl.load_workbook(path)
    book["Answers"]["D3"] = "yes"
    book.save(path)
    small = openpyxl.Workbook()
    for row in (["Country", "Specific law"], ["Almaria", "yes"], ["Borovia", "=A1"]):
        small.active.append(row)
    small.save(folder.parent / "small.xlsx")
    text = 'Country;Specific law;Possession\nAlmaria;yes;no\nBorovia;"n""o";\n'
    files = [path.read_bytes(), (folder.parent / "small.xlsx").read_bytes(), text.encode(), text.encode("utf-16")]
    files += [
        one.read_bytes() for name in ("68-ods", "69-xls") for one in (ROOT / "cases" / "import" / name).glob("table.*")
    ]
    path.unlink()
    (folder.parent / "small.xlsx").unlink()
    return files


CELLS = st.sampled_from(TEXTS) | st.text(max_size=8) | st.sampled_from(HEADINGS)
TABLES = st.tuples(
    st.lists(st.lists(st.sampled_from(HEADINGS) | CELLS, min_size=1, max_size=7), min_size=1, max_size=2),
    st.lists(st.lists(CELLS, max_size=8), max_size=6),
).map(lambda parts: [*parts[0], *parts[1]])
WAYS = st.sampled_from(
    [
        (kind, sign, encoding)
        for kind in ("csv", "bare")
        for sign in ",;\t"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    ]
    + [(kind, "", "") for kind in ("xlsx", "merged", "hidden")]
)
WORDS = [
    [], ["--write"], ["--write", "--replace"], ["--format", "json"], ["--save-reading", "saved.toml", "--force"],
    ["--write", "--as-correction", "--reason", "Why"], ["--write", "--encoding", "cp1250"],
    *(["--write", "--reading", f"{n}.toml"] for n in range(6)),
]  # fmt: skip
READINGS = [
    '[columns]\n"Country" = "country"\n"*" = "skip"\n',
    '[answers]\n"x" = "yes"\n"1" = "no"\n"" = "no"\n[answers.possession]\n"0" = "unknown"\n',
    '[countries]\n"Zzyzx" = "QMA"\n"Korea" = "skip"\n[skip]\nrows = ["Almaria"]\n',
    '[table]\nrows = "2"\nseparator = ";"\nencoding = "utf-16"\nsheet = "Sheet"\n',
    '[columns]\n"A" = "country"\n"B" = "possession"\n"C" = "citation:possession"\n',
    '[columns]\n"A" = "criterion"\n"B" = "answer"\n[answers]\n"é" = "skip"\n',
]
OPTIONS = st.sampled_from(WORDS)


def as_file(rows: list[list[str]], way: tuple[str, str, str]) -> tuple[str, bytes]:
    """A table as a file: CSV with and without quotation marks, or a workbook."""
    kind, sign, encoding = way
    if sign:
        out = io.StringIO()
        for row in rows:
            if kind == "bare":
                out.write(sign.join(row) + "\n")
            else:
                csv.writer(out, delimiter=sign).writerow(row)
        return "a.csv", out.getvalue().encode(encoding, "replace")
    book = openpyxl.Workbook()
    for row in rows:
        with contextlib.suppress(openpyxl.utils.exceptions.IllegalCharacterError, ValueError):
            book.active.append(
                [int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 16 else cell for cell in row]
            )
    if kind == "merged":
        book.active.merge_cells(start_row=1, start_column=1, end_row=2, end_column=2)
    if kind == "hidden":
        book.active.sheet_state = "hidden"
        book.create_sheet()
    made = io.BytesIO()
    with contextlib.suppress(openpyxl.utils.exceptions.IllegalCharacterError, UnicodeEncodeError, ValueError):
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
    return chance.choice(["a.xlsx", "a.csv", "a.ods", "a.xls", "a.tsv"]), content


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
    """Every file of data and what is in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".modellaw.lock")
    return {str(path): path.read_bytes() for path in found}


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """The data folder is read once and given again while it is the same: reading it is tried elsewhere."""
    held: dict[bool, Dataset] = {}

    def again(data: Path | None, *, as_published: bool = False) -> Dataset:
        if as_published not in held:
            held[as_published] = read_dataset(data, as_published=as_published)
        return held[as_published]

    review.importer.reading.read_dataset = again
    try:
        yield
    finally:
        review.importer.reading.read_dataset = read_dataset


class Trial:
    """A data folder into which one input after the other is imported."""

    def __init__(self, place: Path) -> None:
        self.place, self.found = place, Found()
        self.folder = own_folder(place)
        self.before = snapshot(self.folder)
        for number, text in enumerate(READINGS):
            (place / f"{number}.toml").write_text(text, encoding="utf-8")

    def take(self, title: str, content: bytes, more: list[str]) -> list[str]:
        """Import one input; what is wrong with what came of it."""
        path = self.place / title
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
            str(self.folder),
            *(str(self.place / word) if word.endswith(".toml") else word for word in more),
        ]
        out, wrong, start = io.StringIO(), [], time.monotonic()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                code = run(words)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, it is a failure
            wrong.append(f"{type(error).__name__}: {error}")
            code = -1
        took = time.monotonic() - start
        self.found.slowest = max(self.found.slowest, took)
        self.found.codes[code] += 1
        if took > SLOWEST:
            wrong.append(f"took {took:.1f} s")
        if snapshot(self.folder) != self.before:
            if code != 0 or "--write" not in more:
                wrong.append(f"exit {code}, and files changed")
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                if run(["check", str(self.folder)]) != 0:
                    wrong.append("what was written is not right")
            shutil.rmtree(self.folder)
            own_folder(self.place)
        path.unlink()
        return wrong


def fuzz(many: int, first: int = 0) -> Found:
    """Import `many` inputs, half made by structure and half mutated, from number `first` on."""
    with tempfile.TemporaryDirectory() as name, read_once():
        trial = Trial(Path(name))
        files = real_files(trial.folder)

        @seed(first)
        @settings(
            max_examples=many // 2,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(TABLES, WAYS, OPTIONS)
        def by_structure(rows: list[list[str]], way: tuple[str, str, str], more: list[str]) -> None:
            wrong = trial.take(*as_file(rows, way), more)
            assert not wrong, (wrong, rows, way, more)

        try:
            by_structure()
        except AssertionError as error:
            trial.found.failures.append(f"by structure, from {first}: {error}")
        while sum(trial.found.codes.values()) < many:
            number = first + sum(trial.found.codes.values())
            chance = random.Random(number)  # noqa: S311 -- inputs to try, not a secret
            more = chance.choice(WORDS)
            wrong = trial.take(*mutated(chance, files), more)
            trial.found.failures += [f"mutated, {number}: {one}" for one in wrong]
        return trial.found


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
