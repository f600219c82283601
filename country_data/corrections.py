"""Corrections: what a series states otherwise than it was published, declared with a reason and a source."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from country_data.problems import Place, Problems
from country_data.schema import ANSWERS, EVIDENCE
from country_data.tables import Table, empty_table

__all__ = ["ANSWER_EVIDENCE", "corrected"]

_KEY = ["edition", "country", "criterion"]
# what speaks for an answer, and for no other
ANSWER_EVIDENCE = tuple(name for name in EVIDENCE if name != "note")


def corrected(
    answers: dict[str, Table], corrections: Table, editions: list[str], problems: Problems
) -> dict[str, Table]:
    """The answers by edition with the corrections in them.

    A corrected answer cites the source of the correction, and its note says what it was; statute,
    passage, place and date of the answer it replaces go, for they spoke for that one. Added to
    `problems`: an edition that is not there, a second correction of one answer, and one whose `was`
    is not what the edition states.
    """
    frame = corrections.frame
    if frame.empty:
        return answers
    corrections.flag_unknown(problems, "edition", editions, "There is no edition “{value}”.", "Editions are")
    message = "{country} {criterion} of edition {edition} is corrected twice."
    corrections.flag(problems, frame.duplicated(_KEY), "criterion", message, "Keep one of the rows.")
    valid = frame[frame["edition"].isin(editions)].drop_duplicates(_KEY)
    tables = dict(answers)
    for edition, part in valid.groupby("edition"):
        table = answers.get(str(edition)) or empty_table(corrections.label, ANSWERS)
        tables[str(edition)] = _applied(table, part, corrections, problems)
    return tables


def _applied(table: Table, part: pd.DataFrame, corrections: Table, problems: Problems) -> Table:
    rows = table.frame.to_dict("records")
    index_of = {(row["country"], row["criterion"]): n for n, row in enumerate(rows)}
    moved: dict[int, Place] = {}
    lines = list(table.lines)
    for at, item in zip(part.index, part.to_dict("records"), strict=True):
        country, criterion = item["country"], item["criterion"]
        n = index_of.get((country, criterion))
        stated = "" if n is None else rows[n]["answer"]
        if stated != item["was"]:
            message = f"“was” is “{item['was']}”, but {country} {criterion} of edition {item['edition']} is “{stated}” as published."
            remedy = "The published answer has changed since: correct “was”, or remove the row."
            problems.add(corrections.place(at, "was"), message, remedy, "was")
            continue
        if n is None:
            n = len(rows)
            rows.append(dict.fromkeys(table.frame.columns, "") | {"country": country, "criterion": criterion})
            lines.append(0)
        note = f"corrected {item['date']}, was {item['was'] or 'not recorded'}: {item['reason']}"
        note = "; ".join(filter(None, [rows[n]["note"], note]))
        evidence = dict.fromkeys(ANSWER_EVIDENCE, "")
        rows[n] |= evidence | {"answer": item["becomes"], "source": item["source"], "note": note}
        moved[n] = corrections.place(at, "becomes")
    frame = pd.DataFrame(rows, columns=table.frame.columns, dtype=str)
    return replace(table, frame=frame, lines=lines, origin=lambda row, name: moved.get(row) or table.origin(row, name))
