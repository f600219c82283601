"""The shipped data are under test like code: nothing without a source, nothing that contradicts itself."""

from __future__ import annotations

import hashlib
import re

import pytest

import review
from review.dataset import find_problems, read_dataset

COLLECTION = read_dataset(None)
HEADLINES = {
    "01": (27, 95, 184),
    "05": (29, 93, 187),
    "06": (45, 89, 196),
    "07": (69, 53, 196),
    "08": (82, 35, 196),
    "09": (118, 16, 196),
}


def test_the_embedded_data_have_no_problem() -> None:
    _, problems = find_problems(None)
    assert problems is None


def test_the_headlines_are_those_that_the_sources_state() -> None:
    published = review.load().statistics().set_index(["edition", "statistic"])["published"].dropna()
    for edition, (sufficient, none, reviewed) in HEADLINES.items():
        assert published[edition, "or_better:all_but_one"] == sufficient
        assert published[edition, "level:none"] == none
        assert published[edition, "reviewed"] == reviewed


@pytest.mark.parametrize(
    ("series", "answers", "figures"), [("icmec", 1068, 86), ("state_dept", 2048, 0), ("us_labor", 12571, 0)]
)
def test_every_answer_and_figure_that_was_collected_is_shipped(series: str, answers: int, figures: int) -> None:
    shipped = COLLECTION.series[series]
    assert len(shipped.answers) == answers
    assert len(shipped.figures) == figures


@pytest.mark.parametrize("series", sorted(COLLECTION.series))
def test_every_source_that_is_named_exists_and_has_an_address(series: str) -> None:
    shipped = COLLECTION.series[series]
    known = set(shipped.sources["source"])
    for table in (shipped.answers, shipped.figures, shipped.law_changes):
        assert (table["source"] != "").all()
        assert set(" ".join(table["source"]).split()) <= known
    assert shipped.sources["url"].str.match(r"https?://").all()


FACTS = {
    "answers": [
        "edition",
        "country",
        "criterion",
        "answer",
        "source",
        "locator",
        "citation",
        "quote",
        "effective",
        "cause",
    ],
    "figures": ["edition", "statistic", "value", "as_of", "source", "status"],
    "law_changes": ["country", "date", "criterion", "change", "source"],
    "editions": ["edition", "kind", "as_of", "published", "reviewed", "coverage", "source"],
    "sources": ["source", "publisher", "kind", "published", "url"],
}


def test_the_facts_are_those_that_were_collected() -> None:
    """The hash is of the facts alone (not of notes and titles, which are our words)."""
    facts = [
        f"{id} {table} {' '.join(row)}"
        for id, series in COLLECTION.series.items()
        for table, columns in FACTS.items()
        for row in getattr(series, table)[columns].itertuples(index=False)
    ]
    digest = hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
    assert digest == "9baf6873120fdd4104f7fe47821f98433c9195e5201ca508c4e2c83c8dd894e8", (
        "if a fact changed, say so in the CHANGELOG with its source, and update this"
    )


def test_of_the_unscored_series_1764_answers_are_determined() -> None:
    answers = COLLECTION.series["state_dept"].answers
    determined = answers[answers["answer"].isin(["yes", "no"])]["criterion"].value_counts()
    assert int(determined.sum()) == 1764
    assert determined["legislation"] == 1346
    assert determined["possession"] == 323
    assert determined["technology"] == 76
    assert determined["definition"] + determined["isp_reporting"] == 19


def test_an_edition_is_named_in_the_words_of_today() -> None:
    for series in COLLECTION.series.values():
        texts = " ".join(
            [*series.editions["title"], *series.editions["note"], *series.figures["note"], series.about, series.title]
        )
        assert not re.search("pornograph", texts, re.IGNORECASE)


def framework_editions(series: str) -> list[str]:
    return list(COLLECTION.series[series].editions["edition"])


def test_the_wording_of_an_edition_is_its_own() -> None:
    framework = COLLECTION.frameworks["csam"]
    for edition in framework_editions("icmec"):
        wording = framework.wording_of("technology", "icmec", edition)
        assert wording
        assert wording.text == (
            "computer-facilitated offences" if edition < "09" else "technology-facilitated offences"
        )
    assert framework.wording_of("technology", "state_dept", "2016") is None
    assert all(wording.comparable for wording in framework.wordings)
