"""Which country a text in a table of others means: by its name in any of many languages, by an alias, or by its code."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from country_data.registry import Registry, fold

__all__ = ["CountryNames", "MatchedCountry"]

_CODE = re.compile(r"[A-Z]{2,4}")
_SHORT = re.compile(r"[A-Z]\.?(?:[A-Z]\.?){1,2}")  # UK, U.A.E.


@dataclass(frozen=True, slots=True)
class MatchedCountry:
    """The country that a text means, and how: `name`, `code`, `alias`, or `name in German`."""

    code: str
    how: str


def _exact(text: str) -> str:
    """A name as it is compared: case, spaces and punctuation aside; accents and vowel signs count."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LMN")


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    """The rows of names.csv, which is made of the Unicode Common Locale Data Repository: code, name, languages."""
    lines = files("country_data").joinpath("names.csv").read_text(encoding="utf-8").splitlines()
    return tuple((code, name, languages) for code, name, languages in csv.reader(lines[1:]))


def _names_as_written() -> list[tuple[str, str]]:
    """Each name in another language, and its code."""
    return [(name, code) for code, name, _ in _rows()]


@cache
def _names() -> tuple[tuple[str, str, str], ...]:
    """The exact letters of each name in another language, its code, and how it is said to match."""
    found = []
    for code, name, languages in _rows():
        first, *others = languages.split("|")
        more = f" and {len(others)} other{'s' if len(others) > 1 else ''}" if others else ""
        found.append((_exact(name), code, f"name in {first}{more}"))
    return tuple(found)


@dataclass(frozen=True)
class CountryNames:
    """The texts that mean one country without asking: codes in capitals, English names and aliases, and other languages'.

    A text that means two countries, and one that is only like a name, means none.
    """

    registry: Registry

    @cached_property
    def _codes(self) -> dict[str, str]:
        frame = self.registry.frame
        found = dict(zip(frame["code"], frame["code"], strict=True))
        for code, aliases in zip(frame["code"], frame["aliases"], strict=True):
            found |= {alias: code for alias in aliases.split("|") if _CODE.fullmatch(alias) and alias not in found}
        return found

    @cached_property
    def _by_name(self) -> dict[str, dict[str, str]]:
        """By the exact letters of a name: the codes it means, each with how."""
        frame = self.registry.frame
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for code, name, aliases in zip(frame["code"], frame["name"], frame["aliases"], strict=True):
            found[_exact(name)].setdefault(code, "name")
            for alias in aliases.split("|"):
                if alias and not _CODE.fullmatch(alias):
                    found[_exact(alias)].setdefault(code, "alias")
        for text, code, how in _names():
            found[text].setdefault(code, how)
        return found

    @cached_property
    def _by_letters(self) -> dict[str, dict[str, str]]:
        """The same by plain letters without accents, for names long enough in letters that can be without them."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for text, codes in self._by_name.items():
            if len(fold(text)) > len("ABC") and _has_plain_letters(text):
                for code, how in codes.items():
                    found[fold(text)].setdefault(code, how)
        return found

    def every_name(self) -> dict[str, list[str]]:
        """By code, every name, alias and name in another language that means this country and no other."""
        frame = self.registry.frame
        texts = [
            (text, code)
            for code, name, aliases in zip(frame["code"], frame["name"], frame["aliases"], strict=True)
            for text in (name, *filter(None, aliases.split("|")))
        ]
        found: defaultdict[str, list[str]] = defaultdict(list)
        for text, code in dict.fromkeys([*texts, *_names_as_written()]):
            meant = self._by_name.get(_exact(text), {code: ""})
            if set(meant) == {code}:
                found[code].append(text)
        return dict(found)

    def find(self, text: str, *, two_letters: bool = False) -> MatchedCountry | None:
        """The country that a text means; None where none, or more than one.

        `two_letters`: the text stands among codes of two letters, so that NA is Namibia.
        """
        text = text.strip()
        if text.replace(".", "").casefold() == "na" and not (two_letters and text == "NA"):
            return None  # what is not there, more often than Namibia
        if text in self._codes:
            return MatchedCountry(self._codes[text], "code" if len(text) > 1 else "alias")
        if _SHORT.fullmatch(text):
            code = self._codes.get(text.replace(".", "")) or self.registry.find(text)
            return MatchedCountry(code, "alias") if code else None
        meant = self._by_name.get(_exact(text)) or {}
        if not meant and len(fold(text)) > len("ABC") and _has_plain_letters(text):
            meant = self._by_letters.get(fold(text), {})
        if len(meant) != 1:
            return None
        ((code, how),) = meant.items()
        return MatchedCountry(code, how)


@cache
def _has_plain_letters(text: str) -> bool:
    """Whether each letter is one of Latin, Greek or Cyrillic script, whose accents people leave out."""
    return all(
        unicodedata.name(sign, "").startswith(("LATIN", "GREEK", "CYRILLIC", "COMBINING", "DIGIT"))
        for sign in text
        if sign.isalnum()
    )
