"""Results on a terminal and in a pipe. Pages are built from frames."""

from review.terminal.blocks import Display, Grid, Text
from review.terminal.console import show

__all__ = ["Display", "Grid", "Text", "show"]
