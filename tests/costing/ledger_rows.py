"""Ledger lines for the workbook's tests: plain facts, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from costing.lines import LedgerRow
from costing.queries.ledger import LedgerSums
from costing.queries.periods import DocumentSums, NumberSpan
from costing.summaries import Check, document_checks, ledger_checks, seal_checks, summarise
from costing.workbook import WorkbookContent, WorkbookFacts, write_usage_workbook

ROME = ZoneInfo("Europe/Rome")
CLOSED_AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
HASHES = ("ab" * 32, "ab" * 32)
USE = LedgerRow(
    line_no=1,
    period="2026-10",
    period_state="closed",
    charge_id=11,
    kind="use",
    reverses=None,
    document_no="2026/00001",
    document_date=date(2026, 11, 3),
    company_name="Fanta Meccanica S.r.l.",
    vat_number="01234567890",
    tax_code="01234567890",
    size_class="medium",
    recipient="ABC1234",
    project_code="PC-03",
    project_title="Banco prova per cobot",
    cup="",
    alternative_identifier="",
    call="TBI",
    work_package="",
    milestone="M2",
    trl=5,
    resource_code="LP-ASM",
    resource_name="Linea pilota di assemblaggio",
    resource_kind="pilot_line",
    cost_centre="CC-3",
    operator="",
    booked_start=datetime(2026, 10, 5, 7, tzinfo=UTC),
    booked_end=datetime(2026, 10, 5, 11, tzinfo=UTC),
    booked_hours=Decimal("4.00"),
    actual_start=datetime(2026, 10, 5, 7, tzinfo=UTC),
    actual_end=datetime(2026, 10, 5, 11, 20, tzinfo=UTC),
    actual_hours=Decimal("4.33"),
    billed_hours=Decimal("4.50"),
    economic_use=True,
    unit="hour",
    unit_price=Decimal("120.0000"),
    tariff_version="LP-ASM · medium · 2026-01-01",
    list_value=Decimal("540.00"),
    regime="GBER28",
    cor="",
    intensity=Decimal("80.00"),
    contribution=Decimal("432.00"),
    cap_reason="",
    net=Decimal("108.00"),
    vat_code="22",
    vat_rate=Decimal("22.00"),
    vat=Decimal("23.76"),
    payable=Decimal("131.76"),
    internal_hour_cost=Decimal("46.64"),
    internal_cost=Decimal("209.88"),
    margin=Decimal("330.12"),
    note="",
    entered_by="Ada Rossi",
    approved_by="Luca Bianchi",
    area_code="A3",
)


def some_rows(count: int = 6, **facts: object) -> list[LedgerRow]:
    """Return `count` lines of several projects, areas, kinds and days."""
    spread = (("PC-03", "A3", "pilot_line"), ("PC-01", "A1", "simulator"), ("", "A3", "test_bench"))
    rows = []
    for index in range(count):
        project, area, kind = spread[index % len(spread)]
        net = Decimal(100 + index)
        changed = replace(
            USE,
            line_no=index + 1,
            charge_id=11 + index,
            project_code=project,
            project_title=f"Progetto {project}" if project else "",
            area_code=area,
            resource_kind=kind,
            actual_end=USE.actual_end and USE.actual_end + timedelta(days=index),
            list_value=net * 5,
            contribution=net * 4,
            net=net,
            vat=net * Decimal("0.22"),
            payable=net * Decimal("1.22"),
        )
        rows.append(replace(changed, **facts))  # type: ignore[arg-type]  # the test names the fields
    return rows


def made(rows: Sequence[LedgerRow], *, language: str = "it", state: str = "closed") -> bytes:
    """Return the workbook of some lines."""
    closed = state == "closed"
    facts = WorkbookFacts(
        period="2026-10",
        state=state,
        version=1 if closed else 0,
        language=language,
        zone=ROME,
        made_at=CLOSED_AT,
        made_by="Franca Conti",
        sha256=HASHES[0] if closed else "",
        previous_sha256="0" * 64 if closed else "",
        area_names={"A1": "Progettazione virtuale", "A3": "Robotica collaborativa"},
    )
    content = WorkbookContent(rows, summarise(rows), checks_of(rows, closed=closed))
    stream = BytesIO()
    write_usage_workbook(facts, content, stream)
    return stream.getvalue()


def checks_of(rows: Sequence[LedgerRow], *, closed: bool = True) -> list[Check]:
    """Return the checks of lines that agree with the ledger."""
    summary = summarise(rows)
    totals = summary.totals
    sums = LedgerSums(
        totals.lines, totals.list_value, totals.contribution, totals.net, totals.billed_hours, vat=totals.vat
    )
    checks = ledger_checks(sums, summary)
    if closed:
        checks += document_checks(DocumentSums(totals.net, totals.vat, totals.payable), summary)
        checks += seal_checks(NumberSpan(count=1, spanned=1), stored=HASHES[0], computed=HASHES[1])
    return checks
