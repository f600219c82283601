"""How results show themselves in a notebook or at a prompt: a title, and a line for each part."""

from __future__ import annotations

from html import escape

import pandas as pd

__all__ = ["Shown"]

_MOST_COLUMNS = 8


class Shown:
    """A result that shows its title and its parts in a few lines."""

    def _title(self) -> str:
        return type(self).__name__

    def _facts(self) -> list[tuple[str, str]]:
        """The names of the parts, and what each is; frames by their rows and columns."""
        parts = {name: value for name, value in vars(self).items() if isinstance(value, pd.DataFrame)}
        return [(name, _frame_in_words(frame)) for name, frame in parts.items()]

    def __repr__(self) -> str:
        facts = self._facts()
        width = max((len(name) for name, _ in facts), default=0) + 2
        return "\n".join([self._title(), *(f"  {name + ':':<{width}}{text}" for name, text in facts)])

    def _repr_html_(self) -> str:
        rows = (f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in self._facts())
        return f"<p>{escape(self._title())}</p><table>{''.join(rows)}</table>"


def _frame_in_words(frame: pd.DataFrame) -> str:
    columns = [str(name) for name in frame.columns]
    more = ", …" if len(columns) > _MOST_COLUMNS else ""
    return f"{len(frame)} rows: {', '.join(columns[:_MOST_COLUMNS])}{more}"
