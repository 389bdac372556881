"""Bookings in the admin site: to look at, since only the services keep occupancy and history true."""

from __future__ import annotations

from django.contrib import admin

from bookings.models import Allocation, Booking, BookingEvent, Usage
from common.admin import ReadOnlyAdmin


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("reference", "status", "starts_at", "ends_at", "company", "project", "requested_by")
    list_filter = ("status", "with_operator", "starts_at")
    list_select_related = ("company", "project", "requested_by")
    search_fields = ("reference", "company__name", "project__code", "resources__code", "requested_by__email")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")


@admin.register(BookingEvent)
class BookingEventAdmin(ReadOnlyAdmin):
    list_display = ("booking", "action", "from_status", "to_status", "by", "at", "recorded_at", "reason")
    list_filter = ("action", "to_status")
    list_select_related = ("booking", "by")
    search_fields = ("booking__reference", "by__email", "reason")
    ordering = ("-pk",)


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("resource", "seat", "blocked", "live", "booking")
    list_filter = ("live",)
    list_select_related = ("resource", "booking")
    search_fields = ("resource__code", "booking__reference")
    ordering = ("-pk",)


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = ("booking", "started_at", "ended_at", "operator_hours", "incident")
    list_select_related = ("booking",)
    search_fields = ("booking__reference", "note", "incident")
    ordering = ("-started_at", "-pk")
