"""The terms of a tariff, and what they have to satisfy: pure, shared by pricing, API and import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.money import ZERO

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MINUTES_OF_A_DAY = 24 * 60
AMOUNTS = ("hour", "half_day", "day", "block", "flat", "minimum_charge", "setup_fee", "operator_hour")
LARGEST_AMOUNT = Decimal(100_000)
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
SHARE = r"100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?"
BAND_LINE = re.compile(
    rf"(?P<days>({'|'.join(WEEKDAYS)})( +({'|'.join(WEEKDAYS)}))*) +"
    rf"(?P<start>{CLOCK}) ?[-–] ?(?P<end>{CLOCK}) +(?P<discount>{SHARE}) ?%?"
)
STEP_LINE = re.compile(r"(?P<from_hour>[0-9]{1,4}) +(?P<hour>[0-9]{1,7}(\.[0-9]{1,2})?)")


class Scheme(StrEnum):
    """How time turns into an amount."""

    HOURLY = "hourly"
    UNITS = "units"
    DAILY = "daily"
    FLAT = "flat"


class Basis(StrEnum):
    """Which time is billable."""

    BOOKED = "booked"
    USED = "used"
    BOOKED_OR_OVERRUN = "booked_or_overrun"
    USED_PLUS_UNUSED_SHARE = "used_plus_unused_share"


@dataclass(frozen=True, slots=True)
class Band:
    """A discount on some weekdays between two local times, half-open; minutes count from midnight."""

    days: frozenset[str]
    from_minute: int
    to_minute: int
    discount: Decimal

    def covers(self, local: datetime) -> bool:
        """Say whether a minute, in local time, lies inside."""
        minute = local.hour * 60 + local.minute
        return WEEKDAYS[local.weekday()] in self.days and self.from_minute <= minute < self.to_minute


@dataclass(frozen=True, slots=True)
class Step:
    """Another hourly rate once so many hours have elapsed; the hours before keep theirs."""

    from_hour: int
    hour: Decimal


@dataclass(frozen=True, slots=True)
class TariffTerms:
    """A tariff as the pricing needs it. Amounts in EUR, shares in per cent, VAT codes by name."""

    scheme: Scheme
    basis: Basis
    vat_code: str
    hour: Decimal | None = None
    half_day: Decimal | None = None
    day: Decimal | None = None
    block: Decimal | None = None
    flat: Decimal | None = None
    minimum_charge: Decimal = ZERO
    setup_fee: Decimal = ZERO
    operator_hour: Decimal = ZERO
    billing_step_minutes: int = 15
    unused_share: Decimal = Decimal(50)
    bands: tuple[Band, ...] = ()
    steps: tuple[Step, ...] = ()
    setup_vat_code: str = ""
    operator_vat_code: str = ""
    setup_aided: bool = True
    operator_aided: bool = True


@dataclass(frozen=True, slots=True)
class TermsProblem:
    """One thing wrong with a tariff's terms; `field` is its name in the API."""

    field: str
    detail: str | Promise


def terms_problems(terms: TariffTerms) -> list[TermsProblem]:
    """Return everything that keeps terms from being a tariff: what the scheme lacks, bands that overlap, odd steps."""
    return [*_missing_amounts(terms), *_too_large(terms), *_bad_bands(terms), *_bad_steps(terms)]


def _missing_amounts(terms: TariffTerms) -> Iterator[TermsProblem]:
    required = {Scheme.HOURLY: "hour", Scheme.UNITS: "hour", Scheme.DAILY: "block", Scheme.FLAT: "flat"}[terms.scheme]
    if getattr(terms, required) is None:
        yield TermsProblem(required, _("This scheme needs this amount."))
    if terms.scheme != Scheme.HOURLY:
        for name in ("bands", "steps"):
            if getattr(terms, name):
                yield TermsProblem(name, _("Only the hourly scheme has bands and steps."))


def _too_large(terms: TariffTerms) -> Iterator[TermsProblem]:
    """Name amounts that are slips of the keyboard: their sums would not fit into the ledger's columns."""
    detail = _("An amount is at most 100,000 euros.")
    for name in AMOUNTS:
        if (getattr(terms, name) or ZERO) > LARGEST_AMOUNT:
            yield TermsProblem(name, detail)
    if any(step.hour > LARGEST_AMOUNT for step in terms.steps):
        yield TermsProblem("steps", detail)


def _bad_bands(terms: TariffTerms) -> Iterator[TermsProblem]:
    for band in terms.bands:
        if not 0 <= band.from_minute < band.to_minute <= MINUTES_OF_A_DAY:
            yield TermsProblem("bands", _("A band ends after it begins, within the day."))
        if not band.days or not band.days <= set(WEEKDAYS):
            yield TermsProblem("bands", _("A band names its weekdays: MO to SU."))
    for one, other in combinations(terms.bands, 2):
        if one.days & other.days and one.from_minute < other.to_minute and other.from_minute < one.to_minute:
            yield TermsProblem("bands", _("Two bands overlap: a minute has one price."))


def _bad_steps(terms: TariffTerms) -> Iterator[TermsProblem]:
    hours = [step.from_hour for step in terms.steps]
    if len(set(hours)) != len(hours):
        yield TermsProblem("steps", _("Two steps begin at the same hour."))
    if any(hour < 1 for hour in hours):
        yield TermsProblem("steps", _("A step begins after one hour at the earliest."))


def band_of(stored: Mapping[str, Any]) -> Band:
    """Return a band from its stored form `{days, from, to, discount}`."""
    from_minute, to_minute = (minute_of_day(stored[key]) for key in ("from", "to"))
    return Band(frozenset(stored["days"]), from_minute, to_minute, Decimal(stored["discount"]))


def stored_band(band: Band) -> dict[str, Any]:
    """Return a band as tables, API and catalogue write it."""
    return {
        "days": [day for day in WEEKDAYS if day in band.days],
        "from": _clock(band.from_minute),
        "to": _clock(band.to_minute),
        "discount": f"{band.discount:.2f}",
    }


def step_of(stored: Mapping[str, Any]) -> Step:
    """Return a step from its stored form `{from_hour, hour}`."""
    return Step(int(stored["from_hour"]), Decimal(stored["hour"]))


def stored_step(step: Step) -> dict[str, Any]:
    """Return a step as tables, API and catalogue write it."""
    return {"from_hour": step.from_hour, "hour": f"{step.hour:.2f}"}


def band_text(band: Band) -> str:
    """Return a band as people write it: `MO TU 17:00-19:00 20.00`."""
    stored = stored_band(band)
    return f"{' '.join(stored['days'])} {stored['from']}-{stored['to']} {stored['discount']}"


def band_from_text(line: str) -> Band | None:
    """Return the band that a line like `MO TU 17:00-19:00 20` means, or None."""
    found = BAND_LINE.fullmatch(line.strip())
    if found is None:
        return None
    start, end, discount = (found[name] for name in ("start", "end", "discount"))
    return Band(frozenset(found["days"].split()), minute_of_day(start), minute_of_day(end), Decimal(discount))


def step_text(step: Step) -> str:
    """Return a step as people write it: `4 45.00`."""
    return f"{step.from_hour} {step.hour:.2f}"


def step_from_text(line: str) -> Step | None:
    """Return the step that a line like `4 45.00` means, or None."""
    found = STEP_LINE.fullmatch(line.strip())
    return Step(int(found["from_hour"]), Decimal(found["hour"])) if found else None


def minute_of_day(clock: str) -> int:
    """Return the minutes since midnight of `HH:MM`, up to `24:00`."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
