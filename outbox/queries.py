"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from companies.models import User
from outbox.models import Message


def newest_messages(reader: User) -> QuerySet[Message]:
    """Return the sent mails that the reader may see, newest first, with the people they went to."""
    visible = Message.objects.visible_to(reader).filter(sent_at__isnull=False)
    return visible.select_related("recipient__company").defer("payload").order_by("-created_at", "-pk")
