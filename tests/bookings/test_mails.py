"""The mails about bookings: one per event, in the reader's language, with an invitation where a calendar changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from icalendar import Calendar, Event
from pytest_django import DjangoCaptureOnCommitCallbacks

from bookings.services.life import approve_booking, cancel_booking, reject_booking
from companies.models import User
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db
Commits = DjangoCaptureOnCommitCallbacks


def invitation_in(message: EmailMessage) -> tuple[str, Event]:
    """Return the method, as the mail and the calendar say it, and the entry of a mail's only invitation."""
    [part] = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = Calendar.from_ical(content)
    [event] = calendar.events
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event


def entry(message: EmailMessage) -> tuple[str, dict[str, str]]:
    """Return the method and what names the entry."""
    method, event = invitation_in(message)
    return method, {name: str(event[name]) for name in ("UID", "SEQUENCE", "STATUS", "SUMMARY")}


def test_request_reaches_the_managers(
    centre: Centre, fanta: User, manager: User, technician: User, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        booking = book(fanta, "GUARDED", operator=True, project_code="PC-03", purpose="<b>Prova</b> & staffa")

    [message] = mail.outbox
    assert (message.to, message.attachments) == ([manager.email], [])
    assert message.subject == f"Da approvare: {booking.reference}, Officine Fantasia S.r.l."
    assert (
        "Risorsa GUARDED\nlun 30/11/2026, 09:00–11:00\nOfficine Fantasia S.r.l. · PC-03\n<b>Prova</b> & staffa\n"
        in message.body
    )
    assert f"http://127.0.0.1:8000/bookings/{booking.reference}/\n" in message.body


def test_confirmation_and_cancellation_are_one_calendar_entry(
    centre: Centre, fanta: User, django_capture_on_commit_callbacks: Commits
) -> None:
    fanta.language = "en"
    fanta.save()
    with django_capture_on_commit_callbacks(execute=True):
        booking = book(fanta, "MACHINE")
    with django_capture_on_commit_callbacks(execute=True):
        cancel_booking(booking=booking, reason="supplier_delay", note="Back soon", by=fanta, now=NOW)

    confirmed, cancelled = mail.outbox
    uid = f"{booking.public_id}@collaudo"
    name = "Resource MACHINE"
    assert confirmed.subject == f"Booked: {booking.reference}, Mon 30/11/2026, 09:00–11:00"
    assert "Reason: a supplier is late\nBack soon" in cancelled.body
    assert [entry(confirmed), entry(cancelled)] == [
        ("REQUEST", {"UID": uid, "SEQUENCE": "0", "STATUS": "CONFIRMED", "SUMMARY": name}),
        ("CANCEL", {"UID": uid, "SEQUENCE": "1", "STATUS": "CANCELLED", "SUMMARY": name}),
    ]


def test_invitation_holds_the_instants(
    centre: Centre, fanta: User, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        book(fanta, "MACHINE")

    _method, event = invitation_in(mail.outbox[0])
    assert (event.start, event.end, event.DTSTAMP) == (at(9), at(11), NOW)


def test_request_that_was_never_confirmed_has_nothing_to_take_back(
    centre: Centre, fanta: User, django_capture_on_commit_callbacks: Commits
) -> None:
    booking = book(fanta, "GUARDED", operator=True)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_booking(booking=booking, reason="illness", by=fanta, now=NOW)

    assert [message.attachments for message in mail.outbox] == [[]]


def test_answers_of_the_centre_reach_whoever_asked(
    centre: Centre, fanta: User, gira: User, manager: User, django_capture_on_commit_callbacks: Commits
) -> None:
    good = book(fanta, "GUARDED", operator=True)
    bad = book(gira, "GUARDED", operator=True, start=14, end=16)
    with django_capture_on_commit_callbacks(execute=True):
        approve_booking(booking=good, by=manager, now=NOW, note="Porta i guanti")
        reject_booking(booking=bad, reason="Già occupato", by=manager, now=NOW + timedelta(minutes=1))

    confirmed, rejected = mail.outbox
    assert (confirmed.to, rejected.to) == ([fanta.email], [gira.email])
    assert "Il centro aggiunge: Porta i guanti" in confirmed.body
    assert (rejected.subject, rejected.attachments) == (f"Non approvata: {bad.reference}", [])
    assert "Motivo: Già occupato" in rejected.body


def test_those_who_wait_for_the_same_time_are_told_once_and_stay_requested(
    centre: Centre, fanta: User, gira: User, manager: User, django_capture_on_commit_callbacks: Commits
) -> None:
    first, second = book(fanta, "GUARDED", operator=True), book(gira, "GUARDED", operator=True)
    elsewhere = book(gira, "GUARDED", operator=True, start=14, end=16)

    with django_capture_on_commit_callbacks(execute=True):
        approve_booking(booking=first, by=manager, now=NOW)
        book(manager, "MACHINE")

    told = [message for message in mail.outbox if message.to == [gira.email]]
    assert [message.subject for message in told] == [f"Orario non più libero: {second.reference}"]
    assert "Fantasia" not in told[0].body
    second.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (second.status, elsewhere.status) == ("requested", "requested")
