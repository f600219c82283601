"""A frame as a list."""

from __future__ import annotations

import pandas as pd

from review.terminal.blocks import Column, Display

__all__ = ["list_page"]


def list_page(title: str, frame: pd.DataFrame, wide: tuple[str, ...]) -> Display:
    """A frame as a table; columns in `wide` may break over lines."""
    page = Display()
    page.heading(title)
    columns = [
        Column(str(name), right=pd.api.types.is_numeric_dtype(frame[name]), wrap=name in wide) for name in frame.columns
    ]
    rows = [
        tuple("" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value) for value in row)
        for row in frame.itertuples(index=False)
    ]
    page.grid(columns, rows)
    return page
