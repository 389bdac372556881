"""What a usage workbook is made of, and the looks and references that its sheets share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common import excel
from common.excel import Cell, Look
from costing.labels import labelled
from costing.lines import COLUMNS, LedgerRow, Shape, Topic, column_number
from costing.summaries import Check, Summary

SUMMARY, LINES, PROJECTS, CHECKS = "Riepilogo", "Righe", "Progetti", "Controlli"
VERDICT_COLUMN = "E"

BRAND, SOFT, NOTICE, NOTICE_INK, GOOD_FILL = "0F4C5C", "EAF1F3", "FEF3C7", "92400E", "DCFCE7"
HEADERS = {
    Topic.DOCUMENT: "0F4C5C",
    Topic.COMPANY: "1D5F74",
    Topic.PROJECT: "3B5B92",
    Topic.RESOURCE: "4C6B4F",
    Topic.TIME: "7A5C2E",
    Topic.MONEY: "6B3F69",
    Topic.INTERNAL: "4B5563",
}
FORMATS = {
    Shape.TEXT: excel.TEXT,
    Shape.LABEL: excel.TEXT,
    Shape.WHOLE: excel.WHOLE,
    Shape.MONEY: excel.MONEY,
    Shape.SHARE: excel.SHARE,
    Shape.HOURS: excel.HOURS,
    Shape.MOMENT: excel.MOMENT,
    Shape.DAY: excel.DAY,
}
TITLE = Look(bold=True, size=18, color=BRAND)
LABEL = Look(color="4B5563", rule=True)
BAND = Look(bold=True, size=11, color=excel.PAPER, fill=BRAND)
PROVISIONAL = Look(bold=True, color=NOTICE_INK, fill=NOTICE)
FINAL = Look(bold=True, color=excel.GOOD, fill=GOOD_FILL)
LIGHT = Look(bold=True, align="center", rule=True)

# what the sums by key show, in the order of their columns
MEASURES: tuple[tuple[str, Shape], ...] = (
    ("list_value", Shape.MONEY),
    ("contribution", Shape.MONEY),
    ("net", Shape.MONEY),
    ("vat", Shape.MONEY),
    ("payable", Shape.MONEY),
    ("booked_hours", Shape.HOURS),
    ("actual_hours", Shape.HOURS),
    ("billed_hours", Shape.HOURS),
)


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """What a workbook says of itself: its period, its filters, who made it and when."""

    period: str
    state: str
    version: int
    language: str
    zone: ZoneInfo
    made_at: datetime
    made_by: str
    company: str = ""
    project: str = ""
    sha256: str = ""
    previous_sha256: str = ""
    area_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Say whether the period is closed: otherwise every sheet says that it is provisional."""
        return self.state == "closed"


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """The rows of a workbook: its lines (read once, as they come), their sums and the checks."""

    lines: Iterable[LedgerRow]
    summary: Summary
    checks: Sequence[Check]


def lines_range(key: str, lines: int) -> str:
    letters = excel.column_letters(column_number(key))
    return f"{LINES}!${letters}$2:${letters}${max(lines, 1) + 1}"


def band(*texts: str, words: int = 1) -> list[Cell]:
    """Return a header band: the first `words` columns hold words, the others numbers, under which it stands right."""
    return [Cell(text, BAND if place < words else replace(BAND, align="right")) for place, text in enumerate(texts)]


def notice(facts: WorkbookFacts, width: int) -> list[list[Cell]]:
    if facts.closed:
        return []
    text = _("provisional: the period is not closed, these figures may still change")
    return [
        [],
        [Cell(None, PROVISIONAL), *[Cell(text if place == 0 else None, PROVISIONAL) for place in range(width - 1)]],
    ]


def banner(facts: WorkbookFacts) -> str:
    return "" if facts.closed else _("provisional")


def title_of(facts: WorkbookFacts) -> str:
    """Return the workbook's title."""
    return _("Usage sheet · %(period)s") % {"period": facts.period}


def header(key: str) -> str:
    return str(COLUMNS[column_number(key) - 1].header)


def state_label(facts: WorkbookFacts) -> str:
    return labelled("period_state", facts.state)


def verdicts() -> tuple[str, str]:
    return _("OK"), _("DIFFERENCE")
