"""The sheet `Controlli`: every reconciliation with what was expected, what was found and the difference."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from common import excel
from common.excel import Cell, Column, Formula, Lights, Look, Sheet
from costing.summaries import Check, Summary
from costing.workbook.content import (
    CHECKS,
    LIGHT,
    MEASURES,
    PROJECTS,
    WorkbookContent,
    WorkbookFacts,
    band,
    banner,
    lines_range,
    notice,
    verdicts,
)


def checks_sheet(facts: WorkbookFacts, content: WorkbookContent) -> Sheet:
    """One row per check: expected, found (live where a sheet can be summed), difference, verdict."""
    rows = [_check_row(check, row, content.summary) for row, check in enumerate(content.checks, start=2)]
    names = [_("Check"), _("Expected"), _("Found"), _("Difference"), _("Result")]
    return Sheet(
        name=CHECKS,
        columns=[Column(48), Column(18), Column(18), Column(18), Column(18)],
        head=[band(*names), *rows, *notice(facts, len(names))],
        heights={1: 24},
        freeze="A2",
        banner=banner(facts),
        lights=[Lights(f"E2:E{len(rows) + 1}", *verdicts())],
    )


def _check_row(check: Check, row: int, summary: Summary) -> list[Cell]:
    look = Look(excel.MONEY if isinstance(check.expected, Decimal) else excel.WHOLE, rule=True)
    found: excel.Value | Formula = check.found
    if check.sums is not None:
        found = Formula(f"SUM({_summed(check.sums, summary)})", check.found)
    good, bad = verdicts()
    return [
        Cell(str(check.title), Look(rule=True)),
        Cell(check.expected, look),
        Cell(found, look),
        Cell(Formula(f"ROUND(C{row}-B{row},2)", check.difference), look),
        Cell(Formula(f'IF(D{row}=0,"{good}","{bad}")', good if check.passed else bad), LIGHT),
    ]


def _summed(sums: tuple[str, str], summary: Summary) -> str:
    sheet, column = sums
    if sheet == "lines":
        return lines_range(column, summary.totals.lines)
    place = excel.column_letters(3 + [key for key, _shape in MEASURES].index(column))
    return f"{PROJECTS}!${place}$2:${place}${max(len(summary.by_project), 1) + 1}"
