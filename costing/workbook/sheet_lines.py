"""The sheet `Righe`: one row per charge, then subtotals that follow the filter."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from common import excel
from common.excel import Cell, Column, Formula, Look, Sheet
from costing.labels import labelled
from costing.lines import COLUMNS, LedgerRow, LineColumn, Shape, column_number, values_of
from costing.summaries import Totals
from costing.workbook.content import (
    FORMATS,
    HEADERS,
    LINES,
    MEASURES,
    PROVISIONAL,
    SOFT,
    WorkbookContent,
    WorkbookFacts,
    banner,
)

WORDS = (Shape.TEXT, Shape.LABEL)


def lines_sheet(facts: WorkbookFacts, content: WorkbookContent) -> Sheet:
    """One header row, one row per charge, then live subtotals that follow the filter."""
    count = content.summary.totals.lines
    return Sheet(
        name=LINES,
        columns=[Column(column.width, _table_look(column.shape)) for column in COLUMNS],
        head=[[Cell(str(column.header), _header_look(column)) for column in COLUMNS]],
        table=(_shown(row) for row in content.lines),
        table_rows=count,
        foot=[_subtotals(facts, content.summary.totals)],
        heights={1: 32},
        freeze="E2",
        filter_cells=f"A1:{excel.column_letters(len(COLUMNS))}{count + 1}",
        repeat_columns="A:D",
        pages_wide=4,
        large_paper=True,
        banner=banner(facts),
    )


def _table_look(shape: Shape) -> Look:
    return Look(FORMATS[shape], indent=1 if shape in WORDS else 0)


def _header_look(column: LineColumn) -> Look:
    look = replace(_table_look(column.shape), number_format=excel.TEXT, bold=True, color=excel.PAPER, wrap=True)
    return replace(look, fill=HEADERS[column.topic], align="left" if column.shape in WORDS else "right")


def _shown(row: LedgerRow) -> tuple[excel.Value, ...]:
    values = zip(values_of(row), COLUMNS, strict=True)
    return tuple(labelled(column.key, value) if column.shape is Shape.LABEL else value for value, column in values)


def _subtotals(facts: WorkbookFacts, totals: Totals) -> list[Cell]:
    first = 2 if totals.lines else 1
    sums = dict(MEASURES)
    cells = []
    for column in COLUMNS:
        letters = excel.column_letters(column_number(column.key))
        look = Look(FORMATS[column.shape], bold=True, fill=SOFT)
        if column.key in sums:
            formula = f"SUBTOTAL(9,{letters}{first}:{letters}{totals.lines + 1})"
            cells.append(Cell(Formula(formula, getattr(totals, column.key)), look))
        else:
            cells.append(Cell(None, look))
    cells[0] = Cell(_("Total"), Look(bold=True, fill=SOFT))
    if not facts.closed:
        cells[1] = Cell(_("provisional"), PROVISIONAL)
    return cells
