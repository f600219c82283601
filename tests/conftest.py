"""Fixtures: a data folder to change, the command line in process, and skips that are named or refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.frozen import Frozen, digest, file_digests

# the same examples in every run: what passes here passes in CI; HYPOTHESIS_PROFILE=explore and `make fuzz` look further
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--freeze` records what the commands put out, in place of comparing it."""
    parser.addoption("--freeze", action="store_true", help="write tests/frozen.json anew")


_FROZEN = Frozen()


@pytest.fixture
def frozen(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Callable[..., None]]:
    """Compare what commands have put out, as text or in files, with the recorded digests; all that differs is named."""
    found: list[str] = []

    def compare(key: str, ran: Ran, *files: Path) -> None:
        text = f"{ran.code}\n{ran.out}\n{ran.err}".replace(str(tmp_path), "FOLDER")
        digests = {"output": digest(text.encode())}
        for path in (path for path in files if path.suffix != ".parquet"):
            digests |= file_digests(path)
        found.extend(f"{key}: {name}" for name in _FROZEN.differences(key, digests))

    yield compare
    if not request.config.getoption("--freeze"):
        assert found == [], "not as recorded; `make freeze` records it anew"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Record what was put out, where that was asked for."""
    if session.config.getoption("--freeze"):
        _FROZEN.save()


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
