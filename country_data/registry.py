"""The dated registry of countries: which code a name means, and what became of countries that ended."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from country_data.problems import ChoiceError, Problems
from country_data.schema import COUNTRIES
from country_data.tables import Table

__all__ = ["Registry", "UnknownCountry", "build_registry", "fold"]

_MAX_CODE_LETTERS = 3
_MIN_SIMILARITY = 72
_CODE = re.compile(r"[A-Z]{3,4}", re.ASCII)
_INVENTED_STATUS = "invented"
_INVENTED = re.compile(r"Q[M-Z][A-Z]", re.ASCII)


class UnknownCountry(ChoiceError):
    """A name that is not exactly one country; `nearest` holds the names most like it."""

    def __init__(self, text: str, nearest_names: list[str]) -> None:
        self.text = text
        self.nearest = nearest_names
        hint = f" Did you mean {' or '.join(nearest_names)}?" if nearest_names else ""
        super().__init__(f"“{text}” is not exactly one country.{hint}")


@lru_cache(maxsize=50_000)  # few texts of a large table are different
def fold(text: str) -> str:
    """The letters and digits of a text: case, accents, punctuation and spaces aside."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True)
class Registry:
    """Countries by code. `frame`: the columns of countries.csv, all text, plus `order`.

    `order` (int) sorts countries by the plain letters of their English name. One row per code.
    """

    frame: pd.DataFrame

    @cached_property
    def _by_name(self) -> dict[str, str]:
        codes: dict[str, str] = {}
        for code, _, text in _spellings(self.frame):
            key = fold(text)
            codes[key] = code if codes.get(key, code) == code else ""  # what means two countries means none
        return {key: code for key, code in codes.items() if key and code}

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.frame["code"], self.frame["name"], strict=True))

    def find(self, text: str) -> str | None:
        """The code that a code, name or alias means exactly (case, accents, punctuation aside)."""
        key = fold(text)
        # "n/a" is no code: between a few letters only a dot may stand ("U.K.")
        if len(key) <= _MAX_CODE_LETTERS and len(key) != len(re.sub(r"^\W+|\W+$|\.", "", text)):
            return None
        return self._by_name.get(key)

    def resolve(self, text: str) -> str:
        """The code that `text` means; raises `UnknownCountry` with the nearest names."""
        code = self.find(text) if isinstance(text, str) else None
        if code is None:
            raise UnknownCountry(str(text), self.nearest(str(text)))
        return code

    def resolve_all(self, texts: Iterable[str] | str) -> set[str]:
        """The codes that texts mean, or one text; raises `UnknownCountry`."""
        return {self.resolve(text) for text in ([texts] if isinstance(texts, str) else texts)}

    def nearest(self, text: str, most: int = 3) -> list[str]:
        """The names of the countries whose names or aliases are most like `text`."""
        from rapidfuzz import fuzz, process, utils

        spelled, codes = self._spelled
        plain = utils.default_process(text)
        matches = (
            process.extract(plain, spelled, scorer=fuzz.WRatio, limit=20, score_cutoff=_MIN_SIMILARITY) if plain else []
        )
        return [self.name(code) for code in dict.fromkeys(codes[index] for _, _, index in matches)][:most]

    def likeness(self, text: str, code: str) -> float:
        """How like `text` is to the name or alias of a country that is most like it, from 0 to 100; whole words only."""
        from rapidfuzz import fuzz

        rows = self.frame[self.frame["code"] == code]
        return max((fuzz.ratio(fold(text), fold(name)) for _, _, name in _spellings(rows)), default=0.0)

    @cached_property
    def _spelled(self) -> tuple[list[str], list[str]]:
        """Every name, prepared for the search, with its code; codes are too short to be near by more than chance."""
        from rapidfuzz import utils

        pairs = [
            (utils.default_process(text), code)
            for code, _, text in _spellings(self.frame)
            if len(text) > _MAX_CODE_LETTERS
        ]
        return [text for text, _ in pairs], [code for _, code in pairs]

    def with_others(self, other: Registry) -> Registry:
        """Return this registry with the countries of another one too, and with its names of those in both."""
        if other.frame.equals(self.frame):
            return self
        frame, theirs = self.frame, other.frame
        more = theirs[~theirs["code"].isin(self.codes())]
        named = dict(zip(theirs["code"], theirs["name"] + "|" + theirs["aliases"], strict=True))
        spelled = zip(frame["code"], frame["name"], frame["aliases"], strict=True)
        aliases = [_joined(mine.split("|"), named.get(code, "").split("|"), name) for code, name, mine in spelled]
        return _ordered(pd.concat([frame.assign(aliases=aliases), more], ignore_index=True))

    def name(self, code: str) -> str:
        """The English name of a code."""
        return self._names[code]

    def codes(self) -> set[str]:
        """All codes."""
        return set(self._names)


def build_registry(embedded: Table, own: Table | None, problems: Problems) -> Registry:
    """Put a user's countries on top of the embedded ones.

    A new code is a new country; a known code adds its aliases, its other columns blank. Notes as
    problems: a malformed code, a missing name, a code twice, an invented country outside QMA–QZZ, a
    successor that isn't there, and a name that would mean two countries.
    """
    frame = embedded.frame
    _check(embedded, set(), problems)
    if own is not None and len(own.frame):
        known = set(frame["code"])
        _check(own, known, problems)
        frame = _layer(frame, own, known, problems)
        invented = frame["code"].str.fullmatch(_INVENTED.pattern)
        frame["status"] = frame["status"].mask(invented, _INVENTED_STATUS)
    _check_names(frame, own if own is not None else embedded, problems)
    return _ordered(frame)


def _ordered(frame: pd.DataFrame) -> Registry:
    """The registry of countries, by the plain letters of their names."""
    plain = frame["name"].map(fold)
    order = pd.DataFrame({"plain": plain, "code": frame["code"]}).sort_values(["plain", "code"]).index
    return Registry(frame.loc[order].reset_index(drop=True).assign(order=range(len(frame))))


def _check(table: Table, known: set[str], problems: Problems) -> None:
    frame = table.frame
    code, status = frame["code"], frame["status"]
    fits = code.str.fullmatch(_CODE.pattern)
    remedy = "Use three or four capital letters; QMA to QZZ for invented countries."
    table.flag(problems, (code != "") & ~fits, "code", "“{value}” is not a country code.", remedy)
    twice = fits & code.duplicated()
    table.flag(problems, twice, "code", "The code {value} stands twice.", "Keep one row for each country.")
    new = fits & ~twice & ~code.isin(known)
    message = "The new country {code} has no name."
    table.flag(problems, new & (frame["name"] == ""), "name", message, "Give its English name.")
    odd = new & (status != "") & ((status == _INVENTED_STATUS) != code.str.fullmatch(_INVENTED.pattern))
    remedy = "Codes QMA to QZZ, and only those, are for countries of status “invented”."
    table.flag(problems, odd, "status", "The status of {code} is “{value}”.", remedy)
    ended = (frame["successors"] != "") & (frame["until"] == "")
    remedy = "Give the date on which it ended in “until”."
    table.flag(problems, ended, "until", "A country with successors has no end.", remedy)
    codes = known | set(code)
    for row, text in frame["successors"].items():
        for successor in (successor for successor in text.split() if successor not in codes):
            message = f"The successor “{successor}” is not in the registry."
            problems.add(table.place(row, "successors"), message, "Name codes separated by spaces.", "successors")


def _layer(frame: pd.DataFrame, own: Table, known: set[str], problems: Problems) -> pd.DataFrame:
    """The embedded countries with the aliases and the new countries of a user's file."""
    adds = own.frame["code"].isin(known)
    base = frame.set_index("code")
    remedy = "For a known code only aliases are added; leave the other columns blank."
    for row in own.frame.index[adds]:
        added = own.frame.loc[row]
        there = base.loc[added["code"]]
        for name in COUNTRIES.names[1:]:
            if name != "aliases" and added[name] and added[name] != there[name]:
                message = f"“{added[name]}” differs from the registry's “{there[name]}”."
                problems.add(own.place(row, name), message, remedy, name)
        aliases = [there["aliases"], *added["aliases"].split("|")]
        base.at[added["code"], "aliases"] = "|".join(filter(None, aliases))
    return pd.concat([base.reset_index(), own.frame[~adds]], ignore_index=True)


def _check_names(frame: pd.DataFrame, table: Table, problems: Problems) -> None:
    """Note the names in `table` by which, in the whole registry, two countries would be meant."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for code, _, text in _spellings(frame):
        owners[fold(text)].add(code)
    for row, (code, column, text) in _numbered(table.frame):
        others = owners[fold(text)] - {code}
        if not fold(text):
            remedy = "A name or alias needs letters or digits."
            problems.add(table.place(row, column), f"“{text}” is no name.", remedy, column)
        elif others:
            message = f"“{text}” would mean both {code} and {', '.join(sorted(others))}."
            remedy = "A name or alias must mean one country: remove or reword it."
            problems.add(table.place(row, column), message, remedy, column)


def _joined(mine: list[str], theirs: list[str], name: str) -> str:
    """The aliases of a country in two registries, without its name."""
    return "|".join(alias for alias in dict.fromkeys([*mine, *theirs]) if alias not in ("", name))


def _spellings(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Code, column and text of every code, name and alias."""
    for _, spelling in _numbered(frame):
        yield spelling


def _numbered(frame: pd.DataFrame) -> Iterator[tuple[int, tuple[str, str, str]]]:
    for row, (code, name, aliases) in enumerate(zip(frame["code"], frame["name"], frame["aliases"], strict=True)):
        for column, text in (("code", code), ("name", name), *(("aliases", alias) for alias in aliases.split("|"))):
            if text:
                yield row, (code, column, text)
