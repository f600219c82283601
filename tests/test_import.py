"""Answers that people hand in: every usual way to write a table comes to the same, and nothing else is touched."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import review
from review.dataset import read_dataset

Modellaw = Callable[..., Any]
IDS = ["legislation", "definition", "technology", "possession", "isp_reporting"]
READ = ["--series", "mine", "--edition", "02", "--source", "handbook"]
INTO = [*READ, "--write"]


@pytest.fixture
def own(folder: Path) -> Path:
    """The good folder with an empty second edition, which may cover any number."""
    editions = folder / "mine" / "editions.csv"
    editions.write_text(editions.read_text().replace("2023-05-01,2023,2,complete", "2023-05-01,2023,,partial"))
    (folder / "mine" / "answers" / "02.csv").unlink()
    return folder


def answers(own: Path, edition: str = "02") -> dict[tuple[str, str], dict[str, str]]:
    path = own / "mine" / "answers" / f"{edition}.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {(row["country"], row["criterion"]): row for row in csv.DictReader(file)}


def said(own: Path) -> dict[str, str]:
    return {f"{country} {criterion}": row["answer"] for (country, criterion), row in answers(own).items()}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".modellaw.lock"
    }


EXPECTED = {"QMA legislation": "yes", "QMA possession": "no", "QMB legislation": "no", "QMC legislation": "unknown"}
WAYS = {
    "ids": "country,legislation,possession\nQMA,yes,no\nQMB,no,\nQMC,unknown,\n",
    "headings of the framework": "Country,Specific law,Possession\nAlmaria,Yes,No\nBorovia,NO,\nCestonia,unclear,\n",
    "truth": "Code,Specific law,Possession\nQMA,TRUE,FALSE\nQMB,false,\nQMC,Unknown,\n",
    "ticks": "Country,Specific law,Possession\nAlmaria,✓,✗\nBorovia,✗,\nCestonia,unclear,\n",
    "heavy ticks": "Country,Specific law,Possession\nAlmaria,✔,✘\nBorovia,✘,\nCestonia,unclear,\n",
    "met": "Country,Specific law,Possession\nAlmaria,met,not met\nBorovia,Not met,\nCestonia,silent or unclear,\n",
    "footnotes": "Country,Specific law,Possession\nAlmaria²,Yes³,No*\nBorovia [1],no (2),\nCestonia†,unknown‡,\n",
    "French": "Pays,Specific law,Possession\nAlmaria,oui,non\nBorovia,Non,\nCestonia,unclear,\n",
    "Spanish": "País,Specific law,Possession\nAlmaria,sí,no\nBorovia,no,\nCestonia,unclear,\n",
    "Japanese": "国名,Specific law,Possession\nAlmaria,はい,いいえ\nBorovia,いいえ,\nCestonia,unclear,\n",
    "full-width letters": "Country,Specific law,Possession\nＡｌｍａｒｉａ,Ｙｅｓ,ｎｏ\nQMB,Ｎ,\nQMC,ｕｎｃｌｅａｒ,\n",
    "spaces and marks of direction": "Country,Specific law,Possession\n\u200fAlmaria\u00a0, yes\u200e ,no \n QMB,\u00a0no,\nQMC, unknown,\n",
    "capitals": "COUNTRY,SPECIFIC LAW,POSSESSION\nALMARIA,YES,NO\nborovia,no,\ncestonia,UNKNOWN,\n",
    "title above": "Our review\n\nCountry,Specific law,Possession\nAlmaria,yes,no\nBorovia,no,\nCestonia,unknown,\n",
    "two rows of headings": ",Answers,\nCountry,Specific law,Possession\nAlmaria,yes,no\nBorovia,no,\nCestonia,unknown,\n",
    "long": "country,criterion,answer\nQMB,legislation,no\nQMA,possession,no\nQMA,legislation,yes\nQMC,Specific law,unknown\n",
    "footnotes below": "Country,Specific law,Possession\nAlmaria,yes,no\nBorovia,no,\nCestonia,unknown,\n,,\n1 A note below the table.,,\n",
    "other columns": "Rank,Country,GDP,Specific law,Possession\n1,Almaria,9,yes,no\n2,Borovia,8,no,\n3,Cestonia,7,unknown,\n",
    "semicolons": "Country;Specific law;Possession\nAlmaria;yes;no\nBorovia;no;\nCestonia;unknown;\n",
    "tabs": "Country\tSpecific law\tPossession\nAlmaria\tyes\tno\nBorovia\tno\t\nCestonia\tunknown\t\n",
    "code and name": "Code,Country,Specific law,Possession\nxx,Almaria,yes,no\nxx,Borovia,no,\nxx,Cestonia,unknown,\n",
    "quoted": '"Country","Specific law","Possession"\n"Almaria","yes","no"\n"Borovia","no",""\n"Cestonia","unknown",""\n',
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_answers_as_people_write_them_come_to_the_same(
    way: str, kind: str, own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / f"table.{kind}"
    if kind == "csv":
        path.write_text(WAYS[way], encoding="utf-8")
    else:
        separator = {"semicolons": ";", "tabs": "\t"}.get(way, ",")
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(WAYS[way]), delimiter=separator):
            book.active.append([int(cell) if cell.isascii() and cell.isdigit() else cell or None for cell in row])
        book.save(path)
    before = snapshot(own)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 0, ran.err
    assert said(own) == EXPECTED
    after = snapshot(own)
    assert {name for name in after if after[name] != before.get(name)} == {
        "mine/answers/02.csv",
        "mine/readings/02.toml",
    }
    assert modellaw("check", own).code == 0
    again = modellaw("import", path, *INTO, "--data", own)
    assert again.code == 0
    assert "Nothing to change." in again.out
    assert snapshot(own) == after


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_csv_is_found(encoding: str, own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("Country;Specific law;Specific law: citation\nAlmaria;yes;Código §1\n".encode(encoding))
    assert modellaw("import", path, *INTO, "--data", own).code == 0
    assert answers(own)["QMA", "legislation"]["citation"] == "Código §1"


def test_every_field_is_taken_and_a_text_that_looks_like_code_stays_text(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "Country,Possession,Possession: citation,Possession: locator,Possession: quote,Possession: effective,Possession: cause,Possession: source,Note\n"
        'Almaria,yes,"=HYPERLINK(""x"")",../../p. 3,"a, ""b""",2019-01,law_changed,gazette,@all\n'
        "Borovia,yes,'=1+1,,,,,,\n",
        encoding="utf-8",
    )
    assert modellaw("import", path, *INTO, "--data", own).code == 0
    row = answers(own)["QMA", "possession"]
    assert row == {
        "country": "QMA", "criterion": "possession", "answer": "yes", "source": "gazette", "locator": "../../p. 3",
        "citation": '=HYPERLINK("x")', "quote": 'a, "b"', "effective": "2019-01", "cause": "law_changed", "note": "@all",
    }  # fmt: skip
    other = answers(own)["QMB", "possession"]
    assert (other["source"], other["citation"]) == ("handbook", "=1+1")
    assert modellaw("report", "--data", own, "--output", tmp_path / "own.xlsx").code == 0
    assert (
        modellaw("template", "--data", own, "--series", "mine", "--edition", "02", "--output", tmp_path / "t.xlsx").code
        == 0
    )
    for name in ("own.xlsx", "t.xlsx"):
        cells = [cell for sheet in openpyxl.load_workbook(tmp_path / name) for row in sheet.iter_rows() for cell in row]
        held = [cell for cell in cells if cell.value == '=HYPERLINK("x")']
        assert held
        assert all(cell.data_type == "s" for cell in held)


def test_the_edition_s_own_source_goes_to_answers_that_bring_none(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Possession\nAlmaria,yes\n")
    assert modellaw("import", path, "--series", "mine", "--edition", "02", "--data", own, "--write").code == 0
    assert answers(own)["QMA", "possession"]["source"] == "handbook"
    editions = own / "mine" / "editions.csv"
    editions.write_text(editions.read_text().replace(",partial,handbook,", ",partial,,"))
    path.write_text("Country,Possession\nBorovia,yes\n")
    before = snapshot(own)
    ran = modellaw("import", path, "--series", "mine", "--edition", "02", "--data", own)
    assert ran.code == 1
    assert "table.csv, line 2" in ran.err
    assert "--source ID" in ran.err
    assert snapshot(own) == before


def test_a_recorded_answer_is_replaced_only_when_that_is_said(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Possession,Specific law: citation\nAlmaria,yes,no,art. 1\n")
    assert modellaw("import", path, *INTO, "--data", own).code == 0
    path.write_text("Country,Specific law,Possession\nAlmaria,yes,yes\n")
    before = snapshot(own)
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "QMA possession is recorded otherwise (was no, becomes yes)" in ran.err
    assert "--replace" in ran.err
    assert snapshot(own) == before
    ran = modellaw("import", path, *READ, "--data", own, "--replace")
    assert ran.code == 0
    assert "0 new, 1 changed, 1 unchanged" in ran.out
    assert snapshot(own) == before
    assert modellaw("import", path, *INTO, "--data", own, "--replace").code == 0
    assert said(own)["QMA possession"] == "yes"
    assert answers(own)["QMA", "legislation"]["citation"] == "art. 1"  # what the table does not speak of is kept


def settle(tmp_path: Path, text: str) -> list[str]:
    """The option for a reading of this text."""
    path = tmp_path / "reading.toml"
    path.write_text(text, encoding="utf-8")
    return ["--reading", str(path)]


def test_a_country_that_is_only_like_a_name_is_asked_for(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmarya,yes\nBorovia,no\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "“Almarya”" in ran.out
    assert "spelled like Almaria (QMA)" in " ".join(ran.out.split())
    assert not answers(own)
    ran = modellaw("import", path, *INTO, "--data", own, *settle(tmp_path, '[countries]\n"Almarya" = "QMA"\n'))
    assert ran.code == 0, ran.err
    assert said(own) == {"QMA legislation": "yes", "QMB legislation": "no"}
    assert modellaw("import", path, *INTO, "--data", own).code == 0  # as it was settled before


def test_headings_and_signs_that_were_settled_are_kept(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text('Jurisdiction "A",Rule = 1,x?\nAlmaria,x,\nBorovia,o,z\n')
    settled = settle(tmp_path, '[columns]\n"Rule = 1" = "possession"\n[answers]\n"x" = "yes"\n"o" = "no"\n')
    assert modellaw("import", path, *INTO, "--data", own).code == 1
    ran = modellaw("import", path, *INTO, "--data", own, *settled)
    assert ran.code == 0, ran.err
    assert "Not used (its heading is not known): C “x?”" in ran.out
    assert said(own) == {"QMA possession": "yes", "QMB possession": "no"}
    assert modellaw("check", own).code == 0
    ran = modellaw("import", path, *INTO, "--data", own)  # headings are known from then on, signs are asked again
    assert ran.code == 1
    assert "it was yes in 02.toml" in " ".join(ran.out.split())
    kept = own / "mine" / "readings" / "02.toml"
    ran = modellaw("import", path, *INTO, "--data", own, "--reading", kept)
    assert ran.code == 0, ran.err
    assert "2 unchanged" in ran.out


def test_a_heading_of_signs_that_was_settled_is_that_heading_and_no_column_without_one(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,%,Specific law\nAlmaria,yes,yes\n")
    settled = settle(tmp_path, '[columns]\n"%" = "possession"\n')
    assert modellaw("import", path, *INTO, "--data", own, *settled).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMA possession": "yes"}
    path.write_text("Country,,Specific law,#\nBorovia,abc,no,4\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 0, ran.err
    assert "QMB possession" not in said(own)
    path.write_text("Country,%\nCestonia,no\n")
    assert modellaw("import", path, *INTO, "--data", own, *settled).code == 0
    assert said(own)["QMC possession"] == "no"


def test_rows_of_another_edition_are_told_apart_by_its_id_as_text(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    editions = own / "mine" / "editions.csv"
    rows = "".join(f"{id},edition,T,2024,,,partial,handbook,\n" for id in ("2024010101", "1", "7"))
    editions.write_text(editions.read_text() + rows)
    path = tmp_path / "table.csv"
    path.write_text(
        "edition,Country,Specific law\n2024010102,Almaria,yes\n2024010101,Borovia,no\n"
        "01,Cestonia,yes\n1,France,yes\n007,Namibia,yes\n"
    )
    for edition, countries in (("2024010101", ["QMB"]), ("1", ["FRA"]), ("7", ["NAM"])):
        into = ["--series", "mine", "--edition", edition, "--source", "handbook", "--write"]
        ran = modellaw("import", path, *into, "--data", own)
        assert ran.code == 0, ran.err
        with (own / "mine" / "answers" / f"{edition}.csv").open() as file:
            assert [row["country"] for row in csv.DictReader(file)] == countries


def test_a_lone_x_is_asked_about_whatever_stands_beside_it(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmaria,x\nBorovia,✓\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "“x”" in ran.out
    settled = settle(tmp_path, '[answers]\n"x" = "no"\n')
    assert modellaw("import", path, *INTO, "--data", own, *settled).code == 0
    assert said(own) == {"QMA legislation": "no", "QMB legislation": "yes"}


def test_a_heading_that_may_mean_two_criteria_is_asked_about(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    (own / "criteria").mkdir()
    text = (Path(__file__).parents[1] / "criteria" / "csam.toml").read_text(encoding="utf-8")
    text = text.split("[[wordings]]")[0] + "".join(
        f'[[wordings]]\ncriterion = "{id}"\nseries = "mine"\neditions = ["01"]\ntext = "Offences"\ncomparable = true\n'
        for id in ("possession", "technology")
    )
    (own / "criteria" / "csam.toml").write_text(text, encoding="utf-8")
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Offences\nAlmaria,yes,yes\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert "may be technology or possession" in " ".join(ran.out.split())
    settled = settle(tmp_path, '[columns]\n"Offences" = "possession"\n')
    assert modellaw("import", path, *INTO, "--data", own, *settled).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMA possession": "yes"}


def test_two_spellings_of_one_country_are_named_with_both_cells(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\nRepublic of Almaria,no\n")
    ran = modellaw("import", path, *INTO, "--data", own)
    assert ran.code == 1
    assert (
        "table.csv, line 3, column B: Almaria (QMA) legislation stands twice, with another answer, also in B2."
        in ran.err
    )
    assert not answers(own)


def test_a_contradiction_between_new_answers_is_named_by_their_cells(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    book = openpyxl.Workbook()
    for row in (["Country", "Specific law", "Possession"], ["Almaria", "no", "yes"]):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    before = snapshot(own)
    ran = modellaw("import", tmp_path / "table.xlsx", *INTO, "--data", own)
    if read_dataset(None).frameworks["csam"].criterion("possession").requires:
        assert ran.code == 1
        assert "cell C2" in ran.err
        assert "cell B2" in ran.err
        assert snapshot(own) == before


def test_answers_go_into_a_folder_of_one_s_own_only(tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nBrazil,yes\n")
    ran = modellaw("import", path, "--series", "icmec", "--edition", "09")
    assert ran.code == 2
    assert "modellaw init FOLDER" in ran.err


def test_hidden_and_merged_cells_and_other_sheets_are_read_and_said(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "About"
    sheet = book.create_sheet("Table")
    for row in (["Country", "Specific law", "Possession"], ["Almaria", "yes", "no"], ["Borovia", "no", None]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("B3:C3")
    book.save(tmp_path / "table.xlsx")
    ran = modellaw("import", tmp_path / "table.xlsx", *INTO, "--data", own)
    assert ran.code == 0, ran.err
    for text in ("Hidden rows are read too: 1", "Hidden columns are read too: C", "sheet “Table”"):
        assert text in ran.out
    assert said(own) == {"QMA legislation": "yes", "QMA possession": "no", "QMB legislation": "no"}


WORDS = st.sampled_from(["yes", "no", "unknown", "not_assessed", ""])
TABLE = st.dictionaries(
    st.sampled_from(["QMA", "QMB", "QMC", "NAM", "BRA", "FRA"]), st.lists(WORDS, min_size=5, max_size=5), min_size=1
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(TABLE, st.randoms())
def test_the_order_of_rows_and_columns_does_not_matter(
    own: Path, tmp_path: Path, table: dict[str, list[str]], chance: Any
) -> None:
    texts = set()
    for turn in range(2):
        rows, columns = list(table), list(enumerate(IDS))
        if turn:
            chance.shuffle(rows)
            chance.shuffle(columns)
        path = tmp_path / "table.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["country", *(id for _, id in columns)])
            writer.writerows([[code, *(table[code][n] for n, _ in columns)] for code in rows])
        (own / "mine" / "answers" / "02.csv").unlink(missing_ok=True)
        reading = review.read_table(path, data=own, series="mine", edition="02", source="handbook")
        written = reading.apply() if reading.outcome == "read" else ()
        content = written[0].read_bytes() if written else b""
        texts.add((content, any("requires" not in problem.remedy for problem in reading.problems)))
    assert len(texts) == 1


KILLED = """
import os, sys
from pathlib import Path
count, stop = 0, int(sys.argv[1])
import builtins
real = {name: getattr(os, name) for name in ("replace", "open", "close", "chmod", "unlink", "mkdir")}
def wrap(name):
    def call(*args, **more):
        global count
        count += 1
        if count == stop:
            os._exit(9)
        return real[name](*args, **more)
    return call
from review.cli import run
import review.cli.data
for name in real:
    setattr(os, name, wrap(name))
code = run(sys.argv[2:])
sys.exit(100 if count < stop else code)
"""


def test_killed_at_any_write_the_file_is_wholly_old_or_wholly_new(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\nBorovia,no\n")
    target = own / "mine" / "answers" / "02.csv"
    old = b"country,criterion,answer,source\nQMC,legislation,yes,handbook\n"
    target.write_bytes(old)
    seen = set()
    for stop in range(1, 200):
        target.write_bytes(old)
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, str(stop), "import", str(path), *INTO, "--data", str(own)],
            capture_output=True,
            check=False,
            timeout=60,
        )
        content = target.read_bytes()
        assert content == old or (b"QMA,legislation,yes,handbook" in content and b"QMC,legislation" in content)
        seen.add(content == old)
        for part in target.parent.glob(".*.part"):
            part.unlink()
        if ran.returncode == 100:
            break
    assert ran.returncode == 100
    assert seen == {True, False}


@pytest.mark.skipif(os.name != "posix", reason="needs a signal of Unix")
def test_interrupted_it_says_so_and_leaves_the_file(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\n")
    code = "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nimport review.importer.reading as p\n"
    code += f"p.plan_edition = lambda *a, **k: os.kill(os.getpid(), {int(signal.SIGINT)})\n"
    code += "import sys\nfrom review.cli import run\nsys.exit(run(sys.argv[1:]))\n"
    before = snapshot(own)
    ran = subprocess.run(
        [sys.executable, "-c", code, "import", str(path), *INTO, "--data", str(own)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 130
    assert snapshot(own) == before


def take(own: Path, path: Path, modellaw: Modellaw, *more: str) -> Any:
    return modellaw("import", path, *INTO, "--data", own, *more)


def test_a_line_break_of_any_kind_stays_within_its_cell(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    for sign in ("\r", "\r\n", "\x0b", "\n"):
        path.write_bytes(f'Country,Possession,Possession: citation\nAlmaria,yes,"Art. 1{sign}para 2"\n'.encode())
        assert take(own, path, modellaw).code == 0
        assert modellaw("check", own).code == 0
        assert answers(own)["QMA", "possession"]["citation"] == "Art. 1\npara 2"


def test_what_spoke_for_a_replaced_answer_goes_with_it(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "Country,Possession,Possession: citation,Possession: effective,Possession: note\nAlmaria,yes,Art. 1,2007,seen\n"
    )
    assert take(own, path, modellaw).code == 0
    path.write_text("Country,Possession\nAlmaria,no\n")
    ran = take(own, path, modellaw, "--replace")
    assert ran.code == 0
    assert "answer, citation, effective" in ran.out
    row = answers(own)["QMA", "possession"]
    assert (row["answer"], row.get("citation", ""), row.get("effective", ""), row["note"]) == ("no", "", "", "seen")


def test_a_question_of_the_framework_is_a_heading(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    framework = read_dataset(None).frameworks["csam"]
    path = tmp_path / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        heads = [framework.criterion(id).question for id in ("legislation", "possession")]
        csv.writer(file).writerows([["Country", *heads], ["Almaria", "yes", "no"]])
    assert take(own, path, modellaw).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMA possession": "no"}


def test_two_rows_of_headings_are_understood_where_only_the_lower_one_tells(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Our survey, as of May"],
        [],
        ["", "Law", "", "Acts", ""],
        ["Country", "Is there a law?", "Article", "Possession illegal?", "Statute"],
        ["Almaria", "yes", "Art. 1", "✓", "Art. 2"],
    ):
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("D3:E3")
    path = tmp_path / "mine.xlsx"
    book.save(path)
    settled = (
        '[columns]\n"Law / Is there a law?" = "legislation"\n"Law / Article" = "citation:legislation"\n'
        '"Acts / Possession illegal?" = "possession"\n"Acts / Statute" = "citation:possession"\n[table]\nrows = "3:4"\n'
    )
    ran = take(own, path, modellaw, *settle(tmp_path, settled))
    assert ran.code == 0, ran.out + ran.err
    held = answers(own)
    assert held["QMA", "legislation"]["citation"] == "Art. 1"
    assert held["QMA", "possession"]["citation"] == "Art. 2"
    # the headings are known from then on
    sheet["B5"] = "yes"
    book.save(path)
    again = take(own, path, modellaw)
    assert "readings/02.toml: 4 lines" in again.out
    assert "Nothing to change." in again.out


def test_the_line_of_the_headings_may_be_named(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Possession\nold,old,old\nCountry,Specific law\nAlmaria,yes\n")
    assert take(own, path, modellaw, *settle(tmp_path, '[table]\nrows = "3"\n')).code == 0
    assert said(own) == {"QMA legislation": "yes"}


def test_what_is_settled_is_said_and_only_kept_with_what_is_written(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path, settled = tmp_path / "table.csv", settle(tmp_path, '[columns]\n"Gun law" = "skip"\n')
    path.write_text("Country,Specific law,Gun law\nAlmaria,yes,no\n")
    ran = take(own, path, modellaw)
    assert ran.code == 1
    assert "“Gun law”" in ran.out
    assert take(own, path, modellaw, *settled).code == 0
    before = snapshot(own)
    assert "Nothing to change." in take(own, path, modellaw, *settled).out
    assert snapshot(own) == before
    assert '"Gun law" = "skip"\n' in (own / "mine" / "readings" / "02.toml").read_text()


def test_a_blank_erases_nothing_and_that_is_said(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Possession\nAlmaria,yes,no\n")
    assert take(own, path, modellaw).code == 0
    path.write_text("Country,Specific law,Possession\nAlmaria,yes,\n")
    ran = take(own, path, modellaw)
    assert "1 recorded answer kept, where this table is blank (first QMA possession)" in ran.out
    assert said(own)["QMA possession"] == "no"


def test_a_sign_may_be_said_to_mean_nothing(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law,Possession\nAlmaria,yes,-\nBorovia,n/a,\n")
    ran = take(own, path, modellaw)
    assert ran.code == 1
    assert take(own, path, modellaw, *settle(tmp_path, '[answers]\n"-" = "skip"\n"n/a" = "unknown"\n')).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMB legislation": "unknown"}


def test_an_edition_whose_zero_a_spreadsheet_has_dropped_is_still_that(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("country,edition,criterion,answer\nAlmaria,2,legislation,yes\nBorovia,1,legislation,no\n")
    ran = take(own, path, modellaw)
    assert "1 row of other editions left out (1)." in ran.out
    assert said(own) == {"QMA legislation": "yes"}


def test_the_separator_is_that_of_the_table_and_not_of_a_title_above_it(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Our survey, as of May, 2027\n\nCountry;Specific law\nAlmaria;yes\nBorovia;no\n")
    assert take(own, path, modellaw).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMB legislation": "no"}


def test_cells_beyond_the_headings_are_said_to_be_left_out(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,,Specific law,\nAlmaria,abc,yes,more\n")
    assert "Not used (no heading): B, D." in take(own, path, modellaw).out


def test_a_link_to_the_file_of_answers_stays_one(own: Path, tmp_path: Path, modellaw: Modellaw) -> None:
    held = tmp_path / "origins.csv"
    held.write_text("country,criterion,answer,source\n")
    link = own / "mine" / "answers" / "02.csv"
    link.symlink_to(held)
    path = tmp_path / "table.csv"
    path.write_text("Country,Specific law\nAlmaria,yes\n")
    assert take(own, path, modellaw).code == 0
    assert link.is_symlink()
    assert "QMA,legislation,yes" in held.read_text()


def test_the_first_row_of_answers_is_never_a_second_row_of_headings(
    own: Path, tmp_path: Path, modellaw: Modellaw
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Country,Form of law,legislation\nAlmaria,Statute,yes\nBorovia,Decree,no\n")
    assert take(own, path, modellaw).code == 0
    assert said(own) == {"QMA legislation": "yes", "QMB legislation": "no"}


def test_the_embedded_data_are_imported_into_by_nobody_and_what_to_type_is_named(
    tmp_path: Path, modellaw: Modellaw
) -> None:
    ran = modellaw("import", tmp_path / "a.csv", "--edition", "09")
    assert ran.code == 2
    assert "data folder of your own: modellaw init FOLDER --from icmec, then --data FOLDER." in ran.err
