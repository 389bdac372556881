"""The demonstration's mailbox: whose mails one reads there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import User
from outbox.mailbox import MailboxBackend
from outbox.models import Message
from outbox.services import MESSAGE_HEADER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def sent_to(user: User, subject: str = "Confermata", **facts: Any) -> Message:
    usual = {"event": "rehearsal", "source": subject, "address": user.email, "language": "it", "body": "Ciao <b>tu</b>"}
    times = {"created_at": NOW, "sent_at": NOW}
    return Message.objects.create(recipient=user, subject=subject, **usual | times | facts)


def subjects(client: Client) -> list[str]:
    return [message.subject for message in client.get("/mailbox/").context["page"].object_list]


def test_staff_read_all_and_a_firm_its_own(
    client_of: Any, fanta: User, fanta_member: User, gira: User, pm: User
) -> None:
    sent_to(fanta, "to fanta")
    sent_to(fanta_member, "to her colleague")
    sent_to(gira, "to gira")

    assert subjects(client_of(pm)) == ["to gira", "to her colleague", "to fanta"]
    assert subjects(client_of(fanta)) == ["to her colleague", "to fanta"]
    assert subjects(client_of(gira)) == ["to gira"]


def test_message_of_another_firm_is_not_there(client_of: Any, fanta: User, gira: User) -> None:
    message = sent_to(fanta)

    mine = client_of(fanta).get(f"/mailbox/{message.pk}/")
    theirs = client_of(gira).get(f"/mailbox/{message.pk}/")

    assert (mine.status_code, theirs.status_code) == (200, 404)
    assert "Ciao &lt;b&gt;tu&lt;/b&gt;" in mine.content.decode()


def test_mail_that_opens_an_account_is_its_persons(
    client_of: Any, fanta: User, fanta_member: User, pm: User, admin: User
) -> None:
    message = sent_to(fanta, "a new password", event="mail")

    for reader, seen in ((fanta, True), (admin, True), (fanta_member, False), (pm, False)):
        assert subjects(client_of(reader)) == (["a new password"] if seen else [])
        assert client_of(reader).get(f"/mailbox/{message.pk}/").status_code == (200 if seen else 404)


def test_nobody_is_sent_to_the_login(client: Client) -> None:
    assert client.get("/mailbox/")["Location"] == "/accounts/login/?next=/mailbox/"


def test_mailbox_exists_in_a_demonstration_only(client_of: Any, pm: User, fanta: User, settings: Any) -> None:
    message = sent_to(fanta)
    settings.TIME_TRAVEL = False

    assert client_of(pm).get("/mailbox/").status_code == 404
    assert client_of(pm).get(f"/mailbox/{message.pk}/").status_code == 404


def test_waiting_messages_are_not_shown(client_of: Any, fanta: User) -> None:
    sent_to(fanta, sent_at=None)

    assert subjects(client_of(fanta)) == []


def test_other_packages_mails_become_messages(fanta: User) -> None:
    reset = EmailMessage("Nuova password", "Segui il link", to=[fanta.email, "x@elsewhere.example"])
    announced = EmailMessage("Confermata", "Ciao", to=[fanta.email], headers={MESSAGE_HEADER: "1"})

    assert MailboxBackend().send_messages([reset, announced]) == 2
    assert list(Message.objects.order_by("pk").values_list("address", "recipient", "subject")) == [
        (fanta.email, fanta.pk, "Nuova password"),
        ("x@elsewhere.example", None, "Nuova password"),
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_list_asks_as_often_however_long(client_of: Any, fanta: User, n: int) -> None:
    for number in range(n):
        sent_to(fanta, f"mail {number}")
    client = client_of(fanta)

    with CaptureQueriesContext(connection) as queries:
        client.get("/mailbox/")
    assert len(queries) == 5  # session, person, company, count, page
