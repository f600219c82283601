"""The published figures of an edition, checked all together by an integer programme (semantics, section 6).

A world is: how many countries have each pattern of answers that is possible; a criterion does not
apply where it is recorded so for some country of the series. Every figure is an
equation over these numbers. HiGHS finds a world in which all hold, or proves that there is none;
what it finds is checked again in whole numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from criteria import AnswerMatrix, Framework, Status, answer_words, score

__all__ = ["Alternative", "Difference", "OtherRules", "Together", "check_together"]

_MOST_PATTERNS, _MOST_KINDS = 20_000, 200_000
_MOST_SETS = 50_000
_MOST_WAYS = 2_000  # kinds of change of which each is asked whether it may take part
_MOST_NODES, _NODES_OF_ONE = 5_000, 1_000  # branches that the solver may try, for an edition and for one question
_COUNTRIES, _MOST_COUNTRIES = 100_000, 1_000_000_000  # more than any edition covers, where no figure says so
_LARGEST_SCORE = 2**62  # in whole numbers
_REVIEWED = "reviewed"
_NO_COUNT = ("recorded", "other:")


@dataclass(frozen=True, slots=True)
class Difference:
    """A kind of change: so many countries from one pattern of recorded answers to another.

    `was`, `becomes`: answers by criterion. `candidates`: the codes of all countries with that pattern.
    """

    was: Mapping[str, str]
    becomes: Mapping[str, str]
    countries: int
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A figure that is not the preferred one, and whether it could stand in its place; None: not decided."""

    statistic: str
    value: str
    source: str
    fits: bool | None


@dataclass(frozen=True, slots=True)
class OtherRules:
    """What holds under the rules of levels that other editions of the series have."""

    editions: tuple[str, ...]
    together: bool | None
    conflicts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Whether the preferred figures of an edition can all hold at once.

    `figures`: the statistics that take part, with their values; `left_out`: those that count nothing
    here. `together`: None where that was not decided (`undecided` says why, of any part). `conflicts`: sets of
    figures that cannot hold together, none of which can be left out. `least_changes`: how many of
    the recorded answers must differ at least, so that all hold (None: no answers, none do, or not
    decided); `changes`: one way to do it; `every_way`: every kind of change that takes part in some way, where that was
    asked for. `rules`: the same under other editions' rules, by the id of
    the first edition that has them.
    """

    edition: str
    figures: Mapping[str, str]
    left_out: tuple[str, ...]
    together: bool | None
    conflicts: tuple[tuple[str, ...], ...]
    alternatives: tuple[Alternative, ...]
    recorded: int
    least_changes: int | None
    changes: tuple[Difference, ...]
    rules: Mapping[str, OtherRules]
    undecided: str = ""
    every_way: tuple[Difference, ...] = ()


_Counts = npt.NDArray[np.int64]


class _Undecided(Exception):
    """The solver gave no proof, or there is too much to ask it."""


def check_together(
    figures: pd.DataFrame,
    framework: Callable[[str], Framework],
    recorded: AnswerMatrix,
    reviewed: Mapping[str, int | None],
    *,
    every_way: bool = False,
) -> list[Together]:
    """Check the preferred figures of every edition with at least two.

    Parameters
    ----------
    figures : DataFrame
        The rows of published_figures.csv, all text.
    framework : Callable[[str], Framework]
        Gives for an edition the framework with its rules of levels.
    recorded : AnswerMatrix
        The recorded answers, before deduction.
    reviewed : Mapping[str, int | None]
        By edition how many countries it covers; None where not known.
    every_way : bool, optional
        Find every kind of change that takes part in some way to change the fewest answers.

    """
    results = []
    for edition, part in figures.groupby("edition", sort=True):
        counted = part[~part["statistic"].str.startswith(_NO_COUNT)]
        preferred = counted[counted["status"] == "preferred"]
        if len(preferred) >= 2:
            left_out = part.loc[(part["status"] == "preferred") & ~part.index.isin(counted.index), "statistic"]
            values = dict(preferred[["statistic", "value"]].itertuples(index=False))
            others = counted[counted["status"] == "alternative"][["statistic", "value", "source"]]
            one = _check(
                str(edition), values, tuple(left_out), others, recorded, framework, reviewed, every_way=every_way
            )
            results.append(one)
    return results


def _check(
    edition: str,
    values: dict[str, str],
    left_out: tuple[str, ...],
    others: pd.DataFrame,
    recorded: AnswerMatrix,
    framework: Callable[[str], Framework],
    reviewed: Mapping[str, int | None],
    *,
    every_way: bool,
) -> Together:
    judged = framework(edition)
    here = recorded.take(recorded.rows["edition"].to_numpy() == edition)
    undecided: list[str] = []
    solver = _Solver()

    def decided(ask: Callable[[], Any]) -> Any:
        """What is asked, or None after noting why it was not decided."""
        try:
            return ask()
        except _Undecided as error:
            undecided.append(str(error))
            return None

    def verdict(rules: Framework) -> tuple[_World | None, bool | None, tuple[tuple[str, ...], ...]]:
        world = decided(lambda: _World(rules, values, here, excused, reviewed[edition], solver))
        holds = decided(lambda: world.holds(values)) if world else None
        conflicts = decided(lambda: world.conflicts(values)) if world and holds is False else ()
        return world, holds, conflicts or ()

    # what does not apply in one edition may not apply in another
    excused = np.unique(recorded.codes == Status.NOT_APPLICABLE, axis=0)
    world, together, conflicts = verdict(judged)
    alternatives = tuple(
        Alternative(statistic, value, source, decided(partial(world.holds, {**values, statistic: value})))
        if world
        else Alternative(statistic, value, source, None)
        for statistic, value, source in others.itertuples(index=False, name=None)
    )
    least, changes = None, ()
    if world and together and len(here.codes):
        least, changes = decided(partial(world.least_changes, values)) or (None, ())
    ways = decided(partial(world.every_way, values, least)) if world and least and every_way else ()
    rules = {}
    for first, (other, editions) in _other_rules(judged, framework, reviewed).items():
        _, holds, sets = verdict(other)
        rules[first] = OtherRules(editions, holds, sets)
    many = int(here.determined.sum())
    reasons = " ".join(dict.fromkeys(undecided))
    return Together(
        edition, values, left_out, together, conflicts, alternatives, many, least, changes, rules, reasons, ways or ()
    )


def _other_rules(
    judged: Framework, framework: Callable[[str], Framework], editions: Iterable[str]
) -> dict[str, tuple[Framework, tuple[str, ...]]]:
    """The other rules that editions of the series have, by the first edition that has them."""
    found: dict[str, tuple[Framework, tuple[str, ...]]] = {}
    for edition in editions:
        other = framework(edition)
        first = next((first for first, (one, _) in found.items() if one is other), edition)
        if other is not judged:
            found[first] = (other, (*found.get(first, (other, ()))[1], edition))
    return found


class _World:
    """The patterns of answers that a country can have, and what each adds to every figure."""

    def __init__(
        self,
        framework: Framework,
        values: Mapping[str, str],
        recorded: AnswerMatrix,
        excused: npt.NDArray[np.bool_],
        reviewed: int | None,
        solver: _Solver,
    ) -> None:
        self.framework, self.recorded, self.solver = framework, recorded, solver
        #: given, whichever figures are asked for; where a figure differs, it is asked for like the others
        self.reviewed = reviewed if values.get(_REVIEWED, str(reviewed)) == str(reviewed) else None
        #: how many countries are covered, for a mean; 0 where not known
        self.covered = int(Decimal(values.get(_REVIEWED, str(reviewed or 0))))
        nothing = np.zeros((1, len(framework.criteria)), dtype=np.bool_)
        asked = _criteria_asked(framework, values)
        #: which criteria no figure depends on; their answers stay what they are
        self.unasked = np.array([id not in asked for id in framework.criterion_ids], dtype=np.bool_)
        self.excused = np.unique(np.concatenate([nothing, excused]), axis=0)
        parts = [_patterns(framework, apart, asked) for apart in self.excused]
        self.codes = np.concatenate(parts)
        #: which of `excused` each pattern belongs to
        self.of = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        rows = pd.DataFrame({"edition": "", "country": ""}, index=range(len(self.codes)))
        none = np.full(self.codes.shape, -1, dtype=np.int16)
        low = np.maximum(self.codes, 0).astype(np.int8)
        self.scores = score(AnswerMatrix(rows, self.codes, low, low, none, none), framework)
        #: by what scores are multiplied to be whole numbers
        self.unit = math.lcm(*{value.denominator for value in self.scores.lower})

    def adds(self, statistic: str) -> _Counts:
        """What a country of each pattern adds to a statistic; of the mean score in units of 1/`unit`."""
        framework, reached = self.framework, self.scores.possible
        kind, _, rest = statistic.partition(":")
        if statistic == _REVIEWED:
            return np.ones(len(self.codes), dtype=np.int64)
        if statistic == "score:mean":
            if self.unit * max(self.scores.lower) > _LARGEST_SCORE:
                raise _Undecided("The scores are no whole numbers of a common unit.")
            return np.array([int(value * self.unit) for value in self.scores.lower], dtype=np.int64)
        if kind == "criterion":
            criterion, _, grade = rest.partition(":")
            return np.asarray(self._column(criterion) == framework.grades.index(grade), dtype=np.int64)
        if kind == "or_better":
            better = reached[:, : framework.level_ids.index(rest) + 1]
            return np.asarray(better.any(axis=1), dtype=np.int64)
        level, _, lacking = rest.partition(":without:")
        counted = reached[:, framework.level_ids.index(level)]
        return np.asarray(counted & (self._column(lacking) == 0) if lacking else counted, dtype=np.int64)

    def _column(self, criterion: str) -> npt.NDArray[np.int8]:
        return self.codes[:, self.framework.criterion_ids.index(criterion)]

    def _rows(self, values: Mapping[str, str]) -> list[tuple[_Counts, int, int]]:
        """Each figure as: what a pattern adds, and from where to where the sum may lie."""
        rows = []
        for statistic, text in values.items():
            adds = self.adds(statistic)
            if statistic != "score:mean":
                rows.append((adds, int(Decimal(text)), int(Decimal(text))))
                continue
            covered = int(Decimal(values.get(_REVIEWED, str(self.covered))))
            if not covered:
                raise _Undecided("There is a mean score, but how many countries are covered is not known.")
            # what is shown rounded half up
            half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
            ends = [(Fraction(text) + side * half) * covered * self.unit for side in (-1, 1)]
            rows.append((adds, math.ceil(ends[0]), math.ceil(ends[1]) - 1))
        if _REVIEWED not in values and self.reviewed is not None:
            rows.append((self.adds(_REVIEWED), self.reviewed, self.reviewed))
        return rows

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether there is a world in which all these figures hold."""
        return self._found(values) is not None

    def _found(self, values: Mapping[str, str]) -> _Counts | None:
        return self.solver.find(self._rows(values), np.zeros(len(self.codes), dtype=np.int64))

    def conflicts(self, values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
        """The sets of figures that cannot hold together, each without one that can be left out; small ones first.

        Very many figures are not tried in every combination: then these are the first sets found.
        """
        names, conflicts, feasible = list(values), list[frozenset[str]](), list[frozenset[str]]()
        every = itertools.chain.from_iterable(itertools.combinations(names, size) for size in range(1, len(names) + 1))
        for chosen in map(frozenset, itertools.islice(every, _MOST_SETS)):
            if any(one <= chosen for one in conflicts) or any(chosen <= one for one in feasible):
                continue
            most = self._most_that_hold(values, chosen)
            if most is None:
                conflicts.append(chosen)
            else:
                feasible.append(most)
        if not conflicts:
            needed = set(names)
            for name in names:
                if self._found({other: values[other] for other in names if other in needed - {name}}) is None:
                    needed.discard(name)
            conflicts.append(frozenset(needed))
        return tuple(tuple(name for name in names if name in one) for one in conflicts)

    def _most_that_hold(self, values: Mapping[str, str], chosen: frozenset[str]) -> frozenset[str] | None:
        """A largest set of figures that holds and has these in it; None where these do not hold together."""
        world = self._found({name: values[name] for name in values if name in chosen})
        if world is None:
            return None
        holding = self._held(values, world)
        for name in values:
            more = holding | {name}
            world = None if name in holding else self._found({name: values[name] for name in values if name in more})
            holding = holding if world is None else self._held(values, world)
        return holding

    def _held(self, values: Mapping[str, str], world: _Counts) -> frozenset[str]:
        """The figures that hold in a world."""
        return frozenset(
            name
            for name, (adds, low, high) in zip(values, self._rows(values), strict=False)
            if low <= adds @ world <= high
        )

    def least_changes(self, values: Mapping[str, str]) -> tuple[int | None, tuple[Difference, ...]]:
        """How many recorded answers must differ at least, and one way to do it; None where no way is found."""
        kinds = _KindsOfChange(self)
        rows = [*((adds[kinds.pattern], low, high) for adds, low, high in self._rows(values)), *kinds.sizes]
        # of several ways that change as few answers, that which changes as few countries; then the first kinds
        least = kinds.cost * 1_000 + (kinds.cost > 0)
        counts = self.solver.find(rows, least)
        if counts is None:
            return None, ()
        total = int(counts @ least)
        order = np.where(kinds.cost > 0, np.arange(len(kinds.cost)), 0)
        counts = self.solver.find([*rows, (least, total, total)], order)
        if counts is None:
            raise _Undecided("The solver contradicted itself.")
        chosen = np.flatnonzero((counts > 0) & (kinds.cost > 0))
        changes = [kinds.difference(int(n), int(counts[n])) for n in chosen]
        return int(counts @ kinds.cost), tuple(sorted(changes, key=lambda one: (-one.countries, *one.was.values())))

    def every_way(self, values: Mapping[str, str], least: int) -> tuple[Difference, ...]:
        """Every kind of change that takes part in some way to change so many answers, the fewest that must differ.

        `countries` is one of each: how many there are differs from way to way.
        """
        kinds = _KindsOfChange(self)
        rows = [*((adds[kinds.pattern], low, high) for adds, low, high in self._rows(values)), *kinds.sizes]
        rows.append((kinds.cost, least, least))
        asked = np.flatnonzero((kinds.cost > 0) & (kinds.cost <= least)).tolist()
        if len(asked) > _MOST_WAYS:
            raise _Undecided("Answers may differ in too many ways to try each.")
        found: set[int] = set()
        for n in asked:
            mine = np.zeros(len(kinds.cost), dtype=np.int64)
            mine[n] = 1
            counts = None if n in found else self.solver.find([*rows, (mine, 1, _COUNTRIES)], -mine)
            if counts is not None:
                found |= set(np.flatnonzero((counts > 0) & (kinds.cost > 0)).tolist())
        return tuple(kinds.difference(n, 1) for n in sorted(found))

    def _answers(self, codes: npt.NDArray[np.int8]) -> dict[str, str]:
        word = answer_words(self.framework)
        return {id: str(word[code]) for id, code in zip(self.framework.criterion_ids, codes, strict=True)}


class _KindsOfChange:
    """From which recorded pattern of answers to which other one a country may change, and how many answers differ then.

    Countries with the same answers are one group, of which so many turn to each pattern. `group`, `pattern`, `cost`: of
    each kind; `sizes`: that every country of a group turns to some pattern, as rows of a programme.
    """

    def __init__(self, world: _World) -> None:
        self.world = world
        kinds, group_of = np.unique(world.recorded.codes, axis=0, return_inverse=True)
        self.group_of = group_of.ravel()
        own = [int(np.flatnonzero((world.excused == (kind == Status.NOT_APPLICABLE)).all(axis=1))[0]) for kind in kinds]
        pairs = [(group, np.flatnonzero(world.of == own[group])) for group in range(len(kinds))]
        # countries of which nothing is recorded may have any pattern
        pairs.append((-1, np.arange(len(world.codes))))
        self.group = np.concatenate([np.full(len(patterns), number) for number, patterns in pairs])
        self.pattern = np.concatenate([patterns for _, patterns in pairs])
        if len(self.group) > _MOST_KINDS:
            raise _Undecided(f"There would be more than {_MOST_KINDS} kinds of change.")
        self.was = kinds[self.group]  # of the last group meaningless, and not used
        self.becomes = np.where(world.unasked, self.was, world.codes[self.pattern])
        differ = ((self.was >= 0) & (self.was != self.becomes)).sum(axis=1)
        self.cost: _Counts = np.where(self.group >= 0, differ, 0).astype(np.int64)
        sizes = np.bincount(self.group_of, minlength=len(kinds))
        self.sizes: list[tuple[_Counts, int, int]] = [
            ((self.group == number).astype(np.int64), int(size), int(size)) for number, size in enumerate(sizes)
        ]

    def difference(self, n: int, countries: int) -> Difference:
        """A kind of change, of so many countries."""
        codes = self.world.recorded.rows["country"].to_numpy()
        candidates = tuple(sorted(codes[self.group_of == self.group[n]]))
        answers = self.world._answers
        return Difference(answers(self.was[n]), answers(self.becomes[n]), countries, candidates)


def _criteria_asked(framework: Framework, values: Mapping[str, str]) -> frozenset[str]:
    """The criteria on which a figure can depend, and all that are tied to them by what they require."""
    asked: set[str] = set()
    for statistic in values:
        kind, _, rest = statistic.partition(":")
        if kind == "criterion":
            asked.add(rest.partition(":")[0])
        elif kind != _REVIEWED:
            asked |= {rest.partition(":without:")[2]} - {""}
            for level in framework.levels:
                asked |= {*level.needs, *level.needs_any, *(level.at_least.of if level.at_least else ())}
                if level.score_at_least is not None:
                    asked |= set(framework.criterion_ids)
        if kind == "score":
            asked |= set(framework.criterion_ids)
    while True:
        tied = {
            other
            for other in framework.criterion_ids
            if framework.closure([other]) & asked or any(other in framework.closure([id]) for id in asked)
        }
        if tied <= asked:
            return frozenset(asked)
        asked |= tied


def _patterns(framework: Framework, excused: npt.NDArray[np.bool_], asked: frozenset[str]) -> npt.NDArray[np.int8]:
    """Every pattern of answers that respects what criteria require; patterns × criteria.

    `excused`: the criteria that do not apply. Criteria that are not asked for are not met.
    """
    top = len(framework.grades) - 1
    ids = framework.criterion_ids
    rows = np.zeros((1, len(ids)), dtype=np.int8)
    rows[:, excused] = Status.NOT_APPLICABLE
    for id in framework.order:
        column = ids.index(id)
        if excused[column] or id not in asked:
            continue
        rows = np.repeat(rows, top + 1, axis=0)
        rows[:, column] = np.tile(np.arange(top + 1, dtype=np.int8), len(rows) // (top + 1))
        mine = rows[:, column]
        for required in framework.criterion(id).requires:
            other = rows[:, ids.index(required)]
            applies = not excused[ids.index(required)]
            fits = (mine < top) | (other == top) if applies else np.zeros(len(rows), dtype=np.bool_)
            rows = rows[fits & ((mine == 0) | (other > 0))] if applies else rows[fits]
            mine = rows[:, column]
        if len(rows) > _MOST_PATTERNS:
            raise _Undecided(f"A country can have more than {_MOST_PATTERNS} patterns of answers.")
    return rows


class _Solver:
    """Answers questions until it has tried so many branches in all: a count, so that it decides the same everywhere."""

    def __init__(self) -> None:
        self._left = _MOST_NODES

    def find(self, rows: list[tuple[_Counts, int, int]], cost: _Counts) -> _Counts | None:
        """Whole numbers from 0 up that keep every sum within its bounds and cost least; None where there are none."""
        import highspy

        many = len(cost)
        if any(high < low for _, low, high in rows):
            return None
        most = max([_COUNTRIES, *(high for adds, _, high in rows if adds.max(initial=0) <= 1)])
        if most > _MOST_COUNTRIES:
            raise _Undecided(f"A figure counts more than {_MOST_COUNTRIES:,} countries.")
        if self._left <= 0:
            raise _Undecided("There were too many ways to try.")
        matrix = np.array([adds for adds, _, _ in rows], dtype=np.float64).reshape(len(rows), many)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = many, len(rows)
        model.col_cost_ = cost.astype(np.float64)
        model.col_lower_, model.col_upper_ = np.zeros(many), np.full(many, float(most))
        model.row_lower_ = np.array([float(low) for _, low, _ in rows])
        model.row_upper_ = np.array([float(high) for _, _, high in rows])
        model.integrality_ = [highspy.HighsVarType.kInteger] * many
        by_column = matrix.T
        column, row = np.nonzero(by_column)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=many))]).astype(np.int32)
        model.a_matrix_.index_ = row.astype(np.int32)
        model.a_matrix_.value_ = by_column[column, row]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy bears no types
        solver.silent()
        for name, value in (
            ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5),
            ("mip_max_nodes", min(_NODES_OF_ONE, self._left)),
        ):  # fmt: skip
            solver.setOptionValue(name, value)
        solver.passModel(model)
        solver.run()
        self._left -= 1 + max(0, solver.getInfo().mip_node_count)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise _Undecided("There were too many ways to try.")
        found: _Counts = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
        if not all(low <= adds @ found <= high for adds, low, high in rows):
            raise _Undecided("The numbers are too large to decide it exactly.")
        return found
