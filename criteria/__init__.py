"""What the model law asks: frameworks, and what follows from one: deduction, scores, levels.

Pure functions over frames, for every framework alike. May import `country_data`, never `review`.
The embedded frameworks stand beside this file as TOML.
"""

from criteria.check import check_series
from criteria.deduction import Answer, Grid, deduce, grid, marked_ids
from criteria.framework import Criterion, Framework, Level, Wording
from criteria.read import read_frameworks
from criteria.scoring import Scores, score, weights

__all__ = [
    "Answer",
    "Criterion",
    "Framework",
    "Grid",
    "Level",
    "Scores",
    "Wording",
    "check_series",
    "deduce",
    "grid",
    "marked_ids",
    "read_frameworks",
    "score",
    "weights",
]
