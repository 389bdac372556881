"""The worked numbers of docs/pricing.md, row for row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from common.periods import Period
from costing.pricing import PriceLine, UseFacts, price, share_of_time
from costing.rules import aided_amount, document_vat, vat_base
from costing.terms import Band, Basis, Scheme, Step, TariffTerms

ROME = ZoneInfo("Europe/Rome")
DOCUMENT = Path(__file__).parents[2] / "docs" / "pricing.md"
WORKDAYS = frozenset({"MO", "TU", "WE", "TH", "FR"})


def at(clock: str) -> datetime:
    """Return an instant of Wednesday 14 October 2026, in Rome."""
    return datetime.fromisoformat(f"2026-10-14T{clock}:00").replace(tzinfo=ROME)


def period(starts: str, ends: str) -> Period:
    return Period(at(starts), at(ends))


def hourly(hour: str, basis: Basis = Basis.BOOKED_OR_OVERRUN, step_minutes: int = 15) -> TariffTerms:
    return TariffTerms(
        scheme=Scheme.HOURLY, basis=basis, vat_code="22", hour=Decimal(hour), billing_step_minutes=step_minutes
    )


SLOT = hourly("90.00", step_minutes=30)
EVENING = replace(hourly("60.00"), bands=(Band(WORKDAYS, 17 * 60, 21 * 60, Decimal("20.00")),))
UNITS = TariffTerms(
    scheme=Scheme.UNITS,
    basis=Basis.BOOKED,
    vat_code="22",
    hour=Decimal("90.00"),
    half_day=Decimal("320.00"),
    day=Decimal("580.00"),
)
STEPPED = replace(hourly("120.00"), steps=(Step(3, Decimal("60.00")),))


def time_line(terms: TariffTerms, booked: Period, used: Period | None = None) -> PriceLine:
    return price(UseFacts(booked, used), terms, ROME).lines[0]


def time_part(terms: TariffTerms, booked: Period, used: Period | None = None) -> str:
    return str(time_line(terms, booked, used).amount)


def document(*list_values: str, intensity: str, rate: str = "22.00") -> str:
    """Return L, C, N, V, P of one document whose lines may all be aided."""
    lines = [aided_amount(Decimal(value), intensity=Decimal(intensity), may_be_aided=True) for value in list_values]
    vat = document_vat([vat_base(line, code="22", rate=Decimal(rate), nature="", treatment="net") for line in lines])
    list_value, contribution = (
        sum(column) for column in zip(*[(x.list_value, x.contribution) for x in lines], strict=True)
    )
    return f"L {list_value} C {contribution} N {vat.net} V {vat.vat} P {vat.payable}"


def seven_and_a_half_hours(intensity: str) -> str:
    list_value = time_part(hourly("120.00"), period("09:00", "16:30"))
    return document(list_value, intensity=intensity)


EACH_BASIS = (Basis.BOOKED, Basis.USED, Basis.BOOKED_OR_OVERRUN)
LATE = (period("16:00", "18:00"), period("16:15", "18:15"))

WORKED: dict[str, tuple[Callable[[], str], str]] = {
    "P01": (lambda: seven_and_a_half_hours("100.00"), "L 900.00 C 900.00 N 0.00 V 0.00 P 0.00"),
    "P02": (lambda: seven_and_a_half_hours("80.00"), "L 900.00 C 720.00 N 180.00 V 39.60 P 219.60"),
    "P03": (lambda: seven_and_a_half_hours("30.00"), "L 900.00 C 270.00 N 630.00 V 138.60 P 768.60"),
    "P04": (
        lambda: "; ".join(document("3200.00", intensity=intensity) for intensity in ("90.00", "40.00")),
        "L 3200.00 C 2880.00 N 320.00 V 70.40 P 390.40; L 3200.00 C 1280.00 N 1920.00 V 422.40 P 2342.40",
    ),
    "P05": (
        lambda: "; ".join(
            time_part(replace(SLOT, basis=basis), period("09:00", "13:00"), period("09:00", "12:10"))
            for basis in (Basis.BOOKED_OR_OVERRUN, Basis.USED_PLUS_UNUSED_SHARE)
        ),
        "360.00; 337.50",
    ),
    "P06": (lambda: time_part(SLOT, period("09:00", "13:00"), period("09:00", "13:40")), "450.00"),
    "P07": (
        lambda: "; ".join(
            str(share_of_time(time_line(SLOT, period("09:00", "13:00")), Decimal(share))) for share in ("50", "100")
        ),
        "180.00; 360.00",
    ),
    "P08": (lambda: time_part(UNITS, period("09:00", "14:00")), "410.00"),
    "P09": (
        lambda: "; ".join(time_part(replace(EVENING, basis=basis), *LATE) for basis in EACH_BASIS),
        "108.00; 105.00; 120.00",
    ),
    "P10": (
        lambda: "; ".join(
            time_part(
                replace(EVENING, basis=Basis.USED, minimum_charge=Decimal(minimum)),
                period("16:00", "18:00"),
                period("16:15", "17:45"),
            )
            for minimum in ("0.00", "100.00")
        ),
        "81.00; 100.00",
    ),
    "P11": (
        lambda: "; ".join(time_part(STEPPED, period("09:00", end)) for end in ("13:00", "13:15")),
        "420.00; 435.00",
    ),
    "P13": (
        lambda: document("33.33", "33.33", "33.33", intensity="0.00"),
        "L 99.99 C 0.00 N 99.99 V 22.00 P 121.99",
    ),
    "Q01": (
        lambda: document("33.35", "33.35", "33.35", intensity="30.00"),
        "L 100.05 C 30.03 N 70.02 V 15.40 P 85.42",
    ),
    "Q02": (lambda: time_part(cheap_evening_by_the_minute(), period("17:00", "17:13")), "5.59"),
}


def cheap_evening_by_the_minute() -> TariffTerms:
    band = Band(WORKDAYS, 17 * 60, 21 * 60, Decimal("15.00"))
    return replace(hourly("30.38", step_minutes=1), bands=(band,))


@pytest.mark.parametrize("row", WORKED)
def test_worked_number(row: str) -> None:
    compute, result = WORKED[row]

    assert compute() == result


def test_the_document_shows_the_same_numbers() -> None:
    shown = dict(re.findall(r"^\| ([PQ]\d\d) \|[^|]*\| `([^`]+)` \|$", DOCUMENT.read_text(), flags=re.MULTILINE))

    assert shown == {row: result for row, (_, result) in WORKED.items()}
