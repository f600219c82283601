"""The shipped data are under test like code: nothing without a source, nothing that contradicts itself."""

from __future__ import annotations

import hashlib
import re

import pytest

import review
from review.dataset import find_problems, read_dataset

DATASET = read_dataset(None)
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
    shipped = DATASET.series[series]
    assert len(shipped.answers) == answers
    assert len(shipped.figures.frame) == figures


@pytest.mark.parametrize("series", sorted(DATASET.series))
def test_every_source_that_is_named_exists_and_has_an_address(series: str) -> None:
    shipped = DATASET.series[series]
    for table in (shipped.answers, shipped.figures.frame, shipped.law_changes.frame):
        assert (table["source"] != "").all()
        assert set(" ".join(table["source"]).split()) <= set(shipped.sources)
    assert all(re.match(r"https?://", source.url) for source in shipped.sources.values())


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
    facts = []
    for id in DATASET.series:
        r = review.load(id)
        frames = {name: getattr(r, name)() for name in ("editions", "sources", "law_changes")}
        frames |= {"answers": r.series.answers, "figures": r.series.figures.frame}
        for table, columns in FACTS.items():
            part = frames[table][columns].astype(object)
            rows = part.where(part.notna(), "").astype(str).itertuples(index=False)
            facts += [f"{id} {table} {' '.join(row)}" for row in rows]
    digest = hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
    assert digest == "9baf6873120fdd4104f7fe47821f98433c9195e5201ca508c4e2c83c8dd894e8", (
        "if a fact changed, say so in the CHANGELOG with its source, and update this"
    )


def test_of_the_unscored_series_1764_answers_are_determined() -> None:
    answers = DATASET.series["state_dept"].answers
    determined = answers[answers["answer"].isin(["yes", "no"])]["criterion"].value_counts()
    assert int(determined.sum()) == 1764
    assert determined["legislation"] == 1346
    assert determined["possession"] == 323
    assert determined["technology"] == 76
    assert determined["definition"] + determined["isp_reporting"] == 19


def test_an_edition_is_named_in_the_words_of_today() -> None:
    for series in DATASET.series.values():
        editions = [text for one in series.editions.values() for text in (one.title, one.note)]
        texts = " ".join([*editions, *series.figures.frame["note"], series.about, series.title])
        assert not re.search("pornograph", texts, re.IGNORECASE)


def framework_editions(series: str) -> list[str]:
    return list(DATASET.series[series].editions)


def test_the_wording_of_an_edition_is_its_own() -> None:
    framework = DATASET.frameworks["csam"]
    for edition in framework_editions("icmec"):
        wording = framework.wording_of("technology", "icmec", edition)
        assert wording
        assert wording.text == (
            "computer-facilitated offences" if edition < "09" else "technology-facilitated offences"
        )
    assert framework.wording_of("technology", "state_dept", "2016") is None
    assert all(wording.comparable for wording in framework.wordings)
