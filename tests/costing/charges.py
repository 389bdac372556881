"""Charges for the ledger's tests, written straight into a month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from common.money import to_cents
from companies.models import Company
from costing.models import AccountingPeriod, Charge, ChargeSet, Commitment
from costing.services.periods import keep_months
from tests.catalogue import make_site

OCTOBER = date(2026, 10, 1)
NOVEMBER_3 = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
MORNING = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)


def make_month(month: date = OCTOBER) -> AccountingPeriod:
    """Return the period of a month, with those between it and the first one."""
    make_site()
    keep_months(until=month)
    return AccountingPeriod.objects.get(month=month)


def make_charge(period: AccountingPeriod, company: Company | None, net: str = "108.00", **facts: Any) -> Charge:
    """Write a charge: four hours aided at 80 %, VAT 22 %, unless the facts say otherwise."""
    share = Decimal(net)
    plain: dict[str, Any] = {
        "kind": "use",
        "created_at": MORNING + timedelta(hours=5),
        "company": company,
        "company_name": company.name if company else "",
        "vat_number": company.vat_number if company else "",
        "resource_code": "RB-COB1",
        "resource_name": "Robot collaborativo",
        "resource_kind": "equipment",
        "area_code": "A3",
        "booked_start": MORNING,
        "booked_end": MORNING + timedelta(hours=4),
        "started_at": MORNING,
        "ended_at": MORNING + timedelta(hours=4, minutes=20),
        "billed_hours": Decimal("4.50"),
        "quantity": Decimal("4.5000"),
        "unit": "hour",
        "unit_price": Decimal("120.0000"),
        "list_value": to_cents(share * 5),
        "intensity": Decimal("80.00"),
        "contribution": to_cents(share * 4),
        "net": share,
        "vat_code": "22" if company else "",
        "vat_rate": Decimal("22.00") if company else Decimal("0.00"),
        "entered_by": "Ada Rossi",
    }
    charge_set = ChargeSet.objects.create(source=f"test:{uuid4().hex[:12]}", created_at=NOVEMBER_3)
    return Charge.objects.create(**{**plain, "period": period, "charge_set": charge_set, **facts})


def make_commitment(company: Company | None, *, ends_at: datetime, source: str = "booking:BK-0001") -> Commitment:
    """Write down an agreed booking that nobody has checked out."""
    return Commitment.objects.create(
        source=source,
        company=company,
        ends_at=ends_at,
        list_value=Decimal("100.00"),
        contribution=Decimal("0.00"),
        net=Decimal("100.00"),
        conceded_on=OCTOBER,
        created_at=MORNING,
    )
