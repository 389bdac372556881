"""What left, in the admin: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from outbox.models import Job, Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "event", "address", "subject", "sent_at")
    list_filter = ("event", "language")
    search_fields = ("address", "subject", "source")
    exclude = ("payload", "attachments")
    ordering = ("-created_at", "-pk")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "owner", "state", "progress")
    list_filter = ("kind", "state")
    list_select_related = ("owner",)
    ordering = ("-created_at", "-pk")
