"""The use of a resource: check in, check out, and the charges that follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from bookings.models import OCCUPYING, Booking, BookingStatus, Usage
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
EARLIEST = timedelta(days=1)
MOST_OPERATORS = 2
ENTERING = ("manager", "technician", "finance")


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
    ensure_transition(row.status, BookingStatus.IN_USE)
    if now < row.starts_at - EARLY:
        detail = _("Check-in opens ten minutes before the start.")
        raise Conflict("too_early", detail, {"opens_at": (row.starts_at - EARLY).isoformat()})
    return _begin(row, started_at=now, by=by, now=now)


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
    ensure_transition(row.status, BookingStatus.COMPLETED)
    usage = Usage.objects.select_for_update().get(booking=row)
    if usage.started_at >= row.ends_at and (started_at is None or ended_at is None):
        # a check-in recorded after the end says that somebody came, not when: nobody pays for the time in between
        detail = _("The check-in was recorded after the end of the booking: write when the use began and ended.")
        raise Malformed("invalid", detail, "started_at" if started_at is None else "ended_at")
    actual = _actual_period(row, started_at or usage.started_at, ended_at or now, now)
    _ensure_possible_hours(row, actual, operator_hours)
    usage.note, usage.incident = note, incident
    return _finish(row, usage, actual, hours=operator_hours, by=by, now=now)


@writing
def enter_as_booked(*, booking: Booking, by: User, now: datetime) -> Usage:
    """Enter a use that is over and that nobody checked out: it is charged as it was booked.

    A check-in that was made keeps its time. Raises: Conflict `wrong_state` for a booking that is not over or not
    waiting for its use, Unprocessable `no_tariff`, PermissionDenied.
    """
    if not by.has_role(*ENTERING):
        raise PermissionDenied
    row = lock_booking(booking)
    if row.status not in OCCUPYING or row.ends_at > now:
        detail = _("Only a booking that is over, and that nobody checked out, is entered as booked.")
        raise Conflict("wrong_state", detail, {"booking_status": row.status})
    in_use = row.status == BookingStatus.IN_USE
    usage = row.usage if in_use else _begin(row, started_at=row.starts_at, by=by, now=now)
    # a check-in recorded after the end says that somebody came, not when
    started_at = usage.started_at if usage.started_at < row.ends_at else row.starts_at
    actual = Period(started_at, row.ends_at)
    return _finish(row, usage, actual, hours=None, by=by, now=now, action="enter")


def _begin(row: Booking, *, started_at: datetime, by: User, now: datetime) -> Usage:
    """Put a locked booking into use."""
    old = row.status
    row.status = BookingStatus.IN_USE
    row.save(update_fields=["status"])
    usage = Usage.objects.create(booking=row, started_at=started_at)
    record(row, action="check_in", old=old, by=by, now=now)
    return usage


def _finish(
    row: Booking,
    usage: Usage,
    actual: Period,
    *,
    hours: Decimal | None,
    by: User,
    now: datetime,
    action: str = "check_out",
) -> Usage:
    """Complete a locked booking with its actual period, and charge it."""
    old, order = row.status, order_of(row)
    usage.started_at, usage.ended_at = actual.starts_at, actual.ends_at
    minutes = attended_minutes(order, actual, hours)
    usage.operator_hours = hours_of(minutes)
    row.status = BookingStatus.COMPLETED
    row.save(update_fields=["status"])
    free_allocations(row)
    usage.charge_set = settle(
        source=row.source,
        booking=row.reference,
        uses=uses_of(order, actual, minutes),
        economic_use=row.company_id is not None,
        entered_by=by.name or by.email,
        approved_by=_name(row.approved_by),
        by=by,
        now=now,
        note=what_it_was_for(order, usage.note),
    )
    usage.save()
    record(row, action=action, old=old, by=by, now=now, note=usage.incident or usage.note)
    return usage


def _actual_period(row: Booking, starts_at: datetime, ends_at: datetime, now: datetime) -> Period:
    if starts_at < row.starts_at - EARLIEST:
        raise Malformed("invalid", _("The use cannot begin more than a day before the booking."), "started_at")
    if ends_at > now:
        raise Malformed("invalid", _("The end of use cannot lie in the future."), "ended_at")
    if ends_at <= starts_at:
        raise Malformed("end_before_start", _("The end comes after the start."), "ended_at")
    return Period(starts_at, ends_at)


def _ensure_possible_hours(row: Booking, actual: Period, hours: Decimal | None) -> None:
    """Refuse hours that not even two operators could have worked: a slip of the keyboard would be charged for good."""
    most = MOST_OPERATORS * max(actual.hours, row.period.hours)
    if hours is not None and hours > most:
        detail = _("At most %(hours)s operator hours are possible here.") % {"hours": most.quantize(Decimal("0.01"))}
        raise Malformed("invalid", detail, "operator_hours")


def attended_minutes(order: Order, actual: Period, given_hours: Decimal | None) -> Decimal:
    """Return the operator's minutes of a use: the hours given, else the time used where an operator was there."""
    if given_hours is not None:
        return given_hours * 60
    return Decimal(actual.minutes if any(_attended(one, order) for one in order.resources) else 0)


def hours_of(minutes: Decimal) -> Decimal:
    """Return minutes as hours with two decimals, to be read; charges are priced from the minutes."""
    return (minutes / 60).quantize(Decimal("0.01"))


def what_it_was_for(order: Order, note: str) -> str:
    """Return the note that a charge carries: the booking's purpose, then what was noted at check-out."""
    return " · ".join(filter(None, (order.purpose, note)))


def uses_of(order: Order, actual: Period, minutes: Decimal) -> list[ResourceUse]:
    """Return the use of each resource named; the operator's minutes stand on those that have one.

    Minutes noted where none was booked stand on the resources where one is possible: an operator who was there is paid.
    """
    attended = [one.pk for one in order.resources if _attended(one, order)]
    possible = [one.pk for one in order.resources if one.operator == OperatorNeed.OPTIONAL]
    return [
        ResourceUse(
            resource=resource,
            booked=order.period,
            actual=actual,
            operator_minutes=minutes if resource.pk in (attended or possible) else Decimal(0),
        )
        for resource in order.resources
    ]


def _attended(resource: Resource, order: Order) -> bool:
    optional = order.operator and resource.operator == OperatorNeed.OPTIONAL
    return resource.operator == OperatorNeed.REQUIRED or optional


def _name(user: User | None) -> str:
    return "" if user is None else user.name or user.email
