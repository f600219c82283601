"""How a table is read before it is taken in: columns, answers, countries, what changes, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from review.importer.reading import Reading
from review.report.blocks import Cell, Column, Page
from review.wording import plural

__all__ = ["reading_page"]

_MOST = 30
_OUTCOMES = {
    "read": "It can be written as it is read.",
    "open": "Nothing is written before what is open is settled.",
    "refused": "Nothing can be written.",
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


def _table(
    page: Page, heads: Mapping[str, float], rows: Sequence[tuple[Cell, ...]], most: int = _MOST, more: str = ""
) -> None:
    """Add a table of texts, folded where it is long. `heads`: the width of each column that wraps, 0 of the others; "#": numbers."""
    columns = [Column(head.removesuffix("#"), width, "number" if head.endswith("#") else "text_wrapped" if width else "text") for head, width in heads.items()]  # fmt: skip
    page.table(columns, rows[:most], indent=2)
    page.text(f"… and {len(rows) - most} more{more}" if len(rows) > most else "", 2)


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
        for one in used.to_dict("records")
    ]
    _table(page, {"": 0, "Heading": 34, "Holds": 0, "Why": 40}, rows, 3 * _MOST)
    for why, part in columns[columns["state"] == "unused"].groupby("why", sort=False):
        pairs = zip(part["column"], part["heading"], strict=True)
        page.text(f"Not used ({why}): {_some(f'{letter} “{head}”' if head else letter for letter, head in pairs)}.", 2)


def _answers(page: Page, reading: Reading) -> None:
    read = reading.answers[reading.answers["answer"].notna()]
    meanings, rows = read.groupby("text")["answer"].nunique(), []
    for (text, answer, why), part in read.groupby(["text", "answer", "why"], sort=False, dropna=False):
        under = "" if meanings[text] == 1 else f", under {_some(part['criterion'], 4)}"
        shown = f"“{text}”" if text else "a blank cell"
        rows.append((shown, answer or "nothing", int(part["count"].sum()), part["cell"].iloc[0], f"{why}{under}"))
    rows.sort(key=lambda row: row[0].strip("“”").casefold() != row[1])  # first the words that mean themselves
    _table(page, {"Text": 34, "Read as": 0, "Cells#": 0, "First": 0, "Why": 36}, rows)


def _countries(page: Page, reading: Reading) -> None:
    found = reading.countries
    how = found["why"].str.replace(r"^name in .*", "name in another language", regex=True).value_counts(sort=False)
    counts = [f"{count} {'' if why == 'as settled' else 'by '}{why}" for why, count in how.items()]
    page.text(f"{plural(int(found['code'].nunique()), 'country')}: {_some(counts)}." if len(found) else "", 2)
    shown = found[found["why"] != "name"]
    if len(shown):
        pairs = shown.itertuples(index=False)
        rows = [(f"“{text}”", f"{name} ({code})", why, cell) for text, code, name, why, cell in pairs]
        page.table([Column("Text", 30, "text_wrapped"), Column("Country", 34, "text_wrapped"), Column("By", 30, "text_wrapped"), Column("First")], rows[:_MOST], indent=2)  # fmt: skip
        rest = [f"{one.text} {one.name}" for one in shown[_MOST:].itertuples(index=False)]
        page.text(f"{_some(rest, 200)}." if rest else "", 2)
    for why, part in reading.rows.groupby("why", sort=False):
        listed = (f"{cell} “{text[:60]}”" for text, cell in zip(part["text"], part["cell"], strict=True))
        page.text(f"Left out ({why}): {_some(listed)}.", 2)


def _changes(page: Page, reading: Reading) -> None:
    corrected = next((plan.corrected for plan in reading.plans if plan.corrections is not None), None)
    if corrected is not None:
        back = int(corrected["back"].sum()) if len(corrected) else 0
        parts = [f"{plural(len(corrected) - back, 'answer')} to be stated otherwise than published"]
        parts += [f"{plural(back, 'correction')} taken back"] if back else []
        page.text(f"Corrections: {'; '.join(parts)}.", 2)
        page.text(
            "A correction holds the answer, its reason and its source; statutes, quotes and notes of this file are not taken.",
            2,
        )
        _change_table(page, corrected, replaced=False)
        return
    kinds = ", ".join(f"{reading.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
    page.text(f"Answers: {kinds}.", 2)
    _change_table(page, reading.changes[reading.changes["kind"] == "changed"], replaced=True)


def _change_table(page: Page, changes: pd.DataFrame, *, replaced: bool) -> None:
    if not len(changes):
        return
    several = "edition" in changes and changes["edition"].nunique() > 1
    names = ["edition"] * several + ["country", "criterion", "was", "becomes"] + ["fields"] * replaced
    cells = changes[names].replace({"was": {"": "–"}, "becomes": {"": "–"}})
    heads = {"Replaced" if name == "fields" else name.capitalize(): int(name == "fields") for name in names}
    _table(page, heads, list(cells.itertuples(index=False, name=None)))


def _open(page: Page, reading: Reading) -> None:
    rows = []
    for one in reading.open:
        cells = ", ".join(one.cells)
        where = f"{one.count} {'cell' if one.count == 1 else 'cells'}: {cells}" if one.what == "answer" else cells
        rows.append((one.what.capitalize(), f"“{one.text}”", where, one.asked))
    _table(page, {"What": 0, "Text": 40, "Where": 22, "Asked": 40}, rows, more=", all in the file of --save-reading.")
    page.text(_OUTCOMES[reading.outcome], 2)
