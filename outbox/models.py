"""What leaves the product: mails, and the jobs that people wait for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.models import Language, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


#: The event of mails that other packages send, about somebody's account.
ACCOUNT_MAIL = "mail"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Staff see the announcements, a firm's people those of their firm, everybody their own mails.

        A mail about an account (a password to reset) opens it: only its person and the administrators read it.
        """
        if not isinstance(user, User):
            return self.none()
        if user.has_role("admin"):
            return self
        own, announced = Q(recipient=user), ~Q(event=ACCOUNT_MAIL)
        if user.is_centre_staff:
            return self.filter(own | announced)
        if user.company_id is None:
            return self.filter(own)
        return self.filter(own | announced & Q(recipient__company_id=user.company_id))


class Message(models.Model):
    """One mail to one person about one event; written first, rendered and sent after the commit."""

    event = models.CharField(_("event"), max_length=60)
    source = models.CharField(_("about"), max_length=200)
    recipient = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("recipient")
    )
    address = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, editable=False)
    attachments: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(
        default=list, editable=False
    )
    created_at = models.DateTimeField(_("created at"))
    #: Real time, also while a demonstration's clock is moved: it says when to try again.
    queued_at = models.DateTimeField(_("queued at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=("event", "source", "address"), name="message_once_per_event"),
        ]
        indexes = [models.Index(fields=("-created_at", "-id"), name="message_newest_first")]

    def __str__(self) -> str:
        return self.subject or self.event


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A job is its owner's alone, whatever the roles."""
        return self.filter(owner_id=user.pk) if isinstance(user, User) else self.none()


class Job(models.Model):
    """A long piece of work that somebody waits for, with its progress and where the result is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="jobs", verbose_name=_("owner"))
    kind = models.CharField(_("kind"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    url = models.CharField(_("result"), max_length=500, blank=True)
    detail = models.TextField(_("what went wrong"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_at_most_100"),
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | Q(finished_at__isnull=False), name="job_done_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
