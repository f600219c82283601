"""Published figures, checked against answers and against each other (semantics, section 6)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from country_data import Series
from criteria import Framework, Grid, Status
from review.together import Together, check_together

__all__ = ["FigureChecks", "Identity", "check_figures", "identities"]

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


@dataclass(frozen=True)
class FigureChecks:
    """Checked figures, as frames.

    `figures`: one row a published figure: `edition`, `statistic`, `value` (number), `source`,
    `status`, `lower`, `upper` (from answers; None where not computable), `result` ("match",
    "within", "contradicts", "not_computable").
    `checks`: one row a combination of published values that an identity relates: `edition`,
    `identity` (1 to 7), `statistic`, `stated`, `implied` (int), `working` (the implied number as a
    sum), `sources` (tuple of ids), `status` ("agrees", "disagrees"), `own` (bool: all of them the
    publisher's own); those come first in each edition. Where the values of an identity combine in more
    than 500 ways, each alternative is set against the preferred values alone.
    `together`: each edition with at least two preferred figures, these checked all at once.
    """

    figures: pd.DataFrame
    checks: pd.DataFrame
    together: tuple[Together, ...]


def identities(framework: Framework) -> list[Identity]:
    """The identities 1 to 6 that the structure of a framework gives."""
    ids = framework.level_ids
    levels = [f"level:{id}" for id in ids]
    found = [Identity(1, "reviewed", tuple(levels))]
    for place, id in enumerate(ids):
        found.append(Identity(2, f"or_better:{id}", tuple(levels[: place + 1])))
    for place, id in enumerate(ids):
        found.append(Identity(3, f"or_better:{id}", ("reviewed",), tuple(levels[place + 1 :])))
    for criterion in framework.criterion_ids:
        yes, *others, no = (f"criterion:{criterion}:{grade}" for grade in reversed(framework.grades))
        found.append(Identity(4, yes, ("reviewed",), (*others, no), criterion))
        if others:
            continue  # what is not met in full need not be the lowest grade
        for place, level in enumerate(framework.levels):
            if _splits(framework, place, criterion):
                rest = (f"level:{level.id}:without:{criterion}", *levels[place + 1 :])
                found.append(Identity(5, no, rest, (), criterion))
                found.append(Identity(6, yes, ("reviewed",), rest, criterion))
    return sorted(found, key=lambda identity: identity.number)


def _splits(framework: Framework, place: int, criterion: str) -> bool:
    """Whether no better level can be reached without the criterion, this one can, and none below can have it.

    None below can have it where having it is enough for this level, which must ask for nothing else.
    """
    level = framework.levels[place]
    better = all(framework.surely_meets(other, criterion) for other in framework.levels[:place])
    enough = level.by_needs_alone and set(level.needs) <= framework.closure([criterion])
    return better and enough and criterion in framework.without(level)


def check_figures(
    series: Series,
    statistics: pd.DataFrame,
    grids: tuple[Grid, Grid],
    judged: Callable[[str], Framework],
    reviewed: Mapping[str, int | None],
) -> FigureChecks:
    """Check the published figures of a series.

    `statistics`: `edition`, `statistic`, `lower`, `upper` from answers; `grids`: the answers as
    recorded, and after deduction; `judged`: gives for an edition the framework with its rules of
    levels; `reviewed`: by edition how many countries it covers, None where not known.
    """
    figures, sources = series.figures, series.sources
    recorded, deduced = grids
    own = set(sources.loc[sources["kind"] == "publisher", "source"])
    checks = []
    for edition, part in figures[figures["status"] != _MISREADING].groupby("edition", sort=True):
        checks += _check_edition(str(edition), part, own, deduced, judged(str(edition)))
    columns = ["edition", "identity", "statistic", "stated", "implied", "working", "sources", "status", "own"]
    frame = pd.DataFrame(checks, columns=columns)
    frame = frame.sort_values(
        ["edition", "own", "identity"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    together = check_together(figures, judged, recorded, reviewed)
    return FigureChecks(_against_answers(figures, statistics), frame, tuple(together))


def _against_answers(figures: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """Each published figure beside what follows from answers."""
    joined = figures[["edition", "statistic", "value", "source", "status"]].merge(
        statistics[["edition", "statistic", "lower", "upper"]], on=["edition", "statistic"], how="left"
    )
    joined["value"] = pd.Series([Fraction(text) for text in joined["value"]], dtype=object)
    bounds = joined[["lower", "upper"]].astype(object)
    joined[["lower", "upper"]] = bounds.where(bounds.notna(), None)
    joined["result"] = [_result(*row) for row in joined[["value", "lower", "upper"]].itertuples(index=False)]
    return joined


def _result(value: Fraction, lower: object, upper: object) -> str:
    if not isinstance(lower, int | Fraction) or not isinstance(upper, int | Fraction):
        return "not_computable"
    if lower == upper == value:
        return "match"
    return "within" if lower <= value <= upper else "contradicts"


def _check_edition(
    edition: str, figures: pd.DataFrame, own: set[str], recorded: Grid, framework: Framework
) -> list[tuple[object, ...]]:
    values: dict[str, dict[int, list[str]]] = {}
    ordered = figures.sort_values("status", key=lambda status: status != "preferred", kind="stable")
    for row in ordered[~ordered["statistic"].str.startswith("other:")].itertuples():
        if "." not in row.value:
            values.setdefault(row.statistic, {}).setdefault(int(row.value), []).extend(row.source.split())
    skipped, excused = _not_applicable(edition, recorded, framework)
    found = []
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
            found.append(
                _check(
                    edition, identity.number, identity.stated, stated, sum(added) - sum(taken), working, sources, own
                )
            )
    for statistic, given in values.items():
        first, *others = given
        found += [
            _check(edition, 7, statistic, first, other, str(other), [given[first], given[other]], own)
            for other in others
        ]
    return found


def _combinations(values: list[list[int]]) -> Iterable[tuple[int, ...]]:
    """Every choice of one value from each list; of very many, those that take the first of all lists but one."""
    if math.prod(map(len, values)) <= _MOST_COMBINATIONS:
        return itertools.product(*values)
    first = tuple(one[0] for one in values)
    return (first, *((*first[:n], value, *first[n + 1 :]) for n, one in enumerate(values) for value in one[1:]))


def _check(
    edition: str,
    number: int,
    statistic: str,
    stated: int,
    implied: int,
    working: str,
    sources: list[list[str]],
    own: set[str],
) -> tuple[object, ...]:
    status = "agrees" if stated == implied else "disagrees"
    every = tuple(dict.fromkeys(source for group in sources for source in group))
    return (
        edition,
        number,
        statistic,
        stated,
        implied,
        working,
        every,
        status,
        all(own & set(group) for group in sources),
    )


def _not_applicable(edition: str, recorded: Grid, framework: Framework) -> tuple[bool, set[str]]:
    """Whether a country of the edition has no level, and which criteria do not apply somewhere in it."""
    codes = recorded.codes[recorded.rows["edition"].to_numpy() == edition] == Status.NOT_APPLICABLE
    excused = {id for id, column in zip(framework.criterion_ids, codes.any(axis=0), strict=True) if column}
    return bool(codes.all(axis=1).any()), excused
