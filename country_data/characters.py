"""Characters that no text of ours holds, and how a text is shown that may hold any."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["clean", "guarded", "name_of", "printable", "unguarded", "unusable"]

# control characters, halves of pairs, and what Unicode never assigns: no workbook and no terminal takes them
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# what a terminal would obey instead of showing it: these, line ends, and what turns the direction of text
_OBEYED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def unusable(text: str) -> re.Match[str] | None:
    """The first character that no text of a data folder, an argument or a framework may hold."""
    return None if text.isascii() and text.isprintable() else _UNUSABLE.search(text)


def name_of(character: str) -> str:
    """An unusable character in words."""
    return "a NUL" if character == "\0" else f"the control character U+{ord(character):04X}"


def printable(text: str) -> str:
    """A text as it may be shown on a terminal: what would be obeyed stands as its number, U+001B as u001b behind a backslash."""
    return text if text.isprintable() else _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def guarded(text: str) -> str:
    """A text as it stands in a CSV for spreadsheets: ' before what would be run as a formula, or has it already."""
    return f"'{text}" if text[:1] in _GUARDED and _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text that `guarded` gave, as it was."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


_GUARDED = ("=", "+", "-", "@", "'")
_FORMULA = re.compile(r"'*[=+\-@]")


@lru_cache(maxsize=50_000)  # few texts of a large table are different
def clean(text: str) -> str:
    """A text without spaces around it and without characters that nobody sees; a joiner within a script that writes it stays."""
    return _STRAY_JOINER.sub("", text.translate(_UNSEEN).strip()) if not text.isascii() else text.strip()


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), None)
# Persian, Indian languages and signs of several parts are spelled with joiners; beside anything else they are strays
_STRAY_JOINER = re.compile(
    r"(?<![^\x00-\u02af\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02af\u200c\u200d])"
)
