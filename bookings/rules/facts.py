"""What the rules of booking are asked about: frozen facts, read once under the locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from common.periods import Period


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one resource, as its BookingPolicy row states them."""

    step_minutes: int
    min_minutes: int
    max_minutes: int
    notice_hours: int
    horizon_days: int
    setup_minutes: int
    cleanup_minutes: int
    max_people: int
    approval: str
    approval_above: Decimal | None
    cancel_notice_hours: int


@dataclass(frozen=True, slots=True)
class Need:
    """Seats of one resource that a booking must take: of a resource it names, or of a component of one."""

    resource_id: int
    capacity: int
    quantity: int
    blocked: Period
    before_minutes: int
    after_minutes: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a resource taken for a blocked range."""

    resource_id: int
    seat: int
    blocked: Period


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """One resource that a booking names; `open` holds the open periods around it, in site time."""

    id: int
    code: str
    name: str
    tz: ZoneInfo
    policy: Policy
    open: tuple[Period, ...]
    parts: tuple[str, ...]
    qualification: str | None
    course: str
    operator: str
    qualified: bool


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """Everything that decides whether a period can be booked."""

    period: Period
    now: datetime
    people: int
    with_operator: bool
    resources: tuple[ResourceFacts, ...]
    needs: tuple[Need, ...]
    taken: tuple[Seat, ...]
    project_open: bool
