"""Results on a terminal and in a pipe. Pages are built from frames."""

from review.terminal.console import show
from review.terminal.layout import Display, Grid, Text

__all__ = ["Display", "Grid", "Text", "show"]
