"""`import review` in a notebook: documented frames, the same numbers as the command line."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

import review
from country_data import DataError, UnknownCountry
from review import frames
from review.importer.reading import Correction
from review.review import Review
from tests.test_import import own

__all__ = ["own"]  # the fixture


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


def public_frames(r: Review) -> dict[str, pd.DataFrame]:
    """Every frame that a method of a review gives, alone or in a result."""
    made: dict[str, object] = {
        "answers": r.answers(), "changes": r.changes(), "countries": r.countries(), "country": r.country("Namibia"),
        "criteria": r.criteria(), "editions": r.editions(), "figures": r.figures(), "law_changes": r.law_changes(),
        "levels": r.levels(), "preferred": r.preferred_figures(), "replaced": r.replaced(), "scores": r.scores(),
        "scores_of": r.scores_of("Namibia"), "sources": r.sources(), "sources_of": r.sources_of("Namibia"),
        "statistics": r.statistics(), "by region": r.statistics(by="region"), "compare": r.compare(),
        "crosscheck": r.crosscheck(r), "figure_checks": r.figure_checks(), "gaps": r.gaps(),
    }  # fmt: skip
    found = {}
    for name, value in made.items():
        parts = {name: value} if isinstance(value, pd.DataFrame) else vars(value)
        found |= {f"{name}.{part}": frame for part, frame in parts.items() if isinstance(frame, pd.DataFrame)}
    return found


@pytest.mark.parametrize("series", ["icmec", "state_dept", "us_labor"])
def test_every_public_frame_can_be_written_as_parquet(series: str, tmp_path: Path) -> None:
    for name, frame in public_frames(review.load(series)).items():
        for column in frame:
            kinds = {type(value) for value in frame[column].tolist()} - {type(None), type(pd.NA)}
            assert kinds <= {str} or kinds <= {bool} or kinds <= {tuple} or kinds <= {int} or kinds <= {float}, (
                name,
                column,
                kinds,
            )
        if find_spec("pyarrow"):
            frame.to_parquet(tmp_path / "frame.parquet")
            assert len(pd.read_parquet(tmp_path / "frame.parquet")) == len(frame)


@pytest.mark.parametrize(
    ("method", "columns"),
    [
        ("answers", frames.ANSWER_COLUMNS), ("changes", frames.CHANGE_COLUMNS), ("countries", frames.COUNTRY_COLUMNS),
        ("criteria", frames.CRITERION_COLUMNS), ("editions", frames.EDITION_COLUMNS), ("figures", frames.FIGURE_COLUMNS),
        ("law_changes", frames.LAW_CHANGE_COLUMNS), ("sources", frames.SOURCE_COLUMNS), ("statistics", frames.STATISTIC_COLUMNS),
    ],
)  # fmt: skip
def test_a_frame_has_the_columns_of_its_dictionary(method: str, columns: frames.Columns) -> None:
    for series in ("icmec", "us_labor"):
        frame = getattr(review.load(series), method)()
        assert set(frame.columns) == set(columns)
        for name, (kind, _) in columns.items():
            if kind in ("integer", "number"):
                assert pd.api.types.is_numeric_dtype(frame[name]), name
            elif kind == "string" and len(frame):
                assert frame[name].map(type).eq(str).all(), name


def test_a_review_shows_what_it_holds() -> None:
    r = review.load("us_labor")
    assert repr(r).splitlines()[1] == "  series:    US child labor findings (us_labor)"
    assert "2015–2022" in repr(r)
    assert "<th>series</th>" in r._repr_html_()
    assert r.compare(2016, 2022).a.edition == "2016"
    assert review.load().find_edition(9) == "09"
    assert repr(r.compare(2016, 2022)).splitlines()[0] == "Comparison of 2016 with 2022"
    assert "statistics" in r.gaps()._repr_html_() or "countries" in r.gaps()._repr_html_()
    for result in (r.gaps(), r.figure_checks(), r.crosscheck(r), r.compare()):
        assert len(repr(result)) < 1_000


def test_a_wrong_name_is_a_lookup_error_that_lists_what_there_is(own: Path) -> None:
    r = review.load()
    for call, says in (
        (lambda: r.compare("1st"), "There are: 01"),
        (lambda: r.compare(countries=["Nambia"]), "Namibia"),
        (lambda: r.compare(with_=review.load("state_dept")), "There are: icmec"),
        (lambda: r.compare(with_="icmec"), "There are: icmec"),
        (lambda: r.of_countries([None]), "not exactly one country"),
        (lambda: r.statistics(by="continent"), "region, subregion"),
        (lambda: review.load(framework="csem"), "csam"),
        (lambda: review.read_table("a.csv", data=own, series="mine", edition="77"), "There are: 01, 02"),
    ):
        with pytest.raises(LookupError, match=says):
            call()
    assert set(r.of_countries(["France", "NAM"]).scores()["country"]) <= {"FRA", "NAM"}


def test_a_table_is_imported_from_a_notebook(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\nBorovia,maybe\n")
    into = {"data": own, "series": "mine", "edition": "02"}
    reading = review.read_table(path, **into, source="handbook")
    assert (reading.outcome, [(one.what, one.text) for one in reading.open]) == ("open", [("answer", "maybe")])
    assert reading.answers[["text", "answer"]].values.tolist()[0] == ["yes", "yes"]
    assert "maybe" in reading._repr_html_()
    with pytest.raises(LookupError, match="open"):
        reading.apply()
    path.write_text("Country,Specific law\nAlmaria,yes\nBorovia,no\n")
    reading = review.read_table(path, **into, source="handbook")
    assert reading.changes["kind"].tolist() == ["new", "new"]
    assert reading.countries["code"].tolist() == ["QMA", "QMB"]
    assert "2 new" in repr(reading)
    assert [path.name for path in reading.apply()] == ["02.csv", "02.toml"]
    assert review.load("mine", data=own).country("QMB")["answer"].tolist()[-1] == "no"


def test_a_correction_from_a_notebook_needs_its_own_source_alone(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\nBorovia,no\n")
    into = {"data": own, "series": "mine", "edition": "02"}
    review.read_table(path, **into, source="handbook").apply()
    editions = own / "mine" / "editions.csv"
    lines = [line.split(",") for line in editions.read_text().splitlines()]
    source = lines[0].index("source")
    for line in lines[1:]:
        line[source] = ""
    editions.write_text("".join(",".join(line) + "\n" for line in lines))
    path.write_text("Country,Specific law\nAlmaria,no\nBorovia,no\n")
    reading = review.read_table(path, **into, correction=Correction("misread", "handbook", "2024"))
    assert [str(problem) for problem in reading.problems] == []
    assert [path.name for path in reading.apply()] == ["corrections.csv"]
