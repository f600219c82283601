"""`import review` in a notebook: documented frames, the same numbers as the command line."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import review
from country_data import DataError, UnknownCountry
from review import frames
from review.review import Review


def test_importing_review_is_light() -> None:
    code = "import sys, review; print([name for name in ('pandas', 'numpy', 'click', 'rich') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_the_main_series_is_loaded_where_none_is_named() -> None:
    assert review.load().series.id == "icmec"
    assert review.load("state_dept").series.id == "state_dept"


def test_frames_have_the_columns_they_promise() -> None:
    r = review.load(series="state_dept")
    assert set(r.statistics().columns) == set(frames.STATISTIC_COLUMNS)
    assert list(r.answers().columns) == [
        "edition", "country", "name", "region", "subregion", "criterion", "answer", "recorded", "follows_from",
        "source", "locator", "citation", "quote", "effective", "cause", "note",
    ]  # fmt: skip
    assert list(r.country("Namibia").columns) == list(r.answers().columns)
    assert set(r.country("Namibia")["country"]) == {"NAM"}
    scores = r.scores()
    assert list(scores.columns) == [
        "edition",
        "country",
        "name",
        "lower",
        "upper",
        "out_of",
        "shown",
        "rank",
        "levels",
        *r.framework.criterion_ids,
        "deduced",
    ]
    assert r.editions()["reviewed"].dtype == "Int64"


@pytest.mark.parametrize("series", ["icmec", "state_dept"])
def test_no_frame_holds_a_missing_text(series: str) -> None:
    r = review.load(series)
    for frame in (r.answers(), r.editions(), r.sources(), r.countries(), r.criteria(), r.law_changes(), r.figures()):
        for name in frame.columns:
            if not pd.api.types.is_numeric_dtype(frame[name]):
                assert frame[name].notna().all(), name


def test_every_method_gives_a_new_frame() -> None:
    r = review.load()
    for frame, column in ((r.editions(), "title"), (r.answers(), "answer"), (r.sources(), "title")):
        frame[column] = "spoilt"
    assert "spoilt" not in set(r.editions()["title"])
    assert "spoilt" not in set(r.answers()["answer"])
    assert "spoilt" not in set(r.sources()["title"])


def test_every_public_method_says_what_it_gives() -> None:
    for name, member in inspect.getmembers(Review, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.getdoc(member), name


def test_what_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(LookupError, match="Did you mean “state_dept”"):
        review.load("state_dep")
    with pytest.raises(UnknownCountry, match="Namibia"):
        review.load().country("Nambia")
    with pytest.raises(LookupError, match="There are: 01"):
        review.load().statistics("99")


def test_problems_of_a_folder_come_all_at_once(folder: Path) -> None:
    (folder / "mine" / "sources.csv").write_text("source,title,publisher,kind,published,url\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        review.load("mine", data=folder)
    assert len(error.value.problems) > 5


def test_the_statistics_of_the_subset_are_those_of_its_recorded_countries() -> None:
    r = review.load("state_dept")
    whole = r.statistics("2023").set_index("statistic")
    parts = r.statistics("2023", by="subregion")
    for statistic in ("recorded", "criterion:legislation:yes", "level:none"):
        assert parts.loc[parts["statistic"] == statistic, "lower"].sum() == whole.at[statistic, "lower"]
