"""What the model law asks: frameworks, and what follows from one: deduction, scores, levels.

Pure functions over frames, for every framework alike. May import `country_data`, never `review`.
The embedded frameworks stand beside this file as TOML.
"""

from criteria.check import check_series
from criteria.deduction import Grid, Status, deduce, grid, marked_ids, words
from criteria.framework import AtLeast, Criterion, EditionRule, Framework, Group, Level, Wording
from criteria.keys import MOST_DECIMALS, WEIGHT, decimal_of, is_weight
from criteria.read import read_frameworks
from criteria.scoring import Scores, reaches, score

__all__ = [
    "MOST_DECIMALS",
    "WEIGHT",
    "AtLeast",
    "Criterion",
    "EditionRule",
    "Framework",
    "Grid",
    "Group",
    "Level",
    "Scores",
    "Status",
    "Wording",
    "check_series",
    "decimal_of",
    "deduce",
    "grid",
    "is_weight",
    "marked_ids",
    "reaches",
    "read_frameworks",
    "score",
    "words",
]
