"""Published figures, checked: all together, alone, against answers. The page of a terminal and the sheet hold the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from review.report.blocks import Amount, Cell, Column, Formula, Heading, Link, Page, Styled, Table, Text, text_of
from review.report.formulas.statistic import rows_of, statistic_bounds
from review.report.views.data import edition_label
from review.review import Review
from review.wording import int_or_none, joint_verdict, number, plural, statistic_title, sufficient_by_edition

if TYPE_CHECKING:
    from review.published import FigureChecks

__all__ = ["figures_page", "figures_sheet", "without_figure"]

_RESULTS = {
    "match": "match",
    "within": "within the bounds",
    "contradicts": "contradicts",
    "not_computable": "not computable",
}
_SIGNED = {
    "match": "● match",
    "within": "◐ within the bounds",
    "contradicts": "✕ contradicts",
    "not_computable": "not computable",
}
_STATUS = {"preferred": "● preferred", "alternative": "○ alternative", "misreading": "✕ misreading"}


def figures_page(found: FigureChecks, review: Review, edition: str | None, *, every: bool = False) -> Page:
    """Each published figure against answers, and all against each other; `every`: also those that fit."""
    page = Page("Figures", f"{review.series.title}: published figures, checked")
    figures, checks = found.figures, found.checks
    if figures.empty:
        page.text("This series has no published figures.")
        return page
    if edition is not None:
        figures, checks = figures[figures["edition"] == edition], checks[checks["edition"] == edition]
    joint = [one for one in found.together if edition in (None, one.edition)]
    sound = [
        one for one in joint if one.together and not one.least_changes and all(o.together for o in one.rules.values())
    ]
    for one in [one for one in joint if one not in sound] + (sound if every or edition is not None else []):
        page.text(f"{one.edition}, all together: {' '.join(joint_verdict(one, review.framework, review.series))}")
    if sound and not every and edition is None:
        page.text(f"All together, the preferred figures of {', '.join(one.edition for one in sound)} can hold.")
    page.text("A disagreement is a finding to look into. It does not say which of the figures is right.")
    agrees = checks["status"] == "agrees"
    page.heading(f"Against each other, pair by pair: {int(agrees.sum())} agree, {int((~agrees).sum())} disagree")
    shown = checks if every else checks[~agrees]
    rows = [
        (
            row["edition"],
            statistic_title(row["statistic"], review.judged(row["edition"])),
            f"{row['stated']}; {_implied(row)}",
            row["status"],
            ", ".join(row["sources"]),
        )
        for row in shown.to_dict("records")
    ]
    heads = [
        Column("edition"),
        Column("statistic", 0, "text_wrapped"),
        Column("stated; implied", 0, "text_wrapped"),
        Column("result"),
        Column("sources", 0, "text_wrapped"),
    ]
    if rows:
        page.table(heads, rows, "Published figures against each other")
    fits = figures["result"].isin(["match", "within", "not_computable"])
    counts = "; ".join(
        f"{int((figures['result'] == id).sum())} {words.replace('contradicts', 'contradict')}"
        for id, words in _RESULTS.items()
        if (figures["result"] == id).any()
    )
    page.heading(f"Against answers: {counts or 'no figure'}")
    listed = figures if every else figures[~fits]
    if len(listed):
        page.table(
            _against_columns(),
            [_against_row(row, review) for row in listed.to_dict("records")],
            "Published figures against answers",
        )
        page.text("A source's figure is the preferred one where nothing else is said.", 3)
    named = "" if edition is None else f" --edition {edition}"
    series = f"--series {review.series.id}"
    page.next("" if every else f"modellaw figures {series}{named} --all", f"modellaw list sources {series}")
    return page


def _against_columns() -> list[Column]:
    return [
        Column("edition"),
        Column("statistic", 0, "text_wrapped"),
        Column("value", 0, "number"),
        Column("source", 0, "text_wrapped"),
        Column("result", 0, "text_wrapped"),
        Column("answers", 0, "range"),
    ]


def _against_row(row: Mapping[str, Any], review: Review) -> tuple[Cell, ...]:
    aside = "" if row["status"] == "preferred" else f" ({row['status']})"
    title = statistic_title(row["statistic"], review.judged(row["edition"]))
    computed = None if pd.isna(row["lower"]) else Amount(row["lower"], row["upper"])
    return row["edition"], title, number(row["value"]), row["source"] + aside, _RESULTS[row["result"]], computed


def _implied(row: Mapping[str, Any]) -> str:
    working, implied = str(row["working"]), str(row["implied"])
    return implied if working == implied else f"{working} = {implied}"


def figures_sheet(reviews: list[Review]) -> Page | None:
    """Every published figure of every series with its checks; None where no figure is published."""
    stated = [review for review in reviews if len(review.series.figures.frame)]
    if not stated:
        return None
    page = Page("Figures", "Figures: what was published, checked", fixed=0)
    blocks: list[Any] = []
    for review in stated:
        if review.framework.sufficient:
            blocks.append(Text(f"“Sufficient” means: {sufficient_by_edition(review.framework, review.series)}."))
        checks = review.figure_checks()
        blocks += [
            Text(
                f"{edition_label(review, one.edition)}, all together: {' '.join(joint_verdict(one, review.framework, review.series, brief=True))}",
                "plain",
            )
            for one in checks.together
            if one.least_changes
            or not one.together
            or any(other.together != one.together for other in one.rules.values())
        ]
        held = [
            review.label(one.edition)
            for one in checks.together
            if one.together and not one.least_changes and all(other.together for other in one.rules.values())
        ]
        if held:
            blocks.append(
                Text(f"{review.series.title}: the preferred figures of {', '.join(held)} can all hold at once.")
            )
        if none := without_figure(review):
            blocks.append(Text(none))
    blocks += [
        Text("A disagreement is a finding to look into; it does not say which of the figures is right. Preferred is the figure to quote; an alternative is another source's; a misreading is kept because it circulates, and is never used."),
        _every_figure(stated),
    ]  # fmt: skip
    checked = [review for review in stated if len(review.figure_checks().checks)]
    if checked:
        blocks += [Heading("What figures imply of each other"), _pairs(checked)]
    odd = [
        (review, one)
        for review in stated
        for one in review.figure_checks().together
        if one.least_changes or not one.together
    ]
    if odd:
        blocks.append(Heading("All together, in full"))
        blocks += [
            Text(
                f"{edition_label(review, one.edition)}: {' '.join(joint_verdict(one, review.framework, review.series))}"
            )
            for review, one in odd
        ]
    page.blocks = blocks
    return page


def without_figure(review: Review) -> str:
    """The editions of a series of which no figure was found, in a sentence; "" where there is none."""
    none = [edition for edition in review.edition_ids if edition not in set(review.figures()["edition"])]
    return f"{review.series.title}: no figure was found of {', '.join(map(review.label, none))}." if none else ""


def _every_figure(reviews: list[Review]) -> Table:
    """Every published figure, newest edition first."""
    items = []
    for review in reviews:
        against = {_key(row): row for row in review.figure_checks().figures.to_dict("records")}
        pairs = review.figure_checks().checks
        odd = {(row["edition"], row["statistic"]) for row in pairs[pairs["status"] != "agrees"].to_dict("records")}
        even = {(row["edition"], row["statistic"]) for row in pairs.to_dict("records")} - odd
        figures = review.figures()
        figures = figures.assign(
            _order=[-review.edition_ids.index(edition) for edition in figures["edition"]]
        ).sort_values("_order", kind="stable")
        for row in figures.to_dict("records"):
            where = (row["edition"], row["statistic"])
            told = "✕ disagree" if where in odd else "● agree" if where in even else ""
            items.append({**row, "review": review, "against": against[_key(row)], "others": told})
    several = len(reviews) > 1
    columns = [
        Column("Edition", 12, value=lambda one: one["review"].label(one["edition"])),
        Column("Statistic", 28, "text_wrapped", lambda one: statistic_title(one["statistic"], one["review"].judged(one["edition"]))),
        Column("Value", 9, "number", lambda one: number(one["value"]), key="value"),
        Column("Countries covered", 12, "number", lambda one: int_or_none(one["reviewed"])),
        Column("Share", 12, "percent", _share),
        Column("Status", 14, value=lambda one: Styled(_STATUS[one["status"]], "text" if one["status"] == "preferred" else "text_quiet")),
        Column("Source, and its kind", 28, "text_wrapped", lambda one: Link(one["url"], _source_words(one))),
        Column("Against answers", 18, "text_wrapped", _result),
        Column("Answers: at least", 11, "number", lambda one: _bound(one, 0), key="least"),
        Column("Answers: at most", 11, "number", lambda one: _bound(one, 1), key="most"),
        Column("Other figures", 11, "text_wrapped", lambda one: one["others"]),
        Column("Note", 14, "text_wrapped", _note),
        *([Column("Series", 12, value=lambda one: one["review"].series.id)] if several else []),
    ]  # fmt: skip
    return Table.of(
        "figures", "Every published figure with its source and its checks", columns, items, frozen=True, filtered=True
    )


def _key(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["edition"], row["statistic"], float(row["value"]), row["source"]


def _share(one: Mapping[str, Any]) -> float | None:
    counts = not one["statistic"].startswith(("reviewed", "score:"))
    if not counts or pd.isna(one["reviewed"]) or not one["reviewed"]:
        return None
    return float(Fraction(str(one["value"])) / int(one["reviewed"]))


def _bound(one: Mapping[str, Any], end: int) -> Cell:
    """One bound of a statistic as the answers give it; blank where nothing can be said."""
    bounds = (one["against"]["lower"], one["against"]["upper"])
    if pd.isna(bounds[0]):
        return None
    review = one["review"]
    covered = review.series.editions[one["edition"]].reviewed or 0
    rows = rows_of(text_of(edition_label(review, one["edition"])))
    formulas = statistic_bounds(review.framework, one["statistic"], rows, str(covered))
    return Formula(formulas[end], number(bounds[end]))


def _result(one: Mapping[str, Any]) -> Cell:
    words = _SIGNED[one["against"]["result"]]
    if pd.isna(one["against"]["lower"]):
        return words
    match, within, contradicts, _ = map(text_of, _SIGNED.values())
    return Formula(
        f"=IF(AND([@least]<=[@value],[@value]<=[@most]),IF([@least]=[@most],{match},{within}),{contradicts})", words
    )


def _source_words(one: Mapping[str, Any]) -> str:
    """The sources of a figure in a few words: publisher and date of the first, and the ids of all."""
    first = (one[name] for name in ("publisher", "published"))
    return f"{', '.join(filter(None, first))} [{one['source']}] ({one['kind']})".strip()


def _note(one: Mapping[str, Any]) -> str:
    """The note, and the date of a figure that speaks of another than its edition."""
    date = one["as_of"] if one["as_of"] != one["review"].series.editions[one["edition"]].as_of else ""
    return "; ".join(filter(None, (f"as of {date}" if date else "", one["note"])))


def _pairs(reviews: list[Review]) -> Table:
    """What one published figure states, and what others imply of it; disagreements first."""
    items = [
        {**row, "review": review} for review in reviews for row in review.figure_checks().checks.to_dict("records")
    ]
    items.sort(key=lambda one: one["status"] == "agrees")
    columns = [
        Column("Edition", 12, value=lambda one: one["review"].label(one["edition"])),
        Column(
            "Statistic",
            28,
            "text_wrapped",
            lambda one: statistic_title(one["statistic"], one["review"].judged(one["edition"])),
        ),
        Column("Stated", 9, "number", lambda one: one["stated"]),
        Column("Implied", 12, "number", lambda one: one["implied"]),
        Column("Result", 12, value=lambda one: "● agrees" if one["status"] == "agrees" else "✕ disagrees"),
        Column(
            "Whose figures", 14, "text_wrapped", lambda one: "the publisher's" if one["own"] else "several sources'"
        ),
        Column("Sources", 28, "text_wrapped", lambda one: ", ".join(one["sources"])),
        Column("Implied by", 18, "text_wrapped", lambda one: one["working"]),
    ]
    disagree = sum(one["status"] != "agrees" for one in items)
    description = f"Published figures checked against each other: {plural(disagree, 'disagreement')} of {len(items)}"
    return Table.of("checks", description, columns, items)
