"""Announcing: once, after the commit, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from companies.models import SizeClass, User
from outbox.models import Message
from outbox.payload import packed, unpacked
from outbox.services import Attachment, announce, send_left_over, send_message
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Commit = Callable[..., AbstractContextManager[list[Any]]]


def rehearse(*recipients: User, source: str = "booking:BK-1", **more: Any) -> list[Message]:
    payload = {
        "place": "Bovisa <3",
        "amount": Decimal("1234.50"),
        "starts_at": datetime(2026, 7, 1, 7, 0, tzinfo=UTC),
        "day": date(2026, 7, 1),
        "kind": SizeClass.SMALL.label,
        "resources": ("M1", "M2"),
    }
    return announce(event="rehearsal", payload=payload, recipients=recipients, source=source, now=NOW, **more)


def test_mail_leaves_after_the_commit_and_not_before(fanta: User, django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        rehearse(fanta)
        assert mail.outbox == []

    assert [sent.to for sent in mail.outbox] == [["fanta@imprese.example"]]
    message = Message.objects.get()
    assert (message.created_at, message.sent_at is not None) == (NOW, True)


def test_mail_is_written_in_the_reader_s_language(fanta: User, django_capture_on_commit_callbacks: Commit) -> None:
    ann = make_user("ann@imprese.example", name="Ann", company=fanta.company, language="en")

    with django_capture_on_commit_callbacks(execute=True):
        rehearse(fanta, ann)

    bodies = {sent.to[0]: sent.body for sent in mail.outbox}
    assert bodies["ann@imprese.example"] == (
        "Ann: 1,234.50 EUR, 01/07/2026 09:00, 1 July, small, M1 M2 https://collaudo.example\n"
    )
    assert bodies["fanta@imprese.example"].startswith("Fanta: 1.234,50 EUR, 01/07/2026 09:00, 1 Luglio, piccola")


def test_subject_is_one_line_and_not_escaped(fanta: User, django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        rehearse(fanta)

    assert mail.outbox[0].subject == "Prova per Fanta & C., Bovisa <3 su due righe"


def test_one_event_reaches_a_person_once(fanta: User, gira: User, django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = rehearse(fanta, fanta)
        again = rehearse(fanta, gira)
        other = rehearse(fanta, source="booking:BK-2")

    assert [len(first), len(again), len(other)] == [1, 1, 1]
    assert sorted(sent.to[0] for sent in mail.outbox) == ["fanta@imprese.example"] * 2 + ["gira@imprese.example"]


def test_rolled_back_work_announces_nothing(fanta: User) -> None:
    with transaction.atomic():
        rehearse(fanta)
        transaction.set_rollback(True)

    assert (Message.objects.count(), mail.outbox) == (0, [])


def test_switched_off_account_gets_no_mail(fanta: User) -> None:
    fanta.is_active = False

    assert rehearse(fanta) == []


def test_attachment_goes_along(fanta: User, django_capture_on_commit_callbacks: Commit) -> None:
    invitation = Attachment("invito.ics", "text/calendar", "BEGIN:VCALENDAR")

    with django_capture_on_commit_callbacks(execute=True):
        rehearse(fanta, attachments=[invitation])

    attached = mail.outbox[0].attachments[0]
    assert (attached.filename, attached.content, attached.mimetype) == (
        "invito.ics",
        "BEGIN:VCALENDAR",
        "text/calendar",
    )


def test_message_is_sent_once(fanta: User) -> None:
    message = rehearse(fanta)[0]

    assert send_message(message_id=message.pk, now=NOW) is True
    assert send_message(message_id=message.pk, now=NOW) is False
    assert len(mail.outbox) == 1


def test_left_over_messages_are_queued_again(fanta: User, django_capture_on_commit_callbacks: Commit) -> None:
    message = rehearse(fanta)[0]
    later = message.__class__.objects.get().queued_at + timedelta(minutes=6)

    assert send_left_over(now=later - timedelta(minutes=2)) == 0
    assert send_left_over(now=later) == 1
    assert len(mail.outbox) == 1
    assert send_left_over(now=later) == 0


def test_payload_comes_back_as_what_it_was() -> None:
    payload = {
        "none": None,
        "flag": True,
        "count": 7,
        "text": "Città",
        "nested": [{"amount": Decimal("0.10")}, {"at": NOW}, {"on": date(2026, 1, 2)}],
        "lazy": _("small"),
    }

    assert unpacked(packed(payload), language="en") == {
        "none": None,
        "flag": True,
        "count": 7,
        "text": "Città",
        "nested": [{"amount": Decimal("0.10")}, {"at": NOW}, {"on": date(2026, 1, 2)}],
        "lazy": "small",
    }


def test_payload_refuses_objects(fanta: User) -> None:
    with pytest.raises(TypeError, match="not User"):
        announce(event="rehearsal", payload={"user": fanta}, recipients=[fanta], source="x", now=NOW)
