"""What a spreadsheet counts over all answers of an edition: the statistics, as formulas over the sheet Data."""

from __future__ import annotations

from criteria import Framework, Status
from review.report.blocks import text_of
from review.report.formulas.row import needs_range

__all__ = ["rows_of", "statistic_bounds"]

# the words of answers that leave it open
_OPEN_WORDS = ("", Status.UNKNOWN.word, Status.NOT_ASSESSED.word)


def statistic_bounds(framework: Framework, statistic: str, rows: str, covered: str) -> tuple[str, str]:
    """The bounds of a statistic over rows of Data (semantics, section 4), as two formulas.

    `rows`: which rows count, an array of 1 and 0 over Data; `covered`: how many countries are covered, a number or a
    reference; "": no more than those that count.
    """
    there = f"{rows}*([data.there]=1)"
    recorded = f"SUMPRODUCT({there})"
    unrecorded = f"+({covered}-{recorded})" if covered else ""
    if statistic == "reviewed":
        return f"={covered or recorded}", f"={covered or recorded}"
    if statistic == "recorded":
        return f"={recorded}", f"={recorded}"
    if statistic == "score:mean":
        # as a list of its own, for a country without a score has a text there, which counts nothing
        low, high = (f"SUMPRODUCT({there}*1,[data.score:{end}])" for end in ("low", "high"))
        more = f"+({covered}-{recorded})*{framework.scale:f}" if covered else ""
        many = covered or recorded
        return f'=IF({many}=0,"",{low}/{many})', f'=IF({many}=0,"",({high}{more})/{many})'
    sure, may = _tests(framework, statistic)
    return f"=SUMPRODUCT({there}*{sure})", f"=SUMPRODUCT({there}*{may}){unrecorded}"


def rows_of(label: str) -> str:
    """The rows of Data of the edition with this label, a text or a reference."""
    return f"([data.when]={label})"


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
    open_ = "(" + "+".join(f"([data.ded:{id}]={text_of(word)})" for word in _OPEN_WORDS) + ")"
    if not needs_range(framework):
        return open_
    return f"{open_}*([data.low:{id}]<={grade})*([data.high:{id}]>={grade})"
