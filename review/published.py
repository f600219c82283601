"""Published figures, checked: alone, together, against answers (semantics, section 6)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from criteria import AnswerMatrix, Framework, Status
from review.findings import Findings
from review.frames import as_floats
from review.notebook import Shown
from review.together import Together, check_together

__all__ = ["FigureChecks", "Identity", "check_edition", "check_figures", "identities"]

_MISREADING = "misreading"
_MOST_COMBINATIONS = 500  # of stated values, for one identity


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be equal: `stated` on the left; on the right `plus` added up, `minus` taken away."""

    number: int
    stated: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    criterion: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """The statistics on the right."""
        return (*self.plus, *self.minus)


@dataclass(frozen=True, repr=False, eq=False)
class FigureChecks(Shown):
    """Checked figures, as frames.

    Attributes
    ----------
    figures : DataFrame
        One row a published figure: `edition`, `statistic`, `value` (Float64), `source`, `status`, `lower`, `upper`
        (Float64, from answers; NA where not computable; each with `_exact`), `result` ("match", "within",
        "contradicts", "not_computable").
    checks : DataFrame
        One row a combination of published values that an identity relates: `edition`, `identity` (1 to 7), `statistic`,
        `stated`, `implied` (int), `working` (the implied number as a sum), `sources` (tuple of ids), `status`
        ("agrees", "disagrees"), `own` (bool: all of them the publisher's own); those come first in each edition. Where
        the values of an identity combine in more than 500 ways, each alternative is set against the preferred values
        alone.
    together : tuple[Together, ...]
        Each edition with at least two preferred figures, these checked all at once.

    """

    figures: pd.DataFrame
    checks: pd.DataFrame
    together: tuple[Together, ...]


def identities(framework: Framework) -> list[Identity]:
    """The identities 1 to 6 that the structure of a framework gives."""
    ids = framework.level_ids
    levels = [f"level:{id}" for id in ids]
    related = [Identity(1, "reviewed", tuple(levels))]
    for index, id in enumerate(ids):
        related.append(Identity(2, f"or_better:{id}", tuple(levels[: index + 1])))
    for index, id in enumerate(ids):
        related.append(Identity(3, f"or_better:{id}", ("reviewed",), tuple(levels[index + 1 :])))
    for criterion in framework.criterion_ids:
        yes, *others, no = (f"criterion:{criterion}:{grade}" for grade in reversed(framework.grades))
        related.append(Identity(4, yes, ("reviewed",), (*others, no), criterion))
        if others:
            continue  # what is not met in full need not be the lowest grade
        for index, level in enumerate(framework.levels):
            if _splits(framework, index, criterion):
                rest = (f"level:{level.id}:without:{criterion}", *levels[index + 1 :])
                related.append(Identity(5, no, rest, (), criterion))
                related.append(Identity(6, yes, ("reviewed",), rest, criterion))
    return sorted(related, key=lambda identity: identity.number)


def _splits(framework: Framework, place: int, criterion: str) -> bool:
    """Whether no better level can be reached without the criterion, this one can, and none below can have it.

    None below can have it where having it is enough for this level, which must ask for nothing else.
    """
    level = framework.levels[place]
    better = all(framework.surely_meets(other, criterion) for other in framework.levels[:place])
    enough = level.by_needs_alone and set(level.needs) <= framework.closure([criterion])
    return better and enough and criterion in framework.without(level)


def check_figures(findings: Findings) -> FigureChecks:
    """Check the published figures of a series."""
    figures = findings.series.figures.frame
    own = {id for id, source in findings.series.sources.items() if source.kind == "publisher"}
    checks = []
    for edition, part in figures[figures["status"] != _MISREADING].groupby("edition", sort=True):
        checks += check_edition(str(edition), part, own, findings.deduced, findings.judged(str(edition)))
    frame = pd.DataFrame(checks, columns=_Check._fields)
    frame = frame.sort_values(
        ["edition", "own", "identity"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    reviewed = {id: one.reviewed for id, one in findings.series.editions.items()}
    together = check_together(figures, findings.judged, findings.matrix, reviewed)
    return FigureChecks(_against_answers(findings), frame, tuple(together))


def _against_answers(findings: Findings) -> pd.DataFrame:
    """Each published figure beside what follows from answers."""
    figures = findings.series.figures.frame[["edition", "statistic", "value", "source", "status"]]
    exact = ["lower_exact", "upper_exact"]
    joined = figures.merge(findings.statistics()[["edition", "statistic", *exact]], on=["edition", "statistic"], how="left")  # fmt: skip
    for name in ("lower", "upper"):
        texts = joined.pop(f"{name}_exact").astype(object).fillna("")
        joined[name] = pd.Series([Fraction(text) if text else None for text in texts], dtype=object)
    joined["value"] = pd.Series([Fraction(text) for text in joined["value"]], dtype=object)
    joined["result"] = [_result(*row) for row in joined[["value", "lower", "upper"]].itertuples(index=False)]
    return as_floats(joined, "value", "lower", "upper")


def _result(value: Fraction, lower: object, upper: object) -> str:
    if not isinstance(lower, Fraction) or not isinstance(upper, Fraction):
        return "not_computable"
    if lower == upper == value:
        return "match"
    return "within" if lower <= value <= upper else "contradicts"


def check_edition(
    edition: str, figures: pd.DataFrame, own: set[str], deduced: AnswerMatrix, framework: Framework
) -> list[_Check]:
    """The checks of an edition's figures against each other; `own`: the ids of the publisher's own sources."""
    values: dict[str, dict[int, list[str]]] = {}
    ordered = figures.sort_values("status", key=lambda status: status != "preferred", kind="stable")
    for row in ordered[~ordered["statistic"].str.startswith("other:")].itertuples():
        if "." not in row.value:
            values.setdefault(row.statistic, {}).setdefault(int(row.value), []).extend(row.source.split())
    skipped, excused = _not_applicable(edition, deduced, framework)
    checks = []
    for identity in identities(framework):
        used = [identity.stated, *identity.terms]
        if not all(statistic in values for statistic in used):
            continue
        if (identity.number <= 3 and skipped) or identity.criterion in excused:
            continue
        for stated, *terms in _combinations([list(values[statistic]) for statistic in used]):
            added, taken = terms[: len(identity.plus)], terms[len(identity.plus) :]
            working = " + ".join(map(str, added)) + "".join(f" − {term}" for term in taken)
            sources = [values[statistic][value] for statistic, value in zip(used, [stated, *terms], strict=True)]
            implied = sum(added) - sum(taken)
            checks.append(_check(edition, identity.number, identity.stated, (stated, implied), working, sources, own))
    for statistic, choices in values.items():
        first, *others = choices
        for other in others:
            sources = [choices[first], choices[other]]
            checks.append(_check(edition, 7, statistic, (first, other), str(other), sources, own))
    return checks


def _combinations(values: list[list[int]]) -> Iterable[tuple[int, ...]]:
    """Every choice of one value from each list; of very many, those that take the first of all lists but one."""
    if math.prod(map(len, values)) <= _MOST_COMBINATIONS:
        return itertools.product(*values)
    first = tuple(one[0] for one in values)
    return (first, *((*first[:n], value, *first[n + 1 :]) for n, one in enumerate(values) for value in one[1:]))


class _Check(NamedTuple):
    """A row of `FigureChecks.checks`."""

    edition: str
    identity: int
    statistic: str
    stated: int
    implied: int
    working: str
    sources: tuple[str, ...]
    status: str
    own: bool


def _check(
    edition: str,
    number: int,
    statistic: str,
    values: tuple[int, int],
    working: str,
    sources: list[list[str]],
    own: set[str],
) -> _Check:
    stated, implied = values
    status = "agrees" if stated == implied else "disagrees"
    every = tuple(dict.fromkeys(source for group in sources for source in group))
    publishers = all(own & set(group) for group in sources)
    return _Check(edition, number, statistic, stated, implied, working, every, status, publishers)


def _not_applicable(edition: str, recorded: AnswerMatrix, framework: Framework) -> tuple[bool, set[str]]:
    """Whether a country of the edition has no level, and which criteria do not apply somewhere in it."""
    codes = recorded.codes[recorded.rows["edition"].to_numpy() == edition] == Status.NOT_APPLICABLE
    excused = {id for id, column in zip(framework.criterion_ids, codes.any(axis=0), strict=True) if column}
    return bool(codes.all(axis=1).any()), excused
