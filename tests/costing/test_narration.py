"""Traces in words: the steps of real prices, told to a person."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from common.periods import Period
from costing.narration import ToldStep, told
from costing.pricing import UseFacts, price
from costing.terms import Band, Basis, Scheme, Step, TariffTerms

ROME = ZoneInfo("Europe/Rome")
BOOKED = Period(datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 11, 30, 11, 10, tzinfo=UTC))


def steps(terms: dict[str, Any], *, line: int = 0, **facts: Any) -> list[ToldStep]:
    usual: dict[str, Any] = {"scheme": Scheme.HOURLY, "basis": Basis.BOOKED_OR_OVERRUN, "vat_code": "22"}
    priced = price(UseFacts(BOOKED, **facts), TariffTerms(**usual | terms), ROME)
    with translation.override("en"):
        return told(step.as_json() for step in priced.lines[line].trace)


def test_hours_with_bands_and_steps() -> None:
    evening = Band(frozenset({"MO"}), 11 * 60, 24 * 60, Decimal(20))

    result = steps({"hour": Decimal(60), "bands": (evening,), "steps": (Step(3, Decimal(50)),)})

    assert result == [
        ToldStep(
            "Booked time: Mon 30/11/2026, 09:00–12:15, 3\N{NO-BREAK SPACE}h 10\N{NO-BREAK SPACE}min, "
            "billed in started steps of 15 minutes",
            "3\N{NO-BREAK SPACE}h 15\N{NO-BREAK SPACE}min",
        ),
        ToldStep("2\N{NO-BREAK SPACE}h at €60.00 per hour", "€120.00"),
        ToldStep("1\N{NO-BREAK SPACE}h at €60.00 per hour (11:00–12:00, 20% discount of this time band)", "€48.00"),
        ToldStep(
            "15\N{NO-BREAK SPACE}min at €50.00 per hour "
            "(12:00–12:15, rate after 3 hours, 20% discount of this time band)",
            "€10.00",
        ),
        ToldStep("Rounded to the cent", "€178.00"),
    ]


def test_units_and_minimum() -> None:
    terms = {"scheme": Scheme.UNITS, "hour": Decimal(70), "half_day": Decimal(200), "minimum_charge": Decimal(250)}

    assert steps(terms)[1:] == [
        ToldStep("1 × half-day of 4 hours at €200.00", "€200.00"),
        ToldStep("At least the minimum charge of €250.00", "€250.00"),
        ToldStep("Rounded to the cent", "€250.00"),
    ]


def test_unused_share_is_told_exactly() -> None:
    used = Period(BOOKED.starts_at, datetime(2026, 11, 30, 8, 20, tzinfo=UTC))

    result = steps({"basis": Basis.USED_PLUS_UNUSED_SHARE, "hour": Decimal(50), "billing_step_minutes": 1}, actual=used)

    assert result[-2:] == [
        ToldStep(
            "Used time 16.666667 euros, and 50% of what was booked beyond it (booked time: 158.333333 euros)",
            "€87.50",
        ),
        ToldStep("Rounded to the cent", "€87.50"),
    ]


@pytest.mark.parametrize(
    ("minutes", "text"), [("90", "1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min"), ("79.8", "1.33\N{NO-BREAK SPACE}h")]
)
def test_operator(minutes: str, text: str) -> None:
    terms = {"hour": Decimal(60), "operator_hour": Decimal(45)}

    told_steps = steps(terms, line=1, operator_minutes=Decimal(minutes))

    assert told_steps[0].text == f"Operator: {text} at €45.00 per hour"


def test_aid_and_vat() -> None:
    aid = {"list_value": "200.00", "measure": "CC-SERV", "may_be_aided": "yes"}
    trace: list[dict[str, Any]] = [
        {"rule": "aid", "inputs": aid, "rate": "80.00", "result": "160.00"},
        {"rule": "aid", "inputs": aid | {"may_be_aided": "no"}, "rate": "80.00", "result": "0.00"},
        {"rule": "vat", "inputs": {"code": "22", "taxable": "40.00"}, "rate": "22.00", "result": "8.80"},
        {"rule": "vat", "inputs": {"code": "", "taxable": "40.00"}, "rate": "0.00", "result": "0.00"},
        {"rule": "of tomorrow", "inputs": {}, "rate": None, "result": "1.00"},
    ]

    with translation.override("it"):
        result = [step.result for step in told(trace)]
    with translation.override("en"):
        texts = [step.text for step in told(trace)]

    assert result == [f"{amount}\N{NO-BREAK SPACE}€" for amount in ("160,00", "0,00", "8,80", "0,00", "1,00")]
    assert texts == [
        "Public contribution: 80% of €200.00 (measure CC-SERV)",
        "Public contribution: this line may not be aided",
        "VAT 22% on €40.00 (code 22)",
        "No VAT: internal use",
        "of tomorrow",
    ]
