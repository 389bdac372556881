"""The usage workbook of a period: one small function a sheet. It is handed typed rows and computes no price."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import override

from common import excel
from common.excel import Book, Sheet
from costing.lines import COLUMNS
from costing.workbook.content import WorkbookContent, WorkbookFacts, title_of
from costing.workbook.sheet_checks import checks_sheet
from costing.workbook.sheet_lines import lines_sheet
from costing.workbook.sheet_projects import projects_sheet
from costing.workbook.sheet_summary import summary_sheet

__all__ = ["SHEETS", "WorkbookContent", "WorkbookFacts", "headers", "write_usage_workbook"]

SHEETS: tuple[Callable[[WorkbookFacts, WorkbookContent], Sheet], ...] = (
    summary_sheet,
    lines_sheet,
    projects_sheet,
    checks_sheet,
)


def write_usage_workbook(
    facts: WorkbookFacts,
    content: WorkbookContent,
    stream: BinaryIO,
    *,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a usage workbook; the same facts and rows give the same bytes.

    Source: docs/ledger.md; the sheets' names and the order of columns are the same in both languages.
    """
    with override(facts.language):
        sheets = [sheet(facts, content) for sheet in SHEETS]
        book = Book(sheets, facts.zone, facts.made_at, title=title_of(facts), author="Collaudo")
        excel.write_book(book, stream, progress=progress)


def headers(language: str) -> list[str]:
    """Return the 54 headers in a language."""
    with override(language):
        return [str(column.header) for column in COLUMNS]
