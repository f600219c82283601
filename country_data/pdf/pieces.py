"""What stands on a page of a PDF: boxes, words and marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["Box", "PagePart", "PdfPage", "Piece", "length_of"]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page in points, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        """The middle."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def around(self, other: Box) -> Box:
        """The box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))  # fmt: skip

    def overlaps(self, other: Box, by: float = 0.0) -> bool:
        """Whether they have a place in common, at least when this one is made so much larger."""
        return (
            self.left - by < other.right and other.left < self.right + by
            and self.top - by < other.bottom and other.top < self.bottom + by
        )  # fmt: skip


PagePart = tuple[int, Box, int]  # a page, a part of it, and by how many degrees it was laid on its side


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a mark.

    Attributes
    ----------
    text : str
        The word, or how the mark is spelled.
    size : float
        Of its letters, in points.
    base : float
        The line on which it stands.
    angle : int
        0 upright, else by how many degrees it is turned clockwise.
    mark : str
        What tells the mark from others; "" for a word.
    notes : tuple[str, ...]
        The raised signs behind it.

    """

    text: str
    box: Box
    size: float
    base: float
    angle: int = 0
    mark: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class PdfPage:
    """A page: its pieces, its ruled lines (thin boxes), its coloured areas with their colours; `unseen`: letters left out.

    `large`: drawings larger than marks, which may lie over what stands in cells.
    """

    number: int
    box: Box
    turned: int = 0
    pieces: list[Piece] = field(default_factory=list)
    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    areas: list[tuple[Box, str]] = field(default_factory=list)
    large: list[Box] = field(default_factory=list)
    unseen: int = 0

    @cached_property
    def colours(self) -> set[str]:
        """The colours of its areas."""
        return {colour for _, colour in self.areas}


def length_of(spans: list[tuple[float, float]]) -> float:
    """How much spans cover together."""
    total, at = 0.0, float("-inf")
    for low, high in sorted(spans):
        total += max(0.0, high - max(low, at))
        at = max(at, high)
    return total
