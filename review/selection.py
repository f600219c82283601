"""The countries behind a count: those with an answer, or at a level, in one edition (semantics, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from country_data import ChoiceError
from country_data.problems import unknown_name
from criteria import AnswerMatrix, Framework, Status, answer_words
from review.findings import Findings
from review.wording import NOT_IN_DATA, OPEN

__all__ = ["Selection", "parse_selection"]

_STATES = {"silent": OPEN.id, "no_data": NOT_IN_DATA.id}  # what summary counts beside answers, by its marks
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Selection:
    """What countries must have to be listed.

    Attributes
    ----------
    answers : Mapping[str, str]
        By criterion a grade, `unknown`, `not_assessed`, `not_applicable`; `silent`: all that summary counts as silent or
        unclear; `no_data`: not in our data.
    level : str
        The id of a level; "" for any.
    or_better : bool
        Whether a better level will do.
    possible : bool
        Whether what is open may turn out so: the countries behind “at most”, in place of “at least”.

    """

    answers: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    or_better: bool = False
    possible: bool = False

    def __bool__(self) -> bool:
        return bool(self.answers or self.level)

    def record(self) -> dict[str, object]:
        """What is asked, for a document; nothing where nothing is."""
        if not self:
            return {}
        asked = {"where": dict(self.answers), "level": self.level or None}
        return {**asked, "or_better": self.or_better, "possible": self.possible}

    def countries(self, findings: Findings, edition: str) -> list[str]:
        """The codes of the countries of an edition that have it all."""
        rows = findings.matrix.rows["edition"].to_numpy() == edition
        scores, framework = findings.exact_scores.take(rows), findings.judged(edition)
        fits = np.ones(len(scores.matrix.codes), dtype=bool)
        for criterion, answer in self.answers.items():
            fits &= self._answered(findings, scores.matrix, framework.criterion_ids.index(criterion), answer)
        if self.level:
            fits &= self._at_level(scores.possible, framework.level_ids.index(self.level))
        return list(scores.matrix.rows["country"].to_numpy()[fits])

    def _answered(self, findings: Findings, matrix: AnswerMatrix, column: int, answer: str) -> _Bools:
        words, grades = answer_words(findings.framework)[matrix.codes[:, column]], findings.framework.grades
        if answer in _STATES:
            return np.array([findings.mark(word).id == _STATES[answer] for word in words], dtype=bool)
        sure = np.asarray(words == answer, dtype=bool)
        if answer not in grades or not self.possible:
            return sure
        low, high, grade = matrix.low[:, column], matrix.high[:, column], grades.index(answer)
        return np.asarray(sure | (matrix.open[:, column] & (low <= grade) & (grade <= high)))

    def _at_level(self, possible: _Bools, place: int) -> _Bools:
        if self.possible:
            return np.asarray(possible[:, : place + 1].any(axis=1) if self.or_better else possible[:, place])
        if self.or_better:
            return np.asarray(possible.any(axis=1) & ~possible[:, place + 1 :].any(axis=1))
        return np.asarray(possible[:, place] & (possible.sum(axis=1) == 1))

    def in_words(self, findings: Findings, edition: str) -> str:
        """What is asked, in words."""
        framework = findings.judged(edition)
        parts = [
            f"{framework.criterion(id).short} {self._answer_in_words(findings, answer)}"
            for id, answer in self.answers.items()
        ]
        if self.level:
            parts.append(f"level “{framework.level(self.level).title}”{' or better' if self.or_better else ''}")
        return "; ".join(parts) + (", for certain or possibly" if self.possible else "")

    def _answer_in_words(self, findings: Findings, answer: str) -> str:
        if answer in _STATES:
            return {"silent": OPEN.words, "no_data": NOT_IN_DATA.words}[answer]
        return findings.mark(answer).words + (" (recorded as unknown)" if answer == Status.UNKNOWN.word else "")


def parse_selection(framework: Framework, where: tuple[str, ...], level: str | None, *, possible: bool) -> Selection:
    """The selection that `--where` and `--level` mean.

    `where`: each `criterion=answer`; `level`: a level's id, with + behind it for that or a better one. Raises `ChoiceError`.
    """
    answers: dict[str, str] = {}
    known = (*framework.grades, *(status.word for status in Status if status.word), *_STATES)
    for text in where:
        criterion, sign, answer = (part.strip().casefold() for part in text.partition("="))
        if not sign:
            raise ChoiceError(f"--where is written CRITERION=ANSWER, not “{text}”.")
        if criterion not in framework.criterion_ids:
            raise unknown_name(f"criterion of {framework.id}", criterion, framework.criterion_ids)
        if answer not in known:
            raise unknown_name("answer", answer, known)
        if answers.setdefault(criterion, answer) != answer:
            raise ChoiceError(f"{criterion} can't be both {answers[criterion]} and {answer}.")
    name = level.removesuffix("+") if level else ""
    if name and name not in framework.level_ids:
        raise unknown_name(f"level of {framework.id}", name, framework.level_ids)
    return Selection(answers, name, bool(level) and str(level).endswith("+"), possible)
