"""The sheet `Progetti`: what each project used and owes, live on the lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common import excel
from common.excel import Cell, Column, Formula, Look, Sheet
from costing.summaries import Totals
from costing.workbook.content import (
    FORMATS,
    MEASURES,
    PROJECTS,
    SOFT,
    WorkbookContent,
    WorkbookFacts,
    band,
    banner,
    header,
    lines_range,
    notice,
)


def projects_sheet(facts: WorkbookFacts, content: WorkbookContent) -> Sheet:
    """One row per project code, each amount a live SUMIFS on the lines; lines without a project come last."""
    summary, count = content.summary, content.summary.totals.lines
    rows = [
        _project_row(key, summary.titles.get(key, ""), totals, row=row, lines=count)
        for row, (key, totals) in enumerate(summary.by_project.items(), start=2)
    ]
    names = [header("project_code"), header("project_title"), *(header(key) for key, _shape in MEASURES)]
    return Sheet(
        name=PROJECTS,
        columns=[Column(16), Column(48), *[Column(15)] * len(MEASURES)],
        head=[
            band(*names, words=2),
            *rows,
            _project_totals(summary.totals, len(rows)),
            *notice(facts, 2 + len(MEASURES)),
        ],
        heights={1: 24},
        freeze="B2",
        banner=banner(facts),
    )


def _project_row(key: str, title: str, totals: Totals, *, row: int, lines: int) -> list[Cell]:
    cells = [Cell(key, Look(bold=True, rule=True)), Cell(title if key else _("without a project"), Look(rule=True))]
    for measure, shape in MEASURES:
        formula = f"SUMIFS({lines_range(measure, lines)},{lines_range('project_code', lines)},{_criterion(key, row)})"
        cells.append(Cell(Formula(formula, getattr(totals, measure)), Look(FORMATS[shape], rule=True)))
    return cells


def _project_totals(totals: Totals, rows: int) -> list[Cell]:
    cells = [Cell(None, Look(bold=True, fill=SOFT)), Cell(_("Total"), Look(bold=True, fill=SOFT))]
    for place, (measure, shape) in enumerate(MEASURES, start=3):
        letters = excel.column_letters(place)
        formula = f"SUM({letters}2:{letters}{rows + 1})" if rows else "0"
        cells.append(Cell(Formula(formula, getattr(totals, measure)), Look(FORMATS[shape], bold=True, fill=SOFT)))
    return cells


def _criterion(key: str, row: int) -> str:
    """Return a SUMIFS criterion that means the key itself, even when it holds wildcards or begins with an operator."""
    if not key:
        return '"="'
    if key.replace("-", "").replace("_", "").isalnum() and not key.startswith("-"):
        return f"$A{row}"
    return f'"="&SUBSTITUTE(SUBSTITUTE(SUBSTITUTE($A{row},"~","~~"),"*","~*"),"?","~?")'
