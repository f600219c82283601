"""The command line as its users meet it: what it prints, what JSON and files hold, how it fails.

A page is written to a stream that says it is a terminal, which no pipe does.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from review.cli import run
from review.dataset import read_dataset
from review.headlines import headline_rows
from review.report.terminal import show
from review.report.views.overview import overview_page
from review.review import Review

Modellaw = Callable[..., Any]
FRAMEWORK = read_dataset(None).frameworks["csam"]


def program(*words: str, columns: int = 80, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `modellaw` in a process of its own, into a pipe."""
    environment = {**os.environ, "COLUMNS": str(columns), "PYTHONUTF8": "1", **more}
    environment.pop("MODELLAW_DATA", None)
    return subprocess.run(
        [sys.executable, "-m", "review", *words],
        capture_output=True,
        text=True,
        env=environment,
        encoding="utf-8",
        check=False,
    )


def test_without_a_command_it_shows_the_headline_figures(modellaw: Modellaw) -> None:
    ran = modellaw()
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Model-law review of legislation on child sexual abuse material (CSAM)"
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if re.match(r"\s+\d\d\s", line)]
    assert [row[0] for row in rows] == ["01", "05", "06", "07", "08", "09"]
    assert [row[3] for row in rows] == ["27 (15 %)", "29 (16 %)", "45 (23 %)", "69 (35 %)", "82 (42 %)", "118 (60 %)"]
    assert [row[4] for row in rows] == ["95 (52 %)", "93 (50 %)", "89 (45 %)", "53 (27 %)", "35 (18 %)", "16 ( 8 %)"]
    assert [row[5] for row in rows][::5] == ["icmec-page-2009, icmec-press-2006", "respect-9, icmec-press-2018"]
    assert "figures of 6 of 10 editions; answers of 194 countries in the 9th, 15 countries in the 1st" in lines[1]
    assert (
        "* all five criteria, or all but ISP reporting; in 09: all five criteria, or four of the five criteria.\n   No figure collected: 02, 03, 04, 10."
        in ran.out
    )
    assert "us_labor  US child labor findings 2015–2022, 131–137 countries" in ran.out
    assert "2022, of 131: all standards that apply 26 (20 %); four or more not met 38 (29 %) [dol-2022]" in ran.out
    assert (
        "state_dept  US country reports 2016–2023, 191–195 countries; read by machine, not checked by a lawyer"
        in ran.out
    )
    assert "modellaw --help" in lines[-1]


def test_on_a_terminal_of_80_columns_every_source_stands_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "80")
    dataset = read_dataset(None)
    every = [Review.all_of(dataset, framework.id) for framework in dataset.frameworks_with_series()]
    stream = Terminal()
    show(overview_page(every, "Japan"), stream)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()
    assert max(map(len, lines)) <= 80
    shown = {word.strip(",[]") for line in lines for word in line.split()}
    found = headline_rows(every[0][0])
    stated = found["published"].notna() & (found["kind"] == "edition")
    named = {id for text in found.loc[stated, "source"] for id in text.split()}
    assert len(named) > 6
    assert named <= shown


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ["summary"], ["summary", "--framework", "child_labor"], ["summary", "--framework", "child_labor", "--by", "region"],
        ["compare", "2016", "2022", "--framework", "child_labor"], ["list", "countries"], ["crosscheck", "icmec", "state_dept"],
        ["figures"], ["scores", "--edition", "09"], ["gaps"], ["country", "Philippines"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_on_a_terminal_nothing_is_cut(
    words: list[str], width: int, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = modellaw(*words).out

    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    assert run([*words]) == 0
    shown = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert "…" not in shown
    cut = Counter(re.findall(r"[\d●○◐×▸]", whole)) - Counter(re.findall(r"[\d●○◐×▸]", shown))
    assert cut == {}


def test_summary_json_has_every_statistic_of_every_edition(modellaw: Modellaw) -> None:
    document = json.loads(modellaw("summary", "--format", "json").out)
    assert (document["series"], document["framework"], document["scored"]) == ("icmec", "csam", True)
    editions = {item["edition"]: item for item in document["editions"]}
    assert list(editions) == sorted(editions)
    for item in editions.values():
        assert set(item["statistics"]) == set(FRAMEWORK.of_edition("icmec", item["edition"]).statistics)
    first = editions["01"]["statistics"]
    assert first["or_better:all_but_one"] == {"lower": 14, "upper": 183, "published": 27, "source": "icmec-page-2009"}
    assert first["score:mean"]["lower"] == pytest.approx(61 / 184)
    unknown = editions["10"]
    assert unknown["reviewed"] is None
    assert {bound for one in unknown["statistics"].values() for bound in (one["lower"], one["upper"])} == {None}


def test_summary_by_region_speaks_of_the_recorded_countries_alone(modellaw: Modellaw) -> None:
    document = json.loads(
        modellaw("summary", "--series", "state_dept", "--edition", "2023", "--by", "region", "--format", "json").out
    )
    (edition,) = document["editions"]
    groups = {group["region"]: group["statistics"] for group in edition["groups"]}
    assert list(groups) == ["Africa", "Americas", "Asia", "Europe", "Oceania"]
    assert sum(group["recorded"]["lower"] for group in groups.values()) == edition["reviewed"] == 191
    for group in groups.values():
        assert group["reviewed"]["lower"] == group["recorded"]["lower"]


def test_scores_json_lists_the_countries_with_an_answer(modellaw: Modellaw) -> None:
    document = json.loads(modellaw("scores", "--edition", "01", "--format", "json").out)
    (edition,) = document["editions"]
    countries = {item["country"]: item for item in edition["countries"]}
    assert len(countries) == 15
    assert [item["name"] for item in edition["countries"]] == sorted(item["name"] for item in edition["countries"])
    assert countries["AUS"]["levels"] == ["all_criteria"]
    assert (countries["PHL"]["lower"], countries["PHL"]["upper"], countries["PHL"]["out_of"]) == (0, 4, 5)
    assert countries["PHL"]["answers"] == {
        "legislation": None,
        "definition": None,
        "technology": None,
        "possession": "no",
        "isp_reporting": None,
    }
    assert countries["PHL"]["deduced"] == []


def test_of_a_series_that_is_not_scored_the_terminal_says_why_and_json_gives_the_scores(modellaw: Modellaw) -> None:
    shown = modellaw("scores", "--series", "state_dept")
    assert shown.code == 0
    assert "not scored" in shown.out
    assert "no score, level, rank or gap" in shown.out
    document = json.loads(modellaw("scores", "--series", "state_dept", "--format", "json").out)
    assert document["scored"] is False
    assert len(document["editions"][0]["countries"]) == 195


def test_no_view_of_a_series_that_is_not_scored_shows_a_score_or_a_level(modellaw: Modellaw) -> None:
    words = {level.title for level in FRAMEWORK.levels} | {"Mean score", "Sufficient"}
    for call in (
        ["summary"],
        ["summary", "--edition", "2020"],
        ["summary", "--by", "region"],
        ["country", "Namibia"],
        ["scores"],
    ):
        ran = modellaw(*call, "--series", "state_dept")
        assert ran.code == 0
        for word in words:
            assert word.lower() not in ran.out.lower(), call


def test_a_country_has_one_page_with_answers_sources_law_changes_and_what_is_missing(modellaw: Modellaw) -> None:
    out = modellaw("country", "japan").out
    for words in (
        "Japan (JPN)",
        "07-2014-06",
        "●▸",
        "2014-06",
        "introduced",
        "voa-2014",
        "a source would be needed",
        "usdos-2016",
    ):
        assert words in out


def test_a_country_that_a_series_does_not_cover_is_said_not_to_be_in_the_data(modellaw: Modellaw) -> None:
    out = modellaw("country", "USA", "--series", "state_dept").out
    assert "Not in our data" in out


def test_a_country_that_ended_names_its_successors(modellaw: Modellaw) -> None:
    assert (
        "ended 2010-12-15, succeeded by Curaçao; Sint Maarten; Bonaire"
        in modellaw("country", "Netherlands Antilles").out
    )


def test_bounds_stand_in_words(modellaw: Modellaw) -> None:
    assert "at least 14, at most 184" in modellaw("summary", "--edition", "01").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["country", "Nambia"], "Did you mean Namibia"),
        (["country", "Korea"], "Democratic People's Republic of Korea"),
        (["summary", "--edition", "09a"], "Did you mean “09”?"),
        (["summary", "--series", "icmek"], "Did you mean “icmec”?"),
        (["summary", "--framework", "csan"], "Did you mean “csam”?"),
        (["list", "edition"], "edition"),
        (["report", "--output", "review.txt"], ".xlsx"),
        (["sumary"], "sumary"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_wrong_usage_suggests_the_right_word_and_exits_with_2(words: list[str], says: str, modellaw: Modellaw) -> None:
    ran = modellaw(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert says in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("what", ["editions", "series", "criteria", "sources", "countries"])
@pytest.mark.parametrize("format_", ["table", "csv", "json"])
def test_every_list_comes_in_every_format(what: str, format_: str, modellaw: Modellaw) -> None:
    ran = modellaw("list", what, "--format", format_)
    assert ran.code == 0
    if format_ == "json":
        document = json.loads(ran.out)
        assert document["framework"] == "csam"
        assert document[what]
    elif format_ == "csv":
        assert len(list(csv.DictReader(ran.out.splitlines()))) > 1


def test_namibia_keeps_its_code_in_csv_and_json(modellaw: Modellaw) -> None:
    rows = list(csv.DictReader(modellaw("list", "countries", "--format", "csv").out.splitlines()))
    (namibia,) = [row for row in rows if row["code"] == "NAM"]
    assert namibia["aliases"].split("|")[0] == "NA"


def test_a_text_that_begins_like_a_formula_is_text_in_csv_and_verbatim_in_json(
    folder: Path, modellaw: Modellaw
) -> None:
    rows = list(
        csv.DictReader(
            modellaw("country", "Borovia", "--data", folder, "--series", "mine", "--format", "csv").out.splitlines()
        )
    )
    assert "'=cmd is text" in {row["note"] for row in rows}
    document = json.loads(modellaw("country", "Borovia", "--data", folder, "--series", "mine", "--format", "json").out)
    assert "=cmd is text" in {row["note"] for row in document["answers"]}


def test_every_json_is_free_of_not_a_number(folder: Path, modellaw: Modellaw) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for words in ([], ["summary"], ["scores"], ["country", "Namibia"], ["list", "editions"], ["check"]):
        for data in ([], ["--data", str(folder)]):
            ran = modellaw(*words, *data, "--format", "json")
            assert ran.code == 0
            json.loads(ran.out, parse_constant=refuse)


def test_a_folder_of_ones_own_is_read_on_top_of_the_embedded_data(folder: Path, modellaw: Modellaw) -> None:
    document = json.loads(modellaw("summary", "--data", folder, "--format", "json").out)
    assert document["series"] == "mine"
    statistics = document["editions"][0]["statistics"]
    assert statistics["recorded"] == {"lower": 3, "upper": 3, "published": None, "source": None}
    assert statistics["or_better:all_but_one"] == {"lower": 1, "upper": 3, "published": 1, "source": "handbook"}
    assert modellaw("country", "Republic of Almaria", "--data", folder).code == 0
    assert "icmec" in modellaw("--data", folder).out


def test_the_folder_may_be_named_by_the_environment(
    folder: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELLAW_DATA", str(folder))
    assert "mine" in modellaw().out


def test_common_options_may_stand_before_or_after_the_command(folder: Path, modellaw: Modellaw) -> None:
    before = modellaw("--data", folder, "--format", "json", "scores")
    after = modellaw("scores", "--data", folder, "--format", "json")
    assert before.out == after.out
    assert json.loads(before.out)["series"] == "mine"


def test_an_option_on_the_command_line_beats_the_environment(
    folder: Path, tmp_path: Path, modellaw: Modellaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELLAW_DATA", str(tmp_path / "nowhere"))
    assert modellaw("--data", folder, "list", "series").code == 0
    assert modellaw("list", "series", "--data", folder).code == 0
    assert modellaw("list", "series").code == 1


def fractional(folder: Path) -> None:
    """A framework with weights that have decimals, and a series that leaves much unsaid, beside the good one."""
    (folder / "criteria").mkdir()
    (folder / "criteria" / "weighted.toml").write_text(
        'id = "weighted"\ntitle = "Weighted"\n'
        '[[criteria]]\nid = "law"\nweight = 0.5\n[[criteria]]\nid = "rule"\nrequires = ["law"]\nweight = 0.25\n[[criteria]]\nid = "duty"\nweight = 1\n'
        '[[levels]]\nid = "top"\nneeds = ["law", "rule"]\n[[levels]]\nid = "lowest"\n',
        encoding="utf-8",
    )
    own = folder / "weights"
    (own / "answers").mkdir(parents=True)
    (own / "series.toml").write_text(
        'id = "weights"\ntitle = "Weights"\nframework = "weighted"\nscored = true\n', encoding="utf-8"
    )
    (own / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n1,edition,One,,,4,partial,,\n",
        encoding="utf-8",
    )
    (own / "sources.csv").write_text(
        "source,title,publisher,kind,published,url\ns,A source,,press,,\n", encoding="utf-8"
    )
    answers = "QMA,law,yes,s\nQMA,rule,no,s\nQMA,duty,not_applicable,s\nQMB,law,unknown,s\nQMB,duty,not_assessed,s\n"
    (own / "answers" / "1.csv").write_text("country,criterion,answer,source\n" + answers, encoding="utf-8")


def test_scores_are_shown_with_the_decimals_their_weights_have(folder: Path, modellaw: Modellaw) -> None:
    fractional(folder)
    out = modellaw("scores", "--data", folder, "--series", "weights").out
    assert re.search(r"Almaria\s+0\.50\s+0\.75\s+lowest", out)
    assert re.search(r"Borovia\s+at least 0\.00, at most 1\.75\s+1\.75", out)


def test_each_state_of_an_answer_is_counted_apart(folder: Path, modellaw: Modellaw) -> None:
    fractional(folder)
    out = modellaw("summary", "--data", folder, "--series", "weights").out
    duty = out[out.index("\nduty\n") :].splitlines()
    assert re.split(r"\s{2,}", duty[2].strip()) == [
        "edition",
        "countries",
        "met",
        "not met",
        "silent or unclear",
        "not asked",
        "does not apply",
        "not in our data",
        "share met",
    ]
    assert duty[3].split() == ["1", "4", "0", "0", "0", "1", "1", "2", "0–75", "%"]


def test_what_was_not_collected_is_not_called_silent(modellaw: Modellaw) -> None:
    out = modellaw("summary", "--series", "icmec").out
    legislation = out[out.index("Legislation specific to CSAM") :].splitlines()
    (asean,) = [line.split() for line in legislation[:8] if line.strip().startswith("09-2023-02")]
    assert asean == ["09-2023-02", "◇", "10", "1", "0", "0", "9", "10–100", "%"]


def test_of_several_frameworks_all_are_shown_and_commands_take_the_default(folder: Path, modellaw: Modellaw) -> None:
    (folder / "criteria").mkdir()
    (folder / "criteria" / "other.toml").write_text(
        'id = "other"\ntitle = "Another"\n[[criteria]]\nid = "law"\n[[levels]]\nid = "lowest"\n', encoding="utf-8"
    )
    second = folder / "second"
    second.mkdir()
    (second / "series.toml").write_text(
        'id = "second"\ntitle = "Second"\nframework = "other"\nscored = true\n', encoding="utf-8"
    )
    (second / "editions.csv").write_text(
        "edition,kind,title,as_of,published,reviewed,coverage,source,note\n1,edition,One,2020,,3,partial,,\n",
        encoding="utf-8",
    )
    (second / "sources.csv").write_text("source,title,publisher,kind,published,url\n", encoding="utf-8")
    assert modellaw("--data", folder).out.index("Another") < modellaw("--data", folder).out.index("Legal standards")
    ran = modellaw("summary", "--data", folder)
    assert ran.code == 0, ran.err  # of two, that which is taken by default
    assert modellaw("--data", folder, "--framework", "other").code == 0
    assert modellaw("summary", "--data", folder, "--series", "second").code == 0


def test_an_existing_file_is_replaced_only_when_asked(tmp_path: Path, modellaw: Modellaw) -> None:
    target = tmp_path / "mine.json"
    target.write_text("precious", encoding="utf-8")
    ran = modellaw("summary", "--format", "json", "--output", target)
    assert ran.code == 1
    assert "--force" in ran.err
    assert target.read_text(encoding="utf-8") == "precious"
    assert modellaw("summary", "--format", "json", "--output", target, "--force").code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["series"] == "icmec"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


def test_a_report_replaces_a_report_but_nothing_else(tmp_path: Path, modellaw: Modellaw) -> None:
    target = tmp_path / "review.xlsx"
    assert modellaw("report", "--output", target).code == 0
    assert modellaw("report", "--output", target).code == 0
    target.write_bytes(b"someone's own workbook")
    ran = modellaw("report", "--output", target)
    assert ran.code == 1
    assert target.read_bytes() == b"someone's own workbook"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, modellaw: Modellaw) -> None:
    ran = modellaw("report", "--output", tmp_path / "no" / "review.xlsx")
    assert ran.code == 1
    assert "is no folder" in ran.err


def test_a_pipe_gets_plain_text_in_whole_lines() -> None:
    ran = program("country", "Namibia", columns=40)
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout
    assert any("usdos-2016" in line and "namibia/" in line for line in ran.stdout.splitlines())


def test_the_reader_of_a_pipe_may_stop_early() -> None:
    command = f"{sys.executable} -m review list countries | head -1"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "Countries"
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr


def test_the_version_is_that_of_the_newest_entry_of_the_changelog() -> None:
    changelog = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert newest
    assert program("--version").stdout.strip() == f"modellaw {newest[1]}"


def test_help_loads_neither_pandas_nor_rich() -> None:
    code = "import sys, review, review.cli; review.cli.run(['--help']); print([name for name in ('pandas', 'rich', 'numpy', 'openpyxl', 'xlsxwriter') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("[]")


def test_an_interruption_while_the_program_loads_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'review.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from review.__main__ import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "Interrupted.\n")
