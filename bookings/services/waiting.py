"""The first to be confirmed wins; whoever still waits for the same time is told, never silently rejected."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from bookings.models import Booking, BookingStatus
from bookings.queries.inbox import taken_meanwhile
from bookings.queries.lists import with_everything_shown
from bookings.services.writing import tell

#: Buffers reach at most so far beyond a booking.
AROUND = timedelta(days=1)


def tell_those_who_wait(booking: Booking, *, now: datetime) -> None:
    """Announce to the other requests for a confirmed booking's resources that their time is gone, once each.

    They stay requested: the slot may come free again, and the centre decides. Nobody reads who took it.
    """
    taken = booking.allocations.values("resource_id")
    same = Q(booked__resource__in=taken) | Q(booked__resource__components__part__in=taken)
    near = Q(starts_at__lt=booking.ends_at + AROUND, ends_at__gt=booking.starts_at - AROUND)
    waiting = Booking.objects.filter(same, near, status=BookingStatus.REQUESTED).exclude(pk=booking.pk).distinct()
    requests = list(with_everything_shown(waiting))
    gone = taken_meanwhile(requests)
    for request in requests:
        if request.pk in gone:
            tell(request, "booking_slot_taken", now=now)
