"""One country on one page, picked on the page itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from criteria import Framework
from review.review import Review
from review.wording import FOLLOWS, legend_marks, levels_in_words, rules_of_editions
from review.workbook.country_lists import Evidence, LawChange, country_label, law_changes
from review.workbook.data import edited_note, edition_with_year, mark_groups, row_key
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
from review.workbook.statistic_formulas import OPEN_WORDS
from review.workbook.styles import score_style

__all__ = ["country_sheet", "first_country"]

_MOST_LINES = 100  # that can be read on one printed page
_MOST_NAMED = 20  # criteria that a formula can name: it may have 8,192 signs
_PLACE = "\1"  # where a formula finds the row of the country and edition in Data
_CAVEAT = (
    "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement."
)


def first_country(reviews: list[Review]) -> str:
    """The code of the country of which the data tell most: it is shown first."""
    counts = pd.concat([review.matrix.rows["country"] for review in reviews]).value_counts()
    names = reviews[0].registry
    return str(min(counts.index, key=lambda code: (-counts[code], names.name(code)))) if len(counts) else ""


def country_sheet(reviews: list[Review], found: Mapping[str, Sequence[Evidence]], picked: str | None = None) -> Sheet:
    """The page of one country: answers, score and level by edition, what it lacks, sources, changes of law.

    `found`: what answers rest on, by country (see `evidence_by_country`); `picked`: the code of the country that is shown first.
    """
    framework = reviews[0].framework
    code = picked or first_country(reviews)
    label = country_label(reviews[0].registry.name(code), code)
    marks = _mark_columns(framework)
    picks = (
        Dropdown("country", "Country", "country_list.name", label, "pick a country: the page follows"),
        Computed("country_code", "Code", "=INDEX([country_list.code],MATCH([country],[country_list.name],0))", code),
        edited_note("country_typed", "[country_code]"),
    )
    blocks: list[Block] = [Controls(picks, span=min(3, len(marks) + 1)), Text((_CAVEAT, _key(reviews)), width=125)]
    for review in reviews:
        blocks += _series(review, code)
    blocks += _law_changes(reviews, code)
    blocks += _grounds(reviews, code, found)
    lines = sum(2 * len(block.rows) + 3 for block in blocks if isinstance(block, Table))
    widths = (16.0, *[column.width for column in marks], *_TEXT_WIDTHS)
    one_page = lines <= _MOST_LINES
    return Sheet("Country", "One country on one page", blocks, portrait=True, one_page=one_page, widths=widths)


def _key(reviews: list[Review]) -> str:
    """The marks in a line, for whoever has this page alone."""
    used = {review.mark(answer) for review in reviews for answer in review.answers()["answer"].unique()}
    signs = [f"{one.sign} {one.words}" for one in legend_marks(used, reviews[0].framework)]
    return "   ".join([*signs, f"{FOLLOWS} follows from another answer", "◇ update"])


# the tables of the page share their columns: one for the edition, one a criterion, and these
_TEXT_WIDTHS = (24.0, 27.0, 8.0, 8.0, 25.0)


def _mark_columns(framework: Framework) -> list[Column]:
    """A column a criterion; where there are many, one a group."""
    by_group = [Column(one.title, max(13.0, one.width), "strip") for one in mark_groups(framework)]
    words = max(len(word) for criterion in framework.criteria for word in criterion.short.split())
    return by_group or [Column(c.short, min(20.0, words + 1.5), "absent", marked=True) for c in framework.criteria]


def _series(review: Review, code: str) -> list[Block]:
    """A series' answers of the country, a row an edition."""
    series, framework = review.series, review.framework
    scores = review.scores()
    editions = [edition for edition in series.editions if edition in set(scores["edition"])]
    items = {(item["edition"], item["country"]): item for item in scores.to_dict("records")}
    parts = _columns(review)
    rows: list[tuple[Cell, ...]] = []
    for edition in editions:
        place = f"MATCH({text_of(row_key(review, edition, ''))}&[country_code],[data.key],0)"
        mine = items.get((edition, code))
        every = [item for (one, _), item in items.items() if one == edition]
        cells = [
            Formula(formula.replace(_PLACE, place), value(mine) if mine else none, longest=_longest(map(value, every)))
            for _, formula, value, none in parts
        ]
        rows.append((edition_with_year(review, edition), *cells))
    blocks: list[Block] = [Heading(f"{series.title} ({series.id})")]
    note = "" if review.scored else "Not scored: a difference is a change of statement."
    notes = [f"{series.caveat} {note}".strip(), *(rules_of_editions(framework, series) if review.scored else [])]
    if any(notes):
        blocks.append(Text(tuple(filter(None, notes)), width=125))
    columns = (Column("Edition", 16), *(column for column, *_ in parts))
    description = f"What {series.title} states of the country picked, by edition"
    blocks.append(Table(f"country_{series.id}", description, columns, rows, filtered=False))
    return blocks


def _longest(texts: Iterable[str | int | float]) -> str:
    return max((str(text) for text in texts), key=len, default="")


# a column, its formula, its value for an edition of the country (an item of scores), and its value where there is none
_Part = tuple[Column, str, Callable[[dict[str, Any]], str | int | float], str]


def _columns(review: Review) -> list[_Part]:
    """The columns of a series after the edition."""
    framework = review.framework
    none = review.mark("", covered=False).sign
    by_group = mark_groups(framework)
    keys = [one.key for one in by_group] or [f"mark:{id}" for id in framework.criterion_ids]
    found: list[_Part] = []
    for (column, ids), key in zip(_marked(framework), keys, strict=True):
        empty = none * len(ids)
        found.append((column, _from_data(key, empty), partial(_signs if by_group else _sign, review, ids), empty))
    for title, words in (("Not met", framework.grades[:-1]), ("Not known", OPEN_WORDS)):
        tell = _named if len(framework.criteria) <= _MOST_NAMED else _counted
        formula, value = tell(framework, words)
        found.append((Column(title, 24, "text_wrapped"), formula, value, ""))
    if review.scored:
        look = score_style(framework)
        found.append(
            (Column("Score at least", 8, look), _from_data("score:low"), lambda item: _score(item["lower"]), "")
        )
        found.append(
            (Column("Score at most", 8, look), _from_data("score:high"), lambda item: _score(item["upper"]), "")
        )
        level = Column("Level", 25, "text_wrapped")
        found.append(
            (
                level,
                _from_data("levels"),
                lambda item: levels_in_words(item["levels"], review.judged(item["edition"])),
                "",
            )
        )
    return found


def _score(value: Any) -> str | int | float:
    """A score; "" where nothing applies."""
    return "" if pd.isna(value) else value


def _from_data(key: str, otherwise: str = "") -> str:
    return f"=IFERROR(INDEX([data.{key}],{_PLACE}),{text_of(otherwise)})"


def _named(framework: Framework, words: tuple[str, ...]) -> tuple[str, Callable[[dict[str, Any]], str]]:
    """The criteria that have one of these answers, by their headings: a formula, and its value."""
    parts = []
    for criterion in framework.criteria:
        word = f"INDEX([data.ded:{criterion.id}],{_PLACE})"
        tests = ",".join(f"{word}={text_of(one)}" for one in words)
        parts.append(f'IF(OR({tests}),{text_of("; " + criterion.short)},"")')
    formula = f'=IFERROR(MID({"&".join(parts)},3,9999),"")'
    return formula, lambda item: "; ".join(c.short for c in framework.criteria if item[c.id] in words)


def _counted(framework: Framework, words: tuple[str, ...]) -> tuple[str, Callable[[dict[str, Any]], str]]:
    """How many criteria have one of these answers, where they are too many to be named: a formula, and its value."""
    ids = framework.criterion_ids
    cells = f"INDEX([data.ded:{ids[0]}..ded:{ids[-1]}],{_PLACE},0)"
    count = "+".join(f"({cells}={text_of(one)})" for one in words)
    of_all = f" of {len(ids)} criteria"
    formula = f'=IFERROR(SUMPRODUCT({count})&{text_of(of_all)},"")'
    return formula, lambda item: f"{sum(item[id] in words for id in ids)}{of_all}"


# a column of a list, what its cells show (with the place in the list where `_PLACE` stands), and their value
_Listed = tuple[Column, str, Callable[[Any], str]]
_OPEN_IT = "open it"


def _law_changes(reviews: list[Review], code: str) -> list[Block]:
    """The changes of law that a source reports of the country."""
    parts: list[_Listed] = [_text("Date", 16, "law_changes.date", lambda one: one.date)]
    for column, ids in _marked(reviews[0].framework):
        cells = "&".join(f"INDEX([law_changes.change:{id}],{_PLACE})" for id in ids) + '&""'
        parts.append((replace(column, style="text", marked=False), cells, partial(_change, ids)))
    parts += [
        _text("Source", 24, "law_changes.source", lambda one: one.source),
        _text("Note", 27, "law_changes.note", lambda one: one.note),
        _link("law_changes", lambda one: one.source_key),
        _text("Series", 8, "law_changes.series", lambda one: one.series),
    ]
    table = _listed("law_changes", "The changes of law of the country picked", parts, law_changes(reviews), code)
    return [Heading("Changes of law that a source reports; not tied to an edition"), table] if table else []


def _grounds(reviews: list[Review], code: str, found: Mapping[str, Sequence[Evidence]]) -> list[Block]:
    """What the answers of the country rest on: a mark under each criterion of which the source tells."""
    by_row = {
        row_key(review, item["edition"], item["country"]): (review, item)
        for review in reviews
        for item in review.scores().to_dict("records")
    }
    parts: list[_Listed] = [_text("Edition", 16, "grounds.label", lambda one: one.label)]
    for column, ids in _marked(reviews[0].framework):
        if len(ids) == 1:
            mark = f"INDEX([data.mark:{ids[0]}],MATCH(INDEX([grounds.key],{_PLACE}),[data.key],0))"
            cells = f'IF(INDEX([grounds.rests:{ids[0]}],{_PLACE})="yes",{mark},"")'
            parts.append((column, cells, partial(_cited, by_row, ids)))
        else:
            of_all = f" of {len(ids)}"
            count = "+".join(f'(INDEX([grounds.rests:{id}],{_PLACE})="yes")' for id in ids)
            parts.append((replace(column, style="text"), f"({count})&{text_of(of_all)}", partial(_many, ids)))
    parts += [
        _text("Source", 24, "grounds.source", lambda one: one.source),
        _text("Statute, passage, place", 27, "grounds.passage", lambda one: one.passage),
        _link("grounds", lambda one: one.address or one.source_key, own="address"),
        _text("In effect", 8, "grounds.effective", lambda one: one.effective),
        _text("Note", 25, "grounds.note", lambda one: one.note),
    ]
    table = _listed("grounds", "What the answers of the country picked rest on", parts, found, code)
    return [Heading("What that rests on"), table] if table else []


def _marked(framework: Framework) -> list[tuple[Column, tuple[str, ...]]]:
    """The columns of the marks, each with its criteria."""
    ids = [one.criteria for one in mark_groups(framework)] or [(id,) for id in framework.criterion_ids]
    return list(zip(_mark_columns(framework), ids, strict=True))


def _change(ids: tuple[str, ...], one: LawChange) -> str:
    return one.change if one.criterion in ids else ""


def _signs(review: Review, ids: tuple[str, ...], item: dict[str, Any]) -> str:
    return "".join(review.mark(item[id]).sign for id in ids)


def _sign(review: Review, ids: tuple[str, ...], item: dict[str, Any]) -> str:
    return _signs(review, ids, item) + (FOLLOWS if ids[0] in item["deduced"] else "")


def _cited(by_row: dict[str, tuple[Review, dict[str, Any]]], ids: tuple[str, ...], one: Evidence) -> str:
    review, item = by_row[one.key]
    return _sign(review, ids, item) if ids[0] in one.criteria else ""


def _many(ids: tuple[str, ...], one: Evidence) -> str:
    return f"{sum(id in one.criteria for id in ids)} of {len(ids)}"


def _text(heading: str, width: float, cells: str, value: Callable[[Any], str]) -> _Listed:
    return Column(heading, width, "text_wrapped"), f'INDEX([{cells}],{_PLACE})&""', value


def _link(of: str, address: Callable[[Any], str], own: str = "") -> _Listed:
    """The address of a source, as a link; `own`: where the list has one that is nearer."""
    key = f"INDEX([{of}.source_key],{_PLACE})"
    linked = f'IF({key}="","",HYPERLINK(INDEX([sources.address],MATCH({key},[sources.key],0)),{text_of(_OPEN_IT)}))'
    if own:
        nearer = f"INDEX([{of}.{own}],{_PLACE})"
        linked = f'IF({nearer}="",{linked},HYPERLINK({nearer},{text_of(_OPEN_IT)}))'
    return Column("Address", 8, "link"), linked, lambda one: _OPEN_IT if address(one) else ""


def _listed(
    of: str, description: str, parts: list[_Listed], found: Mapping[str, Sequence[object]], code: str
) -> Table | None:
    """As many rows as any country has in a list, with those of the country picked; None where the list is empty."""
    mine = found.get(code, [])
    rows: list[tuple[Cell, ...]] = []
    for n in range(max(map(len, found.values()), default=0)):
        place = f"MATCH([country_code]&{text_of(f'|{n + 1}')},[{of}.nth],0)"
        others = [every[n] for every in found.values() if n < len(every)]
        rows.append(
            tuple(
                Formula(
                    f'=IFERROR({cells.replace(_PLACE, place)},"")',
                    value(mine[n]) if n < len(mine) else "",
                    longest=_longest(map(value, others)),
                )
                for _, cells, value in parts
            )
        )
    columns = tuple(column for column, *_ in parts)
    return Table(f"country_{of}", description, columns, rows, filtered=False) if rows else None
