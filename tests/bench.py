"""Time and memory of what users wait for. Speed is told as ratios within one run: `make bench`."""

from __future__ import annotations

import datetime
import gc
import itertools
import json
import pickle
import random
import resource
import shutil
import statistics as stats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import ascii_uppercase
from typing import Any
from unittest import mock

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

import review
from country_data import Problems, Registry
from country_data.pdf.process import page_texts
from criteria import Framework, Scores, answer_matrix, deduce, score
from review.cli import run
from review.compare import Side, compare_sides
from review.dataset import read_dataset
from review.importer.reading import _state_of, _TableReader
from review.report.html import page_bytes
from review.report.workbook import sheets
from review.report.xlsx.writer import workbook_bytes
from review.review import Review
from review.statistics import statistics
from tests.browser import CHROMIUM, browser, opened
from tests.drawn_pdf import Layout, draw, judge, read
from tests.fuzz import own_folder, template_bytes
from tests.questions import QUESTIONS, write_world

MODELLAW = str(Path(sys.executable).with_name("modellaw"))
PROGRAMS = {
    "python -c 'import pandas'": [sys.executable, "-c", "import pandas"],
    "modellaw --help": [MODELLAW, "--help"],
    "modellaw": [MODELLAW],
    "modellaw country Philippines": [MODELLAW, "country", "Philippines"],
    "modellaw compare": [MODELLAW, "compare"],
}
SIZES = (2_000, 20_000, 200_000)
LARGE = ((200, 6), (200, 18), (200, 54), (5_000, 10))


def processor_seconds(command: list[str]) -> float:
    """The processor time of a command in a process of its own, of its children too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def side_by_side(commands: dict[str, list[str]], runs: int) -> dict[str, float]:
    """The median processor time of each command, the commands taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(processor_seconds(command))
    return {name: stats.median(seconds) for name, seconds in taken.items()}


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
    return score(deduce(answer_matrix(answers, framework), framework), framework)


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
        Side("s", edition, "", False, len(codes), framework, scored(answers, framework), {})
        for edition, answers in (("01", first), ("02", second))
    ]
    causes = pd.DataFrame({"country": [], "criterion": [], "causes": []})
    start = time.perf_counter()
    compare_sides(*sides, framework, registry, causes)
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


def record_stage(prepared: str) -> None:
    """Write what a report asks of XlsxWriter to a file: the sheets' names and the calls in order."""
    made = sheets(Review.all_of(read_dataset(None)))
    calls: list[tuple[str, str, tuple[object, ...]]] = []
    whole = {name: getattr(Worksheet, name) for name in RECORDED}

    def recording(name: str) -> Callable[..., object]:
        def call(page: Worksheet, *args: object) -> object:
            calls.append((page.name, name, args))
            return whole[name](page, *args)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in RECORDED:
            patch.setattr(Worksheet, name, recording(name))
        workbook_bytes(made, title="t", date=datetime.date(2020, 1, 1))
    bare = [
        (sheet, name, tuple(Look(id(value)) if isinstance(value, Format) else value for value in args))
        for sheet, name, args in calls
    ]
    Path(prepared).write_bytes(pickle.dumps(([sheet.name for sheet in made], bare)))


def bare_stage(prepared: str) -> None:
    """Print the processor time of a loop that writes the prepared cells, and how many there are."""
    names, calls = pickle.loads(Path(prepared).read_bytes())  # noqa: S301 -- our own file
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        _bare(calls, names, Path(folder) / "review.xlsx")
        taken = time.process_time() - start
    print(json.dumps({"seconds": taken, "cells": len(calls)}))  # noqa: T201 -- printing is what it is for


def reports(say: Callable[[str], object]) -> None:
    """Say how long a report takes beside XlsxWriter alone, in whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        prepared, out = str(Path(folder) / "calls"), str(Path(folder) / "review.xlsx")
        subprocess.run([sys.executable, "-m", "tests.bench", "record", prepared], check=True)
        ours, bare, cells = [], [], 0
        for _ in range(5):
            ours.append(processor_seconds([MODELLAW, "report", "--force", "--output", out]))
            words = [sys.executable, "-m", "tests.bench", "bare", prepared]
            found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            bare.append(found["seconds"])
            cells = found["cells"]
        ratio = stats.median(ours) / stats.median(bare)
        say(f"Report of the embedded data (processor time of the whole process, median of 5; {cells:,} cells)\n")
        say(f"  {stats.median(ours):.2f} s, {ratio:.2f} × a bare loop of XlsxWriter over the same cells\n")


def large_scores(say: Callable[[str], object]) -> None:
    """Say how long the scores of 378,000 answers take as CSV, beside pandas reading the same files."""
    codes = ["".join(("Q", *letters)) for letters in itertools.product(ascii_uppercase, repeat=3)][:200]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        write_world(folder, "mean_of_groups", [str(1970 + number) for number in range(54)], codes)
        read = f"import pandas, pathlib; [pandas.read_csv(p, dtype=str) for p in pathlib.Path({str(folder)!r}).rglob('answers/*.csv')]"
        words = [MODELLAW, "scores", "--data", str(folder), "--format", "csv", "--force", "--output", f"{name}/s.csv"]
        found = side_by_side({"read": [sys.executable, "-c", read], "scores": words}, 5)
    say("Scores of 54 editions, 200 countries and 35 questions, as CSV (whole process, median of 5)\n")
    say(f"  {found['scores']:.2f} s, {found['scores'] / found['read']:.2f} × pandas reading the same files\n")


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


def memory_stage() -> None:
    """Print the peak memory of a report; run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        run(["report", "--output", str(Path(folder) / "review.xlsx")])
    print(json.dumps({"peak": peak()}))  # noqa: T201 -- printing is what it is for


def import_stage() -> None:
    """Print how long importing 200 countries takes beside openpyxl alone, and how long more and more rows take."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        codes = [f"Q{second}{third}" for second in "MNOPQRSTUVWX" for third in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:300]
        write_world(folder, "mean", ["2000"], codes)
        editions = folder / "law" / "editions.csv"
        editions.write_text(editions.read_text() + editions.read_text().splitlines()[-1].replace("2000", "2001") + "\n")
        law = Review.of(read_dataset(folder), "law")
        five = own_folder(Path(name) / "five")
        mine = Review.of(read_dataset(five), "mine")
        book = Path(name) / "t.xlsx"
        countries = sorted(code for code in mine.registry.codes() if len(code) == 3)[:200]
        book.write_bytes(template_bytes(mine, "02", countries))
        filled = openpyxl.load_workbook(book)
        sheet = filled["Answers"]
        for row in range(3, 203):
            for cell in sheet[row][2:]:
                if not cell.protection.locked:
                    date = str(sheet.cell(2, cell.column).value).endswith("effective")
                    heading = str(sheet.cell(2, cell.column).value)
                    cause = heading.endswith("cause")
                    cell.value = "yes" if ":" not in heading else "2001" if date else None if cause else "art. 1"
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
    """The seconds from the file to the answers written; reading the data folder, before and to try it, is not counted."""
    gc.collect()
    (folder / "answers" / f"{edition}.csv").unlink(missing_ok=True)
    shutil.rmtree(folder / "readings", ignore_errors=True)
    state = _state_of(folder.parent)
    start = time.perf_counter()
    reader = _TableReader(path, review, folder.parent, edition)
    with mock.patch("review.importer.reading.try_files", return_value=Problems()):
        found = reader.read(next(iter(review.series.sources)), None, replace_recorded=True)
    assert found.outcome == "read", [*found.problems, *found.open][:3]
    replace(found, state=state).apply()
    return time.perf_counter() - start


def panel_stage() -> None:
    """Print the seconds and the memory of importing a panel of 54 editions, 190 countries and 35 questions."""
    codes = [f"Q{second}{third}" for second in "MNOPQRSTUVWX" for third in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:190]
    years = [str(1970 + n) for n in range(54)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        write_world(folder, "mean", years, codes)
        shutil.rmtree(folder / "law" / "answers")
        ids = list(Review.of(read_dataset(folder), "law").framework.criterion_ids)
        path = Path(name) / "panel.csv"
        chosen = itertools.cycle(["yes", "no", "no", "unknown", "yes"])
        with path.open("w", encoding="utf-8") as file:
            file.write(",".join(["Country", "Edition", *ids]) + "\n")
            file.writelines(
                f"{code},{year},{','.join(next(chosen) for _ in ids)}\n" for year in years for code in codes
            )
        start = time.perf_counter()
        code = run(["import", str(path), "--series", "law", "--data", str(folder), "--write"])
        measured = {"seconds": time.perf_counter() - start, "peak": peak(), "questions": len(ids), "code": code}
    print(json.dumps(measured))  # noqa: T201 -- printing is what it is for


FILTERED = "text => { const start = performance.now(); const input = document.getElementById('countries-q'); input.value = text; input.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; return performance.now() - start; }"


def page_stage(countries: str, editions: str) -> None:
    """Print size and times of the web page of an invented series under the embedded framework; of the embedded data for 0."""
    with tempfile.TemporaryDirectory() as name:
        reviews = (
            Review.all_of(read_dataset(None))
            if countries == "0"
            else [_invented_series(Path(name), int(countries), int(editions))]
        )
        start = time.perf_counter()
        content = page_bytes(reviews)
        found: dict[str, float] = {"made": time.perf_counter() - start, "size": len(content) / 1e6}
        path = Path(name) / "page.html"
        path.write_bytes(content)
        with browser() as started, opened(started, path, "#countries") as window:
            found["load"] = window.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            texts = ("l", "la", "lan", "land", "n", "ni", "a", "")
            times = sorted(window.page.evaluate(FILTERED, text) for text in texts)
            found |= {"filter": stats.median(times), "slowest": times[-1]}
    print(json.dumps(found))  # noqa: T201 -- printing is what it is for


def _invented_series(folder: Path, countries: int, editions: int) -> Review:
    """A series of so many countries and editions under the embedded framework, whose first criterion the others require."""
    framework = review.load().framework
    codes = ["".join(("Q", *letters)) for letters in itertools.product(ascii_uppercase, repeat=3)][:countries]
    years = [str(1990 + number) for number in range(editions)]
    random = np.random.default_rng(16)
    own = folder / "own"
    (own / "answers").mkdir(parents=True)
    (folder / "countries.csv").write_text("code,name\n" + "".join(f"{code},Land of {code}\n" for code in codes))
    (own / "series.toml").write_text(f'id = "own"\ntitle = "Own"\nframework = "{framework.id}"\nscored = true\n')
    (own / "sources.csv").write_text(
        "source,title,publisher,kind,published,url\ns,S,,publisher,,https://example.org/s\n"
    )
    rows = "".join(f"{year},edition,Edition {year},{year},,{countries},complete,s,\n" for year in years)
    (own / "editions.csv").write_text("edition,kind,title,as_of,published,reviewed,coverage,source,note\n" + rows)
    for year in years:
        answers = random.choice(["yes", "no", "unknown"], p=[0.5, 0.3, 0.2], size=(countries, len(framework.criteria)))
        answers[:, 0] = "yes"
        lines = (
            f"{code},{id},{answer},s\n"
            for code, row in zip(codes, answers, strict=True)
            for id, answer in zip(framework.criterion_ids, row, strict=True)
        )
        (own / "answers" / f"{year}.csv").write_text("country,criterion,answer,source\n" + "".join(lines))
    return Review.of(read_dataset(folder), "own")


def pages(say: Callable[[str], object]) -> None:
    """Say how large web pages are, how long they take to make and to open, and how long a filter takes."""
    say("Web pages in Chromium (a filter: until the list is laid out)\n")
    first = 0.0
    for countries, editions, what in (
        ("0", "0", "the embedded data"),
        ("200", "25", "200 countries × 25 editions"),
        ("5000", "1", "5,000 countries"),
    ):
        words = [sys.executable, "-m", "tests.bench", "page", countries, editions]
        found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        first = first or found["load"]
        say(
            f"  {what:28} {found['size']:5.2f} MB, made in {found['made']:5.1f} s; opens in {found['load']:5.0f} ms ({found['load'] / first:.1f} × the first); a filter {found['filter']:4.0f} ms, the slowest {found['slowest']:4.0f} ms\n"
        )


def documents(say: Callable[[str], object]) -> None:
    """Say how long tables of PDFs take to read, beside a bare look at every page."""
    say("Tables of PDFs\n")
    layouts = {
        "24 pages, 35 criteria on facing ones": Layout(rows=190, pitch=22, columns=35, column_width=20, headings="turned", facing=17, size=7),
        "190 countries × 5, drawn marks": Layout(rows=190, marks="paths", rules="all"),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, layout in layouts.items():
            drawing, path = draw(layout, random.Random(3)), Path(folder) / "drawn.pdf"  # noqa: S311 -- an invented table
            begun = time.perf_counter()
            verdict, _ = judge(drawing, *read(drawing.pdf, Path(folder)))
            ours = time.perf_counter() - begun
            begun = time.perf_counter()
            page_texts(path, path.name, Problems())
            bare = time.perf_counter() - begun
            say(f"  {name:38} {ours:5.1f} s   {ours / bare:5.1f} × its texts alone   {verdict}\n")


def main() -> None:
    """Print every measurement, each as a ratio to one of the same run."""
    say = sys.stdout.write
    say("Starting up (processor time, median of 9)\n")
    found = side_by_side(PROGRAMS, 9)
    base = next(iter(found.values()))
    for name, seconds in found.items():
        say(f"  {name:28} {seconds * 1000:8.0f} ms   {seconds / base:5.2f} × import pandas\n")
    reports(say)
    ran = subprocess.run([sys.executable, "-m", "tests.bench", "memory"], check=True, capture_output=True, text=True)
    say(f"  peak memory {json.loads(ran.stdout.splitlines()[-1])['peak']:.0f} MiB\n")
    if CHROMIUM:
        pages(say)
    documents(say)
    large_scores(say)
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

    ran = subprocess.run([sys.executable, "-m", "tests.bench", "import"], check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    say("Importing\n")
    say(
        f"  200 countries, a workbook {found['ours'] * 1000:8.0f} ms   {found['ours'] / found['openpyxl']:.2f} × openpyxl alone\n"
    )
    for many in ("1000", "3000", "10000"):
        each = found[many] / int(many) / (found["1000"] / 1000)
        say(f"  {many:>7} rows of CSV      {found[many] * 1000:8.0f} ms   {each:5.2f} × the first, per row\n")
    ran = subprocess.run([sys.executable, "-m", "tests.bench", "panel"], check=True, capture_output=True, text=True)
    panel = json.loads(ran.stdout.splitlines()[-1])
    say(
        f"  54 editions × 190 countries × {panel['questions']} questions {panel['seconds']:6.1f} s   peak {panel['peak']:.0f} MiB\n"
    )
    large_worlds(say)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["memory"]:
            memory_stage()
        case ["record", prepared]:
            record_stage(prepared)
        case ["bare", prepared]:
            bare_stage(prepared)
        case ["page", countries, editions]:
            page_stage(countries, editions)
        case ["import"]:
            import_stage()
        case ["panel"]:
            panel_stage()
        case ["large", countries, editions]:
            large_world_stage(countries, editions)
        case _:
            main()
