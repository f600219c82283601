"""Two editions of a series, picked on the sheet: headlines, countries, criteria, levels."""

from __future__ import annotations

from fractions import Fraction

from criteria import Framework
from review.compare import changes_of, comparable, editions_with_content
from review.review import Review
from review.wording import number, statistic_title
from review.workbook.compare_countries import IN_BOTH, SIGNS, change_words, countries_table
from review.workbook.data import edited_note, edition_label
from review.workbook.model import (
    Block,
    Cell,
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Sheet,
    Table,
    Text,
    text_of,
)

__all__ = ["compare_lists", "compare_sheet", "published_figures"]


def compare_lists(reviews: list[Review]) -> list[Table]:
    """What the sheet looks up: the editions to pick, the published figures, and what does not compare."""
    editions: list[tuple[Cell, ...]] = []
    figures: list[tuple[Cell, ...]] = []
    apart: list[tuple[Cell, ...]] = []
    for review in reviews:
        with_content = review.editions()
        with_content = with_content[
            (with_content["recorded"] > 0) | with_content["edition"].isin(review.preferred_figures()["edition"])
        ]
        labels = {edition: edition_label(review, edition) for edition in with_content["edition"]}
        scored = "yes" if review.scored else "no"
        editions += [(label, review.series.id, scored, _rule(review, edition)) for edition, label in labels.items()]
        figures += [
            (f"{labels[edition]}|{statistic}", *cells)
            for (edition, statistic), cells in published_figures(review).items()
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
            (
                Column("Edition", 30, key="label"),
                Column("Series", 14, key="series"),
                Column("Scored", 8, key="scored"),
                Column("Levels", 40, key="rule"),
            ),
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


def published_figures(review: Review) -> dict[tuple[str, str], tuple[Cell, Cell, Cell]]:
    """The preferred figures, each with the countries covered that go with it, and its source."""
    frame = review.preferred_figures()
    frame = frame[frame["statistic"].isin(review.framework.statistics)]
    covered = dict(frame.loc[frame["statistic"] == "reviewed", ["edition", "value"]].itertuples(index=False))
    found: dict[tuple[str, str], tuple[Cell, Cell, Cell]] = {}
    for item in frame.to_dict("records"):
        edition, first = item["edition"], item["source"].split()[0]
        known = covered.get(edition) or review.series.editions[edition].reviewed
        value = number(Fraction(item["value"]))
        found[edition, item["statistic"]] = (
            value,
            number(Fraction(known)) if known else "",
            review.series.sources[first].short,
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
    countries = countries_table(reviews, review, first, second)
    one_series = '=IF([from_series]=[to_series],"both of one series","pick two editions of one series: nothing below compares two series")'
    picks: tuple[Dropdown | Computed, ...] = (
        Dropdown("from", "First edition", "edition_list.label", labels[0], "pick an edition"),
        Dropdown("to", "Second edition", "edition_list.label", labels[1], "pick another of the same series"),
        Computed("from_series", "Series of the first", of.format("from"), review.series.id),
        Computed("to_series", "Series of the second", of.format("to"), review.series.id),
        Computed("one_series", "That is", one_series, "both of one series"),
        Computed("in_both", "Countries with an answer in both", _COUNT_BOTH, _both(countries)),
        _figures_held(review, first, second),
        *([_rules(review, first, second)] if review.framework.rules else []),
        edited_note("compare_typed"),
    )
    blocks: list[Block] = [
        Controls(picks),
        Text(
            (
                "A change in a series that is not scored is a change of statement, not a change of law. What changed from one edition to the next, with both sources, stands in the sheet Changes.",
                "   ".join(f"{SIGNS[change]} {change_words(change)}" for change in changes_of(review.framework))
                + " (not determined: silent or unclear in one of the two)",
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


def _rule(review: Review, edition: str) -> str:
    """The levels by which an edition judges, best first."""
    return "; ".join(level.title for level in review.judged(edition).levels) if review.scored else ""


def _rules(shown: Review, first: str, second: str) -> Computed:
    """Whether the two editions judge by the same rules of levels; where not, figures of levels do not compare."""
    one, other = (f"INDEX([edition_list.rule],MATCH([{name}],[edition_list.label],0))" for name in ("from", "to"))
    rules = [_rule(shown, edition) for edition in (first, second)]
    same, differ = "the same in both", ("the rules differ. First: ", ". Second: ")
    formula = f"=IF({one}={other},{text_of(same)},{text_of(differ[0])}&{one}&{text_of(differ[1])}&{other})"
    return Computed(
        "same_rules", "Levels", formula, same if rules[0] == rules[1] else f"{differ[0]}{rules[0]}{differ[1]}{rules[1]}"
    )


def _figures_held(shown: Review, first: str, second: str) -> Computed:
    """How many published figures each edition has: where there is none, the table of them is empty."""
    count = [f'COUNTIF([published_list.key],[{name}]&"|*")' for name in ("from", "to")]
    figures = published_figures(shown)
    many = [sum(edition == one for one, _ in figures) for edition in (first, second)]
    sides = '" of the first, "', '" of the second"'
    formula = f"={count[0]}&{sides[0]}&{count[1]}&{sides[1]}"
    return Computed("figures_held", "Published figures", formula, f"{many[0]} of the first, {many[1]} of the second")


_WIDTHS = (34.0, 46.0, 20.0, *[13.0] * 7)
_COUNT_BOTH = f"=COUNTIF([compare_countries.presence],{text_of(IN_BOTH)})"


def _both(countries: Table) -> int:
    """How many countries have an answer in both editions."""
    column_index = [column.key for column in countries.columns].index("presence")
    return sum(row[column_index] == IN_BOTH for row in countries.rows)


def _of_both(formula: str, value: int, both: int) -> Formula:
    """A count of countries in both editions; blank where there is none, which is no finding."""
    return Formula(f'=IF([in_both]=0,"",{formula})', value if both else "")


def _usual(reviews: list[Review]) -> tuple[Review, str, str]:
    review = next(
        (one for one in reviews if len(one.series.figures.frame)), max(reviews, key=lambda one: len(one.matrix.rows))
    )
    editions = editions_with_content(review)
    return review, editions[0], editions[-1]


def _headlines(reviews: list[Review], shown: Review, first: str, second: str) -> Table:
    """The statistics that are published of any edition, on both sides."""
    framework = shown.framework
    figures = {one.series.id: published_figures(one) for one in reviews}
    every = {statistic for found in figures.values() for _, statistic in found}
    lead = framework.headline_statistics()
    ordered = [id for id in (*lead, *(id for id in framework.statistics if id not in lead)) if id in every]
    mine = figures[shown.series.id]
    rows: list[tuple[Cell, ...]] = []
    for statistic in ordered:
        sides = [mine.get((edition, statistic)) for edition in (first, second)]
        counts = statistic not in ("reviewed", "score:mean")
        title = statistic_title(statistic, framework)
        named = f'=IF(AND([@from]="",[@to]=""),"",{text_of(title)})'
        cells: list[Cell] = [Formula(named, title if any(sides) else "", longest=title), *_sources(statistic, sides)]
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
        Column("First: figure", 20, "number", key="from"), Column("First: countries covered", 13, "number"),
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
    source = "; ".join(str(side[2]) for side in sides if side)
    between = f'IF(AND({parts[0]}<>"",{parts[1]}<>""),"; ","")'
    return [Formula(f"={parts[0]}&{between}&{parts[1]}", source)]


def _share(side: tuple[Cell, Cell, Cell] | None) -> float | str:
    if side is None or not side[1]:
        return ""
    return float(Fraction(str(side[0])) / Fraction(str(side[1])))


def _found(formula: str, value: Cell) -> Formula:
    return Formula(f'=IFERROR({formula},"")', value if isinstance(value, int | float) else str(value))


def _by_criterion(framework: Framework, countries: Table) -> Table:
    """How many countries show each change, by criterion."""
    columns = (
        Column("Criterion", 34),
        *(
            Column(change_words(change).capitalize(), 13 if index else 46, "number")
            for index, change in enumerate(changes_of(framework))
        ),
    )
    keys = [column.key for column in countries.columns]
    rows: list[tuple[Cell, ...]] = []
    for criterion in framework.criteria:
        at = keys.index(f"change:{criterion.id}")
        cells: list[Cell] = [criterion.short]
        for sign in (SIGNS[change] for change in changes_of(framework)):
            value = sum(row[at] == sign for row in countries.rows)
            count = f"COUNTIF([compare_countries.change:{criterion.id}],{text_of(sign)})"
            cells.append(_of_both(count, value, _both(countries)))
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
        if row[keys.index("presence")] == IN_BOTH
    ]
    rows: list[tuple[Cell, ...]] = []
    # of a series that is not scored no level is shown
    both = sum(isinstance(start, int) for start, _ in pairs)
    scored = '=IF(OR([in_both]=0,COUNT([compare_countries.level_from])=0),"",{})'
    for title, start in zip(levels, numbers, strict=True):
        cells = []
        for end in numbers:
            count = f"COUNTIFS([compare_countries.presence],{text_of(IN_BOTH)},[compare_countries.level_from],{start},[compare_countries.level_to],{end})"
            cells.append(Formula(scored.format(count), pairs.count((start, end)) if both else ""))
        rows.append((title, *cells))
    columns = (Column("From (down), to (across)", 34), *(Column(title, 13, "number") for title in levels))
    return Table(
        "compare_levels", "Countries by level in the first and in the second edition", columns, rows, filtered=False
    )
