"""Time and memory of what users wait for. Speed is told as ratios within one run: `make bench`."""

from __future__ import annotations

import datetime
import gc
import itertools
import json
import resource
import statistics as stats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

import review
from country_data import Problems, Registry
from criteria import Framework, Scores, deduce, grid, score
from review.collection import read_collection
from review.comparison import Side, compare
from review.intake.plan import plan_import
from review.intake.reading import read_handed_in
from review.intake.template import write_template
from review.intake.writing import write_answers
from review.series_review import Review
from review.statistics import statistics
from review.workbook import sheets
from review.workbook.writer import write
from tests.fuzz import own_folder
from tests.questions import QUESTIONS, write_world

PROGRAMS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "modellaw --help": [sys.executable, "-c", "from review.cli import main; main()", "--help"],
    "modellaw": [sys.executable, "-c", "from review.cli import main; main()"],
}
SIZES = (2_000, 20_000, 200_000)
LARGE = ((200, 6), (200, 18), (200, 54), (5_000, 10))


def median_seconds(command: list[str], runs: int = 9) -> float:
    """The median time of a command in a process of its own."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return stats.median(taken)


def invented(countries: int) -> pd.DataFrame:
    """Answers of so many invented countries under the embedded framework, a fifth of them open."""
    framework = review.load().framework
    random = np.random.default_rng(20061)
    codes = np.repeat([f"X{number:06d}" for number in range(countries)], len(framework.criteria))
    answers = random.choice(["yes", "no", "unknown", ""], p=[0.5, 0.3, 0.15, 0.05], size=len(codes))
    answers[:: len(framework.criteria)] = "yes"  # the first criterion is required by the others
    criteria = np.tile(framework.criterion_ids, countries)
    return pd.DataFrame({"edition": "01", "country": codes, "criterion": criteria, "answer": answers})


def score_and_count(answers: pd.DataFrame) -> float:
    """Seconds to arrange, deduce, score and count."""
    framework = review.load().framework
    start = time.perf_counter()
    scores = scored(answers, framework)
    reviewed = pd.Series([answers["country"].nunique()], index=["01"], dtype="Int64")
    statistics(scores, framework, reviewed)
    return time.perf_counter() - start


def scored(answers: pd.DataFrame, framework: Framework) -> Scores:
    """Answers arranged, deduced and scored."""
    return score(deduce(grid(answers, framework), framework), framework)


def compare_two(countries: int) -> float:
    """Seconds to compare two editions of so many invented countries, both scored already."""
    framework = review.load().framework
    first, second = invented(countries), invented(countries).assign(edition="02")
    # what the first has, the second has shifted by one country, so that much changes
    second["answer"] = np.roll(second["answer"].to_numpy(), len(framework.criteria))
    codes = first["country"].unique()
    frame = {"code": codes, "name": codes, "order": range(len(codes)), "until": "", "successors": ""}
    registry = Registry(pd.DataFrame(frame))
    sides = [
        Side("s", edition, "", False, len(codes), scored(answers, framework), {})
        for edition, answers in (("01", first), ("02", second))
    ]
    causes = pd.DataFrame({"country": [], "criterion": [], "causes": []})
    start = time.perf_counter()
    compare(*sides, framework, registry, causes)
    return time.perf_counter() - start


def peak() -> float:
    """The most memory this process has held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells of a process begins with what its parent held
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def large_world_stage(countries: str, editions: str) -> None:
    """Print time by stage and peak memory of a world of 35 questions; run in a process of its own."""
    codes = ["".join(("Q", *letters)) for letters in itertools.product(ascii_uppercase, repeat=3)][: int(countries)]
    years = [str(1970 + number) for number in range(int(editions))]
    taken: dict[str, float] = {}

    def timed(name: str, do: Callable[[], object]) -> object:
        start = time.perf_counter()
        made = do()
        taken[name] = time.perf_counter() - start
        return made

    with tempfile.TemporaryDirectory() as folder:
        write_world(Path(folder), "mean_of_groups", years, codes)
        r = timed("load", lambda: review.load("law", data=folder))
        assert isinstance(r, Review)
        timed("score", r.scores)
        timed("compare", r.compare)
        timed("summarise", r.statistics)
    print(json.dumps({"answers": len(codes) * len(years) * len(QUESTIONS), "stages": taken, "peak": peak()}))  # noqa: T201 -- printing is what it is for


def large_worlds(say: Callable[[str], object]) -> None:
    """Say how time and memory grow with a world of 35 questions in eight groups."""
    say("35 graded questions in eight groups: seconds by stage\n")
    first: dict[str, float] = {}
    for countries, editions in LARGE:
        words = [sys.executable, "-m", "tests.bench", "large", str(countries), str(editions)]
        ran = subprocess.run(words, check=True, capture_output=True, text=True)
        found = json.loads(ran.stdout.splitlines()[-1])
        each = {name: seconds / found["answers"] for name, seconds in found["stages"].items()}
        first = first or each
        stages = ", ".join(
            f"{name} {seconds:.2f} ({each[name] / first[name]:.2f} ×)" for name, seconds in found["stages"].items()
        )
        say(f"  {countries:5} × {editions:2}, {found['answers']:9,} answers: {stages}; peak {found['peak']:.0f} MiB\n")
    say("  × : time for an answer, as a ratio to the first line\n")


RECORDED = ("write_string", "write_number", "write_blank", "write_formula", "write_url", "set_row")


class Look(int):
    """A format, by number, in the place of the one it was in another book."""


def workbook_stage() -> None:
    """Print how long writing takes, and how long a bare loop that writes the same cells from prepared lists."""
    collection = read_collection(None)
    framework = collection.choose_framework(None)
    reviews = collection.reviews_of(framework)
    made = sheets(reviews)
    calls: list[tuple[str, str, tuple[object, ...]]] = []
    whole = {name: getattr(Worksheet, name) for name in RECORDED}

    def recording(name: str) -> Callable[..., object]:
        def call(page: Worksheet, *args: object) -> object:
            calls.append((page.name, name, args))
            return whole[name](page, *args)

        return call

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.xlsx"
        options: dict[str, Any] = {"title": "t", "date": datetime.date(2020, 1, 1)}
        with pytest.MonkeyPatch.context() as patch:
            for name in RECORDED:
                patch.setattr(Worksheet, name, recording(name))
            write(made, path, **options)
        prepared = [
            (sheet, name, tuple(Look(id(value)) if isinstance(value, Format) else value for value in args))
            for sheet, name, args in calls
        ]
        taken: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(5):
            start = time.perf_counter()
            write(made, path, **options)
            taken["ours"].append(time.perf_counter() - start)
            start = time.perf_counter()
            _bare(prepared, [sheet.name for sheet in made], path)
            taken["bare"].append(time.perf_counter() - start)
        size = path.stat().st_size / 1024 / 1024
    print(json.dumps({name: stats.median(seconds) for name, seconds in taken.items()} | {"size": size}))  # noqa: T201 -- printing is what it is for


def _bare(calls: list[tuple[str, str, tuple[object, ...]]], names: list[str], path: Path) -> None:
    """What XlsxWriter takes for these cells and nothing else."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_urls": False}) as book:
        pages = {name: book.add_worksheet(name) for name in names}
        formats = {
            number: book.add_format()
            for number in {value for _, _, args in calls for value in args if type(value) is Look}
        }
        for sheet, name, args in calls:
            getattr(pages[sheet], name)(*[formats[value] if type(value) is Look else value for value in args])


def report_stage() -> None:
    """Print time and peak memory of a report; run in a process of its own."""
    from review.cli import run

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run(["report", "--output", str(Path(folder) / "review.xlsx")])
        taken = time.perf_counter() - start
    print(json.dumps({"seconds": taken, "peak": peak()}))  # noqa: T201 -- printing is what it is for


def import_stage() -> None:
    """Print how long importing 200 countries takes beside openpyxl alone, and how long more and more rows take."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        codes = [f"Q{second}{third}" for second in "MNOPQRSTUVWX" for third in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:300]
        write_world(folder, "mean", ["2000"], codes)
        editions = folder / "law" / "editions.csv"
        editions.write_text(editions.read_text() + editions.read_text().splitlines()[-1].replace("2000", "2001") + "\n")
        law = Review.of(read_collection(folder), "law")
        five = own_folder(Path(name) / "five")
        mine = Review.of(read_collection(five), "mine")
        book = Path(name) / "t.xlsx"
        countries = sorted(code for code in mine.registry.codes() if len(code) == 3)[:200]
        write_template(book, mine, "02", countries)
        filled = openpyxl.load_workbook(book)
        sheet = filled["Answers"]
        for row in range(2, 202):
            for cell in sheet[row][2:]:
                if not cell.protection.locked:
                    date = str(sheet.cell(1, cell.column).value).endswith("effective")
                    cell.value = (
                        "yes" if ":" not in str(sheet.cell(1, cell.column).value) else "2001" if date else "art. 1"
                    )
        filled.save(book)
        taken: dict[str, list[float]] = {"ours": [], "openpyxl": []}
        for _ in range(9):
            gc.collect()  # what others left behind is nobody's here
            start = time.perf_counter()
            openpyxl.load_workbook(book, data_only=True)
            taken["openpyxl"].append(time.perf_counter() - start)
            taken["ours"].append(_import(book, mine, "02", five / "mine"))
        measured: dict[str, Any] = {key: stats.median(seconds) for key, seconds in taken.items()}
        ids = law.framework.criterion_ids
        rows = [(code, id, "yes") for code in codes for id in ids]
        for many in (1_000, 3_000, 10_000):
            path = Path(name) / f"{many}.csv"
            path.write_text("country,criterion,answer\n" + "".join(f"{','.join(row)}\n" for row in rows[:many]))
            measured[str(many)] = stats.median(_import(path, law, "2001", folder / "law") for _ in range(3))
    print(json.dumps(measured))  # noqa: T201 -- printing is what it is for


def _import(path: Path, review: Review, edition: str, folder: Path) -> float:
    """The seconds from the file to the answers written."""
    gc.collect()
    start = time.perf_counter()
    problems = Problems()
    handed = read_handed_in(path, review.framework, {}, problems)
    assert handed is not None
    plan = plan_import(handed, review, edition, marks={}, source=review.series.sources["source"].iloc[0])
    assert not plan.problems, list(plan.problems)[:3]
    write_answers(plan, folder)
    return time.perf_counter() - start


def main() -> None:
    """Print every measurement, each as a ratio to one of the same run."""
    say = sys.stdout.write
    base = None
    say("Starting up (median of 9)\n")
    for name, command in PROGRAMS.items():
        seconds = median_seconds(command)
        base = base or seconds
        say(f"  {name:28} {seconds * 1000:8.0f} ms   {seconds / base:5.2f} × import click\n")
    ran = subprocess.run([sys.executable, "-m", "tests.bench", "report"], check=True, capture_output=True, text=True)
    measured = json.loads(ran.stdout.splitlines()[-1])
    say(f"Report of the embedded data\n  {measured['seconds']:.2f} s, peak memory {measured['peak']:.0f} MiB\n")
    say("Scoring and counting invented countries\n")
    first, last = None, 0.0
    for size in SIZES:
        answers = invented(size)
        seconds = stats.median(score_and_count(answers) for _ in range(3))
        first, last = first or seconds / size, seconds
        say(
            f"  {size:7} countries {seconds * 1000:8.0f} ms   {seconds / size / first:5.2f} × the first, per country   peak {peak():.0f} MiB\n"
        )
    say("Comparing two editions of invented countries\n")
    first = None
    for size in SIZES:
        seconds = stats.median(compare_two(size) for _ in range(3))
        first = first or seconds / size
        ratio = f"   {seconds / last:.2f} × scoring one" if size == SIZES[-1] else ""
        say(
            f"  {size:7} countries {seconds * 1000:8.0f} ms   {seconds / size / first:5.2f} × the first, per country{ratio}\n"
        )

    ran = subprocess.run([sys.executable, "-m", "tests.bench", "workbook"], check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    ratio = found["ours"] / found["bare"]
    say(
        f"Writing the workbook, {found['size']:.2f} MiB\n  {found['ours']:.2f} s, {ratio:.2f} × a bare loop over the same cells\n"
    )
    ran = subprocess.run([sys.executable, "-m", "tests.bench", "import"], check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    say("Importing\n")
    say(
        f"  200 countries, a workbook {found['ours'] * 1000:8.0f} ms   {found['ours'] / found['openpyxl']:.2f} × openpyxl alone\n"
    )
    for many in ("1000", "3000", "10000"):
        each = found[many] / int(many) / (found["1000"] / 1000)
        say(f"  {many:>7} rows of CSV      {found[many] * 1000:8.0f} ms   {each:5.2f} × the first, per row\n")
    large_worlds(say)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["report"]:
            report_stage()
        case ["import"]:
            import_stage()
        case ["workbook"]:
            workbook_stage()
        case ["large", countries, editions]:
            large_world_stage(countries, editions)
        case _:
            main()
