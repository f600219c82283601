"""Groups of countries of one's own beside the UN's regions: a publisher's regions, income groups, memberships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from country_data.problems import Problems
from country_data.registry import Registry
from country_data.schema import GROUPS, is_date
from country_data.tables import Table, read_table

__all__ = ["UN_SCHEMES", "Groups", "read_groups"]

UN_SCHEMES = ("region", "subregion")
_TAKEN = frozenset(
    {*UN_SCHEMES, "edition", "statistic", "series", "scored", "lower", "upper", "lower_exact", "upper_exact"}
)


@dataclass(frozen=True)
class Groups:
    """The groups of groups.csv. `frame`: `scheme`, `group`, `country`, `from`, `until`, all text."""

    frame: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(GROUPS.names), dtype=str))

    @property
    def schemes(self) -> list[str]:
        """The schemes, in the order of the file."""
        return list(dict.fromkeys(self.frame["scheme"]))

    def members(self, scheme: str, date: str) -> dict[str, str]:
        """The group of each country in a scheme at a date (YYYY, YYYY-MM or YYYY-MM-DD; "": today's members).

        A membership begins with the period of `from` and ends before that of `until`.
        """
        rows = self.frame[self.frame["scheme"] == scheme]
        return {
            row["country"]: row["group"] for row in rows.to_dict("records") if _holds(row["from"], row["until"], date)
        }


def _holds(start: str, end: str, date: str) -> bool:
    if not date:
        return not end
    begun = not start or _cut(start, date) <= _cut(date, start)
    ended = bool(end) and _cut(end, date) <= _cut(date, end)
    return begun and not ended


def _cut(date: str, other: str) -> str:
    """A date no finer than another."""
    return date[: min(len(date), len(other))]


def read_groups(own: Path, registry: Registry, problems: Problems) -> Groups:
    """Read groups.csv of a data folder, where there is one; what is wrong goes to `problems`."""
    table = read_table(own, "groups", GROUPS, problems, label=str(own), required=False)
    if table is None or table.frame.empty:
        return Groups()
    _check(table, registry, problems)
    return Groups(table.frame)


def _check(table: Table, registry: Registry, problems: Problems) -> None:
    frame = table.frame
    known = registry.codes()
    message = "There is no country “{value}” in the registry."
    remedy = "Name countries by their codes: modellaw list countries."
    table.flag(problems, (frame["country"] != "") & ~frame["country"].isin(known), "country", message, remedy)
    taken = frame["scheme"].str.casefold().isin(_TAKEN)
    remedy = "Give it a name of its own; region and subregion are the UN's, the others are columns of tables."
    table.flag(problems, taken, "scheme", "A grouping can't be called “{value}”.", remedy)
    for column in ("scheme", "group"):
        odd = frame[column].str.contains(r"[\n\r\t|]", regex=True) | frame[column].str.startswith(("=", "+", "-", "@"))
        remedy = "Use words without |, tabs and line breaks, that begin with a letter or digit."
        table.flag(problems, odd, column, "“{value}” can't be the name of a grouping or group.", remedy)
    dated = frame["from"].map(is_date) & frame["until"].map(is_date)
    back = dated & (frame["until"] <= frame["from"])
    table.flag(
        problems,
        back,
        "until",
        "The membership ends on {value}, before it begins.",
        "Give the later date, or leave it blank.",
    )
    rows = frame.to_dict("records")
    by_country: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(rows):
        by_country.setdefault((row["scheme"], row["country"]), []).append(number)
    for numbers in by_country.values():
        for number in _overlapping(rows, numbers):
            message = f"{rows[number]['country']} is in two groups of “{rows[number]['scheme']}” at the same time."
            problems.add(table.place(number, "country"), message, "Keep one, or give from and until.", "country")


def _overlapping(rows: list[dict[str, str]], numbers: Iterable[int]) -> list[int]:
    """The rows of one country and scheme that begin before an earlier one has ended."""
    found: list[int] = []
    last: int | None = None
    for number in sorted(numbers, key=lambda one: (rows[one]["from"], one)):
        if last is not None:
            end, start = rows[last]["until"], rows[number]["from"]
            if not end or not start or _cut(start, end) < _cut(end, start):
                found.append(number)
        last = number
    return found
