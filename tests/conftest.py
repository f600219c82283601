"""Fixtures: a data folder to change, the command line in process, and skips that are named or refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Ran:
    """What a call of the command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the good data folder, to be changed."""
    copy = tmp_path / "data"
    shutil.copytree(DATA / "good", copy)
    return copy


@pytest.fixture
def modellaw(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run the command line in this process, without MODELLAW_DATA."""
    monkeypatch.delenv("MODELLAW_DATA", raising=False)

    def call(*words: str | Path) -> Ran:
        from review.cli import run

        capsys.readouterr()
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under MODELLAW_NO_SKIP=1 a skip is a failure: CI has all that the tests need."""
    report = yield
    if report.skipped and os.environ.get("MODELLAW_NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and MODELLAW_NO_SKIP=1 forbids it"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every skip at the end, with what to install."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("what this machine could not run")
        for report in skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            terminalreporter.line(f"{report.nodeid}: {reason}")
