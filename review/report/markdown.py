"""Write pages as Markdown: headings, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review.report.blocks import Heading, Next, Page, Table, Text
from review.report.terminal import cell_text

__all__ = ["markdown_of"]


def markdown_of(pages: Sequence[Page]) -> str:
    """The pages one below the other, each title as a heading of the first level."""
    return "\n\n".join(part for page in pages for part in _parts(page) if part) + "\n"


def _parts(page: Page) -> Iterator[str]:
    yield f"# {_plain(str(page.title))}"
    for block in page.blocks:
        if isinstance(block, Heading):
            yield f"## {_plain(block.text)}"
        elif isinstance(block, Text):
            yield _plain(block.text)
        elif isinstance(block, Next):
            yield f"Next: {' · '.join(f'`{command}`' for command in block.commands)}"
        elif isinstance(block, Table):
            shown = [(n, column) for n, column in enumerate(block.columns) if not column.hidden]
            rows = [[_plain(cell_text(row[n], column)) for n, column in shown] for row in block.rows]
            heads = [_plain(column.heading) for _, column in shown]
            lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
            yield "\n".join([lines[0], f"|{'---|' * len(heads)}", *lines[1:]])


def _plain(text: str) -> str:
    """A text in which nothing is Markdown by accident, nor breaks a row of a table."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
