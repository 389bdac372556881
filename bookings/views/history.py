"""A booking's history in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingEvent, BookingStatus, CancelReason

ACTIONS: dict[str, Promise] = {
    "approve": _("Approved"),
    "reject": _("Rejected"),
    "cancel": _("Cancelled"),
    "check_in": _("Checked in"),
    "enter": _("Entered as booked"),
    "check_out": _("Checked out"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change: when, who, what, from which state to which, and why."""

    at: datetime
    who: str
    what: str | Promise
    old: str
    status: str
    status_label: str
    why: str
    note: str


def history_of(booking: Booking) -> list[HistoryLine]:
    """Return the changes of a booking whose events are loaded, oldest first."""
    return [_line(event) for event in booking.events.all()]


def _line(event: BookingEvent) -> HistoryLine:
    reasons = dict(CancelReason.choices) if event.action == "cancel" else {}
    return HistoryLine(
        at=event.at,
        who=event.by.name or event.by.email if event.by else "",
        what=_what(event),
        old=str(BookingStatus(event.from_status).label) if event.from_status else "",
        status=event.to_status,
        status_label=str(BookingStatus(event.to_status).label),
        why=str(reasons.get(event.reason, event.reason)),
        note=event.note,
    )


def _what(event: BookingEvent) -> str | Promise:
    if event.action == "request":
        return _("Requested") if event.to_status == BookingStatus.REQUESTED else _("Booked")
    return ACTIONS.get(event.action, event.action)
