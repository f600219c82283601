"""Time and memory of what users wait for. Speed is told as ratios within one run: `make bench`."""

from __future__ import annotations

import json
import resource
import statistics as stats
import subprocess
import sys
import time

import numpy as np
import pandas as pd

import review

PROGRAMS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "modellaw --help": [sys.executable, "-c", "from review.cli import main; main()", "--help"],
    "modellaw": [sys.executable, "-c", "from review.cli import main; main()"],
}
SIZES = (2_000, 20_000, 200_000)


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
    from criteria import deduce, grid, score
    from review.statistics import statistics

    framework = review.load().framework
    start = time.perf_counter()
    scores = score(deduce(grid(answers, framework), framework), framework)
    reviewed = pd.Series([answers["country"].nunique()], index=["01"], dtype="Int64")
    statistics(scores, framework, reviewed)
    return time.perf_counter() - start


def report_stage() -> None:
    """Print time and peak memory of a report; run in a process of its own."""
    import tempfile
    from pathlib import Path

    from review.cli import run

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run(["report", "--output", str(Path(folder) / "review.xlsx")])
        taken = time.perf_counter() - start
    print(json.dumps({"seconds": taken, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))  # noqa: T201 -- printing is what it is for


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
    first = None
    for size in SIZES:
        answers = invented(size)
        seconds = stats.median(score_and_count(answers) for _ in range(3))
        first = first or seconds / size
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(
            f"  {size:7} countries {seconds * 1000:8.0f} ms   {seconds / size / first:5.2f} × the first, per country   peak {peak:.0f} MiB\n"
        )


if __name__ == "__main__":
    report_stage() if sys.argv[1:] == ["report"] else main()
