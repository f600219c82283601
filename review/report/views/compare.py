"""Two editions compared: headlines first, then what follows from answers. Pages to read, to print and to mail."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.compare import Change, Comparison, Kind, Side, changes_of, ordered_statistics
from review.report.blocks import Bounds, Cell, Column, Counted, Page
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
    "CHANGE_SIGNS",
    "change_headings",
    "change_words",
    "comparison_pages",
    "coverage_page",
    "headline_pages",
    "levels_page",
]

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
CHANGE_SIGNS = {
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
    series = f"--series {review.series.id}"
    pages[-1].next(
        "modellaw country NAME",
        "" if narrowed else f"modellaw compare {a.edition} {b.edition} {series} --output compared.xlsx",
    )
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
    page.heading("Published headline figures")
    if found.headlines.empty:
        page.text("No statistic has a published figure in both.")
        return
    rows: list[tuple[Cell, ...]] = []
    notes: dict[str, None] = {}
    for row in found.headlines.to_dict("records"):
        titles = [statistic_title(row["statistic"], side.framework) for side in (found.a, found.b)]
        title = " / ".join(dict.fromkeys(titles))
        sides = [_published(row, side) for side in ("from", "to")]
        points = None if pd.isna(row["points"]) else float(row["points"])
        sources = ", ".join(dict.fromkeys((row["from_source"], row["to_source"])))
        rows.append((title, *sides, number(row["change"]), points, sources))
        notes |= dict.fromkeys(
            filter(
                None,
                [rules_differ(review.framework, review.series, row["statistic"], (found.a.edition, found.b.edition))],
            )
        )
    columns = [Column("statistic", 0, "text_wrapped")]
    columns += [Column(side.edition, 0, "counted_of") for side in (found.a, found.b)]
    columns += [Column("change", 0, "change"), Column("points", 0, "points"), Column("sources", 0, "text_wrapped")]
    page.table(columns, rows, "Published figures of both editions, with both denominators")
    for note in notes:
        page.text(note, 3)
    if found.a.reviewed != found.b.reviewed:
        page.text(
            f"The number of countries covered differs: {_reviewed(found.a)} in {found.a.edition}, {_reviewed(found.b)} in {found.b.edition}. Some of the change may be coverage.",
            3,
        )
    if cite:
        for source in dict.fromkeys(
            source for row in found.headlines.to_dict("records") for source in (row["from_source"], row["to_source"])
        ):
            one = review.series.sources[source]
            words = ". ".join(filter(None, [one.publisher, one.published, one.title]))
            page.text(f"{source}: {words}. {one.url}", 3, unbroken=True)


def _published(row: dict[str, Any], side: str) -> Cell:
    """A figure, of how many countries, and the share; of what is no count the figure alone."""
    value, reviewed = number(row[side]), row[f"{side}_reviewed"]
    return Counted(value, None if pd.isna(row["points"]) or pd.isna(reviewed) else int(reviewed))


def _reviewed(side: Side) -> str:
    return "not known" if side.reviewed is None else str(side.reviewed)


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
    rows: list[tuple[Cell, ...]] = []
    for presence, words_of_presence in words.items():
        part = found.countries[found.countries["presence"] == presence]
        if part.empty:
            continue
        listed = [] if presence == "both" else [_named(row, review) for row in part.to_dict("records")]
        more = 0 if every else len(listed) - _MOST_NAMED
        names = "; ".join(listed) if more <= 0 else f"{'; '.join(listed[:_MOST_NAMED])}; and {more} more"
        rows.append((len(part), words_of_presence, names))
    if rows:
        columns = [
            Column("countries", 0, "number"),
            Column("where", 0, "text_wrapped"),
            Column("which", 60, "text_wrapped"),
        ]
        page.table(columns, rows, "Countries in the two editions")


def _named(row: dict[str, Any], review: Review) -> str:
    successors = ", ".join(review.registry.name(code) for code in row["successors"])
    return f"{row['name']} (succeeded by {successors})" if successors else str(row["name"])


def _criteria(found: Comparison, review: Review) -> Page:
    page = Page("Criteria", f"By criterion, of the {plural(found.count('both'), 'country')} in both")
    shorts = {criterion.id: criterion.short for criterion in review.framework.criteria}
    changes = changes_of(review.framework)
    rows: list[tuple[Cell, ...]] = [
        (shorts[row["criterion"]], *(int(row[change]) for change in changes))
        for row in found.criteria.to_dict("records")
    ]
    page.table(
        [Column("criterion"), *(Column(words, 0, "number_wrapped") for words in change_headings(review))],
        rows,
        "What became of each criterion",
    )
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
    }
    table = found.transitions.pivot(index="from", columns="to", values="countries")
    order = [*review.framework.level_ids, "undetermined"]
    rows: list[tuple[Cell, ...]] = [
        (names.get(one, "undetermined"), *(int(table.at[one, other]) for other in order)) for one in order
    ]
    page.table(
        [Column("level"), *(Column(names.get(one, "undetermined"), 0, "number_wrapped") for one in order)],
        rows,
        "Countries by level in both editions",
    )
    return page


def _countries(found: Comparison, review: Review, only: str | None, criterion: str | None) -> Page:
    """Country by country: what changed, apart from what merely came to be stated or fell silent."""
    changes = found.changes
    if criterion is not None:
        changes = changes[changes["criterion"] == criterion]
    if only is not None:
        kinds = {only, f"{only}_at_least"}
        changes = changes[changes["country"].isin(found.countries.loc[found.countries["kind"].isin(kinds), "country"])]
    moved = changes[changes["change"].isin(_MOVES)]
    first, second = found.a.edition, found.b.edition
    title = "What changed" if review.scored else "Change of statement between no and yes"
    page = Page("Countries", f"{title}, by country")
    if moved.empty:
        page.text("Nothing of that kind.")
    else:
        rows = _change_rows(moved, found, review)
        page.table(_change_columns(first, second, review), rows, f"What changed from {first} to {second}")
        if moved[["was_follows", "now_follows"]].any(axis=None):
            page.text(f"{FOLLOWS} not stated itself: follows from another answer.", 3)
    apart = changes["change"] == Change.NOT_COMPARABLE.value
    for heading, part in (
        (
            "Was silent or unclear, now stated; or the other way round",
            changes[~changes["change"].isin(_MOVES) & ~apart],
        ),
        ("Not comparable: does not apply in one of them, or is worded otherwise", changes[apart]),
    ):
        if len(part):
            page.heading(heading)
            columns = [Column("country", 0, "text_wrapped"), Column("criterion"), Column(first), Column(second)]
            page.table(columns, [row[:4] for row in _change_rows(part, found, review)], heading)
    return page


def _change_columns(first: str, second: str, review: Review) -> list[Column]:
    columns = [
        Column("country", 0, "text_wrapped"),
        Column("criterion"),
        Column(first),
        Column(second),
        Column("cause"),
    ]
    scored = [Column(heading, 0, "text_wrapped") for heading in ("country as a whole", "level", "score")]
    return [*columns, *scored] if review.scored else columns


def _change_rows(changes: pd.DataFrame, found: Comparison, review: Review) -> list[tuple[Cell, ...]]:
    countries = {row["country"]: row for row in found.countries.to_dict("records")}
    return [_change_row(row, countries[row["country"]], found, review) for row in changes.to_dict("records")]


def _change_row(row: dict[str, Any], country: dict[str, Any], found: Comparison, review: Review) -> tuple[Cell, ...]:
    """A changed answer; `country`: the row of its country in the comparison."""

    def shown(side: str) -> str:
        answer = review.mark(str(row[side]))
        return f"{answer.sign}{FOLLOWS if row[f'{side}_follows'] else ''} {answer.words}"

    causes = ", ".join(str(cause).replace("_", " ") for cause in row["causes"])
    short = review.framework.criterion(str(row["criterion"])).short
    cells: tuple[Cell, ...] = (str(row["name"]), short, shown("was"), shown("now"), causes)
    if not review.scored:
        return cells
    sides = (("from", found.a), ("to", found.b))
    level = " → ".join(levels_in_words(country[f"levels_{name}"], side.framework) for name, side in sides)
    ends = [(country[f"lower_{side}"], country[f"upper_{side}"]) for side in ("from", "to")]
    score = " → ".join(
        "no score" if low is None else bounds_text(low, high, review.framework.decimals) for low, high in ends
    )
    return (*cells, _WORDS[country["kind"]], level, score)


def coverage_page(found: Comparison, review: Review) -> Page:
    """For the headline statistics: what the rules make of them, what is change in the same countries, and what is coverage."""
    page = Page("Coverage", "What is change, and what is coverage")
    a, b = found.a, found.b
    frame = found.statistics.set_index(["statistic", "part"])
    parts = (
        ("from", a.edition),
        ("both_from", "of these, in both"),
        ("left", "left"),
        ("only_in_a", f"in {a.edition} alone"),
        ("to", b.edition),
        ("both_to", "of these, in both"),
        ("entered", "entered"),
        ("only_in_b", f"in {b.edition} alone"),
    )
    ids = review.framework.headline_statistics()
    rows: list[tuple[Cell, ...]] = [
        (words, *(Bounds(frame.loc[(id, part)]["lower"], frame.loc[(id, part)]["upper"]) for id in ids))
        for part, words in parts
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


def _by_each_rule(page: Page, found: Comparison, review: Review) -> None:
    """The figures from answers that the rules of the two editions count otherwise, by either rule (semantics, section 5)."""
    a, b = found.a, found.b
    page.heading("From answers, by the rule of each edition and by one rule for both")
    order = [id for id in ordered_statistics(a, b) if id in found.unlike and ":without:" not in id]
    own = found.statistics.set_index(["statistic", "part"])
    like = found.like_for_like.set_index(["rules", "statistic", "part"])
    rows: list[tuple[Cell, ...]] = []
    for id in order:
        for side, name in ((a, "from"), (b, "to")):
            cells = (own.loc[(id, name)], like.loc[("from", id, name)], like.loc[("to", id, name)])
            bounds = [Bounds(cell["lower"], cell["upper"]) for cell in cells]
            rows.append((statistic_title(id, review.framework), side.edition, *bounds))
    heads = ("by its own", f"by that of {a.edition}", f"by that of {b.edition}")
    columns = [
        Column("statistic", 0, "text_wrapped"),
        Column("edition"),
        *(Column(head, 0, "bounds_wrapped") for head in heads),
    ]
    page.table(columns, rows, "Statistics by either rule")
