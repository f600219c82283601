"""What each column of a table holds, and in which rows its headings stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from country_data import fold
from country_data.problems import column_letters
from country_data.schema import ANSWERS, EVIDENCE
from country_data.text_file import SheetRows
from country_data.xlsx_file import cell_position
from criteria import Framework
from review.importer.words import field_words, spaced

__all__ = ["ANSWER", "BEFORE", "COUNTRY", "FIELDS", "SKIP", "Headings", "Holds", "Meanings", "find_headings", "spread"]

COUNTRY, CRITERION, ANSWER, EDITION, SERIES, SKIP = "country", "criterion", "answer", "edition", "series", "skip"
FIELDS = (ANSWER, "source", *EVIDENCE)
BEFORE = ": in "  # between a criterion and the edition before, in a template: never imported
_HEADINGS_WITHIN = 30  # the rows among which the headings are looked for
_LONGEST_HEADING = 300


@dataclass(frozen=True, slots=True)
class Holds:
    """What a column holds: a field (`country`, `answer`, `note`, …), of a criterion where it is of one alone."""

    field: str
    criterion: str = ""

    def __str__(self) -> str:
        """As it is written in a reading: `ban`, `citation:ban`, `country`."""
        if self.field == ANSWER and self.criterion:
            return self.criterion
        return f"{self.field}:{self.criterion}" if self.criterion else self.field


@dataclass(frozen=True)
class Meanings:
    """What headings can mean under a framework: criteria and fields, by their plain letters."""

    framework: Framework
    criteria: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, str]

    @classmethod
    def of(cls, framework: Framework) -> Meanings:
        """The names of the criteria, in every wording, beside the headings of words.toml."""
        found: dict[str, dict[str, None]] = {}
        for one in framework.criteria:
            wordings = [wording for wording in framework.wordings if wording.criterion == one.id]
            for name in (one.id, one.title, one.short, one.question, *(t for w in wordings for t in (w.text, w.heading))):
                if fold(name):
                    found.setdefault(fold(name), {})[one.id] = None
        return cls(framework, {text: tuple(ids) for text, ids in found.items()}, field_words())

    def of_heading(self, heading: str) -> tuple[Holds, ...]:
        """All that a heading can mean: a criterion, a field, or “criterion: field”; nothing for an edition before."""
        if BEFORE in heading or len(heading) > _LONGEST_HEADING:
            return ()
        key = fold(heading)
        name = self.fields.get(key)
        # every template has a column of countries; what else heads one is a name of that column first
        criteria = () if name == COUNTRY and key in (COUNTRY, "code") else self.criteria.get(key, ())
        found = [*(Holds(ANSWER, id) for id in criteria), *([Holds(name)] if name else [])]
        if not found and ":" in heading:
            front, _, last = heading.rpartition(":")
            behind = self.fields.get(fold(last))
            found = [Holds(behind, id) for id in self.criteria.get(fold(front), ()) if behind in FIELDS]
        return tuple(found)

    def of_two(self, upper: str, lower: str) -> tuple[Holds, ...]:
        """All that a heading in two rows can mean: a criterion over a field, else what one of them says."""
        if not upper or not lower or spaced(upper) == spaced(lower):
            return self.of_heading(lower or upper)
        above, below = self.of_heading(upper), self.of_heading(lower)
        criteria = [one for one in above if one.criterion and one.field == ANSWER]
        fields = [one for one in below if not one.criterion and one.field in FIELDS]
        if criteria and fields:
            return tuple(Holds(low.field, one.criterion) for one in criteria for low in fields)
        if criteria:
            return tuple(one for one in criteria if one in below)
        return below

    def parse(self, text: str) -> Holds | None:
        """What a reading names: a criterion, `field:criterion`, a field, or `skip`; None where it is none of those."""
        name, _, criterion = (part.strip() for part in text.partition(":"))
        if not criterion and name in self.framework.criterion_ids:
            return Holds(ANSWER, name)
        if criterion:
            return Holds(name, criterion) if name in FIELDS and criterion in self.framework.criterion_ids else None
        return Holds(name) if name == SKIP or name in {*FIELDS, COUNTRY, CRITERION, EDITION, SERIES} else None

    def allowed(self) -> str:
        """What a column may hold, in words."""
        evidence = " or ".join(name for name in ANSWERS.names if name in ("citation", "note"))
        return f"a criterion ({', '.join(self.framework.criterion_ids)}), {evidence} and the like (citation:CRITERION for one alone), country, edition, or skip"


@dataclass(frozen=True)
class Headings:
    """The rows of headings of a sheet, read: by column its heading, and what it can mean.

    Attributes
    ----------
    first, last : int
        The indices of the first and the last row of headings, in the rows of the sheet.
    texts : list[str]
        The heading of each column; those in two rows as “upper / lower”.
    means : list[tuple[Holds, ...]]
        What each can mean; nothing where it is not known.
    under : list[str]
        The criterion over each column whose own heading is not known; "" elsewhere.

    """

    sheet: SheetRows
    first: int
    last: int
    texts: list[str]
    means: list[tuple[Holds, ...]]
    under: list[str] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many columns are known, those under a criterion among them."""
        return sum(bool(means or under) for means, under in zip(self.means, self.under, strict=True))

    def column_of(self, name: str) -> list[int]:
        """The columns that a reading names: by their heading, else by their letter."""
        wanted = spaced(name)
        for same in (lambda text: spaced(text) == wanted, lambda text: fold(text) != "" and fold(text) == fold(wanted)):
            found = [index for index, text in enumerate(self.texts) if text and same(text)]
            if found:
                return found
        if re.fullmatch("[A-Z]{1,3}", wanted):
            index = cell_position(f"{wanted}1")[1] - 1
            return [index] if index < len(self.texts) else []
        return []

    def name_of(self, index: int) -> str:
        """How a reading names a column: by its heading, or by its letter where that does not tell."""
        text = spaced(self.texts[index])
        return text if text and self.column_of(text) == [index] else column_letters(index)


def spread(sheet: SheetRows) -> SheetRows:
    """The sheet with the text of cells merged downwards in each row they cover; a blank row between stays one."""
    rows, index_of = [list(row) for row in sheet.rows], {line: n for n, line in enumerate(sheet.lines)}
    for area in sheet.merged:
        first, _, last = area.partition(":")
        try:
            (top, column), (bottom, _) = cell_position(first), cell_position(last or first)
        except ValueError:
            continue
        start = index_of.get(top)
        text = rows[start][column - 1] if start is not None and column <= len(rows[start]) else ""
        for row in [rows[index_of[line]] for line in sheet.lines if text and top < line <= bottom]:
            row += [""] * (column - len(row))
            row[column - 1] = row[column - 1] or text
    return replace(sheet, rows=rows) if sheet.merged else sheet


def find_headings(
    sheet: SheetRows, meanings: Meanings, settled: Mapping[str, Holds], lines: tuple[int, int] | None = None
) -> Headings | None:
    """The headings of a sheet that are known best, in one row or in two; None where no row can be one.

    `settled`: what a reading says of columns; `lines`: the first and the last line of the headings, where it says so.
    """
    best: Headings | None = None
    for first, last in _candidates(sheet, meanings, lines):
        texts, means, under = _read(sheet.rows[first : last + 1], meanings)
        found = Headings(sheet, first, last, texts, means, under)
        if best is None or _worth(found, settled) > _worth(best, settled):
            best = found
    return best


def _candidates(
    sheet: SheetRows, meanings: Meanings, lines: tuple[int, int] | None
) -> Iterator[tuple[int, int]]:
    if lines is not None:
        found = [n for n, line in enumerate(sheet.lines) if lines[0] <= line <= lines[1]]
        if found:
            yield found[0], found[-1]
        return
    for index in range(min(len(sheet.rows), _HEADINGS_WITHIN)):
        yield index, index
        below = index + 1
        if below < len(sheet.rows) and sheet.lines[below] == sheet.lines[index] + 1:
            if _go_together(sheet.rows[index], sheet.rows[below], meanings):
                yield index, below


def _go_together(upper: Sequence[str], lower: Sequence[str], meanings: Meanings) -> bool:
    """Whether the lower of two rows can be headings: it names the countries, or says nothing below the name for them."""
    heads = [n for n, text in enumerate(upper) if Holds(COUNTRY) in meanings.of_heading(text)]
    below = [lower[n] if n < len(lower) else "" for n in heads]
    if heads:
        return any(not text or spaced(text) == spaced(upper[n]) for n, text in zip(heads, below, strict=True))
    return any(Holds(COUNTRY) in meanings.of_heading(text) for text in lower)


def _worth(found: Headings, settled: Mapping[str, Holds]) -> tuple[int, int]:
    """How much of the table headings tell: what is of a criterion counts twice; of two alike, those in one row."""
    named = {index for name in settled for index in found.column_of(name) if found.texts[index]}
    worth = 0
    for n, (means, under) in enumerate(zip(found.means, found.under, strict=True)):
        worth += 2 if under or any(one.criterion for one in means) else 1 if means or n in named else 0
    return worth, found.first - found.last


def _read(
    rows: Sequence[Sequence[str]], meanings: Meanings
) -> tuple[list[str], list[tuple[Holds, ...]], list[str]]:
    """The headings of one row or several, of which an upper one goes on to the right over blank cells."""
    width = max(map(len, rows))
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    lower, texts, means, under = filled[-1], [], [], []
    upper = [" / ".join(dict.fromkeys(spaced(row[n]) for row in filled[:-1] if row[n])) for n in range(width)]
    over = ""
    for above, below in zip(upper, lower, strict=True):
        over = above or (over if below else "")
        texts.append(spaced(" / ".join(dict.fromkeys(filter(None, (over, spaced(below)))))))
        found = meanings.of_two(over, below)
        means.append(found)
        criteria = {one.criterion for one in meanings.of_heading(over) if one.criterion and one.field == ANSWER}
        under.append(criteria.pop() if not found and below and len(criteria) == 1 else "")
    return texts, means, under
