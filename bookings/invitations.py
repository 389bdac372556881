"""Calendar invitations: one entry per booking, which a cancellation takes back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vCalAddress, vText

from bookings.models import Booking, BookingStatus
from outbox.services import Attachment

#: A calendar takes a later version of the same entry only when its number has grown.
SEQUENCES = {BookingStatus.CONFIRMED: 0, BookingStatus.CANCELLED: 1}


def invitation(booking: Booking, *, now: datetime) -> Attachment:
    """Return the entry of a booking for the calendar of whoever asked for it, in their language.

    A confirmed booking is a REQUEST, a cancelled one the CANCEL that takes the same UID back.
    """
    cancelled = booking.status == BookingStatus.CANCELLED
    method = "CANCEL" if cancelled else "REQUEST"
    with override(booking.requested_by.language):
        event = _event(booking, now)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("sequence", SEQUENCES[BookingStatus(booking.status)])
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Collaudo//Collaudo//IT")
    calendar.add("method", method)
    calendar.add_component(event)
    content = calendar.to_ical().decode()
    return Attachment(f"{booking.reference}.ics", f"text/calendar; method={method}", content)


def _event(booking: Booking, now: datetime) -> Event:
    resources = [row.resource for row in booking.booked.select_related("resource").order_by("position")]
    event = Event()
    event.add("uid", f"{booking.public_id}@collaudo")
    event.add("dtstamp", now)
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    event.add("summary", ", ".join(one.name for one in resources))
    event.add("location", next((one.location for one in resources if one.location), ""))
    event.add("description", _("Booking %(reference)s") % {"reference": booking.reference})
    event.add("url", f"{settings.SITE_URL}/bookings/{booking.reference}/")
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = vText("Collaudo")
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{booking.requested_by.email}")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return event
