"""Country by country: scores and levels of an edition, and the newest edition of each series at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from review.report.blocks import Bounds, Cell, Column, Lookup, Page, Table, Text
from review.report.views.data import edition_before, edition_label, mark_columns, row_key, sign_of
from review.report.xlsx.styles import score_style
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
        page.table(_score_columns(review), _score_rows(part, review), f"Scores of edition {name}")
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
    columns = [Column("country", 0, "text_wrapped"), Column("code")]
    columns += (
        [Column("answers")] if many else [Column(one.short, 0, "centred", marked=True) for one in framework.criteria]
    )
    columns += [Column("level", 0, "text_wrapped")] if review.scored else []
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


def _score_columns(review: Review) -> list[Column]:
    columns = [Column("country", 0, "text_wrapped"), Column("score", 0, "bounds"), Column("out of", 0, "number")]
    if review.framework.groups:
        columns.append(Column("by group", 0, "text_wrapped"))
    return [*columns, Column("level", 0, "text_wrapped")]


def _score_rows(part: pd.DataFrame, review: Review) -> list[tuple[Cell, ...]]:
    rows = []
    for row in part.to_dict("records"):
        no_score = pd.isna(row["lower"])
        score = Bounds(None, None) if no_score else Bounds(row["lower"], row["upper"], review.framework.decimals)
        cells: list[Cell] = [row["name"], score, row["out_of"]]
        if review.framework.groups:
            cells.append(_by_group(row, review))
        rows.append((*cells, levels_in_words(row["levels"], review.judged(row["edition"]))))
    return rows


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
    framework = reviews[0].framework
    scored = any(review.scored for review in shown)
    marks = mark_columns(framework)
    regions = reviews[0].registry.frame.set_index("code")
    # upright, so that the sheet is one page wide
    upright = [replace(one, rotated=one.marked, width=3.6 if one.marked else one.width) for one, _, _ in marks]
    columns = [Column("Country", 23, value=lambda row: row["name"], key="name")]
    if scored:
        look = score_style(framework)
        columns += [
            _with_lookup(Column("Level", 17, "text_wrapped"), "levels_short"),
            _with_lookup(Column("Score at least", 8, look), "score:low"),
            _with_lookup(Column("Score at most", 8, look), "score:high"),
        ]
    columns += [_with_lookup(column, key) for column, (_, key, _) in zip(upright, marks, strict=True)]
    columns += [
        _with_lookup(Column("Changed since the edition before", 29, "text_wrapped", key="changed"), "changed"),
        Column("Series and edition", 16, value=lambda row: row["when"], key="when"),
        Column("Region", 10, value=lambda row: regions.at[row["country"], "region"], key="region"),
        Column("Code", 7, "text_quiet", lambda row: row["country"], key="code"),
        Column(
            "Subregion",
            30 if len(marks) <= 6 else 18,
            value=lambda row: regions.at[row["country"], "subregion"],
            key="subregion",
        ),
    ]
    items = [
        {**row, "when": edition_label(review, review.last_answered), "key": row_key(review, review.last_answered, "")}
        for review in shown
        for row in review.scores(review.last_answered).to_dict("records")
    ]
    page = Page("Latest", "Latest: the newest edition of each series, country by country", fixed=0)
    page.blocks += [Text(note) for note in _latest_notes(shown)]
    description = "Each country in the newest edition of each series, and what changed since the edition before"
    page.blocks.append(Table.of("latest", description, columns, items, frozen=True, filtered=True))
    return page


def _with_lookup(column: Column, key: str) -> Column:
    """A column that shows what Data holds of the row's country."""
    return replace(column, value=lambda row: Lookup(f"data.{key}", f"{row['key']}[@code]"))


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
