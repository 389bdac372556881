"""The lists of bookings: a firm's own, the inbox of approvals, today's floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from bookings.models import OCCUPYING, BookedResource, Booking, BookingEvent, BookingStatus
from common.errors import NotFound
from common.periods import Period
from companies.models import User
from costing.models import Charge
from facility.models import Resource


def with_everything_shown(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """Load what a list of bookings shows (2 queries however many rows)."""
    booked = BookedResource.objects.select_related("resource__area").order_by("position")
    return rows.select_related(
        "company", "project", "milestone", "requested_by", "approved_by", "usage"
    ).prefetch_related(Prefetch("booked", booked))


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """What a list of bookings can be narrowed by; codes and references, empty means all."""

    status: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    project: str = ""
    company: int | None = None
    resource: str = ""


def bookings_for(user: User, wanted: BookingFilter | None = None) -> QuerySet[Booking]:
    """Return the bookings that a person may see, latest start first."""
    wanted = wanted or BookingFilter()
    rows = Booking.objects.visible_to(user)
    if wanted.status:
        rows = rows.filter(status__in=wanted.status)
    if wanted.start:
        rows = rows.filter(ends_at__gt=wanted.start)
    if wanted.end:
        rows = rows.filter(starts_at__lt=wanted.end)
    if wanted.project:
        rows = rows.filter(project__code=wanted.project)
    if wanted.company is not None:
        rows = rows.filter(company_id=wanted.company)
    if wanted.resource:
        rows = rows.filter(booked__resource__code=wanted.resource)
    return with_everything_shown(rows).order_by("-starts_at", "-pk")


def booking_for(user: User, reference: str) -> Booking:
    """Return one booking with its history (4 queries).

    Raises: NotFound when it is not there or not theirs, the same for both.
    """
    events = BookingEvent.objects.select_related("by").order_by("pk")
    rows = with_everything_shown(Booking.objects.visible_to(user)).prefetch_related(Prefetch("events", events))
    booking = rows.filter(reference=reference).first()
    if booking is None:
        raise NotFound
    return booking


def charges_of(booking: Booking) -> list[Charge]:
    """Return what a booking's use was charged with, in the order it was written (1 query)."""
    rows = Charge.objects.filter(charge_set__source=booking.source)
    return list(rows.select_related("period", "statement_line__statement").order_by("pk"))


def waiting_for_approval() -> QuerySet[Booking]:
    """Return the requests that wait for the centre, oldest first."""
    rows = Booking.objects.filter(status=BookingStatus.REQUESTED)
    return with_everything_shown(rows).order_by("created_at", "pk")


def uses_to_enter(now: datetime) -> QuerySet[Booking]:
    """Return the bookings that are over and that nobody checked out, oldest first: each keeps its month open."""
    rows = Booking.objects.filter(status__in=OCCUPYING, ends_at__lte=now)
    return with_everything_shown(rows).order_by("ends_at", "pk")


@dataclass(slots=True)
class FloorRow:
    """One resource today: who is on it, who comes next, who has left."""

    resource: Resource
    running: list[Booking] = field(default_factory=list)
    coming: list[Booking] = field(default_factory=list)
    done: list[Booking] = field(default_factory=list)


def floor(day: Period) -> list[FloorRow]:
    """Return the resources with bookings on a day, by code; a use still running from earlier counts (2 queries)."""
    shown = (*OCCUPYING, BookingStatus.COMPLETED)
    today = Booking.objects.filter(status__in=shown, starts_at__lt=day.ends_at, ends_at__gt=day.starts_at)
    running = Booking.objects.filter(status=BookingStatus.IN_USE, starts_at__lt=day.ends_at)
    rows: dict[str, FloorRow] = {}
    for booking in with_everything_shown(today | running).order_by("starts_at", "pk"):
        for booked in booking.booked.all():
            row = rows.setdefault(booked.resource.code, FloorRow(booked.resource))
            place = {BookingStatus.IN_USE: row.running, BookingStatus.COMPLETED: row.done}
            place.get(BookingStatus(booking.status), row.coming).append(booking)
    return [rows[code] for code in sorted(rows)]
