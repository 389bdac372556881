"""From time to money: pure, exact until the one rounding of each line. Explained in docs/pricing.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from common.money import ZERO
from common.periods import Period
from costing.terms import Band, Basis, Scheme, Step, TariffTerms
from costing.trace import HALF_UP_TO_CENT, UP_TO_STEP, TraceStep, as_decimal, cents, shown

MINUTE = timedelta(minutes=1)
HALF_DAY_MINUTES, DAY_MINUTES, BLOCK_MINUTES = 4 * 60, 8 * 60, 24 * 60
FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class UseFacts:
    """What was booked and what happened; without an actual period the use is priced as booked (a quote)."""

    booked: Period
    actual: Period | None = None
    operator_minutes: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price. Only `amount` is money to pay; quantity and unit price (four decimals) are for reading."""

    kind: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    billed_hours: Decimal
    exact: Fraction
    amount: Decimal
    vat_code: str
    aided: bool
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """The list value of a use, line by line, net of VAT and before any aid."""

    lines: tuple[PriceLine, ...]

    @property
    def list_value(self) -> Decimal:
        """The sum of the rounded lines."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class _TimePrice:
    """The exact price of one time, with what it amounts to in the scheme's unit."""

    exact: Fraction
    units: Fraction
    minutes: Fraction
    steps: tuple[TraceStep, ...]


def price(use: UseFacts, terms: TariffTerms, zone: ZoneInfo) -> Price:
    """Price one use of one resource.

    Units:   EUR, net of VAT; bands are read in the zone of the site.
    Returns: the time, then the set-up fee once, then the operator; lines of nothing are left out, the time never is.
    Source:  docs/pricing.md, sections 2 and 3.
    """
    lines = [_time_line(use, terms, zone)]
    if terms.setup_fee:
        lines.append(_setup_line(terms))
    if terms.operator_hour and use.operator_minutes:
        lines.append(_operator_line(use.operator_minutes, terms))
    return Price(tuple(lines))


def share_of_time(use_line: PriceLine, share: Decimal) -> Decimal:
    """Return a share, in per cent, of the time part with its minimum: the fee for cancelling late or not coming."""
    return cents(use_line.exact * Fraction(share) / 100)


def billable(period: Period, *, step_minutes: int) -> Period:
    """Cut a period's instants to the minute, then lengthen it at its end to whole steps (at least one minute)."""
    minutes = ceil(Fraction(_elapsed_minutes(period), step_minutes)) * step_minutes
    start = _minute(period.starts_at)
    return Period(start, start + timedelta(minutes=minutes))


def _minute(moment: datetime) -> datetime:
    """Cut to the minute, in UTC: instants of one zone are subtracted by the wall clock, 24 hours on a day of 25."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _elapsed_minutes(period: Period) -> int:
    return max(1, (_minute(period.ends_at) - _minute(period.starts_at)) // MINUTE)


def _time_line(use: UseFacts, terms: TariffTerms, zone: ZoneInfo) -> PriceLine:
    timed = _billed_time(use, terms, zone)
    exact, steps = timed.exact, list(timed.steps)
    if terms.minimum_charge:
        exact = max(exact, Fraction(terms.minimum_charge))
        steps.append(
            TraceStep("minimum", shown(exact), {"amount": shown(timed.exact)}, rate=f"{terms.minimum_charge:.2f}")
        )
    unit = {Scheme.DAILY: "day", Scheme.FLAT: "booking"}.get(terms.scheme, "hour")
    return _line("use", timed.units, unit, exact, terms.vat_code, aided=True, steps=steps, minutes=timed.minutes)


def _billed_time(use: UseFacts, terms: TariffTerms, zone: ZoneInfo) -> _TimePrice:
    """Price the time that the tariff's basis says is billable."""
    booked, actual = use.booked, use.actual
    if actual is None or terms.basis == Basis.BOOKED:
        return _priced("booked", booked, terms, zone)
    if terms.basis == Basis.BOOKED_OR_OVERRUN:
        overrun = Period(booked.starts_at, max(booked.ends_at, actual.ends_at))
        return _priced("booked_or_overrun", overrun, terms, zone)
    used = _priced("used", actual, terms, zone)
    if terms.basis == Basis.USED:
        return used
    return _with_unused_share(used, _priced("booked", booked, terms, zone), terms)


def _with_unused_share(used: _TimePrice, booked: _TimePrice, terms: TariffTerms) -> _TimePrice:
    """Price the used time in full and a share of what was booked beyond it."""
    share = Fraction(terms.unused_share) / 100

    def shared(part: Fraction, whole: Fraction) -> Fraction:
        return part + share * max(Fraction(0), whole - part)

    exact = shared(used.exact, booked.exact)
    inputs = {"used": shown(used.exact), "booked": shown(booked.exact), "share": f"{terms.unused_share:.2f}"}
    step = TraceStep("unused_share", shown(exact), inputs)
    units, minutes = shared(used.units, booked.units), shared(used.minutes, booked.minutes)
    return _TimePrice(exact, units, minutes, (*used.steps, *booked.steps, step))


def _priced(name: str, period: Period, terms: TariffTerms, zone: ZoneInfo) -> _TimePrice:
    """Price a time by the tariff's scheme, exactly; `name` says in the trace which time it is."""
    billed = billable(period, step_minutes=terms.billing_step_minutes)
    minutes = billed.minutes
    inputs = {"time": name} | _span(billed.starts_at, billed.ends_at, zone)
    inputs |= {"elapsed": str(_elapsed_minutes(period)), "step": str(terms.billing_step_minutes)}
    first = TraceStep("billable", str(minutes), inputs, minutes=str(minutes), rounding=UP_TO_STEP)
    if terms.scheme == Scheme.HOURLY:
        exact, steps = _hourly(name, billed, terms, zone)
        units = Fraction(minutes, 60)
    elif terms.scheme == Scheme.UNITS:
        exact, steps = _cheapest_mix(name, minutes, terms)
        units = Fraction(minutes, 60)
    else:
        block = terms.scheme == Scheme.DAILY
        units = Fraction(ceil(Fraction(minutes, BLOCK_MINUTES)) if block else 1)
        rate = _required(terms.block if block else terms.flat)
        exact, steps = units * Fraction(rate), [_counted("block" if block else "flat", name, int(units), rate)]
    return _TimePrice(exact, units, Fraction(minutes), (first, *steps))


def _hourly(name: str, billed: Period, terms: TariffTerms, zone: ZoneInfo) -> tuple[Fraction, list[TraceStep]]:
    """Price each minute at the rate of its elapsed hour, less the discount of its local time."""
    total, steps = Fraction(0), []
    for stretch, step, band in _stretches(billed, terms, zone):
        rate = step.hour if step else _required(terms.hour)
        discount = band.discount if band else ZERO
        exact = Fraction(stretch.minutes, 60) * Fraction(rate) * (100 - Fraction(discount)) / 100
        inputs = {"time": name} | _span(stretch.starts_at, stretch.ends_at, zone)
        inputs |= {"from_hour": str(step.from_hour)} if step else {}
        inputs |= {"discount": f"{discount:.2f}"} if band else {}
        steps.append(TraceStep("hour_rate", shown(exact), inputs, minutes=str(stretch.minutes), rate=f"{rate:.2f}"))
        total += exact
    return total, steps


def _stretches(billed: Period, terms: TariffTerms, zone: ZoneInfo) -> Iterator[tuple[Period, Step | None, Band | None]]:
    """Cut a time into the longest pieces within which every minute has the same rate and discount."""
    hours = [billed.starts_at + timedelta(hours=step.from_hour) for step in terms.steps]
    cuts = {*hours, *_band_edges(billed, terms.bands, zone)}
    edges = [billed.starts_at, *sorted(cut for cut in cuts if billed.starts_at < cut < billed.ends_at), billed.ends_at]
    begun, current = billed.starts_at, _rate_at(billed.starts_at, billed, terms, zone)
    for edge in edges[1:]:
        following = _rate_at(edge, billed, terms, zone)
        if edge == billed.ends_at or following != current:
            yield Period(begun, edge), *current
            begun, current = edge, following


def _rate_at(moment: datetime, billed: Period, terms: TariffTerms, zone: ZoneInfo) -> tuple[Step | None, Band | None]:
    reached = [step for step in terms.steps if moment - billed.starts_at >= timedelta(hours=step.from_hour)]
    local = moment.astimezone(zone)
    band = next((band for band in terms.bands if band.covers(local)), None)
    return max(reached, key=lambda step: step.from_hour, default=None), band


def _band_edges(billed: Period, bands: tuple[Band, ...], zone: ZoneInfo) -> Iterator[datetime]:
    """Yield every instant at which a band may begin or end; an instant too many does no harm.

    On a day when the clocks change each minute is one: wall times may be skipped or come twice.
    """
    if not bands:
        return
    edges = sorted({0, *(band.from_minute for band in bands), *(band.to_minute for band in bands)})
    day, last = (moment.astimezone(zone).date() for moment in (billed.starts_at, billed.ends_at))
    while day <= last:
        midnight = datetime.combine(day, time(), zone).astimezone(UTC)
        day += timedelta(days=1)
        length = (datetime.combine(day, time(), zone).astimezone(UTC) - midnight) // MINUTE
        yield from (
            midnight + timedelta(minutes=minute) for minute in (edges if length == BLOCK_MINUTES else range(length))
        )


def _cheapest_mix(name: str, minutes: int, terms: TariffTerms) -> tuple[Fraction, list[TraceStep]]:
    """Cover a time with days, half-days and hours at the lowest price; of equal prices the larger units win."""
    hour = Fraction(_required(terms.hour))
    mixes: list[tuple[Fraction, int, int, int]] = []
    for days in range(ceil(minutes / DAY_MINUTES) + 1 if terms.day is not None else 1):
        after_days = max(0, minutes - days * DAY_MINUTES)
        # For a given number of days the price is linear in whole half-days: only the ends can be cheapest.
        whole = after_days // HALF_DAY_MINUTES if terms.half_day is not None else 0
        for halves in {0, whole, whole + (terms.half_day is not None)}:
            rest = max(0, after_days - halves * HALF_DAY_MINUTES)
            amount = days * Fraction(terms.day or 0) + halves * Fraction(terms.half_day or 0) + hour * rest / 60
            mixes.append((amount, -days, -halves, rest))
    amount, days, halves, rest = min(mixes)
    steps = [
        _counted(rule, name, -count, _required(rate))
        for rule, count, rate in (("day", days, terms.day), ("half_day", halves, terms.half_day))
        if count
    ]
    if rest:
        exact = hour * rest / 60
        steps.append(TraceStep("hour_rate", shown(exact), {"time": name}, minutes=str(rest), rate=f"{terms.hour:.2f}"))
    return amount, steps


def _setup_line(terms: TariffTerms) -> PriceLine:
    steps = [_counted("setup", "", 1, terms.setup_fee)]
    vat_code = terms.setup_vat_code or terms.vat_code
    return _line(
        "setup", Fraction(1), "booking", Fraction(terms.setup_fee), vat_code, aided=terms.setup_aided, steps=steps
    )


def _operator_line(minutes: Decimal, terms: TariffTerms) -> PriceLine:
    exact = Fraction(minutes) / 60 * Fraction(terms.operator_hour)
    step = TraceStep("operator", shown(exact), minutes=f"{minutes:f}", rate=f"{terms.operator_hour:.2f}")
    vat_code = terms.operator_vat_code or terms.vat_code
    hours = Fraction(minutes) / 60
    return _line("operator", hours, "hour", exact, vat_code, aided=terms.operator_aided, steps=[step])


def _line(
    kind: str,
    units: Fraction,
    unit: str,
    exact: Fraction,
    vat_code: str,
    *,
    aided: bool,
    steps: list[TraceStep],
    minutes: Fraction = Fraction(0),
) -> PriceLine:
    """Close a line: here, and only here, its amount is rounded."""
    amount = cents(exact)
    last = TraceStep("round", str(amount), {"amount": shown(exact)}, rounding=HALF_UP_TO_CENT)
    return PriceLine(
        kind=kind,
        quantity=as_decimal(units).quantize(FOUR_PLACES),
        unit=unit,
        unit_price=as_decimal(exact / units).quantize(FOUR_PLACES),
        billed_hours=cents(minutes / 60),
        exact=exact,
        amount=amount,
        vat_code=vat_code,
        aided=aided,
        trace=(*steps, last),
    )


def _counted(rule: str, name: str, count: int, rate: Decimal) -> TraceStep:
    inputs = {"count": str(count)} | ({"time": name} if name else {})
    return TraceStep(rule, shown(count * Fraction(rate)), inputs, rate=f"{rate:.2f}")


def _span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[str, str]:
    return {"from": starts_at.astimezone(zone).isoformat(), "to": ends_at.astimezone(zone).isoformat()}


def _required(amount: Decimal | None) -> Decimal:
    if amount is None:
        raise ValueError("the tariff lacks an amount that its scheme needs")
    return amount
