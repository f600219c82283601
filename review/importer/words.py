"""What people write for answers and as headings: words that are read without asking, and what may stand behind one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from country_data import fold
from criteria import Framework, Status, answer_words

__all__ = ["allowed_answers", "answer_of", "field_words", "plain", "spaced", "spelled_answers", "without_footnotes"]

_UNSEEN = dict.fromkeys(
    [0xAD, 0xFE0E, 0xFE0F, 0x200E, 0x200F, 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], None
)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # full-width letters
_FOOTNOTES = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079*†‡"
_IN_BRACKETS = re.compile(r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\))$")
_LONGEST_BRACKETS = 7
# what names a place in a law, and what may stand between such places
_WORD = (
    r"(?:§+|(?:s|ss|sec|sect|section|sections|art|arts|article|articles|para|paras|paragraph|paragraphs|ch|chapter|p|pp|"
    r"page|pages|fn|footnote|note)\b)\.?\s*"
)
# a number of four figures alone may be a year
_PLACE = rf"(?:{_WORD}\d{{1,4}}|\d{{1,3}}(?![\d/]))[a-z]{{0,2}}(?:\.\d{{1,4}})*(?:\s?\([a-z0-9]{{1,4}}\))*"
_BEHIND = re.compile(rf"(?:{_PLACE}(?:\s*(?:,|;|–|-|/|&|and)\s*{_PLACE}){{0,9}}|[{_FOOTNOTES}]{{1,6}})", re.IGNORECASE)
_NUMBERED = re.compile(r"n[or]?\s+\d", re.IGNORECASE)  # No 171 is the number of a law
_SPLIT = re.compile(r"(\w+)(?:\s*[,;:–—-]\s*|\s+|(?=[(\[]))(.{1,120})", re.DOTALL)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("review.importer").joinpath("words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=20_000)  # few texts of a large table are different
def spaced(text: str) -> str:
    """A text with one space wherever there is white space, as it is named in a reading."""
    return " ".join(text.split())


@lru_cache(maxsize=20_000)  # as above
def plain(text: str) -> str:
    """A word as it is compared: without case, marks of direction and the full stop; wide letters narrow, spaces as _."""
    bare = unicodedata.normalize("NFC", text.translate(_UNSEEN).translate(_NARROW)).strip()
    return "_".join((bare.rstrip(".") or bare).casefold().split())


@lru_cache(maxsize=20_000)  # as above
def without_footnotes(text: str) -> str:
    """A name without the footnote marks behind it; a mark that stands alone is left."""
    word = text.strip()
    while True:
        shorter = word.rstrip(_FOOTNOTES + " ")
        bracket = _IN_BRACKETS.search(shorter[-_LONGEST_BRACKETS:])
        shorter = shorter[: len(shorter) - len(bracket[0])] if bracket else shorter
        if not shorter or shorter == word:
            return word
        word = shorter


def field_words() -> dict[str, str]:
    """What a column holds, by the plain letters of a heading that can mean one thing."""
    return {fold(word): name for name, words in _words()["columns"].items() for word in words}


def allowed_answers(framework: Framework) -> list[str]:
    """The words of the data format for answers, the best grade first."""
    return [*reversed(framework.grades), *(status.word for status in Status if status.word)]


def spelled_answers(framework: Framework) -> dict[str, str]:
    """The answer that each word means, by the word in plain letters: those of the framework and of words.toml."""
    words = {plain(word): word for word in answer_words(framework) if word}
    ends = {"yes": framework.highest, "no": framework.lowest}
    for word, written in _words()["answers"].items():
        for one in written:
            words.setdefault(plain(one), ends.get(word, word))
    return words


def answer_of(text: str, spelled: dict[str, str]) -> tuple[str, str] | None:
    """The answer that a cell's text means, and what stands behind it in the law; None where that has to be asked.

    A section, an article, a number or a footnote mark may stand behind a word; anything else is a condition.
    """
    word = spelled.get(plain(text))
    if word is not None:
        return word, ""
    front = text.rstrip(_FOOTNOTES + " ")
    if front != text and plain(front) in spelled:
        return spelled[plain(front)], text[len(front) :].strip()
    match = _SPLIT.fullmatch(spaced(text))
    if match is None or plain(match[1]) not in spelled or _NUMBERED.match(text):
        return None
    behind = match[2].strip()
    inner = behind[1:-1].strip() if behind[:1] + behind[-1:] in ("()", "[]") else behind
    is_mark = inner != behind and len(inner) == 1 and inner.isalpha()
    return (spelled[plain(match[1])], inner) if is_mark or _BEHIND.fullmatch(inner) else None
