"""One country on one page, picked on the page itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from review.series_review import Review
from review.wording import FOLLOWS, first_sentence, levels_in_words
from review.workbook.data import row_key, strips
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
from review.workbook.reference import ANSWER_KEYS, LAW_CHANGE_KEYS, answers_of, law_changes_by_country
from review.workbook.styles import score_style

__all__ = ["country_list", "country_sheet", "first_country"]

_LEGIBLE = 90  # lines on one printed page
_MOST_NAMED = 40  # criteria that a formula can name
# the tables of the page share their columns: six narrow ones, two for texts, and what a score needs
_WIDTHS = (20.0, *[13.0] * 5, 50.0, 38.0, 24.0, 20.0, 58.0)


def first_country(reviews: list[Review]) -> str:
    """The code of the country of which the data tell most: it is shown first."""
    counts = pd.concat([review.grid.rows["country"] for review in reviews]).value_counts()
    names = reviews[0].registry
    return str(min(counts.index, key=lambda code: (-counts[code], names.name(code)))) if len(counts) else ""


def country_list(reviews: list[Review]) -> Table:
    """The countries with an answer in any series, by name: what can be picked."""
    codes = {code for review in reviews for code in review.grid.rows["country"]}
    frame = reviews[0].registry.frame
    known = frame[frame["code"].isin(codes)].sort_values("order")
    rows = [(_label(row["name"], row["code"]), row["code"]) for row in known.to_dict("records")]
    columns = (Column("Country", 30, key="name"), Column("Code", 8, key="code"))
    return Table("country_list", "The countries that can be picked", columns, rows, filtered=False)


def _label(name: str, code: str) -> str:
    """A country as it stands in the list to pick from: no program takes it for a number or a pattern."""
    return f"{name.replace('~', '∼')} ({code})"


def country_sheet(reviews: list[Review], picked: str | None = None) -> Sheet:
    """The page of one country: answers, score and level by edition, what it lacks, sources, changes of law.

    `picked`: the code of the country that is shown first.
    """
    code = picked or first_country(reviews)
    name = reviews[0].registry.name(code)
    picks = (
        Pick("country", "Country", "country_list.name", _label(name, code), "pick a country: the page follows"),
        Fact("country_code", "Code", "=INDEX([country_list.code],MATCH([country],[country_list.name],0))", code),
    )
    blocks: list[Block] = [Picks(picks)]
    for review in reviews:
        blocks += _series(review, code)
    blocks += _sources(reviews, code)
    blocks += _law_changes(reviews, code)
    blocks.append(
        Lines(
            (
                "“Not met” does not mean that the acts are lawful, silence is not “no”, and a text of law is not its enforcement.",
            ),
            width=120,
        )
    )
    lines = sum(len(block.rows) + 3 for block in blocks if isinstance(block, Table))
    return Sheet("Country", "One country on one page", blocks, fixed=1, one_page=lines <= _LEGIBLE, widths=_WIDTHS)


def _series(review: Review, code: str) -> list[Block]:
    """A series' answers of the country, a row an edition."""
    series = review.series
    scores = review.scores()
    held = [edition for edition in series.editions["edition"] if edition in set(scores["edition"])]
    mine = {item["edition"]: item for item in scores[scores["country"] == code].to_dict("records")}
    parts = _columns(review)
    rows: list[tuple[Cell, ...]] = []
    for edition in held:
        place = f"MATCH({text_of(row_key(review, edition, ''))}&[country_code],[data.key],0)"
        values = _values(review, mine.get(edition))
        cells = [
            Formula(formula.replace(_PLACE, place), value) for (_, formula), value in zip(parts, values, strict=True)
        ]
        rows.append((review.label(edition), *cells))
    said = "" if review.scored else f"{first_sentence(series.about)} Not scored: a difference is a change of statement."
    blocks: list[Block] = [Heading(f"{series.title} ({series.id})")]
    if said:
        blocks.append(Lines((said.strip(),), width=120))
    columns = (Column("Edition", 20), *(column for column, _ in parts))
    description = f"What {series.title} states of the country picked, by edition"
    blocks.append(Table(f"country_{series.id}", description, columns, rows, filtered=False))
    return blocks


_PLACE = "\1"  # where a formula finds the row of the country and edition in Data


def _columns(review: Review) -> list[tuple[Column, str]]:
    """The columns of a series after the edition, each with its formula."""
    framework = review.framework
    look = score_style(framework)
    found: list[tuple[Column, str]] = []
    none = review.mark("", covered=False).sign
    by_group = strips(framework)
    found += [(Column(one.title, 13, "strip"), _from_data(one.key, none * len(one.criteria))) for one in by_group]
    if not by_group:
        found += [
            (Column(criterion.short, 13, "absent", marked=True), _from_data(f"mark:{criterion.id}", none))
            for criterion in framework.criteria
        ]
    if len(framework.criteria) <= _MOST_NAMED:
        found.append((Column("Not met", 30, "text_wrapped"), _named(review, list(framework.grades[:-1]))))
        found.append((Column("Not known", 30, "text_wrapped"), _named(review, [*_OPEN])))
    if review.scored:
        found.append((Column("Score at least", 10, look), _from_data("score:low")))
        found.append((Column("Score at most", 10, look), _from_data("score:high")))
        found.append((Column("Level", 28, "text_wrapped"), _from_data("levels")))
    return found


_OPEN = ("unknown", "not_assessed", "")


def _from_data(key: str, otherwise: str = "") -> str:
    return f"=IFERROR(INDEX([data.{key}],{_PLACE}),{text_of(otherwise)})"


def _named(review: Review, words: list[str]) -> str:
    """The criteria that have one of these answers, by their headings."""
    parts = []
    for criterion in review.framework.criteria:
        word = f"INDEX([data.ded:{criterion.id}],{_PLACE})"
        tests = ",".join(f"{word}={text_of(one)}" for one in words)
        parts.append(f'IF(OR({tests}),{text_of("; " + criterion.short)},"")')
    return f'=IFERROR(MID({"&".join(parts)},3,9999),"")'


def _values(review: Review, item: dict[str, Any] | None) -> list[str | int | float]:
    """What the formulas of a row come to."""
    framework = review.framework
    found: list[str | int | float] = []
    none = review.mark("", covered=False).sign
    by_group = strips(framework)
    found += ["".join(review.mark(item[id]).sign if item else none for id in one.criteria) for one in by_group]
    if not by_group:
        found += [
            review.mark(item[id]).sign + (FOLLOWS if id in item["deduced"] else "") if item else none
            for id in framework.criterion_ids
        ]
    if len(framework.criteria) <= _MOST_NAMED:
        for words in (framework.grades[:-1], _OPEN):
            found.append("; ".join(c.short for c in framework.criteria if item and item[c.id] in words))
    if review.scored:
        found += [item["lower"], item["upper"], levels_in_words(item["levels"], framework)] if item else ["", "", ""]
    return found


def _sources(reviews: list[Review], code: str) -> list[Block]:
    """Every answer of the country that is recorded or follows, with its source, as the sheet Answers has it."""
    table = _listed("country_sources", "answers", ANSWER_KEYS, answers_of(reviews), code)
    return [] if table is None else [Heading("What that rests on"), table]


def _law_changes(reviews: list[Review], code: str) -> list[Block]:
    """The changes of law that a source reports of the country."""
    table = _listed("country_law_changes", "law_changes", LAW_CHANGE_KEYS, law_changes_by_country(reviews), code)
    return [] if table is None else [Heading("Changes of law that a source reports; not tied to an edition"), table]


def _listed(
    name: str, of: str, keys: tuple[tuple[str, str, float, str], ...], found: dict[str, list[list[Cell]]], code: str
) -> Table | None:
    """As many rows as any country has in a list, with those of the country picked; None where the list is empty."""
    mine = found.get(code, [])
    rows: list[tuple[Cell, ...]] = []
    for n in range(1, max(map(len, found.values()), default=0) + 1):
        place = f"MATCH([country_code]&{text_of(f'|{n}')},[{of}.nth],0)"
        values = mine[n - 1] if n <= len(mine) else [""] * len(keys)
        rows.append(
            tuple(
                _found(f"INDEX([{of}.{key}],{place})", value)
                for (_, key, _, _), value in zip(keys, values, strict=True)
            )
        )
    if not rows:
        return None
    columns = tuple(
        Column(heading, width, "text_wrapped" if _is_long(place, width, found) else style)
        for place, (heading, _, width, style) in enumerate(keys)
    )
    return Table(name, "What is listed of the country picked", columns, rows, filtered=False)


def _is_long(place: int, width: float, found: dict[str, list[list[Cell]]]) -> bool:
    """Whether any country's text needs more than one line; an address is shown as a link."""
    texts = (str(cells[place]) for rows in found.values() for cells in rows)
    return any(len(text) > width * 1.1 and not text.startswith("http") for text in texts)


_OPEN_IT = "open it"


def _found(cell: str, value: Cell) -> Formula:
    """What a list holds; an address as a link."""
    text = str(value)
    if text.startswith("http"):
        text = _OPEN_IT
    linked = f'IF(LEFT({cell},4)="http",HYPERLINK({cell},{text_of(_OPEN_IT)}),{cell}&"")'
    return Formula(f'=IFERROR({linked},"")', text)
