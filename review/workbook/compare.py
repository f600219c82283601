"""Two editions of a series, picked on the sheet: headlines, countries, criteria, levels."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from criteria import Framework, Status
from review.comparison import CHANGES
from review.editions import default_editions
from review.last_known import comparable
from review.series_review import Review
from review.wording import levels_in_words, number, short_source, statistic_title
from review.workbook.data import edition_label, places_in_data, strip_formula, strips
from review.workbook.model import (
    Block,
    Cell,
    Column,
    Fact,
    Formula,
    Heading,
    Lines,
    Pick,
    Picks,
    Sheet,
    Table,
    text_of,
)

__all__ = ["compare_lists", "compare_sheet"]

# how each change of an answer is shown, in the order of `CHANGES`
_SIGNS = ("▲", "▽", "●", "○", "◐", "×")
_WORDS = ("newly met", "no longer met", "still met", "still not met", "not determined", "not comparable")
_SIDES = (("first", "from"), ("second", "to"))
_BOTH, _FIRST, _SECOND = "in both", "in the first alone", "in the second alone"


def compare_lists(reviews: list[Review]) -> list[Table]:
    """What the sheet looks up: the editions to pick, the published figures, and what does not compare."""
    editions: list[tuple[Cell, ...]] = []
    figures: list[tuple[Cell, ...]] = []
    apart: list[tuple[Cell, ...]] = []
    for review in reviews:
        held = review.editions()
        held = held[(held["recorded"] > 0) | held["edition"].isin(review.preferred_figures()["edition"])]
        labels = {edition: edition_label(review, edition) for edition in held["edition"]}
        editions += [(label, review.series.id) for label in labels.values()]
        figures += [
            (f"{labels[edition]}|{statistic}", *cells) for (edition, statistic), cells in _published(review).items()
        ]
        for one in labels:
            for other in labels:
                same = comparable(review.framework, review.series.id, one, other)
                apart += [
                    (f"{labels[one]}|{labels[other]}|{id}",)
                    for id, fits in zip(review.framework.criterion_ids, same, strict=True)
                    if not fits
                ]
    return [
        Table(
            "edition_list",
            "The editions that can be picked",
            (Column("Edition", 30, key="label"), Column("Series", 14, key="series")),
            editions,
            filtered=False,
        ),
        Table(
            "published_list",
            "The published figures to quote, by edition and statistic",
            (
                Column("Edition and statistic", 44, key="key"),
                Column("Figure", 10, "number", key="value"),
                Column("Countries covered", 10, "number", key="covered"),
                Column("Source", 40, key="source"),
            ),
            figures,
            filtered=False,
        ),
        Table(
            "apart_list",
            "What two editions put so differently that it does not compare",
            (Column("Two editions and a criterion", 60, key="key"),),
            apart,
            filtered=False,
        ),
    ]


def _published(review: Review) -> dict[tuple[str, str], tuple[Cell, Cell, Cell]]:
    """The preferred figures, each with the countries covered that go with it, and its source."""
    frame = review.preferred_figures()
    frame = frame[frame["statistic"].isin(review.framework.statistics())]
    covered = dict(frame.loc[frame["statistic"] == "reviewed", ["edition", "value"]].itertuples(index=False))
    held = review.editions().set_index("edition")["reviewed"]
    sources = review.series.sources.set_index("source")
    found: dict[tuple[str, str], tuple[Cell, Cell, Cell]] = {}
    for item in frame.to_dict("records"):
        edition, first = item["edition"], item["source"].split()[0]
        known = covered.get(edition, None if pd.isna(held[edition]) else str(held[edition]))
        value = number(Fraction(item["value"]))
        found[edition, item["statistic"]] = (
            value,
            number(Fraction(known)) if known else "",
            short_source(first, sources.loc[first]),
        )
    return found


def compare_sheet(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> Sheet:
    """The sheet. First shown is what is `picked`: a series and two of its editions.

    Else the first and the last edition that say anything, of the first series with published
    figures, or of that with most answers.
    """
    review, first, second = picked or _usual(reviews)
    labels = (edition_label(review, first), edition_label(review, second))
    of = "=INDEX([edition_list.series],MATCH([{}],[edition_list.label],0))"
    one_series = '=IF([from_series]=[to_series],"both of one series","pick two editions of one series: nothing below compares two series")'
    picks = (
        Pick("from", "First edition", "edition_list.label", labels[0], "pick an edition"),
        Pick("to", "Second edition", "edition_list.label", labels[1], "pick another of the same series"),
        Fact("from_series", "Series of the first", of.format("from"), review.series.id),
        Fact("to_series", "Series of the second", of.format("to"), review.series.id),
        Fact("one_series", "That is", one_series, "both of one series"),
    )
    countries = _countries(reviews, review, first, second)
    blocks: list[Block] = [
        Picks(picks),
        Lines(
            (
                "A change in a series that is not scored is a change of statement, not a change of law. What changed from one edition to the next, with both sources, stands in the sheet Changes.",
                "   ".join(f"{sign} {word}" for sign, word in zip(_SIGNS, _WORDS, strict=True)),
            ),
            width=150,
        ),
        Heading("Published headline figures, each of the countries covered by its edition"),
        _headlines(reviews, review, first, second),
        Heading("By criterion: how many countries, of those with an answer in both"),
        _by_criterion(review.framework, countries),
    ]
    if any(one.scored for one in reviews):
        blocks += [
            Heading("Levels: from the first (down) to the second (across), countries in both; of scored series"),
            _transitions(review, countries),
        ]
    blocks += [Heading("By country"), countries]
    return Sheet("Compare", "Compare two editions", blocks, fixed=1, widths=_WIDTHS)


_WIDTHS = (34.0, 46.0, *[13.0] * 8)


def _usual(reviews: list[Review]) -> tuple[Review, str, str]:
    review = next((one for one in reviews if len(one.series.figures)), max(reviews, key=lambda one: len(one.grid.rows)))
    return (review, *default_editions(review))


def _headlines(reviews: list[Review], shown: Review, first: str, second: str) -> Table:
    """The statistics that are published of any edition, on both sides."""
    framework = shown.framework
    figures = {one.series.id: _published(one) for one in reviews}
    every = {statistic for found in figures.values() for _, statistic in found}
    lead = framework.headline_statistics()
    ordered = [id for id in (*lead, *(id for id in framework.statistics() if id not in lead)) if id in every]
    mine = figures[shown.series.id]
    rows: list[tuple[Cell, ...]] = []
    for statistic in ordered:
        sides = [mine.get((edition, statistic)) for edition in (first, second)]
        counts = statistic not in ("reviewed", "score:mean")
        cells: list[Cell] = [statistic_title(statistic, framework), *_sources(statistic, sides)]
        shares = [_share(side) if counts else "" for side in sides]
        for side, name, share in zip(sides, ("from", "to"), shares, strict=True):
            key = f"MATCH([{name}]&{text_of('|' + statistic)},[published_list.key],0)"
            cells.append(_found(f"INDEX([published_list.value],{key})", side[0] if side else ""))
            cells.append(_found(f"INDEX([published_list.covered],{key})", side[1] if side else ""))
            ratio = f"INDEX([published_list.value],{key})/INDEX([published_list.covered],{key})"
            cells.append(_found(ratio if counts else '""', share))
        change = sides[1][0] - sides[0][0] if all(sides) else ""  # type: ignore[index,operator]  # all sides are there
        cells.append(Formula('=IF(OR([@from]="",[@to]=""),"",[@to]-[@from])', change))
        moved = (shares[1] - shares[0]) * 100 if all(share != "" for share in shares) else ""  # type: ignore[operator]  # both are numbers
        cells.append(Formula('=IF(OR([@from_share]="",[@to_share]=""),"",([@to_share]-[@from_share])*100)', moved))
        rows.append(tuple(cells))
    columns = (
        Column("Statistic", 34, "text_wrapped"), Column("Sources", 46, "text_wrapped"),
        Column("First: figure", 13, "number", key="from"), Column("First: countries covered", 13, "number"),
        Column("First: share", 13, "percent", key="from_share"), Column("Second: figure", 13, "number", key="to"),
        Column("Second: countries covered", 13, "number"), Column("Second: share", 13, "percent", key="to_share"),
        Column("Change", 13, "number"), Column("Change in percentage points", 13, "points"),
    )  # fmt: skip
    return Table(
        "compare_headlines", "Published figures of both editions, with both denominators", columns, rows, filtered=False
    )


def _sources(statistic: str, sides: list[tuple[Cell, Cell, Cell] | None]) -> list[Cell]:
    parts = [
        f'IFERROR(INDEX([published_list.source],MATCH([{name}]&{text_of("|" + statistic)},[published_list.key],0)),"")'
        for name in ("from", "to")
    ]
    said = "; ".join(str(side[2]) for side in sides if side)
    between = f'IF(AND({parts[0]}<>"",{parts[1]}<>""),"; ","")'
    return [Formula(f"={parts[0]}&{between}&{parts[1]}", said)]


def _share(side: tuple[Cell, Cell, Cell] | None) -> float | str:
    if side is None or not side[1]:
        return ""
    return float(Fraction(str(side[0])) / Fraction(str(side[1])))


def _found(formula: str, value: Cell) -> Formula:
    return Formula(f'=IFERROR({formula},"")', value if isinstance(value, int | float) else str(value))


def _countries(reviews: list[Review], shown: Review, first: str, second: str) -> Table:
    """Every country with an answer in any series: in which of the two it is, what changed, from which level to which."""
    scored = any(review.scored for review in reviews)
    codes = {code for review in reviews for code in review.grid.rows["country"]}
    known = shown.registry.frame[shown.registry.frame["code"].isin(codes)].sort_values("order")
    found = shown.compare(first, second).countries.set_index("country").to_dict("index")
    places = places_in_data(reviews, shown)
    rows = [
        _country(
            name,
            code,
            found.get(code),
            [places.get((edition, code), 0) for edition in (first, second)],
            shown,
            scored=scored,
        )
        for name, code in zip(known["name"], known["code"], strict=True)
    ]
    columns = _country_columns(shown.framework, scored=scored)
    return Table("compare_countries", "What changed in each country between the two editions picked", columns, rows)


def _country_columns(framework: Framework, *, scored: bool) -> tuple[Column, ...]:
    by_group = strips(framework)
    columns = [Column("Country", 34, key="name")]
    if scored:
        sides = [_level("levels_short", f"row_{name}") for _, name in _SIDES]
        told = f'=IF({sides[0]}&{sides[1]}="","",{sides[0]}&" → "&{sides[1]})'
        columns.append(Column("Level: first → second", 46, "text_wrapped", formula=told))
    columns.append(Column("In which edition", 13, "text_wrapped", key="presence", formula=_presence()))
    columns += [Column(one.title, 13, "strip", key=one.key, formula=strip_formula(one, "change")) for one in by_group]
    single = [
        Column(
            c.short, 13, "absent", key=f"change:{c.id}", formula=_change(framework, c.id), marked=True,
            folded=bool(by_group),
        )
        for c in framework.criteria
    ]  # fmt: skip
    columns += [] if by_group else single
    marks = "+".join(f"([@change:{id}]={{}})" for id in framework.criterion_ids)
    both = f"=IF([@presence]={text_of(_BOTH)},0+{marks},{text_of('')})"
    columns += [
        Column(word.capitalize(), 13, "number", key=word, formula=both.replace("{}", text_of(sign)))
        for word, sign in zip(_WORDS[:2], _SIGNS, strict=False)
    ]
    columns += [Column("Code", 8, "text_quiet", key="code"), *(single if by_group else [])]
    for side, name in _SIDES if scored else ():
        level = "=" + _level("level_number", f"row_{name}")
        columns.append(
            Column(f"Number of the {side} level", 8, "number", key=f"level_{name}", formula=level, hidden=True)
        )
    columns += [
        Column(f"Row of the {side} in Data", 8, "number", key=f"row_{name}", formula=_row(name), hidden=True)
        for side, name in _SIDES
    ]
    return tuple(columns)


def _country(
    name: str, code: str, item: dict[str, Any] | None, at: list[int], shown: Review, *, scored: bool
) -> tuple[Cell, ...]:
    """What the formulas of a country's row come to; `at`: its rows in Data."""
    framework, by_group = shown.framework, strips(shown.framework)
    in_both = all(at)
    signs = {id: _SIGNS[CHANGES.index(item[id])] if item and in_both else "" for id in framework.criterion_ids}
    side_by_side = list(signs.values())
    cells: list[Cell] = [name]
    numbers: list[Cell] = []
    if scored:
        possible = [item[f"levels_{side}"] if item and shown.scored else None for _, side in _SIDES]
        short = ["" if one is None else levels_in_words(one, framework, short=True) for one in possible]
        cells.append(" → ".join(short) if any(short) else "")
        numbers = ["" if one is None else level_number(one, framework) for one in possible]
    cells.append(_BOTH if in_both else _FIRST if at[0] else _SECOND if at[1] else "")
    cells += ["".join(signs[id] for id in one.criteria) for one in by_group] if by_group else side_by_side
    cells += [side_by_side.count(sign) if in_both else "" for sign in _SIGNS[:2]]
    return (*cells, code, *(side_by_side if by_group else []), *numbers, *at)


def level_number(possible: tuple[str, ...], framework: Framework) -> int:
    """The place of a country's level, the best being 1; 0 where not exactly one is possible."""
    return framework.level_ids.index(possible[0]) + 1 if len(possible) == 1 else 0


def _row(side: str) -> str:
    """The place of the country's row in Data; the keys there begin with series and edition, as the label does."""
    return f'=IFERROR(MATCH([{side}]&"|"&[@code],[data.label_key],0),0)'


def _presence() -> str:
    return f'=IF([@row_from]*[@row_to]>0,{text_of(_BOTH)},IF([@row_from]>0,{text_of(_FIRST)},IF([@row_to]>0,{text_of(_SECOND)},"")))'


def _change(framework: Framework, id: str) -> str:
    """The sign of a change between two rows of Data (semantics, section 5)."""
    was, now = (f"INDEX([data.ded:{id}],[@row_{side}])" for side in ("from", "to"))
    excused = text_of(Status.NOT_APPLICABLE.word)
    apart = f'ISNUMBER(MATCH([from]&"|"&[to]&{text_of("|" + id)},[apart_list.key],0))'
    ranks = "{" + ",".join(text_of(grade) for grade in framework.grades) + "}"
    rank = [f"MATCH({word},{ranks},0)" for word in (was, now)]
    newly, no_longer, still, still_not, unknown, not_comparable = (text_of(sign) for sign in _SIGNS)
    settled = f"IF({rank[1]}>{rank[0]},{newly},IF({rank[1]}<{rank[0]},{no_longer},IF({rank[1]}={len(framework.grades)},{still},{still_not})))"
    known = f"IF({apart},{not_comparable},IF(OR({was}={excused},{now}={excused}),{not_comparable},IFERROR({settled},{unknown})))"
    return f'=IF(OR([@row_from]*[@row_to]=0,[from_series]<>[to_series]),"",{known})'


def _level(key: str, row: str) -> str:
    none = f'INDEX([data.levels],[@{row}])=""'  # the series is not scored
    return f'IF([@{row}]=0,"",IF({none},"",INDEX([data.{key}],[@{row}])))'


def _by_criterion(framework: Framework, countries: Table) -> Table:
    """How many countries show each change, by criterion."""
    columns = (
        Column("Criterion", 34),
        Column("Newly met", 46, "number"),
        *(Column(word.capitalize(), 13, "number") for word in _WORDS[1:]),
    )
    keys = [column.key for column in countries.columns]
    rows: list[tuple[Cell, ...]] = []
    for criterion in framework.criteria:
        at = keys.index(f"change:{criterion.id}")
        cells: list[Cell] = [criterion.short]
        for sign in _SIGNS:
            value = sum(row[at] == sign for row in countries.rows)
            cells.append(Formula(f"=COUNTIF([compare_countries.change:{criterion.id}],{text_of(sign)})", value))
        rows.append(tuple(cells))
    return Table("compare_criteria", "Countries by change and criterion", columns, rows, filtered=False)


def _transitions(review: Review, countries: Table) -> Table:
    """How many countries in both went from each level to each; not determined where not exactly one is possible."""
    framework = review.framework
    keys = [column.key for column in countries.columns]
    levels = [*(level.short for level in framework.levels), "not determined"]
    numbers = [*range(1, len(framework.levels) + 1), 0]
    pairs = [
        (row[keys.index("level_from")], row[keys.index("level_to")])
        for row in countries.rows
        if row[keys.index("presence")] == _BOTH
    ]
    rows: list[tuple[Cell, ...]] = []
    for title, start in zip(levels, numbers, strict=True):
        cells = [
            Formula(
                f"=COUNTIFS([compare_countries.presence],{text_of(_BOTH)},[compare_countries.level_from],{start},[compare_countries.level_to],{end})",
                pairs.count((start, end)),
            )
            for end in numbers
        ]
        rows.append((title, *cells))
    columns = (Column("From (down), to (across)", 34), *(Column(title, 13, "number") for title in levels))
    return Table(
        "compare_levels", "Countries by level in the first and in the second edition", columns, rows, filtered=False
    )
