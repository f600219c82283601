"""What changed in each country between the two editions picked on the sheet Compare."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from criteria import Framework, Status
from review.compare import Change, changes_of
from review.review import Review
from review.wording import levels_in_words
from review.workbook.data import data_row_numbers, mark_group_formula, mark_groups
from review.workbook.model import Cell, Column, Table, text_of

__all__ = ["IN_BOTH", "SIGNS", "change_words", "countries_table"]

# how each change of an answer is shown
SIGNS = {
    Change.NEWLY_MET: "▲",
    Change.MORE_MET: "↑",
    Change.NO_LONGER_MET: "▽",
    Change.LESS_MET: "↓",
    Change.STILL_MET: "●",
    Change.STILL_PARTLY_MET: "◎",
    Change.STILL_NOT_MET: "○",
    Change.UNDETERMINED: "◐",
    Change.NOT_COMPARABLE: "×",
}


def change_words(change: Change) -> str:
    """A change in words."""
    return "not determined" if change is Change.UNDETERMINED else change.value.replace("_", " ")


def moves_of(framework: Framework) -> list[Change]:
    """The changes by which more or less is met than before, that a framework's grades allow."""
    return [change for change in changes_of(framework) if change.moves]


_SIDES = (("first", "from"), ("second", "to"))
IN_BOTH, _FIRST, _SECOND = "in both", "in the first alone", "in the second alone"


def countries_table(reviews: list[Review], shown: Review, first: str, second: str) -> Table:
    """Every country of the two editions: what changed, from which level to which; those with a change come first.

    What a reader sees follows from hidden columns (`all_…`), which hold the countries in the order of
    their names: no function that old programs know sorts.
    """
    scored = any(review.scored for review in reviews)
    codes = {code for review in reviews for code in review.matrix.rows["country"]}
    known = shown.registry.frame[shown.registry.frame["code"].isin(codes)].sort_values("order")
    found = shown.compare(first, second).countries.set_index("country").to_dict("index")
    places = data_row_numbers(reviews, shown)
    judged = (shown.judged(first), shown.judged(second))
    every = [
        _country(
            name, code, found.get(code), places.get((first, code), 0), places.get((second, code), 0), shown, judged
        )
        for name, code in zip(known["name"], known["code"], strict=True)
    ]
    order = sorted((n for n, one in enumerate(every) if one.presence), key=lambda n: (every[n].rank, n))
    empty_row = _country("", "", None, 0, 0, shown, judged)
    rows: list[tuple[Cell, ...]] = []
    for n, one in enumerate(every):
        place = order[n] + 1 if n < len(order) else 0
        seen = every[place - 1].shown(scored=scored) if place else empty_row.shown(scored=scored)
        sort = one.rank * _SORT_OFFSET + n + 1 if one.presence else ""
        hidden: list[Cell] = [place, n + 1, one.name, one.code, one.row_from, one.row_to, *one.signs.values(), sort]
        rows.append((*seen, *hidden))
    columns = (*_shown_columns(shown.framework, scored=scored), *_hidden_columns(shown.framework))
    return Table("compare_countries", "What changed in each country between the two editions picked", columns, rows)


_SORT_OFFSET = 100_000  # more than there are countries


@dataclass(frozen=True)
class _Country:
    """A country in the two editions: its rows in Data, and what the formulas of a row that shows it come to."""

    framework: Framework
    name: str = ""
    code: str = ""
    row_from: int = 0
    row_to: int = 0
    signs: dict[str, str] = field(default_factory=dict)
    levels: tuple[tuple[str, ...] | None, tuple[str, ...] | None] = (None, None)
    rules: tuple[Framework, ...] = ()  # by which the two editions judge

    @property
    def presence(self) -> str:
        """In which of the editions it is."""
        if self.row_from and self.row_to:
            return IN_BOTH
        return _FIRST if self.row_from else _SECOND if self.row_to else ""

    @property
    def rank(self) -> int:
        """What comes first: a change, then what is in both."""
        moved = {SIGNS[change] for change in Change if change.moves}
        return 0 if set(self.signs.values()) & moved else 1 if self.presence == IN_BOTH else 2

    def shown(self, *, scored: bool) -> list[Cell]:
        """The cells that a reader sees, and the numbers of the levels."""
        by_group = mark_groups(self.framework)
        side_by_side = list(self.signs.values())
        cells: list[Cell] = [self.name]
        numbers: list[Cell] = []
        if scored:
            judged = zip(self.levels, self.rules, strict=True)
            short = ["" if one is None else levels_in_words(one, rules, short=True) for one, rules in judged]
            cells.append(" → ".join(short) if any(short) else "")
            numbers = ["" if one is None else level_number(one, self.framework) for one in self.levels]
        cells.append(self.presence)
        cells += ["".join(self.signs[id] for id in one.criteria) for one in by_group] if by_group else side_by_side
        cells += [
            side_by_side.count(SIGNS[change]) if self.presence == IN_BOTH else "" for change in moves_of(self.framework)
        ]
        return [*cells, self.code, *(side_by_side if by_group else []), *numbers]


def _country(
    name: str,
    code: str,
    item: dict[str, Any] | None,
    row_from: int,
    row_to: int,
    shown: Review,
    judged: tuple[Framework, ...],
) -> _Country:
    """A country with its rows in Data (0: none); `item`: what the comparison of the editions says of it."""
    framework = shown.framework
    in_both = item if item and row_from and row_to else None
    signs = {id: SIGNS[Change(in_both[id])] if in_both else "" for id in framework.criterion_ids}
    levels = (item["levels_from"], item["levels_to"]) if item and shown.scored else (None, None)
    return _Country(framework, name, code, row_from, row_to, signs, levels, judged)


def _shown_columns(framework: Framework, *, scored: bool) -> tuple[Column, ...]:
    """What a reader sees: of the country at this place of the order, what the hidden columns hold of it."""

    def of(key: str) -> str:
        return f'=IF([@place]=0,"",INDEX([compare_countries.{key}],[@place]))'

    by_group = mark_groups(framework)
    columns = [Column("Country", 34, key="name", formula=of("all_name"))]
    if scored:
        sides = [_level("levels_short", name) for _, name in _SIDES]
        told = f'=IF({sides[0]}&{sides[1]}="","",{sides[0]}&" → "&{sides[1]})'
        columns.append(Column("Level: first → second", 46, "text_wrapped", formula=told))
    columns.append(Column("In which edition", 20, key="presence", formula=_presence()))
    columns += [
        Column(one.title, 13, "strip", key=one.key, formula=mark_group_formula(one, "change")) for one in by_group
    ]
    single = [
        Column(
            c.short, 13, "absent", key=f"change:{c.id}", formula=of(f"all:{c.id}"), marked=True, grouped=bool(by_group)
        )
        for c in framework.criteria
    ]
    columns += [] if by_group else single
    both = f"=IF([@presence]={text_of(IN_BOTH)},0+{_marks(framework, 'change')},{text_of('')})"
    columns += [
        Column(
            change_words(change).capitalize(),
            13,
            "number",
            key=change,
            formula=both.replace("{}", text_of(SIGNS[change])),
        )
        for change in moves_of(framework)
    ]
    columns += [Column("Code", 8, "text_quiet", key="code", formula=of("all_code")), *(single if by_group else [])]
    for side, name in _SIDES if scored else ():
        level = "=" + _level("level_number", name)
        columns.append(
            Column(f"Number of the {side} level", 8, "number", key=f"level_{name}", formula=level, hidden=True)
        )
    return tuple(columns)


def _hidden_columns(framework: Framework) -> list[Column]:
    """Every country by name, with its rows in Data and its changes, and the order in which they are shown."""
    changed = "+".join(_marks(framework, "all").replace("{}", text_of(SIGNS[change])) for change in moves_of(framework))
    rank = f"IF({changed}>0,0,IF([@all_from]*[@all_to]>0,1,2))"
    columns = [
        Column("Place of what is shown", 8, "number", key="place", formula="=IFERROR(MATCH(SMALL([compare_countries.sort],[@number]),[compare_countries.sort],0),0)"),
        Column("Number", 8, "number", key="number"), Column("Name", 8, key="all_name"), Column("Code by name", 8, key="all_code"),
        *(Column(f"Row of the {side} in Data", 8, "number", key=f"all_{name}", formula=_row(name)) for side, name in _SIDES),
        *(Column(f"{c.short} by name", 8, key=f"all:{c.id}", formula=_change(framework, c.id)) for c in framework.criteria),
        Column("Order", 8, "number", key="sort", formula=f'=IF(OR([from_series]<>[to_series],[@all_from]+[@all_to]=0),"",{rank}*{_SORT_OFFSET}+[@number])'),
    ]  # fmt: skip
    return [replace(column, hidden=True) for column in columns]


def _marks(framework: Framework, kind: str) -> str:
    """How many of a row's changes bear a sign, for which {} stands."""
    return "+".join(f"([@{kind}:{id}]={{}})" for id in framework.criterion_ids)


def level_number(possible: tuple[str, ...], framework: Framework) -> int:
    """The place of a country's level, the best being 1; 0 where not exactly one is possible."""
    return framework.level_ids.index(possible[0]) + 1 if len(possible) == 1 else 0


def _row(side: str) -> str:
    """The place of the country's row in Data; the keys there begin with series and edition, as the label does."""
    return f'=IFERROR(MATCH([{side}]&"|"&[@all_code],[data.label_key],0),0)'


def _place(side: str) -> str:
    """The row in Data of the country that is shown."""
    return f"INDEX([compare_countries.all_{side}],[@place])"


def _presence() -> str:
    first, second = _place("from"), _place("to")
    both = f"IF({first}*{second}>0,{text_of(IN_BOTH)},IF({first}>0,{text_of(_FIRST)},{text_of(_SECOND)}))"
    return f'=IF([@place]=0,"",{both})'


def _change(framework: Framework, id: str) -> str:
    """The sign of a change between two rows of Data (semantics, section 5)."""
    was, now = (f"INDEX([data.ded:{id}],[@all_{side}])" for side in ("from", "to"))
    excused = text_of(Status.NOT_APPLICABLE.word)
    apart = f'ISNUMBER(MATCH([from]&"|"&[to]&{text_of("|" + id)},[apart_list.key],0))'
    ranks = "{" + ",".join(text_of(grade) for grade in framework.grades) + "}"
    rank = [f"MATCH({word},{ranks},0)" for word in (was, now)]
    sign = {change: text_of(sign) for change, sign in SIGNS.items()}
    unknown, not_comparable = sign[Change.UNDETERMINED], sign[Change.NOT_COMPARABLE]
    rises, falls = sign[Change.NEWLY_MET], sign[Change.NO_LONGER_MET]
    same, most = sign[Change.STILL_NOT_MET], len(framework.grades)
    if most > 2:
        rises = f"IF(AND({rank[0]}=1,{rank[1]}={most}),{rises},{sign[Change.MORE_MET]})"
        falls = f"IF(AND({rank[0]}={most},{rank[1]}=1),{falls},{sign[Change.LESS_MET]})"
        same = f"IF({rank[1]}=1,{same},{sign[Change.STILL_PARTLY_MET]})"
    same = f"IF({rank[1]}={most},{sign[Change.STILL_MET]},{same})"
    settled = f"IF({rank[1]}>{rank[0]},{rises},IF({rank[1]}<{rank[0]},{falls},{same}))"
    known = f"IF({apart},{not_comparable},IF(OR({was}={excused},{now}={excused}),{not_comparable},IFERROR({settled},{unknown})))"
    return f'=IF(OR([@all_from]*[@all_to]=0,[from_series]<>[to_series]),"",{known})'


def _level(key: str, side: str) -> str:
    row = _place(side)
    none = f'INDEX([data.levels],{row})=""'  # the series is not scored
    return f'IF([@place]=0,"",IF({row}=0,"",IF({none},"",INDEX([data.{key}],{row}))))'
