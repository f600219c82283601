"""Invented tables whose truth is known, as files, and the readings that settle what is open in them as the truth says.

`python -m tests.invented_tables 20000 [first]` reads that many; none may be read otherwise than it was meant.
"""

from __future__ import annotations

import contextlib
import csv
import io
import random
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import openpyxl

import review
import review.importer.reading as reading_module
from country_data import Problems
from review.dataset import read_dataset
from review.importer.block import Open
from review.importer.reading import Reading
from tests.drawn_documents import draw_docx, draw_html

__all__ = ["InventedTable", "Trial", "invented_table"]

FRAMEWORKS = Path(__file__).parent / "cases" / "import" / "frameworks"
CRITERIA = {"ban": ["Ban", "ban", "Does the law ban it?"], "registry": ["Registry", "registry", "Is there a registry?"]}
CRITERIA |= {"duty": ["Duty", "Duty to report", "duty"]}
OWN_HEADINGS = ["Prohibited?", "Listed?", "Must it be told?", "Column 1", "Q7", "1.1", "Loi", "%", "Yes/No", "2nd"]
COUNTRIES = {
    "FRA": ["France", "FRA", "Frankreich", "FRANCE", "France²"],
    "GRC": ["Greece", "GRC", "Griechenland", "Ελλάδα"],
    "JPN": ["Japan", "JPN", "日本", "Japon"],
    "KEN": ["Kenya", "KEN", "kenya"],
    "NAM": ["Namibia", "NAM"],
    "PER": ["Peru", "Perú", "PER"],
    "CIV": ["Côte d'Ivoire", "Ivory Coast", "CIV"],
    "KOR": ["Korea, Rep.", "KOR", "Südkorea"],
    "GBR": ["United Kingdom", "GBR", "UK"],
    "NOR": ["Norway", "NO", "NOR"],
    "QXX": ["Ruritania", "The Land beyond", "Greecce", "NA"],  # nobody knows these
}
LIKE = {"QXX": "CHE"}  # the code that an unknown name is meant for
WORDS = {
    "yes": ["yes", "Yes", "Y", "TRUE", "✓", "oui", "はい", "yes (s. 5)", "Yes³", "met"],
    "no": ["no", "No", "N", "FALSE", "✗", "non", "いいえ", "no (171)", "not met"],
    "unknown": ["unknown", "unclear", "silent"],
    "not_assessed": ["not assessed", "not_assessed"],
    "not_applicable": ["not_applicable", "does not apply"],
}
# texts that could mean anything, and are asked for
SIGNS = [
    "x",
    "o",
    "1",
    "2",
    "0",
    "3",
    "9",
    "999",
    "NA",
    "n/a",
    "-",
    "?",
    "Partial",
    "partly",
    "in force",
    "No law",
    "yes, with intent",
    "1999",
    "2004-05-01",
    "○",
    "●",
    "bill pending",
    "+",
    "YES/NO",
    "s. 5",
]
OTHERS = ["World", "TOTAL", "Africa", "European Union (27)", "Average", "Source: own"]
EXTRA = {
    "Region": ["Europe", "Asia", "Africa"],
    "GDP": ["12", "9.5"],
    "Capital": ["Paris", "Lima"],
    "Remarks on sources": ["see annex"],
}


@dataclass
class InventedTable:
    """A table as a file, and what it means.

    `columns`: what each heading means in a reading; `spelled`: what each text means, by criterion; `countries`: what
    each name means; `truth`: by edition, country and criterion.
    """

    name: str
    content: bytes
    edition: str | None
    truth: dict[tuple[str, str, str], str]
    columns: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, dict[str, str]] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    sheet: str = ""

    def settles(self, found: tuple[Open, ...], lines: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """The lines of a reading, with those for what is open as the truth says."""
        lines = {table: dict(rows) for table, rows in lines.items()}
        for one in found:
            if one.what == "column":
                name = one.of or one.text
                lines.setdefault("columns", {})[name] = self.columns.get(one.text, self.columns.get(name, "skip"))
            elif one.what == "answer":
                meant = {id: words[one.text] for id, words in self.spelled.items() if one.text in words}
                if len(set(meant.values())) == 1 and not one.of:
                    lines.setdefault("answers", {})[one.text] = next(iter(meant.values()))
                else:
                    lines.get("answers", {}).pop(one.text, None)
                for id, word in meant.items() if len(set(meant.values())) > 1 or one.of else ():
                    if not one.of or id == one.of:
                        lines.setdefault(f"answers.{id}", {})[one.text] = word
            elif one.what in ("country", "row"):
                if one.text not in self.countries and one.text not in OTHERS:  # as nobody has written it
                    lines.setdefault("table", {})["encoding"] = self.encoding
                else:
                    lines.setdefault("countries", {})[one.text] = self.countries.get(one.text, "skip")
            elif one.what == "encoding":
                lines.setdefault("table", {})["encoding"] = self.encoding
            elif one.what == "sheet":
                lines.setdefault("table", {})["sheet"] = self.sheet
        return lines


def invented_table(chance: random.Random) -> InventedTable:
    """A table of a few countries and criteria, in one of the shapes and formats that people use."""
    criteria = chance.sample(list(CRITERIA), chance.randint(1, 3))
    shape = chance.choice(["wide", "wide", "wide", "long", "panel"])
    editions = ["2026"] if shape != "panel" else chance.sample(["2024", "2025", "2026"], 2)
    codes = chance.sample(list(COUNTRIES), chance.randint(2, 8))
    names = {code: chance.choice(COUNTRIES[code]) for code in codes}
    table = InventedTable("table.csv", b"", "2026" if shape != "panel" else None, {})
    spellings = {id: _spelling(chance) for id in criteria}
    table.countries = {names[code]: LIKE.get(code, code) for code in codes}
    headings = {id: chance.choice(CRITERIA[id]) for id in criteria}
    if chance.random() < 0.3:
        headings |= dict(zip(criteria, chance.sample(OWN_HEADINGS, len(criteria)), strict=True))
    table.columns = {heading: id for id, heading in headings.items()}
    stated = {
        (edition, code, id): chance.choice([*WORDS, "yes", "no", "no", "yes", ""])
        for edition in editions
        for code in codes
        for id in criteria
    }
    # what may be written under one criterion is what its own scheme has
    stated = {key: word if word in spellings[key[2]] else "" for key, word in stated.items()}
    used = {(id, word) for (_, _, id), word in stated.items()}
    table.spelled = {
        id: {text: word for word, text in words.items() if (id, word) in used} for id, words in spellings.items()
    }
    table.truth = {(edition, LIKE.get(code, code), id): word for (edition, code, id), word in stated.items() if word}
    rows = (
        _long(chance, table, stated, names, spellings, headings)
        if shape == "long"
        else _wide(chance, table, stated, names, spellings, headings, editions)
    )
    _write(chance, table, rows)
    return table


def _spelling(chance: random.Random) -> dict[str, str]:
    """How a column writes its answers, each differently."""
    if chance.random() < 0.2:
        low, high = chance.choice([("0", "1"), ("1", "0"), ("1", "2"), ("2", "1"), ("no", "yes"), ("x", "o")])
        return {"no": low, "yes": high}
    texts = {word: chance.choice(words) for word, words in WORDS.items()}
    for word in list(texts):
        if chance.random() < 0.25:
            texts[word] = chance.choice(SIGNS)
        if word not in ("yes", "no") and chance.random() < 0.4:
            del texts[word]
    taken: dict[str, str] = {}
    return {word: text for word, text in texts.items() if taken.setdefault(text.casefold(), word) == word}


def _wide(
    chance: random.Random,
    table: InventedTable,
    stated: dict[tuple[str, str, str], str],
    names: dict[str, str],
    spellings: dict[str, dict[str, str]],
    headings: dict[str, str],
    editions: list[str],
) -> list[list[str]]:
    panel = table.edition is None
    year = chance.choice(["Year", "Edition", "Wave"]) if panel else ""
    extra = chance.sample(list(EXTRA), chance.randint(0, 2))
    country = chance.choice(["Country", "Pays", "Land", "国", "", "State", "Jurisdiction"])
    table.columns[country or "A"] = "country"
    heads = [country, *([year] if panel else []), *headings.values(), *extra]
    if panel:
        table.columns[year] = "edition"
    rows = [heads]
    for edition in editions:
        for code, name in names.items():
            answers = [spellings[id].get(stated[edition, code, id], "") for id in headings]
            rows.append([name, *([edition] if panel else []), *answers, *(chance.choice(EXTRA[one]) for one in extra)])
    if chance.random() < 0.3:
        other = chance.choice(OTHERS)
        answers = [chance.choice(["", "12", chance.choice(list(words.values()))]) for words in spellings.values()]
        rows.append([other, *([editions[0]] if panel else []), *answers, *([""] * len(extra))])
        table.countries[other] = "skip"
    order = [0, *chance.sample(range(1, len(heads)), len(heads) - 1)] if chance.random() < 0.5 else range(len(heads))
    return [[row[n] for n in order] for row in rows]


def _long(
    chance: random.Random,
    table: InventedTable,
    stated: dict[tuple[str, str, str], str],
    names: dict[str, str],
    spellings: dict[str, dict[str, str]],
    headings: dict[str, str],
) -> list[list[str]]:
    table.columns["Country"] = "country"
    rows = [["Country", chance.choice(["Criterion", "Item"]), chance.choice(["Answer", "Value", "Response"])]]
    rows += [[names[code], headings[id], spellings[id].get(word, "")] for (_, code, id), word in stated.items() if word]
    if chance.random() < 0.5:
        chance.shuffle(rows[1:])
    return rows


def _write(chance: random.Random, table: InventedTable, rows: list[list[str]]) -> None:
    if chance.random() < 0.2:
        rows = [["Our survey (invented)"], [], *rows]
    if chance.random() < 0.15:
        rows = [*rows, [], ["Note: made up."]]
    if (kind := chance.random()) < 0.15:
        width = max(map(len, rows))
        full = [[*row, *[""] * (width - len(row))] for row in rows if row]
        draw, table.name = (draw_docx, "table.docx") if kind < 0.08 else (draw_html, "table.html")
        table.content = draw(chance, full, chance.choice(["", "What the laws say"]))
        return
    if chance.random() < 0.4:
        book = openpyxl.Workbook()
        sheet = book.active
        if chance.random() < 0.2:
            book.create_sheet("About").append(["This is a survey."])
        for row in rows:
            numbers = chance.random() < 0.7
            sheet.append([int(cell) if numbers and cell.isascii() and cell.isdigit() else cell or None for cell in row])
        made = io.BytesIO()
        book.save(made)
        table.name, table.content, table.sheet = "table.xlsx", made.getvalue(), sheet.title
        return
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",,;\t|")).writerows(rows)
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1253", "shift_jis", "mac_roman"])
    try:
        table.content, table.encoding = out.getvalue().encode(encoding), encoding
    except UnicodeEncodeError:
        table.content, table.encoding = out.getvalue().encode(), "utf-8"


class Trial:
    """A data folder into which invented tables are read."""

    def __init__(self, place: Path) -> None:
        self.place, self.data = place, place / "data"
        shutil.copytree(FRAMEWORKS / "demo", self.data)
        self.dataset = read_dataset(self.data, as_published=True)

    def take(self, table: InventedTable) -> tuple[str, str]:
        """Read a table, and again as the truth settles what is open: the outcome at first, and what is wrong."""
        path, settled = self.place / table.name, self.place / "reading.toml"
        path.write_bytes(table.content)
        lines: dict[str, dict[str, str]] = {}
        # 0 for yes is what nobody could know
        for id, words in table.spelled.items():
            coded = {text: word for text, word in words.items() if text in ("0", "1")}
            if coded not in ({}, {"0": "no"}, {"1": "yes"}, {"0": "no", "1": "yes"}):
                lines[f"answers.{id}"] = coded
        settled.write_text(_text(lines), encoding="utf-8")
        first = found = self._read(path, table, settled if lines else None)
        for _ in range(5):
            # a column that is not used is shown, and whoever knows better names it
            unused = found.columns[found.columns["state"] == "unused"]
            known = {
                one["name"]: table.columns[one["heading"]]
                for one in unused.to_dict("records")
                if one["heading"] in table.columns
            }
            if found.outcome != "open" and not known:
                break
            lines = table.settles(found.open, lines)
            lines["columns"] = {**lines.get("columns", {}), **known}
            settled.write_text(_text(lines), encoding="utf-8")
            found = self._read(path, table, settled)
        if found.outcome == "refused" and table.truth:
            return first.outcome, f"refused: {[str(one) for one in found.problems]}"
        if not table.truth:
            return first.outcome, ""
        if found.outcome == "open":
            return first.outcome, f"never settled: {found.open}"
        got = {
            (str(edition), str(country), str(criterion)): str(answer)
            for edition, country, criterion, answer in found.changes[
                ["edition", "country", "criterion", "becomes"]
            ].values
            if answer
        }
        return (
            first.outcome,
            "" if got == table.truth else f"read otherwise: {sorted(set(got.items()) ^ set(table.truth.items()))}",
        )

    def _read(self, path: Path, table: InventedTable, settled: Path | None) -> Reading:
        return review.read_table(path, data=self.data, series="ours", edition=table.edition, reading=settled)


def _text(lines: dict[str, dict[str, str]]) -> str:
    from review.importer.reading_text import _quoted

    found = []
    for name, rows in sorted(lines.items()):
        found += [f"[{name}]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in rows.items())]
    return "\n".join(found)


def run(many: int, first: int) -> tuple[Counter[str], list[str]]:
    """Read `many` tables from number `first` on; the outcomes, and what was read wrong."""
    counts, wrong = Counter[str](), []
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        trial = Trial(Path(place))
        # the folder stays the same: reading it again and again is tried elsewhere
        stack.enter_context(mock.patch.object(reading_module, "read_dataset", return_value=trial.dataset))
        stack.enter_context(mock.patch.object(reading_module, "try_files", return_value=Problems()))
        for number in range(first, first + many):
            table = invented_table(random.Random(number))  # noqa: S311 -- tables to try, not a secret
            outcome, fault = trial.take(table)
            counts[outcome] += 1
            if fault:
                wrong.append(f"{number}: {fault}")
    return counts, wrong


def main(many: int, first: int) -> int:
    """Read that many tables in as many processes as there are processors, and report."""
    size = 500
    starts = range(first, first + many, size)
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(run, [min(size, first + many - start) for start in starts], starts))
    counts = sum((one for one, _ in results), Counter[str]())
    wrong = [text for _, texts in results for text in texts]
    sys.stdout.write("\n".join([f"{many} tables: {dict(counts)}; wrong: {len(wrong)}", *wrong[:30]]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
