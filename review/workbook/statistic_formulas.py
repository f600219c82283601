"""What a spreadsheet counts over all answers of an edition: the statistics, as formulas over the sheet Data."""

from __future__ import annotations

from criteria import Framework, Status
from review.workbook.model import text_of
from review.workbook.row_formulas import needs_range

__all__ = ["OPEN_WORDS", "statistic_bounds"]

# the words of answers that leave it open
OPEN_WORDS = ("", Status.UNKNOWN.word, Status.NOT_ASSESSED.word)


def statistic_bounds(framework: Framework, statistic: str, label: str, reviewed: int) -> tuple[str, str]:
    """The bounds of a statistic of the edition with this label in Data (semantics, section 4), as two formulas.

    `reviewed`: how many countries the edition covers.
    """
    there = f"([data.when]={text_of(label)})*([data.there]=1)"
    unrecorded = f"({reviewed}-SUMPRODUCT({there}))"
    if statistic == "reviewed":
        return f"={reviewed}", f"={reviewed}"
    if statistic == "recorded":
        return f"=SUMPRODUCT({there})", f"=SUMPRODUCT({there})"
    if statistic == "score:mean":
        if not reviewed:
            return '=""', '=""'
        # as a list of its own, for a country without a score has a text there, which counts nothing
        low, high = (f"SUMPRODUCT({there}*1,[data.score:{end}])" for end in ("low", "high"))
        return f"={low}/{reviewed}", f"=({high}+{unrecorded}*{framework.scale:f})/{reviewed}"
    sure, may = _tests(framework, statistic)
    return f"=SUMPRODUCT({there}*{sure})", f"=SUMPRODUCT({there}*{may})+{unrecorded}"


def _tests(framework: Framework, statistic: str) -> tuple[str, str]:
    """Whether each row counts for certain, and whether it may: two arrays of 1 and 0."""
    kind, _, rest = statistic.partition(":")
    if kind == "criterion":
        id, grade = rest.split(":")
        sure = f"([data.ded:{id}]={text_of(grade)})"
        return sure, f"({sure}+{_may_be(framework, id, framework.grades.index(grade))})"
    id, _, lacking = rest.partition(":without:")
    index = framework.level_ids.index(id)
    if kind == "or_better":
        better, worse = _possible(framework.level_ids[: index + 1]), _possible(framework.level_ids[index + 1 :])
        return f"({better}>0)*({worse}=0)", f"({better}>0)"
    sure, may = f"([data.level_number]={index + 1})", f"([data.level:{id}]=1)"
    if not lacking:
        return sure, may
    lacks = f"([data.ded:{lacking}]={text_of(framework.lowest)})"
    return f"{sure}*{lacks}", f"{may}*({lacks}+{_may_be(framework, lacking, 0)})"


def _possible(levels: tuple[str, ...]) -> str:
    return "(" + ("+".join(f"([data.level:{id}]=1)" for id in levels) or "0") + ")"


def _may_be(framework: Framework, id: str, grade: int) -> str:
    """Whether an open answer may turn out to be a grade."""
    open_ = "(" + "+".join(f"([data.ded:{id}]={text_of(word)})" for word in OPEN_WORDS) + ")"
    if not needs_range(framework):
        return open_
    return f"{open_}*([data.low:{id}]<={grade})*([data.high:{id}]>={grade})"
