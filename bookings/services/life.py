"""What happens to a booking after it was asked for: approval, rejection, cancellation."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingStatus, CancelReason
from bookings.rules.transitions import ensure_transition
from bookings.services.ordering import (
    alternatives,
    commit_price,
    ensure_not_refused,
    offer_again,
    order_of,
    read_facts,
)
from bookings.services.waiting import tell_those_who_wait
from bookings.services.writing import (
    allocate,
    free_allocations,
    is_overlap,
    lock_booking,
    lock_resources,
    overlap_refused,
    record,
    tell,
)
from common.errors import Conflict, Malformed, Refusal, Refused
from common.transactions import writing
from companies.models import User
from costing.services.settlement import release

APPROVERS = ("manager", "technician")
# Between request and approval time passes: what only protects the centre's planning is not asked a second time.
ASKED_AT_REQUEST_ONLY = frozenset({"too_soon", "too_far"})


def ensure_role(user: User, *roles: str) -> None:
    """Raise PermissionDenied unless the person has one of the roles."""
    if not user.has_role(*roles):
        raise PermissionDenied


def approve_booking(*, booking: Booking, by: User, now: datetime, note: str = "") -> Booking:
    """Confirm a request: the same path again, under the locks, with the price of now.

    Raises: Refused (409 overlap with alternatives when another booking was confirmed first: it stays requested),
    Conflict `wrong_state`, PermissionDenied, Busy.
    """
    ensure_role(by, *APPROVERS)
    try:
        return _approve(booking=booking, by=by, now=now, note=note)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise overlap_refused(alternatives(order_of(booking), booking.requested_by, now)) from error
    except Refused as refused:
        if refused.status != 409:
            raise
        raise overlap_refused(alternatives(order_of(booking), booking.requested_by, now)) from refused


@writing
def _approve(*, booking: Booking, by: User, now: datetime, note: str) -> Booking:
    order = order_of(booking)
    lock_resources(order.resources)
    row = lock_booking(booking)
    old = row.status
    if old != BookingStatus.REQUESTED:
        raise Conflict("wrong_state", _("This request is not waiting for approval."), {"booking_status": old})
    facts = read_facts(order, row.requested_by, now)
    offered = offer_again(order, facts, now)
    # a reason that whoever asked gave lifts what they may lift: the approver has given none
    ensure_not_refused(_still_asked(offered.refusals), order, row.requested_by)
    row.status, row.approved_by, row.price = BookingStatus.CONFIRMED, by, {**offered.as_json(), "refusals": []}
    row.save(update_fields=["status", "approved_by", "price"])
    allocate(row, facts)
    commit_price(row, offered.quote, now)
    record(row, action="approve", old=old, by=by, now=now, note=note)
    tell(row, "booking_confirmed", now=now, note=note)
    tell_those_who_wait(row, now=now)
    return row


def _still_asked(refusals: tuple[Refusal, ...]) -> list[Refusal]:
    return [one for one in refusals if one.code not in ASKED_AT_REQUEST_ONLY]


@writing
def reject_booking(*, booking: Booking, reason: str, by: User, now: datetime) -> Booking:
    """Turn a request down with a reason that the firm reads.

    Raises: Malformed without a reason, Conflict `wrong_state`, PermissionDenied.
    """
    ensure_role(by, *APPROVERS)
    if not reason.strip():
        raise Malformed("invalid", _("Say why, so that the firm knows what to do next."), "reason")
    row = lock_booking(booking)
    old = row.status
    ensure_transition(old, BookingStatus.REJECTED)
    row.status = BookingStatus.REJECTED
    row.save(update_fields=["status"])
    record(row, action="reject", old=old, by=by, now=now, reason=reason.strip()[:300])
    tell(row, "booking_rejected", now=now, note=reason.strip())
    return row


@writing
def cancel_booking(*, booking: Booking, reason: str, by: User, now: datetime, note: str = "") -> Booking:
    """Cancel a request or a confirmed booking without a fee, free its slot and release its commitment.

    A firm cancels its own bookings until they start, the centre until somebody checks in.
    Raises: Malformed for a reason that is not on the list, Conflict `wrong_state`, PermissionDenied.
    """
    if reason not in CancelReason.values:
        raise Malformed("invalid", _("Choose a reason from the list."), "reason")
    if booking.company_id is None or by.company_id != booking.company_id:
        ensure_role(by, "manager", "technician", "pm")
    row = lock_booking(booking)
    old = row.status
    ensure_transition(old, BookingStatus.CANCELLED)
    if not by.is_centre_staff and row.starts_at <= now:
        raise Conflict("wrong_state", _("It has already started: ask the centre."), {"booking_status": old})
    row.status = BookingStatus.CANCELLED
    row.save(update_fields=["status"])
    if old == BookingStatus.CONFIRMED:
        free_allocations(row)
        release(source=row.source, now=now)
    record(row, action="cancel", old=old, by=by, now=now, reason=reason, note=note)
    tell(row, "booking_cancelled", now=now, note=note, reason=CancelReason(reason).label)
    return row
