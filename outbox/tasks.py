"""Background work of the outbox."""

from __future__ import annotations

from django_tasks import task

from common import clock
from outbox.services import send_message


@task()
def deliver(message_id: int) -> bool:
    """Send one message; when the mail server is away, `tick` queues it again."""
    return send_message(message_id=message_id, now=clock.now())
