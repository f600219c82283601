"""What the model law asks: frameworks, and what follows from one: deduction, scores, levels.

Pure functions over frames, for every framework alike. May import `country_data`, never `review`.
The embedded frameworks stand beside this file as TOML.
"""

from criteria.answers import AnswerMatrix, Status, answer_matrix, answer_words, deduce, ids_where
from criteria.check import check_series
from criteria.framework import AtLeast, Criterion, EditionRule, Framework, Group, Level, Wording
from criteria.keys import MOST_DECIMALS
from criteria.read import read_frameworks
from criteria.scoring import Scores, reaches, score

__all__ = [
    "MOST_DECIMALS",
    "AnswerMatrix",
    "AtLeast",
    "Criterion",
    "EditionRule",
    "Framework",
    "Group",
    "Level",
    "Scores",
    "Status",
    "Wording",
    "answer_matrix",
    "answer_words",
    "check_series",
    "deduce",
    "ids_where",
    "reaches",
    "read_frameworks",
    "score",
]
