"""Two editions of a series, picked on the sheet: figures, what changed by criterion, level and country."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from criteria import Framework, Status
from review.compare import Change, changes_of, comparable
from review.report.blocks import (
    Cell,
    Column,
    Computed,
    Controls,
    Dropdown,
    Formula,
    Heading,
    Lookup,
    Page,
    Table,
    Text,
    text_of,
)
from review.report.formulas.statistic import rows_of, statistic_bounds
from review.report.views.compare import CHANGE_SIGNS, change_words
from review.report.views.data import edited_note, edition_label, mark_columns, row_key
from review.report.views.lists import published_figures
from review.review import Review
from review.wording import levels_in_words, number, statistic_title

__all__ = ["compare_all", "compare_controls", "compare_sheet", "data_places", "usual_pair"]

_IN_BOTH, _FIRST, _SECOND = "both", "first alone", "second alone"
_SIDES = ("from", "to")
_NO_COUNTRY = "no country has an answer in both"
_SAME, _ONE_SERIES, _TWO_SERIES = (
    "the same edition twice: nothing can have changed",
    "both of one series",
    "pick two editions of one series: nothing below compares two series",
)
_WORDED = "worded otherwise"
_SORT_OFFSET = 100_000  # more than there are countries
_MOST_CRITERIA = 12  # whose figures stand among the headlines


def usual_pair(reviews: list[Review]) -> tuple[Review, str, str]:
    """The newest edition, and the newest before it that has countries in common; of the first series that has such two."""
    for review in reviews:
        codes = {edition: set(part["country"]) for edition, part in review.matrix.rows.groupby("edition")}
        for n in range(len(review.answered_editions) - 1, 0, -1):
            last = review.answered_editions[n]
            for before in reversed(review.answered_editions[:n]):
                if codes[before] & codes[last]:
                    return review, before, last
    review = max(reviews, key=lambda one: len(one.matrix.rows))
    return review, review.edition_ids[0], review.edition_ids[-1]


def compare_sheet(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> Page:
    """The sheet. First shown is what is `picked`, a series and two of its editions; else the newest two with countries in common."""
    review, first, second = picked or usual_pair(reviews)
    framework = review.framework
    labels = (edition_label(review, first), edition_label(review, second))
    picks: list[Dropdown | Computed] = [
        Dropdown("from", "First edition", "edition_list.label", labels[0], "pick an edition"),
        Dropdown("to", "Second edition", "edition_list.label", labels[1], "pick another of the same series"),
        Computed("one_series", "These are", _one_series(labels)),
        Computed("in_both", "Countries in both", _in_both(review, first, second)),
        *([_rules(review, first, second)] if framework.rules else []),
        edited_note("compare_typed"),
    ]
    signs = "   ".join(f"{CHANGE_SIGNS[change]} {change_words(change)}" for change in changes_of(framework))
    page = Page("Compare", "Compare two editions", breaks=("By country, those with a change first",))
    page.blocks = [
        Controls(tuple(picks), span=2),
        Heading("Figures: published, and from answers"),
        _figures(reviews, review, first, second),
        Text(
            "A change in a series that is not scored is a change of statement, not a change of law. Published figures are of the countries that each edition covers."
        ),
        Heading("By criterion: how many countries, of those with an answer in both"),
        _by_criterion(review, first, second),
    ]
    if any(one.scored for one in reviews):
        page.blocks += [
            Heading("Levels: from the first (down) to the second (across), countries in both; of scored series"),
            _transitions(review, first, second),
        ]
    rows = range(1, len({code for one in reviews for code in one.matrix.rows["country"]}) + 1)
    page.blocks += [
        Heading("By country, those with a change first"),
        Text(
            f"{signs} (not determined: silent or unclear in one of the two; not comparable: does not apply, or is worded otherwise)"
        ),
        Table.of(
            "compare_countries",
            "What changed in each country between the two editions picked",
            _country_columns(reviews),
            rows,
            filtered=True,
            sparse=True,
        ),
    ]
    return page


def _one_series(labels: tuple[str, str]) -> Formula:
    texts = [text_of(text) for text in (_SAME, _ONE_SERIES, _TWO_SERIES)]
    formula = f"=IF([from]=[to],{texts[0]},IF([from_series]=[to_series],{texts[1]},{texts[2]}))"
    return Formula(formula, _SAME if labels[0] == labels[1] else _ONE_SERIES)


def _in_both(review: Review, first: str, second: str) -> Formula:
    both = _count_both(review, first, second)
    count = f"COUNTIF([compare_all.presence],{text_of(_IN_BOTH)})"
    return Formula(f"=IF({count}=0,{text_of(_NO_COUNTRY)},{count})", both or _NO_COUNTRY)


def _count_both(review: Review, first: str, second: str) -> int:
    rows = review.matrix.rows
    codes = [set(rows.loc[rows["edition"] == edition, "country"]) for edition in (first, second)]
    return len(codes[0] & codes[1])


def compare_controls(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> list[Computed]:
    """What the sheet needs beside what is picked; for the hidden lists."""
    review, *editions = picked or usual_pair(reviews)
    labels = [edition_label(review, edition) for edition in editions]
    return [
        Computed("from_series", "Series of the first", Lookup("edition_list.series", "[from]", "label")),
        Computed("to_series", "Series of the second", Lookup("edition_list.series", "[to]", "label")),
        # of two series nothing is compared: a blank key finds nothing
        *(
            Computed(f"{side}_key", f"Key, {side}", Formula(f'=IF([from_series]=[to_series],[{side}],"")', label))
            for side, label in zip(_SIDES, labels, strict=True)
        ),
        *(
            Computed(
                f"{side}_{what}",
                f"{what.capitalize()}, {side}",
                Lookup(f"edition_list.{what}", f"[{side}_key]", "label"),
            )
            for side in _SIDES
            for what in ("covered", "recorded", "scored")
        ),
    ]


def _rules(review: Review, first: str, second: str) -> Computed:
    """Whether the two editions judge by the same rules of levels; where not, figures of levels do not compare."""
    one, other = (f"INDEX([edition_list.rule],MATCH([{name}],[edition_list.label],0))" for name in ("from", "to"))
    rules = [
        "; ".join(level.title for level in review.judged(edition).levels) if review.scored else ""
        for edition in (first, second)
    ]
    same, differ, none = "the same in both", ("the rules differ. First: ", ". Second: "), "not scored: no levels"
    differs = f"{text_of(differ[0])}&{one}&{text_of(differ[1])}&{other}"
    formula = f'=IF([from_scored]<>"yes",{text_of(none)},IF({one}={other},{text_of(same)},{differs}))'
    value = (
        none if not review.scored else same if rules[0] == rules[1] else f"{differ[0]}{rules[0]}{differ[1]}{rules[1]}"
    )
    return Computed("same_rules", "Levels", Formula(formula, value))


def _figures(reviews: list[Review], review: Review, first: str, second: str) -> Table:
    """The headlines and criteria on both sides: published, from answers, and the change."""
    framework = review.framework
    scored = any(one.scored for one in reviews)
    statistics = ["reviewed", "recorded", *(framework.headline_statistics() if scored else ())]
    if len(framework.criteria) <= _MOST_CRITERIA:
        statistics += [f"criterion:{id}:{framework.highest}" for id in framework.criterion_ids]
    counted = {(row.edition, row.statistic): (row.lower, row.upper) for row in review.statistics().itertuples()}
    stated = published_figures(review)
    published = any(len(one.series.figures.frame) for one in reviews)
    columns = [Column("Statistic", 30, "text_wrapped", lambda id: statistic_title(id, framework))]
    for side, name, edition in (("First", "from", first), ("Second", "to", second)):
        if published:
            columns += [
                Column(f"{side}: published", 11, "number", _published_figure(name), f"{name}:published"),
                Column(f"{side}: published share", 11, "percent", _published_share(stated, name, edition), f"{name}:share"),
            ]  # fmt: skip
        columns += [
            Column(f"{side}: at least", 10, "number", _bound(review, name, edition, counted, 0), f"{name}:least"),
            Column(f"{side}: at most", 10, "number", _bound(review, name, edition, counted, 1), f"{name}:most"),
        ]
    if published:
        columns += [
            Column("Change, published", 11, "change", _difference(review, stated, first, second, share=False)),
            Column("Change in percentage points", 13, "points", _difference(review, stated, first, second, share=True)),
            Column("Sources", 18, "text_wrapped", lambda id: _sources(stated, first, second, id)),
        ]
    else:
        columns += [
            Column("Change: at least", 10, "change", _change_bound(review, first, second, counted, 0)),
            Column("Change: at most", 10, "change", _change_bound(review, first, second, counted, 1)),
        ]
    return Table.of("compare_figures", "Figures of both editions", columns, statistics)


def _counts(statistic: str) -> bool:
    return statistic not in ("reviewed", "recorded", "score:mean")


_Published = Mapping[tuple[str, str], tuple[Any, Any, Any]]


def _share_value(stated: _Published, edition: str, statistic: str) -> float | str:
    found = stated.get((edition, statistic))
    return float(found[0]) / float(found[1]) if found and found[1] and _counts(statistic) else ""


def _published_figure(name: str) -> Callable[[str], Lookup]:
    return lambda id: Lookup("published_list.value", f"[{name}_key]|{id}")


def _published_share(stated: _Published, name: str, edition: str) -> Any:
    def made(statistic: str) -> Cell:
        if not _counts(statistic):
            return ""
        key = f"MATCH([{name}_key]&{text_of('|' + statistic)},[published_list.key],0)"
        return Formula(
            f'=IFERROR([@{name}:published]/INDEX([published_list.covered],{key}),"")',
            _share_value(stated, edition, statistic),
        )

    return made


def _bound(
    review: Review, name: str, edition: str, counted: Mapping[tuple[str, str], tuple[Any, Any]], end: int
) -> Any:
    framework = review.framework

    def made(statistic: str) -> Formula:
        formula = statistic_bounds(framework, statistic, rows_of(f"[{name}_key]"), f"[{name}_covered]")[end][1:]
        tested = f'OR([{name}_recorded]="",[{name}_recorded]=0,[{name}_covered]="")'
        if statistic not in ("reviewed", "recorded") and not statistic.startswith("criterion:"):
            tested = f'OR([{name}_recorded]="",[{name}_recorded]=0,[{name}_covered]="",[from_scored]<>"yes")'
        has_answers = bool((review.matrix.rows["edition"] == edition).any())
        bounds = counted[edition, statistic]
        is_shown = has_answers and not pd.isna(bounds[end]) and (review.scored or "scored" not in tested)
        value = number(bounds[end]) if is_shown else ""
        return Formula(f'=IF({tested},"",{formula})', value)

    return made


def _change_bound(
    review: Review, first: str, second: str, counted: Mapping[tuple[str, str], tuple[Any, Any]], end: int
) -> Any:
    """The least or the greatest change that the bounds on both sides leave."""
    later, earlier = (("least", "most"), ("most", "least"))[end]
    before, after = (
        _bound(review, name, edition, counted, n)
        for name, edition, n in (("from", first, 1 - end), ("to", second, end))
    )

    def made(statistic: str) -> Formula:
        values = [cell(statistic).value for cell in (after, before)]
        value = "" if "" in values else values[0] - values[1]
        formula = f'IF(OR([@to:{later}]="",[@from:{earlier}]=""),"",[@to:{later}]-[@from:{earlier}])'
        return _unless_apart(review, (first, second), statistic, formula, value)

    return made


def _unless_apart(review: Review, editions: tuple[str, str], statistic: str, formula: str, value: Any) -> Formula:
    """A change, or that there is none to tell: the two editions word the criterion otherwise."""
    if not statistic.startswith("criterion:"):
        return Formula(f"={formula}", value)
    id = statistic.split(":")[1]
    fits = dict(
        zip(review.framework.criterion_ids, comparable(review.framework, review.series.id, *editions), strict=True)
    )
    return Formula(f"=IF({_apart(id)},{text_of(_WORDED)},{formula})", value if fits[id] else _WORDED)


def _apart(id: str) -> str:
    """Whether the two editions put a criterion so differently that it does not compare."""
    return f'ISNUMBER(MATCH([from]&"|"&[to]&{text_of("|" + id)},[apart_list.key],0))'


def _difference(review: Review, stated: _Published, first: str, second: str, *, share: bool) -> Any:
    key = "share" if share else "published"

    def made(statistic: str) -> Cell:
        sides = [
            _share_value(stated, edition, statistic)
            if share
            else (found[0] if (found := stated.get((edition, statistic))) else "")
            for edition in (first, second)
        ]
        value = "" if "" in sides else (sides[1] - sides[0]) * (100 if share else 1)  # type: ignore[operator]  # numbers
        if share and not _counts(statistic):
            return ""
        factor = "*100" if share else ""
        formula = f'IF(OR([@from:{key}]="",[@to:{key}]=""),"",([@to:{key}]-[@from:{key}]){factor})'
        return _unless_apart(review, (first, second), statistic, formula, value)

    return made


def _sources(stated: _Published, first: str, second: str, statistic: str) -> Formula:
    parts = [
        f'IFERROR(INDEX([published_list.source],MATCH([{name}_key]&{text_of("|" + statistic)},[published_list.key],0)),"")'
        for name in ("from", "to")
    ]
    found = [stated.get((edition, statistic)) for edition in (first, second)]
    between = f'IF(AND({parts[0]}<>"",{parts[1]}<>""),"; ","")'
    return Formula(f"={parts[0]}&{between}&{parts[1]}", "; ".join(str(one[2]) for one in found if one))


def _shown_changes(review: Review, first: str, second: str) -> list[dict[str, Any]]:
    """What the comparison says of each country in both."""
    frame = review.compare(first, second).countries
    return list(frame[frame["presence"] == "both"].to_dict("records"))


def _by_criterion(review: Review, first: str, second: str) -> Table:
    """How many countries show each change, by criterion."""
    framework = review.framework
    both = _shown_changes(review, first, second)

    def cell(change: Change) -> Any:
        count = "COUNTIF([compare_all.change:{}],{})"

        def made(criterion: Any) -> Formula:
            value = sum(row[criterion.id] == change for row in both)
            return Formula(f"={count.format(criterion.id, text_of(CHANGE_SIGNS[change]))}", value)

        return made

    columns = [Column("Criterion", 30, value=lambda criterion: criterion.short)]
    columns += [
        Column(f"{CHANGE_SIGNS[change]} {change_words(change)}", 10, "number", cell(change))
        for change in changes_of(framework)
    ]
    return Table.of("compare_criteria", "Countries by change and criterion", columns, framework.criteria)


def _transitions(review: Review, first: str, second: str) -> Table:
    """How many countries in both went from each level to each; not determined where not exactly one is possible."""
    framework = review.framework
    levels = [*enumerate(_level_names(framework), 1), (0, "not determined")]
    pairs = (
        [
            tuple(_level_number(row[f"levels_{side}"], framework) for side in ("from", "to"))
            for row in _shown_changes(review, first, second)
        ]
        if review.scored
        else []
    )
    both = bool(pairs)
    scored = '=IF(OR(ISTEXT([in_both]),COUNT([compare_all.level_from])=0),"",{})'

    def cell(end: int) -> Any:
        def made(start: tuple[int, str]) -> Formula:
            count = f"COUNTIFS([compare_all.presence],{text_of(_IN_BOTH)},[compare_all.level_from],{start[0]},[compare_all.level_to],{end})"
            return Formula(scored.format(count), pairs.count((start[0], end)) if both else "")

        return made

    columns = [Column("From (down), to (across)", 30, value=lambda level: level[1])]
    columns += [Column(title, 10, "number", cell(number_)) for number_, title in levels]
    return Table.of("compare_levels", "Countries by level in the first and in the second edition", columns, levels)


def _level_names(framework: Framework) -> list[str]:
    """The heading of each level, and of what single editions judge in its place."""
    return [
        " / ".join(
            dict.fromkeys([level.short, *(rule.level.short for rule in framework.rules if rule.level.id == level.id)])
        )
        for level in framework.levels
    ]


def _level_number(possible: tuple[str, ...], framework: Framework) -> int:
    """The place of a country's level, the best being 1; 0 where not exactly one is possible."""
    return framework.level_ids.index(possible[0]) + 1 if len(possible) == 1 else 0


def _country_columns(reviews: list[Review]) -> list[Column]:
    """What is shown of the country at each place of the order."""

    def found(key: str) -> Any:
        return lambda n: Lookup(f"compare_all.{key}", str(n), "place")

    columns = [Column("Country", 30, value=found("name"))]
    columns += [
        Column(
            column.heading,
            column.width if column.rotated else max(column.width, 10),
            column.style,
            found(key.replace("mark:", "change:")),
            marked=column.marked,
            rotated=column.rotated,
        )
        for column, key, _ in mark_columns(reviews[0].framework)
    ]
    if any(review.scored for review in reviews):
        columns += [
            Column("Level in the first", 16, "text_wrapped", found("short_from")),
            Column("Level in the second", 16, "text_wrapped", found("short_to")),
        ]
    return [
        *columns,
        Column("Region", 9, value=found("region")),
        Column("In which edition", 13, value=found("presence")),
        Column("Code", 8, "text_quiet", found("code")),
    ]


def compare_all(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> Table:
    """Every country by name, what became of it between the editions picked, and its place in what is shown."""
    review, first, second = picked or usual_pair(reviews)
    framework = review.framework
    scored = any(one.scored for one in reviews)
    codes = {code for one in reviews for code in one.matrix.rows["country"]}
    known = review.registry.frame[review.registry.frame["code"].isin(codes)].sort_values("order").to_dict("records")
    places = data_places(reviews)
    both = {row["country"]: row for row in _shown_changes(review, first, second)}
    scores = {(row["edition"], row["country"]): row for row in review.scores().to_dict("records")} if scored else {}
    moved = {CHANGE_SIGNS[change] for change in Change if change.moves}
    items: list[dict[str, Any]] = []
    for n, country in enumerate(known, 1):
        code = country["code"]
        row_from, row_to = (places.get(row_key(review, edition, code), 0) for edition in (first, second))
        item: dict[str, Any] = {**country, "number": n, "from": row_from, "to": row_to}
        item["presence"] = _IN_BOTH if row_from and row_to else _FIRST if row_from else _SECOND if row_to else ""
        item |= {
            f"change:{id}": CHANGE_SIGNS[Change(both[code][id])] if code in both else ""
            for id in framework.criterion_ids
        }
        sides = [scores.get((edition, code)) if review.scored else None for edition in (first, second)]
        judged = [review.judged(edition) for edition in (first, second)]
        short = [
            "" if side is None else levels_in_words(side["levels"], rules, short=True)
            for side, rules in zip(sides, judged, strict=True)
        ]
        item |= {"short_from": short[0], "short_to": short[1]}
        item |= {
            f"level_{name}": "" if side is None else _level_number(side["levels"], framework)
            for name, side in zip(("from", "to"), sides, strict=True)
        }
        levels = [item[f"level_{side}"] for side in _SIDES]
        changed = any(item[f"change:{id}"] in moved for id in framework.criterion_ids)
        changed = changed or (0 not in levels and "" not in levels and levels[0] != levels[1])
        rank = 0 if changed else 1 if item["presence"] == _IN_BOTH else 2
        item["sort"] = rank * _SORT_OFFSET + n if item["presence"] else ""
        items.append(item)
    order = {n: place for place, n in enumerate(sorted(one["sort"] for one in items if one["sort"] != ""), 1)}
    for item in items:
        item["place"] = str(order[item["sort"]]) if item["sort"] != "" else ""
    return Table.of(
        "compare_all",
        "What became of every country between the two editions picked",
        _all_columns(framework, scored=scored),
        items,
    )


def data_places(reviews: list[Review]) -> dict[str, int]:
    """The place (from 1) of each row of Data, by its key."""
    keys = [
        row_key(review, edition, country)
        for review in reviews
        for edition, country in review.scores()[["edition", "country"]].itertuples(index=False)
    ]
    return {key: n for n, key in enumerate(keys, 1)}


def _all_columns(framework: Framework, *, scored: bool) -> list[Column]:
    def item(name: str) -> Any:
        return lambda one: one[name]

    presence = (
        f'=IF([@from]*[@to]>0,{text_of(_IN_BOTH)},IF([@from]>0,{text_of(_FIRST)},IF([@to]>0,{text_of(_SECOND)},"")))'
    )
    moves = [text_of(CHANGE_SIGNS[change]) for change in changes_of(framework) if change.moves]
    changed = "+".join(f"([@change:{id}]={sign})" for id in framework.criterion_ids for sign in moves)
    if scored:  # so is another level
        changed += "+IF(N([@level_from])*N([@level_to])=0,0,([@level_from]<>[@level_to])*1)"
    rank = f"IF({changed}>0,0,IF([@from]*[@to]>0,1,2))"
    sort = f'=IF([@from]+[@to]=0,"",{rank}*{_SORT_OFFSET}+[@number])'
    columns = [
        Column("Country", 30, value=item("name"), key="name"), Column("Code", 8, value=item("code"), key="code"), Column("Region", 12, value=item("region"), key="region"),
        Column("Number", 8, "number", item("number"), "number"),
        *(Column(f"Row in Data: {side}", 8, "number", item(side), side, f'=IFERROR(MATCH([{side}_key]&"|"&[@code],[data.label_key],0),0)') for side in ("from", "to")),
        Column("In which edition", 18, value=item("presence"), key="presence", formula=presence),
        *(Column(one.short, 10, value=item(f"change:{one.id}"), key=f"change:{one.id}", formula=_change(framework, one.id)) for one in framework.criteria),
        Column("Order", 8, "number", item("sort"), "sort", sort),
        Column("Place", 8, value=item("place"), key="place", formula='=IF([@sort]="","",COUNTIF([compare_all.sort],"<="&[@sort])&"")'),
    ]  # fmt: skip
    for column, key, ids in mark_columns(framework):
        if len(ids) > 1 or key.startswith("strip:"):
            formula = "=" + "&".join(f"[@change:{id}]" for id in ids)
            columns.append(Column(column.heading, 20, "strip", _together(ids), key, formula))
    if not scored:
        return columns
    return [
        *columns,
        *(Column(f"Level: {side}", 24, value=item(f"short_{side}"), key=f"short_{side}", formula="=" + _level("levels_short", side)) for side in ("from", "to")),
        *(Column(f"Number of the level: {side}", 8, "number", item(f"level_{side}"), f"level_{side}", "=" + _level("level_number", side)) for side in ("from", "to")),
    ]  # fmt: skip


def _together(ids: tuple[str, ...]) -> Callable[[Mapping[str, Any]], str]:
    return lambda one: "".join(one[f"change:{id}"] for id in ids)


def _change(framework: Framework, id: str) -> str:
    """The sign of a change between two rows of Data (semantics, section 5)."""
    was, now = (f"INDEX([data.ded:{id}],[@{side}])" for side in ("from", "to"))
    excused = text_of(Status.NOT_APPLICABLE.word)
    apart = _apart(id)
    ranks = "{" + ",".join(text_of(grade) for grade in framework.grades) + "}"
    rank = [f"MATCH({word},{ranks},0)" for word in (was, now)]
    sign = {change: text_of(sign) for change, sign in CHANGE_SIGNS.items()}
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
    return f'=IF([@from]*[@to]=0,"",{known})'


def _level(key: str, side: str) -> str:
    """What Data holds of the level in one of the editions; "" where the country is not in it, and of a series not scored."""
    none = f'INDEX([data.levels],[@{side}])=""'
    return f'IF([@{side}]=0,"",IF({none},"",INDEX([data.{key}],[@{side}])))'
