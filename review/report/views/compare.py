"""Two editions compared: as pages to read, to print and to mail; and as a sheet on which they are picked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from criteria import Framework, Status
from review.compare import Change, Comparison, Kind, changes_of, ordered_statistics, usual_pair
from review.report.blocks import (
    Amount,
    At,
    Cell,
    Column,
    Computed,
    Controls,
    Count,
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
from review.report.views.data import data_places, edited_note, edition_label, mark_columns, mark_groups, row_key
from review.report.views.lists import apart_list, published_list
from review.review import Review
from review.wording import (
    FOLLOWS,
    bounds_text,
    edition_notes,
    levels_in_words,
    number,
    plural,
    rules_differ,
    statistic_title,
)

__all__ = [
    "CHANGE_SIGNS", "change_headings", "change_words", "compare_all", "compare_controls", "compare_sheet",
    "comparison_pages", "coverage_page", "headline_pages", "levels_page",
]  # fmt: skip

_SIDES = ("from", "to")
_MOST_NAMED = 20  # JSON and CSV name all
_WORDS = {one.value: one.value.replace("_", " ") for one in (*Kind, *Change)}
_MOVES = [change.value for change in Change if change.moves]
_STATED = {
    Change.NEWLY_MET: "was no, now yes",
    Change.NO_LONGER_MET: "was yes, now no",
    Change.STILL_MET: "yes in both",
    Change.STILL_NOT_MET: "no in both",
}
# how each change of an answer is shown
CHANGE_SIGNS = dict(zip(Change, "▲↑▽↓●◎○◐×", strict=True))


def change_words(change: Change) -> str:
    """A change in words."""
    return "not determined" if change is Change.UNDETERMINED else _WORDS[change]


def comparison_pages(
    found: Comparison,
    review: Review,
    *,
    only: str | None = None,
    criterion: str | None = None,
    narrowed: str = "",
    cite: bool = False,
    every: bool = False,
) -> list[Page]:
    """The pages of `modellaw compare`: Headlines, In which edition, Criteria, Levels, Countries, Coverage.

    `only` and `criterion` narrow what is listed, not what is counted; `narrowed`: to which countries all is narrowed, in
    words. `every`: no list of names is cut short.
    """
    a, b = found.a, found.b
    if a.edition == b.edition and found.changes.empty and found.countries["presence"].eq("both").all():
        page = Page("Headlines", f"{review.series.title}: {a.edition} compared with {b.edition}")
        page.text("Both are the same edition: there is nothing to compare.")
        page.next(f"modellaw list editions --series {review.series.id}")
        return [page]
    pages = headline_pages(found, review, narrowed=narrowed, cite=cite, every=every)
    if not found.count("both"):
        pages[-1].next(f"modellaw list editions --series {review.series.id}")
        return pages
    pages.append(_criteria(found, review))
    if review.scored:
        pages.append(levels_page(found, review))
    pages.append(_countries(found, review, only, criterion))
    if review.scored:
        pages.append(coverage_page(found, review))
    for note in edition_notes(review.series, dict.fromkeys((a.edition, b.edition))):
        pages[-1].text(note)
    mailed = f"modellaw compare {a.edition} {b.edition} --series {review.series.id} --output compared.xlsx"
    pages[-1].next("modellaw country NAME", "" if narrowed else mailed)
    return pages


def headline_pages(
    found: Comparison, review: Review, *, narrowed: str = "", cite: bool = False, every: bool = False
) -> list[Page]:
    """The published headlines of both editions, and which countries have an answer in which. The options: see `comparison_pages`."""
    a, b = found.a, found.b
    first = Page("Headlines", f"{review.series.title}: {a.edition} compared with {b.edition}")
    if not review.scored:
        first.text(f"{review.series.caveat} A difference is a change of statement, not a change of law.".strip())
    if narrowed:
        counted = f"of the countries with an answer, {len(a.codes)} in {a.edition} and {len(b.codes)} in {b.edition}"
        first.text(f"Counted are only {narrowed}: {counted}.")
    elif len(review.series.figures.frame):
        _headlines(first, found, review, cite=cite)
    who = Page("In which edition", "From answers")
    _presence(who, found, review, every=every)
    return [first, who]


def _headlines(page: Page, found: Comparison, review: Review, *, cite: bool) -> None:
    a, b = found.a, found.b
    page.heading("Published headline figures")
    if found.headlines.empty:
        page.text("No statistic has a published figure in both.")
        return
    rows, notes, cited = list[tuple[Cell, ...]](), dict[str, None](), dict[str, None]()
    for row in found.headlines.to_dict("records"):
        title = " / ".join(dict.fromkeys(statistic_title(row["statistic"], side.framework) for side in (a, b)))
        points = None if pd.isna(row["points"]) else float(row["points"])
        sources = dict.fromkeys((row["from_source"], row["to_source"]))
        # of what is no count the figure alone
        sides = [
            Amount(number(row[side]), out_of=None if points is None else row[f"{side}_reviewed"]) for side in _SIDES
        ]
        rows.append((title, *sides, number(row["change"]), points, ", ".join(sources)))
        cited |= sources
        notes[rules_differ(review.framework, review.series, row["statistic"], (a.edition, b.edition))] = None
    columns = [Column("statistic", 0, "text_wrapped"), *(Column(side.edition, 0, "counted_of") for side in (a, b))]
    columns += [Column("change", 0, "change"), Column("points", 0, "points"), Column("sources", 0, "text_wrapped")]
    page.table(columns, rows, "Published figures of both editions, with both denominators")
    for note in notes:
        page.text(note, 3)
    if a.reviewed != b.reviewed:
        covered = [f"{'not known' if one.reviewed is None else one.reviewed} in {one.edition}" for one in (a, b)]
        page.text(
            f"The number of countries covered differs: {', '.join(covered)}. Some of the change may be coverage.", 3
        )
    for source in map(review.series.sources.__getitem__, cited if cite else ()):
        words = ". ".join(filter(None, [source.publisher, source.published, source.title]))
        page.text(f"{source.id}: {words}. {source.url}", 3, unbroken=True)


def _presence(page: Page, found: Comparison, review: Review, *, every: bool) -> None:
    a, b = found.a, found.b
    if not found.count("both"):
        answered = ", ".join(review.answered_editions) or "no edition"
        page.text(
            f"No country has an answer in both: {len(a.codes)} have one in {a.edition}, {len(b.codes)} in {b.edition}. Nothing can be said of change from answers. Editions with answers: {answered}."
        )
    words = {
        "both": f"with an answer in both {a.edition} and {b.edition}",
        "entered": f"entered: not covered in {a.edition}",
        "left": f"left: no longer covered in {b.edition}",
        "succeeded": "ended in between, and succeeded by others",
        "only_in_a": f"with an answer in {a.edition} alone",
        "only_in_b": f"with an answer in {b.edition} alone",
    }
    parts = dict(iter(found.countries.groupby("presence")))
    rows: list[tuple[Cell, ...]] = []
    for presence in (one for one in words if one in parts):
        listed = [] if presence == "both" else [_named(row, review) for row in parts[presence].to_dict("records")]
        more = 0 if every else len(listed) - _MOST_NAMED
        names = "; ".join(listed) if more <= 0 else f"{'; '.join(listed[:_MOST_NAMED])}; and {more} more"
        rows.append((len(parts[presence]), words[presence], names))
    if rows:
        columns = map(Column, ("countries", "where", "which"), (0, 0, 60), ("number", "text_wrapped", "text_wrapped"))
        page.table(columns, rows, "Countries in the two editions")


def _named(row: dict[str, Any], review: Review) -> str:
    successors = ", ".join(review.registry.name(code) for code in row["successors"])
    return f"{row['name']} (succeeded by {successors})" if successors else str(row["name"])


def _criteria(found: Comparison, review: Review) -> Page:
    page = Page("Criteria", f"By criterion, of the {plural(found.count('both'), 'country')} in both")
    changes = changes_of(review.framework)
    rows: list[tuple[Cell, ...]] = [
        (review.framework.criterion(row["criterion"]).short, *(int(row[change]) for change in changes))
        for row in found.criteria.to_dict("records")
    ]
    heads = {"criterion": "text"} | dict.fromkeys(change_headings(review), "number_wrapped")
    page.table(heads, rows, "What became of each criterion")
    return page


def change_headings(review: Review) -> list[str]:
    """What each change is called above its count; in a series that is not scored it is one of statement."""
    words = {change: _WORDS[change] for change in Change} | ({} if review.scored else _STATED)
    return [words[change] for change in changes_of(review.framework)]


def levels_page(found: Comparison, review: Review) -> Page:
    """How many countries in both went from each level to each."""
    page = Page("Levels", f"Levels: from {found.a.edition} (down) to {found.b.edition} (across)")
    names = {
        id: " / ".join(dict.fromkeys(side.framework.level(id).short for side in (found.a, found.b)))
        for id in review.framework.level_ids
    } | {"undetermined": "undetermined"}
    table = found.transitions.pivot(index="from", columns="to", values="countries")
    columns = [Column("level"), *(Column(name, 0, "number_wrapped") for name in names.values())]
    rows: list[tuple[Cell, ...]] = [(name, *(int(table.at[id, one]) for one in names)) for id, name in names.items()]
    page.table(columns, rows, "Countries by level in both editions")
    return page


def _countries(found: Comparison, review: Review, only: str | None, criterion: str | None) -> Page:
    """Country by country: what changed, apart from what merely came to be stated or fell silent."""
    changes = found.changes
    if criterion is not None:
        changes = changes[changes["criterion"] == criterion]
    if only is not None:
        chosen = found.countries["kind"].isin({only, f"{only}_at_least"})
        changes = changes[changes["country"].isin(found.countries.loc[chosen, "country"])]
    countries = {row["country"]: row for row in found.countries.to_dict("records")}
    editions = (found.a.edition, found.b.edition)

    def rows(part: pd.DataFrame) -> list[tuple[Cell, ...]]:
        return [_change_row(row, countries[row["country"]], found, review) for row in part.to_dict("records")]

    heads = [Column("country", 0, "text_wrapped"), *(Column(head) for head in ("criterion", *editions, "cause"))]
    if review.scored:
        heads += [Column(head, 0, "text_wrapped") for head in ("country as a whole", "level", "score")]
    title = "What changed" if review.scored else "Change of statement between no and yes"
    page = Page("Countries", f"{title}, by country")
    moves, apart = changes["change"].isin(_MOVES), changes["change"] == Change.NOT_COMPARABLE.value
    moved = changes[moves]
    if moved.empty:
        page.text("Nothing of that kind.")
    else:
        page.table(heads, rows(moved), "What changed from {} to {}".format(*editions))
        if moved[["was_follows", "now_follows"]].any(axis=None):
            page.text(f"{FOLLOWS} not stated itself: follows from another answer.", 3)
    for heading, part in (
        ("Was silent or unclear, now stated; or the other way round", changes[~moves & ~apart]),
        ("Not comparable: does not apply in one of them, or is worded otherwise", changes[apart]),
    ):
        if len(part):
            page.heading(heading)
            page.table(heads[:4], [row[:4] for row in rows(part)], heading)
    return page


def _change_row(row: dict[str, Any], country: dict[str, Any], found: Comparison, review: Review) -> tuple[Cell, ...]:
    """A changed answer; `country`: the row of its country in the comparison."""
    marks = [(review.mark(str(row[side])), FOLLOWS if row[f"{side}_follows"] else "") for side in ("was", "now")]
    shown = [f"{mark.sign}{follows} {mark.words}" for mark, follows in marks]
    causes = ", ".join(str(cause).replace("_", " ") for cause in row["causes"])
    cells = (str(row["name"]), review.framework.criterion(str(row["criterion"])).short, *shown, causes)
    if not review.scored:
        return cells
    sides = (("from", found.a), ("to", found.b))
    level = " → ".join(levels_in_words(country[f"levels_{name}"], side.framework) for name, side in sides)
    ends = [(country[f"lower_{side}"], country[f"upper_{side}"]) for side in _SIDES]
    decimals = review.framework.decimals
    score = " → ".join("no score" if low is None else bounds_text(low, high, decimals) for low, high in ends)
    return (*cells, _WORDS[country["kind"]], level, score)


def coverage_page(found: Comparison, review: Review) -> Page:
    """For the headline statistics: what the rules make of them, what is change in the same countries, and what is coverage."""
    page = Page("Coverage", "What is change, and what is coverage")
    a, b = found.a, found.b
    frame = found.statistics.set_index(["statistic", "part"])
    parts = {
        "from": a.edition, "both_from": "of these, in both", "left": "left", "only_in_a": f"in {a.edition} alone",
        "to": b.edition, "both_to": "of these, in both", "entered": "entered", "only_in_b": f"in {b.edition} alone",
    }  # fmt: skip
    ids = review.framework.headline_statistics()
    rows: list[tuple[Cell, ...]] = [
        (words, *(_bounds(frame.loc[(id, part)]) for id in ids)) for part, words in parts.items()
    ]
    heads = [Column(statistic_title(id, review.framework), 0, "bounds_wrapped") for id in ids]
    page.table([Column("countries", 0, "text_wrapped"), *heads], rows, "The headlines from answers, by part")
    unrecorded = [
        f"{side.edition}: {'not known' if many is None else many}"
        for side, many in zip((a, b), found.unrecorded, strict=True)
    ]
    page.text(f"Covered, but without an answer here: {'; '.join(unrecorded)}.", 3)
    if found.unlike:
        _by_each_rule(page, found, review)
    return page


def _bounds(row: pd.Series) -> Amount:
    return Amount(row["lower"], row["upper"])


def _by_each_rule(page: Page, found: Comparison, review: Review) -> None:
    """The figures from answers that the rules of the two editions count otherwise, by either rule (semantics, section 5)."""
    a, b = found.a, found.b
    page.heading("From answers, by the rule of each edition and by one rule for both")
    own = found.statistics.set_index(["statistic", "part"])
    like = found.like_for_like.set_index(["rules", "statistic", "part"])
    rows: list[tuple[Cell, ...]] = [
        (statistic_title(id, review.framework), edition, _bounds(own.loc[(id, name)]), *(_bounds(like.loc[(rule, id, name)]) for rule in _SIDES))
        for id in ordered_statistics(a, b) if id in found.unlike and ":without:" not in id
        for name, edition in zip(_SIDES, (a.edition, b.edition), strict=True)
    ]  # fmt: skip
    heads = ("by its own", f"by that of {a.edition}", f"by that of {b.edition}")
    columns = [Column("statistic", 0, "text_wrapped"), Column("edition"), *(Column(head, 0, "bounds_wrapped") for head in heads)]  # fmt: skip
    page.table(columns, rows, "Statistics by either rule")


# the sheet


_IN_BOTH, _FIRST, _SECOND = "both", "first alone", "second alone"
_NO_COUNTRY = "no country has an answer in both"
_SAME, _ONE_SERIES, _TWO_SERIES = (
    "the same edition twice: nothing can have changed",
    "both of one series",
    "pick two editions of one series: nothing below compares two series",
)
_WORDED = "worded otherwise"
_SORT_OFFSET = 100_000  # more than there are countries
_MOST_CRITERIA = 12  # whose figures stand among the headlines


def compare_sheet(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> Page:
    """The sheet. First shown is what is `picked`, a series and two of its editions; else the newest two with countries in common."""
    review, *editions = picked or usual_pair(reviews)
    framework = review.framework
    labels = [edition_label(review, edition) for edition in editions]
    same, one, two = map(text_of, (_SAME, _ONE_SERIES, _TWO_SERIES))

    def series(at: At) -> str:
        if at("from") == at("to"):
            return _SAME
        return _ONE_SERIES if at("from_series") == at("to_series") else _TWO_SERIES

    these = f"=IF([from]=[to],{same},IF([from_series]=[to_series],{one},{two}))"
    picks: tuple[Dropdown | Computed, ...] = (
        Dropdown("from", "First edition", "edition_list.label", labels[0], "pick an edition"),
        Dropdown("to", "Second edition", "edition_list.label", labels[1], "pick another of the same series"),
        Computed("one_series", "These are", Formula(these, series)),
        Computed("in_both", "Countries in both", Count((("compare_all.presence", _IN_BOTH),), _NO_COUNTRY, "from_key")),
        *([Computed("same_rules", "Levels", _rules())] if framework.rules else []),
        edited_note("compare_typed"),
    )
    signs = "   ".join(f"{CHANGE_SIGNS[change]} {change_words(change)}" for change in changes_of(framework))
    published = any(len(one.series.figures.frame) for one in reviews)
    notes = [
        "A change in a series that is not scored is a change of statement, not a change of law.",
        *(["Published figures are of the countries that each edition covers."] if published else []),
        "Blank: nothing to compare, or nothing is known.",
    ]
    levels = "Levels: from the first (down) to the second (across), countries in both; of scored series"
    by_country = "By country, those with a change first"
    by_criterion = "By criterion: how many countries, of those with an answer in both"
    page = Page("Compare", "Compare two editions", breaks=(by_criterion, by_country))
    page.blocks = [
        Controls(picks, span=2),
        Heading("Figures: published, and from answers" if published else "Figures, from answers"),
        _figures(reviews, review.compare(*editions), published=published),
        Text(" ".join(notes)),
        Heading(by_criterion),
        _by_criterion(framework),
    ]  # fmt: skip
    if any(one.scored for one in reviews):
        page.blocks += [Heading(levels), _transitions(framework)]
    rows = range(1, len({code for one in reviews for code in one.matrix.rows["country"]}) + 1)
    description = "What changed in each country between the two editions picked"
    page.blocks += [
        Heading(by_country),
        Text(f"{signs} (not determined: silent or unclear in one of the two; not comparable: does not apply, or is worded otherwise)"),
        Table.of("compare_countries", description, _country_columns(reviews), rows, filtered=True, sparse=True),
    ]  # fmt: skip
    return page


def compare_controls() -> list[Computed]:
    """What the sheet needs beside what is picked; for the hidden lists."""
    found: list[Computed] = []
    for side in _SIDES:
        # of two series nothing is compared: a blank key finds nothing
        key = Formula(f'=IF([from_series]=[to_series],[{side}],"")', _same_series(side))
        lookups = {"series": Lookup("edition_list.series", f"[{side}]", "label")}
        lookups |= {
            what: Lookup(f"edition_list.{what}", f"[{side}_key]", "label")
            for what in ("rule", "scored", "counted", "judged")
        }
        found += [
            Computed(f"{side}_{what}", f"{what}, {side}", cell) for what, cell in ({"key": key} | lookups).items()
        ]
    in_both = ("ISNUMBER([in_both])", lambda at: isinstance(at("in_both"), int))
    judged = ('[from_scored]="yes"', lambda at: at("from_scored") == "yes")
    found.append(Computed("compared", "whether any country is in both", _where(in_both)))
    return [*found, Computed("levels_compared", "the same, and levels are judged", _where(in_both, judged))]


def _where(*tests: tuple[str, Callable[[At], bool]]) -> Formula:
    """1 where all tests hold, else blank."""
    formula = ",".join(text for text, _ in tests)
    return Formula(f'=IF(AND({formula}),1,"")', lambda at: 1 if all(test(at) for _, test in tests) else "")


def _same_series(side: str) -> Callable[[At], Any]:
    return lambda at: at(side) if at("from_series") == at("to_series") else ""


def _rules() -> Formula:
    """Whether the two editions judge by the same rules of levels; where not, figures of levels do not compare."""
    none, same, first, second = "no levels to compare", "the same in both", "the rules differ. First: ", ". Second: "
    differ = f"{text_of(first)}&[from_rule]&{text_of(second)}&[to_rule]"
    formula = f'=IF(OR([from_rule]="",[to_rule]=""),{text_of(none)},IF([from_rule]=[to_rule],{text_of(same)},{differ}))'

    def value(at: At) -> str:
        one, other = at("from_rule"), at("to_rule")
        return none if not (one and other) else same if one == other else f"{first}{one}{second}{other}"

    return Formula(formula, value)


def _figures(reviews: list[Review], found: Comparison, *, published: bool) -> Table:
    """The headlines and criteria on both sides: published, from answers, and the change."""
    framework = reviews[0].framework
    statistics = ["reviewed", "recorded"]
    statistics += framework.headline_statistics() if any(one.scored for one in reviews) else ()
    if len(framework.criteria) <= _MOST_CRITERIA:
        statistics += [f"criterion:{id}:{framework.highest}" for id in framework.criterion_ids]
    columns = [Column("Statistic", 30, "text_wrapped", lambda id: statistic_title(id, framework))]
    for side, name in zip(("First", "Second"), _SIDES, strict=True):
        if published:
            columns += [
                Column(f"{side}: published", 11, "number", _stated(name, "value"), f"{name}:published"),
                Column(f"{side}: published share", 11, "percent", _stated(name, "share"), f"{name}:share"),
            ]
        columns += [
            Column(f"{side}: at least", 10, "number", _bound(framework, found, name, 0), f"{name}:least"),
            Column(f"{side}: at most", 10, "number", _bound(framework, found, name, 1), f"{name}:most"),
        ]
    apart = set(apart_list(reviews).cells("key"))
    changes = [
        ("Change, published", "change", "published", "published", 1),
        ("Change in percentage points", "points", "share", "share", 100),
    ]
    if not published:
        changes = [("Change: at least", "change", "least", "most", 1)]
        changes.append(("Change: at most", "change", "most", "least", 1))
    columns += [
        Column(head, 11, style, _difference(to, was, factor, apart)) for head, style, to, was, factor in changes
    ]
    if published:
        columns.append(Column("Sources", 22, "text_wrapped", _sources(published_list(reviews))))
    return Table.of("compare_figures", "Figures of both editions", columns, statistics)


def _sources(stated: Table) -> Callable[[str], Formula]:
    """The cells that name the sources of both sides, which stand in this list."""
    sources = dict(zip(stated.cells("key"), stated.cells("source"), strict=True))

    def made(id: str) -> Formula:
        keys = [f"[{side}_key]&{text_of('|' + id)}" for side in _SIDES]
        one, other = (f'IFERROR(INDEX([published_list.source],MATCH({key},[published_list.key],0)),"")' for key in keys)

        def value(at: At) -> str:
            return "; ".join(str(sources[key]) for side in _SIDES if (key := f"{at(f'{side}_key')}|{id}") in sources)

        return Formula(f'={one}&IF(AND({one}<>"",{other}<>""),"; ","")&{other}', value)

    return made


def _stated(name: str, what: str) -> Any:
    return lambda id: Lookup(f"published_list.{what}", f"[{name}_key]|{id}")


def _bound(framework: Framework, found: Comparison, name: str, end: int) -> Any:
    """The cells of one bound on one side; blank where no answers are held or it is not known of how many countries, and of levels where it is not scored."""
    part = found.statistics[found.statistics["part"] == name].set_index("statistic")[["lower", "upper"][end]]

    def made(statistic: str) -> Formula:
        is_level = statistic not in ("reviewed", "recorded") and not statistic.startswith("criterion:")
        shown = f"{name}_{'judged' if is_level else 'counted'}"
        formula = statistic_bounds(framework, statistic, rows_of(f"[{name}_key]"), f"[{name}_counted]")[end][1:]
        value = part.get(statistic)
        return Formula(
            f'=IF([{shown}]="","",{formula})', lambda at: "" if at(shown) == "" or pd.isna(value) else number(value)
        )

    return made


def _difference(later: str, earlier: str, factor: int, apart: Collection[Cell]) -> Any:
    """The cells of the difference of two columns; blank where a side is. `apart`: the keys of what does not compare."""
    to, was = f"@to:{later}", f"@from:{earlier}"
    difference = f'IF(OR([{to}]="",[{was}]=""),"",([{to}]-[{was}]){f"*{factor}" if factor > 1 else ""})'

    def made(statistic: str) -> Formula:
        id = statistic.split(":")[1] if statistic.startswith("criterion:") else ""

        def value(at: At) -> Any:
            if f"{at('from')}|{at('to')}|{id}" in apart:
                return _WORDED
            return "" if "" in (at(to), at(was)) else (at(to) - at(was)) * factor

        return Formula(f"=IF({_apart(id)},{text_of(_WORDED)},{difference})" if id else f"={difference}", value)

    return made


def _apart(id: str) -> str:
    """Whether the two editions put a criterion so differently that it does not compare."""
    return f'ISNUMBER(MATCH([from]&"|"&[to]&{text_of("|" + id)},[apart_list.key],0))'


def _by_criterion(framework: Framework) -> Table:
    """How many countries show each change, by criterion."""

    def cell(change: Change) -> Any:
        return lambda one: Count(((f"compare_all.change:{one.id}", CHANGE_SIGNS[change]),), needs="compared")

    columns = [Column("Criterion", 30, value=lambda one: one.short)]
    columns += [
        Column(f"{CHANGE_SIGNS[one]} {change_words(one)}", 10, "number", cell(one)) for one in changes_of(framework)
    ]
    return Table.of("compare_criteria", "Countries by change and criterion", columns, framework.criteria)


def _transitions(framework: Framework) -> Table:
    """How many countries in both went from each level to each; not determined where not exactly one is possible."""
    levels = [*enumerate(_level_names(framework), 1), (0, "not determined")]

    def cell(end: int) -> Any:
        both = ("compare_all.presence", _IN_BOTH)
        later = ("compare_all.level_to", end)
        return lambda level: Count((both, ("compare_all.level_from", level[0]), later), needs="levels_compared")

    columns = [Column("From (down), to (across)", 30, value=lambda level: level[1])]
    columns += [Column(title, 10, "number", cell(end)) for end, title in levels]
    return Table.of("compare_levels", "Countries by level in the first and in the second edition", columns, levels)


def _level_names(framework: Framework) -> list[str]:
    """The heading of each level, and of what single editions judge in its place."""
    names = {one.id: [one.short] for one in framework.levels}
    for rule in framework.rules:
        names[rule.level.id].append(rule.level.short)
    return [" / ".join(dict.fromkeys(each)) for each in names.values()]


def _country_columns(reviews: list[Review]) -> list[Column]:
    """What is shown of the country at each place of the order."""

    def found(key: str) -> Any:
        return lambda n: Lookup(f"compare_all.{key}", str(n), "place")

    columns = [Column("Country", 30, value=found("name"))]
    columns += [replace(column, value=found(column.key.replace("mark:", "change:")), key="") for column in mark_columns(reviews[0].framework, 10)]  # fmt: skip
    if any(review.scored for review in reviews):
        heads = zip(("first", "second"), _SIDES, strict=True)
        columns += [Column(f"Level in the {side}", 19, "text_wrapped", found(f"short_{name}")) for side, name in heads]
    return [
        *columns,
        Column("Region", 9, value=found("region")),
        Column("In which edition", 13, value=found("presence")),
        Column("Code", 8, "text_quiet", found("code")),
    ]


def compare_all(reviews: list[Review], picked: tuple[Review, str, str] | None = None) -> Table:
    """Every country by name, what became of it between the editions picked, and its place in what is shown."""
    review, *editions = picked or usual_pair(reviews)
    compared, places = review.compare(*editions), data_places(reviews)
    shown = {row["country"]: row for row in compared.countries.to_dict("records")}
    codes = {code for one in reviews for code in one.matrix.rows["country"]}
    known = review.registry.frame[review.registry.frame["code"].isin(codes)].sort_values("order")
    items: list[dict[str, Any]] = []
    for n, country in enumerate(known.to_dict("records"), 1):
        keys = [row_key(review, edition, country["code"]) for edition in editions]
        in_data = {side: places.get(key, 0) for side, key in zip(_SIDES, keys, strict=True)}
        became = _became(
            shown.get(country["code"]), compared, review, is_first=in_data["from"] > 0, is_second=in_data["to"] > 0
        )
        rank = became.pop("rank")
        items.append(
            {**country, **in_data, **became, "number": n, "sort": "" if rank is None else rank * _SORT_OFFSET + n}
        )
    order = {n: str(place) for place, n in enumerate(sorted(one["sort"] for one in items if one["sort"] != ""), 1)}
    items = [{**item, "place": order.get(item["sort"], "")} for item in items]
    description = "What became of every country between the two editions picked"
    columns = _all_columns(review.framework, scored=any(one.scored for one in reviews))
    return Table.of("compare_all", description, columns, items)


def _became(
    row: Mapping[str, Any] | None, compared: Comparison, review: Review, *, is_first: bool, is_second: bool
) -> dict[str, Any]:
    """What became of a country, `row` of the comparison; `rank`: 0 where it changed, 1 and 2 where not, None where it is in none."""
    ids, sides = review.framework.criterion_ids, dict(zip(_SIDES, (compared.a, compared.b), strict=True))
    presence = (_IN_BOTH if is_second else _FIRST) if is_first else _SECOND if is_second else ""
    changes = {id: Change(row[id]) for id in ids} if row and presence == _IN_BOTH else {}
    levels = {side: row[f"levels_{side}"] if row and review.scored else None for side in _SIDES}
    numbers = {side: "" if of is None else _level_number(of, review.framework) for side, of in levels.items()}
    words = {
        side: "" if of is None else levels_in_words(of, sides[side].framework, short=True)
        for side, of in levels.items()
    }
    moved = any(change.moves for change in changes.values())
    changed = moved or (all(numbers.values()) and len({*numbers.values()}) > 1)
    return {
        "presence": presence,
        "rank": None if not presence else 0 if changed else 1 if presence == _IN_BOTH else 2,
        **{f"change:{id}": CHANGE_SIGNS[changes[id]] if id in changes else "" for id in ids},
        **{f"short_{side}": of for side, of in words.items()},
        **{f"level_{side}": of for side, of in numbers.items()},
    }


def _level_number(possible: Iterable[str], framework: Framework) -> int:
    """The place of a country's level, the best being 1; 0 where not exactly one is possible."""
    found = [framework.level_ids.index(id) + 1 for id in possible]
    return found[0] if len(found) == 1 else 0


def _all_columns(framework: Framework, *, scored: bool) -> list[Column]:
    moves = [text_of(CHANGE_SIGNS[change]) for change in changes_of(framework) if change.moves]
    changed = "+".join(f"([@change:{id}]={sign})" for id in framework.criterion_ids for sign in moves)
    if scored:  # so is another level
        changed += "+IF(N([@level_from])*N([@level_to])=0,0,([@level_from]<>[@level_to])*1)"
    both, first, second = map(text_of, (_IN_BOTH, _FIRST, _SECOND))
    presence = f'=IF([@from]*[@to]>0,{both},IF([@from]>0,{first},IF([@to]>0,{second},"")))'
    sort = f'=IF([@from]+[@to]=0,"",IF({changed}>0,0,IF([@from]*[@to]>0,1,2))*{_SORT_OFFSET}+[@number])'
    columns = [
        Column("Country", 30, key="name"), Column("Code", 8, key="code"), Column("Region", 12, key="region"), Column("Number", 8, "number", key="number"),
        *(Column(f"Row in Data: {side}", 8, "number", key=side, formula=f'=IFERROR(MATCH([{side}_key]&"|"&[@code],[data.label_key],0),0)') for side in _SIDES),
        Column("In which edition", 18, key="presence", formula=presence),
        *(Column(one.short, 10, key=f"change:{one.id}", formula=_change(framework, one.id)) for one in framework.criteria),
        Column("Order", 8, "number", key="sort", formula=sort),
        Column("Place", 8, key="place", formula='=IF([@sort]="","",COUNTIF([compare_all.sort],"<="&[@sort])&"")'),
    ]  # fmt: skip
    for one in mark_groups(framework):
        formula = "=" + "&".join(f"[@change:{id}]" for id in one.criteria)
        columns.append(Column(one.title, 20, "strip", _together(one.criteria), one.key, formula))
    for head, name, key, style in (
        ("Level", "short", "levels_short", "text"),
        ("Number of the level", "level", "level_number", "number"),
    ):
        columns += [Column(f"{head}: {side}", 24, style, key=f"{name}_{side}", formula=_level(key, side)) for side in _SIDES if scored]  # fmt: skip
    return columns


def _together(ids: tuple[str, ...]) -> Any:
    return lambda one: "".join(one[f"change:{id}"] for id in ids)


def _change(framework: Framework, id: str) -> str:
    """The sign of a change between two rows of Data (semantics, section 5)."""
    was, now = (f"INDEX([data.ded:{id}],[@{side}])" for side in _SIDES)
    excused = text_of(Status.NOT_APPLICABLE.word)
    ranks = "{" + ",".join(text_of(grade) for grade in framework.grades) + "}"
    rank = [f"MATCH({word},{ranks},0)" for word in (was, now)]
    sign = {change: text_of(sign) for change, sign in CHANGE_SIGNS.items()}
    rises, falls = sign[Change.NEWLY_MET], sign[Change.NO_LONGER_MET]
    same, most = sign[Change.STILL_NOT_MET], len(framework.grades)
    if most > 2:
        rises = f"IF(AND({rank[0]}=1,{rank[1]}={most}),{rises},{sign[Change.MORE_MET]})"
        falls = f"IF(AND({rank[0]}={most},{rank[1]}=1),{falls},{sign[Change.LESS_MET]})"
        same = f"IF({rank[1]}=1,{same},{sign[Change.STILL_PARTLY_MET]})"
    same = f"IF({rank[1]}={most},{sign[Change.STILL_MET]},{same})"
    settled = f"IF({rank[1]}>{rank[0]},{rises},IF({rank[1]}<{rank[0]},{falls},{same}))"
    excuses = f"OR({_apart(id)},{was}={excused},{now}={excused})"
    known = f"IF({excuses},{sign[Change.NOT_COMPARABLE]},IFERROR({settled},{sign[Change.UNDETERMINED]}))"
    return f'=IF([@from]*[@to]=0,"",{known})'


def _level(key: str, side: str) -> str:
    """What Data holds of the level in one of the editions; "" where the country is not in it, and of a series not scored."""
    none = f'INDEX([data.levels],[@{side}])=""'
    return f'=IF([@{side}]=0,"",IF({none},"",INDEX([data.{key}],[@{side}])))'
