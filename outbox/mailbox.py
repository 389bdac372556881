"""The demonstration's mail server: nothing leaves the machine, everything can be read at /mailbox/."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from common import clock
from outbox.services import MESSAGE_HEADER, record_mail


class MailboxBackend(BaseEmailBackend):
    """Keeps mails of other packages (a password to reset) as messages; announcements are messages already."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take every mail."""
        for mail in email_messages:
            if MESSAGE_HEADER not in mail.extra_headers:
                record_mail(
                    addresses=mail.recipients(),
                    subject=str(mail.subject),
                    body=str(mail.body),
                    language=(get_language() or "it")[:2],
                    now=clock.now(),
                )
        return len(email_messages)
