"""The shelves on which «my bookings» lie: what is coming, waiting, running, past."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from bookings.models import Booking, BookingStatus
from costing.models import Charge

SHELVES = ("upcoming", "waiting", "running", "past", "all")
OLDEST_FIRST = ("upcoming", "waiting", "running")


def shelf_counts(rows: QuerySet[Booking], now: datetime) -> dict[str, int]:
    """Count the bookings on each shelf (1 query)."""
    counts = {name: Count("pk", filter=_on(name, now)) for name in SHELVES}
    return rows.order_by().aggregate(**counts)


def on_shelf(rows: QuerySet[Booking], name: str, now: datetime) -> QuerySet[Booking]:
    """Return the bookings of one shelf: what is to come soonest first, what is over latest first.

    `charged` is what the firm really pays for a use that is over, None before.
    """
    order = ("starts_at", "pk") if name in OLDEST_FIRST else ("-starts_at", "-pk")
    charges = Charge.objects.filter(charge_set__usage__booking=OuterRef("pk")).order_by().values("charge_set")
    charged = Subquery(charges.annotate(paid=Sum("net")).values("paid"))
    return rows.filter(_on(name, now)).annotate(charged=charged).order_by(*order)


def _on(name: str, now: datetime) -> Q:
    upcoming = Q(status=BookingStatus.CONFIRMED, ends_at__gt=now)
    return {
        "upcoming": upcoming,
        "waiting": Q(status=BookingStatus.REQUESTED),
        "running": Q(status=BookingStatus.IN_USE),
        "past": ~upcoming & ~Q(status__in=(BookingStatus.REQUESTED, BookingStatus.IN_USE)),
        "all": Q(pk__isnull=False),
    }[name]
