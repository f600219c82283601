"""Country by country: scores and levels of an edition, and the newest edition of each series at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from review.report.blocks import Amount, Cell, Column, Lookup, Page, Table, Text
from review.report.views.data import edition_before, edition_label, mark_columns, row_key, score_columns, sign_of
from review.review import Review
from review.selection import Selection
from review.wording import (
    FOLLOWS,
    Mark,
    bounds_text,
    edition_notes,
    legend_marks,
    levels_in_words,
    marks_of,
    plural,
    rules_of_editions,
)

__all__ = ["key_of_marks", "latest_page", "score_text", "scores_page"]


def scores_page(review: Review, edition: str | None, selection: Selection | None = None, narrowed: str = "") -> Page:
    """Score and level of each country, by edition; with a `selection` the countries of one edition that have it, with their answers."""
    page = Page("Scores", f"{review.framework.title}: {review.series.title}")
    if narrowed:
        page.text(f"Only {narrowed}.")
    if selection and edition is not None:
        _selected(page, review, edition, selection)
        return page
    if not review.scored:
        page.text(f"This series is not scored: no score, level, rank or gap is shown for it. {review.series.about}")
        newest = review.answered_editions[-1:] or ["EDITION"]
        where = f"--where {review.framework.criterion_ids[0]}={review.framework.highest}"
        series = f"--series {review.series.id}"
        page.next(f"modellaw summary {series}", f"modellaw scores {series} --edition {newest[0]} {where}")
        return page
    frame = review.scores(edition)
    titles = review.editions().set_index("edition")
    for name, part in frame.groupby("edition", sort=False):
        item = titles.loc[name]
        covered = "" if narrowed or pd.isna(item["reviewed"]) else f" of {item['reviewed']}"
        page.heading(
            f"{item['title']} ({review.label(str(name))}): {item['recorded']}{covered} countries have an answer here"
        )
        _score_table(page, part, review, str(name))
    if frame.empty:
        page.text("No country has an answer here.")
    page.text(review.series.caveat)
    page.next("modellaw country NAME", f"modellaw gaps --series {review.series.id}")
    return page


def _selected(page: Page, review: Review, edition: str, selection: Selection) -> None:
    """The countries of an edition that have what is asked, with their marks."""
    frame = review.scores(edition)
    chosen = frame[frame["country"].isin(selection.countries(review, edition))]
    words, one = selection.in_words(review, edition), review.series.editions[edition]
    as_of = f", as of {one.as_of}" if one.as_of else ""
    page.heading(
        f"{plural(len(chosen), 'country')} of the {len(frame)} with an answer in {review.label(edition)}{as_of}: {words}"
    )
    framework = review.framework
    many = len(framework.criteria) > _MOST_SIDE_BY_SIDE
    heads = {
        "country": "text_wrapped",
        "code": "text",
        **({"answers": "text"} if many else {}),
        **({"level": "text_wrapped"} if review.scored else {}),
    }
    columns = [Column(head, 0, style) for head, style in heads.items()]
    if not many:
        columns[2:2] = [Column(one.short, 0, "centred", marked=True) for one in framework.criteria]
    rows: list[tuple[Cell, ...]] = []
    items = chosen.to_dict("records")
    for row in items:
        signs = [sign_of(review, row, id) for id in framework.criterion_ids]
        level = [levels_in_words(row["levels"], review.judged(edition))] if review.scored else []
        rows.append((row["name"], row["country"], *(["".join(sign[0] for sign in signs)] if many else signs), *level))
    if rows:
        page.table(columns, rows, "The countries")
        if many:
            page.text(f"Answers, in order: {', '.join(criterion.short for criterion in framework.criteria)}.", 3)
        page.text(key_of_marks([review], items), 3)
    unrecorded = (one.reviewed or 0) - len(frame)
    if unrecorded > 0 and (selection.possible or "no_data" in selection.answers.values()):
        page.text(
            f"The edition covers {unrecorded} more, of which no answer is held: summary counts them in “at most” and as not in our data.",
            3,
        )
    page.text(f"{review.series.caveat} “Not met” does not mean that the acts are lawful.".strip(), 3)
    for note in edition_notes(review.series, [edition]):
        page.text(note, 3)
    page.next("modellaw country NAME", f"modellaw summary --series {review.series.id} --edition {edition}")


_MOST_SIDE_BY_SIDE = 6  # criteria whose marks have columns of their own on a terminal


def key_of_marks(reviews: list[Review], items: list[dict[str, Any]] | None = None) -> str:
    """The marks that are shown and what they mean, and no other. `items`: the rows of scores that are shown; None: all."""
    used: set[Mark] = set()
    follows = False
    for review in reviews:
        rows = review.scores().to_dict("records") if items is None else items
        used |= {review.mark(word) for id in review.framework.criterion_ids for word in {row[id] for row in rows}}
        follows = follows or any(row["deduced"] for row in rows)
    shown = [one for one in legend_marks(used, reviews[0].framework) if one in used] if reviews else []
    signs = [f"{one.sign} {one.words}" for one in shown]
    return "   ".join([*signs, *([f"{FOLLOWS} follows from another answer"] if follows else [])])


def _score_table(page: Page, part: pd.DataFrame, review: Review, name: str) -> None:
    framework = review.framework
    columns = [
        Column("country", 0, "text_wrapped", "name"),
        Column(
            "score",
            0,
            "bounds",
            lambda row: (
                None if pd.isna(row["lower"]) else Amount(row["lower"], row["upper"], decimals=framework.decimals)
            ),
        ),
        Column("out of", 0, "number", "out_of"),
        *([Column("by group", 0, "text_wrapped", lambda row: _by_group(row, review))] if framework.groups else []),
        Column("level", 0, "text_wrapped", lambda row: levels_in_words(row["levels"], review.judged(row["edition"]))),
    ]
    page.items(columns, part.to_dict("records"), f"Scores of edition {name}")


def score_text(row: dict[str, Any], review: Review) -> str:
    """A country's score in words: one value, or at least and at most; "" where nothing applies to it."""
    if not row["levels"]:
        return ""
    return row["shown"] or bounds_text(row["lower"], row["upper"], review.framework.decimals)


def _by_group(row: dict[str, Any], review: Review) -> str:
    """The score of each group; where answers are open, from the lowest to the highest possible."""
    decimals, notes = review.framework.decimals, []
    for group in review.framework.groups:
        low, high = row[f"group:{group.id}:lower"], row[f"group:{group.id}:upper"]
        if pd.isna(low):
            continue  # nothing of it applies
        shown = bounds_text(low, low, decimals)
        notes.append(f"{group.title} {shown if low == high else f'{shown}–{bounds_text(high, high, decimals)}'}")
    return "; ".join(notes)


def latest_page(reviews: list[Review]) -> Page | None:
    """The newest edition with answers of each series: a row a country, its marks, and what changed since the edition before."""
    shown = [review for review in reviews if review.answered_editions]
    if not shown:
        return None
    framework, places = reviews[0].framework, reviews[0].registry.frame.set_index("code")[["region", "subregion"]]
    scores = score_columns(framework, (17, 8)) if any(review.scored for review in shown) else []
    # upright, so that the sheet is one page wide
    marks = [
        replace(one, rotated=one.marked, width=3.6 if one.marked else one.width) for one in mark_columns(framework)
    ]
    changed = Column("Changed since the edition before", 22, "text_wrapped", key="changed")
    columns = [
        Column("Country", 23, "text_wrapped", key="name"),
        *(replace(_in_data(one), key="") for one in scores),
        *map(_in_data, (*marks, changed)),
        Column("Series and edition", 15, key="when"),
        Column("Region", 10, key="region"),
        Column("Code", 7, "text_quiet", "country", "code"),
        Column("Subregion", 29, key="subregion"),
    ]
    items = [
        {
            **row,
            **places.loc[row["country"]],
            "when": edition_label(review, edition),
            "key": row_key(review, edition, ""),
        }
        for review in shown
        for edition in (review.last_answered,)
        for row in review.scores(edition).to_dict("records")
    ]
    description = "Each country in the newest edition of each series, and what changed since the edition before"
    table = Table.of("latest", description, columns, items, frozen=True, filtered=True)
    title = "Latest: the newest edition of each series, country by country"
    return Page("Latest", title, [*map(Text, _latest_notes(shown)), table], fixed=0)


def _in_data(column: Column) -> Column:
    """A column that shows what Data holds of the row's country."""
    return replace(column, value=lambda row: Lookup(f"data.{column.key}", f"{row['key']}[@code]"))


def _latest_notes(reviews: list[Review]) -> list[str]:
    notes = []
    for review in reviews:
        edition = review.last_answered
        one, before = review.series.editions[edition], edition_before(review, edition)
        many = int((review.matrix.rows["edition"] == edition).sum())
        covered = f" of {one.reviewed} covered" if one.reviewed not in (None, many) else ""
        since = f"; the edition before: {before}" if before else "; there is no edition before"
        scored = "" if review.scored else f" Not scored. {review.series.caveat}"
        as_of = f", as of {one.as_of}" if one.as_of else ""
        notes.append(
            f"{edition_label(review, edition)}: {one.title}{as_of}; {many} countries{covered}{since}.{scored}".strip()
        )
        notes += rules_of_editions(review.framework, review.series) if review.scored else []
    signs = [f"{one.sign} {one.words}" for one in marks_of(reviews[0].framework)]  # whatever is typed over
    key = "   ".join([*signs, f"{FOLLOWS} behind a mark: follows from another answer"])
    changed = "Changed: the edition before, and the marks before → now; blank: nothing, –: no answer in it. No country is ranked."
    return [f"{key}   {changed}", " ".join(notes)]
