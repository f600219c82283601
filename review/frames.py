"""The columns of the public frames: for each its type and its meaning. What is exported bears these as its dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from country_data.schema import ANSWERS, EVIDENCE
from criteria import Framework

__all__ = [
    "ANSWER_COLUMNS",
    "CHANGE_COLUMNS",
    "CITED",
    "COUNTRY_COLUMNS",
    "CRITERION_COLUMNS",
    "EDITION_COLUMNS",
    "EVIDENCE_COLUMNS",
    "FIGURE_COLUMNS",
    "LAW_CHANGE_COLUMNS",
    "RECORDED_COLUMNS",
    "SOURCE_COLUMNS",
    "STATISTIC_COLUMNS",
    "Columns",
    "as_floats",
    "fill_text",
    "reserved_columns",
    "score_columns",
    "without_exact",
]

Columns = dict[str, tuple[str, str]]

_EDITION = {"edition": ("string", "the edition, by id")}
_PLACE = {
    "country": ("string", "the country's code (ISO 3166-1 alpha-3; alpha-4 of ended countries)"),
    "name": ("string", "the country's English name"),
}
_REGIONS = {"region": ("string", "the UN region"), "subregion": ("string", "the UN subregion")}
_CRITERION = {"criterion": ("string", "the criterion, by id")}
_SOURCE = {"source": ("string", "ids of the sources, with spaces between")}
_NOTE = {"note": ("string", "a note")}
# what a reader looks an answer up by
CITED = ("source", "locator", "citation", "quote")
# the fields beside an answer (country_data.schema.EVIDENCE), and its source
EVIDENCE_COLUMNS: Columns = {
    **_SOURCE,
    "locator": ("string", "where in the source"),
    "citation": ("string", "statute and article"),
    "quote": ("string", "the passage itself"),
    "effective": ("string", "the date since which it holds (YYYY, YYYY-MM or YYYY-MM-DD)"),
    "cause": ("string", "why it differs from the edition before, where the data say"),
    **_NOTE,
}
assert {"source", *EVIDENCE} == set(EVIDENCE_COLUMNS), "every field of evidence has its meaning here"
RECORDED_COLUMNS: Columns = {
    **_EDITION,
    **_PLACE,
    **_CRITERION,
    "answer": ("string", "what is recorded: a grade, unknown, not_assessed, not_applicable; blank: nothing"),
    **EVIDENCE_COLUMNS,
}
ANSWER_COLUMNS: Columns = {
    **_EDITION,
    **_PLACE,
    **_REGIONS,
    **_CRITERION,
    "answer": ("string", "the answer after deduction"),
    "recorded": ("string", "what the data state, blank where nothing"),
    "follows_from": ("string", "the criterion from whose answer a deduced one follows, else blank"),
    **EVIDENCE_COLUMNS,
}
STATISTIC_COLUMNS: Columns = {
    **_EDITION,
    "statistic": ("string", "the statistic, by id"),
    "lower": ("number", "at least so many, of the answers that are recorded; null where not computable"),
    "upper": ("number", "at most so many; null where not computable"),
    "lower_exact": ("string", "the same as a fraction; blank where not computable"),
    "upper_exact": ("string", "the same as a fraction; blank where not computable"),
    "published": ("number", "the published figure to quote; null where there is none"),
    "source": ("string", "the source of the published figure, by id"),
}
EDITION_COLUMNS: Columns = {
    **_EDITION,
    "kind": ("string", "edition, or update: a dated statement between editions"),
    "title": ("string", "its title"),
    "as_of": ("string", "the date whose law it describes"),
    "published": ("string", "the date of its publication"),
    "reviewed": ("integer", "how many countries it covers; null where not known"),
    "coverage": ("string", "complete: every country covered has an answer here; partial"),
    **_SOURCE,
    **_NOTE,
    "recorded": ("integer", "how many countries have an answer here"),
}
SOURCE_COLUMNS: Columns = {
    "source": ("string", "the source, by id"),
    "title": ("string", "its title"),
    "publisher": ("string", "who published it"),
    "kind": ("string", "publisher (the reviewer's own), record, government, press or comment"),
    "published": ("string", "the date of its publication"),
    "url": ("string", "its address"),
    "answers": ("integer", "how many answers name it"),
    "figures": ("integer", "how many published figures name it"),
}
CRITERION_COLUMNS: Columns = {
    **_CRITERION,
    "title": ("string", "its title"),
    "short": ("string", "its heading"),
    "question": ("string", "what it asks"),
    "counts": ("string", "what counts as met"),
    "requires": ("string", "ids of the criteria that it requires, with spaces between"),
    "weight": ("string", "its weight, a decimal"),
}
COUNTRY_COLUMNS: Columns = {
    "code": ("string", "the country's code"),
    "name": ("string", "its English name"),
    "aliases": ("string", "other names, with | between"),
    **_REGIONS,
    "status": ("string", "un_member, un_observer, territory, other or invented"),
    "from": ("string", "the date since which it is there"),
    "until": ("string", "the date on which it ended"),
    "successors": ("string", "codes of its successors, with spaces between"),
    "editions": ("string", "the editions in which it has an answer, with spaces between"),
}
FIGURE_COLUMNS: Columns = {
    **_EDITION,
    "statistic": ("string", "the statistic, by id"),
    "value": ("number", "the published value"),
    "as_of": ("string", "the date that it speaks of"),
    **_SOURCE,
    "status": ("string", "preferred (to quote), alternative or misreading"),
    **_NOTE,
    "publisher": ("string", "who published the first source"),
    "kind": ("string", "the kind of the first source"),
    "published": ("string", "the date of the first source"),
    "url": ("string", "the address of the first source"),
    "reviewed": ("integer", "how many countries the edition covers; null where not known"),
}
LAW_CHANGE_COLUMNS: Columns = {
    "country": _PLACE["country"],
    "date": ("string", "when the law changed"),
    **_CRITERION,
    "change": ("string", "introduced, amended or repealed"),
    **_SOURCE,
    **_NOTE,
    "name": _PLACE["name"],
}
CHANGE_COLUMNS: Columns = {
    "kind": ("string", "newly_met, more_met, no_longer_met, less_met, now_stated, no_longer_stated or other"),
    "after_gap": ("boolean", "whether editions between the two leave the answer open"),
    "from": ("string", "the earlier edition, by id"),
    "to": ("string", "the later edition, by id"),
    **_PLACE,
    **_CRITERION,
    "was": ("string", "the answer in the earlier edition, after deduction"),
    "now": ("string", "the answer in the later edition, after deduction"),
    "was_follows": ("boolean", "whether the earlier answer follows from another"),
    "now_follows": ("boolean", "whether the later answer follows from another"),
    **{
        f"{side}_{name}": (kind, f"{meaning}, of the {edition} answer")
        for side, edition in (("was", "earlier"), ("now", "later"))
        for name, (kind, meaning) in EVIDENCE_COLUMNS.items()
        if name in CITED
    },
}
_SCORE_COLUMNS: Columns = {
    **_EDITION,
    **_PLACE,
    "lower": ("number", "the least score that open answers leave; null for no score"),
    "upper": ("number", "the greatest score that open answers leave; null for no score"),
    "out_of": ("number", "the score of a country that meets everything that applies to it"),
    "shown": ("string", "the score rounded half up; blank where it is not one value"),
    "rank": ("integer", "the rank among the edition's countries; null where open answers leave several"),
    "levels": ("array", "ids of the levels that remain possible, best first"),
}
_DEDUCED = {"deduced": ("array", "ids of the criteria whose answer follows from another")}
# of a comparison's frame of countries
_COMPARED = ("presence", "successors", "kind", *(f"{name}_{side}" for name in ("levels", "lower", "upper") for side in ("from", "to")))  # fmt: skip


def score_columns(framework: Framework) -> Columns:
    """The columns of the scores under a framework: those of groups and of criteria are named by their ids."""
    groups = {
        f"group:{group.id}:{end}": ("number", f"{group.title}: the {'least' if end == 'lower' else 'greatest'} score")
        for group in framework.groups
        for end in ("lower", "upper")
    }
    criteria = {one.id: ("string", f"{one.title}: the answer after deduction") for one in framework.criteria}
    return {**_SCORE_COLUMNS, **groups, **criteria, **_DEDUCED}


def reserved_columns() -> frozenset[str]:
    """The names that no criterion may have: those of columns beside its own, in frames and in tables to import."""
    return frozenset({"series", "scored", "code", *_REGIONS, *_SCORE_COLUMNS, *_DEDUCED, *_COMPARED, *ANSWERS.names})


def as_floats(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with exact numbers (int, Fraction, None) as Float64, and beside each its `<name>_exact` as text."""
    exact_columns = {}
    for name in columns:
        values = [None if value is None else Fraction(value) for value in frame[name].tolist()]
        exact_columns[name] = pd.array([None if value is None else float(value) for value in values], dtype="Float64")
        exact = ["" if value is None else str(value) for value in values]
        exact_columns[f"{name}_exact"] = pd.Series(exact, index=frame.index, dtype=str)
    return frame.assign(**exact_columns)


def without_exact(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the columns that `as_floats` put beside its numbers, for a reader of CSV or JSON."""
    exact = {f"{name}_exact" for name in frame.columns}
    return frame[[name for name in frame.columns if name not in exact]]


def fill_text(frame: pd.DataFrame, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """A frame of texts with "" for nothing; without this, a column without any value would be one of numbers."""
    names = list(frame.columns if columns is None else columns)
    return frame.assign(**{name: frame[name].astype(object).fillna("").astype(str) for name in names})
