"""The small steps that every write of a booking is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from bookings.invitations import invitation
from bookings.models import Allocation, Booking, BookingEvent
from bookings.queries.facts import resource_ids
from bookings.rules.facts import BookingFacts
from bookings.rules.occupancy import seats_for
from common.errors import Alternative, Refusal, Refused, Text
from companies.models import User
from facility.models import Resource
from outbox.services import announce

OVERLAP_CONSTRAINT = "allocation_no_overlap"


def next_reference() -> str:
    """Return a new booking reference, `BK-000123`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('booking_reference')")
        return f"BK-{cursor.fetchone()[0]:06d}"


def lock_resources(resources: Sequence[Resource]) -> None:
    """Lock the resources and their parts, ascending, before anybody looks.

    `no_key`: a plain FOR UPDATE would block the inserts that refer to the row.
    """
    rows = Resource.objects.select_for_update(no_key=True).filter(pk__in=resource_ids(resources)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_booking(booking: Booking) -> Booking:
    """Return the booking's row as it stands now, locked until the transaction ends."""
    return Booking.objects.select_for_update(of=("self",)).select_related("company", "project").get(pk=booking.pk)


def allocate(booking: Booking, facts: BookingFacts) -> None:
    """Take the seats of a booking; the exclusion constraint has the last word.

    Raises: Refused `overlap` (409) when a resource has no free seat; IntegrityError from the constraint.
    """
    seats = seats_for(facts.needs, facts.taken)
    if seats is None:
        raise overlap_refused(())
    Allocation.objects.bulk_create(
        Allocation(
            booking=booking,
            resource_id=seat.resource_id,
            seat=seat.seat,
            blocked=DateTimeTZRange(seat.blocked.starts_at, seat.blocked.ends_at),
        )
        for seat in seats
    )


def free_allocations(booking: Booking) -> None:
    """Give the seats back; the rows stay as a record of what was taken."""
    Allocation.objects.filter(booking=booking, live=True).update(live=False)


def overlap_refused(alternatives: Sequence[Alternative]) -> Refused:
    """Return the refusal of a slot that somebody else has, 409 with what is free nearby."""
    return Refused([Refusal("overlap", _("This time is already taken."))], alternatives=alternatives, status=409)


def is_overlap(error: IntegrityError) -> bool:
    """Say whether the exclusion constraint spoke."""
    diagnostic = getattr(error.__cause__, "diag", None)
    return getattr(diagnostic, "constraint_name", None) == OVERLAP_CONSTRAINT


def record(
    booking: Booking, *, action: str, old: str, by: User | None, now: datetime, reason: str = "", note: str = ""
) -> None:
    """Write one line of a booking's history."""
    BookingEvent.objects.create(
        booking=booking,
        at=now,
        by=by,
        action=action,
        from_status=old,
        to_status=booking.status,
        reason=reason,
        note=note,
    )


def tell(booking: Booking, event: str, *, now: datetime, note: str = "", reason: Text = "") -> None:
    """Announce what happened to a booking: requests to the managers, everything else to whoever asked for it.

    What entered or leaves a calendar carries an invitation: a request that was never confirmed had none to take back.
    """
    recipients = User.objects.with_role("manager") if event == "booking_requested" else _asker(booking)
    resources = [row.resource for row in booking.booked.select_related("resource").order_by("position")]
    payload = {
        "reference": booking.reference,
        "company": booking.company.name if booking.company else "",
        "resources_it": ", ".join(one.name_it for one in resources),
        "resources_en": ", ".join(one.name_en for one in resources),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "project": booking.project.code if booking.project else "",
        "purpose": booking.purpose,
        "reason": reason,
        "note": note,
    }
    was_confirmed = event == "booking_confirmed" or booking.allocations.exists()
    announce(
        event=event,
        payload=payload,
        recipients=recipients,
        source=booking.source,
        now=now,
        attachments=[invitation(booking, now=now)] if was_confirmed else [],
    )


def _asker(booking: Booking) -> list[User]:
    """Return whoever asked for a booking; who works for another firm now hears nothing more of it."""
    person = booking.requested_by
    return [person] if person.is_centre_staff or person.company_id == booking.company_id else []
