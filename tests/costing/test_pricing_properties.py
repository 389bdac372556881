"""What holds for every tariff and every use, looked for by hypothesis; and the two true exceptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.periods import Period
from costing.pricing import UseFacts, price
from costing.rules import VatBase, document_vat
from costing.terms import WEEKDAYS, Band, Basis, Scheme, Step, TariffTerms
from costing.trace import minutes_by_time, recomputed

ROME = ZoneInfo("Europe/Rome")
# Around the last Sunday of October 2026, when Rome's clocks go back, and of March 2027, when they go forward.
ANCHORS = (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2027, 3, 27, 20, tzinfo=UTC))

amounts = st.decimals(min_value="0.00", max_value="500.00", places=2)
shares = st.decimals(min_value="0.00", max_value="100.00", places=2)
lengths = st.integers(min_value=1, max_value=3 * 24 * 60)
edges = st.integers(min_value=0, max_value=24 * 60)


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    from_minute, to_minute = sorted(draw(st.tuples(edges, edges).filter(lambda pair: pair[0] != pair[1])))
    days = draw(st.frozensets(st.sampled_from(WEEKDAYS), min_size=1))
    return (Band(days, from_minute, to_minute, draw(shares)),)


@st.composite
def steps(draw: st.DrawFn) -> tuple[Step, ...]:
    hours = draw(st.lists(st.integers(min_value=1, max_value=30), unique=True, max_size=3))
    return tuple(Step(hour, draw(amounts)) for hour in sorted(hours))


@st.composite
def tariffs(draw: st.DrawFn) -> TariffTerms:
    scheme = draw(st.sampled_from(Scheme))
    return TariffTerms(
        scheme=scheme,
        basis=draw(st.sampled_from(Basis)),
        vat_code="22",
        hour=draw(amounts),
        half_day=draw(st.none() | amounts),
        day=draw(st.none() | amounts),
        block=draw(amounts),
        flat=draw(amounts),
        minimum_charge=draw(amounts),
        setup_fee=draw(amounts),
        operator_hour=draw(amounts),
        billing_step_minutes=draw(st.sampled_from((1, 5, 15, 30, 60))),
        unused_share=draw(shares),
        bands=draw(bands() | st.just(())),
        steps=draw(steps()),
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.sampled_from(ANCHORS)) + timedelta(minutes=draw(st.integers(min_value=0, max_value=24 * 60)))
    return Period(start, start + timedelta(minutes=draw(lengths)))


def exact(terms: TariffTerms, booked: Period, used: Period | None = None) -> Fraction:
    return price(UseFacts(booked, used), terms, ROME).lines[0].exact


def longer(period: Period, minutes: int) -> Period:
    return replace(period, ends_at=period.ends_at + timedelta(minutes=minutes))


@given(tariffs(), periods(), lengths)
def test_a_longer_booking_never_costs_less(terms: TariffTerms, booked: Period, more: int) -> None:
    assert exact(terms, longer(booked, more)) >= exact(terms, booked)


@given(tariffs(), periods(), periods(), lengths)
def test_staying_longer_never_costs_less(terms: TariffTerms, booked: Period, used: Period, more: int) -> None:
    used = replace(used, starts_at=booked.starts_at, ends_at=booked.starts_at + (used.ends_at - used.starts_at))

    assert exact(terms, booked, longer(used, more)) >= exact(terms, booked, used)


@given(tariffs(), periods(), lengths)
def test_an_earlier_start_never_costs_less_without_bands(terms: TariffTerms, booked: Period, more: int) -> None:
    earlier = replace(booked, starts_at=booked.starts_at - timedelta(minutes=more))
    terms = replace(terms, bands=())

    assert exact(terms, earlier) >= exact(terms, booked)


@given(tariffs(), periods(), lengths)
def test_an_earlier_start_never_costs_less_by_the_minute_without_steps(
    terms: TariffTerms, booked: Period, more: int
) -> None:
    earlier = replace(booked, starts_at=booked.starts_at - timedelta(minutes=more))
    terms = replace(terms, steps=(), billing_step_minutes=1)

    assert exact(terms, earlier) >= exact(terms, booked)


MORNING = Band(frozenset({"WE"}), 8 * 60, 9 * 60, Decimal("50.00"))
CHEAP_MORNING = TariffTerms(
    scheme=Scheme.HOURLY,
    basis=Basis.BOOKED,
    vat_code="22",
    hour=Decimal("120.00"),
    billing_step_minutes=1,
    bands=(MORNING,),
)


def wednesday(starts: str, ends: str) -> Period:
    first, last = (datetime.fromisoformat(f"2026-10-14T{clock}").replace(tzinfo=ROME) for clock in (starts, ends))
    return Period(first, last)


@pytest.mark.parametrize(
    ("terms", "longer_use", "its_price", "shorter_use", "the_higher_price"),
    [
        pytest.param(
            replace(CHEAP_MORNING, steps=(Step(1, Decimal("10.00")),)),
            wednesday("08:00", "10:00"),
            Fraction(70),
            wednesday("09:00", "10:00"),
            Fraction(120),
            id="a cheap first hour uses up the dear step",
        ),
        pytest.param(
            replace(CHEAP_MORNING, billing_step_minutes=15),
            wednesday("08:45", "09:00"),
            Fraction(15),
            wednesday("08:46", "09:00"),
            Fraction(16),
            id="the step's added minute falls out of the band",
        ),
    ],
)
def test_only_bands_let_an_earlier_start_cost_less(
    terms: TariffTerms, longer_use: Period, its_price: Fraction, shorter_use: Period, the_higher_price: Fraction
) -> None:
    assert exact(terms, longer_use) == its_price
    assert exact(terms, shorter_use) == the_higher_price


@given(tariffs(), periods(), st.integers(min_value=1))
def test_splitting_never_changes_a_price_by_the_minute(terms: TariffTerms, booked: Period, where: int) -> None:
    terms = replace(
        terms,
        scheme=Scheme.HOURLY,
        basis=Basis.BOOKED,
        billing_step_minutes=1,
        steps=(),
        minimum_charge=Decimal("0.00"),
    )
    middle = booked.starts_at + timedelta(minutes=1 + where % (booked.minutes + 1))
    whole = replace(booked, ends_at=booked.ends_at + timedelta(minutes=2))

    first, second = Period(whole.starts_at, middle), Period(middle, whole.ends_at)

    assert exact(terms, first) + exact(terms, second) == exact(terms, whole)


@given(tariffs(), periods(), periods(), st.decimals(min_value="0.00", max_value="24.00", places=2))
def test_every_trace_recomputes_its_line(terms: TariffTerms, booked: Period, used: Period, hours: Decimal) -> None:
    result = price(UseFacts(booked, used, operator_minutes=hours * 60), terms, ROME)

    for line in result.lines:
        trace = [step.as_json() for step in line.trace]
        assert recomputed(trace) == line.amount
        if terms.scheme == Scheme.HOURLY:
            assert all(billed == rated for billed, rated in minutes_by_time(trace).values())


@given(tariffs(), periods())
def test_a_minute_is_priced_by_its_own_local_time(terms: TariffTerms, booked: Period) -> None:
    booked = replace(booked, ends_at=min(booked.ends_at, booked.starts_at + timedelta(hours=6)))
    terms = replace(terms, scheme=Scheme.HOURLY, minimum_charge=Decimal("0.00"), steps=(), billing_step_minutes=1)
    total = Fraction(0)
    for minute in range(booked.minutes):
        local = (booked.starts_at + timedelta(minutes=minute)).astimezone(ROME)
        discount = next((band.discount for band in terms.bands if band.covers(local)), Decimal(0))
        total += Fraction(terms.hour or 0) * (100 - Fraction(discount)) / 6000

    assert exact(terms, booked) == total


@given(tariffs(), st.integers(min_value=1, max_value=40 * 60))
def test_no_mix_of_units_is_cheaper(terms: TariffTerms, minutes: int) -> None:
    terms = replace(
        terms, scheme=Scheme.UNITS, basis=Basis.BOOKED, minimum_charge=Decimal("0.00"), billing_step_minutes=1
    )
    days = range(7 if terms.day is not None else 1)
    halves = range(12 if terms.half_day is not None else 1)
    every_mix = [
        day * Fraction(terms.day or 0)
        + half * Fraction(terms.half_day or 0)
        + Fraction(terms.hour or 0) * max(0, minutes - 480 * day - 240 * half) / 60
        for day in days
        for half in halves
    ]

    assert exact(terms, Period(ANCHORS[0], ANCHORS[0] + timedelta(minutes=minutes))) == min(every_mix)


@given(st.lists(st.tuples(st.decimals(min_value="-9999.99", max_value="9999.99", places=2), st.sampled_from("AB"))))
def test_vat_of_the_lines_adds_up_to_the_document(nets: list[tuple[Decimal, str]]) -> None:
    rates = {"A": Decimal("22.00"), "B": Decimal("5.00")}
    lines = [VatBase(net, net, code, rates[code], "") for net, code in nets]

    result = document_vat(lines)

    assert sum(result.lines) == result.vat
    assert result.payable == sum(net for net, _ in nets) + sum(result.lines)
    assert all(
        abs(share - line.taxable * line.rate / 100) < Decimal("0.01")
        for share, line in zip(result.lines, lines, strict=True)
    )
