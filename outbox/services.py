"""The one door through which anything leaves: announcements, and the jobs that people wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from companies.models import User
from outbox.models import ACCOUNT_MAIL, Job, JobState, Message
from outbox.payload import packed, unpacked

#: Tells the demonstration's mailbox that a mail is a message already.
MESSAGE_HEADER = "X-Collaudo-Message"
SENDING_TASK = "outbox.tasks.deliver"
GIVEN_UP_AFTER = timedelta(minutes=5)
LEFT_OVER_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that goes with a mail, such as a calendar invitation."""

    name: str
    media_type: str
    content: str


def announce(
    *,
    event: str,
    payload: Mapping[str, Any],
    recipients: Iterable[User],
    source: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> list[Message]:
    """Put one mail per active recipient in the outbox, inside the caller's transaction; the task sends it after commit.

    The same event about the same source never reaches one person twice.
    Returns: the messages that are new.
    Raises: TypeError for a payload that is not plain data.
    """
    content = packed(dict(payload))
    files = [asdict(attachment) for attachment in attachments]
    new = []
    with transaction.atomic():
        for person in {person.pk: person for person in recipients if person.is_active}.values():
            message, created = Message.objects.get_or_create(
                event=event,
                source=source,
                address=person.email,
                defaults={
                    "recipient": person,
                    "language": person.language,
                    "payload": content,
                    "attachments": files,
                    "created_at": now,
                },
            )
            if created:
                new.append(message)
        if new:
            transaction.on_commit(lambda: _hand_over([message.pk for message in new]))
    return new


def _hand_over(message_ids: list[int]) -> None:
    """Queue one task each, so that none waits for another, by its name: the task stands above this room."""
    for message_id in message_ids:
        import_string(SENDING_TASK).enqueue(message_id)


@transaction.atomic
def send_message(*, message_id: int, now: datetime) -> bool:
    """Render one message in its reader's language and send it, unless that was done or is being done.

    A crash between the sending and the commit sends it again: twice is better than never.
    Returns: whether it was sent now.
    """
    waiting = Message.objects.select_for_update(skip_locked=True, of=("self",)).select_related("recipient")
    message = waiting.filter(pk=message_id, sent_at=None).first()
    if message is None:
        return False
    _render(message)
    _mail_of(message).send()
    message.sent_at = now
    message.save(update_fields=["subject", "body", "html", "sent_at"])
    return True


def send_left_over(*, now: datetime) -> int:
    """Queue again what has been waiting for some minutes: its task was lost or the mail server was away.

    Returns: how many messages were queued.
    """
    left_over = Message.objects.filter(sent_at=None, queued_at__lt=now - GIVEN_UP_AFTER)
    message_ids = list(left_over.order_by("pk").values_list("pk", flat=True)[:LEFT_OVER_AT_ONCE])
    if message_ids:
        Message.objects.filter(pk__in=message_ids).update(queued_at=now)
        _hand_over(message_ids)
    return len(message_ids)


def _render(message: Message) -> None:
    """Write subject and texts from the event's templates; plain text is not escaped."""
    with translation.override(message.language):
        context = unpacked(message.payload, language=message.language) | {
            "recipient": message.recipient,
            "site_url": settings.SITE_URL,
        }
        subject = _plain(f"mail/{message.event}.subject.txt", context)
        message.subject = " ".join(subject.split())[:250]
        message.body = _plain(f"mail/{message.event}.txt", context).strip() + "\n"
        try:
            message.html = render_to_string(f"mail/{message.event}.html", context)
        except TemplateDoesNotExist:
            message.html = ""


def _plain(template: str, context: dict[str, Any]) -> str:
    return Engine.get_default().get_template(template).render(Context(context, autoescape=False))


def _mail_of(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        message.subject, message.body, to=[message.address], headers={MESSAGE_HEADER: str(message.pk)}
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for attachment in message.attachments:
        mail.attach(attachment["name"], attachment["content"], attachment["media_type"])
    return mail


def record_mail(*, addresses: Sequence[str], subject: str, body: str, language: str, now: datetime) -> None:
    """Keep a mail that something other than an announcement sent, for the demonstration's mailbox."""
    for address in addresses:
        Message.objects.create(
            event=ACCOUNT_MAIL,
            source=f"mail:{uuid4()}",
            recipient=User.objects.filter(email=address).first(),
            address=address,
            language=language,
            subject=" ".join(subject.split())[:250],
            body=body,
            created_at=now,
            sent_at=now,
        )


def start_job(*, owner: User, kind: str, now: datetime) -> Job:
    """Note a long piece of work before it is queued."""
    return Job.objects.create(owner=owner, kind=kind, created_at=now)


def job_progressed(*, job_id: UUID, progress: int) -> None:
    """Note how far a running job is, in per cent; a finished one stays finished."""
    live = Job.objects.filter(pk=job_id, state__in=(JobState.QUEUED, JobState.RUNNING))
    live.update(state=JobState.RUNNING, progress=min(max(progress, 0), 100))


def job_done(*, job_id: UUID, url: str, now: datetime) -> None:
    """Note where the result is."""
    Job.objects.filter(pk=job_id).update(state=JobState.DONE, progress=100, url=url, finished_at=now)


def job_failed(*, job_id: UUID, detail: str, now: datetime) -> None:
    """Note in plain words why there is no result."""
    Job.objects.filter(pk=job_id).update(state=JobState.FAILED, detail=detail, finished_at=now)
