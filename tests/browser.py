"""The page in a real browser, without a network: what it says on its console and what it asks for are noted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from review.dataset import read_dataset
from review.report.html import page_bytes
from review.review import Review

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
NEEDS_CHROMIUM = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian's package chromium)")
# nothing that a browser asks of its maker's hosts
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
VIEWS = ("overview", "map", "countries", "country=PHL", "compare", "figures", "method")


@dataclass
class Opened:
    """A page that is open, and what it should not have said or asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Change the address after "#", as a link does."""
        self.page.evaluate(
            "address => new Promise(done => { const before = location.hash;"
            " addEventListener('hashchange', () => done(), { once: true }); location.hash = address;"
            " if (location.hash === before) done(); })",
            address,
        )

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that are seen, without spaces around them."""
        script = "nodes => nodes.filter(node => node.checkVisibility()).map(node => node.textContent.trim())"
        return list(self.page.eval_on_selector_all(selector, script))

    def rows(self, selector: str) -> list[list[str]]:
        """The texts of the rows on view of a table."""
        script = "rows => rows.filter(row => row.checkVisibility()).map(row => [...row.cells].map(cell => cell.textContent.trim()))"
        return list(self.page.eval_on_selector_all(f"{selector} tbody tr", script))


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def opened(started: Any, path: Path, address: str = "", **options: Any) -> Iterator[Opened]:
    """A file in a window of its own; it must say nothing and ask for nothing."""
    context = started.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    found = Opened(context.new_page())
    found.page.on("console", lambda message: found.said.append(f"{message.type}: {message.text}"))
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.goto(f"{path.as_uri()}{address}")
    yield found
    assert found.said == []
    assert {one.partition("#")[0] for one in found.asked} <= {path.as_uri()}
    assert context.cookies() == []
    context.close()


def write_page(path: Path, framework: str | None = None, data: Path | None = None) -> list[Review]:
    """The page of the series of a framework; gives the reviews it shows."""
    reviews = Review.all_of(read_dataset(data), framework)
    path.write_bytes(page_bytes(reviews))
    return reviews
