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
from review.wording import (
    RESULT_SIGNS,
    RESULT_WORDS,
    int_or_none,
    joint_verdict,
    number,
    plural,
    statistic_title,
    sufficient_by_edition,
)

if TYPE_CHECKING:
    from review.published import FigureChecks
    from review.together import Together

__all__ = ["figures_page", "figures_sheet", "without_figure"]

_STATUS = {"preferred": "● preferred", "alternative": "○ alternative", "misreading": "✕ misreading"}


def figures_page(found: FigureChecks, review: Review, edition: str | None, *, every: bool = False) -> Page:
    """Each published figure against answers, and all against each other; `every`: also those that fit."""
    page = Page("Figures", f"{review.series.title}: published figures, checked")
    if found.figures.empty:
        page.text("This series has no published figures.")
        return page
    figures, checks = (
        one if edition is None else one[one["edition"] == edition] for one in (found.figures, found.checks)
    )
    joint = [one for one in found.together if edition in (None, one.edition)]
    sound = [one for one in joint if _can_hold(one)]
    told = every or edition is not None
    for one in [one for one in joint if one not in sound] + (sound if told else []):
        page.text(f"{one.edition}, all together: {_verdict(one, review)}")
    if sound and not told:
        page.text(f"All together, the preferred figures of {', '.join(one.edition for one in sound)} can hold.")
    page.text("A disagreement is a finding to look into. It does not say which of the figures is right.")
    agrees = checks["status"] == "agrees"
    page.heading(f"Against each other, pair by pair: {int(agrees.sum())} agree, {int((~agrees).sum())} disagree")
    rows = [
        (
            row["edition"],
            _title(row, review),
            f"{row['stated']}; {_implied(row)}",
            row["status"],
            ", ".join(row["sources"]),
        )
        for row in (checks if every else checks[~agrees]).to_dict("records")
    ]
    wrapped = dict.fromkeys(("statistic", "stated; implied"), "text_wrapped")
    if rows:
        heads = {"edition": "text", **wrapped, "result": "text", "sources": "text_wrapped"}
        page.table(heads, rows, "Published figures against each other")
    held = figures["result"].value_counts()
    counts = [
        f"{held[id]} {words.replace('contradicts', 'contradict')}" for id, words in RESULT_WORDS.items() if id in held
    ]
    page.heading(f"Against answers: {'; '.join(counts) or 'no figure'}")
    listed = figures if every else figures[figures["result"] == "contradicts"]
    if len(listed):
        heads = {"edition": "text", "statistic": "text_wrapped", "value": "number", "source": "text_wrapped", "result": "text_wrapped", "answers": "range"}  # fmt: skip
        page.table(
            heads, [_against(row, review) for row in listed.to_dict("records")], "Published figures against answers"
        )
        page.text("A source's figure is the preferred one where nothing else is said.", 3)
    series, named = f"--series {review.series.id}", "" if edition is None else f" --edition {edition}"
    page.next("" if every else f"modellaw figures {series}{named} --all", f"modellaw list sources {series}")
    return page


def _can_hold(one: Together) -> bool:
    """Whether all preferred figures of an edition can hold at once, with the answers and by each rule."""
    return bool(one.together) and not one.least_changes and all(other.together for other in one.rules.values())


def _verdict(one: Together, review: Review, *, brief: bool = False) -> str:
    return " ".join(joint_verdict(one, review.framework, review.series, brief=brief))


def _title(row: Mapping[str, Any], review: Review) -> str:
    return statistic_title(row["statistic"], review.judged(row["edition"]))


def _against(row: Mapping[str, Any], review: Review) -> tuple[Cell, ...]:
    aside = "" if row["status"] == "preferred" else f" ({row['status']})"
    answers = None if pd.isna(row["lower"]) else Amount(row["lower"], row["upper"])
    source, result = row["source"] + aside, RESULT_WORDS[row["result"]]
    return row["edition"], _title(row, review), number(row["value"]), source, result, answers


def _implied(row: Mapping[str, Any]) -> str:
    working, implied = str(row["working"]), str(row["implied"])
    return implied if working == implied else f"{working} = {implied}"


def figures_sheet(reviews: list[Review]) -> Page | None:
    """Every published figure of every series with its checks; None where no figure is published."""
    stated = [review for review in reviews if len(review.series.figures.frame)]
    if not stated:
        return None
    page = Page("Figures", "Figures: what was published, checked", fixed=0)
    odd: list[str] = []
    for review in stated:
        if review.framework.sufficient:
            page.text(f"“Sufficient” means: {sufficient_by_edition(review.framework, review.series)}.", style="quiet")
        together = review.figure_checks().together
        for one in together:
            label = edition_label(review, one.edition)
            differs = any(other.together != one.together for other in one.rules.values())
            if one.least_changes or not one.together or differs:
                page.text(f"{label}, all together: {_verdict(one, review, brief=True)}")
            if one.least_changes or not one.together:
                odd.append(f"{label}: {_verdict(one, review)}")
        held = ", ".join(review.label(one.edition) for one in together if _can_hold(one))
        if held:
            page.text(f"{review.series.title}: the preferred figures of {held} can all hold at once.", style="quiet")
        page.text(without_figure(review), style="quiet")
    page.text("A disagreement is a finding to look into; it does not say which of the figures is right. Preferred is the figure to quote; an alternative is another source's; a misreading is kept because it circulates, and is never used.", style="quiet")  # fmt: skip
    page.blocks.append(_every_figure(stated))
    checked = [review for review in stated if len(review.figure_checks().checks)]
    page.blocks += [Heading("What figures imply of each other"), _pairs(checked)] if checked else []
    page.blocks += [Heading("All together, in full"), *map(Text, odd)] if odd else []
    return page


def without_figure(review: Review) -> str:
    """The editions of a series of which no figure was found, in a sentence; "" where there is none."""
    none = [edition for edition in review.edition_ids if edition not in set(review.figures()["edition"])]
    return f"{review.series.title}: no figure was found of {', '.join(map(review.label, none))}." if none else ""


def _every_figure(reviews: list[Review]) -> Table:
    """Every published figure, newest edition first."""
    items = []
    for review in reviews:
        found = review.figure_checks()
        against = {_key(row): row for row in found.figures.to_dict("records")}
        disagree = (
            (found.checks["status"] != "agrees").groupby([found.checks["edition"], found.checks["statistic"]]).any()
        )
        told = {key: "✕ disagree" if odd else "● agree" for key, odd in disagree.items()}
        figures = review.figures()
        order = figures["edition"].map({id: -n for n, id in enumerate(review.edition_ids)})
        for row in figures.loc[order.sort_values(kind="stable").index].to_dict("records"):
            others = told.get((row["edition"], row["statistic"]), "")
            items.append({**row, "review": review, "against": against[_key(row)], "others": others})
    series = [Column("Series", 12, value=lambda one: one["review"].series.id)] if len(reviews) > 1 else []
    columns = [
        Column("Edition", 12, value=lambda one: one["review"].label(one["edition"])),
        Column("Statistic", 28, "text_wrapped", lambda one: _title(one, one["review"])),
        Column("Value", 9, "number", lambda one: number(one["value"]), key="value"),
        Column("Countries covered", 12, "number", lambda one: int_or_none(one["reviewed"])),
        Column("Share", 12, "percent", _share),
        Column("Status", 14, value=lambda one: Styled(_STATUS[one["status"]], "text" if one["status"] == "preferred" else "text_quiet")),
        Column("Source, and its kind", 28, "text_wrapped", lambda one: Link(one["url"], _source_words(one))),
        Column("Against answers", 18, "text_wrapped", _result),
        Column("Answers: at least", 11, "number", lambda one: _bound(one, 0), key="least"),
        Column("Answers: at most", 11, "number", lambda one: _bound(one, 1), key="most"),
        Column("Other figures", 11, "text_wrapped", "others"), Column("Note", 14, "text_wrapped", _note), *series,
    ]  # fmt: skip
    return Table.of("figures", "Every published figure with its source and its checks", columns, items, frozen=True, filtered=True)  # fmt: skip


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
    words = RESULT_SIGNS[one["against"]["result"]]
    if pd.isna(one["against"]["lower"]):
        return words
    match, within, contradicts, _ = map(text_of, RESULT_SIGNS.values())
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
        Column("Statistic", 28, "text_wrapped", lambda one: _title(one, one["review"])),
        Column("Stated", 9, "number", "stated"), Column("Implied", 12, "number", "implied"),
        Column("Result", 12, value=lambda one: "● agrees" if one["status"] == "agrees" else "✕ disagrees"),
        Column("Whose figures", 14, "text_wrapped", lambda one: "the publisher's" if one["own"] else "several sources'"),
        Column("Sources", 28, "text_wrapped", lambda one: ", ".join(one["sources"])), Column("Implied by", 18, "text_wrapped", "working"),
    ]  # fmt: skip
    disagree = sum(one["status"] != "agrees" for one in items)
    description = f"Published figures checked against each other: {plural(disagree, 'disagreement')} of {len(items)}"
    return Table.of("checks", description, columns, items)
