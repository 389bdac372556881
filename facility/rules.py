"""Opening hours, policies and components as plain facts, and the questions that can be asked of them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MINUTES_PER_DAY = 24 * 60
CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The same hours on some weekdays; they end at midnight at the latest.

    Raises: ValueError for unknown or no weekdays and for an end that is not after the start.
    """

    days: tuple[str, ...]
    from_minute: int
    to_minute: int

    def __post_init__(self) -> None:
        if not self.days or any(day not in WEEKDAYS for day in self.days):
            raise ValueError("unknown weekday")
        if not 0 <= self.from_minute < self.to_minute <= MINUTES_PER_DAY:
            raise ValueError("opening hours end after they start")


@dataclass(frozen=True, slots=True)
class DayException:
    """The hours of one single day; without hours it is closed.

    Raises: ValueError when only one of the two times is given or the end is not after the start.
    """

    on: date
    from_minute: int | None = None
    to_minute: int | None = None

    def __post_init__(self) -> None:
        if self.from_minute is None and self.to_minute is None:
            return
        if self.from_minute is None or self.to_minute is None:
            raise ValueError("hours have a start and an end")
        if not 0 <= self.from_minute < self.to_minute <= MINUTES_PER_DAY:
            raise ValueError("opening hours end after they start")

    @property
    def closed(self) -> bool:
        """Say whether the day is closed."""
        return self.from_minute is None


#: The least and the most of each number of a policy: a week of set-up, a year of booking, no overflow of dates.
POLICY_BOUNDS = {
    "step_minutes": (1, MINUTES_PER_DAY),
    "min_minutes": (1, 366 * MINUTES_PER_DAY),
    "max_minutes": (1, 366 * MINUTES_PER_DAY),
    "notice_hours": (0, 1000 * 24),
    "horizon_days": (0, 1000),
    "setup_minutes": (0, 7 * MINUTES_PER_DAY),
    "cleanup_minutes": (0, 7 * MINUTES_PER_DAY),
    "max_people": (1, 1000),
    "release_minutes": (0, MINUTES_PER_DAY),
    "cancel_notice_hours": (0, 1000 * 24),
}
MOST_SEATS = 1000
MOST_ABOVE = Decimal("9999999999.99")
THRESHOLD = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """The rules of booking; the defaults are the site's. Equal facts share one row."""

    step_minutes: int = 15
    min_minutes: int = 60
    max_minutes: int = 600
    notice_hours: int = 24
    horizon_days: int = 120
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    max_people: int = 6
    approval: str = "never"
    approval_above: Decimal | None = None
    release_minutes: int = 30
    cancel_notice_hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFacts:
    """All that is known of a resource, by codes: what the API, the importer and the admin write."""

    code: str
    name_it: str
    name_en: str
    kind: str
    area: str
    location_it: str = ""
    location_en: str = ""
    specs_it: str = ""
    specs_en: str = ""
    capacity: int = 1
    policy: PolicyFacts = field(default_factory=PolicyFacts)
    opening: tuple[OpeningHours, ...] | None = None
    exceptions: tuple[DayException, ...] = ()
    components: tuple[tuple[str, int], ...] = ()
    qualification: str | None = None
    operator: str = "none"
    operator_areas: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    cost_centre: str | None = None
    yearly_capacity_hours: int = 0
    published: bool = True


def minute_of_day(text: object) -> int:
    """Read a clock time `HH:MM`, up to `24:00`, as minutes of the day.

    Raises: ValueError for anything else.
    """
    match = CLOCK.fullmatch(text) if isinstance(text, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else MINUTES_PER_DAY + 1
    if minute > MINUTES_PER_DAY:
        raise ValueError("not a time of the day")
    return minute


def clock_text(minute: int) -> str:
    """Write minutes of the day as `HH:MM`; midnight at the end is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def opening_hours(raw: object) -> OpeningHours:
    """Read `{days, from, to}`.

    Raises: ValueError for anything else.
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("days"), list):
        raise ValueError("opening hours need days, from and to")  # noqa: TRY004  (bad input, not a bug)
    days = {str(day) for day in raw["days"]}
    if not days <= set(WEEKDAYS):
        raise ValueError("unknown weekday")
    ordered = tuple(day for day in WEEKDAYS if day in days)
    return OpeningHours(ordered, minute_of_day(raw.get("from")), minute_of_day(raw.get("to")))


def opening_json(hours: OpeningHours) -> dict[str, object]:
    """Write opening hours as the API shows them."""
    return {"days": list(hours.days), "from": clock_text(hours.from_minute), "to": clock_text(hours.to_minute)}


def day_exception(raw: object) -> DayException:
    """Read `{date, from, to}` or `{date, closed: true}`.

    Raises: ValueError for anything else.
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("date"), str):
        raise ValueError("an exception needs a date")  # noqa: TRY004  (bad input, not a bug)
    on = date.fromisoformat(raw["date"])
    if raw.get("closed") is True and raw.get("from") is None and raw.get("to") is None:
        return DayException(on)
    if raw.get("closed") not in (None, False):
        raise ValueError("a day is closed or has hours")
    return DayException(on, minute_of_day(raw.get("from")), minute_of_day(raw.get("to")))


def exception_json(exception: DayException) -> dict[str, object]:
    """Write an exception as the API shows it."""
    if exception.from_minute is None or exception.to_minute is None:
        return {"date": exception.on.isoformat(), "closed": True}
    hours = {"from": clock_text(exception.from_minute), "to": clock_text(exception.to_minute)}
    return {"date": exception.on.isoformat(), **hours}


def approval_facts(raw: object) -> tuple[str, Decimal | None]:
    """Read `"never"`, `"always"`, `{"above_hours": "4"}` or `{"above_amount": "900.00"}` as mode and threshold.

    Raises: ValueError for anything else.
    """
    if raw in ("never", "always"):
        return str(raw), None
    if not isinstance(raw, Mapping) or len(raw) != 1 or not set(raw) <= {"above_hours", "above_amount"}:
        raise ValueError("unknown approval")
    [(mode, above)] = raw.items()
    if not isinstance(above, str) or not THRESHOLD.fullmatch(above):
        raise ValueError("the threshold is a number as a text")
    return str(mode), Decimal(above).quantize(Decimal("0.01"))


def approval_json(policy: PolicyFacts) -> str | dict[str, str]:
    """Write the approval as the API shows it: hours without needless zeros, amounts with two decimals."""
    if policy.approval_above is None:
        return policy.approval
    hours = f"{policy.approval_above.normalize():f}"
    return {policy.approval: hours if policy.approval == "above_hours" else f"{policy.approval_above:.2f}"}


def policy_json(policy: PolicyFacts) -> dict[str, object]:
    """Write a policy as the API shows it; quotas come with a later version and are always empty."""
    numbers = {name: getattr(policy, name) for name in POLICY_BOUNDS}
    return {**numbers, "approval": approval_json(policy), "quotas": [], "max_future_bookings": None}


def contradictory_days(exceptions: Iterable[DayException]) -> set[date]:
    """Return the days that are said to be closed and to have hours at once."""
    rows = list(exceptions)
    closed = {row.on for row in rows if row.closed}
    return closed & {row.on for row in rows if not row.closed}


def component_refusals(
    *, whole: str, parts: Mapping[str, int], wholes: Mapping[str, frozenset[str]], capacities: Mapping[str, int]
) -> list[Refusal]:
    """Return why these parts cannot make up the whole; `wholes` are the other wholes with their parts."""
    refusals = []
    for code, quantity in parts.items():
        if code == whole or whole in wholes.get(code, frozenset()):
            refusals.append(Refusal("cycle", _("%(code)s would contain itself.") % {"code": whole}))
        elif wholes.get(code):
            refusals.append(Refusal("components_depth", _("%(code)s has components of its own.") % {"code": code}))
        if quantity > capacities[code]:
            refusals.append(_above_capacity(code, capacities[code]))
    outer = sorted(code for code, inside in wholes.items() if whole in inside and code not in parts)
    if parts and outer:
        words = {"code": whole, "whole": ", ".join(outer)}
        refusals.append(
            Refusal("components_depth", _("%(code)s is a component of %(whole)s and has none itself.") % words)
        )
    return refusals


def capacity_refusals(*, code: str, capacity: int, taken: Mapping[str, int]) -> list[Refusal]:
    """Return why a capacity is too low for the wholes that take seats of it: `taken` by the whole's code."""
    return [_above_capacity(code, capacity) for quantity in taken.values() if quantity > capacity][:1]


def _above_capacity(code: str, capacity: int) -> Refusal:
    detail = _("%(code)s has a capacity of %(capacity)s.") % {"code": code, "capacity": capacity}
    return Refusal("quantity_above_capacity", detail)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, the month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_zone(name: str) -> bool:
    """Say whether this is the name of a time zone, such as Europe/Rome."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True
