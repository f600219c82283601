"""Corrections: what a series states otherwise than it was published, declared with a reason and a source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from country_data.formats import ANSWERS, CORRECTIONS
from country_data.problems import Problems, did_you_mean
from country_data.tables import Table, empty_table, read_table

__all__ = ["OF_THE_ANSWER", "corrected", "read_corrections"]

# what speaks for an answer, and for no other
OF_THE_ANSWER = ("locator", "citation", "quote", "effective", "cause")


def read_corrections(folder: Path, label: str, problems: Problems) -> Table:
    """Read corrections.csv (or .xlsx), which may be absent; what is wrong goes to `problems`."""
    table = read_table(folder, "corrections", CORRECTIONS, problems, label=label, required=False)
    return table or empty_table(f"{label}/corrections.csv", CORRECTIONS)


def corrected(
    answers: dict[str, Table], corrections: Table, editions: list[str], problems: Problems
) -> dict[str, Table]:
    """The answers by edition with the corrections in them.

    A corrected answer cites the source of the correction, and its note says what it was; statute,
    passage, place and date of the answer it replaces go, for they spoke for that one. Noted as
    problems: an edition that is not there, a second correction of one answer, and one whose `was` is
    not what the edition states.
    """
    frame = corrections.frame
    if frame.empty:
        return answers
    for row in frame.index[~frame["edition"].isin(["", *editions])]:
        problems.add(
            corrections.place(row, "edition"),
            f"There is no edition “{frame.at[row, 'edition']}”.",
            did_you_mean(frame.at[row, "edition"], editions) + f"Editions are: {', '.join(editions)}.",
            "edition",
        )
    for row in frame.index[frame.duplicated(["edition", "country", "criterion"])]:
        what = f"{frame.at[row, 'country']} {frame.at[row, 'criterion']} of edition {frame.at[row, 'edition']}"
        problems.add(
            corrections.place(row, "criterion"), f"{what} is corrected twice.", "Keep one of the rows.", "criterion"
        )
    known = frame[frame["edition"].isin(editions)].drop_duplicates(["edition", "country", "criterion"])
    made = dict(answers)
    for edition, part in known.groupby("edition"):
        table = answers.get(str(edition))
        if table is None:
            table = empty_table(corrections.label, ANSWERS)
        made[str(edition)] = _applied(table, part, corrections, problems)
    return made


def _applied(table: Table, part: pd.DataFrame, corrections: Table, problems: Problems) -> Table:
    frame = table.frame.copy()
    rows = {key: row for row, key in enumerate(zip(frame["country"], frame["criterion"], strict=True))}
    elsewhere, lines = dict(table.elsewhere), list(table.lines)
    more: list[dict[str, str]] = []
    for at, item in zip(part.index, part.to_dict("records"), strict=True):
        key = (item["country"], item["criterion"])
        row = rows.get(key)
        stated = "" if row is None else frame.at[row, "answer"]
        if stated != item["was"]:
            problems.add(
                corrections.place(at, "was"),
                f"“was” is “{item['was']}”, but {key[0]} {key[1]} of edition {item['edition']} is “{stated}” as published.",
                "The published answer has changed since: correct “was”, or remove the row.",
                "was",
            )
            continue
        said = f"corrected {item['date']}, was {item['was'] or 'not recorded'}: {item['reason']}"
        if row is None:
            row = len(frame) + len(more)
            more.append(
                dict.fromkeys(frame.columns, "")
                | {
                    "country": key[0],
                    "criterion": key[1],
                    "answer": item["becomes"],
                    "source": item["source"],
                    "note": said,
                }
            )
            lines.append(0)
        else:
            note = "; ".join(filter(None, [frame.at[row, "note"], said]))
            frame.loc[row, ["answer", "source", "note"]] = [item["becomes"], item["source"], note]
            frame.loc[row, [name for name in OF_THE_ANSWER if name in frame.columns]] = ""
        elsewhere[row, ""] = corrections.place(at, "becomes")
    if more:
        frame = pd.concat([frame, pd.DataFrame(more, dtype=str)], ignore_index=True)
    return replace(table, frame=frame, lines=lines, elsewhere=elsewhere)
