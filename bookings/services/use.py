"""The use of a resource: check in, check out, and the charges that follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingStatus, Usage
from bookings.rules.transitions import ensure_transition
from bookings.services.ordering import Order, order_of
from bookings.services.writing import free_allocations, lock_booking, record
from common.errors import Conflict, Malformed
from common.periods import Period
from common.transactions import writing
from companies.models import User
from costing.services.settlement import ResourceUse, settle
from facility.models import OperatorNeed, Resource

EARLY = timedelta(minutes=10)


def _ensure_own_or_floor(user: User, booking: Booking) -> None:
    own = booking.company_id is not None and user.company_id == booking.company_id
    if not own and not user.has_role("manager", "technician"):
        raise PermissionDenied


@writing
def check_in(*, booking: Booking, by: User, now: datetime) -> Usage:
    """Begin the use, from ten minutes before the booked start.

    Raises: Conflict `too_early` or `wrong_state`, PermissionDenied.
    """
    _ensure_own_or_floor(by, booking)
    row = lock_booking(booking)
    old = row.status
    ensure_transition(old, BookingStatus.IN_USE)
    if now < row.starts_at - EARLY:
        detail = _("Check-in opens ten minutes before the start.")
        raise Conflict("too_early", detail, {"opens_at": (row.starts_at - EARLY).isoformat()})
    row.status = BookingStatus.IN_USE
    row.save(update_fields=["status"])
    usage = Usage.objects.create(booking=row, started_at=now)
    record(row, action="check_in", old=old, by=by, now=now)
    return usage


@writing
def check_out(
    *,
    booking: Booking,
    by: User,
    now: datetime,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    operator_hours: Decimal | None = None,
    note: str = "",
    incident: str = "",
) -> Usage:
    """End the use with its actual times, free the slot and write the charges, all or nothing.

    `operator_hours` defaults to the time used where an operator was booked. Leaving early frees the rest at once.
    Raises: Malformed for impossible times, Conflict `wrong_state`, Unprocessable `no_tariff`, PermissionDenied.
    """
    _ensure_own_or_floor(by, booking)
    row = lock_booking(booking)
    old = row.status
    ensure_transition(old, BookingStatus.COMPLETED)
    usage = Usage.objects.select_for_update().get(booking=row)
    order = order_of(row)
    actual = _actual_period(started_at or usage.started_at, ended_at or now, now)
    usage.started_at, usage.ended_at = actual.starts_at, actual.ends_at
    usage.operator_hours = attended_hours(order, actual, operator_hours)
    usage.note, usage.incident = note, incident
    row.status = BookingStatus.COMPLETED
    row.save(update_fields=["status"])
    free_allocations(row)
    usage.charge_set = settle(
        source=row.source,
        booking=row.reference,
        uses=uses_of(order, actual, usage.operator_hours),
        economic_use=row.company_id is not None,
        entered_by=by.name or by.email,
        approved_by=_name(row.approved_by),
        by=by,
        now=now,
        note=what_it_was_for(order, note),
    )
    usage.save()
    record(row, action="check_out", old=old, by=by, now=now, note=incident or note)
    return usage


def _actual_period(starts_at: datetime, ends_at: datetime, now: datetime) -> Period:
    if ends_at > now:
        raise Malformed("invalid", _("The end of use cannot lie in the future."), "ended_at")
    if ends_at <= starts_at:
        raise Malformed("end_before_start", _("The end comes after the start."), "ended_at")
    return Period(starts_at, ends_at)


def attended_hours(order: Order, actual: Period, given: Decimal | None) -> Decimal:
    """Return the operator's hours of a use: those given, else the time used where an operator was there."""
    if given is not None:
        return given
    attended = any(_attended(one, order) for one in order.resources)
    return actual.hours.quantize(Decimal("0.01")) if attended else Decimal("0.00")


def what_it_was_for(order: Order, note: str) -> str:
    """Return the note that a charge carries: the booking's purpose, then what was noted at check-out."""
    return " · ".join(filter(None, (order.purpose, note)))


def uses_of(order: Order, actual: Period, hours: Decimal) -> list[ResourceUse]:
    """Return the use of each resource named; the operator's hours stand on those that have one."""
    return [
        ResourceUse(
            resource=resource,
            booked=order.period,
            actual=actual,
            operator_minutes=hours * 60 if _attended(resource, order) else Decimal(0),
        )
        for resource in order.resources
    ]


def _attended(resource: Resource, order: Order) -> bool:
    optional = order.operator and resource.operator == OperatorNeed.OPTIONAL
    return resource.operator == OperatorNeed.REQUIRED or optional


def _name(user: User | None) -> str:
    return "" if user is None else user.name or user.email
