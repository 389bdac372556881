"""The inbox of approvals: oldest first, one click each, with and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from bookings.services.life import approve_booking
from companies.models import User
from tests.bookings.pages import browser, words
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db
INBOX = "/approvals/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def request_(centre: Centre, fanta: User) -> Booking:
    return book(fanta, "GUARDED", operator=True, project_code="PC-03", purpose="=First trial")


def url(booking: Booking, step: str) -> str:
    return f"{INBOX}{booking.reference}/{step}/"


def test_empty_inbox(manager: User) -> None:
    assert "Nothing waits for you" in words(browser(manager).get(INBOX))


def test_inbox_tells_who_what_when_and_price_oldest_first(request_: Booking, gira: User, technician: User) -> None:
    second = book(gira, "GUARDED", operator=True, start=14, end=15, now=NOW + timedelta(minutes=1))

    response = browser(technician).get(INBOX)

    text = words(response)
    assert [row.booking for row in response.context["rows"]] == [request_, second]
    assert "2 requests wait, oldest first." in text
    assert "Resource GUARDED Mon 30/11/2026, 09:00–11:00 Officine Fantasia S.r.l. · Fanta · PC-03 Bracket" in text
    assert "=First trial" in text
    assert "List value €290.00 Public contribution €290.00 The firm pays €0.00" in text


@pytest.mark.parametrize("who", ["fanta", "gira", "finance", "pm", "director"])
def test_inbox_is_for_the_floor(who: str, request_: Booking, request: pytest.FixtureRequest) -> None:
    client = browser(request.getfixturevalue(who))

    answers = [client.get(INBOX), client.post(url(request_, "approve")), client.post(url(request_, "reject"))]

    request_.refresh_from_db()
    assert ([answer.status_code for answer in answers], request_.status) == ([403] * 3, "requested")


def test_approving_without_javascript(request_: Booking, manager: User) -> None:
    response = browser(manager).post(url(request_, "approve"), follow=True)

    request_.refresh_from_db()
    assert (request_.status, response.redirect_chain) == ("confirmed", [(INBOX, 302)])
    assert f"{request_.reference}: approved. Whoever asked for it gets a mail." in words(response)


def test_approving_with_htmx_answers_in_place(request_: Booking, manager: User) -> None:
    response = browser(manager).post(url(request_, "approve"), headers=HTMX)

    page = response.content.decode()
    assert (response.status_code, page.count("<li"), "<html" in page) == (200, 1, False)
    assert "approved. Whoever asked for it gets a mail." in words(response)


def test_rejecting_needs_a_reason(request_: Booking, manager: User) -> None:
    client = browser(manager)
    field = f"{request_.reference}-reason"

    page, fragment = client.post(url(request_, "reject")), client.post(url(request_, "reject"), headers=HTMX)
    done = client.post(url(request_, "reject"), {field: "The bench is out"}, headers=HTMX)

    request_.refresh_from_db()
    assert (page.status_code, fragment.status_code, done.status_code) == (422, 422, 200)
    assert ("<html" in page.content.decode(), "<html" in fragment.content.decode()) == (True, False)
    assert (request_.status, request_.events.get(action="reject").reason) == ("rejected", "The bench is out")


def test_slot_taken_meanwhile_is_marked_and_cannot_be_approved(request_: Booking, gira: User, manager: User) -> None:
    winner = book(gira, "GUARDED", operator=True, start=10, end=12)
    approve_booking(booking=winner, by=manager, now=NOW)
    client = browser(manager)

    before = words(client.get(INBOX))
    page, fragment = client.post(url(request_, "approve")), client.post(url(request_, "approve"), headers=HTMX)

    request_.refresh_from_db()
    assert "The time has been given to somebody else since." in before
    assert (page.status_code, fragment.status_code, request_.status) == (409, 409, "requested")
    assert "This time is already taken. Free at these times Mon 30/11/2026, 08:00–10:00" in words(fragment)


def test_start_that_has_passed_is_marked(request_: Booking, manager: User) -> None:
    assert "The start has already passed." in words(browser(manager, at(10)).get(INBOX))


def test_answering_twice_says_what_became_of_it(request_: Booking, manager: User) -> None:
    approve_booking(booking=request_, by=manager, now=NOW)

    response = browser(manager).post(url(request_, "approve"))

    assert response.status_code == 409
    assert "This request is not waiting for approval." in words(response)


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(
    n: int, centre: Centre, fanta: User, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(n):
        book(fanta, "GUARDED", operator=True, start=9 + hour, end=10 + hour, project_code="PC-03")
    client = browser(manager)

    with django_assert_num_queries(10):
        client.get(INBOX)
