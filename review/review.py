"""One series under its framework, with everything that can be asked of it."""

from __future__ import annotations

from functools import cached_property

from review.agreement import crosscheck
from review.changes import changes_between_editions
from review.compare import compare_editions
from review.dataset import Dataset
from review.findings import Findings
from review.gaps import gaps
from review.notebook import Shown
from review.published import FigureChecks, check_figures

__all__ = ["Review"]


class Review(Shown, Findings):
    """The findings of one series under its framework, with the verbs on them.

    `review.load()` gives one. Every method gives a new data frame, or a small object of frames.
    """

    compare = compare_editions
    changes = changes_between_editions
    gaps = gaps
    crosscheck = crosscheck

    @classmethod
    def of(cls, dataset: Dataset, series: str | None = None, framework: str | None = None) -> Review:
        """The review of the series named, or of the one that is meant where none is. Raises `ChoiceError`."""
        chosen = dataset.choose_framework(framework, series)
        return cls(dataset.choose_series(series, chosen), chosen, dataset.registry, dataset.groups)

    @classmethod
    def all_of(cls, dataset: Dataset, framework: str | None = None, *, newest: bool = False) -> list[Review]:
        """The review of each series of a framework, the main one first; `newest`: see `Dataset.series_of`."""
        chosen = dataset.choose_framework(framework)
        return [
            cls(series, chosen, dataset.registry, dataset.groups) for series in dataset.series_of(chosen, newest=newest)
        ]

    def figure_checks(self) -> FigureChecks:
        """The published figures against answers, against each other, and all together (semantics, section 6)."""
        return self._figure_checks

    @cached_property
    def _figure_checks(self) -> FigureChecks:
        return check_figures(self)

    def _facts(self) -> list[tuple[str, str]]:
        editions = self.edition_ids
        span = f"{editions[0]}–{editions[-1]}" if len(editions) > 1 else "".join(editions)
        countries = self.matrix.rows["country"].nunique()
        return [
            ("series", f"{self.series.title} ({self.series.id}){'' if self.scored else ', not scored'}"),
            ("framework", f"{self.framework.title} ({self.framework.id}), {len(self.framework.criteria)} criteria"),
            ("editions", f"{len(editions)}: {span}; with answers: {', '.join(self.answered_editions) or 'no edition'}"),
            ("countries", f"{countries} with an answer"),
        ]
