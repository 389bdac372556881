"""What a page offers to do with a booking; the services decide again when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Booking, BookingStatus
from bookings.services.life import APPROVERS
from bookings.services.use import EARLY
from companies.models import User
from facility.models import OperatorNeed

FLOOR = ("manager", "technician")
CANCELLERS = ("manager", "technician", "pm")
CANCELLABLE = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps open to one person now; `opens_at` says when a check-in that is too early becomes possible."""

    decide: bool
    cancel: bool
    check_in: bool
    check_out: bool
    opens_at: datetime | None


def steps_for(user: User, booking: Booking, now: datetime) -> Steps:
    """Return what this person may do with a booking at this moment."""
    own = booking.company_id is not None and user.company_id == booking.company_id
    on_the_floor = own or user.has_role(*FLOOR)
    arriving = booking.status == BookingStatus.CONFIRMED and on_the_floor
    opens_at = booking.starts_at - EARLY
    may_cancel = (own and booking.starts_at > now) or user.has_role(*CANCELLERS)
    return Steps(
        decide=booking.status == BookingStatus.REQUESTED and user.has_role(*APPROVERS),
        cancel=booking.status in CANCELLABLE and may_cancel,
        check_in=arriving and now >= opens_at,
        check_out=booking.status == BookingStatus.IN_USE and on_the_floor,
        opens_at=opens_at if arriving and now < opens_at else None,
    )


def is_attended(booking: Booking) -> bool:
    """Say whether an operator has a part in the booking, so that operator hours are asked for at check-out."""
    return booking.with_operator or any(row.resource.operator == OperatorNeed.REQUIRED for row in booking.booked.all())
