"""Write pages as Markdown: headings, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from review.report.blocks import Heading, Next, Page, Table, Text
from review.report.terminal import cell_text

__all__ = ["markdown_of", "markdown_table", "plain"]


def markdown_of(pages: Sequence[Page]) -> str:
    """The pages one below the other, each title as a heading of the first level."""
    parts: list[str] = []
    for page in pages:
        parts.append(f"# {plain(str(page.title))}")
        for block in page.blocks:
            if isinstance(block, Heading):
                parts.append(f"## {plain(block.text)}")
            elif isinstance(block, Text):
                parts.append(plain(block.text))
            elif isinstance(block, Next):
                parts.append(f"Next: {' · '.join(f'`{command}`' for command in block.commands)}")
            elif isinstance(block, Table):
                shown = [n for n, column in enumerate(block.columns) if not column.hidden]
                heads = [plain(block.columns[n].heading) for n in shown]
                rows = [[plain(cell_text(row[n], block.columns[n])) for n in shown] for row in block.rows]
                parts.append(markdown_table(heads, rows))
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose cells are Markdown already."""
    names = list(heads)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def plain(text: str) -> str:
    """A text in which nothing is Markdown by accident, nor breaks a row of a table."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
