"""How people write answers: yes/no in several languages, ticks, numbers, marks; with footnote marks behind them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from criteria import Framework, Status, answer_words
from review.wording import FOLLOWS, marks_of

__all__ = ["AMBIGUOUS", "NOTHING", "TICKS", "match_answer", "meanings_of", "plain", "spellings", "without_marks"]

TICKS = frozenset("✓✔☑√✅")
_MET = ["yes", "y", "true", "met", "ja", "oui", "si", "sí", "sim", "да", "はい", "是", "有", "نعم", *sorted(TICKS)]
_NOT_MET = [
    "no",
    "n",
    "false",
    "not_met",
    "nein",
    "non",
    "não",
    "nao",
    "нет",
    "いいえ",
    "否",
    "无",
    "لا",
    *list("✗✘☒❌"),
]
_OPEN = ["unknown", "unclear", "silent", "silent_or_unclear", "not_known", "?"]
_NOT_ASKED = ["not_assessed", "not_asked", "not_reviewed"]
_NOT_APPLICABLE = ["not_applicable", "does_not_apply"]
NOTHING = "blank"  # how a user says that a sign stands for nothing recorded
# what may mean one thing or another, and has to be settled: what it may mean, and the words for that
_MAY_BE_NONE = ("not applicable or not available", ("not_applicable", "unknown", NOTHING))
_MAY_BE_BLANK = ("no, or nothing recorded", ("no", NOTHING))
AMBIGUOUS = {
    "x": ("a cross or a tick", ("yes", "no")),
    "×": ("a cross or “does not apply”", ("no", "not_applicable")),
    "n/a": _MAY_BE_NONE,
    "na": _MAY_BE_NONE,
    "n.a": _MAY_BE_NONE,
    "-": _MAY_BE_BLANK,
    "–": _MAY_BE_BLANK,
}
_CROSSES = ("x", "×")
_UNSEEN = dict.fromkeys(
    [0xAD, 0xFE0E, 0xFE0F, 0x200E, 0x200F, 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], None
)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # full-width letters
_FOOTNOTES = "\u00b9\u00b2\u00b3\u2070\u2071\u2072\u2073\u2074\u2075\u2076\u2077\u2078\u2079*†‡§ "
_IN_BRACKETS = re.compile(r"(?:\[(?:\d{1,3}|[a-z])\]|\(\d{1,2}\))$", re.IGNORECASE)
_LONGEST_BRACKETS = 6


@lru_cache(maxsize=20_000)  # few texts of a large table are different
def without_marks(text: str) -> str:
    """A word without marks of direction and the footnote marks behind it, wide letters as narrow ones.

    A footnote mark that stands alone is no word behind which it could stand, and is left as it is.
    """
    bare = unicodedata.normalize("NFC", text.translate(_UNSEEN).translate(_NARROW)).strip()
    word = bare
    while True:
        shorter = word.rstrip(_FOOTNOTES)
        bracket = _IN_BRACKETS.search(shorter[-_LONGEST_BRACKETS:])
        shorter = shorter[: len(shorter) - len(bracket[0])] if bracket else shorter
        if shorter == word:
            return word or bare
        word = shorter


@lru_cache(maxsize=20_000)  # as above
def plain(text: str) -> str:
    """A word as it is compared: as `without_marks`, without case and full stop; spaces as _."""
    bare = without_marks(text)
    return "_".join((bare.rstrip(".") or bare).casefold().split())


def spellings(framework: Framework) -> dict[str, str]:
    """Every spelling that is understood, in plain letters, with the word of the data format it stands for."""
    words = {plain(word): word for word in answer_words(framework) if word}
    for mark, word in zip(marks_of(framework), _words_of_marks(framework), strict=True):
        words.setdefault(plain(mark.words), word)
        if mark.sign not in AMBIGUOUS:
            words.setdefault(mark.sign, word)
    groups = {
        framework.highest: _MET,
        framework.lowest: _NOT_MET,
        Status.UNKNOWN.word: _OPEN,
        Status.NOT_ASSESSED.word: _NOT_ASKED,
        Status.NOT_APPLICABLE.word: _NOT_APPLICABLE,
    }
    for word, written in groups.items():
        for one in written:
            words.setdefault(one, word)
    if len(framework.grades) == len(("no", "yes")):  # of more than two grades a number could be any
        words |= {"1": framework.highest, "0": framework.lowest}
    return words


def _words_of_marks(framework: Framework) -> list[str]:
    """The word of the data format behind each of the framework's marks, in their order."""
    between = list(reversed(framework.grades[1:-1]))
    others = [Status.UNKNOWN, Status.NOT_ASSESSED, Status.NOT_APPLICABLE, Status.BLANK]
    return [framework.highest, *between, framework.lowest, *(status.word for status in others)]


def meanings_of(sign: str, framework: Framework) -> tuple[str, tuple[str, ...]] | None:
    """What a sign may mean, in words, and the answers to choose from; None where it is none of those."""
    ambiguous = AMBIGUOUS.get(plain(sign))
    if ambiguous is None:
        return None
    ends = {"yes": framework.highest, "no": framework.lowest}
    return ambiguous[0], tuple(ends.get(word, word) for word in ambiguous[1])


def match_answer(text: str, known: Mapping[str, str], *, cross: str | None = None) -> str | None:
    """The word that a cell's text stands for ("" where it stands for nothing recorded); None where that is not known.

    `known`: the words by their spelling; `cross`: what a lone x means here, where that is known.
    """
    key = plain(text.rstrip(FOLLOWS))
    if not key:
        return ""
    if cross is not None and key in _CROSSES and key not in known:
        return cross
    return known.get(key)
