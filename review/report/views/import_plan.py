"""What an import would do, before it is done."""

from __future__ import annotations

from review.importer.plan import AnswerChange, ImportPlan
from review.importer.rows import Match
from review.report.blocks import Column, Page
from review.wording import plural

__all__ = ["plan_page"]

_MOST = 30


def plan_page(plan: ImportPlan, file: str) -> Page:
    """Countries and how they were matched; answers new, changed, unchanged, or what would be corrected."""
    page = Page("Import", f"{file} → {plan.review.series.id}, edition {plan.edition}")
    for text in plan.notes:
        page.text(text, 2)
    hows = {
        how: [match for match in plan.matches if match.how == how] for how in ("exactly", "by alias", "by suggestion")
    }
    by_kind = ", ".join(f"{len({match.code for match in matches})} {how}" for how, matches in hows.items() if matches)
    page.text(f"Countries: {len({match.code for match in plan.matches})}" + (f" ({by_kind})" if by_kind else ""))
    for how in ("by suggestion", "by alias"):
        _matches(page, how, hows[how])
    if plan.corrected is not None:
        back = plan.taken_back
        parts = [f"{plural(len(plan.corrected) - back, 'answer')} to be stated otherwise than published"]
        parts += [f"{plural(back, 'correction')} taken back"] if back else []
        page.text(f"Corrections: {'; '.join(parts)}.")
        page.text(
            "A correction holds the answer, its reason and its source; statutes, quotes and notes of this file are not taken.",
            2,
        )
        _changes(page, list(plan.corrected), replaced=False)
        return page
    kinds = ", ".join(f"{plan.count(kind)} {kind}" for kind in ("new", "changed", "unchanged"))
    page.text(f"Answers: {kinds}.")
    _changes(page, [change for change in plan.changes if change.kind == "changed"])
    return page


def _matches(page: Page, how: str, found: list[Match]) -> None:
    shown = [match for match in found if match.text.casefold() not in (match.code.casefold(), match.name.casefold())]
    if shown:
        rows = [(f"“{match.text}”", f"{match.name} ({match.code})", _where(match)) for match in shown[:_MOST]]
        page.table([Column(how.capitalize()), Column("Taken for", 0, "text_wrapped"), Column("Where")], rows, indent=2)
        _more(page, len(shown))


def _changes(page: Page, found: list[AnswerChange], *, replaced: bool = True) -> None:
    if found:
        heads = ["Country", "Criterion", "Was", "Becomes", *(["Replaced"] if replaced else []), "Where"]
        rows = [
            (
                *(one.country, one.criterion, one.was or "–", one.becomes or "–"),
                *([", ".join(one.fields)] if replaced else []),
                _where(one),
            )
            for one in found[:_MOST]
        ]
        page.table(
            [Column(head, 0, "text_wrapped" if head == "Replaced" else "text") for head in heads], rows, indent=2
        )
        _more(page, len(found))


def _more(page: Page, many: int) -> None:
    if many > _MOST:
        page.text(f"… and {many - _MOST} more", 2)


def _where(one: Match | AnswerChange) -> str:
    return one.place.cell if one.place.sheet else f"line {one.place.line}" if one.place.line else ""
