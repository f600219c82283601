"""How a table is read before it is taken in: columns, answers, countries, what changes, what is open."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from review.importer.reading import Reading
from review.report.blocks import Column, Page
from review.wording import plural

__all__ = ["reading_page"]

_MOST = 30
_OUTCOMES = {
    "read": "It can be written as it is read.",
    "open": "Nothing is written before what is open is settled.",
    "refused": "Nothing can be written.",
}
_QUESTIONS = {
    "column": "Column",
    "answer": "Answer",
    "country": "Country",
    "row": "Row",
    "sheet": "Sheet",
    "encoding": "Encoding",
}


def reading_page(reading: Reading) -> Page:
    """The reading of a table, what is not known by itself at the end."""
    named = reading.editions or ([reading.edition] if reading.edition else [])
    where = f", {'edition' if len(named) == 1 else 'editions'} {_some(named, 6)}" if named else ""
    page = Page("Import", f"{reading.file} → {reading.review.series.id}{where}")
    for text in reading.notes:
        page.text(text, 2)
    if reading.is_template and not reading.settled.columns:
        page.text("This is a template for this edition: its columns are as they were made.", 2)
    elif len(reading.columns):
        page.heading("Columns")
        _columns(page, reading)
    if reading.answers["answer"].notna().any():
        page.heading("Answers")
        _answers(page, reading)
    if len(reading.countries) or len(reading.rows):
        page.heading("Countries")
        _countries(page, reading)
    if reading.plans:
        page.heading("Changes")
        _changes(page, reading)
    if reading.open:
        page.heading("To be settled")
        _open(page, reading)
    return page


def _some(texts: Iterable[str], most: int = _MOST) -> str:
    """Texts with commas between, folded where they are many."""
    found = list(texts)
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def _columns(page: Page, reading: Reading) -> None:
    columns = reading.columns
    used = columns[columns["state"] != "unused"]
    rows = [
        (
            one["column"],
            one["heading"] or "(no heading)",
            one["holds"] or "open",
            one["why"] if one["holds"] else "see below",
        )
        for one in used.head(3 * _MOST).to_dict("records")
    ]
    page.table(
        [Column(""), Column("Heading", 34, "text_wrapped"), Column("Holds"), Column("Why", 40, "text_wrapped")],
        rows,
        indent=2,
    )
    if len(used) > 3 * _MOST:
        page.text(f"… and {len(used) - 3 * _MOST} more", 2)
    for why, part in columns[columns["state"] == "unused"].groupby("why", sort=False):
        named = (
            f"{letter} “{head}”" if head else letter
            for letter, head in zip(part["column"], part["heading"], strict=True)
        )
        page.text(f"Not used ({why}): {_some(named)}.", 2)


def _answers(page: Page, reading: Reading) -> None:
    read = reading.answers[reading.answers["answer"].notna()]
    grouped = read.groupby(["text", "answer", "why"], sort=False, dropna=False)
    meanings, rows = read.groupby("text")["answer"].nunique(), []
    for (text, answer, why), part in grouped:
        under = "" if meanings[text] == 1 else f", under {_some(part['criterion'], 4)}"
        shown = f"“{text}”" if text else "a blank cell"
        rows.append((shown, answer or "nothing", int(part["count"].sum()), part["cell"].iloc[0], f"{why}{under}"))
    plain = [row for row in rows if row[0].strip("“”").casefold() == row[1]]
    rows = [*plain, *(row for row in rows if row not in plain)]
    heads = [
        Column("Text", 34, "text_wrapped"),
        Column("Read as"),
        Column("Cells", 0, "number"),
        Column("First"),
        Column("Why", 36, "text_wrapped"),
    ]
    page.table(heads, rows[:_MOST], indent=2)
    if len(rows) > _MOST:
        page.text(f"… and {len(rows) - _MOST} more", 2)


def _countries(page: Page, reading: Reading) -> None:
    found = reading.countries
    by_name = found["why"] == "name"
    how = found["why"].str.replace(r"^name in .*", "name in another language", regex=True)
    counts = [
        f"{count} {'' if why == 'as settled' else 'by '}{why}" for why, count in how.value_counts(sort=False).items()
    ]
    page.text(f"{plural(int(found['code'].nunique()), 'country')}: {_some(counts)}." if len(found) else "", 2)
    shown = found[~by_name]
    if len(shown):
        rows = [
            (f"“{text}”", f"{name} ({code})", why, cell)
            for text, code, name, why, cell in shown.head(_MOST).itertuples(index=False)
        ]
        heads = [
            Column("Text", 30, "text_wrapped"),
            Column("Country", 34, "text_wrapped"),
            Column("By", 30, "text_wrapped"),
            Column("First"),
        ]
        page.table(heads, rows, indent=2)
        if len(shown) > _MOST:
            page.text(
                _some([f"{text} {name}" for text, name in zip(shown["text"], shown["name"], strict=True)][_MOST:], 200)
                + ".",
                2,
            )
    for why, part in reading.rows.groupby("why", sort=False):
        page.text(
            f"Left out ({why}): {_some(f'{cell} “{text[:60]}”' for text, cell in zip(part['text'], part['cell'], strict=True))}.",
            2,
        )


def _changes(page: Page, reading: Reading) -> None:
    for plan in reading.plans if any(plan.corrections is not None for plan in reading.plans) else ():
        back = int(plan.corrected["back"].sum()) if len(plan.corrected) else 0
        parts = [f"{plural(len(plan.corrected) - back, 'answer')} to be stated otherwise than published"]
        parts += [f"{plural(back, 'correction')} taken back"] if back else []
        page.text(f"Corrections: {'; '.join(parts)}.", 2)
        page.text(
            "A correction holds the answer, its reason and its source; statutes, quotes and notes of this file are not taken.",
            2,
        )
        _change_table(page, plan.corrected, replaced=False)
        return
    kinds = ", ".join(f"{reading.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
    page.text(f"Answers: {kinds}.", 2)
    _change_table(page, reading.changes[reading.changes["kind"] == "changed"], replaced=True)


def _change_table(page: Page, changes: pd.DataFrame, *, replaced: bool) -> None:
    if not len(changes):
        return
    several = "edition" in changes and changes["edition"].nunique() > 1
    heads = [
        *(["Edition"] if several else []),
        "Country",
        "Criterion",
        "Was",
        "Becomes",
        *(["Replaced"] if replaced else []),
    ]
    rows = [
        (
            *([one["edition"]] if several else []),
            *(one["country"], one["criterion"], one["was"] or "–", one["becomes"] or "–"),
            *([one["fields"]] if replaced else []),
        )
        for one in changes.head(_MOST).to_dict("records")
    ]
    page.table([Column(head, 0, "text_wrapped" if head == "Replaced" else "text") for head in heads], rows, indent=2)
    if len(changes) > _MOST:
        page.text(f"… and {len(changes) - _MOST} more", 2)


def _open(page: Page, reading: Reading) -> None:
    rows = []
    for one in reading.open[:_MOST]:
        cells = ", ".join(one.cells)
        where = f"{one.count} {'cell' if one.count == 1 else 'cells'}: {cells}" if one.what == "answer" else cells
        rows.append((_QUESTIONS[one.what], f"“{one.text}”", where, one.asked))
    heads = [
        Column("What"),
        Column("Text", 40, "text_wrapped"),
        Column("Where", 22, "text_wrapped"),
        Column("Asked", 40, "text_wrapped"),
    ]
    page.table(heads, rows, indent=2)
    if len(reading.open) > _MOST:
        page.text(f"… and {len(reading.open) - _MOST} more, all in the file of --save-reading.", 2)
    page.text(_OUTCOMES[reading.outcome], 2)
