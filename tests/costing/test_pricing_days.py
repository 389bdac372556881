"""Days of 23 and 25 hours, and the minutes that a billing step adds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from common.periods import Period
from costing.pricing import UseFacts, billable, price
from costing.terms import Band, Basis, Scheme, TariffTerms

ROME = ZoneInfo("Europe/Rome")
EVERY_DAY = frozenset({"MO", "TU", "WE", "TH", "FR", "SA", "SU"})


def instant(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def list_value(terms: TariffTerms, starts: str, ends: str) -> str:
    return str(price(UseFacts(Period(instant(starts), instant(ends))), terms, ROME).list_value)


@pytest.mark.parametrize(
    ("starts", "ends", "step", "minutes"),
    [
        ("2026-10-14T12:00:50+02:00", "2026-10-14T12:03:10+02:00", 1, 3),
        ("2026-10-14T12:00:50+02:00", "2026-10-14T12:03:10+02:00", 15, 15),
        ("2026-10-14T12:00:10+02:00", "2026-10-14T12:00:50+02:00", 1, 1),
        ("2026-10-14T12:00:00+02:00", "2026-10-14T13:00:00+02:00", 30, 60),
        ("2026-10-14T12:00:00+02:00", "2026-10-14T13:01:00+02:00", 30, 90),
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 15, 25 * 60),
        ("2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00", 15, 23 * 60),
    ],
)
def test_billable_minutes(starts: str, ends: str, step: int, minutes: int) -> None:
    assert billable(Period(instant(starts), instant(ends)), step_minutes=step).minutes == minutes


@pytest.mark.parametrize(
    ("starts", "ends", "amount"),
    [
        ("2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00", "25.00"),
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "50.00"),
        ("2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00", "25.00"),
        ("2026-10-14T09:00:00+02:00", "2026-10-14T10:00:00+02:00", "25.00"),
    ],
)
def test_a_block_is_24_elapsed_hours(starts: str, ends: str, amount: str) -> None:
    terms = TariffTerms(scheme=Scheme.DAILY, basis=Basis.BOOKED, vat_code="22", block=Decimal("25.00"))

    assert list_value(terms, starts, ends) == amount


def test_a_flat_price_forgets_the_time() -> None:
    terms = TariffTerms(scheme=Scheme.FLAT, basis=Basis.BOOKED, vat_code="22", flat=Decimal("590.00"))

    assert list_value(terms, "2026-10-14T09:00:00+02:00", "2026-10-16T18:00:00+02:00") == "590.00"


NIGHT = TariffTerms(
    scheme=Scheme.HOURLY,
    basis=Basis.BOOKED,
    vat_code="22",
    hour=Decimal("60.00"),
    bands=(Band(EVERY_DAY, 2 * 60, 3 * 60, Decimal("100.00")),),
)


@pytest.mark.parametrize(
    ("starts", "ends", "amount"),
    [
        pytest.param("2026-10-24T01:00:00+02:00", "2026-10-24T04:00:00+02:00", "120.00", id="ordinary night"),
        pytest.param("2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00", "120.00", id="two to three comes twice"),
        pytest.param("2027-03-28T01:00:00+01:00", "2027-03-28T04:00:00+02:00", "120.00", id="two to three is skipped"),
    ],
)
def test_a_band_follows_the_local_clock(starts: str, ends: str, amount: str) -> None:
    assert list_value(NIGHT, starts, ends) == amount


@pytest.mark.parametrize(
    ("ends", "amount"),
    [("17:00", "60.00"), ("17:01", "72.00"), ("17:15", "72.00"), ("16:46", "60.00")],
)
def test_added_minutes_are_priced_at_their_own_time(ends: str, amount: str) -> None:
    terms = TariffTerms(
        scheme=Scheme.HOURLY,
        basis=Basis.BOOKED,
        vat_code="22",
        hour=Decimal("60.00"),
        bands=(Band(EVERY_DAY, 17 * 60, 19 * 60, Decimal("20.00")),),
    )

    assert list_value(terms, "2026-10-14T16:00:00+02:00", f"2026-10-14T{ends}:00+02:00") == amount


@pytest.mark.parametrize(
    ("minutes_end", "amount"),
    [
        ("12:00", "270.00"),
        ("12:30", "315.00"),
        ("12:45", "320.00"),
        ("13:00", "320.00"),
        ("15:30", "545.00"),
        ("16:00", "580.00"),
        ("17:00", "580.00"),
        ("18:00", "670.00"),
    ],
)
def test_the_cheapest_mix_of_units(minutes_end: str, amount: str) -> None:
    terms = TariffTerms(
        scheme=Scheme.UNITS,
        basis=Basis.BOOKED,
        vat_code="22",
        hour=Decimal("90.00"),
        half_day=Decimal("320.00"),
        day=Decimal("580.00"),
    )

    assert list_value(terms, "2026-10-14T09:00:00+02:00", f"2026-10-14T{minutes_end}:00+02:00") == amount


def test_setup_and_operator_are_lines_of_their_own() -> None:
    terms = TariffTerms(
        scheme=Scheme.UNITS,
        basis=Basis.BOOKED_OR_OVERRUN,
        vat_code="22",
        hour=Decimal("75.00"),
        setup_fee=Decimal("40.00"),
        operator_hour=Decimal("45.00"),
        setup_vat_code="N2.2",
        setup_aided=False,
    )
    booked = Period(instant("2026-10-14T09:00:00+02:00"), instant("2026-10-14T11:00:00+02:00"))

    lines = price(UseFacts(booked, operator_minutes=Decimal("100.2")), terms, ROME).lines

    assert [(x.kind, x.quantity, x.unit, x.unit_price, x.amount, x.vat_code, x.aided) for x in lines] == [
        ("use", Decimal("2.0000"), "hour", Decimal("75.0000"), Decimal("150.00"), "22", True),
        ("setup", Decimal("1.0000"), "booking", Decimal("40.0000"), Decimal("40.00"), "N2.2", False),
        ("operator", Decimal("1.6700"), "hour", Decimal("45.0000"), Decimal("75.15"), "22", True),
    ]


def test_instants_of_one_zone_are_not_subtracted_by_the_wall_clock() -> None:
    booked = Period(datetime(2026, 10, 25, tzinfo=ROME), datetime(2026, 10, 26, tzinfo=ROME))

    assert billable(booked, step_minutes=15).minutes == 25 * 60
