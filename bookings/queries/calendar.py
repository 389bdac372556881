"""What the calendars show: masked events and availability."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext as _
from psycopg.types.range import Int8Range

from bookings.models import OCCUPYING, Allocation, Booking, BookingStatus, PointRange
from bookings.queries.facts import needs_of, resource_ids, seats_taken
from bookings.rules.occupancy import busy_periods
from common.periods import Period, joined, without
from companies.models import User
from facility.calendar import open_periods
from facility.models import Resource

SHOWN = (*OCCUPYING, BookingStatus.COMPLETED)
# A code in every language: what outsiders read is worded by the page.
OCCUPIED = "occupied"
FIELDS = ("code", "company", "starts_at", "ends_at", "status", "public", "project", "company_name", "reference")


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One block on a calendar; `title` says only «occupied» outside the company."""

    id: str
    resource: str
    start: datetime
    end: datetime
    status: str
    title: str
    mine: bool
    reference: str


@dataclass(frozen=True, slots=True)
class Availability:
    """When one resource is open, taken and free inside a window."""

    open: list[Period]
    busy: list[Period]
    free: list[Period]
    capacity: int
    step_minutes: int


def feed(
    *, user: User | None, period: Period, resource_id: int | None = None, area: str = "", mine: bool = False
) -> list[FeedEvent]:
    """Return the bookings that touch a period, masked for the reader (1 query).

    Requests that wait for approval occupy nothing: only those who may see them find them here.
    """
    rows = _occupied(period, resource_id, area)
    if user is not None:
        rows = rows.union(_requested(user, period, resource_id, area))
    events = [_masked(dict(zip(FIELDS, row, strict=True)), user) for row in rows]
    shown = [event for event in events if event.mine] if mine else events
    return sorted(shown, key=lambda event: (event.start, event.resource, event.id))


def _occupied(period: Period, resource_id: int | None, area: str) -> QuerySet[Allocation, tuple[Any, ...]]:
    # who left early has freed the rest: LEAST passes over the end that a use does not have yet
    until = Least("booking__ends_at", "booking__usage__ended_at")
    rows: QuerySet[Any] = Allocation.objects.alias(until=until).filter(
        blocked__overlap=DateTimeTZRange(period.starts_at, period.ends_at),
        booking__status__in=SHOWN,
        booking__starts_at__lt=Least(period.ends_at, F("until")),
        until__gt=period.starts_at,
        resource__internal=False,
    )
    if resource_id is not None:
        rows = rows.alias(point=PointRange("resource")).filter(point__overlap=Int8Range(resource_id, resource_id, "[]"))
    if area:
        rows = rows.filter(resource__area__code=area)
    columns = rows.values_list(
        "resource__code",
        "booking__company_id",
        "booking__starts_at",
        until,
        "booking__status",
        "booking__public_id",
        "booking__project__code",
        "booking__company__name",
        "booking__reference",
    )
    return columns.distinct()


def _requested(user: User, period: Period, resource_id: int | None, area: str) -> QuerySet[Booking, tuple[Any, ...]]:
    rows = Booking.objects.visible_to(user).filter(
        status=BookingStatus.REQUESTED, starts_at__lt=period.ends_at, ends_at__gt=period.starts_at
    )
    if resource_id is not None:
        rows = rows.filter(booked__resource=resource_id)
    if area:
        rows = rows.filter(booked__resource__area__code=area)
    return rows.values_list(
        "booked__resource__code",
        "company_id",
        "starts_at",
        "ends_at",
        "status",
        "public_id",
        "project__code",
        "company__name",
        "reference",
    )


def _masked(row: dict[str, Any], user: User | None) -> FeedEvent:
    """Return a row as an event that tells a reader no more than they may know."""
    staff = user is not None and user.is_centre_staff
    mine = user is not None and row["company"] is not None and user.company_id == row["company"]
    known = staff or mine
    # The id must not lead from one firm's calendar to another's booking, nor from one resource to the next.
    opaque = hashlib.sha256(f"{row['public']}:{row['code']}".encode()).hexdigest()[:20]
    return FeedEvent(
        id=opaque,
        resource=row["code"],
        start=row["starts_at"],
        end=row["ends_at"],
        status=row["status"] if known else OCCUPIED,
        title=_title(row) if known else OCCUPIED,
        mine=mine,
        reference=row["reference"] if known else "",
    )


def _title(row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (row["company_name"] or _("internal"), row["project"])))


def availability(*, resource: Resource, window: Period) -> Availability:
    """Return when a resource is open, busy and free; its parts count, buffers of others included (fixed queries)."""
    day = timedelta(days=1)
    wide = Period(window.starts_at - day, window.ends_at + day)
    opening = open_periods([resource], wide)
    seats = seats_taken(resource_ids([resource]), window)
    needs = needs_of([resource], window, opening)
    busy = joined(
        span
        for need in needs
        for span in busy_periods(
            (seat for seat in seats if seat.resource_id == need.resource_id), need.capacity - need.quantity + 1
        )
    )
    open_ = _clipped(opening[resource.pk], window)
    step = resource.policy.step_minutes
    free = [period for period in without(open_, busy) if period.minutes >= step]
    return Availability(open_, _clipped(busy, window), free, resource.capacity, step)


def _clipped(periods: Sequence[Period], window: Period) -> list[Period]:
    return [inside for period in periods if (inside := period.intersection(window))]
