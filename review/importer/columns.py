"""What each column of a table holds, and in which rows its headings stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from country_data import fold
from country_data.names import CountryNames
from country_data.problems import column_letters
from country_data.schema import ANSWERS, EVIDENCE
from country_data.text_file import SheetRows
from country_data.xlsx_file import area_corners
from criteria import Framework
from review.importer.words import field_words, spaced, without_footnotes

__all__ = [
    "ANSWER",
    "BEFORE",
    "COUNTRY",
    "CRITERION",
    "EDITION",
    "FIELDS",
    "SERIES",
    "SKIP",
    "Column",
    "Headings",
    "Holds",
    "Meanings",
    "find_headings",
    "is_country",
    "spread",
]

COUNTRY, CRITERION, ANSWER, EDITION, SERIES, SKIP = "country", "criterion", "answer", "edition", "series", "skip"
FIELDS = (ANSWER, "source", *EVIDENCE)
BEFORE = ": in "  # between a criterion and the edition before, in a template: never imported
_HEADINGS_WITHIN = 30  # the rows among which the headings are looked for
_LONGEST_HEADING = 300
_DENIES = re.compile(r"\b(?:no|not|non|none|without|lack\w*|absen\w+|un\w+ed)\b", re.IGNORECASE)
_STEM = 5  # letters in which forms of one word agree at least
_COMMON = {
    "the",
    "and",
    "for",
    "with",
    "any",
    "law",
    "laws",
    "not",
    "are",
    "its",
    "all",
    "other",
    "number",
    "country",
    "has",
    "that",
    "whether",
    "whatever",
}
_ALSO_HEADINGS = ("id", "no", "nr", "na", "")


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
            for name in (
                one.id,
                one.title,
                one.short,
                one.question,
                *(t for w in wordings for t in (w.text, w.heading)),
            ):
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

    @cached_property
    def _words(self) -> dict[str, str]:
        """The words that stand in the names of one criterion alone, in whatever form."""
        subject = [*_words_of(self.framework.title), *_words_of(self.framework.id)]
        return {
            word: id for word, id in self._names
            if not any(_is_same_word(word, other) for other in (*subject, *(w for w, of in self._names if of != id)))
        }  # fmt: skip

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """The words of the names of each criterion, with its id."""
        return [
            (word, one.id)
            for one in self.framework.criteria
            for name in (
                one.id,
                one.title,
                one.short,
                *(w.heading for w in self.framework.wordings if w.criterion == one.id),
            )
            for word in _words_of(name)
        ]

    def by_word(self, heading: str) -> tuple[str, str] | None:
        """The criterion of which a heading holds a word that no other one has in its names, and that word.

        None where there is none or several, and where the heading denies something.
        """
        if _DENIES.search(heading):
            return None
        found = {
            id: word
            for key, word in _words_of(heading).items()
            for known, id in self._words.items()
            if _is_same_word(key, known)
        }
        return next(iter(found.items())) if len(found) == 1 else None

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


def _words_of(text: str) -> dict[str, str]:
    """The words of a text that say something, by their plain letters."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return {fold(word): word for word in words if fold(word) not in _COMMON}


def _is_same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: they begin alike for most of the shorter one, as define and definition."""
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or shared >= max(_STEM, 0.7 * min(len(one), len(other)))


@dataclass
class Column:
    """A column of a table: what stands over it, and what it holds.

    Attributes
    ----------
    index : int
        Its place, from 0.
    heading : str
        Its heading with single spaces; one in two rows as “upper / lower”.
    over : str
        What stands in the row above its heading.
    means : tuple[Holds, ...]
        What its heading can mean; nothing where that is not known.
    under : str
        The criterion that stands over a heading which is not known.
    holds : Holds | None
        What it holds; None where that is not known.
    state : str
        `settled` by a person, `read` by itself, `asked`, `unused`, or "" before that is decided.
    why : str
        What it was decided by, or what is asked.

    """

    index: int
    heading: str
    over: str = ""
    means: tuple[Holds, ...] = ()
    under: str = ""
    holds: Holds | None = None
    state: str = ""
    why: str = ""

    @property
    def letter(self) -> str:
        """Its letter, as a spreadsheet has it."""
        return column_letters(self.index)

    def decide(self, state: str, why: str, holds: Holds | None = None) -> None:
        """Decide what it holds, and by what."""
        self.state, self.why, self.holds = state, why, holds


@dataclass(frozen=True)
class Headings:
    """The rows of headings of a sheet: the indices of the first and the last, and the columns under them."""

    sheet: SheetRows
    first: int
    last: int
    columns: list[Column]

    @property
    def known(self) -> int:
        """How many headings are known, those under a criterion among them."""
        return sum(bool(one.means or one.under) for one in self.columns)

    def named(self, name: str, *, letters: bool = True) -> list[Column]:
        """The columns that a reading names: by their heading, else by their letter."""
        wanted = spaced(name)
        for same in (lambda text: text == wanted, lambda text: fold(text) != "" and fold(text) == fold(wanted)):
            found = [one for one in self.columns if one.heading and same(one.heading)]
            if found:
                return found
        return [one for one in self.columns if letters and wanted in (one.letter, f"column {one.letter}")]

    def name_of(self, column: Column) -> str:
        """How a reading names a column: by its heading, or by its letter where that does not tell."""
        if column.heading not in ("", "*") and self.named(column.heading) == [column]:
            return column.heading
        return column.letter if self.named(column.letter) == [column] else f"column {column.letter}"


def spread(sheet: SheetRows) -> SheetRows:
    """The sheet with the text of cells merged downwards in each row they cover; a blank row between stays one."""
    if not sheet.merged:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for top, column, bottom, _ in filter(None, map(area_corners, sheet.merged)):
        start, end = bisect_left(sheet.lines, top), bisect_right(sheet.lines, bottom)
        text = (
            rows[start][column - 1] if start < end and sheet.lines[start] == top and column <= len(rows[start]) else ""
        )
        for row in rows[start + 1 : end] if text else ():
            row += [""] * (column - len(row))
            row[column - 1] = row[column - 1] or text
    return replace(sheet, rows=rows)


def find_headings(
    sheet: SheetRows,
    meanings: Meanings,
    settled: Mapping[str, Holds],
    names: CountryNames,
    lines: tuple[int, int] | None = None,
) -> Headings | None:
    """Find the headings of a sheet: the row, or the two, of which most is known; else the first that is no title.

    Parameters
    ----------
    names : CountryNames
        What texts mean which country.
    settled : Mapping[str, Holds]
        What a reading says of columns, by heading.
    lines : tuple[int, int] | None, optional
        The first and the last line of the headings, where a reading says so.

    Returns
    -------
    Headings | None
        None where there is no row.

    """
    most = min(len(sheet.rows), _HEADINGS_WITHIN)
    country = next((n for n in range(1, most) if any(is_country(text, names) for text in sheet.rows[n])), None)
    if lines is not None:
        named = [n for n, line in enumerate(sheet.lines) if lines[0] <= line <= lines[1]]
        candidates = [(named[0], named[-1])] if named else []
    else:
        candidates = list(_candidates(sheet, meanings, country or most))
    found = [Headings(sheet, first, last, _columns(sheet, first, last, meanings)) for first, last in candidates]
    best = max(found, key=lambda one: _worth(one, settled), default=None)
    if best is not None and lines is None and _worth(best, settled)[0] < 2:
        # next to nothing is known: the first row that is no title, else the one above the first country
        return next((one for one in found if sum(map(bool, sheet.rows[one.last])) > 1), found[-1])
    return best


def _candidates(sheet: SheetRows, meanings: Meanings, end: int) -> Iterator[tuple[int, int]]:
    """The first and the last row of what may be headings, among the rows before this one."""
    for index in range(end):
        yield index, index
        below = index + 1
        is_next = below < end and sheet.lines[below] == sheet.lines[index] + 1
        if is_next and _go_together(sheet.rows[index], sheet.rows[below], meanings):
            yield index, below


def is_country(text: str, names: CountryNames) -> bool:
    """Whether a text is a country, and no heading, as ID and No are too."""
    return text.casefold() not in _ALSO_HEADINGS and names.find(without_footnotes(text)) is not None


def _go_together(upper: Sequence[str], lower: Sequence[str], meanings: Meanings) -> bool:
    """Whether the lower of two rows can be headings: it names the countries, or says nothing below the name for them.

    Where neither has a name for them, the lower one may hold names of fields alone.
    """
    heads = [n for n, text in enumerate(upper) if Holds(COUNTRY) in meanings.of_heading(text)]
    if heads:
        below = [(upper[n], lower[n] if n < len(lower) else "") for n in heads]
        return any(not text or spaced(text) == spaced(over) for over, text in below)
    if any(Holds(COUNTRY) in meanings.of_heading(text) for text in lower):
        return True
    filled = [text for text in lower if text]
    return bool(filled) and all(meanings.fields.get(fold(text)) in FIELDS for text in filled)


def _worth(found: Headings, settled: Mapping[str, Holds]) -> tuple[int, int]:
    """How much of the table headings tell: criteria, countries and what is settled count twice; of two alike, one row."""
    named, worth = {one.index for name in settled for one in found.named(name, letters=False)}, 0
    for one in found.columns:
        tells = one.under or one.index in named or any(held.criterion or held.field == COUNTRY for held in one.means)
        worth += 2 if tells else int(bool(one.means))
    return worth, found.first - found.last


def _merged_to_the_right(sheet: SheetRows, lines: Sequence[int]) -> dict[int, int]:
    """The last column under each heading that is merged over several, by the first, from 0."""
    areas = filter(None, map(area_corners, sheet.merged))
    return {left - 1: right - 1 for top, left, _, right in areas if top in lines and right > left}


def _columns(sheet: SheetRows, first: int, last: int, meanings: Meanings) -> list[Column]:
    """The columns under headings in one row or several, of which an upper one goes on to the right over blank cells."""
    rows = sheet.rows[first : last + 1]
    adjacent = first and sheet.lines[first - 1] == sheet.lines[first] - 1
    above = sheet.rows[first - 1] if first == last and adjacent else []
    width = max(len(row) for row in sheet.rows[first:])
    ends = _merged_to_the_right(sheet, sheet.lines[first : last + 1])
    found, upper, over, end = [], "", "", width
    for n in range(width):
        texts = [spaced(row[n]) if n < len(row) else "" for row in rows]
        lower, own = texts[-1], " / ".join(dict.fromkeys(filter(None, texts[:-1])))
        end = ends.get(n, width) if own else end
        # where places on a page say what stands over which columns, an upper heading stands over each of them
        upper = own or (upper if lower and n <= end and not sheet.is_drawn else "")
        over = spaced(above[n]) if n < len(above) and above[n] else over if lower else ""
        means = meanings.of_two(upper, lower)
        criteria = {one.criterion for one in meanings.of_heading(upper) if one.criterion and one.field == ANSWER}
        under = criteria.pop() if not means and lower and len(criteria) == 1 else ""
        heading = " / ".join(dict.fromkeys(filter(None, (upper, lower))))
        found.append(Column(n, heading, upper or over, means, under))
    return found
